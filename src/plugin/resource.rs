//! A resource call becomes a request of the router, and its response a stream of messages.

use std::{collections::BTreeMap, time::Instant};

use axum::body::Body;
use bytes::Bytes;
use futures_util::stream::{self, BoxStream};
use http::{HeaderMap, HeaderName, HeaderValue, Request as HttpRequest, Response as HttpResponse, StatusCode, Uri, header};
use http_body_util::BodyExt;
use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};
use plugin_proto::pluginv2::{CallResourceRequest, CallResourceResponse, StringList, resource_server::Resource};
use tonic::{Request, Response, Status};

use super::{
    context,
    server::{Starting, Waiting},
};
use crate::{api::Caller, call, config::Secret, rights::Proof};

/// Larger pieces would only be held in memory twice.
const MAX_CHUNK_BYTES: usize = 1 << 20;

pub struct ResourceService {
    pub app: Waiting,
}

#[tonic::async_trait]
impl Resource for ResourceService {
    type CallResourceStream = BoxStream<'static, Result<CallResourceResponse, Status>>;

    /// Always answers with a status of our own: a gRPC error would reach the client as a bare 500.
    async fn call_resource(&self, request: Request<CallResourceRequest>) -> Result<Response<Self::CallResourceStream>, Status> {
        let started = Instant::now();
        let Some(app) = self.app.ready().await else {
            let text = match self.app.now() {
                Starting::Failed => "Broadsheet could not start; see Grafana's log",
                _ => "Broadsheet is still starting, try again",
            };
            return Ok(answer(call::message(StatusCode::SERVICE_UNAVAILABLE, text)).await);
        };
        let mut call = request.into_inner();
        let context = call.plugin_context.take().unwrap_or_default();
        app.seen.tell(&context, &*app.hooks);
        let response = match http_request(call) {
            Err(reason) => call::message(StatusCode::BAD_REQUEST, reason),
            Ok(mut http_request) => {
                let method = http_request.method().clone();
                let proof = id_token(http_request.headers_mut());
                http_request.extensions_mut().insert(Caller { proof, ..context::caller(&context) });
                let response = call::call(app.router.clone(), http_request).await;
                app.calls.record(&method, response.status(), started.elapsed());
                response
            }
        };
        Ok(answer(response).await)
    }
}

/// Characters that a path or query may hold as they are: everything but controls, space, and what the grammar of URIs leaves out.
const NOT_IN_PATH: &AsciiSet =
    &CONTROLS.add(b' ').add(b'"').add(b'#').add(b'<').add(b'>').add(b'?').add(b'`').add(b'{').add(b'}').add(b'%');
const NOT_IN_URI: &AsciiSet = &CONTROLS.add(b' ').add(b'"').add(b'#').add(b'<').add(b'>').add(b'`').add(b'{').add(b'}');

/// The request as a client sent it to `…/resources/`, without what must not be trusted.
fn http_request(call: CallResourceRequest) -> Result<HttpRequest<Body>, &'static str> {
    let uri = uri(&call.path, &call.url)?;
    let method = call.method.parse().map_err(|_| "the method is not valid")?;
    let mut request = HttpRequest::new(Body::from(call.body));
    *request.uri_mut() = uri;
    *request.method_mut() = method;
    *request.headers_mut() = request_headers(call.headers);
    Ok(request)
}

/// `url` keeps the client's escapes ("a%2Fb" is one segment), so it goes first; `path` is the decoded one.
fn uri(path: &str, url: &str) -> Result<Uri, &'static str> {
    let relative = match url.is_empty() {
        true => utf8_percent_encode(path, NOT_IN_PATH).to_string(),
        // Go writes "./a:b" where "a:" would look like a scheme.
        false => utf8_percent_encode(url.strip_prefix("./").unwrap_or(url), NOT_IN_URI).to_string(),
    };
    format!("/{}", relative.trim_start_matches('/')).parse().map_err(|_| "the path is not valid")
}

