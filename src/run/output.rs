//! Settled dashboards become files: PDFs, one CSV a table panel, pictures.

use std::{collections::BTreeSet, sync::Arc};

use grafana::{
    field::{self, DisplayContext},
    frame::{Field, Frame},
    theme::Theme,
    variable::{self, DefaultFormat},
};
use render::{
    DashboardView, PageSetup, PanelView, ReportView, Warning,
    view::{MOST_TABLE_ROWS, Orientation, Paper, TableRows},
};
use scene::Document;

use super::{Dialect, Encoding, Error, FontShelf, RenderRequest, RenderedFile};

/// What [`files`] made.
#[derive(Default)]
pub struct Output {
    pub files: Vec<RenderedFile>,
    pub images: Vec<RenderedFile>,
    pub warnings: Vec<Warning>,
}

/// Draws and writes everything the request asks for; pictures with `image_scale` device pixels for each px. Long work without any
/// I/O: run it on a blocking thread. `told` hears of each panel that is drawn: how many, of how many; a panel on a page and in a
/// picture is drawn twice.
pub fn files(
    request: &RenderRequest,
    mut dashboards: Vec<DashboardView>,
    fonts: &FontShelf,
    image_scale: f64,
    told: &mut dyn FnMut(usize, usize),
) -> Result<Output, Error> {
    let n_panels = dashboards.iter().flat_map(|d| &d.panels).filter(|view| view.panel.plugin_id != "row").count();
    let total = n_panels * (usize::from(request.formats.pdf) + usize::from(request.formats.image));
    let mut done = 0;
    let mut on_panel = || {
        done += 1;
        told(done, total);
    };
    let mut output = Output::default();
    let mut names = FileNames::default();
    if request.formats.pdf {
        let views = match request.formats.csv || request.formats.image {
            true => dashboards.clone(),
            false => std::mem::take(&mut dashboards),
        };
        let groups = match request.combine_one_file {
            true => vec![(request.name.clone(), views)],
            false => views.into_iter().map(|view| (view.title.clone(), vec![view])).collect(),
        };
        for (title, dashboards) in groups {
            let view = report_view(request, dashboards, &request.theme, setup(request));
            let (document, warnings) = draw(&view, fonts, &mut on_panel);
            output.warnings.extend(warnings);
            let bytes = export::pdf::write(&document).map_err(|e| Error::Internal(e.to_string()))?;
            output.files.push(file(names.unique(&title, "pdf"), "application/pdf", bytes));
        }
    }
    if request.formats.csv {
        for dashboard in &dashboards {
            csv_files(dashboard, request.csv, &mut names, &mut output)?;
        }
    }
    if request.formats.image {
        for dashboard in &dashboards {
            let pen = Pen { fonts, image_scale, on_panel: &mut on_panel };
            image(request, dashboard, pen, &mut names, &mut output);
        }
    }
    // The same panel drawn for the PDF and for the picture says the same thing: once is enough.
    let mut seen = BTreeSet::new();
    output.warnings.retain(|w| seen.insert((w.dashboard_uid.clone(), w.panel_id, w.message.clone())));
    Ok(output)
}

/// How many pages a dashboard takes, and what its drawing warns of.
pub fn draw_only(request: &RenderRequest, dashboard: DashboardView, fonts: &FontShelf) -> (usize, Vec<Warning>) {
    let view = report_view(request, vec![dashboard], &request.theme, setup(request));
    let (document, warnings) = draw(&view, fonts, &mut || {});
    (document.pages.len(), warnings)
}

/// Draws; and once more with fonts of the system where characters are missing.
fn draw(view: &ReportView, fonts: &FontShelf, on_panel: &mut dyn FnMut()) -> (Document, Vec<Warning>) {
    let drawn = render::page::render_watched(view, fonts.base(), on_panel);
    let wished = drawn.0.wished();
    match (!wished.is_empty()).then(|| fonts.with(&wished)).flatten() {
        Some(more) => render::page::render(view, &more),
        None => drawn,
    }
}

fn setup(request: &RenderRequest) -> PageSetup {
    PageSetup {
        layout: request.layout,
        orientation: request.orientation,
        paper: Paper::A4,
        screen_width_px: request.screen_width_px,
        show_variables: request.show_template_variables,
        header: true,
        footer: true,
        scale: request.scale_factor.clamp(1, 3) as f64,
        table_rows: TableRows::All { most: if request.include_tables { MOST_INCLUDED_ROWS } else { MOST_TABLE_ROWS } },
    }
}

