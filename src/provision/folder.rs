//! The files of a folder: which there are, whether they changed, what they want.

use std::{collections::BTreeMap, fs, path::Path, time::SystemTime};

use super::{
    Problem, Sources,
    file::{self, Wanted},
};

/// Modification and length of a file; `None` for one that is not there. Another one means that it has changed.
pub type Stamp = Option<(Option<SystemTime>, u64)>;

/// The files of a folder, and those that `$__file{}` in them names.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Fingerprint {
    /// By name, which is the order they are applied in.
    pub files: BTreeMap<String, Stamp>,
    pub named: BTreeMap<String, Stamp>,
}

/// A folder as it was read.
#[derive(Debug, Default)]
pub struct Found {
    pub fingerprint: Fingerprint,
    pub wanted: Vec<Wanted>,
    pub problems: Vec<Problem>,
}

impl Fingerprint {
    /// Whether the folder still is as it was.
    pub fn holds(&self, folder: &Path) -> bool {
        list(folder).is_ok_and(|files| files == self.files) && self.named.iter().all(|(path, stamp)| stamp_of(Path::new(path)) == *stamp)
    }
}

/// Reads all files; those with a problem are left out and named. The error is of the folder itself.
pub fn read(folder: &Path, sources: &Sources) -> Result<Found, Problem> {
    // Stamps come before contents: what changes in between is read again at the next look.
    let files = list(folder)?;
    let mut found = Found::default();
    for name in files.keys() {
        match fs::read_to_string(folder.join(name)) {
            Ok(text) => {
                let parsed = file::parse(name, &text, sources, &mut |path| {
                    found.fingerprint.named.entry(path.to_owned()).or_insert_with(|| stamp_of(Path::new(path)));
                });
                match parsed {
                    Ok(wanted) => found.wanted.push(wanted),
                    Err(mut problems) => found.problems.append(&mut problems),
                }
            }
            Err(error) => found.problems.push(Problem::new(name, 0, error.to_string())),
        }
    }
    found.fingerprint.files = files;
    file::drop_duplicates(&mut found.wanted, &mut found.problems);
    Ok(found)
}

fn list(folder: &Path) -> Result<BTreeMap<String, Stamp>, Problem> {
    let failed = |error: std::io::Error| Problem::new(folder.display().to_string(), 0, error.to_string());
    let mut files = BTreeMap::new();
    for entry in fs::read_dir(folder).map_err(failed)? {
        let path = entry.map_err(failed)?.path();
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let is_yaml = path.extension().is_some_and(|extension| extension == "yaml" || extension == "yml");
        if is_yaml && path.is_file() && !name.starts_with('.') {
            files.insert(name, stamp_of(&path));
        }
    }
    Ok(files)
}

/// Follows links: in Kubernetes mounted files are links to what changes.
fn stamp_of(path: &Path) -> Stamp {
    fs::metadata(path).ok().map(|found| (found.modified().ok(), found.len()))
}
