//! Schema v2 dashboards (`/apis/dashboard.grafana.app/v2*`): settings, variables and elements are turned into their classic
//! form and read as such; the layout is its own.

mod arrange;
mod condition;
mod layout;
mod panel;
mod section;
mod variable;

pub(super) use arrange::arrange;
pub use layout::Layout;

use serde_json::{Value as Json, json};

use super::{
    Dashboard, Error, from_classic,
    json::{self, Object},
    migrate,
};

/// Reads a v2 dashboard: the whole resource or its `spec`. Fails only when it is no object.
pub fn from_v2(resource: &Json) -> Result<Dashboard, Error> {
    let map = resource.as_object().ok_or(Error::NotAnObject(json::kind_of(resource)))?;
    let spec = json::object(map.get("spec")).unwrap_or(map);
    let lifted = section::lift(spec);
    let spec = lifted.as_ref().unwrap_or(spec);
    let (names, panels) = elements(spec);
    let highest_id = panels.iter().filter_map(|panel| json::number(panel, "id")).fold(0.0, f64::max) as i64;
    let mut classic = to_classic(spec, panels);
    if let Some(uid) = json::at(map, &["metadata", "name"]).and_then(json::text_of) {
        classic["uid"] = Json::from(uid);
    }
    let mut dashboard = from_classic(&classic)?;
    dashboard.layout = Some(layout::read(spec.get("layout"), &names, highest_id.saturating_add(1)));
    Ok(dashboard)
}

/// Names and classic panels of the elements. Their places only keep them in this order: the layout knows the real ones.
fn elements(spec: &Object) -> (Vec<String>, Vec<Object>) {
    let elements = json::object(spec.get("elements")).into_iter().flatten();
    let readable = elements.filter_map(|(name, element)| Some((name.clone(), panel::to_classic(element)?)));
    let (names, mut panels): (Vec<String>, Vec<Object>) = readable.unzip();
    for (index, panel) in panels.iter_mut().enumerate() {
        panel.insert("gridPos".into(), json!({"x": 0, "y": index, "w": 12, "h": 8}));
    }
    (names, panels)
}

fn to_classic(spec: &Object, panels: Vec<Object>) -> Json {
    let time = json::object(spec.get("timeSettings")).cloned().unwrap_or_default();
    let each = |key: &str, read: fn(&Json) -> Option<Json>| json::list(spec, key).iter().filter_map(read).collect::<Vec<_>>();
    json!({
        "title": json::text(spec, "title"), "description": json::text(spec, "description"), "tags": spec.get("tags"),
        "time": {"from": time.get("from"), "to": time.get("to")}, "timezone": time.get("timezone"), "weekStart": time.get("weekStart"),
        "fiscalYearStartMonth": time.get("fiscalYearStartMonth"), "schemaVersion": migrate::LATEST,
        "templating": {"list": each("variables", variable::to_classic)},
        "annotations": {"list": each("annotations", annotation)},
        "panels": panels,
    })
}

fn annotation(saved: &Json) -> Option<Json> {
    let mut classic = saved.get("spec")?.as_object()?.clone();
    let query = classic.remove("query").and_then(|query| query.as_object().cloned()).unwrap_or_default();
    classic.insert("builtIn".into(), Json::from(i64::from(json::flag(&classic, "builtIn"))));
    classic.insert("datasource".into(), datasource(&query).unwrap_or(Json::Null));
    classic.insert("target".into(), query.get("spec").cloned().unwrap_or(Json::Null));
    Some(Json::Object(classic))
}

