//! Heat: places glow, and where they are near each other they add up.
//!
//! As recorded from OpenLayers' heatmap layer: a cone of `radius` + `blur` px about each place, as high as it weighs; the sum is
//! colour and opacity at once.

use grafana::{
    field::{DisplayContext, mode_id},
    frame::FieldType,
    theme::Color,
};
use scene::{
    Mark,
    kurbo::{Point, Rect, Size, Vec2},
};

use super::{Layer, location::field_named, projection::Projection, style::Scale};
use crate::{
    drawing::{self, ink},
    panel::options,
};

/// Side of a cell, px, and steps of intensity: finer than the eye sees in a blur.
const CELL: f64 = 3.0;
const STEPS: f64 = 48.0;

pub fn draw(layer: &Layer, projection: &Projection, size: Size, display: &DisplayContext) -> Vec<Mark> {
    let number = |key: &str, default: f64| options::number(&layer.config, key).unwrap_or(default).clamp(1.0, 200.0);
    let (radius, blur) = (number("radius", 5.0), number("blur", 15.0));
    let reach = radius + blur;
    let weight = Scale::read(&layer.config, "weight", layer.frame, (1.0, 0.0, 1.0));
    let columns = (size.width / CELL).ceil().clamp(0.0, 2000.0) as usize;
    let rows = (size.height / CELL).ceil().clamp(0.0, 2000.0) as usize;
    let mut heat = vec![0.0_f64; columns * rows];
    let copies = projection.copies();
    let places = layer.places.iter().flat_map(|place| copies.iter().map(move |copy| (place, *copy)));
    for ((row, lon, lat), copy) in places {
        let at = projection.point(*lon, *lat) + Vec2::new(copy, 0.0);
        let w = weight.at(*row).clamp(0.0, 1.0);
        let span = |middle: f64, n: usize| {
            let first = ((middle - reach) / CELL).floor().max(0.0) as usize;
            first.min(n)..(((middle + reach) / CELL).ceil().max(0.0) as usize).min(n)
        };
        for y in span(at.y, rows) {
            for x in span(at.x, columns) {
                let cell = Point::new((x as f64 + 0.5) * CELL, (y as f64 + 0.5) * CELL);
                heat[y * columns + x] += (1.0 - (cell - at).hypot() / reach).max(0.0) * w;
            }
        }
    }
    cells(&heat, columns, &colors(layer, display))
}

/// Rows of cells, neighbours of one intensity in one rectangle.
fn cells(heat: &[f64], columns: usize, colors: &[Color]) -> Vec<Mark> {
    let step = |value: f64| (value.min(1.0) * STEPS).round() as u32;
    let mut marks = Vec::new();
    for (y, row) in heat.chunks(columns.max(1)).enumerate() {
        let mut start = 0;
        for x in 1..=row.len() {
            if row.get(x).map(|v| step(*v)) == Some(step(row[start])) {
                continue;
            }
            let intensity = f64::from(step(row[start])) / STEPS;
            if intensity > 0.0 {
                let top = y as f64 * CELL;
                let area = Rect::new(start as f64 * CELL, top, x as f64 * CELL, top + CELL);
                marks.push(drawing::fill_rect(area, ink(color_at(colors, intensity))));
            }
            start = x;
        }
    }
    marks
}

fn color_at(colors: &[Color], intensity: f64) -> Color {
    let place = intensity * (colors.len().saturating_sub(1)) as f64;
    let at = place.floor() as usize;
    let (Some(from), to) = (colors.get(at), colors.get(at + 1)) else { return Color::rgb(0, 0, 0) };
    to.map_or(*from, |to| from.mix(*to, place.fract())).with_alpha(intensity as f32)
}

/// The scheme of the field that weighs, else of the first number: continuous ones are taken, others are OpenLayers' own.
fn colors(layer: &Layer, display: &DisplayContext) -> Vec<Color> {
    let named = layer.frame.and_then(|frame| field_named(frame, options::text(&layer.config, "weight.field", "")));
    let field = named.or_else(|| layer.frame?.fields.iter().find(|field| field.kind == FieldType::Number));
    let own = || {
        [0x0000ff, 0x00ffff, 0x00ff00, 0xffff00, 0xff0000].map(|rgb: u32| {
            let [_, r, g, b] = rgb.to_be_bytes();
            Color::rgb(r, g, b)
        })
    };
    field.and_then(|field| display.theme.continuous(mode_id(field))).unwrap_or_else(|| own().to_vec())
}
