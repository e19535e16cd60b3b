//! Time as Grafana means it: zones, relative ranges, moment's patterns, intervals.

/// A time zone by IANA name; Grafana's "browser", "" and "default" are settled by the caller before.
#[derive(Clone, Debug, PartialEq)]
pub struct TimeZone {
    pub name: String,
    pub(crate) zone: jiff::tz::TimeZone,
}

impl TimeZone {
    pub fn utc() -> TimeZone {
        TimeZone { name: "UTC".into(), zone: jiff::tz::TimeZone::UTC }
    }

    /// `None` when there is no such zone. "utc" in any case is UTC.
    pub fn named(_name: &str) -> Option<TimeZone> {
        todo!()
    }

    /// Offset from UTC in minutes at a moment, east positive.
    pub fn offset_minutes(&self, _at_ms: f64) -> i32 {
        todo!()
    }
}

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
    pub fiscal_year_start_month: u8,
}

/// Settles a range. `to` rounds up (`now/d` is the end of the day), `from` down. `None` when either side is not understood.
pub fn settle(_raw: &RawTimeRange, _clock: &Clock) -> Option<TimeRange> {
    todo!()
}

/// Writes a moment by a moment.js pattern ("YYYY-MM-DD HH:mm:ss", "dddd", "[literal]", …).
pub fn format_moment(_at_ms: f64, _pattern: &str, _zone: &TimeZone) -> String {
    todo!()
}

/// Grafana's full date: "YYYY-MM-DD HH:mm:ss".
pub fn format_full(at_ms: f64, zone: &TimeZone) -> String {
    format_moment(at_ms, "YYYY-MM-DD HH:mm:ss", zone)
}

/// `rangeUtil.describeTimeRange`: "Last 6 hours", or "from to to" written out.
pub fn describe_range(_range: &RawTimeRange, _zone: &TimeZone) -> String {
    todo!()
}

/// Milliseconds of an interval ("5m", "1d", "30s", "1M"); `None` when it is none.
pub fn interval_to_ms(_text: &str) -> Option<f64> {
    todo!()
}

/// The interval's text for milliseconds (`secondsToHms`): 300000 → "5m".
pub fn ms_to_interval(_ms: f64) -> String {
    todo!()
}

/// `roundInterval`: the nice step for a raw one, in milliseconds.
pub fn round_interval(_ms: f64) -> f64 {
    todo!()
}

/// `rangeUtil.calculateInterval`: range over resolution, rounded, not under `low_limit` (">10s" or "10s").
pub fn calculate_interval(_range: &TimeRange, _resolution: u32, _low_limit: Option<&str>) -> f64 {
    todo!()
}
