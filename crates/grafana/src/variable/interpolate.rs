//! `$x`, `${x:format}`, `[[x]]` and the globals.

use std::cell::Cell;

use super::{
    DefaultFormat, Scope, Settled, Variables,
    format::{self, Chosen},
    plain_name,
};
use crate::time::{self, TimeZone};

/// `templateSrv.replace`: `$x`, `${x}`, `${x:fmt}`, `${x.field}`, `[[x]]`, globals. Unknown names stay as they are.
pub fn interpolate(text: &str, variables: &Variables, scope: &Scope, default: DefaultFormat) -> String {
    let writer = Writer { variables, scope, default, nested_left: Cell::new(MOST_NESTED) };
    replace(text, &|found| writer.value_of(found, 0))
}

/// As [`interpolate`] with a format by its name where a reference has none.
pub(crate) fn interpolate_as(text: &str, variables: &Variables, scope: &Scope, format: &str) -> String {
    replace(text, &|found| {
        let asked = found.in_format(format);
        let written = interpolate(&asked, variables, scope, DefaultFormat::Glob);
        (written != asked).then_some(written)
    })
}

/// References replaced inside custom "All" values; more are a circle.
const MOST_NESTED: u32 = 1_000;

struct Writer<'a> {
    variables: &'a Variables,
    scope: &'a Scope,
    default: DefaultFormat,
    nested_left: Cell<u32>,
}

/// One reference in a text.
pub(crate) struct Reference<'a> {
    pub name: &'a str,
    pub field: Option<&'a str>,
    pub format: Option<&'a str>,
    /// As it stands in the text.
    pub whole: &'a str,
}

impl Reference<'_> {
    /// The same with a format, where it has none.
    pub fn in_format(&self, format: &str) -> String {
        let field = self.field.map(|field| format!(".{field}")).unwrap_or_default();
        format!("${{{}{field}:{}}}", self.name, self.format.unwrap_or(format))
    }
}

/// Replaces the references that `value` knows; the others stay as they are.
pub(crate) fn replace(text: &str, value: &dyn Fn(&Reference) -> Option<String>) -> String {
    let mut result = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find(['$', '[']) {
        result.push_str(&rest[..start]);
        rest = &rest[start..];
        let found = reference(rest);
        let length = found.as_ref().map_or(1, |found| found.whole.len());
        match found.and_then(|reference| value(&reference)) {
            Some(value) => result.push_str(&value),
            None => result.push_str(&rest[..length]),
        }
        rest = &rest[length..];
    }
    result.push_str(rest);
    result
}

/// The text with other names in its references, where there are any for them.
pub(crate) fn rename_references(text: &str, name: &dyn Fn(&str) -> Option<String>) -> String {
    replace(text, &|found| {
        let lead = if found.whole.starts_with('$') && !found.whole.starts_with("${") { 1 } else { 2 };
        let (before, after) = (&found.whole[..lead], &found.whole[lead + found.name.len()..]);
        Some(format!("{before}{}{after}", name(found.name)?))
    })
}

/// What stands for a cell, in the format a text asks for ("glob" where that is none); dates in the given zone.
pub(crate) fn write_value(found: &Reference, format: &str, values: &[String], is_list: bool, zone: &TimeZone) -> String {
    let texts: Vec<&str> = values.iter().map(String::as_str).collect();
    let value = match texts.as_slice() {
        [one] if !is_list => Chosen::One(one),
        _ => Chosen::Many(texts),
    };
    match format {
        // Asks for a variable's text, which a cell has not.
        "text" => String::new(),
        "date" => written_date(&value, "", zone),
        _ if format.starts_with("date:") => written_date(&value, &format["date:".len()..], zone),
        "queryparam" if !is_list => format!("var-{}={}", found.name, format::percent_encode(&values.concat())),
        _ => format::write_named(format, found.name, &value).unwrap_or_else(|| format::write_default(DefaultFormat::Glob, true, &value)),
    }
}

