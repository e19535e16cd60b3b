use std::borrow::Cow;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::cache::ShapingCache;
use super::face::FontFile;
use super::shaper::Shaper;
use super::{ShapedText, TextStyle, ellipsis};

/// The fonts text is set in. Shaping is cached; equal input gives equal output on every machine.
///
/// One value serves all threads; it holds no font of the machine it runs on.
pub struct Fonts {
    inner: Mutex<Inner>,
}

struct Inner {
    shaper: Shaper,
    cache: ShapingCache,
}

impl Fonts {
    /// The embedded faces only.
    pub fn embedded() -> Fonts {
        Fonts::with_fallbacks(Vec::new())
    }

    /// The embedded faces with others to fall back on (contents of TTF/OTF files), in the order given.
    ///
    /// A file that is no font is left out without a word: text then falls back to the next one.
    pub fn with_fallbacks(files: Vec<Vec<u8>>) -> Fonts {
        Fonts::of(files.into_iter().map(FontFile::new).collect())
    }

    /// The same fonts with more to fall back on, asked after the others. Files are shared, not copied.
    pub fn extended(&self, files: Vec<Vec<u8>>) -> Fonts {
        let own = self.lock().shaper.fallbacks().to_vec();
        Fonts::of(own.into_iter().chain(files.into_iter().map(FontFile::new)).collect())
    }

    fn of(files: Vec<FontFile>) -> Fonts {
        Fonts { inner: Mutex::new(Inner { shaper: Shaper::new(files), cache: ShapingCache::default() }) }
    }

    /// Shapes one line. A character no font has is drawn as a box and remembered for [`Fonts::missing`].
    ///
    /// Line breaks and tabs count as spaces.
    pub fn shape(&self, text: &str, style: &TextStyle) -> Arc<ShapedText> {
        self.lock().shape(text, style)
    }

    /// Width of one line in px.
    pub fn width(&self, text: &str, style: &TextStyle) -> f64 {
        self.shape(text, style).width_px
    }

    /// `text` cut so that it fits `max_px`, with "…" where something was cut ([`ShapedText::cut_at`]). Empty where not even
    /// "…" fits.
    pub fn ellipsize(&self, text: &str, style: &TextStyle, max_px: f64) -> Arc<ShapedText> {
        let mut inner = self.lock();
        ellipsis::ellipsize(&one_line(text), style.size_px, max_px, |text| inner.shape(text, style))
    }

    /// Breaks `text` into lines of at most `max_px`, at spaces where possible and inside words where not.
    ///
    /// Line feeds break too. Spaces at the ends of lines are dropped. An empty text is one empty line.
    pub fn wrap(&self, text: &str, style: &TextStyle, max_px: f64) -> Vec<Arc<ShapedText>> {
        let mut inner = self.lock();
        if text.contains(is_right_to_left) {
            let lines = inner.shaper.lines(text, &[(0..text.len(), *style)], max_px).into_iter();
            let empty = inner.shape("", style);
            return lines.map(|line| line.pieces.into_iter().next().map_or_else(|| empty.clone(), |piece| Arc::new(piece.text))).collect();
        }
        let ranges = inner.shaper.line_ranges(text, &[(0..text.len(), *style)], max_px);
        ranges.into_iter().map(|range| inner.shape(text[range].trim_end(), style)).collect()
    }

    /// The parts of `text` between which a line may break: words of scripts with spaces, syllables of Chinese, words of Thai.
    pub fn breakable<'a>(&self, text: &'a str, style: &TextStyle) -> Vec<&'a str> {
        self.with_shaper(|shaper| shaper.breakable(text, style)).into_iter().map(|range| &text[range]).collect()
    }

    /// Characters no font had so far, ascending.
    pub fn missing(&self) -> Vec<char> {
        self.lock().shaper.missing().collect()
    }

    pub(super) fn with_shaper<T>(&self, work: impl FnOnce(&mut Shaper) -> T) -> T {
        work(&mut self.lock().shaper)
    }

    /// A panic while shaping leaves scratch space behind that the next call clears, so a poisoned lock is still good.
    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Inner {
    fn shape(&mut self, text: &str, style: &TextStyle) -> Arc<ShapedText> {
        let text = one_line(text);
        if let Some(shaped) = self.cache.get(&text, style) {
            return shaped;
        }
        let shaped = Arc::new(self.shaper.line(&text, style));
        self.cache.put(&text, style, shaped.clone());
        shaped
    }
}

/// Letters and signs of scripts that are written from right to left (the blocks Unicode keeps for them), and what embeds them.
pub fn is_right_to_left(c: char) -> bool {
    matches!(c, '\u{590}'..='\u{8ff}' | '\u{200f}' | '\u{202b}' | '\u{202e}' | '\u{2067}' | '\u{fb1d}'..='\u{fdff}' | '\u{fe70}'..='\u{fefc}'
        | '\u{10800}'..='\u{10fff}' | '\u{1e800}'..='\u{1efff}')
}

/// White space that would break or indent becomes a space, as CSS `white-space: nowrap` draws it; other control characters go.
fn one_line(text: &str) -> Cow<'_, str> {
    let is_odd = |c: char| c.is_control() || matches!(c, '\u{2028}' | '\u{2029}');
    if !text.contains(is_odd) {
        return Cow::Borrowed(text);
    }
    let keep = |c: char| match c {
        '\n' | '\t' | '\u{2028}' | '\u{2029}' => Some(' '),
        c if c.is_control() => None,
        c => Some(c),
    };
    Cow::Owned(text.chars().filter_map(keep).collect())
}
