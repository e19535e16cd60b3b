//! Tables inside text: columns as wide as their content wants, narrowed where there is no room.

use scene::{Mark, Role, kurbo::Rect};

use super::{
    css::{BoxStyle, Length},
    flow::{self, Flow, Laid, Scope, plain_text},
    html::{Element, Node},
};
use crate::drawing;

/// Rows and columns one cell may take, and columns of a table.
const MOST_SPANNED: usize = 200;
/// The line between cells, px.
const EDGE: f64 = 1.0;

struct Cell<'a> {
    element: &'a Element,
    scope: Scope,
    boxed: BoxStyle,
    is_head: bool,
    row: usize,
    column: usize,
    rows: usize,
    columns: usize,
}

/// Lays a table out in at most `width` px; `wanted` is the width it asks for. Returns what it takes, too.
pub fn lay_out(flow: &Flow, element: &Element, scope: &Scope, width: f64, wanted: Option<f64>) -> (Laid, f64) {
    let mut rows = Vec::new();
    collect(flow, element, scope, None, &mut rows);
    let (cells, n_rows, n_columns) = place(rows);
    if n_columns == 0 {
        return (Laid::default(), 0.0);
    }
    // Edges of neighbours are one line: each cell reaches into the next by it.
    let widths = column_widths(flow, &cells, n_columns, width - EDGE, wanted.map(|wanted| wanted - EDGE));
    let lefts: Vec<f64> = widths.iter().scan(0.0, |x, width| Some(std::mem::replace(x, *x + width))).collect();
    let span = |cell: &Cell| widths.iter().skip(cell.column).take(cell.columns).sum::<f64>();
    let contents: Vec<Laid> = (cells.iter())
        .map(|cell| {
            let (left, right) = cell.boxed.sides();
            flow.blocks(&cell.element.children, &cell.scope, left, (span(cell) - left - right).max(1.0))
        })
        .collect();
    let needed = |index: usize| {
        let (cell, content): (&Cell, &Laid) = (&cells[index], &contents[index]);
        content.height.max(cell.scope.style.line_px) + cell.boxed.padding[0] + cell.boxed.padding[2] + cell.boxed.border[0].0
    };
    let mut heights = vec![0.0_f64; n_rows];
    let mut order: Vec<usize> = (0..cells.len()).collect();
    order.sort_by_key(|index| cells[*index].rows);
    for index in order {
        let cell = &cells[index];
        let there: f64 = heights.iter().skip(cell.row).take(cell.rows).sum();
        if let Some(last) = heights.get_mut(cell.row + cell.rows - 1) {
            *last += (needed(index) - there).max(0.0);
        }
    }
    let tops: Vec<f64> = heights.iter().scan(0.0, |y, height| Some(std::mem::replace(y, *y + height))).collect();
    let mut lines: Vec<Vec<(usize, Mark)>> = (0..n_rows).map(|_| Vec::new()).collect();
    for (cell, content) in cells.iter().zip(contents) {
        let height: f64 = heights.iter().skip(cell.row).take(cell.rows).sum();
        let area = Rect::new(0.0, 0.0, span(cell) + EDGE, height + EDGE);
        let mut marks = flow::ground(area, &cell.boxed);
        let spare = height + EDGE - content.height;
        let y = match cell.element.attribute("valign") {
            Some("top") => cell.boxed.padding[0],
            Some("bottom") => spare - cell.boxed.padding[2],
            _ => spare / 2.0,
        };
        marks.push(Mark::at(0.0, y, content.marks));
        let role = if cell.is_head { Role::HeaderCell } else { Role::Cell };
        let mark = drawing::role(role, vec![Mark::at(lefts[cell.column], tops[cell.row], marks)]);
        if let Some(line) = lines.get_mut(cell.row) {
            line.push((cell.column, mark));
        }
    }
    let mut laid = Laid::default();
    for mut line in lines {
        line.sort_by_key(|(column, _)| *column);
        let mut marks: Vec<Mark> = line.into_iter().map(|(_, mark)| mark).collect();
        // Rows of one table have equally many cells for those who hear them.
        marks.extend((marks.len()..n_columns).map(|_| drawing::role(Role::Cell, Vec::new())));
        laid.marks.push(drawing::role(Role::Row, marks));
    }
    laid.height = heights.iter().sum::<f64>() + EDGE;
    (laid, widths.iter().sum::<f64>() + EDGE)
}

type Row<'a> = Vec<(&'a Element, Scope, BoxStyle)>;

