//! Moments, regions and rectangles over a plot. Source: grafana 12.4.0 `AnnotationsPlugin2`.

use grafana::{
    frame::{Frame, Value},
    theme::{Color, Theme},
};
use scene::{
    Cap, Mark, Paint,
    kurbo::{BezPath, Point, Rect, Shape},
};
use serde_json::Value as Json;

use super::{PlotArea, Scale, axis, axis::Axis, axis::Side, label, number::js_round};
use crate::view::{AnnotationMark, PanelView};

/// What lies over a panel's plot, and how.
#[derive(Clone, Copy, Debug)]
pub struct Annotations<'a> {
    marks: &'a [AnnotationMark],
    frames: &'a [Frame],
    /// Sets stand below each other under the plot, without lines over it (`options.annotations.multiLane`).
    multi_lane: bool,
    /// Regions are shaded over the plot.
    shades: bool,
}

/// A lane of markers: 5 px and a distance.
const LANE_PX: f64 = 7.0;
const MARKER_PX: f64 = 5.0;
const DEFAULT_COLOR: &str = "rgba(0, 211, 255, 1)";

impl<'a> Annotations<'a> {
    pub fn of(view: &'a PanelView) -> Annotations<'a> {
        let multi_lane = view.panel.options.get("annotations").and_then(|saved| saved.get("multiLane")).and_then(Json::as_bool);
        Annotations { marks: &view.annotations, frames: &view.annotation_frames, multi_lane: multi_lane == Some(true), shades: true }
    }

    /// Regions without their shade, which would change what colours of cells say.
    pub fn without_shades(self) -> Annotations<'a> {
        Annotations { shades: false, ..self }
    }

    /// Makes room for several lanes between a plot and the labels under it. Source: grafana 12.4.0 `getXAxisConfig`.
    pub fn make_room(&self, axes: &mut [Axis]) {
        let lanes = self.marks.iter().map(|mark| mark.lane + 1).max().unwrap_or(0);
        if self.multi_lane && lanes > 1 {
            let below = axes.iter_mut().filter(|axis| axis.side == Side::Bottom);
            below.for_each(|axis| axis.tick_px = lanes as f64 * LANE_PX + axis::GAP_PX);
        }
    }

    /// Lines, shades and rectangles over the plot, markers under it. `y` is the plot's first value scale.
    pub fn draw(&self, area: &PlotArea, y: Option<&Scale>, theme: &Theme) -> Vec<Mark> {
        let mut over: Vec<Mark> = Vec::new();
        if !self.multi_lane {
            over.extend(self.marks.iter().flat_map(|mark| self.lines(mark, area, theme)));
        }
        let rectangles = self.frames.iter().filter(|frame| frame.name.as_deref() == Some("xymark"));
        over.extend(y.into_iter().flat_map(|y| rectangles.clone().flat_map(move |frame| outlined(frame, area, y, theme))));
        let markers = self.marks.iter().filter_map(|mark| self.marker(mark, area, theme));
        std::iter::once(Mark::clipped(area.rect, over)).chain(markers).collect()
    }

    fn lines(&self, mark: &AnnotationMark, area: &PlotArea, theme: &Theme) -> Vec<Mark> {
        let plot = area.rect;
        let color = color_of(&mark.color, theme);
        let line = |x: f64| label::line(Point::new(x, plot.y0), Point::new(x, plot.y1), label::color(color), 2.0, &[5.0, 5.0]);
        let (start, end) = (near(area.x_px(mark.time_ms), plot), mark.time_end_ms.map(|end| near(area.x_px(end), plot)));
        let mut marks = vec![line(start)];
        if let Some(end) = end {
            marks.push(line(end));
            let region = Rect::new(start.max(plot.x0), plot.y0, end.min(plot.x1), plot.y1);
            if self.shades && region.x1 > region.x0 {
                marks.push(label::fill(region.to_path(0.1), Paint::Solid(label::color(color.with_alpha(0.1)))));
            }
        }
        marks
    }

    /// A triangle for a moment, a bar for a region; `None` where it lies outside.
    fn marker(&self, mark: &AnnotationMark, area: &PlotArea, theme: &Theme) -> Option<Mark> {
        let plot = area.rect;
        let top = plot.y1 + if self.multi_lane { mark.lane as f64 * LANE_PX } else { 0.0 };
        let place = |at_ms: f64| js_round(near(area.x_px(at_ms), plot) - plot.x0);
        let left = place(mark.time_ms);
        let path = match mark.time_end_ms {
            Some(end) => {
                let right = place(end);
                let (from, to) = (left.max(0.0), right.min(plot.width()));
                (left < plot.width() && right > 0.0 && to > from)
                    .then(|| Rect::new(plot.x0 + from, top, plot.x0 + to, top + MARKER_PX).to_path(0.1))?
            }
            None => (left >= 0.0 && left <= plot.width()).then(|| triangle(plot.x0 + left, top))?,
        };
        Some(label::fill(path, Paint::Solid(label::color(color_of(&mark.color, theme)))))
    }
}

