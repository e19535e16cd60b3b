//! A report as the beginning of another.

use axum::{Extension, Json, extract::State};
use report::{Report, State as ReportState};
use serde_json::{Value, json};

use super::{
    ApiError, ApiState, Caller,
    audited::Subject,
    extract::{OptionalJsonBody, ReportId},
};
use crate::rights;

/// POST /reports/{id}/duplicate `{"name"}`: a draft with everything but the identity; it belongs to the caller and to no file.
pub async fn duplicate_report(
    State(state): State<ApiState>,
    Extension(caller): Extension<Caller>,
    ReportId(which): ReportId,
    OptionalJsonBody(body): OptionalJsonBody,
) -> Result<(Subject, Json<Value>), ApiError> {
    let stored = state.engine.store.report(caller.org_id, which).await?.ok_or_else(ApiError::report_not_found)?;
    rights::check_report(&state, &caller, &stored).await?;
    let name = match body.get("name") {
        None | Some(Value::Null) => copy_name(&stored.name),
        Some(Value::String(name)) => name.clone(),
        Some(_) => return Err(ApiError::bad_request("name: expected a string")),
    };
    let now = state.engine.clock.now();
    let mut copy = Report {
        id: 0,
        uid: String::new(),
        user_id: caller.user_id.unwrap_or(0),
        name,
        state: ReportState::Draft,
        created: now,
        updated: now,
        provisioned: None,
        ..stored.clone()
    };
    copy.validate()?;
    let after = copy.settle_new(now);
    let copy = state.engine.store.create_report(copy, after).await?;
    Ok((Subject::of(&copy), Json(json!({ "id": copy.id, "uid": copy.uid, "message": "Report duplicated" }))))
}

/// "Copy of …", cut where a name may not be longer.
fn copy_name(name: &str) -> String {
    const MOST: usize = 500;
    format!("Copy of {name}").chars().take(MOST).collect()
}
