//! Exemplars: single measurements behind a metric, as diamonds over its lines.

use grafana::{
    field::series_color,
    frame::{Frame, Labels, Value},
    theme::Color,
};
use scene::{
    Mark,
    kurbo::{BezPath, Point},
};

use super::series::SeriesPen;
use crate::chart::label;

/// Half of a diamond's diagonal, and how far the box it stands in is wider than it on the left (`ExemplarMarker`: a 7 px
/// picture in a box that is centred on the time by its own width).
const HALF_PX: f64 = 3.386_92;
const LEFT_PX: f64 = 4.0;
const OPACITY: f32 = 0.5;

/// Which exemplars are shown, and in which colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Belonging {
    /// Those of the series in sight, in their colours.
    BySeries,
    /// All, in the first series' colour.
    All,
}

/// The diamonds of all exemplars in sight. Values beyond the first scale stand at its end.
///
/// Source: grafana 12.4.0 `ExemplarsPlugin`. Frames are told by their fields, as there: "Time" and "Value".
pub fn exemplars(frames: &[Frame], pen: &SeriesPen, belonging: Belonging) -> Vec<Mark> {
    let Some(scale) = pen.scales.first() else { return Vec::new() };
    let series = Shown::of(pen);
    let first = pen.aligned.series.first().map(|series| series_color(&series.field, pen.display));
    let mut diamonds: Vec<(Color, BezPath)> = Vec::new();
    for frame in frames {
        let column = |name: &str| frame.fields.iter().find(|field| field.name == name);
        let (Some(times), Some(values)) = (column("Time"), column("Value")) else { continue };
        for row in 0..frame.len() {
            let (Value::Number(at), Value::Number(value)) = (times.values.get(row), values.values.get(row)) else { continue };
            let known = match belonging {
                Belonging::All => None,
                Belonging::BySeries if !series.shows(frame, row) => continue,
                Belonging::BySeries => series.color(frame, row),
            };
            let (x, y) = (pen.area.x_px(at), pen.area.y_px(value.clamp(scale.min, scale.max), scale));
            // Grafana lets those outside hang over the axes; nobody could say what they belong to.
            if !(x >= pen.area.rect.x0 && x <= pen.area.rect.x1 && y.is_finite()) {
                continue;
            }
            let Some(color) = known.or(first) else { continue };
            let at = diamond(Point::new(x - LEFT_PX + HALF_PX, y));
            match diamonds.iter_mut().find(|(other, _)| *other == color) {
                Some((_, path)) => path.extend(at),
                None => diamonds.push((color, at)),
            }
        }
    }
    let marks = diamonds.into_iter().map(|(color, path)| Mark::fill(path, label::color(color.with_alpha(color.a * OPACITY))));
    marks.collect()
}

/// A diamond hanging from `top`.
fn diamond(top: Point) -> BezPath {
    let mut path = BezPath::new();
    path.move_to(top);
    path.line_to((top.x + HALF_PX, top.y + HALF_PX));
    path.line_to((top.x, top.y + 2.0 * HALF_PX));
    path.line_to((top.x - HALF_PX, top.y + HALF_PX));
    path.close_path();
    path
}

/// The series in sight, by their labels.
struct Shown<'a> {
    series: Vec<(&'a Labels, Color)>,
    is_all: bool,
}

impl<'a> Shown<'a> {
    fn of(pen: &SeriesPen<'a>) -> Shown<'a> {
        let shown = pen.aligned.series.iter().filter(|series| !series.style.hidden);
        let series: Vec<_> = shown.map(|series| (&series.field.labels, pen.color(series))).collect();
        Shown { is_all: series.len() == pen.aligned.series.len(), series }
    }

    /// The colour of the first series whose labels agree with what the exemplar has of them.
    fn color(&self, frame: &Frame, row: usize) -> Option<Color> {
        let agrees = |labels: &Labels| {
            let mut common = frame.fields.iter().filter_map(|field| Some((field, labels.get(&field.name)?))).peekable();
            common.peek().is_some() && common.all(|(field, value)| is(field.values.get(row), value))
        };
        self.series.iter().find(|(labels, _)| agrees(labels)).map(|(_, color)| *color)
    }

    fn shows(&self, frame: &Frame, row: usize) -> bool {
        let has = |value: &String, key: &String| frame.fields.iter().any(|field| &field.name == key && is(field.values.get(row), value));
        self.is_all || self.series.iter().any(|(labels, _)| labels.iter().all(|(key, value)| has(value, key)))
    }
}

fn is(cell: Value, text: &str) -> bool {
    matches!(cell, Value::String(cell) if cell == text)
}
