//! Colours derived from a series: shades of one colour, and colours by name.

use super::{Color, color::hsl_channels};
use crate::js::js_round;

/// The `string-hash` package: djb2 with exclusive or over UTF-16 units, from the end. Its unsigned result as Grafana takes it.
pub fn string_hash(text: &str) -> i64 {
    let units: Vec<u16> = text.encode_utf16().collect();
    i64::from(units.iter().rev().fold(5381u32, |hash, unit| hash.wrapping_mul(33) ^ u32::from(*unit)))
}

impl Color {
    /// The colour of the series `index` in colour mode "shades": the colour itself, then brighter and darker in turn.
    ///
    /// Source: @grafana/data 12.4 `getShadedColor`, tinycolor2 `spin`, `brighten`, `darken`.
    pub fn shade(self, series_index: usize) -> Color {
        let step = series_index % 11;
        if step == 0 {
            return self;
        }
        let part = step.div_ceil(2) as f64 / 6.0;
        let brighter = step % 2 == 1;
        let spun = spin(self.channels(), part * if brighter { 10.0 } else { -10.0 });
        Color::of_channels(if brighter { brighten(spun, part * 35.0) } else { darken(spun, part * 35.0) })
    }
}

/// Red, green and blue from 0 to 255, not rounded between the steps.
type Channels = [f64; 3];

/// Turns the hue by degrees.
fn spin(channels: Channels, degrees: f64) -> Channels {
    let (hue, saturation, lightness) = hsl_of(channels);
    channels_of_hsl((hue + degrees).rem_euclid(360.0), saturation, lightness)
}

/// Takes `percent` off the lightness.
fn darken(channels: Channels, percent: f64) -> Channels {
    let (hue, saturation, lightness) = hsl_of(channels);
    channels_of_hsl(hue, saturation, (lightness - percent / 100.0).clamp(0.0, 1.0))
}

/// Adds `percent` of white to every channel.
fn brighten(channels: Channels, percent: f64) -> Channels {
    let more = -js_round(255.0 * -(percent / 100.0));
    channels.map(|channel| (js_round(channel) + more).clamp(0.0, 255.0))
}

/// tinycolor passes saturation and lightness on as percentages cut to two digits.
fn channels_of_hsl(hue: f64, saturation: f64, lightness: f64) -> Channels {
    let cut = |part: f64| (part * 100.0 * 100.0).trunc() / 100.0 / 100.0;
    hsl_channels(hue, cut(saturation), cut(lightness))
}

/// Hue in degrees, saturation and lightness from 0 to 1.
fn hsl_of(channels: Channels) -> (f64, f64, f64) {
    let [r, g, b] = channels.map(|channel| channel / 255.0);
    let (most, least) = (r.max(g).max(b), r.min(g).min(b));
    let lightness = (most + least) / 2.0;
    let spread = most - least;
    if spread == 0.0 {
        return (0.0, 0.0, lightness);
    }
    let saturation = if lightness > 0.5 { spread / (2.0 - most - least) } else { spread / (most + least) };
    let sixths = if most == r {
        (g - b) / spread + if g < b { 6.0 } else { 0.0 }
    } else if most == g {
        (b - r) / spread + 2.0
    } else {
        (r - g) / spread + 4.0
    };
    (sixths * 60.0, saturation, lightness)
}
