//! Connecting an organisation (its service-account token) and how things stand.

use axum::{Extension, Json, extract::State};
use futures_util::future::BoxFuture;
use http::StatusCode;
use jiff::{Timestamp, tz::TimeZone};
use report::format_time;
use serde_json::{Map, Value, json};

use super::{ApiError, ApiState, Caller, extract::JsonBody};
use crate::config::Secret;

/// Who a token is, as Grafana says.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct VerifiedToken {
    pub login: String,
    pub org_id: i64,
    /// What it may not do although reports need it.
    pub problems: Vec<String>,
}

#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum TokenError {
    /// Grafana does not know it, or it is of another organisation; also: there is none.
    #[error("{0}")]
    Invalid(String),
    /// Grafana could not be asked.
    #[error("{0}")]
    Unavailable(String),
}

/// Asks Grafana about tokens.
pub trait TokenVerifier: Send + Sync {
    /// Whether `token` is good for an organisation.
    fn verify<'a>(&'a self, org_id: i64, token: &'a Secret) -> BoxFuture<'a, Result<VerifiedToken, TokenError>>;

    /// The same for the credential that is in use for the organisation, wherever it comes from.
    fn current(&self, org_id: i64) -> BoxFuture<'_, Result<VerifiedToken, TokenError>>;
}

/// POST /_connect `{"token": "glsa_…"}`
pub async fn connect(
    State(state): State<ApiState>,
    Extension(caller): Extension<Caller>,
    JsonBody(body): JsonBody,
) -> Result<Json<Value>, ApiError> {
    let token = body.get("token").and_then(Value::as_str).map(str::trim).filter(|token| !token.is_empty());
    let token = Secret::new(token.ok_or_else(|| ApiError::bad_request("token: is required"))?);
    // Grafana's tokens are of such characters; anything else could not even be sent there.
    if !token.expose().bytes().all(|b| b.is_ascii_graphic()) {
        return Err(ApiError::bad_request("token: expected letters, digits and signs only"));
    }
    let verified = state.verifier.verify(caller.org_id, &token).await.map_err(|error| match error {
        TokenError::Invalid(message) => ApiError::bad_request(message),
        TokenError::Unavailable(message) => ApiError::new(StatusCode::BAD_GATEWAY, message),
    })?;
    if verified.org_id != caller.org_id {
        return Err(ApiError::bad_request(format!("token: belongs to organization {}, not {}", verified.org_id, caller.org_id)));
    }
    state.engine.store.save_token(caller.org_id, token, state.engine.clock.now().as_millisecond()).await?;
    tracing::info!(org_id = caller.org_id, login = caller.login, "organization connected");
    Ok(Json(json!({ "message": "Organization connected", "login": verified.login, "problems": verified.problems })))
}

/// DELETE /_connect
pub async fn disconnect(State(state): State<ApiState>, Extension(caller): Extension<Caller>) -> Result<Json<Value>, ApiError> {
    if !state.engine.store.delete_token(caller.org_id).await? {
        return Err(ApiError::new(StatusCode::NOT_FOUND, "Organization is not connected"));
    }
    Ok(Json(json!({ "message": "Organization disconnected" })))
}

/// GET /_status
pub async fn status(State(state): State<ApiState>, Extension(caller): Extension<Caller>) -> Result<Json<Value>, ApiError> {
    let store = &state.engine.store;
    let runs: Map<String, Value> =
        store.count_runs(caller.org_id).await?.into_iter().map(|(run, n)| (run.as_str().to_owned(), n.into())).collect();
    let next = store.next_due_ms(caller.org_id).await?.and_then(|ms| Timestamp::from_millisecond(ms).ok());
    let connection = match state.verifier.current(caller.org_id).await {
        Ok(token) => json!({ "connected": true, "login": token.login, "problems": token.problems }),
        Err(error) => json!({ "connected": false, "login": "", "problems": [error.to_string()] }),
    };
    Ok(Json(json!({
        "version": env!("CARGO_PKG_VERSION"),
        "connection": connection,
        "nextDue": next.map(|time| format_time(time, &TimeZone::UTC)),
        "runs": runs,
    })))
}
