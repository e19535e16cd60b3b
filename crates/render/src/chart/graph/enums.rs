//! Enum fields on one axis: the texts of all of them count through.

use std::collections::BTreeMap;

use grafana::frame::{Field, FieldType, Frame, Values};
use serde_json::{Value as Json, json};

use super::style::{Style, scale_key};

/// The texts an enum field counts through (`config.type.enum.text`).
pub fn texts(field: &Field) -> Option<Vec<String>> {
    if field.kind != FieldType::Enum {
        return None;
    }
    let texts = field.config.other.get("type")?.get("enum")?.get("text")?.as_array()?;
    Some(texts.iter().map(|text| text.as_str().map_or_else(|| text.to_string(), str::to_owned)).collect())
}

/// Numbers the enums of one scale one after the other, where there are several: ["a", "b"] and ["c"] become 0, 1 and 2.
///
/// Source: grafana 12.4.0 `reEnumFields`.
pub fn count_through(frames: &mut [Frame]) {
    let enums = || |field: &&mut Field| field.kind == FieldType::Enum;
    if frames.iter_mut().flat_map(|frame| &mut frame.fields).filter(enums()).count() < 2 {
        return;
    }
    let key = |field: &Field| scale_key(&field.config, &Style::read(&field.config.custom), field.kind);
    let mut all: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for field in frames.iter_mut().flat_map(|frame| &mut frame.fields).filter(enums()) {
        let known = all.entry(key(field)).or_default();
        if let Values::Number(numbers) = &mut field.values {
            numbers.iter_mut().flatten().for_each(|number| *number += known.len() as f64);
        }
        known.extend(texts(field).unwrap_or_default());
    }
    for field in frames.iter_mut().flat_map(|frame| &mut frame.fields).filter(enums()) {
        let texts = all.get(&key(field)).map(|texts| json!(texts));
        let place = field.config.other.get_mut("type").and_then(|kind| kind.pointer_mut("/enum/text"));
        place.into_iter().zip(texts).for_each(|(place, texts): (&mut Json, Json)| *place = texts);
    }
}

#[cfg(test)]
mod tests {
    use grafana::frame::frame_from_json;

    use super::*;

    #[test]
    fn several_enums_count_through() {
        let frame = |texts: Json, numbers: Json| {
            let field = json!({"name": "state", "type": "enum", "config": {"type": {"enum": {"text": texts}}}});
            frame_from_json(&json!({"schema": {"fields": [field]}, "data": {"values": [numbers]}})).unwrap()
        };
        let mut frames = [frame(json!(["a", "b"]), json!([0, 1, null])), frame(json!(["c", "d"]), json!([1, 0]))];
        count_through(&mut frames);
        assert_eq!(frames[0].fields[0].values, Values::Number(vec![Some(0.0), Some(1.0), None]));
        assert_eq!(frames[1].fields[0].values, Values::Number(vec![Some(3.0), Some(2.0)]));
        assert_eq!(frames.map(|frame| texts(&frame.fields[0]).unwrap()), [["a", "b", "c", "d"], ["a", "b", "c", "d"]]);
    }
}
