//! What lies ahead: when reports are sent next, and when a schedule would be due.

use std::collections::BTreeMap;

use axum::{Extension, Json, extract::State};
use report::{CreateOrUpdateReport, Report, format_time};
use serde_json::{Map, Value, json};

use super::{ApiError, ApiState, Caller, extract::JsonBody, run};
use crate::store::Run;

/// GET /reports/overview: by report id, when it is sent next and how its newest run went. One request for a whole list.
pub async fn get_overview(State(state): State<ApiState>, Extension(caller): Extension<Caller>) -> Result<Json<Value>, ApiError> {
    let now = state.engine.clock.now();
    let reports = state.engine.store.reports(caller.org_id).await?;
    let mut latest: BTreeMap<i64, Run> = BTreeMap::new();
    for run in state.engine.store.latest_runs(caller.org_id).await? {
        if let Some(report_id) = run.report_id {
            latest.insert(report_id, run);
        }
    }
    let outlook = |report: &Report| {
        let zone = report.schedule.zone();
        let is_active = report.state == report::State::Scheduled;
        let next = is_active.then(|| report.schedule.next_occurrence(now)).flatten().map(|next| format_time(next, &zone));
        json!({ "nextDue": next, "lastRun": latest.get(&report.id).map(|run| run::run_json(&state, run, &zone)) })
    };
    Ok(Json(reports.iter().map(|report| (report.id.to_string(), outlook(report))).collect::<Map<_, _>>().into()))
}

/// POST /reports/occurrences `{"schedule": …, "count": 5}`: the next due times of a schedule that need not be saved, for the editor.
pub async fn get_occurrences(
    State(state): State<ApiState>,
    Extension(caller): Extension<Caller>,
    JsonBody(body): JsonBody,
) -> Result<Json<Value>, ApiError> {
    let now = state.engine.clock.now();
    let count = body.get("count").and_then(Value::as_u64).unwrap_or(5).clamp(1, 50) as usize;
    let mut report = Report::new(caller.org_id, 0, now);
    CreateOrUpdateReport::new(json!({ "schedule": body.get("schedule") })).apply(&mut report)?;
    // Without a start it begins when it is saved: show it as if that were now.
    report.settle(now, now);
    let zone = report.schedule.zone();
    let before_now = now.checked_sub(jiff::SignedDuration::from_secs(1)).unwrap_or(now);
    let times = report.schedule.next_occurrences(before_now, count);
    let times: Vec<String> = times.into_iter().map(|time| format_time(time, &zone)).collect();
    Ok(Json(json!({ "timeZone": report.schedule.time_zone, "occurrences": times })))
}
