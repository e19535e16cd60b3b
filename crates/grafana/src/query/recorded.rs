//! Judges planning by what a real Grafana asked: every recording's variables are settled and panels planned, and the
//! queries compared with `calls.json`. Skipped where the recordings are not at hand.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use serde_json::{Map, Value as Json};

use super::{AnnotationRequest, DataSource, PanelPlan, plan_annotations, plan_panel};
use crate::{
    dashboard::{self, Dashboard, Panel, pixel_rect},
    time::{Clock, RawTimeRange, TimeRange, TimeZone},
    variable::{Answered, NextStep, SettleContext, Variables, next_step},
};

const IGNORED: [&str; 9] =
    ["datasourceId", "requestId", "key", "utcOffsetSec", "panelId", "exemplar", "timeRange", "legendFormat_", "scopes"];
const LOOSE: [&str; 2] = ["intervalMs", "maxDataPoints"];

fn recordings() -> Option<PathBuf> {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/recordings");
    [beside, PathBuf::from("/work/shared/recordings")].into_iter().find(|folder| folder.is_dir())
}

fn read(path: &Path) -> Option<Json> {
    serde_json::from_str(&std::fs::read_to_string(path).ok()?).ok()
}

fn datasources(folder: &Path) -> Vec<DataSource> {
    let settings = read(&folder.join("_instance/api_frontend_settings.json")).unwrap();
    let known = settings["datasources"].as_object().unwrap().iter().filter(|(_, one)| one["uid"].is_string());
    let source = |(name, one): (&String, &Json)| DataSource {
        id: one["id"].as_i64().unwrap_or(0),
        uid: one["uid"].as_str().unwrap().into(),
        name: name.clone(),
        kind: one["type"].as_str().unwrap().into(),
        is_default: *name == settings["defaultDatasource"].as_str().unwrap(),
        json_data: one["jsonData"].clone(),
        backend: one["meta"]["backend"].as_bool().unwrap_or(false),
        meta: one["meta"].clone(),
    };
    known.map(source).collect()
}

fn load(folder: &Path) -> Option<Dashboard> {
    if let Some(saved) = read(&folder.join("dashboard.json")).filter(|saved| saved["dashboard"].is_object()) {
        return dashboard::from_classic(&saved["dashboard"]).ok();
    }
    if let Some(saved) = read(&folder.join("dashboard.v1beta1.json")) {
        return dashboard::from_classic(&saved["spec"]).ok();
    }
    None
}

/// Our migrations against Grafana's own server, which wrote the same dashboards in its newest schema.
#[test]
fn migrates_as_the_server_does() {
    let Some(folder) = recordings() else { return };
    let (mut total, mut same) = (0, 0);
    let mut entries: Vec<PathBuf> = std::fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    entries.sort();
    for entry in entries {
        let (Some(saved), Some(served)) = (read(&entry.join("dashboard.json")), read(&entry.join("dashboard.v1beta1.json"))) else {
            continue;
        };
        if !saved["dashboard"].is_object() {
            continue;
        }
        let ours = dashboard::from_classic(&saved["dashboard"]).unwrap();
        let theirs = dashboard::from_classic(&served["spec"]).unwrap();
        let flat = |dashboard: &Dashboard| -> Vec<Panel> {
            dashboard.panels.iter().flat_map(|panel| std::iter::once(panel.clone()).chain(panel.panels.iter().cloned())).collect()
        };
        let (ours, theirs) = (flat(&ours), flat(&theirs));
        for panel in &ours {
            total += 1;
            let Some(other) = theirs.iter().find(|other| other.id == panel.id) else {
                println!("migrated {} {}: not served", entry.display(), panel.id);
                continue;
            };
            let differs: Vec<&str> = [
                ("type", panel.plugin_id != other.plugin_id),
                ("grid", panel.grid_pos != other.grid_pos && panel.plugin_id != "row"),
                ("field config", panel.field_config != other.field_config),
                ("options", sorted(&Json::Object(panel.options.clone())) != sorted(&Json::Object(other.options.clone()))),
                ("transformations", panel.transformations != other.transformations),
            ]
            .into_iter()
            .filter_map(|(what, differs)| differs.then_some(what))
            .collect();
            same += usize::from(differs.is_empty());
            if !differs.is_empty() {
                println!("migrated {} {} {}: {differs:?}", entry.display(), panel.id, panel.plugin_id);
                let (a, b) = (
                    format!("{:?} {}", panel.field_config, Json::Object(panel.options.clone())),
                    format!("{:?} {}", other.field_config, Json::Object(other.options.clone())),
                );
                let at = a.chars().zip(b.chars()).position(|(a, b)| a != b).unwrap_or(0).saturating_sub(60);
                println!(
                    "   ours   {}\n   theirs {}",
                    a.chars().skip(at).take(260).collect::<String>(),
                    b.chars().skip(at).take(260).collect::<String>()
                );
            }
        }
    }
    println!("{same} of {total} panels migrate as the server's do");
    // The rest differ by nulls and key order only.
    assert!(total == 0 || same * 100 >= total * 97, "{same} of {total}");
}

