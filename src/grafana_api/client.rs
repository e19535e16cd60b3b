//! The HTTP client: credentials, organisation, limits, retries.

use std::{
    path::PathBuf,
    sync::{Arc, OnceLock},
    time::Duration,
};

use backon::{ExponentialBuilder, Retryable};
use grafana::query::QueryRequest;
use reqwest::{Method, StatusCode, header};
use serde_json::Value as Json;
use tokio::sync::Semaphore;

use super::{Error, FrontendSettings, OrgPreferences, RemoteError, picture::files_client};
use crate::config::Secret;

/// How to sign in.
#[derive(Clone, Debug)]
pub enum Credential {
    /// A service account's token.
    Token(Secret),
    /// "user:password" (the sidecar's fallback).
    Basic { user: String, password: Secret },
    /// The demo's own sample Grafana asks for none.
    None,
}

impl Credential {
    /// A token, or "user:password" where there is a colon: Grafana's tokens have none.
    pub fn parse(text: &str) -> Credential {
        match text.split_once(':') {
            Some((user, password)) => Credential::Basic { user: user.into(), password: Secret::new(password) },
            None if text.is_empty() => Credential::None,
            None => Credential::Token(Secret::new(text)),
        }
    }
}

/// Wants to know what Grafana says to a credential.
pub trait CredentialWatch: Send + Sync {
    /// Something that needs signing in was answered.
    fn accepted(&self);
    /// Grafana answered 401; `message` is its reason.
    fn refused(&self, message: &str);
}

/// A shared [`CredentialWatch`].
#[derive(Clone)]
pub struct Watch(pub Arc<dyn CredentialWatch>);

impl std::fmt::Debug for Watch {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Watch")
    }
}

#[derive(Clone, Debug)]
pub struct ClientOptions {
    /// Base URL, with a sub-path if there is one.
    pub url: String,
    pub credential: Credential,
    /// Sent as `X-Grafana-Org-Id`; never as the query parameter `orgId`, which would switch the user's organisation.
    pub org_id: Option<i64>,
    pub timeout: Duration,
    /// Requests under way at once.
    pub concurrency: usize,
    /// How often a reading request that failed for the moment is repeated.
    pub max_retries: usize,
    pub skip_tls_verify: bool,
    pub ca_file: Option<PathBuf>,
    pub watch: Option<Watch>,
}

impl ClientOptions {
    pub fn new(url: impl Into<String>, credential: Credential) -> ClientOptions {
        ClientOptions {
            url: url.into(),
            credential,
            org_id: None,
            timeout: Duration::from_secs(60),
            concurrency: 8,
            max_retries: 3,
            skip_tls_verify: false,
            ca_file: None,
            watch: None,
        }
    }
}

/// Speaks for one organisation. Cheap to clone.
#[derive(Clone)]
pub struct Client {
    /// `None`: there is no Grafana.
    http: Option<reqwest::Client>,
    /// Asks for files of Grafana's own folder; made when the first is wanted.
    files: Arc<OnceLock<reqwest::Client>>,
    options: Arc<ClientOptions>,
    permits: Arc<Semaphore>,
}

/// Paths that nobody reads without signing in; boot data and settings have an answer for strangers too.
const NEEDS_SIGN_IN: &[&str] = &["/api/access-control/", "/api/dashboards/", "/api/ds/query", "/apis/"];

/// What a POST carries.
#[derive(Clone, Copy)]
enum Payload<'a> {
    Json(&'a Json),
    Text { content_type: &'a str, text: &'a str },
}

/// Bodies above this are refused: a dashboard or a frame of this size is a mistake or an attack.
const MAX_ANSWER_BYTES: usize = 256 << 20;

impl Client {
    pub fn new(options: ClientOptions) -> Result<Client, Error> {
        let url = options.url.trim_end_matches('/').to_owned();
        let http = http_client(&options)?;
        let permits = Arc::new(Semaphore::new(options.concurrency.max(1)));
        Ok(Client { http: Some(http), files: Arc::default(), options: Arc::new(ClientOptions { url, ..options }), permits })
    }

    /// Stands where no Grafana is: whatever is asked of it fails with [`Error::NoGrafana`].
    pub fn none() -> Client {
        let options = Arc::new(ClientOptions::new("", Credential::None));
        Client { http: None, files: Arc::default(), options, permits: Arc::new(Semaphore::new(1)) }
    }

