//! Field config from Grafana's JSON, today's spelling and the older ones.

use serde_json::{Map, Value as Json};

use super::{
    ConfigOverrideRule, DataLink, FieldColor, FieldConfig, FieldConfigSource, MappingResult, Matcher, ReduceDataOptions, Threshold,
    ThresholdsConfig, ThresholdsMode, ValueMapping, threshold::active_threshold,
};
use crate::js::{number_to_string, parse_float};

impl FieldConfig {
    /// Reads a `FieldConfig` object; unknown keys go to `other`. Never fails: what cannot be read is left unset.
    pub fn from_json(json: &Map<String, Json>) -> FieldConfig {
        let mut config = FieldConfig::default();
        // Old mappings take their colours from the thresholds, so these come first.
        if let Some(thresholds) = json.get("thresholds") {
            config.thresholds = thresholds_from_json(thresholds);
        }
        for (key, value) in json {
            config.set(key, value);
        }
        config
    }

    /// Sets one top-level property by its JSON key. Null unsets.
    pub(crate) fn set(&mut self, key: &str, value: &Json) {
        match key {
            "displayName" => self.display_name = text(value),
            "displayNameFromDS" => self.display_name_from_ds = text(value),
            "description" => self.description = text(value),
            "unit" => self.unit = text(value),
            "decimals" => self.decimals = number(value).map(|number| number as i32),
            "min" => self.min = number(value),
            "max" => self.max = number(value),
            "interval" => self.interval_ms = number(value),
            "color" => self.color = color_from_json(value),
            "thresholds" => self.thresholds = thresholds_from_json(value),
            "mappings" => self.mappings = mappings_from_json(value, self.thresholds.as_ref()),
            "noValue" => self.no_value = text(value),
            "links" => self.links = links_from_json(value),
            "filterable" => self.filterable = value.as_bool(),
            "custom" => self.custom = value.as_object().cloned().unwrap_or_default(),
            other if value.is_null() => {
                self.other.shift_remove(other);
            }
            other => {
                self.other.insert(other.into(), value.clone());
            }
        }
    }
}

impl FieldConfigSource {
    /// Reads a panel's `fieldConfig`; anything but an object is the empty config.
    pub fn from_json(json: &Json) -> FieldConfigSource {
        let mut defaults = json.get("defaults").and_then(Json::as_object).map(FieldConfig::from_json).unwrap_or_default();
        // A panel's first step holds whatever value was saved with it (`getPanelOptionsWithDefaults`).
        if let Some(first) = defaults.thresholds.as_mut().and_then(|thresholds| thresholds.steps.first_mut()) {
            first.value = f64::NEG_INFINITY;
        }
        let overrides = json.get("overrides").and_then(Json::as_array).into_iter().flatten().filter_map(override_from_json);
        let overrides = overrides.map(with_base_step).collect();
        FieldConfigSource { defaults, overrides }
    }
}

impl Matcher {
    /// Reads `{id, options}`; `None` when there is no id.
    pub fn from_json(json: &Json) -> Option<Matcher> {
        let id = json.get("id")?.as_str()?.to_owned();
        Some(Matcher { id, options: json.get("options").cloned().unwrap_or(Json::Null) })
    }
}

impl ReduceDataOptions {
    /// Reads `options.reduceOptions`.
    pub fn from_json(json: &Json) -> ReduceDataOptions {
        let calcs = json.get("calcs").and_then(Json::as_array).into_iter().flatten();
        ReduceDataOptions {
            values: json.get("values").and_then(Json::as_bool).unwrap_or(false),
            limit: json.get("limit").and_then(number).filter(|limit| *limit > 0.0).map(|limit| limit as usize),
            calcs: calcs.filter_map(Json::as_str).map(str::to_owned).collect(),
            fields: json.get("fields").and_then(Json::as_str).unwrap_or_default().to_owned(),
        }
    }
}

