//! Matchers: which fields or frames a rule is for (`@grafana/data` transformations/matchers/).

use fancy_regex::Regex;
use serde_json::Value as Json;

use super::{
    Matcher, NameContext,
    coerce::{json_text, to_text},
    name::display_name_in,
    reducer::reduce_field,
};
use crate::{
    frame::{Field, FieldType, Frame, Value as Cell},
    js::string_to_js_regex,
};

/// A matcher of fields, compiled.
#[derive(Debug)]
pub enum FieldMatcher {
    Always,
    Never,
    Any(Vec<FieldMatcher>),
    All(Vec<FieldMatcher>),
    Not(Box<FieldMatcher>),
    Names { names: Vec<String>, exclude: bool },
    Regex(Option<Box<Regex>>),
    Types(Vec<FieldType>),
    First,
    FirstTime,
    FrameRefId(String),
    Value { reducer: String, op: String, value: Json },
}

impl FieldMatcher {
    /// `None` when the id is not known; Grafana then leaves the rule out.
    pub fn new(matcher: &Matcher) -> Option<FieldMatcher> {
        let options = &matcher.options;
        let text = || options.as_str().unwrap_or_default();
        Some(match matcher.id.as_str() {
            "alwaysMatch" => FieldMatcher::Always,
            "neverMatch" => FieldMatcher::Never,
            "anyMatch" => FieldMatcher::Any(children(options)),
            "allMatch" => FieldMatcher::All(children(options)),
            "invertMatch" => FieldMatcher::Not(Box::new(FieldMatcher::new(&Matcher::from_json(options)?)?)),
            "numeric" => FieldMatcher::Types(vec![FieldType::Number]),
            "time" => FieldMatcher::Types(vec![FieldType::Time]),
            "byType" => FieldMatcher::Types(type_named(text()).into_iter().collect()),
            "byTypes" => FieldMatcher::Types(strings(options).iter().filter_map(|kind| type_named(kind)).collect()),
            "byName" => FieldMatcher::Names { names: vec![text().into()], exclude: false },
            "byNames" => names(options),
            "byRegexp" => FieldMatcher::Regex(regex(text())),
            "byRegexpOrNames" => FieldMatcher::Any(vec![
                names(&serde_json::json!({ "names": options.get("names") })),
                FieldMatcher::Regex(regex(options.get("pattern").and_then(Json::as_str).unwrap_or_default())),
            ]),
            "byFrameRefID" => FieldMatcher::FrameRefId(text().into()),
            "first" => FieldMatcher::First,
            "firstTimeField" => FieldMatcher::FirstTime,
            "byValue" => match options.get("reducer").and_then(Json::as_str) {
                None => FieldMatcher::Never,
                Some(reducer) => FieldMatcher::Value {
                    reducer: reducer.into(),
                    op: options.get("op").and_then(Json::as_str).filter(|op| !op.is_empty()).unwrap_or("eq").into(),
                    value: options.get("value").cloned().unwrap_or(Json::Null),
                },
            },
            _ => return None,
        })
    }

    /// `field` must be one of `frame.fields`.
    pub fn matches(&self, field: &Field, frame: &Frame, context: &NameContext) -> bool {
        let name = || field.display_name.clone().unwrap_or_else(|| display_name_in(field, frame, context));
        match self {
            FieldMatcher::Always => true,
            FieldMatcher::Never => false,
            FieldMatcher::Any(children) => children.iter().any(|child| child.matches(field, frame, context)),
            FieldMatcher::All(children) => children.iter().all(|child| child.matches(field, frame, context)),
            FieldMatcher::Not(child) => !child.matches(field, frame, context),
            FieldMatcher::Types(kinds) => kinds.contains(&field.kind),
            FieldMatcher::Names { names, exclude } => {
                let found = names.contains(&field.name) || names.contains(&name()) || name_fallback(names, field, frame);
                found != *exclude
            }
            FieldMatcher::Regex(regex) => regex.as_ref().is_some_and(|regex| regex.is_match(&name()).unwrap_or(false)),
            FieldMatcher::First => frame.fields.first().is_some_and(|first| std::ptr::eq(first, field)),
            FieldMatcher::FirstTime => {
                frame.fields.iter().find(|field| field.kind == FieldType::Time).is_some_and(|first| std::ptr::eq(first, field))
            }
            FieldMatcher::FrameRefId(ref_id) => frame.ref_id.as_ref() == Some(ref_id),
            FieldMatcher::Value { reducer, op, value } => {
                let left = reduce_field(field, reducer);
                if reducer == "allIsNull" || reducer == "allIsZero" { left == Cell::Boolean(true) } else { compare(&left, op, value) }
            }
        }
    }
}

/// Old panels name "Value" what is now called after its metric, and "Time" any time field.
fn name_fallback(names: &[String], field: &Field, frame: &Frame) -> bool {
    if names.iter().any(|name| name == "Value") {
        return field.labels.get("__name__") == Some(&field.name);
    }
    let has_type_version = frame.meta.custom.get("typeVersion").is_some();
    names.iter().any(|name| name == "Time" || name == "time") && !has_type_version && field.kind == FieldType::Time
}

