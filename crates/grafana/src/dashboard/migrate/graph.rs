//! The angular graph: a time series, or by its x axis a bar chart, bar gauge or histogram.

use serde_json::{Value as Json, json};

use super::{
    super::json::{self, Object},
    alias_colors, axes, legend, reducer_id, rule, set_type,
};

pub(super) fn migrate(panel: &mut Object, schema_version: i64) {
    if schema_version < 13 {
        axes::modernise(panel);
    }
    match json::at(panel, &["xaxis", "mode"]).and_then(Json::as_str) {
        Some("series") if json::at(panel, &["legend", "values"]).is_some_and(json::truthy) => to_bar_gauge(panel),
        Some("series") => to_bar_chart(panel),
        Some("histogram") => to_histogram(panel),
        _ => to_time_series(panel),
    }
}

fn series_reducers(panel: &Object, default: &[&str]) -> Json {
    match json::at(panel, &["xaxis", "values"]).and_then(Json::as_array) {
        Some(values) => values.iter().filter_map(Json::as_str).filter_map(reducer_id).map(Json::from).collect(),
        None => default.iter().map(|id| Json::from(*id)).collect(),
    }
}

fn to_bar_gauge(panel: &mut Object) {
    let calcs = series_reducers(panel, &[]);
    let legend = legend::from_graph(panel);
    let options = json!({"orientation": "auto", "reduceOptions": {"values": false, "calcs": calcs}, "legend": legend});
    panel.insert("options".into(), options);
    json::child_at(panel, &["fieldConfig", "defaults"]).insert("color".into(), json!({"mode": "palette-classic"}));
    set_type(panel, "bargauge");
}

fn to_bar_chart(panel: &mut Object) {
    let reducers = series_reducers(panel, &["sum"]);
    let mut steps = json::list(panel, "transformations").to_vec();
    steps.push(json!({"id": "reduce", "options": {"reducers": reducers}}));
    steps.push(json!({"id": "transpose", "options": {}}));
    panel.insert("transformations".into(), Json::Array(steps));
    let config = json::child(panel, "fieldConfig");
    let mut overrides = json::list(config, "overrides").to_vec();
    overrides.push(rule("byName", Json::from("Field"), vec![("custom.axisPlacement", Json::from("hidden"))]));
    config.insert("overrides".into(), Json::Array(overrides));
    json::child(panel, "options").insert("groupWidth".into(), Json::from(1));
    set_type(panel, "barchart");
}

fn to_histogram(panel: &mut Object) {
    let mut custom = Object::new();
    if json::flag(panel, "stack") {
        custom.insert("stacking".into(), stacking(panel));
    }
    let legend = json!({"displayMode": "list", "showLegend": true, "placement": "bottom", "calcs": []});
    panel.insert("options".into(), json!({"legend": legend, "tooltip": {"mode": "single", "sort": "none"}, "combine": false}));
    panel.insert("fieldConfig".into(), json!({"defaults": {"custom": custom}, "overrides": []}));
    set_type(panel, "histogram");
}

fn stacking(panel: &Object) -> Json {
    json!({"mode": if json::flag(panel, "percentage") { "percent" } else { "normal" }, "group": "A"})
}

fn to_time_series(panel: &mut Object) {
    let mut overrides = json::at(panel, &["fieldConfig", "overrides"]).and_then(Json::as_array).cloned().unwrap_or_default();
    let axis = |index: usize| axes::field_config(json::list(panel, "yaxes").get(index));
    let (left, right) = (axis(0), axis(1));
    let mut defaults = json::object(json::at(panel, &["fieldConfig", "defaults"])).cloned().unwrap_or_default();
    defaults.extend(left.clone());
    overrides.extend(alias_colors(panel));
    let series = json::list(panel, "seriesOverrides").iter().filter_map(Json::as_object);
    overrides.extend(series.filter_map(|one| series_override(one, panel, &left, &right)));
    draw(panel, &mut defaults);
    thresholds(panel, &mut defaults);
    overrides.extend(legend::hidden_series(panel));
    let hidden_time = json::at(panel, &["xaxis", "show"]) == Some(&Json::Bool(false))
        && json::at(panel, &["xaxis", "mode"]).and_then(Json::as_str) == Some("time");
    if hidden_time {
        overrides.push(rule("byType", Json::from("time"), vec![("custom.axisPlacement", Json::from("hidden"))]));
    }
    let options = json!({"legend": legend::from_graph(panel), "tooltip": tooltip(panel)});
    panel.insert("options".into(), options);
    panel.insert("fieldConfig".into(), json!({"defaults": defaults, "overrides": overrides}));
    set_type(panel, "timeseries");
}

