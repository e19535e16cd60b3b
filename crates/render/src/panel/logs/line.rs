//! One log line: time, level, labels and text, in one line or wrapped.

use grafana::{
    log::{LogLevel, LogLine},
    theme::{Color as ThemeColor, Theme},
    time::{TimeZone, format_moment},
};
use scene::{Color, Mark, TextStyle};

use super::{
    label_chip, shown_labels,
    token::{Token, tokens},
};
use crate::{
    drawing::{self, ink},
    panel::{PanelContext, options},
    view::PanelView,
};

/// Under each line, px.
pub const GAP_BELOW: f64 = 6.0;
/// Between time, level, labels and text.
const GAP: f64 = 12.0;
const LEFT: f64 = 4.0;
/// The column that counts duplicates.
const DUPLICATES: f64 = 36.0;
/// Share of the width that may be free before the second row of a line.
const MOST_INDENT: f64 = 0.4;
/// Labels beyond these are counted.
const MAX_LABELS: usize = 5;
/// Longer lines are cut before anything is measured: no panel can show them.
const MAX_CHARS: usize = 20_000;

/// What is the same for all lines of a panel.
pub struct Form {
    style: TextStyle,
    line_px: f64,
    /// Width of one ASCII character.
    advance: f64,
    width: f64,
    /// Level, labels and text stand in columns, as Grafana has them where lines do not wrap.
    has_columns: bool,
    /// Lines that are too long go on below; else they end with "…".
    wraps: bool,
    prettifies: bool,
    colors_words: bool,
    has_time: bool,
    has_nanos: bool,
    has_labels: bool,
    counts_duplicates: bool,
    /// Width of the widest level, so that texts begin under each other; 0 when no level is known.
    level_width: f64,
}

/// A stretch of text in one colour; `gap` is free space before it.
struct Span {
    text: String,
    color: Color,
    gap: f64,
}

impl Form {
    pub fn new(view: &PanelView, lines: &[LogLine], counts_duplicates: bool, width: f64, context: &PanelContext) -> Form {
        let saved = &view.panel.options;
        let is_small = options::text(saved, "fontSize", "default") == "small";
        let (size, line_px) = if is_small { (12.0, 18.0) } else { (14.0, 22.0) };
        let style = TextStyle { letter_spacing_px: 0.15, ..TextStyle::mono(size) };
        let advance = context.fonts.width("e", &style);
        let longest = lines.iter().map(|line| line.level.text().len()).max().unwrap_or(0);
        let has_columns = !options::flag(saved, "wrapLogMessage", false);
        Form {
            style,
            line_px,
            advance,
            width,
            has_columns,
            // DIFFERENCE: on screen one scrolls sideways to the end of such a line. On paper it goes on below.
            wraps: !has_columns || context.overflow.most().is_some(),
            prettifies: !has_columns && options::flag(saved, "prettifyLogMessage", false),
            colors_words: options::flag(saved, "syntaxHighlighting", true),
            has_time: options::flag(saved, "showTime", false),
            has_nanos: options::text(saved, "timestampResolution", "ms") == "ns",
            has_labels: options::flag(saved, "showLabels", false),
            counts_duplicates,
            level_width: longest as f64 * advance,
        }
    }

    pub fn width(&self) -> f64 {
        self.width
    }

