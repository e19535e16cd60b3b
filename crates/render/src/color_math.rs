//! Colour arithmetic in HSL, as tinycolor does it for backgrounds and gradients.

use scene::Color;

/// Hue in degrees, saturation and lightness from 0 to 1.
fn to_hsl(c: Color) -> (f64, f64, f64) {
    let [r, g, b] = [c.r, c.g, c.b].map(|v| f64::from(v) / 255.0);
    let (max, min) = (r.max(g).max(b), r.min(g).min(b));
    let (l, d) = ((max + min) / 2.0, max - min);
    if d == 0.0 {
        return (0.0, 0.0, l);
    }
    let s = if l > 0.5 { d / (2.0 - max - min) } else { d / (max + min) };
    let h = if max == r {
        (g - b) / d + if g < b { 6.0 } else { 0.0 }
    } else if max == g {
        (b - r) / d + 2.0
    } else {
        (r - g) / d + 4.0
    };
    (h * 60.0, s, l)
}

fn from_hsl(h: f64, s: f64, l: f64, a: f32) -> Color {
    let q = if l < 0.5 { l * (1.0 + s) } else { l + s - l * s };
    let p = 2.0 * l - q;
    let channel = |t: f64| {
        let t = t.rem_euclid(1.0);
        let v = if t < 1.0 / 6.0 {
            p + (q - p) * 6.0 * t
        } else if t < 0.5 {
            q
        } else if t < 2.0 / 3.0 {
            p + (q - p) * (2.0 / 3.0 - t) * 6.0
        } else {
            p
        };
        (v * 255.0).round() as u8
    };
    let h = h / 360.0;
    Color::rgba(channel(h + 1.0 / 3.0), channel(h), channel(h - 1.0 / 3.0), a)
}

/// Lightness less by `percent` (more when negative).
pub fn darken(c: Color, percent: f64) -> Color {
    let (h, s, l) = to_hsl(c);
    from_hsl(h, s, (l - percent / 100.0).clamp(0.0, 1.0), c.a)
}

/// Hue turned by `degrees`.
pub fn spin(c: Color, degrees: f64) -> Color {
    let (h, s, l) = to_hsl(c);
    from_hsl((h + degrees).rem_euclid(360.0), s, l, c.a)
}

/// Saturation more by `percent`.
pub fn saturate(c: Color, percent: f64) -> Color {
    let (h, s, l) = to_hsl(c);
    from_hsl(h, (s + percent / 100.0).clamp(0.0, 1.0), l, c.a)
}

/// From `a` at 0 to `b` at 1, channel by channel.
pub fn mix(a: Color, b: Color, t: f64) -> Color {
    let t = if t.is_nan() { 0.0 } else { t.clamp(0.0, 1.0) };
    let channel = |x: u8, y: u8| (f64::from(x) + (f64::from(y) - f64::from(x)) * t).round() as u8;
    Color::rgba(channel(a.r, b.r), channel(a.g, b.g), channel(a.b, b.b), a.a + (b.a - a.a) * t as f32)
}

/// What is seen where `top` lies on the opaque `ground`.
pub fn over(top: Color, ground: Color) -> Color {
    Color { a: 1.0, ..mix(ground, Color { a: 1.0, ..top }, f64::from(top.a)) }
}

/// Contrast of two colours (WCAG 2.1, 1 to 21).
pub fn contrast_ratio(a: Color, b: Color) -> f64 {
    let (a, b) = (luminance(a), luminance(b));
    (a.max(b) + 0.05) / (a.min(b) + 0.05)
}

fn luminance(c: Color) -> f64 {
    let linear = |v: u8| {
        let v = f64::from(v) / 255.0;
        if v <= 0.03928 { v / 12.92 } else { ((v + 0.055) / 1.055).powf(2.4) }
    };
    0.2126 * linear(c.r) + 0.7152 * linear(c.g) + 0.0722 * linear(c.b)
}

/// Every channel raised by `percent` of white.
pub fn brighten(c: Color, percent: f64) -> Color {
    let raise = |v: u8| (f64::from(v) + (255.0 * percent / 100.0).round()).clamp(0.0, 255.0) as u8;
    Color { r: raise(c.r), g: raise(c.g), b: raise(c.b), a: c.a }
}

/// Perceived brightness from 0 to 255 (W3C's formula).
pub fn brightness(c: Color) -> f64 {
    (f64::from(c.r) * 299.0 + f64::from(c.g) * 587.0 + f64::from(c.b) * 114.0) / 1000.0
}

/// Text that is readable on a coloured cell (`getTextColorForAlphaBackground`).
pub fn text_on(background: Color, is_dark: bool) -> Color {
    let (dark, light) = (Color::rgb(32, 34, 38), Color::rgb(247, 248, 250));
    if background.a < 0.3 {
        return if is_dark { light } else { dark };
    }
    if brightness(background) > 180.0 { dark } else { light }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hsl_there_and_back() {
        for c in [Color::rgb(86, 166, 75), Color::rgb(255, 0, 0), Color::rgb(12, 12, 12), Color::rgb(224, 47, 68)] {
            assert_eq!(spin(c, 360.0), c);
        }
        assert_eq!(darken(Color::rgb(128, 128, 128), 10.0), Color::rgb(103, 103, 103));
        assert_eq!(spin(Color::rgb(255, 0, 0), 120.0), Color::rgb(0, 255, 0));
        assert_eq!(brighten(Color::rgb(200, 0, 100), 40.0), Color::rgb(255, 102, 202));
    }
}
