//! `alertlist`: Grafana-managed alert rules with their instances.

use std::cmp::{Ordering, Reverse};
use std::collections::BTreeMap;

use indexmap::IndexMap;
use serde_json::Value as Json;

use super::{
    Lookup,
    option::{Address, count, flag, interpolate, text},
};
use crate::{
    dashboard::Panel,
    js::js_regex,
    time::{TimeZone, parse_absolute},
    variable::{DefaultFormat, Variables},
};

/// State of a rule or an instance, without the reason that may stand behind it ("Alerting (NoData)").
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum AlertState {
    Firing,
    Pending,
    Recovering,
    NoData,
    Error,
    #[default]
    Normal,
}

/// A rule that passed the panel's filters.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct AlertRule {
    pub name: String,
    /// Absolute address of the rule's page; `None` without an identifier.
    pub url: Option<String>,
    pub state: AlertState,
    /// When the first of its instances left the normal state, ms since 1970 UTC.
    pub active_since_ms: Option<f64>,
    pub folder: String,
    pub group: String,
    /// Instances that pass the filters, at most the 15 Grafana sends.
    pub instances: Vec<AlertInstance>,
    /// How many instances Grafana counted behind the state filter, and how many there are.
    pub n_matching: u64,
    pub n_instances: u64,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub struct AlertInstance {
    pub labels: IndexMap<String, String>,
    pub state: AlertState,
    /// As Grafana writes it: "Alerting", "Normal (NoData)".
    pub state_text: String,
    pub active_at_ms: Option<f64>,
}

const RULES: &str = "rules";
/// `INSTANCES_DISPLAY_LIMIT`
const LIMIT: &str = "15";

/// The switches of `stateFilter` with their defaults, in the order the frontend sends them.
const STATES: [(&str, bool); 6] =
    [("firing", true), ("pending", true), ("recovering", true), ("noData", false), ("error", true), ("normal", false)];

impl AlertState {
    fn read(text: &str) -> AlertState {
        match text.split(' ').next().unwrap_or("").to_ascii_lowercase().as_str() {
            "firing" | "alerting" => AlertState::Firing,
            "pending" => AlertState::Pending,
            "recovering" => AlertState::Recovering,
            "nodata" => AlertState::NoData,
            "error" => AlertState::Error,
            _ => AlertState::Normal,
        }
    }

    fn key(self) -> &'static str {
        match self {
            AlertState::Firing => "firing",
            AlertState::Pending => "pending",
            AlertState::Recovering => "recovering",
            AlertState::NoData => "noData",
            AlertState::Error => "error",
            AlertState::Normal => "normal",
        }
    }
}

/// Whether `stateFilter` lets a state through. "inactive" is the word older panels saved for "normal".
fn wants(panel: &Panel, state: &str) -> bool {
    let saved = |key: &str| panel.options.get("stateFilter").and_then(|filter| filter.get(key)).and_then(Json::as_bool);
    let default = STATES.iter().any(|(key, default)| *key == state && *default);
    saved(state).unwrap_or(default) || (state == "normal" && saved("inactive") == Some(true))
}

pub(super) fn plan(panel: &Panel) -> Vec<Lookup> {
    let wanted = STATES.iter().map(|(key, _)| *key).filter(|key| wants(panel, key));
    let path = Address::new("/api/prometheus/grafana/api/v1/rules").with("limit_alerts", LIMIT).with_all("state", wanted).path();
    vec![Lookup { key: RULES.to_owned(), path, is_optional: false }]
}

