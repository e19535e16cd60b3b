//! One stat value: background, texts, percent change, sparkline.

use grafana::{field::DisplayValue, theme::Theme, time::TimeRange};
use scene::{
    Color, Fonts, LinearGradient, Mark, Paint, PathMark, TextStyle,
    kurbo::{BezPath, Point, Rect, Shape, Size},
};

use super::layout::{self, Kind, LINE_HEIGHT, Layout, VALUE_WEIGHT, Wanted};
use crate::{
    color_math::{brighten, darken, spin, text_on},
    drawing::{self, Align, ink},
    panel::{repeater::Alignment, sparkline},
};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ColorMode {
    Value,
    Background,
    BackgroundSolid,
    None,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TextMode {
    Value,
    ValueAndName,
    Name,
    None,
}

/// What the panel's options say for all its values.
pub struct Look {
    pub text_mode: TextMode,
    pub color_mode: ColorMode,
    pub centered: bool,
    pub wide: bool,
    pub percent_change: bool,
    /// "standard", "inverted" or "same_as_value".
    pub percent_color: String,
    pub title_size: Option<f64>,
    pub value_size: Option<f64>,
    pub percent_size: Option<f64>,
}

pub struct BigValue<'a> {
    pub display: &'a DisplayValue,
    /// The line with the ends of its scale.
    pub sparkline: Option<(&'a sparkline::Series, (f64, f64))>,
    pub range: &'a TimeRange,
    /// In percent.
    pub percent_change: Option<f64>,
    pub alignment: &'a Alignment,
    pub look: &'a Look,
}

/// The texts one value shows.
struct Texts<'a> {
    title: Option<&'a str>,
    prefix: &'a str,
    text: &'a str,
    suffix: &'a str,
}

/// A line of text to be placed: pieces with their sizes, and the height of its line box.
struct Line {
    pieces: Vec<Piece>,
    height: f64,
    /// Added above, px (negative pulls up).
    margin: f64,
}

struct Piece {
    text: std::sync::Arc<scene::ShapedText>,
    size: f64,
    color: Color,
    /// Space before it, px.
    gap: f64,
    arrow: Option<bool>,
}

