//! Runs of styled words broken into lines.

use grafana::theme::Theme;
use scene::{
    Color, Fonts, Group, Mark, Role, TextStyle,
    kurbo::{Line as Segment, Rect, Shape},
};

use crate::drawing::{self, Align, ink};

/// How text looks at some place of the document.
#[derive(Clone, Debug, PartialEq)]
pub struct Style {
    pub text: TextStyle,
    /// Height of a line, px.
    pub line_px: f64,
    pub color: Color,
    pub background: Option<Color>,
    pub underline: bool,
    pub strike: bool,
    pub code: bool,
    pub link: Option<String>,
}

impl Style {
    pub fn body(theme: &Theme) -> Style {
        Style {
            text: TextStyle { letter_spacing_px: 0.15, ..TextStyle::sans(14.0) },
            line_px: 22.0,
            color: ink(theme.text_primary),
            background: None,
            underline: false,
            strike: false,
            code: false,
            link: None,
        }
    }
}

/// A piece of running text.
#[derive(Clone, Debug, PartialEq)]
pub enum Piece {
    Text(String, Style),
    Break,
}

/// A word, or part of one where styles change inside it.
struct Word<'a> {
    text: String,
    style: &'a Style,
    width: f64,
    /// A space stands before it.
    spaced: bool,
}

/// Room of inline code left and right of its text, px.
const CODE_PADDING: f64 = 5.0;
/// Height of a line without text (two breaks in a row), px.
const EMPTY_LINE: f64 = 22.0;

/// Breaks `pieces` into lines of `width` and draws them from `(x, top)`. Returns the marks and the height used.
pub fn draw(pieces: &[Piece], x: f64, top: f64, width: f64, align: Align, fonts: &Fonts) -> (Vec<Mark>, f64) {
    let (mut marks, mut y) = (Vec::new(), top);
    for line in lines(pieces, width, fonts) {
        if line.is_empty() {
            y += EMPTY_LINE;
            continue;
        }
        let height = line.iter().map(|w| w.style.line_px).fold(0.0, f64::max);
        let size = line.iter().map(|w| w.style.text.size_px).fold(0.0, f64::max);
        let base = drawing::baseline(y, height, size);
        let total: f64 = line.iter().enumerate().map(|(i, w)| w.width + if i > 0 && w.spaced { space(w, fonts) } else { 0.0 }).sum();
        let mut at = x + align.offset(width, total).max(0.0);
        for (i, word) in line.iter().enumerate() {
            let gap = if i > 0 && word.spaced { space(word, fonts) } else { 0.0 };
            marks.extend(draw_word(word, at, gap, base, fonts));
            at += gap + word.width;
        }
        y += height;
    }
    (marks, y - top)
}

/// The widest line when nothing is broken but at breaks, and the widest single word.
pub fn widths(pieces: &[Piece], fonts: &Fonts) -> (f64, f64) {
    let mut widest_line = 0.0_f64;
    for line in lines(pieces, f64::INFINITY, fonts) {
        widest_line = widest_line.max(line.iter().map(|w| w.width + if w.spaced { space(w, fonts) } else { 0.0 }).sum());
    }
    let widest_word = words(pieces, fonts).iter().flatten().map(|w| w.width).fold(0.0, f64::max);
    (widest_line, widest_word)
}

fn space(word: &Word, fonts: &Fonts) -> f64 {
    fonts.width(" ", &word.style.text)
}

fn draw_word(word: &Word, x: f64, gap: f64, base: f64, fonts: &Fonts) -> Vec<Mark> {
    let style = word.style;
    let size = style.text.size_px;
    let mut marks = Vec::new();
    let inset = if style.code { CODE_PADDING } else { 0.0 };
    if let Some(background) = style.background {
        let area = Rect::new(x + gap, base - size * 1.05, x + gap + word.width, base + size * 0.4);
        marks.push(drawing::fill_rounded(area, 2.0, background));
    }
    let start = x + gap + inset;
    marks.push(drawing::line(fonts, &word.text, &style.text, start, base, style.color));
    let mut rule = |y: f64| {
        // Lines run through the space before a word of the same kind: the gap belongs to the link, too.
        let from = if style.link.is_some() || style.underline || style.strike { x } else { start };
        marks.push(Mark::stroke(Segment::new((from, y), (x + gap + word.width, y)).to_path(0.1), style.color, (size / 14.0).max(0.5)));
    };
    if style.underline {
        rule(base + size * 0.15);
    }
    if style.strike {
        rule(base - size * 0.32);
    }
    match &style.link {
        Some(link) => {
            let area = Rect::new(x, base - size, x + gap + word.width, base + size * 0.3);
            vec![Mark::Group(Group { link: Some(link.clone()), link_area: Some(area), role: Role::None, marks, ..Group::default() })]
        }
        None => marks,
    }
}

/// Words by forced line, whitespace collapsed.
fn words<'a>(pieces: &'a [Piece], fonts: &Fonts) -> Vec<Vec<Word<'a>>> {
    let mut lines = vec![Vec::new()];
    let mut spaced = false;
    for piece in pieces {
        match piece {
            Piece::Break => {
                lines.push(Vec::new());
                spaced = false;
            }
            Piece::Text(text, style) => {
                spaced |= text.starts_with(is_space);
                for word in text.split(is_space).filter(|w| !w.is_empty()) {
                    let inset = if style.code { CODE_PADDING * 2.0 } else { 0.0 };
                    let width = fonts.width(word, &style.text) + inset;
                    if let Some(line) = lines.last_mut() {
                        line.push(Word { text: word.to_owned(), style, width, spaced });
                    }
                    spaced = true;
                }
                // Only the words after the first were surely preceded by a space.
                if !text.is_empty() {
                    spaced = text.ends_with(is_space);
                }
            }
        }
    }
    lines
}

/// HTML's collapsible whitespace: a no-break space is not among it.
fn is_space(c: char) -> bool {
    matches!(c, ' ' | '\n' | '\t' | '\r' | '\u{c}')
}

fn lines<'a>(pieces: &'a [Piece], width: f64, fonts: &Fonts) -> Vec<Vec<Word<'a>>> {
    let mut lines = Vec::new();
    let forced_lines = words(pieces, fonts);
    let last = forced_lines.len() - 1;
    for (index, forced) in forced_lines.into_iter().enumerate() {
        if forced.is_empty() && index < last {
            lines.push(Vec::new());
            continue;
        }
        let (mut line, mut used) = (Vec::new(), 0.0);
        for word in forced {
            let gap = if word.spaced && !line.is_empty() { space(&word, fonts) } else { 0.0 };
            if !line.is_empty() && word.spaced && used + gap + word.width > width + 0.01 {
                lines.push(std::mem::take(&mut line));
                used = 0.0;
            }
            if word.width > width && line.is_empty() {
                for part in fonts.wrap(&word.text, &word.style.text, width) {
                    let piece = Word { text: part.text.clone(), style: word.style, width: part.width_px, spaced: false };
                    if !line.is_empty() {
                        lines.push(std::mem::take(&mut line));
                    }
                    used = piece.width;
                    line.push(piece);
                }
                continue;
            }
            used += if line.is_empty() { word.width } else { gap + word.width };
            line.push(word);
        }
        if !line.is_empty() {
            lines.push(line);
        }
    }
    lines
}