/// The data source of a `DataQuery`: `group` is its type (v2alpha1: `kind`), `datasource.name` its uid.
fn datasource(query: &Object) -> Option<Json> {
    let kind = json::some_text(query, "group").or_else(|| json::some_text(query, "kind").filter(|kind| kind != "DataQuery"));
    let uid = json::at(query, &["datasource", "name"]).or_else(|| json::at(query, &["datasource", "uid"])).and_then(json::text_of);
    match (kind, uid) {
        (Some(kind), None) if kind == "grafana" || kind == "datasource" => Some(json!({"type": "datasource", "uid": "grafana"})),
        (Some(kind), Some(uid)) => Some(json!({"type": kind, "uid": uid})),
        (Some(kind), None) => Some(json!({"type": kind})),
        (None, Some(uid)) => Some(json!({"uid": uid})),
        (None, None) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        dashboard::{Arrangement, Panel, arrange, pixel_rect, unroll},
        variable::{Settled, VariableOption, Variables},
    };

    #[test]
    fn reads_a_dashboard() {
        let panel = json!({"kind": "Panel", "spec": {"id": 3, "title": "P", "vizConfig": {"kind": "VizConfig", "group": "stat", "version": "12.4.0", "spec": {"options": {"graphMode": "none"}, "fieldConfig": {"defaults": {"unit": "s"}, "overrides": []}}},
            "data": {"kind": "QueryGroup", "spec": {"queries": [{"kind": "PanelQuery", "spec": {"refId": "A", "hidden": false, "query": {"kind": "DataQuery", "group": "prometheus", "datasource": {"name": "prom"}, "spec": {"expr": "up"}}}}], "queryOptions": {"maxDataPoints": 7}}}}});
        let row = json!({"kind": "RowsLayoutRow", "spec": {"title": "R", "layout": {"kind": "GridLayout", "spec": {"items": [{"kind": "GridLayoutItem", "spec": {"x": 4, "y": 2, "width": 6, "height": 5, "element": {"name": "panel-3"}}}]}}}});
        let resource = json!({"metadata": {"name": "u1"}, "spec": {"title": "T", "elements": {"panel-3": panel},
            "layout": {"kind": "RowsLayout", "spec": {"rows": [row]}}, "timeSettings": {"from": "now-1h", "to": "now"},
            "variables": [{"kind": "CustomVariable", "spec": {"name": "c", "query": "a,b", "current": {"text": "a", "value": "a"}, "hide": "hideVariable"}}]}});
        let dashboard = from_v2(&resource).unwrap();
        assert_eq!((dashboard.uid.as_str(), dashboard.title.as_str(), dashboard.time.from.as_str()), ("u1", "T", "now-1h"));
        let panels = unroll(&dashboard, &Variables::default(), false);
        let types: Vec<_> = panels.iter().map(|panel| panel.plugin_id.as_str()).collect();
        assert_eq!(types, ["row", "stat"]);
        let stat = &panels[1];
        // The row's content is indented by 24 px.
        let (x, y, ..) = pixel_rect(stat.grid_pos, 1600.0);
        assert_eq!((stat.id, x.round(), y.round(), stat.max_data_points), (3, 299.0, 38.0, Some(7)));
        assert_eq!(stat.targets[0].model["expr"], "up");
        assert_eq!(stat.field_config.defaults.unit.as_deref(), Some("s"));
        assert_eq!((dashboard.variables[0].kind.as_str(), dashboard.variables[0].hide), ("custom", 2));
    }

    /// Every panel with its place on a screen 1600 px wide: "key x,y wxh title".
    fn check(layout: Json, has_data: Option<bool>, expected: &[&str]) {
        let element = |id: i64| json!({"kind": "Panel", "spec": {"id": id, "title": format!("P{id} $v"), "vizConfig": {"group": "stat", "spec": {}}, "data": {"spec": {"queries": []}}}});
        let elements: Object = (1..4).map(|id| (format!("e{id}"), element(id))).collect();
        let dashboard = from_v2(&json!({"spec": {"elements": elements, "layout": layout}})).unwrap();
        let chosen = ["a", "b"].map(|value| VariableOption { text: value.to_uppercase(), value: value.into() });
        let variables =
            Variables { list: vec![Settled { name: "v".into(), chosen: chosen.to_vec(), ..Settled::default() }], ..Variables::default() };
        let wanted = Arrangement { expand_collapsed: false, screen_width_px: 1600.0, has_data: &|_| has_data };
        let write = |panel: &Panel| {
            let (x, y, w, h) = pixel_rect(panel.grid_pos, 1600.0);
            let chapter = if panel.is_chapter { "chapter " } else { "" };
            format!("{chapter}{} {},{} {}x{}", panel.path_id(), x.round(), y.round(), w.round(), h.round())
        };
        assert_eq!(arrange(&dashboard, &variables, &wanted).iter().map(write).collect::<Vec<_>>(), expected, "{layout}");
    }

    fn item(id: i64, more: Json) -> Json {
        let mut spec = json!({"element": {"name": format!("e{id}")}});
        spec.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        json!({"spec": spec})
    }

    fn auto(more: Json, items: Vec<Json>) -> Json {
        let mut spec = json!({"items": items});
        spec.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        json!({"kind": "AutoGridLayout", "spec": spec})
    }

    #[test]
    fn auto_grids() {
        let three = || vec![item(1, json!({})), item(2, json!({})), item(3, json!({}))];
        check(auto(json!({}), three()), None, &["panel-1 16,0 517x320", "panel-2 541,0 517x320", "panel-3 1067,0 517x320"]);
        check(
            auto(json!({"maxColumnCount": 2}), three()),
            None,
            &["panel-1 16,0 780x320", "panel-2 804,0 780x320", "panel-3 16,328 780x320"],
        );
        check(
            auto(json!({"columnWidthMode": "wide", "rowHeightMode": "short"}), three()),
            None,
            &["panel-1 16,0 780x168", "panel-2 804,0 780x168", "panel-3 16,176 780x168"],
        );
        check(
            auto(
                json!({"columnWidthMode": "custom", "columnWidth": 1000, "rowHeightMode": "custom", "rowHeight": 100}),
                vec![item(1, json!({}))],
            ),
            None,
            &["panel-1 16,0 1568x100"],
        );
        check(auto(json!({"fillScreen": true}), vec![item(1, json!({}))]), None, &["panel-1 16,0 1568x788"]);
        let repeat = json!({"repeat": {"mode": "variable", "value": "v"}});
        check(
            auto(json!({}), vec![item(1, repeat), item(2, json!({}))]),
            None,
            &["a$panel-1 16,0 517x320", "b$panel-1 541,0 517x320", "panel-2 1067,0 517x320"],
        );
    }

    #[test]
    fn what_conditions_hide_takes_no_place() {
        let rule = |kind: &str, spec: Json| json!({"conditionalRendering": {"spec": {"visibility": "hide", "condition": "and", "items": [{"kind": kind, "spec": spec}]}}});
        let no_data = || rule("ConditionalRenderingData", json!({"value": false}));
        let items = || vec![item(1, no_data()), item(2, json!({}))];
        check(auto(json!({}), items()), None, &["panel-1 16,0 780x320", "panel-2 804,0 780x320"]);
        check(auto(json!({}), items()), Some(false), &["panel-2 16,0 1568x320"]);
        let mut repeated = rule("ConditionalRenderingVariable", json!({"variable": "v", "operator": "equals", "value": "a"}));
        repeated["repeat"] = json!({"mode": "variable", "value": "v"});
        check(auto(json!({}), vec![item(1, repeated)]), None, &["b$panel-1 16,0 1568x320"]);
    }

    #[test]
    fn variables_of_sections() {
        let variable = |name: &str, query: &str| json!({"kind": "CustomVariable", "spec": {"name": name, "query": query, "current": {"text": query, "value": query}}});
        let section = |title: &str, variables: Json, layout: Json| json!({"kind": "RowsLayoutRow", "spec": {"title": title, "variables": variables, "layout": layout}});
        let grid = |id: i64| json!({"kind": "GridLayout", "spec": {"items": [item(id, json!({}))]}});
        let rows = |rows: Vec<Json>| json!({"kind": "RowsLayout", "spec": {"rows": rows}});
        let inner = rows(vec![section("in $a $b ${top}", json!([variable("a", "a2"), variable("c", "of-$b")]), grid(1))]);
        let layout = rows(vec![
            section("out $a $b", json!([variable("a", "a1"), variable("b", "b1")]), inner),
            section("plain $a", json!([]), grid(1)),
        ]);
        let element = json!({"kind": "Panel", "spec": {"id": 1, "title": "P $a ${b:queryparam} [[c]] $d $ax", "vizConfig": {"group": "stat", "spec": {}}, "data": {"spec": {"queries": []}}}});
        let dashboard = from_v2(
            &json!({"spec": {"elements": {"e1": element}, "layout": layout, "variables": [variable("a", "a0"), variable("top", "t")]}}),
        )
        .unwrap();
        let base = Variables::default();
        let context = crate::variable::SettleContext { dashboard: &dashboard, given: &[], datasources: &[], base: &base };
        let crate::variable::NextStep::Done { variables, .. } = crate::variable::next_step(&context, &[]) else { panic!("no look-ups") };
        let title = |panel: &Panel| {
            crate::variable::interpolate(&panel.title, &variables, &crate::variable::scope_of(panel), crate::variable::DefaultFormat::Text)
        };
        let titles: Vec<String> = unroll(&dashboard, &variables, false).iter().map(title).collect();
        assert_eq!(titles, ["out a1 b1", "in a2 b1 t", "P a2 var-b=b1 of-b1 $d $ax", "plain a0", "P a0 ${b:queryparam} [[c]] $d $ax"]);
        assert_eq!(variables.link_values().len(), 2);
    }

    #[test]
    fn rows_and_tabs() {
        let one = |more: Json, layout: Json| {
            let mut spec = json!({"title": "T", "layout": layout});
            spec.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            json!({"spec": spec})
        };
        let panel = |id: i64| auto(json!({}), vec![item(id, json!({}))]);
        let rows = |rows: Vec<Json>| json!({"kind": "RowsLayout", "spec": {"rows": rows}});
        let tabs = |tabs: Vec<Json>| json!({"kind": "TabsLayout", "spec": {"tabs": tabs}});
        check(
            rows(vec![one(json!({}), panel(1)), one(json!({"collapse": true}), panel(2)), one(json!({"hideHeader": true}), panel(3))]),
            None,
            &["panel-4 16,0 1568x30", "panel-1 40,38 1544x320", "panel-5 16,366 1568x30", "panel-3 16,404 1568x320"],
        );
        let repeat = || json!({"repeat": {"mode": "variable", "value": "v"}});
        check(
            tabs(vec![one(repeat(), rows(vec![one(json!({}), panel(1))]))]),
            None,
            &[
                "chapter a$panel-4 16,0 1568x30",
                "a$panel-5 16,38 1568x30",
                "a$panel-1 40,76 1544x320",
                "chapter b$panel-4 16,404 1568x30",
                "b$panel-5 16,442 1568x30",
                "b$panel-1 40,480 1544x320",
            ],
        );
    }
}
