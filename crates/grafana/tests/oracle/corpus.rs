//! Reading the expected files and reporting all mismatches of one at once.

use grafana::frame::{Frame, frame_from_json};
use serde_json::{Value, json};

/// A file of `tests/corpus/oracle`.
pub fn load(name: &str) -> Value {
    let path = format!("{}/../../tests/corpus/oracle/{name}", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}"));
    serde_json::from_str(&text).unwrap()
}

pub fn list(value: &Value) -> &[Value] {
    value.as_array().unwrap_or_else(|| panic!("no list: {value}"))
}

pub fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_else(|| panic!("no text: {value}"))
}

/// A number; those that JSON does not know are texts in the files.
pub fn number(value: &Value) -> f64 {
    match value {
        Value::String(text) if text == "NaN" => f64::NAN,
        Value::String(text) if text == "Infinity" => f64::INFINITY,
        Value::String(text) if text == "-Infinity" => f64::NEG_INFINITY,
        other => other.as_f64().unwrap_or_else(|| panic!("no number: {other}")),
    }
}

/// A set's frame has its values beside each field; the wire form has them apart.
pub fn set_frame(json: &Value) -> Frame {
    let fields: Vec<&Value> = list(&json["fields"]).iter().collect();
    let values: Vec<&Value> = fields.iter().map(|field| &field["values"]).collect();
    let schema = json!({"refId": json["refId"], "name": json["name"], "meta": json["meta"], "fields": fields});
    frame_from_json(&json!({"schema": schema, "data": {"values": values}})).unwrap()
}

/// A frame of a set: `[name, refId, [[name, type, 0, labels, config, values] …], meta?]`; 0 is nothing.
pub fn packed_frame(packed: &Value) -> Frame {
    let some = |json: &Value| if json == &json!(0) { Value::Null } else { json.clone() };
    let fields: Vec<Value> = list(&packed[2])
        .iter()
        .map(|field| json!({"name": field[0], "type": field[1], "labels": some(&field[3]), "config": some(&field[4])}))
        .collect();
    let values: Vec<&Value> = list(&packed[2]).iter().map(|field| &field[5]).collect();
    let schema = json!({"name": packed[0], "refId": packed[1], "fields": fields, "meta": packed[3]});
    frame_from_json(&json!({"schema": schema, "data": {"values": values}})).unwrap()
}

/// Numbers are compared as numbers, to twelve digits.
pub fn same(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Number(a), Value::Number(b)) => {
            let (a, b) = (a.as_f64().unwrap(), b.as_f64().unwrap());
            (a - b).abs() <= 1e-12 * a.abs().max(b.abs())
        }
        (Value::Array(a), Value::Array(b)) => a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same(a, b)),
        (Value::Object(a), Value::Object(b)) => {
            a.len() == b.len() && a.iter().all(|(key, value)| b.get(key).is_some_and(|b| same(value, b)))
        }
        _ => a == b,
    }
}

/// Counts checks and keeps what did not fit.
#[derive(Default)]
pub struct Report {
    n_checks: usize,
    mismatches: Vec<String>,
}

impl Report {
    pub fn check<T: PartialEq + std::fmt::Debug>(&mut self, case: impl FnOnce() -> String, found: T, expected: T) {
        self.n_checks += 1;
        if found != expected {
            self.mismatches.push(format!("{}: {found:?}, Grafana {expected:?}", case()));
        }
    }

    /// Fails with the first mismatches, or when fewer than `at_least` checks were made.
    pub fn finish(self, at_least: usize) {
        let n = self.mismatches.len();
        let shown = self
            .mismatches
            .iter()
            .take(std::env::var("SHOWN").ok().and_then(|n| n.parse().ok()).unwrap_or(60))
            .map(String::as_str)
            .collect::<Vec<_>>()
            .join("\n");
        assert!(n == 0, "{n} of {} differ:\n{shown}", self.n_checks);
        assert!(self.n_checks >= at_least, "only {} checks", self.n_checks);
    }
}
