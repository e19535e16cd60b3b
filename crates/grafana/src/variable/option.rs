//! Options of a variable: cut out by its regex, sorted, made unique; and the choice among them.

use std::cmp::Ordering;

use fancy_regex::{Captures, Regex};
use serde_json::Value as Json;

use super::{Settled, Variable, VariableOption};
use crate::js::{compare_code_units, natural_compare, string_to_js_regex};

pub(super) const ALL: &str = "$__all";

/// The options of a query variable: the answers through its regex and sort order, with its static options.
pub(super) fn of_query(answers: Vec<VariableOption>, regex: &str, variable: &Variable) -> Vec<VariableOption> {
    let raw = |key: &str| variable.raw.get(key);
    let on_text = raw("regexApplyTo").and_then(Json::as_str) == Some("text");
    let fixed = raw("staticOptions").and_then(Json::as_array).map(Vec::as_slice).unwrap_or_default();
    let fixed: Vec<VariableOption> = fixed.iter().flat_map(super::read::read_options).collect();
    let mut options = from_answers(answers, regex, on_text, variable.sort);
    if fixed.is_empty() {
        return options;
    }
    options.retain(|option| !fixed.iter().any(|known| known.value == option.value));
    match raw("staticOptionsOrder").and_then(Json::as_str) {
        Some("after") => options.into_iter().chain(fixed).collect(),
        Some("sorted") => sorted(options.into_iter().chain(fixed).collect(), variable.sort),
        _ => fixed.into_iter().chain(options).collect(),
    }
}

/// `metricNamesToVariableValues`: the raw answers through the variable's regex and sort order. A regex that does not compile
/// leaves the answers as they are.
fn from_answers(answers: Vec<VariableOption>, regex: &str, on_text: bool, sort: i64) -> Vec<VariableOption> {
    let regex = Some(regex).filter(|text| !text.is_empty()).and_then(|text| string_to_js_regex(text).ok());
    let cut = match &regex {
        Some(regex) => answers.into_iter().flat_map(|option| cut_out(option, regex, on_text)).collect(),
        None => answers,
    };
    let mut unique: Vec<VariableOption> = Vec::new();
    let mut seen = std::collections::BTreeSet::new();
    unique.extend(cut.into_iter().filter(|option| seen.insert(option.value.clone())));
    sorted(unique, sort)
}

/// What a regex takes of one answer: named groups `text` and `value`, else the first group of every match, else all of it.
fn cut_out(option: VariableOption, regex: &Regex, on_text: bool) -> Vec<VariableOption> {
    let subject = if on_text { &option.text } else { &option.value };
    let matches: Vec<Captures<str>> = regex.captures_iter(subject.as_str()).filter_map(Result::ok).collect();
    if matches.is_empty() {
        return Vec::new();
    }
    let named =
        |name: &str| matches.iter().find_map(|found| found.name(name)).map(|found| found.as_str().to_owned()).filter(|s| !s.is_empty());
    let (text, value) = (named("text"), named("value"));
    if text.is_some() || value.is_some() {
        let either = text.clone().or_else(|| value.clone()).unwrap_or_default();
        return vec![VariableOption { text: text.unwrap_or_else(|| either.clone()), value: value.unwrap_or(either) }];
    }
    let group = |found: &Captures<str>| {
        let text = found.get(1).map(|group| group.as_str().to_owned()).unwrap_or_default();
        VariableOption { text: text.clone(), value: text }
    };
    match matches.first().is_some_and(|first| first.len() > 1) {
        true => matches.iter().map(group).collect(),
        false => vec![option],
    }
}

