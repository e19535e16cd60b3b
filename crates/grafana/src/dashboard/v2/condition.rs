//! Conditional rendering: rules that show or hide a panel, a row or a tab.
//! Source: Grafana 12.4 `dashboard-scene/conditional-rendering`.

use serde_json::Value as Json;

use super::super::{
    ScopedValue,
    json::{self, Object},
};
use crate::{
    js::js_regex,
    time::interval_to_ms,
    variable::{Settled, Variables},
};

/// A group of rules.
#[derive(Clone, Debug, PartialEq)]
pub struct Conditions {
    /// What a match does: show, else hide.
    shows: bool,
    /// All rules must match, else one of them.
    all: bool,
    rules: Vec<Rule>,
}

#[derive(Clone, Debug, PartialEq)]
enum Rule {
    /// The panel's queries gave rows (or gave none).
    Data(bool),
    Variable {
        name: String,
        negated: bool,
        test: Test,
    },
    /// The dashboard's range is not longer than this many seconds.
    RangeUpTo(f64),
    /// A rule this reader does not know; it never counts.
    Unknown,
}

#[derive(Clone, Debug, PartialEq)]
enum Test {
    Equals(String),
    Matches(String),
}

/// What rules look at.
pub struct Facts<'a> {
    pub variables: &'a Variables,
    /// Values that repeats fixed, from the outside in.
    pub scoped: &'a [(String, ScopedValue)],
    /// Whether the panel's frames hold rows; `None` before they are known, and for rows and tabs.
    pub has_data: Option<bool>,
}

impl Conditions {
    pub(super) fn read(json: Option<&Json>) -> Option<Conditions> {
        let spec = json::object(json?.get("spec"))?;
        let rules: Vec<Rule> = json::list(spec, "items").iter().filter_map(Json::as_object).map(read_rule).collect();
        (!rules.is_empty()).then(|| Conditions {
            shows: json::text(spec, "visibility") != "hide",
            all: json::text(spec, "condition") != "or",
            rules,
        })
    }

    /// Whether data decide: such a panel is asked for even while it is hidden.
    pub fn need_data(&self) -> bool {
        self.rules.iter().any(|rule| matches!(rule, Rule::Data(_)))
    }

    /// Whether the thing is shown. Rules that cannot be told do not count; without any that can it is shown.
    pub fn show(&self, facts: &Facts) -> bool {
        let told: Vec<bool> = self.rules.iter().filter_map(|rule| rule.holds(facts)).collect();
        if told.is_empty() {
            return true;
        }
        let matched = if self.all { told.iter().all(|held| *held) } else { told.iter().any(|held| *held) };
        matched == self.shows
    }
}

fn read_rule(rule: &Object) -> Rule {
    let empty = Object::new();
    let spec = json::object(rule.get("spec")).unwrap_or(&empty);
    match json::text(rule, "kind").as_str() {
        "ConditionalRenderingData" => Rule::Data(json::flag(spec, "value")),
        "ConditionalRenderingTimeRangeSize" => range_rule(&json::text(spec, "value")),
        "ConditionalRenderingVariable" => {
            let value = json::text(spec, "value");
            let operator = json::text(spec, "operator");
            let test = match operator.as_str() {
                "matches" | "notMatches" => Test::Matches(value),
                _ => Test::Equals(value),
            };
            let negated = matches!(operator.as_str(), "notEquals" | "notMatches");
            Rule::Variable { name: json::text(spec, "variable"), negated, test }
        }
        _ => Rule::Unknown,
    }
}

/// "7d": digits and one unit, else the rule does not count.
fn range_rule(text: &str) -> Rule {
    let digits = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let unit = &text[digits.len()..];
    let plain = digits.parse::<f64>().is_ok() && digits.starts_with(|c: char| c.is_ascii_digit());
    match interval_to_ms(text) {
        Some(ms) if plain && ["M", "w", "d", "h", "m", "s", "y"].contains(&unit) => Rule::RangeUpTo((ms / 1000.0).floor()),
        _ => Rule::Unknown,
    }
}

impl Rule {
    /// `None`: cannot be told.
    fn holds(&self, facts: &Facts) -> Option<bool> {
        match self {
            Rule::Data(wanted) => facts.has_data.map(|has| has == *wanted),
            Rule::RangeUpTo(seconds) => {
                let unix = |at_ms: f64| (at_ms / 1000.0).floor();
                let range = &facts.variables.range;
                Some(unix(range.to_ms) - unix(range.from_ms) <= *seconds)
            }
            Rule::Variable { name, negated, test } => match test.hits(&values_of(name, facts)?) {
                Some(hit) => Some(hit != *negated),
                // Not a regular expression: Grafana takes the rule as met, negated or not.
                None => Some(true),
            },
            Rule::Unknown => None,
        }
    }
}

