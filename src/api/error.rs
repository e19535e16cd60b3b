//! Errors as Grafana words them: `{"message": …}` with a status. The only place that turns our errors into statuses.

use axum::{
    Json,
    response::{IntoResponse, Response},
};
use http::{StatusCode, header};
use report::Provisioned;
use serde_json::json;

use super::audited::Written;
use crate::{rights::Refusal, run, scheduler::Failure, store};

/// An answer that is not success. The message is for the caller; what only we should know is in the log.
#[derive(Clone, Debug, PartialEq)]
pub struct ApiError {
    status: StatusCode,
    message: String,
    /// Seconds after which another try may succeed.
    retry_after: Option<u64>,
    /// The end of a run, whose line in the audit log is written.
    is_audited: bool,
}

impl ApiError {
    pub fn new(status: StatusCode, message: impl Into<String>) -> ApiError {
        ApiError { status, message: message.into(), retry_after: None, is_audited: false }
    }

    pub fn bad_request(message: impl Into<String>) -> ApiError {
        ApiError::new(StatusCode::BAD_REQUEST, message)
    }

    pub fn unauthorized() -> ApiError {
        ApiError::new(StatusCode::UNAUTHORIZED, "Unauthorized")
    }

    pub fn report_not_found() -> ApiError {
        ApiError::new(StatusCode::NOT_FOUND, "Report not found")
    }

    /// Something a file defines and the API therefore may not change.
    pub fn provisioned(what: &str, from: &Provisioned) -> ApiError {
        ApiError::new(StatusCode::FORBIDDEN, format!("this {what} is provisioned: change it in {}", from.file))
    }

    pub fn too_many(wait_secs: u64) -> ApiError {
        let seconds = if wait_secs == 1 { "second" } else { "seconds" };
        let message = format!("too many requests of this kind: try again in {wait_secs} {seconds}");
        ApiError { retry_after: Some(wait_secs), ..ApiError::new(StatusCode::TOO_MANY_REQUESTS, message) }
    }

    pub fn internal() -> ApiError {
        ApiError::new(StatusCode::INTERNAL_SERVER_ERROR, "Internal server error")
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let mut response = (self.status, Json(json!({ "message": self.message }))).into_response();
        if let Some(seconds) = self.retry_after {
            response.headers_mut().insert(header::RETRY_AFTER, seconds.into());
        }
        if self.is_audited {
            response.extensions_mut().insert(Written);
        }
        response
    }
}

impl ApiError {
    /// Of a run whose end the engine has put into the audit log.
    pub(super) fn audited(self) -> ApiError {
        ApiError { is_audited: true, ..self }
    }
}

impl From<report::Error> for ApiError {
    fn from(error: report::Error) -> ApiError {
        ApiError::bad_request(error.to_string())
    }
}

impl From<Refusal> for ApiError {
    fn from(refusal: Refusal) -> ApiError {
        match refusal {
            Refusal::Unauthorized => ApiError::unauthorized(),
            Refusal::Role | Refusal::Action(_) | Refusal::Dashboard { .. } => ApiError::new(StatusCode::FORBIDDEN, refusal.to_string()),
        }
    }
}

impl From<store::Error> for ApiError {
    fn from(error: store::Error) -> ApiError {
        tracing::error!(error = %error.chain(), "the database failed");
        match error.obstacle() {
            Some(obstacle) => ApiError::new(StatusCode::INTERNAL_SERVER_ERROR, format!("nothing can be stored: {obstacle}")),
            None => ApiError::internal(),
        }
    }
}

impl From<run::Error> for ApiError {
    fn from(error: run::Error) -> ApiError {
        let status = match &error {
            run::Error::NotFound(_) => StatusCode::NOT_FOUND,
            run::Error::Denied(_) | run::Error::NotConnected(_) | run::Error::Disabled(_) => StatusCode::FORBIDDEN,
            run::Error::Invalid(_) => StatusCode::BAD_REQUEST,
            run::Error::Grafana(_) | run::Error::Internal(_) => StatusCode::INTERNAL_SERVER_ERROR,
        };
        ApiError::new(status, error.to_string())
    }
}

impl From<Failure> for ApiError {
    fn from(failure: Failure) -> ApiError {
        match failure {
            Failure::Render(error) => error.into(),
            Failure::Store(error) => error.into(),
            // Its text is about our code, not about the caller's request; the ledger has it.
            Failure::Panic(_) => ApiError::internal(),
            Failure::Cancelled => ApiError::new(StatusCode::CONFLICT, failure.to_string()),
            Failure::Timeout(_) | Failure::Mail(_) | Failure::Lost => ApiError::new(StatusCode::INTERNAL_SERVER_ERROR, failure.to_string()),
        }
    }
}
