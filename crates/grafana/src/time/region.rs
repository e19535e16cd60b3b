//! Time regions: stretches that come again every day or week, or by a cron expression.
//! Source: Grafana 12.4 `core/utils/timeRegions.ts`.

use serde_json::Value as Json;

use super::{
    Clock, TimeRange, TimeZone,
    civil::{Civil, DAY_MS},
    interval_to_ms,
};

/// A region every minute over years is a mistake.
const MOST: usize = 2_000;
const MOST_DAYS: usize = 4_000;

/// When a region begins, and for how long it lasts.
#[derive(Debug, PartialEq)]
struct Schedule {
    minutes: Vec<i64>,
    hours: Vec<i64>,
    days: Option<Vec<i64>>,
    months: Vec<i64>,
    /// 0 Sunday to 6.
    weekdays: Option<Vec<i64>>,
    duration_ms: f64,
}

/// The regions of a saved `timeRegion` that touch `range`, as (from, to) in ms. Nothing when it is not complete.
pub fn time_regions(saved: &Json, range: &TimeRange, clock: &Clock) -> Vec<(f64, f64)> {
    let Some(schedule) = schedule(saved) else { return Vec::new() };
    let zone = match saved.get("timezone").and_then(Json::as_str).unwrap_or("") {
        "" | "browser" => clock.zone.clone(),
        name => TimeZone::named(name).unwrap_or_else(TimeZone::utc),
    };
    let first_ms = range.from_ms - schedule.duration_ms;
    let Some(first) = Civil::at(first_ms, &zone) else { return Vec::new() };
    let midnight = first.local_ms().div_euclid(DAY_MS) * DAY_MS;
    let mut found = Vec::new();
    for day in 0..MOST_DAYS {
        let day = Civil::of_local_ms(midnight + day as i64 * DAY_MS);
        if day.to_ms(&zone) > range.to_ms || found.len() >= MOST {
            break;
        }
        if !schedule.fits(&day) {
            continue;
        }
        for (hour, minute) in schedule.hours.iter().flat_map(|hour| schedule.minutes.iter().map(move |minute| (*hour, *minute))) {
            let from_ms = Civil { hour, minute, ..day.clone() }.to_ms(&zone);
            if from_ms > first_ms && from_ms <= range.to_ms && found.len() < MOST {
                found.push((from_ms, from_ms + schedule.duration_ms));
            }
        }
    }
    found
}

impl Schedule {
    fn fits(&self, day: &Civil) -> bool {
        let date = self.days.as_ref().map(|days| days.contains(&day.day));
        let weekday = self.weekdays.as_ref().map(|days| days.contains(&day.weekday()));
        // Cron: when both are given, either will do.
        let fits = match (date, weekday) {
            (Some(date), Some(weekday)) => date || weekday,
            (date, weekday) => date.or(weekday).unwrap_or(true),
        };
        fits && self.months.contains(&(day.month + 1))
    }
}

fn schedule(saved: &Json) -> Option<Schedule> {
    let text = |key: &str| saved.get(key).and_then(Json::as_str).filter(|text| !text.is_empty());
    if text("mode") == Some("cron") {
        return cron(text("cronExpr")?, duration(text("duration")?)?);
    }
    let day = |key: &str| saved.get(key).and_then(Json::as_f64).map(|day| day as i64).filter(|day| (0..=7).contains(day));
    let (from_day, to_day) = (day("fromDayOfWeek"), day("toDayOfWeek"));
    let clock_of = |text: &str| {
        let (hour, minute) = text.split_once(':')?;
        let (hour, minute) = (hour.trim().parse::<i64>().ok()?, minute.trim().parse::<i64>().ok()?);
        ((0..24).contains(&hour) && (0..60).contains(&minute)).then_some((hour, minute))
    };
    if from_day.is_none() && text("from").is_none() {
        return None;
    }
    // Days without clock times: the last day is part of it.
    let whole_days = from_day.is_some() && text("from").is_none() && text("to").is_none();
    let next = |day: i64| if day == 7 { 1 } else { day + 1 };
    let from = clock_of(text("from").unwrap_or("00:00"))?;
    let (first, mut last) = (from_day.unwrap_or(1), to_day.or(from_day).unwrap_or(1));
    let mut to = text("to").map(clock_of).unwrap_or(Some(from))?;
    if whole_days {
        (to, last) = ((0, 0), next(last));
    }
    let seconds = |(hour, minute): (i64, i64)| hour * 3600 + minute * 60;
    let every_day = from_day.is_none() && to_day.is_none();
    if every_day && seconds(to) < seconds(from) {
        last = next(last);
    }
    let days = (last - first).rem_euclid(7);
    let length = days * 86_400 - seconds(from) + seconds(to);
    let length = if length < 0 { length + 7 * 86_400 } else { length };
    Some(Schedule {
        minutes: vec![from.1],
        hours: vec![from.0],
        days: None,
        months: (1..=12).collect(),
        weekdays: from_day.map(|day| vec![day % 7]),
        duration_ms: length as f64 * 1000.0,
    })
}

