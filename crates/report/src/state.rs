//! The life of a report: draft, scheduled, paused, expired.

use crate::Error;

/// Grafana's `State`. Its spelling beyond `scheduled` and `draft` is not public; we emit these four words.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum State {
    /// May be incomplete; never sent by itself.
    Draft,
    #[default]
    Scheduled,
    /// Complete, but not sent until resumed.
    Paused,
    /// No due time is left. Set by us, never by a caller.
    Expired,
}

impl State {
    pub fn as_str(self) -> &'static str {
        match self {
            State::Draft => "draft",
            State::Scheduled => "scheduled",
            State::Paused => "paused",
            State::Expired => "expired",
        }
    }

    /// Any case; the words other versions and people use are understood.
    pub fn parse(path: &str, text: &str) -> Result<State, Error> {
        match text.trim().to_ascii_lowercase().as_str() {
            "draft" => Ok(State::Draft),
            "scheduled" | "active" | "resumed" => Ok(State::Scheduled),
            "paused" | "pause" => Ok(State::Paused),
            "expired" => Ok(State::Expired),
            _ => Err(Error::field(path, format!("unknown state {text:?}; use draft, scheduled or paused"))),
        }
    }
}
