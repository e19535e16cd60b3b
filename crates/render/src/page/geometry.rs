//! Where panels lie in the dashboard, before it is put on paper.

use std::{ops::Range, sync::Arc};

use grafana::dashboard::GridPos;
use scene::kurbo::{Rect, Vec2};

use crate::{
    panel::flow::Extent,
    view::{DashboardView, Layout, Orientation},
};

/// Space between panels, px.
pub const GAP: f64 = 8.0;
const CELL: f64 = 30.0;
const COLUMNS: f64 = 24.0;
/// A row header's height in the simple layout, px.
const ROW: f64 = 30.0;

/// A panel by its index in [`DashboardView::panels`], with its place in dashboard px.
#[derive(Clone, Debug, PartialEq)]
pub struct Placed {
    pub index: usize,
    pub rect: Rect,
    pub is_row: bool,
    /// A row header whose panels follow it: it must not be parted from them.
    pub leads: bool,
    /// Set for a panel that may be parted: the rows that stand in `rect`.
    pub part: Option<Part>,
}

/// Some rows of a panel that may be parted between them.
#[derive(Clone, Debug, PartialEq)]
pub struct Part {
    pub extent: Arc<Extent>,
    pub rows: Range<usize>,
}

impl Part {
    pub fn height(&self) -> f64 {
        self.extent.height(&self.rows)
    }
}

/// Lets panels that may be parted have the height they need, and moves what is below them down: whatever began under a
/// panel stays under it, at the same distance, so that rows of panels stay in line. What stands beside it stays.
pub fn grow(placed: &mut [Placed]) {
    let before: Vec<Rect> = placed.iter().map(|p| p.rect).collect();
    for i in 0..placed.len() {
        let above = (0..i).filter(|j| before[*j].y1 <= before[i].y0 + 0.5);
        let down = above.map(|j| placed[j].rect.y1 - before[j].y1).fold(0.0, f64::max);
        let p = &mut placed[i];
        p.rect = p.rect + Vec2::new(0.0, down);
        // Half a pixel of what fits is lost to rounding, not to the reader.
        if let Some(needed) = p.part.as_ref().map(Part::height).filter(|needed| *needed > p.rect.height() + 0.5) {
            p.rect.y1 = p.rect.y0 + needed;
        }
    }
}

/// Pixels of a grid place in a container `width` px wide, rounded as Grafana's grid does.
pub fn grid_rect(grid: &GridPos, width: f64) -> Rect {
    let column = (width - GAP * (COLUMNS - 1.0)) / COLUMNS;
    let x0 = ((column + GAP) * grid.x).round();
    let y0 = ((CELL + GAP) * grid.y).round();
    let w = (column * grid.w + GAP * (grid.w - 1.0)).round();
    let h = (CELL * grid.h + GAP * (grid.h - 1.0)).round();
    Rect::new(x0, y0, x0 + w.max(1.0), y0 + h.max(1.0))
}

/// Places of the grid layout in reading order, from the first panel's top.
fn grid(dashboard: &DashboardView, width: f64) -> Vec<Placed> {
    let mut placed: Vec<Placed> = (dashboard.panels.iter().enumerate())
        .map(|(index, view)| {
            let is_row = view.panel.plugin_id == "row";
            Placed { index, rect: grid_rect(&view.panel.grid_pos, width), is_row, leads: is_row && !view.panel.collapsed, part: None }
        })
        .collect();
    placed.sort_by(|a, b| (a.rect.y0, a.rect.x0).partial_cmp(&(b.rect.y0, b.rect.x0)).unwrap_or(std::cmp::Ordering::Equal));
    let top = placed.first().map_or(0.0, |p| p.rect.y0);
    for p in &mut placed {
        p.rect = p.rect - Vec2::new(0.0, top);
    }
    placed
}

/// Full-width panels under each other, as many a page as the orientation allows. Text keeps its own height when it is
/// less: a heading panel does not need a third of a page.
fn simple(dashboard: &DashboardView, width: f64, page_height: f64, orientation: Orientation) -> Vec<Placed> {
    let a_page = match orientation {
        Orientation::Portrait => 3.0,
        Orientation::Landscape => 1.0,
    };
    let rows = dashboard.panels.iter().any(|view| view.panel.plugin_id == "row");
    let room = page_height - if rows { ROW + GAP } else { 0.0 };
    let slot = ((room - GAP * (a_page - 1.0)) / a_page).floor();
    let mut top = 0.0;
    (dashboard.panels.iter().enumerate())
        .map(|(index, view)| {
            let is_row = view.panel.plugin_id == "row";
            let height = match view.panel.plugin_id.as_str() {
                "row" => ROW,
                "text" => grid_rect(&view.panel.grid_pos, width).height().min(slot),
                _ => slot,
            };
            let rect = Rect::new(0.0, top, width, top + height);
            top = rect.y1 + GAP;
            Placed { index, rect, is_row, leads: is_row && !view.panel.collapsed, part: None }
        })
        .collect()
}

/// Places every panel in `width` px; `page_height` is in the same px.
pub fn place(dashboard: &DashboardView, layout: Layout, orientation: Orientation, width: f64, page_height: f64) -> Vec<Placed> {
    match layout {
        Layout::Grid => grid(dashboard, width),
        Layout::Simple => simple(dashboard, width, page_height, orientation),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(grid: [f64; 4], expected: [f64; 4]) {
        let [x, y, w, h] = grid;
        let rect = grid_rect(&GridPos { x, y, w, h }, 1568.0);
        assert_eq!([rect.x0, rect.y0, rect.width(), rect.height()], expected, "{grid:?}");
    }

    /// Places a Grafana 12.4 showed in a window of 1600 px (recordings n1jR8vnnz, panel-tests-gauge-new), less its margins.
    #[test]
    fn panels_lie_where_grafana_has_them() {
        check([0.0, 0.0, 12.0, 3.0], [0.0, 0.0, 780.0, 106.0]);
        check([12.0, 0.0, 12.0, 3.0], [788.0, 0.0, 780.0, 106.0]);
        check([0.0, 3.0, 9.0, 11.0], [0.0, 114.0, 583.0, 410.0]);
        check([8.0, 0.0, 4.0, 6.0], [525.0, 0.0, 255.0, 220.0]);
    }

    /// Panels as (x, y, height, height needed); expected (y, height).
    fn grown(panels: &[(f64, f64, f64, f64)], expected: &[(f64, f64)]) {
        let mut placed: Vec<Placed> = (panels.iter().enumerate())
            .map(|(index, &(x, y, h, needed))| {
                let extent = Arc::new(Extent { rows: vec![needed], ..Extent::default() });
                let part = (needed > 0.0).then_some(Part { extent, rows: 0..1 });
                Placed { index, rect: Rect::new(x, y, x + 100.0, y + h), is_row: false, leads: false, part }
            })
            .collect();
        grow(&mut placed);
        let got: Vec<(f64, f64)> = placed.iter().map(|p| (p.rect.y0, p.rect.height())).collect();
        assert_eq!(got, expected);
    }

    #[test]
    fn what_is_below_a_growing_panel_moves_down() {
        grown(&[(0., 0., 100., 50.), (0., 108., 100., 0.)], &[(0., 100.), (108., 100.)]);
        // Beside it nothing moves; below it everything does, by the most that grew.
        grown(
            &[(0., 0., 208., 500.), (108., 0., 100., 0.), (108., 108., 100., 120.), (0., 216., 50., 60.), (108., 216., 50., 0.)],
            &[(0., 500.), (108. - 108., 100.), (108., 120.), (508., 60.), (508., 50.)],
        );
    }
}
