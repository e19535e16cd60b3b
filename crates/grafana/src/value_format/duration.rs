//! Units of time: scaled ("1.3 hours"), spelt out ("1 hour, 20 minutes") and clocks ("01h:20m").
//!
//! Source: @grafana/data 12.4 `valueFormats/dateTimeFormatters.ts`; its uneven year lengths and its missing weeks are kept.

use super::{
    FormattedValue,
    decimals::{to_fixed, to_fixed_scaled},
};
use crate::{
    js,
    time::{TimeZone, format_moment},
};

/// A step is taken while the value is under `below`; its number is the value over `divisor`.
struct Step {
    below: f64,
    divisor: f64,
    unit: &'static str,
}

const fn step(below: f64, divisor: f64, unit: &'static str) -> Step {
    Step { below, divisor, unit }
}

const FOREVER: f64 = f64::INFINITY;

const NANOSECONDS: [Step; 7] = [
    step(1e3, 1.0, " ns"),
    step(1e6, 1e3, " µs"),
    step(1e9, 1e6, " ms"),
    step(6e10, 1e9, " s"),
    step(3.6e12, 6e10, " min"),
    step(8.64e13, 3.6e12, " hour"),
    step(FOREVER, 8.64e13, " day"),
];
const MICROSECONDS: [Step; 3] = [step(1e3, 1.0, " µs"), step(1e6, 1e3, " ms"), step(FOREVER, 1e6, " s")];
const MILLISECONDS: [Step; 6] = [
    step(1e3, 1.0, " ms"),
    step(6e4, 1e3, " s"),
    step(3.6e6, 6e4, " min"),
    step(8.64e7, 3.6e6, " hour"),
    step(3.1536e10, 8.64e7, " day"),
    step(FOREVER, 3.1536e10, " year"),
];
const SECONDS: [Step; 6] = [
    step(60.0, 1.0, " s"),
    step(3600.0, 60.0, " min"),
    step(86400.0, 3600.0, " hour"),
    step(604800.0, 86400.0, " day"),
    step(31536000.0, 604800.0, " week"),
    step(FOREVER, 3.15569e7, " year"),
];
const MINUTES: [Step; 5] = [
    step(60.0, 1.0, " min"),
    step(1440.0, 60.0, " hour"),
    step(10080.0, 1440.0, " day"),
    step(604800.0, 10080.0, " week"),
    step(FOREVER, 5.25948e5, " year"),
];
const HOURS: [Step; 4] =
    [step(24.0, 1.0, " hour"), step(168.0, 24.0, " day"), step(8760.0, 168.0, " week"), step(FOREVER, 8760.0, " year")];
const DAYS: [Step; 3] = [step(7.0, 1.0, " day"), step(365.0, 7.0, " week"), step(FOREVER, 365.0, " year")];

fn scaled(value: f64, decimals: Option<i32>, steps: &[Step]) -> FormattedValue {
    let magnitude = value.abs();
    // Infinity and NaN are under no bound and take the largest step.
    let step = steps.iter().find(|step| magnitude < step.below).or(steps.last());
    step.map(|step| to_fixed_scaled(value / step.divisor, decimals, step.unit)).unwrap_or_default()
}

/// The first step of these is written as it is, without a plural.
fn scaled_plain_first(value: f64, decimals: Option<i32>, steps: &[Step]) -> FormattedValue {
    match steps.first() {
        Some(first) if value.abs() < first.below => {
            FormattedValue { text: to_fixed(value, decimals), suffix: first.unit.into(), ..Default::default() }
        }
        _ => scaled(value, decimals, steps),
    }
}

pub(super) fn nanoseconds(value: f64, decimals: Option<i32>) -> FormattedValue {
    scaled(value, decimals, &NANOSECONDS)
}

pub(super) fn microseconds(value: f64, decimals: Option<i32>) -> FormattedValue {
    scaled(value, decimals, &MICROSECONDS)
}

pub(super) fn milliseconds(value: f64, decimals: Option<i32>) -> FormattedValue {
    scaled(value, decimals, &MILLISECONDS)
}

pub(super) fn seconds(value: f64, decimals: Option<i32>) -> FormattedValue {
    let magnitude = value.abs();
    if value == 0.0 {
        FormattedValue { text: "0".into(), suffix: " s".into(), ..Default::default() }
    } else if magnitude < 1e-6 {
        to_fixed_scaled(value * 1e9, decimals, " ns")
    } else if magnitude < 1e-3 {
        to_fixed_scaled(value * 1e6, decimals, " µs")
    } else if magnitude < 1.0 {
        to_fixed_scaled(value * 1e3, decimals, " ms")
    } else {
        scaled(value, decimals, &SECONDS)
    }
}

