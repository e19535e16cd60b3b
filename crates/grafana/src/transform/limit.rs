//! `limit`: the first rows of each frame, the last ones when negative.

use serde_json::Value as Json;

use super::{cells::pick_rows, option};
use crate::frame::Frame;

pub(super) fn limit(mut frames: Vec<Frame>, options: &Json) -> Vec<Frame> {
    let limit = option::number(options, "limitField").map_or(10, |limit| limit as i64);
    for frame in &mut frames {
        let length = frame.len();
        if length as i64 <= limit {
            continue;
        }
        for field in &mut frame.fields {
            let length = field.values.len();
            let rows: Vec<usize> = match limit {
                0.. => (0..length.min(limit as usize)).collect(),
                // A start before the first row counts from the end again: so does JavaScript's `slice`.
                _ => match length as i64 + limit {
                    start @ 0.. => (start as usize..length).collect(),
                    start => ((length as i64 + start).max(0) as usize..length).collect(),
                },
            };
            pick_rows(field, &rows);
        }
    }
    frames
}
