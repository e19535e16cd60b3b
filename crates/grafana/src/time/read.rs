//! Reading a text by a moment.js pattern, as forgiving as moment is unless told to be strict.
//!
//! Source: moment 2.30 `create/from-string-and-format.js`, `create/from-array.js` and the tokens' own patterns.

use super::{
    TimeZone,
    civil::{Civil, MAX_MS, days_in_month, days_of_date},
    moment::{MONTHS, Piece, TOKENS, WEEKDAYS, expand_long_formats, next_piece},
};

/// `moment(text, pattern)`: milliseconds since 1970, `None` for what is no date. Parts the pattern does not name are those of
/// `now_ms` from the left, zero from the right.
///
/// DIFFERENCE: the tokens of week years (`gg`, `GG`, `w`, `W`, `e`, `E`) and eras are passed over.
pub fn read_moment(text: &str, pattern: &str, zone: &TimeZone, now_ms: f64) -> Option<f64> {
    let mut reading = Reading { rest: text, ..Reading::default() };
    let pattern = expand_long_formats(pattern);
    let mut rest = pattern.as_str();
    while let Some(piece) = next_piece(&mut rest, &TOKENS) {
        match piece {
            Piece::Token(token) => reading.token(token)?,
            Piece::Bracketed(literal) | Piece::Escaped(literal) => reading.skip(literal),
            Piece::Other(literal) => reading.skip(literal.encode_utf8(&mut [0; 4])),
        }
    }
    reading.settle(zone, now_ms)
}

#[derive(Default)]
struct Reading<'a> {
    rest: &'a str,
    has_token: bool,
    /// Year, month from 0, day, hour, minute, second, millisecond.
    parts: [Option<i64>; 7],
    day_of_year: Option<i64>,
    is_afternoon: Option<bool>,
    offset_minutes: Option<i64>,
    /// A time stamp outranks all else.
    stamp_ms: Option<f64>,
}

impl<'a> Reading<'a> {
    /// What a literal stands before is passed over too, where it is found.
    fn skip(&mut self, literal: &str) {
        if let Some(at) = self.rest.find(literal).filter(|_| !literal.is_empty()) {
            self.rest = &self.rest[at + literal.len()..];
        }
    }

