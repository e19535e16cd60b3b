//! `seriesToRows`: time series under each other as Time, Metric, Value.

use super::{
    cells::{column, is_time_series_frame, made_of, new_field, parsed, strings},
    sort_by::sort_frame,
};
use crate::{
    field::{FieldConfig, frame_display_name},
    frame::{Field, FieldType, Frame, Labels, Value, Values},
};

pub(super) fn series_to_rows(frames: Vec<Frame>) -> Vec<Frame> {
    if frames.is_empty() {
        return frames;
    }
    let frames: Vec<Frame> = frames.into_iter().filter(|frame| !frame.is_empty()).collect();
    if !frames.iter().all(is_time_series_frame) {
        return frames;
    }
    let is_time = |field: &&Field| field.kind == FieldType::Time;
    let first = |test: &dyn Fn(&&Field) -> bool| frames.iter().flat_map(|frame| &frame.fields).find(|field| test(field));
    let (Some(time_model), Some(value_model)) = (first(&is_time), first(&|field| !is_time(field))) else {
        return vec![made_of("seriesToRows", &frames, Vec::new())];
    };
    let is_time_first = frames.iter().flat_map(|frame| &frame.fields).next().is_some_and(|field| is_time(&field));
    let (mut times, mut metrics, mut values) = (Vec::new(), Vec::new(), Vec::new());
    for frame in &frames {
        // The last time field counts; the value is next to it.
        let Some(time) = frame.fields.iter().rposition(|field| field.kind == FieldType::Time) else { continue };
        let value = usize::from(time == 0);
        let name = frame_display_name(frame, None);
        for row in 0..frame.len() {
            times.push(frame.fields[time].values.get(row));
            metrics.push(Some(name.clone()));
            values.push(frame.fields.get(value).map_or(Value::Null, |field| field.values.get(row)));
        }
    }
    let kind = value_model.kind;
    let value = like(value_model, "Value", column(kind, values.into_iter().map(|cell| parsed(cell, kind)).collect()));
    let mut fields = vec![like(time_model, "Time", column(time_model.kind, times)), strings("Metric", metrics)];
    // The fields stand in the order in which the first of their kind is met; rows are sorted by the first.
    fields.insert(if is_time_first { 2 } else { 0 }, value);
    vec![sort_frame(made_of("seriesToRows", &frames, fields), 0, true)]
}

fn like(model: &Field, name: &str, values: Values) -> Field {
    let config = FieldConfig { display_name: None, display_name_from_ds: None, ..model.config.clone() };
    Field { config, labels: Labels::new(), ..new_field(name, model.kind, values) }
}
