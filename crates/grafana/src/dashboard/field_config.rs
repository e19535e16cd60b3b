//! Reading of a saved `fieldConfig`.

use serde_json::Value as Json;

use super::json::{self, Object};
use crate::field::{
    ConfigOverrideRule, DataLink, FieldColor, FieldConfig, FieldConfigSource, MappingResult, Matcher, Threshold, ThresholdsConfig,
    ThresholdsMode, ValueMapping,
};

pub(super) fn read(json: Option<&Json>) -> FieldConfigSource {
    let Some(map) = json::object(json) else { return FieldConfigSource::default() };
    FieldConfigSource {
        defaults: json::object(map.get("defaults")).map(read_config).unwrap_or_default(),
        overrides: json::list(map, "overrides").iter().filter_map(Json::as_object).map(read_override).collect(),
    }
}

fn read_override(map: &Object) -> ConfigOverrideRule {
    let properties = json::list(map, "properties").iter().filter_map(Json::as_object);
    ConfigOverrideRule {
        matcher: json::object(map.get("matcher")).map(read_matcher).unwrap_or_default(),
        properties: properties.map(|one| (json::text(one, "id"), one.get("value").cloned().unwrap_or(Json::Null))).collect(),
    }
}

fn read_matcher(map: &Object) -> Matcher {
    Matcher { id: json::text(map, "id"), options: map.get("options").cloned().unwrap_or(Json::Null) }
}

fn read_config(map: &Object) -> FieldConfig {
    FieldConfig {
        display_name: json::some_text(map, "displayName"),
        display_name_from_ds: json::some_text(map, "displayNameFromDS"),
        description: json::some_text(map, "description"),
        unit: json::some_text(map, "unit"),
        decimals: json::integer(map, "decimals").map(|n| n as i32),
        min: json::number(map, "min"),
        max: json::number(map, "max"),
        interval_ms: json::number(map, "interval"),
        color: json::object(map.get("color")).map(read_color),
        thresholds: json::object(map.get("thresholds")).map(read_thresholds),
        mappings: json::list(map, "mappings").iter().filter_map(Json::as_object).filter_map(read_mapping).collect(),
        no_value: json::some_text(map, "noValue"),
        links: json::list(map, "links").iter().filter_map(Json::as_object).map(read_link).collect(),
        filterable: map.get("filterable").map(json::truthy),
        custom: json::object(map.get("custom")).cloned().unwrap_or_default(),
        other: map.iter().filter(|(key, _)| !KNOWN.contains(&key.as_str())).map(|(key, value)| (key.clone(), value.clone())).collect(),
    }
}

const KNOWN: [&str; 16] = [
    "displayName",
    "displayNameFromDS",
    "description",
    "unit",
    "decimals",
    "min",
    "max",
    "interval",
    "color",
    "thresholds",
    "mappings",
    "noValue",
    "links",
    "filterable",
    "custom",
    "nullValueMode",
];

fn read_color(map: &Object) -> FieldColor {
    FieldColor {
        mode: json::text(map, "mode"),
        fixed_color: json::some_text(map, "fixedColor"),
        series_by: json::some_text(map, "seriesBy"),
    }
}

fn read_thresholds(map: &Object) -> ThresholdsConfig {
    let percentage = map.get("mode").and_then(Json::as_str) == Some("percentage");
    let steps = json::list(map, "steps").iter().filter_map(Json::as_object).enumerate().map(|(index, step)| Threshold {
        value: json::number(step, "value").filter(|_| index > 0).unwrap_or(f64::NEG_INFINITY),
        color: json::text(step, "color"),
    });
    ThresholdsConfig { mode: if percentage { ThresholdsMode::Percentage } else { ThresholdsMode::Absolute }, steps: steps.collect() }
}

fn read_mapping(map: &Object) -> Option<ValueMapping> {
    let options = json::object(map.get("options"))?;
    let result = || json::object(options.get("result")).map(read_result).unwrap_or_default();
    match map.get("type")?.as_str()? {
        "value" => {
            let pairs = options.iter().filter_map(|(key, value)| value.as_object().map(|one| (key.clone(), read_result(one))));
            Some(ValueMapping::Value(pairs.collect()))
        }
        "range" => Some(ValueMapping::Range { from: json::number(options, "from"), to: json::number(options, "to"), result: result() }),
        "regex" => Some(ValueMapping::Regex { pattern: json::text(options, "pattern"), result: result() }),
        "special" => Some(ValueMapping::Special { matches: json::text(options, "match"), result: result() }),
        _ => None,
    }
}

fn read_result(map: &Object) -> MappingResult {
    MappingResult {
        text: json::some_text(map, "text"),
        color: json::some_text(map, "color"),
        icon: json::some_text(map, "icon"),
        index: json::integer(map, "index"),
    }
}

fn read_link(map: &Object) -> DataLink {
    DataLink { title: json::text(map, "title"), url: json::text(map, "url"), target_blank: json::flag(map, "targetBlank") }
}
