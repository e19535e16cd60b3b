//! `joinByField` (`seriesToColumns`): frames side by side, matched on one field.

use std::collections::HashMap;

use indexmap::IndexMap;
use serde_json::Value as Json;

use super::{
    Outcome,
    cells::{key_text, object_order, take, time_field},
    option,
    sort_by::sort_frame,
};
use crate::{
    field::{FieldMatcher, NameContext},
    frame::{Field, FieldType, Frame, Value, Values},
};

pub(super) fn join_by_field(frames: Vec<Frame>, options: &Json) -> Outcome {
    let join_by = option::text(options, "byField").and_then(|name| option::matcher("byName", name.into()));
    let mode = option::text(options, "mode").unwrap_or("outer");
    if frames.len() > 1 && mode != "outer" && joinable(&frames, join_by.as_ref()).is_empty() {
        return Err("no frame has the field to join by".into());
    }
    Ok(joined(frames, join_by, mode))
}

fn joined(frames: Vec<Frame>, join_by: Option<FieldMatcher>, mode: &str) -> Vec<Frame> {
    if frames.len() <= 1 {
        return frames;
    }
    let fields = join_frames(&frames, join_by, mode);
    let ref_ids: Vec<&str> = frames.iter().map(|frame| frame.ref_id.as_deref().unwrap_or_default()).collect();
    vec![Frame { ref_id: Some(format!("joinByField-{}", ref_ids.join("-"))), fields, ..Frame::default() }]
}

/// `ensureColumns`: time series whose time fields have one name are joined.
pub(super) fn ensure_columns(frames: Vec<Frame>) -> Vec<Frame> {
    let mut names = frames.iter().map(|frame| time_field(frame).map(|field| field.name.as_str()));
    let first = names.next().flatten();
    let is_consistent = first.is_some() && names.all(|name| name == first);
    match first.filter(|_| is_consistent && frames.len() > 1) {
        Some(name) => {
            let join_by = option::matcher("byName", name.into());
            joined(frames, join_by, "outer")
        }
        None => frames,
    }
}

/// `outerJoinDataFrames` by the first time field, for one frame too: its rows are put in order of time.
pub(super) fn outer_join_by_time(frames: &[Frame]) -> Option<Frame> {
    match frames {
        [] => None,
        [only] => {
            let mut frame = only.clone();
            if let Some(index) = frame.fields.iter().position(|field| field.kind == FieldType::Time) {
                let time = frame.fields.remove(index);
                frame.fields.insert(0, time);
                if !is_ascending(&frame.fields[0]) {
                    frame = sort_frame(frame, 0, false);
                }
            }
            Some(frame)
        }
        frames => Some(Frame { fields: join_frames(frames, Some(FieldMatcher::FirstTime), "outer"), ..Frame::default() }),
    }
}

fn is_ascending(field: &Field) -> bool {
    let times: Vec<f64> = field.values.numbers().unwrap_or_default().iter().flatten().copied().collect();
    times.windows(2).all(|pair| pair[0] < pair[1])
}

/// One frame's part in the join.
struct Table {
    key: Field,
    fields: Vec<Field>,
}

/// The joined fields, key first; none when no frame has the key.
fn join_frames(frames: &[Frame], join_by: Option<FieldMatcher>, mode: &str) -> Vec<Field> {
    let tables = joinable(frames, join_by.as_ref());
    let Some(first_key) = tables.first().map(|table| table.key.clone()) else { return Vec::new() };
    let whole = |(key, columns): (Values, Vec<Values>)| (key, columns.into_iter().map(|values| (values, Vec::new())).collect());
    let (key, columns) = match mode {
        "inner" => whole(tabular(&tables, false)),
        "outerTabular" => whole(tabular(&tables, true)),
        _ => outer(&tables),
    };
    let fields = tables.iter().flat_map(|table| &table.fields).zip(columns);
    let joined = std::iter::once(Field { values: key, gaps: Vec::new(), ..first_key });
    joined.chain(fields.map(|(field, (values, gaps))| Field { values, gaps, ..field.clone() })).collect()
}

