//! Reports and settings from files: how they stand, and looking at the files now.

use axum::{
    Extension, Json,
    extract::{Request, State},
};
use http::StatusCode;
use jiff::tz::TimeZone;
use report::{Provisioned, format_time};
use serde_json::{Value, json};

use super::{ApiError, ApiState, Caller, extract::body_bytes};
use crate::provision::{Problem, Seen};

/// Grafana's first organisation: files belong to whoever runs the server, and that is where they look.
const MAIN_ORG: i64 = 1;

/// GET /reports/provisioning
pub async fn get_provisioning(State(state): State<ApiState>, Extension(caller): Extension<Caller>) -> Result<Json<Value>, ApiError> {
    let org_id = caller.org_id;
    let seen = state.provisioner.as_ref().map(|provisioner| provisioner.seen()).unwrap_or_default();
    let mut reports = Vec::new();
    for report in state.engine.store.reports(org_id).await? {
        if let Some(from) = &report.provisioned {
            let mut entry = provisioned(from);
            (entry["id"], entry["uid"], entry["name"]) = (report.id.into(), report.uid.into(), report.name.into());
            reports.push(entry);
        }
    }
    let settings = state.engine.store.settings(org_id).await?.provisioned;
    Ok(Json(json!({
        "enabled": state.provisioner.is_some(),
        "lookedAt": seen.at.map(|at| format_time(at, &TimeZone::UTC)),
        "files": files(&seen, org_id),
        "reports": reports,
        "settings": settings.as_ref().map(provisioned),
        "problems": problems(&seen.problems, org_id),
    })))
}

/// POST /reports/provisioning/reload, `{"force": true}` or nothing
pub async fn reload_provisioning(
    State(state): State<ApiState>,
    Extension(caller): Extension<Caller>,
    request: Request,
) -> Result<Json<Value>, ApiError> {
    let Some(provisioner) = state.provisioner.clone() else {
        return Err(ApiError::new(StatusCode::NOT_FOUND, "no folder of provisioning files is set (provisioning_path)"));
    };
    let force = wants_force(&body_bytes(request, &state).await?)?;
    // In a task: a caller who leaves must not end it half done.
    let force_org = force.then_some(caller.org_id);
    let task = tokio::spawn(async move {
        let looked = provisioner.reload(force_org).await;
        (looked, provisioner.problems())
    });
    let (looked, found) = task.await.map_err(|_| ApiError::internal())?;
    tracing::info!(org_id = caller.org_id, login = caller.login, force, "provisioning files read again");
    if looked.did_something() {
        state.engine.wake();
    }
    Ok(Json(json!({
        "message": "Provisioning files read",
        "changed": looked.changed,
        "deleted": looked.deleted,
        "released": looked.released,
        "problems": problems(&found, caller.org_id),
    })))
}

fn wants_force(body: &[u8]) -> Result<bool, ApiError> {
    if body.iter().all(u8::is_ascii_whitespace) {
        return Ok(false);
    }
    let body: Value = serde_json::from_slice(body)
        .map_err(|error| ApiError::bad_request(format!("bad request data: the body is not valid JSON: {error}")))?;
    match (&body, body.get("force")) {
        (Value::Object(_), None | Some(Value::Null)) => Ok(false),
        (Value::Object(_), Some(Value::Bool(force))) => Ok(*force),
        (Value::Object(_), Some(_)) => Err(ApiError::bad_request("force: expected true or false")),
        _ => Err(ApiError::bad_request("request body: expected an object")),
    }
}

fn provisioned(from: &Provisioned) -> Value {
    serde_json::to_value(from).unwrap_or_default()
}

/// Those with an entry of the organisation; the main one sees all.
fn files(seen: &Seen, org_id: i64) -> Vec<Value> {
    let is_shown = |orgs: &std::collections::BTreeSet<i64>| org_id == MAIN_ORG || orgs.contains(&org_id);
    seen.files.iter().filter(|file| is_shown(&file.orgs)).map(|file| json!({ "name": file.name, "read": file.is_read })).collect()
}

/// An organisation learns of its own mistakes only; those of nobody's are told to the main one.
fn problems(all: &[Problem], org_id: i64) -> Vec<Value> {
    let is_shown = |problem: &&Problem| problem.org_id.unwrap_or(MAIN_ORG) == org_id;
    let shown = |problem: &Problem| {
        let severity = if problem.is_warning { "warning" } else { "error" };
        json!({ "file": problem.file, "line": problem.line, "message": problem.message, "severity": severity })
    };
    all.iter().filter(is_shown).map(shown).collect()
}