/// Rows of one table when tables are asked for whole (`includeTables`): some 400 pages of A4, more than anybody prints.
const MOST_INCLUDED_ROWS: usize = 10_000;

fn report_view(request: &RenderRequest, dashboards: Vec<DashboardView>, theme: &str, setup: PageSetup) -> ReportView {
    ReportView {
        name: request.name.clone(),
        dashboards,
        setup,
        theme: theme_named(theme),
        rendered_ms: request.now_ms,
        logo: request.logo.clone(),
    }
}

/// "dark" or anything else, which is light: Grafana prints light unless told otherwise.
pub fn theme_named(name: &str) -> Theme {
    if name == "dark" { Theme::dark() } else { Theme::light() }
}

/// What a picture is drawn with.
struct Pen<'a> {
    fonts: &'a FontShelf,
    image_scale: f64,
    on_panel: &'a mut dyn FnMut(),
}

/// The picture in the mail: one endless page without header and footer. A picture that cannot be made is a warning; the
/// report goes out without it.
fn image(request: &RenderRequest, dashboard: &DashboardView, pen: Pen<'_>, names: &mut FileNames, output: &mut Output) {
    let Pen { fonts, image_scale, on_panel } = pen;
    let setup = PageSetup {
        paper: Paper::Endless,
        orientation: Orientation::Landscape,
        header: false,
        footer: false,
        scale: 1.0,
        ..setup(request)
    };
    let mut view = report_view(request, vec![dashboard.clone()], &request.image_theme, setup);
    let (mut document, mut warnings) = draw(&view, fonts, on_panel);
    // Long tables can make a page no picture is made of; what a screen shows of them is better than no picture.
    if document.pages.first().is_some_and(|page| !export::png::fits(page, 1.0)) {
        view.setup.table_rows = TableRows::AsOnScreen;
        (document, warnings) = draw(&view, fonts, &mut || {});
    }
    output.warnings.extend(warnings);
    let Some(page) = document.pages.first() else { return };
    // A page too long for fine pixels is still a picture in coarse ones.
    let scale = if export::png::fits(page, image_scale) { image_scale } else { 1.0 };
    match export::png::write(page, scale) {
        Ok(bytes) => output.images.push(file(names.unique(&dashboard.title, "png"), "image/png", bytes)),
        Err(error) => output.warnings.push(Warning {
            dashboard_uid: dashboard.uid.clone(),
            panel_id: None,
            panel_title: dashboard.title.clone(),
            message: format!("the picture of the dashboard was left out: {error}"),
        }),
    }
}

/// One CSV for each table panel that has rows.
fn csv_files(dashboard: &DashboardView, dialect: Dialect, names: &mut FileNames, output: &mut Output) -> Result<(), Error> {
    let theme = Theme::light();
    for view in dashboard.panels.iter().filter(|v| v.panel.plugin_id == "table") {
        let scope = variable::scope_of(&view.panel);
        let interpolate = |text: &str| variable::interpolate(text, &dashboard.variables, &scope, DefaultFormat::Glob);
        let context = DisplayContext { theme: &theme, zone: &dashboard.zone, now_ms: dashboard.now_ms, interpolate: &interpolate };
        for (index, frame) in view.frames.iter().filter(|f| !f.is_empty()).enumerate() {
            let (header, rows) = table_text(frame, view, &context);
            let written = export::csv::write(&header, &rows, dialect).map_err(|e| Error::Internal(e.to_string()))?;
            if written.n_lost > 0 {
                let charset = dialect.encoding.charset();
                output.warnings.push(Warning {
                    dashboard_uid: dashboard.uid.clone(),
                    panel_id: Some(view.panel.id),
                    panel_title: view.panel.title.clone(),
                    message: format!("{} characters are question marks in the CSV: {charset} does not have them", written.n_lost),
                });
            }
            let title = if view.panel.title.is_empty() { format!("panel {}", view.panel.id) } else { view.panel.title.clone() };
            let title = if index == 0 { title } else { format!("{title} {}", frame.ref_id.as_deref().unwrap_or("2")) };
            output.files.push(file(
                names.unique(&format!("{} - {title}", dashboard.title), "csv"),
                content_type(dialect.encoding),
                written.bytes,
            ));
        }
    }
    Ok(())
}

