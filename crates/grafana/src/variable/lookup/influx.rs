//! Variables of InfluxDB. Source: grafana 12.4.0 `influxdb/datasource.ts` `metricFindQuery`, and what its pages were seen to ask.

use serde_json::{Value as Json, json};

use super::{LookupBody, Reply, VariableLookup, query_text, range_scope};
use crate::{
    dashboard::json,
    query::DataSource,
    variable::{DefaultFormat, Variable, VariableOption, Variables, interpolate},
};

pub(super) fn influx(variable: &Variable, source: &DataSource, variables: &Variables) -> Option<VariableLookup> {
    let text = query_text(variable);
    if text.is_empty() {
        return None;
    }
    let version = source.json_data.get("version").and_then(Json::as_str);
    let scope = range_scope(variables);
    let write = |format: DefaultFormat| interpolate(&text, variables, &scope, format);
    let mut query = match version {
        Some("Flux") => json!({"refId": "metricFindQuery", "query": write(DefaultFormat::Glob), "rawQuery": true}),
        Some("SQL") => {
            let sql = write(DefaultFormat::Sql);
            json!({"refId": "metricFindQuery", "query": sql, "rawQuery": true, "rawSql": sql, "format": "table", "adhocFilters": []})
        }
        _ => {
            let query = write(DefaultFormat::Influx);
            json!({"refId": "metricFindQuery", "query": query, "rawQuery": true, "adhocFilters": [], "rawSql": "", "alias": "", "limit": "",
                "measurement": "", "policy": "", "slimit": "", "tz": ""})
        }
    };
    query["datasource"] = json!({"type": source.kind, "uid": source.uid});
    query["datasourceId"] = source.id.into();
    query["maxDataPoints"] = 1000.into();
    let side = |ms: f64| format!("{ms:.0}");
    let body = json!({"queries": [query], "from": side(variables.range.from_ms), "to": side(variables.range.to_ms)});
    let body = Some(LookupBody::Query(body));
    Some(VariableLookup { name: variable.name.clone(), path: "/api/ds/query".into(), body, reply: Reply::FirstTexts })
}

/// The first column of texts of each frame, else its first column that is no time; every value once.
pub(super) fn options(frames: &[&Json]) -> Vec<VariableOption> {
    let mut seen = indexmap::IndexSet::new();
    for frame in frames {
        let fields = frame.pointer("/schema/fields").and_then(Json::as_array).map(Vec::as_slice).unwrap_or_default();
        let kind = |field: &Json| field.get("type").and_then(Json::as_str).unwrap_or_default().to_owned();
        let texts = fields.iter().position(|field| kind(field) == "string");
        let Some(at) = texts.or_else(|| fields.iter().position(|field| kind(field) != "time")) else { continue };
        let cells = frame.pointer(&format!("/data/values/{at}")).and_then(Json::as_array);
        seen.extend(cells.into_iter().flatten().filter_map(json::text_of));
    }
    seen.into_iter().map(|text| VariableOption { text: text.clone(), value: text }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn first_texts() {
        let check = |kinds: &[&str], expected: &str| {
            let fields: Vec<Json> = kinds.iter().map(|kind| json!({"name": "x", "type": kind})).collect();
            let frame = json!({"schema": {"fields": fields}, "data": {"values": [[1, 2], ["a", "a"], ["b", "c"]]}});
            let texts: Vec<String> = options(&[&frame, &frame]).into_iter().map(|option| option.value).collect();
            assert_eq!(texts.join(" "), expected);
        };
        check(&["time", "string", "string"], "a");
        check(&["number", "other", "string"], "b c");
        check(&["time", "other"], "a");
        check(&["number", "time"], "1 2");
        check(&["time"], "");
    }
}
