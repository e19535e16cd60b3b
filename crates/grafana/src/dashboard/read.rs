//! From classic JSON to the plain model.

use serde_json::{Value as Json, json};

use super::{
    AnnotationQuery, Dashboard, DataSourceRef, Error, GridPos, Panel, RepeatDirection, Target,
    json::{self, Object},
    migrate, rows, snapshot,
};
use crate::{
    field::{FieldConfigSource, Matcher},
    time::RawTimeRange,
    transform::Transformation,
    variable::{self},
};

/// Reads classic JSON (the value of `dashboard` in `GET /api/dashboards/uid/:uid`) of any schemaVersion and migrates it.
/// Never fails on odd fields: what cannot be read falls back to Grafana's default. Fails only when it is no object.
pub fn from_classic(json: &Json) -> Result<Dashboard, Error> {
    let map = json.as_object().ok_or(Error::NotAnObject(json::kind_of(json)))?;
    let schema_version = json::integer(map, "schemaVersion").unwrap_or(0);
    let saved = rows::panels_of(map, schema_version);
    let mut panels: Vec<Panel> = saved.iter().filter_map(Json::as_object).map(|panel| read_panel(panel, schema_version)).collect();
    number_panels(&mut panels);
    panels.sort_by(|a, b| reading_order(a.grid_pos, b.grid_pos));
    Ok(Dashboard {
        uid: json::text(map, "uid"),
        title: json::text(map, "title"),
        description: json::text(map, "description"),
        tags: json::list(map, "tags").iter().filter_map(json::text_of).collect(),
        time_zone: json::text(map, "timezone"),
        week_start: json::text(map, "weekStart"),
        fiscal_year_start_month: json::integer(map, "fiscalYearStartMonth").unwrap_or(0).clamp(0, 11) as u8,
        time: read_time(map),
        variables: json::at(map, &["templating", "list"]).map(variable::read_list).unwrap_or_default(),
        annotations: read_annotations(map).into_iter().chain(graph_regions(&saved)).collect(),
        panels,
        layout: None,
        schema_version,
    })
}

/// Rows of the grid first, columns second.
pub(super) fn reading_order(a: GridPos, b: GridPos) -> std::cmp::Ordering {
    a.y.total_cmp(&b.y).then(a.x.total_cmp(&b.x))
}

fn read_time(map: &Object) -> RawTimeRange {
    let side = |key: &str, default: &str| json::at(map, &["time", key]).and_then(json::text_of).unwrap_or_else(|| default.into());
    RawTimeRange { from: side("from", "now-6h"), to: side("to", "now") }
}

fn read_annotations(map: &Object) -> Vec<AnnotationQuery> {
    let saved = json::at(map, &["annotations", "list"]).and_then(Json::as_array).map(Vec::as_slice).unwrap_or_default();
    let mut queries: Vec<AnnotationQuery> = saved.iter().filter_map(Json::as_object).map(read_annotation).collect();
    // Grafana adds its own query to a dashboard that never saved one.
    if !queries.iter().any(|query| query.built_in) {
        let built_in = json!({"builtIn": 1, "datasource": {"type": "grafana", "uid": "-- Grafana --"}, "enable": true, "hide": true,
            "iconColor": "rgba(0, 211, 255, 1)", "name": "Annotations & Alerts", "type": "dashboard"});
        queries.extend(built_in.as_object().map(read_annotation));
        queries.rotate_right(1);
    }
    queries
}

/// Time regions of old graph panels, which are annotations of those panels today. They were always in UTC.
fn graph_regions(panels: &[Json]) -> Vec<AnnotationQuery> {
    let nested = |panel: &Json| panel.get("panels").and_then(Json::as_array).cloned().unwrap_or_default();
    let all = panels.iter().flat_map(|panel| std::iter::once(panel.clone()).chain(nested(panel)));
    let graphs = all.filter(|panel| panel.get("type").and_then(Json::as_str) == Some("graph"));
    graphs.flat_map(|panel| panel.as_object().map(regions_of).unwrap_or_default()).collect()
}

