//! Reports: list, get, create, update, delete, pause, resume.

use std::collections::BTreeMap;

use axum::{
    Extension, Json,
    extract::State,
    response::{IntoResponse, Response},
};
use http::header;
use jiff::Timestamp;
use report::{CreateOrUpdateReport, Report, State as ReportState};
use serde_json::{Value, json};

use super::{
    ApiError, ApiState, Caller,
    extract::{JsonBody, ReportId, Segment},
};
use crate::{provision, run};

/// GET /reports
pub async fn get_reports(State(state): State<ApiState>, Extension(caller): Extension<Caller>) -> Result<Json<Vec<Report>>, ApiError> {
    Ok(Json(state.engine.store.reports(caller.org_id).await?))
}

/// GET /reports/dashboards/{uid}
pub async fn get_reports_by_dashboard_uid(
    State(state): State<ApiState>,
    Extension(caller): Extension<Caller>,
    Segment(uid): Segment,
) -> Result<Json<Vec<Report>>, ApiError> {
    let mut reports = state.engine.store.reports(caller.org_id).await?;
    reports.retain(|report| report.uses_dashboard(&uid));
    Ok(Json(reports))
}

/// GET /reports/export.yaml: all reports and the settings as a provisioning file.
pub async fn export_reports(State(state): State<ApiState>, Extension(caller): Extension<Caller>) -> Result<Response, ApiError> {
    let reports = state.engine.store.reports(caller.org_id).await?;
    let settings = state.engine.store.settings(caller.org_id).await?;
    let headers = [(header::CONTENT_TYPE, "application/yaml"), (header::CONTENT_DISPOSITION, "attachment; filename=\"reports.yaml\"")];
    Ok((headers, provision::export(&reports, &settings)).into_response())
}

/// GET /reports/{id}
pub async fn get_report(
    State(state): State<ApiState>,
    Extension(caller): Extension<Caller>,
    ReportId(which): ReportId,
) -> Result<Json<Report>, ApiError> {
    let report = state.engine.store.report(caller.org_id, which).await?;
    report.map(Json).ok_or_else(ApiError::report_not_found)
}

/// POST /reports
pub async fn create_report(
    State(state): State<ApiState>,
    Extension(caller): Extension<Caller>,
    JsonBody(body): JsonBody,
) -> Result<Json<Value>, ApiError> {
    let now = state.engine.clock.now();
    let mut report = Report::new(caller.org_id, caller.user_id.unwrap_or(0), now);
    CreateOrUpdateReport::new(body).apply(&mut report)?;
    report.validate()?;
    let titles = dashboard_titles(&state, &report, None).await?;
    name_dashboards(&mut report, &titles);
    let after = report.settle_new(now);
    let report = state.engine.store.create_report(report, after).await?;
    tracing::info!(report_id = report.id, org_id = report.org_id, login = caller.login, "report created");
    state.engine.wake();
    Ok(Json(json!({ "id": report.id, "uid": report.uid, "message": "Report created" })))
}

/// PUT /reports/{id}
pub async fn update_report(
    State(state): State<ApiState>,
    Extension(caller): Extension<Caller>,
    ReportId(which): ReportId,
    JsonBody(body): JsonBody,
) -> Result<Json<Value>, ApiError> {
    let stored = state.engine.store.report(caller.org_id, which.clone()).await?.ok_or_else(ApiError::report_not_found)?;
    check_editable(&stored)?;
    let change = CreateOrUpdateReport::new(body);
    // Once to see what it would be, since asking Grafana takes time; once more inside the transaction on what is stored then.
    let mut wanted = stored.clone();
    change.apply(&mut wanted)?;
    wanted.validate()?;
    let titles = dashboard_titles(&state, &wanted, Some(&stored)).await?;
    let now = state.engine.clock.now();
    let changed = state
        .engine
        .store
        .change_report(caller.org_id, which, now, move |report, planned| {
            let old = report.clone();
            change.apply(report)?;
            report.validate()?;
            name_dashboards(report, &titles);
            report.updated = now;
            Ok(report.settle_change(&old, now, planned))
        })
        .await?;
    let report = changed.ok_or_else(ApiError::report_not_found)?.map_err(|error: report::Error| ApiError::from(error))?;
    tracing::info!(report_id = report.id, org_id = report.org_id, login = caller.login, "report updated");
    state.engine.wake();
    Ok(Json(json!({ "message": "Report updated" })))
}