/// The frames that have the key.
fn joinable(frames: &[Frame], join_by: Option<&FieldMatcher>) -> Vec<Table> {
    let best = best_join_field(frames);
    let names = NameContext::of(frames);
    frames.iter().filter_map(|frame| table(frame, join_by.unwrap_or(&best), &names)).collect()
}

/// The first time field; without one the first number field (`pickBestJoinField`).
fn best_join_field(frames: &[Frame]) -> FieldMatcher {
    let first = frames.first();
    if first.and_then(time_field).is_some() {
        return FieldMatcher::FirstTime;
    }
    // Grafana drops every name it finds again and so is left with none of several frames; nothing is joined then.
    FieldMatcher::Never
}

fn table(frame: &Frame, matcher: &FieldMatcher, names: &NameContext) -> Option<Table> {
    let place = frame.fields.iter().position(|field| matcher.matches(field, frame, names))?;
    let fields = frame.fields.iter().enumerate().filter(|(index, _)| *index != place).map(|(_, field)| named(field, frame)).collect();
    Some(Table { key: frame.fields[place].clone(), fields })
}

/// The frame's name lives on: as the name of a field "Value", as a label of others.
fn named(field: &Field, frame: &Frame) -> Field {
    let mut copy = Field { display_name: None, origin: frame.ref_id.clone().or_else(|| frame.name.clone()), ..field.clone() };
    if let Some(name) = frame.name.as_ref().filter(|name| !name.is_empty()) {
        if field.name == "Value" {
            copy.name.clone_from(name);
        } else if !copy.labels.contains_key("name") {
            copy.labels.insert("name".into(), name.clone());
        }
    }
    copy.has_empty_labels = copy.labels.is_empty();
    copy
}

/// How nulls of a field meet the gaps that joining leaves (uPlot's null modes).
#[derive(Clone, Copy, PartialEq)]
enum NullMode {
    Remove,
    Retain,
    Expand,
}

/// A column and the rows it has no partner in.
type Column = (Values, Vec<usize>);

/// Keys that are numbers, united and sorted; gaps are empty.
fn outer(tables: &[Table]) -> (Values, Vec<Column>) {
    let mut keys: IndexMap<String, Value> = IndexMap::new();
    // Objects are equal to themselves only.
    let text = |key: &Value, table: usize, row: usize| match key {
        Value::Json(Json::Array(_) | Json::Object(_)) => format!("\0{table} {row}"),
        Value::Null => "\0".into(),
        key => key_text(key),
    };
    for (index, table) in tables.iter().enumerate() {
        for row in 0..table.key.values.len() {
            let key = table.key.values.get(row);
            keys.entry(text(&key, index, row)).or_insert(key);
        }
    }
    let number = |key: &Value| match key {
        Value::Number(number) => *number,
        Value::Boolean(flag) => f64::from(u8::from(*flag)),
        _ => 0.0,
    };
    let mut sorted: Vec<(String, Value)> = keys.into_iter().collect();
    sorted.sort_by(|(_, a), (_, b)| match (a, b) {
        // A difference of texts is NaN: they keep their order.
        (Value::String(_), _) | (_, Value::String(_)) => std::cmp::Ordering::Equal,
        (a, b) => number(a).partial_cmp(&number(b)).unwrap_or(std::cmp::Ordering::Equal),
    });
    let places: HashMap<&str, usize> = sorted.iter().enumerate().map(|(place, (key, _))| (key.as_str(), place)).collect();
    let mut columns = Vec::new();
    for (index, table) in tables.iter().enumerate() {
        let key = |row: usize| text(&table.key.values.get(row), index, row);
        let row_places: Vec<usize> = (0..table.key.values.len()).filter_map(|row| places.get(key(row).as_str()).copied()).collect();
        for field in &table.fields {
            let mode = null_mode(field);
            let mut rows: Vec<Option<usize>> = vec![None; sorted.len()];
            for (row, place) in row_places.iter().enumerate().take(field.values.len()) {
                if mode != NullMode::Remove || field.values.get(row) != Value::Null {
                    rows[*place] = Some(row);
                }
            }
            columns.push((take(&field.values, &rows), gaps(field, &rows, mode)));
        }
    }
    let kind = tables.first().map_or(FieldType::Other, |table| table.key.kind);
    (super::cells::column(kind, sorted.into_iter().map(|(_, key)| key).collect()), columns)
}

