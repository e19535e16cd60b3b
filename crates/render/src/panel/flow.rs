//! Panels that may need more height than their place has, and may be parted over pages between their rows.
//!
//! Two kinds of bodies flow: tables, and whatever a drawer put into the [`crate::overflow`]: entries of lists, log lines, lines of
//! text, bars, rows of legends. Pages know rows only by their heights.

use std::ops::Range;

use scene::{Mark, kurbo::Size};

use super::{PanelContext, table};
use crate::{
    overflow::{Block, Rest},
    view::PanelView,
};

/// What a panel needs to show everything, px: a head that stands over every part, what stands over every part but the
/// first, rows between which it may be parted, a foot under the last, and an edge under every part.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Extent {
    pub head: f64,
    pub again: f64,
    pub rows: Vec<f64>,
    pub foot: f64,
    pub edge: f64,
}

impl Extent {
    /// Height of the part that holds `rows`.
    pub fn height(&self, rows: &Range<usize>) -> f64 {
        let foot = if rows.end >= self.rows.len() { self.foot } else { 0.0 };
        self.top(rows.start) + self.rows.get(rows.clone()).unwrap_or_default().iter().sum::<f64>() + foot + self.edge
    }

    /// The end of the rows from `start` that stand in `room` px; the last row only with the foot. `start` where none do.
    pub fn fitting(&self, start: usize, room: f64) -> usize {
        let mut left = room - self.top(start) - self.edge;
        let mut end = start;
        while let Some(row) = self.rows.get(end) {
            let last = end + 1 == self.rows.len();
            left -= row;
            if left < if last { self.foot } else { 0.0 } {
                break;
            }
            end += 1;
        }
        end
    }

    /// What stands over the row `start` when a part begins with it.
    fn top(&self, start: usize) -> f64 {
        self.head + if start > 0 { self.again } else { 0.0 }
    }
}

/// The inside of a panel, laid out once, to be drawn in parts.
pub trait Body {
    /// What all rows need, px of the panel's inside.
    fn extent(&self) -> Extent;

    /// Draws the part that holds `rows` into `size`. Each row is asked for once.
    fn draw(&mut self, rows: Range<usize>, size: Size, context: &mut PanelContext) -> Vec<Mark>;
}

/// The inside of a panel: drawn, or ready to be drawn in parts.
pub enum Inside<'a> {
    Whole(Vec<Mark>),
    Parts(Box<dyn Body + 'a>),
}

/// Draws or lays out a panel whose inside has `size` on screen.
pub fn lay_out<'a>(view: &'a PanelView, size: Size, context: &mut PanelContext) -> Inside<'a> {
    let kind = view.panel.plugin_id.as_str();
    if let (Some(most), "table" | "datagrid") = (context.overflow.most(), kind)
        && let Some(table) = table::Table::new(view, size, table::Rows::Most(most), context)
    {
        return Inside::Parts(Box::new(table));
    }
    let marks = super::draw(view, size, context);
    match context.overflow.take() {
        Some(rest) => Inside::Parts(Box::new(Blocks::new(marks, size, rest))),
        None => Inside::Whole(marks),
    }
}

/// What a drawer gave for the panel's place, if anything, and what goes on below it.
struct Blocks {
    again: Block,
    blocks: Vec<Block>,
}

impl Blocks {
    fn new(place: Vec<Mark>, size: Size, rest: Rest) -> Blocks {
        let mut blocks = Vec::new();
        if !place.is_empty() {
            let mut first = Block { marks: place, height: size.height, n_entries: 0 };
            first.marks.push(Mark::at(0.0, size.height, rest.lead.marks));
            first.height += rest.lead.height;
            blocks.push(first);
        } else if rest.lead.height > 0.0 {
            blocks.push(rest.lead);
        }
        blocks.extend(rest.blocks);
        Blocks { again: rest.again, blocks }
    }
}

impl Body for Blocks {
    fn extent(&self) -> Extent {
        Extent { again: self.again.height, rows: self.blocks.iter().map(|block| block.height).collect(), ..Extent::default() }
    }

    fn draw(&mut self, rows: Range<usize>, _: Size, _: &mut PanelContext) -> Vec<Mark> {
        let (mut marks, mut y) = (Vec::new(), 0.0);
        if rows.start > 0 && self.again.height > 0.0 {
            marks.extend(self.again.marks.iter().cloned());
            y = self.again.height;
        }
        for block in self.blocks.get_mut(rows).unwrap_or_default() {
            marks.push(Mark::at(0.0, y, std::mem::take(&mut block.marks)));
            y += block.height;
        }
        marks
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(start: usize, room: f64, end: usize, height: f64) {
        let extent = Extent { head: 40.0, again: 5.0, rows: vec![10.0, 10.0, 50.0, 10.0], foot: 25.0, edge: 9.0 };
        let fitting = extent.fitting(start, room);
        assert_eq!((fitting, extent.height(&(start..fitting))), (end, height));
    }

    #[test]
    fn parts_end_between_rows() {
        check(0, 60.0, 1, 59.0);
        check(0, 48.0, 0, 49.0);
        check(0, 119.0, 3, 119.0);
        check(1, 115.0, 3, 114.0);
        // The last row does not leave its foot behind.
        check(3, 65.0, 3, 54.0);
        check(3, 89.0, 4, 89.0);
    }
}
