//! Links of a dashboard's marks, made whole: on paper there is no page they could be relative to.

use grafana::{
    link,
    variable::{self, DefaultFormat},
};
use scene::Mark;
use serde_json::Value as Json;

use crate::view::{DashboardView, PanelView};

/// Links in the header of one panel.
const MOST: usize = 5;

/// Joins relative links of `marks` with Grafana's address; those that lead nowhere are taken away.
pub fn settle(marks: &mut [Mark], dashboard: &DashboardView) {
    let page = dashboard.url.as_deref().unwrap_or_default();
    for mark in marks {
        let Mark::Group(group) = mark else { continue };
        if let Some(address) = &group.link {
            group.link = link::absolute(address, &dashboard.app_url, page);
        }
        settle(&mut group.marks, dashboard);
    }
}

/// The addresses of a panel's own links, as its header leads to them: variables replaced, with range and values where they ask for it.
pub fn of_panel(view: &PanelView, dashboard: &DashboardView) -> Vec<String> {
    let scope = variable::scope_of(&view.panel);
    let interpolate = |text: &str, format| variable::interpolate(text, &dashboard.variables, &scope, format);
    let address = |json: &Json| {
        let url = json.get("url").and_then(Json::as_str).filter(|url| !url.trim().is_empty())?;
        let mut url = interpolate(url, DefaultFormat::Glob);
        for (key, text) in [("keepTime", "${__url_time_range}"), ("includeVars", "${__all_variables}")] {
            let more = interpolate(text, DefaultFormat::Glob);
            if json.get(key).and_then(Json::as_bool).unwrap_or(false) && !more.is_empty() {
                url += if url.contains('?') { "&" } else { "?" };
                url += &more;
            }
        }
        Some(url)
    };
    view.panel.links.iter().filter_map(address).take(MOST).collect()
}
