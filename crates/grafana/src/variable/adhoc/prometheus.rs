//! Prometheus: filters are matchers of every selector.

use super::Filter;

/// Words of PromQL that are no metric names.
const KEYWORDS: [&str; 30] = [
    "and",
    "or",
    "unless",
    "by",
    "without",
    "on",
    "ignoring",
    "group_left",
    "group_right",
    "bool",
    "offset",
    "inf",
    "nan",
    "atan2",
    "start",
    "end",
    "sum",
    "min",
    "max",
    "avg",
    "count",
    "topk",
    "bottomk",
    "quantile",
    "stddev",
    "stdvar",
    "group",
    "count_values",
    "limitk",
    "limit_ratio",
];

pub(super) fn add(expr: &str, filters: &[Filter]) -> String {
    let matchers: Vec<Matcher> = filters.iter().map(matcher).collect();
    if matchers.is_empty() { expr.to_owned() } else { add_matchers(expr, &matchers) }
}

/// A label matcher; the value as it stands between quotes.
#[derive(Clone, Debug, PartialEq)]
struct Matcher {
    label: String,
    operator: String,
    value: String,
}

/// One filter as a label matcher. "One of" is a regex over the escaped values; other values go in as they are, patterns with their
/// backslashes and quotes escaped.
fn matcher(filter: &Filter) -> Matcher {
    let one_of = || {
        let values: Vec<String> = filter.values().map(regex_escape).collect();
        let quoted = quote(&values.join("|"));
        quoted[1..quoted.len() - 1].to_owned()
    };
    let (operator, value) = match filter.operator.as_str() {
        "=|" => ("=~", one_of()),
        "!=|" => ("!~", one_of()),
        operator @ ("=~" | "!~") => (operator, filter.value.replace('\\', "\\\\").replace('\'', "\\\\'")),
        operator => (operator, filter.value.clone()),
    };
    Matcher { label: filter.key.clone(), operator: operator.to_owned(), value }
}

/// A selector with further matchers, written anew as Grafana's query builder writes it.
fn selector(inside: &str, more: &[Matcher]) -> String {
    let mut parts: Vec<String> = Vec::new();
    let mut known: Vec<Matcher> = Vec::new();
    for part in split(inside) {
        match read_matcher(part) {
            Some(matcher) => known.push(matcher),
            // A name in quotes.
            None => parts.push(part.to_owned()),
        }
    }
    for matcher in more {
        match known.iter_mut().find(|one| one.label == matcher.label && one.value == matcher.value) {
            Some(one) => one.operator.clone_from(&matcher.operator),
            None => known.push(matcher.clone()),
        }
    }
    let is_plain =
        |label: &str| label.chars().all(|c| c.is_ascii_alphanumeric() || c == '_') && !label.starts_with(|c: char| c.is_ascii_digit());
    let write = |one: &Matcher| match is_plain(&one.label) {
        true => format!("{}{}\"{}\"", one.label, one.operator, one.value),
        false => format!("\"{}\"{}\"{}\"", one.label, one.operator, one.value),
    };
    parts.extend(known.iter().map(write));
    format!("{{{}}}", parts.join(", "))
}

/// At commas outside of strings.
fn split(inside: &str) -> Vec<&str> {
    let (mut parts, mut from, mut at) = (Vec::new(), 0, 0);
    while let Some(c) = inside[at..].chars().next() {
        match c {
            '"' | '\'' | '`' => at += string_length(&inside[at..], c),
            ',' => {
                parts.push(&inside[from..at]);
                at += 1;
                from = at;
            }
            c => at += c.len_utf8(),
        }
    }
    parts.push(&inside[from..]);
    parts.into_iter().map(str::trim).filter(|part| !part.is_empty()).collect()
}

fn read_matcher(part: &str) -> Option<Matcher> {
    let label_end = match part.chars().next()? {
        quote @ ('"' | '\'' | '`') => string_length(part, quote),
        _ => part.find(|c: char| !c.is_ascii_alphanumeric() && c != '_')?,
    };
    let (label, rest) = (part[..label_end].trim_matches(['"', '\'', '`']), part[label_end..].trim_start());
    let operator = ["=~", "!~", "!=", "="].into_iter().find(|operator| rest.starts_with(operator))?;
    let value = rest[operator.len()..].trim();
    let is_quote = |c: char| matches!(c, '"' | '\'' | '`');
    let value = value.strip_prefix(is_quote).unwrap_or(value);
    let value = value.strip_suffix(is_quote).unwrap_or(value);
    Some(Matcher { label: label.to_owned(), operator: operator.to_owned(), value: value.to_owned() })
}

pub(super) fn quote(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n"))
}

