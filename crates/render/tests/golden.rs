//! Panels and pages as scene dumps. One small dashboard a feature; what is drawn stands in `golden/<case>.txt`.
//!
//! After a wanted change: `BROADSHEET_ACCEPT_GOLDEN=1 cargo test -p render --test golden`, and read the diff.

use grafana::{
    dashboard, field,
    frame::{Frame, frame_from_json},
    listing,
    theme::Theme,
    time::{RawTimeRange, TimeRange, TimeZone},
    variable::Variables,
};
use render::{DashboardView, PageSetup, PanelView, ReportView, view};
use serde_json::{Value as Json, json};

const NOW: f64 = 1_795_154_400_000.0;

/// One frame of a time and a number field, and one of text and number, for all cases.
fn frames(kind: &str) -> Vec<Frame> {
    let json = match kind {
        "series" => {
            json!([{"schema": {"refId": "A", "fields": [{"name": "time", "type": "time"}, {"name": "load", "type": "number", "labels": {"host": "a"}}]},
            "data": {"values": [[NOW - 3_600_000.0, NOW - 1_800_000.0, NOW], [1.5, 4.0, 2.25]]}}])
        }
        "buckets" => {
            json!([{"schema": {"refId": "A", "meta": {"type": "heatmap-rows"}, "fields": [{"name": "time", "type": "time"},
            {"name": "0.5", "type": "number", "labels": {"le": "0.5"}, "config": {"displayNameFromDS": "0.5"}}, {"name": "1", "type": "number", "labels": {"le": "1"}, "config": {"displayNameFromDS": "1"}},
            {"name": "+Inf", "type": "number", "labels": {"le": "+Inf"}, "config": {"displayNameFromDS": "+Inf"}}]},
            "data": {"values": [[NOW - 3_600_000.0, NOW - 2_400_000.0, NOW - 1_200_000.0, NOW], [1, 2, 0, 4], [3, 9, 2, 1], [0, 0, 1, 0]]}}])
        }
        "states" => {
            json!([{"schema": {"refId": "A", "fields": [{"name": "time", "type": "time"}, {"name": "door", "type": "string"}, {"name": "load", "type": "number"}]},
            "data": {"values": [[NOW - 3_600_000.0, NOW - 2_400_000.0, NOW - 1_200_000.0, NOW], ["open", "open", null, "shut"], [10, 20, 90, 30]]}}])
        }
        "prices" => {
            let field = |name: &str| json!({"name": name, "type": "number"});
            let time = json!({"name": "time", "type": "time"});
            json!([{"schema": {"refId": "A", "fields": [time, field("open"), field("high"), field("low"), field("close"), field("volume")]},
            "data": {"values": [[NOW - 3_600_000.0, NOW - 2_400_000.0, NOW - 1_200_000.0, NOW],
                [10, 12, 11, 11], [13, 14, 12, 15], [9, 10, 10, 11], [12, 11, 11, 14], [100, 300, 50, 200]]}}])
        }
        "plane" => {
            json!([{"schema": {"refId": "A", "fields": [{"name": "speed", "type": "number"}, {"name": "torque", "type": "number"}, {"name": "heat", "type": "number"}]},
            "data": {"values": [[800, 1500, 2200, 3000], [120, 180, 210, 190], [20, 90, 60, 75]]}}])
        }
        "many" => {
            let names: Vec<String> = (0..100_000).map(|i| format!("row {i}")).collect();
            let used: Vec<usize> = (0..100_000).collect();
            json!([{"schema": {"refId": "A", "fields": [{"name": "disk", "type": "string"}, {"name": "used", "type": "number"}]}, "data": {"values": [names, used]}}])
        }
        "table" => json!([{"schema": {"refId": "A", "fields": [{"name": "disk", "type": "string"}, {"name": "used", "type": "number"}]},
            "data": {"values": [["sda 10", "sda 9", "root"], [81.5, 12.0, 95.0]]}}]),
        "cells" => {
            let field =
                |name: &str, kind: &str, cell: Json| json!({"name": name, "type": kind, "config": {"custom": {"cellOptions": cell}}});
            let mut fields = [
                field("plain", "string", json!({"type": "auto"})),
                field("colored", "number", json!({"type": "color-text"})),
                field("ground", "number", json!({"type": "color-background", "mode": "basic"})),
                field("json", "other", json!({"type": "json-view"})),
                field("pills", "string", json!({"type": "pill"})),
                field("links", "string", json!({"type": "data-links"})),
                field("do", "string", json!({"type": "actions"})),
                field("trend", "other", json!({"type": "sparkline", "drawStyle": "bars", "hideValue": true})),
                field("picture", "string", json!({"type": "image"})),
                field("place", "string", json!({"type": "geo"})),
                field("style", "string", json!({"type": "auto"})),
            ];
            fields[0]["config"]["custom"]["styleField"] = json!("style");
            fields[4]["config"]["custom"]["wrapText"] = json!(true);
            fields[3]["config"]["custom"]["wrapText"] = json!(true);
            fields[5]["config"]["links"] =
                json!([{"title": "One", "url": "https://x.example/1"}, {"title": "Two", "url": "https://x.example/2"}]);
            fields[6]["config"]["actions"] = json!([{"title": "Restart ${__data.fields.plain}"}, {"title": "Stop"}]);
            fields[10]["config"]["custom"]["hideFrom"] = json!({"viz": true});
            json!([{"schema": {"refId": "A", "fields": fields}, "data": {"values": [["a  b", "c"], [20, 90], [95, 5], [{"k": [1, 2.5], "e": {}}, []],
                ["up, down,sideways", "[\"up\", 3]"], ["x", "y"], ["", ""], [[1, 3, 2, 5], [4, null, 1]], ["https://x.example/a.png", ""],
                ["POINT (1 2)", null], ["{\"color\": \"#ff0000\", \"fontWeight\": \"bold\"}", null]]}}])
        }
        "groups" => {
            let inner = |names: Json, values: Json, no_header: bool| {
                json!([{"schema": {"meta": {"custom": {"noHeader": no_header}}, "fields": [{"name": "disk", "type": "string"}, {"name": "used", "type": "number"}]},
                    "data": {"values": [names, values]}}])
            };
            json!([{"schema": {"refId": "A", "fields": [{"name": "host", "type": "string"}, {"name": "disks", "type": "number"}, {"name": "__nestedFrames", "type": "nestedFrames"}]},
                "data": {"values": [["a", "b", "c"], [2, 0, 3], [inner(json!(["sda", "sdb"]), json!([81.5, 12.0]), false),
                    inner(json!([]), json!([]), false), inner(json!(["x", "y", "z"]), json!([1, 2, 3]), true)]]}}])
        }
        "logs" => {
            json!([{"schema": {"refId": "A", "fields": [{"name": "time", "type": "time"}, {"name": "line", "type": "string", "labels": {"job": "web"}}]},
            "data": {"values": [[NOW - 2000.0, NOW - 1000.0, NOW], ["lvl=error msg=\"GET /a\" took=12ms", "{\"level\": \"info\", \"n\": 1}", "plain"]]}}])
        }
        "places" => {
            json!([{"schema": {"refId": "A", "fields": [{"name": "lat", "type": "number"}, {"name": "lon", "type": "number"}, {"name": "load", "type": "number"}]},
            "data": {"values": [[0, 10, -10], [0, 20, -20], [10, 50, 90]]}}])
        }
        "network" => json!([
            {"schema": {"refId": "A", "name": "nodes", "fields": [{"name": "id", "type": "string"}, {"name": "lat", "type": "number"}, {"name": "lon", "type": "number"}]},
                "data": {"values": [["a", "b"], [0, 10], [0, 20]]}},
            {"schema": {"refId": "B", "fields": [{"name": "source", "type": "string"}, {"name": "target", "type": "string"}, {"name": "load", "type": "number"}]},
                "data": {"values": [["a", "b"], ["b", "gone"], [3, 9]]}}]),
        "graph" => json!([
            {"schema": {"refId": "A", "name": "nodes", "meta": {"preferredVisualisationType": "nodeGraph"}, "fields": [{"name": "id", "type": "string"}, {"name": "title", "type": "string"}, {"name": "subtitle", "type": "string"},
                {"name": "mainstat", "type": "number"}, {"name": "secondarystat", "type": "string"},
                {"name": "arc__ok", "type": "number", "config": {"color": {"mode": "fixed", "fixedColor": "green"}, "displayName": "Good"}},
                {"name": "arc__bad", "type": "number", "config": {"color": {"mode": "fixed", "fixedColor": "red"}}}]},
                "data": {"values": [["a", "b", "c", "d", "e"], ["client", "gateway", "orders", "users", "alone"], ["web", "", "go", "go", ""], [1.5, 20, 3, 0.25, 7], ["x/s", "", "y", "z", "w"], [1, 0.75, 0.5, 0.9, 0], [0, 0.25, 0.5, 0.1, 0]]}},
            {"schema": {"refId": "A", "name": "edges", "meta": {"preferredVisualisationType": "nodeGraph"}, "fields": [{"name": "id", "type": "string"}, {"name": "source", "type": "string"}, {"name": "target", "type": "string"},
                {"name": "mainstat", "type": "number"}, {"name": "thickness", "type": "number"}, {"name": "strokedasharray", "type": "string"}]},
                "data": {"values": [["1", "2", "3", "4"], ["a", "b", "b", "d"], ["b", "c", "d", "a"], [12, 3, 0.5, 1], [1, 3, 1, 1], ["", "", "4 2", ""]]}}]),
        "profile" => {
            json!([{"schema": {"refId": "A", "fields": [{"name": "level", "type": "number"}, {"name": "value", "type": "number", "config": {"unit": "ns"}},
                {"name": "self", "type": "number", "config": {"unit": "ns"}}, {"name": "label", "type": "string"}]},
            "data": {"values": [[0, 1, 2, 3, 1, 2, 1], [9e9, 5e9, 4.99e9, 2e9, 3.9e9, 1e9, 3e7], [7e7, 1e7, 2.99e9, 2e9, 2.9e9, 1e9, 3e7],
                ["total", "net/http.serve", "main.handle", "runtime.mallocgc", "main.work", "runtime.mallocgc", "runtime.gc"]]}}])
        }
        "trace" => {
            json!([{"schema": {"refId": "A", "meta": {"preferredVisualisationType": "trace"}, "fields": [{"name": "traceID", "type": "string"}, {"name": "spanID", "type": "string"},
                {"name": "parentSpanID", "type": "string"}, {"name": "serviceName", "type": "string"}, {"name": "operationName", "type": "string"},
                {"name": "startTime", "type": "number"}, {"name": "duration", "type": "number"}, {"name": "tags", "type": "other"}, {"name": "logs", "type": "other"}]},
            "data": {"values": [["AB", "AB", "AB", "AB"], ["1", "2", "3", "4"], [null, "1", "1", "3"], ["web", "auth", "orders", "orders"], ["GET /", "check", "list", "load"],
                [NOW, NOW + 5.0, NOW + 30.0, NOW + 100.0], [120, 20.5, 90, 20],
                [[{"key": "http.method", "value": "GET"}, {"key": "http.status_code", "value": 404}, {"key": "http.url", "value": "/orders"}],
                    [{"key": "error", "value": true}], [], [{"key": "span.kind", "value": "client"}, {"key": "peer.service", "value": "db"}]],
                [[], [{"timestamp": NOW + 10.0}], [], []]]}}])
        }
        _ => json!([]),
    };
    json.as_array().into_iter().flatten().filter_map(frame_from_json).collect()
}

