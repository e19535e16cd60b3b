//! Log lines (`logs`), as Grafana 12.4's logs panel shows them.

mod line;
mod token;

use grafana::{
    frame::{FieldType, Labels},
    log::{self, Dedup, LogLine},
    theme::Theme,
};
use scene::{
    Mark, TextStyle,
    kurbo::{Rect, Size},
};

use self::line::Form;
use super::{PanelContext, notice, options};
use crate::{
    drawing::{self, Align, ink},
    overflow::{self, Block, Rest},
    view::PanelView,
};

/// Height of the note on lines that are left out, and of the line with common labels, px.
const NOTE: f64 = 18.0;
const COMMON: f64 = 24.0;
/// Lines higher than this are parted over pages between their own rows, px.
const TALLEST: f64 = 400.0;

pub fn draw(view: &PanelView, size: Size, context: &mut PanelContext) -> Vec<Mark> {
    let saved = &view.panel.options;
    let strategy = match options::text(saved, "dedupStrategy", "none") {
        "exact" => Dedup::Exact,
        "numbers" => Dedup::Numbers,
        "signature" => Dedup::Signature,
        _ => Dedup::None,
    };
    let lines = log::lines_of(&view.frames);
    let common = log::common_labels(&lines);
    let mut lines = log::dedup(lines, strategy);
    if lines.is_empty() {
        return notice::no_data(&notice::without_field(view, FieldType::String, "string"), size, context);
    }
    let is_ascending = options::text(saved, "sortOrder", "Descending") == "Ascending";
    log::sort(&mut lines, is_ascending);

    let common = options::flag(saved, "showCommonLabels", false).then(|| common_labels(&common, size.width, context));
    let form = Form::new(view, &lines, strategy != Dedup::None, size.width, context);
    if let Some(most) = context.overflow.most() {
        context.overflow.put(Rest { blocks: on_paper(&lines, common, is_ascending, &form, most, context), ..Rest::default() });
        return Vec::new();
    }
    let height = size.height - if common.is_some() { COMMON } else { 0.0 };
    let (mut marks, used) = fit(&lines, is_ascending, &form, Size::new(size.width, height), context);
    if let Some((common, _)) = common {
        // Oldest first, the newest line is what a reader came for: the labels stand under it.
        let top = if is_ascending { used } else { 0.0 };
        let lines_top = if is_ascending { 0.0 } else { COMMON };
        marks = vec![Mark::at(0.0, lines_top, marks), Mark::at(0.0, top, common)];
    }
    marks
}

/// All lines, but not more than `most` of the newest, with the common labels where a screen has them.
fn on_paper(
    lines: &[LogLine],
    common: Option<(Vec<Mark>, f64)>,
    is_ascending: bool,
    form: &Form,
    most: usize,
    context: &mut PanelContext,
) -> Vec<Block> {
    let left = lines.len().saturating_sub(most);
    let shown = if is_ascending { &lines[left..] } else { &lines[..lines.len() - left] };
    let mut blocks = Vec::new();
    for line in shown {
        let (marks, height) = form.draw(line, context);
        // What fills half a screen may be parted between its own rows.
        match height > TALLEST {
            true => blocks.extend(overflow::cut(marks).into_iter().chain([Block::gap(line::GAP_BELOW)])),
            false => blocks.push(Block { marks, height, n_entries: 1 }),
        }
    }
    // The gap under the last line may hang out of the panel.
    if let Some(last) = blocks.last_mut() {
        last.height -= line::GAP_BELOW;
    }
    if left > 0 {
        (context.warn)(format!("{left} of {} log lines are left out", lines.len()));
        let note = Block { marks: note(left, is_ascending, form.width(), context), height: NOTE, n_entries: 0 };
        blocks.insert(if is_ascending { 0 } else { blocks.len() }, note);
    }
    if let Some((marks, height)) = common {
        blocks.insert(if is_ascending { blocks.len() } else { 0 }, Block { marks, height, n_entries: 0 });
    }
    blocks
}

