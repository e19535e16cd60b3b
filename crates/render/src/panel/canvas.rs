//! Elements placed by hand (`canvas`): texts and values, shapes, servers, and the connections between them.

mod connection;
mod dimension;
mod machine;
mod picture;
mod placement;
mod shape;

use std::collections::{BTreeMap, BTreeSet};

use grafana::field::DisplayContext;
use scene::{
    Group, Mark, TextStyle,
    kurbo::{BezPath, Rect, Shape, Size, Stroke},
};
use serde_json::Value as Json;

use super::{PanelContext, interpolator, options};
use crate::{
    drawing::{self, Align, BODY_LINE, ink},
    view::{PanelView, Pictures},
};
use dimension::Dimensions;
use placement::Place;

/// Frames in frames deeper than this are not followed.
const MOST_DEPTH: usize = 8;

pub fn draw(view: &PanelView, size: Size, context: &mut PanelContext) -> Vec<Mark> {
    let Some(root) = options::at(&view.panel.options, "root") else { return Vec::new() };
    let interpolate = interpolator(&view.panel, context.variables);
    let display = DisplayContext { theme: context.theme, zone: context.zone, now_ms: context.now_ms, interpolate: &interpolate };
    let dimensions = Dimensions { frames: &view.frames, display: &display };
    let mut pen =
        Pen { dimensions: &dimensions, pictures: &view.pictures, context, places: BTreeMap::new(), connections: Vec::new(), size };
    let mut marks = pen.ground(root, size);
    marks.extend(pen.elements(root, size, Rect::ZERO.origin().to_vec2(), 0));
    let connections = std::mem::take(&mut pen.connections);
    for (saved, source) in &connections {
        marks.extend(connection::draw(saved, source, &pen.places, size, &dimensions));
    }
    vec![Mark::clipped(size.to_rect(), marks)]
}

/// The addresses of icons and of pictures behind elements.
pub fn pictures(view: &PanelView, display: &DisplayContext) -> BTreeSet<String> {
    let dimensions = Dimensions { frames: &view.frames, display };
    let mut wanted = BTreeSet::new();
    if let Some(root) = options::at(&view.panel.options, "root") {
        picture::wanted(root, &dimensions, 0, &mut wanted);
    }
    wanted
}

struct Pen<'a, 'b, 'c> {
    dimensions: &'a Dimensions<'a>,
    pictures: &'a Pictures,
    context: &'a mut PanelContext<'c>,
    /// Elements by name, in the panel's coordinates.
    places: BTreeMap<String, Place>,
    connections: Vec<(&'b Json, Place)>,
    size: Size,
}

impl<'b> Pen<'_, 'b, '_> {
    fn elements(&mut self, frame: &'b Json, size: Size, origin: scene::kurbo::Vec2, depth: usize) -> Vec<Mark> {
        let mut marks = Vec::new();
        for element in frame["elements"].as_array().into_iter().flatten() {
            let place = placement::place(element, size);
            let shifted = Place { rect: place.rect + origin, ..place };
            if let Some(name) = element["name"].as_str() {
                self.places.insert(name.to_owned(), shifted);
            }
            self.connections.extend(element["connections"].as_array().into_iter().flatten().map(|saved| (saved, shifted)));
            let mut inner = self.element(element, place.rect.size());
            if element["type"].as_str() == Some("frame") && depth < MOST_DEPTH {
                inner.extend(self.elements(element, place.rect.size(), shifted.rect.origin().to_vec2(), depth + 1));
            }
            let link = self.link(element);
            let link_area = link.as_ref().map(|_| place.rect.size().to_rect());
            marks.push(Mark::Group(Group { transform: place.transform(), link, link_area, marks: inner, ..Group::default() }));
        }
        marks
    }

    /// Where the first link of an element leads, if a reader of paper can follow it.
    fn link(&self, element: &Json) -> Option<String> {
        let address = (self.dimensions.display.interpolate)(element["links"][0]["url"].as_str()?);
        (address.starts_with("http://") || address.starts_with("https://")).then_some(address)
    }

