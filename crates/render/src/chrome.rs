//! The frame around a panel: background, border, title, time info (`PanelChrome`), and the header of a row.
//!
//! Measures are those of Grafana 12.4 with its wider panel padding: header 40 px, content padding 8 px, border 1 px,
//! title 12 px from the border.

use scene::{
    Color, Fonts, Group, Mark, Role, TextStyle,
    kurbo::{BezPath, Point, Rect, Shape, Size},
};

use crate::{
    drawing::{self, Align, ink},
    view::PanelView,
};
use grafana::theme::Theme;

const BORDER: f64 = 1.0;
const RADIUS: f64 = 6.0;
const HEADER: f64 = 40.0;
const PADDING: f64 = 8.0;
const TITLE_INSET: f64 = 12.0;

/// Panels that draw up to their border (`setNoPadding`).
const WITHOUT_PADDING: [&str; 4] = ["stat", "geomap", "canvas", "welcome"];

/// Whether the panel has a header: Grafana floats the header of a panel without title, so it takes no room.
fn has_header(view: &PanelView) -> bool {
    !view.panel.title.trim().is_empty() || shown_time_info(view).is_some()
}

fn shown_time_info(view: &PanelView) -> Option<&str> {
    if view.panel.hide_time_override { None } else { view.time_info.as_deref() }
}

/// Where the panel's inside lies in a frame of `size`, both in px from the frame's top left.
pub fn content_rect(view: &PanelView, size: Size) -> Rect {
    let padding = if WITHOUT_PADDING.contains(&view.panel.plugin_id.as_str()) { 0.0 } else { PADDING };
    let top = if has_header(view) { HEADER } else { 0.0 };
    let inset = BORDER + padding;
    let right = (size.width - inset).max(inset);
    let bottom = (size.height - inset).max(top + inset);
    Rect::new(inset, top + inset, right, bottom)
}

/// Draws the frame of `size` with its header; `continued` where the panel began on an earlier page. `links` are the addresses of the
/// panel's own links: a sign for each stands behind the title.
pub fn draw(view: &PanelView, size: Size, continued: bool, links: &[String], theme: &Theme, fonts: &Fonts) -> Vec<Mark> {
    let mut marks = Vec::new();
    if !view.panel.transparent {
        let outer = size.to_rect();
        marks.push(drawing::fill_rounded(outer, RADIUS, ink(theme.panel)));
        let edge = drawing::rounded(outer.inset(-BORDER / 2.0), RADIUS - BORDER / 2.0);
        marks.push(Mark::stroke(edge.to_path(0.05), ink(theme.border_weak), BORDER));
    }
    if has_header(view) {
        marks.extend(header(view, size, continued, links, theme, fonts));
    }
    marks
}

fn header(view: &PanelView, size: Size, continued: bool, links: &[String], theme: &Theme, fonts: &Fonts) -> Vec<Mark> {
    let mut marks = Vec::new();
    let (mut left, right) = (BORDER + TITLE_INSET, size.width - BORDER - PADDING);
    let middle = BORDER + HEADER / 2.0;
    if !view.errors.is_empty() {
        marks.extend(error_badge(Point::new(left, middle), theme));
        left += 28.0;
    }
    let body = TextStyle { letter_spacing_px: 0.15, ..TextStyle::sans(14.0) };
    let info = shown_time_info(view).map(|info| (info, (fonts.width(info, &body) + 1.0).min((right - left) / 2.0)));
    let style = body.medium();
    let area = Rect::new(left, middle - 11.0, right.max(left), middle + 11.0);
    // A reader of the headings meets each panel once.
    let (text, role) = match continued {
        true => (format!("{} (continued)", view.panel.title), Role::Artifact),
        false => (view.panel.title.clone(), Role::Heading(3)),
    };
    let behind = LINK_STEP * links.len() as f64 + info.map_or(0.0, |(_, width)| TIME_INFO_INSET + width);
    let area = Rect { x1: (area.x1 - behind).max(area.x0), ..area };
    let cut = fonts.ellipsize(&text, &style, area.width());
    let mut x = area.x0 + cut.width_px + 8.0;
    let title = drawing::shaped(cut, area.x0, drawing::centered_baseline(middle, style.size_px), ink(theme.text_primary));
    marks.push(Mark::Group(Group { role, marks: vec![title], ..Group::default() }));
    for address in links {
        let place = Rect::new(x, middle - 8.0, x + 16.0, middle + 8.0);
        let sign = link_sign(place.center(), ink(theme.text_secondary));
        marks.push(Mark::Group(Group { link: Some(address.clone()), link_area: Some(place), marks: vec![sign], ..Group::default() }));
        x += LINK_STEP;
    }
    if let Some((info, width)) = info {
        let color = ink(theme.text_link);
        let text = Rect::new(x + TIME_INFO_INSET - 8.0, middle - 11.0, x + TIME_INFO_INSET - 8.0 + width, middle + 11.0);
        marks.push(clock(Point::new(text.x0 - 15.0, middle), color));
        marks.push(drawing::line_in(fonts, info, &body, text, Align::Left, color));
    }
    marks
}

