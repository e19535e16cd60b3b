//! Field config shapes that changed: `hideFrom.graph`, mappings with numeric types.

use serde_json::Value as Json;

use super::{super::json::Object, mapping};

pub(super) fn migrate(panel: &mut Object) {
    let Some(config) = panel.get_mut("fieldConfig").and_then(Json::as_object_mut) else { return };
    if let Some(defaults) = config.get_mut("defaults").and_then(Json::as_object_mut) {
        let thresholds = defaults.get("thresholds").cloned();
        if let Some(Json::Array(mappings)) = defaults.get_mut("mappings") {
            *mappings = mapping::modernise(mappings, thresholds.as_ref());
        }
        if let Some(hide) = defaults.get_mut("custom").and_then(|custom| custom.get_mut("hideFrom")) {
            rename_graph(hide);
        }
    }
    let rules = config.get_mut("overrides").and_then(Json::as_array_mut).into_iter().flatten();
    for property in rules.filter_map(|rule| rule.get_mut("properties")).filter_map(Json::as_array_mut).flatten() {
        let Some(id) = property.get("id").and_then(Json::as_str).map(str::to_owned) else { continue };
        match (id.as_str(), property.get_mut("value")) {
            ("custom.hideFrom", Some(hide)) => rename_graph(hide),
            ("mappings", Some(Json::Array(mappings))) => *mappings = mapping::modernise(mappings, None),
            _ => {}
        }
    }
}

/// What is hidden from the drawing was called `graph`, today `viz`.
fn rename_graph(hide: &mut Json) {
    if let Some(hide) = hide.as_object_mut()
        && let Some(graph) = hide.remove("graph")
    {
        hide.insert("viz".into(), graph);
    }
}
