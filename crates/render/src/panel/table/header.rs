//! The row of names above a table.

use std::sync::Arc;

use grafana::{frame::FieldType, theme::Theme};
use scene::{
    Cap, Color, Fonts, Join, Mark, Paint, PathMark, Role, ShapedText, Stroke, TextStyle,
    kurbo::{Arc as Curve, BezPath, Point, Rect, Shape, Vec2},
};
use serde_json::{Map, Value as Json};

use super::{LINE, PADDING, column::Column, text_style};
use crate::{
    drawing::{self, ink},
    panel::options,
};

const LEAST: f64 = 34.0;
/// A name's own line height, px: less than that of cells.
const NAME_LINE: f64 = 20.0;
const ICON: f64 = 14.0;
const ICON_GAP: f64 = 4.0;
/// What an icon takes of a name's room where names wrap, px.
const ICON_ROOM: f64 = 20.0;

/// The names of a table's columns, laid out.
pub struct Header {
    /// px; 0 where the panel shows none.
    pub height: f64,
    has_icons: bool,
}

pub fn style() -> TextStyle {
    text_style().medium()
}

impl Header {
    /// Where the panel shows no names it has no height.
    pub fn new(columns: &[Column], is_shown: bool, saved: &Map<String, Json>, fonts: &Fonts) -> Header {
        let has_icons = options::flag(saved, "showTypeIcons", false);
        let mut header = Header { height: 0.0, has_icons };
        if is_shown {
            let lines = columns.iter().filter(|column| column.wraps_header).map(|column| header.lines(column, fonts).len());
            header.height = lines.max().map_or(LEAST, |lines| (lines as f64 * LINE + PADDING).max(LEAST));
        }
        header
    }

    fn lines(&self, column: &Column, fonts: &Fonts) -> Vec<Arc<ShapedText>> {
        let icons = f64::from(u8::from(column.sorted.is_some())) + f64::from(u8::from(self.has_icons));
        let room = column.width - 2.0 * PADDING - icons * ICON_ROOM;
        match column.wraps_header {
            true => fonts.wrap(&column.header, &style(), (room - 2.0).max(1.0)),
            false => vec![fonts.ellipsize(&column.header, &style(), room.max(1.0))],
        }
    }

    /// The names as the table's first row.
    pub fn draw(&self, columns: &[Column], fonts: &Fonts, theme: &Theme) -> Mark {
        let color = ink(theme.text_secondary);
        let count = columns.len();
        let cell = |(index, column)| drawing::role(Role::HeaderCell, self.cell(column, index + 1 < count, fonts, color));
        drawing::role(Role::Row, columns.iter().enumerate().map(cell).collect())
    }

    fn cell(&self, column: &Column, has_line: bool, fonts: &Fonts, color: Color) -> Vec<Mark> {
        let mut marks = Vec::new();
        if column.header.is_empty() {
            return marks;
        }
        let lines = self.lines(column, fonts);
        let widest = lines.iter().map(|line| line.width_px).fold(0.0, f64::max);
        let before = if self.has_icons { ICON + ICON_GAP } else { 0.0 };
        let after = if column.sorted.is_some() { ICON_GAP + ICON } else { 0.0 };
        let room = column.width - 2.0 * PADDING - if has_line { 1.0 } else { 0.0 };
        let left = column.x + PADDING + column.align.offset(room, before + widest + after).max(0.0);
        // The line under it is the cell's own.
        let bottom = self.height - 1.0 - PADDING;
        let top = bottom - lines.len() as f64 * NAME_LINE;
        if self.has_icons {
            marks.extend(type_icon(column.field.kind, Point::new(left, (top + bottom - ICON) / 2.0), color));
        }
        for (index, line) in lines.into_iter().enumerate() {
            let base = drawing::baseline(top + index as f64 * NAME_LINE, NAME_LINE, 14.0);
            marks.push(drawing::shaped(line, left + before, base, color));
        }
        if let Some(descending) = column.sorted {
            marks.push(arrow(Point::new(left + before + widest + ICON_GAP + 5.0, bottom - NAME_LINE / 2.0), descending, color));
        }
        marks
    }
}

fn arrow(center: Point, descending: bool, color: Color) -> Mark {
    let (Point { x, y }, sign) = (center, if descending { 1.0 } else { -1.0 });
    let mut path = BezPath::new();
    path.move_to((x, y - 4.5 * sign));
    path.line_to((x, y + 4.5 * sign));
    path.move_to((x - 3.5, y + sign));
    path.line_to((x, y + 4.5 * sign));
    path.line_to((x + 3.5, y + sign));
    Mark::stroke(path, color, 1.3)
}

/// What kind of values a column holds, drawn by our own hand in a square of 14 px.
fn type_icon(kind: FieldType, at: Point, color: Color) -> Vec<Mark> {
    let mut path = BezPath::new();
    let mut line = |points: &[(f64, f64)]| {
        for (index, (x, y)) in points.iter().enumerate() {
            let point = at + Vec2::new(*x, *y);
            if index == 0 { path.move_to(point) } else { path.line_to(point) }
        }
    };
    match kind {
        FieldType::Time => line(&[(7.0, 4.0), (7.0, 7.0), (4.5, 7.0)]),
        FieldType::Number => {
            line(&[(5.0, 2.0), (4.0, 12.0)]);
            line(&[(10.0, 2.0), (9.0, 12.0)]);
            line(&[(2.5, 5.0), (12.0, 5.0)]);
            line(&[(2.0, 9.0), (11.5, 9.0)]);
        }
        FieldType::String => {
            line(&[(2.5, 12.0), (7.0, 2.0), (11.5, 12.0)]);
            line(&[(4.3, 8.5), (9.7, 8.5)]);
        }
        FieldType::Boolean => {}
        FieldType::Enum => {
            for y in [3.0, 7.0, 11.0] {
                line(&[(2.0, y), (3.0, y)]);
                line(&[(5.5, y), (12.0, y)]);
            }
        }
        FieldType::Geo => line(&[(7.0, 12.0), (3.0, 6.5), (3.0, 4.0), (5.0, 2.0), (9.0, 2.0), (11.0, 4.0), (11.0, 6.5), (7.0, 12.0)]),
        FieldType::Frame | FieldType::Other => {
            line(&[(5.0, 2.0), (3.5, 3.0), (3.5, 6.0), (2.0, 7.0), (3.5, 8.0), (3.5, 11.0), (5.0, 12.0)]);
            line(&[(9.0, 2.0), (10.5, 3.0), (10.5, 6.0), (12.0, 7.0), (10.5, 8.0), (10.5, 11.0), (9.0, 12.0)]);
        }
    }
    let center = at + Vec2::new(7.0, 7.0);
    if kind == FieldType::Time {
        path.extend(Curve::new(center, (5.5, 5.5), 0.0, std::f64::consts::TAU, 0.0).path_elements(0.05));
    }
    if kind == FieldType::Boolean {
        path.extend(drawing::rounded(Rect::from_center_size(center, (12.0, 7.0)), 3.5).path_elements(0.05));
        path.extend(Curve::new(center + Vec2::new(2.5, 0.0), (1.5, 1.5), 0.0, std::f64::consts::TAU, 0.0).path_elements(0.05));
    }
    let stroke = Stroke { paint: Paint::Solid(color), width_px: 1.1, dash: Vec::new(), cap: Cap::Round, join: Join::Round };
    vec![Mark::Path(PathMark { path, fill: None, stroke: Some(stroke) })]
}
