//! Settling variables in pure rounds: each round says which look-ups are still needed, or hands over the values.

use std::collections::BTreeSet;

use serde_json::Value as Json;

use super::{
    DefaultFormat, Scope, Settled, Variable, VariableOption, Variables, interpolate, lookup,
    lookup::{Source, VariableLookup},
    option::{self, ALL},
    testdata,
};
use crate::{
    dashboard::{Dashboard, Panel, ScopedValue, json},
    js::string_to_js_regex,
    query::{self, DataSource},
    time,
};

/// What values depend on besides the dashboard. `base` carries range, zone, dashboard, organisation and user; its list is ignored.
pub struct SettleContext<'a> {
    pub dashboard: &'a Dashboard,
    /// Values a report gives, by variable name; `$__all` is everything.
    pub given: &'a [(String, Vec<String>)],
    pub datasources: &'a [DataSource],
    pub base: &'a Variables,
}

/// A look-up with its answer: the JSON body, or why there is none.
pub type Answered = (VariableLookup, Result<Json, String>);

/// What a round found.
#[derive(Clone, Debug)]
pub enum NextStep {
    /// Ask these (they do not depend on each other), add the answers to the others and call again.
    Ask(Vec<VariableLookup>),
    /// Everything is settled; warnings name variables that kept their saved values.
    Done { variables: Box<Variables>, warnings: Vec<String> },
}

/// One round. Variables are settled in the order of their references to each other; a look-up that was answered is
/// recognised by its request. Variables that name each other in a circle take their saved values.
pub fn next_step(context: &SettleContext, answers: &[Answered]) -> NextStep {
    let list = &context.dashboard.variables;
    let names: BTreeSet<&str> = list.iter().map(|variable| variable.name.as_str()).collect();
    let mut round = Round {
        context,
        answers,
        variables: Variables { list: Vec::new(), ..context.base.clone() },
        asks: Vec::new(),
        warnings: Vec::new(),
    };
    let mut waiting: Vec<&Variable> = list.iter().collect();
    loop {
        let (mut later, mut moved) = (Vec::new(), false);
        for variable in waiting {
            let settled = |name: &str| round.variables.list.iter().any(|known| known.name == name);
            let ready = references(variable, &names).iter().all(|name| settled(name));
            if ready && round.settle(variable) {
                moved = true;
            } else {
                later.push(variable);
            }
        }
        waiting = later;
        if waiting.is_empty() || !moved {
            break;
        }
    }
    if !round.asks.is_empty() {
        return NextStep::Ask(round.asks);
    }
    for variable in waiting {
        round.warnings.push(format!("variable {} refers to itself; it keeps its saved value", variable.name));
        let kept = round.saved(variable);
        round.variables.list.push(kept);
    }
    // Saved order again: texts that list variables follow it.
    round.variables.list.sort_by_key(|known| list.iter().position(|variable| variable.name == known.name));
    NextStep::Done { variables: Box::new(round.variables), warnings: round.warnings }
}

/// Other variables a variable's query, data source and regex name.
fn references<'a>(variable: &Variable, names: &BTreeSet<&'a str>) -> Vec<&'a str> {
    let source = variable.datasource.as_ref().and_then(|source| source.uid.clone()).unwrap_or_default();
    let text = format!("{} {source} {}", variable.query, variable.regex);
    let named = |name: &str| {
        let mentions = |open: &str| {
            text.match_indices(open).any(|(at, _)| {
                let rest = &text[at + open.len()..];
                rest.strip_prefix(name).is_some_and(|after| !after.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '_'))
            })
        };
        mentions("$") || mentions("${") || mentions("[[")
    };
    names.iter().copied().filter(|name| *name != variable.name && named(name)).collect()
}

struct Round<'a> {
    context: &'a SettleContext<'a>,
    answers: &'a [Answered],
    variables: Variables,
    asks: Vec<VariableLookup>,
    warnings: Vec<String>,
}

