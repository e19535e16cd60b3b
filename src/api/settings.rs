//! Branding and themes of an organisation.

use axum::{Extension, Json, extract::State};
use report::ReportSettings;
use serde_json::{Value, json};

use super::{ApiError, ApiState, Caller, extract::JsonBody};

/// GET /reports/settings
pub async fn get_report_settings(
    State(state): State<ApiState>,
    Extension(caller): Extension<Caller>,
) -> Result<Json<ReportSettings>, ApiError> {
    Ok(Json(state.engine.store.settings(caller.org_id).await?))
}

/// POST /reports/settings
pub async fn save_report_settings(
    State(state): State<ApiState>,
    Extension(caller): Extension<Caller>,
    JsonBody(body): JsonBody,
) -> Result<Json<Value>, ApiError> {
    if let Some(from) = state.engine.store.settings(caller.org_id).await?.provisioned.filter(|from| !from.allow_ui_updates) {
        return Err(ApiError::provisioned("organization's settings", &from));
    }
    state.engine.store.change_settings(caller.org_id, caller.user_id.unwrap_or(0), body).await??;
    Ok(Json(json!({ "message": "Report settings saved" })))
}
