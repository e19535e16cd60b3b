/// Why Grafana did not give what was asked. Messages are for people and hold no secrets.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("Grafana cannot be reached at {url}: {reason}")]
    Unreachable { url: String, reason: String },
    #[error("Grafana at {url} did not answer within {seconds} s ({what})")]
    Timeout { url: String, what: String, seconds: u64 },
    #[error("Grafana refused the credential ({what}): {message}; check the service account's token")]
    Unauthorized { what: String, message: String },
    #[error("Grafana does not let the service account {what}: {message}")]
    Forbidden { what: String, message: String },
    #[error("{what}: {message}")]
    NotFound { what: String, message: String },
    #[error("Grafana answered {status} ({what}): {message}")]
    Status { what: String, status: u16, message: String },
    #[error("Grafana's answer is not what was expected ({what}): {reason}")]
    Decode { what: String, reason: String },
    #[error("the Grafana client cannot be set up: {0}")]
    Setup(String),
    /// Drawn from a file alone.
    #[error("no Grafana is given to {what}")]
    NoGrafana { what: String },
}

impl Error {
    pub fn is_not_found(&self) -> bool {
        matches!(self, Error::NotFound { .. })
    }

    pub fn is_denied(&self) -> bool {
        matches!(self, Error::Unauthorized { .. } | Error::Forbidden { .. })
    }

    /// Asking again later may help: no connection, no answer in time, 429, 5xx gateway answers.
    pub fn is_transient(&self) -> bool {
        match self {
            Error::Unreachable { .. } | Error::Timeout { .. } => true,
            Error::Status { status, .. } => matches!(status, 429 | 502 | 503 | 504),
            _ => false,
        }
    }
}
