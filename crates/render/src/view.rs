//! What drawing is given: everything settled, nothing left to ask.

use std::{collections::BTreeMap, sync::Arc};

use grafana::{
    dashboard::{Panel, ScopedValue},
    frame::{Frame, Notice},
    listing::Listing,
    theme::Theme,
    time::{TimeRange, TimeZone},
    variable::Variables,
};

/// One panel ready to be drawn.
#[derive(Clone, Debug)]
pub struct PanelView {
    /// Title already interpolated; `grid_pos` as unrolled.
    pub panel: Panel,
    /// Transformed, field config applied (`field::apply_field_overrides`).
    pub frames: Vec<Frame>,
    pub annotations: Vec<AnnotationMark>,
    /// What the panel's queries put beside its data (exemplars, "xymark" rectangles), with display names.
    pub annotation_frames: Vec<Frame>,
    /// The panel's own range (after its time override).
    pub range: TimeRange,
    /// "Last 1 hour", "timeshift -1d": shown in the header where the panel overrides its range.
    pub time_info: Option<String>,
    /// What went wrong while asking: drawn as Grafana's error or in place of the panel when there are no frames.
    pub errors: Vec<String>,
    pub notices: Vec<Notice>,
    /// What lists of dashboards, annotations and alert rules show.
    pub listing: Listing,
    pub pictures: Pictures,
}

impl PanelView {
    /// A panel with its data, and nothing beside them.
    pub fn of(panel: Panel, frames: Vec<Frame>, range: TimeRange) -> PanelView {
        PanelView {
            panel,
            frames,
            annotations: Vec::new(),
            annotation_frames: Vec::new(),
            range,
            time_info: None,
            errors: Vec::new(),
            notices: Vec::new(),
            listing: Listing::default(),
            pictures: Pictures::default(),
        }
    }
}

/// Pictures that were asked for beforehand: encoded PNG or JPEG, safe to decode.
#[derive(Clone, Debug, Default)]
pub struct Pictures {
    /// The whole panel with its frame and title, for types that are not drawn here; PNG.
    pub light: Option<Arc<Vec<u8>>>,
    pub dark: Option<Arc<Vec<u8>>>,
    /// Pictures inside the panel by the address its data names.
    pub by_url: BTreeMap<String, Arc<Vec<u8>>>,
}

impl Pictures {
    /// The whole panel in a theme.
    pub fn whole(&self, is_dark: bool) -> Option<&Arc<Vec<u8>>> {
        if is_dark { self.dark.as_ref() } else { self.light.as_ref() }
    }
}

/// A moment or region marked on time axes.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct AnnotationMark {
    pub time_ms: f64,
    pub time_end_ms: Option<f64>,
    pub title: String,
    pub text: String,
    pub tags: Vec<String>,
    pub color: String,
    /// Which set it is of, from 0: panels can show sets below each other.
    pub lane: usize,
}

#[derive(Clone, Debug)]
pub struct DashboardView {
    pub uid: String,
    pub title: String,
    /// Link to the dashboard with its range and variables.
    pub url: Option<String>,
    /// Grafana's address with its sub-path, which relative links are joined with; empty where it is not known.
    pub app_url: String,
    pub range: TimeRange,
    pub zone: TimeZone,
    pub now_ms: f64,
    pub variables: Variables,
    /// In reading order, rows included (`plugin_id == "row"`), `grid_pos` absolute.
    pub panels: Vec<PanelView>,
}

/// A whole report.
#[derive(Clone, Debug)]
pub struct ReportView {
    pub name: String,
    pub dashboards: Vec<DashboardView>,
    pub setup: PageSetup,
    pub theme: Theme,
    /// When it was rendered, ms since 1970 UTC (page header, document information).
    pub rendered_ms: f64,
    /// PNG or JPEG of the footer.
    pub logo: Option<std::sync::Arc<Vec<u8>>>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct PageSetup {
    pub layout: Layout,
    pub orientation: Orientation,
    pub paper: Paper,
    /// Width of the screen the dashboard is laid out for, px (Grafana's own default is 1600).
    pub screen_width_px: f64,
    /// Print "name: value" of the shown variables under the header.
    pub show_variables: bool,
    pub header: bool,
    pub footer: bool,
    /// Zoom, 1 is the natural size: 2 draws everything twice as large (`scaleFactor`).
    pub scale: f64,
    pub table_rows: TableRows,
}

impl Default for PageSetup {
    fn default() -> PageSetup {
        PageSetup {
            layout: Layout::Grid,
            orientation: Orientation::Landscape,
            paper: Paper::A4,
            screen_width_px: 1600.0,
            show_variables: false,
            header: true,
            footer: true,
            scale: 1.0,
            table_rows: TableRows::All { most: MOST_TABLE_ROWS },
        }
    }
}

/// Rows one table may have in a report before it becomes a data export, which the CSV is for: about 20 pages of A4.
pub const MOST_TABLE_ROWS: usize = 500;

/// Rows of table panels on paper, where nobody can scroll.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TableRows {
    /// Every row up to `most`: the panel grows, what is below it moves down, and it goes on over pages.
    All { most: usize },
    /// The rows the panel's height has room for, as a screen shows before it is scrolled.
    AsOnScreen,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Layout {
    /// Panels where the dashboard has them, page breaks between rows of panels.
    Grid,
    /// Full-width panels under each other: three a portrait page, one a landscape page.
    Simple,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Orientation {
    Portrait,
    Landscape,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Paper {
    A4,
    /// One page as tall as the dashboard (PNG of a mail, previews).
    Endless,
}

/// Something a reader should know about a report that was drawn.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Warning {
    pub dashboard_uid: String,
    pub panel_id: Option<i64>,
    pub panel_title: String,
    pub message: String,
}

#[doc(hidden)]
pub type Scoped = Vec<(String, ScopedValue)>;
