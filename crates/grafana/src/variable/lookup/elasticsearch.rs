//! Elasticsearch: `{"find": "terms", "field": …}` and `{"find": "fields", "type": …}`.
//! Source: Grafana 12.4 `elasticsearch/datasource.ts`, `QueryBuilder.ts`, `IndexPattern.ts`.

use serde_json::{Value as Json, json};

use super::{LookupBody, Reply, VariableLookup, get, query_string, query_text};
use crate::{
    dashboard::json::{self, Object},
    query::DataSource,
    time::{Clock, TimeZone, format_moment, settle_side},
    variable::{DefaultFormat, Scope, Variable, Variables, interpolate},
};

/// Indices one question may name: a pattern by the hour over a year is a mistake.
const MOST_INDICES: usize = 400;

/// The saved query as an object; it is JSON in a text.
fn saved(variable: &Variable) -> Option<Object> {
    let of_text = |text: &str| serde_json::from_str::<Json>(text).ok().and_then(|json| json.as_object().cloned());
    let direct = variable.query.as_object().filter(|map| map.contains_key("find")).cloned();
    direct.or_else(|| of_text(&query_text(variable)))
}

/// Whether the variable asks in this old way (newer ones ask ordinary queries).
pub(super) fn finds(variable: &Variable) -> bool {
    saved(variable).is_some_and(|map| map.contains_key("find"))
}

pub(super) fn elasticsearch(variable: &Variable, source: &DataSource, variables: &Variables) -> Result<Option<VariableLookup>, String> {
    let Some(query) = saved(variable) else { return Ok(None) };
    let write = |text: &str| interpolate(text, variables, &Scope::default(), DefaultFormat::Lucene);
    match json::text(&query, "find").as_str() {
        "fields" => {
            let kinds = match query.get("type") {
                Some(Json::Array(list)) => list.iter().filter_map(json::text_of).collect(),
                Some(one) => json::text_of(one).into_iter().map(|kind| write(&kind)).filter(|kind| !kind.is_empty()).collect(),
                None => Vec::new(),
            };
            let last = indices(source, variables).pop().unwrap_or_default();
            let index = last.trim_end_matches('/');
            let route = if index.is_empty() { "_mapping".to_owned() } else { format!("{}/_mapping", super::component(index)) };
            Ok(Some(get(variable, source, &route, &[], Reply::Fields(kinds))))
        }
        "terms" => terms(variable, source, variables, &query, &write).map(Some),
        _ => Ok(None),
    }
}

fn terms(
    variable: &Variable,
    source: &DataSource,
    variables: &Variables,
    query: &Object,
    write: &dyn Fn(&str) -> String,
) -> Result<VariableLookup, String> {
    let order_by = json::some_text(query, "orderBy").unwrap_or_else(|| "key".into());
    let key = match order_by.as_str() {
        "key" | "term" => "_key",
        "doc_count" => "_count",
        other => return Err(format!("invalid query sort type {other}")),
    };
    let order = json::some_text(query, "order").unwrap_or_else(|| if key == "_count" { "desc" } else { "asc" }.into());
    let time_field = source.json_data.get("timeField").and_then(Json::as_str).unwrap_or("@timestamp");
    let (from, to) = (variables.range.from_ms.floor() as i64, variables.range.to_ms.floor() as i64);
    let mut filter = vec![json!({"range": {time_field: {"gte": from, "lte": to, "format": "epoch_millis"}}})];
    let lucene = write(&json::text(query, "query"));
    if !lucene.is_empty() {
        filter.push(json!({"query_string": {"analyze_wildcard": true, "query": lucene}}));
    }
    let size = json::integer(query, "size").filter(|size| *size > 0).unwrap_or(500);
    let field = write(&json::text(query, "field"));
    let body = json!({"size": 0, "query": {"bool": {"filter": filter}},
        "aggs": {"1": {"terms": {"field": field, "size": size, "order": {key: order}}}}});
    let index = if has_interval(source) { json!(indices(source, variables)) } else { json!(pattern(source)) };
    let header = json!({"search_type": "query_then_fetch", "ignore_unavailable": true, "index": index});
    let shards = source.json_data.get("maxConcurrentShardRequests").and_then(json::number_of).filter(|n| *n > 0.0);
    let mut params: Vec<(&str, String)> = shards.map(|n| ("max_concurrent_shard_requests", json::js_number(n))).into_iter().collect();
    if source.json_data.get("includeFrozen").is_some_and(json::truthy) {
        params.push(("ignore_throttled", "false".into()));
    }
    Ok(VariableLookup {
        name: variable.name.clone(),
        path: format!("/api/datasources/uid/{}/resources/_msearch{}", source.uid, query_string(&params)),
        body: Some(LookupBody::Text { content_type: "application/x-ndjson", text: format!("{header}\n{body}\n") }),
        reply: Reply::Terms,
    })
}

fn pattern(source: &DataSource) -> String {
    source.json_data.get("index").and_then(Json::as_str).unwrap_or_default().to_owned()
}

/// Start of an interval and its step, as date math.
fn interval(source: &DataSource) -> Option<(&'static str, &'static str)> {
    Some(match source.json_data.get("interval").and_then(Json::as_str)? {
        "Hourly" => ("/h", "+1h"),
        "Daily" => ("/d", "+1d"),
        "Weekly" => ("/w", "+1w"),
        "Monthly" => ("/M", "+1M"),
        "Yearly" => ("/y", "+1y"),
        _ => return None,
    })
}

fn has_interval(source: &DataSource) -> bool {
    interval(source).is_some()
}

/// The indices of the range: the pattern itself, or one for each interval.
fn indices(source: &DataSource, variables: &Variables) -> Vec<String> {
    let pattern = pattern(source);
    let Some((start, step)) = interval(source) else { return vec![pattern] };
    // Weeks begin on Monday there.
    let clock = |now_ms: f64| Clock { now_ms, zone: TimeZone::utc(), week_start: 1, fiscal_year_start_month: 0 };
    let moved = |at_ms: f64, by: &str| settle_side(&format!("now{by}"), false, &clock(at_ms)).unwrap_or(f64::INFINITY);
    let end_ms = moved(variables.range.to_ms, start);
    let mut at_ms = moved(variables.range.from_ms, start);
    let mut found = Vec::new();
    while at_ms <= end_ms && found.len() < MOST_INDICES {
        found.push(format_moment(at_ms, &pattern, &TimeZone::utc()));
        at_ms = moved(at_ms, step);
    }
    found
}
