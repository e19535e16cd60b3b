//! Parts of a request, with Grafana's words when they are wrong.

use axum::{
    body::Bytes,
    extract::{FromRequest, FromRequestParts, Path, Request},
};
use http::{StatusCode, request::Parts};
use percent_encoding::{NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use serde_json::{Map, Value};

use super::ApiError;
use crate::store::ReportRef;

/// The body as JSON, whatever its Content-Type says.
pub struct JsonBody(pub Value);

impl<S: Send + Sync> FromRequest<S> for JsonBody {
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &S) -> Result<JsonBody, ApiError> {
        let bytes = body_bytes(request, state).await?;
        if bytes.iter().all(u8::is_ascii_whitespace) {
            return Err(ApiError::bad_request("bad request data: the body is empty"));
        }
        match serde_json::from_slice(&bytes) {
            Ok(value) => Ok(JsonBody(value)),
            Err(error) => Err(ApiError::bad_request(format!("bad request data: the body is not valid JSON: {error}"))),
        }
    }
}

/// An object as JSON; nothing at all is an empty one.
pub struct OptionalJsonBody(pub Map<String, Value>);

impl<S: Send + Sync> FromRequest<S> for OptionalJsonBody {
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &S) -> Result<OptionalJsonBody, ApiError> {
        let bytes = body_bytes(request, state).await?;
        if bytes.iter().all(u8::is_ascii_whitespace) {
            return Ok(OptionalJsonBody(Map::new()));
        }
        match serde_json::from_slice(&bytes) {
            Ok(Value::Object(map)) => Ok(OptionalJsonBody(map)),
            Ok(_) => Err(ApiError::bad_request("request body: expected an object")),
            Err(error) => Err(ApiError::bad_request(format!("bad request data: the body is not valid JSON: {error}"))),
        }
    }
}

/// The whole body within the limit of the router.
pub async fn body_bytes<S: Send + Sync>(request: Request, state: &S) -> Result<Bytes, ApiError> {
    Bytes::from_request(request, state).await.map_err(|rejection| match rejection.status() {
        StatusCode::PAYLOAD_TOO_LARGE => ApiError::new(StatusCode::PAYLOAD_TOO_LARGE, "the request body is too large"),
        status => ApiError::new(status, rejection.body_text()),
    })
}

/// One `{segment}` of the path.
pub struct Segment(pub String);

impl<S: Send + Sync> FromRequestParts<S> for Segment {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Segment, ApiError> {
        let path = Path::<String>::from_request_parts(parts, state).await;
        path.map(|Path(text)| Segment(text)).map_err(|rejection| ApiError::bad_request(rejection.body_text()))
    }
}

/// `{id}` of a report: its number or its uid.
pub struct ReportId(pub ReportRef);

impl<S: Send + Sync> FromRequestParts<S> for ReportId {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<ReportId, ApiError> {
        let Segment(text) = Segment::from_request_parts(parts, state).await?;
        report_ref(&text).map(ReportId)
    }
}

/// A number or a uid; what can be neither is a bad request.
pub fn report_ref(text: &str) -> Result<ReportRef, ApiError> {
    let is_word = !text.is_empty() && text.len() <= 40 && text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'));
    match ReportRef::parse(text) {
        ReportRef::Uid(uid) if !is_word || uid.bytes().all(|b| b.is_ascii_digit()) => Err(ApiError::bad_request("id is invalid")),
        which => Ok(which),
    }
}

/// The query string as pairs in order: keys may repeat.
#[derive(Debug)]
pub struct Query(Vec<(String, String)>);

impl<S: Send + Sync> FromRequestParts<S> for Query {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Query, ApiError> {
        let decode = |text: &str| percent_decode_str(&text.replace('+', " ")).decode_utf8_lossy().into_owned();
        let pair = |part: &str| {
            let (key, value) = part.split_once('=').unwrap_or((part, ""));
            (decode(key), decode(value))
        };
        Ok(Query(parts.uri.query().unwrap_or_default().split('&').filter(|part| !part.is_empty()).map(pair).collect()))
    }
}

impl Query {
    /// The first value of `key`; empty counts as absent.
    pub fn get(&self, key: &str) -> Option<&str> {
        self.0.iter().find(|(k, _)| k == key).map(|(_, value)| value.as_str()).filter(|value| !value.is_empty())
    }

    /// The query string with `values` in place of what it says for their keys.
    pub fn with(&self, values: &[(&str, String)]) -> String {
        let kept = self.0.iter().filter(|(key, _)| values.iter().all(|(new, _)| new != key));
        let kept = kept.map(|(key, value)| (key.as_str(), value));
        let pairs = kept.chain(values.iter().map(|(key, value)| (*key, value)));
        let encode = |text: &str| utf8_percent_encode(text, NON_ALPHANUMERIC).to_string();
        pairs.map(|(key, value)| format!("{}={}", encode(key), encode(value))).collect::<Vec<_>>().join("&")
    }

    pub fn all(&self, key: &str) -> Vec<String> {
        self.0.iter().filter(|(k, _)| k == key || k.strip_suffix("[]") == Some(key)).map(|(_, value)| value.clone()).collect()
    }
}
