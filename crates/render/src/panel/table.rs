//! Rows and columns (`table`): all rows over as many pages as they need, or those that fit with a word on the others.

mod cell;
mod column;
mod footer;
mod header;
mod heights;
mod nested;
mod order;
mod rules;

use std::ops::Range;

use grafana::{
    field::{DisplayContext, frame_display_name},
    frame::Frame,
};
use scene::{
    Group, Mark, Role, TextStyle,
    kurbo::{Affine, Line as Segment, Rect, Shape, Size, Vec2},
};

use super::{
    PanelContext,
    flow::{Body, Extent},
    interpolator, notice, options,
};
use crate::{
    color_math::over,
    drawing::{self, Align, ink},
    view::PanelView,
};
use cell::Cells;
use column::Column;
use footer::Footer;
use header::Header;
use heights::Heights;
use nested::{EXPANDER, Nested};
use rules::{Rules, expander};

pub const PADDING: f64 = 6.0;
pub const LINE: f64 = 22.0;
/// Height of the note on rows that are left out, px.
const NOTE: f64 = 20.0;
/// Height of the box that names the frame shown, with its space, px.
const FRAME_CHOICE: f64 = 40.0;
/// Least height of a table's body without rows, px.
const EMPTY_BODY: f64 = 20.0;

pub fn text_style() -> TextStyle {
    TextStyle { letter_spacing_px: 0.15, ..TextStyle::sans(14.0) }
}

/// A row of wrapped text is cut beyond this, px: a row cannot be parted over pages.
const TALLEST_ROW: f64 = 1000.0;

pub fn draw(view: &PanelView, size: Size, context: &mut PanelContext) -> Vec<Mark> {
    if let Some(mut table) = Table::new(view, size, Rows::Fitting, context) {
        return table.draw(0..table.len(), size, context);
    }
    let own = view.panel.field_config.defaults.no_value.as_deref().filter(|t| !t.is_empty());
    notice::no_data(own.unwrap_or("No data"), size, context)
}

/// How many rows a table shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rows {
    /// As many as its place has room for.
    Fitting,
    /// All, but not more than this.
    Most(usize),
}

/// A table laid out: its columns for a width, its rows with their heights.
pub struct Table<'a> {
    view: &'a PanelView,
    frame: &'a Frame,
    columns: Vec<Column<'a>>,
    /// Below 1 where columns would not fit at their own size; everything else here is in px before it.
    scale: f64,
    header: Header,
    /// What is shown, in order; parts of it are never parted.
    items: Vec<Item>,
    /// Tables inside rows.
    nested: Vec<Nested>,
    /// Rows have an arrow: they hold tables.
    has_nested: bool,
    /// Rows there are.
    all: usize,
    limit: Rows,
    footer: Footer,
    heights: Heights,
}

/// Lines that stay together.
#[derive(Default)]
struct Item {
    lines: Vec<(Line, f64)>,
    height: f64,
}

impl Item {
    fn push(&mut self, line: Line, height: f64) {
        self.lines.push((line, height));
        self.height += height;
    }

    fn rows(&self) -> usize {
        self.lines.iter().filter(|(line, _)| matches!(line, Line::Row(_) | Line::Inner(..))).count()
    }
}

/// One line of a table; tables inside are named by their number.
#[derive(Clone, Copy, Debug)]
enum Line {
    Row(usize),
    /// The names of a table inside.
    InnerHead(usize),
    /// A row of a table inside.
    Inner(usize, usize),
    /// A table inside that has no rows.
    InnerEmpty,
}

