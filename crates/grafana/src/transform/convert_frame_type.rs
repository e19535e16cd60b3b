//! `convertFrameType`: marks frames as exemplars.

use serde_json::{Value as Json, json};

use super::option;
use crate::frame::Frame;

/// Only "exemplar" changes anything in 12.4, though two more targets can be chosen.
pub(super) fn convert_frame_type(mut frames: Vec<Frame>, options: &Json) -> Vec<Frame> {
    if option::text(options, "targetType") != Some("exemplar") {
        return frames;
    }
    for frame in &mut frames {
        frame.name = Some("exemplar".into());
        if !frame.meta.custom.is_object() {
            frame.meta.custom = json!({});
        }
        frame.meta.custom["dataTopic"] = "annotations".into();
        if !frame.meta.custom["custom"].is_object() {
            frame.meta.custom["custom"] = json!({});
        }
        frame.meta.custom["custom"]["resultType"] = "exemplar".into();
    }
    frames
}
