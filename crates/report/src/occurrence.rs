//! Due times of a schedule.
//!
//! The rules, in the schedule's time zone:
//! - `once`: the start. `hourly` and custom hours: every n × 3600 elapsed seconds from the start, so a clock change never
//!   doubles or drops one. `daily`, `weekly`, `monthly`, custom days/weeks/months: the start's wall-clock time, counted on the calendar
//!   from the start (never from the previous one, so nothing drifts).
//! - A wall-clock time that does not exist (spring) is moved later by the size of the gap; one that exists twice (autumn) is the first.
//! - Monthly on the 29th to 31st skips months without that day; `dayOfMonth: last` is the last day of each month.
//! - `workdaysOnly` drops Saturdays and Sundays of hourly, daily and custom hours/days; it does not move them.
//! - The end counts as still due. `never`, a draft's missing frequency and a missing start have no due times.

use jiff::{
    SignedDuration, Span, Timestamp, Zoned,
    civil::{Date, Weekday},
    tz::TimeZone,
};

use crate::{Frequency, IntervalFrequency, ReportSchedule};

/// A schedule that never hits a workday (every 7 days from a Saturday) is given up after this many candidates.
const MAX_CANDIDATES: i64 = 20_000;

impl ReportSchedule {
    /// The first due time strictly after `after`; `None` when there is none.
    pub fn next_occurrence(&self, after: Timestamp) -> Option<Timestamp> {
        let plan = Plan::new(self)?;
        let first = plan.index_before(after);
        (first..first.checked_add(MAX_CANDIDATES)?)
            .map_while(|index| plan.candidate(index))
            .find_map(|candidate| candidate.filter(|time| *time > after))
            .filter(|time| self.end_date.is_none_or(|end| *time <= end))
    }

    /// Up to `n` due times strictly after `after`, ascending.
    pub fn next_occurrences(&self, after: Timestamp, n: usize) -> Vec<Timestamp> {
        let next = |previous: &Timestamp| self.next_occurrence(*previous);
        std::iter::successors(self.next_occurrence(after), next).take(n).collect()
    }
}

/// How candidates follow each other.
#[derive(Clone, Copy)]
enum Step {
    Once,
    Hours(i64),
    Days(i64),
    Months { n: i64, last_day: bool },
}

struct Plan {
    anchor: Zoned,
    zone: TimeZone,
    step: Step,
    workdays_only: bool,
}

impl Plan {
    fn new(schedule: &ReportSchedule) -> Option<Plan> {
        let zone = schedule.zone();
        let last_day = schedule.last_day_of_month;
        let amount = schedule.interval_amount.max(1);
        let step = match (schedule.frequency?, schedule.interval_frequency) {
            (Frequency::Never, _) | (Frequency::Custom, None) => return None,
            (Frequency::Once, _) => Step::Once,
            (Frequency::Hourly, _) => Step::Hours(1),
            (Frequency::Daily, _) => Step::Days(1),
            (Frequency::Weekly, _) => Step::Days(7),
            (Frequency::Monthly, _) => Step::Months { n: 1, last_day },
            (Frequency::Custom, Some(IntervalFrequency::Hours)) => Step::Hours(amount),
            (Frequency::Custom, Some(IntervalFrequency::Days)) => Step::Days(amount),
            (Frequency::Custom, Some(IntervalFrequency::Weeks)) => Step::Days(amount * 7),
            (Frequency::Custom, Some(IntervalFrequency::Months)) => Step::Months { n: amount, last_day },
        };
        let by_day = matches!(
            (schedule.frequency?, schedule.interval_frequency),
            (Frequency::Hourly | Frequency::Daily, _) | (Frequency::Custom, Some(IntervalFrequency::Hours | IntervalFrequency::Days))
        );
        let anchor = schedule.start_date?.to_zoned(zone.clone());
        Some(Plan { anchor, zone, step, workdays_only: schedule.workdays_only && by_day })
    }

