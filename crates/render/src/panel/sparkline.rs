//! The small line behind a stat value and inside gauges and table cells.

use grafana::{field, frame::Field, time::TimeRange};
use scene::{
    Color, LinearGradient, Mark, Paint, PathMark,
    kurbo::{BezPath, Circle, Point, Rect, Shape},
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
    let fill = look.fill.map(Paint::Solid);
    let points = points(series, range, y_range, area);
    let marks = lines(&points, y_range, area, look, fill.as_ref());
    if marks.is_empty() { marks } else { vec![Mark::clipped(area, marks)] }
}

/// Diameter of the point on the value that a gauge shows, px.
const POINT_SIZE: f64 = 6.0;

/// [`draw`] with a fill that fades downwards, and a point on the value that the reducer `calc` took: what gauges have.
///
/// Source: grafana-ui 12.4.0 `RadialSparkline`, `Sparkline` with `showHighlights`; @grafana/data 12.4 `getSparklineHighlight`.
pub fn draw_faded(series: &Series, range: &TimeRange, y_range: (f64, f64), area: Rect, look: &Look, calc: &str) -> Vec<Mark> {
    // There is room around the line for the point.
    let plot = area.inset(-POINT_SIZE / 2.0);
    let points = points(series, range, y_range, plot);
    let fill = look.fill.map(|color| {
        let stops = vec![(0.0, color), (1.0, color.with_alpha(0.0))];
        Paint::Linear(LinearGradient { from: Point::new(0.0, plot.y0), to: Point::new(0.0, plot.y1), stops })
    });
    let mut marks = lines(&points, y_range, plot, look, fill.as_ref());
    if marks.is_empty() {
        return marks;
    }
    if let Some(at) = taken(&series.1, calc).and_then(|index| points[index]) {
        marks.push(Mark::fill(Circle::new(at, POINT_SIZE / 2.0).to_path(0.05), look.line));
    }
    vec![Mark::clipped(area, marks)]
}

/// The row whose value a reducer gives back; `None` for those that calculate one.
fn taken(values: &[Option<f64>], calc: &str) -> Option<usize> {
    let is_value = |index: &usize| values[*index].is_some_and(|value| !value.is_nan());
    let mut rows = (0..values.len()).filter(is_value);
    let value = |index: &usize| values[*index].unwrap_or(f64::NAN);
    match calc {
        "last" => values.len().checked_sub(1),
        "first" => Some(0),
        "lastNotNull" => rows.next_back(),
        "firstNotNull" => rows.next(),
        // The first of several.
        "min" => rows.reduce(|least, row| if value(&row) < value(&least) { row } else { least }),
        "max" => rows.reduce(|most, row| if value(&row) > value(&most) { row } else { most }),
        _ => None,
    }
}

/// Where each value lies; none for too few of them.
fn points(series: &Series, range: &TimeRange, y_range: (f64, f64), area: Rect) -> Vec<Option<Point>> {
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
    times.iter().zip(values.iter()).enumerate().map(place).collect()
}

fn lines(points: &[Option<Point>], y_range: (f64, f64), area: Rect, look: &Look, paint: Option<&Paint>) -> Vec<Mark> {
    let scale = Scale::linear(y_range.0, y_range.1);
    // Fills reach down to zero where the scale has it, else to its nearer end.
    let base = (area.y1 - scale.fraction(0.0) * area.height()).clamp(area.y0, area.y1);
    let mut marks = Vec::new();
    for run in points.split(Option::is_none) {
        let run: Vec<Point> = run.iter().flatten().copied().collect();
        let (Some(first), Some(last)) = (run.first(), run.last()) else { continue };
        let mut path = BezPath::new();
        path.move_to(*first);
        run.iter().skip(1).for_each(|p| path.line_to(*p));
        if let Some(paint) = paint {
            let mut fill = path.clone();
            fill.line_to((last.x, base));
            fill.line_to((first.x, base));
            fill.close_path();
            marks.push(Mark::Path(PathMark { path: fill, fill: Some(paint.clone()), stroke: None }));
        }
        marks.push(Mark::stroke(path, look.line, look.width));
    }
    marks
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reducers_take_rows() {
        let check = |calc: &str, expected: Option<usize>| {
            assert_eq!(taken(&[None, Some(2.0), Some(9.0), Some(9.0), Some(1.0), Some(f64::NAN)], calc), expected, "{calc}");
        };
        check("last", Some(5));
        check("lastNotNull", Some(4));
        check("first", Some(0));
        check("firstNotNull", Some(1));
        check("max", Some(2));
        check("min", Some(4));
        check("mean", None);
        assert_eq!(taken(&[None], "lastNotNull"), None);
    }
}
