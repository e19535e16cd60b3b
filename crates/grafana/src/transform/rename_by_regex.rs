//! `renameByRegex`: new names by a pattern over the old ones.

use serde_json::Value as Json;

use super::{Outcome, cells::name_alone, option};
use crate::{
    field::js_replace,
    frame::Frame,
    js::{is_global, string_to_js_regex},
};

/// Whether the pattern can be read.
pub(super) fn check(options: &Json) -> Result<(), String> {
    let pattern = option::text(options, "regex").unwrap_or("(.*)");
    string_to_js_regex(pattern).map(|_| ()).map_err(|error| error.to_string())
}

pub(super) fn rename_by_regex(frames: Vec<Frame>, options: &Json) -> Outcome {
    let pattern = option::text(options, "regex").unwrap_or("(.*)");
    let replacement = options.get("renamePattern").and_then(Json::as_str).unwrap_or("$1");
    let regex = string_to_js_regex(pattern).map_err(|error| error.to_string())?;
    let is_global = is_global(pattern);
    let renamed = frames.into_iter().map(|mut frame| {
        let names: Vec<String> = frame.fields.iter().map(|field| name_alone(field, &frame)).collect();
        for (field, name) in frame.fields.iter_mut().zip(names) {
            if regex.is_match(&name).unwrap_or(false) {
                field.config.display_name = Some(js_replace(&regex, &name, replacement, is_global));
            }
        }
        frame
    });
    Ok(renamed.collect())
}
