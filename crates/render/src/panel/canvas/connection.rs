//! Lines between elements: straight or by bends, with arrows, dashes, and width and colour that may follow fields.

use std::collections::BTreeMap;

use grafana::theme::Color;
use scene::{
    Cap, Mark, Paint,
    kurbo::{BezPath, Point, Rect, Size, Vec2},
};
use serde_json::Value as Json;

use super::{dimension::Dimensions, placement::Place};
use crate::{chart::label, drawing::ink};

/// A head's length and height in widths of its line.
const HEAD: (f64, f64) = (10.0, 7.0);

/// The point a connection holds on to: −1 to 1 from left to right and from bottom to top of the box.
fn hold(bounds: Rect, at: &Json) -> Point {
    let share = |key: &str| at[key].as_f64().filter(|n| n.is_finite()).unwrap_or(0.0);
    let center = bounds.center();
    Point::new(center.x + share("x") * bounds.width() / 2.0, center.y - share("y") * bounds.height() / 2.0)
}

/// One saved connection of an element at `source`.
pub fn draw(connection: &Json, source: &Place, places: &BTreeMap<String, Place>, size: Size, dimensions: &Dimensions) -> Vec<Mark> {
    let target = match connection["targetName"].as_str().filter(|name| !name.is_empty()) {
        Some(name) => match places.get(name) {
            Some(place) => place.bounds(),
            None => return Vec::new(),
        },
        None => size.to_rect(),
    };
    let (from, to) = (hold(source.bounds(), &connection["source"]), hold(target, &connection["target"]));
    let color = if connection["color"].is_null() { dimensions.display.theme.text_primary } else { dimensions.color(&connection["color"]) };
    let width = match &connection["size"] {
        Json::Object(_) => dimensions.scale(&connection["size"], 2.0).clamp(0.0, 100.0),
        _ => 2.0,
    };
    let radius = if connection["radius"].is_null() { 0.0 } else { dimensions.scale(&connection["radius"], 0.0).max(0.0) };
    let dash: &[f64] = match connection["lineStyle"]["style"].as_str().or_else(|| connection["lineStyle"].as_str()) {
        Some("dashed") => &[8.0, 8.0],
        Some("dotted") => &[3.0],
        _ => &[],
    };
    let points = bends(connection, from, to);
    let direction = dimensions.direction(&connection["direction"]);
    let mut marks = vec![label::stroke(rounded(&points, radius), Paint::Solid(ink(color)), width, dash, Cap::Butt)];
    let n = points.len();
    if matches!(direction.as_str(), "forward" | "both") {
        marks.extend(head(points[n - 2], points[n - 1], width, color));
    }
    if matches!(direction.as_str(), "reverse" | "both") {
        marks.extend(head(points[1], points[0], width, color));
    }
    marks
}

/// The ends and the bends between them, which are saved as parts of the way between the ends as they once were.
fn bends(connection: &Json, from: Point, to: Point) -> Vec<Point> {
    let saved = |key: &str| Some(Point::new(connection[key]["x"].as_f64()?, connection[key]["y"].as_f64()?));
    let (start, end) = saved("sourceOriginal").zip(saved("targetOriginal")).unwrap_or((from, to));
    // Ends on one line would leave no room across.
    let room = |length: f64| if length == 0.0 { 1.0 } else { length };
    let way = Vec2::new(room(end.x - start.x), room(end.y - start.y));
    let bend = |vertex: &Json| Some(start + Vec2::new(vertex["x"].as_f64()? * way.x, vertex["y"].as_f64()? * way.y));
    let inner = connection["vertices"].as_array().into_iter().flatten().filter_map(bend);
    std::iter::once(from).chain(inner).chain([to]).collect()
}

/// A line whose bends are rounded, within half of the shorter side of each.
fn rounded(points: &[Point], radius: f64) -> BezPath {
    let mut path = BezPath::new();
    for (at, point) in points.iter().enumerate() {
        let (Some(before), Some(after)) = (at.checked_sub(1).and_then(|b| points.get(b)), points.get(at + 1)) else {
            if at == 0 {
                path.move_to(*point)
            } else {
                path.line_to(*point)
            }
            continue;
        };
        let (incoming, outgoing) = (*point - *before, *after - *point);
        let turn = incoming.cross(outgoing).atan2(incoming.dot(outgoing));
        let cut = (radius * (turn / 2.0).tan()).abs().min(incoming.hypot() / 2.0).min(outgoing.hypot() / 2.0);
        if cut > 0.0 {
            path.line_to(*point - incoming.normalize() * cut);
            path.quad_to(*point, *point + outgoing.normalize() * cut);
        } else {
            path.line_to(*point);
        }
    }
    path
}

fn head(from: Point, tip: Point, width: f64, color: Color) -> Option<Mark> {
    let way = tip - from;
    if way.hypot() == 0.0 || width == 0.0 {
        return None;
    }
    let unit = way.normalize();
    let (base, side) = (tip - unit * HEAD.0 * width, Vec2::new(-unit.y, unit.x) * HEAD.1 * width / 2.0);
    let mut path = BezPath::new();
    path.move_to(base + side);
    path.line_to(tip);
    path.line_to(base - side);
    path.close_path();
    Some(Mark::fill(path, ink(color)))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn bends_are_parts_of_the_saved_way() {
        let check = |connection: Json, expected: &[(f64, f64)]| {
            let points = bends(&connection, Point::new(0.0, 0.0), Point::new(100.0, 50.0));
            assert_eq!(points, expected.iter().copied().map(Point::from).collect::<Vec<_>>(), "{connection}");
        };
        check(json!({}), &[(0.0, 0.0), (100.0, 50.0)]);
        check(json!({"vertices": [{"x": 0.5, "y": 1}]}), &[(0.0, 0.0), (50.0, 50.0), (100.0, 50.0)]);
        let original = json!({"vertices": [{"x": 0.5, "y": 1}], "sourceOriginal": {"x": 10, "y": 0}, "targetOriginal": {"x": 30, "y": 0}});
        check(original, &[(0.0, 0.0), (20.0, 1.0), (100.0, 50.0)]);
    }
}