fn color_of(name: &str, theme: &Theme) -> Color {
    theme.color(if name.is_empty() { DEFAULT_COLOR } else { name })
}

/// Far outside the plot nothing is seen, and huge numbers make bad paths.
fn near(x: f64, plot: Rect) -> f64 {
    x.clamp(plot.x0 - 100.0, plot.x1 + 100.0)
}

fn triangle(x: f64, top: f64) -> BezPath {
    let mut path = BezPath::new();
    path.move_to((x, top));
    path.line_to((x + MARKER_PX, top + MARKER_PX));
    path.line_to((x - MARKER_PX, top + MARKER_PX));
    path.close_path();
    path
}

/// The rectangles of an "xymark" frame: `xMin`, `xMax`, `yMin`, `yMax`, `color`, `fillOpacity`, `lineWidth`, `lineStyle`.
fn outlined(frame: &Frame, area: &PlotArea, y: &Scale, theme: &Theme) -> Vec<Mark> {
    let cell = |name: &str, row: usize| frame.fields.iter().find(|field| field.name == name).map(|field| field.values.get(row));
    let number = |name: &str, row: usize| match cell(name, row) {
        Some(Value::Number(number)) => Some(number).filter(|number| number.is_finite()),
        _ => None,
    };
    let text = |name: &str, row: usize| match cell(name, row) {
        Some(Value::String(text)) => text,
        _ => String::new(),
    };
    let one = |row: usize| {
        let (left, right) = (area.x_px(number("xMin", row)?), area.x_px(number("xMax", row)?));
        let (bottom, top) = (area.y_px(number("yMin", row)?, y), area.y_px(number("yMax", row)?, y));
        let limits = area.rect.inflate(100.0, 100.0);
        let path = Rect::new(left, top, right, bottom).abs().intersect(limits).to_path(0.1);
        let color = color_of(&text("color", row), theme);
        let opacity = number("fillOpacity", row).unwrap_or(0.0).clamp(0.0, 1.0) as f32;
        let mut marks = vec![label::fill(path.clone(), Paint::Solid(label::color(color.with_alpha(opacity))))];
        let width = js_round(number("lineWidth", row).unwrap_or(0.0));
        if width > 0.0 {
            let dash: &[f64] = if text("lineStyle", row) == "dash" { &[5.0, 5.0] } else { &[] };
            marks.push(label::stroke(path, Paint::Solid(label::color(color)), width, dash, Cap::Butt));
        }
        Some(marks)
    };
    (0..frame.len()).filter_map(one).flatten().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mark(time_ms: f64, time_end_ms: Option<f64>, lane: usize) -> AnnotationMark {
        AnnotationMark { time_ms, time_end_ms, lane, ..AnnotationMark::default() }
    }

    /// Where markers begin, and how many marks lie over the plot.
    fn check(multi_lane: bool, marks: &[AnnotationMark], expected: (&[(f64, f64)], usize)) {
        let area = PlotArea { rect: Rect::new(10.0, 0.0, 110.0, 50.0), x: Scale::linear(0.0, 100.0) };
        let annotations = Annotations { marks, frames: &[], multi_lane, shades: true };
        let drawn = annotations.draw(&area, None, &Theme::light());
        let Mark::Group(over) = &drawn[0] else { panic!("lines come first") };
        let corner = |mark: &Mark| match mark {
            Mark::Path(mark) => (mark.path.bounding_box().x0, mark.path.bounding_box().y0),
            _ => panic!("a marker is a path"),
        };
        assert_eq!((drawn[1..].iter().map(corner).collect::<Vec<_>>().as_slice(), over.marks.len()), expected);
    }

    #[test]
    fn markers_stand_under_their_times() {
        check(false, &[mark(20.0, None, 0), mark(120.0, None, 1)], (&[(25.0, 50.0)], 2));
        check(false, &[mark(-20.0, Some(20.0), 0)], (&[(10.0, 50.0)], 3));
        check(true, &[mark(20.0, None, 0), mark(30.0, Some(40.0), 2)], (&[(25.0, 50.0), (40.0, 64.0)], 0));
    }
}
