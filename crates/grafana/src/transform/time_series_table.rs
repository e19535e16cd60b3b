//! `timeSeriesTable`: one row a series, with its labels and itself as a small chart.

use indexmap::IndexMap;
use serde_json::Value as Json;

use super::{
    cells::{is_time_series_field, is_time_series_frame, new_field, strings},
    option,
};
use crate::{
    field::{cell_json, reduce_field},
    frame::{FieldType, Frame, Values, frame_to_json},
};

/// Each query gives one table. The cells of "Trend #A" are frames in JSON form with their reduced value under "value".
pub(super) fn time_series_table(frames: Vec<Frame>, options: &Json) -> Vec<Frame> {
    let mut by_ref_id: IndexMap<String, Vec<&Frame>> = IndexMap::new();
    for frame in &frames {
        if let Some(ref_id) = &frame.ref_id {
            by_ref_id.entry(ref_id.clone()).or_default().push(frame);
        }
    }
    let mut others: Vec<Frame> = Vec::new();
    let mut tables: Vec<Frame> = Vec::new();
    for (ref_id, frames) in &by_ref_id {
        let rule = options.get(ref_id).unwrap_or(&Json::Null);
        others.extend(frames.iter().filter(|frame| !is_time_series_frame(frame)).map(|frame| (*frame).clone()));
        let table = table_of(ref_id, frames, rule);
        if !table.fields.is_empty() {
            tables.push(table);
        }
    }
    others.extend(tables);
    others
}

fn table_of(ref_id: &str, frames: &[&Frame], rule: &Json) -> Frame {
    let mut labels: IndexMap<String, Vec<Option<String>>> = IndexMap::new();
    let numbers =
        |frame: &Frame| -> Vec<usize> { (0..frame.fields.len()).filter(|index| frame.fields[*index].kind == FieldType::Number).collect() };
    for frame in frames {
        for label in numbers(frame).into_iter().flat_map(|index| frame.fields[index].labels.keys()) {
            labels.entry(label.clone()).or_default();
        }
    }
    let reducer = option::text(rule, "stat").unwrap_or("lastNotNull");
    let mut trends: Vec<Json> = Vec::new();
    for frame in frames.iter().filter(|frame| is_time_series_frame(frame)) {
        let time = match option::text(rule, "timeField") {
            Some(name) => frame.fields.iter().find(|field| field.name == name),
            None => frame.fields.iter().find(|field| is_time_series_field(field)),
        };
        for field in numbers(frame).into_iter().map(|index| &frame.fields[index]) {
            if let Some(time) = time {
                let small = Frame { fields: vec![time.clone(), field.clone()], ..Frame::default() };
                let mut json = frame_to_json(&small);
                json["value"] = cell_json(&reduce_field(field, reducer));
                trends.push(json);
            }
            for (label, values) in &mut labels {
                values.push(Some(field.labels.get(label).cloned().unwrap_or_default()));
            }
        }
    }
    let mut fields: Vec<_> = labels.into_iter().map(|(label, values)| strings(label, values)).collect();
    if !trends.is_empty() {
        fields.push(new_field(format!("Trend #{ref_id}"), FieldType::Frame, Values::Other(trends)));
    }
    Frame { ref_id: Some(ref_id.into()), fields, ..Frame::default() }
}