/// Lines, bars, points, fill and stacking of the whole panel.
fn draw(panel: &Object, defaults: &mut Object) {
    let stacked = json::flag(panel, "stack");
    if stacked && json::flag(panel, "percentage") && json::flag(panel, "yaxis") {
        defaults.remove("min");
        defaults.remove("max");
        if json::integer(defaults, "decimals") == Some(0) {
            defaults.remove("decimals");
        }
    }
    let custom = json::child(defaults, "custom");
    let style = match (json::flag(panel, "bars"), json::flag(panel, "lines")) {
        (true, _) => "bars",
        (false, true) => "line",
        (false, false) => "points",
    };
    custom.insert("drawStyle".into(), Json::from(style));
    if json::flag(panel, "points") {
        custom.insert("showPoints".into(), Json::from("always"));
        if let Some(radius) = panel.get("pointradius").and_then(Json::as_f64) {
            custom.insert("pointSize".into(), Json::from(2.0 + radius * 2.0));
        }
    } else if style != "points" {
        custom.insert("showPoints".into(), Json::from("never"));
    }
    if let Some(width) = panel.get("linewidth").filter(|width| !width.is_null()) {
        custom.insert("lineWidth".into(), json::number_of(width).map_or_else(|| width.clone(), Json::from));
    }
    if json::flag(panel, "dashes") {
        custom.insert("lineStyle".into(), dash_style(panel, true));
    }
    let below = json::list(panel, "seriesOverrides").iter().any(|one| one.get("fillBelowTo").is_some());
    if below {
        custom.insert("fillOpacity".into(), Json::from(35));
    } else if let Some(fill) = panel.get("fill").and_then(Json::as_f64) {
        custom.insert("fillOpacity".into(), Json::from(fill * 10.0));
    }
    if let Some(gradient) = panel.get("fillGradient").and_then(Json::as_f64).filter(|gradient| *gradient > 0.0) {
        custom.insert("gradientMode".into(), Json::from("opacity"));
        custom.insert("fillOpacity".into(), Json::from(gradient * 10.0));
    }
    custom.insert("spanNulls".into(), Json::from(json::text(panel, "nullPointMode") == "connected"));
    if json::flag(panel, "steppedLine") {
        custom.insert("lineInterpolation".into(), Json::from("stepAfter"));
    }
    if style == "bars" {
        custom.insert("fillOpacity".into(), Json::from(100));
    }
    if stacked {
        custom.insert("stacking".into(), stacking(panel));
    }
    if let Some(mode) = json::some_text(panel, "nullPointMode") {
        defaults.insert("nullValueMode".into(), Json::from(mode));
    }
}

fn dash_style(panel: &Object, dashed: bool) -> Json {
    let length = |key: &str| panel.get(key).filter(|length| !length.is_null()).cloned().unwrap_or_else(|| Json::from(10));
    json!({"fill": if dashed { "dash" } else { "solid" }, "dash": [length("dashLength"), length("spaceLength")]})
}

