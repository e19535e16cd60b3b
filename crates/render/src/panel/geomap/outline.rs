//! Outlines on their way into a panel: cut at its edges and thinned to what can be seen, so that pages hold no coast of a
//! thousand kilometres off.

use scene::kurbo::{BezPath, Point, Rect};

/// Points nearer to each other are one, px.
const FINEST: f64 = 0.5;

/// Adds a ring, cut at `area`. Along the edges of `area` it has sides of its own: keep them out of sight.
pub fn add_ring(path: &mut BezPath, ring: impl Iterator<Item = Point>, area: Rect) {
    let points = cut(thinned(ring), area);
    if points.len() < 3 {
        return;
    }
    for (index, point) in points.iter().enumerate() {
        if index == 0 { path.move_to(*point) } else { path.line_to(*point) }
    }
    path.close_path();
}

/// Adds a line; pieces outside `area` are left out.
pub fn add_line(path: &mut BezPath, line: impl Iterator<Item = Point>, area: Rect) {
    let points = thinned(line);
    let mut last: Option<Point> = None;
    for pair in points.windows(2) {
        let bounds = Rect::from_points(pair[0], pair[1]);
        let is_near = bounds.x0 <= area.x1 && bounds.x1 >= area.x0 && bounds.y0 <= area.y1 && bounds.y1 >= area.y0;
        if !is_near {
            last = None;
            continue;
        }
        if last != Some(pair[0]) {
            path.move_to(pair[0]);
        }
        path.line_to(pair[1]);
        last = Some(pair[1]);
    }
}

/// Without the points that lie on their predecessors; nothing where all do.
fn thinned(points: impl Iterator<Item = Point>) -> Vec<Point> {
    let mut kept: Vec<Point> = Vec::new();
    let mut end = None;
    for point in points.filter(|point| point.is_finite()) {
        let is_far = kept.last().is_none_or(|last| (point.x - last.x).abs() + (point.y - last.y).abs() >= FINEST);
        end = (!is_far).then_some(point);
        if is_far {
            kept.push(point);
        }
    }
    if kept.len() > 1 {
        kept.extend(end);
    }
    kept
}

/// Sutherland and Hodgman's rule: side by side of the area.
fn cut(mut points: Vec<Point>, area: Rect) -> Vec<Point> {
    if points.iter().all(|point| area.contains(*point)) {
        return points;
    }
    // How far inside each side a point is.
    let sides: [fn(Point, Rect) -> f64; 4] =
        [|p, area| p.x - area.x0, |p, area| area.x1 - p.x, |p, area| p.y - area.y0, |p, area| area.y1 - p.y];
    for inside in sides {
        let mut kept = Vec::with_capacity(points.len());
        for (index, point) in points.iter().enumerate() {
            let before = points[if index == 0 { points.len() - 1 } else { index - 1 }];
            let (from, to) = (inside(before, area), inside(*point, area));
            if (from < 0.0) != (to < 0.0) {
                kept.push(before.lerp(*point, from / (from - to)));
            }
            if to >= 0.0 {
                kept.push(*point);
            }
        }
        points = kept;
    }
    points
}

#[cfg(test)]
mod tests {
    use super::*;

    const AREA: Rect = Rect::new(0.0, 0.0, 10.0, 10.0);

    fn points(list: &[(f64, f64)]) -> impl Iterator<Item = Point> {
        list.iter().map(|p| Point::from(*p))
    }

    #[test]
    fn rings_are_cut() {
        let check = |ring: &[(f64, f64)], expected: &str| {
            let mut path = BezPath::new();
            add_ring(&mut path, points(ring), AREA);
            assert_eq!(path.to_svg(), expected, "{ring:?}");
        };
        check(&[(1.0, 1.0), (5.0, 1.0), (5.0, 5.0)], "M1,1 L5,1 L5,5 Z");
        check(&[(1.0, 1.0), (1.1, 1.1), (5.0, 1.0), (5.0, 5.0), (5.1, 5.1)], "M1,1 L5,1 L5,5 L5.1,5.1 Z");
        check(&[(-5.0, 2.0), (5.0, 2.0), (5.0, 4.0), (-5.0, 4.0)], "M0,2 L5,2 L5,4 L0,4 Z");
        check(&[(-50.0, -50.0), (50.0, -50.0), (50.0, 50.0), (-50.0, 50.0)], "M0,10 L0,0 L10,0 L10,10 Z");
        check(&[(20.0, 0.0), (30.0, 0.0), (30.0, 9.0)], "");
        check(&[(2.0, 2.0), (2.1, 2.1), (2.0, 2.1)], "");
        check(&[(f64::NAN, 2.0)], "");
    }

    #[test]
    fn lines_are_cut() {
        let check = |line: &[(f64, f64)], expected: &str| {
            let mut path = BezPath::new();
            add_line(&mut path, points(line), AREA);
            assert_eq!(path.to_svg(), expected, "{line:?}");
        };
        check(&[(1.0, 1.0), (5.0, 1.0), (5.0, 5.0)], "M1,1 L5,1 L5,5");
        check(&[(1.0, 1.0), (15.0, 1.0), (15.0, 5.0), (5.0, 5.0)], "M1,1 L15,1 M15,5 L5,5");
        check(&[(15.0, 1.0), (15.0, 5.0)], "");
        check(&[(1.0, 1.0)], "");
    }
}
