//! Columns taken apart into cells and put together again.

use crate::{
    field::{FieldConfig, NameContext, cell_json, display_name_in},
    frame::{Field, FieldType, Frame, FrameMeta, Value, Values},
    js::number_to_string,
};

/// All cells of a column, padded with null to `length`.
pub(super) fn cells(values: &Values, length: usize) -> Vec<Value> {
    (0..length).map(|row| values.get(row)).collect()
}

/// A column of the type; as plain JSON when a cell does not fit it.
pub(super) fn column(kind: FieldType, cells: Vec<Value>) -> Values {
    let number = |cell: &Value| match cell {
        Value::Number(number) => Some(*number),
        _ => None,
    };
    let fits = |test: fn(&Value) -> bool| cells.iter().all(|cell| *cell == Value::Null || test(cell));
    match kind {
        FieldType::Time if fits(|cell| matches!(cell, Value::Number(_))) => Values::Time(cells.iter().map(number).collect()),
        FieldType::Number | FieldType::Enum if fits(|cell| matches!(cell, Value::Number(_))) => {
            Values::Number(cells.iter().map(number).collect())
        }
        FieldType::String if fits(|cell| matches!(cell, Value::String(_))) => {
            let text = |cell| match cell {
                Value::String(text) => Some(text),
                _ => None,
            };
            Values::String(cells.into_iter().map(text).collect())
        }
        FieldType::Boolean if fits(|cell| matches!(cell, Value::Boolean(_))) => {
            let flag = |cell| match cell {
                Value::Boolean(flag) => Some(flag),
                _ => None,
            };
            Values::Boolean(cells.into_iter().map(flag).collect())
        }
        _ => Values::Other(cells.iter().map(cell_json).collect()),
    }
}

/// The cells of some rows, in their order; `None` is an empty cell.
pub(super) fn take(values: &Values, rows: &[Option<usize>]) -> Values {
    fn pick<T: Clone>(cells: &[Option<T>], rows: &[Option<usize>]) -> Vec<Option<T>> {
        rows.iter().map(|row| cells.get((*row)?).cloned().flatten()).collect()
    }
    match values {
        Values::Time(cells) => Values::Time(pick(cells, rows)),
        Values::Number(cells) => Values::Number(pick(cells, rows)),
        Values::String(cells) => Values::String(pick(cells, rows)),
        Values::Boolean(cells) => Values::Boolean(pick(cells, rows)),
        Values::Other(cells) => {
            Values::Other(rows.iter().map(|row| row.and_then(|row| cells.get(row)).cloned().unwrap_or_default()).collect())
        }
    }
}

/// As [`take`] for rows that are all there.
pub(super) fn take_rows(values: &Values, rows: &[usize]) -> Values {
    fn pick<T: Clone + Default>(cells: &[T], rows: &[usize]) -> Vec<T> {
        rows.iter().map(|row| cells.get(*row).cloned().unwrap_or_default()).collect()
    }
    match values {
        Values::Time(cells) => Values::Time(pick(cells, rows)),
        Values::Number(cells) => Values::Number(pick(cells, rows)),
        Values::String(cells) => Values::String(pick(cells, rows)),
        Values::Boolean(cells) => Values::Boolean(pick(cells, rows)),
        Values::Other(cells) => Values::Other(pick(cells, rows)),
    }
}

/// Keeps some of a field's rows, each at most once, in the order given.
pub(super) fn pick_rows(field: &mut Field, rows: &[usize]) {
    if !field.gaps.is_empty() {
        field.gaps = rows.iter().enumerate().filter(|(_, row)| field.is_gap(**row)).map(|(place, _)| place).collect();
    }
    fn pick<T: Default>(mut cells: Vec<T>, rows: &[usize]) -> Vec<T> {
        rows.iter().map(|row| cells.get_mut(*row).map(std::mem::take).unwrap_or_default()).collect()
    }
    field.values = match std::mem::take(&mut field.values) {
        Values::Time(cells) => Values::Time(pick(cells, rows)),
        Values::Number(cells) => Values::Number(pick(cells, rows)),
        Values::String(cells) => Values::String(pick(cells, rows)),
        Values::Boolean(cells) => Values::Boolean(pick(cells, rows)),
        Values::Other(cells) => Values::Other(pick(cells, rows)),
    };
}

/// `String(cell)`: what a cell is called as a key; null is "null".
pub(super) fn key_text(cell: &Value) -> String {
    match cell {
        Value::Null => "null".into(),
        Value::Number(number) => number_to_string(*number),
        other => crate::field::to_text(other),
    }
}

/// A type by a cell, without looking into texts (`getFieldTypeFromValue`).
pub(super) fn type_of(cell: Option<&Value>) -> FieldType {
    match cell {
        Some(Value::Number(_)) => FieldType::Number,
        Some(Value::String(_)) => FieldType::String,
        Some(Value::Boolean(_)) => FieldType::Boolean,
        _ => FieldType::Other,
    }
}