fn report(panels: &Json, setup: PageSetup) -> ReportView {
    let saved = json!({"uid": "golden", "title": "Golden", "schemaVersion": 42, "panels": panels});
    let model = dashboard::from_classic(&saved).expect("an object");
    let range = TimeRange { from_ms: NOW - 3_600_000.0, to_ms: NOW, raw: RawTimeRange { from: "now-1h".into(), to: "now".into() } };
    let (theme, zone, variables) = (Theme::light(), TimeZone::utc(), Variables::default());
    let mut views = Vec::new();
    for panel in dashboard::unroll(&model, &variables, false) {
        let interpolate = render::panel::interpolator(&panel, &variables);
        let context = field::DisplayContext { theme: &theme, zone: &zone, now_ms: NOW, interpolate: &interpolate };
        let mut mine = frames(panel.raw["frames"].as_str().unwrap_or(""));
        field::apply_field_overrides(&mut mine, &panel.field_config, &context);
        let errors = panel.raw["error"].as_str().map(str::to_owned).into_iter().collect();
        let lookups = listing::plan(&panel, &range, &variables);
        let answers = lookups.into_iter().map(|lookup| (lookup.key.clone(), panel.raw["answers"][lookup.key].clone())).collect();
        let listing = listing::read(&panel, &variables, &answers, "https://grafana.example");
        let pictures = panel.raw["pictures"].as_object().into_iter().flatten();
        let by_url = pictures.map(|(at, text)| (at.clone(), text.as_str().unwrap_or_default().as_bytes().to_vec().into())).collect();
        views.push(PanelView {
            errors,
            listing,
            pictures: view::Pictures { by_url, ..Default::default() },
            ..PanelView::of(panel, mine, range.clone())
        });
    }
    let dashboard = DashboardView {
        uid: model.uid,
        title: model.title,
        url: None,
        app_url: "https://grafana.example".into(),
        range,
        zone,
        now_ms: NOW,
        variables,
        panels: views,
    };
    ReportView { name: "Weekly".into(), dashboards: vec![dashboard], setup, theme, rendered_ms: NOW, logo: None }
}

