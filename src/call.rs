//! One call into the router, the same from every door: it outlives a caller who hangs up, and a panic becomes an answer.

use axum::{Router, body::Body, extract::DefaultBodyLimit};
use http::{Request, Response, StatusCode, header};
use tower::ServiceExt;

use crate::telemetry::panic_text;

/// Largest request body of any door: branding pictures travel as data URLs inside JSON.
pub const MAX_BODY_BYTES: usize = 32 << 20;

/// Prepares a router for [`call`]: bodies up to [`MAX_BODY_BYTES`] instead of axum's 2 MB, unless a route says otherwise.
pub fn prepare(router: Router) -> Router {
    router.layer(DefaultBodyLimit::max(MAX_BODY_BYTES))
}

/// Answers `request` in a task of its own: dropping this future does not stop the handler, so that a report being sent
/// is not torn when a browser tab closes.
pub async fn call(router: Router, request: Request<Body>) -> Response<Body> {
    let path = request.uri().path().to_owned();
    match tokio::spawn(router.oneshot(request)).await {
        Ok(Ok(response)) => response,
        Ok(Err(never)) => match never {},
        Err(error) => {
            let reason = error.try_into_panic().map_or_else(|_| "stopped".to_owned(), |payload| panic_text(&*payload).to_owned());
            tracing::error!(path, reason, "request failed");
            message(StatusCode::INTERNAL_SERVER_ERROR, "Internal server error")
        }
    }
}

/// An answer in the shape of Grafana's own errors.
pub fn message(status: StatusCode, text: &str) -> Response<Body> {
    let mut response = Response::new(Body::from(serde_json::json!({ "message": text }).to_string()));
    *response.status_mut() = status;
    response.headers_mut().insert(header::CONTENT_TYPE, http::HeaderValue::from_static("application/json"));
    response
}
