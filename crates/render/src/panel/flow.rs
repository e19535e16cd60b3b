//! Panels that may need more height than their place has, and may be parted over pages between their rows.

use std::ops::Range;

use scene::{Mark, kurbo::Size};

use super::{PanelContext, table};
use crate::view::PanelView;

/// What a panel needs to show everything, px: a head that stands over every part, rows between which it may be parted, a
/// foot under the last, and an edge under every part.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Extent {
    pub head: f64,
    pub rows: Vec<f64>,
    pub foot: f64,
    pub edge: f64,
}

impl Extent {
    /// Height of the part that holds `rows`.
    pub fn height(&self, rows: &Range<usize>) -> f64 {
        let foot = if rows.end >= self.rows.len() { self.foot } else { 0.0 };
        self.head + self.rows.get(rows.clone()).unwrap_or_default().iter().sum::<f64>() + foot + self.edge
    }

    /// The end of the rows from `start` that stand in `room` px; the last row only with the foot. `start` where none do.
    pub fn fitting(&self, start: usize, room: f64) -> usize {
        let mut left = room - self.head - self.edge;
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
}

/// A panel laid out once, to be drawn in parts.
pub struct Flow<'a> {
    pub extent: Extent,
    table: table::Table<'a>,
}

impl Flow<'_> {
    /// Draws the part that holds `rows` into `size`.
    pub fn draw(&self, rows: Range<usize>, size: Size, context: &mut PanelContext) -> Vec<Mark> {
        self.table.draw(rows, size, context)
    }
}

/// Lays out a panel whose inside has `size` on screen, with at most `most` rows. `None` for panels that fit their place
/// whatever they hold, and where there is nothing to show.
pub fn flow<'a>(view: &'a PanelView, size: Size, most: usize, context: &PanelContext) -> Option<Flow<'a>> {
    let table = match view.panel.plugin_id.as_str() {
        "table" | "datagrid" => table::Table::new(view, size, table::Rows::Most(most), context)?,
        _ => return None,
    };
    Some(Flow { extent: table.extent(), table })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(start: usize, room: f64, end: usize, height: f64) {
        let extent = Extent { head: 40.0, rows: vec![10.0, 10.0, 50.0, 10.0], foot: 25.0, edge: 9.0 };
        let fitting = extent.fitting(start, room);
        assert_eq!((fitting, extent.height(&(start..fitting))), (end, height));
    }

    #[test]
    fn parts_end_between_rows() {
        check(0, 60.0, 1, 59.0);
        check(0, 48.0, 0, 49.0);
        check(0, 119.0, 3, 119.0);
        check(1, 110.0, 3, 109.0);
        // The last row does not leave its foot behind.
        check(3, 60.0, 3, 49.0);
        check(3, 84.0, 4, 84.0);
    }
}
