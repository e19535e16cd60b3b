//! What Grafana's frontend makes of Prometheus answers: tables of `format: table`, buckets of `format: heatmap`.
//!
//! Source: @grafana/prometheus 12.4 `result_transformer.ts`. Without it "Value #A" and label columns do not exist.

use indexmap::{IndexMap, IndexSet};

use super::{Field, FieldType, Frame, Values};
use crate::{
    dashboard::Target,
    field::{NameContext, display_name_in},
    js::parse_float,
};

/// Finishes the frames of one data source's answer as its frontend half does, for one panel and all its targets there.
///
/// `data_source` is the plugin id. Other data sources' frames are shown as they came.
pub fn finish_frames(data_source: &str, targets: &[Target], frames: Vec<Frame>) -> Vec<Frame> {
    match data_source {
        "prometheus" | "grafana-amazonprometheus-datasource" | "grafana-azureprometheus-datasource" => finish_prometheus(targets, frames),
        _ => frames,
    }
}

fn finish_prometheus(targets: &[Target], mut frames: Vec<Frame>) -> Vec<Frame> {
    let setting = |frame: &Frame, key: &str| {
        let target = targets.iter().find(|target| Some(&target.ref_id) == frame.ref_id.as_ref())?;
        target.model.get(key)?.as_str().map(str::to_owned)
    };
    name_by_labels(&mut frames, |frame| setting(frame, "legendFormat").as_deref() == Some("__auto"));
    let (mut tables, mut buckets, mut others, mut exemplars) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for mut frame in frames {
        let is_exemplar = frame.meta.custom.pointer("/custom/resultType").and_then(serde_json::Value::as_str) == Some("exemplar");
        let is_cells = frame.meta.kind.as_deref() == Some("heatmap-cells");
        match setting(&frame, "format").as_deref() {
            Some("table") => tables.push(frame),
            _ if is_exemplar => {
                frame.meta.set("dataTopic", "annotations".into());
                exemplars.push(frame);
            }
            Some("heatmap") if !is_cells => buckets.push(frame),
            _ => others.push(frame),
        }
    }
    others.extend(to_tables(tables));
    others.extend(to_heatmaps(buckets));
    others.extend(exemplars);
    others
}

/// "__auto": a series is called by its labels, not by its metric.
fn name_by_labels(frames: &mut [Frame], is_auto: impl Fn(&Frame) -> bool) {
    let names = NameContext::of(frames);
    for frame in frames.iter_mut().filter(|frame| is_auto(frame)) {
        for index in 0..frame.fields.len() {
            let field = &frame.fields[index];
            if field.labels.get("__name__") == Some(&field.name) && !field.name.is_empty() {
                let copy = Field { name: "Value".into(), ..field.clone() };
                let name = display_name_in(&copy, frame, &names);
                frame.fields[index].config.display_name_from_ds = Some(name);
            }
        }
    }
}

fn by_ref_id(frames: Vec<Frame>) -> IndexMap<Option<String>, Vec<Frame>> {
    let mut groups: IndexMap<Option<String>, Vec<Frame>> = IndexMap::new();
    for frame in frames {
        groups.entry(frame.ref_id.clone()).or_default().push(frame);
    }
    groups
}

/// One table a query: time, a column for each label, the value ("Value #A" when there are several queries).
fn to_tables(frames: Vec<Frame>) -> Vec<Frame> {
    if frames.is_empty() || (frames.len() == 1 && frames[0].is_empty()) {
        return frames;
    }
    let groups = by_ref_id(frames);
    let is_single = groups.len() == 1;
    groups
        .into_iter()
        .map(|(ref_id, frames)| {
            let name = if is_single { "Value".into() } else { format!("Value #{}", ref_id.as_deref().unwrap_or_default()) };
            table_of(ref_id, &frames, name)
        })
        .collect()
}

