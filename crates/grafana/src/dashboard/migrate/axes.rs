//! Y axes of the angular graph, as field config.

use serde_json::{Value as Json, json};

use super::super::json::{self, Object};

/// `yaxes` of dashboards before version 12: formats and limits were spread over the panel and its `grid`.
pub(super) fn modernise(panel: &mut Object) {
    let grid = json::object(panel.get("grid")).cloned().unwrap_or_default();
    if let Some(formats) = panel.get("y_formats").and_then(Json::as_array).filter(|_| !panel.contains_key("yaxes")).cloned() {
        let shown = panel.get("y-axis").is_none_or(json::truthy);
        let axis = |index: usize, side: &str| {
            json!({"label": panel.get(&format!("{side}YAxisLabel")), "show": shown, "format": formats.get(index),
                "min": grid.get(&format!("{side}Min")), "max": grid.get(&format!("{side}Max")), "logBase": grid.get(&format!("{side}LogBase"))})
        };
        let axes = vec![axis(0, "left"), axis(1, "right")];
        panel.insert("yaxes".into(), Json::Array(axes));
        let x_shown = panel.get("x-axis").is_none_or(json::truthy);
        panel.entry("xaxis").or_insert_with(|| json!({"show": x_shown, "mode": "time"}));
    }
    if !panel.get("thresholds").is_some_and(Json::is_array) {
        let old: Vec<Json> = ["1", "2"].iter().filter_map(|n| grid_threshold(&grid, n)).collect();
        if !old.is_empty() {
            panel.insert("thresholds".into(), Json::Array(old));
        }
    }
}

fn grid_threshold(grid: &Object, n: &str) -> Option<Json> {
    let value = json::number(grid, &format!("threshold{n}"))?;
    let line = json::flag(grid, "thresholdLine");
    let color = json::text(grid, &format!("threshold{n}Color"));
    let op = if json::number(grid, "threshold2").is_some_and(|two| json::number(grid, "threshold1").is_some_and(|one| two < one)) {
        "lt"
    } else {
        "gt"
    };
    Some(json!({"value": value, "op": op, "fill": !line, "line": line, "colorMode": "custom", "fillColor": color, "lineColor": color}))
}

/// One axis as field config: unit, decimals, min, max and its custom settings.
pub(super) fn field_config(axis: Option<&Json>) -> Object {
    let Some(axis) = axis.and_then(Json::as_object) else { return Object::new() };
    let mut config = Object::new();
    if let Some(unit) = axis.get("format").filter(|unit| unit.is_string()) {
        config.insert("unit".into(), unit.clone());
    }
    for key in ["decimals", "min", "max"] {
        if let Some(number) = axis.get(key).and_then(limit) {
            config.insert(key.into(), number);
        }
    }
    let mut custom = Object::new();
    custom.insert("axisPlacement".into(), Json::from(if json::flag(axis, "show") { "auto" } else { "hidden" }));
    if let Some(label) = json::some_text(axis, "label") {
        custom.insert("axisLabel".into(), Json::from(label));
    }
    if let Some(log) = json::integer(axis, "logBase").filter(|log| matches!(log, 2 | 10)) {
        custom.insert("scaleDistribution".into(), json!({"type": "log", "log": log}));
    }
    config.insert("custom".into(), Json::Object(custom));
    config
}

/// A number, or text JavaScript's `Number` reads: the empty text is 0 there.
fn limit(json: &Json) -> Option<Json> {
    match json {
        Json::Number(_) => Some(json.clone()),
        Json::String(text) if text.trim().is_empty() => Some(Json::from(0)),
        other => json::number_of(other).map(Json::from),
    }
}

/// What a series on the right axis takes from it where it differs from the left one.
pub(super) fn right_axis(left: &Object, right: &Object) -> Vec<(String, Json)> {
    let differs = |(key, value): &(&String, &Json), other: Option<&Object>| other.and_then(|other| other.get(*key)) != Some(*value);
    let plain = right.iter().filter(|(key, _)| key.as_str() != "custom").filter(|pair| differs(pair, Some(left)));
    let mut properties: Vec<(String, Json)> = plain.map(|(key, value)| (key.clone(), value.clone())).collect();
    properties.push(("custom.axisPlacement".into(), Json::from("right")));
    let left_custom = json::object(left.get("custom"));
    let custom = json::object(right.get("custom")).into_iter().flatten().filter(|pair| differs(pair, left_custom));
    properties.extend(custom.map(|(key, value)| (format!("custom.{key}"), value.clone())));
    properties
}
