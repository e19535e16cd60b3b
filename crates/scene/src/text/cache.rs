use std::collections::HashMap;
use std::sync::Arc;

use super::{Family, ShapedText, TextStyle};

/// Lines per generation. A dense dashboard has some thousand different texts of about 1 KB each when shaped.
const GENERATION: usize = 4096;
/// Longer texts are not repeated, so they are not kept.
const MAX_BYTES: usize = 512;

/// Shaped lines in two generations: when the young one is full it becomes the old one, and the old one is dropped.
///
/// That bounds memory without the bookkeeping of an LRU list; a line in use is moved back to the young generation on its next use.
#[derive(Default)]
pub(super) struct ShapingCache {
    young: Generation,
    old: Generation,
    young_len: usize,
}

type Generation = HashMap<StyleKey, HashMap<Box<str>, Arc<ShapedText>>>;

#[derive(Clone, Copy, PartialEq, Eq, Hash)]
struct StyleKey {
    family: Family,
    size: u64,
    weight: u16,
    italic: bool,
    letter_spacing: u64,
}

impl StyleKey {
    fn new(style: &TextStyle) -> StyleKey {
        StyleKey {
            family: style.family,
            size: style.size_px.to_bits(),
            weight: style.weight,
            italic: style.italic,
            letter_spacing: style.letter_spacing_px.to_bits(),
        }
    }
}

impl ShapingCache {
    pub fn get(&mut self, text: &str, style: &TextStyle) -> Option<Arc<ShapedText>> {
        let key = StyleKey::new(style);
        if let Some(shaped) = self.young.get(&key).and_then(|texts| texts.get(text)) {
            return Some(shaped.clone());
        }
        let shaped = self.old.get(&key)?.get(text)?.clone();
        self.put(text, style, shaped.clone());
        Some(shaped)
    }

    pub fn put(&mut self, text: &str, style: &TextStyle, shaped: Arc<ShapedText>) {
        if text.len() > MAX_BYTES {
            return;
        }
        if self.young_len >= GENERATION {
            self.old = std::mem::take(&mut self.young);
            self.young_len = 0;
        }
        self.young.entry(StyleKey::new(style)).or_default().insert(text.into(), shaped);
        self.young_len += 1;
    }

    #[cfg(test)]
    pub fn len(&self) -> usize {
        [&self.young, &self.old].iter().flat_map(|generation| generation.values()).map(HashMap::len).sum()
    }
}
