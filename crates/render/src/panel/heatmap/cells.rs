//! Cells with their places.

use grafana::frame::{Field, FieldType};
use scene::kurbo::Rect;

use crate::chart::{Distribution, PlotArea, Scale, number::js_round};

/// Which side of its value a cell stands on (`HeatmapCellLayout`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum CellLayout {
    /// Around it.
    #[default]
    Unknown,
    /// The value is the cell's upper end.
    Le,
    /// The value is the cell's lower end.
    Ge,
}

/// What y values are.
#[derive(Clone, Debug, PartialEq)]
pub enum Rows {
    /// Column by column, every column with the same values.
    Dense { y: Vec<f64>, layout: CellLayout },
    /// Each cell with its own lower and upper end.
    Sparse { y_min: Vec<f64>, y_max: Vec<f64> },
}

/// A heatmap ready to be scaled: one x, y and count a cell.
#[derive(Clone, Debug)]
pub struct Cells {
    pub x_field: Field,
    pub x: Vec<f64>,
    pub x_layout: CellLayout,
    pub rows: Rows,
    pub counts: Vec<Option<f64>>,
    /// Names of the rows where y only counts through them.
    pub names: Option<Vec<String>>,
    /// What rows that count through their names are told apart by: a label and its value for each row.
    pub row_labels: Option<(String, Vec<String>)>,
    /// What stands at the lower end of the first named row.
    pub lowest_name: Option<String>,
    /// How values of the y axis are written; without values.
    pub y_field: Field,
    /// How counts are written; without values.
    pub count_field: Field,
    /// Single measurements over the cells: (x, y).
    pub exemplars: Vec<(f64, f64)>,
}

impl Cells {
    pub fn is_time(&self) -> bool {
        self.x_field.kind == FieldType::Time
    }

    /// Cells a column of a dense heatmap: until its first y comes again.
    pub fn rows_a_column(&self) -> usize {
        let Rows::Dense { y, .. } = &self.rows else { return 1 };
        let last = y.first().and_then(|first| y.iter().rposition(|value| value == first));
        last.map_or(1, |last| y.len() - last)
    }

    /// The distance of two columns.
    pub fn x_step(&self) -> Option<f64> {
        let first = self.x.first()?;
        Some(self.x.get(self.rows_a_column())? - first)
    }

    /// The distance of the first two rows; 0 for one row.
    pub fn y_step(&self) -> Option<f64> {
        match &self.rows {
            Rows::Dense { y, .. } => Some(y.get(1)? - y.first()?),
            Rows::Sparse { .. } => None,
        }
    }

    /// y values with those of exemplars, which the scale has room for too.
    pub fn with_exemplars(&self, y: &[f64]) -> Vec<f64> {
        y.iter().copied().chain(self.exemplars.iter().map(|(_, y)| *y)).collect()
    }

    pub fn x_ends(&self) -> Option<(f64, f64)> {
        ends(&self.x, false)
    }
}

/// Least and greatest; `positive` leaves out what a logarithm cannot show.
pub fn ends(values: &[f64], positive: bool) -> Option<(f64, f64)> {
    let seen = values.iter().copied().filter(|value| value.is_finite() && (!positive || *value > 0.0));
    seen.fold(None, |ends, value| Some(ends.map_or((value, value), |(min, max): (f64, f64)| (min.min(value), max.max(value)))))
}

/// `filterValues`: counts that are not shown.
pub struct Filter {
    /// Counts up to this are hidden.
    pub above: f64,
    /// Counts from this on are hidden.
    pub below: Option<f64>,
}

impl Filter {
    pub fn shows(&self, count: f64) -> bool {
        count > self.above && self.below.is_none_or(|below| count < below)
    }

    /// The counts at the ends of the colours. Source: grafana 12.4.0 `boundedMinMax`.
    pub fn limits(&self, counts: &[Option<f64>], min: Option<f64>, max: Option<f64>) -> (f64, f64) {
        let shown = || counts.iter().flatten().copied().filter(|count| self.shows(*count));
        let least = min.unwrap_or_else(|| shown().fold(f64::INFINITY, f64::min));
        let greatest = max.unwrap_or_else(|| shown().fold(f64::NEG_INFINITY, f64::max));
        (least, greatest)
    }
}

/// Where cells are put.
pub struct Places {
    pub area: PlotArea,
    pub y: Scale,
    /// Between cells, px.
    pub gap: f64,
    /// The y scale runs downwards.
    pub reverse: bool,
}

/// Cells this far apart stand on whole pixels.
const CRISP_GAP_PX: f64 = 4.0;

impl Places {
    /// A rectangle a cell; `None` where it has no place. Source: grafana 12.4.0 `heatmapPathsDense`, `heatmapPathsSparse`.
    pub fn rects(&self, cells: &Cells, divisor: f64) -> Vec<Option<Rect>> {
        match &cells.rows {
            Rows::Dense { y, layout } => self.dense(cells, y, *layout, divisor),
            Rows::Sparse { y_min, y_max } => self.sparse(cells, y_min, y_max),
        }
    }

