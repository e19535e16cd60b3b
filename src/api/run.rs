//! The ledger of a report: what was due, and what became of it.

use axum::{Extension, Json, extract::State};
use jiff::Timestamp;
use report::format_time;
use serde_json::{Value, json};

use super::{
    ApiError, ApiState, Caller,
    extract::{Query, ReportId},
};
use crate::store::Run;

const DEFAULT_RUNS: i64 = 50;
const MAX_RUNS: i64 = 1000;

/// GET /reports/{id}/runs?limit=: newest first.
pub async fn get_report_runs(
    State(state): State<ApiState>,
    Extension(caller): Extension<Caller>,
    ReportId(which): ReportId,
    query: Query,
) -> Result<Json<Vec<Value>>, ApiError> {
    let limit = match query.get("limit").map(str::parse::<i64>) {
        None => DEFAULT_RUNS,
        Some(Ok(limit)) => limit.clamp(1, MAX_RUNS),
        Some(Err(_)) => return Err(ApiError::bad_request("limit: expected a number")),
    };
    let report = state.engine.store.report(caller.org_id, which).await?.ok_or_else(ApiError::report_not_found)?;
    let runs = state.engine.store.runs(caller.org_id, Some(report.id), limit).await?;
    let zone = report.schedule.zone();
    let time = |ms: Option<i64>| ms.and_then(|ms| Timestamp::from_millisecond(ms).ok()).map(|time| format_time(time, &zone));
    Ok(Json(runs.iter().map(|run| run_json(run, &time)).collect()))
}

/// Times with the offset of the report's zone, like everywhere in the API.
fn run_json(run: &Run, time: &dyn Fn(Option<i64>) -> Option<String>) -> Value {
    json!({
        "id": run.id,
        "reportId": run.report_id,
        "trigger": run.trigger.as_str(),
        "state": run.state.as_str(),
        "due": time(run.occurrence_ms),
        "attempts": run.attempts,
        "started": time(run.started_ms),
        "finished": time(run.finished_ms),
        "elapsedMs": run.started_ms.zip(run.finished_ms).map(|(started, finished)| finished - started),
        "error": run.error,
        "warnings": run.warnings,
        "recipients": run.recipients,
        "files": run.files,
    })
}
