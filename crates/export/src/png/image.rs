use std::sync::Arc;

use scene::kurbo::{Affine, Rect};
use vello_cpu::peniko::{ImageAlphaType, ImageQuality, ImageSampler};
use vello_cpu::{Image, ImageSource, PixelMetadata, Pixmap, RenderContext};

use crate::bitmap::{self, Bitmap};

pub(super) fn draw(context: &mut RenderContext, mark: &scene::Image, place: Affine) {
    let Some(bitmap) = bitmap::decode(mark) else { return };
    let rect = mark.rect;
    if !rect.is_finite() || rect.is_zero_area() {
        return;
    }
    let (width, height) = (f64::from(bitmap.width), f64::from(bitmap.height));
    let Some(pixmap) = pixmap(bitmap) else { return };
    let sampler = ImageSampler { quality: ImageQuality::Medium, ..ImageSampler::default() };
    context.set_paint(Image { image: ImageSource::Pixmap(Arc::new(pixmap)), sampler });
    // The picture's own pixels are the units in which it is filled.
    let stretch = Affine::scale_non_uniform(rect.width() / width, rect.height() / height);
    context.set_transform(place * Affine::translate((rect.x0, rect.y0)) * stretch);
    context.fill_rect(&Rect::new(0.0, 0.0, width, height));
}

fn pixmap(bitmap: Bitmap) -> Option<Pixmap> {
    let (width, height) = (u16::try_from(bitmap.width).ok()?, u16::try_from(bitmap.height).ok()?);
    let mut data = bitmap.rgba;
    // vello takes the buffer as whole pixels, capacity included.
    data.shrink_to_fit();
    data.capacity().is_multiple_of(4).then(|| {
        let metadata = PixelMetadata { may_have_transparency: true, alpha_type: ImageAlphaType::Alpha };
        Pixmap::from_parts(data, width, height, metadata)
    })
}
