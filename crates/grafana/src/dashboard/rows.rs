//! Dashboards before schemaVersion 16: `rows[]` with spans of twelfths become one list on the 24-column grid.

use serde_json::{Value as Json, json};

use super::json::{self, Object};

const COLUMNS: usize = 24;
const DEFAULT_ROW_HEIGHT_PX: f64 = 250.0;
const MIN_PANEL_HEIGHT_PX: f64 = 90.0;
const DEFAULT_SPAN: f64 = 4.0;

/// The dashboard's panels on the grid, whichever way they were saved. `rows[]` counts only before version 16
/// or when there is no `panels` beside it.
pub(super) fn panels_of(dashboard: &Object, schema_version: i64) -> Vec<Json> {
    let mut panels = json::list(dashboard, "panels").to_vec();
    let rows = json::list(dashboard, "rows");
    if !rows.is_empty() && (schema_version < 16 || panels.is_empty()) {
        panels.extend(upgrade(rows, &panels));
    }
    panels
}

fn upgrade(rows: &[Json], top_level: &[Json]) -> Vec<Json> {
    let rows: Vec<&Object> = rows.iter().filter_map(Json::as_object).collect();
    let show_rows = rows.iter().any(|row| ["collapse", "showTitle", "repeat"].iter().any(|key| json::flag(row, key)));
    let ids =
        rows.iter().flat_map(|row| json::list(row, "panels")).chain(top_level).filter_map(|panel| panel.get("id").and_then(Json::as_i64));
    let mut next_id = ids.max().unwrap_or(0).saturating_add(1);
    let mut panels = Vec::new();
    let mut y = 0;
    for row in rows {
        // Left over from a repeat that an old Grafana saved.
        if json::flag(row, "repeatIteration") {
            continue;
        }
        let height = grid_height(row.get("height")).unwrap_or_else(|| cells(DEFAULT_ROW_HEIGHT_PX));
        let collapsed = show_rows && json::flag(row, "collapse");
        let row_y = y;
        y += usize::from(show_rows);
        let inside = place_panels(json::list(row, "panels"), height, &mut y);
        if show_rows {
            let mut panel = json!({"id": next_id, "type": "row", "title": json::text(row, "title"), "collapsed": collapsed,
                "repeat": row.get("repeat").cloned().unwrap_or(Json::Null), "gridPos": {"x": 0, "y": row_y, "w": COLUMNS, "h": 1}});
            next_id = next_id.saturating_add(1);
            if collapsed {
                panel["panels"] = Json::Array(inside);
                panels.push(panel);
                continue;
            }
            panels.push(panel);
        }
        panels.extend(inside);
        y += height;
    }
    panels
}

fn place_panels(saved: &[Json], row_height: usize, y: &mut usize) -> Vec<Json> {
    let mut area = RowArea { filled: [0; COLUMNS], y: *y, height: row_height };
    let mut placed = Vec::new();
    for panel in saved.iter().filter_map(Json::as_object) {
        let span = json::number(panel, "span").filter(|span| *span >= 1.0).unwrap_or(DEFAULT_SPAN);
        let width = (span.min(COLUMNS as f64).floor() as usize * 2).min(COLUMNS);
        let height = grid_height(panel.get("height")).unwrap_or(row_height);
        let (x, below) = area.position(width);
        area.fill(x, width, below + height);
        let mut panel = panel.clone();
        panel.remove("span");
        panel.insert("gridPos".into(), json!({"x": x, "y": area.y + below, "w": width, "h": height}));
        placed.push(Json::Object(panel));
    }
    *y = area.y;
    placed
}

/// Grid cells of a height in px, "250px" or 250; `None` when it is unset.
fn grid_height(height: Option<&Json>) -> Option<usize> {
    let px = match height? {
        Json::String(text) => text.trim().trim_end_matches("px").trim().parse().ok()?,
        other => json::number_of(other)?,
    };
    (px > 0.0).then(|| cells(px))
}

fn cells(px: f64) -> usize {
    (px.max(MIN_PANEL_HEIGHT_PX) / 38.0).ceil().min(1000.0) as usize
}

/// How far each column of a row is filled, in cells from the row's top.
struct RowArea {
    filled: [usize; COLUMNS],
    y: usize,
    height: usize,
}

impl RowArea {
    /// Where the next panel goes: column, and cells below the area's top. Wraps to a fresh area when nothing is free.
    fn position(&mut self, width: usize) -> (usize, usize) {
        self.free_place(width).unwrap_or_else(|| {
            self.y += self.height;
            self.filled = [0; COLUMNS];
            (0, 0)
        })
    }

    /// The free stretch at the right end whose columns do not rise towards the right, when it is wide enough.
    fn free_place(&self, width: usize) -> Option<(usize, usize)> {
        let last = COLUMNS - 1;
        let free = |column: usize| self.filled[column] < self.height;
        let mut start = last;
        if !free(start) {
            return None;
        }
        while start > 0 && free(start - 1) && self.filled[start - 1] <= self.filled[start] {
            start -= 1;
        }
        (start < last && last - start + 1 >= width).then(|| (start, self.filled[start..].iter().copied().max().unwrap_or(0)))
    }

    fn fill(&mut self, x: usize, width: usize, bottom: usize) {
        for filled in self.filled.iter_mut().skip(x).take(width) {
            *filled = bottom.max(*filled);
        }
    }
}
