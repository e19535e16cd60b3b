//! How high rows are.

use grafana::{field::DisplayContext, frame::Frame};
use scene::Fonts;

use super::{
    LINE, PADDING,
    cell::Cells,
    column::{Column, Kind},
};
use crate::{panel::options, view::PanelView};

/// Heights of rows by the panel's settings, px.
#[derive(Clone, Copy, Debug)]
pub struct Heights {
    plain: f64,
    /// The most that text of a row may take, without the space around it.
    limit: f64,
}

impl Heights {
    pub fn of(view: &PanelView) -> Heights {
        let saved = &view.panel.options;
        let plain = match options::text(saved, "cellHeight", "sm") {
            "md" => 42.0,
            "lg" => 48.0,
            _ => 36.0,
        };
        let limit = options::number(saved, "maxRowHeight").filter(|n| *n > 0.0).map_or(f64::INFINITY, |limit| limit.max(LINE));
        Heights { plain, limit }
    }

    /// What the cells of a frame are drawn with.
    pub fn cells<'a>(&self, view: &'a PanelView, frame: &'a Frame, fonts: &'a Fonts, display: &'a DisplayContext<'a>) -> Cells<'a> {
        let most_lines = if self.limit.is_finite() { ((self.limit / LINE) as usize).max(1) } else { usize::MAX };
        Cells { most_lines, ..Cells::new(view, frame, fonts, display) }
    }

    /// One height for all rows, unless text is wrapped or a document.
    pub fn row(&self, columns: &[Column], cells: &Cells, row: usize) -> f64 {
        let tall = columns.iter().filter(|column| column.wraps || column.kind == Kind::Markdown);
        let needed = tall.map(|column| cells.height(column, row)).fold(0.0, f64::max);
        self.plain.max(needed.min(self.limit + 2.0 * PADDING))
    }
}
