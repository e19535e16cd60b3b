//! Colour modes: what colour a value or a series takes (`@grafana/data` field/fieldColor.ts).

use super::{
    DisplayContext, Field,
    coerce::{to_number, to_text},
    reducer::reduce_field,
    scale::scale_value,
    threshold::active_threshold_for,
};
use crate::{
    frame::Value,
    js::number_from_string,
    theme::{Color, FALLBACK},
};

/// Grafana's colour when none is set.
pub(super) const FALLBACK_COLOR: &str = "#808080";

/// The colour a series is drawn with (`getFieldSeriesColor`).
///
/// Modes that colour by value take the value `color.seriesBy` names, the last one unless set.
pub fn series_color(field: &Field, context: &DisplayContext) -> Color {
    if !is_by_value(mode_id(field)) {
        return value_color(field, 0.0, 0.0, context);
    }
    let stat = field.config.color.as_ref().and_then(|color| color.series_by.as_deref()).unwrap_or("last");
    let value = match reduce_field(field, stat) {
        Value::Null => 0.0,
        // Compared as JavaScript compares texts with numbers: "" is 0.
        value @ (Value::String(_) | Value::Json(_)) => number_from_string(&to_text(&value)),
        value => to_number(&value),
    };
    scale_value(field, value, context).color
}

/// The colour a value takes by the field's mode (`getFieldColorMode().getCalculator`). `percent` from 0 to 1.
pub fn value_color(field: &Field, value: f64, percent: f64, context: &DisplayContext) -> Color {
    let theme = context.theme;
    let fixed = || field.config.color.as_ref().and_then(|color| color.fixed_color.as_deref()).unwrap_or(FALLBACK_COLOR);
    match mode_id(field) {
        "fixed" => theme.color(fixed()),
        "shades" => theme.color(fixed()).shade(field.series_index),
        "palette-classic" => pick(theme.palette_classic(), field.series_index),
        // The bare name where nobody asked for the series' name, as stat, gauge, bar gauge and pie do not (seen in 12.4).
        "palette-classic-by-name" => theme.color_by_series_name(field.display_name.as_deref().unwrap_or(&field.name)),
        mode => match theme.continuous_at(mode, percent) {
            Some(color) => color,
            None => {
                let threshold = active_threshold_for(field, value, percent);
                theme.color(threshold.map_or(FALLBACK_COLOR, |threshold| threshold.color.as_str()))
            }
        },
    }
}

/// Booleans are green and red, or the ends of a continuous scheme.
pub(super) fn boolean_color(field: &Field, is_true: bool, context: &DisplayContext) -> Color {
    let ends = context.theme.continuous(mode_id(field)).and_then(|colors| Some((*colors.first()?, *colors.last()?)));
    let (no, yes) = ends.unwrap_or_else(|| (context.theme.color("red"), context.theme.color("green")));
    if is_true { yes } else { no }
}

/// Whether the mode colours by value rather than by series; unknown modes count as "thresholds".
pub fn is_by_value(mode: &str) -> bool {
    !matches!(mode, "fixed" | "shades" | "palette-classic" | "palette-classic-by-name")
}

/// The field's mode; "thresholds" when none is set.
pub fn mode_id(field: &Field) -> &str {
    field.config.color.as_ref().map(|color| color.mode.as_str()).filter(|mode| !mode.is_empty()).unwrap_or("thresholds")
}

fn pick(colors: &[Color], index: usize) -> Color {
    if colors.is_empty() { FALLBACK } else { colors[index % colors.len()] }
}
