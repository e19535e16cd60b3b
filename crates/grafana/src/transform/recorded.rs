//! Judges decoding, transformations and field config by what a real Grafana showed: the answers it got are taken through
//! the same steps, and the words of tables, stats and gauges looked for. Skipped where the recordings are not at hand.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
};

use serde_json::Value as Json;

use super::apply;
use crate::{
    dashboard::{self, Panel},
    field::{DisplayContext, ReduceDataOptions, apply_field_overrides, display_name, display_value, field_display_values},
    frame::{FieldType, Frame, finish_frames, frames_from_response},
    theme::Theme,
    time::TimeZone,
};

fn recordings() -> Option<PathBuf> {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/recordings");
    [beside, PathBuf::from("/work/shared/recordings")].into_iter().find(|folder| folder.is_dir())
}

fn read(path: &Path) -> Option<Json> {
    serde_json::from_str(&std::fs::read_to_string(path).ok()?).ok()
}

/// The answers of each panel, the last one for each refId, in the order of its targets.
fn answers(calls: &Json) -> BTreeMap<i64, BTreeMap<String, Json>> {
    let mut answers: BTreeMap<i64, BTreeMap<String, Json>> = BTreeMap::new();
    for call in
        calls.as_array().into_iter().flatten().filter(|call| call["path"].as_str().is_some_and(|path| path.contains("/api/ds/query")))
    {
        let panel = call["panel"].as_i64().or_else(|| call["panel"].as_str()?.parse().ok());
        let (Some(panel), Some(results)) = (panel, call["response"]["results"].as_object()) else { continue };
        for ref_id in results.keys() {
            answers.entry(panel).or_default().insert(ref_id.clone(), call["response"].clone());
        }
    }
    answers
}

fn frames(panel: &Panel, answers: &BTreeMap<String, Json>) -> Vec<Frame> {
    let targets = panel.targets.iter().filter_map(|target| Some((target.ref_id.as_str(), answers.get(&target.ref_id)?)));
    let frames = targets.flat_map(|(ref_id, answer)| frames_from_response(answer, ref_id).unwrap_or_default()).collect();
    // A Prometheus target has an expression; the type is often left to a variable.
    let is_prometheus = panel.targets.iter().any(|target| target.model.contains_key("expr"));
    finish_frames(if is_prometheus { "prometheus" } else { "" }, &panel.targets, frames)
}

/// The words our steps give for a panel.
fn words(panel: &Panel, frames: Vec<Frame>, context: &DisplayContext) -> BTreeSet<String> {
    let source = panel.field_config.clone().with_plugin_defaults(&panel.plugin_id);
    let (mut frames, warnings) = apply(frames, &panel.transformations, context);
    assert!(warnings.is_empty(), "{:?} {warnings:?}", panel.title);
    apply_field_overrides(&mut frames, &source, context);
    let mut words = BTreeSet::new();
    if panel.plugin_id == "table" {
        for frame in &frames {
            for field in &frame.fields {
                words.insert(display_name(field, frame, &frames));
                if field.kind != FieldType::Frame {
                    words.extend((0..field.values.len()).map(|row| display_value(field, &field.values.get(row), None, context).full()));
                }
            }
        }
        return words;
    }
    let options = panel.options.get("reduceOptions").map(ReduceDataOptions::from_json).unwrap_or_default();
    for one in field_display_values(&frames, &options, &source, false, context) {
        words.insert(one.display.full());
        words.extend(one.display.title);
    }
    words
}

/// Shown lines that are data: whole numbers of a footer, pagination and the title are left to the panels.
fn shown(json: &Json) -> Vec<String> {
    let lines = ["text", "svg"].into_iter().flat_map(|key| json[key].as_array().into_iter().flatten());
    lines.filter_map(Json::as_str).map(|line| line.trim().to_owned()).filter(|line| !line.is_empty()).collect()
}

#[test]
fn words_of_tables_and_stats() {
    let Some(folder) = recordings() else { return };
    let (zone, theme) = (TimeZone::utc(), Theme::light());
    let (mut n_found, mut n_all, mut lost) = (0, 0, Vec::new());
    let mut folders: Vec<PathBuf> = std::fs::read_dir(&folder).unwrap().flatten().map(|entry| entry.path()).collect();
    folders.sort();
    for folder in folders {
        let (Some(saved), Some(calls), Some(page)) =
            (read(&folder.join("dashboard.json")), read(&folder.join("calls.json")), read(&folder.join("shown.json")))
        else {
            continue;
        };
        let Ok(dashboard) = dashboard::from_classic(&saved["dashboard"]) else { continue };
        let answers = answers(&calls);
        let now_ms = page["to"].as_f64().unwrap_or(0.0);
        let context = DisplayContext { theme: &theme, zone: &zone, now_ms, interpolate: &|text| text.to_owned() };
        for panel in dashboard.panels.iter().flat_map(|panel| std::iter::once(panel).chain(&panel.panels)) {
            if !matches!(panel.plugin_id.as_str(), "table" | "stat" | "gauge" | "bargauge") || panel.repeat.is_some() {
                continue;
            }
            let key = format!("panel-{}", panel.id);
            let place = page["panels"].as_array().into_iter().flatten().find(|one| one["key"] == key.as_str());
            let (Some(place), Some(answers)) = (place, answers.get(&panel.id)) else { continue };
            let words = words(panel, frames(panel, answers), &context);
            for line in shown(place).into_iter().filter(|line| *line != panel.title) {
                n_all += 1;
                let compact = |text: &str| text.split_whitespace().collect::<String>();
                if words.iter().any(|word| compact(word) == compact(&line) || compact(word).contains(&compact(&line))) {
                    n_found += 1;
                } else {
                    lost.push(format!("{} {key} {} {line:?}", folder.file_name().unwrap_or_default().display(), panel.plugin_id));
                }
            }
        }
    }
    let share = n_found as f64 / n_all as f64;
    // What is left is drawn by panels: footers, percent changes, threshold labels, markdown, relative times of another clock.
    assert!(share > 0.87, "{n_found} of {n_all} found; not:\n{}", lost.join("\n"));
}
