//! `/_ping`: shows an administrator (and our tests) what arrives here. It tells callers nothing but their own request.

use axum::{
    Extension, Json, Router,
    body::{Body, Bytes},
    response::Response,
    routing::get,
};
use http::{HeaderMap, HeaderValue, Method, Uri};
use serde_json::{Value, json};

use crate::api::Caller;

/// GET answers who calls and what was sent, POST sends the body back. Values of `X-Ping` come back as `X-Pong`.
pub fn router() -> Router {
    Router::new().route("/_ping", get(show).post(echo))
}

/// Credentials, even those the host made for us, are not shown.
const HIDDEN: &[&str] = &["authorization", "cookie", "x-grafana-id"];

async fn show(Extension(caller): Extension<Caller>, method: Method, uri: Uri, headers: HeaderMap) -> (HeaderMap, Json<Value>) {
    let shown = headers.keys().filter(|name| !HIDDEN.contains(&name.as_str()));
    let texts = |name| headers.get_all(name).iter().map(|value| String::from_utf8_lossy(value.as_bytes())).collect::<Vec<_>>();
    let body = json!({
        "version": env!("CARGO_PKG_VERSION"),
        "caller": { "orgId": caller.org_id, "login": caller.login, "name": caller.name, "email": caller.email, "role": caller.role.as_str() },
        "method": method.as_str(),
        "path": uri.path(),
        "query": uri.query().unwrap_or_default(),
        "headers": shown.map(|name| (name.to_string(), json!(texts(name)))).collect::<serde_json::Map<_, _>>(),
    });
    (pong(&headers), Json(body))
}

async fn echo(headers: HeaderMap, body: Bytes) -> Response {
    let mut response = Response::new(Body::from(body));
    *response.headers_mut() = pong(&headers);
    // Never a type that a browser would draw.
    response.headers_mut().insert(http::header::CONTENT_TYPE, HeaderValue::from_static("application/octet-stream"));
    response
}

fn pong(headers: &HeaderMap) -> HeaderMap {
    headers.get_all("x-ping").iter().map(|value| (http::HeaderName::from_static("x-pong"), value.clone())).collect()
}
