//! Annotations as a list (`annolist`).

use grafana::{
    listing::{ListedAnnotation, Listing},
    theme,
    time::format_full,
};
use scene::{
    Color, Mark, TextStyle,
    kurbo::{Rect, Size},
};

use super::{PanelContext, options, stack};
use crate::{
    drawing::{self, Align, ink},
    overflow::Block,
    rich_text::{flow, html},
    view::PanelView,
};

/// Around a card and inside it, px.
const MARGIN: f64 = 4.0;
const PADDING: f64 = 8.0;
const LINE: f64 = 22.0;
const RADIUS: f64 = 2.0;
/// Between tags, and from one row of them to the next.
const TAG_GAP: f64 = 6.0;
const TAG_ROW: f64 = 28.0;

/// Backgrounds of tags; a tag takes one by the hash of its name (@grafana/ui `tags.ts`).
const TAG_COLORS: [u32; 29] = [
    0xd32d20, 0x1e72b8, 0xb240a2, 0x705da0, 0x466803, 0x497a3c, 0x3d71aa, 0xb15415, 0x890f02, 0x6e6e6e, 0x0a437c, 0x6d1f62, 0x584477,
    0x4c7a3f, 0x2f4f4f, 0xbf1b00, 0x7662b1, 0x8a2eb8, 0x517a00, 0x000000, 0x3f6833, 0x2f575e, 0x99440a, 0xae561a, 0x0e4ab4, 0x58140c,
    0x052b51, 0x511749, 0x3f2b5b,
];

pub fn draw(view: &PanelView, size: Size, context: &mut PanelContext) -> Vec<Mark> {
    let Listing::Annotations(list) = &view.listing else { return Vec::new() };
    if list.is_empty() {
        let style = TextStyle { letter_spacing_px: 0.15, ..TextStyle::sans(14.0) };
        // Centred in all but the last 30 px of the panel, which is where Grafana once had a line on the time range.
        let area = Rect::new(0.0, 0.0, size.width, (size.height - 30.0).max(LINE));
        return vec![drawing::line_in(context.fonts, "No annotations found", &style, area, Align::Center, ink(context.theme.text_primary))];
    }
    let shown = |key: &str| options::flag(&view.panel.options, key, true);
    let parts = Parts { time: shown("showTime"), user: shown("showUser"), tags: shown("showTags") };
    let blocks = list.iter().map(|annotation| card(annotation, &parts, size.width, context)).collect();
    stack::draw(blocks, ("annotation", "annotations"), size, context)
}

/// What a card shows besides its text.
struct Parts {
    time: bool,
    user: bool,
    tags: bool,
}

fn card(annotation: &ListedAnnotation, parts: &Parts, width: f64, context: &PanelContext) -> Block {
    let inside = Rect::new(MARGIN + PADDING, MARGIN + PADDING, width - MARGIN - PADDING, MARGIN + PADDING + LINE);
    let mut marks = Vec::new();
    // From the right: tags, who wrote it; then the text with its time takes what is left.
    let mut right = inside.x1;
    let mut tags: Vec<&String> = annotation.tags.iter().filter(|_| parts.tags).collect();
    while let Some(tag) = tags.last() {
        let (mark, tag_width) = tag_mark(tag, right, inside.center().y, context);
        if right - tag_width < inside.x0 + inside.width() * 0.35 {
            break;
        }
        marks.extend(mark);
        right -= tag_width + TAG_GAP;
        tags.pop();
    }
    let small = TextStyle { letter_spacing_px: 0.15, ..TextStyle::sans(12.0) };
    if parts.user && !annotation.login.is_empty() {
        // DIFFERENCE: a face on screen, which would have to be fetched from elsewhere; the name on paper.
        let name = context.fonts.ellipsize(&annotation.login, &small, inside.width() * 0.2);
        right -= name.width_px + 8.0;
        marks.push(drawing::shaped(
            name,
            right + 4.0,
            drawing::centered_baseline(inside.center().y, 12.0),
            ink(context.theme.text_secondary),
        ));
    }
    let time = annotation.time_ms.filter(|_| parts.time).map(|start| {
        let end = annotation.time_end_ms.filter(|end| *end != start);
        let full = |ms: f64| format_full(ms, context.zone);
        end.map_or_else(|| full(start), |end| format!("{} - {}", full(start), full(end)))
    });
    let time = time.map(|text| context.fonts.shape(&text, &small));
    let time_width = time.as_ref().map_or(0.0, |time| time.width_px + 16.0);
    let text = flow::plain_text(&html::parse(&annotation.text));
    let style = TextStyle { letter_spacing_px: 0.15, ..TextStyle::sans(14.0).medium() };
    let lines = context.fonts.wrap(text.trim(), &style, (right - inside.x0 - time_width).max(60.0));
    let (mut y, mut widest) = (inside.y0, 0.0_f64);
    for line in lines {
        widest = widest.max(line.width_px);
        marks.push(drawing::shaped(line, inside.x0, drawing::baseline(y, LINE, 14.0), ink(context.theme.text_primary)));
        y += LINE;
    }
    if let Some(time) = time {
        let base = drawing::centered_baseline((inside.y0 + y) / 2.0, 12.0);
        marks.push(drawing::shaped(time, inside.x0 + widest + 8.0, base, ink(context.theme.text_secondary)));
    }
    // Tags without room beside the text stand under it.
    let mut x = inside.x0;
    for (index, tag) in tags.into_iter().enumerate() {
        let tag_width = tag_mark(tag, 0.0, 0.0, context).1;
        if index == 0 || x + tag_width > inside.x1 {
            (x, y) = (inside.x0, y + TAG_ROW);
        }
        marks.extend(tag_mark(tag, x + tag_width, y - TAG_ROW / 2.0, context).0);
        x += tag_width + TAG_GAP;
    }
    let ground = Rect::new(MARGIN, MARGIN, width - MARGIN, y + PADDING);
    let mut all = vec![drawing::fill_rounded(ground, RADIUS, ink(context.theme.secondary))];
    all.extend(marks);
    Block { marks: all, height: ground.y1, n_entries: 1 }
}

/// A tag whose right edge is at `right`, and its width.
fn tag_mark(tag: &str, right: f64, middle: f64, context: &PanelContext) -> (Vec<Mark>, f64) {
    let style = TextStyle { letter_spacing_px: 0.15, ..TextStyle::sans(12.0).medium() };
    let text = context.fonts.ellipsize(tag, &style, 200.0);
    let width = text.width_px + 12.0;
    let area = Rect::new(right - width, middle - 12.0, right, middle + 12.0);
    let marks = vec![
        drawing::fill_rounded(area, RADIUS, tag_color(tag)),
        drawing::shaped(text, area.x0 + 6.0, drawing::centered_baseline(middle, 12.0), ink(theme::Color::rgb(0xf9, 0xf9, 0xf9))),
    ];
    (marks, width)
}

fn tag_color(tag: &str) -> Color {
    // JavaScript's `(hash << 5) + hash + code`: only the shift is in 32 bits.
    let step = |hash: i64, unit: u16| i64::from((hash as i32) << 5) + hash + i64::from(unit);
    let hash = tag.to_lowercase().encode_utf16().fold(5381_i64, step);
    let at = (hash % TAG_COLORS.len() as i64).unsigned_abs() as usize;
    let [_, r, g, b] = TAG_COLORS[at].to_be_bytes();
    Color::rgb(r, g, b)
}
