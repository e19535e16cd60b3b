//! Panels whose content does not come from queries: lists of dashboards, annotations and alert rules.
//!
//! [`plan`] says which addresses a panel's frontend would read, [`read`] turns the answers into a [`Listing`]. Pure as the
//! rest: the caller performs the requests in between.

mod alert;
mod annotation;
mod dashboard;
mod gazetteer;
mod geojson;
mod option;

pub use crate::geo::Gazetteer;
pub use alert::{AlertInstance, AlertRule, AlertState};
pub use annotation::ListedAnnotation;
pub use dashboard::{DashboardList, ListedDashboard};
pub use gazetteer::{Places, gazetteers, shapes_of};
pub use geojson::{Feature, Shape};

use std::collections::BTreeMap;

use serde_json::Value as Json;

use crate::{dashboard::Panel, time::TimeRange, variable::Variables};

/// One `GET` a panel needs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lookup {
    /// What the answer is to the panel; unique within one panel.
    pub key: String,
    /// Path and query, from the root of Grafana.
    pub path: String,
    /// The panel shows something without the answer too: its absence is a warning, no error.
    pub is_optional: bool,
}

/// What a list shows, from the answers of its lookups.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Listing {
    /// Not a list.
    #[default]
    None,
    Dashboards(DashboardList),
    /// In the order Grafana answered.
    Annotations(Vec<ListedAnnotation>),
    /// Filtered and sorted as the panel's options say, not yet limited to `maxItems`.
    Alerts(Vec<AlertRule>),
    /// Where places are, and shapes, for a map.
    Places(Places),
}

/// The lookups of `panel`, none for panels that live on queries.
pub fn plan(panel: &Panel, range: &TimeRange, variables: &Variables) -> Vec<Lookup> {
    match panel.plugin_id.as_str() {
        "dashlist" => dashboard::plan(panel, variables),
        "annolist" => annotation::plan(panel, range, variables),
        "alertlist" => alert::plan(panel),
        "geomap" => gazetteer::plan(panel),
        _ => Vec::new(),
    }
}

/// What `answers` (by [`Lookup::key`]) say; links begin with `root_url` (no slash at its end). An answer that is missing or odd counts as empty.
pub fn read(panel: &Panel, variables: &Variables, answers: &BTreeMap<String, Json>, root_url: &str) -> Listing {
    match panel.plugin_id.as_str() {
        "dashlist" => Listing::Dashboards(dashboard::read(panel, variables, answers, root_url)),
        "annolist" => Listing::Annotations(annotation::read(answers)),
        "alertlist" => Listing::Alerts(alert::read(panel, variables, answers, root_url)),
        "geomap" => Listing::Places(gazetteer::read(panel, answers)),
        _ => Listing::None,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::{dashboard::from_classic, time::RawTimeRange};

    fn check(panel: Json, expected: &[&str]) {
        let dashboard = from_classic(&json!({"schemaVersion": 39, "panels": [panel]})).unwrap();
        let range = TimeRange { from_ms: 1000.0, to_ms: 2000.0, raw: RawTimeRange::default() };
        let variables = Variables { dashboard_uid: "here".into(), ..Variables::default() };
        let paths: Vec<String> = plan(&dashboard.panels[0], &range, &variables).into_iter().map(|lookup| lookup.path).collect();
        assert_eq!(paths, expected);
    }

    #[test]
    fn lists_ask_what_their_frontend_asks() {
        check(json!({"type": "timeseries"}), &[]);
        check(json!({"type": "dashlist", "options": {}}), &["/api/search?limit=10&starred=true"]);
        check(
            json!({"type": "dashlist", "options": {"showStarred": false, "showRecentlyViewed": true, "showSearch": true,
                "maxItems": 5, "query": "a b", "tags": ["x", "y&z"], "folderUID": ""}}),
            &[
                "/api/search?limit=5&type=dash-db&dashboardUIDs=here",
                "/api/search?limit=5&tag=x&tag=y%26z&query=a%20b&type=dash-db&folderUIDs=general",
            ],
        );
        check(
            json!({"type": "geomap", "options": {"layers": [{"type": "geojson"}, {"type": "dynamic-geojson", "config": {"src": "public/maps/a.geojson"}},
                {"type": "geojson", "config": {"src": "https://a.example/b.geojson"}}, {"type": "geojson", "config": {"src": "public/../x"}},
                {"type": "markers", "location": {"mode": "lookup"}}]}}),
            &["/public/maps/countries.geojson", "/public/maps/a.geojson", "/public/gazetteer/countries.json"],
        );
        check(json!({"type": "annolist", "options": {}}), &["/api/annotations?limit=10&type=annotation"]);
        check(
            json!({"type": "annolist", "options": {"tags": ["a"], "onlyFromThisDashboard": true, "onlyInTimeRange": true, "limit": 3}}),
            &["/api/annotations?tags=a&limit=3&type=annotation&dashboardUID=here&from=1000&to=2000"],
        );
        check(
            json!({"type": "alertlist", "options": {"stateFilter": {"firing": true, "inactive": true, "pending": false}}}),
            &["/api/prometheus/grafana/api/v1/rules?limit_alerts=15&state=firing&state=recovering&state=error&state=normal"],
        );
    }
}
