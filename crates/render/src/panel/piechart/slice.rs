//! The shape of slices. Angles are in radians, clockwise from the top; the pie's centre is the origin.

use std::f64::consts::{FRAC_PI_2, TAU};

use scene::kurbo::{Arc, BezPath, Circle, Point, Shape, Vec2};

/// Room between slices, in radians at the radius [`Slice::pad_radius`].
const PAD: f64 = 0.005;
const CORNER_PX: f64 = 3.0;

#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Slice {
    pub from: f64,
    pub to: f64,
    pub inner: f64,
    pub outer: f64,
}

/// Slices in the order of `values`, in proportion to those above zero; the rest get none but their padding (`d3.pie`).
pub fn slices(values: &[f64], inner: f64, outer: f64) -> Vec<Slice> {
    let sum: f64 = values.iter().filter(|value| **value > 0.0).sum();
    let pad = PAD.min(TAU / values.len().max(1) as f64);
    let scale = if sum > 0.0 { (TAU - values.len() as f64 * pad) / sum } else { 0.0 };
    let mut at = 0.0;
    let slice = |value: &f64| {
        let from = at;
        at += value.max(0.0) * scale + pad;
        Slice { from, to: at, inner, outer }
    };
    values.iter().map(slice).collect()
}

impl Slice {
    /// Its outline with round corners, drawn in by half the padding on both sides (`d3.arc`).
    pub fn path(&self) -> BezPath {
        if self.to - self.from >= TAU - 1e-6 {
            return self.ring();
        }
        let drop = self.pad_radius() * (PAD / 2.0).sin();
        let outer = Edge::of(self, self.outer, drop);
        let Some(outer) = outer else {
            return BezPath::new();
        };
        let inner = if self.inner > 0.0 { Edge::of(self, self.inner, drop) } else { None };
        let mut path = BezPath::new();
        let corner = CORNER_PX.min((self.outer - self.inner) / 2.0);
        let (start, end) = (outer.point(outer.from), outer.point(outer.to));
        // Where both sides meet before the inner edge, the slice ends in a point.
        let tip = inner.as_ref().map_or_else(|| self.tip(), |edge| edge.point((edge.from + edge.to) / 2.0));
        let (side_start, side_end) = inner.as_ref().map_or((tip, tip), |edge| (edge.point(edge.from), edge.point(edge.to)));
        path.move_to(towards(start, side_start, corner));
        outer.trace(&mut path, corner, false);
        path.line_to(towards(end, side_end, corner));
        match &inner {
            Some(edge) => {
                path.line_to(towards(side_end, end, corner));
                edge.trace(&mut path, corner, true);
                path.line_to(towards(side_start, start, corner));
            }
            None => path.line_to(tip),
        }
        path.close_path();
        path
    }

    /// Where the label stands: half way between the edges, for pies a little out of the middle.
    pub fn label_place(&self) -> Point {
        let inner = if self.inner == 0.0 { self.outer / 6.0 } else { self.inner };
        at((self.from + self.to) / 2.0, (self.outer + inner) / 2.0)
    }

    fn pad_radius(&self) -> f64 {
        self.inner.hypot(self.outer)
    }

    fn tip(&self) -> Point {
        if self.inner > 0.0 { at((self.from + self.to) / 2.0, self.inner) } else { Point::ZERO }
    }

    fn ring(&self) -> BezPath {
        let mut path = Circle::new(Point::ZERO, self.outer).to_path(0.05);
        if self.inner > 0.0 {
            path.extend(Circle::new(Point::ZERO, self.inner).to_path(0.05).reverse_subpaths());
        }
        path
    }
}

/// One of the slice's two arcs, between its padded sides.
struct Edge {
    radius: f64,
    from: f64,
    to: f64,
}

impl Edge {
    /// `None` where the padding leaves nothing of it.
    fn of(slice: &Slice, radius: f64, drop: f64) -> Option<Edge> {
        let inset = (drop / radius).min(1.0).asin();
        let (from, to) = (slice.from + inset, slice.to - inset);
        (to > from).then_some(Edge { radius, from, to })
    }

    fn point(&self, angle: f64) -> Point {
        at(angle, self.radius)
    }

    /// Along the arc from one rounded corner to the other; `back` from its end to its start.
    fn trace(&self, path: &mut BezPath, corner_px: f64, back: bool) {
        let turn = (corner_px / self.radius).min((self.to - self.from) / 2.0);
        let (first, last, sign) = if back { (self.to, self.from, -1.0) } else { (self.from, self.to, 1.0) };
        path.quad_to(self.point(first), self.point(first + sign * turn));
        let sweep = last - first - sign * 2.0 * turn;
        let arc = Arc::new(Point::ZERO, Vec2::new(self.radius, self.radius), first + sign * turn - FRAC_PI_2, sweep, 0.0);
        arc.to_cubic_beziers(0.05, |a, b, c| path.curve_to(a, b, c));
        let end = self.point(last);
        let inwards = if back { self.radius + corner_px } else { self.radius - corner_px };
        path.quad_to(end, at(last, inwards.max(0.0)));
    }
}

fn at(angle: f64, radius: f64) -> Point {
    let (sin, cos) = (angle - FRAC_PI_2).sin_cos();
    Point::new(radius * cos, radius * sin)
}

/// `px` from `from` on the way to `to`, not beyond half way.
fn towards(from: Point, to: Point, px: f64) -> Point {
    let way = from.distance(to);
    if way <= 0.0 { from } else { from.lerp(to, (px / way).min(0.5)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slices_share_the_circle() {
        let check = |values: &[f64], expected: &[(f64, f64)]| {
            let got: Vec<(f64, f64)> = slices(values, 0.0, 100.0).iter().map(|s| (s.from, s.to)).collect();
            for ((a, b), (from, to)) in got.iter().zip(expected) {
                assert!((a - from).abs() < 0.01 && (b - to).abs() < 0.01, "{values:?}: {got:?}");
            }
            assert_eq!(got.len(), expected.len());
        };
        check(&[1.0, 1.0], &[(0.0, TAU / 2.0), (TAU / 2.0, TAU)]);
        check(&[3.0, 1.0], &[(0.0, TAU * 0.75), (TAU * 0.75, TAU)]);
        check(&[5.0], &[(0.0, TAU)]);
        check(&[1.0, -4.0], &[(0.0, TAU - 0.005), (TAU - 0.005, TAU)]);
        check(&[0.0, 0.0], &[(0.0, 0.005), (0.005, 0.01)]);
    }

    #[test]
    fn outlines_stay_inside_their_slice() {
        let slice = Slice { from: 0.0, to: FRAC_PI_2, inner: 50.0, outer: 100.0 };
        let bounds = slice.path().bounding_box();
        assert!(bounds.x0 >= 0.0 && bounds.x1 <= 100.0 && bounds.y0 >= -100.0 && bounds.y1 <= 0.0, "{bounds:?}");
        let area = slice.path().area().abs();
        assert!((area - std::f64::consts::PI * (100.0f64.powi(2) - 50.0f64.powi(2)) / 4.0).abs() < 60.0, "{area}");
        let whole = Slice { from: 0.0, to: TAU, inner: 0.0, outer: 10.0 };
        assert!((whole.path().area().abs() - std::f64::consts::PI * 100.0).abs() < 0.5);
    }
}
