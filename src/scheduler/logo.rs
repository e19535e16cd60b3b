//! Branding logos as bytes: data URLs and uploaded images. Web addresses are never fetched by us: a setting must not make
//! this program call hosts inside the network.

use std::sync::Arc;

use base64::Engine as _;

use crate::{
    mail::LogoImage,
    store::{self, Store},
};

/// The logo held by us; `Ok(None)` when there is none or it is a web address.
pub async fn load(store: &Store, org_id: i64, url: &str) -> Result<Option<LogoImage>, store::Error> {
    if url.starts_with("data:") {
        return Ok(from_data_url(url));
    }
    if !report::is_image_name(url) {
        return Ok(None);
    }
    let image = store.image(org_id, url).await?;
    Ok(image.map(|image| LogoImage { content_type: image.content_type, bytes: Arc::new(image.bytes) }))
}

/// `data:image/png;base64,…`; `None` when it is none or holds no picture we know.
pub fn from_data_url(url: &str) -> Option<LogoImage> {
    let (head, body) = url.strip_prefix("data:")?.split_once(',')?;
    if !head.ends_with(";base64") {
        return None;
    }
    let text: String = body.chars().filter(|c| !c.is_whitespace()).collect();
    let bytes = base64::engine::general_purpose::STANDARD.decode(text).ok()?;
    let content_type = picture_type(&bytes)?.to_owned();
    Some(LogoImage { content_type, bytes: Arc::new(bytes) })
}

/// The type by the first bytes: a declared type is only a claim. SVG is left out, it can carry scripts.
pub fn picture_type(bytes: &[u8]) -> Option<&'static str> {
    match bytes {
        [0x89, b'P', b'N', b'G', 0x0d, 0x0a, 0x1a, 0x0a, ..] => Some("image/png"),
        [0xff, 0xd8, 0xff, ..] => Some("image/jpeg"),
        [b'G', b'I', b'F', b'8', ..] => Some("image/gif"),
        _ => None,
    }
}
