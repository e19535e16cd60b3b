//! What each data source's frontend does to a query before it is sent.

use serde_json::{Value as Json, json};

use super::{DataSource, other_source, raw_frame};
use crate::{
    dashboard::{
        Panel, ScopedValue,
        json::{self, Object},
    },
    frame::{self, Frame},
    time,
    variable::{self, DefaultFormat, Scope, Variables},
};

/// What all queries of one request share.
pub(super) struct Context<'a> {
    pub panel: &'a Panel,
    pub variables: &'a Variables,
    pub interval_ms: f64,
    /// Offset of the dashboard's zone, for sources that align steps to it.
    pub utc_offset_secs: i64,
    /// The panel's own source is "-- Mixed --": no ad hoc filter is for it, nor for what it asks.
    pub is_mixed: bool,
}

/// What becomes of a target.
pub(super) enum Prepared {
    /// Sent as these queries.
    Send(Vec<Object>),
    /// Nothing to ask (empty query).
    Skip,
    /// Answered without asking.
    Made(Vec<Frame>),
    /// Answered by Grafana's frontend only; why.
    Browser(String),
}

impl Context<'_> {
    /// Which source's ad hoc filters a query gets.
    fn adhoc_uid<'s>(&self, source: &'s DataSource) -> Option<&'s str> {
        (!self.is_mixed).then_some(source.uid.as_str())
    }

    /// The panel's fixed values and the step. `keep_step` leaves `$__interval` for the server.
    pub(super) fn scope(&self, keep_step: bool) -> Scope {
        let mut values = self.panel.scoped_vars.clone();
        let step = if keep_step { "$__interval".to_owned() } else { time::ms_to_interval(self.interval_ms) };
        let step_ms = if keep_step { "$__interval_ms".to_owned() } else { json::js_number(self.interval_ms) };
        values.push(("__interval".into(), ScopedValue { text: step.clone(), value: step }));
        values.push(("__interval_ms".into(), ScopedValue { text: step_ms.clone(), value: step_ms }));
        Scope { values }
    }
}

/// Prepares one target for its data source.
pub(super) fn prepare(target: &Object, source: &DataSource, context: &Context) -> Prepared {
    // First, for data in a dashboard may be large and is not needed twice.
    if matches!(source.kind.as_str(), "datasource" | "grafana")
        && let Some(frames) = saved_frames(target)
    {
        return Prepared::Made(frames);
    }
    let mut query = target.clone();
    if is_empty(&query) {
        add_default_query(&mut query, &source.kind);
    }
    match source.kind.as_str() {
        "prometheus" | "grafana-amazonprometheus-datasource" | "grafana-azureprometheus-datasource" => prometheus(query, source, context),
        "grafana-testdata-datasource" | "testdata" => testdata(query, context),
        "loki" => loki(query, source, context),
        "mysql" | "mssql" | "postgres" | "grafana-postgresql-datasource" => sql(query, source, context),
        "influxdb" => influx(query, source, context),
        "elasticsearch" | "grafana-opensearch-datasource" => elasticsearch(query, source, context),
        "datasource" | "grafana" => grafana(query, context),
        _ if !source.backend => Prepared::Browser(format!("data source type {} answers only in a browser", source.kind)),
        _ => other_source::prepare(query.clone(), source, context).unwrap_or_else(|| whole(query, context, DefaultFormat::Glob)),
    }
}

/// `queryIsEmpty`: nothing but where and how it is asked.
fn is_empty(query: &Object) -> bool {
    query.keys().all(|key| ["refId", "hide", "key", "datasource", "queryType"].contains(&key.as_str()))
}

fn add_default_query(query: &mut Object, kind: &str) {
    let defaults = match kind {
        "grafana-testdata-datasource" | "testdata" => json!({"scenarioId": "random_walk", "seriesCount": 1}),
        "datasource" | "grafana" => json!({"queryType": "randomWalk"}),
        _ => return,
    };
    for (key, value) in defaults.as_object().into_iter().flatten() {
        query.entry(key.clone()).or_insert_with(|| value.clone());
    }
}

fn prometheus(mut query: Object, source: &DataSource, context: &Context) -> Prepared {
    let expr = json::text(&query, "expr");
    if expr.is_empty() {
        return Prepared::Skip;
    }
    let scope = context.scope(true);
    let expr = variable::interpolate(&expr, context.variables, &scope, DefaultFormat::Regex);
    let filtered = context.adhoc_uid(source).map(|uid| variable::add_adhoc_filters(&expr, context.variables, uid));
    // Filters may name variables too: everything is written once more.
    let expr = filtered
        .filter(|filtered| *filtered != expr)
        .map_or(expr, |filtered| variable::interpolate(&filtered, context.variables, &scope, DefaultFormat::Regex));
    query.insert("expr".into(), Json::String(expr));
    for key in ["interval", "legendFormat"] {
        let text = variable::interpolate(&json::text(&query, key), context.variables, &scope, DefaultFormat::Glob);
        query.insert(key.into(), Json::String(text));
    }
    let exemplar = json::flag(&query, "exemplar");
    query.insert("exemplar".into(), Json::Bool(exemplar));
    query.insert("requestId".into(), Json::String(format!("{}{}", context.panel.id, json::text(&query, "refId"))));
    query.insert("utcOffsetSec".into(), Json::from(context.utc_offset_secs));
    if !(json::flag(&query, "instant") && json::flag(&query, "range")) {
        return Prepared::Send(vec![query]);
    }
    // Query type "Both": two queries, the second under its own letter.
    let mut instant = query.clone();
    query.insert("instant".into(), Json::Bool(false));
    instant.insert("refId".into(), Json::String(format!("{}_Instant", json::text(&instant, "refId"))));
    instant.insert("range".into(), Json::Bool(false));
    instant.insert("exemplar".into(), Json::Bool(false));
    Prepared::Send(vec![query, instant])
}

