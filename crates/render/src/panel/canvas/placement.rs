//! Where an element stands: its sides' distances, by what they are tied to.

use scene::kurbo::{Affine, Rect, Size};
use serde_json::Value as Json;

/// An element's box before it is turned, and the angle in degrees.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Place {
    pub rect: Rect,
    pub rotation: f64,
}

impl Place {
    /// From the origin at the box's own corner to the panel.
    pub fn transform(&self) -> Affine {
        let turned = Affine::rotate_about(self.rotation.to_radians(), self.rect.center());
        turned * Affine::translate(self.rect.origin().to_vec2())
    }

    /// The upright box around the turned one: what connections hold on to.
    pub fn bounds(&self) -> Rect {
        self.transform().transform_rect_bbox(self.rect.size().to_rect())
    }
}

/// The place `placement` and `constraint` give inside a frame.
pub fn place(element: &Json, frame: Size) -> Place {
    let (placement, constraint) = (&element["placement"], &element["constraint"]);
    let number = |key: &str| placement[key].as_f64().filter(|n| n.is_finite());
    let axis = |kind: Option<&str>, near: &str, far: &str, extent: &str, room: f64| -> (f64, f64) {
        let (start, end) = (number(near).unwrap_or(0.0), number(far).unwrap_or(0.0));
        let length = number(extent).unwrap_or(100.0).max(10.0);
        match kind {
            Some("right" | "bottom") => (room - end - length, length),
            Some("leftright" | "topbottom") => (start, (room - start - end).max(10.0)),
            Some("center") => (room / 2.0 - start - length / 2.0, length),
            Some("scale") => (start * room / 100.0, (room - (start + end) * room / 100.0).max(10.0)),
            _ => (start, length),
        }
    };
    let kind = |key: &str| constraint[key].as_str();
    let (x, width) = axis(kind("horizontal"), "left", "right", "width", frame.width);
    let (y, height) = axis(kind("vertical"), "top", "bottom", "height", frame.height);
    Place { rect: Rect::new(x, y, x + width, y + height), rotation: number("rotation").unwrap_or(0.0) }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn sides_are_tied() {
        let check = |constraint: Json, placement: Json, expected: (f64, f64, f64, f64)| {
            let rect = place(&json!({"constraint": constraint, "placement": placement}), Size::new(400.0, 200.0)).rect;
            assert_eq!((rect.x0, rect.y0, rect.width(), rect.height()), expected, "{constraint} {placement}");
        };
        check(json!(null), json!({"left": 10, "top": 20, "width": 30, "height": 40}), (10.0, 20.0, 30.0, 40.0));
        check(json!({"horizontal": "left"}), json!({}), (0.0, 0.0, 100.0, 100.0));
        let corner = json!({"right": 10, "bottom": 20, "width": 30, "height": 40});
        check(json!({"horizontal": "right", "vertical": "bottom"}), corner, (360.0, 140.0, 30.0, 40.0));
        let sides = json!({"left": 10, "right": 20, "top": 5, "bottom": 15});
        check(json!({"horizontal": "leftright", "vertical": "topbottom"}), sides.clone(), (10.0, 5.0, 370.0, 180.0));
        check(json!({"horizontal": "scale", "vertical": "scale"}), sides, (40.0, 10.0, 280.0, 160.0));
        let middle = json!({"left": 10, "top": -20, "width": 100, "height": 50});
        check(json!({"horizontal": "center", "vertical": "center"}), middle, (140.0, 95.0, 100.0, 50.0));
    }
}
