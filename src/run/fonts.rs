//! Fonts of the administrator's and of the system for characters the built-in ones lack.

use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, OnceLock, PoisonError},
};

use scene::{
    Fonts, Wished,
    text::{covered, is_colored},
};

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

/// The fonts of a process: the embedded ones, those of `fonts_path`, and, for characters these lack, those of the system.
///
/// Fonts of the system are looked for only when a document needs them, and each document for itself: what is drawn does not depend on
/// what was drawn before.
pub struct FontShelf {
    base: Arc<Fonts>,
    /// Files of the system, the first to be asked first; listed when they are first needed.
    system: OnceLock<Vec<PathBuf>>,
    folders: Vec<PathBuf>,
    /// What was found last: reports of one morning wish for the same characters.
    kept: Mutex<Option<(Wished, Arc<Fonts>)>>,
}

/// Where systems keep fonts.
const SYSTEM_FOLDERS: [&str; 6] = [
    "/usr/share/fonts",
    "/usr/local/share/fonts",
    "/usr/share/texmf/fonts/opentype",
    "/System/Library/Fonts",
    "/Library/Fonts",
    "C:\\Windows\\Fonts",
];

/// Bytes that are looked at for one document's characters, and bytes of what is then used.
const MAX_LOOKED_AT: u64 = 512 << 20;
const MAX_FILE: u64 = 64 << 20;
const MAX_FOUND: usize = 96 << 20;

/// Words in file names that say: not the plain face of a sans serif.
const NOT_PLAIN: [&str; 14] = [
    "bold",
    "italic",
    "oblique",
    "light",
    "thin",
    "hairline",
    "black",
    "heavy",
    "medium",
    "condensed",
    "narrow",
    "mono",
    "serif",
    "awesome",
];

/// Words in the names of files whose glyphs are in colour.
const COLORED: [&str; 5] = ["emoji", "emj", "joypixels", "openmoji", "color"];

impl FontShelf {
    pub fn new(base: Fonts) -> FontShelf {
        FontShelf::with_folders(base, SYSTEM_FOLDERS.iter().map(PathBuf::from).collect())
    }

    fn with_folders(base: Fonts, folders: Vec<PathBuf>) -> FontShelf {
        FontShelf { base: Arc::new(base), system: OnceLock::new(), folders, kept: Mutex::new(None) }
    }

    /// What every document is drawn with at first.
    pub fn base(&self) -> &Fonts {
        &self.base
    }

    /// Fonts that have some of what is wished; `None` where the system has none of it.
    pub fn with(&self, wished: &Wished) -> Option<Arc<Fonts>> {
        if let Some((known, fonts)) = &*self.kept.lock().unwrap_or_else(PoisonError::into_inner)
            && known == wished
        {
            return Some(fonts.clone());
        }
        let files = self.look_for(wished);
        if files.is_empty() {
            return None;
        }
        let fonts = Arc::new(self.base.extended(files));
        *self.kept.lock().unwrap_or_else(PoisonError::into_inner) = Some((wished.clone(), fonts.clone()));
        Some(fonts)
    }

    /// Files of the system in order, each that has a character the ones before lack: for pictures those in colour, for the rest those
    /// without, and those in colour where nothing else helps.
    fn look_for(&self, wished: &Wished) -> Vec<Vec<u8>> {
        let mut search = Search { files: Vec::new(), looked_at: 0, used: 0 };
        let system = self.system.get_or_init(|| system_files(&self.folders));
        let mut missing = wished.missing.clone();
        let mut pictures = wished.pictures.clone();
        if !pictures.is_empty() {
            let named: Vec<&PathBuf> = system.iter().filter(|path| COLORED.iter().any(|word| named(path).contains(word))).collect();
            search.look(named, &mut pictures, true);
            missing.retain(|c| pictures.contains(c) || !wished.pictures.contains(c));
        }
        search.look(system, &mut missing, false);
        search.look(system, &mut missing, true);
        search.files
    }
}

/// What is found while files are looked through.
struct Search {
    files: Vec<Vec<u8>>,
    /// Bytes read.
    looked_at: u64,
    /// Bytes of `files`.
    used: usize,
}