    fn snap(&self, value: f64) -> f64 {
        if self.gap >= CRISP_GAP_PX { js_round(value) } else { value }
    }

    fn dense(&self, cells: &Cells, y: &[f64], layout: CellLayout, divisor: f64) -> Vec<Option<Rect>> {
        let plot = self.area.rect;
        let gap = js_round(self.gap);
        // A single column has no width of its own: it takes all there is.
        let width = cells.x_step().map_or(plot.width(), |step| (self.area.x_px(step) - self.area.x_px(0.0)).abs());
        let y_px = |value: f64| self.area.y_px(value, &self.y);
        let first = y.first().copied().unwrap_or_default();
        let step = y.get(1).map(|second| second - first).filter(|step| *step != 0.0);
        let height = match self.y.distribution {
            Distribution::Log { base } => {
                let next = if divisor == 1.0 { y.get(1).copied().unwrap_or(first * base) } else { first * base };
                (y_px(next) - y_px(first)).abs() / divisor
            }
            _ => (y_px(step.unwrap_or((self.y.max - self.y.min).abs())) - y_px(0.0)).abs() / divisor,
        };
        let (width, height) = (self.snap(width - gap).max(1.0), self.snap(height - gap).max(1.0));
        let x_shift = match cells.x_layout {
            CellLayout::Le => -width,
            CellLayout::Unknown => -width / 2.0,
            CellLayout::Ge => 0.0,
        };
        let is_below = (layout == CellLayout::Le) != self.reverse;
        let y_shift = match layout {
            CellLayout::Unknown => -height / 2.0,
            _ if is_below => 0.0,
            _ => -height,
        };
        let place = |(x, y): (&f64, &f64)| {
            let (left, top) = (self.snap(self.area.x_px(*x) + x_shift), self.snap(y_px(*y) + y_shift));
            (left.is_finite() && top.is_finite()).then(|| Rect::new(left, top, left + width, top + height))
        };
        cells.x.iter().zip(y).map(place).collect()
    }

    fn sparse(&self, cells: &Cells, y_min: &[f64], y_max: &[f64]) -> Vec<Option<Rect>> {
        let gap = js_round(self.gap);
        let x_px = |value: f64| self.snap(self.area.x_px(value));
        let first = cells.x.first().copied().unwrap_or_default();
        let next = cells.x.iter().copied().find(|x| *x != first);
        let width = next.map_or(self.area.rect.width(), |next| (x_px(next) - x_px(first)).abs());
        let width = (width - gap).max(1.0);
        let place = |((x, low), high): ((&f64, &f64), &f64)| {
            let (low, high) = (self.snap(self.area.y_px(*low, &self.y)), self.snap(self.area.y_px(*high, &self.y)));
            let height = ((low - high).abs() - gap).max(1.0);
            let (left, top) = (x_px(*x) - gap / 2.0 - width, low.min(high) + gap / 2.0);
            (left.is_finite() && low.is_finite() && high.is_finite()).then(|| Rect::new(left, top, left + width, top + height))
        };
        cells.x.iter().zip(y_min).zip(y_max).map(place).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hidden_counts_do_not_stretch_the_colours() {
        let counts = [Some(0.0), None, Some(3.0), Some(9.0), Some(50.0)];
        let filter = Filter { above: 1e-9, below: Some(50.0) };
        assert_eq!(filter.limits(&counts, None, None), (3.0, 9.0));
        assert_eq!(filter.limits(&counts, Some(0.0), Some(20.0)), (0.0, 20.0));
    }

    #[test]
    fn cells_stand_beside_their_values() {
        let cells = |x_layout, layout| Cells {
            x_field: Field::default(),
            x: vec![10.0, 10.0, 20.0, 20.0],
            x_layout,
            rows: Rows::Dense { y: vec![0.0, 1.0, 0.0, 1.0], layout },
            counts: vec![Some(1.0); 4],
            names: None,
            row_labels: None,
            lowest_name: None,
            y_field: Field::default(),
            count_field: Field::default(),
            exemplars: Vec::new(),
        };
        let places = |reverse| Places {
            area: PlotArea { rect: Rect::new(0.0, 0.0, 40.0, 40.0), x: Scale::linear(0.0, 40.0) },
            y: if reverse { Scale::linear(2.0, -2.0) } else { Scale::linear(-2.0, 2.0) },
            gap: 0.0,
            reverse,
        };
        let check = |x_layout, layout, reverse, expected: Rect| {
            let rects = places(reverse).rects(&cells(x_layout, layout), 1.0);
            assert_eq!(rects[0], Some(expected), "{x_layout:?} {layout:?} {reverse}");
        };
        check(CellLayout::Le, CellLayout::Le, false, Rect::new(0.0, 20.0, 10.0, 30.0));
        check(CellLayout::Ge, CellLayout::Ge, false, Rect::new(10.0, 10.0, 20.0, 20.0));
        check(CellLayout::Ge, CellLayout::Ge, true, Rect::new(10.0, 20.0, 20.0, 30.0));
        check(CellLayout::Unknown, CellLayout::Unknown, false, Rect::new(5.0, 15.0, 15.0, 25.0));
    }
}
