//! Frames: a query's answer as typed columns (`@grafana/data` DataFrame).

use indexmap::IndexMap;

use crate::field::{FieldConfig, NumericRange};

mod json;
mod prometheus;

pub use json::{Error, error_from_response, frame_from_json, frame_to_json, frames_from_response};
pub use prometheus::finish_frames;

/// Labels keep the order of the answer; Grafana sorts them only where it prints them.
pub type Labels = IndexMap<String, String>;

#[derive(Clone, Debug, Default, PartialEq)]
pub struct Frame {
    pub name: Option<String>,
    pub ref_id: Option<String>,
    pub meta: FrameMeta,
    pub fields: Vec<Field>,
}

impl Frame {
    /// Rows: the longest field's.
    pub fn len(&self) -> usize {
        self.fields.iter().map(|field| field.values.len()).max().unwrap_or(0)
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Whether it stands beside a panel's data, as exemplars and marks do (`meta.dataTopic`).
    pub fn is_annotation(&self) -> bool {
        self.meta.custom.get("dataTopic").and_then(serde_json::Value::as_str) == Some("annotations")
    }

    /// By how many milliseconds the answer of a time comparison lies off the panel's range (negative before it);
    /// `None` for the panel's own data.
    pub fn compare_ms(&self) -> Option<f64> {
        let compare = self.meta.custom.get("timeCompare").filter(|compare| compare["isTimeShiftQuery"] == true)?;
        compare["diffMs"].as_f64()
    }

    /// Marks it as the answer for a range that lies `diff_ms` off. Source: grafana 12.4.0 `timeShiftAlignmentProcessor`.
    pub fn set_compare_ms(&mut self, diff_ms: f64) {
        self.ref_id = Some(format!("{}-compare", self.ref_id.as_deref().unwrap_or_default()));
        self.meta.set("timeCompare", serde_json::json!({"diffMs": diff_ms, "isTimeShiftQuery": true}));
    }
}

#[derive(Clone, Debug, Default, PartialEq)]
pub struct FrameMeta {
    /// "timeseries-multi", "numeric-multi", "heatmap-rows", …
    pub kind: Option<String>,
    pub preferred_visualisation: Option<String>,
    pub notices: Vec<Notice>,
    pub executed_query: Option<String>,
    /// Everything else of `schema.meta`, as it came: an object with `typeVersion`, `custom`, `stats` …, or null.
    pub custom: serde_json::Value,
}

impl FrameMeta {
    /// Sets a key that has no member of its own.
    pub fn set(&mut self, key: &str, value: serde_json::Value) {
        if !self.custom.is_object() {
            self.custom = serde_json::json!({});
        }
        self.custom[key] = value;
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// "info", "warning" or "error".
    pub severity: String,
    pub text: String,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum FieldType {
    Time,
    Number,
    String,
    Boolean,
    Enum,
    Frame,
    /// GeoJSON geometries in degrees, see [`crate::geo::Geometry`].
    Geo,
    #[default]
    Other,
}

impl FieldType {
    /// Grafana's word, as in frames over HTTP.
    pub fn as_str(self) -> &'static str {
        match self {
            FieldType::Time => "time",
            FieldType::Number => "number",
            FieldType::String => "string",
            FieldType::Boolean => "boolean",
            FieldType::Enum => "enum",
            FieldType::Frame => "frame",
            FieldType::Geo => "geo",
            FieldType::Other => "other",
        }
    }
}

#[derive(Clone, Debug, Default, PartialEq)]
pub struct Field {
    pub name: String,
    pub kind: FieldType,
    pub labels: Labels,
    /// The labels are there, though empty (joining leaves it so): a time field is then told from others of its name as values are.
    pub has_empty_labels: bool,
    pub config: FieldConfig,
    pub values: Values,
    /// Filled by `field::apply_field_overrides`: the name Grafana would show.
    pub display_name: Option<String>,
    /// Index of this series among all value fields: the classic palette is dealt by it.
    pub series_index: usize,
    /// Smallest and largest number the display spans (`field.state.range`); settled by `field::apply_field_overrides`.
    pub range: Option<NumericRange>,
    /// refId or name of the frame a transformation took it from (`joinByField` keeps names apart by it).
    pub origin: Option<String>,
    /// Rows, ascending, for which a join found nothing: JavaScript's `undefined`, which reckons as NaN and sorts last, where
    /// null is 0. Their cells are null; empty for what comes from a data source.
    pub gaps: Vec<usize>,
}

impl Field {
    /// Whether the cell is one that a join left out.
    pub fn is_gap(&self, row: usize) -> bool {
        !self.gaps.is_empty() && self.gaps.binary_search(&row).is_ok()
    }

    /// What a null cell reckons as: 0, or NaN where a join left it out.
    pub(crate) fn missing(&self, row: usize) -> f64 {
        if self.is_gap(row) { f64::NAN } else { 0.0 }
    }
}

/// A column. Times are milliseconds since 1970 UTC with a fraction (JavaScript numbers). NaN and ±Inf are values, `None` is null.
#[derive(Clone, Debug, PartialEq)]
pub enum Values {
    Time(Vec<Option<f64>>),
    Number(Vec<Option<f64>>),
    String(Vec<Option<String>>),
    Boolean(Vec<Option<bool>>),
    /// JSON, nested frames, geometry: as it came.
    Other(Vec<serde_json::Value>),
}

impl Default for Values {
    fn default() -> Values {
        Values::Other(Vec::new())
    }
}

/// One cell of any column.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Value {
    #[default]
    Null,
    Number(f64),
    String(String),
    Boolean(bool),
    Json(serde_json::Value),
}

/// As [`Value`], on loan.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Cell<'a> {
    Null,
    Number(f64),
    Text(&'a str),
    Boolean(bool),
    Json(&'a serde_json::Value),
}

impl Values {
    /// As [`Values::get`] without a copy.
    pub(crate) fn cell(&self, row: usize) -> Cell<'_> {
        let cell = match self {
            Values::Time(v) | Values::Number(v) => v.get(row).copied().flatten().map(Cell::Number),
            Values::String(v) => v.get(row).and_then(Option::as_deref).map(Cell::Text),
            Values::Boolean(v) => v.get(row).copied().flatten().map(Cell::Boolean),
            Values::Other(v) => v.get(row).filter(|j| !j.is_null()).map(Cell::Json),
        };
        cell.unwrap_or(Cell::Null)
    }

    pub fn len(&self) -> usize {
        match self {
            Values::Time(v) | Values::Number(v) => v.len(),
            Values::String(v) => v.len(),
            Values::Boolean(v) => v.len(),
            Values::Other(v) => v.len(),
        }
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The cell at `row`; null beyond the end.
    pub fn get(&self, row: usize) -> Value {
        let cell = match self {
            Values::Time(v) | Values::Number(v) => v.get(row).copied().flatten().map(Value::Number),
            Values::String(v) => v.get(row).cloned().flatten().map(Value::String),
            Values::Boolean(v) => v.get(row).copied().flatten().map(Value::Boolean),
            Values::Other(v) => v.get(row).filter(|j| !j.is_null()).cloned().map(Value::Json),
        };
        cell.unwrap_or(Value::Null)
    }

    /// The numbers of a time or number column.
    pub fn numbers(&self) -> Option<&[Option<f64>]> {
        match self {
            Values::Time(v) | Values::Number(v) => Some(v),
            _ => None,
        }
    }
}
