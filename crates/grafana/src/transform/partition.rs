//! `partitionByValues`: one frame split into one for each combination of values.

use indexmap::IndexMap;
use serde_json::{Value as Json, json};

use super::{
    cells::{key_text, take_rows},
    option,
};
use crate::{
    field::{FieldMatcher, NameContext, display_name_in, loose_key},
    frame::{Field, Frame, Value},
};

/// Only the first frame is split and given, as in Grafana.
pub(super) fn partition_by_values(frames: Vec<Frame>, options: &Json) -> Vec<Frame> {
    let names = option::texts(options, "fields");
    if names.is_empty() {
        return frames;
    }
    let Some(matcher) = option::matcher("byNames", json!({ "names": names })) else { return frames };
    match frames.first() {
        Some(frame) => partition(frame, &matcher, options),
        None => frames,
    }
}

/// Splits by the fields the matcher finds.
pub(super) fn partition(frame: &Frame, matcher: &FieldMatcher, options: &Json) -> Vec<Frame> {
    // A field with a given name is known by it while names are compared.
    let mut renamed: IndexMap<String, String> = IndexMap::new();
    let mut frame = frame.clone();
    for field in &mut frame.fields {
        if let Some(name) = field.config.display_name_from_ds.take().or_else(|| field.config.display_name.clone()) {
            field.config.display_name = None;
            renamed.insert(name.clone(), std::mem::replace(&mut field.name, name));
        }
    }
    let mut frames = split(&frame, matcher, options);
    let names = NameContext::of(&frames);
    for frame in &mut frames {
        let shown: Vec<String> = frame.fields.iter().map(|field| display_name_in(field, frame, &names)).collect();
        for (field, shown) in frame.fields.iter_mut().zip(shown) {
            if let Some(original) = renamed.get(&field.name) {
                field.name.clone_from(original);
                field.config.display_name = Some(shown);
            }
        }
    }
    frames
}

fn split(frame: &Frame, matcher: &FieldMatcher, options: &Json) -> Vec<Frame> {
    let names = NameContext::of(std::slice::from_ref(frame));
    let keys: Vec<&Field> = frame.fields.iter().filter(|field| matcher.matches(field, frame, &names)).collect();
    if keys.is_empty() {
        return vec![frame.clone()];
    }
    let naming = options.get("naming").cloned().unwrap_or(Json::Null);
    let as_labels = option::flag(&naming, "asLabels") != Some(false);
    let keeps_keys = option::flag(options, "keepFields") == Some(true);
    let kept: Vec<&Field> = frame.fields.iter().filter(|field| keeps_keys || !keys.iter().any(|key| key.name == field.name)).collect();
    groups(&keys)
        .into_iter()
        .map(|rows| {
            let text = |key: &&Field| if key.is_gap(rows[0]) { "undefined".into() } else { key_text(&key.values.get(rows[0])) };
            let values: Vec<String> = keys.iter().map(text).collect();
            let name = if as_labels { frame.name.clone() } else { Some(frame_name(frame, &keys, rows[0], &naming)) };
            let fields = kept.iter().map(|field| {
                let mut labels = field.labels.clone();
                if as_labels {
                    labels.extend(keys.iter().map(|key| key.name.clone()).zip(values.iter().cloned()));
                }
                let has_empty_labels = labels.is_empty();
                Field {
                    labels,
                    has_empty_labels,
                    values: take_rows(&field.values, &rows),
                    display_name: None,
                    gaps: Vec::new(),
                    ..(*field).clone()
                }
            });
            let text = |text: &Option<String>| text.clone().unwrap_or_else(|| "undefined".into());
            let ref_id = Some(format!("{}-{}", text(&frame.ref_id), text(&name)));
            Frame { ref_id, fields: fields.collect(), meta: frame.meta.clone(), name }
        })
        .collect()
}

/// Rows by their key cells: grouped by the first key, within it by the second, …
fn groups(keys: &[&Field]) -> Vec<Vec<usize>> {
    let all = (0..keys[0].values.len()).collect();
    keys.iter().fold(vec![all], |groups: Vec<Vec<usize>>, key| {
        groups
            .into_iter()
            .flat_map(|rows| {
                let mut parts: IndexMap<(u8, String), Vec<usize>> = IndexMap::new();
                for row in rows {
                    let identity = match key.values.get(row) {
                        // Objects are equal to themselves only.
                        Value::Json(Json::Array(_) | Json::Object(_)) => (u8::MAX, row.to_string()),
                        cell => loose_key(&cell),
                    };
                    parts.entry(identity).or_default().push(row);
                }
                parts.into_values()
            })
            .collect()
    })
}

fn frame_name(frame: &Frame, keys: &[&Field], row: usize, naming: &Json) -> String {
    let separator = |key: &str, default: &'static str| naming.get(key).and_then(Json::as_str).unwrap_or(default).to_owned();
    let with_names = option::flag(naming, "withNames") == Some(true);
    let part = |key: &&Field| match (with_names, key.values.get(row)) {
        (true, value) => format!("{}{}{}", key.name, separator("separator1", "="), key_text(&value)),
        // A list's text leaves nulls out.
        (false, Value::Null) => String::new(),
        (false, value) => key_text(&value),
    };
    let name = keys.iter().map(part).collect::<Vec<_>>().join(&separator("separator2", " "));
    match frame.name.as_ref().filter(|name| !name.is_empty() && option::flag(naming, "append") == Some(true)) {
        Some(old) => format!("{old} {name}"),
        None => name,
    }
}
