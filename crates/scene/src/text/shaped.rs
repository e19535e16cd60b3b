use std::collections::BTreeSet;
use std::fmt;
use std::ops::Range;
use std::sync::Arc;

use skrifa::{FontRef, MetadataProvider, Tag};

/// One shaped line.
#[derive(Clone, Debug, Default)]
pub struct ShapedText {
    pub text: String,
    pub width_px: f64,
    /// Above the baseline, positive.
    pub ascent_px: f64,
    /// Below the baseline, positive.
    pub descent_px: f64,
    /// In visual order, left to right.
    pub runs: Vec<GlyphRun>,
    /// Where the line was cut to fit its place: from this byte on, `text` is not drawn, and the glyph "…" stands for it. Who
    /// searches or copies still finds all of it.
    pub cut_at: Option<usize>,
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
    /// Where the glyph is drawn; y is down.
    pub x_px: f64,
    pub y_px: f64,
    /// From the pen's place before this glyph to its place after.
    pub advance_px: f64,
    /// Bytes of [`ShapedText::text`] it stands for.
    pub text: Range<usize>,
}

/// The bytes of a font file, shared. Two runs of one face have equal `id`s.
#[derive(Clone)]
pub struct FontData {
    /// A hash of the file and the index, so it is the same in every process.
    pub id: u64,
    pub data: Arc<Vec<u8>>,
    pub index: u32,
}

impl FontData {
    /// The glyph of a character; `None` where the font has none.
    pub fn glyph_of(&self, c: char) -> Option<u32> {
        let font = FontRef::from_index(&self.data, self.index).ok()?;
        font.charmap().map(c).map(|glyph| glyph.to_u32())
    }

    /// Whether it has glyphs in colour.
    pub fn is_colored(&self) -> bool {
        FontRef::from_index(&self.data, self.index).is_ok_and(|font| has_colors(&font))
    }
}

/// Those of `wanted` that a font file has a glyph for, in any of its faces.
pub fn covered(file: &[u8], wanted: &BTreeSet<char>) -> BTreeSet<char> {
    let faces: Vec<FontRef> = match skrifa::raw::FileRef::new(file) {
        Ok(file) => file.fonts().filter_map(Result::ok).collect(),
        Err(_) => return BTreeSet::new(),
    };
    let has = |c: &char| faces.iter().any(|face| face.charmap().map(*c).is_some());
    wanted.iter().copied().filter(has).collect()
}

/// Whether a font file (its first face) has glyphs in colour: layers of shapes (COLR) or pictures (CBDT, sbix).
pub fn is_colored(file: &[u8]) -> bool {
    FontRef::from_index(file, 0).is_ok_and(|font| has_colors(&font))
}

fn has_colors(font: &FontRef) -> bool {
    [b"COLR", b"CBDT", b"sbix"].into_iter().any(|tag| font.table_data(Tag::new(tag)).is_some())
}

impl fmt::Debug for FontData {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FontData").field("id", &self.id).field("bytes", &self.data.len()).field("index", &self.index).finish()
    }
}
