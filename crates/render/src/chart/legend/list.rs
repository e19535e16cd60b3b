//! Items in lines: many a line under a plot, one a line beside it.

use scene::Mark;

use super::{
    LegendItem, Setting,
    pen::{Entry, ITEM_GAP_PX, Pen},
};
use crate::overflow::Block;

/// Around a list.
pub const PADDING_PX: f64 = 4.0;
/// Rows (measured in Grafana 12.4: 31.5 px for a list of one row).
const ROW_PX: f64 = 23.43;
const BESIDE_ROW_PX: f64 = 22.86;
/// Between the items of the left axes and those of the right ones: beside each other at least, and under each other.
const SECTION_GAP_PX: f64 = 25.0;
const SECTION_SPACE_PX: f64 = 15.0;

pub struct List<'a> {
    pub items: &'a [LegendItem],
    pub pen: &'a Pen<'a>,
    /// Beside the plot.
    pub is_beside: bool,
}

/// Entries of one line; those of the right axes flow from the right.
#[derive(Default)]
pub struct Line<'a> {
    left: Vec<Entry<'a>>,
    right: Vec<Entry<'a>>,
    /// Free space above.
    space: f64,
    pub height: f64,
}

impl Line<'_> {
    fn entries(&self) -> impl Iterator<Item = &Entry<'_>> {
        self.left.iter().chain(&self.right)
    }
}

impl<'a> List<'a> {
    pub fn lines(&self, setting: Setting) -> Vec<Line<'a>> {
        let inner = setting.width.map_or(f64::INFINITY, |width| width - 2.0 * PADDING_PX);
        let shown = &self.items[..setting.kept];
        let rest = self.items.len() - shown.len();
        if self.is_beside {
            let entries = shown.iter().map(|item| self.pen.entry(item, inner)).chain((rest > 0).then(|| self.pen.more(rest)));
            return entries.map(|entry| line(vec![entry], Vec::new(), BESIDE_ROW_PX)).collect();
        }
        let entries = |right: bool| -> Vec<Entry<'a>> {
            let own = shown.iter().filter(|item| item.right_axis == right).map(|item| self.pen.entry(item, inner));
            own.chain((rest > 0 && !right).then(|| self.pen.more(rest))).collect()
        };
        let (left, right) = (entries(false), entries(true));
        // The right section wants half the width for itself; the sections wrap when both do not fit beside each other.
        let is_one = !left.is_empty() && !right.is_empty() && total(&left) + SECTION_GAP_PX + total(&right).max(inner / 2.0) <= inner;
        if is_one {
            return vec![line(left, right, ROW_PX)];
        }
        let has_both = !left.is_empty() && !right.is_empty();
        let mut lines: Vec<Line> = flow(left, inner).into_iter().map(|left| line(left, Vec::new(), ROW_PX)).collect();
        let below: Vec<Line> = flow(right, inner).into_iter().map(|right| line(Vec::new(), right, ROW_PX)).collect();
        for (index, mut line) in below.into_iter().enumerate() {
            line.space = if index == 0 && has_both { SECTION_SPACE_PX } else { 0.0 };
            line.height += line.space;
            lines.push(line);
        }
        lines
    }

    /// The width lines take.
    pub fn width(&self, lines: &[Line], setting: Setting) -> f64 {
        let own = || lines.iter().flat_map(Line::entries).map(|entry| entry.width).fold(0.0, f64::max) + 2.0 * PADDING_PX;
        if self.is_beside { own() } else { setting.width.unwrap_or_else(own) }
    }

    pub fn draw(&self, line: &Line, width: f64) -> Block {
        let mut marks: Vec<Mark> = Vec::new();
        let n_entries = line.entries().filter(|entry| entry.item.is_some()).count();
        if self.is_beside {
            let middle = (BESIDE_ROW_PX - PADDING_PX) / 2.0 - 0.5;
            for entry in &line.left {
                self.pen.set(entry, PADDING_PX, Some(width - PADDING_PX - ITEM_GAP_PX), middle, &mut marks);
            }
            return Block { marks, height: line.height, n_entries };
        }
        let middle = line.space + 0.5 * ROW_PX + 1.5;
        let from_right = (width - 2.0 * PADDING_PX - total(&line.right)).max(0.0);
        for (entries, start) in [(&line.left, 0.0), (&line.right, from_right)] {
            let mut x = PADDING_PX + start;
            for entry in entries {
                self.pen.set(entry, x, None, middle, &mut marks);
                x += entry.width;
            }
        }
        Block { marks, height: line.height, n_entries }
    }
}

fn line<'a>(left: Vec<Entry<'a>>, right: Vec<Entry<'a>>, row_px: f64) -> Line<'a> {
    let more = left.iter().chain(&right).map(Entry::more_height).fold(0.0, f64::max);
    Line { left, right, space: 0.0, height: row_px + more }
}

fn total(entries: &[Entry]) -> f64 {
    entries.iter().map(|entry| entry.width).sum()
}

/// Entries in rows of at most `inner` px.
fn flow(entries: Vec<Entry<'_>>, inner: f64) -> Vec<Vec<Entry<'_>>> {
    let mut rows: Vec<(f64, Vec<Entry>)> = Vec::new();
    for entry in entries {
        match rows.last_mut() {
            Some((used, row)) if *used + entry.width <= inner => {
                *used += entry.width;
                row.push(entry);
            }
            _ => rows.push((entry.width, vec![entry])),
        }
    }
    rows.into_iter().map(|(_, row)| row).collect()
}