pub(super) fn minutes(value: f64, decimals: Option<i32>) -> FormattedValue {
    scaled_plain_first(value, decimals, &MINUTES)
}

pub(super) fn hours(value: f64, decimals: Option<i32>) -> FormattedValue {
    scaled_plain_first(value, decimals, &HOURS)
}

pub(super) fn days(value: f64, decimals: Option<i32>) -> FormattedValue {
    scaled(value, decimals, &DAYS)
}

const SPELT_OUT: [(&str, f64); 8] = [
    ("year", 31536000.0),
    ("month", 2592000.0),
    ("week", 604800.0),
    ("day", 86400.0),
    ("hour", 3600.0),
    ("minute", 60.0),
    ("second", 1.0),
    ("millisecond", 0.001),
];

/// "1 hour, 20 minutes": the largest unit and `decimals` more. `unit` is "second" or "millisecond".
pub(super) fn spelt_out(value: f64, decimals: Option<i32>, unit: &str) -> FormattedValue {
    if value == 0.0 {
        return FormattedValue { text: "0".into(), suffix: format!(" {unit}s"), ..Default::default() };
    }
    if value < 0.0 {
        return ago(spelt_out(-value, decimals, unit));
    }
    let unit_secs = SPELT_OUT.iter().find(|(name, _)| *name == unit).map_or(1.0, |(_, secs)| *secs);
    let mut rest = value * (unit_secs * 1000.0);
    let mut left = decimals.unwrap_or(0);
    let mut parts = Vec::new();
    for (name, secs) in SPELT_OUT {
        if left < 0 {
            break;
        }
        let interval = secs * 1000.0;
        let amount = rest / interval;
        if amount >= 1.0 || !parts.is_empty() {
            let whole = amount.floor();
            let plural = if whole == 1.0 { "" } else { "s" };
            parts.push(format!("{} {name}{plural}", js::number_to_string(whole)));
            rest %= interval;
            left -= 1;
        }
    }
    FormattedValue { text: parts.join(", "), ..Default::default() }
}

fn ago(mut formatted: FormattedValue) -> FormattedValue {
    formatted.suffix.push_str(" ago");
    formatted
}

/// "01:20:05"; hours may pass 99.
pub(super) fn hours_minutes_seconds(value: f64) -> FormattedValue {
    if value < 0.0 {
        return ago(hours_minutes_seconds(-value));
    }
    let padded = |part: f64| format!("{}{}", if part > 9.0 { "" } else { "0" }, js::number_to_string(part));
    let parts = [(value / 3600.0).floor(), ((value % 3600.0) / 60.0).floor(), ((value % 3600.0) % 60.0).floor()];
    FormattedValue { text: parts.map(padded).join(":"), ..Default::default() }
}

/// "3 d 01:20:05".
pub(super) fn days_hours_minutes_seconds(value: f64) -> FormattedValue {
    if value < 0.0 {
        return ago(days_hours_minutes_seconds(-value));
    }
    let days = (value / 86400.0).floor();
    let clock = hours_minutes_seconds(value - days * 24.0 * 3600.0).text;
    let text = if days > 0.0 { format!("{} d {clock}", js::number_to_string(days)) } else { clock };
    FormattedValue { text, ..Default::default() }
}

/// "01h:20m:05s:250ms" of milliseconds; `decimals` 0, 1, 2 keep that many parts after the first.
pub(super) fn clock(value: f64, decimals: Option<i32>) -> FormattedValue {
    let format = |pattern: &str| format_moment(value, pattern, &TimeZone::utc());
    let text = if value < 1_000.0 {
        format("SSS[ms]")
    } else if value < 60_000.0 {
        format(if decimals == Some(0) { "ss[s]" } else { "ss[s]:SSS[ms]" })
    } else if value < 3_600_000.0 {
        format(match decimals {
            Some(0) => "mm[m]",
            Some(1) => "mm[m]:ss[s]",
            _ => "mm[m]:ss[s]:SSS[ms]",
        })
    } else {
        let hours = format!("{}h", js::number_to_string((value / 3.6e6).floor()));
        match decimals {
            Some(0) => hours,
            Some(1) => format!("{hours}:{}", format("mm[m]")),
            Some(2) => format!("{hours}:{}", format("mm[m]:ss[s]")),
            _ => format!("{hours}:{}", format("mm[m]:ss[s]:SSS[ms]")),
        }
    };
    FormattedValue { text, ..Default::default() }
}
