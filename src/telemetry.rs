//! Events to stderr: lines for the plugin host in plugin mode, lines for people otherwise. Never to stdout, which
//! belongs to the plugin handshake and to the output of `render`.

use std::{fmt::Write as _, io::Write as _, panic, sync::Arc};

use serde_json::{Map, Value as Json};
use tracing::{
    Event, Level, Subscriber,
    field::{Field, Visit},
    span,
};
use tracing_subscriber::{
    EnvFilter, Layer,
    layer::{Context, SubscriberExt},
    registry::LookupSpan,
    util::SubscriberInitExt,
};

/// How events are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// One JSON object a line, as the plugin host reads it (hclog).
    Host,
    /// For a terminal or a log file.
    Terminal,
}

/// Starts writing events; once a process, a second call does nothing.
///
/// `filter` is in the syntax of `RUST_LOG` ("info,broadsheet=debug"); what cannot be read falls back to "info".
pub fn init(format: Format, filter: &str) {
    let filter = EnvFilter::try_new(filter).unwrap_or_else(|_| EnvFilter::new("info"));
    let registry = tracing_subscriber::registry().with(filter);
    let started = match format {
        Format::Host => registry.with(HostLayer::new(write_line)).try_init(),
        Format::Terminal => registry.with(tracing_subscriber::fmt::layer().with_writer(std::io::stderr)).try_init(),
    };
    if started.is_ok() {
        log_panics();
    }
}

/// Whether `filter` can be read.
pub fn is_filter(filter: &str) -> bool {
    EnvFilter::try_new(filter).is_ok()
}

/// A panic becomes one event: the usual hook writes several lines that the host takes for debug output.
fn log_panics() {
    panic::set_hook(Box::new(|info| {
        let reason = panic_text(info.payload());
        let place = info.location().map(ToString::to_string).unwrap_or_default();
        tracing::error!(reason, place, "panic");
    }));
}

/// What a panic said.
pub fn panic_text(payload: &(dyn std::any::Any + Send)) -> &str {
    let text = payload.downcast_ref::<&str>().copied();
    text.or_else(|| payload.downcast_ref::<String>().map(String::as_str)).unwrap_or("unknown panic")
}

/// Writes a whole line in one go. A closed pipe is no reason to fail: the orphan watch ends the process.
fn write_line(line: &str) {
    let _ = std::io::stderr().lock().write_all(line.as_bytes());
}

/// The host reads lines up to 64 KiB; what is longer would be logged as raw text at debug level.
const MAX_LINE_BYTES: usize = 60 << 10;
const MAX_MESSAGE_BYTES: usize = 8 << 10;
const MAX_VALUE_BYTES: usize = 8 << 10;

/// Writes events in the form of hashicorp's hclog: `@level`, `@message` (always a string: the host asserts it),
/// `@timestamp` with six fractional digits, and one key a field, span fields first.
struct HostLayer {
    sink: Arc<dyn Fn(&str) + Send + Sync>,
}

/// Fields of a span, kept with it.
struct SpanFields(Map<String, Json>);

impl HostLayer {
    fn new(sink: impl Fn(&str) + Send + Sync + 'static) -> HostLayer {
        HostLayer { sink: Arc::new(sink) }
    }
}

impl<S: Subscriber + for<'a> LookupSpan<'a>> Layer<S> for HostLayer {
    fn on_new_span(&self, attributes: &span::Attributes<'_>, id: &span::Id, context: Context<'_, S>) {
        let mut fields = Fields::default();
        attributes.record(&mut fields);
        if let Some(span) = context.span(id) {
            span.extensions_mut().insert(SpanFields(fields.map));
        }
    }

    fn on_record(&self, id: &span::Id, values: &span::Record<'_>, context: Context<'_, S>) {
        let Some(span) = context.span(id) else { return };
        if let Some(SpanFields(map)) = span.extensions_mut().get_mut::<SpanFields>() {
            let mut fields = Fields { map: std::mem::take(map), message: String::new() };
            values.record(&mut fields);
            *map = fields.map;
        }
    }

    fn on_event(&self, event: &Event<'_>, context: Context<'_, S>) {
        let mut fields = Fields::default();
        for span in context.event_scope(event).into_iter().flat_map(|scope| scope.from_root()) {
            if let Some(SpanFields(map)) = span.extensions().get::<SpanFields>() {
                fields.map.extend(map.clone());
            }
        }
        event.record(&mut fields);
        let metadata = event.metadata();
        // Our own modules are no news to the reader; a library's name is.
        if !metadata.target().starts_with(env!("CARGO_CRATE_NAME")) {
            fields.map.insert("target".into(), metadata.target().into());
        }
        (self.sink)(&host_line(*metadata.level(), &fields.message, fields.map, jiff::Timestamp::now()));
    }
}

/// One line with its newline, shorter than the host's limit.
fn host_line(level: Level, message: &str, fields: Map<String, Json>, now: jiff::Timestamp) -> String {
    let level = match level {
        Level::ERROR => "error",
        Level::WARN => "warn",
        Level::INFO => "info",
        Level::DEBUG => "debug",
        Level::TRACE => "trace",
    };
    let mut line = Map::new();
    line.insert("@level".into(), level.into());
    line.insert("@message".into(), clipped(message, MAX_MESSAGE_BYTES).into());
    line.insert("@timestamp".into(), format!("{now:.6}").into());
    let head = line.clone();
    line.extend(fields.into_iter().filter(|(key, _)| !head.contains_key(key)));
    let mut text = Json::Object(line).to_string();
    if text.len() > MAX_LINE_BYTES {
        let mut head = head;
        head.insert("fields".into(), "left out: too long".into());
        text = Json::Object(head).to_string();
    }
    text.push('\n');
    text
}

