//! Lays a v2 dashboard out on a screen: conditions, repeats, and every layout's own arithmetic, in px.
//! Sources: Grafana 12.4 `dashboard-scene/scene/layout-*` (styles), CSS grid's `auto-fit`; agrees with recorded pages.

use super::{
    super::{
        Arrangement, CELL_GAP_PX, CELL_HEIGHT_PX, COLUMNS, Dashboard, GridPos, PAGE_PADDING_PX, Panel, ScopedValue,
        unroll::{self, repeat_values},
    },
    condition::{Conditions, Facts},
    layout::{AutoGrid, Item, Layout, Repeat, Section},
};
use crate::variable::Variables;

/// What a row indents its content by, px.
const ROW_INDENT_PX: f64 = 24.0;
/// What tabs within a tab are indented by, px.
const TABS_INDENT_PX: f64 = 16.0;
/// Height of the screen whose rest a grid with `fillScreen` takes, px; less the page's own head.
const SCREEN_HEIGHT_PX: f64 = 900.0 - 112.0;

/// The panels and headers of the dashboard in reading order, at their places.
pub(crate) fn arrange(dashboard: &Dashboard, layout: &Layout, variables: &Variables, wanted: &Arrangement) -> Vec<Panel> {
    let width = (wanted.screen_width_px - 2.0 * PAGE_PADDING_PX).max(CELL_HEIGHT_PX);
    let mut stage = Stage { dashboard, variables, wanted, page_width: width, y: 0.0, panels: Vec::new() };
    let outside = Place { x: 0.0, width, within: Within::Page, scoped: Vec::new(), is_clone: false };
    stage.layout(layout, &outside);
    stage.panels
}

/// What a layout stands in.
#[derive(Clone, Copy, PartialEq)]
enum Within {
    Page,
    Row,
    Tab,
}

/// Where a layout may draw, and what repeats around it fixed.
#[derive(Clone)]
struct Place {
    /// From the grid's left edge, px.
    x: f64,
    width: f64,
    within: Within,
    scoped: Vec<(String, ScopedValue)>,
    is_clone: bool,
}

struct Stage<'a> {
    dashboard: &'a Dashboard,
    variables: &'a Variables,
    wanted: &'a Arrangement<'a>,
    page_width: f64,
    /// Where the next thing begins, px.
    y: f64,
    panels: Vec<Panel>,
}

/// A rectangle in px of the page.
struct Rect {
    x: f64,
    y: f64,
    w: f64,
    h: f64,
}

