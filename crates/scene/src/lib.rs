//! What can be drawn: marks on pages, with text measured once. Knows no Grafana word, no PDF and no pixel format.
//!
//! Units are CSS pixels, origin top left, y down. Start reading at [`Mark`], then [`Document`], then [`Fonts`].

mod color;
mod document;
mod dump;
mod mark;
mod picture;
mod svg;
pub mod text;

pub use color::Color;
pub use document::{Document, Metadata, OutlineEntry, Page, Wished};
pub use dump::dump;
pub use kurbo;
pub use mark::{Cap, Group, Image, ImageFormat, Join, LinearGradient, Mark, Paint, PathMark, RadialGradient, Role, Stroke, TextMark};
pub use svg::{SvgDrawing, SvgInk};
pub use text::{Family, Fonts, Paragraph, ParagraphStyle, ShapedText, Span, TextStyle};
