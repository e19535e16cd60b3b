//! Counts over time and value as coloured cells.
//!
//! Frames become cells ([`prepare`]): as they come, from one field a bucket ([`buckets`]), or counted from values
//! ([`calculate`]). Counts become colours ([`palette`]), values places ([`scales`]); then axes, cells and the bar of colours
//! ([`color_bar`]) and exemplars ([`exemplar`]) are drawn.

use grafana::field::DisplayContext;
use scene::{
    Mark, Paint,
    kurbo::{BezPath, Rect, Shape, Size},
};

use super::{PanelContext, interpolator, notice, options};
use crate::chart::{PlotArea, annotation::Annotations, axis, graph::overlay, label};
use crate::view::PanelView;

mod buckets;
mod calculate;
mod cells;
mod color_bar;
mod exemplar;
mod palette;
mod prepare;
mod scales;

use cells::Cells;

pub fn draw(view: &PanelView, size: Size, context: &mut PanelContext) -> Vec<Mark> {
    let saved = &view.panel.options;
    let interpolate = interpolator(&view.panel, context.variables);
    let display = DisplayContext { theme: context.theme, zone: context.zone, now_ms: context.now_ms, interpolate: &interpolate };
    let mut cells = match prepare::prepare(&view.frames, saved, &view.range, &display) {
        Ok(Some(cells)) => cells,
        Ok(None) => return notice::no_data(&notice::without_numbers(view), size, context),
        Err(text) => return notice::no_data(&text, size, context),
    };
    cells.exemplars = exemplar::read(&view.annotation_frames, &cells);
    let palette = palette::palette(saved, context.theme);
    let filter =
        Filter { above: options::number(saved, "filterValues.le").unwrap_or(1e-9), below: options::number(saved, "filterValues.ge") };
    let limits = filter.limits(&cells.counts, options::number(saved, "color.min"), options::number(saved, "color.max"));

    let bar = options::flag(saved, "legend.show", true).then(|| color_bar::place(&palette, limits, &cells, size, &display, context.fonts));
    let (plot_size, bar) = bar.unwrap_or((size, Vec::new()));
    let x = scales::x_scale(&cells, &view.range);
    let y = scales::y_scale(&cells, saved);
    let mut axes = scales::axes(&cells, x, y, saved, plot_size, &display, context.fonts);
    let annotations = Annotations::of(view).without_shades();
    annotations.make_room(&mut axes);
    let layout = axis::layout(&axes, plot_size, context.fonts);
    let area = PlotArea { rect: layout.plot, x };
    let mut marks = Vec::new();
    if let (true, Some(y)) = (area.rect.width() > 0.0 && area.rect.height() > 0.0, y) {
        marks.extend(axis::draw(&axes, &layout, context.theme, context.fonts));
        let reverse = options::flag(saved, "yAxis.reverse", false);
        let places = Places { area, y, gap: options::number(saved, "cellGap").unwrap_or(1.0), reverse };
        let rects = places.rects(&cells, scales::cell_divisor(&cells, saved));
        marks.push(Mark::clipped(area.rect, painted(&rects, &cells, &filter, &palette, limits, area.rect)));
        marks.extend(exemplar::draw(&cells.exemplars, &cells, &area, &y, saved, context.theme));
        if cells.is_time() {
            marks.extend(annotations.draw(&area, Some(&y), context.theme));
        }
        if cells.is_time() && is_outside(&cells, &view.range) {
            marks.extend(overlay::outside_range(plot_size, context.theme, context.fonts));
        }
    }
    marks.extend(bar);
    marks
}

use cells::{Filter, Places};

/// One path a colour, so that thousands of cells stay a small drawing.
fn painted(
    rects: &[Option<Rect>],
    cells: &Cells,
    filter: &Filter,
    palette: &[grafana::theme::Color],
    limits: (f64, f64),
    plot: Rect,
) -> Vec<Mark> {
    let mut paths = vec![BezPath::new(); palette.len()];
    for (rect, count) in rects.iter().zip(&cells.counts) {
        let (Some(rect), Some(count)) = (rect, count.filter(|count| filter.shows(*count))) else { continue };
        let seen = rect.intersect(plot);
        if let Some(path) = palette::index(count, limits, palette.len()).and_then(|index| paths.get_mut(index))
            && seen.width() > 0.0
            && seen.height() > 0.0
        {
            path.extend(seen.to_path(0.1));
        }
    }
    let filled = paths.into_iter().zip(palette).filter(|(path, _)| !path.elements().is_empty());
    filled.map(|(path, color)| label::fill(path, Paint::Solid(label::color(*color)))).collect()
}

/// All cells lie before or after the range. Source: grafana 12.4.0 `OutsideRangePlugin`.
fn is_outside(cells: &Cells, range: &grafana::time::TimeRange) -> bool {
    let (first, last) = (cells.x.iter().copied().reduce(f64::min), cells.x.iter().copied().reduce(f64::max));
    matches!((first, last), (Some(first), Some(last)) if first > range.to_ms || last < range.from_ms)
}
