//! `annolist`: annotations of Grafana's own database.

use std::collections::BTreeMap;

use serde_json::Value as Json;

use super::{
    Lookup,
    option::{Address, count, flag, interpolate, texts},
};
use crate::{
    dashboard::Panel,
    time::TimeRange,
    variable::{DefaultFormat, Variables},
};

/// One annotation as `GET /api/annotations` tells it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ListedAnnotation {
    /// May hold HTML.
    pub text: String,
    pub time_ms: Option<f64>,
    pub time_end_ms: Option<f64>,
    pub tags: Vec<String>,
    /// Who wrote it; empty for Grafana itself.
    pub login: String,
}

const FOUND: &str = "annotations";

pub(super) fn plan(panel: &Panel, range: &TimeRange, variables: &Variables) -> Vec<Lookup> {
    let tags: Vec<String> = texts(panel, "tags").map(|tag| interpolate(tag, panel, variables, DefaultFormat::Glob)).collect();
    let mut address = Address::new("/api/annotations")
        .with_all("tags", tags.iter().map(String::as_str))
        .with("limit", &count(&panel.options, "limit", 10).to_string())
        .with("type", "annotation");
    if flag(panel, "onlyFromThisDashboard", false) {
        address = address.with("dashboardUID", &variables.dashboard_uid);
    }
    if flag(panel, "onlyInTimeRange", false) {
        address = address.with("from", &format!("{:.0}", range.from_ms)).with("to", &format!("{:.0}", range.to_ms));
    }
    vec![Lookup { key: FOUND.to_owned(), path: address.path(), is_optional: false }]
}

pub(super) fn read(answers: &BTreeMap<String, Json>) -> Vec<ListedAnnotation> {
    answers.get(FOUND).and_then(Json::as_array).into_iter().flatten().map(annotation).collect()
}

fn annotation(json: &Json) -> ListedAnnotation {
    let text = |key: &str| json.get(key).and_then(Json::as_str).unwrap_or("").to_owned();
    // Grafana writes 0 for a time that is not there.
    let time = |key: &str| json.get(key).and_then(Json::as_f64).filter(|ms| *ms > 0.0);
    let tags = json.get("tags").and_then(Json::as_array).into_iter().flatten();
    ListedAnnotation {
        text: text("text"),
        time_ms: time("time"),
        time_end_ms: time("timeEnd"),
        tags: tags.filter_map(Json::as_str).map(str::to_owned).collect(),
        login: text("login"),
    }
}
