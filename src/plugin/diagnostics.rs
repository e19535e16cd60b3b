//! Health and metrics.

use std::{panic::AssertUnwindSafe, time::Duration};

use futures_util::FutureExt;
use plugin_proto::pluginv2::{
    CheckHealthRequest, CheckHealthResponse, CollectMetricsRequest, CollectMetricsResponse, check_health_response::HealthStatus,
    collect_metrics_response::Payload, diagnostics_server::Diagnostics,
};
use serde_json::{Map, Value as Json};
use tonic::{Request, Response, Status};

use super::{
    Health,
    server::{Ready, Starting, Waiting},
};

/// A page waits for the answer.
const HEALTH_WITHIN: Duration = Duration::from_secs(10);

pub struct DiagnosticsService {
    pub app: Waiting,
}

#[tonic::async_trait]
impl Diagnostics for DiagnosticsService {
    async fn check_health(&self, request: Request<CheckHealthRequest>) -> Result<Response<CheckHealthResponse>, Status> {
        let context = request.into_inner().plugin_context.unwrap_or_default();
        let health = match self.app.now() {
            Starting::UnderWay => unhealthy("starting"),
            Starting::Failed => unhealthy("could not start; see Grafana's log"),
            Starting::Ready(app) => {
                app.seen.tell(&context, &*app.hooks);
                check(&app, context.org_id).await
            }
        };
        let status = if health.ok { HealthStatus::Ok } else { HealthStatus::Error };
        let json_details = Json::Object(health.details).to_string().into_bytes();
        Ok(Response::new(CheckHealthResponse { status: status.into(), message: health.message, json_details }))
    }

    async fn collect_metrics(&self, _: Request<CollectMetricsRequest>) -> Result<Response<CollectMetricsResponse>, Status> {
        let mut text = String::new();
        if let Starting::Ready(app) = self.app.now() {
            prometheus_client::encoding::text::encode(&mut text, &app.metrics).map_err(|error| Status::internal(error.to_string()))?;
        }
        Ok(Response::new(CollectMetricsResponse { metrics: Some(Payload { prometheus: text.into_bytes() }) }))
    }
}

async fn check(app: &Ready, org_id: i64) -> Health {
    let health = AssertUnwindSafe(app.hooks.health(org_id)).catch_unwind();
    match tokio::time::timeout(HEALTH_WITHIN, health).await {
        Ok(Ok(health)) => health,
        Ok(Err(_)) => unhealthy("the health check failed; see Grafana's log"),
        Err(_) => unhealthy("the health check did not end in time"),
    }
}

fn unhealthy(message: &str) -> Health {
    Health { ok: false, message: message.into(), details: Map::new() }
}