/// The reference a text begins with.
fn reference(text: &str) -> Option<Reference<'_>> {
    if let Some(inner) = text.strip_prefix("${") {
        let name = word(inner)?;
        let close = inner.find('}')?;
        let after = inner.get(name.len()..close)?;
        let (field, format) = match after.strip_prefix('.') {
            Some(path) => path.split_once(':').map_or((Some(path), None), |(field, format)| (Some(field), Some(format))),
            None => (None, after.strip_prefix(':')),
        };
        let is_whole = after.is_empty()
            || field.is_some_and(|field| !field.is_empty() && !field.contains('^'))
            || (field.is_none() && format.is_some_and(|format| !format.is_empty()));
        return (is_whole && format != Some("")).then_some(Reference { name, field, format, whole: &text[..close + 3] });
    }
    if let Some(inner) = text.strip_prefix("[[") {
        let name = word(inner)?;
        let after = &inner[name.len()..];
        let format = after.strip_prefix(':').and_then(word);
        let used = name.len() + format.map_or(0, |format| format.len() + 1);
        return inner[used..].starts_with("]]").then(|| Reference { name, field: None, format, whole: &text[..used + 4] });
    }
    let name = word(text.strip_prefix('$')?)?;
    Some(Reference { name, field: None, format: None, whole: &text[..name.len() + 1] })
}

/// The run of `\w` a text begins with.
fn word(text: &str) -> Option<&str> {
    let end = text.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(text.len());
    (end > 0).then(|| &text[..end])
}

/// Macros that mean something only beside a cell.
const CELL_MACROS: [&str; 4] = ["__data", "__field", "__series", "__value"];

/// `${x:text}`, or no format where texts are the default (`sceneGraph.interpolate(…, "text")` of titles).
fn wants_text(found: &Reference, default: DefaultFormat) -> bool {
    found.format == Some("text") || (default == DefaultFormat::Text && found.format.is_none())
}

impl Writer<'_> {
    fn value_of(&self, found: &Reference, depth: u8) -> Option<String> {
        let (variables, scope, default) = (self.variables, self.scope, self.default);
        if depth > 0 {
            self.nested_left.set(self.nested_left.get().checked_sub(1)?);
        }
        let saved = variables.list.iter().find(|variable| variable.name == found.name);
        if let Some((_, value)) = scope.values.iter().rev().find(|(name, _)| name == found.name) {
            let plain = saved.is_none_or(|variable| !variable.multi && !variable.include_all);
            if wants_text(found, default) {
                return Some(value.text.clone());
            }
            return Some(write(found, &Chosen::One(&value.value), plain, default, variables));
        }
        match saved {
            Some(variable) => Some(self.write_variable(found, variable, depth)),
            // What stands for a cell stands for nothing in a title.
            None if default == DefaultFormat::Text && CELL_MACROS.contains(&found.name) => Some(String::new()),
            None => global(found, variables),
        }
    }

    fn write_variable(&self, found: &Reference, variable: &Settled, depth: u8) -> String {
        let (variables, default) = (self.variables, self.default);
        if wants_text(found, default) {
            return text_of(variable);
        }
        if variable.kind == "adhoc" {
            return filters_text(variable);
        }
        if variable.is_all {
            if found.format == Some("queryparam") {
                return format!("var-{}=$__all", format::url_encode(plain_name(&variable.name)));
            }
            // A custom "All" value is put in as it is, whatever the format; it may name other variables.
            if let Some(all) = variable.all_value.as_deref().filter(|all| !all.is_empty()) {
                let all = if depth < 4 { replace(all, &|inner| self.value_of(inner, depth + 1)) } else { all.to_owned() };
                return if found.format == Some("percentencode") { format::percent_encode(&all) } else { all };
            }
        }
        let values: Vec<&str> = variable.chosen.iter().map(|option| option.value.as_str()).collect();
        let value = match values.as_slice() {
            [one] if !variable.multi && !variable.is_all => Chosen::One(one),
            [] if !variable.multi => Chosen::One(""),
            _ => Chosen::Many(values),
        };
        write(found, &value, !variable.multi && !variable.include_all, default, variables)
    }
}

fn write(found: &Reference, value: &Chosen, plain: bool, default: DefaultFormat, variables: &Variables) -> String {
    match found.format {
        Some(format) if format == "date" || format.starts_with("date:") => {
            written_date(value, format.strip_prefix("date:").unwrap_or_default(), &zone_of(variables))
        }
        Some(format) => format::write_named(format, plain_name(found.name), value)
            .unwrap_or_else(|| format::write_default(DefaultFormat::Glob, plain, value)),
        None => format::write_default(default, plain, value),
    }
}

