//! How a variable's values are written into a text: `${x:csv}` and friends, and each data source's own default.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::Value as Json;

use super::DefaultFormat;

/// A value as it goes into a format.
pub(super) enum Chosen<'a> {
    One(&'a str),
    Many(Vec<&'a str>),
}

impl Chosen<'_> {
    fn list(&self) -> Vec<&str> {
        match self {
            Chosen::One(value) => vec![value],
            Chosen::Many(values) => values.clone(),
        }
    }

    fn joined(&self, separator: &str, write: impl Fn(&str) -> String) -> String {
        self.list().into_iter().map(write).collect::<Vec<_>>().join(separator)
    }
}

/// Writes values by the name of a format; `None` when there is no such format.
pub(super) fn write_named(format: &str, name: &str, value: &Chosen) -> Option<String> {
    let (format, argument) = format.split_once(':').unwrap_or((format, ""));
    let plain = |text: &str| text.to_owned();
    Some(match format {
        "csv" | "raw" => value.joined(",", plain),
        "json" => match value {
            Chosen::One(one) => (*one).to_owned(),
            Chosen::Many(many) => Json::from(many.clone()).to_string(),
        },
        "regex" => many_or_one(value, "|", regex_escape, "(", ")"),
        "glob" => glob(value),
        "pipe" => value.joined("|", plain),
        "singlequote" => value.joined(",", |text| format!("'{}'", text.replace('\'', "\\'"))),
        "doublequote" => value.joined(",", |text| format!("\"{}\"", text.replace('"', "\\\""))),
        "sqlstring" => value.joined(",", sql_string),
        "lucene" => lucene(value),
        "percentencode" => percent_encode(&braced(value)),
        "queryparam" if value.list().is_empty() => format!("var-{}=", url_encode(name)),
        "queryparam" => value.joined("&", |text| format!("var-{}={}", url_encode(name), url_encode(text))),
        "customqueryparam" => custom_query_param(name, argument, value),
        "distributed" => distributed(name, value),
        "join" => value.joined(if argument.is_empty() { "," } else { argument }, plain),
        "html" => value.joined(", ", html_escape),
        "uriencode" => utf8_percent_encode(&braced(value), URI).to_string(),
        _ => return None,
    })
}

/// Writes values as a data source does when a query names no format. `plain` variables are neither multi nor with "All".
pub(super) fn write_default(format: DefaultFormat, plain: bool, value: &Chosen) -> String {
    match (format, value) {
        (DefaultFormat::Glob, _) => glob(value),
        (DefaultFormat::Csv, _) => value.joined(",", str::to_owned),
        (DefaultFormat::Lucene, _) => lucene(value),
        (DefaultFormat::Regex, Chosen::One(one)) if plain => prometheus_escape(one),
        (DefaultFormat::Regex, _) => many_or_one(value, "|", prometheus_regex_escape, "(", ")"),
        (DefaultFormat::Loki, Chosen::One(one)) if plain => (*one).to_owned(),
        (DefaultFormat::Loki, _) => value.joined("|", prometheus_regex_escape),
        // Numbers are left alone, and so is what begins like one.
        (DefaultFormat::Influx, Chosen::One(one)) if plain || !crate::js::parse_float(one).is_nan() => (*one).to_owned(),
        (DefaultFormat::InfluxRegex, Chosen::One(one)) if !crate::js::parse_float(one).is_nan() => (*one).to_owned(),
        (DefaultFormat::Influx | DefaultFormat::InfluxRegex, Chosen::One(one)) => regex_escape(one),
        (DefaultFormat::Influx | DefaultFormat::InfluxRegex, Chosen::Many(_)) => format!("({})", value.joined("|", regex_escape)),
        (DefaultFormat::Sql, Chosen::One(one)) if plain => one.replace('\'', "''"),
        (DefaultFormat::Postgres, Chosen::One(one)) => one.replace('\'', "''"),
        (DefaultFormat::Sql | DefaultFormat::Postgres, _) => value.joined(",", sql_quote),
        (DefaultFormat::Kusto, Chosen::One(one)) if plain => (*one).to_owned(),
        (DefaultFormat::Kusto, _) => value.joined(",", |text| format!("'{text}'")),
        (DefaultFormat::Monitoring, Chosen::One(one)) => (*one).to_owned(),
        (DefaultFormat::Monitoring, _) => format!("({})", value.joined("|", str::to_owned)),
        (DefaultFormat::Text, _) => value.joined(" + ", str::to_owned),
        (DefaultFormat::Html, _) => value.joined(", ", html_escape),
        (DefaultFormat::Json, Chosen::One(one)) => (*one).to_owned(),
        (DefaultFormat::Json, Chosen::Many(many)) => Json::from(many.clone()).to_string(),
    }
}