    /// One for all files: each would read the certificates and shake hands anew.
    pub(super) fn files(&self) -> Result<&reqwest::Client, RemoteError> {
        if let Some(made) = self.files.get() {
            return Ok(made);
        }
        let made = files_client(&self.options)?;
        Ok(self.files.get_or_init(|| made))
    }

    /// Whether there is no Grafana to ask.
    pub fn is_none(&self) -> bool {
        self.http.is_none()
    }

    /// The base URL without a trailing slash.
    pub fn url(&self) -> &str {
        &self.options.url
    }

    pub(super) fn options(&self) -> &ClientOptions {
        &self.options
    }

    /// `GET /api/frontend/settings`: data sources and what the instance can do.
    pub async fn frontend_settings(&self) -> Result<FrontendSettings, Error> {
        let json = self.get_json("/api/frontend/settings", "read its settings").await?;
        Ok(FrontendSettings::from_json(&json))
    }

    /// Zone and week start of the organisation. `/bootdata` is newer than Grafana 10.4: without it the defaults hold.
    pub async fn preferences(&self) -> Result<OrgPreferences, Error> {
        match self.get_json("/bootdata", "read the organisation's preferences").await {
            Ok(json) => Ok(OrgPreferences::from_bootdata(&json)),
            Err(error) if error.is_not_found() => Ok(OrgPreferences::default()),
            Err(error) => Err(error),
        }
    }

    /// The permissions of the credential: proves that it is valid.
    pub async fn permissions(&self) -> Result<Json, Error> {
        self.get_json("/api/access-control/user/permissions", "check the token").await
    }

    /// `GET /api/user` of the credential (`id`, `login`, `email`, `orgId`, `isGrafanaAdmin`).
    pub async fn user(&self) -> Result<Json, Error> {
        self.get_json("/api/user", "read the user").await
    }

    /// A library panel's model.
    pub async fn library_panel(&self, uid: &str) -> Result<Json, Error> {
        let escaped = encode(uid);
        let json = self.get_json(&format!("/api/library-elements/{escaped}"), &format!("read library panel {uid}")).await?;
        Ok(json.pointer("/result/model").cloned().unwrap_or(Json::Null))
    }

    /// `POST /api/ds/query`. Grafana answers 400 with *full results* when one refId fails: those are returned, not an error.
    pub async fn query(&self, request: &QueryRequest, dashboard_uid: &str) -> Result<Json, Error> {
        let what = format!("query data for panel {}", request.panel_id);
        let kind = request.datasource.kind.as_deref().unwrap_or("");
        let path = format!("/api/ds/query?ds_type={}", encode(kind));
        let headers = [("X-Dashboard-Uid", dashboard_uid.to_owned()), ("X-Panel-Id", request.panel_id.to_string())];
        self.post_query(&path, &request.body, &headers, &what).await
    }

    /// Posts a body of `/api/ds/query` and gives back its `{results}`, whatever the status.
    pub async fn post_query(&self, path: &str, body: &Json, headers: &[(&str, String)], what: &str) -> Result<Json, Error> {
        let what = what.to_owned();
        let (status, body) = self.send(Method::POST, path, Some(Payload::Json(body)), headers, &what).await?;
        match serde_json::from_slice::<Json>(&body) {
            Ok(json) if json.get("results").is_some_and(Json::is_object) => Ok(json),
            Ok(json) if !status.is_success() => Err(failure(status, &what, message_of(&json))),
            Err(_) if !status.is_success() => Err(failure(status, &what, String::from_utf8_lossy(&body).chars().take(200).collect())),
            Ok(_) => Err(Error::Decode { what, reason: "there are no results in it".into() }),
            Err(error) => Err(Error::Decode { what, reason: error.to_string() }),
        }
    }

    /// Any GET that answers JSON; `path` starts with "/" and may carry a query.
    pub async fn get_json(&self, path: &str, what: &str) -> Result<Json, Error> {
        let (status, body) = self.send(Method::GET, path, None, &[], what).await?;
        json_answer(status, &body, what)
    }

    /// Posts a text and reads a JSON answer: look-ups of data sources that take their questions in forms of their own.
    pub async fn post_text(&self, path: &str, content_type: &str, text: &str, what: &str) -> Result<Json, Error> {
        let (status, body) = self.send(Method::POST, path, Some(Payload::Text { content_type, text }), &[], what).await?;
        json_answer(status, &body, what)
    }

