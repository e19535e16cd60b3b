//! Tables: the angular one (`styles`, `transform`), and older options of today's.

use serde_json::{Value as Json, json};

use super::{
    super::json::{self, Object},
    reducer_id, rule, set_type,
};

pub(super) fn migrate_old(panel: &mut Object) {
    let styles: Vec<Object> = json::list(panel, "styles").iter().filter_map(Json::as_object).cloned().collect();
    let (all, some): (Vec<&Object>, Vec<&Object>) = styles.iter().partition(|style| json::text(style, "pattern") == "/.*/");
    let defaults = all.first().map(|style| defaults(style)).unwrap_or_else(|| json!({"custom": {}}));
    let overrides: Vec<Json> = some.into_iter().map(style_override).collect();
    let mut steps = json::list(panel, "transformations").to_vec();
    steps.extend(transformation(panel));
    panel.insert("transformations".into(), Json::Array(steps));
    panel.insert("fieldConfig".into(), json!({"defaults": defaults, "overrides": overrides}));
    panel.insert("options".into(), json!({}));
    set_type(panel, "table");
}

fn transformation(panel: &Object) -> Option<Json> {
    let id = match panel.get("transform")?.as_str()? {
        "timeseries_to_rows" => "seriesToRows",
        "timeseries_to_columns" => "seriesToColumns",
        "table" => "merge",
        "timeseries_aggregations" => {
            let columns = json::list(panel, "columns").iter().filter_map(|column| column.get("value").and_then(Json::as_str));
            let reducers: Vec<Json> = columns.filter_map(reducer_id).map(Json::from).collect();
            return Some(json!({"id": "reduce", "options": {"reducers": reducers, "includeTimeField": false}}));
        }
        _ => return None,
    };
    Some(json!({"id": id, "options": {"reducers": []}}))
}

fn cell_type(style: &Object) -> Option<&'static str> {
    match style.get("colorMode").and_then(Json::as_str)? {
        "cell" | "row" => Some("color-background"),
        "value" => Some("color-text"),
        _ => None,
    }
}

fn thresholds(style: &Object) -> Option<Json> {
    let (limits, colors) = (json::list(style, "thresholds"), json::list(style, "colors"));
    if limits.is_empty() || colors.is_empty() {
        return None;
    }
    let limit = |limit: &Json| match limit {
        Json::String(text) => Some(crate::js::parse_int(text)).filter(|n| n.is_finite()),
        other => json::number_of(other),
    };
    let values = std::iter::once(None).chain(limits.iter().map(limit));
    let steps = values.zip(colors).map(|(value, color)| json!({"value": value, "color": color}));
    Some(json!({"mode": "absolute", "steps": steps.collect::<Vec<_>>()}))
}

fn alignment(style: &Object) -> Option<Json> {
    let align = json::some_text(style, "align")?;
    Some(if align == "auto" { Json::Null } else { Json::from(align) })
}

fn defaults(style: &Object) -> Json {
    let mut defaults = json!({"custom": {}});
    for (key, saved) in [("unit", "unit"), ("decimals", "decimals"), ("displayName", "alias")] {
        if let Some(value) = style.get(saved).filter(|value| !value.is_null()) {
            defaults[key] = value.clone();
        }
    }
    if let Some(align) = alignment(style).filter(|align| !align.is_null()) {
        defaults["custom"]["align"] = align;
    }
    if let Some(thresholds) = thresholds(style) {
        defaults["thresholds"] = thresholds;
    }
    if let Some(cell) = cell_type(style) {
        defaults["custom"]["cellOptions"] = json!({"type": cell});
    }
    defaults
}

fn style_override(style: &Object) -> Json {
    let pattern = json::text(style, "pattern");
    let regex = pattern.len() > 1 && pattern.starts_with('/') && pattern.ends_with('/');
    let kind = json::text(style, "type");
    let mut properties: Vec<(&str, Json)> = Vec::new();
    properties.extend(json::some_text(style, "alias").map(|alias| ("displayName", Json::from(alias))));
    properties.extend(json::some_text(style, "unit").map(|unit| ("unit", Json::from(unit))));
    properties.extend(style.get("decimals").map(|decimals| ("decimals", decimals.clone())));
    if kind == "date" {
        let format = json::some_text(style, "dateFormat").unwrap_or_else(|| "undefined".into());
        properties.push(("unit", Json::from(format!("time: {format}"))));
    }
    if kind == "hidden" {
        properties.push(("custom.hideFrom.viz", Json::Bool(true)));
    }
    if json::flag(style, "link") {
        let link = json!({"title": json::text(style, "linkTooltip"), "url": json::text(style, "linkUrl"), "targetBlank": json::flag(style, "linkTargetBlank")});
        properties.push(("links", json!([link])));
    }
    properties.extend(cell_type(style).map(|cell| ("custom.cellOptions", json!({"type": cell}))));
    properties.extend(alignment(style).map(|align| ("custom.align", align)));
    properties.extend(thresholds(style).map(|thresholds| ("thresholds", thresholds)));
    rule(if regex { "byRegexp" } else { "byName" }, Json::from(pattern), properties)
}

