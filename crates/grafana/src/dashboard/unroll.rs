//! Repeats of rows and panels, collapsed rows, and the flow of the grid.

use super::{COLUMNS, Dashboard, Panel, RepeatDirection, ScopedValue, place, read::reading_order, v2};
use crate::variable::Variables;

/// Columns of a horizontal repeat without `maxPerRow`.
const DEFAULT_MAX_PER_ROW: usize = 4;

/// A row with what lies under it; panels above the first row have none.
#[derive(Clone)]
struct Section {
    row: Option<Panel>,
    panels: Vec<Panel>,
}

/// How a dashboard is laid out.
pub struct Arrangement<'a> {
    /// Opens collapsed rows (reports do; a screen keeps them).
    pub expand_collapsed: bool,
    pub screen_width_px: f64,
    /// Whether a panel's queries gave rows, for rules that show or hide by it; `None` while that is not known.
    pub has_data: &'a dyn Fn(&Panel) -> Option<bool>,
}

/// [`arrange`] on a screen 1600 px wide, before any data are known.
pub fn unroll(dashboard: &Dashboard, variables: &Variables, expand_collapsed: bool) -> Vec<Panel> {
    arrange(dashboard, variables, &Arrangement { expand_collapsed, screen_width_px: 1600.0, has_data: &|_| None })
}

/// Unrolls repeats of rows and panels by the settled variables and flows the grid as Grafana does.
/// The result is flat, in reading order, and says where everything lies.
pub fn arrange(dashboard: &Dashboard, variables: &Variables, wanted: &Arrangement) -> Vec<Panel> {
    if let Some(layout) = &dashboard.layout {
        return v2::arrange(dashboard, layout, variables, wanted);
    }
    let mut sections = into_sections(&dashboard.panels);
    if wanted.expand_collapsed {
        expand(&mut sections);
    }
    flow_sections(repeat_rows(sections, variables), variables)
}

/// Unrolls and flows panels that stand under no row.
pub(super) fn flow(panels: Vec<Panel>, variables: &Variables) -> Vec<Panel> {
    flow_sections(vec![Section { row: None, panels }], variables)
}

fn flow_sections(sections: Vec<Section>, variables: &Variables) -> Vec<Panel> {
    let sections = repeat_panels(sections, variables);
    let mut panels: Vec<Panel> = sections.into_iter().flat_map(|section| section.row.into_iter().chain(section.panels)).collect();
    compact(&mut panels);
    panels.sort_by(|a, b| reading_order(a.grid_pos, b.grid_pos));
    panels
}

fn into_sections(panels: &[Panel]) -> Vec<Section> {
    let mut sections = vec![Section { row: None, panels: Vec::new() }];
    for panel in panels {
        let mut panel = panel.clone();
        if panel.plugin_id == "row" {
            panel.grid_pos.x = 0.0;
            panel.grid_pos.w = COLUMNS;
            panel.grid_pos.h = 1.0;
            sections.push(Section { row: Some(panel), panels: Vec::new() });
        } else if let Some(section) = sections.last_mut() {
            section.panels.push(panel);
        }
    }
    sections
}

/// Opens collapsed rows: their panels flow in right under them, everything after moves down by their height.
fn expand(sections: &mut [Section]) {
    for index in 0..sections.len() {
        let section = &mut sections[index];
        let Some(row) = section.row.as_mut().filter(|row| row.collapsed) else { continue };
        row.collapsed = false;
        let mut inside = std::mem::take(&mut row.panels);
        let top = inside.iter().map(|panel| panel.grid_pos.y).fold(f64::INFINITY, f64::min);
        let first_y = row.grid_pos.y + 1.0;
        for panel in &mut inside {
            panel.grid_pos.y += first_y - top;
        }
        let bottom = bottom_of(&inside).max(first_y);
        let pushed = bottom - first_y;
        // Panels after a collapsed row belong to the page, not to the row; they keep their place below it.
        for panel in &mut section.panels {
            panel.grid_pos.y += pushed;
        }
        inside.append(&mut section.panels);
        section.panels = inside;
        shift(&mut sections[index + 1..], pushed);
    }
}

fn bottom_of(panels: &[Panel]) -> f64 {
    panels.iter().map(|panel| panel.grid_pos.y + panel.grid_pos.h).fold(0.0, f64::max)
}

fn shift(sections: &mut [Section], by: f64) {
    for panel in sections.iter_mut().flat_map(|section| section.row.iter_mut().chain(&mut section.panels)) {
        panel.grid_pos.y += by;
    }
}

