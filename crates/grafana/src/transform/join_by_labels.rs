//! `joinByLabels`: one row for each combination of labels, one column for each value of a chosen label.

use indexmap::{IndexMap, IndexSet};
use serde_json::Value as Json;

use super::{
    cells::{cells, column, made_of, new_field, strings},
    option,
};
use crate::frame::{FieldType, Frame, FrameMeta, Notice, Value};

pub(super) fn join_by_labels(frames: Vec<Frame>, options: &Json) -> Vec<Frame> {
    if frames.is_empty() {
        return frames;
    }
    let labelled =
        || frames.iter().flat_map(|frame| &frame.fields).filter(|field| !field.labels.is_empty() && field.kind != FieldType::Time);
    let distinct: IndexSet<String> = labelled().flat_map(|field| field.labels.keys().cloned()).collect();
    let Some(value_label) = option::text(options, "value") else { return vec![error("No value label configured")] };
    if distinct.is_empty() {
        return vec![error("No labels in result")];
    }
    if !distinct.contains(value_label) {
        return vec![error("Value label not found")];
    }
    let chosen = option::texts(options, "join");
    let chosen = if chosen.is_empty() { distinct.into_iter().collect() } else { chosen };
    let join: Vec<String> = chosen.into_iter().filter(|label| label != value_label).collect();
    // Label values → the cells of each named column.
    let mut groups: IndexMap<Vec<Option<String>>, IndexMap<String, Vec<Value>>> = IndexMap::new();
    let mut kinds: IndexMap<String, FieldType> = IndexMap::new();
    for field in labelled() {
        let key = join.iter().map(|label| field.labels.get(label).cloned()).collect();
        let name = field.labels.get(value_label).cloned().unwrap_or_default();
        kinds.entry(name.clone()).or_insert(field.kind);
        groups.entry(key).or_default().entry(name).or_default().extend(cells(&field.values, field.values.len()));
    }
    let mut labels: Vec<Vec<Option<String>>> = vec![Vec::new(); join.len()];
    let mut values: Vec<Vec<Value>> = vec![Vec::new(); kinds.len()];
    for (key, columns) in &groups {
        let length = columns.values().map(Vec::len).max().unwrap_or(0).max(1);
        for row in 0..length {
            for (column, label) in labels.iter_mut().zip(key) {
                column.push(label.clone());
            }
            for (column, name) in values.iter_mut().zip(kinds.keys()) {
                column.push(columns.get(name).and_then(|cells| cells.get(row)).cloned().unwrap_or(Value::Null));
            }
        }
    }
    let mut fields: Vec<_> = join.into_iter().zip(labels).map(|(name, texts)| strings(name, texts)).collect();
    fields.extend(kinds.into_iter().zip(values).map(|((name, kind), cells)| new_field(name, kind, column(kind, cells))));
    vec![made_of("joinByLabels", &frames, fields)]
}

fn error(text: &str) -> Frame {
    let notices = vec![Notice { severity: "error".into(), text: text.into() }];
    let fields = vec![strings("Error", vec![Some(text.into())])];
    Frame { meta: FrameMeta { notices, ..FrameMeta::default() }, fields, ..Frame::default() }
}
