//! Lines and arrows of a table.

use scene::{
    Color, Mark,
    kurbo::{BezPath, Size},
};

use super::column::Column;

/// The arrow of a row that holds a table: down where it is open, else to the right.
pub fn expander(middle: f64, is_open: bool, color: Color) -> Mark {
    let points = if is_open { [(10.5, -2.0), (15.0, 2.5), (19.5, -2.0)] } else { [(13.0, -4.5), (17.5, 0.0), (13.0, 4.5)] };
    let mut path = BezPath::new();
    for (index, (x, y)) in points.into_iter().enumerate() {
        if index == 0 { path.move_to((x, middle + y)) } else { path.line_to((x, middle + y)) }
    }
    Mark::stroke(path, color, 1.4)
}

/// Lines under rows and between columns.
pub struct Rules {
    path: BezPath,
    /// Where columns begin, px.
    lefts: Vec<f64>,
    width: f64,
    /// Where the rows without a table between them began.
    run: Option<(f64, f64)>,
}

impl Rules {
    pub fn new(columns: &[Column], has_nested: bool, width: f64) -> Rules {
        let lefts = columns.iter().skip(usize::from(!has_nested)).map(|column| column.x - 0.5).collect();
        Rules { path: BezPath::new(), lefts, width: columns.last().map_or(width, |c| c.x + c.width), run: None }
    }

    fn across(&mut self, y: f64) {
        self.path.move_to((0.0, y - 0.5));
        self.path.line_to((self.width, y - 0.5));
    }

    /// A row of the table itself.
    pub fn row(&mut self, y: f64, height: f64) {
        if height > 0.0 {
            self.across(y + height);
        }
        let start = self.run.map_or(y, |(start, _)| start);
        self.run = Some((start, y + height));
    }

    /// Ends the lines between columns: a table follows.
    fn gap(&mut self) {
        let Some((start, end)) = self.run.take() else { return };
        for left in &self.lefts {
            self.path.move_to((*left, start));
            self.path.line_to((*left, end));
        }
    }

    /// A line of a table inside.
    pub fn inner(&mut self, y: f64, height: f64, is_last: bool) {
        self.gap();
        if is_last {
            self.across(y + height);
        }
    }

    /// All lines in one mark; those of the footer, too.
    pub fn mark(mut self, size: Size, footer: f64, color: Color) -> Mark {
        self.gap();
        if footer > 0.0 {
            for left in &self.lefts {
                self.path.move_to((*left, size.height - footer));
                self.path.line_to((*left, size.height));
            }
        }
        Mark::stroke(self.path, color, 1.0)
    }
}
