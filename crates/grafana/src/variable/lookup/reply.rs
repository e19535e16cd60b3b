//! How answers become options.

use serde_json::Value as Json;

use super::{Reply, ResourceKind, VariableLookup};
use crate::{
    dashboard::json::{self, Object},
    variable::VariableOption,
};

/// The options an answer holds, before regex and sort. `Err` when it is an error answer.
pub(in crate::variable) fn read_answer(lookup: &VariableLookup, answer: &Json) -> Result<Vec<VariableOption>, String> {
    if answer.get("status").and_then(Json::as_str) == Some("error") {
        return Err(answer.get("error").and_then(Json::as_str).unwrap_or("the data source failed").to_owned());
    }
    let data = answer.get("data");
    let list = || data.and_then(Json::as_array).into_iter().flatten();
    match &lookup.reply {
        Reply::Texts => Ok(list().filter_map(json::text_of).map(same).collect()),
        Reply::Series => Ok(list().filter_map(Json::as_object).map(|series| same(metric_text(series))).collect()),
        Reply::Vector => Ok(vector(data)),
        Reply::Frames => frames(answer),
        Reply::Sql { has_meta, text, value } => {
            let frames = frames_of(answer)?.into_iter();
            Ok(frames.flat_map(|frame| super::sql::options(frame, *has_meta, text.as_deref(), value.as_deref())).collect())
        }
        Reply::FirstTexts => Ok(super::influx::options(&frames_of(answer)?)),
        Reply::FirstValues => Ok(first_values(frames_of(answer)?)),
        Reply::FrameNames => Ok(frames_of(answer)?.into_iter().filter_map(frame_name).map(same).collect()),
        Reply::Metrics => Ok(metrics(answer)),
        Reply::Terms => Ok(terms(answer)),
        Reply::Fields(kinds) => Ok(fields(answer, kinds)),
        Reply::Resources(kind) => Ok(resources(answer, *kind)),
    }
}

pub(super) fn same_option(text: &str) -> VariableOption {
    same(text.to_owned())
}

fn same(text: String) -> VariableOption {
    VariableOption { text: text.clone(), value: text }
}

/// `name{label="value",…}` as `getOriginalMetricName` writes it.
fn metric_text(labels: &Object) -> String {
    let name = json::text(labels, "__name__");
    let pairs = labels.iter().filter(|(key, _)| key.as_str() != "__name__");
    let inside = pairs.map(|(key, value)| format!("{key}=\"{}\"", json::text_of(value).unwrap_or_default())).collect::<Vec<_>>();
    format!("{name}{{{}}}", inside.join(","))
}

fn vector(data: Option<&Json>) -> Vec<VariableOption> {
    let kind = data.and_then(|data| data.get("resultType")).and_then(Json::as_str);
    let result = data.and_then(|data| data.get("result")).and_then(Json::as_array).map(Vec::as_slice).unwrap_or_default();
    if matches!(kind, Some("scalar" | "string")) {
        return result.get(1).and_then(json::text_of).map(same).into_iter().collect();
    }
    let line = |one: &Json| {
        let metric = one.get("metric")?.as_object()?;
        let value = one.get("value")?;
        let at_ms = value.get(0).and_then(json::number_of)? * 1000.0;
        Some(same(format!("{} {} {}", metric_text(metric), value.get(1).and_then(json::text_of)?, json::js_number(at_ms))))
    };
    result.iter().filter_map(line).collect()
}

/// Columns named `__text`/`text` and `__value`/`value`, else every text cell of the first frames' fields.
fn frames(answer: &Json) -> Result<Vec<VariableOption>, String> {
    Ok(frames_of(answer)?.into_iter().flat_map(frame_options).collect())
}

fn frames_of(answer: &Json) -> Result<Vec<&Json>, String> {
    let results = answer.get("results").and_then(Json::as_object).ok_or("the answer holds no results")?;
    if let Some(error) = results.values().find_map(|result| result.get("error").and_then(Json::as_str)) {
        return Err(error.to_owned());
    }
    Ok(results.values().filter_map(|result| result.get("frames").and_then(Json::as_array)).flatten().collect())
}

fn frame_options(frame: &Json) -> Vec<VariableOption> {
    let fields = frame.pointer("/schema/fields").and_then(Json::as_array).map(Vec::as_slice).unwrap_or_default();
    let columns = frame.pointer("/data/values").and_then(Json::as_array).map(Vec::as_slice).unwrap_or_default();
    let named = |names: &[&str]| {
        let at = fields.iter().position(|field| field.get("name").and_then(Json::as_str).is_some_and(|name| names.contains(&name)))?;
        columns.get(at).and_then(Json::as_array)
    };
    let (text, value) = (named(&["__text", "text"]), named(&["__value", "value"]));
    if let Some(rows) = text.or(value) {
        let (texts, values) = (text.unwrap_or(rows), value.unwrap_or(rows));
        let pair = |(text, value): (&Json, &Json)| Some(VariableOption { text: json::text_of(text)?, value: json::text_of(value)? });
        return texts.iter().zip(values).filter_map(pair).collect();
    }
    columns.iter().filter_map(Json::as_array).flatten().filter_map(json::text_of).map(same).collect()
}

