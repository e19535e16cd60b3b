//! moment.js patterns.
//!
//! Source: moment 2.30 `format/format.js` and its locale "en".

use super::{
    TimeZone,
    civil::{Civil, days_of_date, is_leap},
};
use std::fmt::Write;

pub(super) const MONTHS: [&str; 12] =
    ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"];
pub(super) const WEEKDAYS: [&str; 7] = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];

/// Longest first: the first that fits is the token.
pub(super) const TOKENS: [&str; 68] = [
    "Hmmss", "hmmss", "Hmm", "hmm", "Mo", "MMMM", "MMM", "MM", "M", "Do", "DDDo", "DDDD", "DDD", "DD", "D", "dddd", "ddd", "dd", "do", "d",
    "wo", "ww", "w", "Wo", "WW", "W", "Qo", "Q", "NNNNN", "NNNN", "NNN", "NN", "N", "YYYYYY", "YYYYY", "YYYY", "YY", "Y", "yyyy", "yyy",
    "yy", "yo", "y", "ggggg", "gggg", "gg", "GGGGG", "GGGG", "GG", "e", "E", "a", "A", "hh", "h", "HH", "H", "kk", "k", "mm", "m", "ss",
    "s", "x", "X", "zz", "z", "Z",
];

/// Writes a moment by a moment.js pattern ("YYYY-MM-DD HH:mm:ss", "dddd", "\[literal\]", …). No date at all gives "Invalid date".
pub fn format_moment(at_ms: f64, pattern: &str, zone: &TimeZone) -> String {
    format_moment_week(at_ms, pattern, zone, 0)
}

/// [`format_moment`] with the first day of the week (0 Sunday) that the week tokens `w`, `g` and `e` count from.
pub fn format_moment_week(at_ms: f64, pattern: &str, zone: &TimeZone, week_start: u8) -> String {
    let Some(civil) = Civil::at(at_ms, zone) else { return "Invalid date".into() };
    let at = zone.at(at_ms);
    let moment = Moment { civil, at_ms: at_ms.trunc(), offset_minutes: at.offset_secs / 60, abbreviation: at.abbreviation, week_start };
    let pattern = match pattern {
        "" if moment.offset_minutes == 0 => "YYYY-MM-DDTHH:mm:ss[Z]",
        "" => "YYYY-MM-DDTHH:mm:ssZ",
        other => other,
    };
    write_pattern(&moment, &expand_long_formats(pattern))
}

/// Grafana's full date: "YYYY-MM-DD HH:mm:ss" unless the installation writes it otherwise.
pub fn format_full(at_ms: f64, zone: &TimeZone) -> String {
    format_moment(at_ms, &zone.formats().full_date, zone)
}

struct Moment {
    civil: Civil,
    at_ms: f64,
    offset_minutes: i64,
    abbreviation: String,
    week_start: u8,
}

/// One piece of a pattern.
pub(super) enum Piece<'a> {
    Bracketed(&'a str),
    Escaped(&'a str),
    Token(&'a str),
    Other(char),
}

/// Cuts the next piece off. Line ends are in no piece, moment drops them.
pub(super) fn next_piece<'a>(pattern: &mut &'a str, tokens: &[&str]) -> Option<Piece<'a>> {
    let rest = *pattern;
    if let Some(inner) = rest.strip_prefix('[')
        && let Some(end) = inner.find(']')
        && !inner[..end].contains('[')
    {
        // The pattern's bracket group is greedy: it ends at the last ']' before the next '['.
        let limit = inner.find('[').unwrap_or(inner.len());
        let end = inner[..limit].rfind(']').unwrap_or(end);
        *pattern = &inner[end + 1..];
        return Some(Piece::Bracketed(&inner[..end]));
    }
    let (escaped, body) = match rest.strip_prefix('\\') {
        Some(body) if !body.is_empty() => (true, body),
        _ => (false, rest),
    };
    let first = body.chars().next()?;
    let length = token_length(body, tokens).unwrap_or(first.len_utf8());
    let token = &body[..length];
    *pattern = &body[length..];
    Some(match escaped {
        true => Piece::Escaped(token),
        false if token_length(token, tokens) == Some(length) => Piece::Token(token),
        false => Piece::Other(first),
    })
}