impl BigValue<'_> {
    pub fn draw(&self, size: Size, theme: &Theme, fonts: &Fonts) -> Vec<Mark> {
        let texts = self.texts();
        let measures = self.layout(size, &texts, fonts);
        let color = self.display.color.map_or(Color::rgb(128, 128, 128), ink);
        let mut marks = self.background(size, color, theme);
        if measures.chart_height > 0.0 {
            marks.extend(self.line(size, measures.chart_height, color));
        }
        let colors = self.colors(color, theme);
        marks.extend(self.place(size, &measures, &texts, colors, theme, fonts));
        marks
    }

    fn texts(&self) -> Texts<'_> {
        let d = self.display;
        let whole = Texts { title: d.title.as_deref(), prefix: &d.prefix, text: &d.text, suffix: &d.suffix };
        match self.look.text_mode {
            TextMode::ValueAndName => whole,
            TextMode::Value => Texts { title: None, ..whole },
            TextMode::Name => Texts { title: None, prefix: "", text: whole.title.unwrap_or(""), suffix: "" },
            TextMode::None => Texts { title: None, prefix: "", text: "", suffix: "" },
        }
    }

    fn layout(&self, size: Size, texts: &Texts, fonts: &Fonts) -> Layout {
        let (title, value) = match self.look.text_mode {
            TextMode::ValueAndName => (Some(self.alignment.title.as_str()).filter(|_| texts.title.is_some()), self.alignment.text.as_str()),
            TextMode::Value => (None, self.alignment.text.as_str()),
            TextMode::Name => (None, self.alignment.title.as_str()),
            TextMode::None => (None, "1"),
        };
        let wanted = Wanted {
            size,
            title,
            value,
            title_size: self.look.title_size,
            value_size: self.look.value_size,
            has_line: self.sparkline.as_ref().is_some_and(|(line, _)| line.1.len() > 1),
            has_percent: self.percent_change.is_some(),
            allow_wide: self.look.wide,
        };
        layout::layout(&wanted, fonts)
    }

    fn background(&self, size: Size, color: Color, theme: &Theme) -> Vec<Mark> {
        let area = size.to_rect();
        match self.look.color_mode {
            ColorMode::BackgroundSolid => vec![drawing::fill_rect(area, color)],
            ColorMode::Background => {
                let factor = if theme.is_dark { 1.0 } else { -0.7 };
                let from = spin(darken(color, 15.0 * factor), 8.0);
                let to = spin(darken(color, 5.0 * factor), -8.0);
                // CSS's gradient line at 120°: its ends lie where the corners are perpendicular to it.
                let (sin, cos) = 120_f64.to_radians().sin_cos();
                let half = (area.width() * sin.abs() + area.height() * cos.abs()) / 2.0;
                let along = scene::kurbo::Vec2::new(sin, -cos) * half;
                let gradient =
                    LinearGradient { from: area.center() - along, to: area.center() + along, stops: vec![(0.0, from), (1.0, to)] };
                vec![Mark::Path(PathMark { path: area.to_path(0.1), fill: Some(Paint::Linear(gradient)), stroke: None })]
            }
            _ => Vec::new(),
        }
    }

    fn line(&self, size: Size, height: f64, color: Color) -> Vec<Mark> {
        let Some((series, y_range)) = self.sparkline else { return Vec::new() };
        let look = match self.look.color_mode {
            ColorMode::Background | ColorMode::BackgroundSolid => {
                sparkline::Look { line: brighten(color, 40.0), fill: Some(Color::rgba(255, 255, 255, 0.4)), width: 1.0 }
            }
            _ => sparkline::Look { line: color, fill: Some(color.with_alpha(0.2)), width: 1.0 },
        };
        let area = Rect::new(0.0, size.height - height, size.width, size.height);
        sparkline::draw(series, self.range, y_range, area, &look)
    }

    /// Colours of title and value.
    fn colors(&self, color: Color, theme: &Theme) -> (Color, Color) {
        match self.look.color_mode {
            ColorMode::Value => (ink(theme.text_primary), color),
            ColorMode::None => (ink(theme.text_primary), ink(theme.text_primary)),
            _ => (text_on(color, theme.is_dark), text_on(color, theme.is_dark)),
        }
    }

    fn place(&self, size: Size, measures: &Layout, texts: &Texts, colors: (Color, Color), theme: &Theme, fonts: &Fonts) -> Vec<Mark> {
        let padding = if self.look.text_mode == TextMode::None { 2.0 } else { measures.padding };
        let area = size.to_rect().inset(-padding);
        let mut lines = Vec::new();
        if let Some(title) = texts.title.filter(|t| !t.is_empty()) {
            let style = TextStyle::sans(measures.title_size);
            let text = fonts.ellipsize(title, &style, area.width());
            lines.push(Line::of(Piece { text, size: measures.title_size, color: colors.0, gap: 0.0, arrow: None }));
        }
        lines.push(value_line(texts, measures.value_size, colors.1, fonts));
        if let Some(change) = self.percent_change {
            lines.push(self.percent_line(change, measures, area, colors.1, theme, fonts));
        }
        let centered = self.look.centered || texts.title.is_none_or(str::is_empty);
        match measures.kind {
            Kind::Wide | Kind::WideWithChart => place_in_row(&lines, area, centered, measures.kind == Kind::Wide),
            Kind::Stacked | Kind::StackedWithChart => place_in_column(&lines, area, centered, measures.kind == Kind::Stacked),
        }
    }

    fn percent_line(&self, change: f64, measures: &Layout, area: Rect, value_color: Color, theme: &Theme, fonts: &Fonts) -> Line {
        let text = percent_text(change);
        let size = match self.look.text_mode {
            TextMode::None => {
                drawing::font_size_to_fit(fonts, &text, VALUE_WEIGHT, area.width() * 0.8, area.height() * 0.8, LINE_HEIGHT, None)
            }
            _ => self.look.percent_size.unwrap_or((measures.value_size / 2.5).max(12.0)),
        };
        let good = if self.look.percent_color == "inverted" { change < 0.0 } else { change > 0.0 };
        let color = match (self.look.color_mode, self.look.percent_color.as_str()) {
            (ColorMode::Background | ColorMode::BackgroundSolid, _) | (_, "same_as_value") => value_color,
            _ => ink(theme.color(if good { "green" } else { "red" })),
        };
        let stacked = matches!(measures.kind, Kind::Stacked | Kind::StackedWithChart);
        let margin = if stacked && size > 12.0 { -size / 4.0 } else { 0.0 };
        let arrow = (change != 0.0).then_some(change > 0.0);
        let style = TextStyle { weight: VALUE_WEIGHT, ..TextStyle::sans(size) };
        let gap = if arrow.is_some() { size * 0.75 + (size / 3.0).max(4.0) } else { 0.0 };
        // Beside its value the change has a line box as high as the value's.
        let height = size * LINE_HEIGHT * if stacked { 1.0 } else { 2.5 };
        Line { margin, height, ..Line::of(Piece { text: fonts.shape(&text, &style), size, color, gap, arrow }) }
    }
}

