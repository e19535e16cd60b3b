//! Log lines out of frames: their times, levels and labels, without duplicates and in order.

mod level;
mod line;

pub use level::LogLevel;
pub use line::{Dedup, LogLine, common_labels, dedup, lines_of, sort};
