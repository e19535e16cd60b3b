//! Several values side by side in one panel (`VizRepeater`), and what they share so that they look alike.

use grafana::{
    field::{self, DisplayContext, FieldDisplay},
    frame::Frame,
};
use scene::{
    Group, Mark,
    kurbo::{Affine, Rect, Size, Vec2},
};

use crate::overflow::{Block, Overflow};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Orientation {
    Auto,
    /// Values under each other.
    Horizontal,
    /// Values beside each other.
    Vertical,
}

impl Orientation {
    pub fn from_option(text: &str) -> Orientation {
        match text {
            "horizontal" => Orientation::Horizontal,
            "vertical" => Orientation::Vertical,
            _ => Orientation::Auto,
        }
    }

    /// Auto settled by the panel's shape.
    pub fn resolve(self, width: f64, height: f64) -> Orientation {
        match self {
            Orientation::Auto if width > height => Orientation::Vertical,
            Orientation::Auto => Orientation::Horizontal,
            other => other,
        }
    }
}

/// How values are repeated; lengths in px.
#[derive(Clone, Copy, Debug)]
pub struct Repeat {
    pub orientation: Orientation,
    pub spacing: f64,
    /// With auto orientation: a grid of near squares.
    pub auto_grid: bool,
    pub min_width: f64,
    pub min_height: f64,
    pub max_height: f64,
}

impl Default for Repeat {
    fn default() -> Repeat {
        Repeat {
            orientation: Orientation::Auto,
            spacing: 8.0,
            auto_grid: false,
            min_width: 0.0,
            min_height: 0.0,
            max_height: f64::INFINITY,
        }
    }
}

/// Places of `count` values in a panel. Values may overflow it where minimum sizes ask for more than there is.
pub fn places(repeat: &Repeat, width: f64, height: f64, count: usize) -> Vec<Rect> {
    if count == 0 || width <= 0.0 || height <= 0.0 {
        return Vec::new();
    }
    if repeat.auto_grid && repeat.orientation == Orientation::Auto {
        return grid(width, height, repeat.spacing, count);
    }
    let (n, gap) = (count as f64, repeat.spacing);
    match repeat.orientation.resolve(width, height) {
        Orientation::Horizontal => {
            let even = (height + gap) / n - gap;
            let h = even.min(repeat.max_height).max(repeat.min_height);
            (0..count).map(|i| i as f64 * (h + gap)).map(|y| Rect::new(0.0, y, width, y + h)).collect()
        }
        _ => {
            let w = (width / n - gap + gap / n).max(repeat.min_width);
            (0..count).map(|i| i as f64 * (w + gap)).map(|x| Rect::new(x, 0.0, x + w, height)).collect()
        }
    }
}

/// As near to squares as the panel allows; the last line is stretched to fill its width.
fn grid(width: f64, height: f64, gap: f64, count: usize) -> Vec<Rect> {
    let n = count as f64;
    let square = square_size(width, height, n).max(square_size(height, width, n));
    let columns = (width / square).floor().max(1.0);
    let rows = (n / columns).ceil();
    let columns = (n / rows).ceil();
    let on_last = columns - (columns * rows - n);
    let item_width = |columns: f64| width / columns - gap + gap / columns;
    let h = height / rows - gap + gap / rows;
    (0..count)
        .map(|i| {
            let (row, column) = ((i as f64 / columns).floor(), i as f64 % columns);
            let w = item_width(if row == rows - 1.0 { on_last } else { columns });
            let (x, y) = (column * (w + gap), row * (h + gap));
            Rect::new(x, y, x + w, y + h)
        })
        .collect()
}

fn square_size(width: f64, height: f64, n: f64) -> f64 {
    let parts = (n * width / height).sqrt().ceil();
    if (parts * height / width).floor() * parts < n {
        return height / (parts * height / width).ceil();
    }
    width / parts
}

/// Places of `count` values of one size, in as many rows as they need.
pub fn wrapped(item: Size, gap: f64, width: f64, count: usize) -> Vec<Rect> {
    let columns = ((width + gap) / (item.width + gap)).floor().max(1.0) as usize;
    let w = ((width + gap) / columns as f64 - gap).max(1.0);
    let place = |index: usize| {
        let (x, y) = ((index % columns) as f64 * (w + gap), (index / columns) as f64 * (item.height + gap));
        Rect::new(x, y, x + w, y + item.height)
    };
    (0..count).map(place).collect()
}

/// Values drawn at their places: in the panel's, or in rows that go on below it where they do not fit.
pub struct Spread {
    /// Tops of the rows, ascending, and where the last one ends; empty where all fit.
    tops: Vec<f64>,
    blocks: Vec<Block>,
    marks: Vec<Mark>,
}

