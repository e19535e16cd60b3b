//! Bars of a series over x.

use scene::kurbo::Rect;

use super::super::area::{PlotArea, reachable};
use super::super::number::js_round;
use super::super::scale::Scale;
use super::{Cell, window};

/// How bars stand (`barAlignment`, `barWidthFactor`, `barMaxWidth`, `lineWidth`).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct BarLayout {
    /// -1 before its x, 0 around it, 1 after it.
    pub alignment: i32,
    /// Share of the distance between two x that a bar takes.
    pub width_factor: f64,
    pub max_width_px: f64,
    pub stroke_px: f64,
}

/// A bar's outline, stroked along its middle.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bar {
    pub index: usize,
    pub rect: Rect,
}

/// Bars in sight from `base` (a value, or the values of the series underneath) to the series' values, with the width of
/// their stroke: 0 when bars are too narrow to have one. Source: uPlot 1.6.32 `paths.bars`.
pub fn bars(
    xs: &[f64],
    cells: &[Cell],
    below: Option<&[Cell]>,
    base: f64,
    area: &PlotArea,
    scale: &Scale,
    layout: &BarLayout,
) -> (Vec<Bar>, f64) {
    let Some((first, last)) = window(xs, &area.x) else {
        return (Vec::new(), 0.0);
    };
    let column = reachable(column_width(xs, cells, area));
    let gap = column * (1.0 - layout.width_factor);
    let gap = if gap < 1.0 { 0.0 } else { gap };
    let mut stroke = js_round(layout.stroke_px);
    if stroke >= (column - gap) / 2.0 {
        stroke = 0.0;
    }
    // Whole pixels would make small gaps look uneven.
    let snap = |value: f64| if gap < 5.0 { value } else { js_round(value) };
    let inset = if gap > 0.0 { stroke } else { 0.0 };
    let width = snap((column - gap - inset).clamp(1.0, layout.max_width_px.max(1.0)));
    let alignment = f64::from(layout.alignment);
    let shift = match layout.alignment {
        0 => width / 2.0,
        1 => 0.0,
        _ => width,
    } - alignment * inset / 2.0;
    let outer = (first.saturating_sub(1), (last + 1).min(cells.len().saturating_sub(1)));
    let bar = |index: usize| {
        let value = cells[index].value()?;
        let from = match below {
            Some(below) => below[index].value().unwrap_or(0.0),
            None => base,
        };
        if below.is_some() && value == from {
            return None;
        }
        let left = snap(reachable(area.x_px(xs[index])) - shift);
        let (value_px, from_px) = (reachable(area.y_px(value, scale)), reachable(area.y_px(from, scale)));
        let (top, bottom) = (snap(value_px.min(from_px)), snap(value_px.max(from_px)));
        let top_inset = top + (stroke / 2.0).floor();
        let height = (bottom - top - stroke).max(0.0);
        let offset = (stroke % 2.0) / 2.0;
        let rect = Rect::new(left + offset, top_inset + offset, left + width + offset, top_inset + height + offset);
        Some(Bar { index, rect })
    };
    ((outer.0..=outer.1).filter_map(bar).collect(), stroke)
}

/// The smallest distance of two x where this series has anything, the plot's width when it has one x only.
fn column_width(xs: &[f64], cells: &[Cell], area: &PlotArea) -> f64 {
    let present: Vec<f64> = xs.iter().zip(cells).filter(|(_, cell)| **cell != Cell::Absent).map(|(x, _)| *x).collect();
    let nearest = present.windows(2).min_by(|a, b| (a[1] - a[0]).abs().total_cmp(&(b[1] - b[0]).abs()));
    nearest.map_or(area.rect.width(), |pair| (area.x_px(pair[1]) - area.x_px(pair[0])).abs())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bars_stand_around_their_x() {
        let area = PlotArea { rect: Rect::new(0.0, 0.0, 100.0, 100.0), x: Scale::linear(0.0, 10.0) };
        let scale = Scale::linear(0.0, 10.0);
        let cells = [Cell::Value(5.0), Cell::Null, Cell::Value(10.0)];
        let check = |alignment, expected: [(f64, f64); 2]| {
            let layout = BarLayout { alignment, width_factor: 0.6, max_width_px: 200.0, stroke_px: 0.0 };
            let (bars, stroke) = bars(&[2.0, 4.0, 6.0], &cells, None, 0.0, &area, &scale, &layout);
            assert_eq!(stroke, 0.0);
            let sides: Vec<(f64, f64)> = bars.iter().map(|bar| (bar.rect.x0, bar.rect.x1)).collect();
            assert_eq!(sides, expected, "{alignment}");
            assert_eq!((bars[0].rect.y0, bars[0].rect.y1), (50.0, 100.0));
        };
        check(0, [(14.0, 26.0), (54.0, 66.0)]);
        check(1, [(20.0, 32.0), (60.0, 72.0)]);
        check(-1, [(8.0, 20.0), (48.0, 60.0)]);
    }
}
