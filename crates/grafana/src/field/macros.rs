//! What stands for a cell in display names and data links: `${__field.labels.x}`, `${__value.raw}`, `${__data.fields[0]}` …
//!
//! Source: @grafana/scenes 6.52 `variables/macros`, @grafana/data 12.4 `field/getFieldDisplayValuesProxy.ts`.

use super::{
    DisplayContext, DisplayValue, FieldDisplay, NameContext,
    coerce::{json_text, to_text},
    display_value,
    name::{display_name_in, format_labels_bare, frame_display_name},
};
use crate::{
    frame::{Field, FieldType, Frame, Value},
    js::{number_from_string, number_to_string},
    variable::{self, Reference},
};

/// What a macro may look at.
pub(super) struct MacroScope<'a> {
    pub field: &'a Field,
    pub frame: &'a Frame,
    pub frame_index: usize,
    pub names: &'a NameContext,
    /// The row shown, in "all values" mode.
    pub row: Option<usize>,
    /// The reducer shown.
    pub calc: Option<&'a str>,
    /// The value the reducer gave.
    pub reduced: Option<&'a DisplayValue>,
}

/// Replaces what stands for a cell in a data link's title: `${__value.raw}`, `${__data.fields.host}`, `${__field.name}` …, and the
/// dashboard's variables. `row` is that of the cell.
pub fn expand_in_row(text: &str, field: &Field, frame: &Frame, names: &NameContext, row: usize, context: &DisplayContext) -> String {
    expand(text, &row_scope(field, frame, names, row), context)
}

/// The same for a data link's address, where values are encoded.
pub fn expand_url_in_row(url: &str, field: &Field, frame: &Frame, names: &NameContext, row: usize, context: &DisplayContext) -> String {
    expand_url(url, &row_scope(field, frame, names, row), context)
}

/// As [`expand_in_row`] for one of the values that [`field_display_values`](super::field_display_values) gave of `frames`.
pub fn expand_in_value(text: &str, value: &FieldDisplay, frames: &[Frame], context: &DisplayContext) -> String {
    in_value(value, frames, |scope| expand(text, scope, context)).unwrap_or_else(|| (context.interpolate)(text))
}

/// As [`expand_url_in_row`] for one of the values that [`field_display_values`](super::field_display_values) gave of `frames`.
pub fn expand_url_in_value(url: &str, value: &FieldDisplay, frames: &[Frame], context: &DisplayContext) -> String {
    in_value(value, frames, |scope| expand_url(url, scope, context)).unwrap_or_else(|| (context.interpolate)(url))
}

fn row_scope<'a>(field: &'a Field, frame: &'a Frame, names: &'a NameContext, row: usize) -> MacroScope<'a> {
    MacroScope { field, frame, frame_index: 0, names, row: Some(row), calc: None, reduced: None }
}

fn in_value(value: &FieldDisplay, frames: &[Frame], run: impl FnOnce(&MacroScope) -> String) -> Option<String> {
    let frame = frames.get(value.frame_index)?;
    let names = NameContext::of(frames);
    // A reduced value stands in no row, but in a frame of one.
    let (frame_index, row) = (value.frame_index, value.row.or_else(|| (frame.len() == 1).then_some(0)));
    let calc = Some(value.name.as_str()).filter(|_| row.is_none());
    let reduced = Some(&value.display).filter(|_| row.is_none());
    // The value carries its field without cells.
    let field = frame.fields.get(value.field_index).unwrap_or(&value.field);
    Some(run(&MacroScope { field, frame, frame_index, names: &names, row, calc, reduced }))
}

/// Replaces the macros of one text and the dashboard's variables. What is not known stays as it is.
pub(super) fn expand(text: &str, scope: &MacroScope, context: &DisplayContext) -> String {
    if !text.contains("__") {
        return (context.interpolate)(text);
    }
    variable::replace(text, &|found| {
        let known = value_of(found, scope, context);
        Some(known.map_or_else(|| (context.interpolate)(found.whole), |found_value| found_value.write(found, "glob", context)))
    })
}

/// What Grafana writes into addresses as it is.
const READY: [&str; 2] = ["__url_time_range", "__all_variables"];

fn expand_url(url: &str, scope: &MacroScope, context: &DisplayContext) -> String {
    variable::replace(&url.replace('\n', ""), &|found| {
        if let Some(value) = value_of(found, scope, context) {
            return Some(value.write(found, "uriencode", context));
        }
        if READY.contains(&found.name) {
            return Some((context.interpolate)(found.whole));
        }
        let asked = found.in_format("uriencode");
        let written = (context.interpolate)(&asked);
        // A name nobody knows stays as it stands.
        Some(if written == asked { found.whole.to_owned() } else { written })
    })
}

/// What a macro stands for.
enum Found {
    Text(String),
    List(Vec<String>),
    /// JavaScript's `undefined`, in any format.
    Nothing,
    /// Itself, for want of anything to stand for.
    Itself,
}

impl Found {
    fn number(number: f64) -> Found {
        Found::Text(number_to_string(number))
    }

    fn write(self, found: &Reference, default: &str, context: &DisplayContext) -> String {
        let (values, is_list) = match self {
            Found::Nothing => return String::new(),
            Found::Text(text) => (vec![text], false),
            Found::List(list) => (list, true),
            Found::Itself => (vec![found.whole.to_owned()], false),
        };
        variable::write_value(found, found.format.unwrap_or(default), &values, is_list, context.zone)
    }
}