    /// The first part of the rest that fits; `length` says how much fits at a place.
    fn find(&mut self, length: impl Fn(&str) -> usize) -> Option<&'a str> {
        let (at, length) = self.rest.char_indices().map(|(at, _)| (at, length(&self.rest[at..]))).find(|(_, length)| *length > 0)?;
        let found = &self.rest[at..at + length];
        self.rest = &self.rest[at + length..];
        self.has_token = true;
        Some(found)
    }

    fn number(&mut self, least: usize, most: usize) -> Option<i64> {
        let found = self.find(|text| Some(digits(text).min(most)).filter(|length| *length >= least).unwrap_or(0))?;
        found.parse().ok()
    }

    fn put(&mut self, part: usize, value: Option<i64>) {
        if value.is_some() {
            self.parts[part] = value;
        }
    }

    /// `None` when the text cannot be a date any more.
    fn token(&mut self, token: &str) -> Option<()> {
        match token {
            "YYYY" | "yyyy" => {
                let found = self.find(|text| digits(text).min(4));
                self.put(0, found.and_then(year));
            }
            "YY" | "yy" => {
                let found = self.find(|text| digits(text).min(2));
                self.put(0, found.and_then(year));
            }
            "YYYYY" | "YYYYYY" | "Y" | "y" => {
                let most = if token.len() == 1 { usize::MAX } else { 6 };
                let found = self.find(|text| signed(text, most));
                self.put(0, found.map(|text| text.trim_start_matches('+').parse().unwrap_or(i64::MAX)));
            }
            "Q" => {
                let quarter = self.number(1, 1);
                self.put(1, quarter.map(|quarter| (quarter - 1) * 3));
            }
            "M" | "MM" => {
                let month = self.number(1, 2);
                self.put(1, month.map(|month| month - 1));
            }
            "MMM" | "MMMM" => {
                let found = self.find(|text| name_length(text, &MONTHS));
                if found.is_none() && !self.rest.is_empty() {
                    return Some(());
                }
                self.put(1, found.and_then(|name| name_index(name, &MONTHS)));
            }
            "D" | "DD" => {
                let day = self.number(1, 2);
                self.put(2, day);
            }
            "Do" => {
                let found = self.find(|text| digits(text).min(2) + ordinal(&text[digits(text).min(2)..]));
                self.put(2, found.and_then(|text| text[..digits(text)].parse().ok()));
            }
            "DDD" | "DDDo" => self.day_of_year = self.number(1, 3),
            "DDDD" => self.day_of_year = self.number(3, 3),
            "ddd" | "dddd" | "dd" => {
                self.find(|text| name_length(text, &WEEKDAYS));
            }
            "H" | "HH" | "k" | "kk" | "h" | "hh" => {
                let hour = self.number(1, 2);
                self.put(3, hour.map(|hour| if token.starts_with('k') && hour == 24 { 0 } else { hour }));
            }
            "Hmm" | "hmm" | "Hmmss" | "hmmss" => {
                let (least, most) = if token.len() == 3 { (3, 4) } else { (5, 6) };
                let Some(number) = self.number(least, most) else { return Some(()) };
                let (clock, second) = if token.len() == 3 { (number, None) } else { (number / 100, Some(number % 100)) };
                self.put(3, Some(clock / 100));
                self.put(4, Some(clock % 100));
                self.put(5, second);
            }
            "m" | "mm" => {
                let minute = self.number(1, 2);
                self.put(4, minute);
            }
            "s" | "ss" => {
                let second = self.number(1, 2);
                self.put(5, second);
            }
            "a" | "A" => {
                let found = self.find(meridiem);
                self.is_afternoon = found.map(|text| text.starts_with(['p', 'P'])).or(self.is_afternoon);
            }
            "Z" | "ZZ" => {
                let found = self.find(offset);
                self.offset_minutes = found.map(offset_minutes).or(self.offset_minutes);
            }
            "x" => {
                let found = self.find(|text| signed(text, usize::MAX));
                self.stamp_ms = found.and_then(|text| text.parse().ok()).or(self.stamp_ms);
            }
            "X" => {
                let found = self.find(seconds);
                self.stamp_ms = found.and_then(|text| text.parse().ok()).map(|seconds: f64| (seconds * 1000.0).trunc()).or(self.stamp_ms);
            }
            fraction if fraction.starts_with('S') => {
                let most = if fraction.len() <= 3 { 3 } else { usize::MAX };
                let found = self.find(|text| digits(text).min(most));
                self.put(6, found.and_then(|text| format!("0.{text}").parse().ok()).map(|part: f64| (part * 1000.0) as i64));
            }
            _ => {}
        }
        Some(())
    }

    fn settle(mut self, zone: &TimeZone, now_ms: f64) -> Option<f64> {
        if !self.has_token {
            return None;
        }
        if let Some(stamp) = self.stamp_ms {
            return Some(stamp).filter(|ms| ms.abs() <= MAX_MS);
        }
        if let (Some(hour), Some(is_afternoon)) = (self.parts[3], self.is_afternoon) {
            self.parts[3] = Some(match (is_afternoon, hour) {
                (true, hour) if hour < 12 => hour + 12,
                (false, 12) => 0,
                (_, hour) => hour,
            });
        }
        // No date of JavaScript lies so far off, and days could not be counted.
        if self.parts[0].is_some_and(|year| !(-300_000..=300_000).contains(&year)) {
            return None;
        }
        let now = Civil::at(now_ms, zone)?;
        if let Some(day) = self.day_of_year {
            let year = self.parts[0].unwrap_or(now.year);
            let last = if super::civil::is_leap(year) { 366 } else { 365 };
            if !(1..=last).contains(&day) {
                return None;
            }
            let date = Civil::of_local_ms((days_of_date(year, 0, 1) + day - 1) * super::civil::DAY_MS);
            self.parts[1] = Some(date.month);
            self.parts[2] = Some(date.day);
        }
        let today = [now.year, now.month, now.day];
        let first = self.parts[..3].iter().position(Option::is_some).unwrap_or(3);
        for (part, today) in self.parts.iter_mut().zip(today).take(first) {
            *part = Some(today);
        }
        let part = |index: usize| self.parts[index].unwrap_or(i64::from(index == 2));
        let mut civil =
            Civil { year: part(0), month: part(1), day: part(2), hour: part(3), minute: part(4), second: part(5), milli: part(6) };
        let is_midnight = civil.hour == 24 && civil.minute == 0 && civil.second == 0 && civil.milli == 0;
        let is_date = (0..12).contains(&civil.month) && (1..=days_in_month(civil.year, civil.month)).contains(&civil.day);
        let is_time = (civil.hour < 24 || is_midnight) && civil.minute < 60 && civil.second < 60;
        if !is_date || !is_time {
            return None;
        }
        if is_midnight {
            civil = Civil { hour: 0, ..civil }.add_days(1);
        }
        let at_ms = match self.offset_minutes {
            Some(minutes) => (civil.local_ms() - minutes * 60_000) as f64,
            None => civil.to_ms(zone),
        };
        Some(at_ms).filter(|ms| ms.abs() <= MAX_MS)
    }
}

