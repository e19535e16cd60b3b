//! What the words of a log line are: keys, numbers with units, HTTP methods. A light hand: most of a line stays as it is.

use std::ops::Range;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Token {
    /// `key` of `key=value` or of a JSON object.
    Key,
    /// A duration, a size, a UUID; any number of a JSON object.
    Quantity,
    Method,
}

const METHODS: [&str; 9] = ["GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS", "TRACE", "CONNECT"];

/// The parts of `text` that stand out, ascending and apart. Lines that are JSON have another grammar.
pub fn tokens(text: &str) -> Vec<(Range<usize>, Token)> {
    let trimmed = text.trim_start();
    let is_json = trimmed.starts_with(['{', '[']) && serde_json::from_str::<serde::de::IgnoredAny>(trimmed).is_ok();
    if is_json { json_tokens(text) } else { plain_tokens(text) }
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

fn plain_tokens(text: &str) -> Vec<(Range<usize>, Token)> {
    let bytes = text.as_bytes();
    let mut tokens = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        if !is_word(bytes[at]) {
            at += 1;
            continue;
        }
        if let Some(end) = uuid_end(bytes, at) {
            tokens.push((at..end, Token::Quantity));
            at = end;
            continue;
        }
        let end = word_end(bytes, at);
        let after = bytes[end..].iter().position(|b| !b.is_ascii_whitespace()).map_or(bytes.len(), |n| end + n);
        if bytes.get(after) == Some(&b'=') {
            tokens.push((at..end, Token::Key));
        } else if METHODS.contains(&&text[at..end]) {
            tokens.push((at..end, Token::Method));
        } else if let Some(end) = quantity_end(bytes, at) {
            tokens.push((at..end, Token::Quantity));
            at = end;
            continue;
        }
        at = end;
    }
    tokens
}

fn word_end(bytes: &[u8], at: usize) -> usize {
    bytes[at..].iter().position(|b| !is_word(*b)).map_or(bytes.len(), |n| at + n)
}

/// "12.5ms", "3h", "10kB", up to the end of the word.
fn quantity_end(bytes: &[u8], at: usize) -> Option<usize> {
    let digits = |from: usize| bytes[from..].iter().position(|b| !b.is_ascii_digit()).map_or(bytes.len(), |n| from + n);
    let mut end = digits(at);
    if end == at {
        return None;
    }
    if bytes.get(end) == Some(&b'.') && bytes.get(end + 1).is_some_and(u8::is_ascii_digit) {
        end = digits(end + 1);
    }
    let unit_end = word_end(bytes, end);
    let unit = &bytes[end..unit_end];
    let is_duration = [&b"ns"[..], b"ms", b"s", b"m", b"h", b"d"].contains(&unit);
    let is_size =
        unit.split_last().is_some_and(|(last, rest)| matches!(last, b'b' | b'B') && rest.iter().all(|b| b"kKmMGgtTPp".contains(b)));
    (is_duration || is_size).then_some(unit_end)
}

/// 8-4-4-4-12 hexadecimal digits.
fn uuid_end(bytes: &[u8], at: usize) -> Option<usize> {
    let candidate = bytes.get(at..at + 36)?;
    let fits = |(i, byte): (usize, &u8)| if matches!(i, 8 | 13 | 18 | 23) { *byte == b'-' } else { byte.is_ascii_hexdigit() };
    candidate.iter().enumerate().all(fits).then_some(at + 36)
}

fn json_tokens(text: &str) -> Vec<(Range<usize>, Token)> {
    let bytes = text.as_bytes();
    let mut tokens = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        match bytes[at] {
            b'"' => {
                let end = string_end(bytes, at);
                let after = bytes[end..].iter().find(|b| !b.is_ascii_whitespace());
                if after == Some(&b':') {
                    tokens.push((at..end, Token::Key));
                }
                at = end;
            }
            b'-' | b'0'..=b'9' => {
                let end = bytes[at..].iter().position(|b| !matches!(b, b'-' | b'+' | b'.' | b'e' | b'E' | b'0'..=b'9'));
                let end = end.map_or(bytes.len(), |n| at + n);
                tokens.push((at..end, Token::Quantity));
                at = end;
            }
            _ => at += 1,
        }
    }
    tokens
}

/// Behind the closing quote of the string that begins at `at`.
fn string_end(bytes: &[u8], at: usize) -> usize {
    let mut end = at + 1;
    while end < bytes.len() && bytes[end] != b'"' {
        end += if bytes[end] == b'\\' { 2 } else { 1 };
    }
    (end + 1).min(bytes.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &[&str]) {
        let said: Vec<String> = tokens(text).into_iter().map(|(range, token)| format!("{token:?} {}", &text[range])).collect();
        assert_eq!(said, expected, "{text}");
    }

    #[test]
    fn words_that_stand_out() {
        check("lvl=info msg=\"GET /x\" took 12.5ms 3 h", &["Key lvl", "Key msg", "Method GET", "Quantity 12.5ms"]);
        check("size 10kB 5x µs=ü", &["Quantity 10kB", "Key s"]);
        check("id 123e4567-e89b-12d3-a456-426614174000 done", &["Quantity 123e4567-e89b-12d3-a456-426614174000"]);
        check("", &[]);
        check("{\"a\": \"b: 1\", \"n\": -1.5}", &["Key \"a\"", "Key \"n\"", "Quantity -1.5"]);
        check("{\"a\\\"\": 1}", &["Key \"a\\\"\"", "Quantity 1"]);
        check("{broken: \"é\"", &[]);
    }
}
