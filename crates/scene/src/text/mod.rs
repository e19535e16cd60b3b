//! Text, shaped and measured once, so that every exporter puts the same glyphs at the same places.
//!
//! [`Fonts`] shapes single lines ([`ShapedText`]) and sets paragraphs of mixed styles ([`Paragraph`]). Shaping is unhinted: a width is
//! the sum of the font's own advances with kerning, scaled to the size, as a browser measures it.

mod cache;
mod ellipsis;
mod emoji;
mod face;
mod fonts;
mod paragraph;
mod shaped;
mod shaper;
mod style;

#[cfg(test)]
mod tests;

pub use emoji::is_picture;
pub(crate) use emoji::pictures;
pub use fonts::{Fonts, is_right_to_left};
pub use paragraph::{Align, Paragraph, ParagraphLine, ParagraphRun, ParagraphStyle, Span};
pub use shaped::{FontData, Glyph, GlyphRun, ShapedText, covered, is_colored};
pub(crate) use shaper::is_visible;
pub use style::{Family, TextStyle};

/// How an upright face is slanted where italic was asked: by 14 degrees to the right, as Skia does for browsers (a quarter).
pub const SLANT: kurbo::Affine = kurbo::Affine::new([1.0, 0.0, -0.25, 1.0, 0.0, 0.0]);
