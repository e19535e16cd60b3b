//! Markers: symbols whose size, colour and turn may follow fields.

use std::collections::BTreeSet;

use grafana::{field::DisplayContext, theme::Color};
use scene::{
    Mark,
    kurbo::{BezPath, Point, Rect},
};

use super::{
    Canvas, Layer, outline,
    projection::world,
    style::Style,
    symbol::{self, Symbols},
};
use crate::drawing::ink;

pub fn draw(layer: &Layer, canvas: &Canvas, display: &DisplayContext) -> Vec<Mark> {
    let style = Style::read(&layer.config, "style", layer.frame, display);
    let (mut marks, mut labels) = (Vec::new(), Vec::new());
    let (mut seen, mut taken): (BTreeSet<String>, Vec<Rect>) = (BTreeSet::new(), Vec::new());
    for (row, lon, lat) in &layer.places {
        let (color, radius, rotation) = (style.color(*row), style.radius(*row), style.rotation(*row));
        let label = style.label(*row);
        // Of markers that are alike at one place only the first is drawn.
        if !seen.insert(format!("{lon} {lat} {} {radius} {label} {rotation}", color.css())) {
            continue;
        }
        for at in canvas.points(*lon, *lat) {
            // A style with a text and without a symbol is the text alone.
            if style.symbol.is_some() || (style.text.is_empty() && style.text_field_name.is_empty()) {
                marks.extend(point(&style, at, color, radius, rotation, canvas.symbols));
            }
            // Texts that would lie on others are left out.
            if let Some((mark, bounds)) = canvas.label(&style, &label, at, color)
                && taken.iter().all(|other| other.intersect(bounds).is_zero_area())
            {
                taken.push(bounds);
                labels.push(mark);
            }
        }
    }
    for (row, line) in &layer.lines {
        let mut path = BezPath::new();
        for copy in canvas.projection.copies() {
            let points = line.iter().map(|(lon, lat)| canvas.projection.place(world(*lon, *lat), copy));
            outline::add_line(&mut path, points, canvas.area.inset(8.0 + style.line_width));
        }
        if !path.is_empty() && style.line_width > 0.0 {
            marks.push(Mark::stroke(path, ink(style.color(*row)), style.line_width));
        }
    }
    marks.extend(labels);
    marks
}

/// A row's symbol as OpenLayers' WebGL layer draws it.
fn point(style: &Style, at: Point, color: Color, radius: f64, rotation: f64, symbols: &Symbols) -> Vec<Mark> {
    let at = at + style.shift(radius);
    // Shapes take their opacity twice there, as the colour's and as the shape's.
    let opacity = (style.opacity as f32 * color.a).powi(2);
    let faint = ink(color.with_alpha(opacity));
    let address = style.symbol.as_deref().unwrap_or(symbol::CIRCLE);
    if !symbol::is_shape(address)
        && let Some(drawing) = symbols.drawing(address, faint)
    {
        // Files stand on a faint disc there, which the mouse is caught by.
        let disc = symbol::shape("circle", at, radius, 0.0);
        let disc = Mark::fill(disc, ink(color.with_alpha(0.1 * style.opacity as f32)));
        return vec![disc, symbol::placed(&drawing, at, (2.0 * radius, 2.0 * radius), rotation)];
    }
    let name = symbol::name(address);
    // Half of the outline lies outside; as it has the colour of the inside, one shape says both.
    let path = symbol::shape(name, at, radius + 0.5, rotation);
    vec![if symbol::is_open(name) { Mark::stroke(path, faint, 1.0) } else { Mark::fill(path, faint) }]
}

/// A symbol as OpenLayers' canvas draws it: an outline of full colour about a faint inside.
pub fn outlined(style: &Style, at: Point, color: Color, radius: f64, rotation: f64, symbols: &Symbols) -> Vec<Mark> {
    let Some(address) = style.symbol.as_deref() else {
        if !style.text.is_empty() || !style.text_field_name.is_empty() {
            return Vec::new();
        }
        return both(symbol::shape("circle", at + style.shift(radius), radius, 0.0), style, color, false);
    };
    let name = symbol::name(address);
    let is_own = address.starts_with("img/icons/marker/") && name != "plane";
    if !is_own {
        let faint = ink(color.with_alpha(color.a * style.opacity as f32));
        if let Some(drawing) = symbols.drawing(address, faint) {
            let scale = (5.0 + radius) / 100.0;
            let size = (drawing.size.width * scale, drawing.size.height * scale);
            return vec![symbol::placed(&drawing, at + style.shift(radius / 2.0), size, rotation)];
        }
    }
    both(symbol::shape(name, at + style.shift(radius), radius, rotation), style, color, symbol::is_open(name))
}

fn both(path: BezPath, style: &Style, color: Color, is_open: bool) -> Vec<Mark> {
    let mut marks = Vec::new();
    if !is_open && style.opacity > 0.0 {
        marks.push(Mark::fill(path.clone(), ink(color.with_alpha(style.opacity as f32))));
    }
    if style.line_width > 0.0 {
        marks.push(Mark::stroke(path, ink(color), style.line_width));
    }
    marks
}