fn children(options: &Json) -> Vec<FieldMatcher> {
    options.as_array().into_iter().flatten().filter_map(|child| FieldMatcher::new(&Matcher::from_json(child)?)).collect()
}

fn names(options: &Json) -> FieldMatcher {
    let exclude = options.get("mode").and_then(Json::as_str) == Some("exclude");
    FieldMatcher::Names { names: options.get("names").map(strings).unwrap_or_default(), exclude }
}

pub(crate) fn strings(json: &Json) -> Vec<String> {
    json.as_array().into_iter().flatten().filter_map(Json::as_str).map(str::to_owned).collect()
}

fn regex(pattern: &str) -> Option<Box<Regex>> {
    if pattern.is_empty() { None } else { string_to_js_regex(pattern).ok().map(Box::new) }
}

/// A field type by Grafana's word.
pub fn type_named(kind: &str) -> Option<FieldType> {
    Some(match kind {
        "time" => FieldType::Time,
        "number" => FieldType::Number,
        "string" => FieldType::String,
        "boolean" => FieldType::Boolean,
        "enum" => FieldType::Enum,
        "frame" | "nestedFrames" => FieldType::Frame,
        "geo" => FieldType::Geo,
        "other" => FieldType::Other,
        _ => return None,
    })
}

/// `compareValues`: equality by text, order by number (or text where both are text).
fn compare(left: &Cell, op: &str, right: &Json) -> bool {
    let right_text = if right.is_null() { "null".to_owned() } else { json_text(right, ",") };
    let left_text = if *left == Cell::Null { "null".to_owned() } else { to_text(left) };
    let has_null = *left == Cell::Null || right.is_null();
    let op = if has_null && (op == "gte" || op == "lte") { "eq" } else { op };
    let ordering = || {
        if matches!(left, Cell::String(_) | Cell::Null) && (right.is_string() || right.is_null()) {
            return Some(crate::js::compare_code_units(&left_text, &right_text));
        }
        crate::js::number_from_string(&left_text).partial_cmp(&crate::js::number_from_string(&right_text))
    };
    match op {
        "eq" => left_text == right_text,
        "neq" => left_text != right_text,
        "gt" => ordering().is_some_and(|order| order.is_gt()),
        "gte" => ordering().is_some_and(|order| order.is_ge()),
        "lt" => ordering().is_some_and(|order| order.is_lt()),
        "lte" => ordering().is_some_and(|order| order.is_le()),
        _ => false,
    }
}

/// A matcher of frames, compiled.
#[derive(Debug)]
pub enum FrameMatcher {
    Always,
    Never,
    Any(Vec<FrameMatcher>),
    All(Vec<FrameMatcher>),
    Not(Box<FrameMatcher>),
    Name(Option<Box<Regex>>),
    RefId(String),
    RefIdRegex(Box<Regex>),
}

impl FrameMatcher {
    pub fn new(matcher: &Matcher) -> Option<FrameMatcher> {
        let options = &matcher.options;
        let text = options.as_str().unwrap_or_default();
        let children = || -> Vec<FrameMatcher> {
            options.as_array().into_iter().flatten().filter_map(|child| FrameMatcher::new(&Matcher::from_json(child)?)).collect()
        };
        Some(match matcher.id.as_str() {
            "alwaysMatch" => FrameMatcher::Always,
            "neverMatch" => FrameMatcher::Never,
            "anyMatch" => FrameMatcher::Any(children()),
            "allMatch" => FrameMatcher::All(children()),
            "invertMatch" => FrameMatcher::Not(Box::new(FrameMatcher::new(&Matcher::from_json(options)?)?)),
            "byName" => FrameMatcher::Name(regex(text)),
            "byRefId" => ref_id_matcher(text),
            _ => return None,
        })
    }

    pub fn matches(&self, frame: &Frame) -> bool {
        let ref_id = frame.ref_id.as_deref().unwrap_or_default();
        match self {
            FrameMatcher::Always => true,
            FrameMatcher::Never => false,
            FrameMatcher::Any(children) => children.iter().any(|child| child.matches(frame)),
            FrameMatcher::All(children) => children.iter().all(|child| child.matches(frame)),
            FrameMatcher::Not(child) => !child.matches(frame),
            FrameMatcher::Name(regex) => {
                let name = frame.name.as_deref().unwrap_or_default();
                regex.as_ref().is_some_and(|regex| regex.is_match(name).unwrap_or(false))
            }
            FrameMatcher::RefId(expected) => ref_id == expected,
            FrameMatcher::RefIdRegex(regex) => regex.is_match(ref_id).unwrap_or(false),
        }
    }
}

/// A refId, "/regex/", or refIds joined by pipes as saved before Grafana 11.
fn ref_id_matcher(text: &str) -> FrameMatcher {
    if text.starts_with('/')
        && let Some(regex) = regex(text)
    {
        return FrameMatcher::RefIdRegex(regex);
    }
    if text.contains('|') && !text.starts_with('/') {
        return FrameMatcher::Any(text.split('|').map(|ref_id| FrameMatcher::RefId(ref_id.into())).collect());
    }
    FrameMatcher::RefId(text.into())
}
