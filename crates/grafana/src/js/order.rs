//! Comparing texts as a browser does.

use std::cmp::Ordering;

/// `a < b` of two strings: by UTF-16 code units (differs from Rust's order only above U+FFFF).
pub fn compare_code_units(a: &str, b: &str) -> Ordering {
    a.encode_utf16().cmp(b.encode_utf16())
}

/// `Intl.Collator(undefined, { numeric: true, sensitivity: "base" }).compare`: numbers by value, case and accents ignored.
///
/// DIFFERENCE: a small stand-in for ICU's root collation. It knows spaces, punctuation and symbols of names, digits, Latin letters with
/// marks, other scripts by code point; not arrows, pictures, fractions, superscripts and marks that stand apart.
pub fn natural_compare(a: &str, b: &str) -> Ordering {
    compare_runs(&keys(a), &keys(b), true)
}

/// `a.localeCompare(b)` with the default options: letters first, then accents, then lower before upper case.
pub fn locale_compare(a: &str, b: &str) -> Ordering {
    let (left, right) = (keys(a), keys(b));
    let marks = |keys: &[Key]| keys.iter().map(|key| key.mark).collect::<Vec<_>>();
    let cases = |keys: &[Key]| keys.iter().map(|key| key.upper).collect::<Vec<_>>();
    compare_runs(&left, &right, false).then_with(|| marks(&left).cmp(&marks(&right))).then_with(|| cases(&left).cmp(&cases(&right)))
}

/// One letter taken apart as collation sees it.
struct Key {
    /// 0 space, 1 punctuation, 2 symbol, 3 digit, from 4 letters.
    class: u8,
    rank: u32,
    mark: char,
    upper: bool,
}

fn keys(text: &str) -> Vec<Key> {
    // Combining marks count as nothing here.
    text.chars().filter(|c| !c.is_control() && !('\u{300}'..='\u{36f}').contains(c)).flat_map(key).collect()
}

fn key(c: char) -> Vec<Key> {
    let upper = c.is_uppercase();
    let lower = c.to_lowercase().next().unwrap_or(c);
    let make = |base: char, mark: char| Key { class: class_of(base), rank: rank_of(base), mark, upper };
    match lower {
        'ß' => vec![make('s', ' '), make('s', 'ß')],
        'æ' => vec![make('a', 'æ'), make('e', 'æ')],
        'œ' => vec![make('o', 'œ'), make('e', 'œ')],
        'ǆ' => vec![make('d', ' '), make('z', 'ǆ')],
        '™' => vec![make('t', '™'), make('m', '™')],
        '№' => vec![make('n', '№'), make('o', '№')],
        'ﬁ' => vec![make('f', 'ﬁ'), make('i', 'ﬁ')],
        'ﬂ' => vec![make('f', 'ﬂ'), make('l', 'ﬂ')],
        '½' => vec![make('1', '½'), make('2', '½')],
        '¼' => vec![make('1', '¼'), make('4', '¼')],
        '…' => vec![make('.', '…'), make('.', '…'), make('.', '…')],
        _ => match latin_base(lower).or_else(|| compatible(lower)) {
            Some(base) => vec![make(base, lower)],
            None => vec![make(lower, ' ')],
        },
    }
}

/// Punctuation and symbols in the order of the root collation (CLDR root), as far as names have them.
const PUNCTUATION: &str = "_‿-‐‑‒–—,;:!¡?¿.…·'‘’‚\"“”„«»()[]{}§¶@*/\\&#%‰†‡•`´˜^¯¨°©®+±÷×<=>|¦~¬−√∞≈≠≤≥←↑→↓■●◆★☆♥¤¢$£¥€";

fn class_of(c: char) -> u8 {
    match c {
        c if c.is_whitespace() => 0,
        c if PUNCTUATION.contains(c) => 1,
        c if c.is_numeric() => 3,
        c if c.is_alphabetic() => script(c),
        _ => 2,
    }
}

/// Letters by script: code points are in order but for Hangul, which stands before Kana and Han.
fn script(c: char) -> u8 {
    match c {
        '\u{3040}'..='\u{30ff}' => 6,
        '\u{3400}'..='\u{9fff}' => 7,
        '\u{1100}'..='\u{11ff}' | '\u{ac00}'..='\u{d7ff}' => 5,
        _ => 4,
    }
}

fn rank_of(c: char) -> u32 {
    PUNCTUATION.find(c).map_or(u32::from(c), |at| at as u32)
}

