//! Items in rows under headings, their values in columns.

use std::sync::Arc;

use scene::{Mark, ShapedText, kurbo::Point};

use super::{
    LegendItem, LegendOptions, LegendStat, Setting,
    pen::{self, Entry, ITEM_GAP_PX, Pen, SWATCH_GAP_PX, SWATCH_PX},
};
use crate::{chart::label, overflow::Block};

/// A row (measured in Grafana 12.4).
const ROW_PX: f64 = 23.86;
const CELL_PX: f64 = 8.0;
const HEADING_INDENT_PX: f64 = 30.0;
const COLUMN_GAP_PX: f64 = 24.0;
/// Names are cut or wrapped rather than pushing values out.
const LEAST_NAME_PX: f64 = 60.0;
const RIGHT_AXIS_NOTE: &str = "(right y-axis)";

/// A table's contents and the widths they need.
pub struct Table<'a> {
    items: &'a [LegendItem],
    pen: &'a Pen<'a>,
    titles: Vec<&'a str>,
    headings: Vec<Arc<ShapedText>>,
    name_heading: Arc<ShapedText>,
    name_width: f64,
    value_widths: Vec<f64>,
    has_headings: bool,
}

/// A row of one item a column.
pub struct Line<'a> {
    names: Vec<Option<Entry<'a>>>,
    pub height: f64,
}

impl<'a> Table<'a> {
    pub fn of(items: &'a [LegendItem], options: &LegendOptions, pen: &'a Pen<'a>) -> Table<'a> {
        let mut titles: Vec<&str> = Vec::new();
        for stat in items.iter().flat_map(|item| &item.stats) {
            if !titles.contains(&stat.title.as_str()) {
                titles.push(&stat.title);
            }
        }
        let heading = |title: &str| {
            let sorted = options.sort_by.as_deref() == Some(title);
            let arrow = match (sorted, options.sort_descending) {
                (false, _) => "",
                (true, true) => " ↓",
                (true, false) => " ↑",
            };
            pen.fonts.shape(&format!("{title}{arrow}"), &pen::style().medium())
        };
        let headings: Vec<Arc<ShapedText>> = titles.iter().map(|title| heading(title)).collect();
        let has_headings = !options.no_headings;
        let heading_width = |heading: &ShapedText| if has_headings { heading.width_px + HEADING_INDENT_PX + CELL_PX } else { 0.0 };
        let value_width = |index: usize| {
            let cells =
                items.iter().filter_map(|item| stat(item, titles[index])).map(|stat| pen.shape(&stat.text).width_px + 2.0 * CELL_PX);
            cells.fold(heading_width(&headings[index]), f64::max)
        };
        let value_widths = (0..titles.len()).map(value_width).collect();
        let name_heading = heading("Name");
        let names =
            items.iter().map(|item| pen.shape(&item.label).width_px + note_width(item, pen) + SWATCH_PX + SWATCH_GAP_PX + 2.0 * CELL_PX);
        let name_width = names.fold(heading_width(&name_heading), f64::max);
        Table { items, pen, titles, headings, name_heading, name_width, value_widths, has_headings }
    }

    pub fn least_width(&self) -> f64 {
        self.name_width + self.value_widths.iter().sum::<f64>()
    }

    /// How many columns there is room for; no name is cut where there are several.
    pub fn columns(&self, width: f64) -> usize {
        ((width + COLUMN_GAP_PX) / (self.least_width() + COLUMN_GAP_PX)).max(1.0) as usize
    }

    pub fn head_height(&self) -> f64 {
        if self.has_headings { ROW_PX } else { 0.0 }
    }

    pub fn lines(&self, setting: Setting) -> Vec<Line<'a>> {
        let rest = self.items.len() - setting.kept;
        let columns = setting.columns.max(1);
        let n_cells = setting.kept + usize::from(rest > 0);
        let n_rows = n_cells.div_ceil(columns);
        let name_width = self.column(setting).1;
        let name = |row: usize, column: usize| {
            let index = if setting.across { row * columns + column } else { column * n_rows + row };
            match self.items[..setting.kept].get(index) {
                Some(item) => Some(self.pen.name(item, name_width - 2.0 * CELL_PX + ITEM_GAP_PX - note_width(item, self.pen))),
                None => (index == setting.kept && rest > 0).then(|| self.pen.more(rest)),
            }
        };
        let line = |row: usize| {
            let names: Vec<Option<Entry>> = (0..columns).map(|column| name(row, column)).collect();
            let more = names.iter().flatten().map(Entry::more_height).fold(0.0, f64::max);
            Line { names, height: ROW_PX + more }
        };
        (0..n_rows).map(line).collect()
    }

