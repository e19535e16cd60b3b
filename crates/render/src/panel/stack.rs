//! Blocks under each other, as lists have them: what does not fit is left out whole, and it is said.

use scene::{
    Mark, TextStyle,
    kurbo::{Rect, Size},
};

use super::PanelContext;
use crate::drawing::{self, Align, ink};

/// One entry of a list, drawn from its own top left corner.
#[derive(Default)]
pub struct Block {
    pub marks: Vec<Mark>,
    pub height: f64,
    /// How many things it lists; none for headings and gaps.
    pub n_entries: usize,
}

/// What is listed, for the note: one, and several of it.
pub type Noun = (&'static str, &'static str);

const NOTE: f64 = 18.0;

/// Draws the blocks that fit into `size`. On screen a list scrolls; on paper a line says how many entries are left out.
pub fn draw(blocks: Vec<Block>, noun: Noun, size: Size, context: &mut PanelContext) -> Vec<Mark> {
    let all: f64 = blocks.iter().map(|block| block.height).sum();
    // Half a pixel of what fits is lost to rounding, not to the reader.
    let room = if all <= size.height + 0.5 { f64::INFINITY } else { size.height - NOTE };
    let n_entries: usize = blocks.iter().map(|block| block.n_entries).sum();
    let (mut marks, mut y, mut n_shown) = (Vec::new(), 0.0, 0);
    for block in blocks {
        if y + block.height > room {
            break;
        }
        marks.push(Mark::at(0.0, y, block.marks));
        y += block.height;
        n_shown += block.n_entries;
    }
    let left = n_entries - n_shown;
    if left > 0 {
        (context.warn)(format!("{left} of {n_entries} {} do not fit the panel", noun.1));
        let text = format!("{left} more {}", if left == 1 { noun.0 } else { noun.1 });
        let area = Rect::new(8.0, size.height - NOTE, size.width - 8.0, size.height);
        marks.push(drawing::line_in(context.fonts, &text, &TextStyle::sans(12.0), area, Align::Right, ink(context.theme.text_secondary)));
    }
    marks
}
