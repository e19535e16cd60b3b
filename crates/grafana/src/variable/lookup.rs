//! Look-ups of query variables: what is asked of a data source, and how its answer becomes options.

use serde_json::{Value as Json, json};

use super::{DefaultFormat, Scope, Variable, VariableOption, Variables, format::percent_encode, interpolate};
use crate::{
    dashboard::{
        ScopedValue,
        json::{self, Object},
    },
    query::DataSource,
    time,
};

/// One request to Grafana for a variable's options.
#[derive(Clone, Debug, PartialEq)]
pub struct VariableLookup {
    /// The variable it is for.
    pub name: String,
    /// Path and query under Grafana's root, already encoded.
    pub path: String,
    /// `None` is a GET, else the body of a POST.
    pub body: Option<Json>,
    pub(super) reply: Reply,
}

/// How an answer is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reply {
    /// `{data: [text, …]}`.
    Texts,
    /// `{data: [{label: value, …}, …]}`: series written as metric text.
    Series,
    /// `{data: {resultType, result}}` of a Prometheus query.
    Vector,
    /// `{results: {…: {frames}}}`.
    Frames,
}

/// What a query variable asks; `Err` says why it cannot be asked from a server.
pub(super) fn lookup(variable: &Variable, source: &DataSource, variables: &Variables) -> Result<Option<VariableLookup>, String> {
    match source.kind.as_str() {
        "prometheus" | "grafana-amazonprometheus-datasource" | "grafana-azureprometheus-datasource" => {
            Ok(prometheus(variable, source, variables))
        }
        "loki" => Ok(loki(variable, source, variables)),
        kind if !source.backend => Err(format!("data source type {kind} answers variables in a browser")),
        "mysql" | "mssql" | "postgres" | "grafana-postgresql-datasource" => Ok(data_query(variable, source, variables, DefaultFormat::Sql)),
        "influxdb" => Ok(data_query(variable, source, variables, DefaultFormat::Influx)),
        _ => Ok(data_query(variable, source, variables, DefaultFormat::Glob)),
    }
}

pub(super) fn query_text(variable: &Variable) -> String {
    match &variable.query {
        Json::Object(map) => ["query", "rawSql", "expr", "rawQuery"].iter().find_map(|key| json::some_text(map, key)).unwrap_or_default(),
        other => json::text_of(other).unwrap_or_default(),
    }
}

/// `__interval`, `__range` and their kin, which variable queries may name.
fn range_scope(variables: &Variables) -> Scope {
    let span_ms = variables.range.to_ms - variables.range.from_ms;
    let seconds = (span_ms / 1000.0).round();
    let pair = |name: &str, value: String| (name.to_owned(), ScopedValue { text: value.clone(), value });
    Scope {
        values: vec![
            pair("__interval", "15s".into()),
            pair("__interval_ms", "15000".into()),
            pair("__range", format!("{seconds}s")),
            pair("__range_s", seconds.to_string()),
            pair("__range_ms", span_ms.to_string()),
        ],
    }
}

fn get(variable: &Variable, source: &DataSource, resource: &str, params: &[(&str, String)], reply: Reply) -> VariableLookup {
    let query = params.iter().map(|(key, value)| format!("{}={}", component(key), component(value))).collect::<Vec<_>>().join("&");
    let path = format!("/api/datasources/uid/{}/resources/{resource}?{query}", source.uid);
    VariableLookup { name: variable.name.clone(), path, body: None, reply }
}

/// `encodeURIComponent` as Grafana's URLs carry it: `!`, `(`, `)` and `*` stay.
fn component(text: &str) -> String {
    percent_encode(text).replace("%21", "!").replace("%28", "(").replace("%29", ")").replace("%2A", "*")
}

