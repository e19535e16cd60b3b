//! Series over a common x, as time series, trends and candlesticks share them.
//!
//! Frames become series over common x values ([`frames`]), series stack (`stack`), scales and axes follow from them
//! ([`scales`]), the chart core settles the layout, then thresholds, grid, series and annotations are drawn in that order.

use grafana::{dashboard::Panel, field::DisplayContext};
use scene::{Fonts, Mark, kurbo::Size};

use super::{Axis, PlotArea, Scale, axis};
use crate::overflow::Overflow;

mod compare;
mod entries;
mod enums;
pub mod exemplar;
mod frames;
mod over_time;
pub mod overlay;
mod scales;
mod series;
mod stack;
mod style;

pub use compare::align_comparisons;
pub use entries::legend_stat;
pub use frames::{Aligned, Series, align, graphable, graphable_over, insert_nulls};
pub use over_time::OverTime;
pub use scales::{Scales, number_axis, own_time_format, time_axes, zones};
pub use series::{SeriesPen, fill_below};
pub use stack::{Band, stack};
pub use style::{AxisPlacement, AxisStyle, DrawStyle, GradientMode, LineStyle, OwnScale, SpanNulls, StackingMode, Style, legend_options};

/// A graph with all its values settled.
pub struct Graph<'a> {
    /// Its legend's options.
    pub panel: &'a Panel,
    pub aligned: &'a Aligned,
    pub bands: &'a [Band],
    pub x: Scale,
    pub display: &'a DisplayContext<'a>,
    pub fonts: &'a Fonts,
    /// Where the legend goes on.
    pub overflow: &'a Overflow,
}

impl Graph<'_> {
    /// Draws legend, thresholds and axes; `series` draws what stands on them, given the room left beside the legend.
    pub fn draw(
        &self,
        x_axes: Vec<Axis>,
        size: Size,
        warn: &mut dyn FnMut(String),
        series: impl FnOnce(&SeriesPen, Size) -> Vec<Mark>,
    ) -> Vec<Mark> {
        let scales = Scales::of(self.aligned, &self.x);
        let placed = entries::place_legend(self.panel, self.aligned, &scales, size, self.overflow, self.display, self.fonts);
        if placed.left_out > 0 {
            warn(format!("the legend has no room for {} of {} series", placed.left_out, self.aligned.series.len()));
        }
        let mut axes = x_axes;
        axes.extend(scales.axes(self.aligned, self.display));
        let layout = axis::layout(&axes, placed.plot, self.fonts);
        let area = PlotArea { rect: layout.plot, x: self.x };
        let mut marks = Vec::new();
        if area.rect.width() > 0.0 && area.rect.height() > 0.0 {
            let pen =
                SeriesPen { aligned: self.aligned, scales: &scales, bands: self.bands, area, display: self.display, fonts: self.fonts };
            marks.extend(overlay::thresholds(&pen));
            marks.extend(axis::draw(&axes, &layout, self.display.theme, self.fonts));
            marks.extend(series(&pen, placed.plot));
        }
        marks.extend(placed.marks);
        marks
    }
}