fn many_or_one(value: &Chosen, separator: &str, escape: impl Fn(&str) -> String, open: &str, close: &str) -> String {
    let text = value.joined(separator, escape);
    if value.list().len() == 1 { text } else { format!("{open}{text}{close}") }
}

fn glob(value: &Chosen) -> String {
    let nothing = matches!(value, Chosen::Many(many) if many.is_empty());
    if nothing { String::new() } else { many_or_one(value, ",", str::to_owned, "{", "}") }
}

/// What the URL formats encode: a list in braces, even a list of one.
fn braced(value: &Chosen) -> String {
    match value {
        Chosen::One(one) => (*one).to_owned(),
        Chosen::Many(many) => format!("{{{}}}", many.join(",")),
    }
}

fn sql_quote(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

/// The format `sqlstring`, which takes double quotes for special too.
fn sql_string(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''").replace('"', "\\\""))
}

/// What Lucene takes for syntax, white space included.
const LUCENE: &str = "+-=&|><!(){}[]^\"~*?:\\/ \t\n\r";

/// What is a number to JavaScript stays as it is.
fn lucene_escape(text: &str) -> String {
    if crate::js::number_from_string(text).is_nan() { backslash(text, LUCENE) } else { text.to_owned() }
}

fn lucene(value: &Chosen) -> String {
    match value {
        Chosen::One(one) => lucene_escape(one),
        Chosen::Many(many) if many.is_empty() => "__empty__".into(),
        Chosen::Many(_) => {
            let quoted = value.joined(" OR ", |text| format!("\"{}\"", lucene_escape(text)));
            format!("({quoted})")
        }
    }
}

fn distributed(name: &str, value: &Chosen) -> String {
    let parts = value.list().into_iter().enumerate();
    parts.map(|(index, text)| if index == 0 { text.to_owned() } else { format!("{name}={text}") }).collect::<Vec<_>>().join(",")
}

/// `customqueryparam:name:value prefix`.
fn custom_query_param(name: &str, argument: &str, value: &Chosen) -> String {
    let (custom, prefix) = argument.split_once(':').unwrap_or((argument, ""));
    let name = if custom.is_empty() { name } else { custom };
    value.joined("&", |text| format!("{}={}", percent_encode(name), percent_encode(&format!("{prefix}{text}"))))
}

pub(super) fn regex_escape(text: &str) -> String {
    backslash(text, "\\^$*+?.()|[]{}/")
}

fn backslash(text: &str, special: &str) -> String {
    let escape = |c: char| if special.contains(c) { vec!['\\', c] } else { vec![c] };
    text.chars().flat_map(escape).collect()
}

/// `prometheusRegularEscape`: a value inside a quoted label value.
fn prometheus_escape(text: &str) -> String {
    text.replace('\\', "\\\\").replace('\'', "\\\\'")
}

/// `prometheusSpecialRegexEscape`: the backslash itself is doubled because the value stands in a quoted string.
fn prometheus_regex_escape(text: &str) -> String {
    let escape = |c: char| match c {
        '\\' => "\\\\\\\\".to_owned(),
        '$' | '^' | '*' | '{' | '}' | '[' | ']' | '+' | '?' | '.' | '(' | ')' | '|' => format!("\\\\{c}"),
        _ => c.to_string(),
    };
    text.chars().map(escape).collect()
}

fn html_escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;").replace('\'', "&#39;")
}

/// `encodeURIComponent` and, as Grafana's `encodeURIComponentStrict`, `!'()*` too.
const COMPONENT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');

const URI: &AsciiSet = &COMPONENT
    .remove(b';')
    .remove(b'/')
    .remove(b'?')
    .remove(b':')
    .remove(b'@')
    .remove(b'&')
    .remove(b'=')
    .remove(b'+')
    .remove(b'$')
    .remove(b',')
    .remove(b'#');

/// What Grafana's own URLs leave readable (`encodeURIComponentAsAngularJS`).
const URL: &AsciiSet = &COMPONENT.remove(b'@').remove(b':').remove(b'$').remove(b',').remove(b';');

/// Text in the query of one of Grafana's own URLs.
pub(super) fn url_encode(text: &str) -> String {
    utf8_percent_encode(text, URL).to_string()
}

pub(crate) fn percent_encode(text: &str) -> String {
    utf8_percent_encode(text, COMPONENT).to_string()
}
