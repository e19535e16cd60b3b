//! A frame of spans as a tree in the order of its rows.

use std::collections::BTreeMap;

use grafana::{
    field::{to_number, to_text},
    frame::{Frame, Value},
    js::{js_round, number_to_string},
};
use serde_json::Value as Json;

#[derive(Clone, Debug, Default, PartialEq)]
pub struct Span {
    pub id: String,
    pub parent: String,
    pub service: String,
    pub operation: String,
    /// Milliseconds since 1970 UTC, and milliseconds.
    pub start: f64,
    pub duration: f64,
    pub depth: usize,
    pub has_children: bool,
    pub is_error: bool,
    /// What a client without answer of its own called (`peer.service`).
    pub peer: Option<String>,
    /// Tags of the span, then of its process.
    pub tags: Vec<(String, String)>,
    /// When something was logged, milliseconds since 1970 UTC.
    pub logs: Vec<f64>,
}

#[derive(Clone, Debug, Default)]
pub struct Trace {
    pub id: String,
    /// Children follow their parents, by their beginnings.
    pub spans: Vec<Span>,
    pub start: f64,
    pub duration: f64,
}

/// `None` where a frame holds no trace.
pub fn read(frame: &Frame) -> Option<Trace> {
    let field = |name: &str| frame.fields.iter().find(|field| field.name == name);
    let text = |name: &str, row: usize| match field(name).map(|field| field.values.get(row)) {
        None | Some(Value::Null) => String::new(),
        Some(value) => to_text(&value),
    };
    let number = |name: &str, row: usize| field(name).map(|f| to_number(&f.values.get(row))).filter(|n| n.is_finite()).unwrap_or(0.0);
    let list = |name: &str, row: usize| field(name).map_or(Json::Null, |field| as_json(field.values.get(row)));
    let tags = |name: &str, row: usize| tags_of(&list(name, row));
    if let [only] = frame.fields.as_slice() {
        return of_response(&as_json(only.values.get(0)));
    }
    let id = text("traceID", 0);
    if id.is_empty() {
        return None;
    }
    let mut spans = Vec::new();
    for row in 0..frame.len() {
        let span_id = text("spanID", row);
        if span_id.is_empty() {
            return None;
        }
        let own = tags("tags", row);
        let has = |key: &str, value: &str| own.iter().any(|(k, v)| k == key && v == value);
        let kind = text("kind", row);
        let is_client = if kind.is_empty() { has("span.kind", "client") } else { kind == "client" };
        let peer = own.iter().find(|(key, _)| key == "peer.service").map(|(_, value)| value.clone());
        let span = Span {
            id: span_id,
            parent: text("parentSpanID", row),
            service: text("serviceName", row),
            operation: text("operationName", row),
            start: number("startTime", row),
            duration: number("duration", row).max(0.0),
            is_error: number("statusCode", row) == 2.0 || has("error", "true"),
            peer: peer.filter(|_| is_client),
            tags: own.into_iter().chain(tags("serviceTags", row)).collect(),
            logs: list("logs", row).as_array().into_iter().flatten().filter_map(|log| log["timestamp"].as_f64()).collect(),
            ..Span::default()
        };
        if span.start != 0.0 {
            spans.push(span);
        }
    }
    Some(trace(&id, spans))
}

/// A cell that holds JSON, or text that is some.
fn as_json(value: Value) -> Json {
    match value {
        Value::Json(json) => json,
        Value::String(text) => serde_json::from_str(&text).unwrap_or(Json::Null),
        _ => Json::Null,
    }
}

fn tags_of(list: &Json) -> Vec<(String, String)> {
    let read = |tag: &Json| {
        let value = tag["value"].as_str().map_or_else(|| tag["value"].to_string(), str::to_owned);
        Some((tag["key"].as_str()?.to_owned(), value))
    };
    list.as_array().into_iter().flatten().filter_map(read).collect()
}