pub(super) fn regex_escape(text: &str) -> String {
    text.chars().flat_map(|c| if "*+?()|\\.[]{}^$".contains(c) { vec!['\\', c] } else { vec![c] }).collect()
}

/// Walks the expression: a name that no bracket follows is a selector, and so is a bare `{…}`.
fn add_matchers(expr: &str, matchers: &[Matcher]) -> String {
    let mut result = String::with_capacity(expr.len() + 16 * matchers.len());
    let mut rest = expr;
    while let Some(c) = rest.chars().next() {
        let taken = match c {
            '"' | '\'' | '`' => string_length(rest, c),
            '[' => rest.find(']').map_or(rest.len(), |end| end + 1),
            '{' => {
                let end = braces_length(rest);
                let inside = rest[1..end].strip_suffix('}').unwrap_or(&rest[1..end]);
                // Between a name and its braces nothing is left.
                let own = result.trim_end().len();
                if result[..own].ends_with(|c| is_name(c) || c.is_ascii_digit()) && !follows_keyword(&result[..own]) {
                    result.truncate(own);
                }
                result.push_str(&selector(inside, matchers));
                rest = &rest[end..];
                continue;
            }
            c if c.is_ascii_digit() || c == '$' => {
                rest.find(|c: char| !c.is_ascii_alphanumeric() && !"_.$:".contains(c)).unwrap_or(rest.len())
            }
            c if is_name(c) => {
                let end = rest.find(|c: char| !is_name(c) && !c.is_ascii_digit()).unwrap_or(rest.len());
                let (name, after) = (&rest[..end], rest[end..].trim_start());
                let grouping = ["by", "without", "on", "ignoring", "group_left", "group_right"].contains(&name.to_lowercase().as_str());
                let call = after.starts_with('(');
                let list_end = if grouping && call { rest.find(')').map_or(rest.len(), |end| end + 1) } else { end };
                let is_selector = !call && !after.starts_with('{') && !KEYWORDS.contains(&name.to_lowercase().as_str());
                result.push_str(&rest[..list_end]);
                if is_selector {
                    result.push_str(&selector("", matchers));
                }
                rest = &rest[list_end..];
                continue;
            }
            c => c.len_utf8(),
        };
        result.push_str(&rest[..taken]);
        rest = &rest[taken..];
    }
    result
}

/// Whether the text ends with a word that is no metric's name ("or", "by").
fn follows_keyword(text: &str) -> bool {
    let start = text.rfind(|c: char| !is_name(c) && !c.is_ascii_digit()).map_or(0, |at| at + 1);
    KEYWORDS.contains(&text[start..].to_lowercase().as_str())
}

fn is_name(c: char) -> bool {
    c.is_ascii_alphabetic() || c == '_' || c == ':'
}

/// Length of a quoted string with its quotes.
pub(super) fn string_length(text: &str, quote: char) -> usize {
    let mut escaped = false;
    for (at, c) in text.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' if quote != '`' => escaped = true,
            c if c == quote => return at + c.len_utf8(),
            _ => {}
        }
    }
    text.len()
}

/// Length of `{…}`, braces in strings not counted.
pub(super) fn braces_length(text: &str) -> usize {
    let mut at = 1;
    while let Some(c) = text[at..].chars().next() {
        match c {
            '}' => return at + 1,
            '"' | '\'' | '`' => at += string_length(&text[at..], c),
            c => at += c.len_utf8(),
        }
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(expr: &str, expected: &str) {
        let filter = Filter { key: "a".into(), operator: "=".into(), value: "b".into(), more: Vec::new() };
        assert_eq!(add(expr, &[filter]), expected);
    }

    #[test]
    fn adds_to_every_selector() {
        check("up", "up{a=\"b\"}");
        check("rate(x_total{job=\"n{1}\"}[5m])", "rate(x_total{job=\"n{1}\", a=\"b\"}[5m])");
        check("sum by (job, le) (m) / on(x) group_left(y) n > 5", "sum by (job, le) (m{a=\"b\"}) / on(x) group_left(y) n{a=\"b\"} > 5");
        check("{__name__=\"z\"} offset 5m", "{__name__=\"z\", a=\"b\"} offset 5m");
        check("rate(x[$__rate_interval])", "rate(x{a=\"b\"}[$__rate_interval])");
        check("1e3 * 2", "1e3 * 2");
        check("up {x='1',y =~ `z`, } or {c=\"d,e\"}", "up{x=\"1\", y=~\"z\", a=\"b\"} or {c=\"d,e\", a=\"b\"}");
        check("x{a!=\"b\"} - y{a=\"c\"}", "x{a=\"b\"} - y{a=\"c\", a=\"b\"}");
        check("{\"my.metric\", c=\"d\"}", "{\"my.metric\", c=\"d\", a=\"b\"}");
    }
}
