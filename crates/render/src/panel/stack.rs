//! Blocks under each other, as lists have them. On paper all of them; on screen what does not fit is left out whole, and it
//! is said.

use scene::{
    Mark, TextStyle,
    kurbo::{Rect, Size},
};

use super::PanelContext;
use crate::{
    drawing::{self, Align, ink},
    overflow::{self, Block, Rest},
};

/// What is listed, for the note: one, and several of it.
pub type Noun = (&'static str, &'static str);

const NOTE: f64 = 18.0;

/// Draws the blocks into `size`, or hands them on to where there is room for all. What is left out is counted in a line and
/// in the run's warnings.
pub fn draw(blocks: Vec<Block>, noun: Noun, size: Size, context: &mut PanelContext) -> Vec<Mark> {
    let n_entries: usize = blocks.iter().map(|block| block.n_entries).sum();
    if let Some(most) = context.overflow.most() {
        context.overflow.put(Rest { blocks: on_paper(blocks, n_entries, most, noun, size.width, context), ..Rest::default() });
        return Vec::new();
    }
    let all: f64 = blocks.iter().map(|block| block.height).sum();
    // Half a pixel of what fits is lost to rounding, not to the reader.
    let room = if all <= size.height + 0.5 { f64::INFINITY } else { size.height - NOTE };
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
        marks.push(Mark::at(0.0, size.height - NOTE, note(left, noun, size.width, context)));
    }
    marks
}

/// A drawing that may be higher than its place: where there is room for all of it, it is handed on, to be parted between lines.
pub fn tall(marks: Vec<Mark>, size: Size, context: &PanelContext) -> Vec<Mark> {
    if context.overflow.most().is_none() || overflow::bottom(&marks) <= size.height + 1.0 {
        return marks;
    }
    context.overflow.put(Rest { blocks: overflow::cut(marks), ..Rest::default() });
    Vec::new()
}

/// At most `most` entries, and a line on the others.
fn on_paper(blocks: Vec<Block>, n_entries: usize, most: usize, noun: Noun, width: f64, context: &mut PanelContext) -> Vec<Block> {
    let mut n_shown = 0;
    let mut shown: Vec<Block> = Vec::new();
    for block in blocks {
        if n_shown + block.n_entries > most {
            break;
        }
        n_shown += block.n_entries;
        shown.push(block);
    }
    let left = n_entries - n_shown;
    if left > 0 {
        (context.warn)(format!("{left} of {n_entries} {} are left out", noun.1));
        shown.push(Block { marks: note(left, noun, width, context), height: NOTE, n_entries: 0 });
    }
    shown
}

fn note(left: usize, noun: Noun, width: f64, context: &PanelContext) -> Vec<Mark> {
    let text = format!("{left} more {}", if left == 1 { noun.0 } else { noun.1 });
    let area = Rect::new(8.0, 0.0, width - 8.0, NOTE);
    vec![drawing::line_in(context.fonts, &text, &TextStyle::sans(12.0), area, Align::Right, ink(context.theme.text_secondary))]
}
