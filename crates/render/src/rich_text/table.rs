//! Tables inside text: columns as wide as their content wants, narrowed where there is no room.

use scene::{
    Mark, Role,
    kurbo::{Rect, Shape},
};

use super::{
    flow::{Flow, Laid, Scope},
    html::{Element, Node},
};
use crate::drawing::{self, ink};

const PADDING: (f64, f64) = (8.0, 4.0);

struct Cell<'a> {
    element: &'a Element,
    scope: Scope,
    is_head: bool,
}

/// Lays a table out from `x` in at most `width` px.
pub fn lay_out(flow: &Flow, element: &Element, scope: &Scope, x: f64, width: f64) -> Laid {
    let mut rows = Vec::new();
    collect(flow, element, scope, &mut rows);
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    if columns == 0 {
        return flow.blocks(&element.children, scope, x, width);
    }
    let full = element.attribute("width").is_some_and(|w| w.trim() == "100%")
        || element.attribute("style").is_some_and(|s| s.replace(' ', "").contains("width:100%"));
    let widths = column_widths(flow, &rows, columns, width, full);
    let mut laid = Laid::default();
    for row in &rows {
        let cells: Vec<Laid> = (row.iter().zip(&widths))
            .map(|(cell, w)| flow.blocks(&cell.element.children, &cell.scope, 0.0, (w - 2.0 * PADDING.0).max(1.0)))
            .collect();
        let height = cells.iter().map(|c| c.height).fold(0.0, f64::max).max(22.0) + 2.0 * PADDING.1;
        let mut left = x;
        let mut line = Vec::new();
        for ((cell, content), w) in row.iter().zip(cells).zip(&widths) {
            let area = Rect::new(left, laid.height, left + w, laid.height + height);
            if cell.is_head {
                line.push(drawing::fill_rect(area, ink(flow.theme.secondary)));
            }
            line.push(Mark::stroke(area.to_path(0.1), ink(flow.theme.border_medium), 1.0));
            let y = laid.height + (height - content.height) / 2.0;
            let role = if cell.is_head { Role::HeaderCell } else { Role::Cell };
            line.push(drawing::role(role, vec![Mark::at(left + PADDING.0, y, content.marks)]));
            left += w;
        }
        // Rows of one table have equally many cells for those who hear them.
        line.extend((row.len()..columns).map(|_| drawing::role(Role::Cell, Vec::new())));
        laid.marks.push(drawing::role(Role::Row, line));
        laid.height += height;
    }
    laid
}

fn collect<'a>(flow: &Flow, element: &'a Element, scope: &Scope, rows: &mut Vec<Vec<Cell<'a>>>) {
    for child in &element.children {
        let Node::Element(child) = child else { continue };
        let Some(inner) = flow.scope(child, scope) else { continue };
        match child.name.as_str() {
            "tr" => {
                let cell = |node: &'a Node| match node {
                    Node::Element(e) if matches!(e.name.as_str(), "td" | "th") => {
                        Some(Cell { element: e, scope: flow.scope(e, &inner)?, is_head: e.name == "th" })
                    }
                    _ => None,
                };
                rows.push(child.children.iter().filter_map(cell).collect());
            }
            "thead" | "tbody" | "tfoot" => collect(flow, child, &inner, rows),
            _ => {}
        }
    }
}

/// Natural widths where they fit; else the room is dealt out by what each column wants.
fn column_widths(flow: &Flow, rows: &[Vec<Cell>], columns: usize, width: f64, full: bool) -> Vec<f64> {
    let mut wanted = vec![2.0 * PADDING.0 + 8.0; columns];
    for cell in rows.iter().flat_map(|row| row.iter().enumerate()) {
        let (column, cell) = cell;
        // Measured as one line: blocks in cells are rare, and wrap where they must.
        let text = super::flow::plain_text(&cell.element.children);
        let lines = text.split('\n').map(|line| flow.fonts.width(line.trim(), &cell.scope.style.text)).fold(0.0, f64::max);
        wanted[column] = f64::max(wanted[column], lines + 2.0 * PADDING.0 + 1.0);
    }
    let total: f64 = wanted.iter().sum();
    if total > width || full {
        wanted.iter_mut().for_each(|w| *w *= width / total);
    }
    wanted
}
