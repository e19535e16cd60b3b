//! The ground of a map: land, borders and names from the bundled outlines.
//!
//! DIFFERENCE: Grafana shows tiles of a map service. Reports fetch nothing from elsewhere, so the outlines stand in the services'
//! colours for whatever base map is chosen; they are coarser from zoom 7 on.

use grafana::theme::Color;
use scene::{
    Mark, TextStyle,
    kurbo::{BezPath, Point, Rect, Size},
};
use serde_json::{Map, Value as Json};

use super::{
    atlas::{Line, Name, atlas},
    outline,
    projection::Projection,
};
use crate::{
    drawing::{self, ink},
    panel::{PanelContext, options},
};

/// Outlines are cut this far outside the panel, so that the cut's own lines are not seen.
const MARGIN: f64 = 8.0;
/// States have borders from this zoom on.
const STATES: f64 = 3.5;
/// No towns below.
const TOWNS: f64 = 3.7;
const NOTE: &str = "Outlines: Natural Earth";

struct Colors {
    sea: Color,
    land: Color,
    border: Color,
    state: Color,
    country: Color,
    town: Color,
}

/// CARTO's "positron" and "dark matter", which Grafana takes for its own themes, and OpenStreetMap's.
fn colors(kind: &str, is_dark: bool) -> Colors {
    let rgb = |hex: u32| {
        let [_, r, g, b] = hex.to_be_bytes();
        Color::rgb(r, g, b)
    };
    let [sea, land, border, state, country, town] = match (kind, is_dark) {
        ("osm-standard", _) => [0xaad3df, 0xf2efe9, 0xb59bb5, 0xd3c0d3, 0x6d5a6d, 0x555555],
        (_, false) => [0xd4dadc, 0xfafaf8, 0xc3c9cc, 0xe3e5e5, 0x7c858a, 0x8f969a],
        (_, true) => [0x262626, 0x090909, 0x3f3f3f, 0x222222, 0x7d7d7d, 0x686868],
    }
    .map(rgb);
    Colors { sea, land, border, state, country, town }
}

/// The ground behind all layers. `saved` are the panel's options.
pub fn draw(saved: &Map<String, Json>, projection: &Projection, size: Size, context: &PanelContext) -> Vec<Mark> {
    let kind = options::text(saved, "basemap.type", "default");
    let opacity = options::number(saved, "basemap.opacity").unwrap_or(1.0).clamp(0.0, 1.0);
    if opacity == 0.0 {
        return Vec::new();
    }
    let is_dark = match options::text(saved, "basemap.config.theme", "auto") {
        "light" => false,
        "dark" => true,
        _ => context.theme.is_dark,
    };
    let colors = colors(kind, is_dark);
    let area = size.to_rect();
    let atlas = atlas();
    let rings = |lines: &[Line]| path(lines, projection, area, outline::add_ring);
    let lines = |lines: &[Line]| path(lines, projection, area, outline::add_line);
    let mut marks = vec![drawing::fill_rect(area, ink(colors.sea))];
    let fill = |path: Option<BezPath>, color: Color| path.map(|path| Mark::fill(path, ink(color)));
    let stroke = |path: Option<BezPath>, color: Color, width: f64| path.map(|path| Mark::stroke(path, ink(color), width));
    marks.extend(fill(rings(&atlas.land), colors.land));
    marks.extend(fill(rings(&atlas.lakes), colors.sea));
    if projection.zoom() >= STATES {
        marks.extend(stroke(lines(&atlas.states), colors.state, 0.8));
    }
    marks.extend(stroke(lines(&atlas.borders), colors.border, 0.8));
    let (note, note_area) = note(colors.country, size, context);
    marks.push(note);
    if options::flag(saved, "basemap.config.showLabels", true) {
        marks.extend(names(&colors, projection, area, note_area, context));
    }
    if opacity < 1.0 {
        let group = scene::Group { opacity: opacity as f32, marks, ..scene::Group::default() };
        return vec![Mark::Group(group)];
    }
    marks
}

/// All lines that are to be seen, in each copy of the world.
fn path(
    lines: &[Line],
    projection: &Projection,
    area: Rect,
    add: impl Fn(&mut BezPath, std::vec::IntoIter<Point>, Rect),
) -> Option<BezPath> {
    let mut path = BezPath::new();
    let near = area.inset(MARGIN);
    for copy in projection.copies() {
        for line in lines {
            let bounds = Rect::from_points(
                projection.place(line.bounds.origin(), copy),
                projection.place(Point::new(line.bounds.x1, line.bounds.y1), copy),
            );
            let is_seen = bounds.x0 < near.x1 && bounds.x1 > near.x0 && bounds.y0 < near.y1 && bounds.y1 > near.y0;
            if is_seen && bounds.width() + bounds.height() > 1.0 {
                let points: Vec<Point> = line.points.iter().map(|p| projection.place(*p, copy)).collect();
                add(&mut path, points.into_iter(), near);
            }
        }
    }
    (!path.is_empty()).then_some(path)
}

/// Names of countries, then of towns, as long as there is room.
fn names(colors: &Colors, projection: &Projection, area: Rect, note: Rect, context: &PanelContext) -> Vec<Mark> {
    let zoom = projection.zoom();
    let mut taken = vec![note];
    let mut marks = Vec::new();
    let mut write = |name: &Name, style: &TextStyle, color: Color| {
        for copy in projection.copies() {
            let at = projection.place(name.at, copy);
            if !area.contains(at) {
                continue;
            }
            let text = context.fonts.shape(&name.text, style);
            let bounds = Rect::from_center_size(at, (text.width_px, style.size_px * 1.2));
            let is_free = taken.iter().all(|other| other.inset(3.0).intersect(bounds).is_zero_area());
            if is_free && area.contains(bounds.origin()) && area.contains(Point::new(bounds.x1, bounds.y1)) {
                taken.push(bounds);
                marks.push(drawing::shaped(text, bounds.x0, drawing::centered_baseline(bounds.center().y, style.size_px), ink(color)));
            }
        }
    };
    let size_px = (8.0 + zoom / 2.0).clamp(9.0, 12.0);
    let style = TextStyle { letter_spacing_px: 0.6, ..TextStyle::sans(size_px) };
    // A country's name is no longer wanted where the country is larger than the view.
    for name in atlas().countries.iter().filter(|name| zoom + 0.5 >= name.zoom && zoom < name.zoom.max(4.0) + 4.0) {
        write(name, &style, colors.country);
    }
    if zoom >= TOWNS {
        let style = TextStyle::sans((size_px - 1.5).max(8.0));
        for name in atlas().towns.iter().filter(|name| zoom + 0.3 >= name.zoom) {
            write(name, &style, colors.town);
        }
    }
    marks
}

/// In the right corner at the bottom, where map services name themselves; with the room it takes.
fn note(color: Color, size: Size, context: &PanelContext) -> (Mark, Rect) {
    let style = TextStyle::sans(9.0);
    let text = context.fonts.ellipsize(NOTE, &style, (size.width - 8.0).max(0.0));
    let x = size.width - 4.0 - text.width_px;
    let room = Rect::new(x, size.height - 13.0, size.width, size.height);
    (drawing::shaped(text, x, size.height - 4.0, ink(color)), room)
}