    /// Posts JSON and reads a JSON answer, once: a POST may change something, so it is not repeated.
    pub async fn post_json(&self, path: &str, body: &Json, what: &str) -> Result<Json, Error> {
        let (status, answer) = self.send_once(Method::POST, path, Some(Payload::Json(body)), &[], what).await?;
        json_answer(status, &answer, what)
    }

    /// Sends with the credential and the organisation, waits for a permit, and tries again where that may help: everything
    /// here only reads (a data query too), so a repetition does no harm.
    async fn send(
        &self,
        method: Method,
        path: &str,
        body: Option<Payload<'_>>,
        headers: &[(&str, String)],
        what: &str,
    ) -> Result<(StatusCode, Vec<u8>), Error> {
        let _permit = self.permits.acquire().await.map_err(|_| Error::Setup("the client was closed".into()))?;
        let attempt = || async {
            let (status, body) = self.send_once(method.clone(), path, body, headers, what).await?;
            match status.as_u16() {
                429 | 502 | 503 | 504 => Err(failure(status, what, "Grafana is busy".into())),
                _ => Ok((status, body)),
            }
        };
        let backoff =
            ExponentialBuilder::default().with_min_delay(Duration::from_millis(200)).with_max_times(self.options.max_retries).with_jitter();
        // A time-out is not tried again here: the next attempt would only take as long; the run's own retry comes later.
        let again = |error: &Error| error.is_transient() && !matches!(error, Error::Timeout { .. });
        attempt.retry(backoff).when(again).await
    }

    async fn send_once(
        &self,
        method: Method,
        path: &str,
        body: Option<Payload<'_>>,
        headers: &[(&str, String)],
        what: &str,
    ) -> Result<(StatusCode, Vec<u8>), Error> {
        let mut request = self.signed(method, path, what)?.header(header::ACCEPT, "application/json");
        for (name, value) in headers {
            request = request.header(*name, value);
        }
        request = match body {
            Some(Payload::Json(body)) => request.json(body),
            Some(Payload::Text { content_type, text }) => request.header(header::CONTENT_TYPE, content_type).body(text.to_owned()),
            None => request,
        };
        let (status, bytes) = self.receive(request, MAX_ANSWER_BYTES, self.options.timeout, what).await?;
        self.tell(path, status, &bytes);
        Ok((status, bytes))
    }

    /// A picture that Grafana makes: one attempt, which may take `timeout`. What is drawn for a minute is not asked for twice, nor does
    /// it hold up the other requests.
    pub(super) async fn get_picture(&self, path: &str, timeout: Duration, most: usize, what: &str) -> Result<Vec<u8>, Error> {
        let request = self.signed(Method::GET, path, what)?.header(header::ACCEPT, "image/png").timeout(timeout);
        let (status, bytes) = self.receive(request, most, timeout, what).await?;
        match status.is_success() {
            true => Ok(bytes),
            false => Err(failure(status, what, serde_json::from_slice(&bytes).map(|json| message_of(&json)).unwrap_or_default())),
        }
    }

    /// A request with the credential and the organisation.
    fn signed(&self, method: Method, path: &str, what: &str) -> Result<reqwest::RequestBuilder, Error> {
        let http = self.http.as_ref().ok_or_else(|| Error::NoGrafana { what: what.to_owned() })?;
        let request = http.request(method, format!("{}{path}", self.options.url));
        let request = match &self.options.credential {
            Credential::Token(token) => request.bearer_auth(token.expose()),
            Credential::Basic { user, password } => request.basic_auth(user, Some(password.expose())),
            Credential::None => request,
        };
        Ok(match self.options.org_id {
            Some(org_id) => request.header("X-Grafana-Org-Id", org_id.to_string()),
            None => request,
        })
    }

    /// Sends and reads at most `most` bytes; `timeout` is only what the error says.
    async fn receive(
        &self,
        request: reqwest::RequestBuilder,
        most: usize,
        timeout: Duration,
        what: &str,
    ) -> Result<(StatusCode, Vec<u8>), Error> {
        let failed = |error| self.transport_error(error, timeout, what);
        let mut response = request.send().await.map_err(failed)?;
        let mut bytes = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(failed)? {
            if bytes.len() + chunk.len() > most {
                return Err(Error::Decode { what: what.to_owned(), reason: format!("it is larger than {} MiB", most >> 20) });
            }
            bytes.extend_from_slice(&chunk);
        }
        Ok((response.status(), bytes))
    }

