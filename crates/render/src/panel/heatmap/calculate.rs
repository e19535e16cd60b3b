//! Counting values into buckets of time and value, as the transformation does.

use grafana::transform::heatmap::{self, Counted};
pub use grafana::transform::heatmap::{BucketOptions, duration_ms, nice_durations};

/// Counts points into buckets between two moments; `None` where there is nothing to count or buckets are too many. What is no number
/// is left out, where Grafana draws nothing at all.
pub fn count(points: &[(f64, f64)], from: f64, to: f64, x: BucketOptions, y: BucketOptions, nice_x: &[f64]) -> Option<Counted> {
    let points: Vec<(f64, f64)> = points.iter().copied().filter(|(_, value)| value.is_finite()).collect();
    heatmap::count(&points, Some((from, to)), x, y, nice_x)
}
