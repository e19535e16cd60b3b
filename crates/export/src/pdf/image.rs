use std::sync::Arc;

use krilla::geom::Size;
use krilla::image::Image;
use krilla::surface::Surface;
use scene::ImageFormat;
use scene::kurbo::{Affine, TranslateScale};

use super::{Resources, path};
use crate::bitmap;

pub(super) fn draw(surface: &mut Surface<'_>, mark: &scene::Image, place: TranslateScale, resources: &mut Resources) {
    // The key only finds the same picture again; it never reaches the file.
    let key = Arc::as_ptr(&mark.data) as usize;
    let image = resources.images.entry(key).or_insert_with(|| load(mark)).clone();
    let rect = place * mark.rect;
    let size = Size::from_wh(rect.width() as f32, rect.height() as f32);
    let (Some(image), Some(size)) = (image, size) else { return };
    surface.push_transform(&path::transform(Affine::translate((rect.x0, rect.y0))));
    surface.draw_image(image, size);
    surface.pop();
}

/// Decodes first, because krilla would give up the whole document at its end for one broken picture.
fn load(mark: &scene::Image) -> Option<Image> {
    bitmap::decode(mark)?;
    match mark.format {
        // Archives may not ask a reader to invent pixels (`Interpolate`).
        ImageFormat::Png => Image::from_png(mark.data.clone().into(), false).ok(),
        // Embedded as it is.
        ImageFormat::Jpeg => Image::from_jpeg(mark.data.clone().into(), false).ok(),
    }
}
