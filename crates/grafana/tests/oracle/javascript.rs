use crate::corpus::{Report, list, load, number, text};
use grafana::js;
use serde_json::Value as Json;
use std::cmp::Ordering;

#[test]
fn numbers() {
    let corpus = load("javascript.json");
    let mut report = Report::default();
    for row in list(&corpus["numbers"]) {
        let x = number(&row[0]);
        let found = [
            js::number_to_string(x),
            js::to_fixed(x, 0),
            js::to_fixed(x, 2),
            js::to_fixed(x, 7),
            js::number_to_string(js::js_round(x)),
            js::to_exponential(x, None),
            js::to_exponential(x, Some(0)),
            js::to_exponential(x, Some(3)),
            js::to_hex(x),
            js::to_locale_string(x, 0, 3),
            js::to_locale_string(x, 0, 0),
            js::to_locale_string(x, 2, 2),
        ];
        for (i, found) in found.into_iter().enumerate() {
            let expected = match &row[i + 1] {
                serde_json::Value::String(text) => text.clone(),
                rounded => js::number_to_string(number(rounded)),
            };
            report.check(|| format!("{x} column {i}"), found, expected);
        }
    }
    for row in list(&corpus["parsed"]) {
        let same = |a: f64, b: f64| a == b || (a.is_nan() && b.is_nan());
        let found = [js::number_from_string(text(&row[0])), js::parse_float(text(&row[0])), js::parse_int(text(&row[0]))];
        for (i, found) in found.into_iter().enumerate() {
            report.check(|| format!("{row} column {i} gave {found}"), same(found, number(&row[i + 1])), true);
        }
    }
    report.finish(4_000);
}

/// Each word against each: a row of signs for every word, in both orders.
fn check_orders(corpus: &Json, words: &[Json], report: &mut Report) {
    for (key, compare) in [("natural", js::natural_compare as fn(&str, &str) -> Ordering), ("locale", js::locale_compare)] {
        for (a, signs) in words.iter().zip(list(&corpus[key])) {
            for (b, sign) in words.iter().zip(text(signs).chars()) {
                let found = match compare(text(a), text(b)) {
                    Ordering::Less => '<',
                    Ordering::Equal => '=',
                    Ordering::Greater => '>',
                };
                report.check(|| format!("{key} {a} {b}"), found, sign);
            }
        }
    }
}

#[test]
fn order() {
    let corpus = load("javascript.json");
    let words = list(&corpus["words"]);
    let mut report = Report::default();
    check_orders(&corpus, words, &mut report);
    for (key, compare) in [("natural_sorted", js::natural_compare as fn(&str, &str) -> Ordering), ("locale_sorted", js::locale_compare)] {
        let mut found: Vec<&str> = list(&corpus["unsorted"]).iter().map(text).collect();
        found.sort_by(|a, b| compare(a, b));
        for (i, (found, expected)) in found.into_iter().zip(list(&corpus[key])).enumerate() {
            report.check(|| format!("{key} {i}"), found, text(expected));
        }
    }
    report.finish(11_000);
}

#[test]
fn patterns() {
    let corpus = load("javascript.json");
    let subjects = list(&corpus["subjects"]);
    let mut report = Report::default();
    for row in list(&corpus["patterns"]) {
        let pattern = text(&row[0]);
        // An error in JavaScript need not be one here.
        let Some(expected) = row[1].as_array() else { continue };
        let regex = match js::js_regex(pattern) {
            Ok(regex) => regex,
            Err(error) => {
                report.check(|| format!("{pattern} {error:?}"), "refused", "compiles");
                continue;
            }
        };
        for (subject, expected) in subjects.iter().zip(expected) {
            let found = regex.find(text(subject)).unwrap().map(|found| found.as_str().to_owned());
            report.check(|| format!("{pattern} on {subject}"), found.as_deref(), expected.as_str());
        }
    }
    for row in list(&corpus["whole"]) {
        let found = js::string_to_js_regex(text(&row[0])).ok();
        let found =
            found.map(|regex| ["cpu", "cpu2", "CPU", "a/b", "a", "xb", ""].map(|subject| regex.is_match(subject).unwrap()).to_vec());
        let expected = row[1].as_array().map(|row| row.iter().map(|found| found.as_bool().unwrap()).collect());
        report.check(|| row.to_string(), found, expected);
    }
    report.finish(2_000);
}

#[test]
fn names() {
    let corpus = load("names.json");
    let words = list(&corpus["words"]);
    let mut report = Report::default();
    check_orders(&corpus, words, &mut report);
    report.finish(90_000);
}
