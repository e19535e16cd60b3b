//! `filterByValue`: rows that meet conditions.

use serde_json::Value as Json;

use super::{Outcome, cells::pick_rows, option};
use crate::{
    field::{NameContext, display_name_in, to_number, to_text},
    frame::{Frame, Value},
    js::{compare_code_units, js_regex, number_from_string, parse_int},
};

pub(super) fn filter_by_value(frames: Vec<Frame>, options: &Json) -> Outcome {
    let filters = options.get("filters").and_then(Json::as_array).map(Vec::as_slice).unwrap_or_default();
    if filters.is_empty() {
        return Ok(frames);
    }
    let needs_all = option::text(options, "match") == Some("all");
    let is_include = option::text(options, "type").unwrap_or("include") == "include";
    let conditions: Vec<(&str, Condition)> = filters
        .iter()
        .map(|filter| Ok((option::text(filter, "fieldName").unwrap_or_default(), Condition::new(filter.get("config"))?)))
        .collect::<Result<_, String>>()?;
    let names = NameContext::of(&frames);
    let filtered = frames.into_iter().map(|mut frame| {
        let fields: Vec<String> = frame.fields.iter().map(|field| display_name_in(field, &frame, &names)).collect();
        // A name that stands twice means the last field.
        let place = |name: &str| fields.iter().rposition(|field| field == name);
        let conditions: Vec<(Option<usize>, &Condition)> = conditions.iter().map(|(name, one)| (place(name), one)).collect();
        let holds = |row: usize| {
            let mut results = conditions.iter().map(|(index, one)| {
                index.is_some_and(|index| one.holds(&frame.fields[index].values.get(row), frame.fields[index].missing(row)))
            });
            if needs_all { results.all(|holds| holds) } else { results.any(|holds| holds) }
        };
        let rows: Vec<usize> = (0..frame.len()).filter(|row| holds(*row) == is_include).collect();
        for field in &mut frame.fields {
            pick_rows(field, &rows);
        }
        frame
    });
    Ok(filtered.collect())
}

/// One value matcher, ready.
enum Condition {
    IsNull(bool),
    /// "greater" and its kin, with the bound.
    Compare(String, Json),
    Equal(bool, Json),
    Substring(bool, String),
    Between(f64, f64),
    Regex(Box<fancy_regex::Regex>),
}

impl Condition {
    fn new(config: Option<&Json>) -> Result<Condition, String> {
        let id = config.and_then(|config| option::text(config, "id")).unwrap_or_default();
        let options = config.and_then(|config| config.get("options")).unwrap_or(&Json::Null);
        let value = options.get("value").unwrap_or(&Json::Null);
        let text = || crate::field::to_text(&super::cells::cell_of(value));
        let bound = |key: &str| match options.get(key) {
            Some(Json::String(text)) => parse_int(text),
            Some(other) => other.as_f64().unwrap_or(f64::NAN),
            None => f64::NAN,
        };
        Ok(match id {
            "isNull" => Condition::IsNull(true),
            "isNotNull" => Condition::IsNull(false),
            "greater" | "greaterOrEqual" | "lower" | "lowerOrEqual" => Condition::Compare(id.into(), value.clone()),
            "equal" => Condition::Equal(true, value.clone()),
            "notEqual" => Condition::Equal(false, value.clone()),
            "substring" => Condition::Substring(true, text()),
            "notSubstring" => Condition::Substring(false, text()),
            "between" => Condition::Between(bound("from"), bound("to")),
            "regex" => Condition::Regex(Box::new(js_regex(&escape_slash(&text())).map_err(|error| error.to_string())?)),
            other => return Err(format!("unknown value matcher \"{other}\"")),
        })
    }

    /// A null counts as `missing`.
    fn holds(&self, cell: &Value, missing: f64) -> bool {
        let number = || match cell {
            Value::Null => missing, // `null > 1` compares 0
            Value::String(text) => number_from_string(text),
            Value::Json(json) => number_from_string(&to_text(&Value::Json(json.clone()))),
            other => to_number(other),
        };
        match self {
            Condition::IsNull(expected) => (*cell == Value::Null) == *expected,
            Condition::Compare(op, bound) => {
                let order = match (cell, bound) {
                    _ if number().is_nan() => None,
                    // Two texts are compared as texts, if the cell's is a number at all.
                    (Value::String(text), Json::String(bound)) => Some(compare_code_units(text, bound)),
                    (_, bound) => number().partial_cmp(&loose_number(bound)),
                };
                order.is_some_and(|order| match op.as_str() {
                    "greater" => order.is_gt(),
                    "greaterOrEqual" => order.is_ge(),
                    "lower" => order.is_lt(),
                    _ => order.is_le(),
                })
            }
            Condition::Equal(expected, value) => loosely_equal(cell, value) == *expected,
            Condition::Substring(is_in, part) => match cell {
                _ if part.is_empty() => *is_in,
                Value::String(text) if !text.is_empty() => text.to_lowercase().contains(&part.to_lowercase()) == *is_in,
                _ => false,
            },
            Condition::Between(from, to) => number() > *from && number() < *to,
            Condition::Regex(regex) => regex.is_match(&super::cells::key_text(cell)).unwrap_or(false),
        }
    }
}

/// `new RegExp(text)`: slashes at the ends are part of the pattern.
fn escape_slash(pattern: &str) -> String {
    if pattern.starts_with('/') { format!("(?:){pattern}") } else { pattern.to_owned() }
}

fn loose_number(value: &Json) -> f64 {
    match value {
        Json::String(text) => number_from_string(text),
        Json::Null => 0.0,
        Json::Bool(flag) => f64::from(u8::from(*flag)),
        other => other.as_f64().unwrap_or(f64::NAN),
    }
}

/// JavaScript's `==` of a cell and an option.
fn loosely_equal(cell: &Value, value: &Json) -> bool {
    match (cell, value) {
        (Value::Null, value) => value.is_null(),
        (_, Json::Null) => false,
        (Value::String(text), Json::String(value)) => text == value,
        (Value::String(text), value) => number_from_string(text) == loose_number(value),
        (Value::Json(json), value) => json == value,
        (cell, value) => to_number(cell) == loose_number(value),
    }
}
