//! Paths of series: the points in sight, how they are joined, and what they enclose.

mod bars;
mod curve;
mod points;

pub use bars::{Bar, BarLayout, bars};
pub use curve::{Curve, Interpolation, Run, curve};
pub use points::{isolated, points};

use scene::kurbo::Point;

use super::area::PlotArea;
use super::scale::Scale;

/// A value of an aligned series.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub enum Cell {
    /// Another series has this x, this one does not: lines pass over it.
    #[default]
    Absent,
    /// A gap.
    Null,
    Value(f64),
}

impl Cell {
    pub fn value(self) -> Option<f64> {
        match self {
            Cell::Value(value) => Some(value),
            _ => None,
        }
    }
}

/// A value with its place.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Dot {
    pub index: usize,
    pub point: Point,
    /// No gap lies between this and the dot before.
    pub joined: bool,
}

/// First and last index whose x lies on the scale, as uPlot picks its window; `None` without x values.
pub fn window(xs: &[f64], x: &Scale) -> Option<(usize, usize)> {
    let last = xs.len().checked_sub(1)?;
    let (mut first, mut end) = (closest(xs, x.min), closest(xs, x.max));
    if end.saturating_sub(first) > 1 {
        if xs[first] < x.min {
            first += 1;
        }
        if xs[end] > x.max {
            end -= 1;
        }
    }
    Some((first, end.min(last)))
}

fn closest(xs: &[f64], value: f64) -> usize {
    let after = xs.partition_point(|x| *x < value).min(xs.len() - 1);
    let before = after.saturating_sub(1);
    if value - xs[before] <= xs[after] - value { before } else { after }
}

/// The window with one more value on each side, for lines that leave the plot.
fn outer_window(cells: &[Cell], (first, last): (usize, usize)) -> (usize, usize) {
    let end = cells.len().saturating_sub(1);
    let mut outer = (first.saturating_sub(1), (last + 1).min(end));
    while cells[outer.0].value().is_none() && outer.0 > 0 {
        outer.0 -= 1;
    }
    while cells[outer.1].value().is_none() && outer.1 < end {
        outer.1 += 1;
    }
    outer
}

/// The dots of a series in sight. `span_nulls` joins over every gap.
pub fn dots(xs: &[f64], cells: &[Cell], area: &PlotArea, scale: &Scale, span_nulls: bool) -> Vec<Dot> {
    let Some(window) = window(xs, &area.x) else {
        return Vec::new();
    };
    let (first, last) = outer_window(cells, window);
    let mut dots: Vec<Dot> = Vec::new();
    let mut joined = false;
    for index in first..=last {
        match cells[index] {
            Cell::Value(value) => {
                dots.push(Dot { index, point: area.point(xs[index], value, scale), joined });
                joined = true;
            }
            Cell::Null if !span_nulls => joined = false,
            _ => {}
        }
    }
    dots
}

/// Least and greatest value in the window; `positive` looks at numbers above zero only (logarithms).
pub fn extent(cells: &[Cell], window: (usize, usize), positive: bool) -> Option<(f64, f64)> {
    let values = cells.get(window.0..=window.1)?.iter().filter_map(|cell| cell.value()).filter(|v| !positive || *v > 0.0);
    values.fold(None, |extent, value| match extent {
        None => Some((value, value)),
        Some((min, max)) => Some((value.min(min), value.max(max))),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn windows() {
        let xs: Vec<f64> = (0..10).map(|n| f64::from(n) * 10.0).collect();
        for (range, expected) in [((0.0, 90.0), (0, 9)), ((14.0, 56.0), (2, 5)), ((16.0, 54.0), (2, 5)), ((-50.0, 500.0), (0, 9))] {
            assert_eq!(window(&xs, &Scale::linear(range.0, range.1)), Some(expected), "{range:?}");
        }
        assert_eq!(window(&[], &Scale::linear(0.0, 1.0)), None);
    }

    #[test]
    fn gaps_part_dots() {
        let area = PlotArea { rect: scene::kurbo::Rect::new(0.0, 0.0, 100.0, 100.0), x: Scale::linear(0.0, 4.0) };
        let cells = [Cell::Value(1.0), Cell::Absent, Cell::Value(2.0), Cell::Null, Cell::Value(3.0)];
        let joined = |span| -> Vec<bool> {
            dots(&[0.0, 1.0, 2.0, 3.0, 4.0], &cells, &area, &Scale::linear(0.0, 4.0), span).iter().map(|d| d.joined).collect()
        };
        assert_eq!(joined(false), [false, true, false]);
        assert_eq!(joined(true), [false, true, true]);
    }
}