/// What cannot be a header here is left out, not a reason to refuse the call.
fn request_headers(headers: BTreeMap<String, StringList>) -> HeaderMap {
    let mut map = HeaderMap::new();
    for (name, list) in headers {
        let Ok(name) = HeaderName::from_bytes(name.as_bytes()) else { continue };
        // A client can write it: Grafana passes it through unless it sends its own.
        if name == "x-grafana-user" {
            continue;
        }
        for value in list.values {
            if let Ok(value) = HeaderValue::from_bytes(value.as_bytes()) {
                map.append(name.clone(), value);
            }
        }
    }
    map
}

/// Grafana's token for this caller; nobody behind the door needs the header any more.
fn id_token(headers: &mut HeaderMap) -> Proof {
    let token = headers.remove("x-grafana-id");
    token.and_then(|value| value.to_str().ok().map(Secret::new)).map_or(Proof::None, Proof::IdToken)
}

/// Streams the response: status, headers and the first piece of the body, then the rest.
///
/// Bodies are in memory anyway: they are whole before the first piece leaves, and one that breaks off becomes an error with a status
/// of its own. `Content-Length` goes along only where there are several pieces, so that a download cut short is seen to be. Clients
/// go as soon as they have that many bytes; the end of the stream is a frame of its own and would find the call cancelled, and
/// Grafana would log a request that went well as a failed one (seen in 12.4 for every second request).
async fn answer(response: HttpResponse<Body>) -> Response<BoxStream<'static, Result<CallResourceResponse, Status>>> {
    let (parts, body) = response.into_parts();
    let (mut head, mut data) = match body.collect().await {
        Ok(body) => ((parts.status, parts.headers), body.to_bytes()),
        Err(error) => {
            tracing::error!(error = %error, "response broke off");
            let (parts, body) = call::message(StatusCode::INTERNAL_SERVER_ERROR, "Internal server error").into_parts();
            ((parts.status, parts.headers), body.collect().await.map(|body| body.to_bytes()).unwrap_or_default())
        }
    };
    let first = data.split_to(data.len().min(MAX_CHUNK_BYTES));
    if data.is_empty() {
        head.1.remove(header::CONTENT_LENGTH);
    }
    let mut messages = vec![Ok(message(first, Some(head)))];
    while !data.is_empty() {
        messages.push(Ok(message(data.split_to(data.len().min(MAX_CHUNK_BYTES)), None)));
    }
    Response::new(Box::pin(stream::iter(messages)))
}

fn message(body: Bytes, head: Option<(StatusCode, HeaderMap)>) -> CallResourceResponse {
    match head {
        Some((status, headers)) => CallResourceResponse { code: i32::from(status.as_u16()), headers: response_headers(&headers), body },
        None => CallResourceResponse { body, ..CallResourceResponse::default() },
    }
}

/// In Go's spelling ("Content-Type"), because the host looks some of them up by it; all values of one name are kept.
fn response_headers(headers: &HeaderMap) -> BTreeMap<String, StringList> {
    let values =
        |name: &HeaderName| headers.get_all(name).iter().map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned()).collect();
    headers.keys().map(|name| (canonical(name.as_str()), StringList { values: values(name) })).collect()
}

fn canonical(name: &str) -> String {
    let mut at_start = true;
    let spell = |c: char| {
        let c = if at_start { c.to_ascii_uppercase() } else { c };
        at_start = c == '-';
        c
    };
    name.chars().map(spell).collect()
}

#[cfg(test)]
mod tests {
    use futures_util::StreamExt;

    use super::*;

