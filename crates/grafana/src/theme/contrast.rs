//! Readability of one colour on another (WCAG 2 relative luminance).

use super::Color;
use crate::js;

/// White where it is readable on `background` over `canvas`, else black.
pub(super) fn text_on(background: Color, canvas: Color) -> Color {
    const WHITE: Color = Color::rgb(255, 255, 255);
    if ratio(WHITE, background, Some(canvas)) >= 3.0 { WHITE } else { Color::rgb(0, 0, 0) }
}

/// `getContrastRatio`: 1 to 21.
pub(super) fn ratio(foreground: Color, background: Color, canvas: Option<Color>) -> f64 {
    let (a, b) = (luminance(foreground, None), luminance(background, canvas));
    (a.max(b) + 0.05) / (a.min(b) + 0.05)
}

/// `getLuminance`, cut to three digits as Grafana does. Without a canvas an alpha is left out of account.
fn luminance(color: Color, canvas: Option<Color>) -> f64 {
    let mut channels = color.channels();
    if let Some(canvas) = canvas
        && color.a < 1.0
    {
        // The shortest decimal of the f32, which is the number the dashboard had.
        let alpha = js::parse_float(&color.a.to_string());
        for (channel, behind) in channels.iter_mut().zip(canvas.channels()) {
            *channel = *channel * alpha + behind * (1.0 - alpha);
        }
    }
    let [r, g, b] = channels.map(|value| {
        let value = value / 255.0;
        if value <= 0.03928 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
    });
    js::parse_float(&js::to_fixed(0.2126 * r + 0.7152 * g + 0.0722 * b, 3))
}
