//! `groupBy`: one row for each value of the grouping fields, the others reduced.

use indexmap::IndexMap;
use serde_json::{Value as Json, json};

use super::{
    cells::{column, key_text, new_field, take_rows},
    option,
};
use crate::{
    field::{NameContext, display_name_in, reduce_field, reduced_type, to_text},
    frame::{Field, Frame, FrameMeta, Value, Values},
};

pub(super) fn group_by(frames: Vec<Frame>, options: &Json) -> Vec<Frame> {
    let rules: IndexMap<&String, &Json> = options.get("fields").and_then(Json::as_object).into_iter().flatten().collect();
    let operation = |rule: &Json| option::text(rule, "operation").map(str::to_owned);
    let keys: Vec<&&String> =
        rules.iter().filter(|(_, rule)| operation(rule).as_deref() == Some("groupby")).map(|(name, _)| name).collect();
    if keys.is_empty() {
        return frames;
    }
    let Some(matcher) = option::matcher("byNames", json!({ "names": keys })) else { return frames };
    let names = NameContext::of(&frames);
    let grouped = frames.iter().filter_map(|frame| {
        let key_fields: Vec<&Field> = frame.fields.iter().filter(|field| matcher.matches(field, frame, &names)).collect();
        if key_fields.is_empty() {
            return None;
        }
        let groups = group_rows(frame, &key_fields);
        let firsts: Vec<usize> = groups.values().map(|rows| rows[0]).collect();
        let first_named = |key: &Field| {
            let name = |field: &Field| lookup_name(field, frame, &keys, frames.len(), &names);
            frame.fields.iter().find(|field| name(field) == name(key)).map_or_else(|| key.values.clone(), |field| field.values.clone())
        };
        let mut fields: Vec<Field> = key_fields.iter().map(|field| key_field(field, &first_named(field), &firsts)).collect();
        for field in &frame.fields {
            let name = lookup_name(field, frame, &keys, frames.len(), &names);
            let Some(rule) = rules.get(&name) else { continue };
            let aggregations = option::texts(rule, "aggregations");
            let is_wanted = match operation(rule).as_deref() {
                Some("aggregate") => true,
                Some("groupby") => aggregations == ["count"],
                _ => false,
            };
            if !is_wanted {
                continue;
            }
            // What has one name is gathered in one column, though reduced for each of them.
            let same: Vec<&Field> =
                frame.fields.iter().filter(|other| lookup_name(other, frame, &keys, frames.len(), &names) == name).collect();
            let parts: Vec<Field> = groups.values().map(|rows| gathered(&same, rows)).collect();
            for aggregation in &aggregations {
                let cells = parts.iter().map(|part| reduce_field(part, aggregation)).collect();
                let kind = reduced_type(aggregation, field.kind);
                fields.push(new_field(format!("{name} ({aggregation})"), kind, column(kind, cells)));
            }
        }
        Some(Frame { name: None, ref_id: frame.ref_id.clone(), meta: FrameMeta::default(), fields })
    });
    grouped.collect()
}

/// The name Grafana looks a field up by here.
///
/// It asks without the frame, so labels and the data source's name do not count; unless the name was asked for before with the
/// frame and kept, which the matcher does for all but the fields it finds by their plain name, and which holds for a single frame.
fn lookup_name(field: &Field, frame: &Frame, keys: &[&&String], n_frames: usize, names: &NameContext) -> String {
    if n_frames == 1 && !keys.iter().any(|key| ***key == field.name) {
        return display_name_in(field, frame, names);
    }
    field.config.display_name.clone().filter(|name| !name.is_empty()).unwrap_or_else(|| field.name.clone())
}

/// Rows by the text of their key cells, in the order the keys appear.
pub(super) fn group_rows(frame: &Frame, keys: &[&Field]) -> IndexMap<String, Vec<usize>> {
    let mut groups: IndexMap<String, Vec<usize>> = IndexMap::new();
    for row in 0..frame.len() {
        // An array's text: nulls are empty, parts joined by commas.
        let parts: Vec<String> = keys
            .iter()
            .map(|field| match field.values.get(row) {
                Value::Null => String::new(),
                Value::Json(json) => to_text(&Value::Json(json)),
                cell => key_text(&cell),
            })
            .collect();
        groups.entry(parts.join(",")).or_default().push(row);
    }
    groups
}

/// A key's column: one cell for each group.
pub(super) fn key_field(field: &Field, values: &Values, firsts: &[usize]) -> Field {
    Field { config: field.config.clone(), ..new_field(field.name.clone(), field.kind, take_rows(values, firsts)) }
}

/// The cells of one group, row by row, of all fields that have one name; type and config are the first one's.
pub(super) fn gathered(same: &[&Field], rows: &[usize]) -> Field {
    let [only] = same else {
        let Some(first) = same.first() else { return Field::default() };
        let cells = rows.iter().flat_map(|row| same.iter().map(|field| field.values.get(*row))).collect();
        return Field { config: first.config.clone(), ..new_field(first.name.clone(), first.kind, column(first.kind, cells)) };
    };
    Field { config: only.config.clone(), ..new_field(only.name.clone(), only.kind, take_rows(&only.values, rows)) }
}
