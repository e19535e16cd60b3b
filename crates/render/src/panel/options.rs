//! Reading a panel's saved options: what is missing or of another type falls back to the plugin's default.

use grafana::field::ReduceDataOptions;
use serde_json::{Map, Value as Json};

/// The value at a dotted path.
pub fn at<'a>(options: &'a Map<String, Json>, path: &str) -> Option<&'a Json> {
    let mut keys = path.split('.');
    let first = options.get(keys.next()?)?;
    keys.try_fold(first, |value, key| value.get(key))
}

pub fn text<'a>(options: &'a Map<String, Json>, path: &str, default: &'a str) -> &'a str {
    at(options, path).and_then(Json::as_str).filter(|s| !s.is_empty()).unwrap_or(default)
}

pub fn flag(options: &Map<String, Json>, path: &str, default: bool) -> bool {
    at(options, path).and_then(Json::as_bool).unwrap_or(default)
}

/// A number, also one saved as text.
pub fn number(options: &Map<String, Json>, path: &str) -> Option<f64> {
    let value = at(options, path)?;
    value.as_f64().or_else(|| value.as_str()?.trim().parse().ok()).filter(|n: &f64| n.is_finite())
}

/// `options.reduceOptions`; Grafana's default is the last value that is not null.
pub fn reduce(options: &Map<String, Json>) -> ReduceDataOptions {
    let calcs: Vec<String> = match at(options, "reduceOptions.calcs") {
        Some(Json::Array(list)) => list.iter().filter_map(|c| c.as_str().map(str::to_owned)).collect(),
        _ => Vec::new(),
    };
    ReduceDataOptions {
        values: flag(options, "reduceOptions.values", false),
        limit: number(options, "reduceOptions.limit").filter(|n| *n >= 0.0).map(|n| n as usize),
        calcs: if calcs.is_empty() { vec!["lastNotNull".to_owned()] } else { calcs },
        fields: text(options, "reduceOptions.fields", "").to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn odd_values_fall_back() {
        let Json::Object(options) = json!({"a": {"b": "12.5", "c": true, "d": ""}, "reduceOptions": {"calcs": []}}) else { unreachable!() };
        assert_eq!(number(&options, "a.b"), Some(12.5));
        assert_eq!(number(&options, "a.c"), None);
        assert_eq!(text(&options, "a.d", "x"), "x");
        assert_eq!(text(&options, "a.b.c", "y"), "y");
        assert!(flag(&options, "a.c", false));
        assert_eq!(reduce(&options).calcs, ["lastNotNull"]);
    }
}