fn regions_of(panel: &Object) -> Vec<AnnotationQuery> {
    let one = |(index, region): (usize, &Object)| {
        let color = match json::text(region, "colorMode").as_str() {
            "custom" => json::text(region, "fillColor"),
            name => name.to_owned(),
        };
        let line_color = || json::some_text(region, "lineColor").unwrap_or_else(|| "white".into());
        let (fill, line) = (json::flag(region, "fill"), json::flag(region, "line"));
        let number = if index > 0 { format!(" {index}") } else { String::new() };
        let query = json!({"datasource": {"type": "datasource", "uid": "grafana"}, "enable": true, "hide": true,
            "filter": {"exclude": false, "ids": [panel.get("id")]}, "iconColor": if fill { color } else { line_color() },
            "name": format!("Time region for panel {}{number}", json::text(panel, "title")),
            "target": {"queryType": "timeRegions", "refId": "Anno", "timeRegion": {"fromDayOfWeek": region.get("fromDayOfWeek"),
                "toDayOfWeek": region.get("toDayOfWeek"), "from": region.get("from"), "to": region.get("to"), "timezone": "utc"}}});
        (fill || line).then(|| query.as_object().map(read_annotation)).flatten()
    };
    json::list(panel, "timeRegions").iter().filter_map(Json::as_object).enumerate().filter_map(one).collect()
}

fn read_annotation(map: &Object) -> AnnotationQuery {
    let filter = json::object(map.get("filter")).map(|filter| {
        let ids = json::list(filter, "ids").iter().filter_map(json::number_of).map(|id| id as i64).collect();
        (ids, json::flag(filter, "exclude"))
    });
    AnnotationQuery {
        name: json::text(map, "name"),
        enable: map.get("enable").is_none_or(json::truthy),
        hide: json::flag(map, "hide"),
        icon_color: json::text(map, "iconColor"),
        built_in: json::flag(map, "builtIn"),
        datasource: read_datasource(map.get("datasource")),
        target: map.get("target").cloned().unwrap_or(Json::Null),
        raw: Json::Object(map.clone()),
        filter,
    }
}

/// A reference as any version saved it: an object, a bare name or variable, or null for the default.
pub(crate) fn read_datasource(json: Option<&Json>) -> Option<DataSourceRef> {
    match json? {
        Json::String(name) if name.is_empty() || name == "default" => None,
        Json::String(name) => Some(DataSourceRef { uid: Some(name.clone()), kind: None }),
        Json::Object(map) => {
            let found = DataSourceRef { uid: json::some_text(map, "uid"), kind: json::some_text(map, "type") };
            (found != DataSourceRef::default()).then_some(found)
        }
        _ => None,
    }
}

/// Reads one saved panel of a dashboard of `schema_version`.
pub(super) fn read_panel(saved: &Object, schema_version: i64) -> Panel {
    let mut map = saved.clone();
    migrate::migrate_panel(&mut map, schema_version);
    snapshot::adopt(&mut map);
    let id = json::integer(&map, "id").unwrap_or(0);
    let datasource = read_datasource(map.get("datasource"));
    Panel {
        id,
        key: format!("panel-{id}"),
        plugin_id: json::text(&map, "type"),
        plugin_version: json::text(&map, "pluginVersion"),
        title: json::text(&map, "title"),
        description: json::text(&map, "description"),
        transparent: json::flag(&map, "transparent"),
        grid_pos: read_grid_pos(map.get("gridPos")),
        targets: read_targets(&map),
        datasource,
        options: json::object(map.get("options")).cloned().unwrap_or_default(),
        field_config: FieldConfigSource::from_json(map.get("fieldConfig").unwrap_or(&Json::Null))
            .with_plugin_defaults(&json::text(&map, "type")),
        transformations: json::list(&map, "transformations").iter().filter_map(Json::as_object).map(read_transformation).collect(),
        // An empty text is not the same as none: it lifts the data source's own least step.
        interval: map.get("interval").and_then(json::text_of),
        max_data_points: json::number(&map, "maxDataPoints").filter(|n| *n >= 1.0).map(|n| n as u32),
        time_from: json::some_text(&map, "timeFrom"),
        time_shift: json::some_text(&map, "timeShift"),
        time_compare: json::some_text(&map, "timeCompare"),
        hide_time_override: json::flag(&map, "hideTimeOverride"),
        repeat: json::some_text(&map, "repeat"),
        repeat_direction: match map.get("repeatDirection").and_then(Json::as_str) {
            Some("v") => RepeatDirection::Vertical,
            _ => RepeatDirection::Horizontal,
        },
        max_per_row: json::number(&map, "maxPerRow").filter(|n| *n >= 1.0).map(|n| n as u32),
        links: json::list(&map, "links").to_vec(),
        library_panel_uid: json::at(&map, &["libraryPanel", "uid"]).and_then(json::text_of).filter(|uid| !uid.is_empty()),
        collapsed: json::flag(&map, "collapsed"),
        panels: json::list(&map, "panels").iter().filter_map(Json::as_object).map(|panel| read_panel(panel, schema_version)).collect(),
        scoped_vars: Vec::new(),
        is_clone: false,
        is_chapter: false,
        raw: Json::Object(saved.clone()),
    }
}

