//! Variables of MySQL, PostgreSQL and SQL Server. Source: grafana 12.4.0 `grafana-sql/src/SQLVariableSupport.ts`, and what its
//! pages were seen to ask.

use serde_json::{Value as Json, json};

use super::{LookupBody, Reply, VariableLookup, range_scope};
use crate::{
    dashboard::json,
    query::DataSource,
    variable::{DefaultFormat, Variable, VariableOption, Variables, interpolate},
};

/// The name such queries have unless they were saved with one.
const REF_ID: &str = "SQLVariableQueryEditor-VariableQuery";

pub(super) fn sql(variable: &Variable, source: &DataSource, variables: &Variables, default: DefaultFormat) -> Option<VariableLookup> {
    let (text, ref_id, format, meta) = match &variable.query {
        Json::Object(map) => {
            let text = json::some_text(map, "rawSql").or_else(|| json::some_text(map, "query"));
            (text, json::some_text(map, "refId"), map.get("format").cloned(), map.get("meta"))
        }
        other => (json::text_of(other), None, Some("table".into()), None),
    };
    let text = text.filter(|text| !text.is_empty())?;
    let raw_sql = interpolate(&text, variables, &range_scope(variables), default);
    let mut query = json!({
        "refId": ref_id.filter(|name| !name.is_empty()).unwrap_or_else(|| REF_ID.to_owned()),
        "datasource": {"type": source.kind, "uid": source.uid},
        "rawSql": raw_sql,
        "format": format,
        "datasourceId": source.id,
        "intervalMs": 0,
    });
    if let (Some(query), true) = (query.as_object_mut(), format.is_none()) {
        query.remove("format");
    }
    let side = |ms: f64| format!("{ms:.0}");
    let body = json!({"queries": [query], "from": side(variables.range.from_ms), "to": side(variables.range.to_ms)});
    let field = |key: &str| meta.and_then(|meta| meta.get(key)).and_then(Json::as_str).map(str::to_owned);
    let reply = Reply::Sql { has_meta: meta.is_some(), text: field("textField"), value: field("valueField") };
    Some(VariableLookup { name: variable.name.clone(), path: "/api/ds/query".into(), body: Some(LookupBody::Query(body)), reply })
}

/// Which columns are texts and values: those the query names, or `__text` with `__value`; else every cell of every column, once.
pub(super) fn options(frame: &Json, has_meta: bool, text: Option<&str>, value: Option<&str>) -> Vec<VariableOption> {
    let fields = frame.pointer("/schema/fields").and_then(Json::as_array).map(Vec::as_slice).unwrap_or_default();
    let columns = frame.pointer("/data/values").and_then(Json::as_array).map(Vec::as_slice).unwrap_or_default();
    let cells = |at: usize| columns.get(at).and_then(Json::as_array).map(Vec::as_slice).unwrap_or_default();
    let named = |name: &str| fields.iter().position(|field| field.get("name").and_then(Json::as_str) == Some(name));
    let pairs = |text: usize, value: usize| {
        let pair = |(text, value): (&Json, &Json)| Some(VariableOption { text: json::text_of(text)?, value: json::text_of(value)? });
        cells(text).iter().zip(cells(value)).filter_map(pair).collect()
    };
    if has_meta {
        let (text, value) = (text.and_then(named), value.and_then(named));
        return pairs(text.or(value).unwrap_or(0), value.or(text).unwrap_or(0));
    }
    if let (Some(text), Some(value)) = (named("__text"), named("__value")) {
        return pairs(text, value);
    }
    let mut seen = std::collections::BTreeSet::new();
    let all = columns.iter().filter_map(Json::as_array).flatten().filter_map(json::text_of);
    all.filter(|text| seen.insert(text.clone())).map(|text| VariableOption { text: text.clone(), value: text }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns() {
        let check = |names: &[&str], meta: Option<(Option<&str>, Option<&str>)>, expected: &str| {
            let fields: Vec<Json> = names.iter().map(|name| json!({"name": name})).collect();
            let frame = json!({"schema": {"fields": fields}, "data": {"values": [["a", "b"], [1, 2]]}});
            let (text, value) = meta.unwrap_or_default();
            let options = options(&frame, meta.is_some(), text, value);
            assert_eq!(options.iter().map(|option| format!("{}={}", option.text, option.value)).collect::<Vec<_>>().join(" "), expected);
        };
        check(&["__text", "__value"], None, "a=1 b=2");
        check(&["__value", "__text"], None, "1=a 2=b");
        check(&["text", "value"], None, "a=a b=b 1=1 2=2");
        check(&["name", "id"], Some((Some("name"), Some("id"))), "a=1 b=2");
        check(&["name", "id"], Some((None, Some("id"))), "1=1 2=2");
        check(&["name", "id"], Some((Some("gone"), None)), "a=a b=b");
    }
}
