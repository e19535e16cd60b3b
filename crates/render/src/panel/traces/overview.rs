//! The whole trace in a strip above the spans.

use grafana::theme::Color;
use scene::{
    Mark, TextStyle,
    kurbo::{Rect, Shape},
};

use super::{
    N_TICKS, gray,
    trace::{self, Trace},
};
use crate::{
    drawing::{self, Align, ink},
    panel::PanelContext,
};

/// Heights of the heading, the times, and the strip with the room below, px.
const HEADING: f64 = 20.0;
const TIMES: f64 = 16.0;
const STRIP: f64 = 60.0;
/// All of it.
pub const HEIGHT: f64 = HEADING + TIMES + STRIP + 10.0;
/// Beyond so many spans the strip is drawn on this scale.
const MOST_SPANS: f64 = 200.0;

/// `colors` are those of the spans.
pub fn draw(trace: &Trace, colors: &[Color], width: f64, top: f64, context: &PanelContext) -> Vec<Mark> {
    let theme = context.theme;
    let heading = TextStyle { letter_spacing_px: 0.15, ..TextStyle::sans(12.0) }.medium();
    let line = Rect::new(8.0, top, width - 8.0, top + HEADING);
    let mut marks = vec![drawing::line_in(context.fonts, "Overview", &heading, line, Align::Left, ink(theme.text_primary))];
    let area = Rect::new(15.0, top + HEADING + TIMES, width - 15.0, top + HEADING + TIMES + STRIP);
    let paper = if theme.is_dark { theme.panel } else { gray(0xff) };
    marks.push(drawing::fill_rect(area, ink(paper)));
    let n = trace.spans.len().max(1) as f64;
    let scale = if n < STRIP { 1.0 } else { STRIP / n.min(MOST_SPANS) };
    let height = (STRIP / scale / n).clamp(2.0, 6.0) * scale;
    let share = |ms: f64| if trace.duration > 0.0 { (ms / trace.duration).clamp(0.0, 1.0) } else { 0.0 };
    let least = area.width() / 320.0;
    for (at, (span, color)) in trace.spans.iter().zip(colors).enumerate() {
        let x0 = area.x0 + area.width() * share(span.start - trace.start);
        let x1 = (x0 + (area.width() * share(span.duration)).max(least)).min(area.x1);
        let y = area.y0 + STRIP / n * at as f64;
        marks.push(drawing::fill_rect(Rect::new(x0, y, x1, (y + height).min(area.y1)), ink(color.with_alpha(0.8))));
    }
    let small = TextStyle::sans(9.8);
    let (line, words) = (ink(gray(0xaa)), ink(gray(0x71)));
    for tick in 0..N_TICKS {
        let part = tick as f64 / (N_TICKS - 1) as f64;
        let text = context.fonts.shape(&trace::duration(trace.duration * part), &small);
        let x = area.x0 + area.width() * part;
        let text_x = if tick + 1 == N_TICKS { x - text.width_px } else { x };
        marks.push(drawing::shaped(text, text_x, drawing::centered_baseline(area.y0 - TIMES / 2.0, 9.8), words));
        if tick > 0 && tick + 1 < N_TICKS {
            marks.push(drawing::fill_rect(Rect::new(x - 0.5, area.y0, x + 0.5, area.y1), line));
        }
    }
    marks.push(Mark::stroke(area.to_path(0.1), ink(gray(0x99)), 1.0));
    marks
}
