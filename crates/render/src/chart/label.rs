//! Small marks of charts: colours of the theme, canvas text, straight lines.

use std::sync::Arc;

use grafana::theme::Theme;
use scene::{
    Cap, Color, Join, Mark, Paint, PathMark, ShapedText, Stroke, TextMark, TextStyle,
    kurbo::{Affine, BezPath, Point},
};

/// Text of axes and legends.
pub const FONT_SIZE_PX: f64 = 12.0;

pub fn color(color: grafana::theme::Color) -> Color {
    Color::rgba(color.r, color.g, color.b, color.a)
}

/// Grid lines and ticks (`UPlotAxisBuilder`).
pub fn grid_color(theme: &Theme) -> Color {
    if theme.is_dark { Color::rgba(240, 250, 255, 0.09) } else { Color::rgba(0, 10, 23, 0.09) }
}

pub fn style() -> TextStyle {
    TextStyle::sans(FONT_SIZE_PX)
}

/// Which part of the text stands at the given point, as a canvas' `textAlign`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Align {
    Left,
    Center,
    Right,
}

/// As a canvas' `textBaseline`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Baseline {
    Top,
    Middle,
    Bottom,
}

/// One line of text at a point.
pub fn text(text: Arc<ShapedText>, at: Point, align: Align, baseline: Baseline, color: Color) -> Mark {
    let x = match align {
        Align::Left => at.x,
        Align::Center => at.x - text.width_px / 2.0,
        Align::Right => at.x - text.width_px,
    };
    // Browsers scale ascent and descent so that they add up to the font size.
    let (ascent, descent) = (text.ascent_px, text.descent_px);
    let size = text.runs.first().map_or(FONT_SIZE_PX, |run| run.size_px);
    let em = if ascent + descent > 0.0 { size / (ascent + descent) } else { 1.0 };
    let y = match baseline {
        Baseline::Top => at.y + ascent * em,
        Baseline::Middle => at.y + (ascent - descent) * em / 2.0,
        Baseline::Bottom => at.y - descent * em,
    };
    Mark::Text(TextMark { origin: Point::new(x, y), text, color })
}

/// Marks turned about a point by quarter turns.
pub fn turned(at: Point, quarter_turns: f64, marks: Vec<Mark>) -> Mark {
    let transform = Affine::translate(at.to_vec2()) * Affine::rotate(quarter_turns * std::f64::consts::FRAC_PI_2);
    Mark::Group(scene::Group { transform, marks, ..scene::Group::default() })
}

pub fn line(from: Point, to: Point, color: Color, width_px: f64, dash: &[f64]) -> Mark {
    let mut path = BezPath::new();
    path.move_to(from);
    path.line_to(to);
    stroke(path, Paint::Solid(color), width_px, dash, Cap::Butt)
}

pub fn stroke(path: BezPath, paint: Paint, width_px: f64, dash: &[f64], cap: Cap) -> Mark {
    // A dash without length is a dot on a canvas but nothing in other drawing models.
    let dash = dash.iter().map(|length| length.max(0.01)).collect();
    let stroke = Stroke { paint, width_px, dash, cap, join: Join::Round };
    Mark::Path(PathMark { path, fill: None, stroke: Some(stroke) })
}

pub fn fill(path: BezPath, paint: Paint) -> Mark {
    Mark::Path(PathMark { path, fill: Some(paint), stroke: None })
}
