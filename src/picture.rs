//! What kind of picture some bytes are, by their own head: a name or a declared type is only a claim. Nothing is decoded here, and what
//! passes is safe to decode: its size in pixels is bounded, so a small file cannot become gigabytes.

use std::sync::Arc;

use scene::ImageFormat;

/// 4096 × 4096: 64 MB when decoded. A logo is printed two centimetres high.
const MAX_PIXELS: u64 = 16 << 20;

/// Bytes of a vector picture's head in which its root element is looked for.
const SVG_HEAD: usize = 1024;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Png,
    Jpeg,
    Gif,
}

/// A picture that was looked at.
#[derive(Clone, Debug, PartialEq)]
pub struct Picture {
    pub kind: Kind,
    pub bytes: Arc<Vec<u8>>,
}

impl Kind {
    pub fn content_type(self) -> &'static str {
        match self {
            Kind::Png => "image/png",
            Kind::Jpeg => "image/jpeg",
            Kind::Gif => "image/gif",
        }
    }

    /// Pages show PNG and JPEG; mails GIF as well.
    pub fn is_for_pages(self) -> bool {
        self != Kind::Gif
    }
}

/// Why bytes are no picture for us; reads on after "the image is …".
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PictureError {
    #[error("neither PNG, JPEG nor GIF")]
    Unknown,
    /// Never parsed: it may carry scripts, pull in other files, or grow without end.
    #[error("an SVG, which is not shown: use PNG or JPEG")]
    Svg,
    #[error("a WebP, which is not shown: use PNG or JPEG")]
    WebP,
    #[error("damaged")]
    Damaged,
    #[error("too large: {0} × {1} pixels, at most 16 million are allowed")]
    TooManyPixels(u32, u32),
}

/// Reads kind and size.
pub fn inspect(bytes: &[u8]) -> Result<Kind, PictureError> {
    let (kind, width, height) = match bytes {
        [0x89, b'P', b'N', b'G', b'\r', b'\n', 0x1a, b'\n', ..] | [0xff, 0xd8, 0xff, ..] => {
            let (format, width, height) = scene::Image::probe(bytes).ok_or(PictureError::Damaged)?;
            (if format == ImageFormat::Png { Kind::Png } else { Kind::Jpeg }, width, height)
        }
        [b'G', b'I', b'F', b'8', b'7' | b'9', b'a', w0, w1, h0, h1, ..] => {
            (Kind::Gif, u16::from_le_bytes([*w0, *w1]).into(), u16::from_le_bytes([*h0, *h1]).into())
        }
        [b'G', b'I', b'F', b'8', ..] => return Err(PictureError::Damaged),
        [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => return Err(PictureError::WebP),
        _ if is_svg(bytes) => return Err(PictureError::Svg),
        _ => return Err(PictureError::Unknown),
    };
    if width == 0 || height == 0 {
        return Err(PictureError::Damaged);
    }
    if u64::from(width) * u64::from(height) > MAX_PIXELS {
        return Err(PictureError::TooManyPixels(width, height));
    }
    Ok(kind)
}

fn is_svg(bytes: &[u8]) -> bool {
    let head = String::from_utf8_lossy(&bytes[..bytes.len().min(SVG_HEAD)]).to_ascii_lowercase();
    let head = head.trim_start_matches('\u{feff}').trim_start();
    head.starts_with('<') && (head.contains("<svg") || head.contains("<!doctype svg"))
}

#[cfg(test)]
pub(crate) fn png_head(width: u32, height: u32) -> Vec<u8> {
    let mut bytes = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".to_vec();
    bytes.extend(width.to_be_bytes());
    bytes.extend(height.to_be_bytes());
    bytes.extend([8, 6, 0, 0, 0]);
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_head_decides() {
        let check = |bytes: &[u8], expected| assert_eq!(inspect(bytes), expected, "{bytes:x?}");
        check(&png_head(40, 20), Ok(Kind::Png));
        check(&png_head(4096, 4096), Ok(Kind::Png));
        check(&png_head(100_000, 100_000), Err(PictureError::TooManyPixels(100_000, 100_000)));
        check(&png_head(u32::MAX, u32::MAX), Err(PictureError::TooManyPixels(u32::MAX, u32::MAX)));
        check(&png_head(0, 4), Err(PictureError::Damaged));
        check(b"\x89PNG\r\n\x1a\n", Err(PictureError::Damaged));
        check(b"\xff\xd8\xff\xe0\0\x04ab\xff\xc0\0\x11\x08\0\x08\0\x10", Ok(Kind::Jpeg));
        check(b"\xff\xd8\xff\xe0\0\x04ab\xff\xc0\0\x11\x08\xff\xff\xff\xff", Err(PictureError::TooManyPixels(65_535, 65_535)));
        check(b"\xff\xd8\xff", Err(PictureError::Damaged));
        check(b"GIF89a\x10\0\x08\0", Ok(Kind::Gif));
        check(b"GIF89a\xff\xff\xff\xff", Err(PictureError::TooManyPixels(65_535, 65_535)));
        check(b"GIF8", Err(PictureError::Damaged));
        check(b"RIFF\0\0\0\0WEBPVP8 ", Err(PictureError::WebP));
        check(b"\xef\xbb\xbf <?xml version=\"1.0\"?>\n<svg xmlns=\"x\"/>", Err(PictureError::Svg));
        check(b"<!DOCTYPE svg [<!ENTITY a \"aaaa\"><!ENTITY b \"&a;&a;&a;\">]><svg>&b;</svg>", Err(PictureError::Svg));
        check(b"<html><body/></html>", Err(PictureError::Unknown));
        check(b"", Err(PictureError::Unknown));
    }
}
