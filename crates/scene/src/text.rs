//! Text, shaped and measured once, so that every exporter puts the same glyphs at the same places.

use std::sync::Arc;

/// The faces that are embedded: Inter (Grafana's text) and Roboto Mono (its code).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Family {
    #[default]
    Sans,
    Mono,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TextStyle {
    pub family: Family,
    pub size_px: f64,
    /// 400 or 500 (700 is drawn with the heaviest face there is).
    pub weight: u16,
    pub italic: bool,
    pub letter_spacing_px: f64,
}

impl TextStyle {
    pub fn sans(size_px: f64) -> TextStyle {
        TextStyle { family: Family::Sans, size_px, weight: 400, italic: false, letter_spacing_px: 0.0 }
    }

    pub fn mono(size_px: f64) -> TextStyle {
        TextStyle { family: Family::Mono, ..TextStyle::sans(size_px) }
    }

    pub fn medium(self) -> TextStyle {
        TextStyle { weight: 500, ..self }
    }
}

/// One shaped line.
#[derive(Clone, Debug, Default)]
pub struct ShapedText {
    pub text: String,
    pub width_px: f64,
    /// Above the baseline, positive.
    pub ascent_px: f64,
    /// Below the baseline, positive.
    pub descent_px: f64,
    pub runs: Vec<GlyphRun>,
}

/// Glyphs of one font; positions from the line's origin.
#[derive(Clone, Debug)]
pub struct GlyphRun {
    pub font: FontData,
    pub size_px: f64,
    /// The face is upright but italic was asked: slant it.
    pub slanted: bool,
    pub glyphs: Vec<Glyph>,
}

#[derive(Clone, Debug)]
pub struct Glyph {
    pub id: u32,
    pub x_px: f64,
    pub y_px: f64,
    pub advance_px: f64,
    /// Bytes of [`ShapedText::text`] it stands for.
    pub text: std::ops::Range<usize>,
}

/// The bytes of a font file, shared. Two runs of one face have equal `id`s.
#[derive(Clone, Debug)]
pub struct FontData {
    pub id: u64,
    pub data: Arc<Vec<u8>>,
    pub index: u32,
}

/// The fonts text is set in. Shaping is cached; equal input gives equal output on every machine.
pub struct Fonts {}

impl Fonts {
    /// The embedded faces only.
    pub fn embedded() -> Fonts {
        todo!()
    }

    /// The embedded faces with others to fall back on (contents of TTF/OTF files), in the order given.
    pub fn with_fallbacks(_files: Vec<Vec<u8>>) -> Fonts {
        todo!()
    }

    /// Shapes one line. A character no font has is drawn as a box and remembered for [`Fonts::missing`].
    pub fn shape(&self, _text: &str, _style: &TextStyle) -> Arc<ShapedText> {
        todo!()
    }

    /// Width of one line in px.
    pub fn width(&self, text: &str, style: &TextStyle) -> f64 {
        self.shape(text, style).width_px
    }

    /// `text` cut so that it fits `max_px`, with "…" where something was cut.
    pub fn ellipsize(&self, _text: &str, _style: &TextStyle, _max_px: f64) -> Arc<ShapedText> {
        todo!()
    }

    /// Breaks `text` into lines of at most `max_px`, at spaces where possible and inside words where not.
    pub fn wrap(&self, _text: &str, _style: &TextStyle, _max_px: f64) -> Vec<Arc<ShapedText>> {
        todo!()
    }

    /// Characters no font had so far.
    pub fn missing(&self) -> Vec<char> {
        todo!()
    }
}
