//! Variables of schema v2.

use serde_json::{Value as Json, json};

use super::{
    super::json::{self, Object},
    datasource,
};

pub(super) fn to_classic(saved: &Json) -> Option<Json> {
    let saved = saved.as_object()?;
    let kind = match json::text(saved, "kind").as_str() {
        "QueryVariable" => "query",
        "CustomVariable" => "custom",
        "DatasourceVariable" => "datasource",
        "IntervalVariable" => "interval",
        "TextVariable" => "textbox",
        "ConstantVariable" => "constant",
        "AdhocVariable" => "adhoc",
        "GroupByVariable" => "groupby",
        "SwitchVariable" => "switch",
        _ => return None,
    };
    let mut classic = json::object(saved.get("spec"))?.clone();
    classic.insert("type".into(), Json::from(kind));
    if kind == "query" {
        query(&mut classic);
    } else if let Some(source) = datasource(saved) {
        classic.insert("datasource".into(), source);
    }
    if let Some(plugin) = classic.remove("pluginId") {
        classic.insert("query".into(), plugin);
    }
    for (key, words) in [
        ("hide", ["dontHide", "hideLabel", "hideVariable"].as_slice()),
        ("refresh", &["never", "onDashboardLoad", "onTimeRangeChanged"]),
        (
            "sort",
            &[
                "disabled",
                "alphabeticalAsc",
                "alphabeticalDesc",
                "numericalAsc",
                "numericalDesc",
                "alphabeticalCaseInsensitiveAsc",
                "alphabeticalCaseInsensitiveDesc",
                "naturalAsc",
                "naturalDesc",
            ],
        ),
    ] {
        if let Some(index) = classic.get(key).and_then(Json::as_str).and_then(|word| words.iter().position(|known| *known == word)) {
            classic.insert(key.into(), json!(index));
        }
    }
    Some(Json::Object(classic))
}

fn query(classic: &mut Object) {
    let Some(Json::Object(query)) = classic.remove("query") else { return };
    if let Some(source) = datasource(&query) {
        classic.insert("datasource".into(), source);
    }
    let spec = query.get("spec").cloned().unwrap_or(Json::Null);
    let legacy = spec.get("__legacyStringValue").cloned();
    classic.insert("query".into(), legacy.unwrap_or(spec));
}
