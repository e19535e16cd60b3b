//! Reports and settings from files, in the style of Grafana's provisioning: `yaml.rs` reads text with line numbers, `interpolate.rs`
//! fills in variables, `file.rs` says what a file wants, `apply.rs` makes it so, `export.rs` is the way back.
//!
//! A file counts as a whole or not at all, and never holds up another one. What was applied is remembered beside the row, so that the
//! same file again changes nothing and a start of the program moves no due time.

mod apply;
mod export;
mod file;
mod interpolate;
mod yaml;

#[cfg(test)]
mod tests;

use std::{
    fs,
    path::{Path, PathBuf},
    time::SystemTime,
};

pub use apply::Provisioner;
pub use export::export;
pub use interpolate::Sources;

use self::file::Wanted;

/// What is wrong with a file, for people: `figures.yaml:12: reports[0].name: is required`.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[error("{file}:{line}: {message}")]
pub struct Problem {
    pub file: String,
    /// From 1; 0 when the whole file is meant.
    pub line: usize,
    pub message: String,
}

/// Name, modification and length of each file: other ones mean that something has changed.
type Fingerprint = Vec<(String, Option<SystemTime>, u64)>;

/// The YAML files of a folder in the order of their names, which is the order they are applied in.
fn list(folder: &Path) -> Result<Fingerprint, Problem> {
    let failed = |error: std::io::Error| Problem { file: folder.display().to_string(), line: 0, message: error.to_string() };
    let mut files = Fingerprint::new();
    for entry in fs::read_dir(folder).map_err(failed)? {
        let path = entry.map_err(failed)?.path();
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        // Not the entry's own metadata: in Kubernetes mounted files are links to what changes.
        let Ok(found) = fs::metadata(&path) else { continue };
        let is_yaml = path.extension().is_some_and(|extension| extension == "yaml" || extension == "yml");
        if is_yaml && found.is_file() && !name.starts_with('.') {
            files.push((name, found.modified().ok(), found.len()));
        }
    }
    files.sort();
    Ok(files)
}

/// Reads files; those with a problem are left out and named.
fn read(folder: &Path, names: &[String], sources: &Sources) -> (Vec<Wanted>, Vec<Problem>) {
    let (mut wanted, mut problems) = (Vec::new(), Vec::new());
    for name in names {
        let text = fs::read_to_string(folder.join(name))
            .map_err(|error| vec![Problem { file: name.clone(), line: 0, message: error.to_string() }]);
        match text.and_then(|text| file::parse(name, &text, sources)) {
            Ok(file) => wanted.push(file),
            Err(mut found) => problems.append(&mut found),
        }
    }
    file::drop_duplicates(&mut wanted, &mut problems);
    (wanted, problems)
}

/// Checks the files of a folder without applying anything.
pub fn check(folder: &Path, sources: &Sources) -> Vec<Problem> {
    match list(folder) {
        Ok(files) => read(folder, &names(&files), sources).1,
        Err(problem) => vec![problem],
    }
}

fn names(files: &Fingerprint) -> Vec<String> {
    files.iter().map(|(name, ..)| name.clone()).collect()
}

/// Where the files are, and where variables come from.
pub struct Place {
    pub folder: PathBuf,
    pub sources: Sources,
}
