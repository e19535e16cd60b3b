//! From a report to its pages: measures, pagination, drawing, outline.

use std::sync::Arc;

use scene::{
    Document, Fonts, Group, Mark, Metadata, OutlineEntry, Page,
    kurbo::{Affine, Rect, Vec2},
};

use super::{
    furniture::{self, Header},
    geometry::{self, Part, Placed},
    paginate::{Sheet, paginate},
    panel_group::{LaidOut, Pen},
};
use crate::{
    drawing::{fill_rect, ink},
    overflow::Overflow,
    view::{DashboardView, Layout, Orientation, Paper, ReportView, TableRows, Warning},
};

/// A4 at 96 dpi.
const A4: (f64, f64) = (793.7, 1122.52);
const MARGIN: f64 = 32.0;
const MARGIN_TOP: f64 = 26.0;
const MARGIN_BOTTOM: f64 = 20.0;
/// Space Grafana leaves left and right of the grid, px of the screen.
const SCREEN_MARGIN: f64 = 16.0;
/// Widths the simple layout is drawn for: a full-width panel needs no 1600 px, and its text stays readable on paper.
const SIMPLE_WIDTH: (f64, f64) = (1000.0, 1400.0);
/// Rows of one table on an endless page: a picture has at most 65,535 px.
const MOST_ENDLESS_ROWS: usize = 500;

/// Lays out and draws a whole report. Never fails; what is missing is in the warnings.
pub fn render(report: &ReportView, fonts: &Fonts) -> (Document, Vec<Warning>) {
    render_watched(report, fonts, &mut || {})
}

/// [`render`], telling of each panel that is drawn; of rows it does not, nor twice of a panel over several pages.
pub fn render_watched(report: &ReportView, fonts: &Fonts, on_panel: &mut dyn FnMut()) -> (Document, Vec<Warning>) {
    let mut told = Told { warnings: Vec::new(), on_panel };
    let mut document = Document { metadata: metadata(report), ..Document::default() };
    let mut furnishings = Vec::new();
    for dashboard in &report.dashboards {
        add_dashboard(report, dashboard, fonts, &mut document, &mut furnishings, &mut told);
    }
    if report.dashboards.is_empty() {
        let frame = Frame::new(report, 0.0, 0.0);
        document.pages.push(frame.page(report, f64::NAN));
        furnishings.push(frame);
    }
    if report.setup.footer {
        let pages = document.pages.len();
        for (index, (page, frame)) in document.pages.iter_mut().zip(&furnishings).enumerate() {
            let area = Rect::new(frame.margin, 0.0, page.width_px - frame.margin, page.height_px - MARGIN_BOTTOM + 4.0);
            page.marks.push(furniture::footer(report, area, index + 1, pages, fonts));
        }
    }
    let mut warnings = told.warnings;
    warnings.extend(missing_characters(&document));
    (document, warnings)
}

/// What drawing tells while it goes on.
struct Told<'a> {
    warnings: Vec<Warning>,
    on_panel: &'a mut dyn FnMut(),
}

fn metadata(report: &ReportView) -> Metadata {
    Metadata {
        title: report.name.clone(),
        author: "Broadsheet".to_owned(),
        subject: report.dashboards.iter().map(|d| d.title.as_str()).collect::<Vec<_>>().join(", "),
        language: "en-US".to_owned(),
        created_ms: Some(report.rendered_ms as i64),
    }
}

/// The measures of a dashboard's pages. `scale` is page px per dashboard px.
struct Frame {
    width: f64,
    /// `None`: as tall as its content.
    height: Option<f64>,
    margin: f64,
    header: f64,
    footer: f64,
    scale: f64,
    content_width: f64,
}