fn prometheus(variable: &Variable, source: &DataSource, variables: &Variables) -> Option<VariableLookup> {
    let query = interpolate(&query_text(variable), variables, &range_scope(variables), DefaultFormat::Regex);
    let query = query.trim();
    let start = format!("{:.0}", (variables.range.from_ms / 1000.0).floor());
    let end = format!("{:.0}", (variables.range.to_ms / 1000.0).ceil());
    let span = || vec![("limit", "40000".to_owned()), ("start", start.clone()), ("end", end.clone())];
    let values_of = |label: &str, selector: Option<String>| {
        let mut params = span();
        params.extend(selector.map(|selector| ("match[]", selector)));
        get(variable, source, &format!("api/v1/label/{}/values", component(label)), &params, Reply::Texts)
    };
    if query.is_empty() {
        return None;
    }
    if let Some(inside) = call(query, "label_names") {
        let mut params = span();
        if !inside.is_empty() {
            params.push(("match[]", format!("{{__name__=~\".*{inside}.*\"}}")));
        }
        return Some(get(variable, source, "api/v1/labels", &params, Reply::Texts));
    }
    if let Some(inside) = call(query, "label_values") {
        let (filter, label) = inside.rsplit_once(',').map_or((None, inside), |(filter, label)| (Some(filter.trim()), label.trim()));
        if !label.is_empty() && !label.contains(['{', '}', '"', '(', ')', ' ']) {
            let filter = filter.filter(|filter| !filter.is_empty() && filter.replace(' ', "") != "{}");
            return Some(values_of(label, filter.map(str::to_owned)));
        }
    }
    if let Some(inside) = call(query, "metrics") {
        return (!inside.is_empty()).then(|| values_of("__name__", Some(format!("{{__name__=~\"{inside}\"}}"))));
    }
    if let Some(inside) = call(query, "query_result") {
        let params = [("query", inside.to_owned()), ("time", end)];
        return (!inside.is_empty()).then(|| get(variable, source, "api/v1/query", &params, Reply::Vector));
    }
    let params = [("match[]", query.to_owned()), ("start", start), ("end", end)];
    Some(get(variable, source, "api/v1/series", &params, Reply::Series))
}

/// The inside of `name(…)`.
fn call<'a>(query: &'a str, name: &str) -> Option<&'a str> {
    Some(query.strip_prefix(name)?.trim_start().strip_prefix('(')?.strip_suffix(')')?.trim())
}

fn loki(variable: &Variable, source: &DataSource, variables: &Variables) -> Option<VariableLookup> {
    let scope = range_scope(variables);
    let write = |text: &str| interpolate(text, variables, &scope, DefaultFormat::Loki);
    let nanos = |ms: f64| format!("{:.0}000000", ms);
    let span = || vec![("start", nanos(variables.range.from_ms)), ("end", nanos(variables.range.to_ms))];
    let values_of = |label: &str, selector: &str| {
        let mut params = span();
        if !selector.is_empty() && selector != "{}" {
            params.insert(0, ("query", selector.to_owned()));
        }
        get(variable, source, &format!("label/{}/values", component(label)), &params, Reply::Texts)
    };
    if let Some(map) = variable.query.as_object().filter(|map| map.contains_key("label") || map.contains_key("type")) {
        let label = write(&json::text(map, "label"));
        if json::integer(map, "type") == Some(0) || label.is_empty() {
            return Some(get(variable, source, "labels", &span(), Reply::Texts));
        }
        return Some(values_of(&label, &write(&json::text(map, "stream"))));
    }
    let query = write(&query_text(variable));
    if let Some(inside) = call(query.trim(), "label_values") {
        let (selector, label) = inside.rsplit_once(',').map_or(("", inside), |(selector, label)| (selector.trim(), label.trim()));
        return (!label.is_empty()).then(|| values_of(label, selector));
    }
    call(query.trim(), "label_names").map(|_| get(variable, source, "labels", &span(), Reply::Texts))
}

/// Anything that answers `/api/ds/query`: the saved query object, or its text where the type keeps it.
fn data_query(variable: &Variable, source: &DataSource, variables: &Variables, default: DefaultFormat) -> Option<VariableLookup> {
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
    let flux_or_sql = source.json_data.get("version").and_then(Json::as_str);
    match source.kind.as_str() {
        "mysql" | "mssql" | "postgres" | "grafana-postgresql-datasource" => {
            query.insert("rawSql".into(), Json::String(text));
            query.insert("format".into(), "table".into());
        }
        "influxdb" if flux_or_sql == Some("SQL") => {
            query.insert("rawSql".into(), Json::String(text));
        }
        "influxdb" => {
            query.insert("query".into(), Json::String(text));
            query.insert("rawQuery".into(), true.into());
        }
        _ if !variable.query.is_object() => {
            query.insert("query".into(), Json::String(text));
        }
        _ => {}
    }
    query.insert("refId".into(), "tempvar".into());
    query.insert("datasource".into(), json!({"type": source.kind, "uid": source.uid}));
    query.insert("datasourceId".into(), source.id.into());
    query.insert("intervalMs".into(), json!(time::calculate_interval(&variables.range, 1000, None)));
    query.insert("maxDataPoints".into(), 1000.into());
    let side = |ms: f64| format!("{ms:.0}");
    let body = json!({"queries": [query], "from": side(variables.range.from_ms), "to": side(variables.range.to_ms)});
    Some(VariableLookup { name: variable.name.clone(), path: "/api/ds/query".into(), body: Some(body), reply: Reply::Frames })
}