/// Draws `panels` and holds every page against the case's file.
fn check(case: &str, panels: Json, setup: PageSetup) {
    let (document, warnings) = render::page::render(&report(&panels, setup), &scene::Fonts::embedded());
    let mut got: String = document.pages.iter().map(scene::dump).collect();
    for warning in warnings {
        got += &format!("warning {:?} {}\n", warning.panel_id, warning.message);
    }
    let path = format!("{}/tests/golden/{case}.txt", env!("CARGO_MANIFEST_DIR"));
    if std::env::var_os("BROADSHEET_ACCEPT_GOLDEN").is_some() {
        std::fs::write(&path, &got).expect("the folder is there");
        return;
    }
    let expected = std::fs::read_to_string(&path).unwrap_or_default();
    let first = got.lines().zip(expected.lines()).enumerate().find(|(_, (a, b))| a != b);
    assert!(got == expected, "{case}: line, got, expected: {first:?}; {} lines against {}", got.lines().count(), expected.lines().count());
}

fn screen() -> PageSetup {
    PageSetup { paper: view::Paper::Endless, header: false, footer: false, screen_width_px: 800.0, ..PageSetup::default() }
}

fn panel(kind: &str, frames: &str, options: Json) -> Json {
    json!([{"id": 1, "type": kind, "title": kind, "frames": frames, "gridPos": {"x": 0, "y": 0, "w": 12, "h": 6}, "options": options,
        "fieldConfig": {"defaults": {"unit": "percent", "color": {"mode": "thresholds"}, "thresholds": {"mode": "absolute",
            "steps": [{"color": "green", "value": null}, {"color": "red", "value": 80}]}}, "overrides": []}}])
}

#[test]
fn state_timeline() {
    check("state_timeline", panel("state-timeline", "states", json!({"rowHeight": 0.8})), screen());
}