impl Spread {
    /// `places` are those of all values, in rows from the top; `height` is the panel's.
    pub fn new(places: &[Rect], height: f64, overflow: &Overflow) -> Spread {
        let mut spread = Spread { tops: Vec::new(), blocks: Vec::new(), marks: Vec::new() };
        let bottom = places.iter().map(|place| place.y1).fold(0.0, f64::max);
        if overflow.most().is_some() && bottom > height + 0.5 {
            spread.tops.extend(places.iter().map(|place| place.y0));
            spread.tops.dedup_by(|next, top| *next < *top + 0.5);
            spread.blocks.resize_with(spread.tops.len(), Block::default);
            spread.tops.push(bottom);
        }
        spread
    }

    /// Draws the value of `place` where it then stands.
    pub fn push(&mut self, place: Rect, draw: impl FnOnce(Rect) -> Mark) {
        let row = self.tops.partition_point(|top| *top <= place.y0 + 0.5).saturating_sub(1);
        match (self.blocks.get_mut(row), self.tops.get(row..row + 2)) {
            (Some(block), Some([top, next])) => {
                block.marks.push(draw(place - Vec2::new(0.0, *top)));
                block.height = next - top;
                block.n_entries += 1;
            }
            _ => self.marks.push(draw(place)),
        }
    }

    /// The marks of the panel's place, and the rows that go on below: all rows, if any do.
    pub fn finish(self) -> (Vec<Mark>, Vec<Block>) {
        (self.marks, self.blocks)
    }
}

/// The marks of one value at its place; where its field has a data link, all of it leads there.
pub fn placed(value: &FieldDisplay, place: Rect, marks: Vec<Mark>, frames: &[Frame], context: &DisplayContext) -> Mark {
    let link = value.field.config.links.first().map(|link| field::expand_url_in_value(&link.url, value, frames, context));
    let link_area = link.is_some().then(|| place.size().to_rect());
    Mark::Group(Group { transform: Affine::translate((place.x0, place.y0)), link, link_area, marks, ..Group::default() })
}

/// The longest texts among the values: all are sized by them (`getDisplayValueAlignmentFactors`).
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Alignment {
    pub title: String,
    pub text: String,
}

pub fn alignment(values: &[FieldDisplay]) -> Alignment {
    let longest = |pick: &dyn Fn(&FieldDisplay) -> &str| {
        (values.iter().map(pick)).fold("", |best, s| if s.chars().count() > best.chars().count() { s } else { best }).to_owned()
    };
    let title = longest(&|v| v.display.title.as_deref().unwrap_or(""));
    let text = longest(&|v| &v.display.prefix) + &longest(&|v| &v.display.text) + &longest(&|v| &v.display.suffix);
    Alignment { title, text }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(repeat: Repeat, size: (f64, f64), count: usize, expected: &[[i32; 4]]) {
        let got: Vec<[i32; 4]> = (places(&repeat, size.0, size.1, count).iter())
            .map(|r| [r.x0, r.y0, r.width(), r.height()].map(|v| v.round() as i32))
            .collect();
        assert_eq!(got, expected);
    }

    #[test]
    fn values_are_placed_as_on_screen() {
        let auto = Repeat { auto_grid: true, spacing: 3.0, ..Repeat::default() };
        check(auto, (300.0, 100.0), 1, &[[0, 0, 300, 100]]);
        check(auto, (303.0, 100.0), 3, &[[0, 0, 99, 100], [102, 0, 99, 100], [204, 0, 99, 100]]);
        check(auto, (203.0, 203.0), 3, &[[0, 0, 100, 100], [103, 0, 100, 100], [0, 103, 203, 100]]);
        let stacked = Repeat { orientation: Orientation::Horizontal, ..Repeat::default() };
        check(stacked, (100.0, 108.0), 2, &[[0, 0, 100, 50], [0, 58, 100, 50]]);
        check(Repeat { max_height: 20.0, ..stacked }, (100.0, 108.0), 2, &[[0, 0, 100, 20], [0, 28, 100, 20]]);
        check(Repeat { min_width: 75.0, ..Repeat::default() }, (108.0, 50.0), 2, &[[0, 0, 75, 50], [83, 0, 75, 50]]);
        check(auto, (0.0, 10.0), 2, &[]);
    }

    #[test]
    fn rows_that_do_not_fit_go_on_below() {
        let places = wrapped(Size::new(40.0, 30.0), 10.0, 100.0, 5);
        let heights = |height: f64, overflow: Overflow| {
            let mut spread = Spread::new(&places, height, &overflow);
            for place in &places {
                spread.push(*place, |place| Mark::at(place.x0, place.y0, Vec::new()));
            }
            let (marks, blocks) = spread.finish();
            (marks.len(), blocks.iter().map(|block| (block.n_entries, block.height)).collect::<Vec<_>>())
        };
        assert_eq!(heights(60.0, Overflow::onto_paper(10)), (0, vec![(2, 40.0), (2, 40.0), (1, 30.0)]));
        assert_eq!(heights(110.0, Overflow::onto_paper(10)), (5, vec![]));
        assert_eq!(heights(60.0, Overflow::none()), (5, vec![]));
    }
}
