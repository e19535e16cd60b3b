//! Cells that are text, in one line or wrapped.

use std::sync::Arc;

use scene::{
    Mark, ShapedText,
    kurbo::{Line as Segment, Rect, Shape},
};

use super::{Cells, link::linked, look::Look};
use crate::{
    drawing,
    panel::table::{LINE, PADDING, column::Column},
};

impl Cells<'_> {
    /// Text with its colour, its link and its alignment.
    pub(super) fn text_cell(&self, column: &Column, row: usize, area: Rect, look: &Look) -> Vec<Mark> {
        let link = self.first_link(column, row);
        let color = look.text_color(link.is_some(), self.context.theme);
        let lines = if column.wraps { self.clamped(column, row, look) } else { self.single(column, row, look) };
        let inner = area.inset((-PADDING, 0.0));
        let underlined = link.is_some() && look.is_colorable || look.underline;
        let mut top = (area.center().y - lines.len() as f64 * LINE / 2.0).max(area.y0 + if lines.len() > 1 { PADDING } else { 0.0 });
        let mut marks = Vec::new();
        for line in lines {
            if line.text.is_empty() {
                top += LINE;
                continue;
            }
            let x = inner.x0 + look.align.unwrap_or(column.align).offset(inner.width(), line.width_px).max(0.0);
            let (base, width) = (drawing::baseline(top, LINE, column.style().size_px), line.width_px);
            let mut own = vec![drawing::shaped(line, x, base, color)];
            if underlined {
                own.push(Mark::stroke(Segment::new((x, base + 2.0), (x + width, base + 2.0)).to_path(0.1), color, 1.0));
            }
            match &link {
                Some(address) => marks.push(linked(address.clone(), Rect::new(x, top, x + width, top + LINE), own)),
                None => marks.extend(own),
            }
            top += LINE;
        }
        if top > area.y1 + 0.5 { vec![Mark::clipped(area, marks)] } else { marks }
    }

    fn single(&self, column: &Column, row: usize, look: &Look) -> Vec<Arc<ShapedText>> {
        let width = (column.width - 2.0 * PADDING).max(1.0);
        vec![self.fonts.ellipsize(&one_line(&self.text(column, row)), &look.text_style(column), width)]
    }

    /// All lines of wrapped text. Indents of JSON are kept.
    pub(super) fn wrapped(&self, column: &Column, row: usize) -> Vec<Arc<ShapedText>> {
        let width = (column.width - 2.0 * PADDING - 1.0).max(1.0);
        let (text, style) = (self.text(column, row), column.style());
        let keeps_indent = column.is_json();
        let lines = text.split('\n').flat_map(|line| {
            let line = if keeps_indent { indented(line) } else { one_line(line) };
            self.fonts.wrap(&line, &style, width)
        });
        lines.collect()
    }

    /// The lines that the panel's greatest row height leaves, the last cut with "…".
    fn clamped(&self, column: &Column, row: usize, look: &Look) -> Vec<Arc<ShapedText>> {
        let mut lines = self.wrapped(column, row);
        if lines.len() > self.most_lines {
            let rest = lines.split_off(self.most_lines.max(1) - 1);
            let text = rest.iter().map(|line| line.text.as_str()).collect::<Vec<_>>().join(" ");
            let width = (column.width - 2.0 * PADDING).max(1.0);
            lines.push(self.fonts.ellipsize(&text, &look.text_style(column), width));
        }
        lines
    }
}

fn indented(line: &str) -> String {
    let text = line.trim_start_matches(' ');
    "\u{a0}".repeat(line.len() - text.len()) + text
}

/// Whitespace is one space where text stands in a line, and at its ends nothing; a no-break space is not among it.
pub fn one_line(text: &str) -> String {
    let is_space = |c: char| matches!(c, ' ' | '\n' | '\r' | '\t');
    if !text.contains(is_space) {
        return text.to_owned();
    }
    text.split(is_space).filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
}

/// At most the first `chars` characters.
pub fn beginning(text: &str, chars: usize) -> &str {
    text.char_indices().nth(chars).map_or(text, |(end, _)| &text[..end])
}