fn override_from_json(json: &Json) -> Option<ConfigOverrideRule> {
    let matcher = Matcher::from_json(json.get("matcher")?)?;
    let properties = json
        .get("properties")
        .and_then(Json::as_array)
        .into_iter()
        .flatten()
        .filter_map(|property| Some((property.get("id")?.as_str()?.to_owned(), property.get("value").cloned().unwrap_or(Json::Null))))
        .collect();
    Some(ConfigOverrideRule { matcher, properties })
}

/// Text as JavaScript's template strings write it; null is `None`.
pub(crate) fn text(value: &Json) -> Option<String> {
    match value {
        Json::Null => None,
        Json::String(text) => Some(text.clone()),
        Json::Number(number) => Some(number.as_f64().map(number_to_string).unwrap_or_default()),
        other => Some(other.to_string()),
    }
}

/// `parseFloat(String(value))`; what is no number is unset.
pub(crate) fn number(value: &Json) -> Option<f64> {
    match value {
        Json::Number(number) => number.as_f64(),
        Json::String(text) => Some(parse_float(text)).filter(|number| !number.is_nan()),
        _ => None,
    }
}

fn color_from_json(value: &Json) -> Option<FieldColor> {
    // A bare string is a fixed colour in overrides of Grafana 7.
    if let Some(color) = value.as_str() {
        return Some(FieldColor { mode: "fixed".into(), fixed_color: Some(color.into()), series_by: None });
    }
    let text = |key: &str| value.get(key).and_then(Json::as_str).filter(|text| !text.is_empty()).map(str::to_owned);
    value.as_object()?;
    Some(FieldColor { mode: text("mode").unwrap_or_default(), fixed_color: text("fixedColor"), series_by: text("seriesBy") })
}

/// Null is what saved panels write for −Infinity.
fn with_base_step(mut rule: ConfigOverrideRule) -> ConfigOverrideRule {
    for (_, value) in rule.properties.iter_mut().filter(|(id, _)| id == "thresholds") {
        if let Some(first) = value.pointer_mut("/steps/0/value") {
            *first = Json::Null;
        }
    }
    rule
}

pub(crate) fn thresholds_from_json(value: &Json) -> Option<ThresholdsConfig> {
    let steps = value.get("steps")?.as_array()?;
    let mode = match value.get("mode").and_then(Json::as_str) {
        Some("percentage") => ThresholdsMode::Percentage,
        _ => ThresholdsMode::Absolute,
    };
    let steps = steps
        .iter()
        .enumerate()
        .map(|(index, step)| {
            let value = step.get("value").and_then(number);
            // JSON has no -Infinity: the first step is saved as null.
            let value = value.unwrap_or(if index == 0 { f64::NEG_INFINITY } else { 0.0 });
            Threshold { value, color: step.get("color").and_then(Json::as_str).unwrap_or_default().to_owned() }
        })
        .collect();
    Some(ThresholdsConfig { mode, steps })
}

pub(crate) fn links_from_json(value: &Json) -> Vec<DataLink> {
    let text = |link: &Json, key: &str| link.get(key).and_then(Json::as_str).unwrap_or_default().to_owned();
    value
        .as_array()
        .into_iter()
        .flatten()
        .map(|link| DataLink {
            title: text(link, "title"),
            url: text(link, "url"),
            target_blank: link.get("targetBlank").and_then(Json::as_bool).unwrap_or(false),
        })
        .collect()
}

/// Value mappings; the forms before Grafana 8 (`{type: 1, value, text}`, `{type: 2, from, to, text}`) are brought to today's.
pub(crate) fn mappings_from_json(value: &Json, thresholds: Option<&ThresholdsConfig>) -> Vec<ValueMapping> {
    let mut mappings = Vec::new();
    let mut old_values: Vec<(String, MappingResult)> = Vec::new();
    for mapping in value.as_array().into_iter().flatten() {
        match mapping.get("type").and_then(Json::as_str) {
            Some(kind) => mappings.extend(mapping_from_json(kind, mapping.get("options").unwrap_or(&Json::Null))),
            None => old_mapping(mapping, thresholds, &mut mappings, &mut old_values),
        }
    }
    if !old_values.is_empty() {
        mappings.insert(0, ValueMapping::Value(old_values));
    }
    mappings
}

