//! Radii and widths of a gauge, and where a value lies on its arc. Angles are degrees clockwise from the top.

use grafana::field::FieldDisplay;
use scene::kurbo::{Point, Size};

use super::Look;

/// Where an arc gauge begins and ends.
pub const ARC_START: f64 = 250.0;
pub const ARC_END: f64 = 110.0;

/// Lengths in px. `radius` is to the middle of the bar.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Dimensions {
    pub center: Point,
    pub radius: f64,
    pub bar_width: f64,
    pub bottom: f64,
    pub thresholds_width: f64,
    pub thresholds_radius: f64,
    pub labels_size: f64,
    pub labels_radius: f64,
}

pub fn start_angle(look: &Look) -> f64 {
    if look.circle { 0.0 } else { ARC_START }
}

/// Degrees from one end to the other.
pub fn angle_range(look: &Look) -> f64 {
    if look.circle { 360.0 } else { 360.0 - ARC_START + ARC_END }
}

/// The measures for a gauge in `size`.
pub fn dimensions(size: Size, look: &Look, with_thresholds: bool) -> Dimensions {
    let (width, height) = (size.width, size.height);
    let end = if look.circle { 360.0 } else { ARC_END };
    let lowest = f64::min(end, 180.0);
    let sin_lowest = ((lowest - 90.0).to_radians()).sin();
    let margin = if look.glow_bar { 0.02 * width.min(height) } else { 0.0 };
    let mut by_width = width / 2.0 - margin;
    let mut by_height = (height - margin * 2.0) / (1.0 + sin_lowest);
    let largest = by_width.min(by_height);
    let height_decides = by_height <= by_width;
    let bar_width = (look.bar_width_factor * largest / 3.0).max(2.0);
    // Round ends reach half a bar beyond the arc: half of that is taken from the radius, half from the place.
    let endcap = if lowest < 180.0 && look.rounded { bar_width * 0.5 } else { 0.0 };
    let mut outer = largest - endcap * 0.5;
    by_width -= endcap * 0.5;
    by_height -= endcap * 0.5;

    let (mut labels_size, mut labels_radius) = (0.0, 0.0);
    if look.threshold_labels {
        labels_radius = outer;
        labels_size = (0.12 * outer.max(0.0).powf(0.92)).max(10.0);
        let room = labels_size * 1.2 + labels_size / 3.0;
        outer -= room;
        by_width -= room;
        by_height -= room;
        if height_decides && end < 180.0 {
            // The label at the end of an arc hangs lower than the arc.
            let amount = outer * 0.07;
            labels_radius -= amount;
            by_width -= amount;
            by_height -= amount;
            outer -= amount;
        }
    }
    let thresholds_width = if with_thresholds { (0.2 * bar_width.powf(0.92)).clamp(4.0, 12.0) } else { 0.0 };
    let mut thresholds_radius = 0.0;
    if with_thresholds {
        thresholds_radius = outer - thresholds_width / 2.0;
        let room = thresholds_width + (thresholds_width / 2.0).clamp(2.0, 12.0);
        outer = (by_width - room).min(by_height - room);
    }
    let below = largest * sin_lowest;
    let rest = height - below - margin * 2.0 - largest;
    let center = Point::new(width / 2.0, largest + margin + rest / 2.0 - endcap * 0.5);
    Dimensions {
        center,
        radius: (outer - bar_width / 2.0).max(1.0),
        bar_width,
        bottom: center.y + below,
        thresholds_width,
        thresholds_radius: thresholds_radius.max(1.0),
        labels_size,
        labels_radius,
    }
}

/// The ends of the scale; never equal unless both are zero.
pub fn ends(value: &FieldDisplay) -> (f64, f64) {
    let (min, max) = (value.field.config.min.unwrap_or(0.0), value.field.config.max.unwrap_or(100.0));
    if min == max { (min - min * 0.1, max + max * 0.1) } else { (min, max) }
}

/// Where `number` lies between the ends, 0 to 1 (beyond for numbers outside).
pub fn fraction(value: &FieldDisplay, number: f64) -> f64 {
    let (min, max) = ends(value);
    (number - min) / (max - min)
}

/// Degrees from the start of the scale to the bar's start, and the bar's length.
pub fn bar_angles(value: &FieldDisplay, range: f64, neutral: Option<f64>) -> (f64, f64) {
    let at = fraction(value, value.display.numeric) * range;
    let (start, length) = match neutral {
        Some(neutral) => {
            let (min, max) = ends(value);
            let from = fraction(value, neutral.min(max).max(min)) * range;
            if from <= at { (from, at - from) } else { (at, from - at) }
        }
        None => (0.0, at),
    };
    let length = if length.is_nan() { 0.0 } else { length.clamp(0.0, range) };
    (if start.is_nan() { 0.0 } else { start }, length)
}
