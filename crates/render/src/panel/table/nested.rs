//! Tables inside the rows of a table ("Group to nested tables"). On screen they are folded up until someone opens them; on
//! paper nobody can, so they are drawn open.

use grafana::{
    field::{self, DisplayContext, FieldConfigSource},
    frame::{Field, Frame, Values, frame_from_json},
};
use scene::Fonts;
use serde_json::{Map, Value as Json};

use super::{
    PADDING,
    cell::Cells,
    column::{self, Column},
    order,
};
use crate::view::PanelView;

/// The column of the arrows by which rows are unfolded, px.
pub const EXPANDER: f64 = 50.0;
/// Where an inner table begins, px.
pub const LEFT: f64 = EXPANDER - 1.0;
/// Height of the word that stands for an empty inner table, px.
pub const NO_ROWS: f64 = 60.0;

/// The inner table of one row.
pub struct Nested {
    pub frame: Frame,
    /// Its rows as they are shown.
    pub rows: Vec<usize>,
    pub has_header: bool,
    /// Left end and width of its columns, px from its own left.
    places: Vec<(f64, f64)>,
    sorted_by: Vec<(String, bool)>,
}

impl Nested {
    /// Its columns in their places.
    pub fn columns(&self, cells: &Cells) -> Vec<Column<'_>> {
        let mut columns = column::columns(&self.frame, &self.sorted_by);
        for (column, (x, width)) in columns.iter_mut().zip(&self.places) {
            (column.x, column.width) = (*x, *width);
            (column.gauges, column.number_width) = (cells.gauges(column), cells.number_width(column));
        }
        columns
    }

    pub fn width(&self) -> f64 {
        self.places.last().map_or(0.0, |(x, width)| x + width)
    }
}

/// The field that holds inner tables.
pub fn field(frame: &Frame) -> Option<&Field> {
    frame.fields.iter().find(|field| column::is_nested(field))
}

/// Reads and lays out the inner table of `row` in `width` px. `None` where the row has none.
pub fn read(
    field: &Field,
    row: usize,
    width: f64,
    view: &PanelView,
    saved: &Map<String, Json>,
    fonts: &Fonts,
    context: &DisplayContext,
) -> Option<Nested> {
    let Values::Other(cells) = &field.values else { return None };
    // Of several frames Grafana shows the first.
    let mut frame = frame_from_json(cells.get(row)?.as_array()?.first()?)?;
    // Inner fields have their own settings only, not the panel's.
    field::apply_field_overrides(std::slice::from_mut(&mut frame), &FieldConfigSource::default(), context);
    for inner in &mut frame.fields {
        inner.display_name = Some(inner.name.clone());
    }
    let order = order::rows(&frame, saved);
    let no_header = frame.meta.custom.pointer("/custom/noHeader").and_then(Json::as_bool).unwrap_or(false);
    let places = places(&frame, &order.rows, width, view, fonts, context);
    Some(Nested { rows: order.rows, has_header: !no_header, places, sorted_by: order.sorted_by, frame })
}

fn places(frame: &Frame, rows: &[usize], width: f64, view: &PanelView, fonts: &Fonts, context: &DisplayContext) -> Vec<(f64, f64)> {
    let mut columns = column::columns(frame, &[]);
    let cells = Cells::new(view, frame, fonts, context);
    let scale =
        column::set_widths(&mut columns, (width - LEFT - PADDING).max(1.0), |_, column| column::content_width(column, &cells, rows));
    // The table around it has one scale: where that leaves no room, text is cut.
    columns.iter().map(|column| (column.x * scale, column.width * scale)).collect()
}
