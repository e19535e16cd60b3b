//! What the host's process manager asks: is the server there, keep a stream open, end now.

use std::time::Duration;

use futures_util::{
    StreamExt,
    future::BoxFuture,
    stream::{self, BoxStream},
};
use plugin_proto::{
    health::{HealthCheckRequest, HealthCheckResponse, health_check_response::ServingStatus, health_server::Health},
    plugin::{Empty, StdioData, grpc_controller_server::GrpcController, grpc_stdio_server::GrpcStdio},
};
use tonic::{Request, Response, Status};

use super::Stop;

/// The host sets no deadline on Shutdown, but a service manager kills the group after 20 s or so.
const STOP_WITHIN: Duration = Duration::from_secs(8);

pub struct Controller {
    pub stop: Stop,
    /// Ends what runs; the first caller's result is everyone's.
    pub end: futures_util::future::Shared<BoxFuture<'static, ()>>,
}

#[tonic::async_trait]
impl GrpcController for Controller {
    /// The answer is the sign for the host to start its 2 s until it kills: so work ends first, then comes the answer.
    async fn shutdown(&self, _: Request<Empty>) -> Result<Response<Empty>, Status> {
        tracing::info!("host asks to stop");
        // A task of its own: the host may hang up.
        let end = tokio::spawn(self.end.clone());
        if tokio::time::timeout(STOP_WITHIN, end).await.is_err() {
            tracing::warn!(within_secs = STOP_WITHIN.as_secs(), "work did not end in time");
        }
        self.stop.ask("the host asked");
        Ok(Response::new(Empty {}))
    }
}

/// Stdout and stderr are never sent this way; the stream is held open so that the host's connection does not fall idle.
pub struct Stdio {
    pub stop: Stop,
}

#[tonic::async_trait]
impl GrpcStdio for Stdio {
    type StreamStdioStream = BoxStream<'static, Result<StdioData, Status>>;

    async fn stream_stdio(&self, _: Request<()>) -> Result<Response<Self::StreamStdioStream>, Status> {
        let stop = self.stop.clone();
        // Where no parent can be watched, the end of this stream is the only sign that the host is gone.
        #[cfg(not(unix))]
        let host_lost = AskOnDrop(stop.clone());
        let silent = stream::once(async move {
            #[cfg(not(unix))]
            let _host_lost = host_lost;
            stop.asked().await;
        });
        Ok(Response::new(silent.filter_map(|()| async { None }).boxed()))
    }
}

#[cfg(not(unix))]
struct AskOnDrop(Stop);

#[cfg(not(unix))]
impl Drop for AskOnDrop {
    fn drop(&mut self) {
        self.0.ask("the host is gone");
    }
}

/// The gRPC health service for the one name the host asks for. By hand: a dozen lines against one more dependency.
pub struct Serving;

#[tonic::async_trait]
impl Health for Serving {
    type WatchStream = BoxStream<'static, Result<HealthCheckResponse, Status>>;

    async fn check(&self, request: Request<HealthCheckRequest>) -> Result<Response<HealthCheckResponse>, Status> {
        match request.get_ref().service.as_str() {
            "" | "plugin" => Ok(Response::new(HealthCheckResponse { status: ServingStatus::Serving.into() })),
            _ => Err(Status::not_found("unknown service")),
        }
    }

    /// The protocol allows this answer, and nobody asks.
    async fn watch(&self, _: Request<HealthCheckRequest>) -> Result<Response<Self::WatchStream>, Status> {
        Err(Status::unimplemented("ask with Check"))
    }
}
