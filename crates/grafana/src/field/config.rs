//! The settings a field carries, as Grafana saves them.

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
