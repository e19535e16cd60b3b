//! Reading options as saved.

use indexmap::IndexMap;
use serde_json::Value as Json;

use crate::{field, js::parse_float};

pub(super) fn text<'a>(options: &'a Json, key: &str) -> Option<&'a str> {
    options.get(key).and_then(Json::as_str).filter(|text| !text.is_empty())
}

pub(super) fn flag(options: &Json, key: &str) -> Option<bool> {
    options.get(key).and_then(Json::as_bool)
}

/// A number, or text that starts with one.
pub(super) fn number(options: &Json, key: &str) -> Option<f64> {
    match options.get(key)? {
        Json::Number(number) => number.as_f64(),
        Json::String(text) => Some(parse_float(text)).filter(|number| !number.is_nan()),
        _ => None,
    }
}

pub(super) fn texts(options: &Json, key: &str) -> Vec<String> {
    options.get(key).and_then(Json::as_array).into_iter().flatten().filter_map(Json::as_str).map(str::to_owned).collect()
}

/// The texts of an object of texts ("renameByName").
pub(super) fn text_map(options: &Json, key: &str) -> IndexMap<String, String> {
    let map = options.get(key).and_then(Json::as_object).into_iter().flatten();
    map.filter_map(|(key, value)| Some((key.clone(), value.as_str()?.to_owned()))).collect()
}

/// The special value an empty cell takes ("null", "zero" …; "" is the default).
pub(super) fn empty_value(options: &Json) -> crate::frame::Value {
    use crate::frame::Value;
    match text(options, "emptyValue") {
        Some("true") => Value::Boolean(true),
        Some("false") => Value::Boolean(false),
        Some("null") => Value::Null,
        Some("zero") => Value::Number(0.0),
        _ => Value::String(String::new()),
    }
}

pub(super) fn matcher(id: &str, options: Json) -> Option<field::FieldMatcher> {
    field::FieldMatcher::new(&field::Matcher { id: id.into(), options })
}
