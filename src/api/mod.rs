//! The Reporting API of Grafana Enterprise: one router for all doors, under `/reports…` and `/api/reports…`.
//!
//! Handlers carry the operation ids of the specification. The door puts the [`Caller`] into the request; organisations are separate
//! worlds. What is beyond the specification: `overview`, `export.yaml`, `occurrences`, `runs`, `pause`, `resume`, `run`, `duplicate` of a report, `check`, uploads to
//! `/reports/images`, `/_connect`, `/_status`; `/reports/openapi.json` describes it all.

mod audited;
pub mod auth;
mod check;
mod connect;
mod dashboards;
mod duplicate;
mod error;
mod etag;
mod extract;
mod image;
mod list;
mod openapi;
mod outlook;
mod provisioning;
mod rate;
mod render;
mod report;
mod run;
mod send;
mod settings;

#[cfg(test)]
pub(crate) mod tests;

use std::{panic::AssertUnwindSafe, sync::Arc};

use axum::{
    Router,
    extract::{DefaultBodyLimit, Request},
    middleware::{self, Next},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use futures_util::FutureExt;
use http::StatusCode;

pub use auth::{Caller, Role};
pub use check::dashboard_json;
pub use connect::{Connector, TokenError};
pub use error::ApiError;

use crate::{call::MAX_BODY_BYTES, provision::Provisioner, rights::Rights, scheduler::Engine, telemetry::panic_text};

/// What handlers work with.
#[derive(Clone)]
pub struct ApiState {
    pub engine: Arc<Engine>,
    pub connector: Arc<dyn Connector>,
    /// `None` without a folder of files.
    pub provisioner: Option<Arc<Provisioner>>,
    pub rights: Arc<Rights>,
}

/// The router. Without a [`Caller`] extension every request is 401.
pub fn router(state: ApiState) -> Router {
    let routes = routes(&state);
    Router::new()
        .nest("/api", routes.clone())
        .merge(routes)
        .fallback(async || ApiError::new(StatusCode::NOT_FOUND, "Not found"))
        .method_not_allowed_fallback(async || ApiError::new(StatusCode::METHOD_NOT_ALLOWED, "Method not allowed"))
        .layer(DefaultBodyLimit::max(MAX_BODY_BYTES))
        .layer(middleware::from_fn(catch_panic))
        .with_state(state)
}

fn routes(state: &ApiState) -> Router<ApiState> {
    let rates = Arc::new(rate::Rates::new(state.engine.clock.clone(), state.engine.limits()));
    Router::new()
        .route("/reports", get(report::get_reports).post(report::create_report))
        .route("/reports/", get(report::get_reports).post(report::create_report))
        .route("/reports/{id}", get(report::get_report).put(report::update_report).delete(report::delete_report))
        .route("/reports/{id}/pause", post(report::pause_report))
        .route("/reports/{id}/resume", post(report::resume_report))
        .route("/reports/{id}/runs", get(run::get_report_runs))
        .route("/reports/export.yaml", get(report::export_reports))
        .route("/reports/check", post(check::check))
        .route("/reports/{id}/duplicate", post(duplicate::duplicate_report))
        .route("/reports/{id}/run", post(send::run_report))
        .route("/reports/runs", get(run::get_runs))
        .route("/reports/runs/{run}", get(run::get_run).delete(run::cancel_run))
        .route("/reports/runs/{run}/files/{file}", get(run::get_run_file))
        .route("/reports/overview", get(outlook::get_overview))
        .route("/reports/occurrences", post(outlook::get_occurrences))
        .route("/reports/provisioning", get(provisioning::get_provisioning))
        .route("/reports/provisioning/reload", post(provisioning::reload_provisioning))
        .route("/reports/dashboards/{uid}", get(report::get_reports_by_dashboard_uid))
        .route("/reports/email", post(send::send_report))
        .route("/reports/test-email", post(send::send_test_email))
        .route("/reports/settings", get(settings::get_report_settings).post(settings::save_report_settings))
        .route("/reports/images", post(image::upload_settings_image))
        .route("/reports/images/{image}", get(image::get_settings_image))
        .route("/reports/render/pdfs", get(render::render_report_pdfs))
        .route("/reports/render/csvs", get(render::render_report_csvs))
        .route("/_connect", post(connect::connect).delete(connect::disconnect))
        .route("/_status", get(connect::status))
        .route("/_sync", get(connect::sync))
        .route("/reports/openapi.json", get(openapi::get_openapi))
        .route_layer(middleware::from_fn_with_state(rates, rate::limit))
        // Every route needs a row in `rights::NEEDS`.
        .route_layer(middleware::from_fn_with_state(state.clone(), auth::guard))
        // Every route that is no GET needs a row in `audited::AUDITED`. Outside the guard: who was refused is of interest too.
        .route_layer(middleware::from_fn(audited::audit))
}

/// A bug in one handler is one failed request.
async fn catch_panic(request: Request, next: Next) -> Response {
    let path = request.uri().path().to_owned();
    AssertUnwindSafe(next.run(request)).catch_unwind().await.unwrap_or_else(|payload| {
        tracing::error!(path, reason = panic_text(&*payload), "request failed");
        ApiError::internal().into_response()
    })
}
