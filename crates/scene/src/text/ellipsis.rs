use std::sync::Arc;

use super::{ShapedText, is_right_to_left};

const ELLIPSIS: char = '…';
/// Blink lays out in 1/64 px, so a text that is too wide by less is not cut.
const TOLERANCE_PX: f64 = 1.0 / 64.0;

/// A line cut short carries at most this many characters: enough for what people search, little enough for a file of many cells.
const MOST_CHARACTERS: usize = 1000;
/// No letter is narrower, in parts of the font size (Inter's "l" has 0.22): what lies beyond need not be shaped.
const NARROWEST: f64 = 0.14;

/// The longest start of `text` that fits with "…" behind it, as CSS `text-overflow: ellipsis` does. The "…" stands for the
/// rest, which stays in [`ShapedText::text`].
pub(super) fn ellipsize(text: &str, size_px: f64, max_px: f64, mut shape: impl FnMut(&str) -> Arc<ShapedText>) -> Arc<ShapedText> {
    let max_px = max_px + TOLERANCE_PX;
    let start = beginning(text, ((max_px / (size_px * NARROWEST)).max(0.0) as usize).saturating_add(2));
    let seen = shape(start);
    if seen.width_px <= max_px && start.len() == text.len() {
        return seen;
    }
    let mark = shape(ELLIPSIS.encode_utf8(&mut [0; 4]));
    if mark.width_px > max_px {
        return shape("");
    }
    let carried = beginning(text, MOST_CHARACTERS);
    let ends = prefix_widths(&seen);
    let mut count = ends.partition_point(|(_, width)| width + mark.width_px <= max_px);
    // A start cut off may be wider than the sum of its glyphs said, by kerning or by other forms of its letters.
    while count > 0 {
        let end = ends[count - 1].0;
        let cut = shape(&format!("{}{ELLIPSIS}{}", &seen.text[..end], mark_of_direction(&seen.text[..end])));
        if cut.width_px <= max_px {
            return carrying(&cut, end, carried);
        }
        count -= 1;
    }
    carrying(&mark, 0, carried)
}

/// The sign that puts the "…" of a text that runs from right to left at its left end, where such a text goes on. (A browser cuts the right
/// end of the line, which is the beginning of such a text.)
fn mark_of_direction(text: &str) -> &'static str {
    let strong = |c: &char| c.is_alphabetic();
    let runs_left = |c: Option<char>| c.is_some_and(is_right_to_left);
    if runs_left(text.chars().find(strong)) && runs_left(text.chars().rfind(strong)) { "\u{200f}" } else { "" }
}

fn beginning(text: &str, chars: usize) -> &str {
    text.char_indices().nth(chars).map_or(text, |(end, _)| &text[..end])
}

/// `cut` with the text it comes from: what is drawn after byte `at` stands for all that follows.
fn carrying(cut: &ShapedText, at: usize, text: &str) -> Arc<ShapedText> {
    if at >= text.len() {
        return Arc::new(cut.clone());
    }
    let mut whole = ShapedText { text: text.to_owned(), cut_at: Some(at), ..cut.clone() };
    for glyph in whole.runs.iter_mut().flat_map(|run| &mut run.glyphs).filter(|glyph| glyph.text.end > at) {
        glyph.text = at..text.len();
    }
    Arc::new(whole)
}

/// For each place the text may be cut, in reading order: its byte and the width of what comes before.
fn prefix_widths(shaped: &ShapedText) -> Vec<(usize, f64)> {
    let glyphs = shaped.runs.iter().flat_map(|run| &run.glyphs);
    let mut parts: Vec<(usize, f64)> = glyphs.map(|glyph| (glyph.text.end, glyph.advance_px)).collect();
    parts.sort_by_key(|(end, _)| *end);
    let mut widths: Vec<(usize, f64)> = Vec::with_capacity(parts.len());
    let mut total = 0.0;
    for (end, advance) in parts {
        total += advance;
        match widths.last_mut() {
            Some(last) if last.0 == end => last.1 = total,
            _ => widths.push((end, total)),
        }
    }
    widths
}
