//! Glyph runs that keep their text, so that it can be selected, searched and read aloud.

use std::borrow::Cow;
use std::ops::Range;

use krilla::geom::Point;
use krilla::num::NormalizedF32;
use krilla::paint::Fill;
use krilla::surface::{Location, Surface};
use krilla::text::{Font, GlyphId};
use scene::kurbo::{Affine, TranslateScale};
use scene::text::{FontData, Glyph, GlyphRun};

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
    let text = readable(&mark.text.text);
    surface.set_stroke(None);
    for run in &mark.text.runs {
        let Some(font) = font(run, resources) else { continue };
        let size = (run.size_px * place.scale) as f32;
        if size.is_nan() || size <= 0.0 || !mark.origin.is_finite() {
            continue;
        }
        let mut pen = Pen { surface, font, size, data: &run.font, resources };
        if let Some(cut) = mark.text.cut_at.and_then(|at| run.glyphs.iter().find(|glyph| glyph.text.start == at)) {
            pen.teach(cut.id, "…", place * mark.origin);
        }
        for glyphs in run.glyphs.chunk_by(|a, b| (a.id == 0) == (b.id == 0)) {
            let start = place * (mark.origin + (glyphs[0].x_px, 0.0));
            pen.surface.set_fill(Some(fill.clone()));
            if run.slanted {
                let skew = Affine::translate(start.to_vec2()) * scene::text::SLANT;
                pen.surface.push_transform(&path::transform(skew));
                pen.draw(glyphs, run.size_px, scene::kurbo::Point::ZERO, &text);
                pen.surface.pop();
            } else {
                pen.draw(glyphs, run.size_px, start, &text);
            }
        }
    }
}

/// Text as archives take it: characters of private meaning say nothing to a reader who does not have the font, so they are written as
/// unknown. Each keeps its number of bytes.
fn readable(text: &str) -> Cow<'_, str> {
    let substitute = |c: char| match c {
        '\u{e000}'..='\u{f8ff}' | '\u{feff}' | '\u{fffe}' => Some("\u{fffd}"),
        '\u{f0000}'..='\u{10ffff}' => Some("\u{fffd} "),
        _ => None,
    };
    if !text.contains(|c| substitute(c).is_some()) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match substitute(c) {
            Some(other) => out.push_str(other),
            None => out.push(c),
        }
    }
    Cow::Owned(out)
}

/// Where the glyphs of one run go.
struct Pen<'a, 'b> {
    surface: &'a mut Surface<'b>,
    font: Font,
    /// In points.
    size: f32,
    data: &'a FontData,
    resources: &'a mut Resources,
}

impl Pen<'_, '_> {
    /// Draws glyphs that are all of the font, or none, with the fill that is set. `size_px` is what their places are in.
    fn draw(&mut self, glyphs: &[Glyph], size_px: f64, start: scene::kurbo::Point, text: &str) {
        let at = Point::from_xy(super::round(start.x), super::round(start.y));
        let em = em_glyphs(glyphs, size_px);
        if glyphs[0].id != 0 {
            return self.surface.draw_glyphs(at, &em, self.font.clone(), text, self.size, false);
        }
        // The box for a missing character is no glyph of the text to the standards: it is drawn as a shape, and spaces that are not seen
        // keep the text.
        self.surface.draw_glyphs(at, &em, self.font.clone(), text, self.size, true);
        let Some(space) = self.data.glyph_of(' ') else { return };
        self.teach(space, " ", start);
        let spaces: Vec<EmGlyph> = em.into_iter().map(|glyph| EmGlyph { id: GlyphId::new(space), ..glyph }).collect();
        self.surface.set_fill(Some(unseen()));
        self.surface.draw_glyphs(at, &spaces, self.font.clone(), text, self.size, false);
    }

    /// A font says once what each of its glyphs means, and krilla writes down what it meets first. A "…" that stands for words not drawn
    /// says so by `ActualText`; so that it is "…" to readers that do not know that, and not the rest of the first such line, one is put
    /// there unseen before. The same with spaces.
    fn teach(&mut self, glyph: u32, meaning: &str, at: scene::kurbo::Point) {
        if !self.resources.taught.insert((self.data.id, glyph)) {
            return;
        }
        let glyph = EmGlyph { id: GlyphId::new(glyph), advance: 0.0, x_offset: 0.0, y_offset: 0.0, text: 0..meaning.len() };
        let at = Point::from_xy(super::round(at.x), super::round(at.y));
        self.surface.set_fill(Some(unseen()));
        self.surface.draw_glyphs(at, &[glyph], self.font.clone(), meaning, self.size, false);
    }
}

fn unseen() -> Fill {
    Fill { opacity: NormalizedF32::ZERO, ..Fill::default() }
}

fn font(run: &GlyphRun, resources: &mut Resources) -> Option<Font> {
    let font = &run.font;
    resources.fonts.entry(font.id).or_insert_with(|| Font::new(font.data.clone().into(), font.index)).clone()
}

fn em_glyphs(glyphs: &[Glyph], size_px: f64) -> Vec<EmGlyph> {
    // Offsets are relative to the pen, which stands where the advances so far have led.
    let mut pen = glyphs.first().map_or(0.0, |glyph| glyph.x_px);
    let em = |px: f64| (px / size_px) as f32;
    let glyph = |glyph: &Glyph| {
        let x_offset = glyph.x_px - pen;
        pen += glyph.advance_px;
        // Of the sum's rounding errors nothing shall reach the file.
        let x_offset = if x_offset.abs() < 1e-6 * size_px.max(1.0) { 0.0 } else { em(x_offset) };
        EmGlyph { id: GlyphId::new(glyph.id), advance: em(glyph.advance_px), x_offset, y_offset: -em(glyph.y_px), text: glyph.text.clone() }
    };
    glyphs.iter().map(glyph).collect()
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
