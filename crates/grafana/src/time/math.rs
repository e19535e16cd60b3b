//! Date math ("now-6h", "now-1M/M", "2024-01-01||+1d") and absolute times.
//!
//! Source: @grafana/data 12.4 `datetime/datemath.ts`.

use super::{
    Clock, RawTimeRange, TimeRange, TimeZone,
    civil::{Civil, DAY_MS, MAX_MS, days_in_month, local_to_ms},
};

/// Settles a range. `to` rounds up (`now/d` is the end of the day), `from` down. `None` when either side is not understood.
pub fn settle(raw: &RawTimeRange, clock: &Clock) -> Option<TimeRange> {
    Some(TimeRange { from_ms: settle_side(&raw.from, false, clock)?, to_ms: settle_side(&raw.to, true, clock)?, raw: raw.clone() })
}

/// One side of a range, in milliseconds since 1970 UTC; `round_up` makes `/unit` the unit's end.
pub fn settle_side(text: &str, round_up: bool, clock: &Clock) -> Option<f64> {
    let text = text.trim();
    if let Some(math) = text.strip_prefix("now") {
        return parse_math(math, clock.now_ms, round_up, clock);
    }
    match text.split_once("||") {
        Some((start, math)) => parse_math(math, parse_absolute(start, &clock.zone)?, round_up, clock),
        None => parse_absolute(text, &clock.zone),
    }
}

/// The kinds of step in date math.
enum Step {
    Round,
    Move(i64),
}

/// Applies "-1d/d+2h" to a moment. `None` for anything it does not know, as `parseDateMath`.
pub fn parse_math(math: &str, from_ms: f64, round_up: bool, clock: &Clock) -> Option<f64> {
    let math: Vec<char> = math.chars().filter(|c| !c.is_whitespace()).collect();
    let mut at_ms = from_ms.trunc();
    let mut i = 0;
    while i < math.len() {
        let sign = math[i];
        i += 1;
        let digits = math[i..].iter().take_while(|c| c.is_ascii_digit()).count();
        // Grafana gives up once the number reaches past the tenth character.
        if i + digits > 10 {
            return None;
        }
        let amount: i64 = if digits == 0 { 1 } else { math[i..i + digits].iter().collect::<String>().parse().ok()? };
        i += digits;
        let step = match sign {
            '/' if amount == 1 => Step::Round,
            '+' => Step::Move(amount),
            '-' => Step::Move(-amount),
            _ => return None,
        };
        let fiscal = math.get(i) == Some(&'f');
        i += usize::from(fiscal);
        let unit = *math.get(i).filter(|unit| "yMwdhmsQ".contains(**unit))?;
        i += 1;
        at_ms = match step {
            Step::Move(amount) => moved(at_ms, amount, unit, &clock.zone)?,
            Step::Round if fiscal => fiscal_rounded(at_ms, unit, round_up, clock)?,
            Step::Round => rounded(at_ms, unit, round_up, clock)?,
        };
    }
    (at_ms.abs() <= MAX_MS).then_some(at_ms)
}

/// Months, quarters, years, weeks and days keep the clock's time; hours and less are exact lengths.
fn moved(at_ms: f64, amount: i64, unit: char, zone: &TimeZone) -> Option<f64> {
    let civil = Civil::at(at_ms, zone)?;
    if amount == 0 {
        return Some(at_ms); // the way over the wall clock could land in the other half of a repeated hour
    }
    // No step may leave JavaScript's dates by far; that also keeps the sums below from overflowing.
    let at_most = |amount: i64, most: i64| amount.clamp(-most, most);
    let months = |amount: i64| civil.add_months(at_most(amount, 10_000_000)).to_ms(zone);
    let days = |amount: i64| civil.add_days(at_most(amount, 300_000_000)).to_ms(zone);
    let at_ms = match unit {
        'y' => months(12 * amount),
        'Q' => months(3 * amount),
        'M' => months(amount),
        'w' => days(7 * amount),
        'd' => days(amount),
        'h' => at_ms + amount as f64 * 3_600_000.0,
        'm' => at_ms + amount as f64 * 60_000.0,
        _ => at_ms + amount as f64 * 1000.0,
    };
    (at_ms.abs() <= MAX_MS).then_some(at_ms)
}

