//! Lines, bars and points over time.
//!
//! Frames become series over common times ([`frames`]), series stack ([`stack`]), scales and axes follow from them
//! ([`scales`]), the chart core settles the layout, then thresholds, grid, series and annotations are drawn in that order.

use grafana::{
    field::{DisplayContext, display_value, reduce_field, reducer_name, series_color},
    frame::Field,
};
use scene::{Mark, kurbo::Size};

use super::PanelContext;
use crate::chart::{
    PlotArea, Scale, axis, label,
    legend::{self, LegendItem, LegendStat, PlacedLegend, Swatch},
};
use crate::view::PanelView;

mod frames;
mod overlay;
mod scales;
mod series;
mod stack;
mod style;

use frames::{Aligned, Series};
use scales::Scales;
use series::SeriesPen;

pub fn draw(view: &PanelView, size: Size, context: &mut PanelContext) -> Vec<Mark> {
    let no_value = view.panel.field_config.defaults.no_value.as_deref();
    let frames = match frames::graphable(&view.frames, &view.range, no_value) {
        Ok(frames) => frames,
        Err(text) => return overlay::message(&text, size, context.theme, context.fonts),
    };
    let mut aligned = frames::align(&frames);
    let mut bands = series::fill_below(&mut aligned.series);
    bands.extend(stack::stack(&mut aligned.series));

    let interpolate = |text: &str| text.to_owned();
    let display = DisplayContext { theme: context.theme, zone: context.zone, now_ms: context.now_ms, interpolate: &interpolate };
    let x = Scale::linear(view.range.from_ms, view.range.to_ms);
    let value_scales = Scales::of(&aligned, &x);
    let placed = place_legend(view, &aligned, &value_scales, size, &display, context.fonts);
    if placed.left_out > 0 {
        (context.warn)(format!("the legend has no room for {} of {} series", placed.left_out, aligned.series.len()));
    }

    let zones = scales::zones(view.panel.options.get("timezone"), context.zone);
    let time = frames.first().and_then(|frame| frame.fields.first());
    let mut axes = scales::time_axes(x, time, &zones, label::color(context.theme.text_primary));
    axes.extend(value_scales.axes(&aligned, &display));
    let layout = axis::layout(&axes, placed.plot, context.fonts);
    let area = PlotArea { rect: layout.plot, x };
    let mut marks = Vec::new();
    if area.rect.width() > 0.0 && area.rect.height() > 0.0 {
        let pen = SeriesPen { aligned: &aligned, scales: &value_scales, bands: &bands, area, display: &display, fonts: context.fonts };
        marks.extend(overlay::thresholds(&pen));
        marks.extend(axis::draw(&axes, &layout, context.theme, context.fonts));
        marks.extend(pen.draw());
        marks.extend(overlay::annotations(&view.annotations, &area, context.theme));
        if is_outside(&aligned, &x) {
            marks.extend(overlay::outside_range(placed.plot, context.theme, context.fonts));
        }
    }
    marks.extend(placed.marks);
    marks
}

/// All values lie before or after the range.
fn is_outside(aligned: &Aligned, x: &Scale) -> bool {
    let has_value = |at: &usize| aligned.series.iter().any(|series| series.cells[*at].value().is_some());
    let first = (0..aligned.times.len()).find(has_value);
    let last = (0..aligned.times.len()).rev().find(has_value);
    match (first, last) {
        (Some(first), Some(last)) => aligned.times[first] > x.max || aligned.times[last] < x.min,
        _ => false,
    }
}

fn place_legend(
    view: &PanelView,
    aligned: &Aligned,
    scales: &Scales,
    size: Size,
    display: &DisplayContext,
    fonts: &scene::Fonts,
) -> PlacedLegend {
    let none = PlacedLegend { plot: size, marks: Vec::new(), left_out: 0 };
    let Some((options, calcs)) = style::legend_options(&view.panel) else {
        return none;
    };
    let shown = aligned.series.iter().enumerate().filter(|(_, series)| !series.style.hidden_in_legend);
    let items: Vec<LegendItem> = shown.map(|(index, series)| legend_item(series, scales.is_on_right(index), &calcs, display)).collect();
    if items.is_empty() {
        return none;
    }
    legend::place(&items, &options, size, display.theme, fonts)
}

fn legend_item(series: &Series, right_axis: bool, calcs: &[String], display: &DisplayContext) -> LegendItem {
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
fn legend_stat(field: &Field, calc: &str, display: &DisplayContext) -> LegendStat {
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
