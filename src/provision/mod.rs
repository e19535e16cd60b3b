//! Reports and settings from files, in the style of Grafana's provisioning: `yaml.rs` reads text with line numbers, `interpolate.rs`
//! fills in variables, `file.rs` says what a file wants, `folder.rs` reads them all, `resolve.rs` asks Grafana for what they only name,
//! `apply.rs` makes it so, `export.rs` is the way back.
//!
//! A file counts as a whole or not at all, and never holds up another one. What was applied is remembered beside the row, so that the
//! same file again changes nothing and a start of the program moves no due time.

mod apply;
mod export;
mod file;
mod folder;
mod interpolate;
mod names;
mod problem;
mod provisioner;
mod resolve;
mod yaml;

#[cfg(test)]
mod tests;

use std::path::{Path, PathBuf};

pub use export::export;
pub use interpolate::Sources;
pub use names::{FoundDashboard, GrafanaNames, NameError, Names};
pub use problem::Problem;
pub use provisioner::{Looked, Provisioner, Seen, SeenFile};

/// Checks the files of a folder without applying anything or asking anybody.
pub fn check(folder: &Path, sources: &Sources) -> Vec<Problem> {
    folder::read(folder, sources).map_or_else(|problem| vec![problem], |found| found.problems)
}

/// Where the files are, and where variables come from.
pub struct Place {
    pub folder: PathBuf,
    pub sources: Sources,
}
