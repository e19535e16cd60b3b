//! Value mappings of the angular panels and of dashboards before version 30.

use serde_json::{Value as Json, json};

use super::super::json::{self, Object};

/// `valueMaps` or `rangeMaps` of a singlestat. Colours are those the thresholds give the mapped text.
pub(super) fn from_singlestat(panel: &Object, thresholds: Option<&Json>) -> Vec<Json> {
    let (values, ranges) = (json::list(panel, "valueMaps"), json::list(panel, "rangeMaps"));
    let kind = json::integer(panel, "mappingType").filter(|kind| *kind != 0);
    let kind = kind.unwrap_or(if !values.is_empty() { 1 } else { 2 });
    let (maps, kind) = if kind == 1 { (values, 1) } else { (ranges, 2) };
    maps.iter().filter_map(Json::as_object).filter_map(|map| upgrade(map, kind, thresholds)).collect()
}

/// Mappings with numeric types (`{type: 1, value, text}`) become today's; others stay.
pub(super) fn modernise(mappings: &[Json], thresholds: Option<&Json>) -> Vec<Json> {
    let one = |mapping: &Json| {
        let map = mapping.as_object()?;
        match map.get("type") {
            Some(Json::Number(kind)) => upgrade(map, kind.as_i64().unwrap_or(0), thresholds),
            None => upgrade(map, if map.contains_key("from") { 2 } else { 1 }, thresholds),
            _ => Some(mapping.clone()),
        }
    };
    mappings.iter().filter_map(one).collect()
}

fn upgrade(old: &Object, kind: i64, thresholds: Option<&Json>) -> Option<Json> {
    let text = json::text(old, "text");
    let mut result = json!({"text": text});
    if let Some(color) = threshold_color(&text, thresholds) {
        result["color"] = Json::from(color);
    }
    let null = |result: Json| json!({"type": "special", "options": {"match": "null", "result": result}});
    if kind == 1 {
        let value = json::text_of(old.get("value")?)?;
        if value == "null" {
            return Some(null(result));
        }
        let options: Object = [(value, result)].into_iter().collect();
        return Some(json!({"type": "value", "options": options}));
    }
    let (from, to) = (json::text(old, "from"), json::text(old, "to"));
    if from == "null" || to == "null" {
        return Some(null(result));
    }
    Some(json!({"type": "range", "options": {"from": json::number(old, "from"), "to": json::number(old, "to"), "result": result}}))
}

/// The colour of the step a mapped text falls on, when it begins with a number.
fn threshold_color(text: &str, thresholds: Option<&Json>) -> Option<String> {
    let number = crate::js::parse_float(text);
    let steps = thresholds?.get("steps")?.as_array()?;
    let reached = |step: &&Json| step.get("value").and_then(json::number_of).is_none_or(|value| number >= value);
    if number.is_nan() {
        return None;
    }
    steps.iter().take_while(reached).last().and_then(|step| step.get("color")).and_then(json::text_of)
}
