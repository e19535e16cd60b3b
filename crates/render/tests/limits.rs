//! Much more than anybody should show: it is drawn, or what is left out is said, within bounded memory and without a long wait.

#![allow(clippy::unwrap_used)] // clippy knows test functions, not what they share

use grafana::{
    dashboard,
    field::{self, DisplayContext},
    frame::{Frame, frame_from_json},
    theme::Theme,
    time::{RawTimeRange, TimeRange, TimeZone},
    variable::Variables,
};
use render::{DashboardView, PageSetup, PanelView, ReportView, Warning};
use serde_json::{Value as Json, json};

const NOW: f64 = 1_795_154_400_000.0;

/// Draws panels, each with frames as a data source would answer them.
fn draw(panels: Vec<(Json, Vec<Frame>)>) -> (scene::Document, Vec<Warning>) {
    let saved: Vec<Json> = panels.iter().map(|(panel, _)| panel.clone()).collect();
    let model = dashboard::from_classic(&json!({"uid": "limits", "title": "Limits", "schemaVersion": 42, "panels": saved})).unwrap();
    let range = TimeRange { from_ms: NOW - 3_600_000.0, to_ms: NOW, raw: RawTimeRange { from: "now-1h".into(), to: "now".into() } };
    let (theme, zone, variables) = (Theme::light(), TimeZone::utc(), Variables::default());
    let unrolled = dashboard::unroll(&model, &variables, false);
    let views = unrolled.into_iter().zip(panels).map(|(panel, (_, mut frames))| {
        let interpolate = render::panel::interpolator(&panel, &variables);
        let context = DisplayContext { theme: &theme, zone: &zone, now_ms: NOW, interpolate: &interpolate };
        field::apply_field_overrides(&mut frames, &panel.field_config, &context);
        PanelView::of(panel, frames, range.clone())
    });
    let panels = views.collect();
    let (uid, title, app_url) = (model.uid.clone(), model.title.clone(), String::new());
    let dashboard = DashboardView { uid, title, url: None, app_url, range, zone, now_ms: NOW, variables, panels };
    let setup = PageSetup::default();
    let report = ReportView { name: "Limits".into(), dashboards: vec![dashboard], setup, theme, rendered_ms: NOW, logo: None };
    render::page::render(&report, &scene::Fonts::embedded())
}

fn panel(id: usize, kind: &str, h: usize) -> Json {
    let (x, y) = (id % 4 * 6, id / 4 * h);
    json!({"id": id + 1, "type": kind, "title": format!("{kind} {id} 𝛼"), "gridPos": {"x": x, "y": y, "w": 6, "h": h}, "options": {"legend": {"showLegend": true, "displayMode": "list", "placement": "bottom"}}})
}

/// A series of `n` points over the hour.
fn series(name: &str, n: usize) -> Frame {
    let times: Vec<f64> = (0..n).map(|i| NOW - 3_600_000.0 + 3_600_000.0 * i as f64 / n as f64).collect();
    let values: Vec<f64> = (0..n).map(|i| ((i * 7919) % 1000) as f64).collect();
    let fields = json!([{"name": "time", "type": "time"}, {"name": name, "type": "number"}]);
    frame_from_json(&json!({"schema": {"refId": "A", "fields": fields}, "data": {"values": [times, values]}})).unwrap()
}

fn dump(document: &scene::Document) -> String {
    document.pages.iter().map(scene::dump).collect()
}

fn assert_drawn(document: &scene::Document, what: &str) -> String {
    let dumped = dump(document);
    let is_number = |line: &str| !line.trim_start().starts_with("text") && !line.contains(" alt ");
    assert!(!dumped.lines().any(|line| is_number(line) && line.contains("NaN")) && !dumped.contains("could not be drawn"), "{what}");
    dumped
}

#[test]
fn a_dashboard_of_500_panels() {
    let panels =
        (0..500).map(|id| (panel(id, ["timeseries", "stat", "gauge", "table", "bargauge"][id % 5], 8), vec![series("load 🚀", 60)]));
    let (document, _) = draw(panels.collect());
    let dumped = assert_drawn(&document, "500 panels");
    assert!(document.pages.len() >= 30, "{} pages", document.pages.len());
    for id in [0, 250, 499] {
        assert!(dumped.contains(&format!(" {id} 𝛼")), "panel {id}");
    }
}

#[test]
fn a_thousand_series_in_one_panel() {
    let frames = (0..1000).map(|i| series(&format!("series {i}"), 50)).collect();
    let (document, warnings) = draw(vec![(panel(0, "timeseries", 10), frames)]);
    assert_drawn(&document, "1,000 series");
    assert!(warnings.iter().any(|warning| warning.message.contains("legend")), "{warnings:?}");
}

/// Paths have a few points for each px, whatever the data has.
#[test]
fn a_million_points() {
    let (document, _) = draw(vec![(panel(0, "timeseries", 10), vec![series("load", 1_000_000)])]);
    let dumped = assert_drawn(&document, "1,000,000 points");
    assert!(dumped.len() < 1 << 20, "{} bytes", dumped.len());
}

#[test]
fn odd_numbers_of_every_kind() {
    let time = json!({"name": "time", "type": "time"});
    let field = json!({"name": "v", "type": "number"});
    let frame = |values: Json, entities: Json| {
        let n = values.as_array().map_or(0, Vec::len);
        let times: Vec<f64> = (0..n).map(|i| NOW - 60_000.0 * i as f64).rev().collect();
        let data = json!({"values": [times, values], "entities": [null, entities]});
        frame_from_json(&json!({"schema": {"refId": "A", "fields": [time, field]}, "data": data})).unwrap()
    };
    let cases = [
        ("NaN and Inf", frame(json!([1, null, null, null, 2]), json!({"NaN": [1], "Inf": [2], "NegInf": [3]}))),
        ("only infinities", frame(json!([null, null]), json!({"Inf": [0], "NegInf": [1]}))),
        ("nulls", frame(json!([null, null, null]), json!(null))),
        ("one point", frame(json!([42]), json!(null))),
        ("empty", frame(json!([]), json!(null))),
    ];
    let kinds = [
        "timeseries",
        "stat",
        "gauge",
        "bargauge",
        "table",
        "barchart",
        "piechart",
        "heatmap",
        "histogram",
        "state-timeline",
        "status-history",
        "trend",
        "xychart",
        "candlestick",
        "logs",
        "geomap",
        "datagrid",
        "flamegraph",
        "nodeGraph",
        "traces",
    ];
    for kind in kinds {
        for (what, frame) in &cases {
            let (document, _) = draw(vec![(panel(0, kind, 8), vec![frame.clone()])]);
            assert_drawn(&document, &format!("{kind} of {what}"));
        }
    }
}
