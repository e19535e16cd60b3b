//! Time as Grafana means it: zones, relative ranges, moment's patterns, intervals.

mod civil;
mod describe;
mod elapsed;
mod formats;
mod interval;
mod math;
mod moment;
mod read;
mod region;
mod relative;
mod zone;

pub use describe::{describe_range, describe_range_at};
pub use elapsed::abbreviated_duration;
pub use formats::DateFormats;
pub use interval::{calculate_interval, interval_to_ms, ms_to_interval, round_interval};
pub use math::{parse_absolute, parse_math, settle, settle_side};
pub use moment::{format_full, format_moment, format_moment_week};
pub use read::read_moment;
pub use region::time_regions;
pub use relative::{from_now, from_now_in};
pub use zone::TimeZone;

/// A range as saved or typed: "now-6h", "2024-01-01T00:00:00Z", milliseconds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RawTimeRange {
    pub from: String,
    pub to: String,
}

/// A settled range in milliseconds since 1970 UTC.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TimeRange {
    pub from_ms: f64,
    pub to_ms: f64,
    pub raw: RawTimeRange,
}

/// What relative times are counted from.
#[derive(Clone, Debug)]
pub struct Clock {
    pub now_ms: f64,
    pub zone: TimeZone,
    /// 0 Sunday, 1 Monday, 6 Saturday.
    pub week_start: u8,
    /// 0 January to 11 December.
    pub fiscal_year_start_month: u8,
}
