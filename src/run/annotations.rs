//! A dashboard's annotations: Grafana's own (`GET /api/annotations`) and those of data sources.

use grafana::{
    dashboard::{AnnotationQuery, Dashboard},
    frame::{self, Field, FieldType, Frame, Value},
    query::{self, AnnotationPlan, AnnotationRequest, DataSource, QueryRequest},
    time::Clock,
    variable::Variables,
};
use render::AnnotationMark;
use serde_json::Value as Json;

use crate::grafana_api::Client;

/// A dashboard's annotations with the panels each is meant for.
#[derive(Default)]
pub struct Annotations {
    sets: Vec<(AnnotationQuery, Vec<AnnotationMark>)>,
    pub warnings: Vec<String>,
}

impl Annotations {
    pub async fn read(
        client: &Client,
        dashboard: &Dashboard,
        clock: &Clock,
        variables: &Variables,
        datasources: &[DataSource],
    ) -> Annotations {
        let (plans, warnings) = query::plan_annotations(dashboard, clock, variables, datasources);
        let mut annotations = Annotations { sets: Vec::new(), warnings };
        for AnnotationPlan { index, request } in plans {
            let Some(query) = dashboard.annotations.get(index) else { continue };
            // What people wrote down lies in Grafana; where none is, nobody asked for it by name.
            if client.is_none() && query.built_in && matches!(request, AnnotationRequest::Get(_)) {
                continue;
            }
            let marks = match request {
                AnnotationRequest::Saved(entries) => Ok(entries.iter().map(|entry| mark(entry, &query.icon_color)).collect()),
                AnnotationRequest::Get(path) => {
                    let answer = client.get_json(&path, "read annotations").await.map_err(|e| e.to_string());
                    answer.map(|answer| answer.as_array().into_iter().flatten().map(|entry| mark(entry, &query.icon_color)).collect())
                }
                AnnotationRequest::Regions(regions) => {
                    let mark = |(from, to)| AnnotationMark {
                        time_ms: from,
                        time_end_ms: Some(to).filter(|to| *to > from),
                        text: query.name.clone(),
                        color: query.icon_color.clone(),
                        ..AnnotationMark::default()
                    };
                    Ok(regions.into_iter().map(mark).collect())
                }
                AnnotationRequest::Query(request) => {
                    let answer = client.query(&request, &dashboard.uid).await.map_err(|e| e.to_string());
                    answer.and_then(|answer| marks_of_frames(&request, &answer, &query.icon_color))
                }
            };
            match marks {
                Ok(marks) => annotations.sets.push((query.clone(), marks)),
                Err(error) => annotations.warnings.push(format!("annotations {:?} cannot be read: {error}", query.name)),
            }
        }
        annotations
    }

    /// Those that are shown on a panel: first those its own queries answered with (`own`), then the dashboard's, a lane each.
    pub fn of_panel(&self, panel_id: i64, own: &[Frame]) -> Vec<AnnotationMark> {
        let meant = |query: &AnnotationQuery| match &query.filter {
            Some((ids, exclude)) => ids.contains(&panel_id) != *exclude,
            None => true,
        };
        let dashboards = self.sets.iter().filter(|(query, _)| meant(query)).map(|(_, marks)| marks.clone());
        let lanes = own.iter().map(marks_of_topic).chain(dashboards).filter(|marks| !marks.is_empty());
        let numbered = lanes.enumerate().flat_map(|(lane, marks)| marks.into_iter().map(move |mark| AnnotationMark { lane, ..mark }));
        numbered.collect()
    }
}

/// The moments of a frame beside a panel's data. Exemplars and rectangles are no moments.
/// Source: grafana 12.4.0 `getXAnnotationFrames`, `AnnotationsPlugin2`.
fn marks_of_topic(frame: &Frame) -> Vec<AnnotationMark> {
    if matches!(frame.name.as_deref(), Some("exemplar" | "xymark")) {
        return Vec::new();
    }
    let cell = |name: &str, row: usize| frame.fields.iter().find(|field| field.name == name).map(|field| field.values.get(row));
    let number = |name: &str, row: usize| match cell(name, row) {
        Some(Value::Number(number)) => Some(number),
        _ => None,
    };
    let text = |name: &str, row: usize| match cell(name, row) {
        Some(Value::String(text)) => text,
        _ => String::new(),
    };
    let mark = |row: usize| {
        let is_region = cell("isRegion", row) == Some(Value::Boolean(true));
        Some(AnnotationMark {
            time_ms: number("time", row)?,
            time_end_ms: number("timeEnd", row).filter(|_| is_region),
            title: text("title", row),
            text: text("text", row),
            color: text("color", row),
            ..AnnotationMark::default()
        })
    };
    (0..frame.len()).filter_map(mark).collect()
}

