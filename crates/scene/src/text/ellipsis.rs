use std::sync::Arc;

use super::ShapedText;

const ELLIPSIS: char = '…';
/// Blink lays out in 1/64 px, so a text that is too wide by less is not cut.
const TOLERANCE_PX: f64 = 1.0 / 64.0;

/// The longest start of `text` that fits with "…" behind it, as CSS `text-overflow: ellipsis` does.
pub(super) fn ellipsize(text: &str, max_px: f64, mut shape: impl FnMut(&str) -> Arc<ShapedText>) -> Arc<ShapedText> {
    let max_px = max_px + TOLERANCE_PX;
    let full = shape(text);
    if full.width_px <= max_px {
        return full;
    }
    let mark = shape(ELLIPSIS.encode_utf8(&mut [0; 4]));
    if mark.width_px > max_px {
        return shape("");
    }
    let ends = prefix_widths(&full);
    let mut count = ends.partition_point(|(_, width)| width + mark.width_px <= max_px);
    // A start cut off may be wider than the sum of its glyphs said, by kerning or by other forms of its letters.
    while count > 0 {
        let cut = shape(&format!("{}{ELLIPSIS}", &full.text[..ends[count - 1].0]));
        if cut.width_px <= max_px {
            return cut;
        }
        count -= 1;
    }
    mark
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