fn digits(text: &str) -> usize {
    text.bytes().take_while(u8::is_ascii_digit).count()
}

fn signed(text: &str, most: usize) -> usize {
    let sign = usize::from(text.starts_with(['+', '-']));
    match digits(&text[sign..]).min(most) {
        0 => 0,
        length => sign + length,
    }
}

/// A number of seconds with up to three decimals.
fn seconds(text: &str) -> usize {
    let whole = signed(text, usize::MAX);
    let fraction = text[whole..].strip_prefix('.').map_or(0, |rest| digits(rest).min(3));
    if whole > 0 && fraction > 0 { whole + 1 + fraction } else { whole }
}

/// Two digits are of this century up to 68.
fn year(text: &str) -> Option<i64> {
    let number: i64 = text.parse().ok()?;
    Some(match text.len() {
        2 if number > 68 => 1900 + number,
        2 => 2000 + number,
        _ => number,
    })
}

fn ordinal(text: &str) -> usize {
    let is_one = ["th", "st", "nd", "rd"].iter().any(|ending| text.get(..2).is_some_and(|start| start.eq_ignore_ascii_case(ending)));
    if is_one { 2 } else { 0 }
}

/// "am", "a.m.", "p" …
fn meridiem(text: &str) -> usize {
    let mut length = usize::from(text.starts_with(['a', 'A', 'p', 'P']));
    if length > 0 {
        length += usize::from(text[length..].starts_with('.'));
        length += usize::from(text[length..].starts_with(['m', 'M']));
        length += usize::from(text[length..].starts_with('.'));
    }
    length
}

/// "Z", "+02", "+0200", "+02:00".
fn offset(text: &str) -> usize {
    if text.starts_with(['Z', 'z']) {
        return 1;
    }
    if !text.starts_with(['+', '-']) || digits(&text[1..]) < 2 {
        return 0;
    }
    let rest = &text[3..];
    let colon = usize::from(rest.starts_with(':'));
    if digits(&rest[colon..]) >= 2 { 5 + colon } else { 3 }
}

fn offset_minutes(text: &str) -> i64 {
    let digits: Vec<i64> = text.bytes().filter(u8::is_ascii_digit).map(|digit| i64::from(digit - b'0')).collect();
    let minutes = match digits.as_slice() {
        [a, b] => (a * 10 + b) * 60,
        [a, b, c, d] => (a * 10 + b) * 60 + c * 10 + d,
        _ => 0,
    };
    if text.starts_with('-') { -minutes } else { minutes }
}

/// The longest name, or its first three letters, that the text starts with.
fn name_length(text: &str, names: &[&str]) -> usize {
    let starts = |name: &str| text.get(..name.len()).is_some_and(|start| start.eq_ignore_ascii_case(name));
    names.iter().flat_map(|name| [*name, &name[..3]]).filter(|name| starts(name)).map(str::len).max().unwrap_or(0)
}

fn name_index(text: &str, names: &[&str]) -> Option<i64> {
    names.iter().position(|name| text.eq_ignore_ascii_case(name) || text.eq_ignore_ascii_case(&name[..3])).map(|index| index as i64)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Twelve-hour tokens take any hour of the day, unless moment is told to be strict (moment 2.30.1, run).
    #[test]
    fn takes_any_hour_for_a_twelve_hour_token() {
        let check = |text: &str, pattern: &str, expected: &str| {
            let read = read_moment(text, pattern, &TimeZone::utc(), 0.0);
            let shown = read.map(|ms| super::super::format_moment(ms, "YYYY-MM-DD HH:mm:ss", &TimeZone::utc()));
            assert_eq!(shown.unwrap_or_default(), expected, "{text} as {pattern}");
        };
        check("2022-01-15 16:52:15", "YYYY-MM-DD hh:mm:ss", "2022-01-15 16:52:15");
        check("2022-01-15 00:52:15", "YYYY-MM-DD hh:mm:ss", "2022-01-15 00:52:15");
        check("2022-01-15 24:00:00", "YYYY-MM-DD hh:mm:ss", "2022-01-16 00:00:00");
        check("2020-01-01 13:00 PM", "YYYY-MM-DD h:mm A", "2020-01-01 13:00:00");
        check("2020-01-01 0 pm", "YYYY-MM-DD h a", "2020-01-01 12:00:00");
        check("1970-01-01 1300", "YYYY-MM-DD hmm", "1970-01-01 13:00:00");
        check("2020-01-01 25", "YYYY-MM-DD h", "");
    }
}