fn loki(mut query: Object, source: &DataSource, context: &Context) -> Prepared {
    let expr = json::text(&query, "expr");
    if expr.is_empty() {
        return Prepared::Skip;
    }
    let scope = context.scope(true);
    let expr = variable::interpolate(&expr, context.variables, &scope, DefaultFormat::Loki);
    let expr = context.adhoc_uid(source).map(|uid| variable::add_loki_filters(&expr, context.variables, uid)).unwrap_or(expr);
    query.insert("expr".into(), Json::String(expr));
    replace_in(&mut query, &["legendFormat", "step"], context, &scope, DefaultFormat::Glob);
    Prepared::Send(vec![query])
}

fn sql(mut query: Object, source: &DataSource, context: &Context) -> Prepared {
    if json::text(&query, "rawSql").is_empty() {
        return Prepared::Skip;
    }
    let postgres = matches!(source.kind.as_str(), "postgres" | "grafana-postgresql-datasource");
    let format = if postgres { DefaultFormat::Postgres } else { DefaultFormat::Sql };
    replace_in(&mut query, &["rawSql"], context, &context.scope(false), format);
    // Nothing else goes along.
    query.retain(|key, _| matches!(key.as_str(), "refId" | "datasource" | "rawSql" | "format"));
    Prepared::Send(vec![query])
}

fn influx(mut query: Object, source: &DataSource, context: &Context) -> Prepared {
    let scope = context.scope(false);
    match source.json_data.get("version").and_then(Json::as_str) {
        // Flux and SQL: variables as text; the step is the server's.
        Some("Flux") => replace_in(&mut query, &["query"], context, &context.scope(true), DefaultFormat::Glob),
        Some("SQL") => replace_in(&mut query, &["rawSql"], context, &scope, DefaultFormat::Sql),
        _ => {
            for (key, value) in query.iter_mut().filter(|(key, _)| !matches!(key.as_str(), "refId" | "datasource" | "alias")) {
                let step_kept = key == "query" || key == "groupBy";
                let scope = if step_kept { context.scope(true) } else { scope.clone() };
                replace_strings(value, &|text| influx_text(text, context.variables, &scope));
            }
            replace_in(&mut query, &["alias"], context, &scope, DefaultFormat::Glob);
            // What the builder left open is sent as "".
            for key in ["query", "rawSql", "alias", "limit", "measurement", "policy", "slimit", "tz"] {
                query.entry(key).or_insert_with(|| Json::from(""));
            }
            if let Some(uid) = context.adhoc_uid(source) {
                variable::add_influx_filters(&mut query, context.variables, uid);
            }
        }
    }
    Prepared::Send(vec![query])
}

/// Variables between slashes are part of a regular expression; they are written escaped.
fn influx_text(text: &str, variables: &Variables, scope: &Scope) -> String {
    // Grafana looks from the first slash of a line to the last, and for the bare form only.
    let inside = text.lines().filter_map(|line| line.get(line.find('/')? + 1..line.rfind('/')?)).collect::<Vec<_>>();
    let in_regex = |name: &str| inside.iter().any(|part| part.contains(&format!("${name}")));
    let (of_regexes, _) = variables.list.iter().cloned().partition::<Vec<_>, _>(|variable| in_regex(&variable.name));
    if of_regexes.is_empty() {
        return variable::interpolate(text, variables, scope, DefaultFormat::Influx);
    }
    let only = Variables { list: of_regexes, ..variables.clone() };
    let scope_of = |keep: bool| Scope { values: scope.values.iter().filter(|(name, _)| in_regex(name) == keep).cloned().collect() };
    let text = variable::interpolate(text, &only, &scope_of(true), DefaultFormat::InfluxRegex);
    variable::interpolate(&text, variables, &scope_of(false), DefaultFormat::Influx)
}

