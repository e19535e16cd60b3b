//! Ticks of a time axis: steps of calendars and clocks, at the zone's own midnights, months and years.

use grafana::time::{DateFormats, TimeRange, TimeZone, format_moment};

use super::number::{round_decimals, round_up_to};
use super::scale::Scale;
use super::ticks::{Increment, whole_increments};

const SECOND: f64 = 1e3;
const MINUTE: f64 = 60.0 * SECOND;
const HOUR: f64 = 60.0 * MINUTE;
const DAY: f64 = 24.0 * HOUR;
/// uPlot's month and year as steps; the ticks themselves stand at calendar months.
const MONTH: f64 = 30.0 * DAY;
const YEAR: f64 = 365.0 * DAY;

/// The scale of a range. A moment alone has no width to draw in: it gets a millisecond.
pub fn scale(range: &TimeRange) -> Scale {
    let (from, to) = (range.from_ms, range.to_ms);
    if to > from { Scale::linear(from, to) } else { Scale::linear(from - 0.5, from + 0.5) }
}

/// Source: uPlot 1.6.32 `timeIncrsMs`.
pub fn increments() -> Vec<Increment> {
    let milliseconds = [1.0, 2.0, 5.0, 10.0, 20.0, 25.0, 50.0, 100.0, 200.0, 250.0, 500.0].map(|n| n);
    let seconds = [1.0, 5.0, 10.0, 15.0, 30.0].map(|n| n * SECOND);
    let minutes = [1.0, 5.0, 10.0, 15.0, 30.0].map(|n| n * MINUTE);
    let hours = [1.0, 2.0, 3.0, 4.0, 6.0, 8.0, 12.0].map(|n| n * HOUR);
    let days = [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0, 10.0, 15.0].map(|n| n * DAY);
    let months = [1.0, 2.0, 3.0, 4.0, 6.0].map(|n| n * MONTH);
    let years = [1.0, 2.0, 5.0, 10.0, 25.0, 50.0, 100.0].map(|n| n * YEAR);
    whole_increments(milliseconds.into_iter().chain(seconds).chain(minutes).chain(hours).chain(days).chain(months).chain(years))
}

/// Tick moments between two moments, ascending, in milliseconds since 1970 UTC.
///
/// `space_px` is the distance of two ticks, `min_space_px` the least wanted: hours shifted by a change of clocks are left
/// out when they come too near. Source: uPlot 1.6.32 `timeAxisSplits`.
pub fn splits(scale: &Scale, increment_ms: f64, space_px: f64, min_space_px: f64, zone: &TimeZone) -> Vec<f64> {
    if increment_ms >= MONTH {
        return calendar_splits(scale, increment_ms, zone);
    }
    let wall = round_decimals(wall_ms(scale.min, zone), 3);
    let midnight = (wall / DAY).floor() * DAY;
    let offset = scale.min.floor() - wall.floor();
    let mut split = midnight + offset + round_up_to(wall - midnight, increment_ms.min(DAY));
    let mut splits = vec![split];
    let step_hours = increment_ms / HOUR;
    let mut previous_hour = hour_of_day(split, zone);
    loop {
        split = (split + increment_ms).round();
        if split > scale.max || splits.len() > 10_000 {
            return splits;
        }
        if step_hours <= 1.0 {
            splits.push(split);
            continue;
        }
        let expected = (previous_hour + step_hours).floor() % 24.0;
        let shift = hour_of_day(split, zone) - expected;
        // From 23 to 0 the difference wraps around.
        split -= if shift > 1.0 { -HOUR } else { shift * HOUR };
        previous_hour = (previous_hour + step_hours) % 24.0;
        let share = round_decimals((split - splits[splits.len() - 1]) / increment_ms, 3);
        if share * space_px / min_space_px >= 0.7 {
            splits.push(split);
        }
    }
}

/// Firsts of months or years in the zone.
fn calendar_splits(scale: &Scale, increment_ms: f64, zone: &TimeZone) -> Vec<f64> {
    let months_step = if increment_ms >= YEAR { increment_ms / YEAR * 12.0 } else { increment_ms / MONTH } as i64;
    let wall = wall_ms(scale.min, zone);
    let (year, month) = year_month(wall);
    let first = if increment_ms >= YEAR { year * 12 } else { year * 12 + month };
    let on_boundary = month_start(first) == wall;
    (0..10_000)
        .map(|step| first + (step + i64::from(!on_boundary)) * months_step)
        .map(|month| {
            let wall = month_start(month);
            wall - f64::from(zone.offset_minutes(wall)) * MINUTE
        })
        .take_while(|split| *split <= scale.max)
        .collect()
}

/// The pattern labels are written with. Source: grafana-ui 12.4.0 `formatTime`, `systemDateFormats`.
pub fn pattern(range_ms: f64, increment_ms: f64, formats: &DateFormats) -> &str {
    let to_day = |ms: f64| (ms / DAY).round() * DAY;
    match increment_ms {
        step if step < SECOND => &formats.millisecond,
        step if step <= MINUTE => &formats.second,
        _ if range_ms <= DAY => &formats.minute,
        step if step <= DAY => &formats.hour,
        _ if range_ms < YEAR => &formats.day,
        step if to_day(step) == to_day(YEAR) => &formats.year,
        step if step <= YEAR => &formats.month,
        _ => &formats.year,
    }
}

