//! Bars bent into arcs, plain or in the colours of a gradient.

use scene::{
    Cap, Color, Join, Mark, Paint, PathMark, Stroke,
    kurbo::{Arc, Circle, Point, Shape, Vec2},
};

use super::gradient::Stops;

/// A bar from `start`, `length` degrees long.
#[derive(Clone, Copy)]
pub struct Bar {
    pub center: Point,
    pub radius: f64,
    pub width: f64,
    pub start: f64,
    pub length: f64,
    pub rounded: bool,
}

/// Degrees of one piece of a gradient: small enough that steps do not show.
const PIECE: f64 = 3.0;

/// A point at `degrees` clockwise from the top.
pub fn on_circle(center: Point, radius: f64, degrees: f64) -> Point {
    center + Vec2::from_angle((degrees - 90.0).to_radians()) * radius
}

impl Bar {
    pub fn plain(&self, color: Color) -> Mark {
        self.piece(self.start, self.length, color, self.rounded)
    }

    /// The bar in the colours `stops` has along a scale of `range` degrees that begins at `origin`.
    pub fn graded(&self, stops: &Stops, origin: f64, range: f64) -> Vec<Mark> {
        let at = |degrees: f64| stops.at((degrees - origin) / range);
        let (first, last) = (at(self.start), at(self.start + self.length));
        let pieces = (self.length / PIECE).ceil().max(1.0);
        let step = self.length / pieces;
        let colors: Vec<Color> = (0..pieces as usize).map(|i| at(self.start + step * (i as f64 + 0.5))).collect();
        if colors.iter().all(|c| *c == first) && first == last {
            return vec![self.plain(first)];
        }
        let mut marks = Vec::new();
        if self.rounded {
            marks.push(self.cap(self.start, first));
            marks.push(self.cap(self.start + self.length, last));
        }
        // From the end backwards, each piece reaching under its elder: no seams show between them.
        for (i, color) in colors.iter().enumerate().rev() {
            let overlap = if i + 1 < colors.len() { 0.6_f64.min(step) } else { 0.0 };
            marks.push(self.piece(self.start + step * i as f64, step + overlap, *color, false));
        }
        marks
    }

    fn piece(&self, start: f64, length: f64, color: Color, rounded: bool) -> Mark {
        // A full turn is drawn closed: an arc from a point to itself is nothing in some formats.
        let path = if length >= 359.99 {
            Circle::new(self.center, self.radius).to_path(0.02)
        } else {
            let radii = Vec2::new(self.radius, self.radius);
            Arc::new(self.center, radii, (start - 90.0).to_radians(), length.to_radians(), 0.0).to_path(0.02)
        };
        let cap = if rounded { Cap::Round } else { Cap::Butt };
        let stroke = Stroke { paint: Paint::Solid(color), width_px: self.width, dash: Vec::new(), cap, join: Join::Miter };
        Mark::Path(PathMark { path, fill: None, stroke: Some(stroke) })
    }

    fn cap(&self, degrees: f64, color: Color) -> Mark {
        Mark::fill(Circle::new(on_circle(self.center, self.radius, degrees), self.width / 2.0).to_path(0.02), color)
    }
}
