//! The report's logo: its kind and size read from the picture's own header.

use std::sync::Arc;

use scene::{Image, ImageFormat, kurbo::Rect};

/// The picture as large as fits `room`, at its left and vertically centred. `None` when it is neither PNG nor JPEG.
pub fn place(data: &Arc<Vec<u8>>, room: Rect) -> Option<Image> {
    let (format, width, height) = measure(data)?;
    let scale = (room.width() / width).min(room.height() / height);
    let (w, h) = (width * scale, height * scale);
    let y0 = room.center().y - h / 2.0;
    let rect = Rect::new(room.x0, y0, room.x0 + w, y0 + h);
    Some(Image { rect, format, data: Arc::clone(data), alt: "Logo".to_owned() })
}

/// Format, width and height in pixels.
fn measure(data: &[u8]) -> Option<(ImageFormat, f64, f64)> {
    let size = |format, w: u32, h: u32| (w > 0 && h > 0).then_some((format, f64::from(w), f64::from(h)));
    if data.starts_with(b"\x89PNG\r\n\x1a\n") {
        let at = |i: usize| Some(u32::from_be_bytes(data.get(i..i + 4)?.try_into().ok()?));
        return size(ImageFormat::Png, at(16)?, at(20)?);
    }
    if data.starts_with(&[0xff, 0xd8]) {
        let (h, w) = jpeg_frame(data)?;
        return size(ImageFormat::Jpeg, w, h);
    }
    None
}

/// Height and width of the first start-of-frame segment (ITU T.81, B.2.2).
fn jpeg_frame(data: &[u8]) -> Option<(u32, u32)> {
    let mut at = 2;
    loop {
        let marker = *data.get(at + 1)?;
        if *data.get(at)? != 0xff {
            return None;
        }
        let word = |i: usize| Some(u32::from(u16::from_be_bytes(data.get(i..i + 2)?.try_into().ok()?)));
        // C4, C8 and CC are in the range of frame markers but define tables.
        if (0xc0..=0xcf).contains(&marker) && ![0xc4, 0xc8, 0xcc].contains(&marker) {
            return Some((word(at + 5)?, word(at + 7)?));
        }
        at += 2 + word(at + 2)? as usize;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_sizes_from_headers() {
        let mut png = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".to_vec();
        png.extend([0, 0, 0, 40, 0, 0, 0, 20]);
        assert_eq!(measure(&png), Some((ImageFormat::Png, 40.0, 20.0)));
        let jpeg = [0xff, 0xd8, 0xff, 0xe0, 0, 4, 0, 0, 0xff, 0xc0, 0, 11, 8, 0, 30, 0, 60];
        assert_eq!(measure(&jpeg), Some((ImageFormat::Jpeg, 60.0, 30.0)));
        assert_eq!(measure(b"GIF89a"), None);
        assert_eq!(measure(&jpeg[..10]), None);
        let image = place(&Arc::new(png), Rect::new(0.0, 0.0, 160.0, 20.0)).map(|i| i.rect);
        assert_eq!(image, Some(Rect::new(0.0, 0.0, 40.0, 20.0)));
    }
}