impl Stage<'_> {
    fn layout(&mut self, layout: &Layout, place: &Place) {
        match layout {
            Layout::Grid(items) => self.grid(items, place),
            Layout::Auto(grid) => self.auto_grid(grid, place),
            Layout::Rows(rows) => self.rows(rows, place),
            Layout::Tabs(tabs) => self.tabs(tabs, place),
        }
    }

    fn rows(&mut self, rows: &[Section], place: &Place) {
        for row in rows {
            for (place, index) in self.repeats(row.repeat.as_deref(), place) {
                if !self.shown(row.conditions.as_ref(), &place.scoped) {
                    continue;
                }
                let is_collapsed = row.is_collapsed && !self.wanted.expand_collapsed;
                let inside = Place { within: Within::Row, ..place };
                if !row.has_header {
                    self.layout(&row.layout, &Place { within: place.within, ..inside });
                    continue;
                }
                self.header(row, &inside, index, is_collapsed, false);
                if !is_collapsed {
                    let indent = ROW_INDENT_PX.min(inside.width / 2.0);
                    self.layout(&row.layout, &Place { x: inside.x + indent, width: inside.width - indent, ..inside });
                }
            }
        }
    }

    /// On paper every tab is printed, one after the other; those of the page are its chapters.
    fn tabs(&mut self, tabs: &[Section], place: &Place) {
        let indent = if place.within == Within::Tab { TABS_INDENT_PX.min(place.width / 2.0) } else { 0.0 };
        for tab in tabs {
            for (place, index) in self.repeats(tab.repeat.as_deref(), place) {
                if !self.shown(tab.conditions.as_ref(), &place.scoped) {
                    continue;
                }
                let is_chapter = place.within == Within::Page;
                let inside = Place { x: place.x + indent, width: place.width - indent, within: Within::Tab, ..place };
                self.header(tab, &inside, index, false, is_chapter);
                self.layout(&tab.layout, &inside);
            }
        }
    }

    /// The places of a section's repeats with their numbers; one as it is when it does not repeat.
    fn repeats(&self, variable: Option<&str>, place: &Place) -> Vec<(Place, usize)> {
        let values = variable.and_then(|name| Some((name, self.values(name, &place.scoped)?)));
        let Some((name, values)) = values else { return vec![(place.clone(), 0)] };
        let one = |(index, value): (usize, ScopedValue)| {
            let mut place = place.clone();
            place.is_clone |= index > 0;
            place.scoped.push((name.to_owned(), value));
            (place, index)
        };
        values.into_iter().enumerate().map(one).collect()
    }

    fn values(&self, name: &str, scoped: &[(String, ScopedValue)]) -> Option<Vec<ScopedValue>> {
        match scoped.iter().rev().find(|(known, _)| known == name) {
            Some((_, value)) => Some(vec![value.clone()]),
            None => repeat_values(name, self.variables),
        }
    }

    fn shown(&self, conditions: Option<&Conditions>, scoped: &[(String, ScopedValue)]) -> bool {
        conditions.is_none_or(|conditions| conditions.show(&Facts { variables: self.variables, scoped, has_data: None }))
    }

    /// Whether a panel is shown; while its data are not known, one that depends on them is.
    fn panel_shown(&self, conditions: Option<&Conditions>, panel: &Panel) -> bool {
        let Some(conditions) = conditions else { return true };
        let has_data = if conditions.need_data() { (self.wanted.has_data)(panel) } else { None };
        if conditions.need_data() && has_data.is_none() {
            return true;
        }
        conditions.show(&Facts { variables: self.variables, scoped: &panel.scoped_vars, has_data })
    }

    fn header(&mut self, section: &Section, place: &Place, index: usize, is_collapsed: bool, is_chapter: bool) {
        let key = format!("panel-{}", section.id);
        let rect = Rect { x: place.x, y: self.y, w: place.width, h: CELL_HEIGHT_PX };
        self.panels.push(Panel {
            id: section.id,
            key: if index > 0 { format!("{key}-clone-{index}") } else { key },
            plugin_id: "row".into(),
            title: section.title.clone(),
            grid_pos: self.grid_pos(&rect),
            collapsed: is_collapsed,
            is_chapter,
            is_clone: place.is_clone,
            scoped_vars: place.scoped.clone(),
            ..Panel::default()
        });
        self.y += CELL_HEIGHT_PX + CELL_GAP_PX;
    }

    /// An item's panel as it stands in `place`, without its place; `None` when the element is missing.
    fn panel_of(&self, item: &Item, place: &Place) -> Option<Panel> {
        let mut panel = self.dashboard.panels.get(item.panel)?.clone();
        panel.scoped_vars.clone_from(&place.scoped);
        panel.is_clone = place.is_clone;
        Some(panel)
    }

    /// The classic grid, in the width there is.
    fn grid(&mut self, items: &[Item], place: &Place) {
        let of = |item: &Item| {
            let repeat = item.repeat.as_ref();
            let panel = self.panel_of(item, place)?;
            Some(Panel {
                grid_pos: item.grid_pos,
                repeat: repeat.map(|repeat| repeat.variable.clone()),
                repeat_direction: repeat.map(|repeat| repeat.direction).unwrap_or_default(),
                max_per_row: repeat.and_then(|repeat| repeat.max_per_row),
                ..panel
            })
        };
        let panels = unroll::flow(items.iter().filter_map(of).collect(), self.variables);
        let column = (place.width - CELL_GAP_PX * (COLUMNS - 1.0)) / COLUMNS;
        let span = |cells: f64, size: f64| cells * size + (cells - 1.0).max(0.0) * CELL_GAP_PX;
        let top = self.y;
        for mut panel in panels {
            let pos = panel.grid_pos;
            let rect = Rect {
                x: place.x + (column + CELL_GAP_PX) * pos.x,
                y: top + (CELL_HEIGHT_PX + CELL_GAP_PX) * pos.y,
                w: span(pos.w, column),
                h: span(pos.h, CELL_HEIGHT_PX),
            };
            self.put(&mut panel, &rect);
        }
    }

    fn auto_grid(&mut self, grid: &AutoGrid, place: &Place) {
        let mut panels: Vec<Panel> = Vec::new();
        for item in &grid.items {
            let Some(panel) = self.panel_of(item, place) else { continue };
            let clones = self.clones(panel, item.repeat.as_ref());
            panels.extend(clones.into_iter().filter(|panel| self.panel_shown(item.conditions.as_ref(), panel)));
        }
        if panels.is_empty() {
            return;
        }
        let columns = auto_columns(grid, place.width, panels.len());
        let width = (place.width - CELL_GAP_PX * (columns as f64 - 1.0)) / columns as f64;
        let rows = panels.len().div_ceil(columns) as f64;
        let mut height = grid.row_px;
        if grid.fill_screen && place.within != Within::Row {
            height = height.max((SCREEN_HEIGHT_PX - CELL_GAP_PX * (rows - 1.0)) / rows);
        }
        let top = self.y;
        for (index, mut panel) in panels.into_iter().enumerate() {
            let rect = Rect {
                x: place.x + (width + CELL_GAP_PX) * (index % columns) as f64,
                y: top + (height + CELL_GAP_PX) * (index / columns) as f64,
                w: width,
                h: height,
            };
            self.put(&mut panel, &rect);
        }
    }

    /// The panel for each value of its repeat.
    fn clones(&self, panel: Panel, repeat: Option<&Repeat>) -> Vec<Panel> {
        let values = repeat.and_then(|repeat| Some((&repeat.variable, self.values(&repeat.variable, &panel.scoped_vars)?)));
        let Some((name, values)) = values else { return vec![panel] };
        let one = |(index, value)| {
            let mut clone = panel.clone();
            if index > 0 {
                clone.key = format!("{}-clone-{index}", panel.key);
                clone.is_clone = true;
            }
            clone.scoped_vars.push((name.clone(), value));
            clone
        };
        values.into_iter().enumerate().map(one).collect()
    }

    fn put(&mut self, panel: &mut Panel, rect: &Rect) {
        panel.grid_pos = self.grid_pos(rect);
        self.y = self.y.max(rect.y + rect.h + CELL_GAP_PX);
        self.panels.push(std::mem::take(panel));
    }

    /// The place on the page's grid that comes out at these px: cells may be fractions.
    fn grid_pos(&self, rect: &Rect) -> GridPos {
        let column = (self.page_width - CELL_GAP_PX * (COLUMNS - 1.0)) / COLUMNS + CELL_GAP_PX;
        let row = CELL_HEIGHT_PX + CELL_GAP_PX;
        GridPos { x: rect.x / column, y: rect.y / row, w: (rect.w + CELL_GAP_PX) / column, h: (rect.h + CELL_GAP_PX) / row }
    }
}

/// Columns of `repeat(auto-fit, minmax(min(max(100% / n - 8px, least), 100%), 1fr))`: as many as fit, the empty ones collapsed.
fn auto_columns(grid: &AutoGrid, width: f64, items: usize) -> usize {
    let least = (width / grid.max_columns - CELL_GAP_PX).max(grid.column_px).min(width).max(1.0);
    let fitting = ((width + CELL_GAP_PX) / (least + CELL_GAP_PX)).floor().max(1.0);
    (fitting as usize).min(items).max(1)
}