/// Labels of ticks `increment_ms` apart.
pub fn labels(splits: &[Option<f64>], increment_ms: f64, scale: &Scale, zone: &TimeZone) -> Vec<Option<String>> {
    let pattern = pattern(scale.max - scale.min, increment_ms, zone.formats());
    splits.iter().map(|split| split.map(|at| format_moment(at, pattern, zone))).collect()
}

/// The clock on the wall, as if it were UTC.
fn wall_ms(at_ms: f64, zone: &TimeZone) -> f64 {
    at_ms + f64::from(zone.offset_minutes(at_ms)) * MINUTE
}

fn hour_of_day(at_ms: f64, zone: &TimeZone) -> f64 {
    (wall_ms(at_ms, zone).rem_euclid(DAY) / HOUR).floor()
}

/// Year and month (from 0) of a moment in UTC. Source: Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms".
fn year_month(at_ms: f64) -> (i64, i64) {
    let days = (at_ms / DAY).floor() as i64 + 719_468;
    let era = days.div_euclid(146_097);
    let day_of_era = days.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month = (5 * day_of_year + 2) / 153;
    let month = if month < 10 { month + 2 } else { month - 10 };
    (year_of_era + era * 400 + i64::from(month < 2), month)
}

/// Midnight UTC of a month counted from January of year 0. Source: as [`year_month`].
fn month_start(month: i64) -> f64 {
    let (year, month) = (month.div_euclid(12), month.rem_euclid(12));
    let year = year - i64::from(month < 2);
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let shifted = (month + 10) % 12;
    let day_of_year = (153 * shifted + 2) / 5;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    (era * 146_097 + day_of_era - 719_468) as f64 * DAY
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn months_of_the_calendar() {
        for (at_ms, expected) in [(0.0, (1970, 0)), (1_709_164_800_000.0, (2024, 1)), (-1.0, (1969, 11)), (1_735_689_599_999.0, (2024, 11))]
        {
            assert_eq!(year_month(at_ms), expected, "{at_ms}");
        }
        assert_eq!(month_start(1970 * 12), 0.0);
        assert_eq!(month_start(2024 * 12 + 2), 1_709_251_200_000.0);
    }

    fn check(zone: &str, range: (&str, &str), increment: f64, expected: &[&str]) {
        let zone = TimeZone::named(zone).expect("a zone");
        let at = |text: &str| grafana::time::parse_absolute(text, &zone).expect("a moment");
        let scale = Scale::linear(at(range.0), at(range.1));
        let splits = splits(&scale, increment, 100.0, 60.0, &zone);
        let shown: Vec<String> = splits.iter().map(|at| format_moment(*at, "MM-DD HH:mm", &zone)).collect();
        assert_eq!(shown, expected, "{range:?} in {}", zone.name);
    }

    #[test]
    fn ticks_stand_at_the_zones_own_hours() {
        check("UTC", ("2026-11-20 00:10:00", "2026-11-20 03:00:00"), HOUR, &["11-20 01:00", "11-20 02:00", "11-20 03:00"]);
        check("Asia/Kolkata", ("2026-11-20 00:10:00", "2026-11-20 02:30:00"), HOUR, &["11-20 01:00", "11-20 02:00"]);
        let berlin = "Europe/Berlin";
        let spring = ["03-30 00:00", "03-30 12:00", "03-31 00:00", "03-31 12:00", "04-01 00:00"];
        check(berlin, ("2024-03-30 00:00:00", "2024-04-01 00:00:00"), 12.0 * HOUR, &spring);
        let autumn = ["10-26 12:00", "10-27 00:00", "10-27 12:00", "10-28 00:00"];
        check(berlin, ("2024-10-26 09:00:00", "2024-10-28 00:00:00"), 12.0 * HOUR, &autumn);
        let days = ["03-29 00:00", "03-31 00:00", "04-02 00:00"];
        check(berlin, ("2024-03-28 05:00:00", "2024-04-03 00:00:00"), 2.0 * DAY, &days);
    }

    #[test]
    fn months_and_years_begin_on_their_first() {
        let months = ["02-01 00:00", "03-01 00:00", "04-01 00:00"];
        check("Europe/Berlin", ("2024-01-15 00:00:00", "2024-04-20 00:00:00"), MONTH, &months);
        check("UTC", ("2024-01-01 00:00:00", "2024-07-15 00:00:00"), 3.0 * MONTH, &["01-01 00:00", "04-01 00:00", "07-01 00:00"]);
        check("UTC", ("2021-03-01 00:00:00", "2024-07-15 00:00:00"), YEAR, &["01-01 00:00", "01-01 00:00", "01-01 00:00"]);
    }

    #[test]
    fn patterns_by_range_and_step() {
        for (range, step, expected) in [
            (5.0 * SECOND, 500.0, "HH:mm:ss.SSS"),
            (5.0 * MINUTE, 30.0 * SECOND, "HH:mm:ss"),
            (6.0 * HOUR, HOUR, "HH:mm"),
            (2.0 * DAY, 6.0 * HOUR, "MM/DD HH:mm"),
            (30.0 * DAY, 5.0 * DAY, "MM/DD"),
            (400.0 * DAY, 2.0 * MONTH, "YYYY-MM"),
            (20.0 * YEAR, 5.0 * YEAR, "YYYY"),
        ] {
            assert_eq!(pattern(range, step, &DateFormats::default()), expected, "{range} {step}");
        }
    }
}
