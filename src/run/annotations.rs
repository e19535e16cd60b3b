//! Annotations kept by Grafana itself (`GET /api/annotations`): of the dashboard, or by tags.

use grafana::{
    dashboard::{AnnotationQuery, Dashboard},
    time::TimeRange,
};
use render::AnnotationMark;
use serde_json::Value as Json;

use crate::grafana_api::{Client, Error};

/// A dashboard's annotations with the panels each is meant for.
#[derive(Default)]
pub struct Annotations {
    sets: Vec<(AnnotationQuery, Vec<AnnotationMark>)>,
    pub warnings: Vec<String>,
}

impl Annotations {
    pub async fn read(client: &Client, dashboard: &Dashboard, range: &TimeRange) -> Annotations {
        let mut annotations = Annotations::default();
        for query in dashboard.annotations.iter().filter(|query| query.enable) {
            if !is_grafanas_own(query) {
                annotations.warnings.push(format!("annotations {:?} come from a data source and are not drawn yet", query.name));
                continue;
            }
            match read_one(client, query, &dashboard.uid, range).await {
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

fn is_grafanas_own(query: &AnnotationQuery) -> bool {
    let source = query.datasource.as_ref();
    let uid = source.and_then(|s| s.uid.as_deref()).unwrap_or_default();
    let kind = source.and_then(|s| s.kind.as_deref()).unwrap_or_default();
    query.built_in || matches!(uid, "grafana" | "-- Grafana --") || kind == "grafana"
}

async fn read_one(client: &Client, query: &AnnotationQuery, uid: &str, range: &TimeRange) -> Result<Vec<AnnotationMark>, Error> {
    let encode = |text: &str| percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC).to_string();
    let limit = query.target.get("limit").and_then(Json::as_i64).unwrap_or(100);
    let match_any = query.target.get("matchAny").and_then(Json::as_bool).unwrap_or(false);
    let mut path = format!("/api/annotations?from={}&to={}&limit={limit}&matchAny={match_any}", range.from_ms.round(), range.to_ms.round());
    if query.target.get("type").and_then(Json::as_str) == Some("tags") {
        let tags = query.target.get("tags").and_then(Json::as_array).into_iter().flatten().filter_map(Json::as_str);
        path.extend(tags.map(|tag| format!("&tags={}", encode(tag))));
    } else {
        path.push_str(&format!("&dashboardUID={}", encode(uid)));
    }
    let answer = client.get_json(&path, "read annotations").await?;
    Ok(answer.as_array().into_iter().flatten().map(|entry| mark(entry, &query.icon_color)).collect())
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
