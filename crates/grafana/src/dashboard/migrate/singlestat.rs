//! The angular singlestat: a stat, or a gauge when it showed one.

use serde_json::{Value as Json, json};

use super::{
    super::json::{self, Object},
    mapping, reducer_id, set_type,
};

pub(super) fn migrate(panel: &mut Object) {
    let gauge = json::at(panel, &["gauge", "show"]).is_some_and(json::truthy);
    let defaults = defaults(panel, gauge);
    let calc = json::some_text(panel, "valueName").and_then(|name| reducer_id(&name).map(str::to_owned));
    let mut options = json!({"reduceOptions": {"calcs": [calc.unwrap_or_else(|| "mean".into())]}, "orientation": "horizontal"});
    if let Some(column) = json::some_text(panel, "tableColumn") {
        options["reduceOptions"]["fields"] = Json::from(format!("/^{column}$/"));
    }
    style(panel, &mut options);
    let line_color = json::at(panel, &["sparkline", "lineColor"]).filter(|color| json::truthy(color)).cloned();
    let plain = options["colorMode"] == "none" && options["graphMode"] == "area";
    panel.insert("options".into(), options);
    let config = json::child(panel, "fieldConfig");
    config.insert("defaults".into(), Json::Object(defaults));
    config.entry("overrides").or_insert_with(|| Json::Array(Vec::new()));
    if let Some(color) = line_color.filter(|_| plain) {
        json::child(config, "defaults").insert("color".into(), json!({"mode": "fixed", "fixedColor": color}));
    }
    set_type(panel, "stat");
}

fn style(panel: &Object, options: &mut Json) {
    let sparkline = json::at(panel, &["sparkline", "show"]).is_some_and(json::truthy);
    options["graphMode"] = Json::from(if sparkline { "area" } else { "none" });
    options["colorMode"] = Json::from(match (json::flag(panel, "colorBackground"), json::flag(panel, "colorValue")) {
        (true, _) => "background",
        (false, true) => "value",
        (false, false) => "none",
    });
    if json::text(panel, "valueName") == "name" {
        options["textMode"] = Json::from("name");
    }
}

fn defaults(panel: &Object, gauge: bool) -> Object {
    let mut defaults = Object::new();
    let mut set = |key: &str, value: Option<&Json>| {
        if let Some(value) = value.filter(|value| json::truthy(value)) {
            defaults.insert(key.into(), value.clone());
        }
    };
    set("unit", panel.get("format"));
    set("nullValueMode", panel.get("nullPointMode"));
    set("noValue", panel.get("nullText"));
    if let Some(decimals) = json::number(panel, "decimals") {
        defaults.insert("decimals".into(), Json::from(decimals));
    }
    if let Some(steps) = thresholds(panel) {
        defaults.insert("thresholds".into(), steps);
    }
    let mappings = mapping::from_singlestat(panel, defaults.get("thresholds"));
    if !mappings.is_empty() {
        defaults.insert("mappings".into(), Json::Array(mappings));
    }
    if gauge {
        for (key, saved) in [("min", "minValue"), ("max", "maxValue")] {
            if let Some(limit) = json::at(panel, &["gauge", saved]).filter(|limit| !limit.is_null()) {
                defaults.insert(key.into(), limit.clone());
            }
        }
    }
    defaults
}

/// `thresholds: "80,90"` with one colour more than limits.
fn thresholds(panel: &Object) -> Option<Json> {
    let limits = panel.get("thresholds")?.as_str().filter(|text| !text.is_empty())?;
    let limits: Vec<f64> = limits.split(',').map(crate::js::number_from_string).collect();
    let colors = panel.get("colors")?.as_array()?;
    let step = |(index, color): (usize, &Json)| match index {
        0 => json!({"value": null, "color": color}),
        _ => json!({"value": limits.get(index - 1).copied().filter(|limit| limit.is_finite()), "color": color}),
    };
    let reached = colors.iter().enumerate().take(limits.len() + 1);
    Some(json!({"mode": "absolute", "steps": reached.map(step).collect::<Vec<_>>()}))
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
    fn singlestat_settings() {
        let saved = json!({"type": "singlestat", "format": "percent", "valueName": "current", "thresholds": "80,90", "colors": ["g", "y", "r"],
            "colorValue": true, "sparkline": {"show": true}, "decimals": 0, "nullText": "",
            "mappingType": 1, "valueMaps": [{"op": "=", "value": "null", "text": "N/A"}, {"value": "1", "text": "UP"}]});
        check(saved.clone(), "/type", json!("stat"));
        check(
            saved.clone(),
            "/options",
            json!({"reduceOptions": {"calcs": ["lastNotNull"]}, "orientation": "horizontal", "graphMode": "area", "colorMode": "value"}),
        );
        check(
            saved.clone(),
            "/fieldConfig/defaults/thresholds/steps",
            json!([{"value": null, "color": "g"}, {"value": 80.0, "color": "y"}, {"value": 90.0, "color": "r"}]),
        );
        check(saved.clone(), "/fieldConfig/defaults/mappings/0/options/match", json!("null"));
        check(saved, "/fieldConfig/defaults/mappings/1/options/1/text", json!("UP"));
    }
}