fn series_override(one: &Object, panel: &Object, left: &Object, right: &Object) -> Option<Json> {
    let alias = json::some_text(one, "alias")?;
    let mut properties: Vec<(String, Json)> = Vec::new();
    let mut dash: Option<Json> = None;
    for (key, value) in one {
        let on = json::truthy(value);
        let tenfold = || Json::from(json::number_of(value).unwrap_or(0.0) * 10.0);
        let mut set = |id: &str, value: Json| properties.push((format!("custom.{id}"), value));
        match key.as_str() {
            "yaxis" if json::number_of(value) == Some(2.0) => properties.extend(axes::right_axis(left, right)),
            "fill" => set("fillOpacity", tenfold()),
            "fillBelowTo" => set("fillBelowTo", value.clone()),
            "fillGradient" if on => {
                set("fillGradient", Json::from("opacity"));
                set("fillOpacity", tenfold());
            }
            "points" => set("showPoints", Json::from(if on { "always" } else { "never" })),
            "bars" if on => {
                set("drawStyle", Json::from("bars"));
                set("fillOpacity", Json::from(100));
            }
            "bars" => set("drawStyle", Json::from("line")),
            "lines" if on => set("drawStyle", Json::from("line")),
            "lines" => set("lineWidth", Json::from(0)),
            "linewidth" => set("lineWidth", value.clone()),
            "pointradius" => set("pointSize", Json::from(2.0 + json::number_of(value).unwrap_or(0.0) * 2.0)),
            "dashLength" | "spaceLength" | "dashes" => {
                let style = dash.get_or_insert_with(|| dash_style(panel, json::flag(panel, "dashes")));
                match key.as_str() {
                    "dashLength" => style["dash"][0] = value.clone(),
                    "spaceLength" => style["dash"][1] = value.clone(),
                    _ => style["fill"] = Json::from(if on { "dash" } else { "solid" }),
                }
            }
            "stack" => {
                let group = value.as_str().unwrap_or("A");
                set("stacking", json!({"mode": if on { "normal" } else { "none" }, "group": group}));
            }
            "color" => properties.push(("color".into(), json!({"fixedColor": value, "mode": "fixed"}))),
            "transform" => set("transform", Json::from(if value == "negative-Y" { "negative-Y" } else { "constant" })),
            _ => {}
        }
    }
    properties.extend(dash.map(|style| ("custom.lineStyle".to_owned(), style)));
    let matcher = if is_regex(&alias) { "byRegexp" } else { "byName" };
    let pairs = properties.iter().map(|(id, value)| (id.as_str(), value.clone())).collect::<Vec<_>>();
    (!pairs.is_empty()).then(|| rule(matcher, Json::from(alias), pairs))
}

/// `/pattern/flags`; a few other delimiters count too.
fn is_regex(alias: &str) -> bool {
    let mut chars = alias.chars();
    let Some(delimiter) = chars.next().filter(|c| "/~@;%#'".contains(*c)) else { return false };
    let rest = chars.as_str();
    rest.rfind(delimiter).is_some_and(|end| rest[end + delimiter.len_utf8()..].chars().all(|c| "gimsuy".contains(c)))
}

fn tooltip(panel: &Object) -> Json {
    let shared = json::at(panel, &["tooltip", "shared"]).is_some_and(json::truthy);
    let sort = match json::at(panel, &["tooltip", "sort"]).and_then(Json::as_i64) {
        Some(1) if shared => "asc",
        Some(2) if shared => "desc",
        _ => "none",
    };
    json!({"mode": if shared { "multi" } else { "single" }, "sort": sort})
}

fn thresholds(panel: &Object, defaults: &mut Object) {
    let mut saved: Vec<&Object> = json::list(panel, "thresholds").iter().filter_map(Json::as_object).collect();
    if saved.is_empty() {
        return;
    }
    let value_of = |one: &Object| json::number(one, "value").unwrap_or(0.0);
    saved.sort_by(|a, b| value_of(a).total_cmp(&value_of(b)));
    let mut steps: Vec<Json> = Vec::new();
    let step = |value: Option<f64>, color: &str| json!({"value": value, "color": color});
    for (index, one) in saved.iter().enumerate() {
        let next = saved.get(index + 1);
        match one.get("op").and_then(Json::as_str) {
            Some("gt") => steps.push(step(Some(value_of(one)), &threshold_color(one))),
            Some("lt") => {
                if steps.is_empty() {
                    steps.push(step(None, &threshold_color(one)));
                }
                let below = next.filter(|next| next.get("op").and_then(Json::as_str) == Some("lt"));
                let color = below.map_or_else(|| "transparent".to_owned(), |next| threshold_color(next));
                steps.push(step(Some(value_of(one)), &color));
            }
            _ => {}
        }
    }
    if steps.first().is_some_and(|first| !first["value"].is_null()) {
        steps.insert(0, step(None, "transparent"));
    }
    let any = |key: &str| saved.iter().any(|one| json::flag(one, key));
    let style = match (any("line"), any("fill")) {
        (true, true) => "line+area",
        (_, true) => "area",
        _ => "line",
    };
    json::child(defaults, "custom").insert("thresholdsStyle".into(), json!({"mode": style}));
    defaults.insert("thresholds".into(), json!({"mode": "absolute", "steps": steps}));
}

