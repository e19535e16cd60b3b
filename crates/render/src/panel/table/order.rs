//! Which rows are shown, in which order.

use std::cmp::Ordering;

use grafana::{
    field::to_text,
    frame::{Field, FieldType, Frame, Value},
    js::natural_compare,
};
use serde_json::{Map, Value as Json};

use super::column::name;

pub struct Order {
    /// Row numbers of the frame, as shown.
    pub rows: Vec<usize>,
    /// Columns sorted by: name, and whether descending.
    pub sorted_by: Vec<(String, bool)>,
}

/// Sorts by `options.sortBy`; rows that are equal keep their order.
pub fn rows(frame: &Frame, options: &Map<String, Json>) -> Order {
    let mut sorted_by = Vec::new();
    for entry in options.get("sortBy").and_then(Json::as_array).into_iter().flatten() {
        let Some(wanted) = entry.get("displayName").and_then(Json::as_str) else { continue };
        sorted_by.push((wanted.to_owned(), entry.get("desc").and_then(Json::as_bool).unwrap_or(false)));
    }
    let mut rows: Vec<usize> = (0..frame.len()).collect();
    let keys: Vec<(&Field, bool)> = (sorted_by.iter())
        .filter_map(|(wanted, descending)| Some((frame.fields.iter().find(|f| name(f) == *wanted)?, *descending)))
        .collect();
    if !keys.is_empty() {
        rows.sort_by(|a, b| {
            let one = |(field, descending): &(&Field, bool)| {
                let order = compare(field.kind, &field.values.get(*a), &field.values.get(*b));
                if *descending { order.reverse() } else { order }
            };
            keys.iter().map(one).find(|o| *o != Ordering::Equal).unwrap_or(Ordering::Equal)
        });
    }
    Order { rows, sorted_by }
}

fn compare(kind: FieldType, a: &Value, b: &Value) -> Ordering {
    let number = |v: &Value| match v {
        Value::Number(n) => Some(*n),
        Value::Boolean(b) => Some(f64::from(u8::from(*b))),
        _ => None,
    };
    match kind {
        FieldType::Time | FieldType::Number | FieldType::Boolean => match (number(a), number(b)) {
            (Some(a), Some(b)) => a.partial_cmp(&b).unwrap_or(Ordering::Equal),
            (a, b) => a.is_some().cmp(&b.is_some()),
        },
        // Sparkline columns sort by the value they end with.
        FieldType::Frame => {
            let last = |v: &Value| match v {
                Value::Json(json) => json.get("value").and_then(Json::as_f64),
                _ => None,
            };
            last(a).unwrap_or(0.0).total_cmp(&last(b).unwrap_or(0.0))
        }
        _ => natural_compare(&text(a), &text(b)),
    }
}

fn text(value: &Value) -> String {
    if *value == Value::Null { String::new() } else { to_text(value) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_sort_as_people_count() {
        let mut texts = ["disk 10", "Disk 9", "disk 010", "", "a", "_b", "disk"];
        texts.sort_by(|a, b| natural_compare(a, b));
        assert_eq!(texts, ["", "_b", "a", "disk", "Disk 9", "disk 10", "disk 010"]);
    }

    #[test]
    fn nulls_come_first() {
        let order = |a, b| compare(FieldType::Number, &a, &b);
        assert_eq!(order(Value::Null, Value::Number(-1.0)), Ordering::Less);
        assert_eq!(order(Value::Number(2.0), Value::Number(10.0)), Ordering::Less);
    }
}
