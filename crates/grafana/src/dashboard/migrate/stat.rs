//! Stat, gauge and bar gauge of Grafana 6 and 7: `valueOptions`, `fieldOptions`, thresholds as lists.

use serde_json::{Value as Json, json};

use super::super::json::{self, Object};

pub(super) fn migrate(panel: &mut Object) {
    let version = version(panel);
    // The handler of @grafana/ui makes a panel without options reduce by mean; but a scene hands it none as `{}`, so that the
    // panel's defaults (lastNotNull) hold. Agrees with recorded pages.
    json::child(panel, "options");
    if version < 6.2 {
        value_options(json::child(panel, "options"));
    }
    if let Some(Json::Object(old)) = json::child(panel, "options").remove("fieldOptions") {
        let thresholds = json::child(panel, "options").remove("thresholds");
        field_options(panel, old, thresholds);
    }
    let defaults = json::child_at(panel, &["fieldConfig", "defaults"]);
    if version < 7.1
        && let Some(title) = defaults.remove("title").filter(|title| !title.is_null())
    {
        defaults.insert("displayName".into(), title);
    }
    if version < 8.0 {
        percent_limits(defaults);
    }
}

/// The version that saved the panel as JavaScript's `parseFloat` reads it; 6.1 when it says none.
fn version(panel: &Object) -> f64 {
    let version = json::some_text(panel, "pluginVersion").map(|text| crate::js::parse_float(&text));
    version.filter(|version| !version.is_nan()).unwrap_or(6.1)
}

/// Before 6.2 unit, decimals and reducer were in `valueOptions`, limits beside it.
fn value_options(options: &mut Object) {
    let Some(Json::Object(old)) = options.remove("valueOptions") else { return };
    let mut defaults = Object::new();
    for key in ["unit", "decimals"] {
        defaults.extend(old.get(key).filter(|value| !value.is_null()).map(|value| (key.to_owned(), value.clone())));
    }
    for (key, saved) in [("min", "minValue"), ("max", "maxValue")] {
        defaults.extend(options.remove(saved).filter(|value| !value.is_null()).map(|value| (key.to_owned(), value)));
    }
    let calc = json::some_text(&old, "stat").and_then(|stat| super::reducer_id(&stat).map(str::to_owned));
    let mappings = options.remove("valueMappings");
    options
        .insert("fieldOptions".into(), json!({"defaults": defaults, "calcs": calc.into_iter().collect::<Vec<_>>(), "mappings": mappings}));
}

/// `fieldOptions` became `fieldConfig` and `reduceOptions` in 7.0.
fn field_options(panel: &mut Object, mut old: Object, outer_thresholds: Option<Json>) {
    let mut defaults = json::object(old.get("defaults")).cloned().unwrap_or_default();
    let thresholds = defaults.remove("thresholds").or_else(|| old.remove("thresholds")).or(outer_thresholds);
    match thresholds {
        Some(Json::Array(steps)) if !steps.is_empty() => {
            defaults.insert("thresholds".into(), json!({"mode": "absolute", "steps": old_steps(&steps)}));
        }
        Some(Json::Object(config)) => {
            defaults.insert("thresholds".into(), Json::Object(config));
        }
        _ => {}
    }
    if let Some(mappings) = old.remove("mappings").filter(Json::is_array) {
        defaults.entry("mappings").or_insert(mappings);
    }
    if let Some(Json::String(color)) = defaults.get("color").cloned() {
        defaults.insert("color".into(), json!({"mode": "fixed", "fixedColor": color}));
    }
    json::child_at(panel, &["fieldConfig", "defaults"]).extend(defaults);
    let config = json::child(panel, "fieldConfig");
    let mut overrides = json::list(config, "overrides").to_vec();
    overrides.extend(json::list(&old, "overrides").iter().cloned());
    config.insert("overrides".into(), Json::Array(overrides));
    let mut reduce = Object::new();
    for key in ["values", "limit", "calcs"] {
        reduce.extend(old.remove(key).filter(|value| !value.is_null()).map(|value| (key.to_owned(), value)));
    }
    json::child(panel, "options").insert("reduceOptions".into(), Json::Object(reduce));
}

/// Steps ascending, the first without a limit.
fn old_steps(steps: &[Json]) -> Vec<Json> {
    let value = |step: &Json| step.get("value").and_then(json::number_of).unwrap_or(f64::NEG_INFINITY);
    let mut steps: Vec<&Json> = steps.iter().collect();
    steps.sort_by(|a, b| value(a).total_cmp(&value(b)));
    let step = |(index, step): (usize, &&Json)| json!({"value": step.get("value").filter(|_| index > 0), "color": step.get("color")});
    steps.iter().enumerate().map(step).collect()
}

/// Until 8.0 percent units brought their own limits.
fn percent_limits(defaults: &mut Object) {
    let top = match defaults.get("unit").and_then(Json::as_str) {
        Some("percent") => 100,
        Some("percentunit") => 1,
        _ => return,
    };
    for (key, limit) in [("min", 0), ("max", top)] {
        if !defaults.get(key).is_some_and(Json::is_number) {
            defaults.insert(key.into(), Json::from(limit));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(saved: Json, path: &str, expected: Json) {
        let mut panel = saved.as_object().unwrap().clone();
        migrate(&mut panel);
        assert_eq!(Json::Object(panel).pointer(path).cloned().unwrap_or(Json::Null), expected, "{path}");
    }

    #[test]
    fn old_options() {
        let saved = json!({"type": "gauge", "pluginVersion": "6.5.1", "options": {"fieldOptions": {"calcs": ["mean"], "values": false,
            "defaults": {"unit": "percent", "title": "T"}, "thresholds": [{"value": null, "color": "g"}, {"value": 80, "color": "r"}]}}});
        check(saved.clone(), "/options", json!({"reduceOptions": {"values": false, "calcs": ["mean"]}}));
        check(saved.clone(), "/fieldConfig/defaults/thresholds/steps/1/value", json!(80));
        check(saved.clone(), "/fieldConfig/defaults/displayName", json!("T"));
        check(saved, "/fieldConfig/defaults/max", json!(100));
        let older = json!({"type": "gauge", "options": {"valueOptions": {"unit": "ms", "stat": "avg"}, "minValue": 0, "maxValue": 5}});
        check(older.clone(), "/fieldConfig/defaults", json!({"unit": "ms", "min": 0, "max": 5}));
        check(older, "/options/reduceOptions/calcs", json!(["mean"]));
        check(
            json!({"type": "stat", "pluginVersion": "9.0.0", "options": {"graphMode": "none"}}),
            "/options",
            json!({"graphMode": "none"}),
        );
    }
}