/// From the end of a title to the words of its time info: a clock stands between them.
const TIME_INFO_INSET: f64 = 38.0;

/// From the left edge of one link's sign to that of the next, px.
const LINK_STEP: f64 = 20.0;

/// An arrow that leaves a box: Grafana's sign of a link that leads away.
fn link_sign(center: Point, color: Color) -> Mark {
    let at = |x: f64, y: f64| Point::new(center.x + x, center.y + y);
    let mut path = BezPath::new();
    path.move_to(at(-0.5, -4.0));
    path.line_to(at(-5.0, -4.0));
    path.line_to(at(-5.0, 5.0));
    path.line_to(at(4.0, 5.0));
    path.line_to(at(4.0, 0.5));
    path.move_to(at(-1.0, 1.0));
    path.line_to(at(5.0, -5.0));
    path.move_to(at(1.5, -5.0));
    path.line_to(at(5.0, -5.0));
    path.line_to(at(5.0, -1.5));
    Mark::stroke(path, color, 1.2)
}

/// The red sign of a panel whose query failed, its left edge at `at`.
fn error_badge(at: Point, theme: &Theme) -> Vec<Mark> {
    let center = Point::new(at.x + 10.0, at.y);
    let mut triangle = BezPath::new();
    triangle.move_to((center.x, center.y - 8.0));
    triangle.line_to((center.x + 9.0, center.y + 7.5));
    triangle.line_to((center.x - 9.0, center.y + 7.5));
    triangle.close_path();
    let mut sign = BezPath::new();
    sign.move_to((center.x, center.y - 2.5));
    sign.line_to((center.x, center.y + 2.5));
    sign.move_to((center.x, center.y + 4.2));
    sign.line_to((center.x, center.y + 5.8));
    vec![Mark::fill(triangle, ink(theme.error)), Mark::stroke(sign, Color::WHITE, 1.6)]
}

fn clock(center: Point, color: Color) -> Mark {
    let mut path = scene::kurbo::Circle::new(center, 5.5).to_path(0.05);
    path.move_to((center.x, center.y - 3.0));
    path.line_to(center);
    path.line_to((center.x + 2.2, center.y));
    Mark::stroke(path, color, 1.1)
}

/// A row's header: chevron, title and, when collapsed, how many panels it hides.
pub fn row(view: &PanelView, size: Size, theme: &Theme, fonts: &Fonts) -> Vec<Mark> {
    let middle = size.height / 2.0;
    let mut chevron = BezPath::new();
    if view.panel.collapsed {
        chevron.move_to((10.5, middle - 3.5));
        chevron.line_to((14.0, middle));
        chevron.line_to((10.5, middle + 3.5));
    } else {
        chevron.move_to((8.5, middle - 1.75));
        chevron.line_to((12.0, middle + 1.75));
        chevron.line_to((15.5, middle - 1.75));
    }
    let mut marks = vec![Mark::Group(Group {
        role: Role::Artifact,
        marks: vec![Mark::stroke(chevron, ink(theme.text_primary), 1.4)],
        ..Group::default()
    })];
    let style = TextStyle { letter_spacing_px: 0.15, ..TextStyle::sans(16.0).medium() };
    let area = Rect::new(29.0, 0.0, size.width - 8.0, size.height);
    let title = fonts.ellipsize(&view.panel.title, &style, area.width());
    let end = area.x0 + title.width_px;
    marks.push(drawing::shaped(title, area.x0, drawing::centered_baseline(middle, 16.0), ink(theme.text_primary)));
    if view.panel.collapsed {
        let under = scene::kurbo::Line::new((0.0, size.height - 0.5), (size.width, size.height - 0.5)).to_path(0.1);
        marks.push(Mark::stroke(under, ink(theme.border_weak), 1.0));
        let count = view.panel.panels.len();
        let text = format!("({count} panel{})", if count == 1 { "" } else { "s" });
        let style = TextStyle { italic: true, ..TextStyle::sans(12.0) };
        marks.push(drawing::line(fonts, &text, &style, end + 22.0, drawing::centered_baseline(middle, 12.0), ink(theme.text_secondary)));
    }
    marks
}
