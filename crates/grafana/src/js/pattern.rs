//! JavaScript regular expressions on fancy-regex.

use fancy_regex::{Regex, RegexBuilder};

/// How many steps a match may go back before it is given up; keeps a saved pattern from holding up a report.
const BACKTRACK_LIMIT: usize = 1_000_000;

/// Why a pattern of a dashboard cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum PatternError {
    #[error("'{0}' is not a valid regular expression")]
    NotARegex(String),
    #[error("unknown regular expression flag '{0}'")]
    Flag(char),
    #[error("regular expression does not compile")]
    Compile(#[from] Box<fancy_regex::Error>),
}

/// Compiles "/pattern/flags", or a bare pattern as it stands (not anchored).
///
/// Flags: `i`, `m`, `s` change matching; `g`, `y`, `u`, `d` are accepted and left to the caller (see [`is_global`]).
pub fn js_regex(text: &str) -> Result<Regex, PatternError> {
    match split_literal(text) {
        Some((pattern, flags)) => compile(pattern, flags),
        None => compile(text, ""),
    }
}

/// `stringToJsRegex`: "/pattern/flags" as a regex, anything else as the whole text (`^text$`).
///
/// Source: @grafana/data 12.4 `text/string.ts`; flags only in the order g, i, m, y, s, as there.
pub fn string_to_js_regex(text: &str) -> Result<Regex, PatternError> {
    if !text.starts_with('/') {
        return compile(&format!("^{text}$"), "");
    }
    let not_a_regex = || PatternError::NotARegex(text.to_owned());
    // The shortest pattern whose rest is a run of flags, as the lazy group in Grafana finds it.
    let rest = &text[1..];
    let (pattern, flags) = rest
        .match_indices('/')
        .map(|(at, _)| (&rest[..at], &rest[at + 1..]))
        .find(|(_, flags)| in_flag_order(flags))
        .ok_or_else(not_a_regex)?;
    compile(pattern, flags)
}

fn in_flag_order(flags: &str) -> bool {
    let mut order = "gimys".chars();
    flags.chars().all(|flag| order.any(|known| known == flag))
}

/// Whether the "/pattern/flags" carries `g`, which makes `replace` replace all.
pub fn is_global(text: &str) -> bool {
    split_literal(text).is_some_and(|(_, flags)| flags.contains('g'))
}

fn split_literal(text: &str) -> Option<(&str, &str)> {
    let rest = text.strip_prefix('/')?;
    let end = rest.rfind('/')?;
    let (pattern, flags) = (&rest[..end], &rest[end + 1..]);
    flags.chars().all(|c| c.is_ascii_alphabetic()).then_some((pattern, flags))
}

fn compile(pattern: &str, flags: &str) -> Result<Regex, PatternError> {
    let mut inline = String::new();
    for flag in flags.chars() {
        match flag {
            'i' | 'm' | 's' => inline.push(flag),
            'g' | 'y' | 'u' | 'd' | 'v' => {}
            other => return Err(PatternError::Flag(other)),
        }
    }
    let translated = translate(pattern, flags);
    let source = if inline.is_empty() { translated } else { format!("(?{inline}){translated}") };
    RegexBuilder::new(&source).backtrack_limit(BACKTRACK_LIMIT).build().map_err(|error| PatternError::Compile(Box::new(error)))
}

/// Rewrites what the two dialects spell or mean differently.
fn translate(pattern: &str, flags: &str) -> String {
    let (multi_line, dot_all, unicode) = (flags.contains('m'), flags.contains('s'), flags.contains(['u', 'v']));
    let mut out = String::with_capacity(pattern.len() + 16);
    let mut chars = pattern.chars().peekable();
    let mut in_class = false;
    while let Some(c) = chars.next() {
        match c {
            '\\' => match chars.next() {
                // Properties exist in Unicode mode only.
                Some(letter @ ('p' | 'P')) if !unicode => out.push(letter),
                Some(escaped) => escape(escaped, in_class, &mut chars, &mut out),
                None => out.push_str("\\\\"),
            },
            '[' if in_class => out.push_str("\\["),
            '[' => {
                in_class = true;
                open_class(&mut chars, &mut in_class, &mut out);
            }
            ']' if in_class => {
                in_class = false;
                out.push(']');
            }
            // JavaScript takes a lone bracket or brace literally.
            ']' => out.push_str("\\]"),
            '{' if !in_class && !opens_repeat(chars.clone()) => out.push_str("\\{"),
            '}' if !in_class && !closes_repeat(&out) => out.push_str("\\}"),
            '&' | '~' | '-' if in_class && chars.peek() == Some(&c) => {
                // Set operators of the Rust dialect.
                out.push('\\');
                out.push(c);
            }
            '#' | ' ' if in_class => {
                out.push('\\');
                out.push(c);
            }
            // Without `m` a Rust `$` also ends the text only, but fancy-regex's own matcher may stop before a last newline.
            '$' if !in_class && !multi_line => out.push_str("\\z"),
            '^' if !in_class && !multi_line => out.push_str("\\A"),
            '(' if chars.clone().take(2).eq("?<".chars()) && !in_class => {
                named_group(&mut chars, &mut out);
            }
            // JavaScript has four ends of line, Rust one.
            '.' if !in_class && !dot_all => out.push_str("[^\\n\\r\\x{2028}\\x{2029}]"),
            _ => out.push(c),
        }
    }
    out
}

fn open_class(chars: &mut std::iter::Peekable<std::str::Chars<'_>>, in_class: &mut bool, out: &mut String) {
    let negated = chars.next_if_eq(&'^').is_some();
    if chars.next_if_eq(&']').is_some() {
        // `[]` matches nothing and `[^]` anything.
        *in_class = false;
        out.push_str(if negated { "(?s:.)" } else { "(?!)" });
        return;
    }
    out.push_str(if negated { "[^" } else { "[" });
}

