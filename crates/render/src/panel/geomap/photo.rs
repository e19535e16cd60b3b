//! Pictures at places (`photos`), and the picture at the last one (`last-point-tracker`).

use std::sync::Arc;

use grafana::{
    field::DisplayContext,
    frame::{Field, FieldType, Frame, Value},
    theme::Color,
};
use scene::{
    Group, Image, Mark, SvgDrawing, SvgInk, TextStyle,
    kurbo::{Affine, BezPath, Circle, Point, Rect, Shape},
};

use super::{Canvas, Layer, location::field_named, options};
use crate::drawing::{self, Align, ink};

/// The tip of an anchored picture, px.
const TIP: f64 = 8.0;
/// The edge of a folio's pages, px.
const PAGE: f64 = 6.0;

/// The field of a layer of photos that names pictures.
pub fn field<'a>(layer: &Layer<'a>) -> Option<&'a Field> {
    let frame: &Frame = layer.frame?;
    match options::text(&layer.config, "src", "") {
        "" => frame.fields.iter().find(|field| field.kind == FieldType::String),
        name => field_named(frame, name),
    }
}

pub fn draw(layer: &Layer, canvas: &Canvas, display: &DisplayContext) -> Vec<Mark> {
    let number = |key: &str, default: f64| options::number(&layer.config, key).unwrap_or(default).clamp(0.0, 500.0);
    let (radius, border) = (number("radius", 20.0), number("border", 2.0));
    let kind = options::text(&layer.config, "kind", "square");
    let frame_color = display.theme.color(options::text(&layer.config, "color", "rgb(200, 200, 200)"));
    let shadow = if options::flag(&layer.config, "shadow", true) { 1.0 } else { 0.0 };
    let crop = options::flag(&layer.config, "crop", true);
    let names = field(layer);
    let mut marks = Vec::new();
    for (row, lon, lat) in &layer.places {
        let address = names.map(|field| field.values.get(*row));
        for at in canvas.points(*lon, *lat) {
            let middle = if kind == "anchored" { Point::new(at.x, at.y - TIP - TIP / 2.0 - shadow) } else { at };
            let back = back(kind, middle, radius, border);
            if shadow > 0.0 {
                let fall = Affine::translate((1.0, 1.0)) * back.clone();
                marks.push(Mark::fill(fall, ink(Color::rgb(0, 0, 0).with_alpha(0.35))));
            }
            marks.push(Mark::fill(back.clone(), ink(frame_color)));
            if kind == "folio" {
                marks.push(Mark::stroke(back, ink(Color::rgb(0, 0, 0).with_alpha(0.5)), 1.0));
            }
            let area = Rect::from_center_size(middle, (2.0 * radius, 2.0 * radius));
            let bytes = match &address {
                Some(Value::String(address)) => canvas.symbols.pictures.by_url.get(address),
                _ => None,
            };
            let picture = bytes.and_then(|bytes| picture(bytes, area, crop));
            let picture = picture.unwrap_or_else(|| unknown(area, canvas));
            let clip = if kind == "circle" { Circle::new(middle, radius).to_path(0.05) } else { area.to_path(0.1) };
            marks.push(Mark::Group(Group { clip: Some(clip), marks: picture, ..Group::default() }));
        }
    }
    marks
}

/// The icon at the last row's place, in its own size.
pub fn last(layer: &Layer, canvas: &Canvas) -> Vec<Mark> {
    let (Some((_, lon, lat)), address) = (layer.places.last(), options::text(&layer.config, "icon", "")) else { return Vec::new() };
    let Some(bytes) = canvas.symbols.pictures.by_url.get(address) else { return Vec::new() };
    let Some((width, height)) = natural_size(bytes) else { return Vec::new() };
    let area = |at: Point| Rect::from_center_size(at, (width, height));
    canvas.points(*lon, *lat).into_iter().filter_map(|at| picture(bytes, area(at), false)).flatten().collect()
}

fn back(kind: &str, middle: Point, radius: f64, border: f64) -> BezPath {
    let square = |half: f64| Rect::from_center_size(middle, (2.0 * half, 2.0 * half));
    match kind {
        "circle" => Circle::new(middle, radius + border).to_path(0.05),
        "folio" => {
            let page = square(radius + border).to_path(0.1);
            let turn = (PAGE / (2.0 * radius.max(1.0))).atan();
            let mut path = Affine::rotate_about(-turn, middle) * page.clone();
            path.extend(Affine::rotate_about(turn, middle) * page.clone());
            path.extend(page);
            path
        }
        "anchored" => {
            let area = square(radius + border);
            let mut path = drawing::rounded(area, border).to_path(0.05);
            path.move_to((middle.x - TIP, area.y1));
            path.line_to((middle.x + TIP, area.y1));
            path.line_to((middle.x, area.y1 + TIP));
            path.close_path();
            path
        }
        _ => square(radius + border).to_path(0.1),
    }
}

fn natural_size(bytes: &[u8]) -> Option<(f64, f64)> {
    match Image::probe(bytes) {
        Some((_, width, height)) => Some((width.into(), height.into())),
        None => SvgDrawing::read(bytes, &SvgInk::default()).map(|drawing| (drawing.size.width, drawing.size.height)),
    }
}

/// A picture in `area` with its proportions: all of it, or as much as fills the area. `None` where the bytes are none.
fn picture(bytes: &Arc<Vec<u8>>, area: Rect, crop: bool) -> Option<Vec<Mark>> {
    let (width, height) = natural_size(bytes)?;
    let (x, y) = (area.width() / width, area.height() / height);
    let scale = if crop { x.max(y) } else { x.min(y) };
    let rect = Rect::from_center_size(area.center(), (width * scale, height * scale));
    let image = |format| Mark::Image(Image { rect, format, data: Arc::clone(bytes), alt: String::new() });
    let mark = match Image::probe(bytes) {
        Some((format, ..)) => image(format),
        None => {
            let drawing = SvgDrawing::read(bytes, &SvgInk::default())?;
            let transform = Affine::translate(rect.origin().to_vec2()) * Affine::scale(scale);
            Mark::Group(Group { transform, marks: drawing.marks, ..Group::default() })
        }
    };
    Some(vec![mark])
}

/// What stands for a picture that is not there.
fn unknown(area: Rect, canvas: &Canvas) -> Vec<Mark> {
    let radius = area.width().min(area.height()) / 2.0;
    let black = ink(Color::rgb(0, 0, 0));
    let ring = Circle::new(area.center(), radius * 0.75).to_path(0.05);
    let style = TextStyle::sans((radius * 0.9).max(4.0)).bold();
    vec![Mark::stroke(ring, black, radius / 6.0), drawing::line_in(canvas.fonts, "?", &style, area, Align::Center, black)]
}
