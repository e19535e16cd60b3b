//! `reduce`: a row for each series, or all fields in one row.

use indexmap::IndexSet;
use serde_json::Value as Json;

use super::{
    cells::{column, guess_type, new_field, strings},
    option,
};
use crate::{
    field::{FieldMatcher, Matcher, NameContext, display_name_in, is_reducer, reduce_field, reducer_name},
    frame::{Field, FieldType, Frame, Value, Values},
};

pub(super) fn reduce(frames: Vec<Frame>, options: &Json) -> Vec<Frame> {
    let default = || vec!["max".to_owned()];
    let reducers = if options.get("reducers").is_some() { option::texts(options, "reducers") } else { default() };
    if reducers.is_empty() {
        return frames;
    }
    let reducers: Vec<String> = reducers.into_iter().filter(|id| is_reducer(id)).collect();
    let is_fields_mode = option::text(options, "mode") == Some("reduceFields");
    let with_time = option::flag(options, "includeTimeField") == Some(true) && is_fields_mode;
    let matcher = match options.get("fields").and_then(Matcher::from_json) {
        Some(matcher) => FieldMatcher::new(&matcher).unwrap_or(FieldMatcher::Never),
        None if with_time => FieldMatcher::Always,
        None => FieldMatcher::Not(Box::new(FieldMatcher::Types(vec![FieldType::Time]))),
    };
    let names = NameContext::of(&frames);
    if is_fields_mode {
        return frames.into_iter().filter_map(|frame| reduce_fields(frame, &matcher, &reducers, &names)).collect();
    }
    let with_labels = option::flag(options, "labelsToFields") == Some(true);
    let labels: IndexSet<String> = match with_labels {
        true => frames.iter().flat_map(|frame| &frame.fields).flat_map(|field| field.labels.keys().cloned()).collect(),
        false => IndexSet::new(),
    };
    let tables = frames.iter().map(|frame| rows_of(frame, &matcher, &reducers, with_labels.then_some(&labels), &names));
    let Some(mut merged) = stack(tables.collect()) else { return Vec::new() };
    let ref_ids: Vec<&str> = frames.iter().map(|frame| frame.ref_id.as_deref().unwrap_or_default()).collect();
    merged.ref_id = Some(format!("reduce-{}", ref_ids.join("-")));
    merged.name = None;
    vec![merged]
}

/// One row a field: its name, its labels when asked, its reductions.
fn rows_of(frame: &Frame, matcher: &FieldMatcher, reducers: &[String], labels: Option<&IndexSet<String>>, names: &NameContext) -> Frame {
    let source: Vec<&Field> = frame.fields.iter().filter(|field| matcher.matches(field, frame, names)).collect();
    let name = |field: &&Field| Some(if labels.is_some() { field.name.clone() } else { display_name_in(field, frame, names) });
    let mut fields = vec![strings("Field", source.iter().map(name).collect())];
    for label in labels.into_iter().flatten() {
        fields.push(strings(label.clone(), source.iter().map(|field| field.labels.get(label).cloned()).collect()));
    }
    for reducer in reducers {
        let cells: Vec<Value> = source
            .iter()
            .map(|field| match reduce_field(field, reducer) {
                // A null is NaN in Grafana, to keep it apart from what is not there at all.
                Value::Null if !field.values.is_empty() && !is_missing(field, reducer) => Value::Number(f64::NAN),
                value => value,
            })
            .collect();
        let name = reducer_name(reducer);
        let kind = guess_type(name, &cells).unwrap_or(FieldType::Other);
        fields.push(new_field(name, kind, column(kind, cells)));
    }
    Frame { fields, ..frame.clone() }
}

/// Whether a reduction without a result found nothing, rather than a null.
fn is_missing(field: &Field, reducer: &str) -> bool {
    match reducer {
        "first" => field.is_gap(0),
        "last" => field.is_gap(field.values.len().saturating_sub(1)),
        reducer => reducer.starts_with('p') && reducer[1..].parse::<u8>().is_ok(),
    }
}

/// `mergeResults`: the rows of all frames under the fields of the first; fields match by type and name.
fn stack(frames: Vec<Frame>) -> Option<Frame> {
    let mut frames = frames.into_iter();
    let mut base = frames.next()?;
    for frame in frames {
        for (base_index, field) in base.fields.iter_mut().enumerate() {
            for (index, other) in frame.fields.iter().enumerate() {
                let is_same = field.kind == other.kind && field.name == other.name;
                if is_same || (base_index == 0 && index == 0) {
                    append(&mut field.values, &other.values);
                }
            }
        }
    }
    Some(base)
}

fn append(values: &mut Values, more: &Values) {
    match (values, more) {
        (Values::Time(a), Values::Time(b)) | (Values::Number(a), Values::Number(b)) => a.extend(b),
        (Values::String(a), Values::String(b)) => a.extend(b.iter().cloned()),
        (Values::Boolean(a), Values::Boolean(b)) => a.extend(b),
        (values, more) => {
            let all = (0..values.len()).map(|row| values.get(row)).chain((0..more.len()).map(|row| more.get(row)));
            *values = Values::Other(all.map(|cell| crate::field::cell_json(&cell)).collect());
        }
    }
}

/// The same fields with one row; several reducers make several fields told apart by a label.
fn reduce_fields(frame: Frame, matcher: &FieldMatcher, reducers: &[String], names: &NameContext) -> Option<Frame> {
    let mut fields = Vec::new();
    for field in frame.fields.iter().filter(|field| matcher.matches(field, &frame, names)) {
        for reducer in reducers {
            let kind = match reducer.as_str() {
                "allValues" | "uniqueValues" => FieldType::Other,
                "first" | "firstNotNull" | "last" | "lastNotNull" => field.kind,
                _ => FieldType::Number,
            };
            let mut copy = Field { kind, values: column(kind, vec![reduce_field(field, reducer)]), display_name: None, ..field.clone() };
            if reducers.len() > 1 {
                copy.labels.insert("reducer".into(), reducer_name(reducer).into());
            }
            fields.push(copy);
        }
    }
    (!fields.is_empty()).then_some(Frame { fields, ..frame })
}
