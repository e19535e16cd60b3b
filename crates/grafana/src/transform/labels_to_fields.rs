//! `labelsToFields`: labels as columns of text, or as rows of label and value.

use indexmap::{IndexMap, IndexSet};
use serde_json::Value as Json;

use super::{cells::strings, option};
use crate::{
    field::{FieldConfig, NameContext, display_name_in},
    frame::{Field, Frame, Labels},
};

pub(super) fn labels_to_fields(frames: Vec<Frame>, options: &Json) -> Vec<Frame> {
    let keep = options.get("keepLabels").filter(|list| list.is_array()).map(|_| option::texts(options, "keepLabels"));
    if option::text(options, "mode") == Some("rows") {
        return to_rows(&frames, keep);
    }
    let keep = keep.filter(|keep| !keep.is_empty());
    let value_label = option::text(options, "valueLabel");
    frames.into_iter().map(|frame| to_columns(frame, keep.as_deref(), value_label)).collect()
}

fn to_columns(frame: Frame, keep: Option<&[String]>, value_label: Option<&str>) -> Frame {
    let length = frame.len();
    let mut columns: IndexMap<String, IndexSet<String>> = IndexMap::new();
    let mut fields: Vec<Field> = Vec::new();
    for field in frame.fields {
        if field.labels.is_empty() && !field.has_empty_labels {
            fields.push(field);
            continue;
        }
        let mut name = field.name.clone();
        for (label, value) in &field.labels {
            if keep.is_some_and(|keep| !keep.contains(label)) {
                continue;
            }
            if value_label == Some(label) {
                name.clone_from(value);
            } else {
                columns.entry(label.clone()).or_default().insert(value.clone());
            }
        }
        let config = FieldConfig { display_name: None, display_name_from_ds: None, ..field.config.clone() };
        fields.push(Field { name, config, labels: Labels::new(), ..field });
    }
    for (label, values) in columns {
        fields.extend(values.into_iter().map(|value| strings(label.clone(), vec![Some(value); length])));
    }
    Frame { fields, ..frame }
}

fn to_rows(frames: &[Frame], keep: Option<Vec<String>>) -> Vec<Frame> {
    let names = NameContext::of(frames);
    let mut result = Vec::new();
    for frame in frames {
        for field in frame.fields.iter().filter(|field| !field.labels.is_empty() || field.has_empty_labels) {
            let keys: Vec<String> = keep.clone().unwrap_or_else(|| field.labels.keys().cloned().collect());
            if keys.is_empty() {
                continue;
            }
            let values = keys.iter().map(|key| field.labels.get(key).cloned()).collect();
            let fields = vec![strings("label", keys.into_iter().map(Some).collect()), strings("value", values)];
            let name = Some(display_name_in(field, frame, &names));
            result.push(Frame { name, fields, ..frame.clone() });
        }
    }
    result
}
