//! Gauges in cells.

use grafana::field::{self, FieldColor, Threshold, ThresholdsConfig};
use grafana::frame::Field;
use scene::{
    Mark,
    kurbo::{Rect, Size},
};

use super::{Cells, field_without_values};
use crate::{
    bar_gauge::{BarGauge, DisplayMode, Look, NamePlacement, ValueMode},
    panel::{
        repeater::Alignment,
        table::{
            PADDING,
            column::{Column, Kind},
        },
    },
};

/// What the gauges of a column share: its field with a settled scale and no values, and its longest text.
pub struct Gauges {
    field: Field,
    longest: String,
}

impl Cells<'_> {
    /// What the gauges of a column share.
    pub fn gauges(&self, column: &Column) -> Option<Gauges> {
        if !matches!(column.kind, Kind::Gauge(..)) {
            return None;
        }
        let range = field::field_range(column.field);
        let mut own = field_without_values(column.field);
        own.config.min = own.config.min.or(range.min);
        own.config.max = own.config.max.or(range.max);
        if own.config.thresholds.is_none() {
            own.config.thresholds = Some(ThresholdsConfig {
                steps: vec![
                    Threshold { value: f64::NEG_INFINITY, color: "blue".to_owned() },
                    Threshold { value: 20.0, color: "green".to_owned() },
                ],
                ..ThresholdsConfig::default()
            });
            own.config.color.get_or_insert_with(|| FieldColor { mode: "thresholds".to_owned(), ..FieldColor::default() });
        }
        let longest = (0..column.field.values.len().min(1000))
            .map(|row| self.display(column, row).full())
            .fold(String::new(), |best, text| if text.chars().count() > best.chars().count() { text } else { best });
        Some(Gauges { field: own, longest })
    }

    pub(super) fn gauge(&self, column: &Column, row: usize, inner: Rect, mode: DisplayMode, number: ValueMode) -> Vec<Mark> {
        let Some(Gauges { field: own, longest }) = &column.gauges else { return Vec::new() };
        let mut value = field::display_value(own, &column.field.values.get(row), None, self.context);
        value.title = None;
        let longest = if value.full().chars().count() > longest.chars().count() { value.full() } else { longest.clone() };
        let look = Look {
            display_mode: mode,
            value_mode: number,
            placement: NamePlacement::Hidden,
            unfilled: true,
            title_size: None,
            value_size: Some(14.0),
            spacing: 1.0,
            lcd_cell: 8.0,
        };
        let height = (inner.height() - 2.0 * PADDING).min(48.0);
        let gauge = BarGauge {
            value: &value,
            field: own,
            look: &look,
            vertical: false,
            size: Size::new(inner.width(), height),
            alignment: &Alignment { title: String::new(), text: longest },
            context: self.context,
            fonts: self.fonts,
        };
        let marks = vec![Mark::at(inner.x0, inner.center().y - height / 2.0, gauge.draw())];
        match self.first_link(column, row) {
            Some(address) => vec![super::link::linked(address, inner, marks)],
            None => marks,
        }
    }
}