/// `text`, or its beginning with "…" when it has more than `max_bytes`.
fn clipped(text: &str, max_bytes: usize) -> String {
    if text.len() <= max_bytes {
        return text.to_owned();
    }
    format!("{}…", &text[..text.floor_char_boundary(max_bytes)])
}

#[derive(Default)]
struct Fields {
    map: Map<String, Json>,
    message: String,
}

impl Fields {
    fn set(&mut self, field: &Field, value: Json) {
        match (field.name(), value) {
            ("message", Json::String(text)) => self.message = text,
            ("message", other) => self.message = other.to_string(),
            (name, Json::String(text)) => drop(self.map.insert(name.into(), clipped(&text, MAX_VALUE_BYTES).into())),
            (name, other) => drop(self.map.insert(name.into(), other)),
        }
    }
}

impl Visit for Fields {
    fn record_str(&mut self, field: &Field, value: &str) {
        self.set(field, value.into());
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.set(field, value.into());
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.set(field, value.into());
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.set(field, value.into());
    }

    fn record_f64(&mut self, field: &Field, value: f64) {
        // JSON has no NaN.
        let json = serde_json::Number::from_f64(value).map_or_else(|| value.to_string().into(), Json::Number);
        self.set(field, json);
    }

    /// The error with its causes: "outer: inner".
    fn record_error(&mut self, field: &Field, value: &(dyn std::error::Error + 'static)) {
        let mut text = value.to_string();
        let mut cause = value.source();
        while let Some(error) = cause {
            let _ = write!(text, ": {error}");
            cause = error.source();
        }
        self.set(field, text.into());
    }

    fn record_debug(&mut self, field: &Field, value: &dyn std::fmt::Debug) {
        self.set(field, format!("{value:?}").into());
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use super::*;

    /// The lines that `emit` leads to, parsed, without their time.
    fn lines(emit: impl FnOnce()) -> Vec<Json> {
        let lines = Arc::new(Mutex::new(Vec::new()));
        let sink = lines.clone();
        let layer = HostLayer::new(move |line| sink.lock().unwrap().push(line.to_owned()));
        tracing::subscriber::with_default(tracing_subscriber::registry().with(layer), emit);
        let lines = lines.lock().unwrap();
        lines.iter().map(|line| parsed(line)).collect()
    }

    fn parsed(line: &str) -> Json {
        assert!(line.ends_with('\n') && line.len() < 64 << 10, "{} bytes", line.len());
        assert_eq!(line.matches('\n').count(), 1);
        let mut json: Json = serde_json::from_str(line).unwrap();
        let time = json.as_object_mut().unwrap().shift_remove("@timestamp").unwrap();
        let (_, fraction) = time.as_str().unwrap().split_once('.').unwrap();
        assert_eq!(fraction.len(), "000000Z".len(), "{time}");
        json
    }

    #[test]
    fn fields_become_keys_and_the_message_stays_a_string() {
        let got = lines(|| tracing::warn!(report_id = 7, share = f64::NAN, ok = true, name = "two\nlines", "sent with a gap"));
        let expected = serde_json::json!({
            "@level": "warn", "@message": "sent with a gap", "report_id": 7, "share": "NaN", "ok": true, "name": "two\nlines"
        });
        assert_eq!(got, [expected]);
    }

    #[test]
    fn fields_of_spans_come_along() {
        let got = lines(|| {
            let span = tracing::info_span!("run", report_id = 7, state = tracing::field::Empty);
            let _guard = span.enter();
            span.record("state", "started");
            tracing::info!(message = 5);
        });
        assert_eq!(got, [serde_json::json!({ "@level": "info", "@message": "5", "report_id": 7, "state": "started" })]);
    }

    #[test]
    fn causes_are_written_out() {
        #[derive(Debug, thiserror::Error)]
        #[error("outer")]
        struct Outer(#[source] std::fmt::Error);
        let error = Outer(std::fmt::Error);
        let got = lines(|| tracing::error!(error = &error as &dyn std::error::Error, "failed"));
        assert_eq!(got[0]["error"], "outer: an error occurred when formatting an argument");
    }

    #[test]
    fn long_lines_are_cut_at_characters() {
        let long = "ä".repeat(100_000);
        let got = lines(|| tracing::info!(a = long, "{long}"));
        assert!(got[0]["a"].as_str().unwrap().ends_with('…'));
        // Escapes may make a clipped value long again.
        let escapes = "\u{1}".repeat(8_000);
        let got = lines(|| tracing::info!(a = escapes, b = escapes, "short"));
        assert_eq!(got[0]["fields"], "left out: too long");
    }

    #[test]
    fn libraries_are_named() {
        let got = lines(|| tracing::info!(target: "hyper::proto", "noise"));
        assert_eq!(got[0]["target"], "hyper::proto");
    }
}
