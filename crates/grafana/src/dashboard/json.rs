//! Forgiving reads of saved JSON: numbers saved as text, booleans saved as numbers, nulls anywhere.

use serde_json::{Map, Value as Json};

pub(crate) type Object = Map<String, Json>;

pub(crate) fn object(json: Option<&Json>) -> Option<&Object> {
    json.and_then(Json::as_object)
}

/// Text of a string, number or boolean; `None` for null, arrays and objects.
pub(crate) fn text_of(json: &Json) -> Option<String> {
    match json {
        Json::String(text) => Some(text.clone()),
        Json::Number(number) => Some(number_text(number)),
        Json::Bool(flag) => Some(flag.to_string()),
        _ => None,
    }
}

fn number_text(number: &serde_json::Number) -> String {
    match number.as_i64() {
        Some(whole) => whole.to_string(),
        None => number.as_f64().map(js_number).unwrap_or_default(),
    }
}

/// A number as JavaScript's `String(n)` writes it.
pub(crate) fn js_number(number: f64) -> String {
    if number.is_finite() { ryu_js::Buffer::new().format(number).to_owned() } else { number.to_string() }
}

pub(crate) fn number_of(json: &Json) -> Option<f64> {
    match json {
        Json::Number(number) => number.as_f64(),
        Json::String(text) => text.trim().parse().ok().filter(|n: &f64| n.is_finite()),
        _ => None,
    }
}

/// JavaScript's truth of a value.
pub(crate) fn truthy(json: &Json) -> bool {
    match json {
        Json::Null => false,
        Json::Bool(flag) => *flag,
        Json::Number(number) => number.as_f64().is_some_and(|n| n != 0.0),
        Json::String(text) => !text.is_empty(),
        _ => true,
    }
}

pub(crate) fn text(map: &Object, key: &str) -> String {
    map.get(key).and_then(text_of).unwrap_or_default()
}

/// Text that is there and not empty.
pub(crate) fn some_text(map: &Object, key: &str) -> Option<String> {
    map.get(key).and_then(text_of).filter(|text| !text.is_empty())
}

pub(crate) fn number(map: &Object, key: &str) -> Option<f64> {
    map.get(key).and_then(number_of)
}

pub(crate) fn integer(map: &Object, key: &str) -> Option<i64> {
    number(map, key).map(|n| n as i64)
}

pub(crate) fn flag(map: &Object, key: &str) -> bool {
    map.get(key).is_some_and(truthy)
}

/// An array's members; nothing when it is none.
pub(crate) fn list<'a>(map: &'a Object, key: &str) -> &'a [Json] {
    map.get(key).and_then(Json::as_array).map(Vec::as_slice).unwrap_or_default()
}

/// The object under `key`, made when there is none.
pub(crate) fn child<'a>(map: &'a mut Object, key: &str) -> &'a mut Object {
    let slot = map.entry(key).or_insert(Json::Null);
    if !slot.is_object() {
        *slot = Json::Object(Object::new());
    }
    slot.as_object_mut().expect("just made an object")
}

/// The object under a path of keys, made where there is none.
pub(crate) fn child_at<'a>(map: &'a mut Object, path: &[&str]) -> &'a mut Object {
    path.iter().fold(map, |map, key| child(map, key))
}

/// Looks along a path of keys.
pub(crate) fn at<'a>(map: &'a Object, path: &[&str]) -> Option<&'a Json> {
    let (first, rest) = path.split_first()?;
    rest.iter().try_fold(map.get(*first)?, |json, key| json.get(*key))
}

/// Name of a JSON value's kind, for messages.
pub(crate) fn kind_of(json: &Json) -> &'static str {
    match json {
        Json::Null => "null",
        Json::Bool(_) => "a boolean",
        Json::Number(_) => "a number",
        Json::String(_) => "a string",
        Json::Array(_) => "an array",
        Json::Object(_) => "an object",
    }
}
