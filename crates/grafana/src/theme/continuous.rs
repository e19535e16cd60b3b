//! Continuous colour schemes.
//!
//! Source: @grafana/data 12.4 `field/fieldColor.ts`; splines of d3-interpolate 3 `basis.js`, ramps of d3-scale-chromatic 3.

use super::{Color, Theme, ramps};

/// How a scheme finds its colours.
enum Scheme {
    /// Named colours with a spline through them.
    Named(&'static [&'static str]),
    /// 256 colours, the nearest below counts.
    Ramp(&'static str),
    /// Cividis is a formula.
    Cividis,
}

fn scheme(mode: &str) -> Option<Scheme> {
    Some(match mode {
        "continuous-GrYlRd" => Scheme::Named(&["green", "yellow", "red"]),
        "continuous-RdYlGr" => Scheme::Named(&["red", "yellow", "green"]),
        "continuous-BlYlRd" => Scheme::Named(&["dark-blue", "super-light-yellow", "dark-red"]),
        "continuous-YlRd" => Scheme::Named(&["super-light-yellow", "dark-red"]),
        "continuous-BlPu" => Scheme::Named(&["blue", "purple"]),
        "continuous-YlBl" => Scheme::Named(&["super-light-yellow", "dark-blue"]),
        "continuous-blues" => Scheme::Named(&["panel-bg", "dark-blue"]),
        "continuous-reds" => Scheme::Named(&["panel-bg", "dark-red"]),
        "continuous-greens" => Scheme::Named(&["panel-bg", "dark-green"]),
        "continuous-purples" => Scheme::Named(&["panel-bg", "dark-purple"]),
        "continuous-viridis" => Scheme::Ramp(ramps::VIRIDIS),
        "continuous-magma" => Scheme::Ramp(ramps::MAGMA),
        "continuous-inferno" => Scheme::Ramp(ramps::INFERNO),
        "continuous-plasma" => Scheme::Ramp(ramps::PLASMA),
        "continuous-cividis" => Scheme::Cividis,
        _ => return None,
    })
}

/// The scheme's own colours; nine samples of those that are ramps.
pub(super) fn colors(theme: &Theme, mode: &str) -> Option<Vec<Color>> {
    Some(match scheme(mode)? {
        Scheme::Named(names) => names.iter().map(|name| theme.color(name)).collect(),
        _ => (0..9).filter_map(|i| at(theme, mode, f64::from(i) / 8.0)).collect(),
    })
}

pub(super) fn at(theme: &Theme, mode: &str, percent: f64) -> Option<Color> {
    let t = if percent.is_nan() { 0.0 } else { percent.clamp(0.0, 1.0) };
    Some(match scheme(mode)? {
        Scheme::Named(names) => {
            let colors: Vec<[f64; 3]> = names.iter().map(|name| theme.color(name).channels()).collect();
            Color::of_channels([0, 1, 2].map(|channel| spline(&colors, channel, t)))
        }
        Scheme::Ramp(digits) => ramp(digits, t),
        Scheme::Cividis => cividis(t),
    })
}

/// Uniform cubic B-spline through the colours, mirrored at both ends.
pub(super) fn spline(colors: &[[f64; 3]], channel: usize, t: f64) -> f64 {
    let n = colors.len() - 1;
    let i = ((t * n as f64).floor() as usize).min(n - 1);
    let value = |at: usize| colors[at][channel];
    let (v1, v2) = (value(i), value(i + 1));
    let v0 = if i > 0 { value(i - 1) } else { 2.0 * v1 - v2 };
    let v3 = if i < n - 1 { value(i + 2) } else { 2.0 * v2 - v1 };
    let t1 = (t - i as f64 / n as f64) * n as f64;
    let (t2, t3) = (t1 * t1, t1 * t1 * t1);
    ((1.0 - 3.0 * t1 + 3.0 * t2 - t3) * v0 + (4.0 - 6.0 * t2 + 3.0 * t3) * v1 + (1.0 + 3.0 * t1 + 3.0 * t2 - 3.0 * t3) * v2 + t3 * v3) / 6.0
}

pub(super) fn ramp(digits: &str, t: f64) -> Color {
    let n = digits.len() / 6;
    let i = ((t * n as f64).floor() as usize).min(n - 1);
    let rgb = u32::from_str_radix(&digits[i * 6..i * 6 + 6], 16).unwrap_or(0);
    Color::rgb((rgb >> 16) as u8, (rgb >> 8) as u8, rgb as u8)
}

/// d3's fit of the cividis map.
pub(super) fn cividis(t: f64) -> Color {
    let polynomial = |c: [f64; 6]| c.iter().rev().fold(0.0, |sum, coefficient| sum * t + coefficient);
    Color::of_channels([
        polynomial([-4.54, -35.34, 2381.73, -6402.7, 7024.72, -2710.57]),
        polynomial([32.49, 170.73, 52.82, -131.46, 176.58, -67.37]),
        polynomial([81.24, 442.36, -2482.43, 6167.24, -6614.94, 2475.67]),
    ])
}