/// The old format: one cell with the whole of a Jaeger answer, its times in microseconds.
fn of_response(json: &Json) -> Option<Trace> {
    let text = |json: &Json| json.as_str().unwrap_or_default().to_owned();
    let millis = |json: &Json| json.as_f64().unwrap_or(0.0) / 1000.0;
    let mut spans = Vec::new();
    for span in json["spans"].as_array()? {
        let process = &json["processes"][span["processID"].as_str().unwrap_or_default()];
        let own = tags_of(&span["tags"]);
        let has = |key: &str, value: &str| own.iter().any(|(k, v)| k == key && v == value);
        let references = span["references"].as_array().map(Vec::as_slice).unwrap_or_default();
        let parent = references.iter().find(|r| r["refType"] == "CHILD_OF").or(references.first());
        let peer = own.iter().find(|(key, _)| key == "peer.service").map(|(_, value)| value.clone());
        spans.push(Span {
            id: text(&span["spanID"]),
            parent: parent.map(|parent| text(&parent["spanID"])).unwrap_or_default(),
            service: text(&process["serviceName"]),
            operation: text(&span["operationName"]),
            start: millis(&span["startTime"]),
            duration: millis(&span["duration"]).max(0.0),
            is_error: has("error", "true"),
            peer: peer.filter(|_| has("span.kind", "client")),
            logs: span["logs"].as_array().into_iter().flatten().map(|log| millis(&log["timestamp"])).collect(),
            tags: own.into_iter().chain(tags_of(&process["tags"])).collect(),
            ..Span::default()
        });
    }
    spans.retain(|span| span.start != 0.0);
    Some(trace(json["traceID"].as_str()?, spans))
}

fn trace(id: &str, spans: Vec<Span>) -> Trace {
    let start = spans.iter().map(|span| span.start).fold(f64::INFINITY, f64::min);
    let end = spans.iter().map(|span| span.start + span.duration).fold(f64::NEG_INFINITY, f64::max);
    let (start, duration) = if spans.is_empty() { (0.0, 0.0) } else { (start, end - start) };
    Trace { id: id.to_lowercase(), spans: in_order(spans), start, duration }
}

/// What a request was, by the first span that says so.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Request {
    pub method: Option<String>,
    pub status: Option<String>,
    /// "URL", "Route", "Target" or "Path", and what it is.
    pub place: Option<(&'static str, String)>,
}