fn threshold_color(one: &Object) -> String {
    match one.get("colorMode").and_then(Json::as_str) {
        Some("warning") => "orange".into(),
        Some("custom") => json::some_text(one, "fillColor").unwrap_or_else(|| json::text(one, "lineColor")),
        _ => "red".into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(saved: Json, path: &str, expected: Json) {
        let mut panel = saved.as_object().unwrap().clone();
        migrate(&mut panel, 30);
        assert_eq!(Json::Object(panel).pointer(path).cloned().unwrap_or(Json::Null), expected, "{path}");
    }

    #[test]
    fn graph_settings() {
        let graph = |extra: Json| {
            let mut panel = json!({"type": "graph", "lines": true, "fill": 1, "linewidth": 2, "nullPointMode": "null",
                "yaxes": [{"format": "bytes", "show": true, "min": "0", "max": null, "logBase": 10}, {"format": "s", "show": true}],
                "legend": {"show": true, "values": true, "avg": true, "current": true, "alignAsTable": true, "rightSide": true}});
            panel.as_object_mut().unwrap().extend(extra.as_object().unwrap().clone());
            panel
        };
        check(graph(json!({})), "/type", json!("timeseries"));
        check(graph(json!({})), "/fieldConfig/defaults/unit", json!("bytes"));
        check(graph(json!({})), "/fieldConfig/defaults/min", json!(0.0));
        check(graph(json!({})), "/fieldConfig/defaults/max", Json::Null);
        check(graph(json!({})), "/fieldConfig/defaults/custom/scaleDistribution/log", json!(10));
        check(graph(json!({})), "/fieldConfig/defaults/custom/fillOpacity", json!(10.0));
        check(
            graph(json!({})),
            "/options/legend",
            json!({"displayMode": "table", "showLegend": true, "placement": "right", "calcs": ["mean", "lastNotNull"]}),
        );
        check(graph(json!({"bars": true})), "/fieldConfig/defaults/custom/drawStyle", json!("bars"));
        check(graph(json!({"stack": true, "percentage": true})), "/fieldConfig/defaults/custom/stacking/mode", json!("percent"));
        check(graph(json!({"nullPointMode": "connected"})), "/fieldConfig/defaults/custom/spanNulls", json!(true));
        check(graph(json!({"aliasColors": {"a": "#F00"}})), "/fieldConfig/overrides/0/properties/0/value/fixedColor", json!("#F00"));
        check(
            graph(json!({"seriesOverrides": [{"alias": "/b.*/", "yaxis": 2}]})),
            "/fieldConfig/overrides/0",
            json!({"matcher": {"id": "byRegexp", "options": "/b.*/"}, "properties": [{"id": "unit", "value": "s"}, {"id": "custom.axisPlacement", "value": "right"}]}),
        );
        check(
            graph(json!({"thresholds": [{"op": "gt", "value": 5, "colorMode": "critical", "fill": true, "line": true}]})),
            "/fieldConfig/defaults/thresholds/steps",
            json!([{"value": null, "color": "transparent"}, {"value": 5.0, "color": "red"}]),
        );
        check(graph(json!({"xaxis": {"mode": "histogram"}})), "/type", json!("histogram"));
        check(graph(json!({"xaxis": {"mode": "series"}})), "/type", json!("bargauge"));
        check(
            json!({"type": "graph", "xaxis": {"mode": "series", "values": ["total"]}}),
            "/transformations/0/options/reducers",
            json!(["sum"]),
        );
    }
}
