//! Pictures in cells.

use grafana::frame::Value;
use scene::{Image, Mark, kurbo::Rect};
use serde_json::Value as Json;

use super::{Cells, link::linked, option};
use crate::panel::table::{PADDING, column::Column};

impl Cells<'_> {
    pub(super) fn has_picture(&self, column: &Column, row: usize) -> bool {
        matches!(column.field.values.get(row), Value::String(address) if self.view.pictures.by_url.contains_key(&address))
    }

    /// The picture a cell names, as large as the cell has room for. `None` where it was not read: its address then stands there,
    /// as Grafana shows what it cannot load.
    pub(super) fn picture(&self, column: &Column, row: usize, area: Rect) -> Option<Vec<Mark>> {
        let Value::String(address) = column.field.values.get(row) else { return None };
        let data = self.view.pictures.by_url.get(&address)?;
        let (format, width, height) = Image::probe(data)?;
        let room = area.inset(-PADDING);
        let (width, height) = (f64::from(width), f64::from(height));
        let scale = (room.width() / width).min(room.height() / height);
        let rect = Rect::from_center_size(room.center(), (width * scale, height * scale));
        let word = |key| option(column.field, key).and_then(Json::as_str).filter(|text| !text.is_empty());
        let alt = word("alt").or(word("title")).unwrap_or("picture").to_owned();
        let mark = Mark::Image(Image { rect, format, data: data.clone(), alt });
        Some(vec![match self.first_link(column, row) {
            Some(address) => linked(address, area, vec![mark]),
            None => mark,
        }])
    }
}