    #[test]
    fn uri_keeps_escapes_and_query() {
        for (path, url, expected) in [
            ("reports", "reports", "/reports"),
            ("", "", "/"),
            ("reports", "reports?from=now-1h&var-a=b%20c", "/reports?from=now-1h&var-a=b%20c"),
            ("reports/a/b", "reports/a%2Fb", "/reports/a%2Fb"),
            ("reports/a b", "", "/reports/a%20b"),
            ("reports/ä?", "", "/reports/%C3%A4%3F"),
            ("a:b", "./a:b", "/a:b"),
            ("reports", "/reports", "/reports"),
            ("reports", "//evil/reports", "/evil/reports"),
            ("reports", "reports?q={\"a\": 1}", "/reports?q=%7B%22a%22:%201%7D"),
        ] {
            assert_eq!(uri(path, url).unwrap().to_string(), expected, "{path} {url}");
        }
    }

    #[test]
    fn request_headers_keep_repeats_and_drop_lies() {
        let list = |values: &[&str]| StringList { values: values.iter().map(|v| (*v).to_owned()).collect() };
        let headers = request_headers(
            [
                ("Accept".to_owned(), list(&["a", "b"])),
                ("X-Grafana-User".to_owned(), list(&["admin"])),
                ("Bad Name".to_owned(), list(&["x"])),
                ("X-Text".to_owned(), list(&["bad\nvalue", "grün"])),
            ]
            .into(),
        );
        let got: Vec<_> = headers.iter().map(|(name, value)| format!("{name}={}", String::from_utf8_lossy(value.as_bytes()))).collect();
        assert_eq!(got, ["accept=a", "accept=b", "x-text=grün"]);
    }

    #[test]
    fn header_names_in_go_spelling() {
        for (name, expected) in [("content-type", "Content-Type"), ("etag", "Etag"), ("x-a--b", "X-A--B")] {
            assert_eq!(canonical(name), expected);
        }
    }

    async fn messages(body: Body) -> Vec<Result<CallResourceResponse, tonic::Code>> {
        let mut response = HttpResponse::new(body);
        response.headers_mut().append("content-length", HeaderValue::from_static("1"));
        response.headers_mut().append("link", HeaderValue::from_static("<a>"));
        response.headers_mut().append("link", HeaderValue::from_static("<b>"));
        answer(response).await.into_inner().map(|message| message.map_err(|status| status.code())).collect().await
    }

    #[tokio::test]
    async fn first_message_has_the_head_and_chunks_are_small() {
        let got = messages(Body::from(vec![7u8; (2 << 20) + 5])).await;
        let got: Vec<_> = got.into_iter().map(Result::unwrap).collect();
        assert_eq!(got[0].headers["Link"].values, ["<a>", "<b>"]);
        let shape: Vec<_> = got.iter().map(|m| (m.code, m.headers.len(), m.body.len())).collect();
        assert_eq!(shape, [(200, 2, 1 << 20), (0, 0, 1 << 20), (0, 0, 5)]);
    }

    #[tokio::test]
    async fn the_length_goes_along_with_several_pieces_only() {
        for (bytes, expected) in [(1, false), (MAX_CHUNK_BYTES, false), (MAX_CHUNK_BYTES + 1, true)] {
            let got = messages(Body::from(vec![7u8; bytes])).await;
            assert_eq!(got[0].as_ref().unwrap().headers.contains_key("Content-Length"), expected, "{bytes}");
        }
    }

    #[tokio::test]
    async fn an_empty_body_still_has_a_head() {
        let got = messages(Body::empty()).await;
        assert_eq!(got.len(), 1);
        assert_eq!(got[0].as_ref().unwrap().code, 200);
    }

    #[tokio::test]
    async fn a_broken_body_is_an_error_not_an_end() {
        let broken = |first: &'static str| {
            let items = [Ok(Bytes::from(first)), Err(std::io::Error::other("disk"))];
            Body::from_stream(futures_util::stream::iter(items))
        };
        for first in ["half", ""] {
            let got = messages(broken(first)).await;
            let shape: Vec<_> = got.iter().map(|m| m.as_ref().unwrap().code).collect();
            assert_eq!(shape, [500], "{first:?}");
        }
    }
}
