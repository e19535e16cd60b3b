//! The embedded font files, and what a font file is known by.

use std::sync::{Arc, OnceLock};

pub(super) const SANS: &str = "Inter";
pub(super) const MONO: &str = "Roboto Mono";

const INTER: [&[u8]; 5] = [
    include_bytes!("../../fonts/Inter-Regular.ttf"),
    include_bytes!("../../fonts/Inter-Medium.ttf"),
    include_bytes!("../../fonts/Inter-Bold.ttf"),
    include_bytes!("../../fonts/Inter-Italic.ttf"),
    include_bytes!("../../fonts/Inter-MediumItalic.ttf"),
];
const ROBOTO_MONO: &[u8] = include_bytes!("../../fonts/RobotoMono-Regular.ttf");

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
    static FILES: OnceLock<Vec<(&'static str, FontFile)>> = OnceLock::new();
    FILES.get_or_init(|| {
        let inter = INTER.iter().map(|bytes| (SANS, FontFile::new(bytes.to_vec())));
        inter.chain([(MONO, FontFile::new(ROBOTO_MONO.to_vec()))]).collect()
    })
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
