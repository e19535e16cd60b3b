//! What panels with axes share: scales, ticks, axes, legends and the paths of series. Sizes are CSS px at the panel's own
//! size; every rule is uPlot 1.6.32's as grafana-ui 12.4.0 sets it up, so that the same panel has the same ticks.

pub mod annotation;
pub mod area;
pub mod axis;
pub mod gradient;
pub mod graph;
pub mod label;
pub mod legend;
pub mod link;
pub mod number;
pub mod path;
pub mod range;
pub mod scale;
pub mod ticks;
pub mod time_axis;
pub mod timeline;

pub use area::PlotArea;
pub use axis::{Axis, Side};
pub use scale::{Distribution, Scale};
