//! `filterByValue`: rows that meet conditions.

use std::borrow::Cow;

use serde_json::Value as Json;

use super::{Outcome, cells::pick_rows, option};
use crate::{
    field::{NameContext, display_name_in, json_text},
    frame::{Cell, Frame},
    js::{compare_code_units, js_regex, number_from_string, number_to_string, parse_int},
};

pub(super) fn filter_by_value(frames: Vec<Frame>, options: &Json) -> Outcome {
    let filters = options.get("filters").and_then(Json::as_array).map(Vec::as_slice).unwrap_or_default();
    if filters.is_empty() {
        return Ok(frames);
    }
    let needs_all = option::text(options, "match") == Some("all");
    let is_include = option::text(options, "type").unwrap_or("include") == "include";
    let conditions = conditions(filters)?;
    let names = NameContext::of(&frames);
    let filtered = frames.into_iter().map(|mut frame| {
        let fields: Vec<String> = frame.fields.iter().map(|field| display_name_in(field, &frame, &names)).collect();
        // A name that stands twice means the last field.
        let place = |name: &str| fields.iter().rposition(|field| field == name);
        let conditions: Vec<(Option<usize>, &Condition)> = conditions.iter().map(|(name, one)| (place(name), one)).collect();
        let holds = |row: usize| {
            let mut results = conditions.iter().map(|(index, one)| {
                index.is_some_and(|index| one.holds(frame.fields[index].values.cell(row), frame.fields[index].missing(row)))
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

/// Whether all conditions can be read.
pub(super) fn check(options: &Json) -> Result<(), String> {
    conditions(options.get("filters").and_then(Json::as_array).map(Vec::as_slice).unwrap_or_default()).map(|_| ())
}

/// The conditions with the names of their fields.
fn conditions(filters: &[Json]) -> Result<Vec<(&str, Condition)>, String> {
    filters
        .iter()
        .map(|filter| Ok((option::text(filter, "fieldName").unwrap_or_default(), Condition::new(filter.get("config"))?)))
        .collect()
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
    fn holds(&self, cell: Cell, missing: f64) -> bool {
        let number = || match cell {
            Cell::Null => missing, // `null > 1` compares 0
            Cell::Number(number) => number,
            Cell::Boolean(flag) => f64::from(u8::from(flag)),
            Cell::Text(text) => number_from_string(text),
            Cell::Json(json) => number_from_string(&json_text(json, ",")),
        };
        match self {
            Condition::IsNull(expected) => matches!(cell, Cell::Null) == *expected,
            Condition::Compare(op, bound) => {
                let order = match (cell, bound) {
                    _ if number().is_nan() => None,
                    // Two texts are compared as texts, if the cell's is a number at all.
                    (Cell::Text(text), Json::String(bound)) => Some(compare_code_units(text, bound)),
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
                Cell::Text(text) if !text.is_empty() => text.to_lowercase().contains(&part.to_lowercase()) == *is_in,
                _ => false,
            },
            Condition::Between(from, to) => number() > *from && number() < *to,
            Condition::Regex(regex) => {
                let text = match cell {
                    Cell::Text(text) => Cow::Borrowed(text),
                    Cell::Null => "null".into(),
                    Cell::Number(number) => number_to_string(number).into(),
                    Cell::Boolean(flag) => flag.to_string().into(),
                    Cell::Json(json) => json_text(json, ",").into(),
                };
                regex.is_match(text.as_ref()).unwrap_or(false)
            }
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
fn loosely_equal(cell: Cell, value: &Json) -> bool {
    match (cell, value) {
        (Cell::Null, value) => value.is_null(),
        (_, Json::Null) => false,
        (Cell::Text(text), Json::String(value)) => text == value,
        (Cell::Text(text), value) => number_from_string(text) == loose_number(value),
        (Cell::Json(json), value) => json == value,
        (Cell::Number(number), value) => number == loose_number(value),
        (Cell::Boolean(flag), value) => f64::from(u8::from(flag)) == loose_number(value),
    }
}
