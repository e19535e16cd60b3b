//! Connections: how many, how long, with or without TLS.

use std::{convert::Infallible, io, sync::Arc, time::Duration};

use axum::{Router, body::Body};
use http::Request;
use hyper::server::conn::http1;
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    server::graceful::{GracefulShutdown, Watcher},
};
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::{TcpListener, TcpStream},
    sync::{OwnedSemaphorePermit, Semaphore},
};

use super::{CallerSource, door::Door, stall::Stall, tls::Tls};
use crate::config::SidecarConfig;

/// Connections still open after this are cut off at the end.
const DRAIN_WITHIN: Duration = Duration::from_secs(10);

/// A head has at most this many bytes; hyper answers 431 to more.
const MAX_HEAD_BYTES: usize = 64 << 10;

/// Without file descriptors the next attempt to accept fails at once too.
const AFTER_FAILED_ACCEPT: Duration = Duration::from_millis(200);

/// How often certificate files are looked at.
const LOOK_EVERY: Duration = Duration::from_secs(60);

/// Why the door does not open.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error(transparent)]
    Tls(#[from] super::tls::Error),
    #[error("cannot serve: {0}")]
    Io(#[from] io::Error),
}

/// Serves until `stop` ends, then finishes calls under way.
///
/// The listener is the caller's, so that tests may take a free port. Fails at once when certificate and key cannot be used.
pub async fn serve(
    router: Router,
    listener: TcpListener,
    source: Arc<dyn CallerSource>,
    config: &SidecarConfig,
    stop: impl Future<Output = ()> + Send,
) -> Result<(), Error> {
    let server = Arc::new(Server {
        door: Door::new(router, source, config.body_read_timeout),
        tls: config.tls.clone().map(Tls::load).transpose()?,
        config: config.clone(),
    });
    let room = Arc::new(Semaphore::new(config.max_connections));
    let open = GracefulShutdown::new();
    tokio::pin!(stop);
    let mut look = tokio::time::interval(LOOK_EVERY);
    look.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            () = &mut stop => break,
            _ = look.tick() => server.look_at_certificate(),
            accepted = accept(&listener, &room) => {
                let (stream, permit) = accepted?;
                tokio::spawn(server.clone().connection(stream, open.watcher(), permit));
            }
        }
    }
    drop(listener);
    if tokio::time::timeout(DRAIN_WITHIN, open.shutdown()).await.is_err() {
        tracing::warn!("calls under way were cut off");
    }
    Ok(())
}

/// The next client, once there is room: until then it waits in the system's queue.
async fn accept(listener: &TcpListener, room: &Arc<Semaphore>) -> io::Result<(TcpStream, OwnedSemaphorePermit)> {
    let permit = room.clone().acquire_owned().await.map_err(io::Error::other)?;
    loop {
        match listener.accept().await {
            Ok((stream, _)) => return Ok((stream, permit)),
            Err(error) => {
                tracing::warn!(%error, "a connection was not accepted");
                tokio::time::sleep(AFTER_FAILED_ACCEPT).await;
            }
        }
    }
}

struct Server {
    door: Door,
    tls: Option<Tls>,
    config: SidecarConfig,
}

impl Server {
    async fn connection(self: Arc<Self>, stream: TcpStream, watcher: Watcher, permit: OwnedSemaphorePermit) {
        // Answers are written whole: waiting for more to send helps nobody.
        let _ = stream.set_nodelay(true);
        match &self.tls {
            None => self.clone().http(stream, watcher).await,
            Some(tls) => match tokio::time::timeout(self.config.header_read_timeout, tls.acceptor().accept(stream)).await {
                Ok(Ok(stream)) => self.clone().http(stream, watcher).await,
                Ok(Err(error)) => tracing::debug!(%error, "no TLS"),
                Err(_) => tracing::debug!("TLS took too long"),
            },
        }
        drop(permit);
    }

    async fn http(self: Arc<Self>, stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static, watcher: Watcher) {
        let server = self.clone();
        let service = hyper::service::service_fn(move |request: Request<hyper::body::Incoming>| {
            let server = server.clone();
            async move { Ok::<_, Infallible>(server.door.answer(request.map(Body::new)).await) }
        });
        let stream = Stall::new(stream, self.config.body_read_timeout);
        let connection = http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(self.config.header_read_timeout)
            .max_buf_size(MAX_HEAD_BYTES)
            .serve_connection(TokioIo::new(stream), service);
        if let Err(error) = watcher.watch(connection).await {
            tracing::debug!(%error, "a connection ended");
        }
    }

    fn look_at_certificate(&self) {
        match self.tls.as_ref().map(Tls::look) {
            Some(Ok(true)) => tracing::info!("the new certificate is served"),
            Some(Err(error)) => tracing::warn!(%error, "the changed certificate cannot be used; the old one is served"),
            Some(Ok(false)) | None => {}
        }
    }
}

/// Ends when the system asks the program to: SIGTERM, or Ctrl-C.
pub async fn stop_signal() {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let (Ok(mut terminate), Ok(mut interrupt)) = (signal(SignalKind::terminate()), signal(SignalKind::interrupt())) {
            tokio::select! {
                _ = terminate.recv() => {}
                _ = interrupt.recv() => {}
            }
            return;
        }
    }
    // Without a handler the system's default ends the program.
    if tokio::signal::ctrl_c().await.is_err() {
        std::future::pending::<()>().await;
    }
}