impl Frame {
    fn new(report: &ReportView, header: f64, footer: f64) -> Frame {
        let setup = &report.setup;
        let zoom = if setup.scale.is_finite() && setup.scale > 0.0 { setup.scale.clamp(0.25, 8.0) } else { 1.0 };
        let screen = if setup.screen_width_px.is_finite() { setup.screen_width_px.clamp(320.0, 8000.0) } else { 1600.0 };
        let (width, height, margin) = match (setup.paper, setup.orientation) {
            (Paper::A4, Orientation::Portrait) => (A4.0, Some(A4.1), MARGIN),
            (Paper::A4, Orientation::Landscape) => (A4.1, Some(A4.0), MARGIN),
            (Paper::Endless, _) => (screen, None, SCREEN_MARGIN),
        };
        let wanted = match (setup.layout, setup.orientation, setup.paper) {
            (Layout::Simple, Orientation::Portrait, Paper::A4) => SIMPLE_WIDTH.0,
            (Layout::Simple, Orientation::Landscape, Paper::A4) => SIMPLE_WIDTH.1,
            _ => screen - 2.0 * SCREEN_MARGIN,
        };
        let content_width = (wanted / zoom).max(200.0);
        Frame { width, height, margin, header, footer, scale: (width - 2.0 * margin) / content_width, content_width }
    }

    /// Height for panels, in dashboard px.
    fn body_height(&self) -> f64 {
        self.height.map_or(f64::INFINITY, |h| ((h - MARGIN_TOP - MARGIN_BOTTOM - self.header - self.footer) / self.scale).max(100.0))
    }

    fn body_top(&self) -> f64 {
        MARGIN_TOP + self.header
    }

    /// An empty page, its background painted. `content` is the height of the panels in page px.
    fn page(&self, report: &ReportView, content: f64) -> Page {
        let content = if content.is_finite() { content } else { 200.0 };
        let height = self.height.unwrap_or(self.body_top() + content + self.footer + MARGIN_BOTTOM);
        // Paper is white: a tinted page costs toner and shows where it is printed with a margin.
        let ground = match (report.setup.paper, report.theme.is_dark) {
            (Paper::A4, false) => scene::Color::WHITE,
            _ => ink(report.theme.canvas),
        };
        let marks = vec![Mark::Group(Group {
            role: scene::Role::Artifact,
            marks: vec![fill_rect(Rect::new(0.0, 0.0, self.width, height), ground)],
            ..Group::default()
        })];
        Page { width_px: self.width, height_px: height, marks }
    }
}

fn add_dashboard(
    report: &ReportView,
    dashboard: &DashboardView,
    fonts: &Fonts,
    document: &mut Document,
    frames: &mut Vec<Frame>,
    told: &mut Told<'_>,
) {
    let setup = &report.setup;
    let bare = Frame::new(report, 0.0, 0.0);
    let header = Header::new(report, dashboard, bare.width - 2.0 * bare.margin, fonts);
    let measures = || Frame::new(report, header.height(), furniture::footer_height(report));
    let frame = measures();
    let page_height = if frame.height.is_some() { frame.body_height() } else { frame.content_width * 0.5 };
    let mut placed = geometry::place(dashboard, setup.layout, setup.orientation, frame.content_width, page_height);
    let mut laid_out = lay_out(report, dashboard, &mut placed, fonts, told);
    geometry::grow(&mut placed);
    let mut sheets: Vec<Sheet> = match frame.height {
        Some(_) => chapters(dashboard, placed).into_iter().flat_map(|chapter| paginate(chapter, frame.body_height())).collect(),
        None => paginate(placed, frame.body_height()),
    };
    if sheets.is_empty() {
        sheets.push(Sheet { top: 0.0, shrink: 1.0, panels: Vec::new() });
    }
    let mut entry = OutlineEntry { title: dashboard.title.clone(), page: document.pages.len(), y_px: 0.0, children: Vec::new() };
    for (index, sheet) in sheets.iter().enumerate() {
        let bottom = sheet.panels.iter().map(|p| p.rect.y1).fold(sheet.top, f64::max);
        let mut page = frame.page(report, (bottom - sheet.top) * frame.scale);
        let area = Rect::new(frame.margin, MARGIN_TOP, frame.width - frame.margin, frame.body_top());
        page.marks.extend(header.draw(area, index == 0, fonts));
        add_row_entries(&mut entry, dashboard, sheet, &frame, document.pages.len());
        page.marks.push(body(sheet, &frame, &mut laid_out, Pen { dashboard, theme: &report.theme, fonts, warnings: &mut told.warnings }));
        document.pages.push(page);
        frames.push(measures());
    }
    document.outline.push(entry);
}