/// The rows that stay without any cell, null included: nulls spread over the gaps beside them unless lines may cross them.
fn gaps(field: &Field, rows: &[Option<usize>], mode: NullMode) -> Vec<usize> {
    let is_null = |row: &Option<usize>| row.is_some_and(|row| field.values.get(row) == Value::Null && !field.is_gap(row));
    let is_empty = |row: &Option<usize>| row.is_none_or(|row| field.values.get(row) == Value::Null);
    let mut gaps = Vec::new();
    let mut start = 0;
    while start < rows.len() {
        let length = rows[start..].iter().take_while(|row| is_empty(row)).count();
        let run = start..start + length;
        if mode != NullMode::Expand || !rows[run.clone()].iter().any(is_null) {
            gaps.extend(run.filter(|place| !is_null(&rows[*place])));
        }
        start += length + 1;
    }
    gaps
}

fn null_mode(field: &Field) -> NullMode {
    match field.config.custom.get("spanNulls") {
        Some(Json::Bool(true)) => NullMode::Remove,
        Some(Json::Number(number)) if number.as_i64() == Some(-1) => NullMode::Retain,
        _ => NullMode::Expand,
    }
}

/// SQL-like join of tables on their first column; keys may repeat.
fn tabular(tables: &[Table], is_outer: bool) -> (Values, Vec<Values>) {
    let Some(first) = tables.first() else { return (Values::default(), Vec::new()) };
    let mut key = first.key.values.clone();
    let mut columns: Vec<Values> = first.fields.iter().map(|field| field.values.clone()).collect();
    for table in &tables[1..] {
        let right_key = &table.key.values;
        let mut index: IndexMap<String, Vec<usize>> = IndexMap::new();
        for row in 0..right_key.len() {
            index.entry(key_text(&right_key.get(row))).or_default().push(row);
        }
        let mut left_rows: Vec<Option<usize>> = Vec::new();
        let mut right_rows: Vec<Option<usize>> = Vec::new();
        let mut unmatched_left = Vec::new();
        let mut matched: std::collections::HashSet<String> = std::collections::HashSet::new();
        for row in 0..key.len() {
            let cell = key.get(row);
            let text = key_text(&cell);
            match index.get(&text).filter(|_| cell != Value::Null) {
                Some(rows) => {
                    left_rows.extend(std::iter::repeat_n(Some(row), rows.len()));
                    right_rows.extend(rows.iter().copied().map(Some));
                    // Grafana's set holds the keys themselves and is asked for texts: numbers are never found in it.
                    if !matches!(cell, Value::Number(_) | Value::Boolean(_)) {
                        matched.insert(text);
                    }
                }
                None if is_outer => unmatched_left.push(row),
                None => {}
            }
        }
        let unmatched_right: Vec<usize> = match is_outer {
            true => {
                object_order(index.keys()).into_iter().filter(|key| !matched.contains(*key)).flat_map(|key| index[key].clone()).collect()
            }
            false => Vec::new(),
        };
        left_rows.extend(unmatched_left.iter().copied().map(Some));
        right_rows.extend(std::iter::repeat_n(None, unmatched_left.len()));
        let n_right = unmatched_right.len();
        left_rows.extend(std::iter::repeat_n(None, n_right));
        right_rows.extend(unmatched_right.into_iter().map(Some));
        let keys: Vec<Value> = left_rows
            .iter()
            .zip(&right_rows)
            .map(|(left, right)| left.map(|row| key.get(row)).or_else(|| right.map(|row| right_key.get(row))).unwrap_or(Value::Null))
            .collect();
        columns = columns.iter().map(|values| take(values, &left_rows)).collect();
        columns.extend(table.fields.iter().map(|field| take(&field.values, &right_rows)));
        key = super::cells::column(first.key.kind, keys);
    }
    (key, columns)
}
