//! One report run: gather → render → export. Composing and delivering are `mail`'s; recording is `store`'s.

mod annotations;
mod asking;
mod check;
mod clients;
mod fonts;
mod gather;
mod named_pictures;
mod output;
mod pictures;
mod renderer;
mod variables;

use std::sync::Arc;

pub use asking::AskedSource;
pub use check::{CheckRequest, CheckedDashboard, CheckedPanel, CheckedVariable, VariableProblem, Verdict};
pub use clients::{Choice, Clients, ConfigOnly, TokenSource};
pub use fonts::{FontFiles, FontShelf};
pub use output::zip_files;
pub use renderer::GrafanaRenderer;

pub use export::csv::{Dialect, Encoding};
pub use render::view::{Layout, Orientation, Warning};

pub use crate::grafana_api::DashboardAnswer;

/// What to render, independent of where the wish came from (API, scheduler, command line).
#[derive(Clone, Debug)]
pub struct RenderRequest {
    pub org_id: i64,
    /// Title on every page.
    pub name: String,
    pub dashboards: Vec<DashboardRequest>,
    pub layout: Layout,
    pub orientation: Orientation,
    /// "light", "dark" or "current": the organisation's.
    pub theme: String,
    /// Theme of the picture in the mail.
    pub image_theme: String,
    pub formats: Formats,
    /// How CSV files are written.
    pub csv: Dialect,
    /// Tables with all rows up to 10,000 on the pages, instead of what is good to read.
    pub include_tables: bool,
    pub combine_one_file: bool,
    pub show_template_variables: bool,
    /// Zoom: 1, 2 or 3 as in Grafana; 1 is the natural size.
    pub scale_factor: i64,
    /// Zone instead of the dashboard's; `None` keeps the dashboard's ("browser" is the organisation's, else UTC).
    pub time_zone: Option<String>,
    pub screen_width_px: f64,
    pub expand_collapsed_rows: bool,
    /// PNG or JPEG of the page footer.
    pub logo: Option<Arc<Vec<u8>>>,
    pub now_ms: f64,
}

impl RenderRequest {
    /// One PDF of these dashboards as the command line draws it when nothing else is said: landscape grid, light, 1600 px wide, all rows open.
    pub fn of(dashboards: Vec<DashboardRequest>, now_ms: f64) -> RenderRequest {
        RenderRequest {
            org_id: 0,
            name: String::new(),
            dashboards,
            layout: Layout::Grid,
            orientation: Orientation::Landscape,
            theme: "light".into(),
            image_theme: "light".into(),
            formats: Formats { pdf: true, ..Formats::default() },
            csv: Dialect::default(),
            include_tables: false,
            combine_one_file: true,
            show_template_variables: false,
            scale_factor: 1,
            time_zone: None,
            screen_width_px: 1600.0,
            expand_collapsed_rows: true,
            logo: None,
            now_ms,
        }
    }
}

#[derive(Clone, Debug, Default)]
pub struct DashboardRequest {
    pub uid: String,
    /// The dashboard itself, where it does not come from Grafana.
    pub saved: Option<Arc<DashboardAnswer>>,
    /// Empty: the dashboard's saved range.
    pub from: String,
    pub to: String,
    /// Name → values; empty: the dashboard's saved values.
    pub variables: Vec<(String, Vec<String>)>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Formats {
    pub pdf: bool,
    pub csv: bool,
    pub image: bool,
}

/// What came out.
#[derive(Clone, Debug, Default)]
pub struct Rendered {
    /// PDFs and CSVs, in order.
    pub files: Vec<RenderedFile>,
    /// One PNG a dashboard, when `formats.image`.
    pub images: Vec<RenderedFile>,
    pub dashboards: Vec<RenderedDashboard>,
    /// Every panel but rows, in reading order.
    pub panels: Vec<RenderedPanel>,
    pub warnings: Vec<Warning>,
}

/// How one panel came about.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RenderedPanel {
    pub dashboard_uid: String,
    pub id: i64,
    pub title: String,
    /// Its plugin: "timeseries".
    pub kind: String,
    /// From the first question to the last answer; `None` when nothing was asked.
    pub query_ms: Option<u64>,
    /// What went wrong while asking.
    pub errors: Vec<String>,
}

#[derive(Clone, Debug, Default)]
pub struct RenderedFile {
    pub name: String,
    pub content_type: &'static str,
    pub bytes: Arc<Vec<u8>>,
}

#[derive(Clone, Debug, Default)]
pub struct RenderedDashboard {
    pub uid: String,
    pub title: String,
    /// Link with range and variables.
    pub url: String,
    /// "Last 6 hours" or written out.
    pub range_text: String,
}

/// What a run is at.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Stage {
    /// Other runs are drawn first.
    #[default]
    Waiting,
    /// Grafana is asked.
    Gather,
    /// Pages are drawn and files written.
    Draw,
    /// The mail is handed over.
    Send,
}

impl Stage {
    pub fn as_str(self) -> &'static str {
        match self {
            Stage::Waiting => "waiting",
            Stage::Gather => "gather",
            Stage::Draw => "draw",
            Stage::Send => "send",
        }
    }
}

/// Progress of a run, for terminals and for whoever watches it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Progress {
    pub stage: Stage,
    /// In words: "querying data".
    pub step: &'static str,
    /// Panels done, of how many so far known; more become known with each dashboard.
    pub done: usize,
    pub total: usize,
}

#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A message for people: which dashboard, what Grafana said.
    #[error("{0}")]
    NotFound(String),
    #[error("{0}")]
    Denied(String),
    /// The organisation has no credential that Grafana takes: somebody must connect it.
    #[error("{0}")]
    NotConnected(String),
    /// The app is switched off in the organisation.
    #[error("{0}")]
    Disabled(String),
    #[error("{0}")]
    Grafana(String),
    #[error("{0}")]
    Invalid(String),
    #[error("{0}")]
    Internal(String),
}

impl Error {
    /// Trying again later may help.
    pub fn is_transient(&self) -> bool {
        matches!(self, Error::Grafana(_) | Error::NotConnected(_))
    }
}

/// What Grafana knows of a dashboard.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct FoundDashboard {
    /// Its number in the organisation; 0 when Grafana does not say.
    pub id: i64,
    pub uid: String,
    pub title: String,
}

/// Renders reports: the real one talks to Grafana, tests put their own in its place.
pub trait Renderer: Send + Sync {
    fn render<'a>(
        &'a self,
        request: RenderRequest,
        progress: &'a (dyn Fn(Progress) + Send + Sync),
    ) -> futures_util::future::BoxFuture<'a, Result<Rendered, Error>>;

    /// A dashboard by its uid: proves that it exists and may be read.
    fn dashboard<'a>(&'a self, org_id: i64, uid: &'a str) -> futures_util::future::BoxFuture<'a, Result<FoundDashboard, Error>>;

    /// The same by the number that older clients know it by.
    fn dashboard_of_id(&self, org_id: i64, id: i64) -> futures_util::future::BoxFuture<'_, Result<FoundDashboard, Error>>;

    /// Whether reports of an organisation may be sent on schedule now: [`Error::Disabled`] where the app is switched off.
    fn may_run(&self, org_id: i64) -> futures_util::future::BoxFuture<'_, Result<(), Error>> {
        let _ = org_id;
        Box::pin(async { Ok(()) })
    }

    /// What a report would look like, without writing one. What cannot be read is said in the answer.
    fn check(&self, request: CheckRequest) -> futures_util::future::BoxFuture<'_, Vec<CheckedDashboard>>;
}