/// What a person reads: the texts, "All" for all of them.
pub fn text_of(variable: &Settled) -> String {
    if variable.is_all {
        return "All".into();
    }
    variable.chosen.iter().map(|option| option.text.as_str()).collect::<Vec<_>>().join(" + ")
}

/// Ad hoc filters as a selector's inside: `key="value",…`.
fn filters_text(variable: &Settled) -> String {
    let filters = variable.filters.as_array().map(Vec::as_slice).unwrap_or_default();
    let side = |filter: &serde_json::Value, key: &str| filter.get(key).and_then(|v| v.as_str()).unwrap_or_default().to_owned();
    filters
        .iter()
        .map(|filter| format!("{}{}\"{}\"", side(filter, "key"), side(filter, "operator"), side(filter, "value")))
        .collect::<Vec<_>>()
        .join(",")
}

fn global(found: &Reference, variables: &Variables) -> Option<String> {
    let value = match found.name {
        "__from" => return Some(moment(found, variables.range.from_ms, variables)),
        "__to" => return Some(moment(found, variables.range.to_ms, variables)),
        "__dashboard" => match found.field {
            Some("uid") => variables.dashboard_uid.clone(),
            _ => variables.dashboard_title.clone(),
        },
        "__org" => match found.field {
            Some("name") => variables.org_name.clone(),
            _ => variables.org_id.to_string(),
        },
        "__user" => match found.field {
            Some("login") => variables.user_login.clone(),
            Some("email") => variables.user_email.clone(),
            _ => variables.user_id.to_string(),
        },
        "__timezone" => variables.zone_name.clone(),
        "__url_time_range" => return Some(url_time_range(variables)),
        "__all_variables" => return Some(all_variables(variables)),
        _ => return None,
    };
    Some(write(found, &Chosen::One(&value), true, DefaultFormat::Glob, variables))
}

fn moment(found: &Reference, at_ms: f64, variables: &Variables) -> String {
    match found.format {
        Some(format) if format == "date" || format.starts_with("date:") => {
            date(at_ms, format.strip_prefix("date:").unwrap_or_default(), &zone_of(variables))
        }
        Some("text") => time::format_full(at_ms, &zone_of(variables)),
        format => {
            let text = format!("{at_ms:.0}");
            let value = Chosen::One(&text);
            format.and_then(|format| format::write_named(format, found.name, &value)).unwrap_or(text.clone())
        }
    }
}

fn zone_of(variables: &Variables) -> TimeZone {
    TimeZone::named(&variables.zone_name).unwrap_or_else(TimeZone::utc)
}

/// `parseInt`, which lists have none of.
fn written_date(value: &Chosen, pattern: &str, zone: &TimeZone) -> String {
    let at_ms = if let Chosen::One(text) = value { crate::js::parse_int(text) } else { f64::NAN };
    if at_ms.is_nan() { "NaN".into() } else { date(at_ms, pattern, zone) }
}

fn date(at_ms: f64, pattern: &str, zone: &TimeZone) -> String {
    match pattern {
        "" | "iso" => time::format_moment(at_ms, "YYYY-MM-DDTHH:mm:ss.SSS[Z]", &TimeZone::utc()),
        "seconds" => format!("{:.0}", (at_ms / 1000.0).round()),
        pattern => time::format_moment(at_ms, pattern, zone),
    }
}

fn url_time_range(variables: &Variables) -> String {
    let raw = &variables.range.raw;
    let side = |raw: &str, at_ms: f64| {
        if raw.starts_with("now") { raw.to_owned() } else { time::format_moment(at_ms, "YYYY-MM-DDTHH:mm:ss.SSS[Z]", &TimeZone::utc()) }
    };
    let sides = (side(&raw.from, variables.range.from_ms), side(&raw.to, variables.range.to_ms));
    let range = format!("from={}&to={}", format::url_encode(&sides.0), format::url_encode(&sides.1));
    match variables.zone_name.as_str() {
        "" => range,
        "UTC" => format!("{range}&timezone=utc"),
        zone => format!("{range}&timezone={}", format::url_encode(zone)),
    }
}

