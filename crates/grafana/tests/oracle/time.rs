use crate::corpus::{Report, list, load, number, text};
use grafana::time::{
    Clock, RawTimeRange, TimeRange, TimeZone, calculate_interval, describe_range_at, format_moment, format_moment_week, from_now,
    interval_to_ms, ms_to_interval, parse_absolute, round_interval, settle_side,
};
use serde_json::Value;

fn zone(value: &Value) -> TimeZone {
    TimeZone::named(text(value)).unwrap()
}

#[test]
fn date_math() {
    let corpus = load("datemath.json");
    let mut report = Report::default();
    for row in list(&corpus["clocks"]) {
        let clock = Clock {
            now_ms: number(&row["now"]),
            zone: zone(&row["zone"]),
            week_start: number(&row["week_start"]) as u8,
            fiscal_year_start_month: number(&row["fiscal"]) as u8,
        };
        for (expression, expected) in list(&corpus["expressions"]).iter().zip(list(&row["results"])) {
            // DIFFERENCE: Grafana reads the date before "||" in the browser's zone, we in the dashboard's.
            if text(expression).contains("||") && clock.zone.name != "UTC" {
                continue;
            }
            for (round_up, expected) in [false, true].into_iter().zip(list(expected)) {
                let case = || {
                    format!(
                        "{expression} up {round_up} now {} {} week {} fiscal {}",
                        row["now"], row["zone"], row["week_start"], row["fiscal"]
                    )
                };
                report.check(case, settle_side(text(expression), round_up, &clock), expected.as_f64());
            }
        }
    }
    report.finish(6_000);
}

#[test]
fn absolute_times() {
    let corpus = load("datemath.json");
    let mut report = Report::default();
    for row in list(&corpus["absolute"]) {
        for (written, expected) in list(&corpus["absolute_texts"]).iter().zip(list(&row["results"])) {
            report.check(|| format!("{written} {}", row["zone"]), parse_absolute(text(written), &zone(&row["zone"])), expected.as_f64());
        }
    }
    report.finish(70);
}

#[test]
fn moment_patterns() {
    let corpus = load("moment.json");
    let mut report = Report::default();
    for row in list(&corpus["formats"]) {
        for (pattern, expected) in list(&corpus["patterns"]).iter().zip(list(&row["texts"])) {
            let found = format_moment(number(&row["at"]), text(pattern), &zone(&row["zone"]));
            report.check(|| format!("{pattern} {} {}", row["at"], row["zone"]), found, text(expected).to_owned());
        }
    }
    for row in list(&corpus["weeks"]) {
        let found = format_moment_week(number(&row[0]), text(&corpus["week_pattern"]), &TimeZone::utc(), 1);
        report.check(|| format!("weeks from Monday {}", row[0]), found, text(&row[1]).to_owned());
    }
    for row in list(&corpus["abbreviations"]) {
        report.check(|| row.to_string(), format_moment(number(&row[1]), "z Z", &zone(&row[0])), text(&row[2]).to_owned());
    }
    let now_ms = number(&corpus["now"]);
    for row in list(&corpus["ago"]) {
        report.check(|| format!("{} ms from now", row[0]), from_now(now_ms + number(&row[0]), now_ms), text(&row[1]).to_owned());
    }
    report.finish(4_000);
}

#[test]
fn ranges_in_words() {
    let corpus = load("ranges.json");
    let clock = Clock { now_ms: number(&corpus["now"]), zone: zone(&corpus["zone"]), week_start: 0, fiscal_year_start_month: 0 };
    let mut report = Report::default();
    for row in list(&corpus["ranges"]) {
        let range = RawTimeRange { from: text(&row[0]).into(), to: text(&row[1]).into() };
        report.check(|| row.to_string(), describe_range_at(&range, &clock), text(&row[2]).to_owned());
    }
    report.finish(200);
}

#[test]
fn intervals() {
    let corpus = load("intervals.json");
    let mut report = Report::default();
    for row in list(&corpus["texts"]) {
        report.check(|| row.to_string(), interval_to_ms(text(&row[0])), row[1].as_f64());
    }
    for row in list(&corpus["hms"]) {
        report.check(|| row.to_string(), ms_to_interval(number(&row[0])), text(&row[1]).to_owned());
    }
    for row in list(&corpus["rounds"]) {
        report.check(|| row.to_string(), round_interval(number(&row[0])), number(&row[1]));
    }
    for row in list(&corpus["calculated"]) {
        let range = TimeRange { from_ms: 0.0, to_ms: number(&row[0]), raw: RawTimeRange::default() };
        report.check(|| row.to_string(), calculate_interval(&range, number(&row[1]) as u32, row[2].as_str()), number(&row[3]));
    }
    report.finish(200);
}
