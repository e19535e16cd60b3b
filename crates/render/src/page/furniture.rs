//! What stands around the panels on every page: header, variables, footer.

use std::sync::Arc;

use grafana::{time, variable::Settled};
use scene::{
    Color, Fonts, Mark, Role, ShapedText, TextStyle,
    kurbo::{BezPath, Line, Point, Rect, Shape},
};

use super::logo;
use crate::{
    drawing::{self, Align, ink},
    view::{DashboardView, ReportView},
};

const TITLE: f64 = 16.0;
const SMALL: f64 = 10.0;
const SMALL_LINE: f64 = 15.0;
const HEADER: f64 = 40.0;
const FOOTER: f64 = 26.0;
/// Space between two variables, px.
const BETWEEN: f64 = 14.0;

/// Height of the footer with its space, px.
pub fn footer_height(report: &ReportView) -> f64 {
    if report.setup.footer { FOOTER } else { 0.0 }
}

/// The header of one dashboard's pages, laid out once.
pub struct Header<'a> {
    report: &'a ReportView,
    dashboard: &'a DashboardView,
    variables: Vec<Vec<(String, Arc<ShapedText>)>>,
}

impl<'a> Header<'a> {
    /// `width` is what the header may take, px.
    pub fn new(report: &'a ReportView, dashboard: &'a DashboardView, width: f64, fonts: &Fonts) -> Header<'a> {
        let variables = if report.setup.show_variables { variable_lines(&dashboard.variables.list, width, fonts) } else { Vec::new() };
        Header { report, dashboard, variables }
    }

    /// Height with the space under it, px.
    pub fn height(&self) -> f64 {
        if !self.report.setup.header {
            return if self.variables.is_empty() { 0.0 } else { self.variables.len() as f64 * SMALL_LINE + 8.0 };
        }
        let variables = if self.variables.is_empty() { 0.0 } else { self.variables.len() as f64 * SMALL_LINE + 2.0 };
        HEADER + variables + 12.0
    }

    /// Draws it at the top of `area`. On a dashboard's first page its title is a heading; later it is furniture.
    pub fn draw(&self, area: Rect, first: bool, fonts: &Fonts) -> Vec<Mark> {
        let mut marks = Vec::new();
        let mut top = area.y0;
        if self.report.setup.header {
            marks.extend(self.titles(area, first, fonts));
            top += HEADER;
        }
        let mut small = Vec::new();
        for line in &self.variables {
            small.extend(self.variable_line(line, area.x0, top, fonts));
            top += SMALL_LINE;
        }
        if self.report.setup.header {
            let y = area.y0 + self.height() - 10.0;
            small.push(Mark::stroke(Line::new((area.x0, y), (area.x1, y)).to_path(0.1), ink(self.report.theme.border_medium), 0.75));
        }
        marks.push(drawing::role(if first { Role::Paragraph } else { Role::PageHeader }, small));
        marks
    }

    fn titles(&self, area: Rect, first: bool, fonts: &Fonts) -> Vec<Mark> {
        let theme = &self.report.theme;
        let (range, rendered) = (range_text(self.dashboard), rendered_text(self.report, self.dashboard));
        let small = TextStyle::sans(SMALL);
        let right_width = fonts.width(&range, &small).max(fonts.width(&rendered, &small)).min(area.width() * 0.6);
        let left = Rect::new(area.x0, area.y0, (area.x1 - right_width - 24.0).max(area.x0 + 80.0), area.y0 + HEADER);
        let right = Rect::new(area.x1 - right_width, area.y0, area.x1, area.y0 + HEADER);
        let upper = |r: Rect| Rect::new(r.x0, r.y0, r.x1, r.y0 + 22.0);
        let lower = |r: Rect| Rect::new(r.x0, r.y0 + 22.0, r.x1, r.y0 + 36.0);

        let title = TextStyle::sans(TITLE).medium();
        let heading = drawing::line_in(fonts, &self.dashboard.title, &title, upper(left), Align::Left, ink(theme.text_primary));
        // What stands on every page is read once.
        let (role, rest) = if first { (Role::Heading(1), Role::Paragraph) } else { (Role::PageHeader, Role::PageHeader) };
        let mut furniture = vec![
            drawing::line_in(fonts, &range, &small, upper(right), Align::Right, ink(theme.text_primary)),
            drawing::line_in(fonts, &rendered, &small, lower(right), Align::Right, ink(theme.text_secondary)),
        ];
        if self.report.name != self.dashboard.title {
            furniture.push(drawing::line_in(fonts, &self.report.name, &small, lower(left), Align::Left, ink(theme.text_secondary)));
        }
        vec![drawing::role(role, vec![heading]), drawing::role(rest, furniture)]
    }

    fn variable_line(&self, line: &[(String, Arc<ShapedText>)], x0: f64, top: f64, fonts: &Fonts) -> Vec<Mark> {
        let label_style = TextStyle::sans(SMALL);
        let base = drawing::baseline(top, SMALL_LINE, SMALL);
        let mut x = x0;
        let mut marks = Vec::new();
        for (name, value) in line {
            let label = fonts.shape(&format!("{name}: "), &label_style);
            let (label_width, value_width) = (label.width_px, value.width_px);
            marks.push(drawing::shaped(label, x, base, ink(self.report.theme.text_secondary)));
            marks.push(drawing::shaped(value.clone(), x + label_width, base, ink(self.report.theme.text_primary)));
            x += label_width + value_width + BETWEEN;
        }
        marks
    }
}