/// Every v2 recording reads, with the panels its elements name.
#[test]
fn reads_every_v2_dashboard() {
    let Some(folder) = recordings() else { return };
    for name in std::fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()) {
        let Some(saved) = read(&name.join("dashboard.v2beta1.json")) else { continue };
        let dashboard = dashboard::from_v2(&saved).unwrap();
        let count: usize = dashboard.panels.iter().map(|panel| usize::from(panel.plugin_id != "row") + panel.panels.len()).sum();
        let elements = saved["spec"]["elements"].as_object().map_or(0, Map::len);
        assert!(count >= elements.min(1), "{}: {count} of {elements}", name.display());
        if count != elements {
            println!("v2 {}: {count} panels of {elements} elements", name.display());
        }
    }
}

fn given(search: &str) -> Vec<(String, Vec<String>)> {
    let decode = |text: &str| percent_encoding::percent_decode_str(&text.replace('+', " ")).decode_utf8_lossy().into_owned();
    let mut given: Vec<(String, Vec<String>)> = Vec::new();
    for (name, value) in search.trim_start_matches('?').split('&').filter_map(|pair| pair.split_once('=')) {
        let Some(name) = name.strip_prefix("var-") else { continue };
        match given.iter_mut().find(|(known, _)| known == name) {
            Some((_, values)) => values.push(decode(value)),
            None => given.push((name.to_owned(), vec![decode(value)])),
        }
    }
    given
}

/// Path and sorted, decoded parameters.
fn normal(path: &str) -> (String, Vec<String>) {
    let (path, query) = path.split_once('?').unwrap_or((path, ""));
    let mut pairs: Vec<String> =
        query.split('&').map(|pair| percent_encoding::percent_decode_str(pair).decode_utf8_lossy().into_owned()).collect();
    pairs.sort();
    (path.to_owned(), pairs)
}

fn settle(
    dashboard: &Dashboard,
    sources: &[DataSource],
    shown: &Json,
    calls: &[Json],
    base: &Variables,
    misses: &mut Vec<String>,
    with_given: bool,
) -> Variables {
    let given = if with_given { given(shown["search"].as_str().unwrap()) } else { Vec::new() };
    let context = SettleContext { dashboard, given: &given, datasources: sources, base };
    let mut answers: Vec<Answered> = Vec::new();
    for _ in 0..20 {
        match next_step(&context, &answers) {
            NextStep::Done { variables, .. } => return *variables,
            NextStep::Ask(asks) => {
                for ask in asks {
                    let known = calls.iter().find(|call| normal(call["path"].as_str().unwrap()) == normal(&ask.path));
                    if known.is_none() {
                        misses.push(format!("variable {}: {}", ask.name, ask.path));
                    }
                    let answer = known.map(|call| call["response"].clone()).ok_or_else(|| "not recorded".to_owned());
                    answers.push((ask, answer));
                }
            }
        }
    }
    panic!("variables of {} never settle", dashboard.uid);
}

fn canonical(query: &Json, drop: &[&str]) -> String {
    let empty = |value: &Json| value.is_null() || value.as_array().is_some_and(Vec::is_empty) || value.as_str() == Some("");
    let kept: BTreeMap<&String, &Json> = query
        .as_object()
        .unwrap()
        .iter()
        .filter(|(key, value)| !(drop.contains(&key.as_str()) || empty(value) || *key == "hide" && **value == Json::Bool(false)))
        .collect();
    sorted(&serde_json::to_value(kept).unwrap()).to_string()
}

