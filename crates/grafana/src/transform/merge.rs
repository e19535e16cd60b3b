//! `merge`: rows of several frames that agree on their common fields become one row.

use indexmap::{IndexMap, IndexSet};

use super::cells::{bare_config, column, key_text, made_of, parsed};
use crate::frame::{Field, Frame, Labels, Value};

/// One merged row: a cell for each field that some frame gave.
type Row = Vec<Option<Value>>;

pub(super) fn merge(frames: Vec<Frame>) -> Vec<Frame> {
    if frames.len() <= 1 {
        return frames;
    }
    let data: Vec<&Frame> = frames.iter().filter(|frame| !frame.fields.is_empty()).collect();
    if data.is_empty() {
        return frames.into_iter().take(1).collect();
    }
    // Field by name, and where each frame has it (the last one of that name).
    let mut columns: IndexMap<&str, (&Field, Vec<Option<usize>>)> = IndexMap::new();
    for (frame_index, frame) in data.iter().enumerate() {
        for (field_index, field) in frame.fields.iter().enumerate() {
            let (_, places) = columns.entry(field.name.as_str()).or_insert_with(|| (field, vec![None; data.len()]));
            places[frame_index] = Some(field_index);
        }
    }
    let is_common = |name: &&str| columns[*name].1.iter().all(Option::is_some);
    let last: IndexSet<&str> = data[data.len() - 1].fields.iter().map(|field| field.name.as_str()).collect();
    let keys: Vec<&str> = last.into_iter().filter(|name| is_common(name)).collect();
    if keys.is_empty() {
        return frames;
    }
    let mut rows: Vec<Row> = Vec::new();
    let mut rows_by_key: IndexMap<String, Vec<usize>> = IndexMap::new();
    for (frame_index, frame) in data.iter().enumerate() {
        let cell = |places: &[Option<usize>], row: usize| places[frame_index].map(|field| frame.fields[field].values.get(row));
        for row in 0..frame.len() {
            let key: String = keys.iter().filter_map(|name| cell(&columns[*name].1, row)).map(|cell| key_text(&cell)).collect();
            let new: Row = columns.values().map(|(_, places)| cell(places, row)).collect();
            let known = rows_by_key.entry(key).or_default();
            let mut was_merged = false;
            for index in known.iter() {
                if is_mergeable(&rows[*index], &new) {
                    was_merged = true;
                    overlay(&mut rows[*index], &new);
                }
            }
            if !was_merged {
                known.push(rows.len());
                rows.push(new);
            }
        }
    }
    let fields = columns.values().enumerate().map(|(index, (field, _))| {
        let cells = rows.iter().map(|row| parsed(row[index].clone().unwrap_or(Value::Null), field.kind)).collect();
        let gaps = rows.iter().enumerate().filter(|(_, row)| row[index].is_none()).map(|(place, _)| place).collect();
        let kept = (*field).clone();
        Field { labels: Labels::new(), config: bare_config(&field.config), values: column(field.kind, cells), gaps, ..kept }
    });
    let fields = fields.collect();
    let data: Vec<Frame> = data.into_iter().cloned().collect();
    vec![made_of("merge", &data, fields)]
}

fn is_mergeable(existing: &Row, new: &Row) -> bool {
    existing.iter().zip(new).all(|(old, new)| match (old, new) {
        (None | Some(Value::Null), _) | (_, None) => true,
        (Some(old), Some(new)) => old == new,
    })
}

fn overlay(existing: &mut Row, new: &Row) {
    for (old, new) in existing.iter_mut().zip(new) {
        if new.is_some() {
            old.clone_from(new);
        }
    }
}