/// DELETE /reports/{id}
pub async fn delete_report(
    State(state): State<ApiState>,
    Extension(caller): Extension<Caller>,
    ReportId(which): ReportId,
) -> Result<Json<Value>, ApiError> {
    let stored = state.engine.store.report(caller.org_id, which.clone()).await?.ok_or_else(ApiError::report_not_found)?;
    check_editable(&stored)?;
    if !state.engine.store.delete_report(caller.org_id, which.clone()).await? {
        return Err(ApiError::report_not_found());
    }
    tracing::info!(report = ?which, org_id = caller.org_id, login = caller.login, "report deleted");
    Ok(Json(json!({ "message": "Report config was removed" })))
}

/// POST /reports/{id}/pause
pub async fn pause_report(
    State(state): State<ApiState>,
    Extension(caller): Extension<Caller>,
    ReportId(which): ReportId,
) -> Result<Json<Value>, ApiError> {
    let now = state.engine.clock.now();
    let pause = move |report: &mut Report, _: Timestamp| {
        check_editable(report)?;
        if report.state == ReportState::Draft {
            return Err(ApiError::bad_request("a draft cannot be paused"));
        }
        report.state = ReportState::Paused;
        report.updated = now;
        Ok(None)
    };
    state.engine.store.change_report(caller.org_id, which, now, pause).await?.ok_or_else(ApiError::report_not_found)??;
    Ok(Json(json!({ "message": "Report paused" })))
}

/// POST /reports/{id}/resume: also turns a complete draft into a scheduled report.
pub async fn resume_report(
    State(state): State<ApiState>,
    Extension(caller): Extension<Caller>,
    ReportId(which): ReportId,
) -> Result<Json<Value>, ApiError> {
    let now = state.engine.clock.now();
    let resume = move |report: &mut Report, planned: Timestamp| {
        check_editable(report)?;
        let old = report.clone();
        report.state = ReportState::Scheduled;
        report.updated = now;
        report.validate().map_err(ApiError::from)?;
        let after = report.settle_change(&old, now, planned);
        if report.state == ReportState::Expired {
            return Err(ApiError::bad_request("schedule: no due time is left, change its dates first"));
        }
        Ok(after)
    };
    state.engine.store.change_report(caller.org_id, which, now, resume).await?.ok_or_else(ApiError::report_not_found)??;
    state.engine.wake();
    Ok(Json(json!({ "message": "Report resumed" })))
}

/// A report that a file defines is changed there, so that the file stays true.
fn check_editable(report: &Report) -> Result<(), ApiError> {
    match &report.provisioned {
        Some(from) if !from.allow_ui_updates => Err(ApiError::provisioned("report", from)),
        _ => Ok(()),
    }
}

/// Asks Grafana for the titles of dashboards, which proves that they exist and may be read; those `known` already are not asked
/// for. Drafts may name anything, and a Grafana that is down for the moment does not keep anyone from saving.
async fn dashboard_titles(state: &ApiState, report: &Report, known: Option<&Report>) -> Result<BTreeMap<String, String>, ApiError> {
    let mut titles = BTreeMap::new();
    for dashboard in &report.dashboards {
        let uid = &dashboard.dashboard.uid;
        if let Some(old) = known.and_then(|known| known.dashboards.iter().find(|old| old.dashboard.uid == *uid)) {
            titles.insert(uid.clone(), old.dashboard.name.clone());
        }
        if uid.is_empty() || titles.contains_key(uid) {
            continue;
        }
        match state.engine.renderer.dashboard_title(report.org_id, uid).await {
            Ok(title) => {
                titles.insert(uid.clone(), title);
            }
            Err(error @ (run::Error::NotFound(_) | run::Error::Denied(_))) if report.state != ReportState::Draft => {
                return Err(error.into());
            }
            Err(error) => tracing::warn!(dashboard_uid = uid, error = %error, "dashboard not checked"),
        }
    }
    Ok(titles)
}

fn name_dashboards(report: &mut Report, titles: &BTreeMap<String, String>) {
    for dashboard in &mut report.dashboards {
        if let Some(title) = titles.get(&dashboard.dashboard.uid).filter(|title| !title.is_empty()) {
            dashboard.dashboard.name = title.clone();
        }
    }
}