/// Graphite's query type "Value": what the first series holds, zeros and gaps left out.
fn first_values(frames: Vec<&Json>) -> Vec<VariableOption> {
    let values = frames.first().and_then(|frame| frame.pointer("/data/values/1")).and_then(Json::as_array);
    values.into_iter().flatten().filter(|value| json::truthy(value)).filter_map(json::text_of).map(same).collect()
}

/// A series' name: its frame's, else its value field's.
fn frame_name(frame: &Json) -> Option<String> {
    let at = |pointer: &str| frame.pointer(pointer).and_then(Json::as_str).filter(|name| !name.is_empty()).map(str::to_owned);
    at("/schema/name").or_else(|| at("/schema/fields/1/config/displayNameFromDS")).or_else(|| at("/schema/fields/1/name"))
}

/// Graphite's own answers: `[{text}]`, `["text"]`, `{results: ["text"]}`.
fn metrics(answer: &Json) -> Vec<VariableOption> {
    let list = answer.get("results").unwrap_or(answer).as_array().into_iter().flatten();
    list.filter_map(|one| one.get("text").and_then(json::text_of).or_else(|| json::text_of(one))).map(same).collect()
}

/// The buckets of an Elasticsearch terms aggregation.
fn terms(answer: &Json) -> Vec<VariableOption> {
    let buckets = answer.pointer("/responses/0/aggregations/1/buckets").and_then(Json::as_array);
    let option = |bucket: &Json| {
        let value = bucket.get("key").and_then(json::text_of)?;
        Some(VariableOption { text: bucket.get("key_as_string").and_then(json::text_of).unwrap_or_else(|| value.clone()), value })
    };
    buckets.into_iter().flatten().filter_map(option).collect()
}

/// Fields Elasticsearch keeps for itself.
const ELASTIC_META: [&str; 12] =
    ["_index", "_type", "_id", "_source", "_size", "_field_names", "_ignored", "_routing", "_meta", "_doc_count", "_data_stream", "_tier"];

/// Names of the fields of an Elasticsearch mapping, by type ("number" is each kind of number).
fn fields(answer: &Json, kinds: &[String]) -> Vec<VariableOption> {
    let mut names: indexmap::IndexSet<String> = indexmap::IndexSet::new();
    for index in answer.as_object().into_iter().flat_map(|map| map.values()) {
        if let Some(properties) = index.pointer("/mappings/properties").and_then(Json::as_object) {
            add_fields(properties, "", kinds, &mut names, 0);
        }
    }
    names.into_iter().map(same).collect()
}

fn add_fields(map: &Object, above: &str, kinds: &[String], names: &mut indexmap::IndexSet<String>, depth: usize) {
    for (key, field) in map.iter().filter(|_| depth < 32) {
        let name = if above.is_empty() { key.clone() } else { format!("{above}.{key}") };
        for inner in ["properties", "fields"] {
            if let Some(inner) = field.get(inner).and_then(Json::as_object) {
                add_fields(inner, &name, kinds, names, depth + 1);
            }
        }
        let Some(kind) = field.get("type").and_then(Json::as_str) else { continue };
        let wanted = kinds.is_empty() || kinds.iter().any(|wanted| wanted == kind || Some(wanted.as_str()) == kind_of_field(kind));
        if wanted && !ELASTIC_META.contains(&key.as_str()) {
            names.insert(name);
        }
    }
}

fn kind_of_field(kind: &str) -> Option<&'static str> {
    Some(match kind {
        "float" | "double" | "integer" | "long" | "scaled_float" | "histogram" => "number",
        "date" | "date_nanos" => "date",
        "string" | "text" => "string",
        "nested" => "nested",
        _ => return None,
    })
}

/// Lists of CloudWatch's resources.
fn resources(answer: &Json, kind: ResourceKind) -> Vec<VariableOption> {
    let one = |entry: &Json| {
        let value = entry.get("value").unwrap_or(entry);
        let text = |key: &str| value.get(key).and_then(json::text_of);
        match kind {
            ResourceKind::Plain => {
                let value = json::text_of(value).or_else(|| text("name"))?;
                let text = ["text", "label"].iter().find_map(|key| entry.get(*key).and_then(json::text_of));
                Some(VariableOption { text: text.unwrap_or_else(|| value.clone()), value })
            }
            ResourceKind::LogGroups => Some(VariableOption { text: text("name")?, value: text("arn")? }),
            ResourceKind::Accounts => Some(VariableOption { text: text("label")?, value: text("id")? }),
        }
    };
    let mut options: Vec<VariableOption> = answer.as_array().into_iter().flatten().filter_map(one).collect();
    if kind == ResourceKind::Accounts && !options.is_empty() {
        options.insert(0, VariableOption { text: "All".into(), value: "all".into() });
    }
    options
}
