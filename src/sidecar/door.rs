//! Who is let in, and to what.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use axum::{Router, body::Body};
use futures_util::future::BoxFuture;
use http::{HeaderMap, HeaderValue, Method, Request, Response, StatusCode, header};
use http_body_util::{BodyExt, LengthLimitError, Limited};

use crate::{
    api::Caller,
    call::{self, message},
    remember::Remembered,
    rights::Proof,
};

/// What a caller sent to prove who they are; forwarded to Grafana as it is.
#[derive(Clone, Default, PartialEq, Eq, Hash)]
pub struct CallerCredentials {
    pub authorization: Option<HeaderValue>,
    /// The whole `Cookie` header: the name of Grafana's session cookie is a setting of Grafana.
    pub cookie: Option<HeaderValue>,
    /// `X-Grafana-Org-Id`; without it Grafana takes the caller's current organisation.
    pub org_id: Option<HeaderValue>,
}

impl CallerCredentials {
    pub fn from_headers(headers: &HeaderMap) -> CallerCredentials {
        let get = |name: &str| headers.get(name).cloned();
        CallerCredentials { authorization: get("authorization"), cookie: get("cookie"), org_id: get("x-grafana-org-id") }
    }

    /// Nothing that Grafana could know anyone by.
    pub fn is_empty(&self) -> bool {
        self.authorization.is_none() && self.cookie.is_none()
    }
}

/// Why a caller was not let in.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CallerError {
    /// Grafana does not know these credentials.
    #[error("invalid credentials")]
    Unknown,
    /// Grafana knows the caller, but not in this organisation.
    #[error("not a member of the organization")]
    NotMember,
    /// Grafana could not be asked; the reason is for the log.
    #[error("Grafana cannot be asked who calls: {0}")]
    Unavailable(String),
}

/// Asks Grafana who somebody is. The one for HTTP is `grafana_api`'s: GET /api/user for the identity, GET /api/org for the
/// organisation and the role in it, with the caller's own credentials.
pub trait CallerSource: Send + Sync {
    fn caller<'a>(&'a self, credentials: &'a CallerCredentials) -> BoxFuture<'a, Result<Caller, CallerError>>;
}

/// How long an answer of Grafana is believed: a page of many requests asks once, a revoked token is out within seconds.
const BELIEVED_FOR: Duration = Duration::from_secs(10);
/// Unknown credentials are remembered too, so the number needs a bound.
const MAX_REMEMBERED: usize = 1024;

/// What Grafana said about callers lately.
type Answers = Remembered<CallerCredentials, Result<Caller, CallerError>, Instant>;

/// Checks who calls and hands the call to the router.
pub(super) struct Door {
    router: Router,
    source: Arc<dyn CallerSource>,
    answers: Answers,
    /// For a whole body.
    body_read_timeout: Duration,
}

impl Door {
    pub fn new(router: Router, source: Arc<dyn CallerSource>, body_read_timeout: Duration) -> Door {
        Door { router: call::prepare(router), source, answers: Answers::new(MAX_REMEMBERED), body_read_timeout }
    }

    pub async fn answer(&self, request: Request<Body>) -> Response<Body> {
        if request.uri().path() == "/healthz" {
            return message(StatusCode::OK, "ok");
        }
        if !is_reporting_path(request.uri().path()) {
            return message(StatusCode::NOT_FOUND, "Not found");
        }
        // Before anything is asked of anybody: what announces itself as too large is not waited for.
        if announced_length(request.headers()).is_some_and(|length| length > call::MAX_BODY_BYTES as u64) {
            return closing(message(StatusCode::PAYLOAD_TOO_LARGE, TOO_LARGE));
        }
        let credentials = CallerCredentials::from_headers(request.headers());
        if credentials.is_empty() {
            return refused(&CallerError::Unknown);
        }
        if credentials.authorization.is_none() && is_cross_site(request.method(), request.headers()) {
            return message(StatusCode::FORBIDDEN, "origin not allowed");
        }
        match self.caller(credentials.clone()).await {
            Err(error) => refused(&error),
            Ok(mut caller) => {
                caller.proof = Proof::Credentials(credentials);
                let (mut head, body) = request.into_parts();
                let body = match self.read(body).await {
                    Ok(body) => body,
                    Err(refusal) => return refusal,
                };
                strip(&mut head.headers);
                head.extensions.insert(caller);
                call::call(self.router.clone(), Request::from_parts(head, body)).await
            }
        }
    }

