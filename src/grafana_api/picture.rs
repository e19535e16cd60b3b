//! Pictures at web addresses: logos. A setting of an organisation must not make this program call hosts inside the network, so every
//! address is looked at before it is called, and called as it was looked at.

use std::{
    collections::BTreeMap,
    error::Error as _,
    io,
    net::{IpAddr, SocketAddr},
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use futures_util::future::BoxFuture;
use reqwest::{
    Url,
    dns::{Addrs, Name, Resolve, Resolving},
    header,
    redirect::Policy,
};

use super::{
    ClientOptions,
    address::{AllowedHosts, Refused},
    client::http_client_builder,
};
use crate::picture::{self, Picture, PictureError};

/// A logo of more bytes is a mistake.
const MAX_BYTES: usize = 3 << 20;
const MAX_REDIRECTS: usize = 3;
/// A report waits for it.
const TIMEOUT: Duration = Duration::from_secs(10);
/// Reports of one morning share one request.
const KEEP: Duration = Duration::from_secs(10 * 60);
const KEEP_FAILURE: Duration = Duration::from_secs(60);
const MAX_KEPT: usize = 16;

/// Reads on after "the logo …".
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RemoteError {
    #[error("has no web address")]
    Url,
    #[error("has an address with a user or a password in it")]
    Credentials,
    #[error("is not fetched: {0}")]
    Refused(#[from] Refused),
    #[error("was not fetched: {0}")]
    Transport(String),
    #[error("was not fetched: it took longer than {} seconds", TIMEOUT.as_secs())]
    Timeout,
    #[error("was not fetched: the server answered {0}")]
    Status(u16),
    #[error("was not fetched: more than {MAX_REDIRECTS} redirects")]
    Redirects,
    #[error("is larger than {} MB", MAX_BYTES >> 20)]
    TooLarge,
    #[error("is {0}")]
    Picture(#[from] PictureError),
    #[error("lies outside Grafana's public/ folder")]
    NotPublic,
}

/// Finds the addresses of a name; tests have a table.
pub type Lookup = Arc<dyn Fn(String) -> BoxFuture<'static, io::Result<Vec<IpAddr>>> + Send + Sync>;

/// Fetches pictures and keeps them for some minutes.
pub struct Pictures {
    http: reqwest::Client,
    allowed: AllowedHosts,
    kept: Mutex<BTreeMap<String, Kept>>,
}

struct Kept {
    until: Instant,
    found: Result<Picture, RemoteError>,
}

impl Pictures {
    pub fn new(allowed: AllowedHosts) -> Result<Pictures, super::Error> {
        Pictures::with_lookup(allowed, Arc::new(|host| Box::pin(system_lookup(host))))
    }

    fn with_lookup(allowed: AllowedHosts, lookup: Lookup) -> Result<Pictures, super::Error> {
        let guard = Guard { allowed: allowed.clone(), lookup };
        let http = http_client_builder()
            .timeout(TIMEOUT)
            // Each hop is looked at by us; a proxy would look names up for itself.
            .redirect(Policy::none())
            .no_proxy()
            .no_gzip()
            .dns_resolver(Arc::new(guard))
            .build()
            .map_err(|error| super::Error::Setup(error.to_string()))?;
        Ok(Pictures { http, allowed, kept: Mutex::default() })
    }

    /// The picture at `url`: an http(s) address, or a path below Grafana's `public/`. `grafana` says how Grafana is reached; no
    /// credential is sent to anybody.
    pub async fn fetch(&self, url: &str, grafana: Option<&ClientOptions>) -> Result<Picture, RemoteError> {
        let now = Instant::now();
        if let Some(kept) = self.kept().get(url).filter(|kept| kept.until > now) {
            return kept.found.clone();
        }
        let found = match grafana.and_then(|grafana| grafanas_own(url, grafana)) {
            Some((target, grafana)) => fetch_from_grafana(target?, grafana).await,
            None => self.fetch_from_web(url).await,
        };
        let keep = if found.is_ok() { KEEP } else { KEEP_FAILURE };
        let mut kept = self.kept();
        kept.retain(|_, kept| kept.until > now);
        if kept.len() >= MAX_KEPT
            && let Some(oldest) = kept.iter().min_by_key(|(_, kept)| kept.until).map(|(url, _)| url.clone())
        {
            kept.remove(&oldest);
        }
        kept.insert(url.to_owned(), Kept { until: now + keep, found: found.clone() });
        found
    }

    async fn fetch_from_web(&self, url: &str) -> Result<Picture, RemoteError> {
        let mut target = Url::parse(url).map_err(|_| RemoteError::Url)?;
        for _ in 0..=MAX_REDIRECTS {
            self.check(&target)?;
            let response = get(&self.http, target.clone()).await?;
            if !response.status().is_redirection() {
                return read(response).await;
            }
            let location = response.headers().get(header::LOCATION).and_then(|value| value.to_str().ok()).unwrap_or_default();
            target = target.join(location).map_err(|_| RemoteError::Url)?;
        }
        Err(RemoteError::Redirects)
    }

    /// What can be said before a name is looked up. Numbers never reach the lookup; the URL's own rules have made four numbers of
    /// `2130706433`, `0x7f.1` and `0177.0.0.1` already.
    fn check(&self, url: &Url) -> Result<(), RemoteError> {
        if !matches!(url.scheme(), "http" | "https") {
            return Err(RemoteError::Url);
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(RemoteError::Credentials);
        }
        let host = url.host_str().filter(|host| !host.is_empty()).ok_or(RemoteError::Url)?;
        if let Ok(address) = host.trim_start_matches('[').trim_end_matches(']').parse() {
            self.allowed.permit(host, address)?;
        }
        Ok(())
    }

    fn kept(&self) -> std::sync::MutexGuard<'_, BTreeMap<String, Kept>> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Lets a connection be made only to addresses that were looked at; what the name is a moment later does not count.
struct Guard {
    allowed: AllowedHosts,
    lookup: Lookup,
}

impl Resolve for Guard {
    fn resolve(&self, name: Name) -> Resolving {
        let (allowed, host) = (self.allowed.clone(), name.as_str().to_owned());
        let found = (self.lookup)(host.clone());
        Box::pin(async move {
            let addresses = found.await?;
            // One address inside is enough: a name with both is not to be trusted.
            for address in &addresses {
                allowed.permit(&host, *address)?;
            }
            if addresses.is_empty() {
                return Err(io::Error::other("the host has no address").into());
            }
            Ok(Box::new(addresses.into_iter().map(|address| SocketAddr::new(address, 0))) as Addrs)
        })
    }
}

async fn system_lookup(host: String) -> io::Result<Vec<IpAddr>> {
    Ok(tokio::net::lookup_host((host, 0)).await?.map(|address| address.ip()).collect())
}

/// Where Grafana has it, when `url` is a path of Grafana's or lies below Grafana's address.
pub(super) fn grafanas_own<'a>(url: &str, grafana: &'a ClientOptions) -> Option<(Result<Url, RemoteError>, &'a ClientOptions)> {
    let base = Url::parse(&format!("{}/", grafana.url.trim_end_matches('/'))).ok()?;
    let public = format!("{}public/", base.path());
    let target = match Url::parse(url) {
        Ok(absolute) => absolute,
        // A path, as Grafana's own settings name their pictures.
        Err(_) => base.join(url.trim_start_matches('/')).ok()?,
    };
    // Anything else below Grafana's address is asked for as everybody would.
    let is_path = Url::parse(url).is_err();
    let is_grafanas = target.origin() == base.origin() && target.username().is_empty() && target.password().is_none();
    let is_inside = is_grafanas && target.path().starts_with(&public);
    if !(is_path || is_inside) {
        return None;
    }
    // The URL's rules have resolved `..`; what is still encoded might be taken for it behind a proxy.
    let path = target.path().to_ascii_lowercase();
    let is_public =
        is_grafanas && target.path().starts_with(&public) && !["%2e", "%2f", "%5c", "\\"].iter().any(|mark| path.contains(mark));
    Some((if is_public { Ok(target) } else { Err(RemoteError::NotPublic) }, grafana))
}

/// Grafana is inside the network by nature and its address is the administrator's own word.
async fn fetch_from_grafana(target: Url, grafana: &ClientOptions) -> Result<Picture, RemoteError> {
    read(get(&files_client(grafana)?, target).await?).await
}

/// What files of Grafana's own are asked with: no credential, no redirects.
pub(super) fn files_client(grafana: &ClientOptions) -> Result<reqwest::Client, RemoteError> {
    let options = ClientOptions { timeout: TIMEOUT, ..grafana.clone() };
    super::client::http_client_with(&options, Policy::none()).map_err(|error| RemoteError::Transport(error.to_string()))
}

/// A file of Grafana's own, whatever it is. `target` is from [`grafanas_own`], `http` from [`files_client`].
pub(super) async fn file_from_grafana(target: Url, http: &reqwest::Client) -> Result<Vec<u8>, RemoteError> {
    read_bytes(get(http, target).await?).await
}

async fn get(http: &reqwest::Client, target: Url) -> Result<reqwest::Response, RemoteError> {
    let request = http.get(target).header(header::ACCEPT, "image/png, image/jpeg, image/gif");
    request.send().await.map_err(transport_error)
}

async fn read(response: reqwest::Response) -> Result<Picture, RemoteError> {
    let bytes = read_bytes(response).await?;
    Ok(Picture { kind: picture::inspect(&bytes)?, bytes: Arc::new(bytes) })
}

async fn read_bytes(mut response: reqwest::Response) -> Result<Vec<u8>, RemoteError> {
    let status = response.status();
    if !status.is_success() {
        return Err(RemoteError::Status(status.as_u16()));
    }
    let mut bytes = Vec::new();
    if response.content_length().is_some_and(|length| length > MAX_BYTES as u64) {
        return Err(RemoteError::TooLarge);
    }
    while let Some(chunk) = response.chunk().await.map_err(transport_error)? {
        if bytes.len() + chunk.len() > MAX_BYTES {
            return Err(RemoteError::TooLarge);
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(bytes)
}

fn transport_error(error: reqwest::Error) -> RemoteError {
    if error.is_timeout() {
        return RemoteError::Timeout;
    }
    // The innermost cause says it best; ours is among them when the guard refused.
    let mut cause: &dyn std::error::Error = &error;
    while let Some(inner) = cause.source() {
        cause = inner;
        if let Some(refused) = cause.downcast_ref::<Refused>() {
            return RemoteError::Refused(*refused);
        }
    }
    if error.source().is_none() {
        RemoteError::Transport(error.without_url().to_string())
    } else {
        RemoteError::Transport(cause.to_string())
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use axum::{Router, body::Body, http::HeaderMap, response::Redirect, routing::get as route};

    use super::*;
    use crate::{
        grafana_api::Credential,
        picture::{Kind, png_head},
    };

    /// A server on the loopback that answers with pictures, and worse; it counts how often it was asked.
    async fn server(asked: Arc<AtomicUsize>) -> SocketAddr {
        let bomb = || async { png_head(60_000, 60_000) };
        let endless = || async { Body::from_stream(futures_util::stream::repeat_with(|| Ok::<_, io::Error>(vec![0_u8; 1 << 16]))) };
        let svg = || async { "<svg xmlns='http://www.w3.org/2000/svg'><image href='file:///etc/passwd'/></svg>" };
        let router = Router::new()
            .route("/logo.png", route(|| async { png_head(40, 20) }))
            .route(
                "/grafana/public/img/logo.png",
                route(|headers: HeaderMap| async move { if headers.contains_key("authorization") { vec![] } else { png_head(40, 20) } }),
            )
            .route("/grafana/api/secret", route(|| async { png_head(40, 20) }))
            .route("/bomb.png", route(bomb))
            .route("/endless.png", route(endless))
            .route("/logo.svg", route(svg))
            .route("/page", route(|| async { "<html></html>" }))
            .route("/once", route(|| async { Redirect::temporary("/logo.png") }))
            .route("/round", route(|| async { Redirect::temporary("/round") }))
            .route("/inside", route(|| async { Redirect::temporary("http://10.0.0.1/logo.png") }))
            .route("/metadata", route(|| async { Redirect::temporary("http://169.254.169.254/latest") }))
            .route("/file", route(|| async { Redirect::temporary("file:///etc/passwd") }))
            .route("/elsewhere", route(|| async { Redirect::temporary("http://inside.test/logo.png") }))
            .layer(axum::middleware::from_fn(move |request, next: axum::middleware::Next| {
                asked.fetch_add(1, Ordering::Relaxed);
                next.run(request)
            }));
        let listener = tokio::net::TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let address = listener.local_addr().unwrap();
        tokio::spawn(async move { axum::serve(listener, router).await });
        address
    }

    /// Names of the test: `turns.test` is public at first and inside from then on.
    fn lookup(turns: Arc<AtomicUsize>) -> Lookup {
        Arc::new(move |host| {
            let addresses = match host.trim_end_matches('.') {
                "logo.test" | "inside.test" => vec!["127.0.0.1"],
                "both.test" => vec!["8.8.8.8", "10.0.0.1"],
                "mapped.test" => vec!["::ffff:127.0.0.1"],
                "metadata.test" => vec!["169.254.169.254"],
                "turns.test" if turns.fetch_add(1, Ordering::Relaxed) > 0 => vec!["127.0.0.1"],
                // Of no machine: nothing is ever sent there.
                "turns.test" => vec!["8.8.8.8"],
                _ => vec![],
            };
            Box::pin(std::future::ready(Ok(addresses.into_iter().map(|address| address.parse().unwrap()).collect())))
        })
    }

    fn pictures(allowed: &[&str]) -> Pictures {
        let allowed: Vec<String> = allowed.iter().map(|host| host.to_string()).collect();
        Pictures::with_lookup(AllowedHosts::new(&allowed), lookup(Arc::default())).unwrap()
    }

    #[tokio::test]
    async fn addresses_that_are_refused_are_never_called() {
        let asked = Arc::new(AtomicUsize::new(0));
        let port = server(asked.clone()).await.port();
        let check = async |url: &str, expected: RemoteError| {
            let url = url.replace("PORT", &port.to_string());
            assert_eq!(pictures(&[]).fetch(&url, None).await, Err(expected), "{url}");
        };
        let inside = || RemoteError::Refused(Refused::Inside);
        let nowhere = || RemoteError::Refused(Refused::Nowhere);
        for url in [
            "http://127.0.0.1:PORT/logo.png",
            "http://localhost.test@127.0.0.1:PORT/logo.png",
            "http://2130706433:PORT/logo.png",
            "http://0x7f000001:PORT/logo.png",
            "http://0x7f.1:PORT/logo.png",
            "http://0177.0.0.1:PORT/logo.png",
            "http://017700000001:PORT/logo.png",
            "http://127.1:PORT/logo.png",
            "http://127.0.0.1.:PORT/logo.png",
            "http://[::1]:PORT/logo.png",
            "http://[::ffff:127.0.0.1]:PORT/logo.png",
            "http://[::ffff:7f00:1]:PORT/logo.png",
            "http://[64:ff9b::127.0.0.1]/logo.png",
            "http://\u{ff11}27.0.0.1:PORT/logo.png",
            "http://10.0.0.1/logo.png",
            "http://100.64.0.1/logo.png",
            "http://inside.test:PORT/logo.png",
            "http://mapped.test:PORT/logo.png",
            "http://both.test/logo.png",
            "HTTP://INSIDE.TEST.:PORT/logo.png",
        ] {
            let expected = if url.contains('@') { RemoteError::Credentials } else { inside() };
            check(url, expected).await;
        }
        for url in [
            "http://169.254.169.254/latest",
            "http://[fe80::1]/x",
            "http://0/x",
            "http://0.0.0.0:PORT/x",
            "http://metadata.test/x",
            "http://224.0.0.1/x",
        ] {
            check(url, nowhere()).await;
        }
        for url in [
            "ftp://example.org/x",
            "file:///etc/passwd",
            "gopher://127.0.0.1/x",
            "javascript:alert(1)",
            "http://",
            "logo",
            "http://256.1.1.1/",
        ] {
            check(url, RemoteError::Url).await;
        }
        check("http://user:pass@example.org/logo.png", RemoteError::Credentials).await;
        check("http://user@example.org/logo.png", RemoteError::Credentials).await;
        assert_eq!(asked.load(Ordering::Relaxed), 0);
    }

    #[tokio::test]
    async fn what_allowed_hosts_answer_is_looked_at() {
        let asked = Arc::new(AtomicUsize::new(0));
        let port = server(asked.clone()).await.port();
        let check = async |path: &str, expected: Result<Kind, RemoteError>| {
            let url = format!("http://logo.test:{port}{path}");
            assert_eq!(pictures(&["logo.test"]).fetch(&url, None).await.map(|found| found.kind), expected, "{path}");
        };
        check("/logo.png", Ok(Kind::Png)).await;
        check("/once", Ok(Kind::Png)).await;
        check("/round", Err(RemoteError::Redirects)).await;
        check("/inside", Err(RemoteError::Refused(Refused::Inside))).await;
        check("/elsewhere", Err(RemoteError::Refused(Refused::Inside))).await;
        check("/metadata", Err(RemoteError::Refused(Refused::Nowhere))).await;
        check("/file", Err(RemoteError::Url)).await;
        check("/nothing", Err(RemoteError::Status(404))).await;
        check("/page", Err(RemoteError::Picture(PictureError::Unknown))).await;
        check("/logo.svg", Err(RemoteError::Picture(PictureError::Svg))).await;
        check("/bomb.png", Err(RemoteError::Picture(PictureError::TooManyPixels(60_000, 60_000)))).await;
        check("/endless.png", Err(RemoteError::TooLarge)).await;
        // Kept for the next report.
        let before = asked.load(Ordering::Relaxed);
        let (pictures, url) = (pictures(&["logo.test"]), format!("http://logo.test:{port}/logo.png"));
        for _ in 0..3 {
            assert!(pictures.fetch(&url, None).await.is_ok());
        }
        assert_eq!(asked.load(Ordering::Relaxed), before + 1);
    }

    #[tokio::test]
    async fn a_name_that_turns_inside_is_refused() {
        let pictures = Pictures::with_lookup(AllowedHosts::default(), lookup(Arc::new(AtomicUsize::new(1)))).unwrap();
        assert_eq!(pictures.fetch("http://turns.test/logo.png", None).await, Err(RemoteError::Refused(Refused::Inside)));
    }

    #[tokio::test]
    async fn grafanas_public_files_are_asked_of_grafana() {
        let port = server(Arc::default()).await.port();
        let grafana = ClientOptions::new(format!("http://127.0.0.1:{port}/grafana/"), Credential::parse("secret"));
        let check = async |url: &str, expected: Result<Kind, RemoteError>| {
            let url = url.replace("PORT", &port.to_string());
            assert_eq!(pictures(&[]).fetch(&url, Some(&grafana)).await.map(|found| found.kind), expected, "{url}");
        };
        check("public/img/logo.png", Ok(Kind::Png)).await;
        check("/public/img/logo.png", Ok(Kind::Png)).await;
        check("http://127.0.0.1:PORT/grafana/public/img/logo.png", Ok(Kind::Png)).await;
        for path in [
            "public/../api/secret",
            "api/secret",
            "public/%2e%2e/api/secret",
            "public/..%2fapi/secret",
            "public\\..\\api\\secret",
            "//evil.example/public/x",
        ] {
            check(path, Err(RemoteError::NotPublic)).await;
        }
        check("http://127.0.0.1:PORT/grafana/api/secret", Err(RemoteError::Refused(Refused::Inside))).await;
        check("http://127.0.0.1:PORT/grafana/public/../api/secret", Err(RemoteError::Refused(Refused::Inside))).await;
        check("http://127.0.0.1:PORT/logo.png", Err(RemoteError::Refused(Refused::Inside))).await;
    }
}
