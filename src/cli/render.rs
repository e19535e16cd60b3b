//! `broadsheet render`: one dashboard as a file, now.

use std::{io::IsTerminal, path::PathBuf, sync::Arc, time::Duration};

use clap::ValueEnum;
use indicatif::{ProgressBar, ProgressStyle};

use broadsheet::{
    config::{GrafanaConfig, Secret},
    run::{
        Clients, ConfigOnly, DashboardRequest, Dialect, Error, Formats, GrafanaRenderer, Layout, Orientation, Progress, RenderRequest,
        Rendered, Renderer,
    },
};

/// Renders one dashboard of a Grafana to a file.
///
/// Warnings (a panel that is not drawn, a failed query) go to stderr and do not fail the command.
#[derive(clap::Args, Debug)]
pub struct Args {
    /// Grafana's address, with its sub-path if there is one
    #[arg(long, env = "BROADSHEET_GRAFANA_URL")]
    grafana_url: String,
    /// A service account's token, or user:password
    #[arg(long, env = "BROADSHEET_API_TOKEN", hide_env_values = true, default_value = "")]
    token: String,
    /// The dashboard's uid: the part after /d/ in its address
    #[arg(long, allow_hyphen_values = true)]
    dashboard: String,
    /// Start of the time range (now-6h, an ISO date, milliseconds); the dashboard's own when left out
    #[arg(long, default_value = "")]
    from: String,
    /// End of the time range
    #[arg(long, default_value = "")]
    to: String,
    /// Time zone of the pages, e.g. Europe/Berlin; the dashboard's own when left out
    #[arg(long)]
    time_zone: Option<String>,
    #[arg(long, value_enum, default_value_t = Theme::Light)]
    theme: Theme,
    #[arg(long, value_enum, default_value_t = LayoutArg::Grid)]
    layout: LayoutArg,
    #[arg(long, value_enum, default_value_t = OrientationArg::Landscape)]
    orientation: OrientationArg,
    /// Width of the screen the dashboard is laid out for, in px
    #[arg(long, default_value_t = 1600, value_parser = clap::value_parser!(u32).range(320..=10_000))]
    width: u32,
    /// What becomes of rows that are saved closed
    #[arg(long, value_enum, default_value_t = CollapsedRows::Expand)]
    collapsed_rows: CollapsedRows,
    /// A template variable as name=value; repeat it for more values or variables
    #[arg(long = "var", value_name = "NAME=VALUE", value_parser = variable)]
    variables: Vec<(String, String)>,
    /// Print the variables' values on the pages
    #[arg(long)]
    show_variables: bool,
    /// Zoom of the pages: 1, 2 or 3
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(i64).range(1..=3))]
    scale_factor: i64,
    /// Title on the pages; the dashboard's own when left out
    #[arg(long, default_value = "")]
    name: String,
    /// Organisation, where the credential is of several
    #[arg(long)]
    org_id: Option<i64>,
    /// What to write; by the output's extension when left out
    #[arg(long, value_enum)]
    format: Option<Format>,
    /// File to write; several CSVs become one zip
    #[arg(long, short, visible_alias = "out")]
    output: PathBuf,
    /// Seconds to wait for one answer of Grafana
    #[arg(long, default_value_t = 60)]
    timeout: u64,
    /// Accept any TLS certificate of Grafana
    #[arg(long)]
    skip_tls_verify: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Theme {
    Light,
    Dark,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum LayoutArg {
    Grid,
    Simple,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum OrientationArg {
    Portrait,
    Landscape,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum CollapsedRows {
    Expand,
    Keep,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    Pdf,
    Png,
    Csv,
}

/// A variable as it is written on the command line.
pub(super) fn variable(text: &str) -> Result<(String, String), String> {
    let (name, value) = text.split_once('=').ok_or("expected NAME=VALUE")?;
    let name = name.strip_prefix("var-").unwrap_or(name);
    if name.is_empty() { Err("expected NAME=VALUE".into()) } else { Ok((name.to_owned(), value.to_owned())) }
}

/// Renders, writes the file and tells what is missing in it.
pub async fn run(args: Args) -> anyhow::Result<()> {
    let format = format(&args)?;
    let config = GrafanaConfig {
        url: Some(args.grafana_url.clone()),
        token: Some(Secret::new(args.token.clone())),
        skip_tls_verify: args.skip_tls_verify,
        ..GrafanaConfig::default()
    };
    let clients = Clients::new(config.clone(), Arc::new(ConfigOnly(config)), Duration::from_secs(args.timeout));
    let renderer = GrafanaRenderer::new(Arc::new(clients));
    let bar = progress_bar();
    let progress = |progress: Progress| {
        bar.set_length(progress.total as u64);
        bar.set_position(progress.done as u64);
        bar.set_message(progress.step);
    };
    let rendered = renderer.render(request(&args, format), &progress).await;
    bar.finish_and_clear();
    let rendered = rendered?;
    for warning in &rendered.warnings {
        let place = if warning.panel_title.is_empty() { String::new() } else { format!("{}: ", warning.panel_title) };
        eprintln!("warning: {place}{}", warning.message);
    }
    Ok(write(&args, format, &rendered)?)
}

/// All values of each variable, in the order they were first named.
pub(super) fn grouped(given: &[(String, String)]) -> Vec<(String, Vec<String>)> {
    let mut variables: Vec<(String, Vec<String>)> = Vec::new();
    for (name, value) in given {
        match variables.iter_mut().find(|(known, _)| known == name) {
            Some((_, values)) => values.push(value.clone()),
            None => variables.push((name.clone(), vec![value.clone()])),
        }
    }
    variables
}

/// Milliseconds since 1970.
pub(super) fn now_ms() -> f64 {
    std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default().as_millis() as f64
}

fn request(args: &Args, format: Format) -> RenderRequest {
    let variables = grouped(&args.variables);
    let theme = if args.theme == Theme::Dark { "dark" } else { "light" };
    RenderRequest {
        org_id: args.org_id.unwrap_or(0),
        name: args.name.clone(),
        dashboards: vec![DashboardRequest { uid: args.dashboard.clone(), from: args.from.clone(), to: args.to.clone(), variables }],
        layout: if args.layout == LayoutArg::Simple { Layout::Simple } else { Layout::Grid },
        orientation: if args.orientation == OrientationArg::Portrait { Orientation::Portrait } else { Orientation::Landscape },
        theme: theme.into(),
        image_theme: theme.into(),
        formats: Formats { pdf: format == Format::Pdf, csv: format == Format::Csv, image: format == Format::Png },
        csv: Dialect::default(),
        include_tables: false,
        combine_one_file: true,
        show_template_variables: args.show_variables,
        scale_factor: args.scale_factor,
        time_zone: args.time_zone.clone(),
        screen_width_px: f64::from(args.width),
        expand_collapsed_rows: args.collapsed_rows == CollapsedRows::Expand,
        logo: None,
        now_ms: now_ms(),
    }
}

fn format(args: &Args) -> Result<Format, Error> {
    if let Some(format) = args.format {
        return Ok(format);
    }
    match args.output.extension().and_then(|e| e.to_str()).map(str::to_lowercase).as_deref() {
        Some("pdf") | None => Ok(Format::Pdf),
        Some("png") => Ok(Format::Png),
        Some("csv" | "zip") => Ok(Format::Csv),
        Some(other) => Err(Error::Invalid(format!("no format is known for .{other}: give --format pdf, png or csv"))),
    }
}

fn write(args: &Args, format: Format, rendered: &Rendered) -> Result<(), Error> {
    let files = if format == Format::Png { &rendered.images } else { &rendered.files };
    let bytes = match files.as_slice() {
        [] if format == Format::Csv => {
            return Err(Error::NotFound("the dashboard has no table panel with rows: there is no CSV to write".into()));
        }
        [] => return Err(Error::Internal("nothing was rendered".into())),
        [one] => one.bytes.as_ref().clone(),
        several => broadsheet::run::zip_files(several)?,
    };
    if let Some(folder) = args.output.parent().filter(|f| !f.as_os_str().is_empty()) {
        std::fs::create_dir_all(folder).map_err(|e| Error::Invalid(format!("{}: {e}", folder.display())))?;
    }
    std::fs::write(&args.output, bytes).map_err(|e| Error::Invalid(format!("{}: {e}", args.output.display())))
}

/// A bar on a terminal, nothing elsewhere.
fn progress_bar() -> ProgressBar {
    if !std::io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let style = ProgressStyle::with_template("{msg:24} {bar:30} {pos}/{len}").unwrap_or_else(|_| ProgressStyle::default_bar());
    ProgressBar::new(1).with_style(style)
}
