//! What is written about what happens.

use super::values::Values;

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LogConfig {
    /// A filter in the syntax of `RUST_LOG`; `None` leaves it to the door.
    pub level: Option<String>,
    /// One JSON object a line.
    pub json: bool,
}

impl LogConfig {
    pub(super) fn read(values: &mut Values) -> LogConfig {
        let mut level = values.text("log_level");
        if let Some(text) = level.take_if(|text| !crate::telemetry::is_filter(text)) {
            values.problem("log_level", format!("expected error, warn, info, debug, trace or a filter, got {text:?}; info is used"));
            values.derived("log_level", "info", super::Source::Default);
            level = Some("info".into());
        }
        LogConfig { level, json: values.text("log_format").as_deref() == Some("json") }
    }
}
