//! The very files of runs, kept for download: `runs/<run id>/<index>` in the data directory.
//!
//! Names, types and the number of files stand in the ledger; here are bytes only, so no path ever comes from a user. What cannot be
//! kept (a full disk, a read-only directory) keeps no mail from going out. All work is blocking: call it from a thread for that.

use std::{
    collections::BTreeMap,
    fs,
    io::{self, Write},
    path::{Path, PathBuf},
    sync::{Mutex, MutexGuard, PoisonError},
};

use crate::{config::Limits, run::RenderedFile};

/// How much may be kept, in bytes.
#[derive(Clone, Copy, Debug)]
pub struct ArchiveLimits {
    /// Of one run; a larger one is not kept.
    pub run_bytes: u64,
    /// Of all runs; the oldest make room.
    pub total_bytes: u64,
}

impl Default for ArchiveLimits {
    fn default() -> ArchiveLimits {
        ArchiveLimits { run_bytes: 64 << 20, total_bytes: 2 << 30 }
    }
}

impl ArchiveLimits {
    pub fn of(limits: &Limits) -> ArchiveLimits {
        ArchiveLimits { run_bytes: limits.archive_run_size_mb << 20, total_bytes: limits.archive_size_mb << 20 }
    }
}

/// Why files were not kept. The run goes on.
#[derive(Debug, thiserror::Error)]
pub enum ArchiveError {
    #[error("its files have {bytes} bytes, more than the {most} that are kept of one run")]
    TooLarge { bytes: u64, most: u64 },
    #[error("{}: {source}", path.display())]
    Io { path: PathBuf, source: io::Error },
}

/// The kept files of one data directory.
#[derive(Debug, Default)]
pub struct Archive {
    /// `None` keeps nothing.
    folder: Option<PathBuf>,
    limits: ArchiveLimits,
    /// Bytes by run, once they were counted.
    sizes: Mutex<Option<BTreeMap<i64, u64>>>,
}

impl Archive {
    /// Files below `data_dir`; nothing is written before there is something to keep.
    pub fn new(data_dir: &Path, limits: ArchiveLimits) -> Archive {
        Archive { folder: Some(data_dir.join("runs")), limits, sizes: Mutex::default() }
    }

    /// An archive that forgets everything.
    pub fn none() -> Archive {
        Archive::default()
    }

    /// Keeps the files of a run in their order, instead of those of an earlier attempt. All or nothing.
    pub fn save(&self, run_id: i64, files: &[RenderedFile]) -> Result<(), ArchiveError> {
        let Some(folder) = &self.folder else { return Ok(()) };
        let bytes = files.iter().map(|file| file.bytes.len() as u64).sum();
        if bytes > self.limits.run_bytes {
            return Err(ArchiveError::TooLarge { bytes, most: self.limits.run_bytes });
        }
        let mut sizes = self.counted(folder);
        let others: u64 = sizes.iter().filter(|(id, _)| **id != run_id).map(|(_, size)| *size).sum();
        make_room(folder, &mut sizes, run_id, (others + bytes).saturating_sub(self.limits.total_bytes));
        let path = folder.join(run_id.to_string());
        let _ = fs::remove_dir_all(&path);
        sizes.remove(&run_id);
        if let Err(source) = write_all(&path, files) {
            // Half of a report would pass for a whole one.
            let _ = fs::remove_dir_all(&path);
            return Err(ArchiveError::Io { path, source });
        }
        sizes.insert(run_id, bytes);
        Ok(())
    }

    /// The bytes of one file; `None` when they are no longer there.
    pub fn read(&self, run_id: i64, index: usize) -> Option<Vec<u8>> {
        let folder = self.folder.as_ref()?;
        fs::read(folder.join(run_id.to_string()).join(index.to_string())).ok()
    }

    /// Whether the files of a run are there.
    pub fn has(&self, run_id: i64) -> bool {
        // Asked of the disk: another process may have tidied up.
        self.folder.as_ref().is_some_and(|folder| folder.join(run_id.to_string()).is_dir())
    }

    pub fn remove(&self, runs: &[i64]) {
        let Some(folder) = &self.folder else { return };
        let mut sizes = self.counted(folder);
        for run_id in runs {
            drop_run(folder, &mut sizes, *run_id);
        }
    }

    /// The runs of which files are kept, oldest first.
    pub fn kept(&self) -> Vec<i64> {
        self.folder.as_ref().map(|folder| self.counted(folder).keys().copied().collect()).unwrap_or_default()
    }

    /// Bytes by run; read from the disk at first use.
    fn counted(&self, folder: &Path) -> Sizes<'_> {
        let mut sizes = self.sizes.lock().unwrap_or_else(PoisonError::into_inner);
        sizes.get_or_insert_with(|| count(folder));
        Sizes(sizes)
    }
}

/// The sizes, counted for certain.
struct Sizes<'a>(MutexGuard<'a, Option<BTreeMap<i64, u64>>>);

