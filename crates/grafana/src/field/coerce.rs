//! JavaScript's conversions between cell types.

use serde_json::Value as Json;

use crate::{
    frame::Value,
    js::{number_from_string, number_to_string},
};

/// `anyToNumber`: NaN for null, "", arrays and what is no number; booleans are 1 and 0.
pub fn to_number(value: &Value) -> f64 {
    match value {
        Value::Number(number) => *number,
        Value::Boolean(flag) => f64::from(u8::from(*flag)),
        Value::String(text) if text.is_empty() => f64::NAN,
        Value::String(text) => number_from_string(text),
        Value::Json(json) => match json {
            Json::Number(number) => number.as_f64().unwrap_or(f64::NAN),
            Json::Bool(flag) => f64::from(u8::from(*flag)),
            Json::String(text) => to_number(&Value::String(text.clone())),
            _ => f64::NAN,
        },
        Value::Null => f64::NAN,
    }
}

/// lodash `toString`: null is "", arrays are joined by commas, objects are "[object Object]".
pub fn to_text(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::Number(number) => number_to_string(*number),
        Value::Boolean(flag) => flag.to_string(),
        Value::String(text) => text.clone(),
        Value::Json(json) => json_text(json, ","),
    }
}

/// As [`to_text`]; arrays are joined by `separator`.
pub(crate) fn json_text(json: &Json, separator: &str) -> String {
    match json {
        Json::Null => String::new(),
        Json::Bool(flag) => flag.to_string(),
        Json::Number(number) => number.as_f64().map(number_to_string).unwrap_or_default(),
        Json::String(text) => text.clone(),
        Json::Array(items) => items.iter().map(|item| json_text(item, ",")).collect::<Vec<_>>().join(separator),
        Json::Object(_) => "[object Object]".into(),
    }
}

/// A cell as JSON; NaN and infinities become null.
pub fn cell_json(value: &Value) -> Json {
    match value {
        Value::Null => Json::Null,
        Value::Number(number) => number_json(*number),
        Value::Boolean(flag) => Json::Bool(*flag),
        Value::String(text) => Json::String(text.clone()),
        Value::Json(json) => json.clone(),
    }
}

/// A number as JSON, whole ones without a fraction.
pub(crate) fn number_json(number: f64) -> Json {
    if number.fract() == 0.0 && number.abs() < 9e15 {
        return Json::from(number as i64);
    }
    serde_json::Number::from_f64(number).map_or(Json::Null, Json::Number)
}

/// A key that is equal for equal cells of the same type, NaN included.
pub(crate) fn loose_key(value: &Value) -> (u8, String) {
    let class = match value {
        Value::Null => 0,
        Value::Number(_) => 1,
        Value::Boolean(_) => 2,
        Value::String(_) => 3,
        Value::Json(_) => 4,
    };
    let text = match value {
        Value::Json(json) => json.to_string(),
        other => to_text(other),
    };
    (class, text)
}

/// Milliseconds of an ISO 8601 date; without an offset it is UTC. `None` when it is none.
pub fn parse_date(text: &str) -> Option<f64> {
    let text = text.trim();
    if let Ok(timestamp) = text.parse::<jiff::Timestamp>() {
        return Some(timestamp.as_nanosecond() as f64 / 1e6);
    }
    let civil = text.parse::<jiff::civil::DateTime>().or_else(|_| text.parse::<jiff::civil::Date>().map(|date| date.at(0, 0, 0, 0)));
    let timestamp = civil.ok()?.to_zoned(jiff::tz::TimeZone::UTC).ok()?.timestamp();
    Some(timestamp.as_nanosecond() as f64 / 1e6)
}