fn collect<'a>(flow: &Flow, element: &'a Element, scope: &Scope, ground: Option<scene::Color>, rows: &mut Vec<Row<'a>>) {
    for child in &element.children {
        let Node::Element(child) = child else { continue };
        let Some((inner, boxed)) = flow.styled(child, scope, false) else { continue };
        let ground = boxed.background.or(ground);
        match child.name.as_str() {
            "tr" => {
                let cell = |node: &'a Node| match node {
                    Node::Element(e) if matches!(e.name.as_str(), "td" | "th") => {
                        let align = inner.align;
                        let (mut scope, mut boxed) = flow.styled(e, &inner, false)?;
                        // What a row says of its place holds for cells that say nothing.
                        if child.attribute("align").is_some() && e.attribute("align").is_none() {
                            scope.align = align;
                        }
                        boxed.background = boxed.background.or(ground);
                        Some((e, scope, boxed))
                    }
                    _ => None,
                };
                rows.push(child.children.iter().filter_map(cell).collect());
            }
            "thead" | "tbody" | "tfoot" => collect(flow, child, &inner, ground, rows),
            _ => {}
        }
    }
}

/// Gives cells their rows and columns; how many there are of both.
fn place(rows: Vec<Row>) -> (Vec<Cell>, usize, usize) {
    let n_rows = rows.len();
    let (mut cells, mut n_columns) = (Vec::new(), 0);
    // How many more rows each column is taken for.
    let mut taken: Vec<usize> = Vec::new();
    for (row, line) in rows.into_iter().enumerate() {
        let mut column = 0;
        for (element, scope, boxed) in line {
            while taken.get(column).is_some_and(|left| *left > 0) {
                column += 1;
            }
            let number =
                |name: &str| element.attribute(name).and_then(|n| n.trim().parse::<usize>().ok()).unwrap_or(1).clamp(1, MOST_SPANNED);
            let (columns, rows) = (number("colspan"), number("rowspan").min(n_rows - row));
            if column + columns > MOST_SPANNED {
                break;
            }
            if taken.len() < column + columns {
                taken.resize(column + columns, 0);
            }
            taken[column..column + columns].fill(rows);
            let is_head = element.name == "th";
            cells.push(Cell { element, scope, boxed, is_head, row, column, rows, columns });
            column += columns;
            n_columns = n_columns.max(column);
        }
        taken.iter_mut().for_each(|left| *left = left.saturating_sub(1));
    }
    (cells, n_rows, n_columns)
}

/// Natural widths where they fit; else columns give way as far as their longest words let them, and then further.
fn column_widths(flow: &Flow, cells: &[Cell], columns: usize, width: f64, wanted: Option<f64>) -> Vec<f64> {
    let (mut natural, mut least) = (vec![8.0_f64; columns], vec![8.0_f64; columns]);
    for cell in cells {
        // Measured as lines of text: blocks in cells are rare, and wrap where they must.
        let text = plain_text(&cell.element.children);
        let style = &cell.scope.style.text;
        let sides = cell.boxed.sides().0 + cell.boxed.sides().1 + 1.0;
        let widest = text.split('\n').map(|line| flow.fonts.width(line.trim(), style)).fold(0.0, f64::max) + sides;
        let longest = text.split_whitespace().map(|word| flow.fonts.width(word, style)).fold(0.0, f64::max) + sides;
        let mut addresses = Vec::new();
        flow::picture_addresses(&cell.element.children, &mut addresses);
        let pictures = if addresses.iter().any(|address| flow.pictures.contains_key(address)) { 64.0 } else { 0.0 };
        let (widest, longest) = match cell.boxed.width {
            Some(Length::Px(px)) => (px.max(longest), longest),
            Some(part) => ((part.px(width)).max(longest), longest),
            None => (widest.max(pictures), longest.max(pictures)),
        };
        let share = cell.columns as f64;
        for column in cell.column..cell.column + cell.columns {
            natural[column] = natural[column].max(widest / share);
            least[column] = least[column].max(longest / share);
        }
    }
    let target = wanted.map_or(width, |wanted| wanted.clamp(1.0, width.max(1.0)));
    let (total, floor): (f64, f64) = (natural.iter().sum(), least.iter().sum());
    if total <= target && wanted.is_none() {
        return natural;
    }
    if total <= target || floor >= target {
        let base = if total <= target { natural } else { least };
        let sum: f64 = base.iter().sum();
        return base.into_iter().map(|w| w * target / sum).collect();
    }
    let give = (target - floor) / (total - floor);
    natural.iter().zip(&least).map(|(natural, least)| least + (natural - least) * give).collect()
}
