//! The embedded font files, and what a font file is known by.

use std::sync::{Arc, OnceLock};

use super::FontData;

pub(super) const SANS: &str = "Inter";
pub(super) const MONO: &str = "Roboto Mono";

/// Name, the family it is registered under, contents.
const FILES: [(&str, &str, &[u8]); 6] = [
    ("Inter Regular", SANS, include_bytes!("../../fonts/Inter-Regular.ttf")),
    ("Inter Medium", SANS, include_bytes!("../../fonts/Inter-Medium.ttf")),
    ("Inter Bold", SANS, include_bytes!("../../fonts/Inter-Bold.ttf")),
    ("Inter Italic", SANS, include_bytes!("../../fonts/Inter-Italic.ttf")),
    ("Inter Medium Italic", SANS, include_bytes!("../../fonts/Inter-MediumItalic.ttf")),
    ("Roboto Mono Regular", MONO, include_bytes!("../../fonts/RobotoMono-Regular.ttf")),
];

/// A font file with the hash it is known by.
#[derive(Clone)]
pub(super) struct FontFile {
    pub data: Arc<Vec<u8>>,
    pub hash: u64,
}

impl FontFile {
    pub fn new(data: Vec<u8>) -> FontFile {
        let hash = fnv1a(&data);
        FontFile { data: Arc::new(data), hash }
    }
}

/// The embedded files with the family each is registered under. Copied and hashed once per process.
pub(super) fn embedded() -> &'static [(&'static str, FontFile)] {
    static EMBEDDED: OnceLock<Vec<(&'static str, FontFile)>> = OnceLock::new();
    EMBEDDED.get_or_init(|| FILES.iter().map(|(_, family, data)| (*family, FontFile::new(data.to_vec()))).collect())
}

impl FontData {
    /// The face's name when it is an embedded one, else its id.
    pub fn name(&self) -> String {
        let index = embedded().iter().position(|(_, file)| file.hash == self.id);
        index.map_or_else(|| format!("font {:016x}", self.id), |index| FILES[index].0.to_owned())
    }
}

/// FNV-1a over 8-byte words (the tail by bytes): std's hasher may change between releases, and golden files hold these ids.
fn fnv1a(data: &[u8]) -> u64 {
    const PRIME: u64 = 0x0000_0100_0000_01b3;
    let mut hash: u64 = 0xcbf2_9ce4_8422_2325;
    let mut words = data.chunks_exact(8);
    for word in &mut words {
        let word = word.iter().rev().fold(0, |word, byte| (word << 8) | u64::from(*byte));
        hash = (hash ^ word).wrapping_mul(PRIME);
        hash ^= hash >> 32;
    }
    words.remainder().iter().fold(hash, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(PRIME))
}
