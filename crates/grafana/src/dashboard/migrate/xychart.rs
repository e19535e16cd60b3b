//! XY charts saved before 11.1: one list of field names a series instead of matchers.

use serde_json::{Value as Json, json};

use super::{
    super::json::{self, Object},
    rule,
};

/// Facts: Grafana 12.4 `xyChartMigrationHandler`. Panels that have a `mapping` already stay as they are.
pub(super) fn migrate(panel: &mut Object) {
    let version = json::some_text(panel, "pluginVersion").map_or(f64::NAN, |text| crate::js::parse_float(&text));
    let options = json::child(panel, "options");
    if version >= 11.1 || options.contains_key("mapping") {
        return;
    }
    let auto = options.remove("seriesMapping").is_none_or(|mapping| mapping.as_str() != Some("manual"));
    let dims = options.remove("dims").unwrap_or_default();
    let old: Vec<Json> = match options.remove("series") {
        Some(Json::Array(series)) if !auto => series,
        _ => vec![json!({})],
    };
    let custom = json::child_at(panel, &["fieldConfig", "defaults", "custom"]).clone();
    let mut series = Vec::new();
    for (index, one) in old.iter().enumerate() {
        let matcher = |name: Option<&Json>| match name.filter(|name| !name.is_null()) {
            Some(name) => json!({"id": "byName", "options": name}),
            None => json!({"id": "byType", "options": "number"}),
        };
        let set = |key: &str| one.get(key).filter(|value| !value.is_null());
        let x = matcher(set("x").or(dims.get("x")));
        let y = matcher(set("y"));
        let frame = set("frame").cloned().unwrap_or_else(|| match auto {
            false => Json::from(index),
            true => dims.get("frame").filter(|frame| !frame.is_null()).cloned().unwrap_or(Json::from(0)),
        });
        overrides(panel, &custom, one, &y);
        let mut mapped = json!({"frame": {"matcher": {"id": "byIndex", "options": frame}}, "x": {"matcher": x}, "y": {"matcher": y}});
        for (key, from) in [("color", "/pointColor/field"), ("size", "/pointSize/field")] {
            if let Some(name) = one.pointer(from).filter(|name| json::truthy(name)) {
                mapped[key] = json!({"matcher": {"id": "byName", "options": name}});
            }
        }
        series.push(mapped);
    }
    let options = json::child(panel, "options");
    options.insert("mapping".into(), Json::from(if auto { "auto" } else { "manual" }));
    options.insert("series".into(), Json::Array(series));
}

/// A series' colour and size became overrides of its fields.
fn overrides(panel: &mut Object, custom: &Object, series: &Json, y: &Json) {
    let value = |path: &str| series.pointer(path).filter(|value| json::truthy(value));
    let default = |size: &str| json::at(custom, &["pointSize", size]);
    let mut rules: Vec<(Json, &str, Json)> = Vec::new();
    if let (None, Some(color)) = (value("/pointColor/field"), value("/pointColor/fixed"))
        && json::at(custom, &["pointColor", "fixed"]) != Some(color)
    {
        rules.push((y.clone(), "color", json!({"mode": "fixed", "fixedColor": color})));
    }
    match value("/pointSize/field") {
        None => {
            if let Some(size) = value("/pointSize/fixed").filter(|size| default("fixed") != Some(size)) {
                rules.push((y.clone(), "custom.pointSize.fixed", size.clone()));
            }
        }
        Some(field) => {
            for (size, id) in [("min", "custom.pointSize.min"), ("max", "custom.pointSize.max")] {
                if let Some(value) = value(&format!("/pointSize/{size}")).filter(|value| default(size) != Some(value)) {
                    rules.push((json!({"id": "byName", "options": field}), id, value.clone()));
                }
            }
        }
    }
    let saved = json::child(panel, "fieldConfig").entry("overrides").or_insert_with(|| json!([]));
    let Json::Array(saved) = saved else { return };
    for (matcher, id, value) in rules {
        let has = |rule: &Json| rule.get("properties").and_then(Json::as_array).is_some_and(|all| all.iter().any(|p| p["id"] == id));
        if !saved.iter().any(|rule| rule["matcher"] == matcher && has(rule)) {
            let kind = matcher["id"].as_str().unwrap_or_default();
            saved.push(rule(kind, matcher["options"].clone(), vec![(id, value)]));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn migrated(panel: Json) -> Json {
        let Json::Object(mut panel) = panel else { unreachable!() };
        migrate(&mut panel);
        Json::Object(panel)
    }

    #[test]
    fn names_become_matchers() {
        let panel = migrated(json!({"options": {"seriesMapping": "manual", "dims": {"frame": 0}, "series": [
            {"name": "Price", "x": "Lat", "y": "Lng", "pointColor": {"fixed": "red"}, "pointSize": {"field": "Price", "min": 1, "max": 50}},
            {"x": "Lat", "y": "Lng", "pointColor": {"field": "c", "fixed": "red"}, "pointSize": {"fixed": 9}}]}}));
        let by_name = |name: &str| json!({"matcher": {"id": "byName", "options": name}});
        let frame = |index: i32| json!({"matcher": {"id": "byIndex", "options": index}});
        assert_eq!(
            panel["options"],
            json!({"mapping": "manual", "series": [
            {"frame": frame(0), "x": by_name("Lat"), "y": by_name("Lng"), "size": by_name("Price")},
            {"frame": frame(1), "x": by_name("Lat"), "y": by_name("Lng"), "color": by_name("c")}]})
        );
        let rule = |name: &str, id: &str, value: Json| json!({"matcher": {"id": "byName", "options": name}, "properties": [{"id": id, "value": value}]});
        assert_eq!(
            panel["fieldConfig"]["overrides"],
            json!([
                rule("Lng", "color", json!({"mode": "fixed", "fixedColor": "red"})),
                rule("Price", "custom.pointSize.min", json!(1)),
                rule("Price", "custom.pointSize.max", json!(50)),
                rule("Lng", "custom.pointSize.fixed", json!(9))
            ])
        );
    }

    #[test]
    fn automatic_series_take_every_number() {
        let number = json!({"matcher": {"id": "byType", "options": "number"}});
        let panel = migrated(json!({"options": {"seriesMapping": "auto", "series": [{"x": "a", "y": "b"}], "dims": {"x": "t"}}}));
        let x = json!({"matcher": {"id": "byName", "options": "t"}});
        let frame = json!({"matcher": {"id": "byIndex", "options": 0}});
        assert_eq!(panel["options"]["series"], json!([{"frame": frame, "x": x, "y": number}]));
        let new = json!({"options": {"mapping": "auto", "series": [{}]}});
        assert_eq!(migrated(new.clone()), new);
    }
}
