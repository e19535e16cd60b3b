//! Lines of logs from frames, in both forms data sources answer in.
//!
//! Source of the rules: Grafana 12.4's log frames ("dataplane" `log-lines`, and the older one: first time and first text field).

use std::cmp::Ordering;

use serde_json::Value as Json;

use super::LogLevel;
use crate::frame::{Field, FieldType, Frame, Labels, Value};

/// One line, or several alike.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct LogLine {
    pub time_ms: f64,
    /// Nanoseconds since 1970 as text where the data source gave them, for ordering within a millisecond.
    pub time_ns: String,
    pub level: LogLevel,
    /// Without ANSI colours.
    pub text: String,
    pub labels: Labels,
    /// Labels that not every line has in common with all others.
    pub unique_labels: Labels,
    /// How many lines like this one were left out after it.
    pub n_duplicates: usize,
}

/// `dedupStrategy`: what of two lines must be equal for the second to be left out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Dedup {
    #[default]
    None,
    /// All but ISO times.
    Exact,
    /// All but digits.
    Numbers,
    /// Punctuation and space.
    Signature,
}

/// All lines of all frames, in the order of the answer. Frames without a time and a text are no logs.
pub fn lines_of(frames: &[Frame]) -> Vec<LogLine> {
    let mut lines: Vec<LogLine> = frames.iter().filter_map(lines_of_frame).flatten().collect();
    let common = common_labels(&lines);
    for line in &mut lines {
        line.unique_labels = line.labels.iter().filter(|(k, v)| common.get(*k) != Some(*v)).map(|(k, v)| (k.clone(), v.clone())).collect();
    }
    lines
}

fn lines_of_frame(frame: &Frame) -> Option<Vec<LogLine>> {
    let named = |name: &str| frame.fields.iter().find(|field| field.name == name);
    let first = |kind: FieldType| frame.fields.iter().find(|field| field.kind == kind);
    let is_dataplane = frame.meta.kind.as_deref() == Some("log-lines");
    let (time, body, severity) = if is_dataplane {
        let typed = |name: &str, kind: FieldType| named(name).filter(|field| field.kind == kind);
        (typed("timestamp", FieldType::Time)?, typed("body", FieldType::String)?, typed("severity", FieldType::String))
    } else {
        (first(FieldType::Time)?, first(FieldType::String)?, named("level").or_else(|| named("detected_level")))
    };
    let labels = named("labels").filter(|field| field.kind == FieldType::Other);
    let nanos = named("tsNs");
    let line = |row: usize| {
        let labels = match labels {
            Some(field) => labels_of(field, row),
            None if is_dataplane => Labels::default(),
            None => body.labels.clone(),
        };
        let text = without_ansi(&text_of(body.values.get(row)));
        let key = severity.map(|field| text_of(field.values.get(row))).filter(|key| !key.is_empty());
        let key = key.or_else(|| labels.get("detected_level").or_else(|| labels.get("level")).cloned());
        LogLine {
            time_ms: match time.values.get(row) {
                Value::Number(ms) => ms,
                _ => 0.0,
            },
            time_ns: nanos.map(|field| text_of(field.values.get(row))).unwrap_or_default(),
            level: key.map_or_else(|| LogLevel::in_text(&text), |key| LogLevel::from_key(&key)),
            text,
            labels,
            ..LogLine::default()
        }
    };
    Some((0..frame.len()).map(line).collect())
}

fn text_of(value: Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::Number(n) => crate::js::number_to_string(n),
        Value::String(text) => text,
        Value::Boolean(b) => b.to_string(),
        Value::Json(json) => json_text(&json),
    }
}

fn json_text(json: &Json) -> String {
    json.as_str().map_or_else(|| json.to_string(), str::to_owned)
}

fn labels_of(field: &Field, row: usize) -> Labels {
    match field.values.get(row) {
        Value::Json(Json::Object(labels)) => labels.iter().map(|(key, value)| (key.clone(), json_text(value))).collect(),
        _ => Labels::default(),
    }
}

/// Drops colour and cursor codes (`ESC [ … letter`).
fn without_ansi(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        if c == '\u{1b}' && chars.peek() == Some(&'[') {
            chars.by_ref().skip(1).find(|c| ('@'..='~').contains(c));
        } else {
            out.push(c);
        }
    }
    out
}

/// The labels all lines agree on.
pub fn common_labels(lines: &[LogLine]) -> Labels {
    let Some((first, rest)) = lines.split_first() else { return Labels::default() };
    let mut common = first.labels.clone();
    for line in rest {
        common.retain(|key, value| line.labels.get(key) == Some(value));
    }
    common
}

