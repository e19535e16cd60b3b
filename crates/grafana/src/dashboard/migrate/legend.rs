//! Legends: the angular graph's, and the two old ways to hide one.

use serde_json::{Value as Json, json};

use super::{
    super::json::{self, Object},
    reducer_id, rule,
};

/// A graph's `legend` as legend options. Its values come in the order they were saved.
pub(super) fn from_graph(panel: &Object) -> Json {
    let mut options = json!({"displayMode": "list", "showLegend": true, "placement": "bottom", "calcs": []});
    let Some(legend) = json::object(panel.get("legend")) else { return options };
    if !json::flag(legend, "show") {
        options["showLegend"] = Json::Bool(false);
    } else if json::flag(legend, "alignAsTable") {
        options["displayMode"] = Json::from("table");
    }
    if json::flag(legend, "rightSide") {
        options["placement"] = Json::from("right");
    }
    if json::flag(legend, "values") {
        options["calcs"] =
            legend.iter().filter(|(_, on)| json::truthy(on)).filter_map(|(key, _)| reducer_id(key)).map(Json::from).collect();
    }
    if let Some(width) = legend.get("sideWidth").filter(|width| json::truthy(width)) {
        options["width"] = width.clone();
    }
    options
}

/// `hideZero` and `hideEmpty`: such series are left out of the legend.
pub(super) fn hidden_series(panel: &Object) -> Vec<Json> {
    let pairs = [("hideZero", "allIsZero"), ("hideEmpty", "allIsNull")];
    let wanted = pairs.iter().filter(|(key, _)| json::at(panel, &["legend", key]).is_some_and(json::truthy));
    let hide = json!({"tooltip": true, "viz": false, "legend": true});
    wanted
        .map(|(_, reducer)| rule("byValue", json!({"reducer": reducer, "op": "gte", "value": 0}), vec![("custom.hideFrom", hide.clone())]))
        .collect()
}

/// `displayMode: "hidden"` and `showLegend` are one setting today.
pub(super) fn migrate(panel: &mut Object) {
    let Some(legend) = panel.get_mut("options").and_then(|options| options.get_mut("legend")).and_then(Json::as_object_mut) else { return };
    if legend.get("displayMode").and_then(Json::as_str) == Some("hidden") || legend.get("showLegend") == Some(&Json::Bool(false)) {
        legend.insert("displayMode".into(), Json::from("list"));
        legend.insert("showLegend".into(), Json::Bool(false));
    } else {
        legend.entry("showLegend").or_insert(Json::Bool(true));
    }
}
