//! Lines, bars and points over time.

use grafana::field::DisplayContext;
use scene::{Mark, kurbo::Size};

use super::{PanelContext, interpolator};
use crate::chart::{
    annotation::Annotations,
    graph::{
        Graph, align, align_comparisons,
        exemplar::{self, Belonging},
        fill_below, graphable, overlay, stack, time_axes, zones,
    },
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
    let zones = zones(view.panel.options.get("timezone"), context.zone);
    let time = frames.first().and_then(|frame| frame.fields.first());
    let mut x_axes = time_axes(x, time, &zones, &display);
    let annotations = Annotations::of(view);
    annotations.make_room(&mut x_axes);
    let graph = Graph {
        panel: &view.panel,
        aligned: &aligned,
        bands: &bands,
        x,
        display: &display,
        fonts: context.fonts,
        overflow: context.overflow,
    };
    let (theme, fonts) = (context.theme, context.fonts);
    graph.draw(x_axes, size, context.warn, |pen, plot| {
        let mut marks = pen.draw();
        marks.extend(pen.links(&frames));
        marks.extend(annotations.draw(&pen.area, pen.scales.first(), theme));
        marks.extend(exemplar::exemplars(&view.annotation_frames, pen, Belonging::BySeries));
        if overlay::is_outside(&aligned, &x) {
            marks.extend(overlay::outside_range(plot, theme, fonts));
        }
        marks
    })
}
