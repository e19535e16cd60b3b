//! Where bars stand: groups share the plot, bars share their group.

use scene::kurbo::{BezPath, Rect, RoundedRect, Shape};

use crate::chart::{
    Scale,
    area::reachable,
    number::{js_round, round_decimals},
};

/// How groups and bars share the plot, in parts of 1.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Group {
    pub n_groups: usize,
    pub n_bars: usize,
    pub group_width: f64,
    pub bar_width: f64,
    pub stacked: bool,
}

impl Group {
    /// Begin and length of a bar, in parts of the plot.
    pub fn bar(&self, group: usize, bar: usize) -> (f64, f64) {
        let (group_from, group_size) = share(self.n_groups, self.group_width, group);
        if self.stacked {
            return (group_from, group_size);
        }
        let (from, size) = share(self.n_bars, self.bar_width, bar);
        (group_from + group_size * from, group_size * size)
    }

    /// The middle of each group.
    pub fn centers(&self) -> Vec<f64> {
        (0..self.n_groups).map(|group| share(self.n_groups, self.group_width, group)).map(|(from, size)| from + size / 2.0).collect()
    }
}

/// Begin and length of the `index`th of `count` things that take `part` of the room, the first and last at its ends.
fn share(count: usize, part: f64, index: usize) -> (f64, f64) {
    let size = part / count as f64;
    let gap = if count > 1 { (1.0 - part) / (count - 1) as f64 } else { 0.0 };
    (round_decimals(index as f64 * (size + gap), 6), round_decimals(size, 6))
}

/// One bar with its place.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Placed {
    pub row: usize,
    /// With half its stroke around it: what labels keep clear of.
    pub bounds: Rect,
    /// The middle of its stroke.
    pub rect: Rect,
    /// 0 where it is too narrow to have one.
    pub stroke_px: f64,
    pub negative: bool,
}

impl Placed {
    /// `along` is its begin and length on the axis of categories in parts, `values` where it starts and ends on the other.
    pub fn of(row: usize, along: (f64, f64), values: (f64, f64), plot: Rect, scale: &Scale, upright: bool, line_px: f64) -> Placed {
        let length = if upright { plot.width() } else { plot.height() };
        let origin = if upright { plot.x0 } else { plot.y0 };
        let full = along.1 * length;
        let line = js_round(line_px);
        let stroke_px = if line >= full / 2.0 { 0.0 } else { line };
        let width = js_round(full - stroke_px).max(if stroke_px == 0.0 { 1.0 } else { 0.0 });
        let start = js_round(origin + along.0 * length + stroke_px / 2.0);
        let position = |value: f64| {
            let fraction = scale.fraction(value);
            js_round(reachable(if upright { plot.y1 - plot.height() * fraction } else { plot.x0 + plot.width() * fraction }))
        };
        let (from, to) = (position(values.0), position(values.1));
        let (low, high) = (from.min(to), from.max(to));
        let offset = (stroke_px % 2.0) / 2.0;
        let inner_low = low + (stroke_px / 2.0).floor() + offset;
        let inner_high = inner_low + (high - low - stroke_px).max(0.0);
        let half = stroke_px / 2.0;
        let (outer, inner) = ((start - half, start + width + half), (start + offset, start + width + offset));
        let (bounds, rect) = if upright {
            (Rect::new(outer.0, low, outer.1, high), Rect::new(inner.0, inner_low, inner.1, inner_high))
        } else {
            (Rect::new(low, outer.0, high, outer.1), Rect::new(inner_low, inner.0, inner_high, inner.1))
        };
        Placed { row, bounds, rect, stroke_px, negative: values.1 < 0.0 }
    }

    /// Its outline, round at the end of its value by `radius` parts of its width, cut at `limits`.
    pub fn outline(&self, radius: f64, upright: bool, limits: Rect) -> BezPath {
        let rect = self.rect.intersect(limits);
        let across = if upright { rect.width() } else { rect.height() };
        let along = if upright { rect.height() } else { rect.width() };
        let r = (radius * across).min(along);
        if r <= 0.0 {
            return super::rect_path(rect);
        }
        // Clockwise from the top left corner.
        let radii = match (upright, self.negative) {
            (true, false) => (r, r, 0.0, 0.0),
            (true, true) => (0.0, 0.0, r, r),
            (false, false) => (0.0, r, r, 0.0),
            (false, true) => (r, 0.0, 0.0, r),
        };
        RoundedRect::from_rect(rect, radii).to_path(0.05)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_and_bars_share_the_plot() {
        let check = |group: Group, expected: &[(f64, f64)]| {
            let bars = (0..group.n_groups).flat_map(|g| (0..group.n_bars).map(move |b| (g, b)));
            let got: Vec<(f64, f64)> = bars.map(|(g, b)| group.bar(g, b)).collect();
            assert_eq!(got.len(), expected.len());
            for (got, expected) in got.iter().zip(expected) {
                assert!((got.0 - expected.0).abs() < 1e-6 && (got.1 - expected.1).abs() < 1e-6, "{group:?}: {got:?} {expected:?}");
            }
        };
        let group = Group { n_groups: 2, n_bars: 1, group_width: 0.8, bar_width: 1.0, stacked: false };
        check(group, &[(0.0, 0.4), (0.6, 0.4)]);
        check(Group { n_bars: 2, bar_width: 0.5, ..group }, &[(0.0, 0.1), (0.3, 0.1), (0.6, 0.1), (0.9, 0.1)]);
        check(Group { n_bars: 2, stacked: true, ..group }, &[(0.0, 0.4), (0.0, 0.4), (0.6, 0.4), (0.6, 0.4)]);
        check(Group { n_groups: 1, ..group }, &[(0.0, 0.8)]);
        assert_eq!(group.centers(), [0.2, 0.8]);
    }

    #[test]
    fn bars_lie_on_pixels() {
        let plot = Rect::new(0.0, 0.0, 100.0, 50.0);
        let scale = Scale::linear(0.0, 10.0);
        let upright = Placed::of(0, (0.1, 0.2), (0.0, 5.0), plot, &scale, true, 1.0);
        assert_eq!(upright.rect, Rect::new(11.5, 25.5, 30.5, 49.5));
        let level = Placed::of(0, (0.0, 0.5), (0.0, 5.0), plot, &scale, false, 0.0);
        assert_eq!(level.rect, Rect::new(0.0, 0.0, 50.0, 25.0));
        let narrow = Placed::of(0, (0.0, 0.01), (0.0, 5.0), plot, &scale, true, 1.0);
        assert_eq!((narrow.stroke_px, narrow.rect.width()), (0.0, 1.0));
    }
}
