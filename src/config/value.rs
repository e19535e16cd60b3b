//! How the text of a setting becomes a value of its kind.

use std::{net::SocketAddr, time::Duration};

use super::table::Kind;

/// A value that fits its kind.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Value {
    Text(String),
    Flag(bool),
    Count(u64),
    Span(Duration),
    Words(Vec<String>),
    Headers(Vec<(String, String)>),
    Socket(SocketAddr),
}

/// Reads `text`, which is not empty; `Err` says what was expected.
pub(super) fn parse(kind: Kind, text: &str) -> Result<Value, String> {
    let text = text.trim();
    let wrong = || Err(expected(kind));
    let when = |fits: bool| if fits { Ok(Value::Text(text.to_owned())) } else { wrong() };
    match kind {
        Kind::Text | Kind::Secret | Kind::OrgSecret | Kind::File | Kind::Folder => when(true),
        Kind::Url => when(is_url(text)).map(|_| Value::Text(text.trim_end_matches('/').to_owned())),
        Kind::OneOf(all) => match all.iter().find(|one| one.eq_ignore_ascii_case(text)) {
            Some(one) => Ok(Value::Text((*one).to_owned())),
            None => wrong(),
        },
        Kind::Host => when(is_host(text)),
        Kind::Address => when(is_address(text)),
        Kind::Flag => flag(text).map(Value::Flag).ok_or_else(|| expected(kind)),
        Kind::Count(least, most) => match text.parse() {
            Ok(number) if (least..=most).contains(&number) => Ok(Value::Count(number)),
            _ => wrong(),
        },
        Kind::Span(least, most) => match seconds(text, if least >= DAY { DAY } else { 1.0 }) {
            Some(span) if (least..=most).contains(&span) => Ok(Value::Span(Duration::from_secs_f64(span))),
            _ => wrong(),
        },
        Kind::Words => Ok(Value::Words(text.split([',', ' ']).filter(|word| !word.is_empty()).map(str::to_lowercase).collect())),
        Kind::Headers => headers(text).map(Value::Headers),
        Kind::Socket => text.parse().map(Value::Socket).map_err(|_| expected(kind)),
    }
}

/// What a value of this kind looks like, for messages and the documentation.
pub fn expected(kind: Kind) -> String {
    match kind {
        Kind::Text | Kind::Secret | Kind::OrgSecret => "text".into(),
        Kind::Url => "an address with http:// or https://".into(),
        Kind::Flag => "true or false".into(),
        Kind::Count(least, most) => format!("a whole number from {least} to {most}"),
        Kind::Span(least, most) => format!("a time span such as {} ({} to {})", span_sample(least), span_text(least), span_text(most)),
        Kind::File => "a path to a file".into(),
        Kind::Folder => "a path to a folder".into(),
        Kind::Words => "words with commas between".into(),
        Kind::OneOf(all) => format!("one of {}", all.join(", ")),
        Kind::Headers => "Name: value; Name: value".into(),
        Kind::Socket => "an address and a port such as 127.0.0.1:3080".into(),
        Kind::Host => "host:port".into(),
        Kind::Address => "one e-mail address".into(),
    }
}

/// A span as it would be written, in the largest unit that keeps it whole.
pub fn span_text(seconds: f64) -> String {
    for (unit, length) in [("d", DAY), ("h", 3600.0), ("m", 60.0)] {
        if seconds >= 2.0 * length && seconds % length == 0.0 || seconds == length {
            return format!("{}{unit}", seconds / length);
        }
    }
    if seconds < 1.0 { format!("{}ms", (seconds * 1000.0).round()) } else { format!("{seconds}s") }
}

const DAY: f64 = 86_400.0;

fn span_sample(least: f64) -> &'static str {
    if least >= DAY { "90d" } else { "30s" }
}

fn flag(text: &str) -> Option<bool> {
    match text.to_ascii_lowercase().as_str() {
        "true" | "1" | "yes" | "on" | "t" => Some(true),
        "false" | "0" | "no" | "off" | "f" => Some(false),
        _ => None,
    }
}

/// "10s", "2m", "500ms", "30d" as in Grafana's ini; a bare number is in `bare` seconds.
fn seconds(text: &str, bare: f64) -> Option<f64> {
    let split = text.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(text.len());
    let unit = match text[split..].trim() {
        "" => bare,
        "ms" => 0.001,
        "s" => 1.0,
        "m" => 60.0,
        "h" => 3600.0,
        "d" => DAY,
        _ => return None,
    };
    text[..split].parse::<f64>().ok().map(|number| number * unit)
}

fn is_url(text: &str) -> bool {
    let rest = text.strip_prefix("http://").or_else(|| text.strip_prefix("https://"));
    rest.is_some_and(|rest| !rest.is_empty() && !rest.starts_with('/') && text.parse::<http::Uri>().is_ok())
}

