//! Schema v2 dashboards (`/apis/dashboard.grafana.app/v2*`): settings, variables and elements are turned into their classic
//! form and read as such; the layout is its own.

mod arrange;
mod condition;
mod layout;
mod panel;
mod variable;

pub(super) use arrange::arrange;
pub use layout::Layout;

use serde_json::{Value as Json, json};

use super::{
    Dashboard, Error, from_classic,
    json::{self, Object},
    migrate,
};

/// Reads a v2 dashboard: the whole resource or its `spec`. Fails only when it is no object.
pub fn from_v2(resource: &Json) -> Result<Dashboard, Error> {
    let map = resource.as_object().ok_or(Error::NotAnObject(json::kind_of(resource)))?;
    let spec = json::object(map.get("spec")).unwrap_or(map);
    let (names, panels) = elements(spec);
    let next_id = panels.iter().filter_map(|panel| json::number(panel, "id")).fold(0.0, f64::max) as i64 + 1;
    let mut classic = to_classic(spec, panels);
    if let Some(uid) = json::at(map, &["metadata", "name"]).and_then(json::text_of) {
        classic["uid"] = Json::from(uid);
    }
    let mut dashboard = from_classic(&classic)?;
    dashboard.layout = Some(layout::read(spec.get("layout"), &names, next_id));
    Ok(dashboard)
}

/// Names and classic panels of the elements. Their places only keep them in this order: the layout knows the real ones.
fn elements(spec: &Object) -> (Vec<String>, Vec<Object>) {
    let elements = json::object(spec.get("elements")).into_iter().flatten();
    let readable = elements.filter_map(|(name, element)| Some((name.clone(), panel::to_classic(element)?)));
    let (names, mut panels): (Vec<String>, Vec<Object>) = readable.unzip();
    for (index, panel) in panels.iter_mut().enumerate() {
        panel.insert("gridPos".into(), json!({"x": 0, "y": index, "w": 12, "h": 8}));
    }
    (names, panels)
}

fn to_classic(spec: &Object, panels: Vec<Object>) -> Json {
    let time = json::object(spec.get("timeSettings")).cloned().unwrap_or_default();
    let each = |key: &str, read: fn(&Json) -> Option<Json>| json::list(spec, key).iter().filter_map(read).collect::<Vec<_>>();
    json!({
        "title": json::text(spec, "title"), "description": json::text(spec, "description"), "tags": spec.get("tags"),
        "time": {"from": time.get("from"), "to": time.get("to")}, "timezone": time.get("timezone"), "weekStart": time.get("weekStart"),
        "fiscalYearStartMonth": time.get("fiscalYearStartMonth"), "schemaVersion": migrate::LATEST,
        "templating": {"list": each("variables", variable::to_classic)},
        "annotations": {"list": each("annotations", annotation)},
        "panels": panels,
    })
}

fn annotation(saved: &Json) -> Option<Json> {
    let mut classic = saved.get("spec")?.as_object()?.clone();
    let query = classic.remove("query").and_then(|query| query.as_object().cloned()).unwrap_or_default();
    classic.insert("builtIn".into(), Json::from(i64::from(json::flag(&classic, "builtIn"))));
    classic.insert("datasource".into(), datasource(&query).unwrap_or(Json::Null));
    classic.insert("target".into(), query.get("spec").cloned().unwrap_or(Json::Null));
    Some(Json::Object(classic))
}

/// The data source of a `DataQuery`: `group` is its type (v2alpha1: `kind`), `datasource.name` its uid.
fn datasource(query: &Object) -> Option<Json> {
    let kind = json::some_text(query, "group").or_else(|| json::some_text(query, "kind").filter(|kind| kind != "DataQuery"));
    let uid = json::at(query, &["datasource", "name"]).or_else(|| json::at(query, &["datasource", "uid"])).and_then(json::text_of);
    match (kind, uid) {
        (Some(kind), None) if kind == "grafana" || kind == "datasource" => Some(json!({"type": "datasource", "uid": "grafana"})),
        (Some(kind), Some(uid)) => Some(json!({"type": kind, "uid": uid})),
        (Some(kind), None) => Some(json!({"type": kind})),
        (None, Some(uid)) => Some(json!({"uid": uid})),
        (None, None) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        dashboard::{pixel_rect, unroll},
        variable::Variables,
    };

    #[test]
    fn reads_a_dashboard() {
        let panel = json!({"kind": "Panel", "spec": {"id": 3, "title": "P", "vizConfig": {"kind": "VizConfig", "group": "stat", "version": "12.4.0", "spec": {"options": {"graphMode": "none"}, "fieldConfig": {"defaults": {"unit": "s"}, "overrides": []}}},
            "data": {"kind": "QueryGroup", "spec": {"queries": [{"kind": "PanelQuery", "spec": {"refId": "A", "hidden": false, "query": {"kind": "DataQuery", "group": "prometheus", "datasource": {"name": "prom"}, "spec": {"expr": "up"}}}}], "queryOptions": {"maxDataPoints": 7}}}}});
        let row = json!({"kind": "RowsLayoutRow", "spec": {"title": "R", "layout": {"kind": "GridLayout", "spec": {"items": [{"kind": "GridLayoutItem", "spec": {"x": 4, "y": 2, "width": 6, "height": 5, "element": {"name": "panel-3"}}}]}}}});
        let resource = json!({"metadata": {"name": "u1"}, "spec": {"title": "T", "elements": {"panel-3": panel},
            "layout": {"kind": "RowsLayout", "spec": {"rows": [row]}}, "timeSettings": {"from": "now-1h", "to": "now"},
            "variables": [{"kind": "CustomVariable", "spec": {"name": "c", "query": "a,b", "current": {"text": "a", "value": "a"}, "hide": "hideVariable"}}]}});
        let dashboard = from_v2(&resource).unwrap();
        assert_eq!((dashboard.uid.as_str(), dashboard.title.as_str(), dashboard.time.from.as_str()), ("u1", "T", "now-1h"));
        let panels = unroll(&dashboard, &Variables::default(), false);
        let types: Vec<_> = panels.iter().map(|panel| panel.plugin_id.as_str()).collect();
        assert_eq!(types, ["row", "stat"]);
        let stat = &panels[1];
        // The row's content is indented by 24 px.
        let (x, y, ..) = pixel_rect(stat.grid_pos, 1600.0);
        assert_eq!((stat.id, x.round(), y.round(), stat.max_data_points), (3, 299.0, 38.0, Some(7)));
        assert_eq!(stat.targets[0].model["expr"], "up");
        assert_eq!(stat.field_config.defaults.unit.as_deref(), Some("s"));
        assert_eq!((dashboard.variables[0].kind.as_str(), dashboard.variables[0].hide), ("custom", 2));
    }
}
