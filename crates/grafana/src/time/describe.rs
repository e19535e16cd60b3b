//! A range in words.
//!
//! Source: @grafana/data 12.4 `datetime/rangeutil.ts`.

use super::{Clock, RawTimeRange, TimeZone, format_full, math::parse_absolute, relative::from_now_in, settle_side};

/// `rangeUtil.describeTimeRange`: "Last 6 hours", or "from to to" written out.
///
/// Of a range with one relative side that side is described as if it were 1970 now, which is exact unless it rounds
/// ("now/d"); see [`describe_range_at`].
pub fn describe_range(range: &RawTimeRange, zone: &TimeZone) -> String {
    describe_range_at(range, &Clock { now_ms: 0.0, zone: zone.clone(), week_start: 0, fiscal_year_start_month: 0 })
}

/// [`describe_range`] with a clock for ranges that mix a date and a relative side.
pub fn describe_range_at(range: &RawTimeRange, clock: &Clock) -> String {
    if let Some(named) = named_range(&range.from, &range.to) {
        return named;
    }
    let absolute = |text: &str| if text.contains("now") { None } else { parse_absolute(text, &clock.zone) };
    let ago = |text: &str, round_up: bool| {
        let in_utc = Clock { zone: TimeZone::utc(), ..clock.clone() };
        settle_side(text, round_up, &in_utc).map(|at_ms| from_now_in(at_ms, clock.now_ms, &clock.zone))
    };
    let full = |at_ms: f64| format_full(at_ms, &clock.zone);
    match (absolute(&range.from), absolute(&range.to)) {
        (Some(from_ms), Some(to_ms)) => format!("{} to {}", full(from_ms), full(to_ms)),
        (Some(from_ms), None) => ago(&range.to, true).map(|to| format!("{} to {to}", full(from_ms))).unwrap_or_default(),
        (None, Some(to_ms)) => ago(&range.from, false).map(|from| format!("{from} to {}", full(to_ms))).unwrap_or_default(),
        (None, None) if range.to == "now" => describe_text(&range.from),
        (None, None) => format!("{} to {}", range.from, range.to),
    }
}

/// The names of Grafana's quick ranges.
fn named_range(from: &str, to: &str) -> Option<String> {
    let name = match (from, to) {
        ("now/d", "now/d") => "Today",
        ("now/d", "now") => "Today so far",
        ("now/w", "now/w") => "This week",
        ("now/w", "now") => "This week so far",
        ("now/M", "now/M") => "This month",
        ("now/M", "now") => "This month so far",
        ("now/y", "now/y") => "This year",
        ("now/y", "now") => "This year so far",
        ("now-1d/d", "now-1d/d") => "Yesterday",
        ("now-2d/d", "now-2d/d") => "Day before yesterday",
        ("now-7d/d", "now-7d/d") => "This day last week",
        ("now-1w/w", "now-1w/w") => "Previous week",
        ("now-1M/M", "now-1M/M") => "Previous month",
        ("now-1Q/fQ", "now-1Q/fQ") => "Previous fiscal quarter",
        ("now-1y/y", "now-1y/y") => "Previous year",
        ("now-1y/fy", "now-1y/fy") => "Previous fiscal year",
        ("now/fQ", "now") => "This fiscal quarter so far",
        ("now/fQ", "now/fQ") => "This fiscal quarter",
        ("now/fy", "now") => "This fiscal year so far",
        ("now/fy", "now/fy") => "This fiscal year",
        _ => return counted_range(from, to),
    };
    Some(name.into())
}

/// "Last 6 hours" and "Next 2 days" of the quick ranges.
fn counted_range(from: &str, to: &str) -> Option<String> {
    const NEXT: [&str; 17] = ["1m", "5m", "15m", "30m", "1h", "3h", "6h", "12h", "24h", "2d", "7d", "30d", "90d", "6M", "1y", "2y", "5y"];
    if from == "now" {
        let span = to.strip_prefix("now+").filter(|span| NEXT.contains(span))?;
        return counted("Next", span);
    }
    let span = from.strip_prefix("now-").filter(|span| to == "now" && NEXT[1..].contains(span))?;
    counted("Last", span)
}

/// "Last 6 hours" of "6h" and whatever follows; `None` when it does not start with a number and a unit.
fn counted(direction: &str, span: &str) -> Option<String> {
    let digits = span.bytes().take_while(u8::is_ascii_digit).count();
    let amount: u64 = span[..digits].parse().ok()?;
    let unit = match span[digits..].chars().next()? {
        's' => "second",
        'm' => "minute",
        'h' => "hour",
        'd' => "day",
        'w' => "week",
        'M' => "month",
        'y' => "year",
        // A unit it does not know leaves the text empty in Grafana.
        c if c.is_ascii_alphanumeric() || c == '_' => return Some(String::new()),
        _ => return None,
    };
    Some(format!("{direction} {amount} {unit}{}", if amount > 1 { "s" } else { "" }))
}

/// `describeTextRange` of a range that ends now.
fn describe_text(from: &str) -> String {
    let next = from.starts_with('+');
    let from = match (from.contains("now"), next) {
        (true, _) => from.to_owned(),
        (false, true) => format!("now{from}"),
        (false, false) => format!("now-{from}"),
    };
    if let Some(named) = named_range(&from, "now") {
        return named;
    }
    let direction = if next { "Next" } else { "Last" };
    let span = from.strip_prefix("now").and_then(|rest| rest.strip_prefix(['-', '+']));
    if let Some(text) = span.and_then(|span| counted(direction, span)) {
        return text;
    }
    if next { format!("now to {from}") } else { format!("{from} to now") }
}
