//! Lines, bars and points over time.

use grafana::field::DisplayContext;
use scene::{Mark, kurbo::Size};

use super::{PanelContext, interpolator};
use crate::chart::{
    graph::{Graph, OverTime, align, align_comparisons, exemplar::Belonging, fill_below, graphable, overlay, stack},
    time_axis,
};
use crate::view::PanelView;

pub fn draw(view: &PanelView, size: Size, context: &mut PanelContext) -> Vec<Mark> {
    let no_value = view.panel.field_config.defaults.no_value.as_deref();
    let mut frames = match graphable(&view.frames, &view.range, no_value) {
        Ok(frames) => frames,
        Err(text) => return overlay::message(&text, size, context.theme, context.fonts),
    };
    align_comparisons(&mut frames, &view.range);
    let mut aligned = align(&frames);
    let mut bands = fill_below(&mut aligned.series);
    bands.extend(stack(&mut aligned.series));

    let interpolate = interpolator(&view.panel, context.variables);
    let display = DisplayContext { theme: context.theme, zone: context.zone, now_ms: context.now_ms, interpolate: &interpolate };
    let x = time_axis::scale(&view.range);
    let graph = Graph {
        panel: &view.panel,
        aligned: &aligned,
        bands: &bands,
        x,
        display: &display,
        fonts: context.fonts,
        overflow: context.overflow,
    };
    let over = OverTime { view, frames: &frames, exemplars: Belonging::BySeries };
    graph.draw_over_time(&over, size, context.warn, |_| Vec::new())
}