fn all_variables(variables: &Variables) -> String {
    let one = |variable: &Settled| {
        let name = format::url_encode(&variable.name);
        if variable.is_all {
            return format!("var-{name}=$__all");
        }
        let pairs = variable.chosen.iter().map(|option| format!("var-{name}={}", format::url_encode(&option.value)));
        pairs.collect::<Vec<_>>().join("&")
    };
    let outside = variables.list.iter().filter(|variable| plain_name(&variable.name) == variable.name);
    outside.map(one).filter(|text| !text.is_empty()).collect::<Vec<_>>().join("&")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{dashboard::ScopedValue, variable::VariableOption};

    fn settled(name: &str, multi: bool, values: &[(&str, &str)]) -> Settled {
        let chosen = values.iter().map(|(text, value)| VariableOption { text: (*text).into(), value: (*value).into() });
        Settled { name: name.into(), multi, include_all: multi, chosen: chosen.collect(), ..Settled::default() }
    }

    fn variables() -> Variables {
        let all = Settled { is_all: true, all_value: Some(".*".into()), ..settled("every", true, &[("a", "a"), ("b", "b")]) };
        let mut range = time::TimeRange::default();
        (range.from_ms, range.to_ms) = (1_594_671_549_254.0, 1_594_675_149_000.0);
        Variables {
            list: vec![
                settled("one", false, &[("One", "a.b'c")]),
                settled("many", true, &[("A", "a.b"), ("C", "c")]),
                settled("single", true, &[("A", "a.b")]),
                all,
            ],
            range,
            dashboard_title: "Board".into(),
            dashboard_uid: "uid1".into(),
            ..Variables::default()
        }
    }

    fn check(text: &str, default: DefaultFormat, expected: &str) {
        let scope = Scope { values: vec![("__interval".into(), ScopedValue { text: "15s".into(), value: "15s".into() })] };
        assert_eq!(interpolate(text, &variables(), &scope, default), expected, "{text}");
    }

    #[test]
    fn syntaxes_and_formats() {
        use DefaultFormat::{Glob, Influx, Loki, Lucene, Regex, Sql};
        check("$one ${one} [[one]] $onex ${nope} $1 $", Glob, "a.b'c a.b'c a.b'c $onex ${nope} $1 $");
        check("$many", Glob, "{a.b,c}");
        check("$single", Glob, "a.b");
        check("${many:csv} ${many:pipe} [[many:pipe]]", Glob, "a.b,c a.b|c a.b|c");
        check("${many:json} ${one:json}", Glob, "[\"a.b\",\"c\"] a.b'c");
        check("${many:regex}", Glob, "(a\\.b|c)");
        check("${one:sqlstring} ${many:singlequote} ${many:doublequote}", Glob, "'a.b''c' 'a.b','c' \"a.b\",\"c\"");
        check("${many:lucene}", Glob, "(\"a.b\" OR \"c\")");
        check("${many:queryparam}", Glob, "var-many=a.b&var-many=c");
        check("${every:queryparam} ${every} ${every:text}", Glob, "var-every=$__all .* All");
        check("${many:text} ${one.text}", Glob, "A + C a.b'c");
        check("${many:distributed} ${many:join: or }", Glob, "a.b,many=c a.b or c");
        check("${many:percentencode}", Glob, "%7Ba.b%2Cc%7D");
        check("x=${__field.labels.y}&$__data.fields[0]", DefaultFormat::Text, "x=&.fields[0]");
        check("$many $single $one", Regex, "(a\\\\.b|c) a\\\\.b a.b\\\\'c");
        check("$many", Loki, "a\\\\.b|c");
        check("$many $one", Sql, "'a.b','c' a.b''c");
        check("$many $single $one", DefaultFormat::Postgres, "'a.b','c' 'a.b' a.b''c");
        check("$one", Loki, "a.b'c");
        check("$one $single", DefaultFormat::InfluxRegex, "a\\.b'c (a\\.b)");
        check("$many", Influx, "(a\\.b|c)");
        check("$many", Lucene, "(\"a.b\" OR \"c\")");
        check("$__interval ${__interval}", Glob, "15s 15s");
        check("$__from ${__to} ${__from:date:seconds}", Glob, "1594671549254 1594675149000 1594671549");
        check("${__dashboard} ${__dashboard.uid} $__rate_interval $timeFilter", Glob, "Board uid1 $__rate_interval $timeFilter");
    }
}
