//! Connecting an organisation (its service-account token) and how things stand.

use axum::{Extension, Json, extract::State};
use futures_util::future::BoxFuture;
use http::StatusCode;
use jiff::{Timestamp, tz::TimeZone};
use report::format_time;
use serde_json::{Map, Value, json};

use super::{ApiError, ApiState, Caller, extract::JsonBody};
use crate::{
    config::Secret,
    connection::{Account, CredentialStanding, Standing},
    store,
};

#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum TokenError {
    /// Grafana does not know it, or it is of another organisation; also: there is none.
    #[error("{0}")]
    Invalid(String),
    /// Grafana could not be asked.
    #[error("{0}")]
    Unavailable(String),
}

/// Keeps the credentials of organisations, and asks Grafana about them.
pub trait Connector: Send + Sync {
    /// Whether `token` is good for an organisation.
    fn verify<'a>(&'a self, org_id: i64, token: &'a Secret) -> BoxFuture<'a, Result<Account, TokenError>>;

    /// Makes a verified token the organisation's.
    fn adopt(&self, org_id: i64, token: Secret, account: Account) -> BoxFuture<'_, Result<(), store::Error>>;

    /// Forgets the organisation's token; false when there was none.
    fn forget(&self, org_id: i64) -> BoxFuture<'_, Result<bool, store::Error>>;

    /// How an organisation stands; Grafana is asked unless it was just now.
    fn standing(&self, org_id: i64) -> BoxFuture<'_, Standing>;
}

/// POST /_connect `{"token": "glsa_…"}`: connects, or replaces the token. The old one stays unless the new one is good.
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
    let account = state.connector.verify(caller.org_id, &token).await.map_err(|error| match error {
        TokenError::Invalid(message) => ApiError::bad_request(message),
        TokenError::Unavailable(message) => ApiError::new(StatusCode::BAD_GATEWAY, message),
    })?;
    // 0: a Grafana that does not tell. It has refused a token of another organisation by itself then.
    if account.org_id != caller.org_id && account.org_id != 0 {
        return Err(ApiError::bad_request(format!("token: belongs to organization {}, not {}", account.org_id, caller.org_id)));
    }
    let answer = json!({
        "message": "Organization connected", "login": account.login, "problems": account.problems, "limits": account.limits,
    });
    state.connector.adopt(caller.org_id, token, account).await?;
    tracing::info!(org_id = caller.org_id, login = caller.login, "organization connected");
    Ok(Json(answer))
}

/// DELETE /_connect
pub async fn disconnect(State(state): State<ApiState>, Extension(caller): Extension<Caller>) -> Result<Json<Value>, ApiError> {
    if !state.connector.forget(caller.org_id).await? {
        return Err(ApiError::new(StatusCode::NOT_FOUND, "Organization is not connected"));
    }
    tracing::info!(org_id = caller.org_id, login = caller.login, "organization disconnected");
    Ok(Json(json!({ "message": "Organization disconnected" })))
}

/// GET /_status
pub async fn status(State(state): State<ApiState>, Extension(caller): Extension<Caller>) -> Result<Json<Value>, ApiError> {
    let store = &state.engine.store;
    let runs: Map<String, Value> =
        store.count_runs(caller.org_id).await?.into_iter().map(|(run, n)| (run.as_str().to_owned(), n.into())).collect();
    let next = store.next_due_ms(caller.org_id).await?.and_then(|ms| Timestamp::from_millisecond(ms).ok());
    let standing = state.connector.standing(caller.org_id).await;
    Ok(Json(json!({
        "version": env!("CARGO_PKG_VERSION"),
        "connection": connection(&standing),
        "appEnabled": standing.app_enabled,
        "nextDue": next.map(|time| format_time(time, &TimeZone::UTC)),
        "runs": runs,
    })))
}

/// GET /_sync: we call it ourselves, through Grafana, which sends the plugin's settings along; the door has taken them by now.
pub async fn sync() -> Json<Value> {
    Json(json!({ "message": "ok" }))
}

fn connection(standing: &Standing) -> Value {
    let in_use = standing.in_use().filter(|_| standing.is_connected());
    json!({
        "connected": standing.is_connected(),
        "state": standing.state.as_str(),
        "message": standing.message,
        "login": in_use.map(|credential| credential.account.login.as_str()).unwrap_or_default(),
        "problems": standing.problems(),
        "limits": in_use.map(|credential| credential.account.limits.as_slice()).unwrap_or_default(),
        "source": in_use.map(|credential| credential.origin.as_str()),
        "since": in_use.and_then(|credential| time(credential.since_ms)),
        "verified": in_use.and_then(|credential| time(credential.verified_ms)),
        "credentials": standing.credentials.iter().map(credential).collect::<Value>(),
    })
}

fn credential(credential: &CredentialStanding) -> Value {
    json!({
        "source": credential.origin.as_str(),
        "inUse": credential.in_use,
        "state": credential.state,
        "message": credential.message,
        "login": credential.account.login,
        "problems": credential.account.problems,
        "limits": credential.account.limits,
        "since": time(credential.since_ms),
        "verified": time(credential.verified_ms),
    })
}

fn time(ms: Option<i64>) -> Option<String> {
    let time = Timestamp::from_millisecond(ms?).ok()?;
    Some(format_time(time, &TimeZone::UTC))
}
