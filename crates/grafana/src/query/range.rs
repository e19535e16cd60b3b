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
    let mut settled = range.clone();
    let mut blocks: Vec<String> = Vec::new();
    let header = |text: String| Some(text).filter(|text| !text.is_empty() && !panel.hide_time_override);
    if let Some(from) = written(&panel.time_from) {
        let raw = raw_of(&from);
        let Some(own) = time::settle(&raw, clock) else { return (settled, header("invalid time override".into())) };
        if is_relative(&range.raw) {
            blocks.push(time::describe_range(&raw, &clock.zone));
            settled = own;
        }
    }
    if let Some(shift) = written(&panel.time_shift) {
        let Some(moved) = shifted(&settled, &shift, clock) else { return (settled, header("invalid timeshift".into())) };
        blocks.push(format!("timeshift -{shift}"));
        settled = moved;
    }
    if let Some(compare) = &panel.time_compare {
        let option = COMPARISONS.iter().find(|(value, _)| value == compare);
        blocks.push(option.map(|(_, text)| format!("compared to {text}")).unwrap_or_default());
    }
    (settled, header(capitalized(&blocks.join(" + "))))
}

/// What Grafana's drawer offers; comparisons with anything else stand without words.
const COMPARISONS: [(&str, &str); 3] = [("1d", "day before"), ("1w", "week before"), ("1M", "month before")];

/// How far the range of a panel's comparison lies off its own, ms; `None` without one.
///
/// Source: grafana 12.4.0 `getCompareTimeRange`.
pub(super) fn compare_ms(panel: &Panel, range: &TimeRange) -> Option<f64> {
    match panel.time_compare.as_deref()? {
        "__previousPeriod" => Some(range.from_ms - range.to_ms),
        interval => time::interval_to_ms(interval).map(|ms| -ms),
    }
}

fn is_relative(raw: &RawTimeRange) -> bool {
    raw.from.contains("now") && raw.to.contains("now")
}

/// lodash's `capitalize`: the first letter large, the others small.
fn capitalized(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map(|first| first.to_uppercase().chain(chars.as_str().to_lowercase().chars()).collect()).unwrap_or_default()
}

/// "1h" means `now-1h` to `now`, "+1h" the hour to come; expressions with "now" begin there and end now.
fn raw_of(from: &str) -> RawTimeRange {
    match from.strip_prefix('+') {
        Some(_) => RawTimeRange { from: "now".into(), to: format!("now{from}") },
        None if from.contains("now") => RawTimeRange { from: from.into(), to: "now".into() },
        None => RawTimeRange { from: format!("now-{from}"), to: "now".into() },
    }
}

/// A relative range is shifted in its text, so that rounding ("now/d") happens after the shift; an absolute one by its moments.
fn shifted(range: &TimeRange, shift: &str, clock: &Clock) -> Option<TimeRange> {
    if is_relative(&range.raw) {
        let raw = RawTimeRange { from: format!("{}-{shift}", range.raw.from), to: format!("{}-{shift}", range.raw.to) };
        return time::settle(&raw, clock);
    }
    let moved = |at_ms: f64| {
        let clock = Clock { now_ms: at_ms, ..clock.clone() };
        let raw = RawTimeRange { from: format!("now-{shift}"), to: "now".into() };
        time::settle(&raw, &clock).map(|range| range.from_ms)
    };
    Some(TimeRange { from_ms: moved(range.from_ms)?, to_ms: moved(range.to_ms)?, raw: range.raw.clone() })
}