/// A list that fills more than a page: parts end between entries, the title stands over each.
#[test]
fn lists_go_on_over_pages() {
    let found: Vec<Json> = (0..120)
        .map(|n| json!({"uid": format!("u{n}"), "title": format!("Dashboard {n:03}"), "type": "dash-db", "url": format!("/d/u{n}/x")}))
        .collect();
    let panels = json!([{"id": 1, "type": "dashlist", "title": "Found", "gridPos": {"x": 0, "y": 0, "w": 6, "h": 8},
        "options": {"showStarred": false, "showSearch": true, "showHeadings": false, "showFolderNames": false}, "answers": {"searched": found}}]);
    let (document, warnings) = render::page::render(&report(&panels, PageSetup::default()), &scene::Fonts::embedded());
    let pages: Vec<String> = document.pages.iter().map(scene::dump).collect();
    let on_page = |n: usize| pages.iter().position(|page| page.contains(&format!("\"Dashboard {n:03}\"")));
    assert!(pages.len() > 1 && warnings.is_empty(), "{} {warnings:?}", pages.len());
    assert_eq!((on_page(0), on_page(119)), (Some(0), Some(pages.len() - 1)));
    assert!((0..120).all(|n| on_page(n).is_some()));
    assert!(pages[1].contains("Found (continued)") && !pages[0].contains("(continued)"));
}

#[test]
fn state_timeline_with_pages() {
    let setup = PageSetup { header: false, footer: false, ..PageSetup::default() };
    check("state_timeline_with_pages", panel("state-timeline", "states", json!({"perPage": 1, "legend": {"showLegend": true}})), setup);
}

#[test]
fn status_history() {
    check("status_history", panel("status-history", "states", json!({"showValue": "always", "colWidth": 0.8})), screen());
}

#[test]
fn heatmap() {
    check("heatmap", panel("heatmap", "buckets", json!({"color": {"scheme": "Spectral", "steps": 8}, "yAxis": {"unit": "s"}})), screen());
}

#[test]
fn heatmap_calculated() {
    let calculation = json!({"xBuckets": {"value": "20m"}, "yBuckets": {"mode": "count", "value": "4"}});
    check("heatmap_calculated", panel("heatmap", "series", json!({"calculate": true, "calculation": calculation})), screen());
}

#[test]
fn histogram() {
    check("histogram", panel("histogram", "series", json!({"bucketSize": 1, "legend": {"calcs": ["sum"]}})), screen());
}

#[test]
fn histogram_of_buckets() {
    check("histogram_of_buckets", panel("histogram", "buckets", json!({})), screen());
}

/// Odd data and odd options make odd pictures, but pictures.
#[test]
fn charts_of_anything() {
    let cases = [
        ("series", json!({"calculate": true, "calculation": {"yBuckets": {"scale": {"type": "log", "log": 2}, "value": "-3"}}})),
        ("series", json!({"calculate": true, "calculation": {"xBuckets": {"value": "1ms"}, "yBuckets": {"value": "1e-9"}}})),
        ("series", json!({"color": {"steps": 1, "min": 9, "max": 1}, "yAxis": {"min": 5, "max": 5, "reverse": true}, "cellGap": -4})),
        ("buckets", json!({"rowsFrame": {"yBucketScale": {"type": "symlog", "linearThreshold": 0}}, "yAxis": {"reverse": true}})),
        ("buckets", json!({"rowsFrame": {"yBucketScale": {"type": "log", "log": 10}}, "bucketSize": -1, "bucketOffset": 1e308})),
        ("table", json!({"rowHeight": "x", "colWidth": -1, "bucketSize": 1e-300, "bucketCount": 0, "perPage": 0})),
        ("states", json!({"rowHeight": 0, "colWidth": 0, "showValue": "always", "alignValue": "right", "perPage": 1, "bucketSize": 1e300})),
        ("", json!({"calculate": true})),
    ];
    for kind in ["heatmap", "histogram", "state-timeline", "status-history"] {
        for (frames, options) in &cases {
            let (document, _) = render::page::render(&report(&panel(kind, frames, options.clone()), screen()), &scene::Fonts::embedded());
            let dumped: String = document.pages.iter().map(scene::dump).collect();
            assert!(!dumped.contains("NaN") && !dumped.contains("inf"), "{kind} of {frames} with {options}");
            assert!(!dumped.contains("could not be drawn"), "{kind} of {frames} with {options}");
        }
    }
}

#[test]
fn table_with_a_limit() {
    let setup = PageSetup { table_rows: view::TableRows::All { most: 2 }, ..screen() };
    let options = json!({"sortBy": [{"displayName": "used", "desc": true}], "footer": {"show": true, "reducer": ["sum"], "fields": ""}});
    let mut panels = panel("table", "table", options);
    panels[0]["gridPos"]["h"] = json!(2);
    panels[0]["fieldConfig"]["defaults"]["links"] =
        json!([{"title": "look", "url": "https://x.example/?d=${__data.fields.disk}&v=${__value.raw}"}]);
    check("table_with_a_limit", panels, setup);
}

