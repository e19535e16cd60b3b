use crate::{Image, ImageFormat};

impl Image {
    /// Format and size in pixels of an encoded picture, from its header alone; none when it is neither PNG nor JPEG.
    ///
    /// Layout needs the proportions of a logo before anything is drawn. A JPEG's Exif orientation is not looked at.
    pub fn probe(data: &[u8]) -> Option<(ImageFormat, u32, u32)> {
        let (format, (width, height)) = match data {
            [0x89, b'P', b'N', b'G', b'\r', b'\n', 0x1a, b'\n', ..] => (ImageFormat::Png, png_size(data)?),
            [0xff, 0xd8, 0xff, ..] => (ImageFormat::Jpeg, jpeg_size(data)?),
            _ => return None,
        };
        (width > 0 && height > 0).then_some((format, width, height))
    }
}

/// The IHDR chunk comes first (PNG specification, third edition, 5.6).
fn png_size(data: &[u8]) -> Option<(u32, u32)> {
    let number = |at: usize| Some(u32::from_be_bytes(data.get(at..at + 4)?.try_into().ok()?));
    (data.get(12..16)? == b"IHDR").then_some(())?;
    Some((number(16)?, number(20)?))
}

/// The size stands in the frame header SOFn (ITU-T T.81, B.2.2), behind segments that are skipped by their length.
fn jpeg_size(data: &[u8]) -> Option<(u32, u32)> {
    let number = |at: usize| Some(u32::from(u16::from_be_bytes(data.get(at..at + 2)?.try_into().ok()?)));
    let mut at = 2;
    while *data.get(at)? == 0xff {
        match *data.get(at + 1)? {
            0xff => at += 1, // a fill byte
            0xc4 | 0xc8 | 0xcc => at += 2 + number(at + 2)? as usize,
            0xc0..=0xcf => return Some((number(at + 7)?, number(at + 5)?)),
            0x01 | 0xd0..=0xd7 => at += 2,
            _ => at += 2 + number(at + 2)? as usize,
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_tell_format_and_size() {
        let check = |data: &[u8], expected| assert_eq!(Image::probe(data), expected, "{data:x?}");
        let png = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\x01\0\0\0\0\x20";
        check(png, Some((ImageFormat::Png, 256, 32)));
        check(&png[..20], None);
        check(b"\xff\xd8\xff\xe0\0\x04ab\xff\xff\xc2\0\x11\x08\0\x08\0\x10", Some((ImageFormat::Jpeg, 16, 8)));
        check(b"\xff\xd8\xff\xc4\0\x03a\xff\xc0\0\x11\x08\0\x08\0\0", None);
        check(b"\xff\xd8\xff\xe0\xff\xff", None);
        check(b"<svg/>", None);
        check(b"", None);
    }
}
