//! Branding images: upload as a form or as JSON, and back.

use axum::{
    Extension, Json,
    extract::{FromRequest, Request, State},
    response::{IntoResponse, Response},
};
use base64::Engine as _;
use http::{HeaderMap, StatusCode, header};
use serde_json::{Value, json};

use super::{
    ApiError, ApiState, Caller,
    extract::{JsonBody, Segment, body_bytes},
};
use crate::{picture, store::Image};

/// Grafana's limit.
const MAX_IMAGE_BYTES: usize = 16 << 20;

/// GET /reports/images/{image}
pub async fn get_settings_image(
    State(state): State<ApiState>,
    Extension(caller): Extension<Caller>,
    Segment(name): Segment,
) -> Result<Response, ApiError> {
    // Names are looked up in the database only; what no upload can be named is not even that.
    let image = if report::is_image_name(&name) { state.engine.store.image(caller.org_id, &name).await? } else { None };
    let image = image.ok_or_else(|| ApiError::new(StatusCode::NOT_FOUND, "Image not found"))?;
    // The browser must take it for what it is: it comes from Grafana's own origin.
    let headers = [(header::CONTENT_TYPE, image.content_type), (header::X_CONTENT_TYPE_OPTIONS, "nosniff".into())];
    Ok((headers, image.bytes).into_response())
}

/// POST /reports/images: `multipart/form-data` with a file, or JSON `{"name", "content"}` with base64 or a data URL.
/// Answers with the name to put into the settings.
pub async fn upload_settings_image(
    State(state): State<ApiState>,
    Extension(caller): Extension<Caller>,
    request: Request,
) -> Result<Json<Value>, ApiError> {
    let (name, bytes) = match form_boundary(request.headers()) {
        Some(boundary) => {
            let body = body_bytes(request, &state).await?;
            let (name, bytes) = form_file(&body, &boundary).ok_or_else(|| ApiError::bad_request("the form holds no file"))?;
            (name, bytes.to_vec())
        }
        None => json_file(&JsonBody::from_request(request, &state).await?.0)?,
    };
    if bytes.len() > MAX_IMAGE_BYTES {
        return Err(ApiError::bad_request("the image is larger than 16 MB"));
    }
    let kind = picture::inspect(&bytes).map_err(|error| ApiError::bad_request(format!("the image is {error}")))?;
    let name = file_name(&name);
    if !report::is_image_name(&name) {
        return Err(ApiError::bad_request("name: expected a file name such as logo.png"));
    }
    let image = Image { name: name.clone(), content_type: kind.content_type().into(), bytes };
    state.engine.store.save_image(caller.org_id, image, state.engine.clock.now().as_millisecond()).await?;
    Ok(Json(json!({ "message": "Image saved", "name": name })))
}

fn json_file(body: &Value) -> Result<(String, Vec<u8>), ApiError> {
    let text = |key: &str| body.get(key).and_then(Value::as_str).ok_or_else(|| ApiError::bad_request(format!("{key}: is required")));
    let content = text("content")?;
    let encoded = if content.starts_with("data:") { content.split_once(',').map_or("", |(_, data)| data) } else { content };
    let encoded: String = encoded.chars().filter(|c| !c.is_whitespace()).collect();
    let bytes = base64::engine::general_purpose::STANDARD.decode(encoded).map_err(|_| ApiError::bad_request("content: expected base64"))?;
    Ok((text("name")?.to_owned(), bytes))
}

fn form_boundary(headers: &HeaderMap) -> Option<String> {
    let text = headers.get(header::CONTENT_TYPE)?.to_str().ok()?;
    let (kind, parameters) = text.split_once(';')?;
    if !kind.trim().eq_ignore_ascii_case("multipart/form-data") {
        return None;
    }
    let boundary = parameters.split(';').find_map(|part| part.trim().strip_prefix("boundary="))?;
    Some(boundary.trim_matches('"').to_owned())
}

