//! Field config applied to frames (`@grafana/data` field/fieldOverrides.ts).

use serde_json::{Map, Value as Json};

use super::{
    DisplayContext, Field, FieldColor, FieldConfig, FieldConfigSource, NameContext, NumericRange, ThresholdsMode,
    config_json::{links_from_json, mappings_from_json},
    macros::{self, MacroScope},
    matcher::FieldMatcher,
    name::display_name_in,
    scale::{global_range, local_range},
};
use crate::frame::{FieldType, Frame, Values};

/// `applyFieldOverrides`: defaults, then the data source's own config, then overrides; settles display names, min and
/// max where percent thresholds or continuous colours need them, and series indexes.
///
/// What the data source set wins over the defaults and loses to the overrides. Rules with unknown matchers are left out.
pub fn apply_field_overrides(frames: &mut [Frame], source: &FieldConfigSource, context: &DisplayContext) {
    let rules: Vec<(FieldMatcher, &[(String, Json)])> =
        source.overrides.iter().filter_map(|rule| Some((FieldMatcher::new(&rule.matcher)?, rule.properties.as_slice()))).collect();
    let names = NameContext::of(frames);
    let mut global: Option<NumericRange> = None;
    let mut series_index = 0;
    for frame_index in 0..frames.len() {
        for index in 0..frames[frame_index].fields.len() {
            let mut config = std::mem::take(&mut frames[frame_index].fields[index].config);
            frames[frame_index].fields[index].display_name = None;
            let scope = FieldPlace { frame_index, index, names: &names, context };
            set_defaults(&mut config, &source.defaults, &frames[frame_index], &scope);
            frames[frame_index].fields[index].config = config;
            for (matcher, properties) in &rules {
                let frame = &frames[frame_index];
                if !matcher.matches(&frame.fields[index], frame, &names) {
                    continue;
                }
                for (id, value) in *properties {
                    let mut config = std::mem::take(&mut frames[frame_index].fields[index].config);
                    set_property(&mut config, id, value, &frames[frame_index], &scope);
                    frames[frame_index].fields[index].config = config;
                }
            }
            let range = settle_range(&frames[frame_index].fields[index], &mut global, frames);
            let field = &mut frames[frame_index].fields[index];
            field.range = range;
            guess_type(field);
            field.series_index = series_index;
            if field.kind != FieldType::Time {
                series_index += 1;
            }
        }
    }
    settle_names(frames, &names);
}

fn settle_names(frames: &mut [Frame], names: &NameContext) {
    for frame in frames {
        let settled: Vec<String> = frame.fields.iter().map(|field| display_name_in(field, frame, names)).collect();
        for (field, name) in frame.fields.iter_mut().zip(settled) {
            field.display_name = Some(name);
        }
    }
}

/// Which field is being configured.
struct FieldPlace<'a> {
    frame_index: usize,
    index: usize,
    names: &'a NameContext,
    context: &'a DisplayContext<'a>,
}

impl FieldPlace<'_> {
    /// Macros see the field with the config settled so far; its config is out on loan, so only names and labels count.
    fn expand(&self, text: &str, frame: &Frame) -> String {
        let scope = MacroScope {
            field: &frame.fields[self.index],
            frame,
            frame_index: self.frame_index,
            names: self.names,
            row: None,
            calc: None,
            reduced: None,
        };
        macros::expand(text, &scope, self.context)
    }
}

/// `setFieldConfigDefaults`: fills what the data source left open.
fn set_defaults(config: &mut FieldConfig, defaults: &FieldConfig, frame: &Frame, place: &FieldPlace) {
    let kind = frame.fields[place.index].kind;
    let is_number = kind == FieldType::Number;
    merge_base_threshold(config, defaults);
    if config.links.is_empty() {
        config.links = defaults.links.clone();
    } else {
        config.links.extend(defaults.links.iter().cloned());
    }
    if config.display_name.is_none() {
        config.display_name = defaults.display_name.as_ref().map(|name| place.expand(name, frame));
    }
    fill(&mut config.unit, &defaults.unit);
    fill(&mut config.color, &defaults.color);
    fill(&mut config.no_value, &defaults.no_value);
    fill(&mut config.thresholds, &defaults.thresholds);
    fill(&mut config.filterable, &defaults.filterable);
    if is_number {
        fill(&mut config.min, &defaults.min);
        fill(&mut config.max, &defaults.max);
        fill(&mut config.decimals, &defaults.decimals);
    }
    if config.mappings.is_empty() && kind != FieldType::Time {
        config.mappings = defaults.mappings.clone();
    }
    for (key, value) in &defaults.other {
        if (key == "fieldMinMax" && !is_number) || config.other.get(key).is_some_and(|value| !value.is_null()) {
            continue;
        }
        config.other.insert(key.clone(), value.clone());
    }
    merge_missing(&mut config.custom, &defaults.custom);
    validate(config);
}

fn fill<T: Clone>(target: &mut Option<T>, default: &Option<T>) {
    if target.is_none() {
        *target = default.clone();
    }
}

/// Grafana fills each setting the panel registered by its path; without the registry, each leaf stands for one.
fn merge_missing(target: &mut Map<String, Json>, defaults: &Map<String, Json>) {
    for (key, value) in defaults {
        match target.get_mut(key) {
            None | Some(Json::Null) => {
                target.insert(key.clone(), value.clone());
            }
            Some(_) => {}
        }
    }
}

