//! What graphs over time share: their axes, and what stands on their series.

use grafana::frame::Frame;
use scene::{Mark, kurbo::Size};

use super::{
    Graph, SeriesPen,
    exemplar::{self, Belonging},
    overlay, time_axes, zones,
};
use crate::{chart::annotation::Annotations, view::PanelView};

/// The panel a graph over time belongs to.
pub struct OverTime<'a> {
    pub view: &'a PanelView,
    /// The frames its series came from.
    pub frames: &'a [Frame],
    pub exemplars: Belonging,
}

impl Graph<'_> {
    /// Draws the graph with time axes that leave annotations their room: what `below` draws, then series, links,
    /// annotations and exemplars, and the note that all data lie outside the time range.
    pub fn draw_over_time(
        &self,
        over: &OverTime,
        size: Size,
        warn: &mut dyn FnMut(String),
        below: impl FnOnce(&SeriesPen) -> Vec<Mark>,
    ) -> Vec<Mark> {
        let OverTime { view, frames, exemplars } = *over;
        let theme = self.display.theme;
        let zones = zones(view.panel.options.get("timezone"), self.display.zone);
        let time = frames.first().and_then(|frame| frame.fields.first());
        let mut x_axes = time_axes(self.x, time, &zones, self.display);
        let annotations = Annotations::of(view);
        annotations.make_room(&mut x_axes);
        self.draw(x_axes, size, warn, |pen, plot| {
            let mut marks = below(pen);
            marks.extend(pen.draw());
            marks.extend(pen.links(frames));
            marks.extend(annotations.draw(&pen.area, pen.scales.first(), theme));
            marks.extend(exemplar::exemplars(&view.annotation_frames, pen, exemplars));
            if overlay::is_outside(self.aligned, &self.x) {
                marks.extend(overlay::outside_range(plot, theme, self.fonts));
            }
            marks
        })
    }
}
