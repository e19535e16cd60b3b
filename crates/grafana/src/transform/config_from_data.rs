//! `configFromData`: one query's values as the field config of the others; the mapping rules serve `rowsToFields` too.

use serde_json::{Value as Json, json};

use super::{
    cells::{cell_of, name_alone},
    option,
};
use crate::{
    field::{
        FieldColor, FieldConfig, FieldMatcher, MappingResult, Matcher, NameContext, Threshold, ThresholdsConfig, ThresholdsMode,
        ValueMapping, cell_json, reduce_field, to_number, to_text,
    },
    frame::{Field, FieldType, Frame, FrameMeta, Value},
};

pub(super) fn config_from_data(frames: Vec<Frame>, options: &Json) -> Vec<Frame> {
    let ref_id = option::text(options, "configRefId").unwrap_or("config");
    let Some(config_index) = frames.iter().position(|frame| frame.ref_id.as_deref() == Some(ref_id)) else { return frames };
    let config_frame = &frames[config_index];
    let mappings = evaluate(config_frame, options.get("mappings"), false);
    let cells: Vec<Value> =
        config_frame.fields.iter().zip(&mappings.fields).map(|(field, mapping)| reduce_field(field, &mapping.reducer)).collect();
    let overlay = config_of(&cells, &mappings);
    let numeric = || Matcher { id: "numeric".into(), options: Json::Null };
    let apply_to = options.get("applyTo").and_then(Matcher::from_json).unwrap_or_else(numeric);
    let matcher = FieldMatcher::new(&apply_to).unwrap_or(FieldMatcher::Never);
    let names = NameContext::of(&frames);
    let is_alone = frames.len() == 1;
    frames
        .iter()
        .enumerate()
        .filter(|(index, _)| is_alone || *index != config_index)
        .map(|(_, frame)| {
            let fields = frame.fields.iter().map(|field| match matcher.matches(field, frame, &names) {
                true => Field { config: overlaid(&field.config, &overlay), ..field.clone() },
                false => field.clone(),
            });
            Frame { name: None, ref_id: frame.ref_id.clone(), meta: FrameMeta::default(), fields: fields.collect() }
        })
        .collect()
}

fn overlaid(config: &FieldConfig, overlay: &FieldConfig) -> FieldConfig {
    let mut config = config.clone();
    config.max = overlay.max.or(config.max);
    config.min = overlay.min.or(config.min);
    config.decimals = overlay.decimals.or(config.decimals);
    config.unit = overlay.unit.clone().or(config.unit);
    config.display_name = overlay.display_name.clone().or(config.display_name);
    config.color = overlay.color.clone().or(config.color);
    config.thresholds = overlay.thresholds.clone().or(config.thresholds);
    if !overlay.mappings.is_empty() {
        config.mappings = overlay.mappings.clone();
    }
    config
}

/// What a field of the config frame is used for.
pub(super) struct Mapping {
    /// "max", "unit", "threshold1", "field.label" …; `None` when it is used for nothing.
    pub handler: Option<String>,
    threshold_color: String,
    reducer: String,
}

pub(super) struct Mappings {
    /// One for each field of the frame.
    pub fields: Vec<Mapping>,
    pub name_field: Option<usize>,
    pub value_field: Option<usize>,
}

const HANDLERS: [&str; 14] = [
    "field.name",
    "field.value",
    "field.label",
    "__ignore",
    "max",
    "min",
    "unit",
    "decimals",
    "displayName",
    "color",
    "threshold1",
    "mappings.value",
    "mappings.color",
    "mappings.text",
];

