//! `rowsToFields`: every row becomes a field with its own config and labels.

use serde_json::Value as Json;

use super::{
    cells::{column, key_text, name_alone, new_field},
    config_from_data::{config_of, evaluate, row_cells},
};
use crate::frame::{Field, Frame, Labels, Value};

pub(super) fn rows_to_fields(frames: Vec<Frame>, options: &Json) -> Vec<Frame> {
    frames.into_iter().map(|frame| fields_of(&frame, options).unwrap_or(frame)).collect()
}

/// `None` when there is no field of names or of values.
fn fields_of(frame: &Frame, options: &Json) -> Option<Frame> {
    let mappings = evaluate(frame, options.get("mappings"), true);
    let (name_field, value_field) = (&frame.fields[mappings.name_field?], &frame.fields[mappings.value_field?]);
    let fields = (0..name_field.values.len()).map(|row| {
        let mut labels: Labels = name_field.labels.clone();
        for (field, mapping) in frame.fields.iter().zip(&mappings.fields) {
            let cell = field.values.get(row);
            if mapping.handler.as_deref() == Some("field.label") && cell != Value::Null {
                labels.insert(name_alone(field, frame), crate::field::to_text(&cell));
            }
        }
        let values = column(value_field.kind, vec![value_field.values.get(row)]);
        let name = key_text(&name_field.values.get(row));
        Field { labels, config: config_of(&row_cells(frame, row), &mappings), ..new_field(name, value_field.kind, values) }
    });
    let ref_id = Some(format!("rowsToFields-{}", frame.ref_id.as_deref().unwrap_or("undefined")));
    Some(Frame { ref_id, fields: fields.collect(), ..Frame::default() })
}