/// Options of today's table that moved: cell display mode, hidden fields, wrapping, footer.
pub(super) fn migrate_options(panel: &mut Object) {
    let footer = panel.get_mut("options").and_then(Json::as_object_mut).and_then(|options| options.remove("footer"));
    let config = json::child(panel, "fieldConfig");
    let custom = json::child_at(config, &["defaults", "custom"]);
    if let Some(mode) = custom.remove("displayMode") {
        custom.insert("cellOptions".into(), cell_options(&mode));
    }
    if !custom.contains_key("wrapText")
        && let Some(wrap) = custom.get_mut("cellOptions").and_then(Json::as_object_mut).and_then(|cell| cell.remove("wrapText"))
    {
        custom.insert("wrapText".into(), wrap);
    }
    let mut overrides = json::list(config, "overrides").to_vec();
    for property in overrides.iter_mut().filter_map(|rule| rule.get_mut("properties")).filter_map(Json::as_array_mut) {
        migrate_properties(property);
    }
    config.insert("overrides".into(), Json::Array(overrides));
    if let Some(Json::Object(footer)) = footer {
        migrate_footer(panel, &footer);
    }
}

fn migrate_properties(properties: &mut Vec<Json>) {
    let mut wraps = Vec::new();
    for property in properties.iter_mut() {
        match property.get("id").and_then(Json::as_str) {
            Some("custom.displayMode") => {
                let value = cell_options(property.get("value").unwrap_or(&Json::Null));
                *property = json!({"id": "custom.cellOptions", "value": value});
            }
            Some("custom.hidden") => property["id"] = Json::from("custom.hideFrom.viz"),
            Some("custom.cellOptions") => {
                let cell = property.get_mut("value").and_then(Json::as_object_mut);
                wraps.extend(cell.and_then(|cell| cell.remove("wrapText")).map(|wrap| json!({"id": "custom.wrapText", "value": wrap})));
            }
            _ => {}
        }
    }
    properties.extend(wraps);
}

fn cell_options(mode: &Json) -> Json {
    match mode.as_str().unwrap_or("auto") {
        "basic" => json!({"type": "gauge", "mode": "basic"}),
        "gradient-gauge" => json!({"type": "gauge", "mode": "gradient"}),
        "lcd-gauge" => json!({"type": "gauge", "mode": "lcd"}),
        "color-background" => json!({"type": "color-background", "mode": "gradient"}),
        "color-background-solid" => json!({"type": "color-background", "mode": "basic"}),
        other => json!({"type": other}),
    }
}

/// The footer moved into field config; a choice of fields became an override.
fn migrate_footer(panel: &mut Object, footer: &Object) {
    if let Some(paginate) = footer.get("enablePagination").filter(|paginate| !paginate.is_null()) {
        json::child(panel, "options").insert("enablePagination".into(), paginate.clone());
    }
    if !json::flag(footer, "show") {
        return;
    }
    let reducers = json::list(footer, "reducer");
    let count_rows = json::flag(footer, "countRows") && reducers.first().and_then(Json::as_str) == Some("count");
    let fields = match footer.get("fields") {
        Some(Json::Array(fields)) if !count_rows => fields.as_slice(),
        _ => &[],
    };
    let config = json::child(panel, "fieldConfig");
    let matcher = match fields {
        [] => {
            let reducers = if count_rows { json!(["countAll"]) } else { json!(reducers) };
            json::child_at(config, &["defaults", "custom"]).insert("footer".into(), json!({"reducers": reducers}));
            return;
        }
        [one] => ("byName", one.clone()),
        many => ("byNames", json!({"mode": "include", "names": many})),
    };
    let mut overrides = json::list(config, "overrides").to_vec();
    overrides.push(rule(matcher.0, matcher.1, vec![("custom.footer.reducers", json!(reducers))]));
    config.insert("overrides".into(), Json::Array(overrides));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(saved: Json, path: &str, expected: Json) {
        let mut panel = saved.as_object().unwrap().clone();
        if panel.contains_key("styles") {
            migrate_old(&mut panel);
        }
        migrate_options(&mut panel);
        assert_eq!(Json::Object(panel).pointer(path).cloned().unwrap_or(Json::Null), expected, "{path}");
    }

    #[test]
    fn angular_tables() {
        let saved = json!({"type": "table", "transform": "timeseries_aggregations", "columns": [{"value": "avg"}, {"value": "current"}],
            "styles": [{"pattern": "Time", "type": "date", "dateFormat": "YYYY"}, {"pattern": "/.*/", "unit": "short", "decimals": 2},
                {"pattern": "Value", "type": "hidden"}, {"pattern": "/x/", "unit": "ms", "colorMode": "row", "colors": ["g", "r"], "thresholds": ["5"]}]});
        check(saved.clone(), "/transformations/0/options/reducers", json!(["mean", "lastNotNull"]));
        check(saved.clone(), "/fieldConfig/defaults/unit", json!("short"));
        check(saved.clone(), "/fieldConfig/overrides/0/properties/0", json!({"id": "unit", "value": "time: YYYY"}));
        check(saved.clone(), "/fieldConfig/overrides/1/properties/0/id", json!("custom.hideFrom.viz"));
        check(saved, "/fieldConfig/overrides/2/properties/2/value/steps/1", json!({"value": 5.0, "color": "r"}));
    }

    #[test]
    fn display_modes_and_footers() {
        check(
            json!({"type": "table", "fieldConfig": {"defaults": {"custom": {"displayMode": "lcd-gauge"}}}}),
            "/fieldConfig/defaults/custom/cellOptions",
            json!({"type": "gauge", "mode": "lcd"}),
        );
        check(
            json!({"type": "table", "options": {"footer": {"show": true, "reducer": ["sum"], "fields": ""}}}),
            "/fieldConfig/defaults/custom/footer/reducers",
            json!(["sum"]),
        );
        check(
            json!({"type": "table", "options": {"footer": {"show": true, "reducer": ["sum"], "fields": ["a"]}}}),
            "/fieldConfig/overrides/0/matcher",
            json!({"id": "byName", "options": "a"}),
        );
    }
}
