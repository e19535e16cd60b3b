//! `formatTime` and `formatString`: cells written another way.

use serde_json::Value as Json;

use super::{Outcome, cells::cells, convert_field_type::texts, option};
use crate::{
    field::{DisplayContext, NameContext, display_name_in},
    frame::{FieldType, Frame, Value, Values},
    time::TimeZone,
};

pub(super) fn format_time(mut frames: Vec<Frame>, options: &Json, context: &DisplayContext) -> Vec<Frame> {
    let name = option::text(options, "timeField").unwrap_or_default();
    let zone = option::text(options, "timezone").filter(|zone| *zone != "browser").and_then(TimeZone::named);
    let zone = zone.as_ref().unwrap_or(context.zone);
    let names = NameContext::of(&frames);
    for frame in &mut frames {
        let found: Vec<bool> = frame.fields.iter().map(|field| display_name_in(field, frame, &names) == name).collect();
        for (field, _) in frame.fields.iter_mut().zip(found).filter(|(_, found)| *found) {
            let old = cells(&field.values, field.values.len());
            field.values = Values::String(texts(field.kind, &old, option::text(options, "outputFormat"), None, zone));
            field.kind = FieldType::String;
        }
    }
    frames
}

pub(super) fn format_string(mut frames: Vec<Frame>, options: &Json) -> Outcome {
    let Some(matcher) = option::matcher("byName", option::text(options, "stringField").unwrap_or_default().into()) else {
        return Ok(frames);
    };
    let names = NameContext::of(&frames);
    for frame in &mut frames {
        let found: Vec<bool> = frame.fields.iter().map(|field| matcher.matches(field, frame, &names)).collect();
        for (field, _) in frame.fields.iter_mut().zip(found).filter(|(_, found)| *found) {
            let old = cells(&field.values, field.values.len());
            let text = |cell| match cell {
                Value::Null => Ok(None),
                Value::String(text) => Ok(Some(formatted(&text, options))),
                _ => Err(format!("a cell of \"{}\" is no text", field.name)),
            };
            field.values = Values::String(old.into_iter().map(text).collect::<Result<_, String>>()?);
            field.kind = FieldType::String;
        }
    }
    Ok(frames)
}

fn formatted(text: &str, options: &Json) -> String {
    match option::text(options, "outputFormat").unwrap_or("Upper Case") {
        "Upper Case" => text.to_uppercase(),
        "Lower Case" => text.to_lowercase(),
        "Sentence Case" => first_with(text, char::to_uppercase),
        "Title Case" => capital_words(text).join(" "),
        "Pascal Case" => capital_words(text).concat(),
        "Camel Case" => first_with(&capital_words(text).concat(), char::to_lowercase),
        "Snake Case" => text.to_lowercase().replace(' ', "_"),
        "Kebab Case" => text.to_lowercase().replace(' ', "-"),
        "Trim" => text.trim().to_owned(),
        "Substring" => substring(text, option::number(options, "substringStart"), option::number(options, "substringEnd")),
        _ => text.to_owned(),
    }
}

fn capital_words(text: &str) -> Vec<String> {
    text.split(' ').map(|word| first_with(&word.to_lowercase(), char::to_uppercase)).collect()
}

/// The text with its first letter changed.
fn first_with<I: Iterator<Item = char>>(text: &str, change: impl Fn(char) -> I) -> String {
    let mut chars = text.chars();
    chars.next().map(|first| change(first).chain(chars).collect()).unwrap_or_default()
}

/// `String.substring`: bounds in UTF-16 units, swapped when they are the wrong way round.
fn substring(text: &str, start: Option<f64>, end: Option<f64>) -> String {
    let units: Vec<u16> = text.encode_utf16().collect();
    let bound = |bound: Option<f64>, missing: usize| bound.map_or(missing, |bound| bound.max(0.0) as usize).min(units.len());
    let (start, end) = (bound(start, 0), bound(end, units.len()));
    String::from_utf16_lossy(&units[start.min(end)..start.max(end)])
}
