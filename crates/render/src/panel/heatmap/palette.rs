//! Colours of counts.

use grafana::theme::{Color, Theme, chromatic_at};
use serde_json::{Map, Value as Json};

use super::options;

/// Schemes that are used from their far end: always, in dark themes, or in light ones. Source: grafana 12.4.0 `colorSchemes`.
enum Invert {
    Always,
    Dark,
    Light,
}

fn inversion(scheme: &str) -> Option<Invert> {
    Some(match scheme {
        "BrBG" | "PiYG" | "PRGn" | "PuOr" | "RdBu" | "RdGy" | "RdYlBu" | "RdYlGn" | "Spectral" | "Rainbow" | "Sinebow" => Invert::Always,
        "Turbo" | "Cividis" | "Viridis" | "Magma" | "Inferno" | "Plasma" | "Warm" | "Cool" | "Cubehelix" => Invert::Light,
        "Blues" | "Greens" | "Greys" | "Oranges" | "Purples" | "Reds" | "BuGn" | "BuPu" | "GnBu" | "OrRd" | "PuBuGn" | "PuBu" | "PuRd"
        | "RdPu" | "YlGnBu" | "YlGn" | "YlOrBr" | "YlOrRd" => Invert::Dark,
        _ => return None,
    })
}

/// The colours of `options.color`, for the least count first. Source: grafana 12.4.0 `quantizeScheme`.
pub fn palette(saved: &Map<String, Json>, theme: &Theme) -> Vec<Color> {
    let steps = options::number(saved, "color.steps").unwrap_or(64.0).clamp(2.0, 1024.0) as usize;
    let share = |step: usize| step as f64 / (steps - 1) as f64;
    if options::text(saved, "color.mode", "scheme") == "opacity" {
        let fill = theme.color(options::text(saved, "color.fill", "dark-orange"));
        let exponent = match options::text(saved, "color.scale", "exponential") {
            "exponential" => options::number(saved, "color.exponent").unwrap_or(0.5),
            _ => 1.0,
        };
        // Grafana writes the opacity in two hexadecimal digits.
        let opacity = |step: usize| (share(step).powf(exponent) * 255.0).round() / 255.0;
        return (0..steps).map(|step| fill.with_alpha(opacity(step) as f32)).collect();
    }
    let name = options::text(saved, "color.scheme", "Oranges");
    let (name, invert) = inversion(name).map_or(("Spectral", Invert::Always), |invert| (name, invert));
    let mut colors: Vec<Color> = (0..steps).filter_map(|step| chromatic_at(name, share(step))).collect();
    let inverted = match invert {
        Invert::Always => true,
        Invert::Dark => theme.is_dark,
        Invert::Light => !theme.is_dark,
    };
    if inverted != options::flag(saved, "color.reverse", false) {
        colors.reverse();
    }
    colors
}

/// The colour of a count; `None` where it has none. Source: grafana 12.4.0 `valuesToFills`.
pub fn index(count: f64, (min, max): (f64, f64), n_colors: usize) -> Option<usize> {
    let last = n_colors.checked_sub(1)?;
    let range = if max == min { 1.0 } else { max - min };
    match count {
        count if count < min => Some(0),
        count if count > max => Some(last),
        count => {
            let place = (n_colors as f64 * (count - min) / range).floor();
            (!place.is_nan()).then(|| last.min(place as usize))
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn palettes() {
        let check = |options: Json, theme: &Theme, expected: [&str; 2]| {
            let Json::Object(saved) = options else { return };
            let colors = palette(&saved, theme);
            let ends = [colors.first(), colors.last()].map(|color| color.map_or(String::new(), |color| color.css()));
            assert_eq!(ends, expected, "{saved:?}");
        };
        let (light, dark) = (Theme::light(), Theme::dark());
        check(json!({}), &light, ["#fff5eb", "#7f2704"]);
        check(json!({}), &dark, ["#7f2704", "#fff5eb"]);
        check(json!({"color": {"reverse": true}}), &light, ["#7f2704", "#fff5eb"]);
        check(json!({"color": {"scheme": "Spectral"}}), &dark, ["#5e4fa2", "#9e0142"]);
        check(json!({"color": {"scheme": "Viridis"}}), &light, ["#fde725", "#440154"]);
        check(json!({"color": {"scheme": "Nonsense"}}), &light, ["#5e4fa2", "#9e0142"]);
        check(json!({"color": {"mode": "opacity", "fill": "#102030"}}), &light, ["rgba(16, 32, 48, 0)", "#102030"]);
    }

    #[test]
    fn counts_fall_into_steps() {
        let check = |count, limits, expected| assert_eq!(index(count, limits, 4), expected, "{count} {limits:?}");
        check(1.0, (1.0, 5.0), Some(0));
        check(2.0, (1.0, 5.0), Some(1));
        check(5.0, (1.0, 5.0), Some(3));
        check(0.0, (1.0, 5.0), Some(0));
        check(9.0, (1.0, 5.0), Some(3));
        check(3.0, (3.0, 3.0), Some(0));
        check(f64::NAN, (1.0, 5.0), None);
    }
}
