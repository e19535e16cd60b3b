//! `extractFields`: columns out of JSON, key=value pairs, delimited text or a pattern's groups.

use indexmap::IndexMap;
use serde_json::{Map, Value as Json};

use super::{
    cells::{cell_of, column, name_alone, new_field, type_of},
    option,
};
use crate::{
    frame::{Field, Frame, Value},
    js::string_to_js_regex,
};

pub(super) fn extract_fields(frames: Vec<Frame>, options: &Json) -> Vec<Frame> {
    frames.into_iter().map(|frame| extract(frame, options)).collect()
}

fn extract(frame: Frame, options: &Json) -> Frame {
    let Some(source) = option::text(options, "source").and_then(|name| find(&frame, name)) else { return frame };
    let length = frame.len();
    let format = option::text(options, "format").unwrap_or("auto");
    let mut columns: IndexMap<String, Vec<Option<Value>>> = IndexMap::new();
    for row in 0..length {
        let Some(object) = object_of(&source.values.get(row), format, options) else { continue };
        for (key, value) in chosen(object, format, options) {
            columns.entry(key).or_insert_with(|| vec![None; length])[row] = Some(cell_of(&value));
        }
    }
    let made = columns.into_iter().map(|(name, cells)| {
        let gaps = cells.iter().enumerate().filter(|(_, cell)| cell.is_none()).map(|(row, _)| row).collect();
        let cells: Vec<Value> = cells.into_iter().map(Option::unwrap_or_default).collect();
        let kind = type_of(cells.iter().find(|cell| **cell != Value::Null));
        // The new field is none of the frame's, so a name that is there already counts.
        let n_same = frame.fields.iter().filter(|field| field.name == name).count();
        let name = if n_same > 0 { format!("{name} {n_same}") } else { name };
        Field { gaps, ..new_field(name, kind, column(kind, cells)) }
    });
    let mut fields: Vec<Field> = made.collect();
    if option::flag(options, "keepTime") == Some(true)
        && let Some(time) = find(&frame, "Time").or_else(|| find(&frame, "time"))
    {
        fields.insert(0, time.clone());
    }
    if option::flag(options, "replace") != Some(true) {
        fields.splice(0..0, frame.fields.iter().cloned());
    }
    Frame { fields, ..frame }
}

fn find<'a>(frame: &'a Frame, name: &str) -> Option<&'a Field> {
    frame.fields.iter().find(|field| field.name == name || name_alone(field, frame) == name)
}

/// Texts that cannot be parsed give an empty object, null gives none.
fn object_of(cell: &Value, format: &str, options: &Json) -> Option<Json> {
    match cell {
        Value::Null => None,
        Value::String(text) | Value::Json(Json::String(text)) => {
            Some(parse(text, format, options).unwrap_or_else(|| Json::Object(Map::new())))
        }
        Value::Json(json) => Some(json.clone()),
        // Numbers and booleans have no entries.
        _ => Some(Json::Object(Map::new())),
    }
}

fn parse(text: &str, format: &str, options: &Json) -> Option<Json> {
    match format {
        "json" => serde_json::from_str(text).ok(),
        "kvp" => Some(key_value_pairs(text)),
        "delimiter" => Some(delimited(text, options.get("delimiter").and_then(Json::as_str).unwrap_or(","))),
        "regexp" => groups(text, option::text(options, "regExp").unwrap_or_default()),
        // Pairs never fail, so the other formats are not reached by "auto".
        _ => serde_json::from_str(text).ok().filter(|json: &Json| !json.is_null()).or_else(|| Some(key_value_pairs(text))),
    }
}

