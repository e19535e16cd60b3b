//! Lines through places: routes, and the edges of networks.

use grafana::{field::DisplayContext, theme::Color};
use scene::{
    Cap, Join, LinearGradient, Mark, Paint, PathMark, Stroke,
    kurbo::{BezPath, Circle, Point, Shape},
};

use super::{Canvas, Layer, options, projection::world, style::Style};
use crate::drawing::ink;

/// Segments of a route shorter than this both ways join with the next one, px.
const SHORTEST: f64 = 2.0;

/// A line through all places in the order of the rows; where colours or widths follow fields, or arrows are wanted, piece by piece.
pub fn route(layer: &Layer, canvas: &Canvas, display: &DisplayContext) -> Vec<Mark> {
    if layer.places.len() < 2 {
        return Vec::new();
    }
    let is_bare = options::at(&layer.config, "style").is_none();
    let mut style = Style::read(&layer.config, "style", layer.frame, display);
    if is_bare {
        (style.opacity, style.line_width) = (1.0, 2.0);
    }
    let arrow = options::number(&layer.config, "arrow").unwrap_or(0.0) as i64;
    let follows = ["color", "size", "text", "rotation"]
        .iter()
        .any(|name| !options::text(&layer.config, &format!("style.{name}.field"), "").is_empty());
    let mut marks = Vec::new();
    for copy in canvas.projection.copies() {
        let points: Vec<Point> = layer.places.iter().map(|(_, lon, lat)| canvas.projection.place(world(*lon, *lat), copy)).collect();
        if !follows && arrow == 0 {
            let width = options::number(&layer.config, "style.size.fixed").filter(|width| *width != 0.0).unwrap_or(style.line_width);
            let mut path = BezPath::new();
            for (index, point) in points.iter().enumerate() {
                if index == 0 { path.move_to(*point) } else { path.line_to(*point) }
            }
            let paint = Paint::Solid(ink(style.color(0).with_alpha(style.opacity as f32)));
            let stroke = Stroke { paint, width_px: width.clamp(0.0, 100.0), dash: Vec::new(), cap: Cap::Round, join: Join::Round };
            marks.push(Mark::Path(PathMark { path, fill: None, stroke: Some(stroke) }));
            continue;
        }
        let opacity = options::number(&layer.config, "style.opacity").unwrap_or(1.0).clamp(0.0, 1.0);
        let end = |at: usize| {
            let row = layer.places[at].0;
            End { at: points[at], color: faded(style.color(row), opacity), width: style.radius(row) }
        };
        let (mut start, before) = (0, marks.len());
        for next in 1..points.len() {
            let off = points[next] - points[start];
            if off.x.abs() > SHORTEST || off.y.abs() > SHORTEST {
                flow([end(start), end(next)], arrow, 1.5, canvas, &mut marks);
                start = next;
            }
        }
        if marks.len() == before && canvas.sees(points[0]) {
            let End { at, color, width } = end(0);
            marks.push(Mark::fill(Circle::new(at, width / 2.0).to_path(0.05), ink(color)));
        }
    }
    marks
}

/// One end of a line.
#[derive(Clone, Copy)]
pub struct End {
    pub at: Point,
    pub color: Color,
    pub width: f64,
}

pub fn faded(color: Color, opacity: f64) -> Color {
    color.with_alpha(color.a * opacity as f32)
}

/// A line whose colour and width go from one end's to the other's, with arrows: 1 at the end, −1 at the start, 2 at both. An
/// arrow is `reach` widths long.
pub fn flow(ends: [End; 2], arrow: i64, reach: f64, canvas: &Canvas, marks: &mut Vec<Mark>) {
    let [from, to] = ends;
    let (length, way) = ((to.at - from.at).hypot(), to.at - from.at);
    let bounds = scene::kurbo::Rect::from_points(from.at, to.at).inset(50.0);
    if length <= 0.0 || !length.is_finite() || bounds.intersect(canvas.area).is_zero_area() {
        return;
    }
    let unit = way / length;
    let side = scene::kurbo::Vec2::new(-unit.y, unit.x);
    // Arrows have one size and colour: the end's, or the start's where they point back.
    let lead = if arrow < 0 { from } else { to };
    let head = lead.width * reach;
    let (has_first, has_last) = (arrow == -1 || arrow == 2, arrow > 0);
    let mut draw_head = |tip: Point, back: scene::kurbo::Vec2, width: f64| {
        let half = (head / 2.0).max(width / 2.0);
        let base = tip + back * head;
        let mut path = BezPath::new();
        path.move_to(tip);
        path.line_to(base + side * half);
        path.line_to(base - side * half);
        path.close_path();
        marks.push(Mark::fill(path, ink(lead.color)));
    };
    let (mut start, mut end) = (0.0, length);
    if has_first {
        draw_head(from.at, unit, from.width);
        start += head;
    }
    if has_last {
        draw_head(to.at, -unit, to.width);
        end -= head;
    }
    if end <= start {
        return;
    }
    let width_at = |along: f64| from.width + (to.width - from.width) * along / length;
    let (a, b) = (from.at + unit * start, from.at + unit * end);
    let mut path = BezPath::new();
    path.move_to(a + side * (width_at(start) / 2.0));
    path.line_to(b + side * (width_at(end) / 2.0));
    path.line_to(b - side * (width_at(end) / 2.0));
    path.line_to(a - side * (width_at(start) / 2.0));
    path.close_path();
    let paint = if from.color == to.color {
        Paint::Solid(ink(from.color))
    } else {
        Paint::Linear(LinearGradient { from: from.at, to: to.at, stops: vec![(0.0, ink(from.color)), (1.0, ink(to.color))] })
    };
    marks.push(Mark::Path(PathMark { path, fill: Some(paint), stroke: None }));
    if arrow == 0 {
        for end in ends {
            marks.push(Mark::fill(Circle::new(end.at, end.width / 2.0).to_path(0.05), ink(end.color)));
        }
    }
}