    /// One element in a box of its own.
    fn element(&mut self, element: &Json, size: Size) -> Vec<Mark> {
        let config = &element["config"];
        let text = self.dimensions.text(&config["text"]);
        let kind = element["type"].as_str().unwrap_or("");
        match kind {
            "ellipse" | "triangle" | "parallelogram" | "cloud" => {
                let mut marks = self.shape(kind, element, size);
                let room = size.to_rect().inset(-0.1 * size.width.min(size.height));
                marks.extend(self.text(&text, config, room));
                marks
            }
            "button" => self.button(&text, config, size),
            "server" => {
                let mut marks = self.ground(element, size);
                let color = |key: &str, default| if config[key].is_null() { default } else { self.dimensions.color(&config[key]) };
                let theme = self.context.theme;
                let colors =
                    [theme.text_primary, color("statusColor", theme.color("transparent")), color("bulbColor", theme.color("green"))];
                marks.extend(shape::server(config["type"].as_str().unwrap_or("Single"), colors, size));
                marks
            }
            "metric-value" => {
                let field = config["text"]["field"].as_str().filter(|name| !name.is_empty());
                let text = match (field, self.dimensions.field(&config["text"])) {
                    (Some(_), None) => "Field not found".to_owned(),
                    (Some(_), Some(_)) if text.is_empty() => "No data".to_owned(),
                    _ if text.is_empty() => "Double click to set field".to_owned(),
                    _ => text,
                };
                self.box_with(&text, element, size)
            }
            "text" => {
                let text = if text.is_empty() { "Double click to set text".to_owned() } else { text };
                self.box_with(&text, element, size)
            }
            "rectangle" | "text-box" => self.box_with(&text, element, size),
            "frame" => self.ground(element, size),
            "icon" => {
                let mut marks = self.ground(element, size);
                let address = picture::icon_address(element, self.dimensions);
                let name = address.rsplit('/').next().unwrap_or_default().trim_end_matches(".svg").to_owned();
                let fill =
                    if config["fill"].is_null() { self.context.theme.color("#D9D9D9") } else { self.dimensions.color(&config["fill"]) };
                let width = config["stroke"]["width"].as_f64().filter(|width| *width > 0.0 && !config["stroke"]["color"].is_null());
                let stroke = width.map(|width| (ink(self.dimensions.color(&config["stroke"]["color"])), width));
                let bytes = self.pictures.by_url.get(&address);
                if let Some(mark) = bytes.and_then(|bytes| picture::icon(bytes, ink(fill), stroke, size)) {
                    marks.push(mark);
                    return marks;
                }
                // Without Grafana's files the icons most used have lines of our own.
                match shape::icon(&name, fill, size) {
                    Some(drawn) => marks.extend(drawn),
                    None => marks.extend(self.stand_in(&name, &format!("icon {name}"), ink(fill), size)),
                }
                marks
            }
            "droneFront" | "droneSide" | "droneTop" | "windTurbine" => {
                let mut marks = self.ground(element, size);
                let angle = match kind {
                    "droneFront" => self.dimensions.scalar(&config["rollAngle"]),
                    "droneSide" => self.dimensions.scalar(&config["pitchAngle"]),
                    "droneTop" => self.dimensions.scalar(&config["yawAngle"]),
                    _ => 0.0,
                };
                marks.extend(machine::draw(kind, angle, size));
                marks
            }
            other => {
                let mut marks = self.ground(element, size);
                marks.extend(self.stand_in(other, &format!("element {other}"), ink(self.context.theme.text_secondary), size));
                marks
            }
        }
    }

    fn box_with(&mut self, text: &str, element: &Json, size: Size) -> Vec<Mark> {
        let mut marks = self.ground(element, size);
        let border = if element["border"]["color"].is_null() { 0.0 } else { element["border"]["width"].as_f64().unwrap_or(0.0) };
        marks.extend(self.text(text, &element["config"], size.to_rect().inset(-border.max(0.0))));
        marks
    }

    /// Background and border of a box.
    fn ground(&mut self, element: &Json, size: Size) -> Vec<Mark> {
        let (background, border) = (&element["background"], &element["border"]);
        let radius = border["radius"].as_f64().unwrap_or(0.0).max(0.0);
        let mut marks = Vec::new();
        if !background["color"].is_null() {
            let color = self.dimensions.color(&background["color"]);
            if color.a > 0.0 {
                marks.push(drawing::fill_rounded(size.to_rect(), radius, ink(color)));
            }
        }
        let width = border["width"].as_f64().unwrap_or(0.0).clamp(0.0, size.width.min(size.height) / 2.0);
        let width = if border["color"].is_null() { 0.0 } else { width };
        marks.extend(self.behind(background, size.to_rect().inset(-width), (radius - width).max(0.0)));
        if width > 0.0 && !border["color"].is_null() {
            let middle = drawing::rounded(size.to_rect().inset(-width / 2.0), (radius - width / 2.0).max(0.0));
            marks.push(Mark::stroke(middle.to_path(0.05), ink(self.dimensions.color(&border["color"])), width));
        }
        marks
    }