fn named_group(chars: &mut std::iter::Peekable<std::str::Chars<'_>>, out: &mut String) {
    let rest: String = chars.clone().skip(2).take(1).collect();
    // `(?<=` and `(?<!` are lookbehind, all else is a name.
    if rest == "=" || rest == "!" {
        out.push('(');
        return;
    }
    chars.next();
    chars.next();
    out.push_str("(?P<");
}

fn escape(c: char, in_class: bool, chars: &mut std::iter::Peekable<std::str::Chars<'_>>, out: &mut String) {
    match c {
        'd' if in_class => out.push_str("0-9"),
        'd' => out.push_str("[0-9]"),
        'D' if !in_class => out.push_str("[^0-9]"),
        'D' => out.push_str("\\x{0}-/:-\\x{10FFFF}"),
        'w' if in_class => out.push_str("0-9A-Za-z_"),
        'w' => out.push_str("[0-9A-Za-z_]"),
        'W' if !in_class => out.push_str("[^0-9A-Za-z_]"),
        'W' => out.push_str("\\x{0}-/:-@\\[-\\^`{-\\x{10FFFF}"),
        'b' if in_class => out.push_str("\\x08"),
        // The crate's own \\b counts every Unicode letter as part of a word and cannot be told otherwise.
        'b' => out.push_str("(?:(?<=[0-9A-Za-z_])(?![0-9A-Za-z_])|(?<![0-9A-Za-z_])(?=[0-9A-Za-z_]))"),
        'B' if !in_class => out.push_str("(?:(?<=[0-9A-Za-z_])(?=[0-9A-Za-z_])|(?<![0-9A-Za-z_])(?![0-9A-Za-z_]))"),
        's' | 'S' | 'n' | 'r' | 't' | 'v' | 'f' | 'p' | 'P' | 'k' => {
            out.push('\\');
            out.push(c);
        }
        '0' => out.push_str("\\x00"),
        '1'..='9' if !in_class => {
            out.push('\\');
            out.push(c);
        }
        'u' | 'x' => code_point(c, chars, out),
        'c' => match chars.next_if(char::is_ascii_alphabetic) {
            Some(letter) => out.push_str(&format!("\\x{:02x}", (letter as u8) % 32)),
            None => out.push_str("\\\\c"),
        },
        // Any other escaped letter stands for itself.
        c if c.is_alphanumeric() => out.push(c),
        c if c.is_ascii() => {
            out.push('\\');
            out.push(c);
        }
        c => out.push(c),
    }
}

/// `\uXXXX`, `\u{…}`, `\xXX`; the letter itself when the digits are missing.
fn code_point(kind: char, chars: &mut std::iter::Peekable<std::str::Chars<'_>>, out: &mut String) {
    let length = if kind == 'u' { 4 } else { 2 };
    let ahead: String = chars.clone().take(length).collect();
    if ahead.len() == length && ahead.chars().all(|c| c.is_ascii_hexdigit()) {
        chars.nth(length - 1);
        out.push_str(&format!("\\x{{{ahead}}}"));
    } else if kind == 'u' && chars.peek() == Some(&'{') {
        out.push_str("\\x");
    } else {
        out.push(kind);
    }
}

fn opens_repeat(chars: std::iter::Peekable<std::str::Chars<'_>>) -> bool {
    let body: String = chars.take_while(|c| *c != '}').collect();
    let (low, high) = body.split_once(',').unwrap_or((&body, "0"));
    let digits = |text: &str| text.chars().all(|c| c.is_ascii_digit());
    !low.is_empty() && digits(low) && digits(high)
}

/// Whether a `}` about to be written ends an open `{`.
fn closes_repeat(out: &str) -> bool {
    out.rfind('{').is_some_and(|at| !out[..at].ends_with('\\') && !out[at..].contains('}'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn matches_as_javascript() {
        let check = |pattern: &str, text: &str, expected: bool| {
            let regex = js_regex(pattern).unwrap_or_else(|error| panic!("{pattern}: {error:?}"));
            assert_eq!(regex.is_match(text).unwrap(), expected, "{pattern} on {text}");
        };
        check("/CPU/i", "my cpu", true);
        check("^\\d+$", "42", true);
        check("^\\d+$", "٤٢", false);
        check("\\w", "é", false);
        check("[\\w.-]+@[^]", "a.b@c", true);
        check("a{x}", "a{x}", true);
        check("a{2}", "aa", true);
        check("(?<name>a)\\k<name>", "aa", true);
        check("(?<=\\$)\\d", "$5", true);
        check("foo$", "foo\n", false);
        check("\\u0041\\x42", "AB", true);
        check("[[]", "[", true);
        check("[]]", "]", false);
        check("[a&&b]", "&", true);
        check("\\/var\\/log", "/var/log", true);
        check("/^b/m", "a\nb", true);
        check("\\bcat\\b", "a cat.", true);
        check("[^\\d]", "1", false);
        check("\\-\\_\\:", "-_:", true);
    }

    #[test]
    fn whole_text_without_slashes() {
        assert!(string_to_js_regex("cpu").unwrap().is_match("cpu").unwrap());
        assert!(!string_to_js_regex("cpu").unwrap().is_match("cpu2").unwrap());
        assert!(string_to_js_regex("/cpu/").unwrap().is_match("xcpu2").unwrap());
        assert!(string_to_js_regex("/CPU/gi").unwrap().is_match("cpu").unwrap());
        assert!(string_to_js_regex("/a/b/").unwrap().is_match("a/b").unwrap());
        assert!(string_to_js_regex("/cpu").is_err());
        assert!(string_to_js_regex("/cpu/x").is_err());
    }
}
