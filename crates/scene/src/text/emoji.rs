//! Which characters want to be seen in colour.

use std::ops::Range;

/// `Emoji_Presentation` of Unicode 16: characters that are pictures unless U+FE0E asks for text.
const PICTURES: [(u32, u32); 77] = [
    (0x231a, 0x231b),
    (0x23e9, 0x23ec),
    (0x23f0, 0x23f0),
    (0x23f3, 0x23f3),
    (0x25fd, 0x25fe),
    (0x2614, 0x2615),
    (0x2648, 0x2653),
    (0x267f, 0x267f),
    (0x2693, 0x2693),
    (0x26a1, 0x26a1),
    (0x26aa, 0x26ab),
    (0x26bd, 0x26be),
    (0x26c4, 0x26c5),
    (0x26ce, 0x26ce),
    (0x26d4, 0x26d4),
    (0x26ea, 0x26ea),
    (0x26f2, 0x26f3),
    (0x26f5, 0x26f5),
    (0x26fa, 0x26fa),
    (0x26fd, 0x26fd),
    (0x2705, 0x2705),
    (0x270a, 0x270b),
    (0x2728, 0x2728),
    (0x274c, 0x274c),
    (0x274e, 0x274e),
    (0x2753, 0x2755),
    (0x2757, 0x2757),
    (0x2795, 0x2797),
    (0x27b0, 0x27b0),
    (0x27bf, 0x27bf),
    (0x2b1b, 0x2b1c),
    (0x2b50, 0x2b50),
    (0x2b55, 0x2b55),
    (0x1f004, 0x1f004),
    (0x1f0cf, 0x1f0cf),
    (0x1f18e, 0x1f18e),
    (0x1f191, 0x1f19a),
    (0x1f1e6, 0x1f1ff),
    (0x1f201, 0x1f201),
    (0x1f21a, 0x1f21a),
    (0x1f22f, 0x1f22f),
    (0x1f232, 0x1f236),
    (0x1f238, 0x1f23a),
    (0x1f250, 0x1f251),
    (0x1f300, 0x1f320),
    (0x1f32d, 0x1f335),
    (0x1f337, 0x1f37c),
    (0x1f37e, 0x1f393),
    (0x1f3a0, 0x1f3ca),
    (0x1f3cf, 0x1f3d3),
    (0x1f3e0, 0x1f3f0),
    (0x1f3f4, 0x1f3f4),
    (0x1f3f8, 0x1f43e),
    (0x1f440, 0x1f440),
    (0x1f442, 0x1f4fc),
    (0x1f4ff, 0x1f53d),
    (0x1f54b, 0x1f54e),
    (0x1f550, 0x1f567),
    (0x1f57a, 0x1f57a),
    (0x1f595, 0x1f596),
    (0x1f5a4, 0x1f5a4),
    (0x1f5fb, 0x1f64f),
    (0x1f680, 0x1f6c5),
    (0x1f6cc, 0x1f6cc),
    (0x1f6d0, 0x1f6d2),
    (0x1f6d5, 0x1f6d7),
    (0x1f6dc, 0x1f6df),
    (0x1f6eb, 0x1f6ec),
    (0x1f6f4, 0x1f6fc),
    (0x1f7e0, 0x1f7eb),
    (0x1f7f0, 0x1f7f0),
    (0x1f90c, 0x1f93a),
    (0x1f93c, 0x1f945),
    (0x1f947, 0x1f9ff),
    (0x1fa70, 0x1fa7c),
    (0x1fa80, 0x1fa89),
    (0x1fa8f, 0x1faff),
];

const AS_TEXT: char = '\u{fe0e}';
const AS_PICTURE: char = '\u{fe0f}';
const JOINER: char = '\u{200d}';
const KEYCAP: char = '\u{20e3}';

/// Whether a character by itself is drawn as a picture.
pub fn is_picture(c: char) -> bool {
    let code = u32::from(c);
    code >= PICTURES[0].0 && PICTURES.iter().any(|(first, last)| (*first..=*last).contains(&code))
}

/// The stretches of a text that are pictures: single ones, sequences, keycaps, flags; neighbours are one stretch.
pub(crate) fn pictures(text: &str) -> Vec<Range<usize>> {
    let mut found: Vec<Range<usize>> = Vec::new();
    if text.bytes().all(|byte| byte < 0xe2) {
        return found;
    }
    let mut chars = text.char_indices().peekable();
    let mut joined = false;
    while let Some((start, c)) = chars.next() {
        let mut end = start + c.len_utf8();
        let mut picture = is_picture(c);
        let mut continues = std::mem::take(&mut joined);
        while let Some((at, next)) = chars.peek().copied() {
            match next {
                AS_TEXT => picture = false,
                AS_PICTURE | KEYCAP => picture = true,
                JOINER => joined = picture || continues,
                // Skin tones and the tags of a flag belong to what they follow.
                '\u{1f3fb}'..='\u{1f3ff}' | '\u{e0020}'..='\u{e007f}' if picture || c > '\u{2000}' => picture = true,
                _ => break,
            }
            end = at + next.len_utf8();
            chars.next();
            if joined {
                break;
            }
        }
        continues |= picture;
        if !continues {
            continue;
        }
        match found.last_mut() {
            Some(last) if last.end == start => last.end = end,
            _ => found.push(start..end),
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pictures_are_found_with_all_their_parts() {
        let check = |text: &str, expected: &[&str]| {
            let found: Vec<&str> = pictures(text).into_iter().map(|range| &text[range]).collect();
            assert_eq!(found, expected, "{text:?}");
        };
        check("plain, Ελλάδα, → ✓ 1 #", &[]);
        check("ok ✅ done", &["✅"]);
        check("I ❤ it, I ❤\u{fe0f} it", &["❤\u{fe0f}"]);
        check("⚡\u{fe0e} text", &[]);
        check("1\u{fe0f}\u{20e3}2", &["1\u{fe0f}\u{20e3}"]);
        check("a👍🏽b", &["👍🏽"]);
        check("x👨\u{200d}👩\u{200d}👧y", &["👨\u{200d}👩\u{200d}👧"]);
        check("🏳\u{fe0f}\u{200d}🌈 z", &["🏳\u{fe0f}\u{200d}🌈"]);
        check("🇩🇪🇫🇷", &["🇩🇪🇫🇷"]);
        check("🏴\u{e0067}\u{e0062}\u{e007f}!", &["🏴\u{e0067}\u{e0062}\u{e007f}"]);
        check("👩\u{200d}⚕\u{fe0f}", &["👩\u{200d}⚕\u{fe0f}"]);
        check("☝🏿", &["☝🏿"]);
        check("किं\u{200d}क", &[]);
    }
}