fn value_line(texts: &Texts, size: f64, color: Color, fonts: &Fonts) -> Line {
    let piece = |text: &str, size: f64| {
        let style = TextStyle { weight: VALUE_WEIGHT, ..TextStyle::sans(size) };
        Piece { text: fonts.shape(text, &style), size, color, gap: 0.0, arrow: None }
    };
    let mut pieces = Vec::new();
    for (text, size) in [(texts.prefix, size), (texts.text, size), (texts.suffix, layout::suffix_size(size))] {
        if !text.is_empty() {
            pieces.push(piece(text, size));
        }
    }
    Line { pieces, height: size * LINE_HEIGHT, margin: 0.0 }
}

/// Percent with at most three significant digits ("12.3%", "1,230%"), as `Intl.NumberFormat` writes it.
fn percent_text(percent: f64) -> String {
    if percent == 0.0 || !percent.is_finite() {
        return if percent == 0.0 { "0%".to_owned() } else { format!("{}∞%", if percent < 0.0 { "-" } else { "" }) };
    }
    let digits = 2 - percent.abs().log10().floor() as i32;
    let unit = 10_f64.powi(digits);
    let rounded = (percent * unit).round() / unit;
    let text = format!("{:.*}", digits.max(0) as usize, rounded);
    let text = if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.') } else { &text };
    let (sign, digits) = text.strip_prefix('-').map_or(("", text), |rest| ("-", rest));
    let (whole, part) = digits.split_once('.').map_or((digits, None), |(w, p)| (w, Some(p)));
    let mut grouped = String::new();
    for (i, c) in whole.chars().enumerate() {
        if i > 0 && (whole.len() - i) % 3 == 0 {
            grouped.push(',');
        }
        grouped.push(c);
    }
    match part {
        Some(part) => format!("{sign}{grouped}.{part}%"),
        None => format!("{sign}{grouped}%"),
    }
}

impl Line {
    fn of(piece: Piece) -> Line {
        Line { height: piece.size * LINE_HEIGHT, pieces: vec![piece], margin: 0.0 }
    }

    fn width(&self) -> f64 {
        self.pieces.iter().map(|p| p.gap + p.text.width_px).sum()
    }

