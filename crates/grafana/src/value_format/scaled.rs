//! Units that scale: SI and binary prefixes, counts, currencies.

use super::{
    FormattedValue,
    decimals::{pow10, to_fixed},
};
use crate::js;

/// Which side of the number a symbol stands on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Side {
    Before,
    After,
}

const SI_PREFIXES: [&str; 14] = ["f", "p", "n", "µ", "m", "", "k", "M", "G", "T", "P", "E", "Z", "Y"];
const SI_BASE: i32 = 5;
const BINARY_PREFIXES: [&str; 9] = ["", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei", "Zi", "Yi"];
const SHORT_SCALE: [&str; 5] = ["", "K", "M", "B", "T"];

/// `scaledUnits`: divides by the power of `factor` that fits and picks that step of `steps`. `offset` is the step the value is given in.
pub(super) fn scaled(value: f64, decimals: Option<i32>, factor: f64, steps: &[&str], offset: i32) -> FormattedValue {
    let (text, step) = scale(value, decimals, factor, steps.len(), offset);
    FormattedValue { text, suffix: step.map(|step| steps[step].to_owned()).unwrap_or_default(), ..Default::default() }
}

pub(super) fn si(value: f64, decimals: Option<i32>, unit: &str, offset: i32) -> FormattedValue {
    prefixed(value, decimals, 1000.0, &SI_PREFIXES, SI_BASE + offset, unit)
}

pub(super) fn binary(value: f64, decimals: Option<i32>, unit: &str, offset: i32) -> FormattedValue {
    prefixed(value, decimals, 1024.0, &BINARY_PREFIXES, offset, unit)
}

fn prefixed(value: f64, decimals: Option<i32>, factor: f64, prefixes: &[&str], offset: i32, unit: &str) -> FormattedValue {
    let (text, step) = scale(value, decimals, factor, prefixes.len(), offset);
    FormattedValue { text, suffix: step.map(|step| format!(" {}{unit}", prefixes[step])).unwrap_or_default(), ..Default::default() }
}

/// The scaled number and its step; no step for infinities and NaN.
fn scale(value: f64, decimals: Option<i32>, factor: f64, n_steps: usize, offset: i32) -> (String, Option<usize>) {
    if !value.is_finite() {
        return (js::to_locale_string(value, 0, 3), None);
    }
    let last = n_steps as i32 - 1;
    let power = if value == 0.0 { 0 } else { (value.abs().log10() / factor.log10()).floor() as i32 };
    let step = (offset + power).clamp(0, last) as usize;
    // Not `i32::clamp`: an offset beyond the table makes the bounds cross, where lodash's clamp lets the lower bound win.
    let divisor = power_of(factor, power.min(last - offset).max(-offset));
    (to_fixed(value / divisor, decimals), Some(step))
}

/// 1000 or 1024 to a whole power, correctly rounded (`powf` of 1000 is one digit off from 1e39).
fn power_of(factor: f64, power: i32) -> f64 {
    if factor == 1000.0 { pow10(3 * power) } else { factor.powi(power) }
}

/// "1.2K req/s".
pub(super) fn count(value: f64, decimals: Option<i32>, unit: &str) -> FormattedValue {
    let mut formatted = scaled(value, decimals, 1000.0, &SHORT_SCALE, 0);
    // DIFFERENCE: for infinities Grafana writes "∞undefined req/s"; we leave the "undefined" out.
    formatted.suffix = format!("{} {unit}", formatted.suffix);
    formatted
}

/// "$1.2K", "-$3", "1.2Kkr".
pub(super) fn currency(value: f64, decimals: Option<i32>, symbol: &str, side: Side) -> FormattedValue {
    let mut formatted = scaled(value.abs(), decimals, 1000.0, &SHORT_SCALE, 0);
    match side {
        Side::Before => formatted.prefix = symbol.to_owned(),
        Side::After if value.is_finite() => formatted.suffix.push_str(symbol),
        Side::After => {}
    }
    if value < 0.0 {
        formatted.prefix.insert(0, '-');
    }
    formatted
}

/// "$1,234.5": grouped and not scaled; one decimal at most when none are asked for.
pub(super) fn full_currency(value: f64, decimals: Option<i32>, symbol: &str, side: Side) -> FormattedValue {
    let (min, max) = match decimals {
        Some(decimals) => (decimals.max(0) as u32, decimals.max(0) as u32),
        None => (0, 1),
    };
    let text = js::to_locale_string(value, min, max);
    match side {
        Side::Before => FormattedValue { prefix: symbol.to_owned(), text, ..Default::default() },
        Side::After => FormattedValue { suffix: symbol.to_owned(), text, ..Default::default() },
    }
}

/// The power of 1,000 of an SI prefix letter, 0 when it is none (`getOffsetFromSIPrefix`).
pub(super) fn si_offset(letter: char) -> i32 {
    // Both micro signs; Grafana compares them normalised.
    let letter = if letter == 'μ' { 'µ' } else { letter };
    SI_PREFIXES.iter().position(|prefix| prefix.chars().eq([letter])).map_or(0, |at| at as i32 - SI_BASE)
}
