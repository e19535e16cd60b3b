//! The rectangle data is drawn into.

use scene::kurbo::{Point, Rect};

use super::scale::Scale;

/// A plot's rectangle with its x scale.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PlotArea {
    pub rect: Rect,
    pub x: Scale,
}

impl PlotArea {
    pub fn x_px(&self, value: f64) -> f64 {
        self.rect.x0 + self.rect.width() * self.x.fraction(value)
    }

    pub fn y_px(&self, value: f64, scale: &Scale) -> f64 {
        self.rect.y1 - self.rect.height() * scale.fraction(value)
    }

    /// Where a point of data stands: never farther away than a page's numbers reach, so that a line to it keeps its direction.
    pub fn point(&self, x: f64, y: f64, scale: &Scale) -> Point {
        Point::new(reachable(self.x_px(x)), reachable(self.y_px(y, scale)))
    }
}

const FAR_PX: f64 = 1e6;

/// What has no place is far away, too.
pub fn reachable(px: f64) -> f64 {
    if px.is_nan() { FAR_PX } else { px.clamp(-FAR_PX, FAR_PX) }
}
