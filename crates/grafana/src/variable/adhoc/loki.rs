//! Loki: filters are matchers of the stream selectors; in pipelines with a parser they are label filters, unless the label is
//! one the selector names. Source: Grafana 12.4 `loki/modifyQuery.ts` `addLabelToQuery`.

use super::{
    Filter,
    prometheus::{braces_length, quote, regex_escape, string_length},
};

/// Stages that make labels of a line.
const PARSERS: [&str; 5] = ["json", "logfmt", "pattern", "regexp", "unpack"];

/// A selector and the pipeline behind it, by places in the expression.
struct Stream {
    from: usize,
    to: usize,
    /// Where a label filter goes: behind the last parser, label filter or label_format.
    after: Option<usize>,
    has_parser: bool,
}

pub(super) fn add(expr: &str, filter: &Filter) -> String {
    let streams = streams(expr);
    let selector = |stream: &Stream| expr[stream.from + 1..stream.to].trim_end_matches('}').trim().to_owned();
    let named = streams.iter().any(|stream| matchers(&selector(stream)).iter().any(|matcher| label_of(matcher) == filter.key));
    let all_chosen = streams.iter().all(|stream| !selector(stream).is_empty());
    let in_pipeline = !named && all_chosen && streams.iter().any(|stream| stream.has_parser);
    let (mut out, mut done) = (String::with_capacity(expr.len()), 0);
    for stream in &streams {
        if in_pipeline {
            if let Some(after) = stream.after {
                out.push_str(&expr[done..after]);
                out.push_str(&label_filter(filter));
                done = after;
            }
        } else {
            out.push_str(&expr[done..stream.from]);
            let mut matchers = matchers(&selector(stream));
            let own = matcher(filter);
            if !matchers.contains(&own) {
                matchers.push(own);
            }
            out.push_str(&format!("{{{}}}", matchers.join(", ")));
            done = stream.to;
        }
    }
    out.push_str(&expr[done..]);
    out
}

fn matcher(filter: &Filter) -> String {
    let one_of = || quote(&filter.values().map(regex_escape).collect::<Vec<_>>().join("|"));
    match filter.operator.as_str() {
        "=|" => format!("{}=~{}", filter.key, one_of()),
        "!=|" => format!("{}!~{}", filter.key, one_of()),
        // A regular expression is written as it is.
        operator @ ("=~" | "!~") => format!("{}{operator}\"{}\"", filter.key, filter.value),
        operator => format!("{}{operator}{}", filter.key, quote(&filter.value)),
    }
}

fn label_filter(filter: &Filter) -> String {
    match filter.operator.as_str() {
        operator @ ("<" | ">") if filter.value.trim().parse::<f64>().is_ok() => {
            format!(" | {}{operator}{}", filter.key, filter.value.trim())
        }
        "=|" | "!=|" => {
            let values = filter.values().map(regex_escape).collect::<Vec<_>>().join("|");
            format!(" | {}{}`{values}`", filter.key, if filter.operator == "=|" { "=~" } else { "!~" })
        }
        operator => format!(" | {}{operator}`{}`", filter.key, filter.value),
    }
}

fn label_of(matcher: &str) -> &str {
    matcher.split(['=', '!']).next().unwrap_or_default().trim()
}

/// The matchers of a selector's inside.
fn matchers(inside: &str) -> Vec<String> {
    let (mut found, mut start, mut at) = (Vec::new(), 0, 0);
    while let Some(c) = inside[at..].chars().next() {
        at += match c {
            '"' | '`' => string_length(&inside[at..], c),
            ',' => {
                found.push(inside[start..at].trim().to_owned());
                start = at + 1;
                1
            }
            c => c.len_utf8(),
        };
    }
    found.push(inside[start.min(inside.len())..].trim().to_owned());
    found.retain(|matcher| !matcher.is_empty());
    found
}

/// Every selector with what its pipeline holds.
fn streams(expr: &str) -> Vec<Stream> {
    let (mut streams, mut at): (Vec<Stream>, usize) = (Vec::new(), 0);
    while let Some(c) = expr[at..].chars().next() {
        match c {
            '"' | '`' => at += string_length(&expr[at..], c),
            '{' => {
                let to = at + braces_length(&expr[at..]);
                let (after, has_parser, end) = pipeline(expr, to);
                streams.push(Stream { from: at, to, after, has_parser });
                at = end;
            }
            c => at += c.len_utf8(),
        }
    }
    streams
}

/// Reads the stages from `start` up to a range, a closing bracket or the end.
fn pipeline(expr: &str, start: usize) -> (Option<usize>, bool, usize) {
    let (mut after, mut has_parser, mut at) = (None, false, start);
    let mut stage: Option<usize> = None;
    let mut close = |stage: Option<usize>, end: usize| {
        let Some(text) = stage.map(|from| expr[from..end].trim()) else { return };
        let word = text.split(|c: char| !c.is_ascii_alphanumeric() && c != '_').next().unwrap_or_default();
        let parses = PARSERS.contains(&word);
        has_parser |= parses;
        let plain_line = ["line_format", "unwrap", "decolorize", "drop", "keep"].contains(&word) || text.starts_with(['=', '~', '>']);
        if !text.is_empty() && !plain_line {
            after = Some(expr[..end].trim_end().len());
        }
    };
    let mut depth = 0_i32;
    while let Some(c) = expr.get(at..).and_then(|rest| rest.chars().next()) {
        match c {
            '"' | '`' => at += string_length(&expr[at..], c),
            '|' => {
                close(stage, at);
                at += 1;
                stage = Some(at);
            }
            '(' => {
                depth += 1;
                at += 1;
            }
            ')' if depth > 0 => {
                depth -= 1;
                at += 1;
            }
            '[' | ')' => break,
            c => at += c.len_utf8(),
        }
    }
    close(stage, at.min(expr.len()));
    (after, has_parser, at.min(expr.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(expr: &str, operator: &str, value: &str, expected: &str) {
        let filter = Filter { key: "k".into(), operator: operator.into(), value: value.into(), more: Vec::new() };
        assert_eq!(add(expr, &filter), expected);
    }

    #[test]
    fn selectors_and_pipelines() {
        check("{a=\"b\"}", "=", "v", "{a=\"b\", k=\"v\"}");
        check("{}", "=", "v", "{k=\"v\"}");
        check("{a=\"b\"} |= \"x | y\"", "!=", "v\"w", "{a=\"b\", k!=\"v\\\"w\"} |= \"x | y\"");
        check("{a=\"b\", k=\"v\"}", "=", "v", "{a=\"b\", k=\"v\"}");
        check("{a=\"b\"} | json", "=~", "v.*", "{a=\"b\"} | json | k=~`v.*`");
        check("{k=\"b\"} | json", "=", "v", "{k=\"b\", k=\"v\"} | json");
        check("{a=\"b\"} | logfmt | level=`x` |= \"y\"", "=", "v", "{a=\"b\"} | logfmt | level=`x` | k=`v` |= \"y\"");
        check(
            "sum(rate({a=\"b\"} | logfmt [5m])) / sum(rate({a=\"c\"} | logfmt [5m]))",
            "=",
            "v",
            "sum(rate({a=\"b\"} | logfmt | k=`v` [5m])) / sum(rate({a=\"c\"} | logfmt | k=`v` [5m]))",
        );
        check("rate({a=\"b\"}[5m])", "=|", "v", "rate({a=\"b\", k=~\"v\"}[5m])");
        check("{a=\"b\"} | json", ">", "5", "{a=\"b\"} | json | k>5");
    }
}
