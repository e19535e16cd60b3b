//! `organize`, `order`, `rename`: which fields, in which order, under which names.

use std::cmp::Ordering;

use serde_json::{Value as Json, json};

use super::{cells::name_alone, filter, option};
use crate::{
    field::{NameContext, display_name_in},
    frame::{Field, FieldType, Frame},
    js::natural_compare,
};

pub(super) fn organize(mut frames: Vec<Frame>, options: &Json) -> Vec<Frame> {
    // Names are asked for before fields go and move, and hold as long as there are several frames, or one, as there were.
    let was_single = frames.len() == 1;
    let names = NameContext::of(&frames);
    for frame in &mut frames {
        let shown: Vec<String> = frame.fields.iter().map(|field| display_name_in(field, frame, &names)).collect();
        frame.fields.iter_mut().zip(shown).for_each(|(field, name)| field.display_name = Some(name));
    }
    let chosen = |key: &str| -> Vec<String> {
        let map = options.get(key).and_then(Json::as_object).into_iter().flatten();
        map.filter(|(_, value)| value.as_bool() == Some(true)).map(|(name, _)| name.clone()).collect()
    };
    let mut filters = json!({ "exclude": { "names": chosen("excludeByName") } });
    if options.get("includeByName").is_some_and(Json::is_object) {
        filters["include"] = json!({ "names": chosen("includeByName") });
    }
    let mut frames = filter::by_name(frames, &filters);
    if (frames.len() == 1) != was_single {
        forget(&mut frames);
    }
    let mut frames = order(frames, options);
    if !was_single {
        forget(&mut frames);
    }
    rename(frames, options)
}

fn forget(frames: &mut [Frame]) {
    frames.iter_mut().flat_map(|frame| &mut frame.fields).for_each(|field| field.display_name = None);
}

pub(super) fn order(frames: Vec<Frame>, options: &Json) -> Vec<Frame> {
    let names = NameContext::of(&frames);
    let is_auto = option::text(options, "orderByMode") == Some("auto");
    frames
        .into_iter()
        .map(|frame| {
            let mut keyed: Vec<(String, usize)> = frame
                .fields
                .iter()
                .enumerate()
                .map(|(index, field)| (field.display_name.clone().unwrap_or_else(|| display_name_in(field, &frame, &names)), index))
                .collect();
            if is_auto {
                let first_time = frame.fields.iter().position(|field| field.kind == FieldType::Time);
                keyed.sort_by(|a, b| auto_order(a, b, &frame, first_time, options));
            } else {
                keyed.sort_by_key(|(name, _)| place(name, options));
            }
            let mut fields: Vec<Field> = frame.fields;
            let fields = keyed.iter().map(|(_, index)| std::mem::take(&mut fields[*index])).collect();
            Frame { fields, ..frame }
        })
        .collect()
}

/// Fields without a place go last, in the order they have.
fn place(name: &str, options: &Json) -> i64 {
    let place = options.get("indexByName").and_then(|map| map.get(name));
    place.and_then(|place| place.as_i64().or_else(|| place.as_f64().filter(|n| n.fract() == 0.0).map(|n| n as i64))).unwrap_or(i64::MAX)
}

fn auto_order(a: &(String, usize), b: &(String, usize), frame: &Frame, first_time: Option<usize>, options: &Json) -> Ordering {
    if Some(a.1) == first_time {
        return Ordering::Less;
    }
    if Some(b.1) == first_time {
        return Ordering::Greater;
    }
    let label = |field: &Field, name: &str| field.labels.get(name).cloned().unwrap_or_default();
    for rule in options.get("orderBy").and_then(Json::as_array).into_iter().flatten() {
        let order = if option::text(rule, "type") == Some("name") {
            natural_compare(&a.0, &b.0)
        } else {
            let name = option::text(rule, "name").unwrap_or_default();
            natural_compare(&label(&frame.fields[a.1], name), &label(&frame.fields[b.1], name))
        };
        let order = if option::flag(rule, "desc") == Some(true) { order.reverse() } else { order };
        if order.is_ne() {
            return order;
        }
    }
    Ordering::Equal
}

pub(super) fn rename(frames: Vec<Frame>, options: &Json) -> Vec<Frame> {
    let names = option::text_map(options, "renameByName");
    if names.is_empty() {
        return frames;
    }
    let name = |field: &Field, frame: &Frame| field.display_name.clone().unwrap_or_else(|| name_alone(field, frame));
    frames
        .into_iter()
        .map(|mut frame| {
            let old: Vec<String> = frame.fields.iter().map(|field| name(field, &frame)).collect();
            for (field, old) in frame.fields.iter_mut().zip(old) {
                if let Some(name) = names.get(&old).filter(|name| !name.is_empty()) {
                    field.config.display_name = Some(name.clone());
                }
            }
            frame
        })
        .collect()
}
