//! Colours that change over the plot (`gradientMode`, colour schemes).

use grafana::theme::{Color, Theme};
use scene::{LinearGradient, Paint, kurbo::Point};

use super::area::PlotArea;
use super::label;
use super::number::js_round;
use super::scale::Scale;

/// Opaque at the top, nothing at the bottom.
pub fn opacity(area: &PlotArea, color: Color, opacity: f32) -> Paint {
    downwards(area, color.with_alpha(opacity), color.with_alpha(0.0))
}

/// From a lighter hue at the top to a darker one at the bottom. Source: grafana-ui 12.4.0 `getHueGradientFn`.
pub fn hue(area: &PlotArea, color: Color, opacity: f32, theme: &Theme) -> Paint {
    let low = spin(color, -25.0).darken(0.05);
    let high = spin(color, 20.0).saturate(0.2);
    // tinycolor's brighten adds to the channels, lighten to the lightness.
    let high = Hsl::of(brighten(Hsl { h: high.h, ..high }.color(), 0.1)).lighten(0.1);
    let low = if theme.is_dark { low.darken(0.1) } else { low };
    downwards(area, high.color().with_alpha(opacity), low.color().with_alpha(opacity))
}

fn downwards(area: &PlotArea, top: Color, bottom: Color) -> Paint {
    Paint::Linear(LinearGradient {
        from: Point::new(0.0, area.rect.y0),
        to: Point::new(0.0, area.rect.y1),
        stops: vec![(0.0, label::color(top)), (1.0, label::color(bottom))],
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
    let position = |value: f64| js_round(area.y_px(bounded(value), scale));
    let (from, to) = (position(stops[first].0), position(stops[last].0));
    let range = from - to;
    if first == last || range == 0.0 {
        return Paint::Solid(label::color(*only));
    }
    let mut marks: Vec<(f32, scene::Color)> = Vec::new();
    for (value, color) in &stops[first..=last] {
        let share = (((from - position(*value)) / range) as f32).clamp(0.0, 1.0);
        if let (true, Some((_, previous))) = (discrete, marks.last().copied()) {
            marks.push((share, previous));
        }
        marks.push((share, label::color(*color)));
    }
    Paint::Linear(LinearGradient { from: Point::new(0.0, from), to: Point::new(0.0, to), stops: marks })
}

/// Hue in degrees, saturation and lightness from 0 to 1.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Hsl {
    h: f64,
    s: f64,
    l: f64,
}

impl Hsl {
    fn of(color: Color) -> Hsl {
        let [r, g, b] = [color.r, color.g, color.b].map(|c| f64::from(c) / 255.0);
        let (max, min) = (r.max(g).max(b), r.min(g).min(b));
        let (l, d) = ((max + min) / 2.0, max - min);
        if d == 0.0 {
            return Hsl { h: 0.0, s: 0.0, l };
        }
        let s = if l > 0.5 { d / (2.0 - max - min) } else { d / (max + min) };
        let h = match max {
            m if m == r => (g - b) / d + if g < b { 6.0 } else { 0.0 },
            m if m == g => (b - r) / d + 2.0,
            _ => (r - g) / d + 4.0,
        };
        Hsl { h: h * 60.0, s, l }
    }

    fn color(self) -> Color {
        let q = if self.l < 0.5 { self.l * (1.0 + self.s) } else { self.l + self.s - self.l * self.s };
        let p = 2.0 * self.l - q;
        let channel = |shift: f64| {
            let t = (self.h / 360.0 + shift).rem_euclid(1.0);
            let value = match t {
                t if t < 1.0 / 6.0 => p + (q - p) * 6.0 * t,
                t if t < 0.5 => q,
                t if t < 2.0 / 3.0 => p + (q - p) * (2.0 / 3.0 - t) * 6.0,
                _ => p,
            };
            (value * 255.0).round() as u8
        };
        Color::rgb(channel(1.0 / 3.0), channel(0.0), channel(-1.0 / 3.0))
    }

    fn darken(self, amount: f64) -> Hsl {
        Hsl { l: (self.l - amount).clamp(0.0, 1.0), ..self }
    }

    fn lighten(self, amount: f64) -> Hsl {
        Hsl { l: (self.l + amount).clamp(0.0, 1.0), ..self }
    }

    fn saturate(self, amount: f64) -> Hsl {
        Hsl { s: (self.s + amount).clamp(0.0, 1.0), ..self }
    }
}

fn spin(color: Color, degrees: f64) -> Hsl {
    let hsl = Hsl::of(color);
    Hsl { h: (hsl.h + degrees).rem_euclid(360.0), ..hsl }
}

fn brighten(color: Color, amount: f64) -> Color {
    let channel = |c: u8| (f64::from(c) - super::number::js_round(-255.0 * amount)).clamp(0.0, 255.0) as u8;
    Color { r: channel(color.r), g: channel(color.g), b: channel(color.b), a: color.a }
}