fn read_grid_pos(json: Option<&Json>) -> GridPos {
    let side = |key: &str, default: f64| json.and_then(|map| map.get(key)).and_then(json::number_of).unwrap_or(default);
    // The upper bounds only keep nonsense from making a page miles long.
    GridPos {
        x: side("x", 0.0).clamp(0.0, 23.0),
        y: side("y", 0.0).clamp(0.0, 1e5),
        w: side("w", 12.0).clamp(1.0, 24.0),
        h: side("h", 8.0).clamp(1.0, 1e3),
    }
}

fn read_transformation(map: &Object) -> Transformation {
    let filter = json::object(map.get("filter")).filter(|filter| json::some_text(filter, "id").is_some());
    Transformation {
        id: json::text(map, "id"),
        options: map.get("options").cloned().unwrap_or(Json::Null),
        disabled: json::flag(map, "disabled"),
        filter: filter.map(|map| Matcher { id: json::text(map, "id"), options: map.get("options").cloned().unwrap_or(Json::Null) }),
        topic: json::some_text(map, "topic"),
    }
}

/// A panel that never saved `targets` asks its data source's default query; one with an empty list asks nothing.
fn read_targets(panel: &Object) -> Vec<Target> {
    if !panel.contains_key("targets") {
        let model = Object::from_iter([("refId".to_owned(), Json::from("A"))]);
        return vec![read_target(&model)];
    }
    let mut targets: Vec<Target> = json::list(panel, "targets").iter().filter_map(Json::as_object).map(read_target).collect();
    // A query without a letter gets the next free one, as Grafana's migrations do.
    for index in 0..targets.len() {
        if targets[index].ref_id.is_empty() {
            let letter = free_ref_id(&targets);
            targets[index].model.insert("refId".into(), Json::String(letter.clone()));
            targets[index].ref_id = letter;
        }
    }
    targets
}

fn read_target(map: &Object) -> Target {
    Target {
        ref_id: json::text(map, "refId"),
        hide: json::flag(map, "hide"),
        datasource: read_datasource(map.get("datasource")),
        model: map.clone(),
    }
}

fn free_ref_id(targets: &[Target]) -> String {
    let letters = (0..).map(|n: u32| {
        let letter = char::from(b'A' + (n % 26) as u8);
        if n < 26 { letter.to_string() } else { format!("{}{letter}", char::from(b'A' + ((n / 26 - 1) % 26) as u8)) }
    });
    letters.take(702).find(|letter| targets.iter().all(|target| &target.ref_id != letter)).unwrap_or_else(|| "A".into())
}

