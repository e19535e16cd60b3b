//! `transpose`: rows become columns.

use serde_json::Value as Json;

use super::{
    Outcome,
    cells::{column, key_text, new_field, strings},
    option,
};
use crate::{
    field::{NameContext, display_name_in},
    frame::{Field, FieldType, Frame, Value},
    js::number_to_string,
};

pub(super) fn transpose(frames: Vec<Frame>, options: &Json) -> Outcome {
    let names = NameContext::of(&frames);
    if frames.iter().any(|frame| frame.fields.is_empty()) {
        return Err("a frame has no fields".into());
    }
    Ok(frames.iter().map(|frame| transposed(frame, options, &names)).collect())
}

fn transposed(frame: &Frame, options: &Json, names: &NameContext) -> Frame {
    let first = &frame.fields[0];
    let first_name = option::text(options, "firstFieldName").unwrap_or("Field");
    let rest_name = option::text(options, "restFieldsName").unwrap_or("Value");
    let empty = option::empty_value(options);
    let has_headers = matches!(first.kind, FieldType::String | FieldType::Time | FieldType::Enum);
    let sources: &[Field] = if has_headers { &frame.fields[1..] } else { &frame.fields };
    let kind = match sources {
        [] => FieldType::String,
        [head, tail @ ..] if tail.iter().all(|field| field.kind == head.kind) => head.kind,
        _ => FieldType::String,
    };
    let rows = sources.iter().map(|field| Some(display_name_in(field, frame, names))).collect();
    let mut fields = vec![strings(first_name, rows)];
    for row in 0..first.values.len() {
        let cell = |field: &Field| {
            let cell = field.values.get(row);
            if kind == FieldType::String { text(field, &cell, &empty) } else { cell }
        };
        let values = column(kind, sources.iter().map(cell).collect());
        let mut field = new_field(rest_name, kind, values);
        if has_headers {
            let header = key_text(&text(first, &first.values.get(row), &empty));
            field.labels.insert(first.name.clone(), header);
        } else {
            field.labels.insert("row".into(), number_to_string(row as f64 + 1.0));
        }
        fields.push(field);
    }
    let ref_id = Some(format!("transpose-{}", frame.ref_id.as_deref().unwrap_or("undefined")));
    Frame { ref_id, fields, ..frame.clone() }
}

/// A cell as text; empty ones take the special value.
fn text(field: &Field, cell: &Value, empty: &Value) -> Value {
    let shown = match (field.kind, cell) {
        (FieldType::Enum, Value::Number(index)) => {
            let texts = field.config.other.get("type").and_then(|kind| kind.pointer("/enum/text"));
            texts.and_then(|texts| texts.get(*index as usize)).and_then(Json::as_str).map(str::to_owned)
        }
        (_, Value::Null) => None,
        (_, Value::Json(json)) => Some(json.to_string()),
        (_, cell) => Some(crate::field::to_text(cell)),
    };
    shown.map_or_else(|| empty.clone(), Value::String)
}
