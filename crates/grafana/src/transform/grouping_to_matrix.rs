//! `groupingToMatrix`: a table with one field's values as columns and another's as rows.

use indexmap::IndexMap;
use serde_json::Value as Json;

use super::{
    cells::{cells, column, key_text, new_field},
    option,
};
use crate::{
    field::NameContext,
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
        ..new_field(format!("{row_name}\\{column_name}"), row_field.kind, column(row_field.kind, rows.values().cloned().collect()))
    };
    let mut config = value_field.config.clone();
    // The columns are named by the cells, whatever the data source would have them called.
    config.display_name = None;
    if columns.values().any(|cell| matches!(cell, Value::Number(_))) {
        config.display_name_from_ds = None;
    }
    let mut fields = vec![first];
    for key in columns.keys() {
        let cell = |row: &String| match matrix.get(&(key.clone(), row.clone())) {
            None | Some(Value::Null) => empty.clone(),
            Some(value) => value.clone(),
        };
        let values = column(value_field.kind, rows.keys().map(cell).collect());
        fields.push(Field { config: config.clone(), ..new_field(key.clone(), value_field.kind, values) });
    }
    vec![Frame { fields, ..Frame::default() }]
}

fn unique(field: &Field) -> IndexMap<String, Value> {
    let mut unique = IndexMap::new();
    for cell in cells(&field.values, field.values.len()) {
        unique.entry(key_text(&cell)).or_insert(cell);
    }
    unique
}
