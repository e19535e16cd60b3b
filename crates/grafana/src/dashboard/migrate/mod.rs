//! Migrations of saved panels to what Grafana 12.4 draws. They work on JSON, before the plain model is read.
//! Facts: Grafana 12.4 `DashboardMigrator` and each panel plugin's migration handlers.

mod axes;
mod field;
mod graph;
mod heatmap;
mod legend;
mod mapping;
mod piechart;
mod singlestat;
mod stat;
mod table;
mod text;
mod xychart;

use serde_json::Value as Json;

use super::json::{self, Object};

/// The schemaVersion Grafana 12.4 saves.
pub(super) const LATEST: i64 = 42;

/// Brings one saved panel to its current type, options and field config.
pub(super) fn migrate_panel(panel: &mut Object, schema_version: i64) {
    restore_angular(panel);
    let saved_type = json::text(panel, "type");
    match saved_type.as_str() {
        "graph" | "graphite" => graph::migrate(panel, schema_version),
        "singlestat" | "grafana-singlestat-panel" => singlestat::migrate(panel),
        "table-old" => table::migrate_old(panel),
        "table" if schema_version < 24 && panel.contains_key("styles") => table::migrate_old(panel),
        "grafana-piechart-panel" => piechart::migrate(panel),
        "heatmap-new" => heatmap::rename(panel),
        "text2" => set_type(panel, "text"),
        "table2" => set_type(panel, "table"),
        "grafana-worldmap-panel" => set_type(panel, "geomap"),
        "natel-discrete-panel" => set_type(panel, "state-timeline"),
        _ => {}
    }
    match json::text(panel, "type").as_str() {
        "stat" | "gauge" | "bargauge" => stat::migrate(panel),
        "heatmap" => heatmap::migrate(panel),
        "table" => table::migrate_options(panel),
        "text" => text::migrate(panel),
        "xychart" => xychart::migrate(panel),
        _ => {}
    }
    field::migrate(panel);
    legend::migrate(panel);
    migrate_transformations(panel);
    if let Some(tooltip) = panel.get_mut("options").and_then(Json::as_object_mut).and_then(|options| options.remove("tooltipOptions")) {
        json::child(panel, "options").insert("tooltip".into(), tooltip);
    }
}

/// Grafana's server renames angular types and leaves their settings to the frontend: v1 says so in `autoMigrateFrom`,
/// v2 keeps the settings in `options.__angularMigration`.
fn restore_angular(panel: &mut Object) {
    let kept = panel.get_mut("options").and_then(Json::as_object_mut).and_then(|options| options.remove("__angularMigration"));
    if let Some(Json::Object(mut kept)) = kept {
        panel.extend(kept.remove("autoMigrateFrom").map(|from| ("autoMigrateFrom".to_owned(), from)));
        let settings = json::object(kept.get("originalOptions")).cloned().unwrap_or_default();
        settings.into_iter().for_each(|(key, value)| {
            panel.entry(key).or_insert(value);
        });
    }
    let from = panel.remove("autoMigrateFrom").and_then(|from| from.as_str().map(str::to_owned));
    if let Some(from) = from.filter(|from| ANGULAR.contains(&from.as_str())) {
        set_type(panel, &from);
    }
}

const ANGULAR: [&str; 8] = [
    "graph",
    "graphite",
    "singlestat",
    "grafana-singlestat-panel",
    "table-old",
    "grafana-piechart-panel",
    "grafana-worldmap-panel",
    "natel-discrete-panel",
];

fn set_type(panel: &mut Object, plugin_id: &str) {
    panel.insert("type".into(), Json::from(plugin_id));
}

/// `timeSeriesTable` before version 39: `refIdToStat` becomes one options object a query.
fn migrate_transformations(panel: &mut Object) {
    let steps = panel.get_mut("transformations").and_then(Json::as_array_mut);
    for step in steps.into_iter().flatten().filter(|step| step.get("id").and_then(Json::as_str) == Some("timeSeriesTable")) {
        if let Some(Json::Object(stats)) = step.pointer("/options/refIdToStat").cloned() {
            let options = stats.into_iter().map(|(ref_id, stat)| (ref_id, serde_json::json!({"stat": stat}))).collect();
            step["options"] = Json::Object(options);
        }
    }
}

/// Reducers of the angular panels by their old names; ids that are reducers today stay.
pub(super) fn reducer_id(old: &str) -> Option<&str> {
    Some(match old {
        "current" => "lastNotNull",
        "avg" => "mean",
        "total" => "sum",
        "min" | "max" | "mean" | "sum" | "last" | "lastNotNull" | "first" | "firstNotNull" | "count" | "delta" | "step" | "range"
        | "diff" | "diffperc" | "logmin" | "allIsZero" | "allIsNull" | "changeCount" | "distinctCount" | "stdDev" | "variance"
        | "median" | "uniqueValues" | "allValues" => old,
        _ => return None,
    })
}

/// One override rule.
pub(super) fn rule(matcher: &str, options: Json, properties: Vec<(&str, Json)>) -> Json {
    let properties: Vec<Json> = properties.into_iter().map(|(id, value)| serde_json::json!({"id": id, "value": value})).collect();
    serde_json::json!({"matcher": {"id": matcher, "options": options}, "properties": properties})
}

/// `aliasColors` as override rules.
pub(super) fn alias_colors(panel: &Object) -> Vec<Json> {
    let colors = json::object(panel.get("aliasColors")).into_iter().flatten();
    let one = |(alias, color): (&String, &Json)| {
        let fixed = serde_json::json!({"mode": "fixed", "fixedColor": color});
        json::truthy(color).then(|| rule("byName", Json::from(alias.as_str()), vec![("color", fixed)]))
    };
    colors.filter_map(one).collect()
}
