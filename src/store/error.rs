//! What can go wrong with the database file.

#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("the data directory {path} cannot be used")]
    Directory { path: String, source: std::io::Error },
    #[error("the database failed")]
    Sqlite(#[from] rusqlite::Error),
    #[error("the database is of a newer Broadsheet (schema {found}, this program knows {known}); update the program")]
    Newer { found: i64, known: i64 },
    /// A row cannot be understood.
    #[error("{what} in the database cannot be read: {problem}")]
    Corrupt { what: String, problem: String },
    /// Wrong key, or tampered with.
    #[error("the stored token of organisation {0} cannot be decrypted; connect the organisation again")]
    Secret(i64),
    #[error("{0}")]
    Key(String),
    #[error("the system gives no random numbers: {0}")]
    Random(String),
    #[error("the database has been closed")]
    Closed,
}

impl Error {
    /// Why nothing can be written, in words for people; `None` when it is something else that went wrong.
    pub fn obstacle(&self) -> Option<&'static str> {
        use rusqlite::ErrorCode::*;
        let Error::Sqlite(rusqlite::Error::SqliteFailure(failure, _)) = self else { return None };
        match failure.code {
            DiskFull => Some("the disk of the data directory is full: free some space"),
            ReadOnly | PermissionDenied => Some("the data directory is read-only: let the program write there"),
            CannotOpen | SystemIoFailure => Some("the data directory cannot be written: look at its disk"),
            _ => None,
        }
    }

    /// The error with its causes in one line, for logs and health.
    pub fn chain(&self) -> String {
        let mut text = self.to_string();
        let mut source = std::error::Error::source(self);
        while let Some(cause) = source {
            text = format!("{text}: {cause}");
            source = cause.source();
        }
        text
    }
}
