//! Whatever else answers `/api/ds/query`: variables are ordinary queries.

use serde_json::{Value as Json, json};

use super::{LookupBody, Reply, VariableLookup, query_text, range_scope};
use crate::{
    dashboard::json::Object,
    query::DataSource,
    time,
    variable::{DefaultFormat, Variable, Variables, interpolate},
};

/// Anything that answers `/api/ds/query`: the saved query object, or its text where the type keeps it.
pub(super) fn data_query(
    variable: &Variable,
    source: &DataSource,
    variables: &Variables,
    default: DefaultFormat,
    reply: Reply,
) -> Option<VariableLookup> {
    let scope = range_scope(variables);
    let write = |text: &str| interpolate(text, variables, &scope, default);
    let mut query = match &variable.query {
        Json::Object(map) => map.clone(),
        _ => Object::new(),
    };
    for value in query.values_mut() {
        if let Json::String(text) = value {
            *text = write(text);
        }
    }
    let text = write(&query_text(variable));
    if text.is_empty() && query.is_empty() {
        return None;
    }
    if !variable.query.is_object() {
        query.insert("query".into(), Json::String(text));
    }
    query.insert("refId".into(), "tempvar".into());
    query.insert("datasource".into(), json!({"type": source.kind, "uid": source.uid}));
    query.insert("datasourceId".into(), source.id.into());
    query.insert("intervalMs".into(), (time::calculate_interval(&variables.range, 1000, None).round() as i64).into());
    query.insert("maxDataPoints".into(), 1000.into());
    let side = |ms: f64| format!("{ms:.0}");
    let body = json!({"queries": [query], "from": side(variables.range.from_ms), "to": side(variables.range.to_ms)});
    Some(VariableLookup { name: variable.name.clone(), path: "/api/ds/query".into(), body: Some(LookupBody::Query(body)), reply })
}
