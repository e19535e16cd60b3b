//! Rows of states over time, as state timelines and status histories share them.
//!
//! Frames become rows over common times ([`rows`]), rows become boxes ([`boxes`]), the legend tells states or thresholds
//! ([`legend`]); `draw` puts them together with the axes.

mod boxes;
mod draw;
mod legend;
mod rows;

pub use boxes::StateBox;
pub use draw::{Setting, ShowValue, Timeline, TimelineMode, ValueAlign, draw};
pub use rows::{Rows, StateRow, prepare};