/// moment's `startOf` and `endOf`.
fn rounded(at_ms: f64, unit: char, round_up: bool, clock: &Clock) -> Option<f64> {
    let civil = Civil::at(at_ms, &clock.zone)?;
    let midnight = |year: i64, month: i64, day: i64| Civil { year, month, day, hour: 0, minute: 0, second: 0, milli: 0 };
    let whole = |length: i64| {
        let local_ms = civil.local_ms();
        let start = local_ms - local_ms.rem_euclid(length);
        (start, start + length)
    };
    let months = |first: i64, n: i64| {
        let start = midnight(civil.year, first, 1);
        (start.local_ms(), start.add_months(n).local_ms())
    };
    let (start, end) = match unit {
        'y' => months(0, 12),
        'Q' => months(civil.month - civil.month % 3, 3),
        'M' => months(civil.month, 1),
        'w' => {
            let back = (civil.weekday() - i64::from(clock.week_start)).rem_euclid(7);
            let start = midnight(civil.year, civil.month, civil.day).add_days(-back).local_ms();
            (start, start + 7 * DAY_MS)
        }
        'd' => whole(DAY_MS),
        'h' => whole(3_600_000),
        'm' => whole(60_000),
        _ => whole(1000),
    };
    if matches!(unit, 'h' | 'm' | 's') {
        // Inside a repeated hour the wall clock is ambiguous; the way back to the moment is not.
        let shift = (if round_up { end - 1 } else { start }) - civil.local_ms();
        return Some(at_ms + shift as f64);
    }
    Some(local_to_ms(if round_up { end - 1 } else { start }, &clock.zone))
}

/// `roundToFiscal`: year and quarter only, counted from the fiscal year's first month.
fn fiscal_rounded(at_ms: f64, unit: char, round_up: bool, clock: &Clock) -> Option<f64> {
    let n_months = match unit {
        'y' => 12,
        'Q' => 3,
        // Grafana leaves other units as they are.
        _ => return Some(at_ms),
    };
    let civil = Civil::at(at_ms, &clock.zone)?;
    let back = (civil.month - i64::from(clock.fiscal_year_start_month) + 12) % n_months;
    let first = Civil { day: 1, hour: 0, minute: 0, second: 0, milli: 0, ..civil }.add_months(-back);
    if !round_up {
        return Some(first.to_ms(&clock.zone));
    }
    Some(local_to_ms(first.add_months(n_months).local_ms() - 1, &clock.zone))
}

/// Reads an absolute time: milliseconds since 1970, "2024-01-31T10:20:30.123Z" (also with an offset), or a date and time in `zone`
/// with parts missing from the right ("2024-01-31 10:20"). Eight digits are a date in UTC, as in Grafana's URLs.
pub fn parse_absolute(text: &str, zone: &TimeZone) -> Option<f64> {
    let text = text.trim();
    let unsigned = text.strip_prefix('-').unwrap_or(text);
    let all_digits = !unsigned.is_empty() && unsigned.bytes().all(|b| b.is_ascii_digit());
    if all_digits && text.len() != 8 {
        return text.parse().ok().filter(|ms: &f64| ms.abs() <= MAX_MS);
    }
    if let Some(compact) = compact_date(text) {
        return Some(compact.local_ms() as f64);
    }
    let mut reader = Reader { rest: text };
    let year = reader.digits(4, 4)?;
    let month = if reader.any("-/") { reader.digits(1, 2)? } else { 1 };
    let day = if reader.any("-/") { reader.digits(1, 2)? } else { 1 };
    let (mut hour, mut minute, mut second, mut milli) = (0, 0, 0, 0);
    if reader.any("T ") {
        hour = reader.digits(1, 2)?;
        minute = if reader.any(":") { reader.digits(1, 2)? } else { 0 };
        second = if reader.any(":") { reader.digits(1, 2)? } else { 0 };
        milli = if reader.any(".,") { reader.fraction()? } else { 0 };
    }
    let civil = checked(Civil { year, month: month - 1, day, hour, minute, second, milli })?;
    match reader.offset()? {
        Some(offset_minutes) => Some((civil.local_ms() - offset_minutes * 60_000) as f64),
        None => Some(civil.to_ms(zone)),
    }
}

/// "20240131" and "20240131T102030".
fn compact_date(text: &str) -> Option<Civil> {
    let (date, time) = text.split_once('T').unwrap_or((text, "000000"));
    if date.len() != 8 || time.len() != 6 || !(date.bytes().chain(time.bytes())).all(|b| b.is_ascii_digit()) {
        return None;
    }
    let part = |text: &str| text.parse::<i64>().ok();
    checked(Civil {
        year: part(&date[..4])?,
        month: part(&date[4..6])? - 1,
        day: part(&date[6..])?,
        hour: part(&time[..2])?,
        minute: part(&time[2..4])?,
        second: part(&time[4..])?,
        milli: 0,
    })
}

fn checked(civil: Civil) -> Option<Civil> {
    let valid = (0..12).contains(&civil.month)
        && (1..=days_in_month(civil.year, civil.month)).contains(&civil.day)
        && (civil.hour < 24 || (civil.hour == 24 && civil.minute == 0 && civil.second == 0))
        && civil.minute < 60
        && civil.second < 60;
    valid.then_some(civil)
}

/// Reads a text from left to right.
struct Reader<'a> {
    rest: &'a str,
}