/// Neither the pages nor the time grow with rows that are not drawn; every row that is drawn is drawn once.
#[test]
fn tables_go_on_over_pages_up_to_the_limit() {
    let mut panels = panel("table", "many", json!({"enablePagination": true}));
    panels
        .as_array_mut()
        .unwrap()
        .push(json!({"id": 2, "type": "text", "gridPos": {"x": 0, "y": 6, "w": 12, "h": 3}, "options": {"content": "below"}}));
    let setup = PageSetup { table_rows: view::TableRows::All { most: 2_000 }, ..PageSetup::default() };
    let mut n_drawn = 0;
    let (document, warnings) = render::page::render_watched(&report(&panels, setup), &scene::Fonts::embedded(), &mut || n_drawn += 1);
    assert_eq!(n_drawn, 2, "each panel is told of once, whatever pages it takes");
    let pages: Vec<String> = document.pages.iter().map(scene::dump).collect();
    let all = pages.concat();
    for i in [0, 1, 999, 1999] {
        assert_eq!(all.matches(&format!("\"row {i}\"")).count(), 1, "row {i}");
    }
    assert!(!all.contains("\"row 2000\"") && pages.last().unwrap().contains("… 98000 more rows"));
    assert!(pages.last().unwrap().contains("\"below\"") && pages[1].contains("\"table (continued)\"") && pages[1].contains("\"disk\""));
    assert!(pages.len() > 40 && pages.len() < 120, "{}", pages.len());
    assert!(warnings.iter().any(|w| w.message == "98000 of 100000 rows are left out"), "{warnings:?}");
    // On screen the same panel has room for a few.
    let setup = PageSetup { table_rows: view::TableRows::AsOnScreen, ..PageSetup::default() };
    let (document, _) = render::page::render(&report(&panels, setup), &scene::Fonts::embedded());
    let shown = document.pages.iter().map(scene::dump).collect::<String>();
    assert!(document.pages.len() == 1 && shown.contains("\"1 - 3 of 100000 rows\""), "{shown}");
}

#[test]
fn stat() {
    check("stat", panel("stat", "series", json!({"graphMode": "area", "colorMode": "value"})), screen());
}

#[test]
fn stat_background_of_several() {
    let options = json!({"graphMode": "none", "colorMode": "background", "reduceOptions": {"values": true, "fields": "/.*/"}});
    check("stat_background", panel("stat", "table", options), screen());
}

#[test]
fn gauge() {
    check("gauge", panel("gauge", "series", json!({"shape": "gauge", "showThresholdLabels": true, "sparkline": false})), screen());
}

#[test]
fn bargauge() {
    let options = json!({"orientation": "horizontal", "displayMode": "gradient", "reduceOptions": {"values": true, "fields": ""}});
    check("bargauge", panel("bargauge", "table", options), screen());
}

#[test]
fn barchart() {
    let options = json!({"xTickLabelRotation": 45, "xTickLabelMaxLength": 4, "showValue": "always", "legend": {"calcs": ["max"], "placement": "right"}});
    check("barchart", panel("barchart", "table", options), screen());
}

#[test]
fn barchart_stacked_and_level() {
    let mut panels =
        panel("barchart", "plane", json!({"xField": "speed", "orientation": "horizontal", "stacking": "percent", "barRadius": 0.2}));
    panels[0]["fieldConfig"] = json!({"defaults": {}, "overrides": []});
    check("barchart_stacked", panels, screen());
}

#[test]
fn piechart() {
    let options = json!({"pieType": "donut", "displayLabels": ["name", "percent"], "reduceOptions": {"values": true, "fields": ""},
        "legend": {"displayMode": "table", "placement": "right", "values": ["value", "percent"]}});
    check("piechart", panel("piechart", "table", options), screen());
}

#[test]
fn candlestick() {
    check("candlestick", panel("candlestick", "prices", json!({"colorStrategy": "close-close"})), screen());
}

#[test]
fn trend() {
    check("trend", panel("trend", "plane", json!({"xField": "speed"})), screen());
}

#[test]
fn xychart() {
    let matcher = |id: &str, options: Json| json!({"matcher": {"id": id, "options": options}});
    let name = |name: &str| matcher("byName", json!(name));
    let series = json!({"frame": matcher("byIndex", json!(0)), "x": name("speed"), "y": name("torque"), "color": name("heat"), "size": name("heat")});
    check("xychart", panel("xychart", "plane", json!({"mapping": "manual", "series": [series]})), screen());
}

#[test]
fn table() {
    check("table", panel("table", "table", json!({"showHeader": true, "sortBy": [{"displayName": "disk"}]})), screen());
}

#[test]
fn table_of_every_cell() {
    let mut panels = panel("table", "cells", json!({"showTypeIcons": true, "maxRowHeight": 60}));
    panels[0]["gridPos"] = json!({"x": 0, "y": 0, "w": 24, "h": 6});
    check("table_cells", panels, PageSetup { screen_width_px: 1600.0, ..screen() });
}

#[test]
fn table_rows_take_the_color_of_a_column() {
    let mut panels = panel("table", "table", json!({"cellHeight": "md"}));
    let column = json!({"cellOptions": {"type": "color-background", "mode": "gradient", "applyToRow": true}, "footer": {"reducers": ["max", "count"]}});
    panels[0]["fieldConfig"]["overrides"] = json!([{"matcher": {"id": "byName", "options": "used"}, "properties": [
        {"id": "custom.cellOptions", "value": column["cellOptions"]}, {"id": "custom.footer", "value": column["footer"]}]}]);
    panels[0]["fieldConfig"]["defaults"]["links"] = json!([{"title": "look", "url": "https://x.example/"}]);
    panels[0]["fieldConfig"]["defaults"]["custom"] = json!({"width": 120, "wrapHeaderText": true});
    check("table_row_color", panels, screen());
}