/// Programs that guess take UTF-8 for granted; the others are told.
fn content_type(encoding: Encoding) -> &'static str {
    match encoding {
        Encoding::Utf8 | Encoding::Utf8Bom => "text/csv",
        Encoding::Utf16Le => "text/csv; charset=utf-16",
        Encoding::Gbk => "text/csv; charset=gbk",
        Encoding::ShiftJis => "text/csv; charset=shift_jis",
        Encoding::Iso88591 => "text/csv; charset=iso-8859-1",
    }
}

/// A frame as its table shows it: names of the visible columns, and every cell's text.
fn table_text(frame: &Frame, view: &PanelView, context: &DisplayContext) -> (Vec<String>, Vec<Vec<String>>) {
    let hidden = |field: &Field| {
        field.config.custom.get("hidden").or_else(|| field.config.custom.get("hideFrom").and_then(|h| h.get("viz"))) == Some(&true.into())
    };
    let fields: Vec<&Field> = frame.fields.iter().filter(|f| !hidden(f)).collect();
    let header = fields.iter().map(|f| f.display_name.clone().unwrap_or_else(|| field::display_name(f, frame, &view.frames))).collect();
    let cell = |field: &Field, row: usize| field::display_value(field, &field.values.get(row), None, context).full();
    let rows = (0..frame.len()).map(|row| fields.iter().map(|f| cell(f, row)).collect()).collect();
    (header, rows)
}

fn file(name: String, content_type: &'static str, bytes: Vec<u8>) -> RenderedFile {
    RenderedFile { name, content_type, bytes: Arc::new(bytes) }
}

/// Several files in one zip; equal files give equal bytes.
pub fn zip_files(files: &[RenderedFile]) -> Result<Vec<u8>, Error> {
    use std::io::Write as _;
    let failed = |e: &dyn std::fmt::Display| Error::Internal(format!("the zip cannot be written: {e}"));
    let mut writer = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let options = zip::write::SimpleFileOptions::default().last_modified_time(zip::DateTime::default());
    for file in files {
        writer.start_file(&file.name, options).map_err(|e| failed(&e))?;
        writer.write_all(&file.bytes).map_err(|e| failed(&e))?;
    }
    Ok(writer.finish().map_err(|e| failed(&e))?.into_inner())
}

/// File names that no mail program or file system stumbles over, each used once.
#[derive(Default)]
struct FileNames {
    used: BTreeSet<String>,
}

impl FileNames {
    fn unique(&mut self, title: &str, extension: &str) -> String {
        let stem = safe_file_stem(title);
        let mut name = format!("{stem}.{extension}");
        let mut number = 2;
        while !self.used.insert(name.to_lowercase()) {
            name = format!("{stem} ({number}).{extension}");
            number += 1;
        }
        name
    }
}

/// Titles may hold anything; names of files may not: separators, control characters and leading dots go.
fn safe_file_stem(title: &str) -> String {
    let cleaned: String = title.chars().map(|c| if c.is_control() || "/\\:*?\"<>|".contains(c) { '_' } else { c }).collect();
    let trimmed: String = cleaned.trim().trim_start_matches('.').chars().take(100).collect();
    if trimmed.is_empty() { "report".into() } else { trimmed }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn encodings_are_told_in_the_content_type() {
        for encoding in [Encoding::Utf8, Encoding::Utf8Bom, Encoding::Utf16Le, Encoding::Gbk, Encoding::ShiftJis, Encoding::Iso88591] {
            let charset = encoding.charset();
            let expected = if charset == "utf-8" { "text/csv".to_owned() } else { format!("text/csv; charset={charset}") };
            assert_eq!(content_type(encoding), expected);
        }
    }

    #[test]
    fn file_names_are_safe_and_unique() {
        let check = |title: &str, expected: &str| assert_eq!(FileNames::default().unique(title, "pdf"), expected);
        check("Weekly report", "Weekly report.pdf");
        check("a/b\\c:d\n", "a_b_c_d_.pdf");
        check("../../etc", "_.._etc.pdf");
        check("", "report.pdf");
        check("Köln 東京", "Köln 東京.pdf");
        let mut names = FileNames::default();
        assert_eq!(names.unique("a", "csv"), "a.csv");
        assert_eq!(names.unique("A", "csv"), "A (2).csv");
    }
}