impl Trace {
    /// By the tags of OpenTelemetry, else by the older ones.
    pub fn request(&self) -> Request {
        type Names = (&'static str, &'static str, &'static [(&'static str, &'static str)]);
        const CONVENTIONS: [Names; 2] = [
            ("http.request.method", "http.response.status_code", &[("http.route", "Route")]),
            ("http.method", "http.status_code", &[("http.url", "URL"), ("http.target", "Target"), ("http.path", "Path")]),
        ];
        for (method, status, places) in CONVENTIONS {
            for span in &self.spans {
                let tag = |name: &str| span.tags.iter().find(|(key, _)| key == name).map(|(_, value)| value.clone());
                let place = span.tags.iter().find_map(|(key, value)| {
                    let (_, title) = places.iter().find(|(name, _)| name == key)?;
                    Some((*title, value.clone()))
                });
                let request = Request { method: tag(method), status: tag(status), place };
                if request != Request::default() {
                    return request;
                }
            }
        }
        Request::default()
    }
}

/// Children after their parents, siblings by their beginnings; spans whose parent is not there are roots.
fn in_order(spans: Vec<Span>) -> Vec<Span> {
    let index: BTreeMap<&str, usize> = spans.iter().enumerate().rev().map(|(at, span)| (span.id.as_str(), at)).collect();
    let (mut children, mut roots) = (vec![Vec::new(); spans.len()], Vec::new());
    for (at, span) in spans.iter().enumerate() {
        match index.get(span.parent.as_str()).filter(|parent| **parent != at) {
            Some(parent) => children[*parent].push(at),
            None => roots.push(at),
        }
    }
    let by_start = |list: &mut Vec<usize>| list.sort_by(|a, b| spans[*a].start.total_cmp(&spans[*b].start));
    by_start(&mut roots);
    children.iter_mut().for_each(by_start);
    let mut stack: Vec<(usize, usize)> = roots.into_iter().rev().map(|at| (at, 0)).collect();
    let mut ordered = Vec::with_capacity(spans.len());
    while let Some((at, depth)) = stack.pop() {
        ordered.push(Span { depth, has_children: !children[at].is_empty(), ..spans[at].clone() });
        stack.extend(children[at].iter().rev().map(|child| (*child, depth + 1)));
    }
    ordered
}

/// "12.5ms", "2.01s", "1m 3s", "2d 3h": decimals up to seconds, above them two units.
pub fn duration(ms: f64) -> String {
    const UNITS: [(&str, f64, f64); 6] =
        [("d", 86_400e6, 24.0), ("h", 3_600e6, 60.0), ("m", 60e6, 60.0), ("s", 1e6, 1000.0), ("ms", 1e3, 1000.0), ("μs", 1.0, 1000.0)];
    let micros = ms * 1000.0;
    let at = UNITS.iter().position(|(_, size, _)| *size <= micros).unwrap_or(UNITS.len() - 1);
    let (unit, size, of_previous) = UNITS[at];
    if of_previous == 1000.0 {
        return format!("{}{unit}", number_to_string(js_round(micros / size * 100.0) / 100.0));
    }
    let (next, next_size, _) = UNITS[at + 1];
    let (mut whole, mut rest) = ((micros / size).floor(), js_round(micros / next_size % (size / next_size)));
    if rest == size / next_size {
        (whole, rest) = (whole + 1.0, 0.0);
    }
    if rest == 0.0 { format!("{whole}{unit}") } else { format!("{whole}{unit} {rest}{next}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations() {
        let check = |ms: f64, expected: &str| assert_eq!(duration(ms), expected, "{ms}");
        check(0.0, "0μs");
        check(0.25, "250μs");
        check(1.0, "1ms");
        check(12.3456, "12.35ms");
        check(2_010.0, "2.01s");
        check(60_000.0, "1m");
        check(63_000.0, "1m 3s");
        check(119_999.0, "2m");
        check(183_840_000.0, "2d 3h");
    }

    #[test]
    fn old_answers_are_read() {
        let json = serde_json::json!({"traceID": "AB", "processes": {"p": {"serviceName": "web", "tags": [{"key": "host", "value": "a"}]}}, "spans": [
            {"spanID": "2", "processID": "p", "operationName": "load", "startTime": 3000, "duration": 500, "tags": [{"key": "error", "value": true}],
                "references": [{"refType": "CHILD_OF", "spanID": "1"}], "logs": [{"timestamp": 3100}]},
            {"spanID": "1", "processID": "p", "operationName": "GET", "startTime": 1000, "duration": 4000,
                "tags": [{"key": "http.method", "value": "GET"}, {"key": "http.status_code", "value": 200}, {"key": "http.url", "value": "/a"}]}]});
        let trace = of_response(&json).unwrap();
        let got: Vec<_> =
            trace.spans.iter().map(|s| (s.id.as_str(), s.service.as_str(), s.start, s.duration, s.depth, s.is_error)).collect();
        assert_eq!(got, [("1", "web", 1.0, 4.0, 0, false), ("2", "web", 3.0, 0.5, 1, true)]);
        assert_eq!((trace.id.as_str(), trace.start, trace.duration, trace.spans[1].logs[0]), ("ab", 1.0, 4.0, 3.1));
        let request = trace.request();
        assert_eq!((request.method.as_deref(), request.status.as_deref()), (Some("GET"), Some("200")));
        assert_eq!(request.place, Some(("URL", "/a".to_owned())));
        assert!(of_response(&Json::Null).is_none());
    }

    #[test]
    fn children_follow_parents() {
        let span = |id: &str, parent: &str, start: f64| Span { id: id.into(), parent: parent.into(), start, ..Span::default() };
        let ordered =
            in_order(vec![span("c", "a", 3.0), span("a", "gone", 1.0), span("b", "a", 2.0), span("d", "b", 9.0), span("e", "e", 0.5)]);
        let got: Vec<(&str, usize)> = ordered.iter().map(|span| (span.id.as_str(), span.depth)).collect();
        assert_eq!(got, [("e", 0), ("a", 0), ("b", 1), ("d", 2), ("c", 1)]);
    }
}