fn token_length(text: &str, tokens: &[&str]) -> Option<usize> {
    let fraction = text.bytes().take_while(|b| *b == b'S').count().min(9);
    if tokens.len() == TOKENS.len() && fraction > 0 {
        return Some(fraction);
    }
    if tokens.len() == TOKENS.len() && text.starts_with("ZZ") {
        return Some(2);
    }
    tokens.iter().find(|token| text.starts_with(**token)).map(|token| token.len())
}

/// Replaces LT, LTS, L to LLLL and l to llll by what they stand for.
pub(super) fn expand_long_formats(pattern: &str) -> String {
    const LONG: [&str; 10] = ["LTS", "LT", "LLLL", "LLL", "LL", "L", "llll", "lll", "ll", "l"];
    let mut rest = pattern;
    let mut out = String::with_capacity(pattern.len());
    while !rest.is_empty() {
        let before = rest;
        match next_piece(&mut rest, &LONG) {
            Some(Piece::Token(token)) => out.push_str(long_format(token)),
            _ => out.push_str(&before[..before.len() - rest.len()]),
        }
    }
    out
}

fn long_format(token: &str) -> &'static str {
    match token {
        "LTS" => "h:mm:ss A",
        "LT" => "h:mm A",
        "LLLL" => "dddd, MMMM D, YYYY h:mm A",
        "LLL" => "MMMM D, YYYY h:mm A",
        "LL" => "MMMM D, YYYY",
        "L" => "MM/DD/YYYY",
        "llll" => "ddd, MMM D, YYYY h:mm A",
        "lll" => "MMM D, YYYY h:mm A",
        "ll" => "MMM D, YYYY",
        _ => "M/D/YYYY",
    }
}

fn write_pattern(moment: &Moment, pattern: &str) -> String {
    let mut rest = pattern;
    let mut out = String::with_capacity(pattern.len() + 8);
    while !rest.is_empty() {
        match next_piece(&mut rest, &TOKENS) {
            Some(Piece::Bracketed(text) | Piece::Escaped(text)) => out.push_str(text),
            Some(Piece::Token(token)) => moment.write(token, &mut out),
            Some(Piece::Other('\n' | '\r' | '\u{2028}' | '\u{2029}')) => {}
            Some(Piece::Other('\\')) => {}
            Some(Piece::Other(c)) => out.push(c),
            None => break,
        }
    }
    out
}

impl Moment {
    fn write(&self, token: &str, out: &mut String) {
        let civil = &self.civil;
        let hour12 = if civil.hour % 12 == 0 { 12 } else { civil.hour % 12 };
        let hour24 = if civil.hour == 0 { 24 } else { civil.hour };
        let text = match token {
            "M" => (civil.month + 1).to_string(),
            "Mo" => ordinal(civil.month + 1),
            "MM" => pad(civil.month + 1, 2),
            "MMM" => MONTHS[civil.month as usize][..3].into(),
            "MMMM" => MONTHS[civil.month as usize].into(),
            "D" => civil.day.to_string(),
            "Do" => ordinal(civil.day),
            "DD" => pad(civil.day, 2),
            "DDD" => civil.day_of_year().to_string(),
            "DDDo" => ordinal(civil.day_of_year()),
            "DDDD" => pad(civil.day_of_year(), 3),
            "d" => civil.weekday().to_string(),
            "do" => ordinal(civil.weekday()),
            "dd" => WEEKDAYS[civil.weekday() as usize][..2].into(),
            "ddd" => WEEKDAYS[civil.weekday() as usize][..3].into(),
            "dddd" => WEEKDAYS[civil.weekday() as usize].into(),
            "e" => (civil.weekday() - i64::from(self.week_start)).rem_euclid(7).to_string(),
            "E" => (if civil.weekday() == 0 { 7 } else { civil.weekday() }).to_string(),
            "w" => self.week().1.to_string(),
            "wo" => ordinal(self.week().1),
            "ww" => pad(self.week().1, 2),
            "W" => self.iso_week().1.to_string(),
            "Wo" => ordinal(self.iso_week().1),
            "WW" => pad(self.iso_week().1, 2),
            "gg" => pad(self.week().0 % 100, 2),
            "gggg" | "ggggg" => pad(self.week().0, token.len()),
            "GG" => pad(self.iso_week().0 % 100, 2),
            "GGGG" | "GGGGG" => pad(self.iso_week().0, token.len()),
            "Q" => (civil.month / 3 + 1).to_string(),
            "Qo" => ordinal(civil.month / 3 + 1),
            "Y" if civil.year > 9999 => format!("+{}", civil.year),
            "Y" => pad(civil.year, 4),
            "YY" => pad(civil.year % 100, 2),
            "YYYY" | "YYYYY" => pad(civil.year, token.len()),
            "YYYYYY" => format!("{}{}", if civil.year < 0 { "-" } else { "+" }, pad(civil.year.abs(), 6)),
            "N" | "NN" | "NNN" | "NNNNN" => (if civil.year > 0 { "AD" } else { "BC" }).into(),
            "NNNN" => (if civil.year > 0 { "Anno Domini" } else { "Before Christ" }).into(),
            "y" | "yy" | "yyy" | "yyyy" => pad(self.era_year(), token.len()),
            "yo" => ordinal(self.era_year()),
            "a" => (if civil.hour < 12 { "am" } else { "pm" }).into(),
            "A" => (if civil.hour < 12 { "AM" } else { "PM" }).into(),
            "H" => civil.hour.to_string(),
            "HH" => pad(civil.hour, 2),
            "h" => hour12.to_string(),
            "hh" => pad(hour12, 2),
            "k" => hour24.to_string(),
            "kk" => pad(hour24, 2),
            "Hmm" => format!("{}{:02}", civil.hour, civil.minute),
            "hmm" => format!("{hour12}{:02}", civil.minute),
            "Hmmss" => format!("{}{:02}{:02}", civil.hour, civil.minute, civil.second),
            "hmmss" => format!("{hour12}{:02}{:02}", civil.minute, civil.second),
            "m" => civil.minute.to_string(),
            "mm" => pad(civil.minute, 2),
            "s" => civil.second.to_string(),
            "ss" => pad(civil.second, 2),
            "x" => format!("{}", self.at_ms as i64),
            "X" => format!("{}", (self.at_ms / 1000.0).floor() as i64),
            "z" | "zz" => self.abbreviation.clone(),
            "Z" => self.offset(":"),
            "ZZ" => self.offset(""),
            _ => format!("{:03}000000", civil.milli)[..token.len()].to_owned(), // S to SSSSSSSSS
        };
        out.push_str(&text);
    }