    /// Marks of a line from its own top left, and the height it takes with the gap under it.
    pub fn draw(&self, line: &LogLine, context: &PanelContext) -> (Vec<Mark>, f64) {
        let theme = context.theme;
        let mut marks = Vec::new();
        let mut left = LEFT;
        if self.counts_duplicates {
            if line.n_duplicates > 0 {
                let count = context.fonts.shape(&format!("{}x", line.n_duplicates + 1), &self.style);
                let x = left + (DUPLICATES - count.width_px) / 2.0;
                marks.push(drawing::shaped(count, x, self.baseline(0), ink(theme.text_primary)));
            }
            left += DUPLICATES + 4.0;
        }
        let mut pen = Pen { form: self, context, left, right: self.width, x: left, row: 0, is_full: false, in_word: false, marks };
        if self.has_time {
            pen.write(&Span { text: time_text(line, self.has_nanos, context.zone), color: ink(theme.text_disabled), gap: 0.0 }, &[]);
        }
        let mut gap = if self.has_time { GAP } else { 0.0 };
        let level = line.level.text();
        if !level.is_empty() {
            pen.write(&Span { text: level.to_owned(), color: ink(level_color(line.level, theme)), gap }, &[]);
            gap = GAP;
        }
        if self.has_columns && self.level_width > 0.0 {
            let time_width = if self.has_time { pen_width(line, self, context) + GAP } else { 0.0 };
            pen.x = left + time_width + self.level_width;
            gap = GAP;
        }
        if self.has_labels {
            gap = pen.labels(&shown_labels(&line.unique_labels), gap);
        }
        // What goes on below stands under the text's beginning, while that leaves it most of the width.
        if self.has_columns && pen.x + gap < left + self.width * MOST_INDENT {
            pen.left = pen.x + gap;
        }
        let mut body = self.body(line, theme);
        if let Some(first) = body.first_mut() {
            first.gap = gap;
        }
        for (index, span) in body.iter().enumerate() {
            pen.write(span, &body[index + 1..]);
        }
        let height = (pen.row + 1) as f64 * self.line_px + GAP_BELOW;
        (pen.marks, height)
    }

    /// Lines are broken between words, as only paper breaks them at all.
    fn keeps_words(&self) -> bool {
        self.has_columns && self.wraps
    }

    fn baseline(&self, row: usize) -> f64 {
        drawing::baseline(row as f64 * self.line_px, self.line_px, self.style.size_px)
    }

    fn body(&self, line: &LogLine, theme: &Theme) -> Vec<Span> {
        let pretty = self.prettifies.then(|| pretty(&line.text)).flatten();
        let text = pretty.as_deref().unwrap_or(&line.text);
        let end = text.char_indices().nth(MAX_CHARS).map_or(text.len(), |(at, _)| at);
        let text = &text[..end];
        let plain = ink(theme.text_primary);
        let found = if self.colors_words { tokens(text) } else { Vec::new() };
        let mut spans = Vec::new();
        let mut at = 0;
        let mut push = |text: &str, color: Color| {
            if !text.is_empty() {
                spans.push(Span { text: text.to_owned(), color, gap: 0.0 });
            }
        };
        for (range, token) in found {
            push(&text[at..range.start], plain);
            push(&text[range.clone()], token_color(token, theme));
            at = range.end;
        }
        push(&text[at..], plain);
        spans
    }

    fn char_width(&self, c: char, context: &PanelContext) -> f64 {
        if c.is_ascii() { self.advance } else { context.fonts.width(c.encode_utf8(&mut [0; 4]), &self.style) }
    }
}

/// Width of a line's time.
fn pen_width(line: &LogLine, form: &Form, context: &PanelContext) -> f64 {
    time_text(line, form.has_nanos, context.zone).chars().count() as f64 * form.advance
}

/// Where the next character goes.
struct Pen<'a, 'c> {
    form: &'a Form,
    context: &'a PanelContext<'c>,
    left: f64,
    right: f64,
    x: f64,
    row: usize,
    /// The one line of a text that does not wrap has reached the edge.
    is_full: bool,
    /// The last character belongs to a word that may go on.
    in_word: bool,
    marks: Vec<Mark>,
}

impl Pen<'_, '_> {
    /// Writes a span, which `after` follow, character by character in width. Where Grafana wraps, text breaks anywhere
    /// (`word-break: break-all`); where only paper does, between words.
    fn write(&mut self, span: &Span, after: &[Span]) {
        self.x += span.gap;
        self.in_word &= span.gap == 0.0;
        let mut part = String::new();
        let mut start = self.x;
        for (at, c) in span.text.char_indices() {
            if self.is_full {
                break;
            }
            match c {
                '\n' if !self.form.has_columns => {
                    self.flush(&mut part, start, span.color);
                    self.next_row();
                    start = self.x;
                    continue;
                }
                '\n' | '\r' => continue,
                _ => {}
            }
            let c = if c == '\t' { ' ' } else { c };
            let width = self.form.char_width(c, self.context);
            let begins_word = self.form.keeps_words() && !self.in_word && !c.is_whitespace();
            let needed = if begins_word { self.word_width(&span.text[at..], after) } else { width };
            self.in_word = !c.is_whitespace();
            // Room for the ellipsis that says something was cut.
            let limit = if self.form.wraps { self.right } else { self.right - self.form.advance };
            // A word longer than a row is parted where it stands.
            let has_room = self.x + if needed > self.right - self.left { width } else { needed } <= limit;
            if !has_room && self.form.wraps {
                self.flush(&mut part, start, span.color);
                self.next_row();
                start = self.x;
            } else if !has_room {
                part.push('…');
                self.is_full = true;
                break;
            }
            // The space a row was broken at.
            if c == ' ' && self.form.keeps_words() && self.row > 0 && self.x == self.left {
                continue;
            }
            part.push(c);
            self.x += width;
        }
        self.flush(&mut part, start, span.color);
    }

