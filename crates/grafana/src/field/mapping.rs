//! Value mappings: a value's own text, colour or icon.

use super::{MappingResult, ValueMapping, coerce::to_text};
use crate::{
    frame::Value,
    js::{parse_float, string_to_js_regex},
};

/// The first mapping that holds for `value` (`getValueMappingResult`).
pub fn map_value(mappings: &[ValueMapping], value: &Value) -> Option<MappingResult> {
    mappings.iter().find_map(|mapping| match mapping {
        ValueMapping::Value(results) => {
            if *value == Value::Null {
                return None;
            }
            let key = to_text(value);
            results.iter().find(|(text, _)| *text == key).map(|(_, result)| result.clone())
        }
        ValueMapping::Range { from, to, result } => {
            let number = match value {
                Value::Number(number) => *number,
                Value::Null => return None,
                other => parse_float(&to_text(other)),
            };
            let is_inside = !number.is_nan() && from.is_none_or(|from| number >= from) && to.is_none_or(|to| number <= to);
            is_inside.then(|| result.clone())
        }
        ValueMapping::Regex { pattern, result } => match value {
            Value::String(text) => map_text(pattern, text, result),
            _ => None,
        },
        ValueMapping::Special { matches, result } => is_special(matches, value).then(|| result.clone()),
    })
}

fn is_special(matches: &str, value: &Value) -> bool {
    let is_nan = matches!(value, Value::Number(number) if number.is_nan());
    let is_text = |text: &str| matches!(value, Value::String(value) if value == text);
    match matches {
        "null" => *value == Value::Null,
        "nan" => is_nan,
        "null+nan" => is_nan || *value == Value::Null,
        "true" => *value == Value::Boolean(true) || is_text("true"),
        "false" => *value == Value::Boolean(false) || is_text("false"),
        "empty" => is_text(""),
        _ => false,
    }
}

/// A pattern that does not compile maps nothing.
fn map_text(pattern: &str, text: &str, result: &MappingResult) -> Option<MappingResult> {
    let regex = string_to_js_regex(pattern).ok()?;
    if !regex.is_match(text).unwrap_or(false) {
        return None;
    }
    let is_global = pattern.starts_with('/') && pattern.rsplit('/').next().is_some_and(|flags| flags.contains('g'));
    let text = result.text.as_ref().map(|replacement| js_replace(&regex, text, replacement, is_global));
    Some(MappingResult { text, ..result.clone() })
}

/// `text.replace(regex, replacement)` with `$1`, `$&`, `$<name>`, `$$`.
pub(crate) fn js_replace(regex: &fancy_regex::Regex, text: &str, replacement: &str, is_global: bool) -> String {
    let mut out = String::new();
    let mut end = 0;
    let has_names = regex.capture_names().flatten().next().is_some();
    for captures in regex.captures_iter(text).filter_map(Result::ok) {
        let Some(whole) = captures.get(0) else { break };
        out.push_str(&text[end..whole.start()]);
        expand(&captures, text, replacement, has_names, &mut out);
        end = whole.end();
        if !is_global {
            break;
        }
    }
    out.push_str(&text[end..]);
    out
}

/// `$<` means a group only where the pattern names some.
fn expand(captures: &fancy_regex::Captures<'_, str>, text: &str, replacement: &str, has_names: bool, out: &mut String) {
    let group = |index: usize| captures.get(index).map_or("", |group| group.as_str());
    let mut rest = replacement;
    while let Some(at) = rest.find('$') {
        out.push_str(&rest[..at]);
        rest = &rest[at + 1..];
        let digits = rest.bytes().take(2).take_while(u8::is_ascii_digit).count();
        // Two digits count when there are so many groups, else one.
        let known = (1..=digits).rev().find_map(|length| {
            let index: usize = rest[..length].parse().ok()?;
            (index > 0 && index < captures.len()).then_some((index, length))
        });
        if let Some((index, length)) = known {
            out.push_str(group(index));
            rest = &rest[length..];
        } else if let Some(after) = rest.strip_prefix('$') {
            out.push('$');
            rest = after;
        } else if let Some(after) = rest.strip_prefix('&') {
            out.push_str(group(0));
            rest = after;
        } else if let Some(after) = rest.strip_prefix('`') {
            out.push_str(&text[..captures.get(0).map_or(0, |whole| whole.start())]);
            rest = after;
        } else if let Some(after) = rest.strip_prefix('\'') {
            out.push_str(&text[captures.get(0).map_or(text.len(), |whole| whole.end())..]);
            rest = after;
        } else if let Some((name, after)) = rest.strip_prefix('<').filter(|_| has_names).and_then(|rest| rest.split_once('>')) {
            out.push_str(captures.name(name).map_or("", |group| group.as_str()));
            rest = after;
        } else {
            out.push('$');
        }
    }
    out.push_str(rest);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn replaces_as_javascript() {
        let check = |pattern: &str, text: &str, replacement: &str, expected: &str| {
            let regex = crate::js::string_to_js_regex(pattern).unwrap();
            assert_eq!(js_replace(&regex, text, replacement, pattern.ends_with('g')), expected);
        };
        check("/a(b)/", "xabab", "[$1$&$$]", "x[bab$]ab");
        check("/b/g", "abab", "c", "acac");
        check("/(?<w>b)/", "ab", "$<w>$2$10", "ab$2b0");
    }
}
