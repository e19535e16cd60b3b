//! The colour schemes of d3-scale-chromatic 3.1, which Grafana's heatmaps choose from.
//!
//! The schemes of one or two hues are Cynthia Brewer's (ColorBrewer, an Apache-style licence).

use super::{Color, continuous, ramps};

/// The colour of a scheme ("Oranges", "Spectral", "Turbo" …) at `t` from 0 to 1, held inside; `None` for other names.
///
/// Source: d3-scale-chromatic 3.1 `interpolate…`; ramps and splines as in [`continuous`].
pub fn chromatic_at(name: &str, t: f64) -> Option<Color> {
    let t = if t.is_nan() { 0.0 } else { t.clamp(0.0, 1.0) };
    if let Some(digits) = brewer(name) {
        let colors: Vec<[f64; 3]> = (0..digits.len() / 6).map(|at| channels(&digits[at * 6..at * 6 + 6])).collect();
        return Some(Color::of_channels([0, 1, 2].map(|channel| continuous::spline(&colors, channel, t))));
    }
    Some(match name {
        "Turbo" => turbo(t),
        "Cividis" => continuous::cividis(t),
        "Viridis" => continuous::ramp(ramps::VIRIDIS, t),
        "Magma" => continuous::ramp(ramps::MAGMA, t),
        "Inferno" => continuous::ramp(ramps::INFERNO, t),
        "Plasma" => continuous::ramp(ramps::PLASMA, t),
        "Warm" => helix([-100.0, 0.75, 0.35], [80.0, 1.5, 0.8], t),
        "Cool" => helix([260.0, 0.75, 0.35], [80.0, 1.5, 0.8], t),
        "Cubehelix" => helix([300.0, 0.5, 0.0], [-240.0, 0.5, 1.0], t),
        "Rainbow" => {
            let off = (t - 0.5).abs();
            cubehelix(360.0 * t - 100.0, 1.5 - 1.5 * off, 0.8 - 0.9 * off)
        }
        "Sinebow" => sinebow(t),
        _ => return None,
    })
}

/// The largest palette of each of ColorBrewer's schemes, six hexadecimal digits a colour.
#[rustfmt::skip]
fn brewer(name: &str) -> Option<&'static str> {
    Some(match name {
        "BrBG" => "5430058c510abf812ddfc27df6e8c3f5f5f5c7eae580cdc135978f01665e003c30",
        "PiYG" => "8e0152c51b7dde77aef1b6dafde0eff7f7f7e6f5d0b8e1867fbc414d9221276419",
        "PRGn" => "40004b762a839970abc2a5cfe7d4e8f7f7f7d9f0d3a6dba05aae611b783700441b",
        "PuOr" => "2d004b5427888073acb2abd2d8daebf7f7f7fee0b6fdb863e08214b358067f3b08",
        "RdBu" => "67001fb2182bd6604df4a582fddbc7f7f7f7d1e5f092c5de4393c32166ac053061",
        "RdGy" => "67001fb2182bd6604df4a582fddbc7ffffffe0e0e0bababa8787874d4d4d1a1a1a",
        "RdYlBu" => "a50026d73027f46d43fdae61fee090ffffbfe0f3f8abd9e974add14575b4313695",
        "RdYlGn" => "a50026d73027f46d43fdae61fee08bffffbfd9ef8ba6d96a66bd631a9850006837",
        "Spectral" => "9e0142d53e4ff46d43fdae61fee08bffffbfe6f598abdda466c2a53288bd5e4fa2",
        "Blues" => "f7fbffdeebf7c6dbef9ecae16baed64292c62171b508519c08306b",
        "Greens" => "f7fcf5e5f5e0c7e9c0a1d99b74c47641ab5d238b45006d2c00441b",
        "Greys" => "fffffff0f0f0d9d9d9bdbdbd969696737373525252252525000000",
        "Oranges" => "fff5ebfee6cefdd0a2fdae6bfd8d3cf16913d94801a636037f2704",
        "Purples" => "fcfbfdefedf5dadaebbcbddc9e9ac8807dba6a51a354278f3f007d",
        "Reds" => "fff5f0fee0d2fcbba1fc9272fb6a4aef3b2ccb181da50f1567000d",
        "BuGn" => "f7fcfde5f5f9ccece699d8c966c2a441ae76238b45006d2c00441b",
        "BuPu" => "f7fcfde0ecf4bfd3e69ebcda8c96c68c6bb188419d810f7c4d004b",
        "GnBu" => "f7fcf0e0f3dbccebc5a8ddb57bccc44eb3d32b8cbe0868ac084081",
        "OrRd" => "fff7ecfee8c8fdd49efdbb84fc8d59ef6548d7301fb300007f0000",
        "PuBuGn" => "fff7fbece2f0d0d1e6a6bddb67a9cf3690c002818a016c59014636",
        "PuBu" => "fff7fbece7f2d0d1e6a6bddb74a9cf3690c00570b0045a8d023858",
        "PuRd" => "f7f4f9e7e1efd4b9dac994c7df65b0e7298ace125698004367001f",
        "RdPu" => "fff7f3fde0ddfcc5c0fa9fb5f768a1dd3497ae017e7a017749006a",
        "YlGnBu" => "ffffd9edf8b1c7e9b47fcdbb41b6c41d91c0225ea8253494081d58",
        "YlGn" => "ffffe5f7fcb9d9f0a3addd8e78c67941ab5d238443006837004529",
        "YlOrBr" => "ffffe5fff7bcfee391fec44ffe9929ec7014cc4c02993404662506",
        "YlOrRd" => "ffffccffeda0fed976feb24cfd8d3cfc4e2ae31a1cbd0026800026",
        _ => return None,
    })
}

