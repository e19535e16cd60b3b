//! The small line behind a stat value and inside gauges and table cells.

use grafana::{field, frame::Field, time::TimeRange};
use scene::{
    Color, Mark,
    kurbo::{BezPath, Point, Rect},
};

use crate::chart::{Scale, area::reachable};

/// Times and values as `FieldDisplay::sparkline` has them.
pub type Series = field::Sparkline;

pub struct Look {
    pub line: Color,
    pub fill: Option<Color>,
    pub width: f64,
}

/// Draws `series` over the whole of `area`. Nothing with fewer than two values, as in Grafana.
pub fn draw(series: &Series, range: &TimeRange, y_range: (f64, f64), area: Rect, look: &Look) -> Vec<Mark> {
    let (times, values) = series;
    if values.len() < 2 || area.width() <= 0.0 || area.height() <= 0.0 {
        return Vec::new();
    }
    let (span, scale) = (range.to_ms - range.from_ms, Scale::linear(y_range.0, y_range.1));
    let place = |(i, (time, value)): (usize, (&Option<f64>, &Option<f64>))| {
        let value = value.filter(|v| v.is_finite() && scale.min.is_finite() && scale.max.is_finite())?;
        let along = match time {
            Some(t) if span > 0.0 => (t - range.from_ms) / span,
            _ => i as f64 / (values.len() - 1) as f64,
        };
        let (x, y) = (area.x0 + along * area.width(), area.y1 - scale.fraction(value) * area.height());
        Some(Point::new(reachable(x), reachable(y)))
    };
    let points: Vec<Option<Point>> = times.iter().zip(values.iter()).enumerate().map(place).collect();
    // Fills reach down to zero where the scale has it, else to its nearer end.
    let base = (area.y1 - scale.fraction(0.0) * area.height()).clamp(area.y0, area.y1);
    let mut marks = Vec::new();
    for run in points.split(Option::is_none) {
        let run: Vec<Point> = run.iter().flatten().copied().collect();
        let (Some(first), Some(last)) = (run.first(), run.last()) else { continue };
        let mut path = BezPath::new();
        path.move_to(*first);
        run.iter().skip(1).for_each(|p| path.line_to(*p));
        if let Some(color) = look.fill {
            let mut fill = path.clone();
            fill.line_to((last.x, base));
            fill.line_to((first.x, base));
            fill.close_path();
            marks.push(Mark::fill(fill, color));
        }
        marks.push(Mark::stroke(path, look.line, look.width));
    }
    vec![Mark::clipped(area, marks)]
}

/// Low and high end of a sparkline: the field's settled range, widened to its "no value", never empty.
pub fn y_range(field: &Field) -> (f64, f64) {
    let range = field::field_range(field);
    let (mut low, mut high) = (range.min.unwrap_or(0.0), range.max.unwrap_or(0.0));
    if let Some(no_value) = field.config.no_value.as_ref().and_then(|t| t.trim().parse::<f64>().ok()).filter(|n| n.is_finite()) {
        low = low.min(no_value);
        high = high.max(no_value);
    }
    match low == high {
        false => (low, high),
        true if low == 0.0 => (0.0, 1.0),
        true if low < 0.0 => (low * 2.0, high),
        true => (low, high * 2.0),
    }
}