/// A type by a field's name, else by its first cell that is there; a text that is a number counts as one
/// (`guessFieldTypeForField`). `None` when there is nothing to tell by.
pub(super) fn guess_type(name: &str, cells: &[Value]) -> Option<FieldType> {
    if matches!(name.to_lowercase().as_str(), "date" | "time") {
        return Some(FieldType::Time);
    }
    let first = match cells.iter().find(|cell| **cell != Value::Null)? {
        Value::Json(json) => &cell_of(json),
        cell => cell,
    };
    Some(match first {
        Value::Number(_) => FieldType::Number,
        Value::Boolean(_) => FieldType::Boolean,
        Value::String(text) if is_number_text(text) => FieldType::Number,
        Value::String(text) if matches!(text.as_str(), "true" | "TRUE" | "True" | "false" | "FALSE" | "False") => FieldType::Boolean,
        Value::String(_) => FieldType::String,
        _ => FieldType::Other,
    })
}

/// Decimal with an exponent, or NaN.
fn is_number_text(text: &str) -> bool {
    let text = text.trim();
    let digits = text.strip_prefix('-').unwrap_or(text);
    let is_decimal = digits.starts_with(|c: char| c.is_ascii_digit() || c == '.') && digits.parse::<f64>().is_ok();
    text.eq_ignore_ascii_case("nan") || is_decimal
}

/// Names in the order a JavaScript object gives its keys: small whole numbers first, ascending.
pub(super) fn object_order<'a>(names: impl Iterator<Item = &'a String>) -> Vec<&'a String> {
    let index = |name: &String| name.parse::<u32>().ok().filter(|number| *number < u32::MAX && number.to_string() == *name);
    let mut names: Vec<&String> = names.collect();
    names.sort_by_key(|name| index(name).map_or((1, 0), |number| (0, number)));
    names
}

/// A JSON value as a cell.
pub(super) fn cell_of(json: &serde_json::Value) -> Value {
    use serde_json::Value as Json;
    match json {
        Json::Null => Value::Null,
        Json::Bool(flag) => Value::Boolean(*flag),
        Json::Number(number) => Value::Number(number.as_f64().unwrap_or(f64::NAN)),
        Json::String(text) => Value::String(text.clone()),
        other => Value::Json(other.clone()),
    }
}

pub(super) fn new_field(name: impl Into<String>, kind: FieldType, values: Values) -> Field {
    Field { name: name.into(), kind, values, ..Field::default() }
}

pub(super) fn strings(name: impl Into<String>, texts: Vec<Option<String>>) -> Field {
    new_field(name, FieldType::String, Values::String(texts))
}

/// A field like another one, without labels and the names it was given.
pub(super) fn bare_config(config: &FieldConfig) -> FieldConfig {
    FieldConfig { display_name: None, ..config.clone() }
}

/// A frame a transformation made: "merge-A-B" says of what.
pub(super) fn made_of(id: &str, frames: &[Frame], fields: Vec<Field>) -> Frame {
    let ref_ids: Vec<&str> = frames.iter().map(|frame| frame.ref_id.as_deref().unwrap_or_default()).collect();
    Frame { name: None, ref_id: Some(format!("{id}-{}", ref_ids.join("-"))), meta: FrameMeta::default(), fields }
}

/// A field's name without knowledge of other frames (`getFieldDisplayName(field, frame)`).
pub(super) fn name_alone(field: &Field, frame: &Frame) -> String {
    display_name_in(field, frame, &NameContext::of(std::slice::from_ref(frame)))
}

pub(super) fn time_field(frame: &Frame) -> Option<&Field> {
    frame.fields.iter().find(|field| field.kind == FieldType::Time)
}

/// Times that go up, as far as the first hundred tell (`isTimeSeriesField`).
pub(super) fn is_time_series_field(field: &Field) -> bool {
    if field.kind != FieldType::Time {
        return false;
    }
    let times = field.values.numbers().unwrap_or_default();
    let mut greatest: Option<f64> = None;
    for time in times.iter().take(100) {
        match (greatest, time) {
            (Some(before), Some(time)) if *time <= before => return false,
            (Some(_), None) => return false,
            (_, time) => greatest = *time,
        }
    }
    true
}

pub(super) fn is_time_series_frame(frame: &Frame) -> bool {
    let has = |test: fn(&Field) -> bool| frame.fields.iter().any(test);
    frame.fields.len() >= 2 && has(is_time_series_field) && has(|field| field.kind == FieldType::Number)
}

/// A text in a column of another type is read as that type (`MutableDataFrame.add`).
pub(super) fn parsed(cell: Value, kind: FieldType) -> Value {
    match (cell, kind) {
        (Value::String(text), FieldType::Number) => Value::Number(crate::js::parse_float(&text)),
        (Value::String(text), FieldType::Boolean) => Value::Boolean(!text.starts_with(['F', 'f', '0'])),
        (cell, _) => cell,
    }
}
