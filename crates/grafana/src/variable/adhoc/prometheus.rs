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
    let matchers: Vec<String> = filters.iter().map(matcher).collect();
    if matchers.is_empty() { expr.to_owned() } else { add_matchers(expr, &matchers.join(",")) }
}

/// One filter as a label matcher. "One of" is a regex over the escaped values.
fn matcher(filter: &Filter) -> String {
    let one_of = || {
        let values: Vec<String> = filter.values().map(regex_escape).collect();
        quote(&values.join("|"))
    };
    match filter.operator.as_str() {
        "=|" => format!("{}=~{}", filter.key, one_of()),
        "!=|" => format!("{}!~{}", filter.key, one_of()),
        operator => format!("{}{operator}{}", filter.key, quote(&filter.value)),
    }
}

pub(super) fn quote(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n"))
}

pub(super) fn regex_escape(text: &str) -> String {
    text.chars().flat_map(|c| if "*+?()|\\.[]{}^$".contains(c) { vec!['\\', c] } else { vec![c] }).collect()
}

/// Walks the expression: a name that no bracket follows is a selector, and so is a bare `{…}`.
fn add_matchers(expr: &str, matchers: &str) -> String {
    let mut result = String::with_capacity(expr.len() + matchers.len());
    let mut rest = expr;
    while let Some(c) = rest.chars().next() {
        let taken = match c {
            '"' | '\'' | '`' => string_length(rest, c),
            '[' => rest.find(']').map_or(rest.len(), |end| end + 1),
            '{' => {
                let end = braces_length(rest);
                let inside = rest[1..end].trim_end_matches('}').trim().trim_end_matches(',');
                let comma = if inside.is_empty() { "" } else { "," };
                result.push_str(&format!("{{{inside}{comma}{matchers}}}"));
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
                let selector = !call && !after.starts_with('{') && !KEYWORDS.contains(&name.to_lowercase().as_str());
                result.push_str(&rest[..list_end]);
                if selector {
                    result.push_str(&format!("{{{matchers}}}"));
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
        check("rate(x_total{job=\"n{1}\"}[5m])", "rate(x_total{job=\"n{1}\",a=\"b\"}[5m])");
        check("sum by (job, le) (m) / on(x) group_left(y) n > 5", "sum by (job, le) (m{a=\"b\"}) / on(x) group_left(y) n{a=\"b\"} > 5");
        check("{__name__=\"z\"} offset 5m", "{__name__=\"z\",a=\"b\"} offset 5m");
        check("rate(x[$__rate_interval])", "rate(x{a=\"b\"}[$__rate_interval])");
        check("1e3 * 2", "1e3 * 2");
    }
}
