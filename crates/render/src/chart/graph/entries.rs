//! What a graph's legend says of its series.

use grafana::{
    dashboard::Panel,
    field::{DisplayContext, display_value, reduce_field, reducer_name, series_color},
    frame::Field,
};
use scene::kurbo::Size;

use super::frames::{Aligned, Series};
use super::scales::Scales;
use super::style::legend_options;
use crate::{
    chart::{
        label,
        legend::{self, LegendItem, LegendStat, PlacedLegend, Swatch},
    },
    overflow::Overflow,
};

/// The panel's legend, and the room it leaves.
pub fn place_legend(
    panel: &Panel,
    aligned: &Aligned,
    scales: &Scales,
    size: Size,
    overflow: &Overflow,
    display: &DisplayContext,
    fonts: &scene::Fonts,
) -> PlacedLegend {
    let none = PlacedLegend { plot: size, marks: Vec::new(), left_out: 0 };
    let Some((options, calcs)) = legend_options(panel) else {
        return none;
    };
    let shown = aligned.series.iter().enumerate().filter(|(_, series)| !series.style.hidden_in_legend);
    let items: Vec<LegendItem> = shown.map(|(index, series)| legend_item(series, scales.is_on_right(index), &calcs, display)).collect();
    if items.is_empty() {
        return none;
    }
    legend::place(&items, &options, size, overflow, display.theme, fonts)
}

/// One series with its calculated values.
pub fn legend_item(series: &Series, right_axis: bool, calcs: &[String], display: &DisplayContext) -> LegendItem {
    let line = &series.style.line_style;
    LegendItem {
        label: series.name.clone(),
        color: label::color(series_color(&series.field, display)),
        swatch: match () {
            () if line.dash.is_empty() => Swatch::Solid,
            () if line.round => Swatch::Dots,
            () => Swatch::Dashes,
        },
        disabled: series.style.hidden,
        right_axis,
        stats: calcs.iter().map(|calc| legend_stat(&series.field, calc, display)).collect(),
    }
}

/// A calculated value in the field's unit; counts and percents of change have their own. Source: grafana-ui 12.4.0
/// `getDisplayValuesForCalcs`.
pub fn legend_stat(field: &Field, calc: &str, display: &DisplayContext) -> LegendStat {
    let unit = match calc {
        "diffperc" => Some("percent"),
        "count" | "changeCount" | "distinctCount" => Some("none"),
        _ => None,
    };
    let value = reduce_field(field, calc);
    let shown = match unit {
        None => display_value(field, &value, None, display),
        Some(unit) => {
            let mut field = Field { values: Default::default(), ..field.clone() };
            field.config.unit = Some(unit.to_owned());
            display_value(&field, &value, None, display)
        }
    };
    LegendStat { title: reducer_name(calc).to_owned(), text: shown.full(), numeric: shown.numeric }
}