/// `None` for what is no macro of a cell.
fn value_of(found: &Reference, scope: &MacroScope, context: &DisplayContext) -> Option<Found> {
    let path = found.field.unwrap_or_default();
    let series = || Found::Text(frame_display_name(scope.frame, Some(scope.frame_index)));
    Some(match found.name {
        "__field" if path.is_empty() => Found::Itself,
        "__field" => field_value(&keys(path), scope),
        "__series" if path == "name" => series(),
        "__series" => Found::Itself,
        "__value" => cell_value(path, scope, context),
        "__data" if path.is_empty() || scope.row.is_none() => Found::Itself,
        "__data" => data_value(&keys(path), scope, context),
        // As names were written once.
        "__field_name" => Found::Text(display_name_in(scope.field, scope.frame, scope.names)),
        "__series_name" => series(),
        "__calc" => Found::Text(scope.calc?.to_owned()),
        cell => data_value(&["fields".into(), cell.strip_prefix("__cell_")?.into()], scope, context),
    })
}

/// A path as lodash reads it: `labels.job`, `labels["a.b"]`, `fields[0].text`.
fn keys(path: &str) -> Vec<String> {
    let mut keys = Vec::new();
    let mut rest = path;
    while !rest.is_empty() {
        if let Some(inner) = rest.strip_prefix('[') {
            let quote = inner.chars().next().filter(|c| matches!(c, '"' | '\''));
            let quoted = quote.and_then(|quote| inner[1..].split_once(&format!("{quote}]")));
            if let Some((key, after)) = quoted.or_else(|| inner.split_once(']')) {
                keys.push(key.to_owned());
                rest = after.strip_prefix('.').unwrap_or(after);
                continue;
            }
        }
        let end = rest.char_indices().skip(1).find(|(_, c)| matches!(c, '.' | '[')).map_or(rest.len(), |(at, _)| at);
        keys.push(rest[..end].trim_matches(['[', ']']).to_owned());
        rest = rest[end..].strip_prefix('.').unwrap_or(&rest[end..]);
    }
    keys
}

fn field_value(keys: &[String], scope: &MacroScope) -> Found {
    let labels = &scope.field.labels;
    let keys: Vec<&str> = keys.iter().map(String::as_str).collect();
    match keys.as_slice() {
        ["name"] => Found::Text(scope.field.name.clone()),
        ["displayName"] => Found::Text(display_name_in(scope.field, scope.frame, scope.names)),
        ["labels" | "formattedLabels"] => Found::Text(format_labels_bare(labels)),
        ["labels" | "formattedLabels", "__values"] if !labels.is_empty() || scope.field.has_empty_labels => {
            let mut values: Vec<&str> = labels.values().map(String::as_str).collect();
            values.sort_by(|a, b| crate::js::compare_code_units(a, b));
            Found::Text(values.join(", "))
        }
        ["labels" | "formattedLabels", key] => Found::Text(labels.get(*key).cloned().unwrap_or_default()),
        // Grafana says "" of what it does not find, and formats that.
        _ => Found::Text(String::new()),
    }
}

fn cell_value(path: &str, scope: &MacroScope, context: &DisplayContext) -> Found {
    if let Some(reduced) = scope.reduced {
        return match path {
            "numeric" | "raw" => Found::number(reduced.numeric),
            "time" => Found::Text(String::new()),
            _ => Found::Text(reduced.full()),
        };
    }
    let Some(row) = scope.row else { return Found::Itself };
    let raw = |field: &Field| match field.values.get(row) {
        Value::Null => Found::Nothing,
        Value::Json(serde_json::Value::Array(items)) => Found::List(items.iter().map(|item| json_text(item, ",")).collect()),
        value => Found::Text(to_text(&value)),
    };
    match path {
        "time" => scope.frame.fields.iter().find(|field| field.kind == FieldType::Time).map_or(Found::Nothing, raw),
        "raw" => raw(scope.field),
        "numeric" => Found::number(display_value(scope.field, &scope.field.values.get(row), None, context).numeric),
        _ => Found::Text(display_value(scope.field, &scope.field.values.get(row), None, context).full()),
    }
}

/// A cell of the same row, and the frame's own names.
fn data_value(keys: &[String], scope: &MacroScope, context: &DisplayContext) -> Found {
    let keys: Vec<&str> = keys.iter().map(String::as_str).collect();
    let none = || Found::Text(String::new());
    let text = |text: &Option<String>| Found::Text(text.clone().unwrap_or_default());
    let (key, part) = match keys.as_slice() {
        ["name"] => return text(&scope.frame.name),
        ["refId"] => return text(&scope.frame.ref_id),
        ["fields", key] => (*key, None),
        ["fields", key, part] => (*key, Some(*part)),
        _ => return none(),
    };
    let Some(row) = scope.row else { return Found::Itself };
    let Some(field) = field_by_key(key, scope.frame) else { return none() };
    let shown = display_value(field, &field.values.get(row), None, context);
    match part {
        None => Found::Text(shown.full()),
        Some("text") => Found::Text(shown.text),
        Some("prefix") => Found::Text(shown.prefix),
        Some("suffix") => Found::Text(shown.suffix),
        Some("numeric") => Found::number(shown.numeric),
        Some("percent") => shown.percent.map_or_else(none, Found::number),
        Some("color") => shown.color.map_or_else(none, |color| Found::Text(color.css())),
        Some(_) => none(),
    }
}

/// By name, by number, by display name, by the label "name".
fn field_by_key<'a>(key: &str, frame: &'a Frame) -> Option<&'a Field> {
    let fields = &frame.fields;
    let index = number_from_string(key);
    let by_index = || fields.get(index as usize).filter(|_| index >= 0.0 && index.fract() == 0.0);
    fields
        .iter()
        .find(|field| field.name == key)
        .or_else(by_index)
        .or_else(|| fields.iter().find(|field| field.config.display_name.as_deref() == Some(key)))
        .or_else(|| fields.iter().find(|field| field.labels.get("name").is_some_and(|name| name == key)))
}
