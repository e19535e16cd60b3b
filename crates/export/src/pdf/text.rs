//! Glyph runs that keep their text, so that it can be selected, searched and read aloud.

use std::ops::Range;

use krilla::geom::Point;
use krilla::num::NormalizedF32;
use krilla::paint::Fill;
use krilla::surface::{Location, Surface};
use krilla::text::{Font, GlyphId};
use scene::kurbo::{Affine, TranslateScale};
use scene::text::{Glyph, GlyphRun};

use super::{Resources, path};

/// A glyph in units of the em, as krilla wants it.
struct EmGlyph {
    id: GlyphId,
    advance: f32,
    x_offset: f32,
    y_offset: f32,
    text: Range<usize>,
}

pub(super) fn draw(surface: &mut Surface<'_>, mark: &scene::TextMark, place: TranslateScale, resources: &mut Resources) {
    let Some(fill) = path::fill(&scene::Paint::Solid(mark.color), place) else { return };
    surface.set_fill(Some(fill.clone()));
    surface.set_stroke(None);
    for run in &mark.text.runs {
        let (Some(font), Some(first)) = (font(run, resources), run.glyphs.first()) else { continue };
        let start = place * (mark.origin + (first.x_px, 0.0));
        let size = (run.size_px * place.scale) as f32;
        let glyphs = em_glyphs(run);
        if !(size > 0.0 && start.is_finite()) {
            continue;
        }
        if let Some(at) = mark.text.cut_at {
            teach_ellipsis(surface, run, at, place * mark.origin, &font, size, resources);
            surface.set_fill(Some(fill.clone()));
        }
        if run.slanted {
            let skew = Affine::translate(start.to_vec2()) * scene::text::SLANT;
            surface.push_transform(&path::transform(skew));
            surface.draw_glyphs(Point::from_xy(0.0, 0.0), &glyphs, font, &mark.text.text, size, false);
            surface.pop();
        } else {
            let (x, y) = (super::round(start.x), super::round(start.y));
            surface.draw_glyphs(Point::from_xy(x, y), &glyphs, font, &mark.text.text, size, false);
        }
    }
}

/// The "…" of a line cut short stands for the words that are not drawn: readers that know `ActualText` find them. For the
/// others a font says once what each of its glyphs means, and krilla writes down what it meets first. So that this is "…"
/// and not the rest of the first such line, one is put there unseen before.
fn teach_ellipsis(
    surface: &mut Surface<'_>,
    run: &GlyphRun,
    cut_at: usize,
    at: scene::kurbo::Point,
    font: &Font,
    size: f32,
    resources: &mut Resources,
) {
    let Some(glyph) = run.glyphs.iter().find(|glyph| glyph.text.start == cut_at) else { return };
    if !resources.taught.insert(run.font.id) {
        return;
    }
    let unseen = Fill { opacity: NormalizedF32::ZERO, ..Fill::default() };
    let glyph = EmGlyph { id: GlyphId::new(glyph.id), advance: 0.0, x_offset: 0.0, y_offset: 0.0, text: 0..'…'.len_utf8() };
    surface.set_fill(Some(unseen));
    surface.draw_glyphs(Point::from_xy(super::round(at.x), super::round(at.y)), &[glyph], font.clone(), "…", size, false);
}

fn font(run: &GlyphRun, resources: &mut Resources) -> Option<Font> {
    let font = &run.font;
    resources.fonts.entry(font.id).or_insert_with(|| Font::new(font.data.clone().into(), font.index)).clone()
}

fn em_glyphs(run: &GlyphRun) -> Vec<EmGlyph> {
    // Offsets are relative to the pen, which stands where the advances so far have led.
    let mut pen = run.glyphs.first().map_or(0.0, |glyph| glyph.x_px);
    let em = |px: f64| (px / run.size_px) as f32;
    let glyph = |glyph: &Glyph| {
        let x_offset = glyph.x_px - pen;
        pen += glyph.advance_px;
        // Of the sum's rounding errors nothing shall reach the file.
        let x_offset = if x_offset.abs() < 1e-6 * run.size_px.max(1.0) { 0.0 } else { em(x_offset) };
        EmGlyph { id: GlyphId::new(glyph.id), advance: em(glyph.advance_px), x_offset, y_offset: -em(glyph.y_px), text: glyph.text.clone() }
    };
    run.glyphs.iter().map(glyph).collect()
}

impl krilla::text::Glyph for EmGlyph {
    fn glyph_id(&self) -> GlyphId {
        self.id
    }

    fn text_range(&self) -> Range<usize> {
        self.text.clone()
    }

    fn x_advance(&self, size: f32) -> f32 {
        self.advance * size
    }

    fn x_offset(&self, size: f32) -> f32 {
        self.x_offset * size
    }

    fn y_offset(&self, size: f32) -> f32 {
        self.y_offset * size
    }

    fn y_advance(&self, _size: f32) -> f32 {
        0.0
    }

    fn location(&self) -> Option<Location> {
        None
    }
}
