//! The angular pie chart plugin.

use serde_json::{Value as Json, json};

use super::{
    super::json::{self, Object},
    alias_colors, reducer_id, set_type,
};

pub(super) fn migrate(panel: &mut Object) {
    let on_graph = json::text(panel, "legendType") == "On graph";
    let legend_flag = |key: &str| json::at(panel, &["legend", key]).is_some_and(json::truthy);
    let placement = if json::text(panel, "legendType") == "Under graph" { "bottom" } else { "right" };
    let has_legend = panel.get("legend").is_some_and(Json::is_object);
    let show = !on_graph && (!has_legend || legend_flag("show"));
    let known = [("values", "value"), ("percentage", "percent")];
    let values: Vec<&str> = known.into_iter().filter(|(key, _)| legend_flag(key)).map(|(_, name)| name).collect();
    let mut options =
        json!({"legend": {"placement": placement, "values": values, "displayMode": "table", "showLegend": show, "calcs": []}});
    if on_graph {
        let labels: Vec<&str> = std::iter::once("name").chain(values).collect();
        options["displayLabels"] = json!(labels);
    }
    if let Some(name) = json::some_text(panel, "valueName") {
        let calcs: Vec<&str> =
            ["current", "min", "max", "avg", "total"].into_iter().filter(|old| *old == name).filter_map(reducer_id).collect();
        options["reduceOptions"] = json!({"calcs": calcs});
    }
    if let Some(kind) = json::some_text(panel, "pieType").filter(|kind| kind == "pie" || kind == "donut") {
        options["pieType"] = Json::from(kind);
    }
    let decimals = json::number(panel, "decimals").unwrap_or(0.0);
    let config = json!({"defaults": {"unit": panel.get("format"), "decimals": decimals}, "overrides": alias_colors(panel)});
    panel.insert("options".into(), options);
    panel.insert("fieldConfig".into(), config);
    set_type(panel, "piechart");
}
