//! `prepareTimeSeries`: wide (one frame), multi (one frame a series) or long (labels as columns).

use indexmap::{IndexMap, IndexSet};
use serde_json::Value as Json;

use super::{
    cells::{column, key_text, new_field, parsed, take_rows},
    join::outer_join_by_time,
    option,
    partition::partition,
};
use crate::{
    field::FieldMatcher,
    frame::{Field, FieldType, Frame, Value},
    js::compare_code_units,
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
        by_labels.entry(labels_key(field)).or_default().push(index);
        labels.extend(field.labels.keys().map(String::as_str));
    }
    by_labels.sort_by(|a, _, b, _| compare_code_units(a, b));
    kinds.sort_keys();
    labels.sort();
    let time = &frame.fields[time_index];
    let time_of = |row: usize| time.values.numbers().and_then(|times| times.get(row).copied().flatten()).unwrap_or(0.0);
    let mut rows: Vec<usize> = (0..frame.len()).collect();
    rows.sort_by(|a, b| time_of(*a).partial_cmp(&time_of(*b)).unwrap_or(std::cmp::Ordering::Equal));
    let mut times = Vec::new();
    let mut values: Vec<Vec<Option<Value>>> = vec![Vec::new(); kinds.len()];
    let mut texts: Vec<Vec<Option<Value>>> = vec![Vec::new(); labels.len()];
    for row in rows {
        for indexes in by_labels.values() {
            // Written one after the other: what has the name of something before it takes its place.
            let mut cells: IndexMap<&str, Value> = IndexMap::new();
            cells.extend(factors.iter().map(|(name, index)| (*name, frame.fields[*index].values.get(row))));
            if let Some(first) = indexes.first() {
                let own = frame.fields[*first].labels.iter();
                cells.extend(own.map(|(name, value)| (name.as_str(), Value::String(value.clone()))));
            }
            cells.extend(indexes.iter().map(|index| (frame.fields[*index].name.as_str(), frame.fields[*index].values.get(row))));
            cells.insert(&time.name, time.values.get(row));
            times.push(time.values.get(row));
            values.iter_mut().zip(kinds.keys()).for_each(|(column, name)| column.push(cells.get(name).cloned()));
            texts.iter_mut().zip(&labels).for_each(|(column, name)| column.push(cells.get(name).cloned()));
        }
    }
    let mut fields = vec![new_field(time.name.clone(), time.kind, column(time.kind, times))];
    fields.extend(kinds.iter().zip(values).map(|((name, kind), cells)| with_gaps(name, *kind, cells)));
    fields.extend(labels.iter().zip(texts).map(|(name, cells)| with_gaps(name, FieldType::String, cells)));
    let mut long = Frame { fields, ..frame.clone() };
    long.meta.kind = Some("timeseries-long".into());
    Some(long)
}

/// What sets of labels are told apart and sorted by.
fn labels_key(field: &Field) -> String {
    match field.labels.is_empty() {
        true if field.has_empty_labels => "{}".into(),
        true => "undefined".into(),
        false => serde_json::to_string(&field.labels).unwrap_or_default(),
    }
}

fn with_gaps(name: &str, kind: FieldType, cells: Vec<Option<Value>>) -> Field {
    let gaps = cells.iter().enumerate().filter(|(_, cell)| cell.is_none()).map(|(row, _)| row).collect();
    let cells = cells.into_iter().map(|cell| parsed(cell.unwrap_or(Value::Null), kind)).collect();
    Field { gaps, ..new_field(name, kind, column(kind, cells)) }
}

/// One frame for each value field and set of texts of a long frame.
fn to_multi(frame: &Frame) -> Vec<Frame> {
    let Some(time) = frame.fields.first().filter(|field| field.kind == FieldType::Time) else { return Vec::new() };
    let texts: Vec<&Field> = frame.fields.iter().filter(|field| field.kind == FieldType::String).collect();
    let mut meta = frame.meta.clone();
    meta.kind = Some("timeseries-multi".into());
    let mut result = Vec::new();
    for field in frame.fields.iter().filter(|field| matches!(field.kind, FieldType::Number | FieldType::Boolean)) {
        let mut groups: IndexMap<String, Vec<usize>> = IndexMap::new();
        if texts.is_empty() {
            groups.insert(String::new(), Vec::new());
        }
        for row in 0..frame.len() {
            let is_left_over = field.is_gap(row) || time.values.get(row) == Value::Null;
            if texts.is_empty() || !is_left_over {
                let key: Vec<String> = texts.iter().map(|text| crate::field::to_text(&text.values.get(row))).collect();
                groups.entry(key.join("/")).or_default().push(row);
            }
        }
        for rows in groups.into_values() {
            let mut value = Field { values: take_rows(&field.values, &rows), gaps: Vec::new(), ..field.clone() };
            if let Some(row) = rows.first().filter(|_| !texts.is_empty()) {
                let label = |text: &&Field| if text.is_gap(*row) { String::new() } else { key_text(&text.values.get(*row)) };
                value.labels = texts.iter().map(|text| (text.name.clone(), label(text))).collect();
            }
            let time = Field { values: take_rows(&time.values, &rows), ..time.clone() };
            result.push(Frame { fields: vec![time, value], meta: meta.clone(), ..frame.clone() });
        }
    }
    result
}