/// The plain form of what is a variant of another character.
fn compatible(c: char) -> Option<char> {
    Some(match c {
        '²' => '2',
        '³' => '3',
        '¹' => '1',
        'µ' => 'μ',
        'ª' => 'a',
        'º' => 'o',
        'ァ'..='ヶ' => char::from_u32(u32::from(c) - 0x60)?,
        '①'..='⑨' => char::from_digit(u32::from(c) - u32::from('①') + 1, 10)?,
        '！'..='～' => char::from_u32(u32::from(c) - 0xfee0)?,
        _ => return None,
    })
}

fn latin_base(c: char) -> Option<char> {
    Some(match c {
        'à'..='å' | 'ā' | 'ă' | 'ą' | 'ǎ' => 'a',
        'ç' | 'ć' | 'ĉ' | 'ċ' | 'č' => 'c',
        'ď' | 'đ' | 'ð' => 'd',
        'è'..='ë' | 'ē' | 'ĕ' | 'ė' | 'ę' | 'ě' => 'e',
        'ĝ' | 'ğ' | 'ġ' | 'ģ' => 'g',
        'ĥ' | 'ħ' => 'h',
        'ì'..='ï' | 'ĩ' | 'ī' | 'ĭ' | 'į' | 'ı' => 'i',
        'ĵ' => 'j',
        'ķ' => 'k',
        'ĺ' | 'ļ' | 'ľ' | 'ŀ' | 'ł' => 'l',
        'ñ' | 'ń' | 'ņ' | 'ň' => 'n',
        'ò'..='ö' | 'ø' | 'ō' | 'ŏ' | 'ő' => 'o',
        'ŕ' | 'ŗ' | 'ř' => 'r',
        'ś' | 'ŝ' | 'ş' | 'š' | 'ș' => 's',
        'ţ' | 'ť' | 'ŧ' | 'ț' => 't',
        'ù'..='ü' | 'ũ' | 'ū' | 'ŭ' | 'ů' | 'ű' | 'ų' => 'u',
        'ŵ' => 'w',
        'ý' | 'ÿ' | 'ŷ' => 'y',
        'ź' | 'ż' | 'ž' => 'z',
        _ => return None,
    })
}

fn compare_runs(a: &[Key], b: &[Key], numeric: bool) -> Ordering {
    let (mut i, mut j) = (0, 0);
    while let (Some(left), Some(right)) = (a.get(i), b.get(j)) {
        if numeric && left.class == 3 && right.class == 3 {
            let (first, second) = (digits(a, i), digits(b, j));
            let order = value(first).len().cmp(&value(second).len()).then_with(|| value(first).cmp(&value(second)));
            if order.is_ne() {
                return order;
            }
            i += first.len();
            j += second.len();
            continue;
        }
        let order = left.class.cmp(&right.class).then_with(|| left.rank.cmp(&right.rank));
        if order.is_ne() {
            return order;
        }
        i += 1;
        j += 1;
    }
    (a.len() - i).cmp(&(b.len() - j))
}

fn digits(keys: &[Key], from: usize) -> &[Key] {
    let length = keys[from..].iter().take_while(|key| key.class == 3).count();
    &keys[from..from + length]
}

/// Digits without leading zeros; of equal length they compare as numbers.
fn value(digits: &[Key]) -> Vec<u32> {
    digits.iter().map(|key| key.rank).skip_while(|rank| *rank == u32::from('0')).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn natural_order() {
        let check = |mut texts: Vec<&str>, expected: Vec<&str>| {
            texts.sort_by(|a, b| natural_compare(a, b));
            assert_eq!(texts, expected);
        };
        check(vec!["b10", "B9", "a", "b1"], vec!["a", "b1", "B9", "b10"]);
        check(vec!["server-10", "server-2", "server_1"], vec!["server_1", "server-2", "server-10"]);
        check(vec!["10", "9", "x", " y"], vec![" y", "9", "10", "x"]);
        assert_eq!(natural_compare("É", "e"), Ordering::Equal);
        assert_eq!(natural_compare("007", "7"), Ordering::Equal);
    }

    #[test]
    fn locale_order() {
        assert_eq!(locale_compare("a", "A"), Ordering::Less);
        assert_eq!(locale_compare("A", "b"), Ordering::Less);
        assert_eq!(locale_compare("e", "é"), Ordering::Less);
        assert_eq!(locale_compare("résumé", "resume"), Ordering::Greater);
        assert_eq!(locale_compare("10", "9"), Ordering::Less);
    }
}
