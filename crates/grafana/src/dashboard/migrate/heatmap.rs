//! Heatmaps saved by the angular panel, and by the one that stood in for it for a while.

use serde_json::{Value as Json, json};

use super::{
    super::json::{self, Object},
    set_type,
};

/// `heatmap-new` was the panel's name while it was tried out.
pub(super) fn rename(panel: &mut Object) {
    set_type(panel, "heatmap");
    if let Some(frame) = panel.get_mut("options").and_then(Json::as_object_mut).and_then(|options| options.remove("bucketFrame")) {
        json::child(panel, "options").insert("rowsFrame".into(), frame);
    }
}

/// Settings beside the options are the angular panel's; without any options they count.
/// Source: Grafana 12.4 `heatmapMigrationHandler`, `angularToReactHeatmap`.
pub(super) fn migrate(panel: &mut Object) {
    if panel.get("options").and_then(Json::as_object).is_some_and(|options| !options.is_empty()) {
        return;
    }
    let at = |path: &[&str]| json::at(panel, path).cloned().unwrap_or(Json::Null);
    let number = |path: &[&str]| json::at(panel, path).and_then(json::number_of);
    let truthy = |path: &[&str]| json::at(panel, path).is_some_and(json::truthy);
    let calculate = json::text(panel, "dataFormat") != "tsbuckets";
    let log_base = number(&["yAxis", "logBase"]).unwrap_or(1.0);
    let mut calculation = json!({});
    if calculate {
        let sized = |mode: &str, key: &str| json!({"mode": mode, "value": json::at(panel, &[key]).and_then(json::text_of)});
        if truthy(&["xBucketSize"]) {
            calculation["xBuckets"] = sized("size", "xBucketSize");
        } else if truthy(&["xBucketNumber"]) {
            calculation["xBuckets"] = sized("count", "xBucketNumber");
        }
        if truthy(&["yBucketSize"]) {
            calculation["yBuckets"] = sized("size", "yBucketSize");
        } else if truthy(&["xBucketNumber"]) {
            // Grafana looks at the other axis here.
            calculation["yBuckets"] = sized("count", "yBucketNumber");
        }
        if log_base > 1.0 {
            let split = json::at(panel, &["yAxis", "splitFactor"]).filter(|split| json::number_of(split).is_some_and(|n| n > 0.0));
            calculation["yBuckets"] =
                json!({"mode": "count", "value": split.and_then(json::text_of), "scale": {"type": "log", "log": log_base}});
        }
    }
    let gap = number(&["cards", "cardPadding"]).unwrap_or(2.0);
    let shown = json::at(panel, &["yAxis", "show"]) != Some(&Json::Bool(false));
    let layout = match json::text(panel, "yBucketBound").as_str() {
        "upper" => "ge",
        "lower" => "le",
        "middle" => "unknown",
        _ => "auto",
    };
    let options = json!({
        "calculate": calculate,
        "calculation": calculation,
        "color": color(panel),
        "cellGap": if gap == 0.0 { 1.0 } else { gap },
        "yAxis": {
            "axisPlacement": if shown { "left" } else { "hidden" },
            "reverse": truthy(&["reverseYBuckets"]),
            "axisWidth": number(&["yAxis", "width"]),
            "min": at(&["yAxis", "min"]),
            "max": at(&["yAxis", "max"]),
            "unit": at(&["yAxis", "format"]),
            "decimals": at(&["yAxis", "decimals"]),
        },
        "cellValues": {"decimals": number(&["tooltipDecimals"])},
        "rowsFrame": {"layout": layout},
        "legend": {"show": truthy(&["legend", "show"])},
        "showValue": "never",
    });
    panel.insert("options".into(), options);
    panel.insert("fieldConfig".into(), json!({"defaults": {}, "overrides": []}));
}

fn color(panel: &Object) -> Json {
    let at = |key: &str| json::at(panel, &["color", key]).cloned().unwrap_or(Json::Null);
    let mut color = json!({"scheme": "Oranges", "reverse": false, "exponent": 0.5, "steps": 128, "min": at("min"), "max": at("max")});
    match at("mode").as_str() {
        Some("spectrum") => {
            let saved = at("colorScheme");
            let name = saved.as_str().unwrap_or_default();
            color["mode"] = Json::from("scheme");
            color["scheme"] = Json::from(scheme(name));
        }
        Some("opacity") => {
            color["mode"] = Json::from("opacity");
            color["scale"] = at("scale");
        }
        _ => {}
    }
    color["fill"] = at("cardColor");
    if let (Some(min), Some(max)) = (at("min").as_f64(), at("max").as_f64())
        && min > max
    {
        color["min"] = Json::from(max);
        color["max"] = Json::from(min);
        color["reverse"] = Json::from(true);
    }
    color
}

/// "interpolateOranges" is "Oranges" today: the first scheme whose name is in it.
fn scheme(saved: &str) -> &'static str {
    const SCHEMES: [&str; 38] = [
        "BrBG",
        "PiYG",
        "PRGn",
        "PuOr",
        "RdBu",
        "RdGy",
        "RdYlBu",
        "RdYlGn",
        "Spectral",
        "Blues",
        "Greens",
        "Greys",
        "Oranges",
        "Purples",
        "Reds",
        "Turbo",
        "Cividis",
        "Viridis",
        "Magma",
        "Inferno",
        "Plasma",
        "Warm",
        "Cool",
        "Cubehelix",
        "BuGn",
        "BuPu",
        "GnBu",
        "OrRd",
        "PuBuGn",
        "PuBu",
        "PuRd",
        "RdPu",
        "YlGnBu",
        "YlGn",
        "YlOrBr",
        "YlOrRd",
        "Rainbow",
        "Sinebow",
    ];
    let same = SCHEMES.into_iter().find(|name| *name == saved);
    same.or_else(|| SCHEMES.into_iter().find(|name| saved.contains(name))).unwrap_or("Oranges")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn angular_settings_become_options() {
        let check = |saved: Json, path: &str, expected: Json| {
            let Json::Object(mut panel) = saved else { return };
            migrate(&mut panel);
            assert_eq!(Json::Object(panel).pointer(path).cloned().unwrap_or_default(), expected, "{path}");
        };
        check(json!({"dataFormat": "tsbuckets"}), "/options/calculate", json!(false));
        check(json!({"xBucketNumber": 10}), "/options/calculation/xBuckets", json!({"mode": "count", "value": "10"}));
        check(
            json!({"yAxis": {"logBase": 2, "splitFactor": 2}}),
            "/options/calculation/yBuckets/scale",
            json!({"type": "log", "log": 2.0}),
        );
        check(json!({"color": {"mode": "spectrum", "colorScheme": "interpolateBuGn"}}), "/options/color/scheme", json!("BuGn"));
        check(json!({"color": {"min": 9, "max": 1}}), "/options/color/reverse", json!(true));
        check(json!({"cards": {"cardPadding": 0}}), "/options/cellGap", json!(1.0));
        check(json!({"options": {"cellGap": 3}, "cards": {}}), "/options", json!({"cellGap": 3}));
    }
}