fn repeat_rows(sections: Vec<Section>, variables: &Variables) -> Vec<Section> {
    let mut result: Vec<Section> = Vec::new();
    let mut pushed = 0.0;
    for mut section in sections {
        shift(std::slice::from_mut(&mut section), pushed);
        let name = section.row.as_ref().and_then(|row| row.repeat.clone());
        let Some((name, values)) = name.and_then(|name| repeat_values(&name, variables).map(|values| (name, values))) else {
            result.push(section);
            continue;
        };
        let content_height = content_height(&section.panels);
        for (index, value) in values.iter().enumerate() {
            let mut clone = clone_section(&section, index, &name, value);
            shift(std::slice::from_mut(&mut clone), (content_height + 1.0) * index as f64);
            result.push(clone);
        }
        pushed += (content_height + 1.0) * (values.len() - 1) as f64;
    }
    result
}

fn content_height(panels: &[Panel]) -> f64 {
    let top = panels.iter().map(|panel| panel.grid_pos.y).fold(f64::INFINITY, f64::min);
    if panels.is_empty() { 0.0 } else { bottom_of(panels) - top }
}

/// A row's clone. Its panels keep their keys, as Grafana's do: only the row's key and the fixed values differ.
fn clone_section(section: &Section, index: usize, name: &str, value: &ScopedValue) -> Section {
    let mut clone = section.clone();
    if let Some(row) = clone.row.as_mut().filter(|_| index > 0) {
        row.key = format!("{}-clone-{index}", row.key);
    }
    for panel in clone.row.iter_mut().flat_map(|row| &mut row.panels).chain(&mut clone.panels) {
        panel.scoped_vars.push((name.to_owned(), value.clone()));
        panel.is_clone |= index > 0;
    }
    if let Some(row) = clone.row.as_mut() {
        row.scoped_vars.push((name.to_owned(), value.clone()));
    }
    clone
}

fn repeat_panels(mut sections: Vec<Section>, variables: &Variables) -> Vec<Section> {
    for section_index in 0..sections.len() {
        let mut index = 0;
        while index < sections[section_index].panels.len() {
            let panel = &sections[section_index].panels[index];
            let Some(clones) = clones_of(panel, variables) else {
                index += 1;
                continue;
            };
            let (y, grown) = (panel.grid_pos.y, bottom_of(&clones) - panel.grid_pos.y - panel.grid_pos.h);
            push_below(&mut sections, y, grown);
            let n_clones = clones.len();
            sections[section_index].panels.splice(index..=index, clones);
            index += n_clones;
        }
    }
    sections
}

/// Everything that starts below `y` moves down when a repeat grew.
fn push_below(sections: &mut [Section], y: f64, grown: f64) {
    if grown <= 0.0 {
        return;
    }
    for panel in sections.iter_mut().flat_map(|section| section.row.iter_mut().chain(&mut section.panels)) {
        if panel.grid_pos.y > y {
            panel.grid_pos.y += grown;
        }
    }
}

/// A repeated panel's clones, placed; `None` when it does not repeat or has nothing to repeat by.
fn clones_of(panel: &Panel, variables: &Variables) -> Option<Vec<Panel>> {
    let name = panel.repeat.as_deref()?;
    let values = match panel.scoped_vars.iter().find(|(scoped, _)| scoped == name) {
        Some((_, value)) => vec![value.clone()],
        None => repeat_values(name, variables)?,
    };
    let horizontal = panel.repeat_direction == RepeatDirection::Horizontal;
    let columns = panel.max_per_row.map_or(DEFAULT_MAX_PER_ROW, |n| n as usize).min(values.len()).max(1);
    let place_clone = |index: usize, value: &ScopedValue| {
        let mut clone = panel.clone();
        if index > 0 {
            clone.key = format!("{}-clone-{index}", panel.key);
            clone.is_clone = true;
        }
        if !clone.scoped_vars.iter().any(|(scoped, _)| scoped == name) {
            clone.scoped_vars.push((name.to_owned(), value.clone()));
        }
        let pos = &mut clone.grid_pos;
        if horizontal {
            pos.w = COLUMNS / columns as f64;
            pos.x = pos.w * (index % columns) as f64;
            pos.y += pos.h * (index / columns) as f64;
        } else {
            pos.y += pos.h * index as f64;
        }
        clone
    };
    Some(values.iter().enumerate().map(|(index, value)| place_clone(index, value)).collect())
}

/// What a repeat runs over: the chosen values; one empty value when the variable has none. `None` when there is no such
/// variable.
pub(super) fn repeat_values(name: &str, variables: &Variables) -> Option<Vec<ScopedValue>> {
    let variable = variables.list.iter().find(|variable| variable.name == name)?;
    let values: Vec<ScopedValue> =
        variable.chosen.iter().map(|option| ScopedValue { text: option.text.clone(), value: option.value.clone() }).collect();
    if !values.is_empty() {
        return Some(values);
    }
    let text = if variable.is_all { "All" } else { "None" };
    Some(vec![ScopedValue { text: text.into(), value: String::new() }])
}