/// The lines that fit, and the height they take. Newest first, the list begins at its top; oldest first, Grafana scrolls a
/// dashboard's logs to their end, so the earliest are left out.
fn fit(lines: &[LogLine], is_ascending: bool, form: &Form, size: Size, context: &mut PanelContext) -> (Vec<Mark>, f64) {
    let order: Box<dyn Iterator<Item = &LogLine>> = if is_ascending { Box::new(lines.iter().rev()) } else { Box::new(lines.iter()) };
    let (mut shown, mut used) = (Vec::new(), 0.0);
    for line in order {
        let (marks, height) = form.draw(line, context);
        if used + height > size.height + line::GAP_BELOW && !shown.is_empty() {
            break;
        }
        used += height;
        shown.push((marks, height));
    }
    // Room for the note is made only where one is needed.
    if shown.len() < lines.len() {
        while used > size.height - NOTE && shown.len() > 1 {
            used -= shown.pop().map_or(0.0, |(_, height)| height);
        }
    }
    let left = lines.len() - shown.len();
    if is_ascending {
        shown.reverse();
    }
    let note_above = if left > 0 && is_ascending { NOTE } else { 0.0 };
    let (mut marks, mut y) = (Vec::new(), note_above);
    for (line, height) in shown {
        marks.push(Mark::at(0.0, y, line));
        y += height;
    }
    if left > 0 {
        (context.warn)(format!("{left} of {} log lines do not fit the panel", lines.len()));
        let top = if is_ascending { 0.0 } else { size.height - NOTE };
        marks.push(Mark::at(0.0, top, note(left, is_ascending, size.width, context)));
        y += if is_ascending { 0.0 } else { NOTE };
    }
    let marks = vec![Mark::clipped(Rect::new(0.0, 0.0, size.width, size.height), marks)];
    (marks, y)
}

/// How many lines are left out: the earlier ones where the oldest stands first.
fn note(left: usize, is_ascending: bool, width: f64, context: &PanelContext) -> Vec<Mark> {
    let which = if is_ascending { "earlier" } else { "more" };
    let text = format!("{left} {which} log line{}", if left == 1 { "" } else { "s" });
    let area = Rect::new(8.0, 0.0, width - 8.0, NOTE);
    vec![drawing::line_in(context.fonts, &text, &TextStyle::sans(12.0), area, Align::Right, ink(context.theme.text_secondary))]
}

/// The labels all lines share, with the height they take: one row, on paper as many as they need.
fn common_labels(labels: &Labels, width: f64, context: &PanelContext) -> (Vec<Mark>, f64) {
    let style = TextStyle { letter_spacing_px: 0.15, ..TextStyle::sans(12.0).medium() };
    let head = context.fonts.shape("Common labels:", &style);
    let mut x = 4.0 + head.width_px + 4.0;
    let mut marks = vec![drawing::shaped(head, 4.0, drawing::centered_baseline(10.0, 12.0), ink(context.theme.text_primary))];
    let mut texts = shown_labels(labels);
    if texts.is_empty() {
        texts.push("(no common labels)".to_owned());
    }
    let mut middle = 10.0;
    for text in texts {
        let (mut chip, chip_width) = label_chip(&text, x, middle, context);
        if x + chip_width > width {
            if context.overflow.most().is_none() {
                break;
            }
            (x, middle) = (4.0, middle + COMMON);
            chip = label_chip(&text, x, middle, context).0;
        }
        marks.extend(chip);
        x += chip_width + 4.0;
    }
    (marks, middle - 10.0 + COMMON)
}

/// "key=value" of the labels people see: levels are told by colour, file names and what begins with "_" are machinery.
fn shown_labels(labels: &Labels) -> Vec<String> {
    const HIDDEN: [&str; 4] = ["detected_level", "level", "lvl", "filename"];
    let is_shown = |key: &str, value: &str| !key.starts_with('_') && !HIDDEN.contains(&key) && !value.is_empty();
    labels.iter().filter(|(key, value)| is_shown(key, value)).map(|(key, value)| format!("{key}={value}")).collect()
}

/// A label on its ground, from `x`, centred on `middle`; and its width.
fn label_chip(text: &str, x: f64, middle: f64, context: &PanelContext) -> (Vec<Mark>, f64) {
    let style = TextStyle { letter_spacing_px: 0.15, ..TextStyle::sans(10.0) };
    let text = context.fonts.ellipsize(text, &style, 200.0);
    let width = text.width_px + 4.0;
    let ground = drawing::fill_rounded(Rect::new(x, middle - 8.0, x + width, middle + 8.0), 2.0, ink(context.theme.secondary));
    let base = drawing::centered_baseline(middle, 10.0);
    (vec![ground, drawing::shaped(text, x + 2.0, base, ink(context.theme.text_primary))], width)
}

/// Text in the theme's red and green; marks elsewhere use the stronger main tones.
fn error_text(theme: &Theme) -> grafana::theme::Color {
    if theme.is_dark { grafana::theme::Color::rgb(0xff, 0x52, 0x86) } else { grafana::theme::Color::rgb(0xcf, 0x0e, 0x5b) }
}

fn success_text(theme: &Theme) -> grafana::theme::Color {
    if theme.is_dark { grafana::theme::Color::rgb(0x6c, 0xcf, 0x8e) } else { grafana::theme::Color::rgb(0x0a, 0x76, 0x4e) }
}