#[test]
fn tables_inside_rows_are_open() {
    check("table_nested", panel("table", "groups", json!({})), screen());
    let setup = PageSetup { table_rows: view::TableRows::All { most: 3 }, ..screen() };
    check("table_nested_with_a_limit", panel("table", "groups", json!({"sortBy": [{"displayName": "host", "desc": true}]})), setup);
    let setup = PageSetup { table_rows: view::TableRows::AsOnScreen, ..screen() };
    check("table_nested_folded", panel("table", "groups", json!({})), setup);
}

#[test]
fn text() {
    let content = "# Title\n\nSome **bold** and `code`, a [link](https://grafana.example).\n\n- one\n- two\n\n|a|b|\n|-|-:|\n|1|2|\n\n<script>x</script>";
    check("text", panel("text", "", json!({"mode": "markdown", "content": content})), screen());
}

#[test]
fn text_of_every_element() {
    let content = "# One\n\na **b** *c* ~~d~~ `e f` https://x.example/y\n\n1. x\n   - y\n     - z\n\n- [x] done\n\n> said\n\n```js\nlet a;\n```\n\n---\n\n\
        ![words](https://x.example/z.png) H<sub>2</sub>O <kbd>K</kbd> <mark>m</mark>";
    let mut panels = panel("text", "", json!({"mode": "markdown", "content": content}));
    let html = "<div style=\"background:#1f60c4;color:white;padding:5px 10px;border-radius:4px;text-align:center;margin:8px\"><h2>Box</h2></div>\
        <table style=\"width:100%\"><tr><th>a</th><th>b</th></tr><tr><td rowspan=2>1</td><td align=right>2</td></tr><tr><td style=\"border:2px solid red\">3</td></tr></table>\
        <div style=\"display:flex;justify-content:space-between;align-items:center\"><div>left</div><h3>right</h3></div>\
        <details><summary>sum</summary>inside</details><font size=5 color=green>five</font><script>x()</script>\
        <p style=\"position:absolute;margin-left:20px;border-left:3px solid #ff0000\">p <span style=\"background:yellow;padding:1px 4px\">q r</span></p>";
    panels[0]["gridPos"]["h"] = json!(14);
    let mut right = panel("text", "", json!({"mode": "html", "content": html}));
    right[0]["id"] = json!(2);
    right[0]["gridPos"] = json!({"x": 12, "y": 0, "w": 12, "h": 14});
    panels.as_array_mut().unwrap().extend(right.as_array().cloned().unwrap());
    check("text_elements", panels, screen());
}

#[test]
fn errors_and_unknown_types_are_said() {
    let grid = |x: u8| json!({"x": x, "y": 0, "w": 8, "h": 4});
    let panels = json!([
        {"id": 1, "type": "timeseries", "title": "Broken", "error": "connection refused", "gridPos": grid(0)},
        {"id": 2, "type": "acme-flow-panel", "title": "Foreign", "gridPos": grid(8)},
        {"id": 3, "type": "gauge", "title": "Empty", "gridPos": grid(16)}
    ]);
    check("notices", panels, screen());
}

#[test]
fn pages_have_header_footer_and_breaks() {
    let text = |id: u8, y: u8| json!({"id": id, "type": "text", "title": format!("Panel {id}"), "gridPos": {"x": 0, "y": y, "w": 24, "h": 16}, "options": {"content": "x"}});
    let row = json!({"id": 9, "type": "row", "title": "Row", "gridPos": {"x": 0, "y": 16, "w": 24, "h": 1}, "panels": []});
    check("pages", json!([text(1, 0), row, text(2, 17)]), PageSetup { show_variables: true, ..PageSetup::default() });
}

fn list(kind: &str, options: Json, answers: Json) -> Json {
    json!([{"id": 1, "type": kind, "title": kind, "gridPos": {"x": 0, "y": 0, "w": 12, "h": 7}, "options": options, "answers": answers}])
}

#[test]
fn dashboards_are_listed_and_cut_whole() {
    let hit = |title: &str, starred: bool| json!({"uid": title, "title": title, "url": format!("/d/{title}/x"), "folderTitle": "Team", "isStarred": starred});
    let options = json!({"showStarred": true, "showSearch": true, "keepTime": true});
    let answers = json!({"starred": [hit("b", true)], "searched": [hit("C", false), hit("a", false)]});
    check("dashlist", list("dashlist", options, answers), screen());
}

#[test]
fn annotations_are_listed() {
    let answers = json!({"annotations": [
        {"text": "Deployed <b>v2</b>", "time": NOW - 60_000.0, "timeEnd": NOW, "tags": ["deploy", "web"], "login": "ann"},
        {"text": "Restart", "time": NOW, "timeEnd": NOW, "tags": []}]});
    check("annolist", list("annolist", json!({}), answers), screen());
}

#[test]
fn alert_rules_are_listed() {
    let alert = |host: &str| json!({"labels": {"host": host}, "state": "Alerting", "activeAt": "2026-11-20T04:00:00Z"});
    let answers = json!({"rules": {"data": {"groups": [{"name": "g", "file": "Folder", "rules": [
        {"type": "alerting", "uid": "r1", "name": "Disk full", "state": "firing", "alerts": [alert("a"), alert("b")],
         "totals": {"alerting": 2, "normal": 1}, "totalsFiltered": {"alerting": 2}}]}]}}});
    check("alertlist", list("alertlist", json!({"showInstances": true}), answers), screen());
}

#[test]
fn news_are_not_fetched() {
    check("news", list("news", json!({"feedUrl": "https://news.example/feed"}), json!({})), screen());
}

