//! The colours along a gauge's scale.

use grafana::{field::FieldDisplay, theme::Theme};
use scene::Color;

use super::{
    dimensions::fraction,
    thresholds::{formatted, threshold_fraction},
};
use crate::{
    color_math::{brighten, darken, mix, saturate, spin},
    drawing::ink,
};

/// Colours with their places from 0 to 1, ascending.
#[derive(Clone, Debug, PartialEq)]
pub struct Stops(Vec<(f64, Color)>);

impl Stops {
    fn new(stops: impl IntoIterator<Item = (f64, Color)>) -> Stops {
        let mut stops: Vec<(f64, Color)> = stops.into_iter().map(|(p, c)| (if p.is_nan() { 0.0 } else { p.clamp(0.0, 1.0) }, c)).collect();
        stops.sort_by(|a, b| a.0.total_cmp(&b.0));
        Stops(stops)
    }

    /// The colour at a place; the ends' beyond them.
    pub fn at(&self, place: f64) -> Color {
        let after = self.0.iter().position(|(p, _)| *p > place);
        match after {
            Some(0) => self.0[0].1,
            Some(i) => {
                let ((from, a), (to, b)) = (self.0[i - 1], self.0[i]);
                mix(a, b, (place - from) / (to - from))
            }
            None => self.0.last().map_or(Color::rgb(128, 128, 128), |(_, c)| *c),
        }
    }
}

/// The gradient for a value's colour mode.
pub fn stops(value: &FieldDisplay, base: Color, theme: &Theme) -> Stops {
    let mode = grafana::field::mode_id(&value.field);
    if mode == "thresholds" {
        return Stops::new(formatted(value, theme, false).into_iter().map(|t| (threshold_fraction(value, t.value), t.color)));
    }
    if let Some(colors) = theme.continuous(mode) {
        let last = (colors.len().max(2) - 1) as f64;
        return Stops::new(colors.into_iter().enumerate().map(|(i, c)| (i as f64 / last, ink(c))));
    }
    if grafana::field::is_by_value(mode) {
        let (dark, light) = (darken(base, 5.0), darken(spin(base, 20.0), -10.0));
        let (first, second) = if theme.is_dark { (light, dark) } else { (dark, light) };
        return Stops::new([(0.0, first), (0.6, second), (1.0, second)]);
    }
    let dark = darken(spin(base, -20.0), if theme.is_dark { 15.0 } else { 5.0 });
    let light = darken(brighten(spin(saturate(base, 20.0), 20.0), 10.0), -10.0);
    let (first, second) = if theme.is_dark { (dark, light) } else { (light, dark) };
    // The strongest colour is to stand at the value.
    let at = fraction(value, value.display.numeric);
    let at = if at.is_nan() { 0.0 } else { at.clamp(0.0, 1.0) };
    let (start, end) = if theme.is_dark { (mix(first, second, 1.0 - at), second) } else { (first, mix(first, second, at)) };
    Stops::new([(0.0, start), (at, end), (1.0, end)])
}