impl<'a> Table<'a> {
    /// Lays a table out for the inside of its panel. `None` where there are no columns.
    pub fn new(view: &'a PanelView, size: Size, limit: Rows, context: &PanelContext) -> Option<Table<'a>> {
        let saved = &view.panel.options;
        let chosen = options::number(saved, "frameIndex").or(options::number(saved, "selectedSeries")).map_or(0, |n| n.max(0.0) as usize);
        let frame = view.frames.get(chosen).or(view.frames.first())?;
        let interpolate = interpolator(&view.panel, context.variables);
        let display = DisplayContext { theme: context.theme, zone: context.zone, now_ms: context.now_ms, interpolate: &interpolate };
        let order = order::rows(frame, saved);
        let mut columns = column::columns(frame, &order.sorted_by);
        if columns.is_empty() {
            return None;
        }
        let nested_field = nested::field(frame);
        let indent = if nested_field.is_some() { EXPANDER } else { 0.0 };
        let heights = Heights::of(view);
        let cells = heights.cells(view, frame, context.fonts, &display);
        for column in &mut columns {
            (column.gauges, column.number_width) = (cells.gauges(column), cells.number_width(column));
        }
        let footer = footer::footer(&columns, &order.rows, &display, saved);
        let scale = column::set_widths(&mut columns, size.width - indent, |index, column| {
            column::content_width(column, &cells, &order.rows).max(footer.content_width(index, context.fonts))
        });
        columns.iter_mut().for_each(|column| column.x += indent);
        let header = Header::new(&columns, options::flag(saved, "showHeader", true), saved, context.fonts);
        let heights_of = |row: usize| heights.row(&columns, &cells, row);
        let mut table = Table {
            view,
            frame,
            scale,
            header,
            items: Vec::new(),
            nested: Vec::new(),
            has_nested: nested_field.is_some(),
            all: order.rows.len(),
            limit,
            footer,
            heights,
            columns: Vec::new(),
        };
        match limit {
            Rows::Most(most) => {
                let mut left = most.max(1);
                for row in order.rows {
                    let inner = nested_field.and_then(|f| nested::read(f, row, size.width / scale, view, saved, context.fonts, &display));
                    table.all += inner.as_ref().map_or(0, |inner| inner.rows.len());
                    if left > 0 {
                        left -= 1;
                        table.push_row(row, heights_of(row).min(TALLEST_ROW), inner, &mut left, context, &display);
                    }
                }
            }
            Rows::Fitting => {
                let choice = if view.frames.len() > 1 { FRAME_CHOICE } else { 0.0 };
                let body = (size.height - choice) / scale - table.header.height - table.footer.height;
                let shown = fitting(order.rows.iter().map(|row| heights_of(*row)), body);
                for (row, height) in order.rows.into_iter().zip(shown) {
                    table.items.push(Item { lines: vec![(Line::Row(row), height)], height });
                }
            }
        }
        table.columns = columns;
        Some(table)
    }

    /// A row with the table it holds: its beginning stays with the row.
    fn push_row(
        &mut self,
        row: usize,
        height: f64,
        inner: Option<Nested>,
        left: &mut usize,
        context: &PanelContext,
        display: &DisplayContext,
    ) {
        let mut item = Item::default();
        item.push(Line::Row(row), height);
        if let Some(mut inner) = inner {
            let number = self.nested.len();
            if inner.frame.is_empty() {
                item.push(Line::InnerEmpty, nested::NO_ROWS + 2.0 * PADDING);
            } else {
                inner.rows.truncate(*left);
                let rows = &inner.rows;
                let cells = self.heights.cells(self.view, &inner.frame, context.fonts, display);
                let columns = inner.columns(&cells);
                let shown = rows.len();
                *left -= shown;
                if shown > 0 {
                    let saved = &self.view.panel.options;
                    item.push(Line::InnerHead(number), PADDING + Header::new(&columns, inner.has_header, saved, context.fonts).height);
                }
                for (index, inner_row) in rows.iter().enumerate() {
                    let below = if index + 1 == shown { PADDING } else { 0.0 };
                    let height = self.heights.row(&columns, &cells, *inner_row).min(TALLEST_ROW) + below;
                    item.push(Line::Inner(number, *inner_row), height);
                    self.items.push(std::mem::take(&mut item));
                }
            }
            self.nested.push(inner);
        }
        if !item.lines.is_empty() {
            self.items.push(item);
        }
    }

    /// Rows that are shown.
    fn shown(&self) -> usize {
        self.items.iter().map(Item::rows).sum()
    }

    /// Rows that are not shown.
    fn left(&self) -> usize {
        self.all - self.shown()
    }

    fn choice(&self) -> f64 {
        if self.view.frames.len() > 1 { FRAME_CHOICE } else { 0.0 }
    }

    /// How many parts there are between which the table may go on over pages.
    pub fn len(&self) -> usize {
        self.items.len()
    }

    fn body(&self, part: Range<usize>, last: bool, size: Size, context: &mut PanelContext) -> Vec<Mark> {
        let interpolate = interpolator(&self.view.panel, context.variables);
        let display = DisplayContext { theme: context.theme, zone: context.zone, now_ms: context.now_ms, interpolate: &interpolate };
        let cells = self.heights.cells(self.view, self.frame, context.fonts, &display);
        let footer = if last { self.footer.height } else { 0.0 };
        let ground = if self.view.panel.transparent { context.theme.canvas } else { context.theme.panel };
        let border = over(ink(context.theme.border_weak), ink(ground));
        let mut rules = Rules::new(&self.columns, self.has_nested, size.width);
        // Lines and arrows are of the eye only; what is read are tables, those inside rows between the rows they belong to.
        let (mut decoration, mut read) = (Vec::new(), Parts::default());
        // Names first: marks are read in their order.
        if self.header.height > 0.0 {
            read.push(None, self.header.draw(&self.columns, context.fonts, context.theme));
        }
        let mut y = 0.0;
        rules.row(y, self.header.height);
        y += self.header.height;
        let lines = self.items.get(part).unwrap_or_default().iter().flat_map(|item| &item.lines);
        for (line, height) in lines {
            match line {
                Line::Row(row) => {
                    if self.has_nested {
                        decoration.push(expander(y + height / 2.0, matches!(self.limit, Rows::Most(_)), ink(context.theme.text_primary)));
                    }
                    read.push(None, cells.row(&self.columns, *row, y, *height));
                    rules.row(y, *height);
                }
                Line::InnerHead(number) | Line::Inner(number, _) => {
                    let Some(inner) = self.nested.get(*number) else { continue };
                    let row = if let Line::Inner(_, row) = line { Some(*row) } else { None };
                    let cells = self.heights.cells(self.view, &inner.frame, context.fonts, &display);
                    let (mark, lines) = self.inner(inner, row, y, *height, border, &cells);
                    if let Some(mark) = mark {
                        read.push(Some(*number), mark);
                    }
                    decoration.push(lines);
                    rules.inner(y, *height, row.is_some() && inner.rows.last().copied() == row);
                }
                Line::InnerEmpty => {
                    let room = Size::new(size.width, *height);
                    read.other(Mark::at(0.0, y, notice::no_data("No data", room, context)));
                    rules.inner(y, *height, true);
                }
            }
            y += height;
        }
        if footer > 0.0 {
            read.push(None, footer::draw(&self.footer, &self.columns, size.height - footer, context));
        }
        let mut marks = read.finish();
        marks.extend(decoration);
        marks.push(rules.mark(size, footer, border));
        if self.all == 0 {
            let room = Size::new(size.width, (size.height - self.header.height - footer).max(20.0));
            marks.push(Mark::at(0.0, self.header.height, notice::no_data("No data", room, context)));
        }
        if last && self.left() > 0 {
            marks.push(self.note(Rect::new(0.0, y, size.width - PADDING, size.height - footer), context));
        }
        if footer > 0.0 {
            let top = size.height - footer;
            let line = Segment::new((0.0, top + 0.5), (size.width, top + 0.5)).to_path(0.1);
            marks.push(Mark::stroke(line, border, 1.0));
        }
        marks
    }

    /// The names of a table inside, or one of its rows; and the lines around it.
    fn inner(&self, inner: &Nested, row: Option<usize>, y: f64, height: f64, border: scene::Color, cells: &Cells) -> (Option<Mark>, Mark) {
        let columns = inner.columns(cells);
        let is_last = row.is_some() && inner.rows.last().copied() == row;
        let own = height - if row.is_none() || is_last { PADDING } else { 0.0 };
        let place = Vec2::new(nested::LEFT, y + if row.is_none() { PADDING } else { 0.0 });
        let mark = match row {
            Some(row) => Some(cells.row(&columns, row, 0.0, own)),
            None => {
                let header = Header::new(&columns, inner.has_header, &self.view.panel.options, cells.fonts);
                (header.height > 0.0).then(|| header.draw(&columns, cells.fonts, cells.context.theme))
            }
        };
        let mut rules = Rules::new(&columns, false, inner.width());
        rules.row(0.0, own);
        let lines = Mark::at(place.x, place.y, vec![rules.mark(Size::new(inner.width(), own), 0.0, border)]);
        (mark.map(|mark| moved(mark, place)), lines)
    }

    /// A word on the rows that are not here, for the reader and for the warnings.
    fn note(&self, area: Rect, context: &mut PanelContext) -> Mark {
        let left = self.left();
        (context.warn)(format!("{left} of {} rows are left out", self.all));
        // As on screen, where one leafs through such a table.
        let saved = &self.view.panel.options;
        let pages = options::flag(saved, "enablePagination", false) || options::flag(saved, "footer.enablePagination", false);
        let text = match self.limit == Rows::Fitting && pages {
            true => format!("1 - {} of {} rows", self.shown(), self.all),
            false => format!("… {left} more row{}", if left == 1 { "" } else { "s" }),
        };
        drawing::line_in(context.fonts, &text, &TextStyle::sans(12.0), area, Align::Right, ink(context.theme.text_secondary))
    }
}

impl Body for Table<'_> {
    fn extent(&self) -> Extent {
        let empty = if self.items.is_empty() { EMPTY_BODY } else { 0.0 };
        let note = if self.left() > 0 { NOTE } else { 0.0 };
        Extent {
            head: (self.header.height + empty) * self.scale,
            rows: self.items.iter().map(|item| item.height * self.scale).collect(),
            foot: (self.footer.height + note) * self.scale + self.choice(),
            ..Extent::default()
        }
    }