#[test]
fn log_lines_newest_first() {
    check("logs", panel("logs", "logs", json!({"showTime": true, "showCommonLabels": true})), screen());
}

#[test]
fn log_lines_wrapped_oldest_first() {
    let options =
        json!({"wrapLogMessage": true, "prettifyLogMessage": true, "sortOrder": "Ascending", "dedupStrategy": "exact", "showLabels": true});
    check("logs_wrapped", panel("logs", "logs", options), screen());
}

#[test]
fn map_of_markers() {
    let layer = json!({"type": "markers", "name": "Places", "config": {"showLegend": true,
        "style": {"color": {"field": "load"}, "size": {"field": "load", "min": 2, "max": 15}, "symbol": {"fixed": "img/icons/marker/star.svg"}}}});
    let photos = json!({"type": "photos", "name": "Flags"});
    check(
        "geomap",
        panel("geomap", "places", json!({"view": {"id": "fit", "zoom": 15}, "basemap": {"opacity": 0}, "layers": [layer, photos]})),
        screen(),
    );
}

#[test]
fn map_of_layers() {
    let triangle = json!({"type": "Polygon", "coordinates": [[[0, 0], [20, 0], [0, 20]]]});
    let file = json!({"type": "FeatureCollection", "features": [{"type": "Feature", "id": "one", "properties": {"name": "One"}, "geometry": triangle},
        {"type": "Feature", "properties": {"marker-color": "red", "marker-size": 8}, "geometry": {"type": "Point", "coordinates": [5, -5]}},
        {"type": "Feature", "properties": {"stroke": "blue"}, "geometry": {"type": "LineString", "coordinates": [[-5, -5], [5, -10]]}}]});
    let rule = json!({"check": {"property": "name", "operation": "eq", "value": "One"}, "style": {"color": {"fixed": "purple"}, "opacity": 0.2, "text": {"field": "name"}}});
    let flowing = json!({"color": {"field": "load"}, "size": {"field": "load", "min": 2, "max": 8}, "opacity": 0.5});
    let layers = json!([
        {"type": "geojson", "name": "Shapes", "opacity": 0.5, "config": {"src": "public/maps/a.geojson", "rules": [rule]}},
        {"type": "dayNight", "name": "Night", "config": {"sun": true}},
        {"type": "route", "name": "Way", "config": {"style": flowing, "arrow": 1}},
        {"type": "photos", "name": "Photos", "config": {"kind": "anchored", "src": "nowhere"}},
        {"type": "markers", "name": "Aligned", "config": {"showLegend": false, "style": {"size": {"fixed": 8}, "symbol": {"fixed": "img/icons/marker/x-mark.svg"},
            "symbolAlign": {"horizontal": "left", "vertical": "top"}, "rotation": {"field": "load", "max": 360}, "text": {"fixed": "here"}}}},
        {"type": "geojson", "name": "Elsewhere", "config": {"src": "https://a.example/b.geojson"}}
    ]);
    let options = json!({"view": {"id": "zero", "zoom": 4}, "basemap": {"opacity": 0}, "layers": layers});
    let mut panels = panel("geomap", "places", options);
    panels[0]["answers"] = json!({"public/maps/a.geojson": file});
    check("geomap_layers", panels, screen());
}

#[test]
fn map_of_a_network() {
    let layer = json!({"type": "network", "name": "Net", "config": {"showLegend": true, "arrow": 2, "style": {"symbol": {"fixed": "img/icons/marker/square.svg"}},
        "edgeStyle": {"color": {"fixed": "orange"}, "size": {"field": "load", "min": 2, "max": 8}, "text": {"field": "load"}}}});
    let options = json!({"view": {"id": "fit", "zoom": 4}, "basemap": {"opacity": 0}, "layers": [layer]});
    check("geomap_network", panel("geomap", "network", options), screen());
}

#[test]
fn map_of_outlines() {
    let options = json!({"view": {"id": "coords", "lon": 14.45, "lat": 35.9, "zoom": 7}, "controls": {"showScale": true},
        "layers": [{"type": "heatmap"}]});
    check("geomap_outlines", panel("geomap", "", options), screen());
}

#[test]
fn graph_of_nodes() {
    let options = json!({"nodes": {"mainStatUnit": "ms", "arcs": [{"field": "arc__bad", "color": "purple"}]}});
    check("nodegraph", panel("nodeGraph", "graph", options), screen());
}