    /// The whole body, within the limits of size and time. Handlers read whole bodies anyway.
    async fn read(&self, body: Body) -> Result<Body, Response<Body>> {
        match tokio::time::timeout(self.body_read_timeout, Limited::new(body, call::MAX_BODY_BYTES).collect()).await {
            Ok(Ok(whole)) => Ok(Body::from(whole.to_bytes())),
            Ok(Err(error)) if error.is::<LengthLimitError>() => Err(closing(message(StatusCode::PAYLOAD_TOO_LARGE, TOO_LARGE))),
            Ok(Err(_)) => Err(closing(message(StatusCode::BAD_REQUEST, "the request body broke off"))),
            Err(_) => Err(closing(message(StatusCode::REQUEST_TIMEOUT, "the request body took too long"))),
        }
    }

    async fn caller(&self, credentials: CallerCredentials) -> Result<Caller, CallerError> {
        if let Some(answer) = self.answers.get(&credentials, Instant::now()) {
            return answer;
        }
        let answer = self.source.caller(&credentials).await;
        // A Grafana that is away may be back at once.
        if !matches!(answer, Err(CallerError::Unavailable(_))) {
            let now = Instant::now();
            self.answers.insert(credentials, answer.clone(), now, now + BELIEVED_FOR);
        }
        answer
    }
}

/// `/api/reports…` as in Grafana, and `/reports…` as behind the plugin's path; an organisation's connection likewise.
fn is_reporting_path(path: &str) -> bool {
    let path = path.strip_prefix("/api").unwrap_or(path);
    matches!(path, "/reports" | "/_connect" | "/_status") || path.starts_with("/reports/")
}

/// A page of another site sends the visitor's cookie along: as Grafana, refuse writes whose origin is another host.
fn is_cross_site(method: &Method, headers: &HeaderMap) -> bool {
    if [Method::GET, Method::HEAD, Method::OPTIONS].contains(method) {
        return false;
    }
    let Some(origin) = headers.get(header::ORIGIN) else { return false };
    let host_of = |value: &HeaderValue| value.to_str().ok().map(|text| text.split_once("://").map_or(text, |(_, host)| host).to_owned());
    host_of(origin) != headers.get(header::HOST).and_then(host_of)
}

/// What served to know the caller ends here, and what claims to be somebody else does too.
fn strip(headers: &mut HeaderMap) {
    for name in ["authorization", "cookie", "x-grafana-user", "x-grafana-id"] {
        headers.remove(name);
    }
}

const TOO_LARGE: &str = "the request body is too large";

