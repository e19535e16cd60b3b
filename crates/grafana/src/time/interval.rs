//! Intervals: the step between points.

use super::TimeRange;
use crate::js;

const UNITS: [(&str, f64); 8] =
    [("ms", 0.001), ("y", 31_536_000.0), ("M", 2_592_000.0), ("w", 604_800.0), ("d", 86_400.0), ("h", 3600.0), ("m", 60.0), ("s", 1.0)];

/// Milliseconds of an interval ("5m", "1d", "30s", "1M", "15" seconds); `None` when it is none. Fractions are cut off, as in Grafana.
///
/// Source: @grafana/data 12.4 `rangeutil.ts` `describeInterval`.
pub fn interval_to_ms(text: &str) -> Option<f64> {
    let number = js::number_from_string(text);
    if !number.is_nan() && number != 0.0 {
        return Some(js::parse_int(text) * 1000.0).filter(|ms| !ms.is_nan());
    }
    let unsigned = text.strip_prefix('-').unwrap_or(text);
    let n_digits = |text: &str| text.bytes().take_while(u8::is_ascii_digit).count();
    let mut length = n_digits(unsigned);
    if length == 0 {
        return None;
    }
    if let Some(fraction) = unsigned[length..].strip_prefix('.') {
        length += 1 + Some(n_digits(fraction)).filter(|n| *n > 0)?;
    }
    let (_, secs) = UNITS.iter().find(|(unit, _)| unsigned[length..].starts_with(unit))?;
    Some(secs * 1000.0 * js::parse_int(text))
}

/// The interval's text for milliseconds (`secondsToHms`): 300000 → "5m". Only the largest unit is written.
pub fn ms_to_interval(ms: f64) -> String {
    let secs = ms / 1000.0;
    let parts = [
        ((secs / 31_536_000.0).floor(), "y"),
        ((secs % 31_536_000.0 / 86_400.0).floor(), "d"),
        ((secs % 31_536_000.0 % 86_400.0 / 3600.0).floor(), "h"),
        ((secs % 31_536_000.0 % 86_400.0 % 3600.0 / 60.0).floor(), "m"),
        ((secs % 31_536_000.0 % 86_400.0 % 3600.0 % 60.0).floor(), "s"),
        ((secs * 1000.0).floor(), "ms"),
    ];
    let largest = parts.iter().find(|(amount, _)| *amount != 0.0 && !amount.is_nan());
    largest.map_or("less than a millisecond".into(), |(amount, unit)| format!("{}{unit}", js::number_to_string(*amount)))
}

/// Under the first number the second one is the step, both in milliseconds.
const STEPS: [(f64, f64); 29] = [
    (10.0, 1.0),
    (15.0, 10.0),
    (35.0, 20.0),
    (75.0, 50.0),
    (150.0, 100.0),
    (350.0, 200.0),
    (750.0, 500.0),
    (1_500.0, 1_000.0),
    (3_500.0, 2_000.0),
    (7_500.0, 5_000.0),
    (12_500.0, 10_000.0),
    (17_500.0, 15_000.0),
    (25_000.0, 20_000.0),
    (45_000.0, 30_000.0),
    (90_000.0, 60_000.0),
    (210_000.0, 120_000.0),
    (450_000.0, 300_000.0),
    (750_000.0, 600_000.0),
    (1_050_000.0, 900_000.0),
    (1_500_000.0, 1_200_000.0),
    (2_700_000.0, 1_800_000.0),
    (5_400_000.0, 3_600_000.0),
    (9_000_000.0, 7_200_000.0),
    (16_200_000.0, 10_800_000.0),
    (32_400_000.0, 21_600_000.0),
    (86_400_000.0, 43_200_000.0),
    (604_800_000.0, 86_400_000.0),
    (1_814_400_000.0, 604_800_000.0),
    (3_628_800_000.0, 2_592_000_000.0),
];

/// `roundInterval`: the nice step for a raw one, in milliseconds.
pub fn round_interval(ms: f64) -> f64 {
    STEPS.iter().find(|(below, _)| ms < *below).map_or(31_536_000_000.0, |(_, step)| *step)
}

/// `rangeUtil.calculateInterval`: range over resolution, rounded, not under `low_limit` (">10s" or "10s"). In milliseconds.
///
/// A limit that is no interval counts as 1 ms, where Grafana would fail the panel.
pub fn calculate_interval(range: &TimeRange, resolution: u32, low_limit: Option<&str>) -> f64 {
    let low_limit = low_limit.map(|limit| limit.trim().trim_start_matches('>').trim_start()).filter(|limit| !limit.is_empty());
    let low_limit_ms = low_limit.and_then(interval_to_ms).unwrap_or(1.0);
    round_interval((range.to_ms - range.from_ms) / f64::from(resolution)).max(low_limit_ms)
}
