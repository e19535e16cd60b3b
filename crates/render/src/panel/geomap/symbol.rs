//! Marker symbols: six shapes of our own, and the SVG files that Grafana serves.

use std::{cell::RefCell, collections::BTreeMap, f64::consts::PI, sync::Arc};

use scene::{
    Color, Group, Mark, SvgDrawing, SvgInk,
    kurbo::{Affine, BezPath, Circle, Point, Shape, Vec2},
};

use crate::view::Pictures;

/// The symbol of a style that names none.
pub const CIRCLE: &str = "img/icons/marker/circle.svg";

/// Pictures as symbols, each read once for each of its colours.
pub struct Symbols<'a> {
    pub pictures: &'a Pictures,
    read: RefCell<BTreeMap<Key, Option<Arc<SvgDrawing>>>>,
}

/// Address and colour.
type Key = (String, [u8; 4]);

impl<'a> Symbols<'a> {
    pub fn new(pictures: &'a Pictures) -> Symbols<'a> {
        Symbols { pictures, read: RefCell::default() }
    }

    /// The file at `address` in one colour.
    pub fn drawing(&self, address: &str, color: Color) -> Option<Arc<SvgDrawing>> {
        let bytes = self.pictures.by_url.get(address)?;
        let key = (address.to_owned(), [color.r, color.g, color.b, (color.a * 255.0) as u8]);
        let read = || SvgDrawing::read(bytes, &SvgInk { tint: Some(color), ..SvgInk::default() }).map(Arc::new);
        self.read.borrow_mut().entry(key).or_insert_with(read).clone()
    }
}

/// The file's name without folder and ending: "star".
pub fn name(address: &str) -> &str {
    address.rsplit('/').next().unwrap_or_default().trim_end_matches(".svg")
}

/// Whether OpenLayers draws the symbol itself where places are points of data; all others are files.
pub fn is_shape(address: &str) -> bool {
    address.starts_with("img/icons/marker/") && matches!(name(address), "circle" | "square" | "triangle")
}

/// A drawing of `width` × `height` px about a point, turned by degrees.
pub fn placed(drawing: &SvgDrawing, at: Point, (width, height): (f64, f64), rotation: f64) -> Mark {
    let scale = Affine::scale_non_uniform(width / drawing.size.width, height / drawing.size.height);
    let middle = Vec2::new(-width / 2.0, -height / 2.0);
    let transform = Affine::translate(at.to_vec2()) * Affine::rotate(rotation.to_radians()) * Affine::translate(middle) * scale;
    Mark::Group(Group { transform, marks: drawing.marks.clone(), ..Group::default() })
}

/// Whether a shape is lines only.
pub fn is_open(name: &str) -> bool {
    matches!(name, "cross" | "x-mark")
}

/// The outline of a marker of `radius` px; unknown symbols are circles.
pub fn shape(name: &str, at: Point, radius: f64, rotation: f64) -> BezPath {
    let ring = |n: usize, inner: f64, turn: f64| {
        let mut path = BezPath::new();
        let steps = if inner > 0.0 { 2 * n } else { n };
        for step in 0..steps {
            let r = if inner > 0.0 && step % 2 == 1 { radius * inner } else { radius };
            let angle = turn + 2.0 * PI * step as f64 / steps as f64;
            let point = (at.x + r * angle.sin(), at.y - r * angle.cos());
            if step == 0 { path.move_to(point) } else { path.line_to(point) }
        }
        path.close_path();
        path
    };
    let bars = |turn: f64| {
        let mut path = BezPath::new();
        for angle in [turn, turn + PI / 2.0] {
            let (dx, dy) = (radius * angle.sin(), radius * angle.cos());
            path.move_to((at.x - dx, at.y - dy));
            path.line_to((at.x + dx, at.y + dy));
        }
        path
    };
    let path = match name {
        "square" => ring(4, 0.0, PI / 4.0),
        "triangle" => ring(3, 0.0, 0.0),
        "star" => ring(5, 0.4, 0.0),
        "cross" => bars(0.0),
        "x-mark" => bars(PI / 4.0),
        _ => return Circle::new(at, radius).to_path(0.05),
    };
    if rotation == 0.0 { path } else { Affine::rotate_about(rotation.to_radians(), at) * path }
}
