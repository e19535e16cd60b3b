//! `groupingToMatrix`: a table with one field's values as columns and another's as rows.

use indexmap::IndexMap;
use serde_json::Value as Json;

use super::{
    cells::{cells, column, key_text, new_field},
    option,
};
use crate::{
    field::{NameContext, loose_key},
    frame::{Field, FieldType, Frame, Value},
};

pub(super) fn grouping_to_matrix(frames: Vec<Frame>, options: &Json) -> Vec<Frame> {
    let [frame] = frames.as_slice() else { return frames };
    let names = NameContext::of(&frames);
    let title = |key: &str, default: &'static str| option::text(options, key).unwrap_or(default).to_owned();
    let (column_name, row_name, value_name) = (title("columnField", "Time"), title("rowField", "Time"), title("valueField", "Value"));
    let find = |name: &str| {
        let matcher = option::matcher("byName", name.into())?;
        frame.fields.iter().find(|field| matcher.matches(field, frame, &names))
    };
    let (Some(column_field), Some(row_field), Some(value_field)) = (find(&column_name), find(&row_name), find(&value_name)) else {
        return frames;
    };
    let columns = unique(column_field);
    let rows = unique(row_field);
    let mut matrix: IndexMap<(String, String), Value> = IndexMap::new();
    for row in 0..value_field.values.len() {
        let key = (key_text(&column_field.values.get(row)), key_text(&row_field.values.get(row)));
        matrix.insert(key, value_field.values.get(row));
    }
    let empty = match value_field.kind {
        FieldType::Frame => Value::Null,
        _ => option::empty_value(options),
    };
    let first = Field {
        config: row_field.config.clone(),
        ..new_field(format!("{row_name}\\{column_name}"), row_field.kind, column(row_field.kind, rows.clone()))
    };
    let mut config = value_field.config.clone();
    // The columns are named by the cells, whatever the data source would have them called.
    config.display_name = None;
    if columns.iter().any(|cell| matches!(cell, Value::Number(_))) {
        config.display_name_from_ds = None;
    }
    let mut fields = vec![first];
    for key in &columns {
        let cell = |row: &Value| match matrix.get(&(key_text(key), key_text(row))) {
            None | Some(Value::Null) => empty.clone(),
            Some(value) => value.clone(),
        };
        let values = column(value_field.kind, rows.iter().map(cell).collect());
        let name = if *key == Value::Null { String::new() } else { key_text(key) };
        fields.push(Field { config: config.clone(), ..new_field(name, value_field.kind, values) });
    }
    vec![Frame { fields, ..Frame::default() }]
}

/// Cells that differ, by type and text.
fn unique(field: &Field) -> Vec<Value> {
    let mut unique = IndexMap::new();
    for cell in cells(&field.values, field.values.len()) {
        unique.entry(loose_key(&cell)).or_insert(cell);
    }
    unique.into_values().collect()
}
