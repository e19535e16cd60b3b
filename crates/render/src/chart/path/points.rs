//! Dots of a series.

use scene::kurbo::{BezPath, Circle, Shape};

use super::Dot;

/// Filled circles of `size_px` across.
pub fn points<'a>(dots: impl IntoIterator<Item = &'a Dot>, size_px: f64) -> BezPath {
    let circle = |dot: &Dot| Circle::new(dot.point, size_px / 2.0).path_elements(0.1).collect::<Vec<_>>();
    BezPath::from_vec(dots.into_iter().flat_map(circle).collect())
}

/// Dots no line leads to or from: they would not be seen.
pub fn isolated(dots: &[Dot]) -> Vec<Dot> {
    let alone = |index: &usize| !dots[*index].joined && dots.get(index + 1).is_none_or(|next| !next.joined);
    (0..dots.len()).filter(alone).map(|index| dots[index]).collect()
}
