//! The ledger: what was due and what became of it, how far it is, and the files it made.

use axum::{
    Extension, Json,
    extract::{FromRequestParts, Path, State},
    response::Response,
};
use http::{StatusCode, request::Parts};
use jiff::{Timestamp, tz::TimeZone};
use report::format_time;
use serde_json::{Map, Value, json};

use super::{
    ApiError, ApiState, Caller,
    extract::{Query, ReportId, Segment},
    render::{Disposition, download},
};
use crate::{
    rights,
    store::{Cancelled, Run, RunFilter, RunState, Trigger},
};

const DEFAULT_RUNS: i64 = 50;
const MAX_RUNS: i64 = 1000;

/// GET /reports/{id}/runs: newest first.
pub async fn get_report_runs(
    State(state): State<ApiState>,
    Extension(caller): Extension<Caller>,
    ReportId(which): ReportId,
    query: Query,
) -> Result<Json<Vec<Value>>, ApiError> {
    let mut filter = filter(&query, caller.org_id)?;
    let report = state.engine.store.report(caller.org_id, which).await?.ok_or_else(ApiError::report_not_found)?;
    filter.report_id = Some(report.id);
    let runs = state.engine.store.runs(filter).await?;
    let zone = report.schedule.zone();
    Ok(Json(runs.iter().map(|run| run_json(&state, run, &zone)).collect()))
}

/// GET /reports/runs: the same of all reports of the organisation, tests included.
pub async fn get_runs(
    State(state): State<ApiState>,
    Extension(caller): Extension<Caller>,
    query: Query,
) -> Result<Json<Vec<Value>>, ApiError> {
    let runs = state.engine.store.runs(filter(&query, caller.org_id)?).await?;
    let reports = state.engine.store.reports(caller.org_id).await?;
    let zone_of = |run: &Run| reports.iter().find(|report| Some(report.id) == run.report_id).map(|report| report.schedule.zone());
    Ok(Json(runs.iter().map(|run| run_json(&state, run, &zone_of(run).unwrap_or(TimeZone::UTC))).collect()))
}

fn filter(query: &Query, org_id: i64) -> Result<RunFilter, ApiError> {
    let number = |key: &str| match query.get(key).map(str::parse::<i64>) {
        None => Ok(None),
        Some(Ok(number)) => Ok(Some(number)),
        Some(Err(_)) => Err(ApiError::bad_request(format!("{key}: expected a number"))),
    };
    let moment = |key: &str| match query.get(key).map(moment) {
        None => Ok(None),
        Some(Some(ms)) => Ok(Some(ms)),
        Some(None) => Err(ApiError::bad_request(format!("{key}: expected a time such as 2026-01-31T00:00:00Z, or milliseconds"))),
    };
    let state = query.get("state").map(|text| RunState::parse(text).ok_or(text));
    let state = state
        .transpose()
        .map_err(|text| ApiError::bad_request(format!("state: expected due, running, sending, sent, failed or skipped, got {text:?}")))?;
    let trigger = query.get("trigger").map(|text| Trigger::parse(text).ok_or(text));
    let trigger =
        trigger.transpose().map_err(|text| ApiError::bad_request(format!("trigger: expected schedule, manual or test, got {text:?}")))?;
    Ok(RunFilter {
        org_id,
        report_id: None,
        state,
        trigger,
        from_ms: moment("from")?,
        to_ms: moment("to")?,
        before: number("before")?,
        limit: number("limit")?.unwrap_or(DEFAULT_RUNS).clamp(1, MAX_RUNS),
    })
}

fn moment(text: &str) -> Option<i64> {
    let ms = text.parse::<i64>().ok().and_then(|ms| Timestamp::from_millisecond(ms).ok());
    ms.or_else(|| text.parse().ok()).map(Timestamp::as_millisecond)
}

/// GET /reports/runs/{run}: with its panels, and how far it is while it is under way.
pub async fn get_run(
    State(state): State<ApiState>,
    Extension(caller): Extension<Caller>,
    RunId(run_id): RunId,
) -> Result<Json<Value>, ApiError> {
    let run = state.engine.store.run(caller.org_id, run_id).await?.ok_or_else(run_not_found)?;
    let report = match run.report_id {
        Some(id) => state.engine.store.report(caller.org_id, crate::store::ReportRef::Id(id)).await?,
        None => None,
    };
    let zone = report.map_or(TimeZone::UTC, |report| report.schedule.zone());
    let mut json = run_json(&state, &run, &zone);
    json["panels"] = run.record.panels;
    Ok(Json(json))
}

