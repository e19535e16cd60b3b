//! Real sockets under paused time: it jumps ahead when nothing else is left to do.

use std::{net::SocketAddr, path::Path, sync::Arc, time::Duration};

use axum::{Router, body::Bytes, routing::any};
use futures_util::future::BoxFuture;
use rustls::pki_types::{CertificateDer, ServerName, pem::PemObject};
use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    sync::oneshot,
    time::Instant,
};

use super::*;
use crate::{
    api::Caller,
    call::MAX_BODY_BYTES,
    config::{SidecarConfig, TlsFiles},
};

/// Everybody is let in.
struct Friendly;

impl CallerSource for Friendly {
    fn caller<'a>(&'a self, _credentials: &'a CallerCredentials) -> BoxFuture<'a, Result<Caller, CallerError>> {
        Box::pin(async { Ok(Caller::default()) })
    }
}

struct Opened {
    address: SocketAddr,
    stop: oneshot::Sender<()>,
    serving: tokio::task::JoinHandle<Result<(), serve::Error>>,
}

const HEAD: Duration = Duration::from_secs(10);
const BODY: Duration = Duration::from_secs(60);

/// Answers with the length of the body; `/api/reports/big` with more than any socket's buffer.
async fn open(change: impl FnOnce(&mut SidecarConfig)) -> Opened {
    let mut config = SidecarConfig { header_read_timeout: HEAD, body_read_timeout: BODY, ..SidecarConfig::default() };
    change(&mut config);
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let address = listener.local_addr().unwrap();
    let router = Router::new()
        .fallback(any(|body: Bytes| async move { format!("{} bytes", body.len()) }))
        .route("/api/reports/big", any(|| async { vec![b'x'; 32 << 20] }));
    let (stop, stopped) = oneshot::channel::<()>();
    let serving = tokio::spawn(async move { serve(router, listener, Arc::new(Friendly), &config, async { drop(stopped.await) }).await });
    Opened { address, stop, serving }
}

fn head(path: &str, more: &str) -> String {
    format!("POST {path} HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer ada\r\n{more}\r\n")
}

/// Sends, then reads to the end of the connection: the status line and the body, and how long it took.
async fn talk(stream: &mut (impl AsyncRead + AsyncWrite + Unpin), text: &[u8]) -> (String, Duration) {
    let start = Instant::now();
    // The server may hang up before everything is sent.
    let _ = stream.write_all(text).await;
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer).await;
    let answer = String::from_utf8_lossy(&answer).into_owned();
    let status = answer.lines().next().unwrap_or_default().to_owned();
    let body = answer.split_once("\r\n\r\n").map(|(_, body)| body.to_owned()).unwrap_or_default();
    (format!("{status} {body}").trim().to_owned(), start.elapsed())
}

async fn ask(opened: &Opened, text: &str) -> (String, Duration) {
    talk(&mut TcpStream::connect(opened.address).await.unwrap(), text.as_bytes()).await
}

/// Lets paused time run on while everybody else does what there is to do.
async fn pass(time: Duration) {
    let _ = tokio::time::timeout(time, std::future::pending::<()>()).await;
}

#[tokio::test(start_paused = true)]
async fn slow_clients_are_cut_off() {
    let opened = open(|_| {}).await;
    let check = async |text: String, expected: &str, after: Duration| {
        let (answer, took) = ask(&opened, &text).await;
        assert!(answer == expected && took >= after && took < after + Duration::from_secs(1), "{text}: {answer} after {took:?}");
    };
    check(String::new(), "", HEAD).await;
    check("POST /api/reports HTTP/1.1\r\nHost: a\r\nX-Slow: ".into(), "", HEAD).await;
    let slow_body = r#"HTTP/1.1 408 Request Timeout {"message":"the request body took too long"}"#;
    check(head("/api/reports", "Content-Length: 10\r\n") + "123", slow_body, BODY).await;
    // A connection kept alive is idle after its answer, and given up as one that never began.
    check(head("/api/reports", "Content-Length: 3\r\n") + "123", "HTTP/1.1 200 OK 3 bytes", HEAD).await;
}

#[tokio::test(start_paused = true)]
async fn who_does_not_read_is_cut_off() {
    let opened = open(|_| {}).await;
    let mut stream = TcpStream::connect(opened.address).await.unwrap();
    stream.write_all(head("/api/reports/big", "Content-Length: 0\r\n").as_bytes()).await.unwrap();
    pass(BODY + Duration::from_secs(1)).await;
    // All that comes is what the system's buffers had taken.
    let mut got = Vec::new();
    let _ = stream.read_to_end(&mut got).await;
    assert!(!got.is_empty() && got.len() < 32 << 20, "{}", got.len());
}

#[tokio::test(start_paused = true)]
async fn oversized_requests_are_refused() {
    let opened = open(|_| {}).await;
    let too_large = r#"HTTP/1.1 413 Payload Too Large {"message":"the request body is too large"}"#;
    let announced = head("/api/reports", &format!("Content-Length: {}\r\n", MAX_BODY_BYTES + 1));
    assert_eq!(ask(&opened, &announced).await.0, too_large);
    let chunk = format!("100000\r\n{}\r\n", "x".repeat(0x10_0000));
    let chunked = head("/api/reports", "Transfer-Encoding: chunked\r\n") + &chunk.repeat(MAX_BODY_BYTES / 0x10_0000 + 1);
    // The answer may be lost with the connection while we still send; that it is cut off is what matters.
    let answer = ask(&opened, &chunked).await.0;
    assert!(answer == too_large || answer.is_empty(), "{answer}");
    let (answer, _) = ask(&opened, &head("/api/reports", &format!("X-Long: {}\r\n", "x".repeat(200_000)))).await;
    assert!(answer.starts_with("HTTP/1.1 431"), "{answer}");
    assert_eq!(
        ask(&opened, &(head("/api/reports", "Content-Length: 2\r\nConnection: close\r\n") + "{}")).await.0,
        "HTTP/1.1 200 OK 2 bytes"
    );
}