pub(super) fn read(panel: &Panel, variables: &Variables, answers: &BTreeMap<String, Json>, root_url: &str) -> Vec<AlertRule> {
    let groups = answers.get(RULES).and_then(|answer| answer.pointer("/data/groups")).and_then(Json::as_array);
    let label_filter = interpolate(text(panel, "alertInstanceLabelFilter"), panel, variables, DefaultFormat::Glob);
    let name_filter = interpolate(text(panel, "alertName"), panel, variables, DefaultFormat::Glob).to_lowercase();
    let folder = panel.options.get("folder").and_then(|folder| folder.get("uid")).and_then(Json::as_str);
    let matchers = matchers(&label_filter);
    let mut rules = Vec::new();
    for group in groups.into_iter().flatten() {
        let group_text = |key: &str| group.get(key).and_then(Json::as_str).unwrap_or("").to_owned();
        for json in group.get("rules").and_then(Json::as_array).into_iter().flatten() {
            let here = |key: &str| json.get(key).and_then(Json::as_str);
            if here("type").is_some_and(|kind| kind != "alerting") || folder.is_some_and(|uid| here("folderUid") != Some(uid)) {
                continue;
            }
            if flag(panel, "dashboardAlerts", false)
                && json.pointer("/annotations/__dashboardUid__").and_then(Json::as_str) != Some(&variables.dashboard_uid)
            {
                continue;
            }
            let mut rule = rule(json);
            rule.url = here("uid").map(|uid| format!("{root_url}/alerting/grafana/{uid}/view"));
            (rule.folder, rule.group) = (group_text("file"), group_text("name"));
            rule.instances.retain(|i| wants(panel, i.state.key()) && matchers.iter().all(|matcher| matcher.fits(&i.labels)));
            let is_bare = rule.state == AlertState::Normal && flag(panel, "showInactiveAlerts", false) && label_filter.is_empty();
            // A rule has no state of its own for missing data and errors.
            let is_wanted = !matches!(rule.state, AlertState::NoData | AlertState::Error) && wants(panel, rule.state.key());
            if is_wanted && rule.name.to_lowercase().contains(&name_filter) && (is_bare || !rule.instances.is_empty()) {
                rules.push(rule);
            }
        }
    }
    sort(&mut rules, count(&panel.options, "sortOrder", 1));
    rules
}

fn rule(json: &Json) -> AlertRule {
    let text = |key: &str| json.get(key).and_then(Json::as_str).unwrap_or("").to_owned();
    let sum = |key: &str| -> Option<u64> { Some(json.get(key)?.as_object()?.values().filter_map(Json::as_u64).sum()) };
    let alerts = json.get("alerts").and_then(Json::as_array);
    let instances: Vec<AlertInstance> = alerts.into_iter().flatten().map(instance).collect();
    let active = instances.iter().filter(|i| i.state != AlertState::Normal).filter_map(|i| i.active_at_ms);
    let n_instances = sum("totals").unwrap_or(instances.len() as u64);
    AlertRule {
        name: text("name"),
        state: AlertState::read(&text("state")),
        active_since_ms: active.reduce(f64::min),
        n_matching: sum("totalsFiltered").unwrap_or(n_instances),
        n_instances,
        instances,
        ..AlertRule::default()
    }
}

fn instance(json: &Json) -> AlertInstance {
    let labels = json.get("labels").and_then(Json::as_object).into_iter().flatten();
    let state = json.get("state").and_then(Json::as_str).unwrap_or("");
    let active = json.get("activeAt").and_then(Json::as_str).and_then(|text| parse_absolute(text, &TimeZone::utc()));
    AlertInstance {
        labels: labels.map(|(key, value)| (key.clone(), value.as_str().unwrap_or("").to_owned())).collect(),
        state: AlertState::read(state),
        state_text: state.to_owned(),
        // "0001-01-01" says never.
        active_at_ms: active.filter(|ms| *ms > 0.0),
    }
}

/// `SortOrder`: 1 by name, 2 by name backwards, 3 by importance, 4 and 5 by the time of the first instance.
fn sort(rules: &mut [AlertRule], order: u64) {
    let importance = |rule: &AlertRule| match rule.state {
        AlertState::Firing => 1,
        AlertState::NoData => 2,
        AlertState::Pending => 3,
        AlertState::Normal => 5,
        // Without a score: last.
        AlertState::Recovering | AlertState::Error => 6,
    };
    let since = |rule: &AlertRule| rule.active_since_ms.unwrap_or(f64::INFINITY);
    match order {
        2 => rules.sort_by_key(|rule| Reverse(rule.name.to_lowercase())),
        3 => rules.sort_by_key(importance),
        4 => rules.sort_by(|a, b| since(a).partial_cmp(&since(b)).unwrap_or(Ordering::Equal)),
        5 => rules.sort_by(|a, b| since(b).partial_cmp(&since(a)).unwrap_or(Ordering::Equal)),
        _ => rules.sort_by_key(|rule| rule.name.to_lowercase()),
    }
}

/// One `label op "value"` of an instance filter.
struct Matcher {
    label: String,
    is_equal: bool,
    value: Wanted,
}

enum Wanted {
    Text(String),
    Pattern(fancy_regex::Regex),
}

