//! Time that went by, in calendar units.

use super::{TimeZone, civil::Civil};

/// "1d 2h 5m": years, months, days and clock units between two moments; empty when `from_ms` is not the earlier one.
///
/// Source: @grafana/data 12.4 `intervalToAbbreviatedDurationString` (date-fns `intervalToDuration`).
pub fn abbreviated_duration(from_ms: f64, to_ms: f64, zone: &TimeZone) -> String {
    let (Some(from), Some(to)) = (Civil::at(from_ms, zone), Civil::at(to_ms, zone)) else { return String::new() };
    if from_ms >= to_ms {
        return String::new();
    }
    let reaches = |n: i64| from.add_months(n).local_ms() <= to.local_ms();
    let mut months = (to.year - from.year) * 12 + to.month - from.month;
    while months > 0 && !reaches(months) {
        months -= 1;
    }
    let rest_secs = (to.local_ms() - from.add_months(months).local_ms()).max(0) / 1000;
    let parts = [
        (months / 12, "y"),
        (months % 12, "M"),
        (rest_secs / 86_400, "d"),
        (rest_secs / 3600 % 24, "h"),
        (rest_secs / 60 % 60, "m"),
        (rest_secs % 60, "s"),
    ];
    parts.iter().filter(|(n, _)| *n != 0).map(|(n, unit)| format!("{n}{unit}")).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(from_ms: f64, to_ms: f64, expected: &str) {
        assert_eq!(abbreviated_duration(from_ms, to_ms, &TimeZone::utc()), expected);
    }

    #[test]
    fn units_that_are_zero_are_left_out() {
        const DAY: f64 = 86_400_000.0;
        check(0.0, 61_000.0, "1m 1s");
        check(0.0, 26.0 * 3_600_000.0, "1d 2h");
        check(0.0, 31.0 * DAY, "1M");
        // 1970-01-31 to 1970-03-01: a month as long as February.
        check(30.0 * DAY, 59.0 * DAY, "1M 1d");
        check(0.0, 366.0 * DAY, "1y 1d");
        check(5.0, 5.0, "");
        check(9.0, 5.0, "");
    }
}