/// Thresholds of a data source may lack their base step: the panel's stands in.
fn merge_base_threshold(config: &mut FieldConfig, defaults: &FieldConfig) {
    let base = defaults
        .thresholds
        .as_ref()
        .filter(|thresholds| thresholds.mode == ThresholdsMode::Absolute)
        .and_then(|thresholds| thresholds.steps.iter().find(|step| step.value == f64::NEG_INFINITY));
    let Some(thresholds) = config.thresholds.as_mut().filter(|thresholds| thresholds.mode == ThresholdsMode::Absolute) else { return };
    if let Some(base) = base
        && !thresholds.steps.iter().any(|step| step.value == f64::NEG_INFINITY)
    {
        thresholds.steps.insert(0, base.clone());
    }
}

/// `validateFieldConfig`.
fn validate(config: &mut FieldConfig) {
    match &config.color {
        None if config.thresholds.is_some() => {
            config.color = Some(FieldColor { mode: "thresholds".into(), ..FieldColor::default() });
        }
        Some(color) if color.mode.is_empty() => config.color = None,
        _ => {}
    }
    if let (Some(min), Some(max)) = (config.min, config.max)
        && min > max
    {
        (config.min, config.max) = (Some(max), Some(min));
    }
}

/// `setDynamicConfigValue`: one property of an override. Lists are put in front of those already there; null unsets.
fn set_property(config: &mut FieldConfig, id: &str, value: &Json, frame: &Frame, place: &FieldPlace) {
    if let Some(path) = id.strip_prefix("custom.") {
        set_path(&mut config.custom, path, value);
        return;
    }
    match id {
        "displayName" => config.display_name = super::config_json::text(value).map(|name| place.expand(&name, frame)),
        "mappings" if value.is_array() => {
            let mut mappings = mappings_from_json(value, config.thresholds.as_ref());
            mappings.append(&mut config.mappings);
            config.mappings = mappings;
        }
        "links" if value.is_array() => {
            let mut links = links_from_json(value);
            links.append(&mut config.links);
            config.links = links;
        }
        // Not properties of Grafana's registry, though keys of a config.
        "custom" | "interval" | "displayNameFromDS" => {}
        id => config.set(id, value),
    }
}

/// lodash `set` and `unset` on a dotted path; lists are put in front of those there.
fn set_path(target: &mut Map<String, Json>, path: &str, value: &Json) {
    let (key, rest) = path.split_once('.').map_or((path, None), |(key, rest)| (key, Some(rest)));
    if let Some(rest) = rest {
        let child = target.entry(key).or_insert_with(|| Json::Object(Map::new()));
        if !child.is_object() {
            *child = Json::Object(Map::new());
        }
        if let Some(child) = child.as_object_mut() {
            set_path(child, rest, value);
        }
        return;
    }
    match (value, target.get_mut(key)) {
        (Json::Null, _) => {
            target.shift_remove(key);
        }
        (Json::Array(items), Some(Json::Array(existing))) => {
            let tail = std::mem::take(existing);
            existing.extend(items.iter().cloned().chain(tail));
        }
        _ => {
            target.insert(key.into(), value.clone());
        }
    }
}

/// `calculateRange`: what min and max leave open is taken over all number fields, or over this one with `fieldMinMax`.
fn settle_range(field: &Field, global: &mut Option<NumericRange>, frames: &[Frame]) -> Option<NumericRange> {
    let config = &field.config;
    if config.min.is_some() && config.max.is_some() {
        let range = NumericRange { min: config.min, max: config.max };
        // The first such range stands in for the global one from here on; so it is in Grafana.
        global.get_or_insert(range);
        return Some(range);
    }
    if field.kind != FieldType::Number {
        return None;
    }
    if config.other.get("fieldMinMax").and_then(Json::as_bool) == Some(true) {
        let own = local_range(field);
        return Some(NumericRange { min: config.min.or(own.min), max: config.max.or(own.max) });
    }
    let global = *global.get_or_insert_with(|| global_range(frames));
    Some(NumericRange { min: config.min.or(global.min), max: config.max.or(global.max) })
}

/// A column of unknown type takes the type its name or first value tells; its cells are converted when all of them fit.
fn guess_type(field: &mut Field) {
    let Values::Other(cells) = &field.values else { return };
    if field.kind != FieldType::Other {
        return;
    }
    let name = field.name.to_lowercase();
    let first = cells.iter().find(|cell| !cell.is_null());
    let fits = |test: fn(&Json) -> bool| cells.iter().all(|cell| cell.is_null() || test(cell));
    match first {
        Some(Json::Number(_)) if fits(Json::is_number) => {
            let numbers = cells.iter().map(Json::as_f64).collect();
            (field.kind, field.values) = match name.as_str() {
                "time" | "date" => (FieldType::Time, Values::Time(numbers)),
                _ => (FieldType::Number, Values::Number(numbers)),
            };
        }
        Some(Json::String(_)) if fits(Json::is_string) => {
            let texts = cells.iter().map(|cell| cell.as_str().map(str::to_owned)).collect();
            (field.kind, field.values) = (FieldType::String, Values::String(texts));
        }
        Some(Json::Bool(_)) if fits(Json::is_boolean) => {
            let flags = cells.iter().map(Json::as_bool).collect();
            (field.kind, field.values) = (FieldType::Boolean, Values::Boolean(flags));
        }
        _ => {}
    }
}
