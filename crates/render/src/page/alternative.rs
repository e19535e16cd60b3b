//! What a reader who cannot see a panel is told in its place: title, kind, time range, and its series with their figures.

use grafana::{
    field::{self, DisplayContext},
    frame::{Field, FieldType, Value},
    theme::Theme,
    time,
};
use serde_json::Value as Json;

use crate::{
    panel::{interpolator, options},
    view::{DashboardView, PanelView},
};

/// Series a reader is told of by name; more would hold up whoever has a page read aloud.
const TOLD_SERIES: usize = 8;

/// Panels that show one figure a series, by their own reducer.
const OF_FIGURES: [&str; 4] = ["stat", "gauge", "bargauge", "piechart"];
/// Panels whose number fields are places, counts or parts of one thing, not series with a least and a greatest value of their own.
const NOT_OF_SERIES: [&str; 7] = ["canvas", "flamegraph", "geomap", "heatmap", "nodeGraph", "traces", "datagrid"];

/// The alternative text of a panel: sentences, each with its full stop.
///
/// ```text
/// CPU usage: time series chart, Last 6 hours. 2 series. node-01: last 45%, min 12%, max 87%. node-02: no data.
/// ```
pub fn alternative(view: &PanelView, dashboard: &DashboardView, theme: &Theme) -> String {
    let title = view.panel.title.trim();
    let plugin = view.panel.plugin_id.as_str();
    let fields = || view.frames.iter().flat_map(|frame| &frame.fields).filter(|field| !is_hidden(field));
    let mut text = match title.is_empty() {
        true => kind(plugin),
        false => format!("{title}: {}", kind(plugin)),
    };
    if fields().any(|field| field.kind == FieldType::Time) {
        text += &format!(", {}", time::describe_range(&view.range.raw, &dashboard.zone));
    }
    text += ".";
    if fields().next().is_none() {
        return text + " No data.";
    }
    let interpolate = interpolator(&view.panel, &dashboard.variables);
    let display = DisplayContext { theme, zone: &dashboard.zone, now_ms: dashboard.now_ms, interpolate: &interpolate };
    let entries: Vec<String> = if OF_FIGURES.contains(&plugin) {
        let reduce = options::reduce(&view.panel.options);
        let values = field::field_display_values(&view.frames, &reduce, &view.panel.field_config, false, &display);
        (values.iter().take(TOLD_SERIES + 1))
            .map(|value| match value.display.title.as_deref().map(str::trim).filter(|name| !name.is_empty() && *name != title) {
                Some(name) => format!("{name}: {}", value.display.full()),
                None => value.display.full(),
            })
            .collect()
    } else {
        let numbers = fields().filter(|field| field.kind == FieldType::Number);
        let told = |field: &Field| match NOT_OF_SERIES.contains(&plugin) {
            true => name(field),
            false => format!("{}: {}", name(field), figures(field, &display)),
        };
        let count = numbers.clone().count();
        if count > 1 && !NOT_OF_SERIES.contains(&plugin) {
            text += &format!(" {count} series.");
        }
        let mut entries: Vec<String> = numbers.clone().take(TOLD_SERIES).map(told).collect();
        entries.extend((TOLD_SERIES..count).map(|_| String::new()));
        entries
    };
    for entry in entries.iter().take(TOLD_SERIES) {
        text += &format!(" {entry}.");
    }
    if entries.len() > TOLD_SERIES {
        text += match entries.len() - TOLD_SERIES {
            _ if OF_FIGURES.contains(&plugin) => " And more.".to_owned(),
            1 => " And 1 more.".to_owned(),
            more => format!(" And {more} more."),
        }
        .as_str();
    }
    text
}

/// What people call a panel of this type.
fn kind(plugin: &str) -> String {
    let known = match plugin {
        "timeseries" | "graph" => "time series chart",
        "barchart" => "bar chart",
        "bargauge" => "bar gauge",
        "piechart" => "pie chart",
        "stat" | "singlestat" => "figure",
        "gauge" => "gauge",
        "candlestick" => "candlestick chart",
        "state-timeline" => "state timeline",
        "status-history" => "status history",
        "xychart" => "XY chart",
        "trend" => "trend chart",
        "heatmap" => "heatmap",
        "histogram" => "histogram",
        "flamegraph" => "flame graph",
        "geomap" => "map",
        "nodeGraph" => "node graph",
        "traces" => "trace",
        "canvas" => "canvas",
        "datagrid" => "data grid",
        other => return format!("{other} panel"),
    };
    known.to_owned()
}

fn name(field: &Field) -> String {
    let name = field.display_name.as_deref().unwrap_or(&field.name).trim();
    if name.is_empty() { "unnamed".to_owned() } else { name.to_owned() }
}

/// Last, least and greatest value as the panel would write them.
fn figures(field: &Field, display: &DisplayContext) -> String {
    let written = |reducer: &str| match field::reduce_field(field, reducer) {
        Value::Number(number) if number.is_finite() => Some(field::display_value(field, &Value::Number(number), None, display).full()),
        _ => None,
    };
    match (written("lastNotNull"), written("min"), written("max")) {
        (Some(last), Some(min), Some(max)) if min != max => format!("last {last}, min {min}, max {max}"),
        (Some(last), ..) => last,
        _ => "no data".to_owned(),
    }
}

fn is_hidden(field: &Field) -> bool {
    field.config.custom.get("hideFrom").and_then(|hide| hide.get("viz")).and_then(Json::as_bool).unwrap_or(false)
}