    fn draw(&self, x: f64, top: f64) -> Vec<Mark> {
        let size = self.pieces.first().map_or(0.0, |p| p.size);
        let base = drawing::baseline(top, self.height, size);
        let mut x = x;
        let mut marks = Vec::new();
        for piece in &self.pieces {
            if let Some(up) = piece.arrow {
                marks.push(arrow(Point::new(x + piece.size * 0.375, top + self.height / 2.0), piece.size * 0.75, up, piece.color));
            }
            x += piece.gap;
            marks.push(drawing::shaped(piece.text.clone(), x, base, piece.color));
            x += piece.text.width_px;
        }
        marks
    }
}

fn arrow(center: Point, size: f64, up: bool, color: Color) -> Mark {
    let (half, sign) = (size * 0.42, if up { -1.0 } else { 1.0 });
    let tip = Point::new(center.x, center.y + sign * half);
    let mut path = BezPath::new();
    path.move_to((center.x, center.y - sign * half));
    path.line_to(tip);
    path.move_to((center.x - half * 0.8, tip.y - sign * half * 0.8));
    path.line_to(tip);
    path.line_to((center.x + half * 0.8, tip.y - sign * half * 0.8));
    Mark::stroke(path, color, size * 0.14)
}

/// Lines under each other. Centred values stand in the middle of the panel; others begin at its left, at the top or,
/// without a chart, in the middle.
fn place_in_column(lines: &[Line], area: Rect, centered: bool, middle: bool) -> Vec<Mark> {
    let height: f64 = lines.iter().map(|l| l.height + l.margin).sum();
    let mut top = if centered || middle { area.center().y - height / 2.0 } else { area.y0 };
    let align = if centered { Align::Center } else { Align::Left };
    let mut marks = Vec::new();
    for line in lines {
        top += line.margin;
        marks.extend(line.draw(area.x0 + align.offset(area.width(), line.width()), top));
        top += line.height;
    }
    marks
}

/// Lines beside each other: spread over the width, or together in the middle. What does not fit wraps.
fn place_in_row(items: &[Line], area: Rect, centered: bool, middle: bool) -> Vec<Mark> {
    const GAP: f64 = 6.6;
    let gap = if centered { GAP } else { 0.0 };
    let mut lines: Vec<(&[Line], f64)> = Vec::new();
    let (mut start, mut used) = (0, 0.0);
    for (i, item) in items.iter().enumerate() {
        let more = item.width() + if i > start { gap } else { 0.0 };
        if i > start && used + more > area.width() + 0.5 {
            lines.push((&items[start..i], used));
            (start, used) = (i, item.width());
        } else {
            used += more;
        }
    }
    lines.push((&items[start..], used));
    let height = |line: &[Line]| line.iter().map(|l| l.height).fold(0.0, f64::max);
    let stacked: f64 = lines.iter().map(|(line, _)| height(line)).sum();
    let mut top = if centered || middle { area.center().y - stacked / 2.0 } else { area.y0 };
    let mut marks = Vec::new();
    for (line, width) in &lines {
        // Without centring the lines share the height evenly.
        let room = if centered || middle { height(line) } else { area.height() / lines.len() as f64 };
        let between = if centered || line.len() < 2 { gap } else { (area.width() - width) / (line.len() - 1) as f64 };
        let mut x = if centered { area.center().x - width / 2.0 } else { area.x0 };
        for item in *line {
            let y = if centered || middle { top + (room - item.height) / 2.0 } else { top };
            marks.extend(item.draw(x, y));
            x += item.width() + between;
        }
        top += room;
    }
    marks
}

#[cfg(test)]
mod tests {
    use super::percent_text;

    #[test]
    fn percent_is_written_as_browsers_do() {
        let cases = [
            (12.345, "12.3%"),
            (1234.5, "1,230%"),
            (-5.0, "-5%"),
            (0.0, "0%"),
            (0.1234, "0.123%"),
            (100.0, "100%"),
            (-1234567.8, "-1,230,000%"),
        ];
        for (change, expected) in cases {
            assert_eq!(percent_text(change), expected, "{change}");
        }
    }
}
