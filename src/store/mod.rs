//! Reports, settings, images, runs and tokens in one SQLite file: the only place with SQL.
//!
//! One thread owns the connection and works through closures one after the other: every method is one transaction at most,
//! and no two of them interleave within a process. Between processes SQLite's own locks and the lease rows decide.
//! Start at [`Store::open`]; `runs.rs` says how a due time becomes exactly one recorded run.

mod connection;
mod credential;
mod error;
mod history;
mod images;
mod key;
mod lease;
mod migrate;
mod org_settings;
mod plan;
mod provisioned;
mod reports;
mod run;
mod runs;
mod settings;
mod tokens;

#[cfg(test)]
mod tests;

pub use connection::Store;
pub use error::Error;
pub use history::RunFilter;
pub use images::Image;
pub use key::{Keys, SecretKey, load_key, load_keys};
pub use plan::{CATCH_UP, Planned};
pub use provisioned::Mark;
pub use reports::ReportRef;
pub use run::{Cancelled, Claim, NewRun, Run, RunOutcome, RunRecord, RunState, Started, Trigger};
pub use tokens::{StoredToken, TokenOrigin};