impl Search {
    /// Takes files in colour, or those without, as long as characters are left that they have.
    fn look<'a>(&mut self, paths: impl IntoIterator<Item = &'a PathBuf>, left: &mut BTreeSet<char>, in_color: bool) {
        for path in paths {
            let size = std::fs::metadata(path).map_or(u64::MAX, |file| file.len());
            if left.is_empty() || self.looked_at + size.min(MAX_FILE) > MAX_LOOKED_AT {
                break;
            }
            let Some(file) = Some(path).filter(|_| size <= MAX_FILE).and_then(|path| std::fs::read(path).ok()) else { continue };
            self.looked_at += size;
            if !can_be_drawn(&file) || is_colored(&file) != in_color || self.used + file.len() > MAX_FOUND {
                continue;
            }
            let has = covered(&file, left);
            if !has.is_empty() {
                left.retain(|c| !has.contains(c));
                self.used += file.len();
                self.files.push(file);
            }
        }
    }
}

fn named(path: &Path) -> String {
    path.file_stem().map(|stem| stem.to_string_lossy().to_lowercase()).unwrap_or_default()
}

/// All font files of the folders: plain faces first, of these Noto Sans (it has most scripts, and two machines with it draw alike), then by
/// path.
fn system_files(folders: &[PathBuf]) -> Vec<PathBuf> {
    let mut files = FontFiles::default();
    let mut paths = Vec::new();
    folders.iter().filter(|folder| folder.is_dir()).for_each(|folder| files.collect(folder, 0, &mut paths));
    let rank = |path: &Path| {
        let name = named(path);
        (NOT_PLAIN.iter().filter(|word| name.contains(**word)).count(), !name.starts_with("notosans"))
    };
    paths.sort_by_cached_key(|path| (rank(path), path.clone()));
    paths
}

/// Whether glyphs are drawn as curves or as pictures we know: others (SVG, bitmaps of one colour) would leave blanks, where a box is at
/// least seen.
fn can_be_drawn(file: &[u8]) -> bool {
    let number = |at: usize, bytes: usize| file.get(at..at + bytes).map(|b| b.iter().fold(0_usize, |n, b| n << 8 | usize::from(*b)));
    let start = if file.starts_with(b"ttcf") { number(12, 4) } else { Some(0) };
    let tables = || Some((start?, number(start? + 4, 2)?));
    tables().is_some_and(|(start, n)| {
        let name = |index: usize| file.get(start + 12 + 16 * index..start + 16 + 16 * index);
        is_font(file) && (0..n).filter_map(name).any(|name| matches!(name, b"glyf" | b"CFF " | b"CFF2" | b"CBDT" | b"sbix"))
    })
}

/// By the first four bytes: TrueType, CFF, a collection, Apple's TrueType.
fn is_font(file: &[u8]) -> bool {
    [&[0, 1, 0, 0][..], b"OTTO", b"ttcf", b"true"].iter().any(|magic| file.starts_with(magic))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Whatever fonts this machine has: each file has outlines or is left out, and the order is the same each time.
    #[test]
    fn fonts_of_the_system_are_asked_for_what_is_missing() {
        let missing = Wished { missing: BTreeSet::from(['\u{10ffff}']), ..Wished::default() };
        assert!(FontShelf::with_folders(Fonts::embedded(), Vec::new()).with(&missing).is_none());
        let root = tempfile::tempdir().unwrap();
        for name in ["b-Bold.ttf", "c.ttf", "a-Italic.ttf", "d/a.otf"] {
            let path = root.path().join(name);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, b"\0\x01\0\0\0\x01______EBDT____________").unwrap();
        }
        let names: Vec<String> = (system_files(&[root.path().to_owned()]).iter())
            .map(|path| path.strip_prefix(root.path()).unwrap().display().to_string())
            .collect();
        assert_eq!(names, ["c.ttf", "d/a.otf", "a-Italic.ttf", "b-Bold.ttf"]);
        assert!(FontShelf::with_folders(Fonts::embedded(), vec![root.path().to_owned()]).with(&missing).is_none());
        assert!(can_be_drawn(b"\0\x01\0\0\0\x01______glyf____________"));
        assert!(!can_be_drawn(b"\0\x01\0\0\0\x01______EBDT____________"));
    }

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
