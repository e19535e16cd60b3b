//! What a field and a frame are called (`@grafana/data` field/fieldState.ts).

use super::NameContext as Context;
use crate::frame::{Field, FieldType, Frame, Labels};

const VALUE_FIELD_NAME: &str = "Value";
const TIME_FIELD_NAME: &str = "Time";

/// What names depend on besides the frame: facts about all frames of the panel, found once.
#[derive(Clone, Debug, Default)]
pub struct NameContext {
    /// Some frame has another name than the one before it.
    frame_names_differ: bool,
    /// The only label there is in all frames.
    single_label: Option<String>,
}

impl NameContext {
    pub fn of(frames: &[Frame]) -> NameContext {
        NameContext { frame_names_differ: frames.windows(2).any(|pair| pair[0].name != pair[1].name), single_label: single_label(frames) }
    }
}

fn single_label(frames: &[Frame]) -> Option<String> {
    let mut single: Option<&String> = None;
    for key in frames.iter().flat_map(|frame| &frame.fields).flat_map(|field| field.labels.keys()) {
        match single {
            None => single = Some(key),
            Some(other) if other != key => return None,
            Some(_) => {}
        }
    }
    single.cloned()
}

/// `getFieldDisplayName`. `frames` are all frames of the panel (names are made unique among them).
///
/// `field` must be one of `frame.fields`: which one it is decides the number that keeps equal names apart. A name settled by
/// `apply_field_overrides` is returned as it is.
pub fn display_name(field: &Field, frame: &Frame, frames: &[Frame]) -> String {
    if let Some(name) = &field.display_name {
        return name.clone();
    }
    display_name_in(field, frame, &Context::of(frames))
}

/// As [`display_name`] without a settled name, with the facts about all frames already found.
pub fn display_name_in(field: &Field, frame: &Frame, context: &Context) -> String {
    let name = plain_name(field, frame, context);
    let is_comparison = frame.meta.custom.pointer("/timeCompare/isTimeShiftQuery").and_then(serde_json::Value::as_bool) == Some(true);
    if is_comparison { format!("{name} (comparison)") } else { name }
}

fn plain_name(field: &Field, frame: &Frame, context: &Context) -> String {
    let set = |name: &Option<String>| name.clone().filter(|name| !name.is_empty());
    if let Some(name) = set(&field.config.display_name).or_else(|| set(&field.config.display_name_from_ds)) {
        return name;
    }
    // Times of several series share their name on purpose.
    if field.kind == FieldType::Time && field.labels.is_empty() && !field.has_empty_labels {
        return if field.name.is_empty() { TIME_FIELD_NAME.into() } else { field.name.clone() };
    }
    let frame_name = frame.name.as_deref().filter(|name| !name.is_empty());
    let mut parts: Vec<String> = Vec::new();
    let mut frame_name_added = false;
    if context.frame_names_differ
        && let Some(name) = frame_name
    {
        parts.push(name.into());
        frame_name_added = true;
    }
    if !field.name.is_empty() && field.name != VALUE_FIELD_NAME {
        parts.push(field.name.clone());
    }
    let labels = label_part(&field.labels, context);
    let labels_added = labels.is_some();
    parts.extend(labels);
    if !frame_name_added && !labels_added && field.name == VALUE_FIELD_NAME {
        parts.extend(frame_name.map(str::to_owned));
    }
    let name = match parts.is_empty() {
        false => parts.join(" "),
        true if field.name.is_empty() => VALUE_FIELD_NAME.into(),
        true => field.name.clone(),
    };
    if name == field.name { unique_name(field, frame) } else { name }
}

fn label_part(labels: &Labels, context: &Context) -> Option<String> {
    match &context.single_label {
        None => Some(format_labels(labels)).filter(|text| !text.is_empty()),
        Some(only) => labels.get(only).cloned().filter(|value| !value.is_empty()),
    }
}

/// `formatLabels`: `{a="1", b="2"}` sorted by key; "" without labels.
pub fn format_labels(labels: &Labels) -> String {
    if labels.is_empty() {
        return String::new();
    }
    format!("{{{}}}", format_labels_bare(labels))
}

/// As [`format_labels`] without the braces.
pub fn format_labels_bare(labels: &Labels) -> String {
    let mut pairs: Vec<(&String, &String)> = labels.iter().collect();
    pairs.sort_by(|a, b| crate::js::compare_code_units(a.0, b.0));
    pairs.iter().map(|(key, value)| format!("{key}=\"{value}\"")).collect::<Vec<_>>().join(", ")
}

/// "name 1", "name 2" … when several fields of the frame have the name, else the name.
fn unique_name(field: &Field, frame: &Frame) -> String {
    let same = || frame.fields.iter().filter(|other| other.name == field.name);
    let place = same().position(|other| std::ptr::eq(other, field));
    match (place, same().count()) {
        // The first of them is told from the next one found, hence 1.
        (Some(place), count) if count > 1 => format!("{} {}", field.name, place + 1),
        _ => field.name.clone(),
    }
}

/// `getFrameDisplayName`: the frame's name, its only value's name, or all of them.
pub fn frame_display_name(frame: &Frame, index: Option<usize>) -> String {
    if let Some(name) = frame.name.as_ref().filter(|name| !name.is_empty()) {
        return name.clone();
    }
    let alone = std::slice::from_ref(frame);
    // Names count here without the other frames.
    let context = Context { frame_names_differ: false, ..Context::of(alone) };
    let names: Vec<String> = frame
        .fields
        .iter()
        .filter(|field| field.kind != FieldType::Time)
        .map(|field| field.display_name.clone().unwrap_or_else(|| display_name_in(field, frame, &context)))
        .collect();
    match (names.as_slice(), index) {
        ([only], _) => only.clone(),
        (names, None) if !frame.fields.is_empty() => names.join(", "),
        _ => match (&frame.ref_id, index) {
            (Some(ref_id), _) => format!("Series ({ref_id})"),
            (None, Some(index)) => format!("Series ({index})"),
            (None, None) => "Series (undefined)".into(),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn field(name: &str, labels: &[(&str, &str)]) -> Field {
        let labels = labels.iter().map(|(key, value)| (key.to_string(), value.to_string())).collect();
        Field { name: name.into(), kind: FieldType::Number, labels, ..Field::default() }
    }

    fn frame(name: &str, fields: Vec<Field>) -> Frame {
        Frame { name: Some(name.into()).filter(|name: &String| !name.is_empty()), fields, ..Frame::default() }
    }

    #[test]
    fn names_fields() {
        let check = |frames: Vec<Frame>, expected: &[&str]| {
            let names: Vec<String> =
                frames.iter().flat_map(|frame| frame.fields.iter().map(|field| display_name(field, frame, &frames))).collect();
            assert_eq!(names, expected);
        };
        check(vec![frame("", vec![field("Value", &[])])], &["Value"]);
        check(vec![frame("A-series", vec![field("Value", &[])])], &["A-series"]);
        check(vec![frame("A", vec![field("Value", &[])]), frame("B", vec![field("Value", &[])])], &["A", "B"]);
        check(vec![frame("", vec![field("a", &[]), field("b", &[]), field("a", &[])])], &["a 1", "b", "a 2"]);
        check(vec![frame("", vec![field("Value", &[("job", "x")])]), frame("", vec![field("Value", &[("job", "y")])])], &["x", "y"]);
        check(vec![frame("", vec![field("v", &[("b", "2"), ("a", "1")])])], &["v {a=\"1\", b=\"2\"}"]);
    }
}
