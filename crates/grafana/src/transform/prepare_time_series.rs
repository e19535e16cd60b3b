//! `prepareTimeSeries`: wide (one frame), multi (one frame a series) or long (labels as columns).

use indexmap::{IndexMap, IndexSet};
use serde_json::Value as Json;

use super::{
    cells::{column, new_field, take_rows},
    join::outer_join_by_time,
    option,
    partition::partition,
};
use crate::{
    field::FieldMatcher,
    frame::{Field, FieldType, Frame, Value},
};

pub(super) fn prepare_time_series(frames: Vec<Frame>, options: &Json) -> Vec<Frame> {
    match option::text(options, "format").unwrap_or("wide") {
        "many" | "multi" => frames.iter().filter_map(to_long).flat_map(|frame| to_multi(&frame)).collect(),
        "long" => frames.iter().filter_map(to_long).collect(),
        _ => to_wide(&frames).into_iter().collect(),
    }
}

fn to_wide(frames: &[Frame]) -> Option<Frame> {
    let by_text = FieldMatcher::Types(vec![FieldType::String]);
    let series: Vec<Frame> = frames
        .iter()
        .flat_map(|frame| match frame.meta.kind.as_deref() {
            Some("timeseries-long") => partition(frame, &by_text, &Json::Null),
            _ => vec![frame.clone()],
        })
        .collect();
    let mut wide = outer_join_by_time(&series)?;
    wide.meta.kind = Some("timeseries-wide".into());
    Some(wide)
}

/// One row for each time and set of labels; labels and texts as columns. `None` without a time field.
fn to_long(frame: &Frame) -> Option<Frame> {
    let time_index = frame.fields.iter().position(|field| field.kind == FieldType::Time)?;
    let is_factor = |field: &Field| matches!(field.kind, FieldType::String | FieldType::Boolean);
    let mut factors: IndexMap<&str, usize> = IndexMap::new();
    let mut kinds: IndexMap<&str, FieldType> = IndexMap::new();
    let mut by_labels: IndexMap<String, Vec<usize>> = IndexMap::new();
    let mut labels: IndexSet<&str> = IndexSet::new();
    for (index, field) in frame.fields.iter().enumerate() {
        if index == time_index {
            continue;
        }
        if is_factor(field) {
            factors.entry(&field.name).or_insert(index);
            labels.insert(&field.name);
            continue;
        }
        if *kinds.entry(&field.name).or_insert(field.kind) != field.kind {
            continue;
        }
        let key = serde_json::to_string(&field.labels).unwrap_or_default();
        by_labels.entry(if field.labels.is_empty() { String::new() } else { key }).or_default().push(index);
        labels.extend(field.labels.keys().map(String::as_str));
    }
    // A set without labels is "undefined" there and so stands after those with labels ("{…").
    by_labels.sort_by(|a, _, b, _| (a.is_empty(), a).cmp(&(b.is_empty(), b)));
    kinds.sort_keys();
    labels.sort();
    let time = &frame.fields[time_index];
    let time_of = |row: usize| time.values.numbers().and_then(|times| times.get(row).copied().flatten()).unwrap_or(0.0);
    let mut rows: Vec<usize> = (0..frame.len()).collect();
    rows.sort_by(|a, b| time_of(*a).partial_cmp(&time_of(*b)).unwrap_or(std::cmp::Ordering::Equal));
    let mut times = Vec::new();
    let mut values: Vec<Vec<Value>> = vec![Vec::new(); kinds.len()];
    let mut texts: Vec<Vec<Value>> = vec![Vec::new(); labels.len()];
    for row in rows {
        for indexes in by_labels.values() {
            let cell = |index: usize| frame.fields[index].values.get(row);
            let own = indexes.first().map(|index| &frame.fields[*index].labels);
            times.push(time.values.get(row));
            for (column, name) in values.iter_mut().zip(kinds.keys()) {
                let found = indexes.iter().rfind(|index| frame.fields[**index].name == **name);
                column.push(found.map_or(Value::Null, |index| cell(*index)));
            }
            for (column, label) in texts.iter_mut().zip(&labels) {
                let own = own.and_then(|own| own.get(*label)).map(|text| Value::String(text.clone()));
                column.push(own.or_else(|| factors.get(label).map(|index| cell(*index))).unwrap_or(Value::Null));
            }
        }
    }
    let mut fields = vec![new_field(time.name.clone(), time.kind, column(time.kind, times))];
    fields.extend(kinds.iter().zip(values).map(|((name, kind), cells)| new_field(*name, *kind, column(*kind, cells))));
    fields.extend(labels.iter().zip(texts).map(|(name, cells)| new_field(*name, FieldType::String, column(FieldType::String, cells))));
    let mut long = Frame { fields, ..frame.clone() };
    long.meta.kind = Some("timeseries-long".into());
    Some(long)
}

/// One frame for each value field and set of texts of a long frame.
fn to_multi(frame: &Frame) -> Vec<Frame> {
    let Some(time) = frame.fields.first().filter(|field| field.kind == FieldType::Time) else { return Vec::new() };
    let texts: Vec<&Field> = frame.fields.iter().filter(|field| field.kind == FieldType::String).collect();
    let mut meta = frame.meta.clone();
    meta.kind = Some("timeseries-multi".into());
    let mut result = Vec::new();
    for field in frame.fields.iter().filter(|field| matches!(field.kind, FieldType::Number | FieldType::Boolean)) {
        let mut groups: IndexMap<Vec<String>, Vec<usize>> = IndexMap::new();
        for row in 0..frame.len() {
            let is_missing = field.values.get(row) == Value::Null && !texts.is_empty();
            if time.values.get(row) != Value::Null && !is_missing {
                let key = texts.iter().map(|text| crate::field::to_text(&text.values.get(row))).collect();
                groups.entry(key).or_default().push(row);
            }
        }
        for (key, rows) in groups {
            let mut value = Field { values: take_rows(&field.values, &rows), ..field.clone() };
            if !texts.is_empty() {
                value.labels = texts.iter().map(|text| text.name.clone()).zip(key).collect();
            }
            let time = Field { values: take_rows(&time.values, &rows), ..time.clone() };
            result.push(Frame { fields: vec![time, value], meta: meta.clone(), ..frame.clone() });
        }
    }
    result
}