#[tokio::test(start_paused = true)]
async fn a_connection_serves_many_calls_and_others_wait_for_room() {
    let opened = open(|config| config.max_connections = 1).await;
    let mut first = TcpStream::connect(opened.address).await.unwrap();
    let call = head("/api/reports", "Content-Length: 1\r\n") + "1";
    for _ in 0..3 {
        first.write_all(call.as_bytes()).await.unwrap();
        let mut answer = [0; 512];
        let n_bytes = first.read(&mut answer).await.unwrap();
        assert!(String::from_utf8_lossy(&answer[..n_bytes]).starts_with("HTTP/1.1 200"));
    }
    let last_call = head("/api/reports", "Content-Length: 2\r\nConnection: close\r\n") + "12";
    // The first one is idle: its place is free when its time is over.
    let (answer, took) = ask(&opened, &last_call).await;
    assert_eq!(answer, "HTTP/1.1 200 OK 2 bytes");
    assert!(took >= HEAD - Duration::from_secs(1), "{took:?}");
}

#[tokio::test(start_paused = true)]
async fn serves_until_stopped() {
    let opened = open(|_| {}).await;
    let mut idle = TcpStream::connect(opened.address).await.unwrap();
    idle.write_all((head("/api/reports", "Content-Length: 1\r\n") + "1").as_bytes()).await.unwrap();
    let mut answer = [0; 512];
    assert!(idle.read(&mut answer).await.unwrap() > 0);
    opened.stop.send(()).unwrap();
    let start = Instant::now();
    opened.serving.await.unwrap().unwrap();
    assert!(start.elapsed() < Duration::from_secs(1), "an idle connection holds nothing up");
    assert_eq!(idle.read(&mut answer).await.unwrap(), 0);
}

/// A certificate for localhost and its key, in files.
fn certificate(folder: &Path) -> (TlsFiles, CertificateDer<'static>) {
    let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    let files = TlsFiles { cert: folder.join("cert.pem"), key: folder.join("key.pem") };
    std::fs::write(&files.cert, made.cert.pem()).unwrap();
    std::fs::write(&files.key, made.signing_key.serialize_pem()).unwrap();
    let der = CertificateDer::from_pem_slice(made.cert.pem().as_bytes()).unwrap();
    (files, der)
}

/// Asks by HTTPS, trusting one certificate only.
async fn ask_tls(opened: &Opened, trusted: &CertificateDer<'static>) -> String {
    let mut roots = rustls::RootCertStore::empty();
    roots.add(trusted.clone()).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    let stream = TcpStream::connect(opened.address).await.unwrap();
    let name = ServerName::try_from("localhost").unwrap();
    match tokio_rustls::TlsConnector::from(Arc::new(config)).connect(name, stream).await {
        Ok(mut stream) => talk(&mut stream, head("/api/reports", "Content-Length: 0\r\nConnection: close\r\n").as_bytes()).await.0,
        Err(error) => error.to_string(),
    }
}

#[tokio::test(start_paused = true)]
async fn https_is_served_with_the_newest_certificate() {
    let folder = tempfile::tempdir().unwrap();
    let (files, old) = certificate(folder.path());
    let opened = open(|config| config.tls = Some(files.clone())).await;
    let ok = "HTTP/1.1 200 OK 0 bytes";
    assert_eq!(ask_tls(&opened, &old).await, ok);
    // Plain HTTP is refused, and who says nothing is cut off.
    let (plain, _) = ask(&opened, &head("/api/reports", "Content-Length: 0\r\n")).await;
    assert!(!plain.contains("HTTP/1.1 2"), "{plain}");
    let (silent, took) = ask(&opened, "").await;
    assert!(silent.is_empty() && took >= HEAD, "{silent} {took:?}");
    // Renewed: files are written, and looked at within a minute.
    let (_, new) = certificate(folder.path());
    for file in [&files.cert, &files.key] {
        let later = std::time::SystemTime::now() + Duration::from_secs(60);
        std::fs::File::options().append(true).open(file).unwrap().set_modified(later).unwrap();
    }
    pass(Duration::from_secs(61)).await;
    assert_eq!(ask_tls(&opened, &new).await, ok);
    assert!(ask_tls(&opened, &old).await.contains("certificate"));
    // Half a renewal is not served: the good one stays.
    std::fs::write(&files.cert, "nothing").unwrap();
    pass(Duration::from_secs(61)).await;
    assert_eq!(ask_tls(&opened, &new).await, ok);
}

#[test]
fn wrong_certificates_are_named() {
    let folder = tempfile::tempdir().unwrap();
    let (files, _) = certificate(folder.path());
    let other = folder.path().join("other");
    std::fs::create_dir(&other).unwrap();
    let (others, _) = certificate(&other);
    let check = |cert: &Path, key: &Path, expected: &str| {
        let outcome = check_certificate(&TlsFiles { cert: cert.into(), key: key.into() }).map_err(|error| error.to_string());
        assert!(outcome.as_ref().map_or_else(|e| e.as_str(), |()| "fine").contains(expected), "{outcome:?}");
    };
    check(&files.cert, &files.key, "fine");
    check(&files.cert, &others.key, "cert_file: the certificate and its key cannot be used");
    check(&files.key, &files.key, "there is no certificate in it");
    check(&files.cert, &files.cert, "cert_key: ");
    check(&files.cert, Path::new(""), "cert_key: is not set");
    check(Path::new("/nowhere.pem"), &files.key, "cert_file: /nowhere.pem: ");
}
