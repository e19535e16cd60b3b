//! A value as a bar with its name and number: what the bar gauge panel repeats and table cells hold.

mod bar;
mod layout;

pub use bar::{BarGauge, DisplayMode, Look, ValueMode};
pub use layout::NamePlacement;