    /// Tells the watch. Resources of data sources pass on what the source itself answers: its 401 is not about our credential.
    fn tell(&self, path: &str, status: StatusCode, body: &[u8]) {
        let Some(Watch(watch)) = &self.options.watch else { return };
        if status == StatusCode::UNAUTHORIZED && !path.starts_with("/api/datasources/") {
            let reason = serde_json::from_slice::<Json>(body).map(|json| message_of(&json)).unwrap_or_default();
            watch.refused(if reason.is_empty() { "Unauthorized" } else { &reason });
        } else if status.is_success() && NEEDS_SIGN_IN.iter().any(|start| path.starts_with(start)) {
            watch.accepted();
        }
    }

    fn transport_error(&self, error: reqwest::Error, timeout: Duration, what: &str) -> Error {
        let url = self.options.url.clone();
        if error.is_timeout() && !error.is_connect() {
            return Error::Timeout { url, what: what.to_owned(), seconds: timeout.as_secs() };
        }
        // The innermost cause says it best ("Connection refused"); the outer ones repeat the URL.
        let mut cause: &dyn std::error::Error = &error;
        while let Some(inner) = cause.source() {
            cause = inner;
        }
        Error::Unreachable { url, reason: cause.to_string() }
    }
}

/// What all our clients have in common.
pub(super) fn http_client_builder() -> reqwest::ClientBuilder {
    // One provider for the process; a second installation is refused, which is fine.
    let _ = rustls::crypto::ring::default_provider().install_default();
    reqwest::Client::builder().user_agent(concat!("broadsheet/", env!("CARGO_PKG_VERSION"))).connect_timeout(Duration::from_secs(10))
}

/// The transport by the options: TLS, time-outs, few redirects.
pub(super) fn http_client(options: &ClientOptions) -> Result<reqwest::Client, Error> {
    http_client_with(options, reqwest::redirect::Policy::limited(3))
}

pub(super) fn http_client_with(options: &ClientOptions, redirects: reqwest::redirect::Policy) -> Result<reqwest::Client, Error> {
    reqwest::Url::parse(&options.url).map_err(|e| Error::Setup(format!("{:?} is not a URL: {e}", options.url)))?;
    let mut builder = http_client_builder().timeout(options.timeout).redirect(redirects);
    if options.skip_tls_verify {
        builder = builder.danger_accept_invalid_certs(true);
    }
    if let Some(path) = &options.ca_file {
        let pem = std::fs::read(path).map_err(|e| Error::Setup(format!("{}: {e}", path.display())))?;
        let certificate = reqwest::Certificate::from_pem(&pem).map_err(|e| Error::Setup(format!("{}: {e}", path.display())))?;
        builder = builder.tls_certs_merge([certificate]);
    }
    builder.build().map_err(|e| Error::Setup(e.to_string()))
}

/// What a URL's path or query must not hold plainly; the unreserved marks of RFC 3986 stay.
const RESERVED: &percent_encoding::AsciiSet = &percent_encoding::NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');

/// Text as one part of a URL.
pub fn encode(text: &str) -> String {
    percent_encoding::utf8_percent_encode(text, RESERVED).to_string()
}

/// The JSON of a success, else the failure with what Grafana says of it.
pub(super) fn json_answer(status: StatusCode, body: &[u8], what: &str) -> Result<Json, Error> {
    let json = serde_json::from_slice::<Json>(body);
    if !status.is_success() {
        return Err(failure(status, what, json.map(|json| message_of(&json)).unwrap_or_default()));
    }
    json.map_err(|e| Error::Decode { what: what.to_owned(), reason: e.to_string() })
}

/// The message in Grafana's error bodies.
fn message_of(json: &Json) -> String {
    let text = json.get("message").or_else(|| json.get("error")).and_then(Json::as_str).unwrap_or_default();
    text.chars().take(500).collect()
}

fn failure(status: StatusCode, what: &str, message: String) -> Error {
    let what = what.to_owned();
    let message = if message.is_empty() { status.canonical_reason().unwrap_or("no reason given").to_owned() } else { message };
    match status.as_u16() {
        401 => Error::Unauthorized { what, message },
        403 => Error::Forbidden { what, message },
        404 => Error::NotFound { what, message },
        status => Error::Status { what, status, message },
    }
}
