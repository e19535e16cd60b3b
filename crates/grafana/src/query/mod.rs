//! Query planning: from a panel's targets to the body of `POST /api/ds/query`, as Grafana's frontend sends it.

use serde_json::Value as Json;

use crate::{
    dashboard::{DataSourceRef, Panel},
    time::{Clock, TimeRange},
    variable::Variables,
};

/// What is known of a data source (from `/api/frontend/settings`).
#[derive(Clone, Debug, Default, PartialEq)]
pub struct DataSource {
    pub id: i64,
    pub uid: String,
    pub name: String,
    pub kind: String,
    pub is_default: bool,
    pub json_data: Json,
    /// `meta.backend`: answers `/api/ds/query`.
    pub backend: bool,
    pub meta: Json,
}

/// One HTTP request: the body of `/api/ds/query`; `panel_id` and `dashboard_uid` go into headers.
#[derive(Clone, Debug, PartialEq)]
pub struct QueryRequest {
    pub panel_id: i64,
    pub datasource: DataSourceRef,
    pub body: Json,
}

/// What a panel needs before it can be drawn.
#[derive(Clone, Debug, Default)]
pub struct PanelPlan {
    /// The range after `timeFrom` and `timeShift`.
    pub range: TimeRange,
    pub requests: Vec<QueryRequest>,
    pub interval_ms: f64,
    pub max_data_points: u32,
    /// `-- Dashboard --`: the panel whose result is reused, and whether its transformations apply.
    pub reuse: Option<(i64, bool)>,
    /// Reasons why something is not asked ("data source type x answers only in a browser").
    pub warnings: Vec<String>,
}

/// Plans a panel's queries. `width_px` is the panel's width on a 1600 px wide screen unless the caller says otherwise:
/// Grafana's maxDataPoints is the panel's width.
pub fn plan_panel(
    _panel: &Panel,
    _width_px: f64,
    _range: &TimeRange,
    _clock: &Clock,
    _variables: &Variables,
    _datasources: &[DataSource],
) -> PanelPlan {
    todo!()
}

/// Finds a data source by reference: uid, name, variable, type default, `None` → the default one.
pub fn resolve<'a>(
    _reference: Option<&DataSourceRef>,
    _variables: &Variables,
    _panel: &Panel,
    _datasources: &'a [DataSource],
) -> Option<&'a DataSource> {
    todo!()
}
