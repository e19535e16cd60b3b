//! How grave a log line is.

/// The levels lines are coloured by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum LogLevel {
    Critical,
    Error,
    Warning,
    Info,
    Debug,
    Trace,
    #[default]
    Unknown,
}

/// Words for levels, in the order Grafana tries them (`LogLevel` of @grafana/data 12.4).
const WORDS: [(&str, LogLevel); 18] = [
    ("emerg", LogLevel::Critical),
    ("fatal", LogLevel::Critical),
    ("alert", LogLevel::Critical),
    ("crit", LogLevel::Critical),
    ("critical", LogLevel::Critical),
    ("warn", LogLevel::Warning),
    ("warning", LogLevel::Warning),
    ("err", LogLevel::Error),
    ("eror", LogLevel::Error),
    ("error", LogLevel::Error),
    ("info", LogLevel::Info),
    ("information", LogLevel::Info),
    ("informational", LogLevel::Info),
    ("notice", LogLevel::Info),
    ("dbug", LogLevel::Debug),
    ("debug", LogLevel::Debug),
    ("trace", LogLevel::Trace),
    ("unknown", LogLevel::Unknown),
];

/// Syslog's numbers, 0 to 7 (RFC 5424, table 2).
const NUMBERS: [LogLevel; 8] = [
    LogLevel::Critical,
    LogLevel::Critical,
    LogLevel::Critical,
    LogLevel::Error,
    LogLevel::Warning,
    LogLevel::Info,
    LogLevel::Info,
    LogLevel::Debug,
];

impl LogLevel {
    /// From the value of a level field or label.
    pub fn from_key(key: &str) -> LogLevel {
        let word = key.to_lowercase();
        let known = WORDS.iter().find(|(name, _)| *name == word).map(|(_, level)| *level);
        known.or_else(|| key.parse::<usize>().ok().and_then(|n| NUMBERS.get(n)).copied()).unwrap_or_default()
    }

    /// The first word in `line` that names a level.
    pub fn in_text(line: &str) -> LogLevel {
        let is_word = |c: char| c.is_ascii_alphanumeric() || c == '_';
        for word in line.split(|c| !is_word(c)).filter(|word| !word.is_empty()) {
            if let Some((_, level)) = WORDS.iter().find(|(name, _)| word.eq_ignore_ascii_case(name)) {
                return *level;
            }
        }
        LogLevel::Unknown
    }

    /// As the lines show it; empty when nothing is known.
    pub fn text(self) -> &'static str {
        match self {
            LogLevel::Critical => "CRIT",
            LogLevel::Error => "ERROR",
            LogLevel::Warning => "WARN",
            LogLevel::Info => "INFO",
            LogLevel::Debug => "DEBUG",
            LogLevel::Trace => "TRACE",
            LogLevel::Unknown => "",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_word_counts() {
        let check = |line: &str, expected: LogLevel| assert_eq!(LogLevel::in_text(line), expected, "{line}");
        check("lvl=warning msg=\"an error\"", LogLevel::Warning);
        check("[EROR] info", LogLevel::Error);
        check("level_info", LogLevel::Unknown);
        check("unknown error", LogLevel::Unknown);
        check("", LogLevel::Unknown);
    }

    #[test]
    fn keys_are_words_or_syslog_numbers() {
        let check = |key: &str, expected: LogLevel| assert_eq!(LogLevel::from_key(key), expected, "{key}");
        check("Fatal", LogLevel::Critical);
        check("3", LogLevel::Error);
        check("8", LogLevel::Unknown);
        check("1x", LogLevel::Unknown);
    }
}
