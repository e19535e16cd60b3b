//! Saved variables (`templating.list`) of any age.

use serde_json::Value as Json;

use super::{Variable, VariableOption};
use crate::dashboard::{
    json::{self, Object},
    read_datasource,
};

/// Reads `templating.list`; members that are no objects or have no name are left out.
pub(crate) fn read_list(json: &Json) -> Vec<Variable> {
    let saved = json.as_array().map(Vec::as_slice).unwrap_or_default();
    saved.iter().filter_map(Json::as_object).map(read).filter(|variable| !variable.name.is_empty()).collect()
}

pub(crate) fn read(map: &Object) -> Variable {
    let kind = json::some_text(map, "type").unwrap_or_else(|| "query".into());
    Variable {
        name: json::text(map, "name"),
        label: json::text(map, "label"),
        query: map.get("query").or_else(|| map.get("definition")).cloned().unwrap_or(Json::Null),
        datasource: read_datasource(map.get("datasource")),
        regex: json::text(map, "regex"),
        sort: json::integer(map, "sort").unwrap_or(0),
        multi: json::flag(map, "multi"),
        include_all: json::flag(map, "includeAll"),
        all_value: json::some_text(map, "allValue"),
        refresh: read_refresh(map),
        hide: json::integer(map, "hide").unwrap_or(0),
        current: map.get("current").map(read_options).unwrap_or_default(),
        options: json::list(map, "options").iter().flat_map(read_options).collect(),
        raw: Json::Object(map.clone()),
        kind,
    }
}

/// Old dashboards saved `true` and `false`; the frontend always asks a query variable that says never.
fn read_refresh(map: &Object) -> i64 {
    match map.get("refresh") {
        Some(Json::Bool(on)) => i64::from(*on),
        Some(other) => json::number_of(other).map_or(0, |n| n as i64),
        None => 0,
    }
}

/// `{text, value}` where both may be lists (multi), or a bare value.
pub(super) fn read_options(json: &Json) -> Vec<VariableOption> {
    let Some(map) = json.as_object() else {
        return json::text_of(json).map(|value| VariableOption { text: value.clone(), value }).into_iter().collect();
    };
    let values = texts(map.get("value"));
    let labels = texts(map.get("text"));
    let label = |index: usize, value: &str| labels.get(index).cloned().unwrap_or_else(|| value.to_owned());
    values.iter().enumerate().map(|(index, value)| VariableOption { text: label(index, value), value: value.clone() }).collect()
}

fn texts(json: Option<&Json>) -> Vec<String> {
    match json {
        Some(Json::Array(list)) => list.iter().filter_map(json::text_of).collect(),
        Some(one) => json::text_of(one).into_iter().collect(),
        None => Vec::new(),
    }
}