/// DELETE /reports/runs/{run}: stops a run before its mail is handed over. The row stays, as skipped.
pub async fn cancel_run(
    State(state): State<ApiState>,
    Extension(caller): Extension<Caller>,
    RunId(run_id): RunId,
) -> Result<Json<Value>, ApiError> {
    let why = if caller.login.is_empty() { "cancelled".to_owned() } else { format!("cancelled by {}", caller.login) };
    let conflict = |message: &str| Err(ApiError::new(StatusCode::CONFLICT, message));
    match state.engine.cancel(caller.org_id, run_id, &why).await? {
        Cancelled::Yes => {
            tracing::info!(run_id, org_id = caller.org_id, login = caller.login, "run cancelled");
            Ok(Json(json!({ "message": "Run cancelled" })))
        }
        Cancelled::TooLate(RunState::Sending) => conflict("the mail is being handed over already"),
        Cancelled::TooLate(_) => conflict("the run is over already"),
        Cancelled::NotFound => Err(run_not_found()),
    }
}

/// GET /reports/runs/{run}/files/{file}: the very file that was sent. What it is called and what it is stands in the ledger.
pub async fn get_run_file(
    State(state): State<ApiState>,
    Extension(caller): Extension<Caller>,
    RunFile { run_id, index }: RunFile,
) -> Result<Response, ApiError> {
    let run = state.engine.store.run(caller.org_id, run_id).await?.ok_or_else(run_not_found)?;
    rights::check_run(&state, &caller, &run).await?;
    let gone = || ApiError::new(StatusCode::NOT_FOUND, "The file is not kept any more");
    let file = run.record.files.get(index).ok_or_else(gone)?;
    let text = |key: &str| file.get(key).and_then(Value::as_str).unwrap_or_default();
    let archive = state.engine.archive.clone();
    let bytes = tokio::task::spawn_blocking(move || archive.read(run_id, index)).await.map_err(|_| ApiError::internal())?;
    Ok(download(text("name"), text("contentType"), bytes.ok_or_else(gone)?, Disposition::Attachment))
}

fn run_not_found() -> ApiError {
    ApiError::new(StatusCode::NOT_FOUND, "Run not found")
}

/// Times with the offset of the report's zone, like everywhere in the API.
pub fn run_json(state: &ApiState, run: &Run, zone: &TimeZone) -> Value {
    let time = |ms: Option<i64>| ms.and_then(|ms| Timestamp::from_millisecond(ms).ok()).map(|time| format_time(time, zone));
    json!({
        "id": run.id,
        "reportId": run.report_id,
        "reportName": run.report_name,
        "trigger": run.trigger.as_str(),
        "state": run.state.as_str(),
        "due": time(run.occurrence_ms),
        "attempts": run.attempts,
        "started": time(run.started_ms),
        "finished": time(run.finished_ms),
        "elapsedMs": run.started_ms.zip(run.finished_ms).map(|(started, finished)| finished - started),
        "error": run.error,
        "warnings": run.record.warnings,
        "recipients": run.recipients,
        "files": files(state, run),
        "timings": run.record.timings,
        "progress": progress(state, run),
    })
}

/// The files by their index in downloads; `kept` says whether they can still be had.
fn files(state: &ApiState, run: &Run) -> Value {
    let files: Vec<&Map<String, Value>> = run.record.files.as_array().into_iter().flatten().filter_map(Value::as_object).collect();
    let kept = !files.is_empty() && state.engine.archive.has(run.id);
    let with_kept = |file: &Map<String, Value>| {
        let mut file = file.clone();
        file.insert("kept".into(), kept.into());
        Value::Object(file)
    };
    files.into_iter().map(with_kept).collect()
}

/// Of a run that is under way in this process.
fn progress(state: &ApiState, run: &Run) -> Option<Value> {
    let is_under_way = matches!(run.state, RunState::Running | RunState::Sending);
    let progress = is_under_way.then(|| state.engine.live.progress(run.id)).flatten()?;
    Some(json!({
        "stage": progress.stage.as_str(),
        "step": progress.step,
        "panelsDone": progress.done,
        "panelsTotal": progress.total,
    }))
}

/// `{run}`: the number of a run.
pub struct RunId(i64);

impl<S: Send + Sync> FromRequestParts<S> for RunId {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<RunId, ApiError> {
        let Segment(text) = Segment::from_request_parts(parts, state).await?;
        text.parse().map(RunId).map_err(|_| ApiError::bad_request("run: expected a number"))
    }
}

/// `{run}/files/{file}`.
pub struct RunFile {
    run_id: i64,
    index: usize,
}

impl<S: Send + Sync> FromRequestParts<S> for RunFile {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<RunFile, ApiError> {
        let path = Path::<(String, String)>::from_request_parts(parts, state).await;
        let Path((run, file)) = path.map_err(|rejection| ApiError::bad_request(rejection.body_text()))?;
        match (run.parse(), file.parse()) {
            (Ok(run_id), Ok(index)) => Ok(RunFile { run_id, index }),
            (Err(_), _) => Err(ApiError::bad_request("run: expected a number")),
            (_, Err(_)) => Err(ApiError::bad_request("file: expected a number")),
        }
    }
}
