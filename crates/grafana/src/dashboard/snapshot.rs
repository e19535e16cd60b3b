//! Data that old snapshots kept beside a panel's queries.

use serde_json::{Value as Json, json};

use super::json::{self, Object};

/// Turns a panel's `snapshotData` into the query that holds it today; panels without any stay as they are.
///
/// Of a field the name, the type and the config go along, as in Grafana; its labels are in none of them.
/// Source: grafana 12.4.0 `convertOldSnapshotToScenesSnapshot`. The series of snapshots older than Grafana 7
/// (`{target, datapoints}`) are read too.
pub(super) fn adopt(panel: &mut Object) {
    let Some(Json::Array(saved)) = panel.get_mut("snapshotData").map(Json::take).filter(|saved| *saved != json!([])) else { return };
    let source = json!({"type": "grafana", "uid": "grafana"});
    let ref_id = saved.first().and_then(|frame| frame.get("refId")).cloned().unwrap_or_else(|| "A".into());
    let frames: Vec<Json> = saved.into_iter().filter_map(frame).collect();
    panel.insert("targets".into(), json!([{"refId": ref_id, "datasource": source, "queryType": "snapshot", "snapshot": frames}]));
    panel.insert("datasource".into(), source);
}

fn frame(saved: Json) -> Option<Json> {
    let saved = saved.as_object()?;
    if saved.contains_key("datapoints") {
        return Some(series(saved));
    }
    let fields = saved.get("fields")?.as_array()?;
    let schema = |field: &Json| json!({"name": field.get("name"), "type": field.get("type"), "config": field.get("config")});
    let values: Vec<Json> = fields.iter().map(|field| field.get("values").cloned().unwrap_or_else(|| json!([]))).collect();
    Some(json!({"schema": {"fields": fields.iter().map(schema).collect::<Vec<_>>()}, "data": {"values": values}}))
}

/// `[[value, time]]` under a name.
fn series(saved: &Object) -> Json {
    let points = json::list(saved, "datapoints");
    let column = |index: usize| -> Vec<Json> { points.iter().map(|point| point.get(index).cloned().unwrap_or(Json::Null)).collect() };
    let name = json::some_text(saved, "alias").unwrap_or_else(|| json::text(saved, "target"));
    let fields = json!([{"name": "Time", "type": "time"}, {"name": name, "type": "number"}]);
    json!({"schema": {"fields": fields}, "data": {"values": [column(1), column(0)]}})
}