/// The query and those of filter buckets are Lucene; every other text is plain.
fn elasticsearch(mut query: Object, source: &DataSource, context: &Context) -> Prepared {
    let scope = context.scope(false);
    let lucene = |text: &str| variable::interpolate(text, context.variables, &scope, DefaultFormat::Lucene);
    let text = lucene(&json::text(&query, "query"));
    let text = context.adhoc_uid(source).map(|uid| variable::add_lucene_filters(&text, context.variables, uid)).unwrap_or(text);
    query.insert("query".into(), Json::String(text));
    for filter in query.get_mut("bucketAggs").and_then(Json::as_array_mut).into_iter().flatten() {
        let filters = filter.pointer_mut("/settings/filters").and_then(Json::as_array_mut);
        for one in filters.into_iter().flatten().filter_map(Json::as_object_mut) {
            let text = one.get("query").and_then(Json::as_str).map(lucene).filter(|text| !text.is_empty());
            one.insert("query".into(), Json::String(text.unwrap_or_else(|| "*".into())));
        }
    }
    for (key, value) in query.iter_mut().filter(|(key, _)| !matches!(key.as_str(), "refId" | "datasource" | "query")) {
        let is_buckets = key == "bucketAggs";
        replace_strings(value, &|text| match is_buckets && !text.contains('$') {
            true => text.to_owned(),
            false => variable::interpolate(text, context.variables, &scope, DefaultFormat::Glob),
        });
    }
    Prepared::Send(vec![query])
}

/// Scenarios that the TestData frontend makes up itself.
const TESTDATA_BROWSER: [&str; 9] =
    ["live", "streaming_client", "grafana_api", "annotations", "variables-query", "node_graph", "flame_graph", "steps", "trace"];

fn testdata(mut query: Object, context: &Context) -> Prepared {
    let scenario = json::text(&query, "scenarioId");
    if TESTDATA_BROWSER.contains(&scenario.as_str()) {
        return Prepared::Browser(format!("TestData scenario {scenario} is made up in a browser"));
    }
    let keys = ["labels", "alias", "scenarioId", "stringInput", "csvContent", "rawFrameContent"];
    replace_in(&mut query, &keys, context, &context.scope(false), DefaultFormat::Glob);
    if scenario == "raw_frame" {
        return raw_frame::frames(&query).map_or_else(Prepared::Browser, Prepared::Made);
    }
    if scenario == "manual_entry" {
        query.insert("scenarioId".into(), Json::from("csv_content"));
        query.insert("csvContent".into(), Json::String(manual_points(&query)));
    }
    Prepared::Send(vec![query])
}

/// `points: [[value, time]]` as CSV, the way the frontend writes it.
fn manual_points(query: &Object) -> String {
    let cell = |point: &Json, index: usize| match point.get(index) {
        None => "undefined".to_owned(),
        Some(Json::Null) => "null".to_owned(),
        Some(other) => json::text_of(other).unwrap_or_default(),
    };
    let lines = json::list(query, "points").iter().map(|point| format!("{},{}\n", cell(point, 1), cell(point, 0)));
    std::iter::once("Time,Value\n".to_owned()).chain(lines).collect()
}

/// The frames a dashboard keeps with a query of its own ("snapshot"); `None` for other queries. Each keeps the refId it came with.
///
/// Source: grafana 12.4.0 `GrafanaDatasource.query`.
fn saved_frames(target: &Object) -> Option<Vec<Frame>> {
    let is_snapshot = target.get("queryType").and_then(Json::as_str) == Some("snapshot");
    is_snapshot.then(|| json::list(target, "snapshot").iter().filter_map(frame::frame_from_json).collect())
}

fn grafana(mut query: Object, _context: &Context) -> Prepared {
    match query.get("queryType").and_then(Json::as_str).unwrap_or_default() {
        kind @ ("timeRegions" | "measurements" | "annotations" | "live") => {
            Prepared::Browser(format!("Grafana's {kind} query is answered in a browser"))
        }
        "" => {
            query.insert("queryType".into(), Json::from("randomWalk"));
            Prepared::Send(vec![query])
        }
        _ => Prepared::Send(vec![query]),
    }
}

/// A source we have no rules for: variables in every text.
fn whole(mut query: Object, context: &Context, default: DefaultFormat) -> Prepared {
    let scope = context.scope(false);
    for (_, value) in query.iter_mut().filter(|(key, _)| !matches!(key.as_str(), "refId" | "datasource")) {
        replace_strings(value, &|text| variable::interpolate(text, context.variables, &scope, default));
    }
    Prepared::Send(vec![query])
}

fn replace_in(query: &mut Object, keys: &[&str], context: &Context, scope: &Scope, default: DefaultFormat) {
    for key in keys {
        if let Some(value) = query.get_mut(*key) {
            replace_strings(value, &|text| variable::interpolate(text, context.variables, scope, default));
        }
    }
}

pub(super) fn replace_strings(value: &mut Json, replace: &dyn Fn(&str) -> String) {
    match value {
        Json::String(text) if text.contains(['$', '[']) => *text = replace(text),
        Json::Array(list) => list.iter_mut().for_each(|one| replace_strings(one, replace)),
        Json::Object(map) => map.values_mut().for_each(|one| replace_strings(one, replace)),
        _ => {}
    }
}
