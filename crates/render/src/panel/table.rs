//! Rows and columns (`table`): every row that fits, with a word on those that do not.

mod cell;
mod column;
mod footer;
mod order;

use grafana::{
    field::{DisplayContext, frame_display_name},
    frame::Frame,
};
use scene::{
    Group, Mark, TextStyle,
    kurbo::{Affine, BezPath, Line, Rect, Shape, Size},
};

use super::{PanelContext, interpolator, notice, options};
use crate::{
    color_math::over,
    drawing::{self, Align, ink},
    view::PanelView,
};
use cell::Cells;
use column::Column;

pub const PADDING: f64 = 6.0;
pub const LINE: f64 = 22.0;
const HEADER: f64 = 34.0;
/// Height of the note on rows that are left out, px.
const NOTE: f64 = 20.0;
/// Height of the box that names the frame shown, with its space, px.
const FRAME_CHOICE: f64 = 40.0;

pub fn text_style() -> TextStyle {
    TextStyle { letter_spacing_px: 0.15, ..TextStyle::sans(14.0) }
}

pub fn draw(view: &PanelView, size: Size, context: &mut PanelContext) -> Vec<Mark> {
    let saved = &view.panel.options;
    let frames = &view.frames;
    if frames.iter().all(|frame| frame.fields.is_empty()) {
        let own = view.panel.field_config.defaults.no_value.as_deref().filter(|t| !t.is_empty());
        return notice::no_data(own.unwrap_or("No data"), size, context);
    }
    let chosen = options::number(saved, "frameIndex").map_or(0, |n| n.max(0.0) as usize);
    let Some(frame) = frames.get(chosen).or(frames.first()) else { return Vec::new() };
    let mut marks = Vec::new();
    let mut table_size = size;
    if frames.len() > 1 {
        table_size.height -= FRAME_CHOICE;
        marks.extend(frame_choice(frame, frames.len(), size, context));
    }
    marks.extend(draw_frame(view, frame, table_size, context));
    marks
}

fn draw_frame(view: &PanelView, frame: &Frame, size: Size, context: &mut PanelContext) -> Vec<Mark> {
    let saved = &view.panel.options;
    let interpolate = interpolator(&view.panel, context.variables);
    let display = DisplayContext { theme: context.theme, zone: context.zone, now_ms: context.now_ms, interpolate: &interpolate };
    let order = order::rows(frame, saved);
    let mut columns = column::columns(frame, &order.sorted_by);
    if columns.is_empty() {
        return notice::no_data("No data", size, context);
    }
    let cells = Cells { view, frame, fonts: context.fonts, context: &display };
    let footer = footer::footer(&columns, &order.rows, &display, saved);
    let scale = column::set_widths(&mut columns, size.width, |index, column| {
        column::content_width(column, &cells, &order.rows).max(footer.content_width(index, context.fonts))
    });
    let size = size / scale;

    let header = if options::flag(saved, "showHeader", true) { HEADER } else { 0.0 };
    let body = size.height - header - footer.height;
    let heights = row_heights(view, &columns, &order.rows, &cells);
    let total: f64 = heights.iter().sum();
    let room = if total > body + 0.5 { body - NOTE } else { body };
    let mut shown = 0;
    let mut used = 0.0;
    while shown < heights.len() && used + heights[shown] <= room + 0.5 {
        used += heights[shown];
        shown += 1;
    }

    let ground = if view.panel.transparent { context.theme.canvas } else { context.theme.panel };
    let border = over(ink(context.theme.border_weak), ink(ground));
    let mut marks = Vec::new();
    // Names first: marks are read in their order.
    if header > 0.0 {
        marks.extend(header_row(&columns, context));
    }
    let mut y = header;
    for (row, height) in order.rows.iter().zip(&heights).take(shown) {
        marks.extend(cells.row(&columns, *row, y, *height));
        y += height;
    }
    marks.extend(rules(&columns, header, &heights[..shown], size, footer.height, border));
    if order.rows.is_empty() {
        marks.push(Mark::at(0.0, header, notice::no_data("No data", Size::new(size.width, body.max(20.0)), context)));
    }
    if shown < heights.len() {
        let left = heights.len() - shown;
        (context.warn)(format!("{left} of {} rows do not fit the panel", heights.len()));
        let text = format!("{left} more row{}", if left == 1 { "" } else { "s" });
        let area = Rect::new(0.0, y, size.width - PADDING, size.height - footer.height);
        marks.push(drawing::line_in(context.fonts, &text, &TextStyle::sans(12.0), area, Align::Right, ink(context.theme.text_secondary)));
    }
    if footer.height > 0.0 {
        let top = size.height - footer.height;
        marks.extend(footer::draw(&footer, &columns, top, context));
        let line = Line::new((0.0, top + 0.5), (size.width, top + 0.5)).to_path(0.1);
        marks.push(Mark::stroke(line, border, 1.0));
    }
    if scale < 1.0 { vec![Mark::Group(Group { transform: Affine::scale(scale), marks, ..Group::default() })] } else { marks }
}

/// Heights of the rows in their order: one for all, unless text is wrapped.
fn row_heights(view: &PanelView, columns: &[Column], rows: &[usize], cells: &Cells) -> Vec<f64> {
    let plain = match options::text(&view.panel.options, "cellHeight", "sm") {
        "md" => 42.0,
        "lg" => 48.0,
        _ => 36.0,
    };
    let limit = options::number(&view.panel.options, "maxRowHeight").filter(|n| *n > 0.0).unwrap_or(f64::INFINITY);
    let wrapped: Vec<&Column> = columns.iter().filter(|c| c.wraps).collect();
    let height = |row: &usize| {
        let lines = wrapped.iter().map(|c| cells.lines(c, *row)).max().unwrap_or(1);
        f64::max(plain, (lines as f64 * LINE + 2.0 * PADDING).min(limit))
    };
    rows.iter().map(height).collect()
}

fn header_row(columns: &[Column], context: &PanelContext) -> Vec<Mark> {
    let color = ink(context.theme.text_secondary);
    let mut marks = Vec::new();
    for column in columns.iter().filter(|c| !c.header.is_empty()) {
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
    }
    marks
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