impl Round<'_> {
    /// Settles a variable whose references are settled; false when it needs an answer first.
    fn settle(&mut self, variable: &Variable) -> bool {
        let settled = match variable.kind.as_str() {
            "query" => match self.query(variable) {
                Some(settled) => settled,
                None => return false,
            },
            "custom" => option::choose(variable, self.custom_options(variable), self.given(variable)),
            "datasource" => option::choose(variable, self.datasource_options(variable), self.given(variable)),
            "interval" => self.interval(variable),
            // Any of them, none included.
            "groupby" => {
                let same = |value: &String| VariableOption { text: value.clone(), value: value.clone() };
                let given = self.given(variable).map(|values| values.iter().map(same).collect());
                let chosen = given.unwrap_or_else(|| variable.current.clone());
                Settled { chosen, multi: true, options: variable.options.clone(), ..option::settled(variable) }
            }
            "adhoc" => {
                let source = query::resolve(variable.datasource.as_ref(), &self.variables, &Panel::default(), self.context.datasources);
                let datasource_uid = source.map(|source| source.uid.clone()).unwrap_or_default();
                let filters = variable.raw.get("filters").cloned().unwrap_or(Json::Null);
                Settled { filters, datasource_uid, ..option::settled(variable) }
            }
            _ => self.single(variable),
        };
        self.variables.list.push(settled);
        true
    }

    fn given(&self, variable: &Variable) -> Option<&[String]> {
        let found = self.context.given.iter().find(|(name, _)| *name == variable.name);
        found.map(|(_, values)| values.as_slice()).filter(|values| !values.is_empty())
    }

    fn write(&self, text: &str) -> String {
        interpolate(text, &self.variables, &Scope::default(), DefaultFormat::Glob)
    }

    fn query(&mut self, variable: &Variable) -> Option<Settled> {
        let source = query::resolve(variable.datasource.as_ref(), &self.variables, &Panel::default(), self.context.datasources);
        if variable.refresh == 0 && !variable.options.is_empty() {
            return Some(self.saved(variable));
        }
        let Some(source) = source else {
            return Some(self.failed(variable, "its data source was not found"));
        };
        if matches!(source.kind.as_str(), "grafana-testdata-datasource" | "testdata") {
            let options = testdata::options(&self.write(&lookup::query_text(variable)));
            let options = option::of_query(options, &self.write(&variable.regex), variable);
            return Some(option::choose(variable, options, self.given(variable)));
        }
        let asked = match lookup::lookup(variable, source, &self.variables) {
            Ok(Source::Ask(asked)) => *asked,
            Ok(Source::Known(options)) => {
                let options = option::of_query(options, &self.write(&variable.regex), variable);
                return Some(option::choose(variable, options, self.given(variable)));
            }
            Ok(Source::Nothing) => return Some(option::choose(variable, Vec::new(), self.given(variable))),
            Err(why) => return Some(self.failed(variable, &why)),
        };
        let Some((_, answer)) = self.answers.iter().find(|(known, _)| *known == asked) else {
            if !self.asks.contains(&asked) {
                self.asks.push(asked);
            }
            return None;
        };
        let options = answer.as_ref().map_err(String::clone).and_then(|answer| lookup::read_answer(&asked, answer));
        Some(match options {
            Ok(options) => {
                let options = option::of_query(options, &self.write(&variable.regex), variable);
                option::choose(variable, options, self.given(variable))
            }
            Err(why) => self.failed(variable, &why),
        })
    }

    fn failed(&mut self, variable: &Variable, why: &str) -> Settled {
        self.warnings.push(format!("variable {} keeps its saved value: {why}", variable.name));
        self.saved(variable)
    }

    /// The saved options and choice; what was chosen counts as an option when none were saved.
    fn saved(&self, variable: &Variable) -> Settled {
        let real = |option: &&VariableOption| option.value != ALL;
        let mut options: Vec<VariableOption> = variable.options.iter().filter(real).cloned().collect();
        for chosen in variable.current.iter().filter(real) {
            if !options.iter().any(|option| option.value == chosen.value) {
                options.push(chosen.clone());
            }
        }
        option::choose(variable, options, self.given(variable))
    }

    fn custom_options(&self, variable: &Variable) -> Vec<VariableOption> {
        let text = self.write(&json::text_of(&variable.query).unwrap_or_default());
        let as_json = variable.raw.get("valuesFormat").and_then(Json::as_str) == Some("json");
        match serde_json::from_str::<Json>(&text) {
            Ok(Json::Array(list)) if as_json => list.iter().filter_map(json_option).collect(),
            _ => option::from_csv(&text),
        }
    }

    fn datasource_options(&self, variable: &Variable) -> Vec<VariableOption> {
        let kind = json::text_of(&variable.query).unwrap_or_default();
        let regex = self.write(&variable.regex);
        let regex = Some(regex).filter(|regex| !regex.is_empty()).and_then(|regex| string_to_js_regex(&regex).ok());
        let fits = |source: &&DataSource| regex.as_ref().is_none_or(|regex| regex.is_match(&source.name).unwrap_or(false));
        let mut sources: Vec<&DataSource> = self.context.datasources.iter().filter(|source| source.kind == kind).filter(fits).collect();
        sources.sort_by_key(|source| source.name.to_lowercase());
        let mut options: Vec<VariableOption> =
            sources.iter().map(|source| VariableOption { text: source.name.clone(), value: source.uid.clone() }).collect();
        let saved_default = variable.current.iter().any(|current| current.value == "default");
        if saved_default && sources.iter().any(|source| source.is_default) {
            options.push(VariableOption { text: "default".into(), value: "default".into() });
        }
        options
    }

    /// An interval; "auto" is the range cut into `auto_count` steps of at least `auto_min`.
    fn interval(&self, variable: &Variable) -> Settled {
        let options = option::from_csv(&json::text_of(&variable.query).unwrap_or_default());
        let wished = self.given(variable).and_then(|values| values.first().cloned());
        let wished = wished.or_else(|| variable.current.first().map(|current| current.value.clone()));
        let auto = wished.as_deref().is_some_and(|wish| wish == "auto" || wish.starts_with("$__auto"));
        if !auto {
            let single = Variable { multi: false, include_all: false, ..variable.clone() };
            return option::choose(&single, options, self.given(variable));
        }
        let count = variable.raw.get("auto_count").and_then(json::number_of).filter(|n| *n >= 1.0).unwrap_or(30.0);
        let least = variable.raw.get("auto_min").and_then(json::text_of).unwrap_or_else(|| "10s".into());
        let step = time::ms_to_interval(time::calculate_interval(&self.variables.range, count as u32, Some(&least)));
        Settled { chosen: vec![VariableOption { text: "auto".into(), value: step }], options, ..option::settled(variable) }
    }

    /// Textbox, constant, switch and what else holds one value.
    fn single(&self, variable: &Variable) -> Settled {
        let query = || json::text_of(&variable.query);
        let current = || variable.current.first().map(|current| current.value.clone());
        let given = self.given(variable).and_then(|values| values.first().cloned());
        let value = match variable.kind.as_str() {
            "constant" => query().or_else(current),
            _ => given.or_else(current).or_else(query),
        };
        let value = self.write(&value.unwrap_or_default());
        Settled { chosen: vec![VariableOption { text: value.clone(), value }], ..option::settled(variable) }
    }
}

