//! A dry run: what a report would look like and what keeps it from going out. Nothing is stored or sent.

use axum::{Extension, Json, extract::State};
use report::{CreateOrUpdateReport, Report, format_time, split_recipients};
use serde_json::{Value, json};

use super::{
    ApiError, ApiState, Caller,
    dashboards::KnownDashboards,
    extract::{JsonBody, report_ref},
};
use crate::{
    rights,
    run::{CheckRequest, CheckedDashboard},
};

/// How many due times are shown.
const N_OCCURRENCES: usize = 5;

/// POST /reports/check: a report as it would be created, or `{"id"}` of a stored one with what would change. `queryData: false` leaves
/// the data sources alone; pages are an estimate then.
pub async fn check(
    State(state): State<ApiState>,
    Extension(caller): Extension<Caller>,
    JsonBody(body): JsonBody,
) -> Result<Json<Value>, ApiError> {
    let Value::Object(wish) = &body else { return Err(ApiError::bad_request("request body: expected an object")) };
    let with_data = match wish.get("queryData") {
        None | Some(Value::Null) => true,
        Some(Value::Bool(flag)) => *flag,
        Some(_) => return Err(ApiError::bad_request("queryData: expected true or false")),
    };
    let now = state.engine.clock.now();
    let mut report = match wish.get("id") {
        None | Some(Value::Null) => Report::new(caller.org_id, caller.user_id.unwrap_or(0), now),
        Some(Value::String(id)) => stored(&state, &caller, id).await?,
        Some(Value::Number(id)) => stored(&state, &caller, &id.to_string()).await?,
        Some(_) => return Err(ApiError::bad_request("id: expected a string")),
    };
    CreateOrUpdateReport::new(body).apply(&mut report)?;
    let mut dashboards = KnownDashboards::default();
    dashboards.ask_for_numbers(&state, &report).await?;
    dashboards.fill(&mut report);
    rights::check_report(&state, &caller, &report).await?;
    let settings = state.engine.store.settings(caller.org_id).await?;
    let render = state.engine.render_request(&report, &settings, now).await?;
    let checked = state.engine.check(CheckRequest { render, with_data }).await?;
    Ok(Json(answer(&state, report, &checked, with_data)))
}

async fn stored(state: &ApiState, caller: &Caller, id: &str) -> Result<Report, ApiError> {
    state.engine.store.report(caller.org_id, report_ref(id)?).await?.ok_or_else(ApiError::report_not_found)
}

fn answer(state: &ApiState, mut report: Report, checked: &[CheckedDashboard], with_data: bool) -> Value {
    let now = state.engine.clock.now();
    let mut problems: Vec<String> = report.problems().iter().map(ToString::to_string).collect();
    let refused = state.engine.refused_by_domain(&split_recipients(&report.recipients));
    problems.extend(refused.iter().map(|address| format!("recipients: mail to {address} is not allowed (allowed_domains)")));
    // As if it were saved and scheduled now: without a start it begins then.
    report.state = report::State::Scheduled;
    report.settle(now, now);
    let zone = report.schedule.zone();
    let before_now = now.checked_sub(jiff::SignedDuration::from_secs(1)).unwrap_or(now);
    let occurrences = report.schedule.next_occurrences(before_now, N_OCCURRENCES);
    let is_by_hand = report.schedule.frequency == Some(report::Frequency::Never);
    let is_told = problems.iter().any(|problem| problem.starts_with("schedule"));
    if occurrences.is_empty() && !is_by_hand && !is_told {
        problems.push("schedule: no due time is left".into());
    }
    json!({
        "ok": problems.is_empty() && checked.iter().all(CheckedDashboard::is_fine),
        "problems": problems,
        "timeZone": report.schedule.time_zone,
        "occurrences": occurrences.into_iter().map(|time| format_time(time, &zone)).collect::<Vec<_>>(),
        "dashboards": checked.iter().map(dashboard_json).collect::<Vec<_>>(),
        "pages": checked.iter().map(|dashboard| dashboard.pages).sum::<usize>(),
        "dataQueried": with_data,
    })
}

/// One dashboard as it is told here and on the command line.
pub fn dashboard_json(dashboard: &CheckedDashboard) -> Value {
    let panels = dashboard.panels.iter().map(|panel| {
        json!({
            "id": panel.id,
            "title": panel.title,
            "type": panel.kind,
            "verdict": panel.verdict.as_str(),
            "reasons": panel.reasons,
        })
    });
    let variables = dashboard
        .variables
        .iter()
        .map(|variable| json!({ "name": variable.name, "problem": variable.problem.as_str(), "values": variable.values }));
    let sources = dashboard.sources.iter().map(|source| {
        json!({ "uid": source.uid, "name": source.name, "type": source.kind, "queries": source.n_queries, "errors": source.errors })
    });
    json!({
        "uid": dashboard.uid,
        "title": dashboard.title,
        "problem": dashboard.problem,
        "panels": panels.collect::<Vec<_>>(),
        "variables": variables.collect::<Vec<_>>(),
        "dataSources": sources.collect::<Vec<_>>(),
        "warnings": dashboard.warnings,
        "pages": dashboard.pages,
    })
}
