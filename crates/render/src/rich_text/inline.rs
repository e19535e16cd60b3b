//! Runs of styled words and pictures broken into lines.

use std::sync::Arc;

use grafana::theme::Theme;
use scene::{
    Color, Fonts, Group, Image, Mark, ParagraphStyle, ShapedText, Span, TextStyle,
    kurbo::{BezPath, Line as Segment, Rect, Shape},
    text::is_right_to_left,
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
    /// A box around it, with this edge: code and keys.
    pub code: Option<Color>,
    /// The room of that box left and right of the text, with its edge, px.
    pub code_side: f64,
    /// Round corners of the ground, px.
    pub radius: f64,
    /// How much higher than its line it stands, px.
    pub raise: f64,
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
            code: None,
            code_side: 0.0,
            radius: 0.0,
            raise: 0.0,
            link: None,
        }
    }
}

/// A piece of running text.
#[derive(Clone, Debug)]
pub enum Piece {
    Text(String, Style),
    /// Coloured room before or after text, px.
    Room(f64, Style),
    Break,
    Picture(Picture),
    /// A box to tick, ticked or not.
    Task(bool, Style),
}

/// A picture of a settled size.
#[derive(Clone, Debug)]
pub struct Picture {
    pub data: Arc<Vec<u8>>,
    pub width: f64,
    pub height: f64,
    pub alt: String,
    pub link: Option<String>,
}