impl Reader<'_> {
    fn digits(&mut self, least: usize, most: usize) -> Option<i64> {
        let n = self.rest.bytes().take(most).take_while(u8::is_ascii_digit).count();
        let (digits, rest) = self.rest.split_at(n);
        self.rest = rest;
        if n < least { None } else { digits.parse().ok() }
    }

    /// Takes one character if it is one of `marks`.
    fn any(&mut self, marks: &str) -> bool {
        let found = self.rest.chars().next().is_some_and(|c| marks.contains(c));
        if found {
            self.rest = &self.rest[1..];
        }
        found
    }

    /// A fraction of a second in milliseconds, cut off after the third digit.
    fn fraction(&mut self) -> Option<i64> {
        let n = self.rest.bytes().take_while(u8::is_ascii_digit).count();
        let (digits, rest) = self.rest.split_at(n);
        self.rest = rest;
        if n == 0 { None } else { format!("{digits}00")[..3].parse().ok() }
    }

    /// "Z", "+02:00", "+0200", "+02" or the end of the text; minutes east of UTC. The outer `None` is anything else.
    fn offset(&mut self) -> Option<Option<i64>> {
        let rest = self.rest.trim();
        if rest.is_empty() {
            return Some(None);
        }
        if rest.eq_ignore_ascii_case("z") {
            return Some(Some(0));
        }
        let sign = if rest.starts_with('-') { -1 } else { 1 };
        self.rest = rest.strip_prefix(['+', '-'])?;
        let hours = self.digits(2, 2)?;
        self.any(":");
        let minutes = if self.rest.is_empty() { 0 } else { self.digits(2, 2)? };
        self.rest.is_empty().then_some(Some(sign * (hours * 60 + minutes)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn clock(zone: &str) -> Clock {
        // 2024-03-15T14:30:45.678Z, a Friday.
        Clock { now_ms: 1_710_513_045_678.0, zone: TimeZone::named(zone).unwrap(), week_start: 1, fiscal_year_start_month: 3 }
    }

    #[test]
    fn settles_ranges() {
        let check = |zone: &str, from: &str, to: &str, expected: Option<(&str, &str)>| {
            let raw = RawTimeRange { from: from.into(), to: to.into() };
            let iso = |at_ms: f64| super::super::format_moment(at_ms, "YYYY-MM-DDTHH:mm:ss.SSS", &TimeZone::utc());
            let found = settle(&raw, &clock(zone)).map(|range| (iso(range.from_ms), iso(range.to_ms)));
            assert_eq!(found, expected.map(|(from, to)| (from.to_owned(), to.to_owned())), "{from} to {to}");
        };
        check("UTC", "now-6h", "now", Some(("2024-03-15T08:30:45.678", "2024-03-15T14:30:45.678")));
        check("UTC", "now/w", "now/w", Some(("2024-03-11T00:00:00.000", "2024-03-17T23:59:59.999")));
        check("UTC", "now/fy", "now/fy", Some(("2023-04-01T00:00:00.000", "2024-03-31T23:59:59.999")));
        check("Europe/Berlin", "now/d", "now/d", Some(("2024-03-14T23:00:00.000", "2024-03-15T22:59:59.999")));
        check("Europe/Berlin", "2024-07-01 10:00:00", "2024-07-01T10:00:00Z", Some(("2024-07-01T08:00:00.000", "2024-07-01T10:00:00.000")));
        check("Asia/Tokyo", "1704067200000", "2024-01-01T09:00:00+09:00", Some(("2024-01-01T00:00:00.000", "2024-01-01T00:00:00.000")));
        check("UTC", "20240131", "20240131T102030", Some(("2024-01-31T00:00:00.000", "2024-01-31T10:20:30.000")));
        check("UTC", "", "now", None);
        check("UTC", "yesterday", "now", None);
    }

    #[test]
    fn never_panics() {
        let nasty = [
            "now-9999999999y",
            "now+9999999999M",
            "now-999999999w",
            "now+9999999999d",
            "now+9999999999Q",
            "now-9999999999s/y",
            "now-1é",
            "now/🙂",
            "||",
            "||+1d",
            "8640000000000000",
            "8640000000000001",
            "-8640000000000000",
            "2024-é",
            "2024-01-31T",
            "2024-01-31T25:00",
            "999999999999999999999999",
            "2024-13",
            "2024-00-10",
            "2024-01-31T10:20:30+",
            "2024-01-31T10:20:30+é",
            "2024-01-31T10:20:30.é",
            "0000-01-01",
            "é",
            "-",
            "2024013é",
        ];
        for text in nasty {
            for zone in ["UTC", "Europe/Berlin", "Pacific/Apia"] {
                for now_ms in [0.0, 8.64e15, -8.64e15, f64::NAN, f64::INFINITY] {
                    let clock = Clock { now_ms, ..clock(zone) };
                    let raw = RawTimeRange { from: text.into(), to: text.into() };
                    let _ = settle(&raw, &clock);
                    let _ = super::super::describe_range_at(&raw, &clock);
                    let _ = super::super::interval_to_ms(text);
                    let _ = super::super::format_moment(now_ms, text, &clock.zone);
                }
            }
        }
    }
}