/// Rows of a data source's answer: columns by name (`time`, `timeEnd`, `title`, `text`, `tags`), as Grafana finds them.
fn marks_of_frames(request: &QueryRequest, answer: &Json, color: &str) -> Result<Vec<AnnotationMark>, String> {
    let mut marks = Vec::new();
    for query in request.body.get("queries").and_then(Json::as_array).into_iter().flatten() {
        let ref_id = query.get("refId").and_then(Json::as_str).unwrap_or("Anno");
        for frame in frame::frames_from_response(answer, ref_id).map_err(|e| e.to_string())? {
            let named = |name: &str| frame.fields.iter().find(|field| field.name.eq_ignore_ascii_case(name));
            let Some(time) = named("time").or_else(|| frame.fields.iter().find(|field| field.kind == FieldType::Time)) else { continue };
            let text = |name: &str, row: usize| match named(name).map(|field| field.values.get(row)) {
                Some(Value::String(text)) => text,
                Some(Value::Number(number)) => grafana::js::number_to_string(number),
                _ => String::new(),
            };
            let number = |field: Option<&Field>, row: usize| match field.map(|field| field.values.get(row)) {
                Some(Value::Number(number)) => Some(number),
                _ => None,
            };
            marks.extend((0..frame.len()).filter_map(|row| {
                let time_ms = number(Some(time), row)?;
                Some(AnnotationMark {
                    time_ms,
                    time_end_ms: number(named("timeEnd"), row).filter(|end| *end > time_ms),
                    title: text("title", row),
                    text: text("text", row),
                    tags: text("tags", row).split(',').map(str::trim).filter(|tag| !tag.is_empty()).map(str::to_owned).collect(),
                    color: state_color(&text("newState", row)).unwrap_or(color).to_owned(),
                    ..AnnotationMark::default()
                })
            }));
        }
    }
    Ok(marks)
}

fn mark(entry: &Json, color: &str) -> AnnotationMark {
    let text = |key: &str| entry.get(key).and_then(Json::as_str).unwrap_or_default().to_owned();
    let time_ms = entry.get("time").and_then(Json::as_f64).unwrap_or(0.0);
    AnnotationMark {
        time_ms,
        time_end_ms: entry.get("timeEnd").and_then(Json::as_f64).filter(|end| *end > time_ms),
        title: text("title"),
        text: text("text"),
        tags: entry.get("tags").and_then(Json::as_array).into_iter().flatten().filter_map(Json::as_str).map(str::to_owned).collect(),
        color: state_color(&text("newState")).unwrap_or(color).to_owned(),
        ..AnnotationMark::default()
    }
}

/// Changes of an alert's state have the state's colour, not the query's. Source: @grafana/scenes `translateQueryResult`.
fn state_color(state: &str) -> Option<&'static str> {
    match state.to_lowercase().as_str() {
        "pending" | "no_data" | "nodata" => Some("gray"),
        "alerting" => Some("red"),
        "ok" | "normal" => Some("green"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn panels_get_the_annotations_meant_for_them() {
        let set =
            |filter| (AnnotationQuery { filter, ..AnnotationQuery::default() }, vec![mark(&json!({ "time": 5, "timeEnd": 5 }), "red")]);
        let annotations = Annotations { sets: vec![set(None), set(Some((vec![1], false))), set(Some((vec![1], true)))], warnings: vec![] };
        let own = frame::frame_from_json(
            &json!({"schema": {"fields": [{"name": "time", "type": "time"}, {"name": "timeEnd", "type": "time"},
            {"name": "isRegion", "type": "boolean"}, {"name": "color", "type": "string"}]}, "data": {"values": [[1, 2], [3, 4], [true, false], ["red", ""]]}}),
        );
        let shown = |panel| annotations.of_panel(panel, &own.clone().into_iter().collect::<Vec<_>>());
        let lanes = |panel| shown(panel).iter().map(|mark| mark.lane).collect::<Vec<_>>();
        assert_eq!((lanes(1), lanes(2)), (vec![0, 0, 1, 2], vec![0, 0, 1, 2]));
        assert_eq!(shown(1).iter().map(|mark| mark.time_end_ms).collect::<Vec<_>>(), [Some(3.0), None, None, None]);
    }

    #[test]
    fn alert_states_have_their_colours() {
        let color = |state: &str| mark(&json!({"time": 5, "newState": state}), "blue").color;
        assert_eq!(["Alerting", "Normal", "", "NoData"].map(color), ["red", "green", "blue", "gray"]);
    }
}