fn channels(digits: &str) -> [f64; 3] {
    let rgb = u32::from_str_radix(digits, 16).unwrap_or(0);
    [rgb >> 16 & 255, rgb >> 8 & 255, rgb & 255].map(f64::from)
}

/// Anton Mikhailov's map as d3's polynomial.
fn turbo(t: f64) -> Color {
    let polynomial = |c: [f64; 6]| c.iter().rev().fold(0.0, |sum, coefficient| sum * t + coefficient);
    Color::of_channels([
        polynomial([34.61, 1172.33, -10793.56, 33300.12, -38394.49, 14825.05]),
        polynomial([23.31, 557.33, 1225.33, -3574.96, 1073.77, 707.56]),
        polynomial([27.2, 3211.1, -15327.97, 27814.0, -22569.18, 6838.66]),
    ])
}

/// From one point of Dave Green's cubehelix to another: hue in degrees, saturation, lightness.
fn helix(from: [f64; 3], to: [f64; 3], t: f64) -> Color {
    let [h, s, l] = std::array::from_fn(|at| from[at] + (to[at] - from[at]) * t);
    cubehelix(h, s, l)
}

/// Source: d3-color 3 `cubehelix.js`.
fn cubehelix(h: f64, s: f64, l: f64) -> Color {
    let angle = (h + 120.0).to_radians();
    let reach = s * l * (1.0 - l);
    let (cos, sin) = (angle.cos(), angle.sin());
    Color::of_channels([
        255.0 * (l + reach * (-0.14861 * cos + 1.78277 * sin)),
        255.0 * (l + reach * (-0.29227 * cos - 0.90649 * sin)),
        255.0 * (l + reach * (1.97294 * cos)),
    ])
}