fn json_option(json: &Json) -> Option<VariableOption> {
    let Some(map) = json.as_object() else {
        return json::text_of(json).map(|value| VariableOption { text: value.clone(), value });
    };
    let value = json::some_text(map, "value").or_else(|| json::some_text(map, "text"))?;
    Some(VariableOption { text: json::some_text(map, "text").unwrap_or_else(|| value.clone()), value })
}

/// The scope a panel's own fixed values make.
pub fn scope_of(panel: &Panel) -> Scope {
    let values: Vec<(String, ScopedValue)> = panel.scoped_vars.clone();
    Scope { values }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::dashboard::from_classic;

    /// Runs rounds; every look-up is answered with its own label twice (`job` → `job1`, `job2`). Returns "rounds; name=values …".
    fn settle(list: Json, given: &[(&str, &[&str])]) -> String {
        let dashboard = from_classic(&json!({"templating": {"list": list}})).unwrap();
        let given: Vec<(String, Vec<String>)> =
            given.iter().map(|(name, values)| ((*name).to_owned(), values.iter().map(|value| (*value).to_owned()).collect())).collect();
        let source = |uid: &str, kind: &str, is_default: bool| DataSource {
            uid: uid.into(),
            name: uid.to_uppercase(),
            kind: kind.into(),
            is_default,
            backend: true,
            ..DataSource::default()
        };
        let datasources = [source("p2", "prometheus", false), source("p1", "prometheus", true), source("l", "loki", false)];
        let base = Variables::default();
        let context = SettleContext { dashboard: &dashboard, given: &given, datasources: &datasources, base: &base };
        let mut answers: Vec<Answered> = Vec::new();
        for round in 0..9 {
            match next_step(&context, &answers) {
                NextStep::Ask(asks) => answers.extend(asks.into_iter().map(|ask| {
                    let label = ask.path.split("/label/").nth(1).and_then(|rest| rest.split('/').next()).unwrap_or("x").to_owned();
                    let answer = if label == "bad" {
                        Err("boom".to_owned())
                    } else {
                        Ok(json!({"data": [format!("{label}1"), format!("{label}2")]}))
                    };
                    (ask, answer)
                })),
                NextStep::Done { variables, warnings } => {
                    let one = |settled: &Settled| {
                        let values: Vec<&str> = settled.chosen.iter().map(|option| option.value.as_str()).collect();
                        format!("{}={}{}", settled.name, if settled.is_all { "*" } else { "" }, values.join("|"))
                    };
                    let all: Vec<String> = variables.list.iter().map(one).chain(warnings).collect();
                    return format!("{round}; {}", all.join(" "));
                }
            }
        }
        "never".into()
    }

    fn check(list: Json, given: &[(&str, &[&str])], expected: &str) {
        assert_eq!(settle(list.clone(), given), expected, "{list}");
    }

    #[test]
    fn rounds() {
        let query = |name: &str, query: &str, more: Json| {
            let mut one =
                json!({"name": name, "type": "query", "query": query, "refresh": 1, "datasource": {"uid": "$ds", "type": "prometheus"}});
            one.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            one
        };
        let ds = || json!({"name": "ds", "type": "datasource", "query": "prometheus"});
        // Chained, and saved out of order.
        check(
            json!([query("b", "label_values(up{a=\"$a\"}, b)", json!({})), query("a", "label_values(a)", json!({})), ds()]),
            &[],
            "2; b=b1 a=a1 ds=p1",
        );
        check(
            json!([
                ds(),
                query(
                    "a",
                    "label_values(a)",
                    json!({"multi": true, "includeAll": true, "current": {"value": ["a2", "gone"], "text": ["a2", "gone"]}})
                )
            ]),
            &[],
            "1; ds=p1 a=a2",
        );
        check(json!([ds(), query("a", "label_values(a)", json!({"includeAll": true}))]), &[], "1; ds=p1 a=*a1|a2");
        check(
            json!([ds(), query("a", "label_values(a)", json!({"multi": true}))]),
            &[("a", &["a2", "own"]), ("ds", &["P2"])],
            "1; ds=p2 a=a2|own",
        );
        check(
            json!([ds(), query("a", "label_values(bad)", json!({"current": {"value": "old", "text": "old"}}))]),
            &[],
            "1; ds=p1 a=old variable a keeps its saved value: boom",
        );
        check(
            json!([ds(), query("a", "label_values(a)", json!({"refresh": 0, "options": [{"text": "x", "value": "x"}]}))]),
            &[],
            "0; ds=p1 a=x",
        );
        check(
            json!([query("a", "$b", json!({})), query("b", "$a", json!({}))]),
            &[],
            "0; a= b= variable a refers to itself; it keeps its saved value variable b refers to itself; it keeps its saved value",
        );
        check(
            json!([{"name": "t", "type": "textbox", "query": "q"}, {"name": "c", "type": "constant", "query": "k"},
                {"name": "s", "type": "switch", "current": {"value": "true"}}, {"name": "m", "type": "custom", "query": "1,2", "current": {"value": "2"}}]),
            &[("t", &["given"])],
            "0; t=given c=k s=true m=2",
        );
    }
}
