//! Macros of display names: `${__field.labels.x}`, `$__series_name`, `${__data.fields[0]}` …

use super::{
    DisplayContext, FieldDisplay, NameContext, display_value,
    name::{display_name_in, format_labels_bare, frame_display_name},
};
use crate::frame::{Field, Frame, Value};

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
}

/// Replaces what stands for a cell in a data link's title or address: `${__value.raw}`, `${__data.fields.host}`,
/// `${__field.name}` …, then the dashboard's variables. `row` is that of the cell.
pub fn expand_in_row(text: &str, field: &Field, frame: &Frame, names: &NameContext, row: usize, context: &DisplayContext) -> String {
    expand(text, &MacroScope { field, frame, frame_index: 0, names, row: Some(row), calc: None }, context)
}

/// The same for one of the values that [`field_display_values`](super::field_display_values) gave of `frames`.
pub fn expand_in_value(text: &str, value: &FieldDisplay, frames: &[Frame], context: &DisplayContext) -> String {
    let Some(frame) = frames.get(value.frame_index) else { return (context.interpolate)(text) };
    let names = NameContext::of(frames);
    // A reduced value stands in no row.
    let own = |text: &str| {
        let shown = value.display.full();
        let raw = if value.display.numeric.is_nan() { shown.clone() } else { value.display.numeric.to_string() };
        [("${__value.raw}", &raw), ("${__value.numeric}", &raw), ("${__value.text}", &shown), ("${__value}", &shown)]
            .iter()
            .fold(text.to_owned(), |text, (name, with)| text.replace(name, with))
    };
    let text = &if value.row.is_none() { own(text) } else { text.to_owned() };
    let calc = Some(value.name.as_str()).filter(|_| value.row.is_none());
    let scope = MacroScope { field: &value.field, frame, frame_index: value.frame_index, names: &names, row: value.row, calc };
    expand(text, &scope, context)
}

/// Replaces the macros of one text, then the dashboard's variables. What is not known stays as it is.
pub(super) fn expand(text: &str, scope: &MacroScope, context: &DisplayContext) -> String {
    if !text.contains("__") {
        return (context.interpolate)(text);
    }
    let mut out = String::new();
    let mut rest = text;
    while let Some(at) = rest.find(['$', '[']) {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let (length, value) = macro_at(rest, scope, context).unwrap_or_else(|| {
            let first = rest.chars().next().map_or(1, char::len_utf8);
            (first, rest[..first].to_owned())
        });
        out.push_str(&value);
        rest = &rest[length..];
    }
    out.push_str(rest);
    (context.interpolate)(&out)
}

/// The macro at the start of `text`: its length and value.
fn macro_at(text: &str, scope: &MacroScope, context: &DisplayContext) -> Option<(usize, String)> {
    let (body, length) = if let Some(inner) = text.strip_prefix("${") {
        let end = inner.find('}')?;
        (&inner[..end], end + 3)
    } else if let Some(inner) = text.strip_prefix("[[") {
        let end = inner.find("]]")?;
        (&inner[..end], end + 4)
    } else {
        let inner = text.strip_prefix('$')?;
        let end = inner.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(inner.len());
        (&inner[..end], end + 1)
    };
    // A format (`:text`) changes nothing for the plain texts these stand for.
    let path = body.split(':').next().unwrap_or(body);
    Some((length, value(path, scope, context)?))
}

fn value(path: &str, scope: &MacroScope, context: &DisplayContext) -> Option<String> {
    let (root, rest) = path.split_at(path.find(['.', '[']).unwrap_or(path.len()));
    let rest = rest.strip_prefix('.').unwrap_or(rest);
    match root {
        "__field" => field_value(rest, scope),
        "__field_name" => Some(display_name_in(scope.field, scope.frame, scope.names)),
        "__series_name" => Some(frame_display_name(scope.frame, Some(scope.frame_index))),
        "__series" if rest == "name" => Some(frame_display_name(scope.frame, Some(scope.frame_index))),
        "__calc" => scope.calc.map(str::to_owned),
        "__data" => cell_value(rest.strip_prefix("fields")?, scope, context),
        cell if cell.starts_with("__cell_") => cell_value(&format!("[{}]", cell.strip_prefix("__cell_")?), scope, context),
        "__value" => {
            let shown = display_value(scope.field, &scope.field.values.get(scope.row?), None, context);
            Some(match rest {
                "numeric" => crate::js::number_to_string(shown.numeric),
                "raw" => super::coerce::to_text(&scope.field.values.get(scope.row?)),
                _ => shown.full(),
            })
        }
        _ => None,
    }
}

fn field_value(path: &str, scope: &MacroScope) -> Option<String> {
    let labels = &scope.field.labels;
    if path == "labels" || path == "formattedLabels" {
        return Some(format_labels_bare(labels));
    }
    if let Some(key) = path.strip_prefix("labels.") {
        return Some(labels.get(key).cloned().unwrap_or_default());
    }
    if let Some(key) = path.strip_prefix("labels[") {
        let key = key.trim_end_matches(']').trim_matches(['"', '\'']);
        return Some(labels.get(key).cloned().unwrap_or_default());
    }
    match path {
        "name" => Some(scope.field.name.clone()),
        "displayName" => Some(display_name_in(scope.field, scope.frame, scope.names)),
        _ => None,
    }
}

/// `[0]`, `["name"]`, `.name`, each with `.text`, `.numeric` … behind: a cell of the same row.
fn cell_value(path: &str, scope: &MacroScope, context: &DisplayContext) -> Option<String> {
    let row = scope.row?;
    let (key, rest) = match path.strip_prefix('[') {
        Some(inner) => inner.split_once(']')?,
        None => {
            let path = path.strip_prefix('.')?;
            path.split_at(path.find('.').unwrap_or(path.len()))
        }
    };
    let key = key.trim_matches(['"', '\'']);
    let field = match key.parse::<usize>() {
        Ok(index) => scope.frame.fields.get(index),
        Err(_) => scope.frame.fields.iter().find(|field| field.name == key || field.display_name.as_deref() == Some(key)),
    };
    let Some(field) = field else { return Some(String::new()) };
    let cell = field.values.get(row);
    match rest {
        ".numeric" => Some(crate::js::number_to_string(super::coerce::to_number(&cell))),
        ".raw" => Some(super::coerce::to_text(&cell)),
        _ if cell == Value::Null => Some(field.config.no_value.clone().unwrap_or_default()),
        _ => Some(display_value(field, &cell, None, context).full()),
    }
}
