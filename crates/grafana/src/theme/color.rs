//! One colour: reading, mixing and writing it.

use super::css_names;
use crate::js;

/// An sRGB colour; `a` from 0 to 1.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Color {
    pub r: u8,
    pub g: u8,
    pub b: u8,
    pub a: f32,
}

impl Color {
    pub const fn rgb(r: u8, g: u8, b: u8) -> Color {
        Color { r, g, b, a: 1.0 }
    }

    pub const fn with_alpha(self, a: f32) -> Color {
        Color { a, ..self }
    }

    /// Reads a CSS colour: "#rgb", "#rgba", "#rrggbb", "#rrggbbaa", rgb(), rgba(), hsl(), hsla(), a CSS name. `None` for anything else.
    pub fn parse(text: &str) -> Option<Color> {
        let text = text.trim();
        if let Some(digits) = text.strip_prefix('#') {
            return parse_hex(digits);
        }
        let lower = text.to_ascii_lowercase();
        match lower.split_once('(') {
            Some((function, arguments)) => parse_function(function.trim(), arguments.strip_suffix(')')?),
            None if lower == "transparent" => Some(Color::rgb(0, 0, 0).with_alpha(0.0)),
            None => css_names::lookup(&lower),
        }
    }

    /// Interpolates in RGB; `t` from 0 to 1.
    pub fn mix(self, other: Color, t: f64) -> Color {
        let t = if t.is_nan() { 0.0 } else { t.clamp(0.0, 1.0) };
        let channel = |a: u8, b: u8| js::js_round(f64::from(a) + (f64::from(b) - f64::from(a)) * t) as u8;
        Color {
            r: channel(self.r, other.r),
            g: channel(self.g, other.g),
            b: channel(self.b, other.b),
            a: self.a + (other.a - self.a) * t as f32,
        }
    }

    /// This colour laid over an opaque one; the result is opaque.
    pub fn over(self, background: Color) -> Color {
        background.mix(self.with_alpha(1.0), f64::from(self.a)).with_alpha(1.0)
    }

    /// "#rrggbb" or "rgba(…)" as Grafana writes it.
    pub fn css(self) -> String {
        if self.a >= 1.0 {
            return format!("#{:02x}{:02x}{:02x}", self.r, self.g, self.b);
        }
        // The f32's own shortest digits: 0.12 and not 0.11999999731779099.
        format!("rgba({}, {}, {}, {})", self.r, self.g, self.b, self.a)
    }

    pub(super) fn channels(self) -> [f64; 3] {
        [f64::from(self.r), f64::from(self.g), f64::from(self.b)]
    }

    /// From channels of 0 to 255, rounded and held inside.
    pub(super) fn of_channels([r, g, b]: [f64; 3]) -> Color {
        let channel = |value: f64| js::js_round(value).clamp(0.0, 255.0) as u8;
        Color::rgb(channel(r), channel(g), channel(b))
    }
}

fn parse_hex(digits: &str) -> Option<Color> {
    let nibbles = digits.chars().map(|c| c.to_digit(16)).collect::<Option<Vec<u32>>>()?;
    let bytes: Vec<u8> = match nibbles.len() {
        3 | 4 => nibbles.iter().map(|n| (n * 17) as u8).collect(),
        6 | 8 => nibbles.chunks(2).map(|pair| (pair[0] * 16 + pair[1]) as u8).collect(),
        _ => return None,
    };
    let a = bytes.get(3).map_or(1.0, |a| f32::from(*a) / 255.0);
    Some(Color { r: bytes[0], g: bytes[1], b: bytes[2], a })
}

/// The arguments may be parted by commas, spaces and a slash.
fn parse_function(function: &str, arguments: &str) -> Option<Color> {
    let parts: Vec<&str> = arguments.split([',', ' ', '/']).filter(|part| !part.is_empty()).collect();
    if !(3..=4).contains(&parts.len()) {
        return None;
    }
    let a = match parts.get(3) {
        Some(alpha) => scaled(alpha, 1.0)?.clamp(0.0, 1.0) as f32,
        None => 1.0,
    };
    let color = match function {
        "rgb" | "rgba" => Color::of_channels([scaled(parts[0], 255.0)?, scaled(parts[1], 255.0)?, scaled(parts[2], 255.0)?]),
        "hsl" | "hsla" => {
            let hue = parts[0].strip_suffix("deg").unwrap_or(parts[0]);
            let part = |text: &str| finite(text.strip_suffix('%').unwrap_or(text)).map(|value| (value / 100.0).clamp(0.0, 1.0));
            Color::of_channels(hsl_channels(finite(hue)?, part(parts[1])?, part(parts[2])?))
        }
        _ => return None,
    };
    Some(color.with_alpha(a))
}

fn finite(text: &str) -> Option<f64> {
    text.parse().ok().filter(|value: &f64| value.is_finite())
}

/// A number, or a percentage of `whole`.
fn scaled(text: &str, whole: f64) -> Option<f64> {
    match text.strip_suffix('%') {
        Some(percent) => finite(percent).map(|percent| percent / 100.0 * whole),
        None => finite(text),
    }
}

/// Channels from 0 to 255 of a hue in degrees, saturation and lightness from 0 to 1.
pub(super) fn hsl_channels(hue: f64, saturation: f64, lightness: f64) -> [f64; 3] {
    let reach = saturation * lightness.min(1.0 - lightness);
    [0.0, 8.0, 4.0].map(|n| {
        let k = (n + hue.rem_euclid(360.0) / 30.0) % 12.0;
        255.0 * (lightness - reach * (k - 3.0).min(9.0 - k).clamp(-1.0, 1.0))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_css() {
        let check = |text: &str, expected: Option<&str>| assert_eq!(Color::parse(text).map(Color::css).as_deref(), expected, "{text}");
        check("#1a2", Some("#11aa22"));
        check("#E02F44", Some("#e02f44"));
        check("#E02F4400", Some("rgba(224, 47, 68, 0)"));
        check("rgb(1, 2, 3)", Some("#010203"));
        check("rgba(1,2,3,0.5)", Some("rgba(1, 2, 3, 0.5)"));
        check("rgb(10% 20% 30% / 50%)", Some("rgba(26, 51, 77, 0.5)"));
        check("RGB(300, -1, 3)", Some("#ff0003"));
        check("hsl(120, 100%, 25%)", Some("#008000"));
        check("hsla(0deg 100% 50% / 0.25)", Some("rgba(255, 0, 0, 0.25)"));
        check("RebeccaPurple", Some("#663399"));
        check("darkslategrey", Some("#2f4f4f"));
        check("transparent", Some("rgba(0, 0, 0, 0)"));
        check("#12", None);
        check("#gggggg", None);
        check("rgb(1, 2)", None);
        check("nonsense", None);
        check("", None);
    }

    #[test]
    fn mixes() {
        let check = |t: f64, expected: &str| assert_eq!(Color::rgb(0, 0, 0).mix(Color::rgb(255, 100, 1), t).css(), expected);
        check(0.0, "#000000");
        check(0.5, "#803201");
        check(2.0, "#ff6401");
        assert_eq!(Color::rgb(0, 0, 0).with_alpha(0.5).over(Color::rgb(255, 255, 255)).css(), "#808080");
    }
}