/// Panels without an id, and twins of one that has it, get ids after the highest.
fn number_panels(panels: &mut [Panel]) {
    let mut seen = std::collections::BTreeSet::new();
    let mut next =
        panels.iter().flat_map(|panel| panel.panels.iter().map(|inner| inner.id).chain([panel.id])).max().unwrap_or(0).saturating_add(1);
    for panel in panels.iter_mut() {
        number_panel(panel, &mut seen, &mut next);
        for inner in &mut panel.panels {
            number_panel(inner, &mut seen, &mut next);
        }
    }
}

fn number_panel(panel: &mut Panel, seen: &mut std::collections::BTreeSet<i64>, next: &mut i64) {
    if panel.id <= 0 || !seen.insert(panel.id) {
        panel.id = *next;
        *next = next.saturating_add(1);
        seen.insert(panel.id);
        panel.key = format!("panel-{}", panel.id);
    }
}

/// Puts library panels (`GET /api/library-elements/:uid` → `result.model`) in place of their references.
/// Place, id and repeat stay the dashboard's; everything else is the library's.
pub fn insert_library_panel(panel: &mut Panel, model: &Json) {
    let Some(model) = model.as_object() else { return };
    let found = read_panel(model, migrate::LATEST);
    let title = if found.title.is_empty() { std::mem::take(&mut panel.title) } else { found.title.clone() };
    *panel = Panel {
        id: panel.id,
        key: std::mem::take(&mut panel.key),
        grid_pos: panel.grid_pos,
        title,
        repeat: panel.repeat.take().or(found.repeat.clone()),
        repeat_direction: if panel.repeat.is_some() { panel.repeat_direction } else { found.repeat_direction },
        max_per_row: panel.max_per_row.or(found.max_per_row),
        library_panel_uid: panel.library_panel_uid.take(),
        scoped_vars: std::mem::take(&mut panel.scoped_vars),
        ..found
    };
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn odd_fields_never_fail() {
        for odd in [
            json!({}),
            json!({"panels": null, "rows": null, "templating": null, "annotations": [], "time": "x", "tags": {}, "schemaVersion": "16"}),
            json!({"schemaVersion": 14, "rows": [null, {"panels": null, "height": "x"}, {"panels": [{"span": "a", "id": "3", "type": null}, 7]}]}),
            json!({"panels": [{"id": null, "gridPos": {"x": "3", "y": -1, "w": 99, "h": null}, "targets": null, "options": [], "fieldConfig": 3,
                "transformations": {}, "datasource": 5, "links": null, "type": "graph", "yaxes": {}, "legend": null, "seriesOverrides": [null]}]}),
            json!({"panels": [{"type": "singlestat", "thresholds": "x,,", "colors": null, "valueMaps": [null], "gauge": 1}]}),
            json!({"panels": [{"type": "table-old", "styles": [{}, null], "columns": null, "transform": 3}]}),
            json!({"templating": {"list": [null, {"name": 3}, {"name": "a", "current": [], "options": {}, "query": null, "sort": "x"}]}}),
        ] {
            let dashboard = from_classic(&odd).unwrap();
            assert!(dashboard.panels.iter().all(|panel| panel.id > 0), "{odd}");
        }
        assert!(from_classic(&json!([])).is_err());
    }

    #[test]
    fn rows_of_old_dashboards() {
        let panel = |id: i64, span: i64| json!({"id": id, "type": "text", "span": span});
        let saved = json!({"schemaVersion": 14, "rows": [
            {"title": "A", "showTitle": true, "height": "200px", "panels": [panel(1, 6), panel(2, 6), panel(3, 12)]},
            {"title": "B", "collapse": true, "panels": [panel(4, 4)]}]});
        let dashboard = from_classic(&saved).unwrap();
        let places: Vec<String> = dashboard
            .panels
            .iter()
            .map(|p| format!("{}:{},{},{}x{}", p.id, p.grid_pos.x, p.grid_pos.y, p.grid_pos.w, p.grid_pos.h))
            .collect();
        assert_eq!(places, ["5:0,0,24x1", "1:0,1,12x6", "2:12,1,12x6", "3:0,7,24x6", "6:0,13,24x1"]);
        assert_eq!(dashboard.panels[4].panels.len(), 1);
    }
}
