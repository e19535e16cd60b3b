//! "3 minutes ago".

use super::{
    TimeZone,
    civil::{Civil, MAX_MS},
};

/// moment's `fromNow()`: "in a minute", "2 days ago"; months are counted on the calendar in UTC.
pub fn from_now(at_ms: f64, now_ms: f64) -> String {
    from_now_in(at_ms, now_ms, &TimeZone::utc())
}

/// [`from_now`] with months counted on the calendar of `zone`.
///
/// Source: moment 2.30 `duration/humanize.js`, its thresholds and its locale "en".
pub fn from_now_in(at_ms: f64, now_ms: f64, zone: &TimeZone) -> String {
    let (at_ms, now_ms) = (at_ms.trunc(), now_ms.trunc());
    if at_ms.is_nan() {
        return "Invalid date".into();
    }
    let Some((months, ms)) = difference(at_ms.min(now_ms), at_ms.max(now_ms), zone) else { return "Invalid date".into() };
    let text = humanize(months, ms);
    if at_ms > now_ms { format!("in {text}") } else { format!("{text} ago") }
}

/// Whole months and the milliseconds left from `from_ms` to the later `to_ms`.
fn difference(from_ms: f64, to_ms: f64, zone: &TimeZone) -> Option<(i64, f64)> {
    let (from, to) = (Civil::at(from_ms, zone)?, Civil::at(to_ms, zone)?);
    let mut months = to.month - from.month + (to.year - from.year) * 12;
    let start_ms = from.add_months(months).to_ms(zone);
    if start_ms > to_ms && start_ms <= MAX_MS {
        months -= 1;
    }
    let start_ms = from.add_months(months).to_ms(zone);
    (start_ms <= MAX_MS).then_some((months, to_ms - start_ms))
}

fn humanize(months: i64, ms: f64) -> String {
    const DAYS_PER_MONTH: f64 = 146_097.0 / 4800.0;
    let days_ms = (months as f64 * DAYS_PER_MONTH).round() * 86_400_000.0 + ms;
    let seconds = (days_ms / 1000.0).round() as i64;
    let minutes = (days_ms / 60_000.0).round() as i64;
    let hours = (days_ms / 3_600_000.0).round() as i64;
    let days = (days_ms / 86_400_000.0).round() as i64;
    let months_exact = months as f64 + ms / 86_400_000.0 / DAYS_PER_MONTH;
    let n_months = months_exact.round() as i64;
    let years = (months_exact / 12.0).round() as i64;
    if seconds <= 44 {
        "a few seconds".into()
    } else if minutes <= 1 {
        "a minute".into()
    } else if minutes < 45 {
        format!("{minutes} minutes")
    } else if hours <= 1 {
        "an hour".into()
    } else if hours < 22 {
        format!("{hours} hours")
    } else if days <= 1 {
        "a day".into()
    } else if days < 26 {
        format!("{days} days")
    } else if n_months <= 1 {
        "a month".into()
    } else if n_months < 11 {
        format!("{n_months} months")
    } else if years <= 1 {
        "a year".into()
    } else {
        format!("{years} years")
    }
}