fn is_host(text: &str) -> bool {
    let (host, port) = match text.rsplit_once(':') {
        Some((host, port)) if !host.contains(':') || host.ends_with(']') => (host, port),
        _ => (text, "25"),
    };
    !host.is_empty() && !host.contains(['/', ' ', '@']) && port.parse::<u16>().is_ok_and(|port| port > 0)
}

fn is_address(text: &str) -> bool {
    let parts = text.split_once('@');
    parts.is_some_and(|(name, domain)| !name.is_empty() && !domain.is_empty() && !domain.contains('@'))
        && !text.contains(|c: char| c.is_whitespace() || c.is_control() || "<>,;".contains(c))
}

/// Headers that are the message's own: a second one would change who gets it or how it is read.
const OWN_HEADERS: &[&str] = &["from", "to", "cc", "bcc", "subject", "date", "message-id", "mime-version", "reply-to", "sender"];

fn headers(text: &str) -> Result<Vec<(String, String)>, String> {
    let mut all = Vec::new();
    for part in text.split(';').map(str::trim).filter(|part| !part.is_empty()) {
        let (name, value) = part.split_once(':').map(|(name, value)| (name.trim(), value.trim())).ok_or_else(|| expected(Kind::Headers))?;
        if name.is_empty() || !name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_') {
            return Err(format!("{} with names of letters, digits and dashes", expected(Kind::Headers)));
        }
        let lower = name.to_ascii_lowercase();
        if OWN_HEADERS.contains(&lower.as_str()) || lower.starts_with("content-") {
            return Err(format!("headers of your own: {name} is the mail's"));
        }
        if value.chars().any(char::is_control) || !value.is_ascii() {
            return Err(format!("a value in plain ASCII for {name}"));
        }
        all.push((name.to_owned(), value.to_owned()));
    }
    Ok(all)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::table::SETTINGS;

    #[test]
    fn values_are_read_by_their_kind() {
        let check = |kind: Kind, text: &str, expected: Option<Value>| assert_eq!(parse(kind, text).ok(), expected, "{kind:?} {text:?}");
        let text = |text: &str| Some(Value::Text(text.into()));
        check(Kind::Flag, "Yes", Some(Value::Flag(true)));
        check(Kind::Flag, "maybe", None);
        check(Kind::Count(1, 64), "64", Some(Value::Count(64)));
        check(Kind::Count(1, 64), "65", None);
        check(Kind::Count(1, 64), "-1", None);
        check(Kind::Span(1.0, 100.0), "500ms", None);
        check(Kind::Span(0.1, 100.0), "500ms", Some(Value::Span(Duration::from_millis(500))));
        check(Kind::Span(1.0, 1e4), "2m", Some(Value::Span(Duration::from_secs(120))));
        check(Kind::Span(1.0, 1e4), "30", Some(Value::Span(Duration::from_secs(30))));
        check(Kind::Span(DAY, 1e9), "30", Some(Value::Span(Duration::from_secs(30 * 86_400))));
        check(Kind::Span(1.0, 1e4), "soon", None);
        check(Kind::Url, "https://grafana.example/sub/", text("https://grafana.example/sub"));
        check(Kind::Url, "localhost:3000", None);
        check(Kind::Url, "http://", None);
        check(Kind::OneOf(&["text", "json"]), "JSON", text("json"));
        check(Kind::Host, "[::1]:2525", text("[::1]:2525"));
        check(Kind::Host, "mail:smtp", None);
        check(Kind::Address, "a@b", text("a@b"));
        check(Kind::Address, "A <a@b>", None);
        check(Kind::Words, "A.org, b.org", Some(Value::Words(vec!["a.org".into(), "b.org".into()])));
        check(
            Kind::Headers,
            "X-Env: prod; X-Team: a, b",
            Some(Value::Headers(vec![("X-Env".into(), "prod".into()), ("X-Team".into(), "a, b".into())])),
        );
        check(Kind::Headers, "Bcc: x@y", None);
        check(Kind::Headers, "X-A: b\r\nBcc: x@y", None);
        check(Kind::Headers, "no colon", None);
        check(Kind::Socket, "0.0.0.0:80", Some(Value::Socket(([0, 0, 0, 0], 80).into())));
        check(Kind::Socket, "80", None);
    }

    #[test]
    fn every_default_is_a_value_of_its_kind() {
        for setting in SETTINGS.iter().filter(|setting| !setting.default.is_empty()) {
            parse(setting.kind, setting.default).unwrap_or_else(|error| panic!("{}: {error}", setting.key));
        }
    }

    #[test]
    fn spans_are_written_short() {
        for (seconds, expected) in [(0.1, "100ms"), (60.0, "1m"), (300.0, "5m"), (90.0, "90s"), (86_400.0, "1d"), (7200.0, "2h")] {
            assert_eq!(span_text(seconds), expected);
        }
    }
}
