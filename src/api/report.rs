//! Reports: list, get, create, update, delete, pause, resume.

use axum::{
    Extension, Json,
    extract::State,
    response::{IntoResponse, Response},
};
use http::{StatusCode, header};
use jiff::Timestamp;
use report::{CreateOrUpdateReport, Report, State as ReportState};
use serde_json::{Value, json};

use super::{
    ApiError, ApiState, Caller,
    audited::Subject,
    dashboards::KnownDashboards,
    etag::{Preconditions, entity_tag},
    extract::{JsonBody, Query, ReportId, Segment},
    list::ListQuery,
};
use crate::{provision, rights};

/// GET /reports
pub async fn get_reports(State(state): State<ApiState>, Extension(caller): Extension<Caller>, query: Query) -> Result<Response, ApiError> {
    let wanted = ListQuery::read(query)?;
    Ok(wanted.answer(state.engine.store.reports(caller.org_id).await?))
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
    known: Preconditions,
) -> Result<Response, ApiError> {
    let report = state.engine.store.report(caller.org_id, which).await?.ok_or_else(ApiError::report_not_found)?;
    let tag = entity_tag(&report);
    if known.is_known(&tag) {
        return Ok((StatusCode::NOT_MODIFIED, [(header::ETAG, tag)]).into_response());
    }
    Ok(([(header::ETAG, tag)], Json(report)).into_response())
}

/// POST /reports
pub async fn create_report(
    State(state): State<ApiState>,
    Extension(caller): Extension<Caller>,
    JsonBody(body): JsonBody,
) -> Result<(Subject, Json<Value>), ApiError> {
    let now = state.engine.clock.now();
    let mut report = Report::new(caller.org_id, caller.user_id.unwrap_or(0), now);
    CreateOrUpdateReport::new(body).apply(&mut report)?;
    let mut dashboards = KnownDashboards::default();
    dashboards.ask_for_numbers(&state, &report).await?;
    dashboards.fill(&mut report);
    report.validate()?;
    rights::check_report(&state, &caller, &report).await?;
    dashboards.ask(&state, &report).await?;
    dashboards.fill(&mut report);
    let after = report.settle_new(now);
    let report = state.engine.store.create_report(report, after).await?;
    state.engine.wake();
    Ok((Subject::of(&report), Json(json!({ "id": report.id, "uid": report.uid, "message": "Report created" }))))
}

/// PUT /reports/{id}
pub async fn update_report(
    State(state): State<ApiState>,
    Extension(caller): Extension<Caller>,
    ReportId(which): ReportId,
    expected: Preconditions,
    JsonBody(body): JsonBody,
) -> Result<(Subject, Json<Value>), ApiError> {
    let stored = state.engine.store.report(caller.org_id, which.clone()).await?.ok_or_else(ApiError::report_not_found)?;
    check_editable(&stored)?;
    expected.check(&stored)?;
    let change = CreateOrUpdateReport::new(body);
    // Once to see what it would be, since asking Grafana takes time; once more inside the transaction on what is stored then.
    let mut wanted = stored.clone();
    change.apply(&mut wanted)?;
    let mut dashboards = KnownDashboards::of(&stored);
    dashboards.ask_for_numbers(&state, &wanted).await?;
    dashboards.fill(&mut wanted);
    wanted.validate()?;
    rights::check_report(&state, &caller, &wanted).await?;
    dashboards.ask(&state, &wanted).await?;
    let now = state.engine.clock.now();
    let update = move |report: &mut Report, planned: Timestamp| {
        check_editable(report)?;
        expected.check(report)?;
        let old = report.clone();
        change.apply(report)?;
        dashboards.fill(report);
        report.validate()?;
        report.updated = now;
        Ok(report.settle_change(&old, now, planned))
    };
    let changed = state.engine.store.change_report(caller.org_id, which, now, update).await?;
    let report = changed.ok_or_else(ApiError::report_not_found)?.map_err(|error: ApiError| error)?;
    state.engine.wake();
    Ok((Subject::of(&report), Json(json!({ "message": "Report updated" }))))
}

/// DELETE /reports/{id}
pub async fn delete_report(
    State(state): State<ApiState>,
    Extension(caller): Extension<Caller>,
    ReportId(which): ReportId,
    expected: Preconditions,
) -> Result<(Subject, Json<Value>), ApiError> {
    let may_go = move |report: &Report| {
        check_editable(report)?;
        expected.check(report)
    };
    // The rows of its runs go with it, and who knows their files then?
    let files = match state.engine.store.report(caller.org_id, which.clone()).await? {
        Some(report) => state.engine.store.runs_with_files(report.id).await?,
        None => Vec::new(),
    };
    let deleted = state.engine.store.delete_report_if(caller.org_id, which, may_go).await?;
    let report = deleted.ok_or_else(ApiError::report_not_found)??;
    state.engine.remove_files(files).await;
    Ok((Subject::of(&report), Json(json!({ "message": "Report config was removed" }))))
}

/// POST /reports/{id}/pause
pub async fn pause_report(
    State(state): State<ApiState>,
    Extension(caller): Extension<Caller>,
    ReportId(which): ReportId,
    expected: Preconditions,
) -> Result<(Subject, Json<Value>), ApiError> {
    let now = state.engine.clock.now();
    let pause = move |report: &mut Report, _: Timestamp| {
        check_editable(report)?;
        expected.check(report)?;
        if report.state == ReportState::Draft {
            return Err(ApiError::bad_request("a draft cannot be paused"));
        }
        report.state = ReportState::Paused;
        report.updated = now;
        Ok(None)
    };
    let changed = state.engine.store.change_report(caller.org_id, which, now, pause).await?;
    let report = changed.ok_or_else(ApiError::report_not_found)??;
    Ok((Subject::of(&report), Json(json!({ "message": "Report paused" }))))
}

/// POST /reports/{id}/resume: also turns a complete draft into a scheduled report.
pub async fn resume_report(
    State(state): State<ApiState>,
    Extension(caller): Extension<Caller>,
    ReportId(which): ReportId,
    expected: Preconditions,
) -> Result<(Subject, Json<Value>), ApiError> {
    let stored = state.engine.store.report(caller.org_id, which.clone()).await?.ok_or_else(ApiError::report_not_found)?;
    rights::check_report(&state, &caller, &stored).await?;
    let now = state.engine.clock.now();
    let resume = move |report: &mut Report, planned: Timestamp| {
        check_editable(report)?;
        expected.check(report)?;
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
    let changed = state.engine.store.change_report(caller.org_id, which, now, resume).await?;
    let report = changed.ok_or_else(ApiError::report_not_found)??;
    state.engine.wake();
    Ok((Subject::of(&report), Json(json!({ "message": "Report resumed" }))))
}

/// A report that a file defines is changed there, so that the file stays true.
fn check_editable(report: &Report) -> Result<(), ApiError> {
    match &report.provisioned {
        Some(from) if !from.allow_ui_updates => Err(ApiError::provisioned("report", from)),
        _ => Ok(()),
    }
}
