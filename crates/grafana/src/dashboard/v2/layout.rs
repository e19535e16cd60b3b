//! Layouts of schema v2 as a tree: grids, auto grids, rows and tabs, each of which may hold the others.

use serde_json::Value as Json;

use super::{
    super::{
        GridPos, RepeatDirection,
        json::{self, Object},
    },
    condition::Conditions,
};

/// How a v2 dashboard, a row or a tab lays out what is in it.
#[derive(Clone, Debug, PartialEq)]
pub enum Layout {
    /// The 24-column grid.
    Grid(Vec<Item>),
    Auto(AutoGrid),
    Rows(Vec<Section>),
    Tabs(Vec<Section>),
}

/// Panels of one size in as many columns as fit.
#[derive(Clone, Debug, PartialEq)]
pub struct AutoGrid {
    pub max_columns: f64,
    /// Least width of a column, px.
    pub column_px: f64,
    /// Height of a row, px; the least one where the grid fills the screen.
    pub row_px: f64,
    pub fill_screen: bool,
    pub items: Vec<Item>,
}

/// A place for one element (and its repeats).
#[derive(Clone, Debug, PartialEq)]
pub struct Item {
    /// Index in `Dashboard::panels`.
    pub panel: usize,
    /// Grids only.
    pub grid_pos: GridPos,
    pub repeat: Option<Repeat>,
    pub conditions: Option<Conditions>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Repeat {
    pub variable: String,
    pub direction: RepeatDirection,
    pub max_per_row: Option<u32>,
}

/// A row or a tab.
#[derive(Clone, Debug, PartialEq)]
pub struct Section {
    /// Id of its header among the dashboard's panels.
    pub id: i64,
    pub title: String,
    pub is_collapsed: bool,
    pub has_header: bool,
    pub repeat: Option<String>,
    pub conditions: Option<Conditions>,
    pub layout: Layout,
}

/// Reads `spec.layout`. `elements` are the names of the elements in the order of `Dashboard::panels`; items that name none of
/// them are left out. Headers are numbered from `first_id`.
pub(super) fn read(layout: Option<&Json>, elements: &[String], first_id: i64) -> Layout {
    let mut reader = Reader { elements, next_id: first_id };
    layout.and_then(Json::as_object).map_or(Layout::Grid(Vec::new()), |layout| reader.layout(layout, 0))
}

/// Layouts nest two or three deep; a file must not overflow the stack.
const MAX_DEPTH: usize = 16;

struct Reader<'a> {
    elements: &'a [String],
    next_id: i64,
}

impl Reader<'_> {
    fn layout(&mut self, layout: &Object, depth: usize) -> Layout {
        let empty = Object::new();
        let spec = json::object(layout.get("spec")).unwrap_or(&empty);
        match layout.get("kind").and_then(Json::as_str) {
            _ if depth > MAX_DEPTH => Layout::Grid(Vec::new()),
            Some("AutoGridLayout" | "ResponsiveGridLayout") => Layout::Auto(self.auto_grid(spec)),
            Some("RowsLayout") => Layout::Rows(self.sections(spec, "rows", depth)),
            Some("TabsLayout") => Layout::Tabs(self.sections(spec, "tabs", depth)),
            _ => Layout::Grid(self.items(spec)),
        }
    }

    fn sections(&mut self, spec: &Object, key: &str, depth: usize) -> Vec<Section> {
        specs(spec, key).map(|spec| self.section(spec, depth)).collect()
    }

    fn section(&mut self, spec: &Object, depth: usize) -> Section {
        let id = self.next_id;
        self.next_id = self.next_id.saturating_add(1);
        let has_header = !json::flag(spec, "hideHeader");
        Section {
            id,
            title: json::text(spec, "title"),
            // A row without a header cannot be opened: it is never shut.
            is_collapsed: has_header && (json::flag(spec, "collapse") || json::flag(spec, "collapsed")),
            has_header,
            repeat: json::at(spec, &["repeat", "value"]).and_then(json::text_of).filter(|name| !name.is_empty()),
            conditions: Conditions::read(spec.get("conditionalRendering")),
            layout: json::object(spec.get("layout")).map_or(Layout::Grid(Vec::new()), |layout| self.layout(layout, depth + 1)),
        }
    }

    fn auto_grid(&mut self, spec: &Object) -> AutoGrid {
        AutoGrid {
            max_columns: json::number(spec, "maxColumnCount").unwrap_or(3.0).max(1.0),
            column_px: measure(spec, "columnWidth", [("narrow", 192.0), ("standard", 448.0), ("wide", 768.0)]),
            row_px: measure(spec, "rowHeight", [("short", 168.0), ("standard", 320.0), ("tall", 512.0)]),
            fill_screen: json::flag(spec, "fillScreen"),
            items: self.items(spec),
        }
    }

    fn items(&self, spec: &Object) -> Vec<Item> {
        specs(spec, "items").filter_map(|spec| self.item(spec)).collect()
    }

    fn item(&self, spec: &Object) -> Option<Item> {
        let name = json::at(spec, &["element", "name"]).and_then(Json::as_str)?;
        let side = |key: &str, default: f64, most: f64| json::number(spec, key).unwrap_or(default).clamp(0.0, most);
        let repeat = json::object(spec.get("repeat")).map(|repeat| Repeat {
            variable: json::text(repeat, "value"),
            direction: if json::text(repeat, "direction") == "v" { RepeatDirection::Vertical } else { RepeatDirection::Horizontal },
            max_per_row: json::number(repeat, "maxPerRow").filter(|n| *n >= 1.0).map(|n| n as u32),
        });
        Some(Item {
            panel: self.elements.iter().position(|known| known == name)?,
            grid_pos: GridPos {
                x: side("x", 0.0, 23.0),
                y: side("y", 0.0, 1e5),
                w: side("width", 12.0, 24.0).max(1.0),
                h: side("height", 8.0, 1e3).max(1.0),
            },
            repeat: repeat.filter(|repeat| !repeat.variable.is_empty()),
            conditions: Conditions::read(spec.get("conditionalRendering")),
        })
    }
}

fn specs<'a>(spec: &'a Object, key: &str) -> impl Iterator<Item = &'a Object> {
    json::list(spec, key).iter().filter_map(|one| one.get("spec")).filter_map(Json::as_object)
}

/// A size by its mode's name, a number for the mode "custom" (v2alpha1 writes either under the plain key).
fn measure(spec: &Object, key: &str, named: [(&str, f64); 3]) -> f64 {
    let mode = json::some_text(spec, &format!("{key}Mode")).unwrap_or_else(|| json::text(spec, key));
    let by_name = named.iter().find(|(name, _)| *name == mode).map(|(_, px)| *px);
    by_name.or_else(|| json::number(spec, key)).filter(|px| *px >= 1.0).unwrap_or(named[1].1).min(8000.0)
}
