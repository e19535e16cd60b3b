//! `broadsheet render`: one dashboard as a file, now.

use std::{io::IsTerminal, path::PathBuf};

use clap::ValueEnum;
use indicatif::{ProgressBar, ProgressStyle};

use broadsheet::run::{Dialect, Error, Formats, Layout, Orientation, Progress, RenderRequest, Rendered, Renderer};

/// Renders one dashboard to a file: one of a Grafana, or one that lies in a file.
///
/// A dashboard's file that holds its data (queries of the type "snapshot", as Grafana's snapshots have them) needs no Grafana; other
/// queries of a file are asked of --grafana-url.
///
/// Warnings (a panel that is not drawn, a failed query) go to stderr and do not fail the command.
#[derive(clap::Args, Debug)]
pub struct Args {
    #[command(flatten)]
    source: super::source::SourceArgs,
    /// The dashboard's uid: the part after /d/ in its address
    #[arg(long, allow_hyphen_values = true, required_unless_present = "file", conflicts_with = "file")]
    dashboard: Option<String>,
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
    /// Print the variables' values on the pages
    #[arg(long)]
    show_variables: bool,
    /// Zoom of the pages: 1, 2 or 3
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(i64).range(1..=3))]
    scale_factor: i64,
    /// Pixels of PNGs for each px of the screen, 1 to 4
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u64).range(1..=4))]
    image_scale_factor: u64,
    /// Title on the pages; the dashboard's own when left out
    #[arg(long, default_value = "")]
    name: String,
    /// What to write; by the output's extension when left out
    #[arg(long, value_enum)]
    format: Option<Format>,
    /// File to write; several CSVs become one zip
    #[arg(long, short, visible_alias = "out")]
    output: PathBuf,
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

/// Renders, writes the file and tells what is missing in it.
pub async fn run(args: Args) -> anyhow::Result<()> {
    let format = format(&args)?;
    let renderer = args.source.renderer(args.image_scale_factor);
    let request = request(&args, format)?;
    let bar = progress_bar();
    let progress = |progress: Progress| {
        bar.set_length(progress.total as u64);
        bar.set_position(progress.done as u64);
        bar.set_message(progress.step);
    };
    let rendered = renderer.render(request, &progress).await;
    bar.finish_and_clear();
    let rendered = rendered?;
    for warning in &rendered.warnings {
        let place = if warning.panel_title.is_empty() { String::new() } else { format!("{}: ", warning.panel_title) };
        eprintln!("warning: {place}{}", warning.message);
    }
    Ok(write(&args, format, &rendered)?)
}

fn request(args: &Args, format: Format) -> anyhow::Result<RenderRequest> {
    let theme = if args.theme == Theme::Dark { "dark" } else { "light" };
    let uids: Vec<String> = args.dashboard.iter().cloned().collect();
    Ok(RenderRequest {
        org_id: args.source.org_id(),
        name: args.name.clone(),
        dashboards: args.source.dashboards(&uids)?,
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
        now_ms: super::source::now_ms(),
    })
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