fn sinebow(t: f64) -> Color {
    let angle = (0.5 - t) * std::f64::consts::PI;
    let third = std::f64::consts::FRAC_PI_3;
    Color::of_channels([0.0, third, 2.0 * third].map(|shift| 255.0 * (angle + shift).sin().powi(2)))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Written by d3-scale-chromatic 3.1.0 itself.
    #[test]
    fn schemes_are_those_of_d3() {
        for (name, expected) in [
            ("BrBG", "543005 9b6016 eef1ea 14756d 003c30"),
            ("PiYG", "8e0152 cb3a8c f5f3ef 5d9e2c 276419"),
            ("PRGn", "40004b 7f418e eff0ef 308844 00441b"),
            ("PuOr", "2d004b 624091 f3eeea c0650b 7f3b08"),
            ("RdBu", "67001f bb3037 f2efee 2c73b0 053061"),
            ("RdGy", "67001f bb3037 faf4f1 5f5f5f 1a1a1a"),
            ("RdYlBu", "a50026 de4331 faf8c1 5585bd 313695"),
            ("RdYlGn", "a50026 de4331 f9f7ae 34a255 006837"),
            ("Spectral", "9e0142 dd4b4a fbf8b0 4799b3 5e4fa2"),
            ("Blues", "f7fbff ddeaf7 6daed5 0d5299 08306b"),
            ("Greens", "f7fcf5 e2f4dd 73c378 076d2e 00441b"),
            ("Greys", "ffffff eeeeee 979797 282828 000000"),
            ("Oranges", "fff5eb fee4ca fb8d3d aa3703 7f2704"),
            ("Purples", "fcfbfd edecf4 9e9bc9 552990 3f007d"),
            ("Reds", "fff5f0 fedccd f9694c a30e15 67000d"),
            ("BuGn", "f7fcfd e3f4f6 68c2a3 076d2e 00441b"),
            ("BuPu", "f7fcfd ddeaf3 8f95c6 7b167b 4d004b"),
            ("GnBu", "f7fcf0 e0f3da 7bcbc4 0f69a9 084081"),
            ("OrRd", "fff7ec fee6c5 fa8e5d b20906 7f0000"),
            ("PuBuGn", "fff7fb eae2f0 69a8cf 016a5d 014636"),
            ("PuBu", "fff7fb eae5f1 72a8cf 04598c 023858"),
            ("PuRd", "f7f4f9 e6dced dd63ae 9b0341 67001f"),
            ("RdPu", "fff7f3 fddedb f369a3 7d0176 49006a"),
            ("YlGnBu", "ffffd9 e9f6b7 45b4c2 20388f 081d58"),
            ("YlGn", "ffffe5 f3fabb 78c578 076837 004529"),
            ("YlOrBr", "ffffe5 fff4ba fb992c 9b3604 662506"),
            ("YlOrRd", "ffffcc ffec9f fd893c bb0524 800026"),
            ("Turbo", "23171b 436df1 95fb51 ce310d 900c00"),
            ("Cividis", "002051 13376d 7f7c75 e1ca5d fdea45"),
            ("Viridis", "440154 472e7c 21918c a8db34 fde725"),
            ("Magma", "000004 1e1149 b73779 fec185 fcfdbf"),
            ("Inferno", "000004 230c4c bc3754 f9c72f fcffa4"),
            ("Plasma", "0d0887 4e02a2 cc4778 fdc229 f0f921"),
            ("Warm", "6e40aa a23db3 ff5e63 cecd36 aff05b"),
            ("Cool", "6e40aa 5b5ccf 1ac7c2 71f65b aff05b"),
            ("Cubehelix", "000000 1a1f3d a07949 c9e5f0 ffffff"),
            ("Rainbow", "6e40aa d63ea6 aff05b 3f80e1 6e40aa"),
            ("Sinebow", "ff4040 d7a403 00bfbf d703a4 ff4040"),
        ] {
            let colors = [0.0, 0.13, 0.5, 0.87, 1.0].map(|t| chromatic_at(name, t).map_or(String::new(), Color::css)[1..].to_owned());
            assert_eq!(colors.join(" "), expected, "{name}");
        }
        assert_eq!(chromatic_at("nonsense", 0.5), None);
    }
}