    /// An index whose candidate is certainly not after the first one wanted: searching starts there instead of at the anchor.
    fn index_before(&self, after: Timestamp) -> i64 {
        let seconds = after.as_second() - self.anchor.timestamp().as_second();
        let days = seconds.div_euclid(86_400);
        let steps = match self.step {
            Step::Once => 0,
            Step::Hours(n) => seconds.div_euclid(n * 3600),
            Step::Days(n) => days.div_euclid(n),
            // A month has at most 31 days.
            Step::Months { n, .. } => days.div_euclid(31).div_euclid(n),
        };
        (steps - 2).max(0)
    }

    /// The candidate at `index`: outer `None` ends the series, inner `None` is one that is left out.
    fn candidate(&self, index: i64) -> Option<Option<Timestamp>> {
        let time = match self.step {
            Step::Once if index > 0 => return None,
            Step::Once => self.anchor.timestamp(),
            Step::Hours(n) => {
                let elapsed = SignedDuration::from_secs(index.checked_mul(n * 3600)?);
                self.anchor.timestamp().checked_add(elapsed).ok()?
            }
            Step::Days(n) => {
                let span = Span::new().try_days(index.checked_mul(n)?).ok()?;
                self.at_wall_clock(self.anchor.date().checked_add(span).ok()?)?
            }
            Step::Months { n, last_day } => {
                let span = Span::new().try_months(index.checked_mul(n)?).ok()?;
                let month = self.anchor.date().first_of_month().checked_add(span).ok()?;
                let day = if last_day { month.days_in_month() } else { self.anchor.day() };
                match Date::new(month.year(), month.month(), day) {
                    Ok(date) => self.at_wall_clock(date)?,
                    Err(_) => return Some(None),
                }
            }
        };
        let weekend = || matches!(time.to_zoned(self.zone.clone()).weekday(), Weekday::Saturday | Weekday::Sunday);
        Some((!self.workdays_only || !weekend()).then_some(time))
    }