/// Leaves out lines that repeat the one before them, and counts them there.
pub fn dedup(lines: Vec<LogLine>, strategy: Dedup) -> Vec<LogLine> {
    if strategy == Dedup::None {
        return lines;
    }
    let mut kept: Vec<(String, LogLine)> = Vec::new();
    for line in lines {
        let gist = gist(&line.text, strategy);
        match kept.last_mut() {
            Some((known, first)) if *known == gist => first.n_duplicates += 1,
            _ => kept.push((gist, line)),
        }
    }
    kept.into_iter().map(|(_, line)| line).collect()
}

fn gist(text: &str, strategy: Dedup) -> String {
    match strategy {
        Dedup::None => text.to_owned(),
        Dedup::Exact => without_iso_times(text),
        Dedup::Numbers => text.chars().filter(|c| !c.is_ascii_digit()).collect(),
        Dedup::Signature => text.chars().filter(|c| !(c.is_ascii_alphanumeric() || *c == '_')).collect(),
    }
}

/// Without "2024-01-02T03:04:05.678Z" and the like: only times with a fraction and a zone.
fn without_iso_times(text: &str) -> String {
    const PATTERN: &str = r"\d{4}-[01]\d-[0-3]\dT[0-2]\d:[0-5]\d:[0-6]\d[,.]\d+([+-][0-2]\d:[0-5]\d|Z)";
    crate::js::js_regex(PATTERN).map_or_else(|_| text.to_owned(), |pattern| pattern.replace_all(text, "").into_owned())
}

/// By time; equal times keep their order.
pub fn sort(lines: &mut [LogLine], is_ascending: bool) {
    lines.sort_by(|a, b| {
        let by_time = a.time_ms.partial_cmp(&b.time_ms).unwrap_or(Ordering::Equal).then_with(|| a.time_ns.cmp(&b.time_ns));
        if is_ascending { by_time } else { by_time.reverse() }
    });
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::frame::frame_from_json;

    fn lines(frame: Json) -> Vec<LogLine> {
        lines_of(&[frame_from_json(&frame).unwrap()])
    }

    fn check(lines: &[LogLine], expected: &[&str]) {
        let said: Vec<String> = lines
            .iter()
            .map(|line| format!("{} {} {} {:?} +{}", line.time_ms, line.level.text(), line.text, line.unique_labels, line.n_duplicates))
            .collect();
        assert_eq!(said, expected);
    }

    #[test]
    fn dataplane_and_older_frames() {
        let new = lines(json!({"schema": {"meta": {"type": "log-lines"}, "fields": [
            {"name": "labels", "type": "other"}, {"name": "timestamp", "type": "time"}, {"name": "body", "type": "string"}]},
            "data": {"values": [[{"a": "x", "n": 1}, {"a": "x", "n": 2, "level": "error"}], [1, 2], ["\u{1b}[31mred\u{1b}[0m info", "b"]]}}));
        check(&new, &["1 INFO red info {\"n\": \"1\"} +0", "2 ERROR b {\"n\": \"2\", \"level\": \"error\"} +0"]);
        let old = lines(json!({"schema": {"fields": [
            {"name": "ts", "type": "time"}, {"name": "line", "type": "string", "labels": {"job": "j"}}, {"name": "level", "type": "string"}]},
            "data": {"values": [[1], ["warn"], ["debug"]]}}));
        check(&old, &["1 DEBUG warn {} +0"]);
        assert_eq!(common_labels(&old).get("job").map(String::as_str), Some("j"));
    }

    #[test]
    fn duplicates_are_counted() {
        let of =
            |texts: &[&str]| -> Vec<LogLine> { texts.iter().map(|t| LogLine { text: (*t).to_owned(), ..LogLine::default() }).collect() };
        let check = |texts: &[&str], strategy: Dedup, expected: &[usize]| {
            let counts: Vec<usize> = dedup(of(texts), strategy).iter().map(|line| line.n_duplicates).collect();
            assert_eq!(counts, expected, "{texts:?} {strategy:?}");
        };
        check(&["a", "a", "b", "a"], Dedup::Exact, &[1, 0, 0]);
        check(&["2024-01-02T03:04:05.6Z a", "2024-01-02T03:04:06.7Z a"], Dedup::Exact, &[1]);
        check(&["a 1", "a 2"], Dedup::Exact, &[0, 0]);
        check(&["a 1", "a 2", "b 2"], Dedup::Numbers, &[1, 0]);
        check(&["a=1", "b=2", "b:2"], Dedup::Signature, &[1, 0]);
        check(&["a", "a"], Dedup::None, &[0, 0]);
    }
}