    /// Width of the word that `text` begins with, over the ends of spans.
    fn word_width(&self, text: &str, after: &[Span]) -> f64 {
        let mut width = 0.0;
        for text in std::iter::once(text).chain(after.iter().map(|span| span.text.as_str())) {
            for c in text.chars() {
                if c.is_whitespace() {
                    return width;
                }
                width += self.form.char_width(c, self.context);
            }
        }
        width
    }

    fn next_row(&mut self) {
        self.row += 1;
        self.x = self.left;
    }

    fn flush(&mut self, part: &mut String, start: f64, color: Color) {
        let text = std::mem::take(part);
        if !text.trim().is_empty() {
            self.marks.push(drawing::line(self.context.fonts, &text, &self.form.style, start, self.form.baseline(self.row), color));
        }
    }

    /// Labels as chips, and how many more there are. Returns the gap before what follows.
    fn labels(&mut self, labels: &[String], gap: f64) -> f64 {
        let mut texts: Vec<String> = labels.iter().take(MAX_LABELS).cloned().collect();
        if labels.len() > MAX_LABELS {
            texts.push(format!("+{}", labels.len() - MAX_LABELS));
        }
        if texts.is_empty() {
            return gap;
        }
        self.x += gap;
        for text in texts {
            let middle = (self.row as f64 + 0.5) * self.form.line_px;
            let (mut chip, mut width) = label_chip(&text, self.x, middle, self.context);
            if self.x + width > self.right && self.form.wraps && self.x > self.left {
                self.next_row();
                (chip, width) = label_chip(&text, self.x, middle + self.form.line_px, self.context);
            }
            if self.x + width > self.right && !self.form.wraps {
                self.is_full = true;
                break;
            }
            self.marks.extend(chip);
            self.x += width + 4.0;
        }
        GAP
    }
}

fn time_text(line: &LogLine, has_nanos: bool, zone: &TimeZone) -> String {
    let text = format_moment(line.time_ms, "YYYY-MM-DD HH:mm:ss.SSS", zone);
    // Nanoseconds stand behind the milliseconds they share their beginning with.
    let ms_digits = format!("{:.0}", line.time_ms.trunc()).len();
    match line.time_ns.get(ms_digits..).filter(|_| has_nanos) {
        Some(rest) => text + rest,
        None if has_nanos => text + "000000",
        None => text,
    }
}

/// JSON over several lines; other text has no other form.
fn pretty(text: &str) -> Option<String> {
    let json: serde_json::Value = serde_json::from_str(text).ok()?;
    serde_json::to_string_pretty(&json).ok()
}

fn level_color(level: LogLevel, theme: &Theme) -> ThemeColor {
    match level {
        LogLevel::Critical => ThemeColor::rgb(0xb8, 0x77, 0xd9),
        LogLevel::Error => super::error_text(theme),
        LogLevel::Warning => ThemeColor::rgb(0xfb, 0xad, 0x37),
        LogLevel::Info => ThemeColor::rgb(0x6c, 0xcf, 0x8e),
        LogLevel::Debug => ThemeColor::rgb(0x6e, 0x9f, 0xff),
        LogLevel::Trace | LogLevel::Unknown => theme.text_secondary,
    }
}

fn token_color(token: Token, theme: &Theme) -> Color {
    ink(match token {
        Token::Key => theme.text_secondary,
        Token::Quantity => super::success_text(theme),
        Token::Method => theme.primary,
    })
}