/// The entries to keep: by JSON path when there are any, else all.
fn chosen(object: Json, format: &str, options: &Json) -> Vec<(String, Json)> {
    let paths = options.get("jsonPaths").and_then(Json::as_array).into_iter().flatten();
    let paths: Vec<(&str, &str)> = paths
        .filter_map(|path| {
            let text = option::text(path, "path")?;
            Some((option::text(path, "alias").unwrap_or(text), text))
        })
        .collect();
    if format == "json" && !paths.is_empty() {
        let value = |path: &str| at_path(&object, path).filter(|json| !json.is_null()).cloned().unwrap_or_else(|| "Not Found".into());
        return paths.iter().map(|(name, path)| ((*name).to_owned(), value(path))).collect();
    }
    match object {
        Json::Object(map) => map.into_iter().collect(),
        Json::Array(items) => items.into_iter().enumerate().map(|(index, item)| (index.to_string(), item)).collect(),
        Json::String(text) => text.chars().enumerate().map(|(index, c)| (index.to_string(), c.to_string().into())).collect(),
        _ => Vec::new(),
    }
}

/// lodash `get`: "a.b\[0\].c"; a whole key with dots wins.
fn at_path<'a>(json: &'a Json, path: &str) -> Option<&'a Json> {
    if let Some(whole) = json.get(path) {
        return Some(whole);
    }
    let path = path.replace('[', ".").replace([']', '"', '\''], "");
    path.split('.').filter(|key| !key.is_empty()).try_fold(json, |json, key| match json {
        Json::Array(items) => items.get(key.parse::<usize>().ok()?),
        other => other.get(key),
    })
}

fn groups(text: &str, pattern: &str) -> Option<Json> {
    let pattern = if pattern.starts_with('/') { pattern } else { "/(?<NewField>.*)/" };
    let regex = string_to_js_regex(pattern).ok()?;
    let captures = regex.captures(text).ok()??;
    let named = regex.capture_names().flatten();
    let entries = named.filter_map(|name| Some((name.to_owned(), Json::from(captures.name(name)?.as_str()))));
    Some(Json::Object(entries.collect()))
}

fn delimited(text: &str, delimiter: &str) -> Json {
    let parts = text.trim().split(delimiter).map(|part| (part.trim().to_owned(), Json::from(1)));
    Json::Object(parts.collect())
}

/// `a=1 b:"two words" c` as Grafana reads it: `=` and `:` end a key, blanks and punctuation a value, quotes keep both.
fn key_value_pairs(text: &str) -> Json {
    let chars: Vec<char> = text.chars().collect();
    let mut pairs = Map::new();
    let (mut buffer, mut key) = (String::new(), String::new());
    let mut quote: Option<char> = None;
    let mut at = 0;
    while at < chars.len() {
        let mut c = chars[at];
        let next = |at: &mut usize| {
            *at += 1;
            chars.get(*at).copied()
        };
        if quote == Some(c) {
            quote = None;
            match next(&mut at) {
                Some(following) => c = following,
                None => {
                    // The text ends with its quote: what is gathered is settled below.
                    break;
                }
            }
        }
        let is_escaped = c == '\\';
        if is_escaped {
            c = next(&mut at).unwrap_or(' ');
        }
        if is_escaped || quote.is_some() {
            buffer.push(c);
            at += 1;
            continue;
        }
        if c == '"' || c == '\'' {
            quote = Some(c);
        }
        match c {
            ':' | '=' => {
                if !buffer.is_empty() {
                    if !key.is_empty() {
                        pairs.insert(key, "".into());
                    }
                    key = std::mem::take(&mut buffer);
                }
            }
            '"' | '\'' | ' ' | '\t' | '\r' | '\n' | ',' | ';' | '&' | '{' | '}' => {
                let is_blank = matches!(c, '"' | '\'' | ' ' | '\t' | '\r' | '\n');
                if is_blank && !buffer.is_empty() && key.is_empty() {
                    pairs.insert(std::mem::take(&mut buffer), "".into());
                }
                if !buffer.is_empty() {
                    let value = std::mem::take(&mut buffer);
                    if key.is_empty() {
                        key = value;
                    } else {
                        pairs.insert(std::mem::take(&mut key), value.into());
                    }
                }
            }
            c => {
                buffer.push(c);
                if at == chars.len() - 1 && key.is_empty() {
                    pairs.insert(std::mem::take(&mut buffer), "".into());
                }
            }
        }
        at += 1;
    }
    if !key.is_empty() {
        pairs.insert(key, buffer.into());
    }
    Json::Object(pairs)
}