fn table_of(ref_id: Option<String>, frames: &[Frame], value_name: String) -> Frame {
    let mut labels: IndexSet<&String> = IndexSet::new();
    for frame in frames {
        let mut own: Vec<&String> = frame.fields.get(1).into_iter().flat_map(|field| field.labels.keys()).collect();
        own.sort();
        labels.extend(own);
    }
    let column =
        |frame: &Frame, index: usize| frame.fields.get(index).and_then(|field| field.values.numbers()).unwrap_or_default().to_vec();
    let times: Vec<Option<f64>> = frames.iter().flat_map(|frame| column(frame, 0)).collect();
    let values: Vec<Option<f64>> = frames.iter().flat_map(|frame| column(frame, 1)).collect();
    let needs_sort = times.windows(2).any(|pair| pair[1].unwrap_or(0.0) < pair[0].unwrap_or(0.0));
    let mut time = Field { name: "Time".into(), kind: FieldType::Time, values: Values::Time(times), ..Field::default() };
    time.config.interval_ms = frames.iter().find_map(|frame| frame.fields.first()?.config.interval_ms);
    let mut fields = vec![time];
    for label in labels {
        let texts = frames.iter().flat_map(|frame| {
            let text = frame.fields.get(1).and_then(|field| field.labels.get(label)).cloned().unwrap_or_default();
            vec![Some(text); column(frame, 1).len()]
        });
        let texts = Values::String(texts.collect());
        let mut field = Field { name: label.clone(), kind: FieldType::String, values: texts, ..Field::default() };
        field.config.filterable = Some(true);
        fields.push(field);
    }
    fields.push(Field { name: value_name, kind: FieldType::Number, values: Values::Number(values), ..Field::default() });
    let mut meta = frames[0].meta.clone();
    meta.preferred_visualisation = Some("rawPrometheus".into());
    let table = Frame { name: None, ref_id, meta, fields };
    if needs_sort { crate::transform::sort_frame(table, 0, false) } else { table }
}

/// Cumulative buckets become one frame a query and set of other labels, each bucket counted alone.
fn to_heatmaps(frames: Vec<Frame>) -> Vec<Frame> {
    let mut result = Vec::new();
    for (_, frames) in by_ref_id(frames) {
        let mut groups: IndexMap<Vec<String>, Vec<Frame>> = IndexMap::new();
        for mut frame in frames {
            let Some(number) = frame.fields.iter_mut().find(|field| field.kind == FieldType::Number) else { continue };
            if let (None, Some(le)) = (&frame.name, number.labels.get("le").filter(|le| !le.is_empty()).cloned()) {
                number.config.display_name_from_ds = Some(le.clone());
                frame.name = Some(le);
            }
            let others = frame.fields.iter().find(|field| field.kind == FieldType::Number).into_iter().flat_map(|field| &field.labels);
            let key = others.filter(|(label, _)| *label != "le").map(|(_, value)| value.clone()).collect();
            groups.entry(key).or_default().push(frame);
        }
        result.extend(groups.into_values().filter_map(heatmap_of));
    }
    result
}

fn heatmap_of(mut frames: Vec<Frame>) -> Option<Frame> {
    frames.sort_by(|a, b| bound(a).partial_cmp(&bound(b)).unwrap_or(std::cmp::Ordering::Equal));
    if frames.iter().all(Frame::is_empty) && frames.len() <= 1 {
        return None;
    }
    let time = frames[0].fields.iter().find(|field| field.kind == FieldType::Time)?.clone();
    let mut counts: Vec<Field> =
        frames.iter().filter_map(|frame| frame.fields.iter().find(|field| field.kind == FieldType::Number)).cloned().collect();
    for index in (1..counts.len()).rev() {
        let below = counts[index - 1].values.numbers().unwrap_or_default().to_vec();
        if let Values::Number(values) = &mut counts[index].values {
            for (row, value) in values.iter_mut().enumerate() {
                let alone = value.unwrap_or(0.0) - below.get(row).copied().flatten().unwrap_or(0.0);
                *value = Some(if alone < 1e-9 { 0.0 } else { alone });
            }
        }
    }
    for field in &mut counts {
        if let Some(name) = &field.config.display_name_from_ds {
            field.name.clone_from(name);
        }
    }
    let mut meta = frames[0].meta.clone();
    meta.kind = Some("heatmap-rows".into());
    let fields = std::iter::once(time).chain(counts).collect();
    Some(Frame { name: frames[0].name.clone(), ref_id: frames[0].ref_id.clone(), meta, fields })
}

