//! `filterFieldsByName`, `filterByRefId`, `filterFields`, `filterFrames`.

use serde_json::{Value as Json, json};

use super::option;
use crate::{
    field::{FieldMatcher, FrameMatcher, Matcher, NameContext},
    frame::Frame,
};

pub(super) fn by_name(frames: Vec<Frame>, options: &Json) -> Vec<Frame> {
    let by_variable = option::flag(options, "byVariable") == Some(true);
    let matcher = |key: &str| options.get(key).and_then(|one| name_matcher(one, by_variable)).and_then(|one| FieldMatcher::new(&one));
    keep_fields(frames, matcher("include"), matcher("exclude"))
}

/// `getMatcherConfig`: names, a pattern, both, or a variable's `{a,b}`.
pub(super) fn name_matcher(options: &Json, by_variable: bool) -> Option<Matcher> {
    let names = option::texts(options, "names");
    let pattern = option::text(options, "pattern");
    let matcher = |id: &str, options: Json| Some(Matcher { id: id.into(), options });
    if let Some(variable) = option::text(options, "variable").filter(|_| by_variable) {
        let list = variable.strip_prefix('{').and_then(|list| list.strip_suffix('}')).unwrap_or(variable);
        return matcher("byNames", json!({ "names": list.split(',').collect::<Vec<_>>() }));
    }
    match (pattern, names.is_empty()) {
        (None, true) => None,
        (None, false) => matcher("byNames", json!({ "names": names })),
        (Some(pattern), true) => matcher("byRegexp", pattern.into()),
        (Some(_), false) => matcher("byRegexpOrNames", options.clone()),
    }
}

pub(super) fn fields(frames: Vec<Frame>, options: &Json) -> Vec<Frame> {
    let matcher = |key: &str| options.get(key).and_then(Matcher::from_json).and_then(|one| FieldMatcher::new(&one));
    keep_fields(frames, matcher("include"), matcher("exclude"))
}

/// Frames left without fields go.
fn keep_fields(frames: Vec<Frame>, include: Option<FieldMatcher>, exclude: Option<FieldMatcher>) -> Vec<Frame> {
    if include.is_none() && exclude.is_none() {
        return frames;
    }
    let names = NameContext::of(&frames);
    frames
        .into_iter()
        .map(|mut frame| {
            let keeps = |field| {
                !exclude.as_ref().is_some_and(|exclude| exclude.matches(field, &frame, &names))
                    && include.as_ref().is_none_or(|include| include.matches(field, &frame, &names))
            };
            let mut kept = frame.fields.iter().map(keeps).collect::<Vec<_>>().into_iter();
            frame.fields.retain(|_| kept.next() == Some(true));
            frame
        })
        .filter(|frame| !frame.fields.is_empty())
        .collect()
}

pub(super) fn by_ref_id(frames: Vec<Frame>, options: &Json) -> Vec<Frame> {
    let matcher = |key: &str| {
        let ref_id = option::text(options, key)?;
        FrameMatcher::new(&Matcher { id: "byRefId".into(), options: ref_id.into() })
    };
    keep_frames(frames, matcher("include"), matcher("exclude"))
}

pub(super) fn frames(frames: Vec<Frame>, options: &Json) -> Vec<Frame> {
    let matcher = |key: &str| options.get(key).and_then(Matcher::from_json).and_then(|one| FrameMatcher::new(&one));
    keep_frames(frames, matcher("include"), matcher("exclude"))
}

fn keep_frames(frames: Vec<Frame>, include: Option<FrameMatcher>, exclude: Option<FrameMatcher>) -> Vec<Frame> {
    frames
        .into_iter()
        .filter(|frame| !exclude.as_ref().is_some_and(|exclude| exclude.matches(frame)))
        .filter(|frame| include.as_ref().is_none_or(|include| include.matches(frame)))
        .collect()
}
