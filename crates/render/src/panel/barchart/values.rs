//! Values at the ends of bars: one size for all that fits the narrowest, none that hides another.

use scene::{
    Color, Fonts, Mark, TextStyle,
    kurbo::{Point, Rect},
};

use super::{Look, ShowValue, groups::Placed};
use crate::{
    chart::{
        label::{self, Align, Baseline},
        number::js_round,
    },
    drawing,
};

const LEAST_SIZE_PX: f64 = 8.0;
const MOST_SIZE_PX: f64 = 30.0;
/// Share of a bar's width its value may take.
const FIT: f64 = 0.65;
/// Inter's capitals and digits: how high they stand, in parts of the size.
const CAPITAL: f64 = 0.727;

/// Collects values bar by bar, series after series, as sizes and gaps shrink to the least.
pub struct Labels<'a> {
    upright: bool,
    show: ShowValue,
    fixed_size: Option<f64>,
    plot: Rect,
    fonts: &'a Fonts,
    size: f64,
    offset: f64,
    /// The narrowest room for a value: along the bars' ends and beyond them.
    room: (f64, f64),
    labels: Vec<Label>,
}

struct Label {
    row: usize,
    series: usize,
    text: String,
    negative: bool,
    at: Point,
    bounds: Rect,
}

impl<'a> Labels<'a> {
    pub fn new(look: &Look, plot: Rect, fonts: &'a Fonts) -> Labels<'a> {
        Labels {
            upright: look.upright,
            show: look.show_value,
            fixed_size: look.value_size,
            plot,
            fonts,
            size: look.value_size.unwrap_or(MOST_SIZE_PX),
            offset: if look.upright { 5.0 } else { 10.0 },
            room: (f64::INFINITY, f64::INFINITY),
            labels: Vec::new(),
        }
    }

    pub fn add(&mut self, row: usize, series: usize, bar: &Placed, value: f64, text: String) {
        if self.show == ShowValue::Never {
            return;
        }
        let (bounds, plot) = (bar.bounds, self.plot);
        let (thickness, beyond) = if self.upright {
            (bounds.width(), if bar.negative { plot.y1 - bounds.y1 } else { bounds.y0 - plot.y0 })
        } else {
            (bounds.height(), if bar.negative { bounds.x0 - plot.x0 } else { plot.x1 - bounds.x1 })
        };
        self.room = (thickness, self.room.1.min(beyond));
        let factor = if self.upright { 0.1 } else { 0.15 };
        self.offset = self.offset.min(js_round(factor * thickness));
        let scale = match self.fixed_size {
            Some(_) => self.size / 14.0,
            None => self.shrink(&text),
        };
        let negative = value < 0.0;
        let at = self.place(bounds, negative);
        let width = self.fonts.width(&text, &TextStyle::sans(14.0)) * scale;
        let height = 14.0 * (CAPITAL + 0.01) * scale;
        let origin = match (self.upright, negative) {
            (true, false) => Point::new(at.x - width / 2.0, at.y - height),
            (true, true) => Point::new(at.x - width / 2.0, at.y),
            (false, false) => Point::new(at.x, at.y - height / 2.0),
            (false, true) => Point::new(at.x - width, at.y - height / 2.0),
        };
        // Values do not stand above the panel.
        let lift = (-origin.y).max(0.0);
        let at = Point::new(at.x, at.y + lift);
        let bounds = Rect::from_origin_size((origin.x, origin.y + lift), (width, height));
        self.labels.push(Label { row, series, text, negative, at, bounds });
    }

    /// Takes the size down to what this text needs; returns the scale Grafana gives its bounds.
    fn shrink(&mut self, text: &str) -> f64 {
        let (width, height) =
            if self.upright { (self.room.0 * FIT, self.room.1 - self.offset) } else { (self.room.1 - self.offset, self.room.0 * FIT) };
        let fitting = drawing::font_size_to_fit(self.fonts, text, 400, width, height, 1.0, None);
        let size = js_round(self.size.min(MOST_SIZE_PX).min(fitting));
        let scale = (size / self.size) * (size / 14.0);
        self.size = size;
        if scale.is_finite() { scale } else { 0.0 }
    }

    fn place(&self, bounds: Rect, negative: bool) -> Point {
        match (self.upright, negative) {
            (true, false) => Point::new(bounds.center().x, bounds.y0 - self.offset),
            (true, true) => Point::new(bounds.center().x, bounds.y1 + self.offset),
            (false, negative) => {
                let x = if negative { bounds.x0 - self.offset } else { bounds.x1 + self.offset };
                Point::new(x, bounds.center().y + js_round(0.1 * self.size))
            }
        }
    }

    /// The values in sight, in one size.
    pub fn draw(&self, color: Color) -> Vec<Mark> {
        if self.show == ShowValue::Never || self.size < LEAST_SIZE_PX {
            return Vec::new();
        }
        let style = TextStyle::sans(self.size);
        self.shown().into_iter().map(|label| self.mark(label, &style, color)).collect()
    }

    /// Row by row; with automatic values those that overlap one still shown are left out, but for a row's first.
    fn shown(&self) -> Vec<&Label> {
        let mut sorted: Vec<&Label> = self.labels.iter().collect();
        sorted.sort_by_key(|label| (label.row, label.series));
        if self.show == ShowValue::Always {
            return sorted;
        }
        let mut hidden = vec![false; sorted.len()];
        for index in 0..sorted.len() {
            let is_first = index == 0 || sorted[index - 1].row != sorted[index].row;
            let overlaps = |other: usize| {
                let (a, b) = (sorted[index], sorted[other]);
                other != index && a.row == b.row && !hidden[other] && a.bounds.intersect(b.bounds).area() > 0.0
            };
            hidden[index] = !is_first && (0..sorted.len()).any(overlaps);
        }
        sorted.into_iter().zip(hidden).filter(|(_, hidden)| !hidden).map(|(label, _)| label).collect()
    }

    fn mark(&self, one: &Label, style: &TextStyle, color: Color) -> Mark {
        let text = self.fonts.shape(&one.text, style);
        let (align, baseline) = match (self.upright, one.negative) {
            (true, false) => return drawing::shaped(text.clone(), one.at.x - text.width_px / 2.0, one.at.y, color),
            (true, true) => (Align::Center, Baseline::Top),
            (false, false) => (Align::Left, Baseline::Middle),
            (false, true) => (Align::Right, Baseline::Middle),
        };
        label::text(text, one.at, align, baseline, color)
    }
}