/// Sort orders as saved: 0 none, 1/2 alphabetical, 3/4 numerical, 5/6 without case, 7/8 natural; even is descending.
fn sorted(mut options: Vec<VariableOption>, sort: i64) -> Vec<VariableOption> {
    let compare: fn(&VariableOption, &VariableOption) -> Ordering = match sort {
        1 | 2 => |a, b| compare_code_units(&a.text, &b.text),
        3 | 4 => |a, b| first_number(&a.text).total_cmp(&first_number(&b.text)),
        5 | 6 => |a, b| compare_code_units(&a.text.to_lowercase(), &b.text.to_lowercase()),
        7 | 8 => |a, b| natural_compare(&a.text, &b.text),
        _ => return options,
    };
    options.sort_by(compare);
    if sort % 2 == 0 {
        options.reverse();
    }
    options
}

/// The first run of digits, -1 without one.
fn first_number(text: &str) -> f64 {
    let digits: String = text.chars().skip_while(|c| !c.is_ascii_digit()).take_while(char::is_ascii_digit).collect();
    digits.parse().unwrap_or(-1.0)
}

/// Chooses as Grafana does on load: what is wished stays while it is an option (by value, one alone also by text), else all
/// where that may be chosen, else the first one. `given` wishes come from a report and stay even when they are no option.
/// Source: @grafana/scenes 6.52 `MultiValueVariable`.
pub(super) fn choose(variable: &Variable, options: Vec<VariableOption>, given: Option<&[String]>) -> Settled {
    let wished = wishes(variable, given);
    let includes_all = variable.include_all;
    let mut chosen: Vec<VariableOption> = Vec::new();
    let mut is_all = includes_all && wished.iter().any(|wish| wish.value == ALL);
    if !is_all {
        let by_text = !variable.multi || given.is_some();
        chosen.extend(wished.iter().filter_map(|wish| among(wish, &options, by_text, given.is_some())));
        is_all = chosen.is_empty() && includes_all;
    }
    if is_all {
        chosen.clone_from(&options);
    } else {
        if chosen.is_empty() {
            chosen.extend(options.first().cloned());
        }
        chosen.truncate(if variable.multi { usize::MAX } else { 1 });
    }
    Settled { is_all, chosen, options, ..settled(variable) }
}

fn wishes(variable: &Variable, given: Option<&[String]>) -> Vec<VariableOption> {
    let all = || vec![VariableOption { text: "All".into(), value: ALL.into() }];
    match given {
        Some(values) if values.iter().any(|value| value == ALL || value == "All" && variable.include_all) => all(),
        Some(values) => values.iter().map(|value| VariableOption { text: value.clone(), value: value.clone() }).collect(),
        None if variable.current.is_empty() && variable.include_all => all(),
        None => variable.current.clone(),
    }
}

fn among(wish: &VariableOption, options: &[VariableOption], by_text: bool, keep: bool) -> Option<VariableOption> {
    let by_value = options.iter().find(|option| option.value == wish.value);
    let found = by_value.or_else(|| options.iter().find(|option| by_text && option.text == wish.text));
    found.cloned().or_else(|| (keep && !wish.value.is_empty() && wish.value != ALL).then(|| wish.clone()))
}

/// A settled variable without its values.
pub(super) fn settled(variable: &Variable) -> Settled {
    Settled {
        name: variable.name.clone(),
        label: variable.label.clone(),
        kind: variable.kind.clone(),
        multi: variable.multi,
        include_all: variable.include_all,
        hide: variable.hide,
        all_value: variable.all_value.clone(),
        ..Settled::default()
    }
}

/// Options of a custom or interval variable: `a, b : 2, c\,d`.
pub(super) fn from_csv(text: &str) -> Vec<VariableOption> {
    let mut parts = vec![String::new()];
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '\\' if chars.peek() == Some(&',') => parts.iter_mut().last().into_iter().for_each(|part| part.push(',')),
            ',' => parts.push(String::new()),
            _ => parts.iter_mut().last().into_iter().for_each(|part| part.push(c)),
        }
        if c == '\\' && chars.peek() == Some(&',') {
            chars.next();
        }
    }
    parts.iter().map(|part| part.trim()).filter(|part| !part.is_empty()).map(key_and_value).collect()
}

