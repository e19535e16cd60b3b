//! Where a panel lies on the page.

use super::GridPos;

pub const COLUMNS: f64 = 24.0;
/// Height of one grid row.
pub const CELL_HEIGHT_PX: f64 = 30.0;
/// Gap between cells, both ways.
pub const CELL_GAP_PX: f64 = 8.0;
/// What the page leaves free at the left and right of the grid.
pub const PAGE_PADDING_PX: f64 = 16.0;

/// A panel's place on a screen `screen_width_px` wide: x, y, width and height in CSS px, the grid's top being 0.
/// Fractions are kept; what Grafana reports as a panel's width (`maxDataPoints`) is this width rounded.
/// Source: react-grid-layout 1.x `calculateUtils`, margins of Grafana's `layout-default`; agrees with recorded pages.
pub fn pixel_rect(grid_pos: GridPos, screen_width_px: f64) -> (f64, f64, f64, f64) {
    let grid_width = screen_width_px - 2.0 * PAGE_PADDING_PX;
    let column = (grid_width - CELL_GAP_PX * (COLUMNS - 1.0)) / COLUMNS;
    let span = |cells: f64, size: f64| cells * size + (cells - 1.0).max(0.0) * CELL_GAP_PX;
    let x = PAGE_PADDING_PX + (column + CELL_GAP_PX) * grid_pos.x;
    let y = (CELL_HEIGHT_PX + CELL_GAP_PX) * grid_pos.y;
    (x, y, span(grid_pos.w, column), span(grid_pos.h, CELL_HEIGHT_PX))
}

/// A place on the grid that other places may overlap.
#[derive(Clone, Copy)]
pub(super) struct Area(pub(super) GridPos);

impl Area {
    /// Thirds of the grid (a repeat of three beside a column) must not overlap by a rounding error.
    const SLACK: f64 = 1e-6;

    pub(super) fn bottom(&self) -> f64 {
        self.0.y + self.0.h
    }

    pub(super) fn overlaps(&self, other: &Area) -> bool {
        let apart = |a: f64, a_size: f64, b: f64| a + a_size <= b + Self::SLACK;
        let (a, b) = (self.0, other.0);
        !(apart(a.x, a.w, b.x) || apart(b.x, b.w, a.x) || apart(a.y, a.h, b.y) || apart(b.y, b.h, a.y))
    }

    pub(super) fn moved_up(&self, cells: f64) -> Area {
        Area(GridPos { y: (self.0.y - cells).max(0.0), ..self.0 })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(grid: (f64, f64, f64, f64), expected: (i64, i64, i64)) {
        let (x, y, w, h) = grid;
        let rect = pixel_rect(GridPos { x, y, w, h }, 1600.0);
        assert_eq!((rect.0.round() as i64, rect.2.round() as i64, rect.3.round() as i64), expected, "{grid:?}");
    }

    #[test]
    fn agrees_with_recorded_pages() {
        // templating-repeating-panels/shown.json: panels 15, 2 and its clones, 10.
        check((0.0, 0.0, 24.0, 2.0), (16, 1568, 68));
        check((0.0, 2.0, 8.0, 6.0), (16, 517, 220));
        check((8.0, 2.0, 8.0, 6.0), (541, 517, 220));
        check((16.0, 2.0, 8.0, 6.0), (1067, 517, 220));
        check((0.0, 8.0, 16.0, 20.0), (16, 1043, 752));
    }
}
