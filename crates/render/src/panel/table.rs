//! Rows and columns (`table`): all rows over as many pages as they need, or those that fit with a word on the others.

mod cell;
mod column;
mod footer;
mod order;

use std::ops::Range;

use grafana::{
    field::{DisplayContext, NameContext, frame_display_name},
    frame::Frame,
};
use scene::{
    Group, Mark, Role, TextStyle,
    kurbo::{Affine, BezPath, Line, Rect, Shape, Size},
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
use column::{Column, Kind};
use footer::Footer;

pub const PADDING: f64 = 6.0;
pub const LINE: f64 = 22.0;
const HEADER: f64 = 34.0;
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
        return table.draw(0..table.rows.len(), size, context);
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
    header: f64,
    /// Rows of the frame that are shown, in order.
    rows: Vec<usize>,
    heights: Vec<f64>,
    /// Rows there are.
    all: usize,
    limit: Rows,
    footer: Footer,
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
        let cells = Cells { view, frame, fonts: context.fonts, context: &display, names: names(frame) };
        for column in &mut columns {
            (column.gauges, column.number_width) = (cells.gauges(column), cells.number_width(column));
        }
        let footer = footer::footer(&columns, &order.rows, &display, saved);
        let scale = column::set_widths(&mut columns, size.width, |index, column| {
            column::content_width(column, &cells, &order.rows).max(footer.content_width(index, context.fonts))
        });
        let header = if options::flag(saved, "showHeader", true) { HEADER } else { 0.0 };
        let mut rows = order.rows;
        let all = rows.len();
        let heights = match limit {
            Rows::Most(most) => {
                rows.truncate(most.max(1));
                RowHeights::new(view, &columns, &cells).of(&rows).map(|height| height.min(TALLEST_ROW)).collect()
            }
            Rows::Fitting => {
                let choice = if view.frames.len() > 1 { FRAME_CHOICE } else { 0.0 };
                let body = (size.height - choice) / scale - header - footer.height;
                fitting(RowHeights::new(view, &columns, &cells).of(&rows), body)
            }
        };
        rows.truncate(heights.len());
        Some(Table { view, frame, columns, scale, header, rows, heights, all, limit, footer })
    }

    /// Rows that are not shown.
    fn left(&self) -> usize {
        self.all - self.rows.len()
    }

    fn choice(&self) -> f64 {
        if self.view.frames.len() > 1 { FRAME_CHOICE } else { 0.0 }
    }

    fn body(&self, part: Range<usize>, last: bool, size: Size, context: &mut PanelContext) -> Vec<Mark> {
        let interpolate = interpolator(&self.view.panel, context.variables);
        let display = DisplayContext { theme: context.theme, zone: context.zone, now_ms: context.now_ms, interpolate: &interpolate };
        let cells = Cells { view: self.view, frame: self.frame, fonts: context.fonts, context: &display, names: names(self.frame) };
        let footer = if last { self.footer.height } else { 0.0 };
        let rows = self.rows.get(part.clone()).unwrap_or_default();
        let heights = self.heights.get(part).unwrap_or_default();
        let ground = if self.view.panel.transparent { context.theme.canvas } else { context.theme.panel };
        let border = over(ink(context.theme.border_weak), ink(ground));
        let mut lines = Vec::new();
        // Names first: marks are read in their order.
        if self.header > 0.0 {
            lines.push(header_row(&self.columns, context));
        }
        let mut y = self.header;
        for (row, height) in rows.iter().zip(heights) {
            lines.push(cells.row(&self.columns, *row, y, *height));
            y += height;
        }
        if footer > 0.0 {
            lines.push(footer::draw(&self.footer, &self.columns, size.height - footer, context));
        }
        let mut marks = vec![drawing::role(Role::Table, lines)];
        marks.extend(rules(&self.columns, self.header, heights, size, footer, border));
        if self.all == 0 {
            let room = Size::new(size.width, (size.height - self.header - footer).max(20.0));
            marks.push(Mark::at(0.0, self.header, notice::no_data("No data", room, context)));
        }
        if last && self.left() > 0 {
            marks.push(self.note(Rect::new(0.0, y, size.width - PADDING, size.height - footer), context));
        }
        if footer > 0.0 {
            let top = size.height - footer;
            let line = Line::new((0.0, top + 0.5), (size.width, top + 0.5)).to_path(0.1);
            marks.push(Mark::stroke(line, border, 1.0));
        }
        marks
    }

    /// A word on the rows that are not here, for the reader and for the warnings.
    fn note(&self, area: Rect, context: &mut PanelContext) -> Mark {
        let left = self.left();
        (context.warn)(format!("{left} of {} rows are left out", self.all));
        // As on screen, where one leafs through such a table.
        let leafed = self.limit == Rows::Fitting && options::flag(&self.view.panel.options, "enablePagination", false);
        let text = match leafed {
            true => format!("1 - {} of {} rows", self.rows.len(), self.all),
            false => format!("… {left} more row{}", if left == 1 { "" } else { "s" }),
        };
        drawing::line_in(context.fonts, &text, &TextStyle::sans(12.0), area, Align::Right, ink(context.theme.text_secondary))
    }
}

