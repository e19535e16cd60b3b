//! `dashlist`: starred, recently viewed and searched dashboards.

use std::collections::BTreeMap;

use serde_json::Value as Json;

use super::{
    Lookup,
    option::{Address, count, flag, interpolate, text, texts},
};
use crate::{
    dashboard::Panel,
    js::locale_compare,
    variable::{DefaultFormat, Variables},
};

/// The groups of a list of dashboards; `None` where a group is switched off.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DashboardList {
    pub starred: Option<Vec<ListedDashboard>>,
    pub recent: Option<Vec<ListedDashboard>>,
    pub searched: Option<Vec<ListedDashboard>>,
}

/// One dashboard of a list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ListedDashboard {
    pub uid: String,
    pub title: String,
    /// Absolute address, with the range and variables where the panel adds them.
    pub url: Option<String>,
    /// "Dashboards" for the root.
    pub folder: String,
    pub is_starred: bool,
}

const STARRED: &str = "starred";
const RECENT: &str = "recent";
const SEARCHED: &str = "searched";

/// DIFFERENCE: a browser keeps which dashboards it opened. A report has opened none but its own, as the fresh browser of
/// Grafana's image renderer.
pub(super) fn plan(panel: &Panel, variables: &Variables) -> Vec<Lookup> {
    let limit = count(&panel.options, "maxItems", 10).to_string();
    let search = || Address::new("/api/search").with("limit", &limit);
    let mut lookups = Vec::new();
    if flag(panel, "showStarred", true) {
        lookups.push(Lookup { key: STARRED.to_owned(), path: search().with("starred", "true").path(), is_optional: false });
    }
    if flag(panel, "showRecentlyViewed", false) {
        let path = search().with("type", "dash-db").with("dashboardUIDs", &variables.dashboard_uid).path();
        lookups.push(Lookup { key: RECENT.to_owned(), path, is_optional: false });
    }
    if flag(panel, "showSearch", false) {
        lookups.push(Lookup { key: SEARCHED.to_owned(), path: searched(search(), panel, variables), is_optional: false });
    }
    lookups
}

fn searched(search: Address, panel: &Panel, variables: &Variables) -> String {
    let tags: Vec<String> = texts(panel, "tags").map(|tag| interpolate(tag, panel, variables, DefaultFormat::Text)).collect();
    let query = interpolate(text(panel, "query"), panel, variables, DefaultFormat::Text);
    let mut address = search.with_all("tag", tags.iter().map(String::as_str));
    if !query.is_empty() && query != "*" {
        address = address.with("query", &query);
    }
    address = address.with("type", "dash-db");
    // Older dashboards name the folder by its number: 0 is the root.
    match (panel.options.get("folderUID").and_then(Json::as_str), panel.options.get("folderId").and_then(Json::as_i64)) {
        (Some(""), _) | (None, Some(0)) => address.with("folderUIDs", "general"),
        (Some(uid), _) => address.with("folderUIDs", uid),
        (None, Some(id)) => address.with("folderIds", &id.to_string()),
        (None, None) => address,
    }
    .path()
}

pub(super) fn read(panel: &Panel, variables: &Variables, answers: &BTreeMap<String, Json>, root_url: &str) -> DashboardList {
    let suffix = suffix(panel, variables);
    let group = |key: &str, shown: bool| {
        let hits = answers.get(key).and_then(Json::as_array).map(Vec::as_slice).unwrap_or_default();
        shown.then(|| hits.iter().filter_map(|hit| dashboard(hit, root_url, &suffix)).collect::<Vec<_>>())
    };
    let sorted = |group: Option<Vec<ListedDashboard>>| {
        group.map(|mut list| {
            list.sort_by(|a, b| locale_compare(&a.title, &b.title));
            list
        })
    };
    DashboardList {
        starred: sorted(group(STARRED, flag(panel, "showStarred", true))),
        recent: group(RECENT, flag(panel, "showRecentlyViewed", false)),
        searched: sorted(group(SEARCHED, flag(panel, "showSearch", false))),
    }
}

fn dashboard(hit: &Json, root_url: &str, suffix: &str) -> Option<ListedDashboard> {
    let text = |key: &str| hit.get(key).and_then(Json::as_str).filter(|text| !text.is_empty()).map(str::to_owned);
    Some(ListedDashboard {
        uid: text("uid")?,
        title: text("title")?,
        url: text("url").map(|path| crate::link::join(root_url, &path) + suffix),
        folder: text("folderTitle").unwrap_or_else(|| "Dashboards".to_owned()),
        is_starred: hit.get("isStarred").and_then(Json::as_bool).unwrap_or(false),
    })
}

/// The range and variables that links carry along (`keepTime`, `includeVars`).
fn suffix(panel: &Panel, variables: &Variables) -> String {
    let wanted = [("keepTime", "${__url_time_range}"), ("includeVars", "${__all_variables}")];
    let parts: Vec<String> = wanted
        .into_iter()
        .filter(|(key, _)| flag(panel, key, false))
        .map(|(_, text)| interpolate(text, panel, variables, DefaultFormat::Glob))
        .filter(|part| !part.is_empty())
        .collect();
    if parts.is_empty() { String::new() } else { format!("?{}", parts.join("&")) }
}
