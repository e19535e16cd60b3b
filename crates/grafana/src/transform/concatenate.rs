//! `concatenate`: all fields in one frame, side by side.

use serde_json::Value as Json;

use super::{cells::take, option};
use crate::frame::{Field, Frame, FrameMeta};

pub(super) fn concatenate(frames: Vec<Frame>, options: &Json) -> Vec<Frame> {
    if frames.len() < 2 {
        return frames;
    }
    let mode = option::text(options, "frameNameMode").unwrap_or("field");
    let label = option::text(options, "frameNameLabel").unwrap_or("frame");
    let length = frames.iter().map(Frame::len).max().unwrap_or(0);
    let rows: Vec<Option<usize>> = (0..length).map(Some).collect();
    let fields = frames.iter().flat_map(|frame| frame.fields.iter().map(move |field| (frame, field))).map(|(frame, field)| {
        let mut copy = field.clone();
        if let Some(name) = frame.name.as_ref().filter(|name| !name.is_empty()) {
            match mode {
                "drop" => {}
                "label" => {
                    copy.labels.insert(label.into(), name.clone());
                }
                _ if copy.name.is_empty() || copy.name == "Value" => copy.name = name.clone(),
                _ => copy.name = format!("{name} · {}", field.name),
            }
        }
        Field { values: take(&copy.values, &rows), ..copy }
    });
    let fields = fields.collect();
    vec![Frame { name: None, ref_id: None, meta: FrameMeta::default(), fields }]
}
