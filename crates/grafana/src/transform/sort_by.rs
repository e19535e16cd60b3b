//! `sortBy`: rows in the order of one field.

use std::{cmp::Ordering, collections::HashMap};

use serde_json::Value as Json;

use super::{
    cells::{name_alone, pick_rows},
    option,
};
use crate::{
    frame::{Cell, FieldType, Frame, Values},
    js::natural_compare,
};

/// Only the first entry of the list counts, as in Grafana.
pub(super) fn sort_by(frames: Vec<Frame>, options: &Json) -> Vec<Frame> {
    let Some(sort) = options.get("sort").and_then(|list| list.get(0)) else { return frames };
    let is_reversed = option::flag(sort, "desc") == Some(true);
    let name = option::text(sort, "field").unwrap_or_default();
    frames
        .into_iter()
        .map(|frame| {
            let index = option::number(sort, "index").map(|index| index as usize);
            let index = index.or_else(|| frame.fields.iter().position(|field| name_alone(field, &frame) == name));
            match index {
                Some(index) => sort_frame(frame, index, is_reversed),
                None => frame,
            }
        })
        .collect()
}

/// `sortDataFrame`: stable, by the field at `index`; a frame without it stays as it is.
pub(crate) fn sort_frame(mut frame: Frame, index: usize, is_reversed: bool) -> Frame {
    let Some(field) = frame.fields.get(index) else { return frame };
    let mut rows: Vec<usize> = (0..frame.len()).collect();
    match (field.kind, &field.values) {
        (FieldType::Number | FieldType::Time, values) => {
            // A null counts as 0 in JavaScript's difference.
            // DIFFERENCE: NaN goes last; there its place is undefined.
            let key = |row: usize| values.numbers().and_then(|cells| cells.get(row).copied().flatten()).unwrap_or(0.0);
            let keys: Vec<f64> = rows.iter().map(|row| key(*row)).collect();
            let compare = |a: f64, b: f64| a.partial_cmp(&b).unwrap_or_else(|| a.is_nan().cmp(&b.is_nan()));
            sort_rows(&mut rows, is_reversed, |a, b| compare(keys[a], keys[b]));
        }
        (FieldType::String, Values::String(texts)) => {
            let ranks = ranks(texts);
            let rank = |row: usize| ranks.get(row).copied().unwrap_or(usize::MAX);
            sort_rows(&mut rows, is_reversed, |a, b| rank(a).cmp(&rank(b)));
        }
        (FieldType::Boolean | FieldType::String, values) => {
            let falsy: Vec<bool> = rows.iter().map(|row| is_falsy(values.cell(*row))).collect();
            sort_rows(&mut rows, is_reversed, |a, b| falsy[a].cmp(&falsy[b]));
        }
        _ => sort_rows(&mut rows, is_reversed, |a, b| a.cmp(&b)),
    }
    for field in &mut frame.fields {
        pick_rows(field, &rows);
    }
    frame
}

fn sort_rows(rows: &mut [usize], is_reversed: bool, compare: impl Fn(usize, usize) -> Ordering) {
    match is_reversed {
        true => rows.sort_by(|a, b| compare(*b, *a)),
        false => rows.sort_by(|a, b| compare(*a, *b)),
    }
}

/// The place of each text among those that differ, so that texts are compared once and not for every row; empty ones go last.
fn ranks(texts: &[Option<String>]) -> Vec<usize> {
    let mut distinct: Vec<&str> = texts.iter().flatten().map(String::as_str).filter(|text| !text.is_empty()).collect();
    distinct.sort_unstable();
    distinct.dedup();
    distinct.sort_by(|a, b| base_compare(a, b));
    let mut places: HashMap<&str, usize> = HashMap::with_capacity(distinct.len());
    let mut place = 0;
    for (index, text) in distinct.iter().enumerate() {
        if index > 0 && base_compare(distinct[index - 1], text).is_ne() {
            place += 1;
        }
        places.insert(text, place);
    }
    texts.iter().map(|text| text.as_deref().and_then(|text| places.get(text).copied()).unwrap_or(usize::MAX)).collect()
}

/// DIFFERENCE: numbers inside texts are ordered by value here and by digit in Grafana's collator when all else is equal.
fn base_compare(left: &str, right: &str) -> Ordering {
    let has_digit = |text: &str| text.bytes().any(|byte| byte.is_ascii_digit());
    if has_digit(left) && has_digit(right) {
        return crate::js::locale_compare(&left.to_lowercase(), &right.to_lowercase());
    }
    natural_compare(left, right)
}

fn is_falsy(cell: Cell) -> bool {
    match cell {
        Cell::Null => true,
        Cell::Boolean(flag) => !flag,
        Cell::Text(text) => text.is_empty(),
        Cell::Number(number) => number == 0.0 || number.is_nan(),
        Cell::Json(_) => false,
    }
}
