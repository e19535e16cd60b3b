use std::ops::Range;
use std::sync::Arc;

use kurbo::{Point, Rect};

use super::shaper::{Line, LinePiece};
use super::{Fonts, ShapedText, TextStyle};
use crate::{Color, Group, Mark, TextMark};

/// A stretch of a paragraph in one style. "\n" in `text` breaks the line.
#[derive(Clone, Debug)]
pub struct Span {
    pub text: String,
    pub style: TextStyle,
    pub color: Color,
    /// An http(s) or mailto address.
    pub link: Option<String>,
    pub underline: bool,
    pub strikethrough: bool,
}

impl Span {
    pub fn new(text: impl Into<String>, style: TextStyle, color: Color) -> Span {
        Span { text: text.into(), style, color, link: None, underline: false, strikethrough: false }
    }
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Align {
    #[default]
    Left,
    Center,
    Right,
}

/// How a paragraph is set. `line_height` is a multiple of each span's size, as the unitless CSS property.
#[derive(Clone, Copy, Debug)]
pub struct ParagraphStyle {
    pub max_px: f64,
    pub align: Align,
    pub line_height: f64,
}

/// Lines of mixed styles; positions are from the paragraph's left top corner.
#[derive(Clone, Debug, Default)]
pub struct Paragraph {
    pub lines: Vec<ParagraphLine>,
    /// The width of its widest line.
    pub width_px: f64,
    pub height_px: f64,
}

#[derive(Clone, Debug)]
pub struct ParagraphLine {
    pub top_px: f64,
    pub baseline_px: f64,
    pub height_px: f64,
    pub width_px: f64,
    pub runs: Vec<ParagraphRun>,
}

/// A part of a line in one style.
#[derive(Clone, Debug)]
pub struct ParagraphRun {
    /// Index of the span it is of.
    pub span: usize,
    pub x_px: f64,
    pub text: Arc<ShapedText>,
    pub size_px: f64,
    pub color: Color,
    pub link: Option<String>,
    pub underline: bool,
    pub strikethrough: bool,
}

impl Fonts {
    /// Sets `spans` as one paragraph that wraps at `max_px`, styles mixed within the lines. No span gives no line.
    pub fn paragraph(&self, spans: &[Span], style: &ParagraphStyle) -> Paragraph {
        let (text, ranges) = join(spans);
        let Some(strut) = spans.first() else { return Paragraph::default() };
        let lines = self.with_shaper(|shaper| shaper.lines(&text, &ranges, style.max_px));
        let mut paragraph = Paragraph::default();
        for Line { range: line_range, pieces } in lines {
            let run = |piece: LinePiece| ParagraphRun {
                span: piece.span,
                x_px: piece.x_px,
                ..ParagraphRun::of(&spans[piece.span], Arc::new(piece.text))
            };
            let runs: Vec<ParagraphRun> = pieces.into_iter().map(run).collect();
            // What an empty line is as high as: the last span before its end, else the first of all.
            let at = ranges.partition_point(|(range, _)| range.start < line_range.end);
            let strut = spans.get(at.saturating_sub(1)).unwrap_or(strut);
            paragraph.push_line(runs, &ParagraphRun::of(strut, self.shape("", &strut.style)), style);
        }
        paragraph
    }
}

fn join(spans: &[Span]) -> (String, Vec<(Range<usize>, TextStyle)>) {
    let mut text = String::new();
    let mut ranges = Vec::with_capacity(spans.len());
    for span in spans {
        let start = text.len();
        text.push_str(&span.text);
        ranges.push((start..text.len(), span.style));
    }
    (text, ranges)
}

impl Paragraph {
    fn push_line(&mut self, mut runs: Vec<ParagraphRun>, strut: &ParagraphRun, style: &ParagraphStyle) {
        let (mut above, mut below) = (f64::MIN, f64::MIN);
        for run in if runs.is_empty() { std::slice::from_ref(strut) } else { &runs[..] } {
            let half_leading = (run.size_px * style.line_height - run.text.ascent_px - run.text.descent_px) / 2.0;
            above = above.max(run.text.ascent_px + half_leading);
            below = below.max(run.text.descent_px + half_leading);
        }
        let width_px = runs.iter().map(|run| run.x_px + run.text.width_px).fold(0.0, f64::max);
        let shift = match style.align {
            Align::Left => 0.0,
            Align::Center => (style.max_px - width_px) / 2.0,
            Align::Right => style.max_px - width_px,
        };
        runs.iter_mut().for_each(|run| run.x_px += shift.max(0.0));
        let (top_px, height_px) = (self.height_px, above + below);
        self.lines.push(ParagraphLine { top_px, baseline_px: top_px + above, height_px, width_px, runs });
        self.height_px += height_px;
        self.width_px = self.width_px.max(width_px);
    }

    /// The paragraph as marks: texts, the lines under and through them, links.
    pub fn marks(&self) -> Vec<Mark> {
        self.lines.iter().flat_map(|line| line.runs.iter().flat_map(|run| run.marks(line))).collect()
    }
}

impl ParagraphRun {
    /// Text in the style of `span`, at the start of the line.
    fn of(span: &Span, text: Arc<ShapedText>) -> ParagraphRun {
        ParagraphRun {
            span: 0,
            x_px: 0.0,
            text,
            size_px: span.style.size_px,
            color: span.color,
            link: span.link.clone(),
            underline: span.underline,
            strikethrough: span.strikethrough,
        }
    }

    fn marks(&self, line: &ParagraphLine) -> Vec<Mark> {
        let mut marks =
            vec![Mark::Text(TextMark { origin: Point::new(self.x_px, line.baseline_px), text: self.text.clone(), color: self.color })];
        // Places and thickness of the lines are those of Inter's `post` and `OS/2` tables, in parts of the em.
        if self.underline {
            marks.push(self.rule(line.baseline_px + 0.155 * self.size_px));
        }
        if self.strikethrough {
            marks.push(self.rule(line.baseline_px - 0.28 * self.size_px));
        }
        let Some(link) = &self.link else { return marks };
        let area = Rect::new(self.x_px, line.top_px, self.x_px + self.text.width_px, line.top_px + line.height_px);
        vec![Mark::Group(Group { link: Some(link.clone()), link_area: Some(area), marks, ..Group::default() })]
    }

    fn rule(&self, y: f64) -> Mark {
        let thickness = (self.size_px * 0.07).max(1.0);
        let rect = Rect::new(self.x_px, y - thickness / 2.0, self.x_px + self.text.width_px, y + thickness / 2.0);
        Mark::fill(kurbo::Shape::to_path(&rect, 0.1), self.color)
    }
}
