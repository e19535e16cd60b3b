//! Field config: how a column is named, counted, coloured and written (`@grafana/data` field/).

use serde_json::Value as Json;

/// Settings of one field after defaults and overrides. JSON keys keep Grafana's spelling at the edges.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct FieldConfig {
    pub display_name: Option<String>,
    pub display_name_from_ds: Option<String>,
    pub description: Option<String>,
    pub unit: Option<String>,
    pub decimals: Option<i32>,
    pub min: Option<f64>,
    pub max: Option<f64>,
    /// Milliseconds between points, as the data source said (`config.interval`).
    pub interval_ms: Option<f64>,
    pub color: Option<FieldColor>,
    pub thresholds: Option<ThresholdsConfig>,
    pub mappings: Vec<ValueMapping>,
    pub no_value: Option<String>,
    pub links: Vec<DataLink>,
    pub filterable: Option<bool>,
    /// The panel's own settings (`custom.lineWidth` …), an object.
    pub custom: serde_json::Map<String, Json>,
    /// Anything else a data source or override put there (`type` for enum texts …).
    pub other: serde_json::Map<String, Json>,
}

/// `config.color`: a mode id with its parameters.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct FieldColor {
    /// "palette-classic", "fixed", "thresholds", "shades", "continuous-GrYlRd", …
    pub mode: String,
    pub fixed_color: Option<String>,
    /// "last", "min" or "max".
    pub series_by: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub struct ThresholdsConfig {
    pub mode: ThresholdsMode,
    /// Ascending; the first step's value is −Infinity.
    pub steps: Vec<Threshold>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ThresholdsMode {
    #[default]
    Absolute,
    Percentage,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Threshold {
    pub value: f64,
    pub color: String,
}

#[derive(Clone, Debug, PartialEq)]
pub enum ValueMapping {
    Value(Vec<(String, MappingResult)>),
    Range {
        from: Option<f64>,
        to: Option<f64>,
        result: MappingResult,
    },
    Regex {
        pattern: String,
        result: MappingResult,
    },
    /// "true", "false", "null", "nan", "null+nan" or "empty".
    Special {
        matches: String,
        result: MappingResult,
    },
}

#[derive(Clone, Debug, Default, PartialEq)]
pub struct MappingResult {
    pub text: Option<String>,
    pub color: Option<String>,
    pub icon: Option<String>,
    pub index: Option<i64>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DataLink {
    pub title: String,
    pub url: String,
    pub target_blank: bool,
}

/// A panel's `fieldConfig`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct FieldConfigSource {
    pub defaults: FieldConfig,
    pub overrides: Vec<ConfigOverrideRule>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct ConfigOverrideRule {
    pub matcher: Matcher,
    /// Property id ("unit", "custom.lineWidth" …) and its value.
    pub properties: Vec<(String, Json)>,
}

/// `{id, options}` as saved: "byName", "byRegexp", "byType", "byFrameRefID", "byValue", "byNames", …
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Matcher {
    pub id: String,
    pub options: Json,
}

use crate::{
    frame::{Field, Frame, Value},
    theme::{Color, Theme},
    time::TimeZone,
};

/// A value as it is shown (`DisplayValue`).
#[derive(Clone, Debug, PartialEq)]
pub struct DisplayValue {
    pub prefix: String,
    pub text: String,
    pub suffix: String,
    /// The number behind the text; NaN when there is none.
    pub numeric: f64,
    /// Where the number lies between min and max, from 0 to 1.
    pub percent: Option<f64>,
    pub color: Option<Color>,
    /// Title in stat, gauge and bar gauge.
    pub title: Option<String>,
}

impl DisplayValue {
    /// Prefix, text and suffix in one string.
    pub fn full(&self) -> String {
        format!("{}{}{}", self.prefix, self.text, self.suffix)
    }
}

/// What display depends on besides the field: one per run and panel.
pub struct DisplayContext<'a> {
    pub theme: &'a Theme,
    pub zone: &'a TimeZone,
    pub now_ms: f64,
    /// Replaces variables in titles, links and units (`replaceVariables`).
    pub interpolate: &'a dyn Fn(&str) -> String,
}

/// `applyFieldOverrides`: defaults, then the data source's own config, then overrides; settles display names, min and
/// max where percent thresholds or continuous colours need them, and series indexes.
pub fn apply_field_overrides(_frames: &mut [Frame], _source: &FieldConfigSource, _context: &DisplayContext) {
    todo!()
}

/// `getFieldDisplayName`. `frames` are all frames of the panel (names are made unique among them).
pub fn display_name(_field: &Field, _frame: &Frame, _frames: &[Frame]) -> String {
    todo!()
}

/// `getDisplayProcessor(field)(value)`: mapping, unit, decimals, colour.
pub fn display_value(_field: &Field, _value: &Value, _decimals: Option<i32>, _context: &DisplayContext) -> DisplayValue {
    todo!()
}

/// The colour a series is drawn with (`getFieldSeriesColor`).
pub fn series_color(_field: &Field, _context: &DisplayContext) -> Color {
    todo!()
}

/// The colour a value takes by the field's mode (`getFieldColorMode().getCalculator`).
pub fn value_color(_field: &Field, _value: f64, _percent: f64, _context: &DisplayContext) -> Color {
    todo!()
}

/// `reduceField`: one reducer by id ("lastNotNull", "mean", "p95", …). Unknown ids give `Value::Null`.
pub fn reduce_field(_field: &Field, _reducer: &str) -> Value {
    todo!()
}

/// A reducer's name as legends write it ("lastNotNull" → "Last *"); the id itself when unknown.
pub fn reducer_name(_reducer: &str) -> &str {
    todo!()
}

/// `options.reduceOptions` of stat, gauge, bargauge, piechart.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ReduceDataOptions {
    pub values: bool,
    pub limit: Option<usize>,
    pub calcs: Vec<String>,
    /// "" numeric fields, "/.*/" all, "/^name$/" by regex.
    pub fields: String,
}

/// One value of a stat-like panel (`FieldDisplay`).
#[derive(Clone, Debug, PartialEq)]
pub struct FieldDisplay {
    /// Name of the series; the panel decides whether it is shown.
    pub name: String,
    pub display: DisplayValue,
    /// Where it came from, for its sparkline and config.
    pub frame_index: usize,
    pub field_index: usize,
    pub row: Option<usize>,
    /// The field after overrides (min, max, thresholds …).
    pub field: Field,
    /// Times of the frame, when it has them and `sparkline` was asked.
    pub sparkline: Option<(Vec<Option<f64>>, Vec<Option<f64>>)>,
}

/// `getFieldDisplayValues`. Empty data gives one "No data" value as Grafana does.
pub fn field_display_values(
    _frames: &[Frame],
    _options: &ReduceDataOptions,
    _source: &FieldConfigSource,
    _sparkline: bool,
    _context: &DisplayContext,
) -> Vec<FieldDisplay> {
    todo!()
}
