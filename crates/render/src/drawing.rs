//! Small marks every panel needs: lines of text by their box, rounded rectangles, colours of the theme.

use std::sync::Arc;

use grafana::theme;
use scene::{
    Color, Fonts, Group, Mark, Role, ShapedText, TextMark, TextStyle,
    kurbo::{Point, Rect, RoundedRect, Shape},
};

/// Inter's ascent and descent as parts of the font size: what a browser centres lines by.
pub const ASCENT: f64 = 0.96875;
pub const DESCENT: f64 = 0.241_477;
/// Line height of body text: 22 px for 14 px.
pub const BODY_LINE: f64 = 22.0 / 14.0;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Align {
    #[default]
    Left,
    Center,
    Right,
}

impl Align {
    /// Where a thing of `width` begins in a space of `available`, px.
    pub fn offset(self, available: f64, width: f64) -> f64 {
        match self {
            Align::Left => 0.0,
            Align::Center => (available - width) / 2.0,
            Align::Right => available - width,
        }
    }
}

/// The scene's form of a theme colour.
pub fn ink(color: theme::Color) -> Color {
    Color::rgba(color.r, color.g, color.b, color.a)
}

/// The baseline of text of `size_px` in a line box that begins at `top` and is `line_px` high, as CSS places it.
pub fn baseline(top: f64, line_px: f64, size_px: f64) -> f64 {
    top + (line_px - (ASCENT + DESCENT) * size_px) / 2.0 + ASCENT * size_px
}

/// The baseline of a line centred on `y`.
pub fn centered_baseline(y: f64, size_px: f64) -> f64 {
    baseline(y, 0.0, size_px)
}

/// A shaped line with its left end at `(x, baseline)`.
pub fn shaped(text: Arc<ShapedText>, x: f64, baseline: f64, color: Color) -> Mark {
    Mark::Text(TextMark { origin: Point::new(x, baseline), text, color })
}

/// One line from `x` on its baseline.
pub fn line(fonts: &Fonts, text: &str, style: &TextStyle, x: f64, baseline: f64, color: Color) -> Mark {
    shaped(fonts.shape(text, style), x, baseline, color)
}

/// One line inside `area`: aligned, vertically centred, cut with "…" where it is too long.
pub fn line_in(fonts: &Fonts, text: &str, style: &TextStyle, area: Rect, align: Align, color: Color) -> Mark {
    let cut = fonts.ellipsize(text, style, area.width());
    let x = area.x0 + align.offset(area.width(), cut.width_px);
    shaped(cut, x, centered_baseline(area.center().y, style.size_px), color)
}

/// Marks with what they mean to a reader who cannot see them.
pub fn role(role: Role, marks: Vec<Mark>) -> Mark {
    Mark::Group(Group { role, marks, ..Group::default() })
}

/// A filled rectangle.
pub fn fill_rect(rect: Rect, color: Color) -> Mark {
    Mark::fill(rect.to_path(0.1), color)
}

/// A filled rectangle with round corners.
pub fn fill_rounded(rect: Rect, radius: f64, color: Color) -> Mark {
    Mark::fill(rounded(rect, radius).to_path(0.05), color)
}

/// A rectangle whose radius never exceeds half its shorter side.
pub fn rounded(rect: Rect, radius: f64) -> RoundedRect {
    RoundedRect::from_rect(rect, radius.min(rect.width() / 2.0).min(rect.height() / 2.0).max(0.0))
}

/// The largest size at which `text` fits `width` × `height` (`calculateFontSize`), not above `max`.
pub fn font_size_to_fit(fonts: &Fonts, text: &str, weight: u16, width: f64, height: f64, line_height: f64, max: Option<f64>) -> f64 {
    let at_14 = fonts.width(text, &TextStyle { weight, ..TextStyle::sans(14.0) });
    let size = (width / (at_14 + 2.0) * 14.0).min(height / line_height).max(0.0);
    max.map_or(size, |max| size.min(max))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn baseline_centres_the_line() {
        // 14 px text in a 22 px line: Chromium puts the baseline 16.09 px under the line's top.
        let y = baseline(100.0, 22.0, 14.0);
        assert!((y - 116.09).abs() < 0.01, "{y}");
        assert_eq!(centered_baseline(111.0, 14.0), y);
    }
}
