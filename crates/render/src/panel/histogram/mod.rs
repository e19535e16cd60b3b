//! How often values fall into buckets, as bars.
//!
//! Frames become buckets with counts ([`buckets`]), counted here or by the data source; bars, axes and legend are those of
//! graphs ([`crate::chart::graph`]), over values in place of times.

use grafana::{
    field::{DisplayContext, display_name, series_color},
    frame::{Field, Frame},
    transform::HistogramOptions,
};
use scene::{Mark, kurbo::Size};

use super::{PanelContext, notice, options};
use crate::chart::{
    PlotArea,
    axis::{self, Ticks},
    graph::{Aligned, AxisStyle, DrawStyle, Scales, Series, SeriesPen, Style, legend_options, legend_stat, stack},
    label,
    legend::{self, LegendItem, PlacedLegend, Swatch},
    path::Cell,
};
use crate::view::PanelView;

mod buckets;
mod x_axis;

use buckets::Buckets;

pub fn draw(view: &PanelView, size: Size, context: &mut PanelContext) -> Vec<Mark> {
    let saved = &view.panel.options;
    let combine = options::flag(saved, "combine", false);
    let wanted = HistogramOptions {
        bucket_size: options::number(saved, "bucketSize"),
        bucket_count: options::number(saved, "bucketCount").filter(|count| *count > 0.0),
        bucket_offset: options::number(saved, "bucketOffset").unwrap_or(0.0),
        combine,
    };
    let Some(buckets) = buckets::of(&view.frames, wanted) else {
        return notice::no_data("No histogram found in response", size, context);
    };
    if buckets.starts.is_empty() {
        return notice::no_data(&notice::without_numbers(view), size, context);
    }
    let interpolate = |text: &str| text.to_owned();
    let display = DisplayContext { theme: context.theme, zone: context.zone, now_ms: context.now_ms, interpolate: &interpolate };
    let mut aligned = Aligned { times: buckets.places(), series: buckets.counts.iter().map(series).collect() };
    let bands = stack(&mut aligned.series);
    let sources = if combine { Vec::new() } else { sources(&view.frames, &buckets) };
    let placed = place_legend(view, &aligned, &sources, size, &display, context);
    if placed.left_out > 0 {
        (context.warn)(format!("the legend has no room for {} of {} series", placed.left_out, aligned.series.len()));
    }

    let x = x_axis::scale(&buckets);
    let scales = Scales::of(&aligned, &x);
    let ink = label::color(context.theme.text_primary);
    let mut axes = vec![x_axis::axis(&buckets, x, ink, &display)];
    axes.extend(scales.axes(&aligned, &display));
    let mut layout = axis::layout(&axes, placed.plot, context.fonts);
    if let Some(ticks) = x_axis::ticks(&buckets, &x, layout.plot.width(), &display, context.fonts) {
        axes[0].ticks = Ticks::Fixed(ticks.iter().filter(|tick| !tick.1.is_empty()).cloned().collect());
        layout = axis::layout(&axes, placed.plot, context.fonts);
        // Ticks without a label stay as lines of the grid.
        if let Some(place) = layout.axes.first_mut() {
            place.splits = ticks.iter().map(|tick| tick.0).collect();
            place.labels = ticks.into_iter().map(|tick| Some(tick.1).filter(|label| !label.is_empty())).collect();
        }
    }
    let area = PlotArea { rect: layout.plot, x };
    let mut marks = Vec::new();
    if area.rect.width() > 0.0 && area.rect.height() > 0.0 {
        let pen = SeriesPen { aligned: &aligned, scales: &scales, bands: &bands, area, display: &display, fonts: context.fonts };
        marks.extend(axis::draw(&axes, &layout, context.theme, context.fonts));
        marks.extend(pen.draw());
    }
    marks.extend(placed.marks);
    marks
}

/// Counts as bars from each bucket's start to the next; buckets without any have no bar.
fn series((index, count): &(usize, Field)) -> Series {
    let mut field = count.clone();
    // The ends belong to the buckets.
    (field.config.min, field.config.max) = (None, None);
    field.series_index = *index;
    let custom = &field.config.custom;
    let style = Style {
        draw_style: DrawStyle::Bars,
        fill_opacity: options::number(custom, "fillOpacity").map_or(0.8, |opacity| (opacity / 100.0).clamp(0.0, 1.0)),
        bar_alignment: 1,
        bar_width_factor: 1.0,
        bar_max_width_px: f64::INFINITY,
        axis: AxisStyle { soft_min: Some(0.0), ..AxisStyle::default() },
        ..Style::read(custom)
    };
    let cell = |count: &Option<f64>| count.filter(|count| *count != 0.0).map_or(Cell::Null, Cell::Value);
    let cells = field.values.numbers().unwrap_or_default().iter().map(cell).collect();
    Series { name: field.display_name.clone().unwrap_or_else(|| field.name.clone()), style, cells, field }
}

/// The fields counts were made of, with their names: the legend tells of these. Source: grafana-ui 12.4.0 `PlotLegend`.
fn sources<'a>(frames: &'a [Frame], buckets: &Buckets) -> Vec<(&'a Field, String)> {
    let all = |kinds: fn(&Field) -> bool| {
        let fields = frames.iter().flat_map(move |frame| frame.fields.iter().map(move |field| (frame, field)));
        fields.filter(move |(_, field)| kinds(field))
    };
    let named =
        |(frame, field): (&Frame, &'a Field)| (field, field.display_name.clone().unwrap_or_else(|| display_name(field, frame, frames)));
    let is_number: fn(&Field) -> bool = |field| field.kind == grafana::frame::FieldType::Number;
    let mut found = Vec::new();
    for origin in &buckets.origins {
        found.extend(all(is_number).nth(*origin).map(named));
    }
    found
}

fn place_legend(
    view: &PanelView,
    aligned: &Aligned,
    sources: &[(&Field, String)],
    size: Size,
    display: &DisplayContext,
    context: &PanelContext,
) -> PlacedLegend {
    let none = PlacedLegend { plot: size, marks: Vec::new(), left_out: 0 };
    let Some((options, calcs)) = legend_options(&view.panel) else { return none };
    let item = |(index, series): (usize, &Series)| {
        let (field, name) = sources.get(index).map_or((&series.field, &series.name), |(field, name)| (field, name));
        // Colours are dealt to the counts, not to all the fields they were made of.
        let colored = Field { series_index: series.field.series_index, ..(*field).clone() };
        LegendItem {
            label: name.clone(),
            color: label::color(series_color(&colored, display)),
            swatch: Swatch::Solid,
            disabled: series.style.hidden,
            right_axis: false,
            stats: calcs.iter().map(|calc| legend_stat(field, calc, display)).collect(),
        }
    };
    let shown = aligned.series.iter().enumerate().filter(|(_, series)| !series.style.hidden_in_legend);
    let items: Vec<LegendItem> = shown.map(item).collect();
    if items.is_empty() { none } else { legend::place(&items, &options, size, context.overflow, context.theme, context.fonts) }
}
