//! A panel's own time range: `timeFrom`, `timeShift`, and what the header says of them.

use crate::{
    dashboard::Panel,
    time::{self, Clock, RawTimeRange, TimeRange},
    variable::{self, DefaultFormat, Scope, Variables},
};

/// Applies the panel's time override. Returns the range and the header's text.
/// `timeFrom` counts only when the dashboard's own range is relative, as in Grafana.
pub(super) fn panel_range(panel: &Panel, range: &TimeRange, clock: &Clock, variables: &Variables) -> (TimeRange, Option<String>) {
    let scope = Scope { values: panel.scoped_vars.clone() };
    let written = |text: &Option<String>| {
        let text = text.as_deref().map(|text| variable::interpolate(text, variables, &scope, DefaultFormat::Glob));
        text.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty())
    };
    let (mut settled, mut info) = (range.clone(), String::new());
    if let Some(from) = written(&panel.time_from) {
        match own_range(&from, clock) {
            Some(_) if !range.raw.from.starts_with("now") => info = time::describe_range(&raw_of(&from), &clock.zone),
            Some(own) => {
                info = time::describe_range(&own.raw, &clock.zone);
                settled = own;
            }
            None => info = "invalid time override".into(),
        }
    }
    if let Some(shift) = written(&panel.time_shift) {
        match shifted(&settled, &shift, clock) {
            Some(moved) => {
                info = format!("{}{}timeshift -{shift}", info, if info.is_empty() { "" } else { " " });
                settled = moved;
            }
            None => info = "invalid timeshift".into(),
        }
    }
    (settled, Some(info).filter(|info| !info.is_empty() && !panel.hide_time_override))
}

/// "1h" means `now-1h` to `now`; "now/d" whole expressions as they are.
fn raw_of(from: &str) -> RawTimeRange {
    match from.strip_prefix("now") {
        Some(rest) if rest.starts_with('/') => RawTimeRange { from: from.into(), to: from.into() },
        Some(_) => RawTimeRange { from: from.into(), to: "now".into() },
        None => RawTimeRange { from: format!("now-{from}"), to: "now".into() },
    }
}

fn own_range(from: &str, clock: &Clock) -> Option<TimeRange> {
    time::settle(&raw_of(from), clock)
}

fn shifted(range: &TimeRange, shift: &str, clock: &Clock) -> Option<TimeRange> {
    let moved = |at_ms: f64| {
        let clock = Clock { now_ms: at_ms, ..clock.clone() };
        let raw = RawTimeRange { from: format!("now-{shift}"), to: "now".into() };
        time::settle(&raw, &clock).map(|range| range.from_ms)
    };
    Some(TimeRange { from_ms: moved(range.from_ms)?, to_ms: moved(range.to_ms)?, raw: range.raw.clone() })
}
