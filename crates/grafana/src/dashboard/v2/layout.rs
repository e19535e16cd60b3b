//! Layouts of schema v2 laid flat: tabs and rows as rows, auto grids as places on the 24-column grid.

use serde_json::{Value as Json, json};

use super::{
    super::json::{self, Object},
    panel,
};

const COLUMNS: f64 = 24.0;
/// Width of the grid on the 1600 px wide screen that reports are laid out for.
const GRID_WIDTH_PX: f64 = 1568.0;
const GAP_PX: f64 = 8.0;
const CELL_PX: f64 = 30.0;

/// Rows and panels in reading order, with their places.
pub(super) fn panels(layout: Option<&Json>, elements: &Object) -> Vec<Json> {
    let highest = elements.values().filter_map(|element| element.pointer("/spec/id")).filter_map(json::number_of).fold(0.0, f64::max);
    let mut flat = Flat { elements, y: 0.0, next_row_id: highest as i64 + 1, panels: Vec::new() };
    if let Some(layout) = layout.and_then(Json::as_object) {
        flat.add(layout);
    }
    flat.panels
}

struct Flat<'a> {
    elements: &'a Object,
    /// Where the next layout begins, in grid rows.
    y: f64,
    next_row_id: i64,
    panels: Vec<Json>,
}

impl Flat<'_> {
    fn add(&mut self, layout: &Object) {
        let Some(spec) = json::object(layout.get("spec")) else { return };
        match layout.get("kind").and_then(Json::as_str) {
            Some("GridLayout") => self.grid(spec),
            Some("AutoGridLayout" | "ResponsiveGridLayout") => self.auto_grid(spec),
            Some("RowsLayout") => self.rows(json::list(spec, "rows")),
            Some("TabsLayout") => self.rows(json::list(spec, "tabs")),
            _ => {}
        }
    }

    fn rows(&mut self, rows: &[Json]) {
        for spec in rows.iter().filter_map(|row| row.get("spec")).filter_map(Json::as_object) {
            self.row(spec);
        }
    }

    /// A row or a tab: its header, then what is inside. A collapsed row keeps its panels to itself.
    fn row(&mut self, spec: &Object) {
        let collapsed = json::flag(spec, "collapse") || json::flag(spec, "collapsed");
        let hidden = json::flag(spec, "hideHeader");
        let header_y = self.y;
        let outside = std::mem::take(&mut self.panels);
        let id = self.next_row_id;
        if !hidden {
            self.y += 1.0;
            self.next_row_id += 1;
        }
        if let Some(layout) = json::object(spec.get("layout")) {
            self.add(layout);
        }
        let inside = std::mem::replace(&mut self.panels, outside);
        if hidden {
            self.panels.extend(inside);
            return;
        }
        let repeat = json::at(spec, &["repeat", "value"]).cloned();
        let mut header = json!({"id": id, "type": "row", "title": json::text(spec, "title"), "collapsed": collapsed, "repeat": repeat,
            "gridPos": {"x": 0, "y": header_y, "w": COLUMNS, "h": 1}, "panels": []});
        if collapsed {
            // Rows within a collapsed row cannot be kept apart in the classic form: their panels go along.
            let panels: Vec<Json> = inside.into_iter().filter(|panel| panel["type"] != "row").collect();
            header["panels"] = Json::Array(panels);
            self.y = header_y + 1.0;
            self.panels.push(header);
        } else {
            self.panels.push(header);
            self.panels.extend(inside);
        }
    }

    fn grid(&mut self, spec: &Object) {
        let top = self.y;
        let mut bottom = top;
        for item in json::list(spec, "items").iter().filter_map(|item| item.get("spec")).filter_map(Json::as_object) {
            let side = |key: &str, default: f64| json::number(item, key).unwrap_or(default);
            let (y, height) = (top + side("y", 0.0), side("height", 8.0));
            bottom = bottom.max(y + height);
            self.element(item, json!({"x": side("x", 0.0), "y": y, "w": side("width", 12.0), "h": height}), None);
        }
        self.y = bottom;
    }

    /// As many columns as fit their least width, as there are items and as the layout allows.
    fn auto_grid(&mut self, spec: &Object) {
        let items: Vec<&Object> =
            json::list(spec, "items").iter().filter_map(|item| item.get("spec")).filter_map(Json::as_object).collect();
        if items.is_empty() {
            return;
        }
        let least_px = measure(spec, "columnWidth", [("narrow", 192.0), ("standard", 448.0), ("wide", 768.0)]);
        let row_px = measure(spec, "rowHeight", [("short", 168.0), ("standard", 320.0), ("tall", 512.0)]);
        let fitting = ((GRID_WIDTH_PX + GAP_PX) / (least_px + GAP_PX)).floor().max(1.0);
        let allowed = json::number(spec, "maxColumnCount").unwrap_or(3.0).max(1.0).min(fitting);
        let repeats = items.iter().any(|item| item.contains_key("repeat"));
        let columns = if repeats { allowed } else { allowed.min(items.len() as f64) };
        let (width, height) = (COLUMNS / columns, (row_px + GAP_PX) / (CELL_PX + GAP_PX));
        let mut place = 0.0_f64;
        for item in items {
            // A repeat takes whole rows of its own, as a classic repeat does.
            let repeated = item.contains_key("repeat");
            if repeated && place % columns != 0.0 {
                place += columns - place % columns;
            }
            let grid_pos =
                json!({"x": width * (place % columns), "y": self.y + height * (place / columns).floor(), "w": width, "h": height});
            self.element(item, grid_pos, Some(columns));
            place += if repeated { columns } else { 1.0 };
        }
        self.y += height * (place / columns).ceil();
    }

    fn element(&mut self, item: &Object, grid_pos: Json, columns: Option<f64>) {
        let name = json::at(item, &["element", "name"]).and_then(Json::as_str);
        let Some(mut panel) = name.and_then(|name| self.elements.get(name)).and_then(panel::to_classic) else { return };
        panel.insert("gridPos".into(), grid_pos);
        if let Some(repeat) = json::object(item.get("repeat")) {
            panel.insert("repeat".into(), Json::from(json::text(repeat, "value")));
            panel.insert("repeatDirection".into(), Json::from(json::some_text(repeat, "direction").unwrap_or_else(|| "h".into())));
            panel.insert("maxPerRow".into(), json!(json::number(repeat, "maxPerRow").or(columns)));
        }
        self.panels.push(Json::Object(panel));
    }
}

/// A size by its mode's name, a number for the mode "custom" (v2alpha1 writes either under the plain key).
fn measure(spec: &Object, key: &str, named: [(&str, f64); 3]) -> f64 {
    let mode = json::some_text(spec, &format!("{key}Mode")).unwrap_or_else(|| json::text(spec, key));
    let by_name = named.iter().find(|(name, _)| *name == mode).map(|(_, px)| *px);
    by_name.or_else(|| json::number(spec, key)).filter(|px| *px > 0.0).unwrap_or(named[1].1)
}
