//! The scale (`controls.showScale`): how long a round distance is at the view's centre, as OpenLayers says it.

use scene::{
    Mark, TextStyle,
    kurbo::{BezPath, Rect, Size},
};
use serde_json::{Map, Value as Json};

use super::projection::Projection;
use crate::{
    drawing::{self, Align, BODY_LINE, ink},
    panel::{PanelContext, options},
};

/// The bar is no shorter, px.
const MIN_WIDTH: f64 = 100.0;
/// How much higher legends stand above it, px.
pub const ROOM: f64 = 27.0;

pub fn draw(saved: &Map<String, Json>, projection: &Projection, size: Size, context: &PanelContext) -> Option<Vec<Mark>> {
    if !options::flag(saved, "controls.showScale", false) {
        return None;
    }
    let (text, width) = label(projection.metres_per_px(), options::text(saved, "controls.scaleUnits", "metric"))?;
    let line = 10.0 * BODY_LINE;
    let (left, bottom) = (8.0, size.height - 8.0);
    let ground = Rect::new(left, bottom - line - 7.0, left + width + 6.0, bottom);
    let inner = Rect::new(ground.x0 + 3.0, ground.y0 + 3.0, ground.x1 - 3.0, ground.y1 - 3.0);
    let (edge, ink_color) = (inner.inset((-0.5, 0.0, -0.5, -0.5)), ink(context.theme.text_primary));
    let mut bracket = BezPath::new();
    bracket.move_to((edge.x0, edge.y0));
    bracket.line_to((edge.x0, edge.y1));
    bracket.line_to((edge.x1, edge.y1));
    bracket.line_to((edge.x1, edge.y0));
    let words = Rect::new(inner.x0, inner.y0, inner.x1, inner.y1 - 1.0);
    Some(vec![
        drawing::fill_rounded(ground, 4.0, ink(context.theme.border_weak)),
        Mark::stroke(bracket, ink_color, 1.0),
        drawing::line_in(context.fonts, &text, &TextStyle::sans(10.0), words, Align::Center, ink_color),
    ])
}

/// The least of 1, 2, 5, 10 … that takes [`MIN_WIDTH`], with its unit, and the px it takes.
fn label(metres_per_px: f64, units: &str) -> Option<(String, f64)> {
    const METRES_PER_DEGREE: f64 = 2.0 * std::f64::consts::PI * 6_370_997.0 / 360.0;
    if !(metres_per_px.is_finite() && metres_per_px > 0.0) {
        return None;
    }
    let shortest = MIN_WIDTH * metres_per_px;
    let pick = |small: bool, a: (&'static str, f64), b: (&'static str, f64)| if small { a } else { b };
    let (unit, metres) = match units {
        "degrees" if shortest < METRES_PER_DEGREE / 60.0 => ("\u{2033}", METRES_PER_DEGREE / 3600.0),
        "degrees" => pick(shortest < METRES_PER_DEGREE, ("\u{2032}", METRES_PER_DEGREE / 60.0), ("\u{b0}", METRES_PER_DEGREE)),
        "imperial" if shortest < 0.9144 => ("in", 0.0254),
        "imperial" => pick(shortest < 1609.344, ("ft", 0.3048), ("mi", 1609.344)),
        "us" if shortest < 0.9144 => ("in", 1.0 / 39.37),
        "us" => pick(shortest < 1609.344, ("ft", 0.304_800_61), ("mi", 1609.3472)),
        "nautical" => ("NM", 1852.0),
        _ if shortest < 1.0 => ("mm", 0.001),
        _ => pick(shortest < 1000.0, ("m", 1.0), ("km", 1000.0)),
    };
    let per_px = metres_per_px / metres;
    let first = 3 * (MIN_WIDTH * per_px).log10().floor() as i32;
    // Within a decade there are three steps, and the next decade's first is long enough.
    for exponent in (first..).take(8) {
        let decimals = exponent.div_euclid(3);
        let count = [1.0, 2.0, 5.0][exponent.rem_euclid(3) as usize] * 10_f64.powi(decimals);
        let width = (count / per_px).round();
        if width >= MIN_WIDTH {
            return Some((format!("{count:.*} {unit}", (-decimals).max(0) as usize), width));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn round_distances() {
        let check = |metres_per_px: f64, units: &str, expected: (&str, f64)| {
            assert_eq!(label(metres_per_px, units), Some((expected.0.to_owned(), expected.1)), "{metres_per_px} {units}");
        };
        check(78_271.5, "metric", ("10000 km", 128.0));
        check(611.496, "metric", ("100 km", 164.0));
        check(5.0, "metric", ("500 m", 100.0));
        check(0.007, "metric", ("1000 mm", 143.0));
        check(611.496, "imperial", ("50 mi", 132.0));
        check(611.496, "nautical", ("50 NM", 151.0));
        check(611.496, "degrees", ("50 \u{2032}", 152.0));
        check(1.0, "us", ("500 ft", 152.0));
        assert_eq!(label(f64::NAN, "metric"), None);
    }
}