/// "name: value" pairs dealt into lines of `width` px.
fn variable_lines(list: &[Settled], width: f64, fonts: &Fonts) -> Vec<Vec<(String, Arc<ShapedText>)>> {
    let (label_style, value_style) = (TextStyle::sans(SMALL), TextStyle::sans(SMALL).medium());
    let mut lines: Vec<Vec<(String, Arc<ShapedText>)>> = Vec::new();
    let mut used = f64::INFINITY;
    for variable in list.iter().filter(|v| v.hide != 2 && v.kind != "system") {
        let name = if variable.label.is_empty() { &variable.name } else { &variable.label };
        let value = chosen_text(variable);
        if value.is_empty() {
            continue;
        }
        let label_width = fonts.width(&format!("{name}: "), &label_style);
        let value = fonts.ellipsize(&value, &value_style, (width - label_width).max(40.0));
        let needed = label_width + value.width_px;
        if used + needed > width {
            lines.push(Vec::new());
            used = 0.0;
        }
        if let Some(line) = lines.last_mut() {
            line.push((name.clone(), value));
        }
        used += needed + BETWEEN;
    }
    lines
}

fn chosen_text(variable: &Settled) -> String {
    if variable.is_all {
        return "All".to_owned();
    }
    variable.chosen.iter().map(|option| option.text.as_str()).collect::<Vec<_>>().join(", ")
}

/// "Last 6 hours · 2026-11-20 00:00:00 – 06:00:00 UTC": the words of the picker and what they meant.
pub fn range_text(dashboard: &DashboardView) -> String {
    let (range, zone) = (&dashboard.range, &dashboard.zone);
    let from = time::format_full(range.from_ms, zone);
    let to = time::format_full(range.to_ms, zone);
    let absolute = match (from.split_once(' '), to.split_once(' ')) {
        (Some((from_day, _)), Some((to_day, to_clock))) if from_day == to_day => format!("{from} – {to_clock} {}", zone.name),
        _ => format!("{from} – {to} {}", zone.name),
    };
    if range.raw.from.contains("now") || range.raw.to.contains("now") {
        return format!("{} · {absolute}", time::describe_range(&range.raw, zone));
    }
    absolute
}

fn rendered_text(report: &ReportView, dashboard: &DashboardView) -> String {
    format!("Rendered {}", time::format_moment(report.rendered_ms, "YYYY-MM-DD HH:mm", &dashboard.zone))
}

/// Logo and page number in `area`.
pub fn footer(report: &ReportView, area: Rect, page: usize, pages: usize, fonts: &Fonts) -> Mark {
    let theme = &report.theme;
    let style = TextStyle::sans(9.0);
    let line = Rect::new(area.x0, area.y1 - 16.0, area.x1, area.y1);
    let text = format!("Page {page} of {pages}");
    let mut marks = vec![drawing::line_in(fonts, &text, &style, line, Align::Right, ink(theme.text_secondary))];
    match report.logo.as_ref().and_then(|data| logo::place(data, Rect::new(area.x0, area.y1 - 20.0, area.x0 + 160.0, area.y1))) {
        Some(image) => marks.push(Mark::Image(image)),
        None => marks.extend(word_mark(line, ink(theme.text_secondary), fonts)),
    }
    drawing::role(Role::PageFooter, marks)
}

/// A sheet with a headline and two columns, and the name.
fn word_mark(area: Rect, color: Color, fonts: &Fonts) -> Vec<Mark> {
    let middle = area.center().y;
    let sheet = Rect::new(area.x0 + 0.5, middle - 5.0, area.x0 + 8.5, middle + 5.0);
    let mut lines = BezPath::new();
    for (x0, x1, y) in [(2.0, 6.0, 2.5), (2.0, 3.5, 5.0), (4.5, 6.0, 5.0), (2.0, 3.5, 7.0), (4.5, 6.0, 7.0)] {
        lines.move_to(Point::new(sheet.x0 + x0, sheet.y0 + y));
        lines.line_to(Point::new(sheet.x0 + x1, sheet.y0 + y));
    }
    let style = TextStyle { letter_spacing_px: 0.2, ..TextStyle::sans(9.0).medium() };
    vec![
        Mark::stroke(sheet.to_path(0.1), color, 0.8),
        Mark::stroke(lines, color, 0.8),
        drawing::line(fonts, "Broadsheet", &style, area.x0 + 13.0, drawing::centered_baseline(middle, 9.0), color),
    ]
}
