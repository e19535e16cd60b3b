//! `maxDataPoints` and `intervalMs` of a panel's requests.

use serde_json::Value as Json;

use super::DataSource;
use crate::{
    dashboard::Panel,
    time::{self, TimeRange},
    variable::{self, DefaultFormat, Scope, Variables},
};

/// Points asked for: the panel's own number, else its width in px.
pub(super) fn max_data_points(panel: &Panel, width_px: f64) -> u32 {
    panel.max_data_points.unwrap_or_else(|| width_px.round().max(1.0) as u32)
}

/// The step in milliseconds: range over points, rounded to a nice step, never below the panel's or the source's least one.
/// Mixed panels have no source of their own, hence no least step but the panel's.
pub(super) fn interval_ms(panel: &Panel, source: Option<&DataSource>, range: &TimeRange, points: u32, variables: &Variables) -> f64 {
    let scope = Scope { values: panel.scoped_vars.clone() };
    let own = panel.interval.as_deref().filter(|text| !text.is_empty());
    let own = own.map(|text| variable::interpolate(text, variables, &scope, DefaultFormat::Glob));
    let least = own.or_else(|| source.and_then(least_interval));
    let least = least.filter(|text| time::interval_to_ms(text.trim_start_matches('>')).is_some());
    time::calculate_interval(range, points, least.as_deref())
}

/// The least step of a data source: its setting, else what its plugin starts from.
pub(super) fn least_interval(source: &DataSource) -> Option<String> {
    let set = source.json_data.get("timeInterval").and_then(Json::as_str).filter(|text| !text.is_empty());
    let own = match source.kind.as_str() {
        "prometheus" => Some("15s"),
        "mysql" | "mssql" | "postgres" | "grafana-postgresql-datasource" => Some("1m"),
        _ => None,
    };
    set.or(own).map(str::to_owned)
}
