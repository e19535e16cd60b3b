//! Draws a recorded dashboard (`recordings/<uid>`) to a PDF, to be held against its `page.png`:
//! `cargo run -p render --example look -- <folder> <out.pdf> [endless|portrait|landscape|simple] [dark]`.
//!
//! Asks nothing: frames are those Grafana got, by panel id; variables are not settled.

use std::{collections::BTreeMap, error::Error};

use grafana::{
    dashboard, field, frame,
    theme::Theme,
    time::{RawTimeRange, TimeRange, TimeZone},
    transform,
    variable::Variables,
};
use render::{DashboardView, PageSetup, PanelView, ReportView, view};
use serde_json::Value as Json;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [folder, out, modes @ ..] = arguments.as_slice() else { return Err("folder and output expected".into()) };
    let read = |name: &str| -> Result<Json, Box<dyn Error>> { Ok(serde_json::from_slice(&std::fs::read(format!("{folder}/{name}"))?)?) };
    let (saved, shown) = (read("dashboard.json")?, read("shown.json")?);
    let model = dashboard::from_classic(&saved["dashboard"])?;
    let at = |key: &str| shown[key].as_str().and_then(|t| t.parse::<f64>().ok()).unwrap_or(0.0);
    let range = TimeRange { from_ms: at("from"), to_ms: at("to"), raw: RawTimeRange::default() };
    let (theme, zone) = (if modes.iter().any(|m| m == "dark") { Theme::dark() } else { Theme::light() }, TimeZone::utc());
    let variables = Variables::default();
    let frames = recorded_frames(&read("calls.json")?);

    let mut panels = Vec::new();
    for panel in dashboard::unroll(&model, &variables, false) {
        let interpolate = render::panel::interpolator(&panel, &variables);
        let display = field::DisplayContext { theme: &theme, zone: &zone, now_ms: range.to_ms, interpolate: &interpolate };
        let mine = frames.get(&panel.id).cloned().unwrap_or_default();
        let (mut mine, _) = transform::apply(mine, &panel.transformations, &display);
        field::apply_field_overrides(&mut mine, &panel.field_config, &display);
        panels.push(PanelView::of(panel, mine, range.clone()));
    }
    let mut setup = PageSetup { paper: view::Paper::Endless, header: false, footer: false, ..PageSetup::default() };
    for mode in modes {
        match mode.as_str() {
            "portrait" | "landscape" | "simple" => {
                setup = PageSetup { paper: view::Paper::A4, header: true, footer: true, show_variables: true, ..setup }
            }
            _ => {}
        }
        match mode.as_str() {
            "portrait" => setup.orientation = view::Orientation::Portrait,
            "simple" => setup.layout = view::Layout::Simple,
            _ => {}
        }
    }
    let dashboard = DashboardView {
        uid: model.uid.clone(),
        title: model.title.clone(),
        url: None,
        app_url: String::new(),
        now_ms: range.to_ms,
        range: range.clone(),
        zone,
        variables,
        panels,
    };
    let report =
        ReportView { name: "Weekly review".into(), dashboards: vec![dashboard], setup, theme, rendered_ms: range.to_ms, logo: None };
    let (document, warnings) = render::page::render(&report, &scene::Fonts::embedded());
    for warning in warnings {
        eprintln!("{:?} {}: {}", warning.panel_id, warning.panel_title, warning.message);
    }
    std::fs::write(out, export::pdf::write(&document)?)?;
    Ok(())
}

/// Frames of every answered data query, by the id of the panel that asked.
fn recorded_frames(calls: &Json) -> BTreeMap<i64, Vec<frame::Frame>> {
    let mut frames: BTreeMap<i64, Vec<frame::Frame>> = BTreeMap::new();
    for call in calls.as_array().into_iter().flatten().filter(|c| c["path"].as_str().is_some_and(|p| p.starts_with("/api/ds/query"))) {
        let Some(id) = call["panel"].as_i64().or_else(|| call["panel"].as_str()?.parse().ok()) else { continue };
        for query in call["request"]["queries"].as_array().into_iter().flatten() {
            let ref_id = query["refId"].as_str().unwrap_or("A");
            frames.entry(id).or_default().extend(frame::frames_from_response(&call["response"], ref_id).unwrap_or_default());
        }
    }
    frames
}