    /// Draws the part that holds `part` of the rows: its names above, and below the last row what ends the table.
    fn draw(&mut self, part: Range<usize>, size: Size, context: &mut PanelContext) -> Vec<Mark> {
        let mut marks = Vec::new();
        let mut size = size;
        let last = part.end >= self.items.len();
        if last && self.view.frames.len() > 1 {
            marks.extend(frame_choice(self.frame, self.view.frames.len(), size, context));
            size.height -= FRAME_CHOICE;
        }
        let own = self.body(part, last, size / self.scale, context);
        if self.scale < 1.0 {
            marks.push(Mark::Group(Group { transform: Affine::scale(self.scale), marks: own, ..Group::default() }));
        } else {
            marks.extend(own);
        }
        marks
    }
}

/// Rows gathered into the tables they are read in: a table's rows all have as many cells.
#[derive(Default)]
struct Parts {
    done: Vec<Mark>,
    /// The table inside whose rows these are, if any.
    of: Option<usize>,
    rows: Vec<Mark>,
}

impl Parts {
    fn push(&mut self, of: Option<usize>, row: Mark) {
        if self.of != of {
            self.close();
            self.of = of;
        }
        self.rows.push(row);
    }

    fn other(&mut self, mark: Mark) {
        self.close();
        self.done.push(mark);
    }