    /// The headings over all columns.
    pub fn head(&self, setting: Setting) -> Block {
        if !self.has_headings {
            return Block::default();
        }
        let (width, name_width) = self.column(setting);
        let color = label::color(self.pen.theme.text_link);
        let column = |index: usize| {
            let mut marks = Vec::new();
            self.pen.text_at(&self.name_heading, HEADING_INDENT_PX, MIDDLE, color, &mut marks);
            let mut x = name_width;
            for (heading, column) in self.headings.iter().zip(&self.value_widths) {
                self.pen.text_at(heading, x + HEADING_INDENT_PX, MIDDLE, color, &mut marks);
                x += column;
            }
            marks.push(self.rule(width, ROW_PX));
            self.in_column(index, width, marks)
        };
        Block { marks: (0..setting.columns.max(1)).flat_map(column).collect(), height: ROW_PX, n_entries: 0 }
    }

    pub fn draw(&self, line: &Line, setting: Setting) -> Block {
        let (width, name_width) = self.column(setting);
        let theme = self.pen.theme;
        let mut block = Block { height: line.height, ..Block::default() };
        for (index, entry) in line.names.iter().enumerate() {
            let Some(entry) = entry else { continue };
            let mut marks = Vec::new();
            self.pen.set(entry, CELL_PX, None, MIDDLE, &mut marks);
            if let Some(item) = entry.item {
                block.n_entries += 1;
                if item.right_axis {
                    let note = self.pen.shape(RIGHT_AXIS_NOTE);
                    self.pen.text_at(&note, CELL_PX + entry.label_end() + 4.0, MIDDLE, label::color(theme.text_secondary), &mut marks);
                }
                let mut right = name_width;
                for (title, column) in self.titles.iter().zip(&self.value_widths) {
                    right += column;
                    if let Some(stat) = stat(item, title) {
                        let text = self.pen.shape(&stat.text);
                        self.pen.text_at(&text, right - CELL_PX - text.width_px, MIDDLE, label::color(theme.text_primary), &mut marks);
                    }
                }
                marks.push(self.rule(width, line.height));
            }
            block.marks.extend(self.in_column(index, width, marks));
        }
        block
    }

    /// Widths of a column and of the names in it.
    fn column(&self, setting: Setting) -> (f64, f64) {
        let width = setting.width.unwrap_or(self.least_width());
        let columns = setting.columns.max(1) as f64;
        let width = (width - COLUMN_GAP_PX * (columns - 1.0)) / columns;
        (width, (width - self.value_widths.iter().sum::<f64>()).max(LEAST_NAME_PX))
    }

    fn in_column(&self, index: usize, width: f64, marks: Vec<Mark>) -> Vec<Mark> {
        let x = (width + COLUMN_GAP_PX) * index as f64;
        if index == 0 { marks } else { vec![Mark::at(x, 0.0, marks)] }
    }

    fn rule(&self, width: f64, height: f64) -> Mark {
        let y = height - 0.5;
        label::line(Point::new(0.0, y), Point::new(width, y), label::color(self.pen.theme.border_weak), 1.0, &[])
    }
}

/// The middle of a row's first line.
const MIDDLE: f64 = 0.5 * ROW_PX - 1.0;

fn note_width(item: &LegendItem, pen: &Pen) -> f64 {
    if item.right_axis { 4.0 + pen.shape(RIGHT_AXIS_NOTE).width_px } else { 0.0 }
}

fn stat<'a>(item: &'a LegendItem, title: &str) -> Option<&'a LegendStat> {
    item.stats.iter().find(|stat| stat.title == title)
}