fn mapping_from_json(kind: &str, options: &Json) -> Option<ValueMapping> {
    let result = || result_from_json(options.get("result").unwrap_or(&Json::Null));
    match kind {
        "value" => {
            let options = options.as_object()?;
            Some(ValueMapping::Value(options.iter().map(|(value, result)| (value.clone(), result_from_json(result))).collect()))
        }
        "range" => Some(ValueMapping::Range {
            from: options.get("from").and_then(number),
            to: options.get("to").and_then(number),
            result: result(),
        }),
        "regex" => Some(ValueMapping::Regex { pattern: options.get("pattern")?.as_str()?.to_owned(), result: result() }),
        "special" => Some(ValueMapping::Special { matches: options.get("match")?.as_str()?.to_owned(), result: result() }),
        _ => None,
    }
}

fn result_from_json(json: &Json) -> MappingResult {
    let text_of = |key: &str| json.get(key).and_then(text);
    MappingResult {
        text: text_of("text"),
        color: text_of("color").filter(|color| !color.is_empty()),
        icon: text_of("icon"),
        index: json.get("index").and_then(Json::as_i64),
    }
}

fn old_mapping(
    json: &Json,
    thresholds: Option<&ThresholdsConfig>,
    mappings: &mut Vec<ValueMapping>,
    values: &mut Vec<(String, MappingResult)>,
) {
    let text_of = |key: &str| json.get(key).and_then(text);
    let shown = text_of("text");
    // Their colour is the one the thresholds gave to the shown number.
    let numeric = shown.as_deref().map_or(f64::NAN, parse_float);
    let color = thresholds
        .filter(|thresholds| !numeric.is_nan() && !thresholds.steps.is_empty())
        .and_then(|thresholds| active_threshold(numeric, &thresholds.steps))
        .map(|threshold| threshold.color.clone());
    let result = MappingResult { text: shown, color, ..MappingResult::default() };
    let null = |result| ValueMapping::Special { matches: "null".into(), result };
    let kind = json.get("type").and_then(Json::as_i64);
    let (from, to) = (text_of("from"), text_of("to"));
    let is_range = kind == Some(2) || (kind.is_none() && text_of("value").is_none() && from.is_some());
    if is_range {
        if from.as_deref() == Some("null") || to.as_deref() == Some("null") {
            mappings.push(null(result));
        } else {
            let bound = |text: Option<String>| text.map(|text| parse_float(&text)).filter(|number| !number.is_nan());
            mappings.push(ValueMapping::Range { from: bound(from), to: bound(to), result });
        }
        return;
    }
    match text_of("value") {
        None => {}
        Some(value) if value == "null" => mappings.push(null(result)),
        Some(value) => values.push((value, result)),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn reads_old_mappings() {
        let config = FieldConfig::from_json(
            json!({"thresholds": {"mode": "absolute", "steps": [{"value": null, "color": "green"}, {"value": 10, "color": "red"}]},
                "mappings": [{"id": 0, "type": 1, "value": "1", "text": "20"}, {"type": 2, "from": "2", "to": "3", "text": "two"},
                    {"type": 1, "value": "null", "text": "N/A"}]})
            .as_object()
            .unwrap(),
        );
        let result = |text: &str, color: Option<&str>| MappingResult {
            text: Some(text.into()),
            color: color.map(str::to_owned),
            ..MappingResult::default()
        };
        assert_eq!(
            config.mappings,
            vec![
                ValueMapping::Value(vec![("1".into(), result("20", Some("red")))]),
                ValueMapping::Range { from: Some(2.0), to: Some(3.0), result: result("two", None) },
                ValueMapping::Special { matches: "null".into(), result: result("N/A", None) },
            ]
        );
        assert_eq!(config.thresholds.unwrap().steps[0].value, f64::NEG_INFINITY);
    }
}