fn announced_length(headers: &HeaderMap) -> Option<u64> {
    headers.get(header::CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}

/// What is left of the request will not be read, so the connection cannot serve another one.
fn closing(mut response: Response<Body>) -> Response<Body> {
    response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
    response
}

fn refused(error: &CallerError) -> Response<Body> {
    match error {
        CallerError::Unknown => message(StatusCode::UNAUTHORIZED, "Unauthorized"),
        CallerError::NotMember => message(StatusCode::FORBIDDEN, "You'll need additional permissions to perform this action"),
        CallerError::Unavailable(reason) => {
            tracing::warn!(reason, "callers cannot be checked");
            message(StatusCode::BAD_GATEWAY, "Grafana cannot be reached")
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use axum::{Extension, routing::any};
    use http_body_util::BodyExt;

    use super::*;

    /// Knows "Bearer ada" and "session=ada"; counts how often it is asked.
    #[derive(Default)]
    struct Fake(Mutex<u32>);

    impl CallerSource for Fake {
        fn caller<'a>(&'a self, credentials: &'a CallerCredentials) -> BoxFuture<'a, Result<Caller, CallerError>> {
            *self.0.lock().unwrap() += 1;
            let text = |value: &Option<HeaderValue>| value.as_ref().map(|v| v.to_str().unwrap().to_owned()).unwrap_or_default();
            let answer = match (text(&credentials.authorization).as_str(), text(&credentials.cookie).as_str()) {
                ("Bearer ada", _) | ("", "session=ada") => {
                    let org_id = text(&credentials.org_id).parse().unwrap_or(1);
                    Ok(Caller { org_id, login: "ada".into(), ..Caller::default() })
                }
                ("Bearer stranger", _) => Err(CallerError::NotMember),
                ("Bearer down", _) => Err(CallerError::Unavailable("connection refused".into())),
                _ => Err(CallerError::Unknown),
            };
            Box::pin(async { answer })
        }
    }

    fn door() -> (Door, Arc<Fake>) {
        let fake = Arc::new(Fake::default());
        let show = |Extension(caller): Extension<Caller>, headers: HeaderMap, uri: http::Uri| async move {
            format!("{} {} {} {}", caller.login, caller.org_id, uri.path(), headers.len())
        };
        let router = Router::new().fallback(any(show)).route(
            "/reports/panic",
            any(|| async {
                if true {
                    panic!("boom")
                }
            }),
        );
        (Door::new(router, fake.clone(), Duration::from_secs(1)), fake)
    }

    async fn ask(door: &Door, method: &str, path: &str, headers: &[(&str, &str)]) -> String {
        let mut request = Request::builder().method(method).uri(path);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let response = door.answer(request.body(Body::empty()).unwrap()).await;
        let status = response.status().as_u16();
        let body = response.into_body().collect().await.unwrap().to_bytes();
        format!("{status} {}", String::from_utf8_lossy(&body))
    }

    #[tokio::test]
    async fn callers_are_checked_and_only_reports_pass() {
        let (door, _) = door();
        let unauthorized = r#"401 {"message":"Unauthorized"}"#;
        let cookie = ("cookie", "session=ada");
        for (method, path, headers, expected) in [
            ("GET", "/api/reports", &[("authorization", "Bearer ada")][..], "200 ada 1 /api/reports 0"),
            ("GET", "/reports/3", &[("authorization", "Bearer ada"), ("x-grafana-org-id", "4")], "200 ada 4 /reports/3 1"),
            ("GET", "/api/reports", &[("authorization", "Bearer ada"), ("x-grafana-user", "admin")], "200 ada 1 /api/reports 0"),
            ("GET", "/api/reports", &[], unauthorized),
            ("GET", "/api/reports", &[("authorization", "Bearer x")], unauthorized),
            ("GET", "/api/_status", &[("authorization", "Bearer ada")], "200 ada 1 /api/_status 0"),
            ("GET", "/api/_ping", &[("authorization", "Bearer ada")], r#"404 {"message":"Not found"}"#),
            ("GET", "/api/reportsx", &[("authorization", "Bearer ada")], r#"404 {"message":"Not found"}"#),
            ("GET", "/api/user", &[("authorization", "Bearer ada")], r#"404 {"message":"Not found"}"#),
            ("GET", "/healthz", &[], r#"200 {"message":"ok"}"#),
            ("GET", "/api/reports", &[("authorization", "Bearer down")], r#"502 {"message":"Grafana cannot be reached"}"#),
            ("POST", "/api/reports", &[cookie, ("origin", "https://a.example"), ("host", "a.example")], "200 ada 1 /api/reports 2"),
            (
                "POST",
                "/api/reports",
                &[cookie, ("origin", "https://evil"), ("host", "a.example")],
                r#"403 {"message":"origin not allowed"}"#,
            ),
            ("GET", "/api/reports", &[cookie, ("origin", "https://evil"), ("host", "a.example")], "200 ada 1 /api/reports 2"),
            ("GET", "/reports/panic", &[cookie], r#"500 {"message":"Internal server error"}"#),
        ] {
            assert_eq!(ask(&door, method, path, headers).await, expected, "{method} {path} {headers:?}");
        }
        assert!(ask(&door, "GET", "/reports", &[("authorization", "Bearer stranger")]).await.starts_with("403"));
    }

    #[tokio::test]
    async fn grafana_is_asked_again_only_when_it_was_away() {
        let (door, fake) = door();
        for (credential, expected) in
            [("Bearer ada", 1), ("Bearer ada", 1), ("Bearer x", 2), ("Bearer x", 2), ("Bearer down", 3), ("Bearer down", 4)]
        {
            ask(&door, "GET", "/reports", &[("authorization", credential)]).await;
            assert_eq!(*fake.0.lock().unwrap(), expected, "{credential}");
        }
    }

    #[test]
    fn answers_are_believed_for_a_while_and_bounded() {
        let (answers, start) = (Answers::new(MAX_REMEMBERED), Instant::now());
        let who =
            |n: usize| CallerCredentials { authorization: HeaderValue::from_str(&n.to_string()).ok(), ..CallerCredentials::default() };
        for n in 0..=MAX_REMEMBERED {
            answers.insert(who(n), Err(CallerError::Unknown), start, start + BELIEVED_FOR);
        }
        let just_before = start + BELIEVED_FOR - Duration::from_millis(1);
        assert!(answers.get(&who(0), just_before).is_some());
        assert!(answers.get(&who(0), start + BELIEVED_FOR).is_none());
        assert!(answers.get(&who(MAX_REMEMBERED), start).is_none());
        answers.insert(who(MAX_REMEMBERED), Err(CallerError::Unknown), start + BELIEVED_FOR, start + 2 * BELIEVED_FOR);
        assert_eq!(answers.len(), 1);
    }
}