fn sorted(json: &Json) -> Json {
    match json {
        Json::Object(map) => {
            let sorted_map: BTreeMap<String, Json> = map.iter().map(|(key, value)| (key.clone(), sorted(value))).collect();
            Json::Object(Map::from_iter(sorted_map))
        }
        Json::Array(list) => Json::Array(list.iter().map(sorted).collect()),
        // 1.0 and 1 are one number in JavaScript.
        Json::Number(number) => number.as_f64().filter(|n| n.fract() == 0.0).map_or_else(|| json.clone(), |n| Json::from(n as i64)),
        other => other.clone(),
    }
}

fn recorded_queries(calls: &[Json]) -> Vec<(String, Json)> {
    let data = calls.iter().filter(|call| call["path"].as_str().unwrap().starts_with("/api/ds/query"));
    let each = |call: &Json| {
        let panel = call["panel"].as_str().unwrap_or_default().to_owned();
        call["request"]["queries"].as_array().unwrap().iter().map(|query| (panel.clone(), query.clone())).collect::<Vec<_>>()
    };
    data.flat_map(each).collect()
}

fn plan_all(panels: &[Panel], range: &TimeRange, clock: &Clock, variables: &Variables, sources: &[DataSource]) -> Vec<(String, PanelPlan)> {
    let plan =
        |panel: &Panel| (panel.key.clone(), plan_panel(panel, pixel_rect(panel.grid_pos, 1600.0).2, range, clock, variables, sources));
    panels.iter().map(plan).collect()
}

#[test]
fn asks_what_grafana_asked() {
    let Some(folder) = recordings() else { return };
    let sources = datasources(&folder);
    let (mut total, mut exact, mut loose, mut lookups_missed, mut annotations_missed) = (0, 0, 0, 0, 0);
    let mut entries: Vec<PathBuf> = std::fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    entries.sort();
    for entry in entries {
        let (Some(shown), Some(Json::Array(calls))) = (read(&entry.join("shown.json")), read(&entry.join("calls.json"))) else { continue };
        let Some(dashboard) = load(&entry) else { continue };
        let ms = |key: &str| shown[key].as_str().unwrap().parse::<f64>().unwrap();
        let raw = RawTimeRange { from: shown["from"].as_str().unwrap().into(), to: shown["to"].as_str().unwrap().into() };
        let range = TimeRange { from_ms: ms("from"), to_ms: ms("to"), raw };
        let clock = Clock { now_ms: range.to_ms, zone: TimeZone::utc(), week_start: 0, fiscal_year_start_month: 0 };
        let base = Variables { range: range.clone(), zone_name: "utc".into(), ..Variables::default() };
        let mut misses = Vec::new();
        let variables = settle(&dashboard, &sources, &shown, &calls, &base, &mut misses, true);
        lookups_missed += misses.len();
        let unrolled = dashboard::unroll(&dashboard, &variables, entry.ends_with("real-node-exporter-full-open"));
        let plans = plan_all(&unrolled, &range, &clock, &variables, &sources);
        let mut asked: Vec<(String, Json)> = Vec::new();
        for (key, plan) in &plans {
            let queries = plan.requests.iter().flat_map(|request| request.body["queries"].as_array().unwrap().clone());
            asked.extend(queries.map(|query| (key.clone(), query)));
        }
        let all = [IGNORED.as_slice(), &LOOSE].concat();
        let written: Vec<(String, String)> = asked.iter().map(|(_, one)| (canonical(one, &IGNORED), canonical(one, &all))).collect();
        for (panel, query) in recorded_queries(&calls) {
            total += 1;
            let (strict, lax) = (canonical(&query, &IGNORED), canonical(&query, &all));
            if written.iter().any(|(one, _)| *one == strict) {
                exact += 1;
            } else if let Some(near) = written.iter().position(|(_, one)| *one == lax) {
                loose += 1;
                let step = |query: &Json| format!("{} {}", query["intervalMs"], query["maxDataPoints"]);
                println!("loose {} {panel}: {} / ours {}", dashboard.uid, step(&query), step(&asked[near].1));
            } else {
                let near = asked.iter().find(|(key, one)| *key == format!("panel-{panel}") && one["refId"] == query["refId"]);
                println!("miss {} {panel}: {query}\n     ours {:?}", entry.display(), near.map(|(_, one)| one.to_string()));
            }
        }
        let (annotations, _) = plan_annotations(&dashboard, &clock, &variables, &sources);
        let asked_for: Vec<_> = annotations
            .iter()
            .filter_map(|plan| match &plan.request {
                AnnotationRequest::Regions(_) => None,
                AnnotationRequest::Get(path) => Some(normal(path)),
                AnnotationRequest::Query(_) | AnnotationRequest::Saved(_) => None,
            })
            .collect();
        for call in calls.iter().map(|call| call["path"].as_str().unwrap()).filter(|path| path.starts_with("/api/annotations?from")) {
            if !asked_for.contains(&normal(call)) {
                annotations_missed += 1;
                println!("annotation {}: {call} ours {asked_for:?}", dashboard.uid);
            }
        }
        misses.iter().for_each(|miss| println!("lookup {}: {miss}", dashboard.uid));
        let mut unknown = Vec::new();
        let wide = settle(&dashboard, &sources, &shown, &calls, &base, &mut unknown, false);
        for settled in &wide.list {
            let browser: Vec<String> = given(shown["search"].as_str().unwrap())
                .into_iter()
                .find(|(name, _)| *name == settled.name)
                .map(|(_, v)| v)
                .unwrap_or_default();
            let ours: Vec<String> =
                if settled.is_all { vec!["$__all".into()] } else { settled.chosen.iter().map(|o| o.value.clone()).collect() };
            if ours != browser && !(ours.is_empty() && browser == [""]) && !browser.is_empty() {
                println!("variable {} {}: grafana {browser:?} ours {ours:?}", dashboard.uid, settled.name);
            }
        }
    }
    println!("{total} recorded queries: {exact} exact, {loose} but for step and points; {lookups_missed} look-ups unknown");
    assert!(total == 0 || f64::from(exact) / f64::from(total) >= 0.93, "only {exact} of {total} queries are Grafana's");
    assert_eq!((lookups_missed, annotations_missed), (0, 0));
}

