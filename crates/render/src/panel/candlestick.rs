//! Prices as candles or bars, with volume (`candlestick`); other fields are drawn as time series draw them.

mod candles;
mod roles;

use grafana::field::DisplayContext;
use scene::{Mark, kurbo::Size};

use super::{PanelContext, interpolator, options};
use crate::{
    chart::{
        Scale,
        graph::{Aligned, DrawStyle, Graph, OverTime, OwnScale, align, exemplar::Belonging, fill_below, graphable, overlay, stack},
        path,
        ticks::{decimal_increments, find_increment, splits},
        time_axis,
    },
    view::PanelView,
};
use candles::Candles;
use roles::Roles;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    Both,
    Candles,
    Volume,
}

pub fn draw(view: &PanelView, size: Size, context: &mut PanelContext) -> Vec<Mark> {
    let saved = &view.panel.options;
    let mode = match options::text(saved, "mode", "candles+volume") {
        "candles" => Mode::Candles,
        "volume" => Mode::Volume,
        _ => Mode::Both,
    };
    let no_value = view.panel.field_config.defaults.no_value.as_deref();
    let frames = match graphable(&view.frames, &view.range, no_value) {
        Ok(frames) => frames,
        Err(text) => return overlay::message(&text, size, context.theme, context.fonts),
    };
    let mut aligned = align(&frames);
    let roles = Roles::find(&mut aligned, saved, mode);
    let x = time_axis::scale(&view.range);
    let candles = Candles::read(&roles, saved, mode, &aligned);
    if let Some(candles) = &candles {
        hide_rendered(&mut aligned, candles, mode, &x, size);
    }
    let mut bands = fill_below(&mut aligned.series);
    bands.extend(stack(&mut aligned.series));

    let interpolate = interpolator(&view.panel, context.variables);
    let display = DisplayContext { theme: context.theme, zone: context.zone, now_ms: context.now_ms, interpolate: &interpolate };
    let graph = Graph {
        panel: &view.panel,
        aligned: &aligned,
        bands: &bands,
        x,
        display: &display,
        fonts: context.fonts,
        overflow: context.overflow,
    };
    let (over, theme) = (OverTime { view, frames: &frames, exemplars: Belonging::All }, context.theme);
    graph.draw_over_time(&over, size, context.warn, |pen| candles.iter().flat_map(|candles| candles.draw(pen, theme)).collect())
}

/// Fields that candles stand for keep their scales but draw no lines; volume gets a low scale of its own beside prices.
fn hide_rendered(aligned: &mut Aligned, candles: &Candles, mode: Mode, x: &Scale, size: Size) {
    for index in candles.rendered() {
        let style = &mut aligned.series[index].style;
        style.draw_style = DrawStyle::Points;
        style.point_size_px = 0.0;
        style.show_values = false;
    }
    if candles.price.is_some() {
        for index in candles.all() {
            aligned.series[index].style.hidden_in_legend = true;
        }
    }
    let Some(volume) = candles.volume.filter(|_| mode == Mode::Both) else {
        return;
    };
    let window = path::window(&aligned.times, x);
    let series = &mut aligned.series[volume];
    series.field.config.unit = Some("short".to_owned());
    let greatest = window.and_then(|window| path::extent(&series.cells, window, false)).map(|extent| extent.1);
    if let Some(greatest) = greatest.filter(|greatest| *greatest > 0.0) {
        let scale = Scale::linear(0.0, greatest * 7.0);
        // Without the axis below and the room above.
        let length = size.height - 29.0;
        let ticks = find_increment(scale.min, scale.max, &decimal_increments(), length, 20.0);
        let mut ticks = ticks.map(|(increment, _)| splits(&scale, increment)).unwrap_or_default();
        let seen = ticks.iter().position(|tick| *tick > greatest).map_or(ticks.len(), |at| at + 1);
        ticks.truncate(seen);
        series.style.axis.own = Some(OwnScale { max: scale.max, ticks });
    }
}
