//! Arithmetic on JavaScript numbers as uPlot does it: ticks depend on its rounding to the last digit.

/// JavaScript's `Math.round`: halves go up, so -2.5 becomes -2.
pub fn js_round(value: f64) -> f64 {
    (value + 0.5).floor()
}

/// Rounds half away from zero at `decimals` places. Source: uPlot `roundDec`, grafana-data `roundDecimals`.
pub fn round_decimals(value: f64, decimals: i32) -> f64 {
    if !value.is_finite() || value.fract() == 0.0 {
        return value;
    }
    let power = 10f64.powi(decimals);
    js_round(value * power * (1.0 + f64::EPSILON)) / power
}

/// Decimals of the number as JavaScript prints it (`guessDecimals`).
pub fn guess_decimals(value: f64) -> i32 {
    let text = value.to_string();
    text.split_once('.').map_or(0, |(_, fraction)| fraction.len() as i32)
}

/// The multiple of `increment` at or above `value`.
pub fn round_up_to(value: f64, increment: f64) -> f64 {
    fix_float(fix_float(value / increment).ceil() * increment)
}

/// The multiple of `increment` at or below `value`.
pub fn round_down_to(value: f64, increment: f64) -> f64 {
    fix_float(fix_float(value / increment).floor() * increment)
}

/// Takes the noise off 17999.204999999998: rounds before the first run of six nines or zeros. Source: uPlot `fixFloat`.
fn fix_float(value: f64) -> f64 {
    if !value.is_finite() || value.fract() == 0.0 {
        return value;
    }
    // JavaScript prints numbers under 1e-6 with an exponent and uPlot then looks at the mantissa alone.
    if value.abs() < 1e-6 {
        let text = format!("{value:e}");
        return match text.split_once('e') {
            Some((mantissa, exponent)) => {
                let mantissa = fix_float(mantissa.parse().unwrap_or(value));
                format!("{mantissa}e{exponent}").parse().unwrap_or(value)
            }
            None => value,
        };
    }
    match noise_start(&value.to_string()) {
        Some(decimals) => round_decimals(value, decimals),
        None => value,
    }
}

/// Decimals before the first run of six or more nines or zeros.
fn noise_start(text: &str) -> Option<i32> {
    let fraction = text.split_once('.')?.1.as_bytes();
    fraction.windows(6).position(|run| run.iter().all(|b| *b == b'9') || run.iter().all(|b| *b == b'0')).map(|at| at as i32)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rounding_follows_javascript() {
        for (value, decimals, expected) in [(1.005, 2, 1.01), (-1.005, 2, -1.0), (0.1 + 0.2, 6, 0.3), (7.0, 2, 7.0)] {
            assert!((round_decimals(value, decimals) - expected).abs() < 0.011, "{value}");
        }
        assert_eq!(fix_float(17999.204999999998), 17999.205);
        assert_eq!(fix_float(1.0000000000000001e-24), 1e-24);
        assert_eq!(round_up_to(0.1 + 0.2 - 0.05, 0.1), 0.3);
        assert_eq!(round_down_to(-1.1, 0.5), -1.5);
        assert_eq!(guess_decimals(0.125), 3);
        assert_eq!(guess_decimals(20.0), 0);
    }
}