/// What stands in a line without being broken.
#[derive(Clone)]
enum Thing<'a> {
    Word(String, &'a Style),
    Room(&'a Style),
    Picture(&'a Picture),
    Task(bool, &'a Style),
}

#[derive(Clone)]
struct Word<'a> {
    thing: Thing<'a>,
    width: f64,
    /// Width of the space before it, px; none without a space.
    space: Option<f64>,
    /// A line may begin with it though no space stands before it: Chinese, Thai.
    splits: bool,
}

/// The distance of a box from what is beside it, px.
pub const CODE_MARGIN: f64 = 2.0;
/// Height of a line without text (two breaks in a row), px.
const EMPTY_LINE: f64 = 22.0;
/// A box to tick with the space after it, px.
const TASK: f64 = 13.0;
const TASK_GAP: f64 = 4.0;
/// Pictures stand around the middle of small letters: that is so high above the baseline, px.
const MIDDLE: f64 = 3.8;

/// Breaks `pieces` into lines of `width` and draws them from `(x, top)`. Returns the marks and the height used.
pub fn draw(pieces: &[Piece], x: f64, top: f64, width: f64, align: Align, fonts: &Fonts) -> (Vec<Mark>, f64) {
    let (mut marks, mut y) = (Vec::new(), top);
    for line in lines(pieces, width, fonts) {
        if line.is_empty() {
            y += EMPTY_LINE;
            continue;
        }
        let (above, below) = line_height(&line);
        let total: f64 = line.iter().enumerate().map(|(i, w)| w.width + if i > 0 { w.space.unwrap_or(0.0) } else { 0.0 }).sum();
        draw_line(&line, x + align.offset(width, total).max(0.0), y + above, fonts, &mut marks);
        y += above + below;
    }
    (marks, y - top)
}

/// Room above and below the baseline, px.
fn line_height(line: &[Word]) -> (f64, f64) {
    let (mut height, mut size) = (0.0_f64, 0.0_f64);
    for word in line {
        if let Thing::Word(_, style) | Thing::Task(_, style) | Thing::Room(style) = word.thing {
            height = height.max(style.line_px);
            size = size.max(style.text.size_px);
        }
    }
    let base = drawing::baseline(0.0, height, size);
    let (mut above, mut below) = (base, height - base);
    for word in line {
        if let Thing::Picture(picture) = word.thing {
            above = above.max(picture.height / 2.0 + MIDDLE);
            below = below.max(picture.height / 2.0 - MIDDLE);
        }
    }
    (above, below)
}

/// The widest line when nothing is broken but at breaks, and the widest single word.
pub fn widths(pieces: &[Piece], fonts: &Fonts) -> (f64, f64) {
    let mut widest_line = 0.0_f64;
    for line in lines(pieces, f64::INFINITY, fonts) {
        widest_line =
            widest_line.max(line.iter().enumerate().map(|(i, w)| w.width + if i > 0 { w.space.unwrap_or(0.0) } else { 0.0 }).sum());
    }
    let widest_word = words(pieces, fonts).iter().flatten().map(|w| w.width).fold(0.0, f64::max);
    (widest_line, widest_word)
}

/// Words of one style go together: one text, one ground, one link.
fn draw_line(line: &[Word], x: f64, base: f64, fonts: &Fonts, marks: &mut Vec<Mark>) {
    if let Some(mixed) = draw_mixed(line, x, base, fonts) {
        return marks.extend(mixed);
    }
    let mut at = x;
    let mut index = 0;
    while let Some(word) = line.get(index) {
        let before = if index > 0 { word.space.unwrap_or(0.0) } else { 0.0 };
        match &word.thing {
            Thing::Picture(picture) => {
                at += before;
                marks.push(draw_picture(picture, at, base));
            }
            Thing::Task(is_done, style) => {
                at += before;
                marks.extend(draw_task(*is_done, at, base, style.color));
            }
            Thing::Word(_, style) | Thing::Room(style) => {
                let (start, mut end) = (at + before, at + before);
                let (mut text, mut inset) = (String::new(), 0.0);
                while let Some(Word { thing: Thing::Word(..) | Thing::Room(_), width, space, .. }) = line.get(index)
                    && let Some(Word { thing, .. }) = line.get(index)
                {
                    let (more, own) = match thing {
                        Thing::Word(more, own) => (more.as_str(), own),
                        Thing::Room(own) => ("", own),
                        _ => break,
                    };
                    let is_first = end == start && text.is_empty();
                    if own != style || (!is_first && style.code.is_some()) {
                        break;
                    }
                    if let (Some(space), false) = (space, is_first) {
                        text.push(' ');
                        end += space;
                    }
                    if more.is_empty() && text.is_empty() {
                        inset += width;
                    }
                    text.push_str(more);
                    end += width;
                    index += 1;
                }
                marks.extend(draw_text(&text, style, (start, inset, end), base, fonts));
                at = end;
                continue;
            }
        }
        at += word.width;
        index += 1;
    }
}

/// A line with words that run from right to left: their order is that of the line as a whole. `None` for other lines, and for those that
/// hold more than words.
fn draw_mixed(line: &[Word], x: f64, base: f64, fonts: &Fonts) -> Option<Vec<Mark>> {
    let is_mixed = |word: &Word| matches!(&word.thing, Thing::Word(text, _) if text.contains(is_right_to_left));
    if !line.iter().any(is_mixed) {
        return None;
    }
    let words = line.iter().enumerate().map(|(i, word)| match &word.thing {
        Thing::Word(text, style) if style.code.is_none() => {
            let space = if i > 0 && word.space.is_some() { " " } else { "" };
            Some((Span::new(format!("{space}{text}"), style.text, style.color), *style))
        }
        _ => None,
    });
    let (spans, styles): (Vec<Span>, Vec<&Style>) = words.collect::<Option<Vec<_>>>()?.into_iter().unzip();
    let set = ParagraphStyle { max_px: f64::MAX, align: scene::text::Align::Left, line_height: 1.0 };
    let runs = fonts.paragraph(&spans, &set).lines.into_iter().flat_map(|line| line.runs);
    Some(runs.flat_map(|run| draw_run(run.text.clone(), styles[run.span], x + run.x_px, base)).collect())
}

/// Text that is shaped already, on its ground, with its lines and its link.
fn draw_run(text: Arc<ShapedText>, style: &Style, x: f64, base: f64) -> Vec<Mark> {
    let (end, base) = (x + text.width_px, base - style.raise);
    let mut marks = ground(style, x, end, base);
    marks.push(drawing::shaped(text, x, base, style.color));
    finished(style, x, end, base, marks)
}

/// `place`: where the ground begins, how far the text is moved in, where the ground ends.
fn draw_text(text: &str, style: &Style, place: (f64, f64, f64), base: f64, fonts: &Fonts) -> Vec<Mark> {
    let (x, inset, end) = place;
    let base = base - style.raise;
    let size = style.text.size_px;
    let mut marks = Vec::new();
    let mut start = x + inset;
    if let Some(edge) = style.code {
        let middle = base - size * 0.36;
        let margin = if style.code_side > CODE_MARGIN { CODE_MARGIN } else { 0.0 };
        let area = Rect::new(x + margin, middle - size * 0.76, end - margin, middle + size * 0.76);
        if let Some(background) = style.background {
            marks.push(drawing::fill_rounded(area, 6.0, background));
        }
        marks.push(Mark::stroke(drawing::rounded(area.inset(-0.5), 6.0).to_path(0.05), edge, 1.0));
        start += style.code_side;
    } else {
        marks.extend(ground(style, x, end, base));
    }
    if !text.is_empty() {
        marks.push(drawing::line(fonts, text, &style.text, start, base, style.color));
    }
    finished(style, x, end, base, marks)
}

fn ground(style: &Style, x: f64, end: f64, base: f64) -> Vec<Mark> {
    let size = style.text.size_px;
    let fill = |color| drawing::fill_rounded(Rect::new(x, base - size * 0.97, end, base + size * 0.25), style.radius, color);
    style.background.map(fill).into_iter().collect()
}

/// With the lines under and through the text, and its link.
fn finished(style: &Style, x: f64, end: f64, base: f64, mut marks: Vec<Mark>) -> Vec<Mark> {
    let size = style.text.size_px;
    let mut rule = |y: f64| marks.push(Mark::stroke(Segment::new((x, y), (end, y)).to_path(0.1), style.color, (size / 14.0).max(0.5)));
    if style.underline {
        rule(base + size * 0.15);
    }
    if style.strike {
        rule(base - size * 0.32);
    }
    match &style.link {
        Some(link) => {
            let area = Rect::new(x, base - size, end, base + size * 0.3);
            vec![linked(link, area, marks)]
        }
        None => marks,
    }
}

fn draw_picture(picture: &Picture, x: f64, base: f64) -> Mark {
    let top = base - MIDDLE - picture.height / 2.0;
    let rect = Rect::new(x, top, x + picture.width, top + picture.height);
    let Some((format, ..)) = Image::probe(&picture.data) else { return Mark::at(0.0, 0.0, Vec::new()) };
    let mark = Mark::Image(Image { rect, format, data: picture.data.clone(), alt: picture.alt.clone() });
    match &picture.link {
        Some(link) => linked(link, rect, vec![mark]),
        None => mark,
    }
}

fn draw_task(is_done: bool, x: f64, base: f64, color: Color) -> Vec<Mark> {
    let area = Rect::new(x, base - TASK + 2.0, x + TASK, base + 2.0);
    let edge = drawing::rounded(area.inset(-0.5), 2.5).to_path(0.05);
    let mut marks = vec![Mark::stroke(edge, color.with_alpha(0.5), 1.0)];
    if is_done {
        let mut tick = BezPath::new();
        tick.move_to((x + 3.0, base - 4.5));
        tick.line_to((x + 5.5, base - 2.0));
        tick.line_to((x + 10.0, base - 7.5));
        marks.push(Mark::stroke(tick, color, 1.6));
    }
    marks
}

fn linked(link: &str, area: Rect, marks: Vec<Mark>) -> Mark {
    Mark::Group(Group { link: Some(link.to_owned()), link_area: Some(area), marks, ..Group::default() })
}

/// Words by forced line, whitespace collapsed.
fn words<'a>(pieces: &'a [Piece], fonts: &Fonts) -> Vec<Vec<Word<'a>>> {
    let mut lines = vec![Vec::new()];
    let mut space: Option<f64> = None;
    let push = |lines: &mut Vec<Vec<Word<'a>>>, thing: Thing<'a>, width: f64, space: &mut Option<f64>| {
        if let Some(line) = lines.last_mut() {
            line.push(Word { thing, width, space: space.take(), splits: false });
        }
    };
    for piece in pieces {
        match piece {
            Piece::Break => {
                lines.push(Vec::new());
                space = None;
            }
            Piece::Picture(picture) => push(&mut lines, Thing::Picture(picture), picture.width, &mut space),
            Piece::Task(is_done, style) => push(&mut lines, Thing::Task(*is_done, style), TASK + TASK_GAP, &mut space),
            Piece::Room(width, style) => push(&mut lines, Thing::Room(style), *width, &mut space),
            Piece::Text(text, style) if style.code.is_some() => {
                // Code is not broken while it fits a line.
                let text = text.split(is_space).filter(|w| !w.is_empty()).collect::<Vec<_>>().join(" ");
                if !text.is_empty() {
                    let width = fonts.width(&text, &style.text) + 2.0 * style.code_side;
                    push(&mut lines, Thing::Word(text, style), width, &mut space);
                }
            }
            Piece::Text(text, style) => {
                let own = fonts.width(" ", &style.text);
                if text.starts_with(is_space) {
                    space = space.or(Some(own));
                }
                let mut words = text.split(is_space).filter(|w| !w.is_empty()).peekable();
                while let Some(word) = words.next() {
                    let parts = if word.contains(breaks_inside) { fonts.breakable(word, &style.text) } else { vec![word] };
                    for (i, part) in parts.into_iter().enumerate() {
                        push(&mut lines, Thing::Word(part.to_owned(), style), fonts.width(part, &style.text), &mut space);
                        if let Some(word) = lines.last_mut().and_then(|line| line.last_mut()) {
                            word.splits = i > 0;
                        }
                    }
                    if words.peek().is_some() || text.ends_with(is_space) {
                        space = Some(own);
                    }
                }
            }
        }
    }
    lines
}