/// The first part with a file name (RFC 7578). By hand: one part of one small form does not earn a dependency.
fn form_file<'a>(body: &'a [u8], boundary: &str) -> Option<(String, &'a [u8])> {
    let delimiter = format!("--{boundary}");
    let mut rest = &body[find(body, delimiter.as_bytes())? + delimiter.len()..];
    let next = format!("\r\n--{boundary}");
    while let Some(part) = rest.strip_prefix(b"\r\n") {
        let end = find(part, next.as_bytes())?;
        let (part, after) = part.split_at(end);
        let head_end = find(part, b"\r\n\r\n")?;
        let head = String::from_utf8_lossy(&part[..head_end]);
        if let Some((_, name)) = head.split_once("filename=\"") {
            let name = name.split('"').next().unwrap_or_default().to_owned();
            return Some((name, &part[head_end + 4..]));
        }
        rest = &after[next.len()..];
    }
    None
}

fn find(haystack: &[u8], needle: &[u8]) -> Option<usize> {
    haystack.windows(needle.len()).position(|window| window == needle)
}

/// The last part of a path: some browsers send the whole one.
fn file_name(name: &str) -> String {
    name.rsplit(['/', '\\']).next().unwrap_or_default().trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        api::tests::{call, router_of},
        picture::png_head,
        scheduler::fake::bench,
    };

    /// Deflated nothing: 60000 × 60000 pixels are 14 GB in 40 bytes of head and one small chunk.
    fn png_bomb() -> Vec<u8> {
        let mut bytes = png_head(60_000, 60_000);
        bytes.extend(b"\0\0\0\0\0\0\0\x08IDAT\x78\x9c\x03\0\0\0\0\x01");
        bytes
    }

    #[tokio::test]
    async fn bombs_and_odd_names_are_refused() {
        let router = router_of(bench().engine);
        let laughs =
            br#"<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY a "lol"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]><svg><text>&b;</text></svg>"#;
        let outside = br#"<svg xmlns="http://www.w3.org/2000/svg"><image href="file:///etc/passwd"/><script>alert(1)</script></svg>"#;
        let svg = "400 the image is an SVG, which is not shown: use PNG or JPEG";
        let name = "400 name: expected a file name such as logo.png";
        for (file, bytes, expected) in [
            ("bomb.png", png_bomb(), "400 the image is too large: 60000 × 60000 pixels, at most 16 million are allowed"),
            (
                "bomb.gif",
                b"GIF89a\xff\xff\xff\xff".to_vec(),
                "400 the image is too large: 65535 × 65535 pixels, at most 16 million are allowed",
            ),
            ("laughs.svg", laughs.to_vec(), svg),
            ("logo.png", outside.to_vec(), svg),
            ("page.png", b"<html><script>alert(1)</script></html>".to_vec(), "400 the image is neither PNG, JPEG nor GIF"),
            ("short.png", b"\x89PNG\r\n\x1a\n".to_vec(), "400 the image is damaged"),
            ("", png_head(4, 4), name),
            ("..", png_head(4, 4), name),
            (".htaccess", png_head(4, 4), name),
            ("a\u{0}.png", png_head(4, 4), name),
            ("a\r\nSet-Cookie: x.png", png_head(4, 4), name),
            ("a\u{202e}gnp.exe", png_head(4, 4), name),
            ("<img>.png", png_head(4, 4), name),
            // The last part of a path counts.
            ("../../etc/logo.png", png_head(4, 4), "200 Image saved"),
        ] {
            let content = base64::engine::general_purpose::STANDARD.encode(&bytes);
            let body = json!({ "name": file, "content": content }).to_string();
            assert_eq!(call(&router, "POST", "/reports/images", &body).await, expected, "{file:?}");
        }
        for path in [
            "..%2f..%2fetc%2fpasswd",
            "..%5c..%5cwin.ini",
            "%2e%2e",
            "logo.png%00",
            "%0d%0aSet-Cookie:x",
            "%2flogo.png",
            "logo.png%2f..",
            "%ff",
        ] {
            let answer = call(&router, "GET", &format!("/reports/images/{path}"), "").await;
            assert!(answer.starts_with("404 ") || answer.starts_with("400 "), "{path}: {answer}");
        }
        assert_eq!(call(&router, "GET", "/reports/images/../settings", "").await.split(' ').next(), Some("404"));
        assert!(call(&router, "GET", "/reports/images/logo.png", "").await.starts_with("200"));
    }
}
