//! Percent, hexadecimal, scientific and grouped numbers.

use super::{FormattedValue, decimals::to_fixed};
use crate::js;

pub(super) fn percent(value: f64, decimals: Option<i32>) -> FormattedValue {
    FormattedValue { text: to_fixed(value, decimals), suffix: "%".into(), ..Default::default() }
}

/// Upper-case hexadecimal of the number as it would be shown in decimal.
pub(super) fn hex(value: f64, decimals: Option<i32>) -> String {
    js::to_hex(js::parse_float(&to_fixed(value, decimals))).to_uppercase()
}

pub(super) fn hex_0x(value: f64, decimals: Option<i32>) -> String {
    let text = hex(value, decimals);
    match text.strip_prefix('-') {
        Some(digits) => format!("-0x{digits}"),
        None => format!("0x{text}"),
    }
}

pub(super) fn scientific(value: f64, decimals: Option<i32>) -> String {
    js::to_exponential(value, decimals.map(|decimals| decimals.max(0) as u32))
}

pub(super) fn locale(value: f64, decimals: Option<i32>) -> String {
    js::to_locale_string(value, 0, decimals.map_or(3, |decimals| decimals.max(0) as u32))
}