/// `evaluateFieldMappings`: by the saved mapping, else by the field's name in lower case. With `as_rows` the name and value
/// fields are found, and what is left over becomes labels.
pub(super) fn evaluate(frame: &Frame, saved: Option<&Json>, as_rows: bool) -> Mappings {
    let saved = saved.and_then(Json::as_array).map(Vec::as_slice).unwrap_or_default();
    let has_handler = |key: &str| saved.iter().any(|one| option::text(one, "handlerKey") == Some(key));
    let known = |key: &str| HANDLERS.contains(&key).then(|| key.to_owned());
    let mut result = Mappings { fields: Vec::new(), name_field: None, value_field: None };
    for (index, field) in frame.fields.iter().enumerate() {
        let name = name_alone(field, frame);
        let mapping = saved.iter().find(|one| one.get("fieldName").and_then(Json::as_str) == Some(name.as_str()));
        let mut handler = match mapping {
            Some(mapping) => option::text(mapping, "handlerKey").and_then(known),
            None => known(&name.to_lowercase()),
        };
        if as_rows {
            match handler.as_deref() {
                Some("field.name") => result.name_field = Some(index),
                Some("field.value") => result.value_field = Some(index),
                None if mapping.is_none() => {
                    if result.name_field.is_none() && !has_handler("field.name") && field.kind == FieldType::String {
                        result.name_field = Some(index);
                        handler = known("field.name");
                    }
                    if result.value_field.is_none() && !has_handler("field.value") && field.kind == FieldType::Number {
                        result.value_field = Some(index);
                        handler = known("field.value");
                    }
                }
                _ => {}
            }
            handler = handler.or_else(|| known("field.label"));
        }
        let lists = handler.as_deref().is_some_and(|handler| handler.starts_with("mappings."));
        let reducer = mapping.and_then(|mapping| option::text(mapping, "reducerId"));
        let color = mapping.and_then(|mapping| mapping.pointer("/handlerArguments/threshold/color")).and_then(Json::as_str);
        result.fields.push(Mapping {
            handler,
            threshold_color: color.unwrap_or("red").into(),
            reducer: reducer.unwrap_or(if lists { "allValues" } else { "lastNotNull" }).into(),
        });
    }
    result
}

/// The config that one row of cells stands for (`getFieldConfigFromFrame`).
pub(super) fn config_of(cells: &[Value], mappings: &Mappings) -> FieldConfig {
    let mut config = FieldConfig::default();
    let (mut values, mut colors, mut texts) = (None, None, None);
    let list = |cell: &Value| match cell {
        Value::Json(Json::Array(items)) => Some(items.clone()),
        _ => None,
    };
    for (cell, mapping) in cells.iter().zip(&mappings.fields).filter(|(cell, _)| **cell != Value::Null) {
        let number = || Some(to_number(cell)).filter(|number| !number.is_nan());
        match mapping.handler.as_deref() {
            Some("max") => config.max = number(),
            Some("min") => config.min = number(),
            Some("decimals") => config.decimals = number().map(|number| number as i32),
            Some("unit") => config.unit = Some(to_text(cell)),
            Some("displayName") => config.display_name = Some(to_text(cell)),
            Some("color") => {
                config.color = Some(FieldColor { mode: "fixed".into(), fixed_color: Some(to_text(cell)), series_by: None });
            }
            Some("threshold1") => {
                let Some(value) = number() else { continue };
                let empty = || ThresholdsConfig { mode: ThresholdsMode::Absolute, steps: Vec::new() };
                let steps = &mut config.thresholds.get_or_insert_with(empty).steps;
                steps.push(Threshold { value, color: mapping.threshold_color.clone() });
            }
            Some("mappings.value") => values = list(cell),
            Some("mappings.color") => colors = list(cell),
            Some("mappings.text") => texts = list(cell),
            _ => {}
        }
    }
    if let Some(values) = values {
        config.mappings = vec![value_mapping(&values, colors.as_deref(), texts.as_deref())];
    }
    config
}

fn value_mapping(values: &[Json], colors: Option<&[Json]>, texts: Option<&[Json]>) -> ValueMapping {
    let text = |list: Option<&[Json]>, index: usize| {
        list.and_then(|list| list.get(index)).filter(|json| !json.is_null()).map(|json| to_text(&cell_of(json)))
    };
    let results = values.iter().enumerate().filter(|(_, value)| !value.is_null()).map(|(index, value)| {
        let result = MappingResult { text: text(texts, index), color: text(colors, index), icon: None, index: Some(index as i64) };
        (to_text(&cell_of(value)), result)
    });
    ValueMapping::Value(results.collect())
}

/// The cells of one row.
pub(super) fn row_cells(frame: &Frame, row: usize) -> Vec<Value> {
    frame.fields.iter().map(|field| field.values.get(row)).map(|cell| cell_of(&json_or_number(cell))).collect()
}

fn json_or_number(cell: Value) -> Json {
    match cell {
        Value::Number(number) => json!(number),
        cell => cell_json(&cell),
    }
}