/// The insides of all panels by their index in the dashboard: only drawing tells how much room they need. The places of those
/// that may be parted learn it.
fn lay_out<'a>(
    report: &'a ReportView,
    dashboard: &'a DashboardView,
    placed: &mut [Placed],
    fonts: &'a Fonts,
    told: &mut Told<'_>,
) -> Vec<Option<LaidOut<'a>>> {
    let overflow = || match (report.setup.table_rows, report.setup.paper) {
        (TableRows::AsOnScreen, _) => Overflow::none(),
        (TableRows::All { most }, Paper::A4) => Overflow::onto_paper(most),
        (TableRows::All { most }, Paper::Endless) => Overflow::onto_paper(most.min(MOST_ENDLESS_ROWS)),
    };
    let mut pen = Pen { dashboard, theme: &report.theme, fonts, warnings: &mut told.warnings };
    let mut insides: Vec<Option<LaidOut>> = dashboard.panels.iter().map(|_| None).collect();
    for p in placed {
        let (Some(view), Some(inside)) = (dashboard.panels.get(p.index), insides.get_mut(p.index)) else { continue };
        *inside = pen.lay_out(view, p.rect, overflow());
        if let Some(extent) = inside.as_ref().and_then(|inside| inside.extent.clone()) {
            let rows = 0..extent.rows.len();
            p.part = Some(Part { extent: Arc::new(extent), rows });
        }
        if view.panel.plugin_id != "row" {
            (told.on_panel)();
        }
    }
    insides
}

/// The panels of one page.
fn body(sheet: &Sheet, frame: &Frame, laid_out: &mut [Option<LaidOut>], mut pen: Pen) -> Mark {
    let scale = frame.scale * sheet.shrink;
    let slack = (frame.width - 2.0 * frame.margin) * (1.0 - sheet.shrink) / 2.0;
    let transform =
        Affine::translate((frame.margin + slack, frame.body_top())) * Affine::scale(scale) * Affine::translate(Vec2::new(0.0, -sheet.top));
    let mut marks = Vec::new();
    for p in &sheet.panels {
        if let (Some(view), Some(inside)) = (pen.dashboard.panels.get(p.index), laid_out.get_mut(p.index)) {
            marks.push(pen.draw(view, p.rect, inside.as_mut(), p.part.as_ref().map(|part| part.rows.clone())));
        }
    }
    Mark::Group(Group { transform, marks, ..Group::default() })
}

/// The panels of each tab; what stands above the first one is a chapter of its own.
fn chapters(dashboard: &DashboardView, placed: Vec<Placed>) -> Vec<Vec<Placed>> {
    let mut chapters: Vec<Vec<Placed>> = Vec::new();
    for p in placed {
        let begins = dashboard.panels.get(p.index).is_some_and(|view| view.panel.is_chapter);
        match chapters.last_mut() {
            Some(chapter) if !begins => chapter.push(p),
            _ => chapters.push(vec![p]),
        }
    }
    chapters
}

/// Bookmarks of the tabs and rows on a page; rows of a tab stand under it.
fn add_row_entries(entry: &mut OutlineEntry, dashboard: &DashboardView, sheet: &Sheet, frame: &Frame, page: usize) {
    let rows = sheet.panels.iter().filter(|p| p.is_row).filter_map(|p| dashboard.panels.get(p.index).map(|view| (view, p)));
    let has_tabs = dashboard.panels.iter().any(|view| view.panel.is_chapter);
    for (view, p) in rows.filter(|(view, _)| !view.panel.title.trim().is_empty()) {
        let row = OutlineEntry {
            title: view.panel.title.clone(),
            page,
            y_px: frame.body_top() + (p.rect.y0 - sheet.top) * frame.scale * sheet.shrink,
            children: Vec::new(),
        };
        let above = match entry.children.last_mut() {
            Some(tab) if has_tabs && !view.panel.is_chapter => tab,
            _ => &mut *entry,
        };
        above.children.push(row);
    }
}

/// Characters no font had are worth a word: the reader sees boxes.
fn missing_characters(document: &Document) -> Option<Warning> {
    let missing = document.missing();
    if missing.is_empty() {
        return None;
    }
    let shown: String = missing.iter().take(20).collect();
    Some(Warning {
        dashboard_uid: String::new(),
        panel_id: None,
        panel_title: String::new(),
        message: format!("no font has these characters: {shown}"),
    })
}
