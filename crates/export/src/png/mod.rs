//! A page as PNG.
//!
//! What no mark covers is transparent; a white ground is a mark of the page. A page that is opaque is written without alpha.

mod image;
mod page;
mod path;
mod text;

#[cfg(test)]
mod tests;

use std::collections::HashMap;

use vello_cpu::peniko::{FontData, ImageAlphaType};
use vello_cpu::{Pixels, Pixmap, RenderContext};

use crate::Error;

/// Half a gigabyte of pixels while drawing.
const MAX_PIXELS: f64 = 128.0 * 1024.0 * 1024.0;
const PX_PER_METRE: f64 = 96.0 / 0.0254;

/// What the marks of a page share.
#[derive(Default)]
struct Resources {
    renderer: vello_cpu::Resources,
    fonts: HashMap<u64, FontData>,
}

/// Draws one page at `scale` device pixels per px.
///
/// A picture that cannot be decoded and a path that is not finite are left out. Fails when the picture would have no pixel, a side of more
/// than 65,535 or more than 128 million in all.
pub fn write(page: &scene::Page, scale: f64) -> Result<Vec<u8>, Error> {
    let (width, height) = size(page, scale)?;
    let mut context = RenderContext::new(width, height);
    let mut resources = Resources::default();
    page::draw(&mut context, page, scale, &mut resources);
    context.flush();
    let mut pixmap = Pixmap::new(width, height);
    context.render(&mut pixmap, &mut resources.renderer);
    encode(pixmap, scale).map_err(|error| Error::Png(error.to_string()))
}

/// Whether a page is small enough for a picture.
pub fn fits(page: &scene::Page, scale: f64) -> bool {
    size(page, scale).is_ok()
}

fn size(page: &scene::Page, scale: f64) -> Result<(u16, u16), Error> {
    // A page of 100.2 px shall not lose its last row; one of 100.0000001 shall not get another.
    let pixels = |px: f64| (px * scale - 0.01).ceil();
    let (width, height) = (pixels(page.width_px), pixels(page.height_px));
    let side = 1.0..=f64::from(u16::MAX);
    if side.contains(&width) && side.contains(&height) && width * height <= MAX_PIXELS {
        return Ok((width as u16, height as u16));
    }
    Err(Error::Png(format!("{width} x {height} pixels are not possible")))
}

fn encode(pixmap: Pixmap, scale: f64) -> Result<Vec<u8>, png::EncodingError> {
    let (width, height) = (u32::from(pixmap.width()), u32::from(pixmap.height()));
    let (color, data) = match pixmap.try_take_rgb8(ImageAlphaType::Alpha) {
        Pixels::Rgb8(data) => (png::ColorType::Rgb, data),
        Pixels::Rgba8(data) => (png::ColorType::Rgba, data),
    };
    let mut file = Vec::new();
    let mut encoder = png::Encoder::new(&mut file, width, height);
    encoder.set_color(color);
    encoder.set_depth(png::BitDepth::Eight);
    encoder.set_compression(png::Compression::Balanced);
    let density = (scale * PX_PER_METRE).round() as u32;
    encoder.set_pixel_dims(Some(png::PixelDimensions { xppu: density, yppu: density, unit: png::Unit::Meter }));
    let mut writer = encoder.write_header()?;
    writer.write_image_data(&data)?;
    writer.finish()?;
    Ok(file)
}