impl Body for Table<'_> {
    fn extent(&self) -> Extent {
        let empty = if self.rows.is_empty() { EMPTY_BODY } else { 0.0 };
        let note = if self.left() > 0 { NOTE } else { 0.0 };
        Extent {
            head: (self.header + empty) * self.scale,
            rows: self.heights.iter().map(|height| height * self.scale).collect(),
            foot: (self.footer.height + note) * self.scale + self.choice(),
            ..Extent::default()
        }
    }

    /// Draws the part that holds `part` of the rows: its names above, and below the last row what ends the table.
    fn draw(&mut self, part: Range<usize>, size: Size, context: &mut PanelContext) -> Vec<Mark> {
        let mut marks = Vec::new();
        let mut size = size;
        let last = part.end >= self.rows.len();
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

fn names(frame: &Frame) -> NameContext {
    NameContext::of(std::slice::from_ref(frame))
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

/// Heights of rows: one for all, unless text is wrapped.
struct RowHeights<'a> {
    plain: f64,
    limit: f64,
    /// Columns whose cells may need more than one line.
    tall: Vec<&'a Column<'a>>,
    cells: &'a Cells<'a>,
}

impl<'a> RowHeights<'a> {
    fn new(view: &PanelView, columns: &'a [Column<'a>], cells: &'a Cells<'a>) -> RowHeights<'a> {
        let plain = match options::text(&view.panel.options, "cellHeight", "sm") {
            "md" => 42.0,
            "lg" => 48.0,
            _ => 36.0,
        };
        let limit = options::number(&view.panel.options, "maxRowHeight").filter(|n| *n > 0.0).unwrap_or(f64::INFINITY);
        RowHeights { plain, limit, tall: columns.iter().filter(|c| c.wraps || c.kind == Kind::Markdown).collect(), cells }
    }

    /// In the order of `rows`; a row is measured when it is asked for.
    fn of(&self, rows: &[usize]) -> impl Iterator<Item = f64> {
        rows.iter().map(|row| {
            let needed = self.tall.iter().map(|c| self.cells.height(c, *row)).fold(0.0, f64::max);
            f64::max(self.plain, needed.min(self.limit))
        })
    }
}

fn header_row(columns: &[Column], context: &PanelContext) -> Mark {
    let color = ink(context.theme.text_secondary);
    let mut cells = Vec::new();
    for column in columns {
        let mut marks = Vec::new();
        let arrow = if column.sorted.is_some() { 16.0 } else { 0.0 };
        let area = Rect::new(column.x + PADDING, HEADER - PADDING - LINE, column.x + column.width - PADDING - arrow, HEADER - PADDING);
        let text = context.fonts.ellipsize(&column.header, &text_style(), area.width().max(1.0));
        let x = area.x0 + column.align.offset(area.width(), text.width_px).max(0.0);
        let end = x + text.width_px;
        marks.push(drawing::shaped(text, x, drawing::baseline(area.y0, LINE, 14.0), color));
        if let Some(descending) = column.sorted {
            let (center, sign) = (area.center().y, if descending { 1.0 } else { -1.0 });
            let mut path = BezPath::new();
            path.move_to((end + 9.0, center - 4.5 * sign));
            path.line_to((end + 9.0, center + 4.5 * sign));
            path.move_to((end + 5.5, center + sign));
            path.line_to((end + 9.0, center + 4.5 * sign));
            path.line_to((end + 12.5, center + sign));
            marks.push(Mark::stroke(path, color, 1.3));
        }
        cells.push(drawing::role(Role::HeaderCell, marks));
    }
    drawing::role(Role::Row, cells)
}

/// Lines under rows and between columns.
fn rules(columns: &[Column], header: f64, heights: &[f64], size: Size, footer: f64, color: scene::Color) -> Vec<Mark> {
    let mut path = BezPath::new();
    let width = columns.last().map_or(size.width, |c| c.x + c.width);
    let mut y = header;
    let mut across = |y: f64| {
        path.move_to((0.0, y - 0.5));
        path.line_to((width, y - 0.5));
    };
    if header > 0.0 {
        across(y);
    }
    for height in heights {
        y += height;
        across(y);
    }
    for column in columns.iter().skip(1) {
        path.move_to((column.x - 0.5, 0.0));
        path.line_to((column.x - 0.5, y));
        if footer > 0.0 {
            path.move_to((column.x - 0.5, size.height - footer));
            path.line_to((column.x - 0.5, size.height));
        }
    }
    vec![Mark::stroke(path, color, 1.0)]
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
