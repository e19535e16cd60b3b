//! Pictures of elements: icons, and what lies behind.

use std::{collections::BTreeSet, sync::Arc};

use scene::{
    Color, Group, Image, Mark, SvgDrawing, SvgInk,
    kurbo::{Affine, Rect, Shape, Size},
};
use serde_json::Value as Json;

use super::dimension::Dimensions;
use crate::drawing;

/// The icon of an element that names none.
pub const UNKNOWN_ICON: &str = "img/icons/unicons/question-circle.svg";
/// No more tiles than a reader could count.
const MOST_TILES: usize = 400;

/// The address of an element's icon.
pub fn icon_address(element: &Json, dimensions: &Dimensions) -> String {
    let address = dimensions.resource(&element["config"]["path"]);
    if address.is_empty() { UNKNOWN_ICON.to_owned() } else { address }
}

/// All pictures a frame and what is in it ask for.
pub fn wanted(frame: &Json, dimensions: &Dimensions, depth: usize, into: &mut BTreeSet<String>) {
    let background = dimensions.resource(&frame["background"]["image"]);
    if !background.is_empty() {
        into.insert(background);
    }
    if frame["type"].as_str() == Some("icon") {
        into.insert(icon_address(frame, dimensions));
    }
    if depth < super::MOST_DEPTH {
        for element in frame["elements"].as_array().into_iter().flatten() {
            wanted(element, dimensions, depth + 1, into);
        }
    }
}

/// An icon in one colour, its paths with a line of `width` px where one is wanted. `None` where the bytes are no SVG.
pub fn icon(bytes: &[u8], fill: Color, stroke: Option<(Color, f64)>, size: Size) -> Option<Mark> {
    let plain = SvgDrawing::read(bytes, &SvgInk { fill: Some(fill), ..SvgInk::default() })?;
    let scale = (size.width / plain.size.width).min(size.height / plain.size.height);
    let drawing = match stroke {
        // The line is as wide on screen as it says, however large the icon is.
        Some((color, width)) => SvgDrawing::read(bytes, &SvgInk { fill: Some(fill), stroke: Some((color, width / scale)), tint: None })?,
        None => plain,
    };
    Some(drawing.fitted(size.width, size.height))
}

/// A picture behind an element, from its corner at the left and top, as CSS places it. `None` where the bytes are none.
pub fn background(bytes: &Arc<Vec<u8>>, how: &str, area: Rect, radius: f64) -> Option<Mark> {
    let (natural, drawing) = match Image::probe(bytes) {
        Some((_, width, height)) => (Size::new(width.into(), height.into()), None),
        None => {
            let drawing = SvgDrawing::read(bytes, &SvgInk::default())?;
            (drawing.size, Some(drawing))
        }
    };
    let (x, y) = (area.width() / natural.width, area.height() / natural.height);
    let scale = match (how, &drawing) {
        ("cover", _) => (x.max(y), x.max(y)),
        ("fill", _) => (x, y),
        // Drawings have no size of their own: browsers show all of them.
        ("original" | "tile", None) => (1.0, 1.0),
        _ => (x.min(y), x.min(y)),
    };
    let tile = Size::new(natural.width * scale.0, natural.height * scale.1);
    if !(tile.width > 0.0 && tile.height > 0.0 && tile.is_finite()) {
        return None;
    }
    let (columns, rows) = match how {
        "tile" => ((area.width() / tile.width).ceil().max(1.0) as usize, (area.height() / tile.height).ceil().max(1.0) as usize),
        _ => (1, 1),
    };
    let mut marks = Vec::new();
    for at in (0..columns.saturating_mul(rows)).take(MOST_TILES) {
        let corner = (area.x0 + (at % columns) as f64 * tile.width, area.y0 + (at / columns) as f64 * tile.height);
        marks.push(match (&drawing, Image::probe(bytes)) {
            (Some(drawing), _) => {
                let transform = Affine::translate(corner) * Affine::scale_non_uniform(scale.0, scale.1);
                Mark::Group(Group { transform, marks: drawing.marks.clone(), ..Group::default() })
            }
            (None, Some((format, ..))) => {
                let rect = Rect::from_origin_size(corner, tile);
                Mark::Image(Image { rect, format, data: Arc::clone(bytes), alt: String::new() })
            }
            (None, None) => return None,
        });
    }
    let clip = drawing::rounded(area, radius).to_path(0.05);
    Some(Mark::Group(Group { clip: Some(clip), marks, ..Group::default() }))
}