/// "1h 30m" in milliseconds.
fn duration(text: &str) -> Option<f64> {
    let mut total = 0.0;
    for part in text.split_inclusive(|c: char| c.is_ascii_alphabetic()).map(str::trim).filter(|part| !part.is_empty()) {
        total += interval_to_ms(part)?;
    }
    (total > 0.0 && total.is_finite()).then_some(total)
}

/// Five fields: minute, hour, day, month, weekday; lists, ranges, steps and names.
fn cron(text: &str, duration_ms: f64) -> Option<Schedule> {
    let fields: Vec<&str> = text.split_whitespace().collect();
    let [minute, hour, day, month, weekday] = fields.as_slice() else { return None };
    let any = |text: &str| matches!(text, "*" | "?");
    let weekdays: Vec<i64> =
        field(weekday, 0, 7, &["sun", "mon", "tue", "wed", "thu", "fri", "sat"], 0)?.iter().map(|day| day % 7).collect();
    let months = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
    Some(Schedule {
        minutes: field(minute, 0, 59, &[], 0)?,
        hours: field(hour, 0, 23, &[], 0)?,
        days: if any(day) { None } else { Some(field(day, 1, 31, &[], 0)?) },
        months: field(month, 1, 12, &months, 1)?,
        weekdays: if any(weekday) { None } else { Some(weekdays) },
        duration_ms,
    })
}

fn field(text: &str, least: i64, most: i64, names: &[&str], first_name: i64) -> Option<Vec<i64>> {
    let number = |text: &str| {
        let named = names.iter().position(|name| text.eq_ignore_ascii_case(name)).map(|at| at as i64 + first_name);
        named.or_else(|| text.parse().ok()).filter(|n| (least..=most).contains(n))
    };
    let mut values = Vec::new();
    for part in text.split(',') {
        let (span, step) = part.split_once('/').map_or((part, 1), |(span, step)| (span, step.parse().unwrap_or(0)));
        let (from, to) = match span {
            "*" | "?" => (least, most),
            span => match span.split_once('-') {
                Some((from, to)) => (number(from)?, number(to)?),
                None => (number(span)?, if part.contains('/') { most } else { number(span)? }),
            },
        };
        if step < 1 || from > to {
            return None;
        }
        values.extend((from..=to).step_by(step as usize));
    }
    values.sort_unstable();
    values.dedup();
    Some(values)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::time::{RawTimeRange, format_moment};

    /// Regions over the week from Monday 2024-03-11 00:00 UTC, as "dd HH:mm+minutes".
    fn check(saved: Json, expected: &str) {
        let from_ms = 1_710_115_200_000.0;
        let range = TimeRange { from_ms, to_ms: from_ms + 7.0 * DAY_MS as f64 - 1.0, raw: RawTimeRange::default() };
        let clock = Clock { now_ms: range.to_ms, zone: TimeZone::utc(), week_start: 0, fiscal_year_start_month: 0 };
        let write = |(from, to): &(f64, f64)| format!("{}+{}", format_moment(*from, "dd HH:mm", &TimeZone::utc()), (to - from) / 60_000.0);
        assert_eq!(time_regions(&saved, &range, &clock).iter().map(write).collect::<Vec<_>>().join(" "), expected, "{saved}");
    }

    #[test]
    fn regions() {
        check(json!({"fromDayOfWeek": 1, "from": "20:00", "toDayOfWeek": 2, "to": "08:30"}), "Mo 20:00+750");
        check(json!({"fromDayOfWeek": 6, "toDayOfWeek": 7}), "Sa 00:00+2880");
        check(json!({"fromDayOfWeek": 7}), "Su 00:00+1440");
        let nights = "Su 22:00+240 Mo 22:00+240 Tu 22:00+240 We 22:00+240 Th 22:00+240 Fr 22:00+240 Sa 22:00+240 Su 22:00+240";
        check(json!({"from": "22:00", "to": "02:00"}), nights);
        check(json!({"from": "9"}), "");
        check(json!({}), "");
        check(json!({"mode": "cron", "cronExpr": "0 9 * * 1-3", "duration": "1h 30m"}), "Mo 09:00+90 Tu 09:00+90 We 09:00+90");
        check(json!({"mode": "cron", "cronExpr": "*/30 12 13 * *", "duration": "5m"}), "We 12:00+5 We 12:30+5");
        check(json!({"mode": "cron", "cronExpr": "nonsense", "duration": "5m"}), "");
        check(json!({"fromDayOfWeek": 3, "from": "10:00", "to": "11:00", "timezone": "Asia/Tokyo"}), "We 01:00+60");
    }
}
