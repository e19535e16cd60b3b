//! Rendering now: PDF and CSV downloads of dashboards, nothing stored.

use std::io::{Cursor, Write};

use axum::{
    Extension,
    extract::State,
    response::{IntoResponse, Response},
};
use http::{StatusCode, header};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use report::{CreateOrUpdateReport, Format, Report, read_dashboards_parameter};
use serde_json::json;

use super::{ApiError, ApiState, Caller, extract::Query};
use crate::{rights, run::RenderedFile};

/// Characters RFC 5987 allows as they are.
const EXT_VALUE: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// GET /reports/render/pdfs
pub async fn render_report_pdfs(
    State(state): State<ApiState>,
    Extension(caller): Extension<Caller>,
    query: Query,
) -> Result<Response, ApiError> {
    let mut files = render(&state, &caller, &query, Format::Pdf).await?;
    match files.len() {
        0 => Err(ApiError::internal()),
        1 => Ok(inline(files.remove(0))),
        _ => Ok(inline(zip(title(&query), files).await?)),
    }
}

/// GET /reports/render/csvs: a zip, or 204 when no panel has anything to export.
pub async fn render_report_csvs(
    State(state): State<ApiState>,
    Extension(caller): Extension<Caller>,
    query: Query,
) -> Result<Response, ApiError> {
    let files = render(&state, &caller, &query, Format::Csv).await?;
    if files.is_empty() {
        return Ok(StatusCode::NO_CONTENT.into_response());
    }
    Ok(inline(zip(title(&query), files).await?))
}

fn title(query: &Query) -> String {
    query.get("title").unwrap_or("Report").to_owned()
}

async fn render(state: &ApiState, caller: &Caller, query: &Query, format: Format) -> Result<Vec<RenderedFile>, ApiError> {
    let now = state.engine.clock.now();
    let mut report = Report::new(caller.org_id, caller.user_id.unwrap_or(0), now);
    let body = json!({
        "name": title(query),
        "options": {
            "orientation": query.get("orientation"),
            "layout": query.get("layout"),
            "csvEncoding": query.get("csvEncoding"),
            "csvDelimiter": query.get("csvDelimiter"),
            "pdfCombineOneFile": true,
        },
    });
    CreateOrUpdateReport::new(body).apply(&mut report)?;
    report.dashboards = read_dashboards_parameter(&query.all("dashboards"))?;
    report.formats = vec![format];
    if let Some(scale) = query.get("scaleFactor") {
        report.scale_factor =
            scale.parse().map_err(|_| ApiError::bad_request(format!("scaleFactor: expected 1, 2 or 3, got {scale:?}")))?;
        report.scale_factor = report.scale_factor.max(1);
    }
    report.state = report::State::Draft;
    report.validate()?;
    rights::check_report(state, caller, &report).await?;
    let settings = state.engine.store.settings(caller.org_id).await?;
    let mut request = state.engine.render_request(&report, &settings, now).await?;
    request.include_tables = flag(query, "includeTables")?;
    Ok(state.engine.render(request, &|_| {}).await?.files)
}

fn flag(query: &Query, key: &str) -> Result<bool, ApiError> {
    match query.get(key).map(str::to_ascii_lowercase).as_deref() {
        None | Some("false" | "0") => Ok(false),
        Some("true" | "1") => Ok(true),
        Some(other) => Err(ApiError::bad_request(format!("{key}: expected true or false, got {other:?}"))),
    }
}

/// One file with all of `files`; compressing takes a thread of its own.
async fn zip(title: String, files: Vec<RenderedFile>) -> Result<RenderedFile, ApiError> {
    let packed = tokio::task::spawn_blocking(move || -> zip::result::ZipResult<Vec<u8>> {
        let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
        for file in &files {
            // The default options carry a fixed date: same files, same bytes.
            writer.start_file(file.name.as_str(), zip::write::SimpleFileOptions::default())?;
            writer.write_all(&file.bytes)?;
        }
        Ok(writer.finish()?.into_inner())
    });
    match packed.await {
        Ok(Ok(bytes)) => Ok(RenderedFile { name: format!("{title}.zip"), content_type: "application/zip", bytes: bytes.into() }),
        Ok(Err(error)) => {
            tracing::error!(error = %error, "the zip could not be written");
            Err(ApiError::internal())
        }
        Err(_) => Err(ApiError::internal()),
    }
}

fn inline(file: RenderedFile) -> Response {
    download(&file.name, file.content_type, file.bytes.as_ref().clone(), Disposition::Inline)
}

/// What a browser does with a download.
#[derive(Clone, Copy)]
pub enum Disposition {
    /// Shows it.
    Inline,
    /// Stores it.
    Attachment,
}

/// A file under its own name, which may hold anything.
pub fn download(name: &str, content_type: &str, bytes: Vec<u8>, disposition: Disposition) -> Response {
    // Both forms of RFC 6266: an ASCII name for old clients, the true one beside it.
    let plain: String = name.chars().map(|c| if c.is_ascii_graphic() && !matches!(c, '"' | '\\') || c == ' ' { c } else { '_' }).collect();
    let how = match disposition {
        Disposition::Inline => "inline",
        Disposition::Attachment => "attachment",
    };
    let disposition = format!("{how}; filename=\"{plain}\"; filename*=UTF-8''{}", utf8_percent_encode(name, EXT_VALUE));
    let headers = [
        (header::CONTENT_TYPE, content_type.to_owned()),
        (header::CONTENT_DISPOSITION, disposition),
        // It comes from Grafana's own origin and must be taken for what it is.
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff".to_owned()),
    ];
    (headers, bytes).into_response()
}
