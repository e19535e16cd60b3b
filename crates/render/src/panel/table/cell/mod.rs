//! What stands in one cell.

mod gauge;
mod json;
mod link;
mod look;
mod picture;
mod pill;
mod sparkline;
mod text;

use grafana::{
    field::{self, DisplayContext, DisplayValue, NameContext},
    frame::{Field, Frame},
};
use scene::{Fonts, Mark, Role, kurbo::Rect};
use serde_json::Value as Json;

use super::{
    LINE, PADDING,
    column::{Column, Kind},
};
use crate::{
    drawing,
    rich_text::{flow, html, markdown},
    view::PanelView,
};

pub use gauge::Gauges;
pub use look::Ruling;

/// What all cells of a table are drawn with.
pub struct Cells<'a> {
    pub view: &'a PanelView,
    pub frame: &'a Frame,
    pub fonts: &'a Fonts,
    pub context: &'a DisplayContext<'a>,
    pub names: NameContext,
    /// The column that colours whole rows.
    pub ruling: Option<Ruling<'a>>,
    /// Lines of wrapped text that a cell may show.
    pub most_lines: usize,
}

impl<'a> Cells<'a> {
    pub fn new(view: &'a PanelView, frame: &'a Frame, fonts: &'a Fonts, context: &'a DisplayContext<'a>) -> Cells<'a> {
        let names = NameContext::of(std::slice::from_ref(frame));
        Cells { view, frame, fonts, context, names, ruling: Ruling::of(frame), most_lines: usize::MAX }
    }

    fn display(&self, column: &Column, row: usize) -> DisplayValue {
        field::display_value(column.field, &column.field.values.get(row), None, self.context)
    }

    /// The text of a cell, its lines as they are.
    fn text(&self, column: &Column, row: usize) -> String {
        match column.kind {
            Kind::DataLinks => self.link_titles(column, row).join("  "),
            Kind::Actions => self.action_titles(column, row).join("  "),
            Kind::Markdown => flow::plain_text(&self.document_nodes(column, row)),
            _ if column.is_json() => json::spread(&column.field.values.get(row), &self.display(column, row)),
            _ => self.display(column, row).full(),
        }
    }

    /// Width of a cell's content when nothing is cut, px.
    pub fn text_width(&self, column: &Column, row: usize) -> f64 {
        match column.kind {
            Kind::Gauge(..) | Kind::Sparkline { .. } => 120.0,
            Kind::Image if self.has_picture(column, row) => 48.0,
            Kind::Pill => self.pills_width(column, row),
            Kind::Actions => self.actions_width(column, row),
            _ => self.fonts.width(text::beginning(&text::one_line(&self.text(column, row)), 200), &column.style()),
        }
    }

    /// Height a cell needs, px: that of its lines, or of its document. 0 where one line is enough.
    pub fn height(&self, column: &Column, row: usize) -> f64 {
        match column.kind {
            Kind::Markdown => self.document(column, row).height + 2.0 * PADDING,
            _ if !column.wraps => 0.0,
            Kind::Pill => self.pills_height(column, row) + 2.0 * PADDING,
            Kind::DataLinks => column.field.config.links.len().max(1) as f64 * LINE + 2.0 * PADDING,
            Kind::Auto | Kind::ColorText | Kind::ColorBackground { .. } | Kind::Json | Kind::Geo => {
                self.wrapped(column, row).len().max(1) as f64 * LINE + 2.0 * PADDING
            }
            _ => 0.0,
        }
    }

    fn document_nodes(&self, column: &Column, row: usize) -> Vec<html::Node> {
        html::parse_sanitized(&markdown::to_html(&self.display(column, row).text))
    }

    fn document(&self, column: &Column, row: usize) -> flow::Laid {
        let width = (column.width - 2.0 * PADDING).max(1.0);
        flow::lay_out(&self.document_nodes(column, row), width, self.context.theme, self.fonts, &self.view.pictures.by_url)
    }

    /// All cells of a row whose top is at `y`.
    pub fn row(&self, columns: &[Column], row: usize, y: f64, height: f64) -> Mark {
        let row_look = self.ruling.as_ref().map(|ruling| ruling.look(row, self.context)).unwrap_or_default();
        let mut marks = Vec::new();
        for (index, column) in columns.iter().enumerate() {
            let area = Rect::new(column.x, y, column.x + column.width, y + height);
            let look = self.look(column, row, &row_look);
            let mut own: Vec<Mark> = look.ground(area, self.context.theme.is_dark).into_iter().collect();
            // Lines between cells stand on the cells' own ground.
            let line = if index + 1 < columns.len() { 1.0 } else { 0.0 };
            let inside = Rect { x1: area.x1 - line, y1: area.y1 - 1.0, ..area };
            own.extend(self.content(column, row, inside, &look));
            marks.push(drawing::role(Role::Cell, own));
        }
        drawing::role(Role::Row, marks)
    }

    fn content(&self, column: &Column, row: usize, area: Rect, look: &look::Look) -> Vec<Mark> {
        let inner = area.inset((-PADDING, 0.0));
        if inner.width() <= 1.0 {
            return Vec::new();
        }
        match column.kind {
            Kind::Gauge(mode, number) => self.gauge(column, row, inner, mode, number),
            Kind::Pill => self.pills(column, row, area),
            Kind::Sparkline { with_value } => self.sparkline(column, row, inner, with_value, look),
            Kind::DataLinks => self.data_links(column, row, inner, look),
            Kind::Actions => self.actions(column, row, area),
            Kind::Image => self.picture(column, row, area).unwrap_or_else(|| self.text_cell(column, row, area, look)),
            Kind::Markdown => {
                let document = self.document(column, row);
                let top = (area.center().y - document.height / 2.0).max(area.y0 + PADDING);
                vec![Mark::clipped(area, vec![Mark::at(inner.x0, top, document.marks)])]
            }
            Kind::Auto | Kind::ColorText | Kind::ColorBackground { .. } | Kind::Json | Kind::Geo => self.text_cell(column, row, area, look),
        }
    }
}

/// Values may be many: a copy to change the config of needs none.
fn field_without_values(field: &Field) -> Field {
    Field {
        name: field.name.clone(),
        kind: field.kind,
        labels: field.labels.clone(),
        config: field.config.clone(),
        display_name: field.display_name.clone(),
        series_index: field.series_index,
        ..Field::default()
    }
}

/// A setting of the cell (`custom.cellOptions.…`).
fn option<'a>(field: &'a Field, key: &str) -> Option<&'a Json> {
    field.config.custom.get("cellOptions")?.get(key)
}
