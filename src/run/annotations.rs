//! A dashboard's annotations: Grafana's own (`GET /api/annotations`) and those of data sources.

use grafana::{
    dashboard::{AnnotationQuery, Dashboard},
    frame::{self, Field, FieldType, Value},
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
            let marks = match request {
                AnnotationRequest::Get(path) => {
                    let answer = client.get_json(&path, "read annotations").await.map_err(|e| e.to_string());
                    answer.map(|answer| answer.as_array().into_iter().flatten().map(|entry| mark(entry, &query.icon_color)).collect())
                }
                AnnotationRequest::Regions(regions) => {
                    let mark = |(from, to)| AnnotationMark {
                        time_ms: from,
                        time_end_ms: Some(to).filter(|to| *to > from),
                        title: String::new(),
                        text: query.name.clone(),
                        tags: Vec::new(),
                        color: query.icon_color.clone(),
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

    /// Those that are shown on a panel.
    pub fn of_panel(&self, panel_id: i64) -> Vec<AnnotationMark> {
        let meant = |query: &AnnotationQuery| match &query.filter {
            Some((ids, exclude)) => ids.contains(&panel_id) != *exclude,
            None => true,
        };
        self.sets.iter().filter(|(query, _)| meant(query)).flat_map(|(_, marks)| marks.clone()).collect()
    }
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
                    color: color.to_owned(),
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
        color: color.to_owned(),
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
        assert_eq!(annotations.of_panel(1).len(), 2);
        assert_eq!(annotations.of_panel(2).len(), 2);
        assert_eq!(annotations.of_panel(1)[0].time_end_ms, None);
    }
}
