//! Ad hoc filters, which Prometheus adds to every selector of a query.

use serde_json::Value as Json;

use super::Variables;
use crate::dashboard::json;

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

/// Adds the filters of the ad hoc variables that belong to the data source to every selector of a PromQL expression.
pub(crate) fn add_adhoc_filters(expr: &str, variables: &Variables, source_uid: &str) -> String {
    let belong = |uid: &str| uid.is_empty() || uid == source_uid;
    let adhoc = variables.list.iter().filter(|variable| variable.kind == "adhoc" && belong(&variable.datasource_uid));
    let matchers: Vec<String> = adhoc.flat_map(|variable| variable.filters.as_array().into_iter().flatten()).filter_map(matcher).collect();
    if matchers.is_empty() { expr.to_owned() } else { add_matchers(expr, &matchers.join(",")) }
}

/// One filter as a label matcher. "One of" is a regex over the escaped values.
fn matcher(filter: &Json) -> Option<String> {
    let filter = filter.as_object()?;
    let key = json::some_text(filter, "key")?;
    let value = json::text(filter, "value");
    let values: Vec<String> = json::list(filter, "values").iter().filter_map(json::text_of).map(|value| regex_escape(&value)).collect();
    let one_of = || quote(&if values.is_empty() { regex_escape(&value) } else { values.join("|") });
    Some(match json::text(filter, "operator").as_str() {
        "=|" => format!("{key}=~{}", one_of()),
        "!=|" => format!("{key}!~{}", one_of()),
        "" => format!("{key}={}", quote(&value)),
        operator => format!("{key}{operator}{}", quote(&value)),
    })
}

fn quote(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n"))
}

fn regex_escape(text: &str) -> String {
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
fn string_length(text: &str, quote: char) -> usize {
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
fn braces_length(text: &str) -> usize {
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
    use crate::variable::Settled;

    fn check(expr: &str, expected: &str) {
        let filters = serde_json::json!([{"key": "a", "operator": "=", "value": "b"}]);
        let adhoc = Settled { name: "f".into(), kind: "adhoc".into(), filters, ..Settled::default() };
        let variables = Variables { list: vec![adhoc], ..Variables::default() };
        assert_eq!(add_adhoc_filters(expr, &variables, "prom"), expected);
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
