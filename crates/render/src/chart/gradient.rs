//! Colours that change over the plot (`gradientMode`, colour schemes).

use grafana::theme::{Color, Theme};
use scene::{LinearGradient, Paint, kurbo::Point};

use super::area::{PlotArea, reachable};
use super::label;
use super::number::js_round;
use super::scale::Scale;
use crate::color_math::{brighten, darken, saturate, spin};

/// Opaque at the top, nothing at the bottom.
pub fn opacity(area: &PlotArea, color: Color, opacity: f32) -> Paint {
    let color = label::color(color);
    downwards(area, color.with_alpha(opacity), color.with_alpha(0.0))
}

/// From a lighter hue at the top to a darker one at the bottom. Source: grafana-ui 12.4.0 `getHueGradientFn`.
pub fn hue(area: &PlotArea, color: Color, opacity: f32, theme: &Theme) -> Paint {
    let color = label::color(color);
    let low = darken(spin(color, -25.0), 5.0);
    let high = darken(brighten(spin(saturate(color, 20.0), 20.0), 10.0), -10.0);
    let low = if theme.is_dark { darken(low, 10.0) } else { low };
    downwards(area, high.with_alpha(opacity), low.with_alpha(opacity))
}

fn downwards(area: &PlotArea, top: scene::Color, bottom: scene::Color) -> Paint {
    Paint::Linear(LinearGradient {
        from: Point::new(0.0, area.rect.y0),
        to: Point::new(0.0, area.rect.y1),
        stops: vec![(0.0, top), (1.0, bottom)],
    })
}

/// Colours by value: `stops` ascend; `discrete` keeps each colour up to the next stop.
///
/// One colour where only one stop is in sight. Source: grafana-ui 12.4.0 `scaleGradient`.
pub fn by_value(area: &PlotArea, scale: &Scale, stops: &[(f64, Color)], discrete: bool) -> Paint {
    let (mut first, mut last) = (0, 0);
    for (index, (value, _)) in stops.iter().enumerate() {
        if *value <= scale.min {
            first = index;
        }
        last = index;
        if *value >= scale.max {
            break;
        }
    }
    let Some((_, only)) = stops.get(last) else {
        return Paint::Solid(scene::Color::rgba(0, 0, 0, 0.0));
    };
    let bounded = |value: f64| {
        let value = if value == f64::NEG_INFINITY { scale.min } else { value };
        if value == f64::INFINITY { scale.max } else { value }
    };
    let position = |value: f64| js_round(reachable(area.y_px(bounded(value), scale)));
    let (from, to) = (position(stops[first].0), position(stops[last].0));
    if first == last || from == to {
        return Paint::Solid(label::color(*only));
    }
    // The axis of the gradient ends above the last stop: what follows a hard change at its very end is not drawn alike everywhere.
    let end = to.min(area.rect.y0) - 1.0;
    let mut marks: Vec<(f32, scene::Color)> = Vec::new();
    for (value, color) in &stops[first..=last] {
        let share = (((from - position(*value)) / (from - end)) as f32).clamp(0.0, 1.0);
        if let (true, Some((_, previous))) = (discrete, marks.last().copied()) {
            marks.push((share, previous));
        }
        marks.push((share, label::color(*color)));
    }
    marks.push((1.0, label::color(*only)));
    Paint::Linear(LinearGradient { from: Point::new(0.0, from), to: Point::new(0.0, end), stops: marks })
}
