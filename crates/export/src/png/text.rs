use scene::TextMark;
use scene::kurbo::Affine;
use vello_cpu::peniko::{Blob, FontData};
use vello_cpu::{Glyph, RenderContext};

use super::{Resources, path};

pub(super) fn draw(context: &mut RenderContext, mark: &TextMark, place: Affine, resources: &mut Resources) {
    if !mark.origin.is_finite() {
        return;
    }
    context.set_transform(place * Affine::translate(mark.origin.to_vec2()));
    context.set_paint(path::color(mark.color));
    for run in &mark.text.runs {
        let font =
            resources.fonts.entry(run.font.id).or_insert_with(|| FontData::new(Blob::new(run.font.data.clone()), run.font.index)).clone();
        let glyphs = run.glyphs.iter().map(|glyph| Glyph { id: glyph.id, x: glyph.x_px as f32, y: glyph.y_px as f32 });
        // Hinting would move glyphs away from where they were measured and stand in the PDF.
        let mut builder = context.glyph_run(&mut resources.renderer, &font).font_size(run.size_px as f32).hint(false);
        if run.slanted {
            builder = builder.glyph_transform(scene::text::SLANT);
        }
        // An error means that a glyph was left blank, as a viewer would leave it.
        let _ = builder.fill_glyphs(glyphs);
    }
}