impl std::ops::Deref for Sizes<'_> {
    type Target = BTreeMap<i64, u64>;

    fn deref(&self) -> &BTreeMap<i64, u64> {
        static NONE: BTreeMap<i64, u64> = BTreeMap::new();
        self.0.as_ref().unwrap_or(&NONE)
    }
}

impl std::ops::DerefMut for Sizes<'_> {
    fn deref_mut(&mut self) -> &mut BTreeMap<i64, u64> {
        self.0.get_or_insert_default()
    }
}

fn count(folder: &Path) -> BTreeMap<i64, u64> {
    let entries = |path: &Path| fs::read_dir(path).into_iter().flatten().flatten();
    let size = |path: &Path| entries(path).filter_map(|entry| Some(entry.metadata().ok()?.len())).sum();
    let run = |entry: fs::DirEntry| Some((entry.file_name().to_str()?.parse().ok()?, size(&entry.path())));
    entries(folder).filter_map(run).collect()
}

fn make_room(folder: &Path, sizes: &mut BTreeMap<i64, u64>, keep: i64, mut missing: u64) {
    while missing > 0 {
        let Some((run_id, size)) = sizes.iter().map(|(id, size)| (*id, *size)).find(|(id, _)| *id != keep) else { return };
        drop_run(folder, sizes, run_id);
        missing = missing.saturating_sub(size);
    }
}

fn drop_run(folder: &Path, sizes: &mut BTreeMap<i64, u64>, run_id: i64) {
    match fs::remove_dir_all(folder.join(run_id.to_string())) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            tracing::warn!(run_id, error = %error, "files of a run could not be removed");
        }
        _ => drop(sizes.remove(&run_id)),
    }
}

fn write_all(path: &Path, files: &[RenderedFile]) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path)?;
    for (index, file) in files.iter().enumerate() {
        let mut options = fs::OpenOptions::new();
        options.create_new(true).write(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut out = options.open(path.join(index.to_string()))?;
        out.write_all(&file.bytes)?;
        out.sync_all()?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;

    fn file(size: usize) -> RenderedFile {
        RenderedFile { name: "../../evil".into(), content_type: "text/csv", bytes: Arc::new(vec![b'x'; size]) }
    }

    #[test]
    fn files_come_back_and_go() {
        let data = tempfile::tempdir().unwrap();
        let archive = Archive::new(data.path(), ArchiveLimits::default());
        assert_eq!(archive.kept(), Vec::<i64>::new());
        archive.save(7, &[file(3), file(5)]).unwrap();
        assert_eq!(archive.read(7, 1).unwrap().len(), 5);
        assert_eq!((archive.read(7, 2), archive.read(8, 0)), (None, None));
        archive.save(7, &[file(4)]).unwrap();
        assert_eq!((archive.read(7, 0).unwrap().len(), archive.read(7, 1)), (4, None), "an earlier attempt is gone");
        // A new process finds them.
        let again = Archive::new(data.path(), ArchiveLimits::default());
        assert!(again.has(7));
        again.remove(&[7, 9]);
        assert!(!again.has(7) && !data.path().join("runs/7").exists());
    }

    #[test]
    fn the_oldest_make_room() {
        let data = tempfile::tempdir().unwrap();
        let archive = Archive::new(data.path(), ArchiveLimits { run_bytes: 10, total_bytes: 20 });
        let check = |run_id: i64, size: usize, expected: &[i64]| {
            let _ = archive.save(run_id, &[file(size)]);
            assert_eq!(archive.kept(), expected, "run {run_id}");
        };
        check(1, 8, &[1]);
        check(2, 8, &[1, 2]);
        check(3, 8, &[2, 3]);
        check(4, 11, &[2, 3]);
        check(2, 10, &[2, 3]);
        check(5, 10, &[3, 5]);
        assert_eq!(
            archive.save(6, &[file(11)]).unwrap_err().to_string(),
            "its files have 11 bytes, more than the 10 that are kept of one run"
        );
    }

    #[test]
    fn a_folder_that_cannot_be_written_is_told() {
        let data = tempfile::tempdir().unwrap();
        fs::write(data.path().join("runs"), "not a folder").unwrap();
        let archive = Archive::new(data.path(), ArchiveLimits::default());
        assert!(archive.save(1, &[file(1)]).is_err());
        assert!(!archive.has(1));
        assert!(Archive::none().save(1, &[file(1)]).is_ok());
    }

    #[cfg(unix)]
    #[test]
    fn files_are_private() {
        use std::os::unix::fs::PermissionsExt;
        let data = tempfile::tempdir().unwrap();
        Archive::new(data.path(), ArchiveLimits::default()).save(1, &[file(1)]).unwrap();
        let mode = |path: &str| fs::metadata(data.path().join(path)).unwrap().permissions().mode() & 0o777;
        assert_eq!((mode("runs"), mode("runs/1"), mode("runs/1/0")), (0o700, 0o700, 0o600));
    }
}
