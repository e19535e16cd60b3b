//! Thresholds as parts of the scale.

use grafana::{
    field::{FieldDisplay, Threshold, ThresholdsConfig, ThresholdsMode, active_threshold},
    theme::Theme,
};
use scene::Color;

use super::dimensions::{ends, fraction};
use crate::drawing::ink;

/// A threshold that lies on the scale; in percent of it when thresholds are percentages.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Step {
    pub value: f64,
    pub color: Color,
}

fn config(value: &FieldDisplay) -> ThresholdsConfig {
    value.field.config.thresholds.clone().unwrap_or_else(|| ThresholdsConfig {
        mode: ThresholdsMode::Absolute,
        steps: vec![Threshold { value: f64::NEG_INFINITY, color: "green".to_owned() }, Threshold { value: 80.0, color: "red".to_owned() }],
    })
}

pub fn is_percent(value: &FieldDisplay) -> bool {
    value.field.config.thresholds.as_ref().is_some_and(|t| t.mode == ThresholdsMode::Percentage)
}

/// The steps between the ends of the scale with the ends themselves (`getFormattedThresholds`). With `offset` a colour
/// stands at the end of its part, else at the beginning.
pub fn formatted(value: &FieldDisplay, theme: &Theme, offset: bool) -> Vec<Step> {
    let steps = config(value).steps;
    let decimals = value.field.config.decimals.unwrap_or(2).clamp(0, 12);
    let (min, max) = match is_percent(value) {
        true => (0.0, 100.0),
        false => (value.field.config.min.unwrap_or(0.0), value.field.config.max.unwrap_or(100.0)),
    };
    let (Some(first), Some(last)) = (active_threshold(min, &steps), active_threshold(max, &steps)) else { return Vec::new() };
    let place = |t: &Threshold| steps.iter().position(|s| std::ptr::eq(s, t)).unwrap_or(0);
    let (first_at, last_at) = (place(first), place(last));
    let color = |t: &Threshold| ink(theme.color(&t.color));
    let mut out = Vec::new();
    if offset {
        out.push(Step { value: rounded(min, decimals), color: color(first) });
    }
    for (i, step) in steps.iter().enumerate() {
        if offset && i <= first_at {
            continue;
        }
        let named = if offset { &steps[i - 1] } else { step };
        out.push(Step { value: if step.value.is_finite() { step.value } else { 0.0 }, color: color(named) });
        if i == last_at {
            break;
        }
    }
    if max > last.value {
        out.push(Step { value: rounded(max, decimals), color: color(last) });
    }
    out
}

fn rounded(value: f64, decimals: i32) -> f64 {
    let unit = 10_f64.powi(decimals);
    let rounded = (value * unit).round() / unit;
    if rounded.is_finite() { rounded } else { value }
}

/// Where a threshold lies on the scale, 0 to 1.
pub fn threshold_fraction(value: &FieldDisplay, threshold: f64) -> f64 {
    if is_percent(value) { threshold / 100.0 } else { fraction(value, threshold) }
}

/// A threshold in units of the value.
pub fn resolved(value: &FieldDisplay, threshold: f64) -> f64 {
    let (min, max) = ends(value);
    if is_percent(value) { threshold / 100.0 * (max - min) + min } else { threshold }
}