fn key_and_value(part: &str) -> VariableOption {
    let (text, value) = part.rsplit_once(" : ").unwrap_or((part, part));
    VariableOption { text: text.trim().to_owned(), value: value.trim().to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(answers: &[&str], regex: &str, sort: i64, expected: &[(&str, &str)]) {
        let answers = answers.iter().map(|a| VariableOption { text: (*a).into(), value: (*a).into() }).collect();
        let options = from_answers(answers, regex, false, sort);
        let pairs: Vec<(&str, &str)> = options.iter().map(|o| (o.text.as_str(), o.value.as_str())).collect();
        assert_eq!(pairs, expected, "{regex} {sort}");
    }

    #[test]
    fn regex_and_sort() {
        check(&["b", "a", "b"], "", 1, &[("a", "a"), ("b", "b")]);
        check(&["b", "a", "c"], "", 2, &[("c", "c"), ("b", "b"), ("a", "a")]);
        check(&["x10", "x9", "y"], "", 3, &[("y", "y"), ("x9", "x9"), ("x10", "x10")]);
        check(&["B", "a"], "", 5, &[("a", "a"), ("B", "B")]);
        check(&["n10", "n9"], "", 7, &[("n9", "n9"), ("n10", "n10")]);
        check(&["host1:9100", "other"], "/(.*):9100/", 0, &[("host1", "host1")]);
        check(&["id=1,name=One"], "/id=(?<value>\\d+),name=(?<text>\\w+)/", 0, &[("One", "1")]);
        check(&["abc", "xyz"], "/^a/", 0, &[("abc", "abc")]);
    }

    #[test]
    fn choices() {
        let option = |text: &str| {
            let (text, value) = text.split_once('=').unwrap_or((text, text));
            VariableOption { text: text.into(), value: value.into() }
        };
        let check = |multi: bool, include_all: bool, current: &[&str], options: &[&str], given: Option<&[&str]>, expected: &str| {
            let current = current.iter().map(|text| option(text)).collect();
            let variable = Variable { multi, include_all, current, ..Variable::default() };
            let given: Option<Vec<String>> = given.map(|values| values.iter().map(|value| (*value).to_owned()).collect());
            let chosen = choose(&variable, options.iter().map(|text| option(text)).collect(), given.as_deref());
            let values: Vec<&str> = chosen.chosen.iter().map(|option| option.value.as_str()).collect();
            let all = if chosen.is_all { "all: " } else { "" };
            assert_eq!(format!("{all}{}", values.join(",")), expected, "{current:?} of {options:?}", current = variable.current);
        };
        check(false, false, &["b"], &["a", "b"], None, "b");
        check(false, false, &["gone"], &["a", "b"], None, "a");
        check(false, false, &["gone"], &[], None, "");
        // Where all may be chosen it is what Grafana falls back to.
        check(false, true, &["gone"], &["a", "b"], None, "all: a,b");
        check(true, true, &["gone", "b"], &["a", "b"], None, "b");
        check(true, true, &["gone"], &["a", "b"], None, "all: a,b");
        check(true, true, &[""], &[], None, "all: ");
        // A text alone finds its option only where one is chosen.
        check(false, false, &["B=old"], &["A=1", "B=2"], None, "2");
        check(true, false, &["B=old"], &["A=1", "B=2"], None, "1");
        check(false, true, &["a"], &["a", "b"], Some(&["c"]), "c");
        check(true, true, &["a"], &[], Some(&["c", "d"]), "c,d");
    }

    #[test]
    fn custom_lists() {
        let pairs = |text: &str| from_csv(text).into_iter().map(|o| format!("{}={}", o.text, o.value)).collect::<Vec<_>>().join(";");
        assert_eq!(pairs("A : 1, B : 2,C"), "A=1;B=2;C=C");
        assert_eq!(pairs("a\\,b, c:d ,"), "a,b=a,b;c:d=c:d");
        assert_eq!(pairs("A'A\"A,BB\\B,CCC"), "A'A\"A=A'A\"A;BB\\B=BB\\B;CCC=CCC");
    }
}
