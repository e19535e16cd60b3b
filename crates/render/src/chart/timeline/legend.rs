//! What a timeline's legend tells: thresholds, or every state with its colour.

use grafana::{
    field::{DisplayContext, FieldConfig, ThresholdsMode, display_value, mode_id},
    theme::Color,
    value_format::format_value,
};
use serde_json::Value as Json;
use std::collections::BTreeMap;

use super::rows::StateRow;
use crate::chart::{
    label,
    legend::{LegendItem, Swatch},
};

/// Names and colours of a config's thresholds, lowest first. Source: grafana 12.4.0 `getThresholdItems`.
pub fn threshold_items(config: &FieldConfig, display: &DisplayContext) -> Vec<(String, Color)> {
    let Some(thresholds) = &config.thresholds else { return Vec::new() };
    let unit = match thresholds.mode {
        ThresholdsMode::Percentage => Some("percent"),
        ThresholdsMode::Absolute => config.unit.as_deref(),
    };
    let write = |value: f64| match value.is_nan() {
        true => String::new(),
        false => format_value(unit, value, config.decimals, display.zone, display.now_ms).full(),
    };
    let steps = &thresholds.steps;
    let item = |(index, step): (usize, &grafana::field::Threshold)| {
        let label = match steps.get(index + 1) {
            Some(next) if step.value == f64::NEG_INFINITY => format!("< {}", write(next.value)),
            _ => format!("{}+", write(step.value)),
        };
        (label, display.theme.color(&step.color))
    };
    steps.iter().enumerate().map(item).collect()
}

/// The legend's items: none for continuous colours. Source: grafana 12.4.0 `getFieldLegendItem`.
pub fn items(rows: &[StateRow], display: &DisplayContext) -> Vec<LegendItem> {
    let Some(first) = rows.first() else { return Vec::new() };
    let mode = if first.field.config.color.is_some() { mode_id(&first.field) } else { "fixed" };
    let n_steps = first.field.config.thresholds.as_ref().map_or(0, |thresholds| thresholds.steps.len());
    if mode == "thresholds" && n_steps > 1 {
        return threshold_items(&first.field.config, display).into_iter().map(|(label, color)| item(label, color)).collect();
    }
    if mode.starts_with("continuous") {
        return Vec::new();
    }
    let mut places: BTreeMap<String, usize> = BTreeMap::new();
    let mut states: Vec<(String, Color)> = Vec::new();
    for row in rows.iter().filter(|row| !is_hidden(row)) {
        for value in row.cells.iter().flatten() {
            let (text, color) = match &row.steps {
                Some(_) => row.display(value, display),
                None => {
                    let shown = display_value(&row.field, value, None, display);
                    (shown.text, shown.color)
                }
            };
            if let Some(color) = color {
                let place = *places.entry(text.clone()).or_insert(states.len());
                match states.get_mut(place) {
                    Some(state) => state.1 = color,
                    None => states.push((text, color)),
                }
            }
        }
    }
    states.into_iter().filter(|(text, _)| !text.is_empty()).map(|(text, color)| item(text, color)).collect()
}

fn item(label: String, color: Color) -> LegendItem {
    LegendItem {
        // A browser leaves out spaces around a line.
        label: label.trim().to_owned(),
        color: label::color(color),
        swatch: Swatch::Solid,
        disabled: false,
        right_axis: false,
        stats: Vec::new(),
    }
}

fn is_hidden(row: &StateRow) -> bool {
    row.field.config.custom.get("hideFrom").and_then(|hide| hide.get("legend")).and_then(Json::as_bool).unwrap_or(false)
}