    fn offset(&self, separator: &str) -> String {
        let sign = if self.offset_minutes < 0 { '-' } else { '+' };
        let minutes = self.offset_minutes.abs();
        format!("{sign}{:02}{separator}{:02}", minutes / 60, minutes % 60)
    }

    fn era_year(&self) -> i64 {
        if self.civil.year > 0 { self.civil.year } else { 1 - self.civil.year }
    }

    /// Week year and week of the locale: the first week is the one with January 1st.
    fn week(&self) -> (i64, i64) {
        // Grafana's week start changes moment's `dow` alone and leaves `doy` at 6.
        week_of(&self.civil, i64::from(self.week_start), 6)
    }

    fn iso_week(&self) -> (i64, i64) {
        week_of(&self.civil, 1, 4)
    }
}

/// `weekOfYear` of moment: `dow` is the first day of the week, the first week is the one that has day 7 + dow - doy of January.
fn week_of(civil: &Civil, dow: i64, doy: i64) -> (i64, i64) {
    let first_week_offset = |year: i64| {
        let first_day = 7 + dow - doy;
        let weekday = (days_of_date(year, 0, first_day) + 4).rem_euclid(7);
        first_day - 1 - (7 + weekday - dow) % 7
    };
    let weeks_in_year = |year: i64| {
        let days = if is_leap(year) { 366 } else { 365 };
        (days - first_week_offset(year) + first_week_offset(year + 1)) / 7
    };
    let week = (civil.day_of_year() - first_week_offset(civil.year) - 1).div_euclid(7) + 1;
    if week < 1 {
        (civil.year - 1, week + weeks_in_year(civil.year - 1))
    } else if week > weeks_in_year(civil.year) {
        (civil.year + 1, week - weeks_in_year(civil.year))
    } else {
        (civil.year, week)
    }
}

/// Zeros in front up to `length` digits; the sign comes before them.
fn pad(value: i64, length: usize) -> String {
    let mut out = String::new();
    if value < 0 {
        out.push('-');
    }
    let _ = write!(out, "{:0length$}", value.abs());
    out
}

fn ordinal(value: i64) -> String {
    let suffix = match (value % 100 / 10, value % 10) {
        (1, _) => "th",
        (_, 1) => "st",
        (_, 2) => "nd",
        (_, 3) => "rd",
        _ => "th",
    };
    format!("{value}{suffix}")
}
