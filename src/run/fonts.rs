//! Fonts of the administrator's for characters the built-in ones lack.

use std::path::{Path, PathBuf};

/// Fonts stay in memory as long as the program runs, so there is a bound: all of Noto CJK fits.
const MAX_BYTES: u64 = 256 << 20;

/// Folders in folders, as under /usr/share/fonts.
const MAX_DEPTH: usize = 4;

/// Contents of font files in the order of their paths: the first that has a character draws it.
#[derive(Clone, Debug, Default)]
pub struct FontFiles {
    pub files: Vec<Vec<u8>>,
    /// What was left out and why, to be shown in health.
    pub problems: Vec<String>,
}

impl FontFiles {
    /// Reads the TTF, OTF and TTC files of a folder and the folders in it; `None` is no folder.
    pub fn load(folder: Option<&Path>) -> FontFiles {
        let mut fonts = FontFiles::default();
        let Some(folder) = folder else { return fonts };
        let mut paths = Vec::new();
        fonts.collect(folder, 0, &mut paths);
        paths.sort();
        let mut used = 0;
        for path in paths {
            let file = match std::fs::read(&path) {
                Ok(file) => file,
                Err(error) => {
                    fonts.problem(&path, &format!(": {error}"));
                    continue;
                }
            };
            used += file.len() as u64;
            if used > MAX_BYTES {
                fonts.problem(&path, &format!(" and what follows is left out: fonts may have {} MB together", MAX_BYTES >> 20));
                break;
            }
            match is_font(&file) {
                true => fonts.files.push(file),
                false => fonts.problem(&path, " is no font"),
            }
        }
        if fonts.files.is_empty() && fonts.problems.is_empty() {
            fonts.problem(folder, " holds no TTF or OTF files");
        }
        fonts
    }

    fn collect(&mut self, folder: &Path, depth: usize, paths: &mut Vec<PathBuf>) {
        let entries = match std::fs::read_dir(folder) {
            Ok(entries) => entries,
            Err(error) => return self.problem(folder, &format!(": {error}")),
        };
        for path in entries.filter_map(Result::ok).map(|entry| entry.path()) {
            let extension = path.extension().map(|e| e.to_string_lossy().to_lowercase()).unwrap_or_default();
            if path.is_dir() && depth < MAX_DEPTH {
                self.collect(&path, depth + 1, paths);
            } else if matches!(extension.as_str(), "ttf" | "otf" | "ttc") {
                paths.push(path);
            }
        }
    }

    fn problem(&mut self, path: &Path, text: &str) {
        self.problems.push(format!("fonts_path: {}{text}", path.display()));
    }
}

/// By the first four bytes: TrueType, CFF, a collection, Apple's TrueType.
fn is_font(file: &[u8]) -> bool {
    [&[0, 1, 0, 0][..], b"OTTO", b"ttcf", b"true"].iter().any(|magic| file.starts_with(magic))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fonts_are_read_in_order_and_the_rest_is_named() {
        let root = tempfile::tempdir().unwrap();
        let write = |name: &str, content: &[u8]| {
            let path = root.path().join(name);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, content).unwrap();
        };
        assert_eq!(FontFiles::load(None).problems, Vec::<String>::new());
        assert!(FontFiles::load(Some(root.path())).problems[0].ends_with("holds no TTF or OTF files"));
        write("b.OTF", b"OTTO2");
        write("a/c.ttf", &[0, 1, 0, 0, 9]);
        write("a/readme.txt", b"hello");
        write("z.ttf", b"<html>");
        let fonts = FontFiles::load(Some(root.path()));
        assert_eq!(fonts.files, [vec![0, 1, 0, 0, 9], b"OTTO2".to_vec()]);
        assert_eq!(fonts.problems.len(), 1);
        assert!(fonts.problems[0].ends_with("z.ttf is no font"), "{:?}", fonts.problems);
    }
}