impl Matcher {
    fn fits(&self, labels: &IndexMap<String, String>) -> bool {
        let value = labels.get(&self.label).map_or("", String::as_str);
        let is_hit = match &self.value {
            Wanted::Text(text) => text == value,
            Wanted::Pattern(pattern) => pattern.is_match(value).unwrap_or(false),
        };
        is_hit == self.is_equal
    }
}

/// `{a="b", c=~"d.*"}`, braces and quotes optional. What cannot be read filters nothing, as in Grafana.
fn matchers(text: &str) -> Vec<Matcher> {
    let inner = text.trim().trim_start_matches('{').trim_end_matches('}');
    let parts = split_outside_quotes(inner);
    parts.iter().filter_map(|part| matcher(part)).collect()
}

fn matcher(part: &str) -> Option<Matcher> {
    let at = part.find(['=', '!'])?;
    let (label, rest) = part.split_at(at);
    let (operator, value) = ["=~", "!~", "!=", "="].into_iter().find_map(|op| Some((op, rest.strip_prefix(op)?)))?;
    let value = value.trim().trim_matches('"').to_owned();
    let value = match operator.ends_with('~') {
        true => Wanted::Pattern(js_regex(&format!("^(?:{value})$")).ok()?),
        false => Wanted::Text(value),
    };
    Some(Matcher { label: label.trim().trim_matches('"').to_owned(), is_equal: operator.starts_with('='), value })
}

fn split_outside_quotes(text: &str) -> Vec<String> {
    let (mut parts, mut is_quoted) = (vec![String::new()], false);
    for c in text.chars() {
        is_quoted ^= c == '"';
        match (c, parts.last_mut()) {
            (',', _) if !is_quoted => parts.push(String::new()),
            (c, Some(part)) => part.push(c),
            _ => {}
        }
    }
    parts
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::dashboard::from_classic;

    fn check(options: Json, expected: &[&str]) {
        let dashboard = from_classic(&json!({"schemaVersion": 39, "panels": [{"type": "alertlist", "options": options}]})).unwrap();
        let alert = |host: &str, state: &str, at: &str| json!({"labels": {"host": host}, "state": state, "activeAt": at});
        let answer = json!({"data": {"groups": [{"name": "g", "file": "Folder", "rules": [
            {"type": "alerting", "name": "disk", "state": "firing", "folderUid": "f", "totals": {"alerting": 2, "normal": 1},
             "totalsFiltered": {"alerting": 2},
             "alerts": [alert("a", "Alerting", "2026-11-20T02:00:00Z"), alert("b", "Alerting (NoData)", "2026-11-20T01:00:00Z")]},
            {"type": "alerting", "name": "CPU", "state": "pending", "folderUid": "g",
             "alerts": [alert("c", "Pending", "2026-11-20T03:00:00Z")]},
            {"type": "alerting", "name": "quiet", "state": "inactive", "alerts": [alert("d", "Normal", "0001-01-01T00:00:00Z")]},
            {"type": "recording", "name": "sum", "state": "firing"}
        ]}]}});
        let rules = read(&dashboard.panels[0], &Variables::default(), &BTreeMap::from([(RULES.to_owned(), answer)]), "");
        let said: Vec<String> = rules
            .iter()
            .map(|rule| format!("{} {:?} {} of {}/{}", rule.name, rule.state, rule.instances.len(), rule.n_matching, rule.n_instances))
            .collect();
        assert_eq!(said, expected);
    }

    #[test]
    fn rules_are_filtered_and_sorted() {
        check(json!({}), &["CPU Pending 1 of 1/1", "disk Firing 2 of 2/3"]);
        check(
            json!({"sortOrder": 3, "stateFilter": {"inactive": true}}),
            &["disk Firing 2 of 2/3", "CPU Pending 1 of 1/1", "quiet Normal 1 of 1/1"],
        );
        check(json!({"sortOrder": 5}), &["CPU Pending 1 of 1/1", "disk Firing 2 of 2/3"]);
        check(json!({"alertName": "DIS"}), &["disk Firing 2 of 2/3"]);
        check(json!({"folder": {"uid": "g"}}), &["CPU Pending 1 of 1/1"]);
        check(json!({"alertInstanceLabelFilter": "{host=~\"a|x\"}"}), &["disk Firing 1 of 2/3"]);
        check(json!({"alertInstanceLabelFilter": "host!=c, host!=\"b\""}), &["disk Firing 1 of 2/3"]);
        check(json!({"dashboardAlerts": true}), &[]);
        check(json!({"stateFilter": {"firing": false, "pending": false}}), &[]);
    }
}
