//! Annotation queries: Grafana's own through `GET /api/annotations`, others through `/api/ds/query`.

use serde_json::{Value as Json, json};

use super::{
    DataSource, QueryRequest,
    interval::least_interval,
    resolve::resolve,
    source::{self, Context, Prepared},
};
use crate::{
    dashboard::{
        AnnotationQuery, Dashboard, DataSourceRef, Panel,
        json::{self, Object},
    },
    time::{self, Clock},
    variable::{self, DefaultFormat, Scope, Variables, percent_encode},
};

/// What one annotation query asks. `index` is its place in `Dashboard::annotations`.
#[derive(Clone, Debug, PartialEq)]
pub struct AnnotationPlan {
    pub index: usize,
    pub request: AnnotationRequest,
}

#[derive(Clone, Debug, PartialEq)]
pub enum AnnotationRequest {
    /// A path with its query, for Grafana's own annotations.
    Get(String),
    Query(QueryRequest),
    /// Those an old snapshot kept, in the form `GET /api/annotations` answers.
    Saved(Vec<Json>),
    /// Stretches known without asking: (from, to) in ms.
    Regions(Vec<(f64, f64)>),
}

/// Plans the enabled annotation queries; the second list says what cannot be asked and why.
pub fn plan_annotations(
    dashboard: &Dashboard,
    clock: &Clock,
    variables: &Variables,
    datasources: &[DataSource],
) -> (Vec<AnnotationPlan>, Vec<String>) {
    let (mut plans, mut warnings) = (Vec::new(), Vec::new());
    for (index, query) in dashboard.annotations.iter().enumerate().filter(|(_, query)| query.enable) {
        match plan(query, dashboard, clock, variables, datasources) {
            Ok(Some(request)) => plans.push(AnnotationPlan { index, request }),
            Ok(None) => {}
            Err(why) => warnings.push(format!("annotation {}: {why}", query.name)),
        }
    }
    (plans, warnings)
}

fn plan(
    query: &AnnotationQuery,
    dashboard: &Dashboard,
    clock: &Clock,
    variables: &Variables,
    datasources: &[DataSource],
) -> Result<Option<AnnotationRequest>, String> {
    if let Some(saved) = query.raw.get("snapshotData").and_then(Json::as_array) {
        return Ok((!saved.is_empty()).then(|| AnnotationRequest::Saved(saved.clone())));
    }
    let panel = Panel::default();
    let own = query.built_in || query.datasource.as_ref().is_some_and(is_grafana);
    let target_of = |key: &str| query.target.get(key).or_else(|| query.raw.get(key));
    if own && target_of("queryType").and_then(Json::as_str) == Some("timeRegions") {
        let regions = target_of("timeRegion").map(|saved| time::time_regions(saved, &variables.range, clock));
        return Ok(regions.filter(|regions| !regions.is_empty()).map(AnnotationRequest::Regions));
    }
    if own {
        return own_annotations(query, dashboard, variables).map(|path| path.map(AnnotationRequest::Get));
    }
    let source = resolve(query.datasource.as_ref(), variables, &panel, datasources).ok_or("its data source was not found")?;
    let least = least_interval(source);
    let interval_ms = time::calculate_interval(&variables.range, SCREEN_WIDTH_PX, least.as_deref());
    let offset = i64::from(clock.zone.offset_minutes(clock.now_ms)) * 60;
    let context = Context { panel: &panel, variables, interval_ms, utc_offset_secs: offset, is_mixed: false };
    let queries = match source::prepare(&target(query, &source.kind), source, &context) {
        Prepared::Send(queries) => queries,
        Prepared::Made(_) | Prepared::Skip => return Ok(None),
        Prepared::Browser(why) => return Err(why),
    };
    let queries: Vec<Object> = queries.into_iter().map(|query| super::plan::finish(query, source, interval_ms, SCREEN_WIDTH_PX)).collect();
    let side = |at_ms: f64| format!("{at_ms:.0}");
    let body = json!({"queries": queries, "from": side(variables.range.from_ms), "to": side(variables.range.to_ms)});
    let datasource = DataSourceRef { uid: Some(source.uid.clone()), kind: Some(source.kind.clone()) };
    Ok(Some(AnnotationRequest::Query(QueryRequest { panel_id: 0, datasource, body, compare_ms: None })))
}

/// Annotations are asked at the window's width, not a panel's.
const SCREEN_WIDTH_PX: u32 = 1600;

fn is_grafana(source: &DataSourceRef) -> bool {
    matches!(source.uid.as_deref(), Some("-- Grafana --" | "grafana"))
        || (source.uid.is_none() && source.kind.as_deref() == Some("grafana"))
}

/// The saved target; Prometheus kept expression and step on the annotation itself.
fn target(query: &AnnotationQuery, kind: &str) -> Object {
    let mut target = query.target.as_object().cloned().unwrap_or_default();
    let raw = query.raw.as_object();
    let outer = |key: &str| raw.and_then(|raw| json::some_text(raw, key));
    if kind == "prometheus" {
        if json::text(&target, "expr").is_empty() {
            target.extend(outer("expr").map(|expr| ("expr".to_owned(), Json::from(expr))));
        }
        let step = outer("step").or_else(|| json::some_text(&target, "interval")).unwrap_or_else(|| "60s".into());
        target.insert("interval".into(), Json::from(step));
        target.insert("range".into(), Json::Bool(true));
    } else if let Some(text) = outer("rawQuery").or_else(|| outer("query")) {
        let key = if kind == "influxdb" || kind == "elasticsearch" { "query" } else { "rawSql" };
        target.entry(key).or_insert_with(|| Json::from(text));
        if key == "rawSql" {
            target.entry("format").or_insert_with(|| Json::from("table"));
        }
    }
    target.insert("refId".into(), json::some_text(&target, "refId").map_or_else(|| Json::from("Anno"), Json::from));
    target
}

/// `GET /api/annotations`: of this dashboard, or by tags; without tags nothing is asked.
fn own_annotations(query: &AnnotationQuery, dashboard: &Dashboard, variables: &Variables) -> Result<Option<String>, String> {
    let target = query.target.as_object().or(query.raw.as_object()).cloned().unwrap_or_default();
    let by_tags = json::text(&target, "type") == "tags";
    let limit = json::integer(&target, "limit").unwrap_or(100);
    let range = &variables.range;
    let mut params = vec![format!("from={:.0}", range.from_ms), format!("to={:.0}", range.to_ms), format!("limit={limit}")];
    if by_tags {
        let tags = tags(&target, variables);
        if tags.is_empty() {
            return Ok(None);
        }
        params.extend(tags.iter().map(|tag| format!("tags={}", percent_encode(tag))));
    }
    params.push(format!("matchAny={}", json::flag(&target, "matchAny")));
    if !by_tags {
        params.push(format!("dashboardUID={}", percent_encode(&dashboard.uid)));
    }
    Ok(Some(format!("/api/annotations?{}", params.join("&"))))
}

fn tags(target: &Object, variables: &Variables) -> Vec<String> {
    let saved = json::list(target, "tags").iter().filter_map(json::text_of);
    let write = |tag: String| {
        let written = variable::interpolate(&tag, variables, &Scope::default(), DefaultFormat::Csv);
        written.split(',').map(str::to_owned).collect::<Vec<_>>()
    };
    saved.flat_map(write).collect()
}
