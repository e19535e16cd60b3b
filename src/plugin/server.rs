//! The gRPC server: handshake first, the program behind it, a graceful end.

use std::{
    io::{self, Write},
    panic::AssertUnwindSafe,
    sync::Arc,
    time::Duration,
};

use axum::Router;
use futures_util::{FutureExt, future::BoxFuture};
use plugin_proto::{
    health::health_server::HealthServer,
    plugin::{grpc_controller_server::GrpcControllerServer, grpc_stdio_server::GrpcStdioServer},
    pluginv2::{diagnostics_server::DiagnosticsServer, resource_server::ResourceServer},
};
use prometheus_client::registry::Registry;
use tokio::sync::watch;

use super::{
    App, Hooks, Lifetime, Stop,
    context::Seen,
    control::{Controller, Serving, Stdio},
    diagnostics::DiagnosticsService,
    handshake::{self, Endpoint},
    metrics::CallMetrics,
    resource::ResourceService,
};
use crate::call;

/// Why the door could not be opened, or closed by itself.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("cannot listen for the plugin host")]
    Listen(#[source] io::Error),
    #[error("cannot print the handshake")]
    Handshake(#[source] io::Error),
    #[error("cannot watch for signals")]
    Signals(#[source] io::Error),
    #[error("the plugin server failed")]
    Serve(#[source] tonic::transport::Error),
}

/// Room for a body of [`call::MAX_BODY_BYTES`] and what comes with it; Grafana itself sets no limit.
const MAX_MESSAGE_BYTES: usize = call::MAX_BODY_BYTES + (1 << 20);
/// How long calls under way may take after the end was asked for. The host kills 2 s after Shutdown's answer.
const DRAIN_WITHIN: Duration = Duration::from_millis(1500);
/// How long a call waits for a program that is still starting.
const START_WITHIN: Duration = Duration::from_secs(20);
/// How long the program may take to end when nobody waits for Shutdown's answer.
const END_WITHIN: Duration = Duration::from_secs(8);

/// Serves the plugin until the host, the system or the loss of the host ends it.
///
/// Prints the handshake at once; `start` runs behind it (calls wait for it). Stdout must not be written to by anyone.
pub async fn serve(lifetime: Lifetime, start: impl Future<Output = App> + Send + 'static) -> Result<(), Error> {
    let stop = Stop::default();
    lifetime.watch(stop.clone()).map_err(Error::Signals)?;
    let endpoint = handshake::listen().map_err(Error::Listen)?;
    print(&endpoint).map_err(Error::Handshake)?;
    serve_on(endpoint, start, stop).await
}

/// The one line that ever goes to stdout.
fn print(endpoint: &Endpoint) -> io::Result<()> {
    let mut stdout = io::stdout().lock();
    writeln!(stdout, "{}", endpoint.line)?;
    stdout.flush()
}

async fn serve_on(endpoint: Endpoint, start: impl Future<Output = App> + Send + 'static, stop: Stop) -> Result<(), Error> {
    let app = Waiting::start(start);
    let end = end(app.clone()).shared();
    let server = tonic::transport::Server::builder()
        // Bodies of many MiB over a local socket: do not wait for small windows.
        .initial_stream_window_size(4 << 20)
        .initial_connection_window_size(16 << 20)
        .add_service(HealthServer::new(Serving))
        .add_service(GrpcControllerServer::new(Controller { stop: stop.clone(), end: end.clone() }))
        .add_service(GrpcStdioServer::new(Stdio { stop: stop.clone() }))
        .add_service(DiagnosticsServer::new(DiagnosticsService { app: app.clone() }))
        .add_service(ResourceServer::new(ResourceService { app }).max_decoding_message_size(MAX_MESSAGE_BYTES));
    let asked = stop.clone();
    let serving = server.serve_with_incoming_shutdown(endpoint.incoming, async move {
        asked.asked().await;
    });
    let mut serving = tokio::spawn(serving);
    tokio::select! {
        // An idle server ends the moment it is asked to: the wish is looked at first, or its end would pass for a failure.
        biased;
        reason = stop.asked() => tracing::info!(reason, "stopping"),
        // The listener failed: nothing can reach us any more.
        result = &mut serving => {
            let _ = tokio::time::timeout(END_WITHIN, end).await;
            return result.unwrap_or(Ok(())).map_err(Error::Serve);
        }
    }
    let _ = tokio::time::timeout(END_WITHIN, end).await;
    if tokio::time::timeout(DRAIN_WITHIN, serving).await.is_err() {
        tracing::warn!("calls under way were cut off");
    }
    Ok(())
}

/// Ends the program behind the door, if it has started. A panic in there is logged and ends it as well.
fn end(app: Waiting) -> BoxFuture<'static, ()> {
    Box::pin(async move {
        if let Starting::Ready(app) = app.now() {
            let _ = AssertUnwindSafe(app.hooks.stop()).catch_unwind().await;
        }
    })
}

/// The program behind the door once it runs.
pub struct Ready {
    pub router: Router,
    pub hooks: Arc<dyn Hooks>,
    pub metrics: Registry,
    pub calls: CallMetrics,
    pub seen: Seen,
}

pub enum Starting {
    UnderWay,
    Failed,
    Ready(Arc<Ready>),
}

/// The program behind the door, perhaps still starting.
#[derive(Clone)]
pub struct Waiting(watch::Receiver<Option<Arc<Ready>>>);

impl Waiting {
    fn start(start: impl Future<Output = App> + Send + 'static) -> Waiting {
        let (sender, receiver) = watch::channel(None);
        tokio::spawn(async move {
            let mut app = start.await;
            let calls = CallMetrics::register(&mut app.metrics);
            let router = call::prepare(app.router);
            sender.send_replace(Some(Arc::new(Ready { router, hooks: app.hooks, metrics: app.metrics, calls, seen: Seen::default() })));
        });
        Waiting(receiver)
    }

    pub fn now(&self) -> Starting {
        match &*self.0.borrow() {
            Some(app) => Starting::Ready(app.clone()),
            // The sender is dropped when the start panicked.
            None if self.0.has_changed().is_err() => Starting::Failed,
            None => Starting::UnderWay,
        }
    }

    /// Waits while it starts; `None` when that takes too long or failed.
    pub async fn ready(&self) -> Option<Arc<Ready>> {
        let mut receiver = self.0.clone();
        let started = tokio::time::timeout(START_WITHIN, receiver.wait_for(Option::is_some)).await;
        started.ok()?.ok()?.clone()
    }
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use std::sync::atomic::{AtomicBool, Ordering};

    use axum::routing::get;
    use plugin_proto::{
        plugin::{Empty, grpc_controller_client::GrpcControllerClient},
        pluginv2::{
            CallResourceRequest, CheckHealthRequest, check_health_response::HealthStatus, diagnostics_client::DiagnosticsClient,
            resource_client::ResourceClient,
        },
    };
    use tokio::{sync::Notify, task::JoinHandle};
    use tonic::transport::Channel;

    use super::*;

    /// A door in this process, and a connection to it.
    async fn open(start: impl Future<Output = App> + Send + 'static) -> (Channel, Stop, JoinHandle<Result<(), Error>>) {
        let endpoint = handshake::listen().unwrap();
        let path = endpoint.line.split('|').nth(3).unwrap().to_owned();
        let stop = Stop::default();
        let serving = tokio::spawn(serve_on(endpoint, start, stop.clone()));
        let channel = tonic::transport::Endpoint::try_from(format!("unix:{path}")).unwrap().connect().await.unwrap();
        (channel, stop, serving)
    }

    async fn get_status(channel: &Channel, path: &str) -> (i32, String) {
        let request = CallResourceRequest { method: "GET".into(), path: path.into(), url: path.into(), ..CallResourceRequest::default() };
        let mut stream = ResourceClient::new(channel.clone()).call_resource(request).await.unwrap().into_inner();
        let first = stream.message().await.unwrap().unwrap();
        (first.code, String::from_utf8(first.body.to_vec()).unwrap())
    }

    fn app(router: Router, hooks: Arc<dyn Hooks>) -> App {
        App { router, hooks, metrics: Registry::default() }
    }

    #[tokio::test]
    async fn a_panic_is_an_answer() {
        let router = Router::new().route(
            "/boom",
            get(|| async {
                if true {
                    panic!("boom")
                }
            }),
        );
        let (channel, ..) = open(async { app(router, Arc::new(super::super::NoHooks)) }).await;
        assert_eq!(get_status(&channel, "boom").await, (500, r#"{"message":"Internal server error"}"#.into()));
        assert_eq!(get_status(&channel, "else").await.0, 404);
    }

    #[tokio::test]
    async fn a_cancelled_call_runs_to_its_end() {
        let (started, finish, finished) = (Arc::new(Notify::new()), Arc::new(Notify::new()), Arc::new(Notify::new()));
        let notes = (started.clone(), finish.clone(), finished.clone());
        let send = move || {
            let (started, finish, finished) = notes.clone();
            async move {
                started.notify_one();
                finish.notified().await;
                finished.notify_one();
            }
        };
        let (channel, ..) = open(async { app(Router::new().route("/send", get(send)), Arc::new(super::super::NoHooks)) }).await;
        tokio::select! {
            _ = get_status(&channel, "send") => panic!("the handler waits"),
            () = started.notified() => {}
        }
        // The call is dropped, and another one proves that the server has seen to it.
        assert_eq!(get_status(&channel, "else").await.0, 404);
        finish.notify_one();
        finished.notified().await;
    }

    struct Slow {
        stopped: Arc<AtomicBool>,
    }

    impl Hooks for Slow {
        fn stop(&self) -> BoxFuture<'_, ()> {
            Box::pin(async {
                tokio::task::yield_now().await;
                self.stopped.store(true, Ordering::SeqCst);
            })
        }
    }

    #[tokio::test]
    async fn shutdown_is_answered_when_work_has_ended() {
        let stopped = Arc::new(AtomicBool::new(false));
        let hooks = Arc::new(Slow { stopped: stopped.clone() });
        let (channel, _, serving) = open(async { app(Router::new(), hooks) }).await;
        assert_eq!(get_status(&channel, "").await.0, 404);
        GrpcControllerClient::new(channel).shutdown(Empty {}).await.unwrap();
        assert!(stopped.load(Ordering::SeqCst));
        serving.await.unwrap().unwrap();
    }

    #[tokio::test]
    async fn a_program_that_cannot_start_says_so() {
        let (channel, ..) = open(async { panic!("no disk") }).await;
        assert_eq!(get_status(&channel, "").await, (503, r#"{"message":"Broadsheet could not start; see Grafana's log"}"#.into()));
        let health = DiagnosticsClient::new(channel).check_health(CheckHealthRequest::default()).await.unwrap().into_inner();
        assert_eq!((health.status(), health.message.as_str()), (HealthStatus::Error, "could not start; see Grafana's log"));
    }

    #[tokio::test]
    async fn a_program_that_starts_says_so() {
        let go = Arc::new(Notify::new());
        let wait = go.clone();
        let start = async move {
            wait.notified().await;
            app(Router::new(), Arc::new(super::super::NoHooks))
        };
        let (channel, stop, serving) = open(start).await;
        let mut diagnostics = DiagnosticsClient::new(channel.clone());
        let health = diagnostics.check_health(CheckHealthRequest::default()).await.unwrap().into_inner();
        assert_eq!((health.status(), health.message.as_str()), (HealthStatus::Error, "starting"));
        go.notify_one();
        assert_eq!(get_status(&channel, "").await.0, 404);
        let health = diagnostics.check_health(CheckHealthRequest::default()).await.unwrap().into_inner();
        assert_eq!((health.status(), health.json_details.as_slice()), (HealthStatus::Ok, &b"{}"[..]));
        drop((channel, diagnostics));
        stop.ask("test");
        serving.await.unwrap().unwrap();
    }
}