    fn close(&mut self) {
        if !self.rows.is_empty() {
            self.done.push(drawing::role(Role::Table, std::mem::take(&mut self.rows)));
        }
    }

    fn finish(mut self) -> Vec<Mark> {
        self.close();
        self.done
    }
}

/// A row elsewhere: its group itself moves, for a table holds rows and nothing between.
fn moved(row: Mark, by: Vec2) -> Mark {
    match row {
        Mark::Group(group) => Mark::Group(Group { transform: Affine::translate(by) * group.transform, ..group }),
        other => Mark::at(by.x, by.y, vec![other]),
    }
}

/// Heights of the rows that have room in `body` px, with the note on the others where not all have.
fn fitting(mut heights: impl Iterator<Item = f64>, body: f64) -> Vec<f64> {
    let mut shown = Vec::new();
    let mut used = 0.0;
    for height in heights.by_ref() {
        used += height;
        shown.push(height);
        if used > body + 0.5 {
            while let Some(height) = shown.pop() {
                used -= height;
                if used <= body - NOTE + 0.5 {
                    break;
                }
            }
            break;
        }
    }
    shown
}

/// Several frames: on screen a list to choose from; on paper the name of the one shown and how many there are.
fn frame_choice(frame: &Frame, count: usize, size: Size, context: &PanelContext) -> Vec<Mark> {
    let area = Rect::new(0.0, size.height - 32.0, size.width, size.height);
    let edge = drawing::rounded(area.inset(-0.5), 6.0).to_path(0.05);
    let inner = area.inset((-8.0, 0.0));
    let name = frame_display_name(frame, None);
    let others = format!("1 of {count}");
    vec![
        Mark::stroke(edge, ink(context.theme.border_medium), 1.0),
        drawing::line_in(
            context.fonts,
            &name,
            &text_style(),
            Rect { x1: inner.x1 - 60.0, ..inner },
            Align::Left,
            ink(context.theme.text_primary),
        ),
        drawing::line_in(context.fonts, &others, &TextStyle::sans(12.0), inner, Align::Right, ink(context.theme.text_secondary)),
    ]
}
