//! `convertFieldType`: columns of one type turned into another.

use serde_json::{Value as Json, json};

use super::{
    cells::{cell_of, cells, column, key_text},
    option,
};
use crate::{
    field::{DisplayContext, NameContext, parse_date},
    frame::{Field, FieldType, Frame, Value, Values},
    js::number_from_string,
    time::{Clock, TimeZone, format_moment, parse_math, read_moment},
};

pub(super) fn convert_field_type(mut frames: Vec<Frame>, options: &Json, context: &DisplayContext) -> Vec<Frame> {
    for conversion in options.get("conversions").and_then(Json::as_array).into_iter().flatten() {
        let Some(matcher) = option::text(conversion, "targetField").and_then(|name| option::matcher("byName", name.into())) else {
            continue;
        };
        let names = NameContext::of(&frames);
        for frame in &mut frames {
            let found: Vec<bool> = frame.fields.iter().map(|field| matcher.matches(field, frame, &names)).collect();
            for (field, _) in frame.fields.iter_mut().zip(found).filter(|(_, found)| *found) {
                convert(field, conversion, context);
            }
        }
    }
    frames
}

fn convert(field: &mut Field, conversion: &Json, context: &DisplayContext) {
    let old = cells(&field.values, field.values.len());
    match option::text(conversion, "destinationType") {
        Some("time") => to_time(field, &old, option::text(conversion, "dateFormat"), context),
        Some("number") => {
            field.kind = FieldType::Number;
            field.values = Values::Number(old.iter().map(number).collect());
        }
        Some("string") => {
            let zone = option::text(conversion, "timezone").filter(|zone| *zone != "browser").and_then(TimeZone::named);
            let zone = zone.as_ref().unwrap_or(context.zone);
            let texts = texts(field.kind, &old, option::text(conversion, "dateFormat"), option::text(conversion, "joinWith"), zone);
            field.kind = FieldType::String;
            field.values = Values::String(texts);
        }
        Some("boolean") => {
            field.kind = FieldType::Boolean;
            field.values = Values::Boolean(old.iter().map(|cell| Some(is_truthy(cell))).collect());
        }
        Some("enum") => to_enum(field, &old, conversion),
        Some("other") => {
            field.kind = FieldType::Other;
            let parsed = old.iter().map(|cell| serde_json::from_str(&key_text(cell)).unwrap_or(Json::Null));
            field.values = Values::Other(parsed.collect());
        }
        _ => {}
    }
}

/// Commas of thousands are dropped; what is no finite number is null.
fn number(cell: &Value) -> Option<f64> {
    let number = match cell {
        Value::String(text) => number_from_string(&text.replace(',', "")),
        Value::Null => 0.0, // `+null`
        Value::Json(Json::Array(items)) if items.is_empty() => 0.0,
        other => crate::field::to_number(other),
    };
    number.is_finite().then_some(number)
}

fn is_truthy(cell: &Value) -> bool {
    match cell {
        Value::Null => false,
        Value::Boolean(flag) => *flag,
        Value::Number(number) => *number != 0.0 && !number.is_nan(),
        Value::String(text) => !text.is_empty(),
        Value::Json(_) => true,
    }
}

/// Numbers are taken as milliseconds (seconds with format "X"), texts are read by the pattern.
fn to_time(field: &mut Field, old: &[Value], format: Option<&str>, context: &DisplayContext) {
    let starts_with_number = matches!(old.first(), Some(Value::Number(_)));
    if field.kind == FieldType::Time && starts_with_number {
        return;
    }
    let is_plain = starts_with_number && format != Some("X");
    let first = old.iter().find(|cell| **cell != Value::Null);
    let factor = if format == Some("X") && matches!(first, Some(Value::Number(_))) { 1000.0 } else { 1.0 };
    let is_iso = matches!(first, Some(Value::String(text)) if is_iso_time(text));
    let moment = |cell: &Value| match cell {
        Value::Number(number) if is_plain => Some(*number),
        Value::Number(number) => Some(number.trunc() * factor).filter(|ms| *number != 0.0 && ms.is_finite()),
        Value::String(text) if text.is_empty() => None,
        Value::String(text) if is_iso => parse_date(text),
        Value::String(text) => read_time(text, format, context),
        _ => None,
    };
    field.kind = FieldType::Time;
    field.values = Values::Time(old.iter().map(moment).collect());
}

/// `dateTimeParse` of a text: what ends in "Z" is ISO in UTC whatever the pattern; "now" is relative.
fn read_time(text: &str, format: Option<&str>, context: &DisplayContext) -> Option<f64> {
    if text.contains("now") {
        let clock = Clock { now_ms: context.now_ms, zone: context.zone.clone(), week_start: 0, fiscal_year_start_month: 0 };
        let math = text.strip_prefix("now").and_then(|math| parse_math(math, context.now_ms, false, &clock));
        return math.or(Some(context.now_ms));
    }
    if text.ends_with('Z') {
        return read_moment(text, "YYYY-MM-DDTHH:mm:ss.SSSZ", &TimeZone::utc(), context.now_ms);
    }
    read_moment(text, format.unwrap_or(&context.zone.formats().full_date), context.zone, context.now_ms)
}

/// A whole ISO 8601 time with its offset.
fn is_iso_time(text: &str) -> bool {
    let shape: String = text.chars().map(|c| if c.is_ascii_digit() { '0' } else { c }).collect();
    let Some(rest) = shape.strip_prefix("0000-00-00T00:00:00") else { return false };
    let fraction = rest.strip_prefix('.').map_or(0, |rest| rest.bytes().take_while(|byte| *byte == b'0').count());
    let rest = if fraction >= 3 { &rest[1 + fraction..] } else { rest };
    matches!(rest, "Z" | "+00:00" | "-00:00" | "+0000" | "-0000")
}

/// The column as texts (`fieldToStringField`): times by the pattern, texts and JSON in JSON's own form.
pub(super) fn texts(kind: FieldType, old: &[Value], format: Option<&str>, join_with: Option<&str>, zone: &TimeZone) -> Vec<Option<String>> {
    let iso = if zone.name == "UTC" { "YYYY-MM-DDTHH:mm:ss[Z]" } else { "YYYY-MM-DDTHH:mm:ssZ" };
    let text = |cell: &Value| match (kind, cell) {
        (FieldType::Time, Value::Number(ms)) => format_moment(*ms, format.unwrap_or(iso), zone),
        (FieldType::Time, _) => "Invalid date".into(),
        (FieldType::Other | FieldType::String, Value::Json(Json::Array(items))) if join_with.is_some() => {
            let parts: Vec<String> = items.iter().map(|item| crate::field::to_text(&cell_of(item))).collect();
            parts.join(join_with.unwrap_or_default())
        }
        (FieldType::Other | FieldType::String, cell) => crate::field::cell_json(cell).to_string(),
        (_, cell) => key_text(cell),
    };
    old.iter().map(|cell| Some(text(cell))).collect()
}

fn to_enum(field: &mut Field, old: &[Value], conversion: &Json) {
    let config = conversion.get("enumConfig").cloned().unwrap_or(Json::Null);
    let texts = option::texts(&config, "text");
    if texts.is_empty() {
        return;
    }
    let index = |cell: &Value| match cell {
        Value::String(text) => texts.iter().rposition(|one| one == text).map_or(Value::Null, |index| Value::Number(index as f64)),
        _ => Value::Null,
    };
    field.values = column(FieldType::Enum, old.iter().map(index).collect());
    field.kind = FieldType::Enum;
    field.config.other.insert("type".into(), json!({ "enum": config }));
}