/// The upper bound a bucket is named by; "+Inf" is the last.
fn bound(frame: &Frame) -> f64 {
    let name = frame.name.as_deref().or_else(|| frame.fields.get(1).map(|field| field.name.as_str())).unwrap_or_default();
    match name.to_lowercase().as_str() {
        "inf" | "+inf" | "infinity" | "+infinity" => f64::INFINITY,
        "-inf" | "-infinity" => f64::NEG_INFINITY,
        text => parse_float(text),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::frame::frame_from_json;

    fn series(ref_id: &str, labels: serde_json::Value, times: &[f64], values: &[f64]) -> Frame {
        frame_from_json(&json!({
            "schema": {"refId": ref_id, "fields": [{"name": "Time", "type": "time"}, {"name": "Value", "type": "number", "labels": labels}]},
            "data": {"values": [times, values]}
        }))
        .unwrap()
    }

    fn target(ref_id: &str, format: &str) -> Target {
        let model = json!({"format": format}).as_object().unwrap().clone();
        Target { ref_id: ref_id.into(), model, ..Target::default() }
    }

    #[test]
    fn makes_tables() {
        let frames = vec![
            series("A", json!({"job": "x"}), &[2.0], &[1.0]),
            series("A", json!({"job": "y", "env": "p"}), &[1.0], &[3.0]),
            series("B", json!({}), &[1.0], &[4.0]),
        ];
        let tables = finish_frames("prometheus", &[target("A", "table"), target("B", "table")], frames);
        let names = |frame: &Frame| frame.fields.iter().map(|field| field.name.clone()).collect::<Vec<_>>();
        assert_eq!(names(&tables[0]), ["Time", "job", "env", "Value #A"]);
        assert_eq!(names(&tables[1]), ["Time", "Value #B"]);
        assert_eq!(tables[0].fields[3].values, Values::Number(vec![Some(3.0), Some(1.0)]));
        assert_eq!(tables[0].fields[2].values, Values::String(vec![Some("p".into()), Some(String::new())]));
    }

    #[test]
    fn exemplars_stand_beside_the_data() {
        let mut exemplar = series("A", json!({}), &[1.0], &[0.2]);
        exemplar.meta.set("custom", json!({"resultType": "exemplar"}));
        let frames =
            finish_frames("prometheus", &[target("A", "heatmap")], vec![exemplar, series("A", json!({"le": "1"}), &[1.0], &[2.0])]);
        assert_eq!(frames.iter().map(Frame::is_annotation).collect::<Vec<_>>(), [false, true]);
    }

    #[test]
    fn takes_buckets_apart() {
        let frames = vec![
            series("A", json!({"le": "+Inf"}), &[1.0, 2.0], &[30.0, 12.0]),
            series("A", json!({"le": "10"}), &[1.0, 2.0], &[10.0, 4.0]),
            series("A", json!({"le": "9"}), &[1.0, 2.0], &[5.0, 4.0]),
        ];
        let frames = finish_frames("prometheus", &[target("A", "heatmap")], frames);
        assert_eq!(frames.len(), 1);
        let counts: Vec<(String, Values)> = frames[0].fields[1..].iter().map(|field| (field.name.clone(), field.values.clone())).collect();
        let column = |name: &str, a: f64, b: f64| (name.to_owned(), Values::Number(vec![Some(a), Some(b)]));
        assert_eq!(counts, [column("9", 5.0, 4.0), column("10", 5.0, 0.0), column("+Inf", 20.0, 8.0)]);
    }
}