#[test]
fn canvas_of_elements() {
    let at = |kind: &str, name: &str, left: u16, top: u16, config: Json| {
        json!({"type": kind, "name": name, "placement": {"left": left, "top": top, "width": 90, "height": 60}, "config": config,
            "background": {"color": {"fixed": "#D9D9D9"}}, "border": {"color": {"fixed": "dark-green"}, "width": 2}})
    };
    let words = |text: &str| json!({"text": {"mode": "fixed", "fixed": text}, "size": 12, "align": "center", "valign": "middle"});
    let mut value = at("metric-value", "value", 10, 10, json!({"text": {"mode": "field", "field": "used"}, "size": 20}));
    value["background"] = json!({"color": {"field": "used"}});
    value["connections"] = json!([
        {"source": {"x": 1, "y": 0}, "target": {"x": -1, "y": 0}, "targetName": "round", "size": {"fixed": 2}, "color": {"fixed": "red"}},
        {"source": {"x": 0, "y": -1}, "target": {"x": 0, "y": 1}, "targetName": "sign", "lineStyle": {"style": "dashed"},
            "vertices": [{"x": 0.5, "y": 0.5}], "radius": {"fixed": 8}, "direction": {"mode": "fixed", "fixed": "both"}}]);
    let mut missing = at("metric-value", "none", 290, 10, json!({"text": {"mode": "field", "field": "nowhere"}}));
    missing["placement"]["rotation"] = json!(30);
    let elements = json!([
        value,
        missing,
        at("ellipse", "round", 150, 10, words("round")),
        at("rectangle", "sign", 10, 110, words("sign")),
        at("server", "server", 110, 110, json!({"type": "Stack", "bulbColor": {"fixed": "red"}})),
        at("button", "button", 210, 110, words("Go")),
        at("icon", "icon", 310, 110, json!({"path": {"fixed": "img/icons/unicons/check-circle.svg"}})),
        at("droneTop", "drone", 310, 80, json!({}))
    ]);
    check("canvas", panel("canvas", "table", json!({"root": {"type": "frame", "elements": elements}})), screen());
}

/// Files of Grafana's: an icon, a picture behind an element, a marker's symbol, an icon in a node.
#[test]
fn pictures_of_panels() {
    let svg = "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 24 24'><path d='M4 4H20V20Z'/></svg>";
    let files = json!({"img/icons/unicons/bolt.svg": svg, "img/bg/p.svg": svg, "img/icons/marker/star.svg": svg});
    let place = |left: u16| json!({"left": left, "top": 10, "width": 90, "height": 60});
    let behind = |how: &str| json!({"image": {"mode": "fixed", "fixed": "img/bg/p.svg"}, "size": how});
    let elements = json!([
        {"type": "icon", "placement": place(10), "config": {"path": {"fixed": "img/icons/unicons/bolt.svg"}, "fill": {"fixed": "orange"},
            "stroke": {"width": 2, "color": {"fixed": "red"}}}},
        {"type": "rectangle", "placement": place(110), "background": behind("cover"), "border": {"radius": 8}, "config": {}},
        {"type": "ellipse", "placement": place(210), "background": behind("tile"), "config": {}},
        {"type": "rectangle", "placement": place(310), "background": {"image": {"fixed": "https://a.example/x.png"}}, "config": {}},
        {"type": "windTurbine", "placement": {"left": 20, "top": 80, "width": 60, "height": 90}}
    ]);
    let mut panels = panel("canvas", "table", json!({"root": {"type": "frame", "elements": elements}}));
    panels[0]["pictures"] = files.clone();
    check("canvas_pictures", panels, screen());
    let layer = json!({"type": "markers", "name": "Stars", "config": {"style": {"size": {"fixed": 10}, "symbol": {"fixed": "img/icons/marker/star.svg"}}}});
    let options = json!({"view": {"id": "zero", "zoom": 1}, "basemap": {"opacity": 0}, "layers": [layer]});
    let mut panels = panel("geomap", "places", options);
    panels[0]["pictures"] = files.clone();
    check("geomap_symbols", panels, screen());
}

#[test]
fn datagrid() {
    check("datagrid", panel("datagrid", "table", json!({"selectedSeries": 0})), screen());
}

#[test]
fn flame_graph_with_its_table() {
    let mut panels = panel("flamegraph", "profile", json!({}));
    panels[0]["gridPos"] = json!({"x": 0, "y": 0, "w": 24, "h": 6});
    check("flamegraph", panels, PageSetup { screen_width_px: 1000.0, ..screen() });
}

#[test]
fn trace_of_spans() {
    check("traces", panel("traces", "trace", json!({})), screen());
    let mut panels = panel("traces", "trace", json!({}));
    panels[0]["gridPos"]["h"] = json!(12);
    check("traces_overview", panels, screen());
}

/// Graphs, profiles, traces and canvases of data that is none of it, and of very much of it.
#[test]
fn graphs_of_anything() {
    let bad = json!({"type": "metric-value", "placement": {"left": -1e9, "width": 0, "rotation": 1e9}, "config": {"size": -1, "text": {"field": "x"}},
        "border": {"width": 1e9, "color": {}}, "connections": [{"source": {}, "target": {}, "size": {"fixed": 1e9}, "vertices": [{"x": 0}, {"x": 0, "y": 0}], "radius": {"fixed": 1e9}}, {}, 1]});
    let options = json!({"layoutAlgorithm": "force", "root": {"elements": [bad, {}, 3, {"type": "frame", "elements": [{"type": "server"}, {"type": "cloud"}]}]}});
    for kind in ["nodeGraph", "canvas", "flamegraph", "traces", "datagrid"] {
        for frames in ["", "series", "table", "states", "graph", "profile", "trace", "many"] {
            for options in [&options, &json!({}), &json!({"layoutAlgorithm": "grid"})] {
                let (document, _) =
                    render::page::render(&report(&panel(kind, frames, options.clone()), screen()), &scene::Fonts::embedded());
                let dumped: String = document.pages.iter().map(scene::dump).collect();
                assert!(!dumped.contains("NaN") && !dumped.contains("inf"), "{kind} of {frames} with {options}");
                assert!(!dumped.contains("could not be drawn"), "{kind} of {frames} with {options}");
            }
        }
    }
}