    /// The picture behind an element. One that is not at hand is named in the warnings.
    fn behind(&mut self, background: &Json, area: Rect, radius: f64) -> Option<Mark> {
        let address = self.dimensions.resource(&background["image"]);
        if address.is_empty() {
            return None;
        }
        let how = background["size"].as_str().unwrap_or("contain");
        let mark = self.pictures.by_url.get(&address).and_then(|bytes| picture::background(bytes, how, area, radius));
        if mark.is_none() {
            let short: String = address.chars().take(80).collect();
            (self.context.warn)(format!("canvas: the picture {short} behind an element is not shown"));
        }
        mark
    }

    /// A shape stretched into its box; half of its border's line is cut off by it.
    fn shape(&mut self, kind: &str, element: &Json, size: Size) -> Vec<Mark> {
        let (path, natural) = shape::outline(kind);
        let (x, y) = (size.width / natural.width, size.height / natural.height);
        let stretched: BezPath = scene::kurbo::Affine::scale_non_uniform(x, y) * path;
        let (background, border) = (&element["background"]["color"], &element["border"]);
        let mut marks = Vec::new();
        if !background.is_null() {
            marks.push(Mark::fill(stretched.clone(), ink(self.dimensions.color(background))));
        }
        if let Some(behind) = self.behind(&element["background"], size.to_rect(), 0.0) {
            marks.push(Mark::Group(Group { clip: Some(stretched.clone()), marks: vec![behind], ..Group::default() }));
        }
        let width = border["width"].as_f64().unwrap_or(0.0).clamp(0.0, 1000.0) * (x * y).sqrt();
        if width > 0.0 && !border["color"].is_null() {
            let line = Mark::stroke(stretched.clone(), ink(self.dimensions.color(&border["color"])), width);
            marks.push(Mark::Group(Group { clip: Some(stretched), marks: vec![line], ..Group::default() }));
        }
        marks
    }

    /// Text in a box, wrapped, aligned both ways.
    fn text(&self, text: &str, config: &Json, area: Rect) -> Vec<Mark> {
        let size_px = config["size"].as_f64().filter(|size| *size > 0.0).unwrap_or(14.0).clamp(1.0, 1000.0);
        let color = if config["color"].is_null() { self.context.theme.text_primary } else { self.dimensions.color(&config["color"]) };
        let style = TextStyle { letter_spacing_px: 0.15, ..TextStyle::sans(size_px) };
        let lines: Vec<_> = text.split('\n').flat_map(|part| self.context.fonts.wrap(part, &style, area.width().max(1.0))).collect();
        let line_px = size_px * BODY_LINE;
        let align = match config["align"].as_str() {
            Some("left") => Align::Left,
            Some("right") => Align::Right,
            _ => Align::Center,
        };
        let room = area.height() - line_px * lines.len() as f64;
        // Cells grow with what does not fit, downwards.
        let mut top = area.y0
            + match config["valign"].as_str() {
                Some("top") => 0.0,
                Some("bottom") => room.max(0.0),
                _ => room.max(0.0) / 2.0,
            };
        let mut marks = Vec::new();
        for line in lines {
            let x = area.x0 + align.offset(area.width(), line.width_px);
            marks.push(drawing::shaped(line, x, drawing::baseline(top, line_px, size_px), ink(color)));
            top += line_px;
        }
        marks
    }

    fn button(&self, text: &str, config: &Json, size: Size) -> Vec<Mark> {
        let theme = self.context.theme;
        let ground = match config["style"]["variant"].as_str() {
            Some("secondary") => theme.secondary,
            Some("success") => theme.success,
            Some("destructive") => theme.error,
            _ => theme.primary,
        };
        let mut marks = vec![drawing::fill_rounded(size.to_rect(), 6.0, ink(ground))];
        // Grafana's buttons say what they do in the colour that is read on them.
        let mut config = config.clone();
        if config["color"].is_null() && config.is_object() && config["style"]["variant"] != "secondary" {
            config["color"] = serde_json::json!({"fixed": theme.contrast_text(ground).css()});
        }
        marks.extend(self.text(text, &config, size.to_rect().inset((-16.0_f64.min(size.width / 4.0), 0.0))));
        marks
    }

    /// What stands for something without a drawing of its own: a box with its name, and a warning.
    fn stand_in(&mut self, name: &str, what: &str, color: scene::Color, size: Size) -> Vec<Mark> {
        let named = if name.is_empty() { "unknown" } else { name };
        (self.context.warn)(format!("canvas: {what} is not drawn, a box with its name stands for it"));
        let outline = drawing::rounded(size.to_rect().inset(-1.0), 4.0).to_path(0.05);
        let style = TextStyle::sans(10.0_f64.min(self.size.height));
        let area = size.to_rect().inset(-2.0);
        vec![
            Mark::stroke(outline, color, Stroke::new(1.0).width),
            drawing::line_in(self.context.fonts, named, &style, area, Align::Center, color),
        ]
    }
}
