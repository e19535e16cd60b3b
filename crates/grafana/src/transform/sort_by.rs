//! `sortBy`: rows in the order of one field.

use std::cmp::Ordering;

use serde_json::Value as Json;

use super::{
    cells::{name_alone, pick_rows},
    option,
};
use crate::{
    frame::{Field, FieldType, Frame, Value},
    js::natural_compare,
};

/// Only the first entry of the list counts, as in Grafana.
pub(super) fn sort_by(frames: Vec<Frame>, options: &Json) -> Vec<Frame> {
    let Some(sort) = options.get("sort").and_then(|list| list.get(0)) else { return frames };
    let is_reversed = option::flag(sort, "desc") == Some(true);
    let name = option::text(sort, "field").unwrap_or_default();
    frames
        .into_iter()
        .map(|frame| {
            let index = option::number(sort, "index").map(|index| index as usize);
            let index = index.or_else(|| frame.fields.iter().position(|field| name_alone(field, &frame) == name));
            match index {
                Some(index) => sort_frame(frame, index, is_reversed),
                None => frame,
            }
        })
        .collect()
}

/// `sortDataFrame`: stable, by the field at `index`; a frame without it stays as it is.
pub(crate) fn sort_frame(mut frame: Frame, index: usize, is_reversed: bool) -> Frame {
    let Some(field) = frame.fields.get(index) else { return frame };
    let mut rows: Vec<usize> = (0..frame.len()).collect();
    rows.sort_by(|a, b| {
        let (a, b) = if is_reversed { (*b, *a) } else { (*a, *b) };
        compare(field, a, b)
    });
    for field in &mut frame.fields {
        pick_rows(field, &rows);
    }
    frame
}

fn compare(field: &Field, a: usize, b: usize) -> Ordering {
    let (left, right) = (field.values.get(a), field.values.get(b));
    match field.kind {
        FieldType::Number | FieldType::Time => {
            // A null counts as 0 in JavaScript's difference.
            // DIFFERENCE: NaN goes last; there its place is undefined.
            let number = |cell: &Value| match cell {
                Value::Number(number) => *number,
                _ => 0.0,
            };
            let (left, right) = (number(&left), number(&right));
            left.partial_cmp(&right).unwrap_or_else(|| left.is_nan().cmp(&right.is_nan()))
        }
        FieldType::String => match (&left, &right) {
            (Value::String(left), Value::String(right)) if !left.is_empty() && !right.is_empty() => base_compare(left, right),
            _ => falsy_last(&left, &right),
        },
        FieldType::Boolean => falsy_last(&left, &right),
        _ => a.cmp(&b),
    }
}

/// DIFFERENCE: numbers inside texts are ordered by value here and by digit in Grafana's collator when all else is equal.
fn base_compare(left: &str, right: &str) -> Ordering {
    let has_digit = |text: &str| text.bytes().any(|byte| byte.is_ascii_digit());
    if has_digit(left) && has_digit(right) {
        return crate::js::locale_compare(&left.to_lowercase(), &right.to_lowercase());
    }
    natural_compare(left, right)
}

fn falsy_last(left: &Value, right: &Value) -> Ordering {
    let is_falsy = |cell: &Value| match cell {
        Value::Null => true,
        Value::Boolean(flag) => !flag,
        Value::String(text) => text.is_empty(),
        Value::Number(number) => *number == 0.0 || number.is_nan(),
        Value::Json(_) => false,
    };
    is_falsy(left).cmp(&is_falsy(right))
}
