use crate::corpus::{Report, list, load, number, text};
use grafana::{
    dashboard::ScopedValue,
    time::{RawTimeRange, TimeRange},
    variable::{DefaultFormat, Scope, Settled, VariableOption, Variables, interpolate},
};
use serde_json::Value;

/// A text or a list of texts.
fn texts(value: &Value) -> Vec<&str> {
    value.as_array().map_or_else(|| value.as_str().into_iter().collect(), |many| many.iter().map(text).collect())
}

pub fn settled(name: &str, spec: &Value) -> Settled {
    let flag = |key: &str| spec[key].as_bool().unwrap_or(false);
    let options: Vec<VariableOption> =
        texts(&spec["options"]).iter().map(|value| VariableOption { text: (*value).into(), value: (*value).into() }).collect();
    let values = texts(&spec["value"]);
    let is_all = flag("include_all") && values.contains(&"$__all");
    let pair = |(value, text): (&&str, &&str)| VariableOption { text: (*text).into(), value: (*value).into() };
    let chosen = if is_all { options.clone() } else { values.iter().zip(&texts(&spec["text"])).map(pair).collect() };
    Settled {
        name: name.into(),
        kind: text(&spec["kind"]).into(),
        multi: flag("multi"),
        include_all: flag("include_all"),
        is_all,
        all_value: spec["all_value"].as_str().map(str::to_owned),
        chosen,
        options,
        ..Settled::default()
    }
}

fn variables(corpus: &Value, list: Vec<Settled>) -> Variables {
    let range = TimeRange {
        from_ms: number(&corpus["range"][0]),
        to_ms: number(&corpus["range"][1]),
        raw: RawTimeRange { from: "2024-03-14T10:00:00.000Z".into(), to: "2024-03-15T14:30:45.678Z".into() },
    };
    Variables { list, range, zone_name: "UTC".into(), ..Variables::default() }
}

fn two(corpus: &Value) -> Variables {
    let one = serde_json::json!({"kind": "custom", "value": "a.b", "text": "A B"});
    let many = serde_json::json!({"kind": "custom", "multi": true, "value": ["x", "y/z"], "text": ["X", "Y"]});
    variables(corpus, vec![settled("one", &one), settled("many", &many)])
}

#[test]
fn formats() {
    let corpus = load("interpolation.json");
    let mut report = Report::default();
    for row in list(&corpus["values"]) {
        let variables = variables(&corpus, vec![settled("v", &row[0])]);
        for (expression, expected) in list(&corpus["expressions"]).iter().zip(list(&row[1])) {
            let found = interpolate(text(expression), &variables, &Scope::default(), DefaultFormat::Glob);
            report.check(|| format!("{expression} of {}", row[0]), found.as_str(), text(expected));
        }
    }
    for (row, titles) in list(&corpus["values"]).iter().zip(list(&corpus["titles"])) {
        let variables = variables(&corpus, vec![settled("v", &row[0])]);
        for (expression, expected) in ["$v", "${v}", "${v:raw}"].iter().zip(list(titles)) {
            let found = interpolate(expression, &variables, &Scope::default(), DefaultFormat::Text);
            report.check(|| format!("title {expression} of {}", row[0]), found.as_str(), text(expected));
        }
    }
    report.finish(1_500);
}

#[test]
fn syntax() {
    let corpus = load("interpolation.json");
    let (mut report, variables) = (Report::default(), two(&corpus));
    for row in list(&corpus["syntax"]) {
        let found = interpolate(text(&row[0]), &variables, &Scope::default(), DefaultFormat::Glob);
        report.check(|| format!("{}", row[0]), found.as_str(), text(&row[1]));
    }
    report.finish(900);
}

#[test]
fn scoped_values() {
    let corpus = load("interpolation.json");
    let (mut report, variables) = (Report::default(), two(&corpus));
    let pair = |name: &str, text: &str, value: &str| (name.to_owned(), ScopedValue { text: text.to_owned(), value: value.to_owned() });
    for row in list(&corpus["scoped"]) {
        let value = text(&row[0]);
        let scope = Scope { values: vec![pair("one", &format!("T {value}"), value), pair("__interval", "15s", "15s")] };
        let expressions = ["$one", "${one:regex}", "${one:sqlstring}", "${one:text}", "${one:json}", "$__interval", "${many}"];
        for (expression, expected) in expressions.iter().zip(list(&row[1])) {
            let found = interpolate(expression, &variables, &scope, DefaultFormat::Glob);
            report.check(|| format!("{expression} with {value}"), found.as_str(), text(expected));
        }
    }
    report.finish(200);
}