/// Moves every panel up until it touches another one, then down while it overlaps one: react-grid-layout's vertical compaction.
fn compact(panels: &mut [Panel]) {
    let mut order: Vec<usize> = (0..panels.len()).collect();
    order.sort_by(|a, b| reading_order(panels[*a].grid_pos, panels[*b].grid_pos));
    let mut done: Vec<place::Area> = Vec::new();
    for index in order {
        let pos = &mut panels[index].grid_pos;
        pos.w = pos.w.min(COLUMNS);
        pos.x = pos.x.min(COLUMNS - pos.w);
        let mut area = place::Area(*pos);
        area.0.y = done.iter().map(|other| other.bottom()).fold(0.0, f64::max).min(area.0.y);
        while area.0.y > 0.0
            && !done.iter().any(|other| other.overlaps(&area.moved_up(1.0)))
            && !done.iter().any(|other| other.overlaps(&area))
        {
            area = area.moved_up(1.0);
        }
        while let Some(hit) = done.iter().find(|other| other.overlaps(&area)) {
            area.0.y = hit.bottom();
        }
        *pos = area.0;
        done.push(area);
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value as Json, json};

    use super::*;
    use crate::{
        dashboard::from_classic,
        variable::{Settled, VariableOption},
    };

    fn variables() -> Variables {
        let chosen = ["a", "b", "c"].map(|value| VariableOption { text: value.to_uppercase(), value: value.into() });
        Variables { list: vec![Settled { name: "v".into(), chosen: chosen.to_vec(), ..Settled::default() }], ..Variables::default() }
    }

    fn check(panels: Json, expand: bool, expected: &[&str]) {
        let dashboard = from_classic(&json!({"schemaVersion": 39, "panels": panels})).unwrap();
        let write = |panel: &Panel| {
            let (pos, scope) = (panel.grid_pos, panel.scoped_vars.first().map(|(_, value)| value.value.as_str()).unwrap_or("-"));
            format!("{} {},{} {}x{} {scope}", panel.key, pos.x, pos.y, pos.w, pos.h)
        };
        assert_eq!(unroll(&dashboard, &variables(), expand).iter().map(write).collect::<Vec<_>>(), expected);
    }

    fn panel(id: i64, y: i64, more: Json) -> Json {
        let mut panel = json!({"id": id, "type": "stat", "gridPos": {"x": 0, "y": y, "w": 12, "h": 4}});
        panel.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        panel
    }

    #[test]
    fn repeats_and_rows() {
        let plain = || json!({});
        check(
            json!([panel(1, 0, json!({"repeat": "v", "maxPerRow": 2})), panel(2, 4, plain())]),
            false,
            &["panel-1 0,0 12x4 a", "panel-1-clone-1 12,0 12x4 b", "panel-1-clone-2 0,4 12x4 c", "panel-2 0,8 12x4 -"],
        );
        check(
            json!([panel(1, 0, json!({"repeat": "v", "repeatDirection": "v"}))]),
            false,
            &["panel-1 0,0 12x4 a", "panel-1-clone-1 0,4 12x4 b", "panel-1-clone-2 0,8 12x4 c"],
        );
        let row = |id: i64, y: i64, more: Json| {
            panel(id, y, {
                let mut row = json!({"type": "row"});
                row.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
                row
            })
        };
        check(
            json!([row(1, 0, json!({"repeat": "v"})), panel(2, 1, plain()), row(3, 5, plain())]),
            false,
            &[
                "panel-1 0,0 24x1 a",
                "panel-2 0,1 12x4 a",
                "panel-1-clone-1 0,5 24x1 b",
                "panel-2 0,6 12x4 b",
                "panel-1-clone-2 0,10 24x1 c",
                "panel-2 0,11 12x4 c",
                "panel-3 0,15 24x1 -",
            ],
        );
        let collapsed =
            || json!([row(1, 0, json!({"collapsed": true, "panels": [panel(2, 9, plain())]})), row(3, 1, plain()), panel(4, 2, plain())]);
        check(collapsed(), false, &["panel-1 0,0 24x1 -", "panel-3 0,1 24x1 -", "panel-4 0,2 12x4 -"]);
        check(collapsed(), true, &["panel-1 0,0 24x1 -", "panel-2 0,1 12x4 -", "panel-3 0,5 24x1 -", "panel-4 0,6 12x4 -"]);
        // Gaps close upwards.
        check(json!([panel(1, 5, plain())]), false, &["panel-1 0,0 12x4 -"]);
    }
}
