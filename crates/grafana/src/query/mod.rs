//! Query planning: from a panel's targets to the body of `POST /api/ds/query`, as Grafana's frontend sends it.

mod annotation;
mod interval;
mod other_source;
mod plan;
mod range;
mod raw_frame;
#[cfg(test)]
mod recorded;
mod resolve;
mod source;

pub use annotation::{AnnotationPlan, AnnotationRequest, plan_annotations};
pub use plan::plan_panel;
pub use resolve::resolve;

use serde_json::Value as Json;

use crate::{dashboard::DataSourceRef, frame::Frame, listing::Lookup, time::TimeRange};

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
    /// Asked for a comparison: how far its range lies off the panel's, ms (negative before it).
    pub compare_ms: Option<f64>,
}

/// What a panel needs before it can be drawn.
#[derive(Clone, Debug, Default)]
pub struct PanelPlan {
    /// The range after `timeFrom` and `timeShift`.
    pub range: TimeRange,
    /// What the panel's header says of its own range ("Last 1 hour", "timeshift -1h"); `None` when it has none or hides it.
    pub time_info: Option<String>,
    pub requests: Vec<QueryRequest>,
    /// Frames that stand in the dashboard itself; they come before those of the requests.
    pub made: Vec<Frame>,
    /// What a list reads besides queries (dashboards, annotations, alert rules).
    pub lookups: Vec<Lookup>,
    pub interval_ms: f64,
    pub max_data_points: u32,
    /// `-- Dashboard --`: the panel whose result is reused, and whether its transformations apply.
    pub reuse: Option<(i64, bool)>,
    /// Why the panel can show nothing but this error ("Datasource x was not found").
    pub error: Option<String>,
    /// Reasons why something is not asked ("data source type x answers only in a browser").
    pub warnings: Vec<String>,
}
