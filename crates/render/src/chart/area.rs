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

    pub fn point(&self, x: f64, y: f64, scale: &Scale) -> Point {
        Point::new(self.x_px(x), self.y_px(y, scale))
    }
}
