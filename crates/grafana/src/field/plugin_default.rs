//! What a panel's field config is when the dashboard does not say (`PanelPlugin.fieldConfigDefaults`).

use super::{FieldColor, FieldConfigSource, Threshold, ThresholdsConfig, ThresholdsMode};

impl FieldConfigSource {
    /// Fills thresholds and colour mode the dashboard left out by the panel type's own.
    ///
    /// Source: `getAllStandardFieldConfigs` and the `standardOptions` of each panel plugin of Grafana 12.4.
    pub fn with_plugin_defaults(mut self, plugin_id: &str) -> FieldConfigSource {
        let mode = match plugin_id {
            "timeseries" | "barchart" | "piechart" | "histogram" | "candlestick" | "trend" | "xychart" => Some("palette-classic"),
            "state-timeline" => Some("continuous-GrYlRd"),
            "status-history" => Some("thresholds"),
            _ => None,
        };
        let defaults = &mut self.defaults;
        if defaults.color.is_none() {
            defaults.color = mode.map(|mode| FieldColor { mode: mode.into(), ..FieldColor::default() });
        }
        defaults.thresholds.get_or_insert_with(|| {
            let step = |value: f64, color: &str| Threshold { value, color: color.into() };
            ThresholdsConfig { mode: ThresholdsMode::Absolute, steps: vec![step(f64::NEG_INFINITY, "green"), step(80.0, "red")] }
        });
        self
    }
}
