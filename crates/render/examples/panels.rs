//! Draws panels from a file, without a Grafana: `cargo run -p render --example panels -- <panels.json> <out.pdf> [dark]`.
//!
//! The file is a list of panels; each may hold `frames` (as the query API gives them), `answers` (of its lookups, by key) and
//! `pictures` (address → file).

use std::{collections::BTreeMap, error::Error, sync::Arc};

use grafana::{
    dashboard, field,
    frame::frame_from_json,
    listing,
    theme::Theme,
    time::{RawTimeRange, TimeRange, TimeZone},
    variable::Variables,
};
use render::{DashboardView, PageSetup, PanelView, ReportView, view};
use serde_json::{Value as Json, json};

const NOW: f64 = 1_795_154_400_000.0;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [file, out, modes @ ..] = arguments.as_slice() else { return Err("file and output expected".into()) };
    let panels: Json = serde_json::from_slice(&std::fs::read(file)?)?;
    let model = dashboard::from_classic(&json!({"uid": "x", "title": "Panels", "schemaVersion": 42, "panels": panels}))?;
    let range = TimeRange { from_ms: NOW - 3_600_000.0, to_ms: NOW, raw: RawTimeRange::default() };
    let (theme, zone) = (if modes.iter().any(|m| m == "dark") { Theme::dark() } else { Theme::light() }, TimeZone::utc());
    let variables = Variables::default();
    let mut views = Vec::new();
    for panel in dashboard::unroll(&model, &variables, false) {
        let interpolate = render::panel::interpolator(&panel, &variables);
        let context = field::DisplayContext { theme: &theme, zone: &zone, now_ms: NOW, interpolate: &interpolate };
        let mut frames: Vec<grafana::frame::Frame> =
            panel.raw["frames"].as_array().into_iter().flatten().filter_map(frame_from_json).collect();
        field::apply_field_overrides(&mut frames, &panel.field_config, &context);
        let lookups = listing::plan(&panel, &range, &variables);
        let answers = lookups.into_iter().map(|lookup| (lookup.key.clone(), panel.raw["answers"][lookup.key].clone())).collect();
        let listing = listing::read(&panel, &variables, &answers, "https://grafana.example");
        let mut by_url = BTreeMap::new();
        for (address, path) in panel.raw["pictures"].as_object().into_iter().flatten() {
            by_url.insert(address.clone(), Arc::new(std::fs::read(path.as_str().unwrap_or_default())?));
        }
        views.push(PanelView {
            listing,
            pictures: view::Pictures { by_url, ..Default::default() },
            ..PanelView::of(panel, frames, range.clone())
        });
    }
    let dashboard = DashboardView {
        uid: model.uid,
        title: model.title,
        url: None,
        app_url: String::new(),
        now_ms: NOW,
        range,
        zone,
        variables,
        panels: views,
    };
    let setup = PageSetup { paper: view::Paper::Endless, header: false, footer: false, ..PageSetup::default() };
    let report = ReportView { name: "Panels".into(), dashboards: vec![dashboard], setup, theme, rendered_ms: NOW, logo: None };
    let started = std::time::Instant::now();
    let (document, warnings) = render::page::render(&report, &scene::Fonts::embedded());
    eprintln!("drawn in {:?}", started.elapsed());
    for warning in warnings {
        eprintln!("{:?} {}: {}", warning.panel_id, warning.panel_title, warning.message);
    }
    std::fs::write(out, export::pdf::write(&document)?)?;
    Ok(())
}
