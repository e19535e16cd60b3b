//! How many decimals a number gets, and writing it with them.

use super::FormattedValue;
use crate::js;

/// `toFixed` of @grafana/data: rounds halves up at `decimals`, pads with zeros, "1e+21" and "∞" as a browser writes them.
///
/// `None` takes [`auto_decimals`].
pub fn to_fixed(value: f64, decimals: Option<i32>) -> String {
    if value.is_infinite() {
        return js::to_locale_string(value, 0, 3);
    }
    if value.is_nan() {
        return "NaN".into();
    }
    let decimals = decimals.unwrap_or_else(|| auto_decimals(value));
    if value == 0.0 {
        return js::to_fixed(value, decimals.max(0) as u32);
    }
    let factor = pow10(decimals.max(0));
    let text = js::number_to_string(js::js_round(value * factor) / factor);
    // What overflowed to "Infinity" is padded as a number is: "Infinity.00".
    if text.contains('e') {
        return text;
    }
    let precision = text.find('.').map_or(0, |point| text.len() - point - 1);
    let missing = usize::try_from(decimals).unwrap_or(0).saturating_sub(precision);
    if missing == 0 {
        return text;
    }
    let point = if precision > 0 { "" } else { "." };
    // Grafana cuts the zeros out of the factor's own text, which runs out at 1e21.
    let zeros: String = js::number_to_string(factor).chars().skip(1).take(missing).collect();
    format!("{text}{point}{zeros}")
}

/// The decimals Grafana chooses for a number: about three significant digits, none for whole numbers.
///
/// Source: @grafana/data 12.4 `getDecimalsForValue`.
pub fn auto_decimals(value: f64) -> i32 {
    if !value.is_finite() || value % 1.0 == 0.0 {
        return 0;
    }
    let magnitude = value.abs();
    let log10 = (magnitude.ln() / std::f64::consts::LN_10).floor() as i32;
    let mut decimals = 1 - log10;
    let norm = magnitude / pow10(-decimals);
    // Grafana means to add a digit for 2.5 alone, but its norm lies between 10 and 100, so nearly all numbers get one.
    if norm > 2.25 {
        decimals += 1;
    }
    decimals.max(0)
}

/// A number with a unit of time behind it: "1 min" but "2 mins".
pub(super) fn to_fixed_scaled(value: f64, decimals: Option<i32>, unit: &str) -> FormattedValue {
    let counted = matches!(unit, " min" | " hour" | " day" | " week" | " year");
    let plural = if counted && value.abs() > 1.0 { "s" } else { "" };
    FormattedValue { text: to_fixed(value, decimals), suffix: format!("{unit}{plural}"), ..Default::default() }
}

/// Ten to a whole power, correctly rounded on every machine (`powi` multiplies and drifts).
pub(super) fn pow10(exponent: i32) -> f64 {
    const UP: [f64; 23] =
        [1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22];
    match UP.get(exponent.unsigned_abs() as usize) {
        Some(power) if exponent >= 0 => *power,
        // Powers up to 22 are exact, so one division rounds correctly.
        Some(power) => 1.0 / power,
        None => format!("1e{exponent}").parse().unwrap_or(f64::NAN),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fixed() {
        let check = |value: f64, decimals: Option<i32>, expected: &str| assert_eq!(to_fixed(value, decimals), expected);
        check(1.005, Some(2), "1.00"); // 1.005 * 100 is a little under the half
        check(1.5, Some(3), "1.500");
        check(3.0, Some(2), "3.00");
        check(0.0, Some(2), "0.00");
        check(-0.0, None, "0");
        check(2.25, None, "2.25");
        check(0.1, None, "0.100");
        check(12.345, None, "12.3");
        check(1234.56, None, "1235");
        check(1e21, None, "1e+21");
        check(f64::NEG_INFINITY, Some(2), "-∞");
        check(f64::NAN, Some(2), "NaN");
        check(12.0, Some(-3), "12");
        check(0.0, Some(i32::MAX), &format!("0.{}", "0".repeat(100)));
        check(1.5, Some(i32::MIN), "2");
    }

    #[test]
    fn powers_are_correctly_rounded() {
        for exponent in -300..300 {
            assert_eq!(pow10(exponent), format!("1e{exponent}").parse::<f64>().unwrap(), "{exponent}");
        }
    }
}
