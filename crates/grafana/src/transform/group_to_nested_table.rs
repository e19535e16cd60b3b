//! `groupToNestedTable`: as `groupBy`, and each row carries a table of the rest of its group.

use indexmap::{IndexMap, IndexSet};
use serde_json::{Value as Json, json};

use super::{
    cells::{column, guess_type, new_field, object_order},
    group_by::{gathered, group_rows, key_field},
    option,
};
use crate::{
    field::reduce_field,
    frame::{Field, FieldType, Frame, Value, Values, frame_to_json},
};

pub(super) fn group_to_nested_table(frames: Vec<Frame>, options: &Json) -> Vec<Frame> {
    let rules: IndexMap<&String, &Json> = options.get("fields").and_then(Json::as_object).into_iter().flatten().collect();
    if !rules.values().any(|rule| option::text(rule, "operation") == Some("groupby")) {
        return frames;
    }
    frames.iter().filter_map(|frame| grouped(frame, &rules, option::flag(options, "showSubframeHeaders") != Some(false))).collect()
}

fn grouped(frame: &Frame, rules: &IndexMap<&String, &Json>, has_headers: bool) -> Option<Frame> {
    // Fields are known by their plain names here; those of one name are gathered in one column.
    let name = |field: &Field| field.config.display_name.clone().filter(|name| !name.is_empty()).unwrap_or_else(|| plain(field));
    let operation = |field: &Field| rules.get(&name(field)).and_then(|rule| option::text(rule, "operation"));
    let keys: Vec<&Field> = frame.fields.iter().filter(|field| operation(field) == Some("groupby")).collect();
    if keys.is_empty() {
        return None;
    }
    let groups = group_rows(frame, &keys);
    let firsts: Vec<usize> = groups.values().map(|rows| rows[0]).collect();
    let mut by_name: IndexMap<String, Vec<&Field>> = IndexMap::new();
    for field in &frame.fields {
        by_name.entry(name(field)).or_default().push(field);
    }
    let mut fields: Vec<Field> = keys.iter().map(|key| key_field(key, &by_name[&name(key)][0].values, &firsts)).collect();
    for field in frame.fields.iter().filter(|field| operation(field) == Some("aggregate")) {
        let name = name(field);
        let parts: Vec<Field> = groups.values().map(|rows| gathered(&by_name[&name], rows)).collect();
        for aggregation in option::texts(rules[&name], "aggregations") {
            let title = format!("{name} ({aggregation})");
            let cells: Vec<Value> = parts.iter().map(|part| reduce_field(part, &aggregation)).collect();
            let kind = match aggregation.as_str() {
                "allIsNull" => FieldType::Boolean,
                "first" | "firstNotNull" | "last" | "lastNotNull" => field.kind,
                _ => guess_type(&title, &cells).unwrap_or(FieldType::String),
            };
            fields.push(new_field(title, kind, column(kind, cells)));
        }
    }
    let nested: IndexSet<&String> = by_name.keys().filter(|name| is_nested(rules.get(name).copied())).collect();
    let nested = object_order(nested.into_iter());
    let tables = groups.values().map(|rows| {
        let columns = nested.iter().map(|name| Field { name: (*name).clone(), ..gathered(&by_name[*name], rows) }).collect();
        let mut table = frame_to_json(&Frame { fields: columns, ..Frame::default() });
        table["schema"]["meta"] = json!({ "custom": { "noHeader": !has_headers } });
        json!([table])
    });
    fields.push(new_field("__nestedFrames", FieldType::Frame, Values::Other(tables.collect())));
    Some(Frame { fields, ..Frame::default() })
}

fn plain(field: &Field) -> String {
    if field.name.is_empty() { "Value".into() } else { field.name.clone() }
}

/// Fields that are neither keys nor reduced go into the tables.
fn is_nested(rule: Option<&Json>) -> bool {
    let Some(rule) = rule else { return true };
    let Some(aggregations) = rule.get("aggregations").and_then(Json::as_array) else { return true };
    match option::text(rule, "operation") {
        None => true,
        Some("aggregate") => aggregations.is_empty(),
        Some(_) => false,
    }
}
