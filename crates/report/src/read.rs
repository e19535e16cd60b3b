//! Lenient reading of JSON objects: unknown keys are ignored, absent and null are the same, a wrong type names its path.

use serde_json::{Map, Value};

use crate::Error;

/// A JSON object together with the path that led to it.
#[derive(Clone)]
pub struct Object<'a> {
    map: &'a Map<String, Value>,
    path: String,
}

impl<'a> Object<'a> {
    pub fn root(value: &'a Value) -> Result<Object<'a>, Error> {
        match value {
            Value::Object(map) => Ok(Object { map, path: String::new() }),
            other => Err(Error::new(format!("request body: expected an object, got {}", kind(other)))),
        }
    }

    /// An element of a list, for which the caller knows the path.
    pub fn at(path: &str, value: &'a Value) -> Result<Object<'a>, Error> {
        match value {
            Value::Object(map) => Ok(Object { map, path: path.to_owned() }),
            other => Err(wrong(path, "an object", other)),
        }
    }

    pub fn path(&self, key: &str) -> String {
        if self.path.is_empty() { key.to_owned() } else { format!("{}.{key}", self.path) }
    }

    /// The value of `key`, `None` when absent or null.
    pub fn get(&self, key: &str) -> Option<&'a Value> {
        self.map.get(key).filter(|value| !value.is_null())
    }

    /// True when `key` stands there as null: an explicit "take it away".
    pub fn is_null(&self, key: &str) -> bool {
        matches!(self.map.get(key), Some(Value::Null))
    }

    pub fn object(&self, key: &str) -> Result<Option<Object<'a>>, Error> {
        self.get(key).map(|value| Object::at(&self.path(key), value)).transpose()
    }

    pub fn list(&self, key: &str) -> Result<Option<&'a [Value]>, Error> {
        match self.get(key) {
            None => Ok(None),
            Some(Value::Array(items)) => Ok(Some(items)),
            Some(other) => Err(wrong(&self.path(key), "a list", other)),
        }
    }

    pub fn string(&self, key: &str) -> Result<Option<String>, Error> {
        match self.get(key) {
            None => Ok(None),
            Some(Value::String(text)) => Ok(Some(text.clone())),
            Some(other) => Err(wrong(&self.path(key), "a string", other)),
        }
    }

    /// A string; numbers are taken too (`dayOfMonth: 2`, `from: 1663575882000`, `id: 3`).
    pub fn text(&self, key: &str) -> Result<Option<String>, Error> {
        match self.get(key) {
            Some(Value::Number(number)) => Ok(Some(number.to_string())),
            _ => self.string(key),
        }
    }

    /// A whole number; `2.0` is one.
    pub fn integer(&self, key: &str) -> Result<Option<i64>, Error> {
        let Some(value) = self.get(key) else { return Ok(None) };
        match value {
            Value::Number(number) => match (number.as_i64(), number.as_f64()) {
                (Some(integer), _) => Ok(Some(integer)),
                (None, Some(float)) if float.fract() == 0.0 && float.abs() < 9e15 => Ok(Some(float as i64)),
                _ => Err(Error::field(&self.path(key), format!("expected a whole number, got {number}"))),
            },
            other => Err(wrong(&self.path(key), "a number", other)),
        }
    }

    /// A boolean; the words "true" and "false" count, since the documentation calls `workdaysOnly` a string.
    pub fn boolean(&self, key: &str) -> Result<Option<bool>, Error> {
        match self.get(key) {
            None => Ok(None),
            Some(Value::Bool(value)) => Ok(Some(*value)),
            Some(Value::String(text)) => match text.trim().to_ascii_lowercase().as_str() {
                "true" => Ok(Some(true)),
                "false" | "" => Ok(Some(false)),
                _ => Err(Error::field(&self.path(key), format!("expected true or false, got {text:?}"))),
            },
            Some(other) => Err(wrong(&self.path(key), "true or false", other)),
        }
    }
}

/// `path: expected …, got …`.
pub fn wrong(path: &str, expected: &str, got: &Value) -> Error {
    Error::field(path, format!("expected {expected}, got {}", kind(got)))
}

fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "a string",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}