/// The options an answer holds, before regex and sort. `Err` when it is an error answer.
pub(super) fn read_answer(lookup: &VariableLookup, answer: &Json) -> Result<Vec<VariableOption>, String> {
    if answer.get("status").and_then(Json::as_str) == Some("error") {
        return Err(answer.get("error").and_then(Json::as_str).unwrap_or("the data source failed").to_owned());
    }
    let data = answer.get("data");
    let list = || data.and_then(Json::as_array).into_iter().flatten();
    match lookup.reply {
        Reply::Texts => Ok(list().filter_map(json::text_of).map(same).collect()),
        Reply::Series => Ok(list().filter_map(Json::as_object).map(|series| same(metric_text(series))).collect()),
        Reply::Vector => Ok(vector(data)),
        Reply::Frames => frames(answer),
    }
}

fn same(text: String) -> VariableOption {
    VariableOption { text: text.clone(), value: text }
}

/// `name{label="value",…}` as `getOriginalMetricName` writes it.
fn metric_text(labels: &Object) -> String {
    let name = json::text(labels, "__name__");
    let pairs = labels.iter().filter(|(key, _)| key.as_str() != "__name__");
    let inside = pairs.map(|(key, value)| format!("{key}=\"{}\"", json::text_of(value).unwrap_or_default())).collect::<Vec<_>>();
    format!("{name}{{{}}}", inside.join(","))
}

fn vector(data: Option<&Json>) -> Vec<VariableOption> {
    let kind = data.and_then(|data| data.get("resultType")).and_then(Json::as_str);
    let result = data.and_then(|data| data.get("result")).and_then(Json::as_array).map(Vec::as_slice).unwrap_or_default();
    if matches!(kind, Some("scalar" | "string")) {
        return result.get(1).and_then(json::text_of).map(same).into_iter().collect();
    }
    let line = |one: &Json| {
        let metric = one.get("metric")?.as_object()?;
        let value = one.get("value")?;
        let at_ms = value.get(0).and_then(json::number_of)? * 1000.0;
        Some(same(format!("{} {} {}", metric_text(metric), value.get(1).and_then(json::text_of)?, json::js_number(at_ms))))
    };
    result.iter().filter_map(line).collect()
}

/// Columns named `__text`/`text` and `__value`/`value`, else every text cell of the first frames' fields.
fn frames(answer: &Json) -> Result<Vec<VariableOption>, String> {
    let results = answer.get("results").and_then(Json::as_object).ok_or("the answer holds no results")?;
    let mut options = Vec::new();
    for result in results.values() {
        if let Some(error) = result.get("error").and_then(Json::as_str) {
            return Err(error.to_owned());
        }
        for frame in result.get("frames").and_then(Json::as_array).into_iter().flatten() {
            options.extend(frame_options(frame));
        }
    }
    Ok(options)
}

fn frame_options(frame: &Json) -> Vec<VariableOption> {
    let fields = frame.pointer("/schema/fields").and_then(Json::as_array).map(Vec::as_slice).unwrap_or_default();
    let columns = frame.pointer("/data/values").and_then(Json::as_array).map(Vec::as_slice).unwrap_or_default();
    let named = |names: &[&str]| {
        let at = fields.iter().position(|field| field.get("name").and_then(Json::as_str).is_some_and(|name| names.contains(&name)))?;
        columns.get(at).and_then(Json::as_array)
    };
    let (text, value) = (named(&["__text", "text"]), named(&["__value", "value"]));
    if let Some(rows) = text.or(value) {
        let (texts, values) = (text.unwrap_or(rows), value.unwrap_or(rows));
        let pair = |(text, value): (&Json, &Json)| Some(VariableOption { text: json::text_of(text)?, value: json::text_of(value)? });
        return texts.iter().zip(values).filter_map(pair).collect();
    }
    columns.iter().filter_map(Json::as_array).flatten().filter_map(json::text_of).map(same).collect()
}