/// Scripts that are written without spaces: Thai, Lao, Burmese, Khmer, and from the Chinese signs on.
fn breaks_inside(c: char) -> bool {
    matches!(c, '\u{e00}'..='\u{eff}' | '\u{1000}'..='\u{109f}' | '\u{1780}'..='\u{17ff}' | '\u{2e80}'..='\u{a4cf}' | '\u{ac00}'..='\u{d7ff}'
        | '\u{f900}'..='\u{faff}' | '\u{ff00}'..='\u{ffef}' | '\u{20000}'..='\u{3ffff}')
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
            let before = if line.is_empty() { 0.0 } else { word.space.unwrap_or(0.0) };
            let may_break = word.space.is_some() || word.splits || matches!(word.thing, Thing::Picture(_));
            if !line.is_empty() && may_break && used + before + word.width > width + 0.01 {
                lines.push(std::mem::take(&mut line));
                used = 0.0;
            }
            if let (true, true, Thing::Word(text, style)) = (word.width > width, line.is_empty(), &word.thing) {
                let side = 2.0 * style.code_side;
                for part in fonts.wrap(text, &style.text, (width - side).max(1.0)) {
                    let piece =
                        Word { thing: Thing::Word(part.text.clone(), style), width: part.width_px + side, space: None, splits: false };
                    if !line.is_empty() {
                        lines.push(std::mem::take(&mut line));
                    }
                    used = piece.width;
                    line.push(piece);
                }
                continue;
            }
            used += if line.is_empty() { word.width } else { before + word.width };
            line.push(word);
        }
        if !line.is_empty() {
            lines.push(line);
        }
    }
    lines
}