/// Where panels lie: keys and boxes against `shown.json`, whose y is counted from the window's top.
#[test]
fn lies_where_grafana_put_it() {
    let Some(folder) = recordings() else { return };
    let sources = datasources(&folder);
    let mut entries: Vec<PathBuf> = std::fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    entries.sort();
    let (mut total, mut right) = (0, 0);
    for entry in entries.iter().filter(|entry| !entry.file_name().unwrap().to_string_lossy().starts_with("v2-")) {
        let (Some(shown), Some(Json::Array(calls))) = (read(&entry.join("shown.json")), read(&entry.join("calls.json"))) else { continue };
        let Some(dashboard) = load(entry) else { continue };
        let variables = settle(&dashboard, &sources, &shown, &calls, &Variables::default(), &mut Vec::new(), true);
        let panels = dashboard::unroll(&dashboard, &variables, entry.ends_with("real-node-exporter-full-open"));
        let ours: Vec<(String, [i64; 4])> = panels
            .iter()
            .filter(|panel| panel.plugin_id != "row")
            .map(|panel| {
                let (x, y, w, h) = pixel_rect(panel.grid_pos, 1600.0);
                (panel.key.clone(), [x.round() as i64, y.round() as i64, w.round() as i64, h.round() as i64])
            })
            .collect();
        let mut theirs: Vec<(String, [i64; 4])> = shown["panels"]
            .as_array()
            .unwrap()
            .iter()
            .map(|panel| (panel["key"].as_str().unwrap().to_owned(), ["x", "y", "w", "h"].map(|side| panel[side].as_i64().unwrap())))
            .collect();
        // The page's header differs by dashboard: tops are compared from the first panel both have.
        let shift = theirs.iter().find_map(|(key, one)| ours.iter().find(|(k, _)| k == key).map(|(_, our)| one[1] - our[1])).unwrap_or(0);
        theirs.iter_mut().for_each(|(_, one)| one[1] -= shift);
        let near = |a: [i64; 4], b: [i64; 4]| a.iter().zip(b).all(|(a, b)| (a - b).abs() <= 1);
        for (key, place) in &theirs {
            total += 1;
            if ours.iter().any(|(known, our)| known == key && near(*our, *place)) {
                right += 1;
            } else {
                let same: Vec<_> = ours.iter().filter(|(known, _)| known == key).collect();
                println!("place {} {key}: grafana {place:?} ours {same:?}", dashboard.uid);
            }
        }
        for (key, _) in ours.iter().filter(|(key, _)| !theirs.iter().any(|(known, _)| known == key)) {
            println!("extra {} {key}", dashboard.uid);
        }
    }
    println!("{total} panels shown, {right} in place");
    assert!(total == 0 || f64::from(right) / f64::from(total) > 0.95, "{right} of {total} panels in place");
}
