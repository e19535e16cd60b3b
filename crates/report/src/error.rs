//! What can be wrong with a request, said so that a person can repair it.

/// A message for people, starting with the path of the field when there is one.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[error("{0}")]
pub struct Error(String);

impl Error {
    /// `schedule.intervalAmount: expected a number, got a string`.
    pub fn field(path: &str, problem: impl std::fmt::Display) -> Error {
        Error(format!("{path}: {problem}"))
    }

    pub fn new(message: impl Into<String>) -> Error {
        Error(message.into())
    }
}