    /// The anchor's time of day on `date`; jiff's "compatible" is the rule written above.
    fn at_wall_clock(&self, date: Date) -> Option<Timestamp> {
        let zoned = self.zone.to_ambiguous_zoned(date.to_datetime(self.anchor.time())).compatible().ok()?;
        Some(zoned.timestamp())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::{format_time, read::Object};

    fn schedule(body: &Value) -> ReportSchedule {
        let mut schedule = ReportSchedule::default();
        schedule.apply(&Object::at("schedule", body).unwrap(), Timestamp::UNIX_EPOCH).unwrap();
        schedule
    }

    /// `after` and the expected times are RFC 3339; times are compared as written in the schedule's zone.
    fn check(body: Value, after: &str, expected: &[&str]) {
        let schedule = schedule(&body);
        let times = schedule.next_occurrences(after.parse().unwrap(), expected.len() + 1);
        let zone = schedule.zone();
        let got: Vec<String> = times.into_iter().take(expected.len()).map(|time| format_time(time, &zone)).collect();
        assert_eq!(got, expected, "{body}");
    }

    /// The same, and nothing follows.
    fn check_all(body: Value, after: &str, expected: &[&str]) {
        let schedule = schedule(&body);
        let zone = schedule.zone();
        let times = schedule.next_occurrences(after.parse().unwrap(), 50);
        let got: Vec<String> = times.into_iter().map(|time| format_time(time, &zone)).collect();
        assert_eq!(got, expected, "{body}");
    }

    fn berlin(frequency: &str, start: &str) -> Value {
        json!({"frequency": frequency, "startDate": start, "timeZone": "Europe/Berlin"})
    }

    fn with(mut body: Value, key: &str, value: Value) -> Value {
        body[key] = value;
        body
    }

    #[test]
    fn once_and_never() {
        check_all(berlin("once", "2022-10-02T10:00:00+02:00"), "2022-01-01T00:00:00Z", &["2022-10-02T10:00:00+02:00"]);
        check_all(berlin("once", "2022-10-02T10:00:00+02:00"), "2022-10-02T08:00:00Z", &[]);
        check_all(berlin("never", "2022-10-02T10:00:00+02:00"), "2022-01-01T00:00:00Z", &[]);
        check_all(berlin("", "2022-10-02T10:00:00+02:00"), "2022-01-01T00:00:00Z", &[]);
        check_all(json!({"frequency": "daily"}), "2022-01-01T00:00:00Z", &[]);
    }

    #[test]
    fn the_start_itself_is_due_and_the_end_too() {
        let body = with(berlin("daily", "2022-10-02T10:00:00+02:00"), "endDate", json!("2022-10-04T10:00:00+02:00"));
        check_all(
            body.clone(),
            "2022-10-02T07:59:59Z",
            &["2022-10-02T10:00:00+02:00", "2022-10-03T10:00:00+02:00", "2022-10-04T10:00:00+02:00"],
        );
        check_all(body, "2022-10-04T08:00:00Z", &[]);
    }

    #[test]
    fn daily_keeps_the_wall_clock_over_clock_changes() {
        check(
            berlin("daily", "2022-01-01T09:00:00+01:00"),
            "2026-03-27T12:00:00Z",
            &["2026-03-28T09:00:00+01:00", "2026-03-29T09:00:00+02:00", "2026-03-30T09:00:00+02:00"],
        );
        // 02:30 does not exist on 29 March: later by the gap.
        check(
            berlin("daily", "2026-03-01T02:30:00+01:00"),
            "2026-03-27T12:00:00Z",
            &["2026-03-28T02:30:00+01:00", "2026-03-29T03:30:00+02:00", "2026-03-30T02:30:00+02:00"],
        );
        // 02:30 exists twice on 25 October: the first.
        check(
            berlin("daily", "2026-10-01T02:30:00+02:00"),
            "2026-10-24T12:00:00Z",
            &["2026-10-25T02:30:00+02:00", "2026-10-26T02:30:00+01:00"],
        );
    }

    #[test]
    fn hourly_counts_elapsed_hours_over_clock_changes() {
        check(
            berlin("hourly", "2026-01-01T00:15:00+01:00"),
            "2026-10-24T23:59:00Z",
            &["2026-10-25T02:15:00+02:00", "2026-10-25T02:15:00+01:00", "2026-10-25T03:15:00+01:00"],
        );
        check(
            berlin("hourly", "2026-01-01T00:15:00+01:00"),
            "2026-03-29T00:00:00Z",
            &["2026-03-29T01:15:00+01:00", "2026-03-29T03:15:00+02:00"],
        );
        check(
            json!({"frequency": "custom", "intervalFrequency": "hours", "intervalAmount": 12, "timeZone": "Europe/Berlin",
                "startDate": "2026-03-28T12:00:00+01:00"}),
            "2026-03-28T10:00:00Z",
            &["2026-03-28T12:00:00+01:00", "2026-03-29T00:00:00+01:00", "2026-03-29T13:00:00+02:00"],
        );
    }

    #[test]
    fn weekly_falls_on_the_starts_weekday() {
        check(
            berlin("weekly", "2022-10-05T08:00:00+02:00"),
            "2026-11-21T02:30:00Z",
            &["2026-11-25T08:00:00+01:00", "2026-12-02T08:00:00+01:00"],
        );
    }

    #[test]
    fn monthly_skips_months_without_the_day() {
        check(
            berlin("monthly", "2025-10-31T08:00:00+01:00"),
            "2025-10-31T07:00:00Z",
            &["2025-12-31T08:00:00+01:00", "2026-01-31T08:00:00+01:00", "2026-03-31T08:00:00+02:00", "2026-05-31T08:00:00+02:00"],
        );
        check(
            berlin("monthly", "2024-02-29T08:00:00+01:00"),
            "2025-01-30T00:00:00Z",
            &["2025-03-29T08:00:00+01:00", "2025-04-29T08:00:00+02:00"],
        );
        check(berlin("monthly", "2022-10-02T08:00:00+02:00"), "2022-10-02T06:00:00Z", &["2022-11-02T08:00:00+01:00"]);
    }

    #[test]
    fn the_last_day_of_each_month() {
        let expected = ["2026-01-31T08:00:00+01:00", "2026-02-28T08:00:00+01:00", "2026-03-31T08:00:00+02:00"];
        let by_day = with(berlin("monthly", "2026-01-10T08:00:00+01:00"), "dayOfMonth", json!("last"));
        check(by_day, "2026-01-01T00:00:00Z", &expected);
        check(berlin("last", "2026-01-10T08:00:00+01:00"), "2026-01-01T00:00:00Z", &expected);
    }

    #[test]
    fn custom_counts_from_the_start() {
        let custom = |unit: &str, n: i64, start: &str| json!({"frequency": "custom", "intervalFrequency": unit, "intervalAmount": n, "timeZone": "Europe/Berlin", "startDate": start});
        check(
            custom("days", 3, "2026-03-25T08:00:00+01:00"),
            "2026-03-26T00:00:00Z",
            &["2026-03-28T08:00:00+01:00", "2026-03-31T08:00:00+02:00"],
        );
        check(
            custom("weeks", 2, "2022-10-05T08:00:00+02:00"),
            "2026-11-21T00:00:00Z",
            &["2026-11-25T08:00:00+01:00", "2026-12-09T08:00:00+01:00"],
        );
        check(
            custom("months", 5, "2026-01-31T08:00:00+01:00"),
            "2026-02-01T00:00:00Z",
            &["2028-07-31T08:00:00+02:00", "2028-12-31T08:00:00+01:00", "2029-05-31T08:00:00+02:00"],
        );
        check(
            custom("months", 12, "2024-02-29T08:00:00+01:00"),
            "2024-03-01T00:00:00Z",
            &["2028-02-29T08:00:00+01:00", "2032-02-29T08:00:00+01:00"],
        );
    }

    #[test]
    fn workdays_leave_out_weekends_in_the_schedules_zone() {
        // Friday 20 November 2026.
        let daily = with(berlin("daily", "2026-11-01T08:00:00+01:00"), "workdaysOnly", json!("true"));
        check(daily, "2026-11-20T00:00:00Z", &["2026-11-20T08:00:00+01:00", "2026-11-23T08:00:00+01:00"]);
        let hourly = with(berlin("hourly", "2026-11-01T00:00:00+01:00"), "workdaysOnly", json!(true));
        check(hourly, "2026-11-20T21:30:00Z", &["2026-11-20T23:00:00+01:00", "2026-11-23T00:00:00+01:00"]);
        // Friday evening in New York is Saturday in UTC: the schedule's zone decides.
        let new_york =
            json!({"frequency": "daily", "startDate": "2026-11-20T22:00:00-05:00", "timeZone": "America/New_York", "workdaysOnly": true});
        check(new_york, "2026-11-20T00:00:00Z", &["2026-11-20T22:00:00-05:00", "2026-11-23T22:00:00-05:00"]);
        // Weekly has its own day: the switch does not apply.
        let weekly = with(berlin("weekly", "2026-11-21T08:00:00+01:00"), "workdaysOnly", json!(true));
        check(weekly, "2026-11-20T00:00:00Z", &["2026-11-21T08:00:00+01:00", "2026-11-28T08:00:00+01:00"]);
    }

    #[test]
    fn a_schedule_that_never_meets_a_workday_ends() {
        let body = json!({"frequency": "custom", "intervalFrequency": "days", "intervalAmount": 7, "workdaysOnly": true,
            "startDate": "2026-11-21T08:00:00Z", "timeZone": "UTC"});
        check_all(body, "2026-11-01T00:00:00Z", &[]);
    }

    #[test]
    fn long_after_the_start_is_as_quick_as_soon_after() {
        check(
            json!({"frequency": "hourly", "startDate": "1970-01-02T00:00:00Z", "timeZone": "UTC"}),
            "2026-11-21T02:30:00Z",
            &["2026-11-21T03:00:00Z"],
        );
        check_all(json!({"frequency": "hourly", "startDate": "2026-01-01T00:00:00Z"}), "9999-12-30T22:00:00Z", &[]);
    }

    #[test]
    fn half_hour_zones_and_changes() {
        check(
            json!({"frequency": "daily", "startDate": "2026-10-03T02:10:00+10:30", "timeZone": "Australia/Lord_Howe"}),
            "2026-10-02T00:00:00Z",
            &["2026-10-03T02:10:00+10:30", "2026-10-04T02:40:00+11:00", "2026-10-05T02:10:00+11:00"],
        );
        check(
            json!({"frequency": "daily", "startDate": "2026-01-01T00:00:00+05:45", "timeZone": "Asia/Kathmandu"}),
            "2026-01-01T00:00:00Z",
            &["2026-01-02T00:00:00+05:45"],
        );
    }
}
