//! A saved dashboard of any age as one plain model: migrated, rows and repeats unrolled.

pub(crate) mod json;
mod migrate;
mod place;
mod read;
mod rows;
mod snapshot;
mod unroll;
mod v2;

pub(crate) use read::read_datasource;
pub use {
    place::{CELL_GAP_PX, CELL_HEIGHT_PX, COLUMNS, PAGE_PADDING_PX, pixel_rect},
    read::{from_classic, insert_library_panel},
    unroll::{Arrangement, arrange, unroll},
    v2::{Layout, from_v2},
};

use serde_json::{Map, Value as Json};

use crate::{field::FieldConfigSource, time::RawTimeRange, transform::Transformation, variable::Variable};

#[derive(Clone, Debug, Default)]
pub struct Dashboard {
    pub uid: String,
    pub title: String,
    pub description: String,
    pub tags: Vec<String>,
    /// "", "browser", "utc" or an IANA name.
    pub time_zone: String,
    /// "", "browser", "monday", "saturday", "sunday".
    pub week_start: String,
    pub fiscal_year_start_month: u8,
    pub time: RawTimeRange,
    pub variables: Vec<Variable>,
    pub annotations: Vec<AnnotationQuery>,
    /// In reading order. A row's own panels follow it (open) or are inside it (collapsed).
    pub panels: Vec<Panel>,
    /// Schema v2 only: where `panels`, which are then its elements, lie.
    pub layout: Option<Layout>,
    pub schema_version: i64,
}

/// One annotation query, as saved.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct AnnotationQuery {
    pub name: String,
    pub enable: bool,
    pub hide: bool,
    pub icon_color: String,
    pub built_in: bool,
    pub datasource: Option<DataSourceRef>,
    pub target: Json,
    pub raw: Json,
    /// Panels it is meant for: (ids, exclude).
    pub filter: Option<(Vec<i64>, bool)>,
}

/// `{type, uid}`, a bare name, or a variable.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct DataSourceRef {
    pub uid: Option<String>,
    pub kind: Option<String>,
}

/// Columns and rows of the 24-column grid (30 px cells, 8 px gaps).
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct GridPos {
    pub x: f64,
    pub y: f64,
    pub w: f64,
    pub h: f64,
}

#[derive(Clone, Debug, Default)]
pub struct Panel {
    pub id: i64,
    /// "panel-4", or "panel-4-clone-1" for a repeat as Grafana numbers them.
    pub key: String,
    /// "timeseries", "stat", … after migration of legacy types.
    pub plugin_id: String,
    pub plugin_version: String,
    pub title: String,
    pub description: String,
    pub transparent: bool,
    pub grid_pos: GridPos,
    pub datasource: Option<DataSourceRef>,
    pub targets: Vec<Target>,
    pub options: Map<String, Json>,
    pub field_config: FieldConfigSource,
    pub transformations: Vec<Transformation>,
    pub interval: Option<String>,
    pub max_data_points: Option<u32>,
    pub time_from: Option<String>,
    pub time_shift: Option<String>,
    /// Compare with the range this much earlier ("1d"; "__previousPeriod" for as much as it lasts).
    pub time_compare: Option<String>,
    pub hide_time_override: bool,
    pub repeat: Option<String>,
    pub repeat_direction: RepeatDirection,
    pub max_per_row: Option<u32>,
    pub links: Vec<Json>,
    pub library_panel_uid: Option<String>,
    /// Rows only: collapsed, and the panels inside when it is.
    pub collapsed: bool,
    pub panels: Vec<Panel>,
    /// Values that repeats fixed for this panel: name → (text, value).
    pub scoped_vars: Vec<(String, ScopedValue)>,
    /// A repeat made this panel, or the row or tab around it, after the first one.
    pub is_clone: bool,
    /// Rows only: a tab of the dashboard, which begins a page.
    pub is_chapter: bool,
    /// `-- Dashboard --` etc. need the saved form.
    pub raw: Json,
}

impl Panel {
    /// What distinguishes the panel from its clones: the values repeats fixed, and its id (a scene's path id).
    pub fn path_id(&self) -> String {
        let values = self.scoped_vars.iter().map(|(_, value)| format!("{}$", value.value));
        format!("{}panel-{}", values.collect::<String>(), self.id)
    }

    /// The panel's number in requests: its id, or the DJB2 hash of its path where a repeat made it.
    /// Source: Grafana 12.4 `DashboardScene.enrichDataRequest`; agrees with recorded requests.
    pub fn request_id(&self) -> i64 {
        if !self.is_clone {
            return self.id;
        }
        let hash = self.path_id().encode_utf16().fold(5381_u32, |hash, unit| hash.wrapping_mul(33) ^ u32::from(unit));
        i64::from(hash)
    }
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ScopedValue {
    pub text: String,
    pub value: String,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum RepeatDirection {
    #[default]
    Horizontal,
    Vertical,
}

/// A query as saved.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Target {
    pub ref_id: String,
    pub hide: bool,
    pub datasource: Option<DataSourceRef>,
    /// The whole object, `refId` and `datasource` included.
    pub model: Map<String, Json>,
}

#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("a dashboard must be a JSON object, got {0}")]
    NotAnObject(&'static str),
}
