//! Encoded pictures become pixels.

use scene::ImageFormat;
use zune_jpeg::JpegDecoder;
use zune_jpeg::zune_core::bytestream::ZCursor;
use zune_jpeg::zune_core::colorspace::ColorSpace;
use zune_jpeg::zune_core::options::DecoderOptions;

/// A logo of this many pixels is a mistake; decoding it would take hundreds of megabytes.
const MAX_PIXELS: u64 = 64 << 20;

/// RGBA, not premultiplied, row by row from the top.
pub(crate) struct Bitmap {
    pub width: u32,
    pub height: u32,
    pub rgba: Vec<u8>,
}

/// None when the picture is broken or too large.
pub(crate) fn decode(image: &scene::Image) -> Option<Bitmap> {
    let bitmap = match image.format {
        ImageFormat::Png => decode_png(&image.data)?,
        ImageFormat::Jpeg => decode_jpeg(&image.data)?,
    };
    let complete = bitmap.rgba.len() as u64 == u64::from(bitmap.width) * u64::from(bitmap.height) * 4;
    (complete && !bitmap.rgba.is_empty()).then_some(bitmap)
}

fn decode_png(data: &[u8]) -> Option<Bitmap> {
    let mut decoder = png::Decoder::new(std::io::Cursor::new(data));
    decoder.set_transformations(png::Transformations::normalize_to_color8() | png::Transformations::ALPHA);
    let mut reader = decoder.read_info().ok()?;
    let (width, height) = reader.info().size();
    if u64::from(width) * u64::from(height) > MAX_PIXELS {
        return None;
    }
    let mut pixels = vec![0; reader.output_buffer_size()?];
    let frame = reader.next_frame(&mut pixels).ok()?;
    pixels.truncate(frame.buffer_size());
    let rgba = match frame.color_type {
        png::ColorType::Rgba => pixels,
        png::ColorType::Rgb => pixels.chunks_exact(3).flat_map(|p| [p[0], p[1], p[2], 255]).collect(),
        png::ColorType::GrayscaleAlpha => pixels.chunks_exact(2).flat_map(|p| [p[0], p[0], p[0], p[1]]).collect(),
        png::ColorType::Grayscale => pixels.iter().flat_map(|p| [*p, *p, *p, 255]).collect(),
        png::ColorType::Indexed => return None,
    };
    Some(Bitmap { width, height, rgba })
}

fn decode_jpeg(data: &[u8]) -> Option<Bitmap> {
    let options = DecoderOptions::default().jpeg_set_out_colorspace(ColorSpace::RGBA);
    let mut decoder = JpegDecoder::new_with_options(ZCursor::new(data), options);
    decoder.decode_headers().ok()?;
    let (width, height) = decoder.dimensions()?;
    if (width as u64).saturating_mul(height as u64) > MAX_PIXELS {
        return None;
    }
    let rgba = decoder.decode().ok()?;
    Some(Bitmap { width: u32::try_from(width).ok()?, height: u32::try_from(height).ok()?, rgba })
}