/// A variable's value as rules see it.
struct Seen {
    /// More than one is possible: any may match.
    values: Vec<String>,
    /// "All" is chosen, and the word itself matches.
    is_all: bool,
}

/// Inside a repeat only the variable the innermost one runs over is seen, as `sceneGraph.getVariables` finds the nearest set.
fn values_of(name: &str, facts: &Facts) -> Option<Seen> {
    if let Some((scoped, value)) = facts.scoped.last() {
        return (scoped == name).then(|| Seen { values: vec![value.value.clone()], is_all: false });
    }
    let variable = facts.variables.list.iter().find(|variable| variable.name == name)?;
    Some(Seen { values: settled_values(variable), is_all: variable.is_all })
}

fn settled_values(variable: &Settled) -> Vec<String> {
    match variable.all_value.as_deref().filter(|all| variable.is_all && !all.is_empty()) {
        // An object in Grafana, which JavaScript writes so.
        Some(_) => vec!["[object Object]".into()],
        None if variable.chosen.is_empty() && !variable.multi => vec![String::new()],
        None => variable.chosen.iter().map(|option| option.value.clone()).collect(),
    }
}

impl Test {
    fn hits(&self, seen: &Seen) -> Option<bool> {
        match self {
            Test::Equals(wanted) => Some(seen.values.contains(wanted) || (seen.is_all && wanted.eq_ignore_ascii_case("all"))),
            Test::Matches(pattern) => {
                let regex = js_regex(pattern).ok()?;
                Some(seen.values.iter().any(|value| regex.is_match(value).unwrap_or(false)))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::variable::VariableOption;

    fn check(visibility: &str, condition: &str, rules: Json, has_data: Option<bool>, expected: bool) {
        let group =
            json!({"kind": "ConditionalRenderingGroup", "spec": {"visibility": visibility, "condition": condition, "items": rules}});
        let chosen = |values: &[&str]| values.iter().map(|v| VariableOption { text: (*v).into(), value: (*v).into() }).collect();
        let mut variables = Variables {
            list: vec![
                Settled { name: "one".into(), chosen: chosen(&["a"]), ..Settled::default() },
                Settled { name: "many".into(), multi: true, chosen: chosen(&["a", "b"]), ..Settled::default() },
                Settled { name: "every".into(), is_all: true, chosen: chosen(&["x"]), ..Settled::default() },
            ],
            ..Variables::default()
        };
        variables.range.to_ms = 86_400_000.0;
        let conditions = Conditions::read(Some(&group)).unwrap();
        let facts = Facts { variables: &variables, scoped: &[], has_data };
        assert_eq!(conditions.show(&facts), expected, "{group}");
    }

    #[test]
    fn groups_of_rules() {
        let variable = |name: &str, operator: &str, value: &str| json!({"kind": "ConditionalRenderingVariable", "spec": {"variable": name, "operator": operator, "value": value}});
        let data = |value: bool| json!({"kind": "ConditionalRenderingData", "spec": {"value": value}});
        let range = |value: &str| json!({"kind": "ConditionalRenderingTimeRangeSize", "spec": {"value": value}});
        check("show", "and", json!([variable("one", "equals", "a")]), None, true);
        check("hide", "and", json!([variable("one", "equals", "a")]), None, false);
        check("show", "and", json!([variable("many", "equals", "b")]), None, true);
        check("show", "and", json!([variable("many", "notEquals", "b")]), None, false);
        check("show", "and", json!([variable("every", "equals", "ALL")]), None, true);
        check("show", "and", json!([variable("many", "matches", "^b$")]), None, true);
        check("show", "and", json!([variable("many", "notMatches", "^c")]), None, true);
        check("show", "and", json!([variable("one", "notMatches", "(")]), None, true);
        check("show", "and", json!([variable("nope", "equals", "a")]), None, true);
        check("show", "and", json!([range("1d")]), None, true);
        check("show", "and", json!([range("23h")]), None, false);
        check("hide", "and", json!([range("soon")]), None, true);
        check("show", "and", json!([data(true)]), Some(false), false);
        check("hide", "and", json!([data(false)]), Some(false), false);
        check("show", "and", json!([data(true)]), None, true);
        check("show", "and", json!([variable("one", "equals", "a"), data(true)]), Some(false), false);
        check("show", "or", json!([variable("one", "equals", "a"), data(true)]), Some(false), true);
        check("hide", "or", json!([variable("one", "equals", "z"), data(true)]), Some(true), false);
        check("show", "and", json!([{"kind": "Other", "spec": {}}]), None, true);
    }
}
