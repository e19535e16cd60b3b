//! Units: a unit id turns a number into text (`@grafana/data` valueFormats/).

mod arithmetic;
mod decimals;
mod duration;
mod scaled;
mod table;

pub use decimals::{auto_decimals, to_fixed};
pub use table::unit_ids;

use crate::{
    js,
    time::{TimeZone, format_full, format_moment, from_now_in},
};
use scaled::{Side, si_offset};
use table::Format;

/// A number as Grafana writes it. The suffix carries its own leading space (" GiB"), as in Grafana.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FormattedValue {
    pub prefix: String,
    pub text: String,
    pub suffix: String,
}

impl FormattedValue {
    /// Prefix, text and suffix in one string (`formattedValueToString`).
    pub fn full(&self) -> String {
        format!("{}{}{}", self.prefix, self.text, self.suffix)
    }
}

/// Writes `value` in the unit `unit` (an id of Grafana's table or a `suffix:`, `prefix:`, `time:`, `si:`, `count:`,
/// `currency:`, `bool:` form; any other string is a suffix; `None` or "" is "none").
///
/// `decimals` of `None` is Grafana's automatic choice for that unit. `now_ms` serves "from now" units.
pub fn format_value(unit: Option<&str>, value: f64, decimals: Option<i32>, zone: &TimeZone, now_ms: f64) -> FormattedValue {
    let text = |text: String| FormattedValue { text, ..Default::default() };
    match format_of(unit.unwrap_or_default()) {
        Format::Fixed("") => text(to_fixed(value, decimals)),
        Format::Fixed(unit) => FormattedValue { text: to_fixed(value, decimals), suffix: format!(" {unit}"), ..Default::default() },
        Format::Prefixed(unit) => FormattedValue { text: to_fixed(value, decimals), prefix: unit.into(), ..Default::default() },
        Format::Text => text(js::number_to_string(value)),
        Format::Thousands(steps) => scaled::scaled(value, decimals, 1000.0, steps, 0),
        Format::Si(unit, offset) => scaled::si(value, decimals, unit, offset),
        Format::Binary(unit, offset) => scaled::binary(value, decimals, unit, offset),
        Format::Currency(symbol, side) => scaled::currency(value, decimals, symbol, side),
        Format::FullCurrency(symbol, side) => scaled::full_currency(value, decimals, symbol, side),
        Format::Count(unit) => scaled::count(value, decimals, unit),
        Format::Bool(yes, no) => text(if value == 0.0 || value.is_nan() { no } else { yes }.into()),
        Format::Percent => arithmetic::percent(value, decimals),
        Format::PercentUnit => arithmetic::percent(100.0 * value, decimals),
        Format::Hex => text(arithmetic::hex(value, decimals)),
        Format::Hex0x => text(arithmetic::hex_0x(value, decimals)),
        Format::Scientific => text(arithmetic::scientific(value, decimals)),
        Format::Locale => text(arithmetic::locale(value, decimals)),
        Format::Date(pattern) => text(format_moment(value, pattern, zone)),
        Format::SystemDate => text(format_full(value, zone)),
        Format::DateUnlessToday(pattern, today) => {
            let pattern = if same_day(value, now_ms, zone) { today } else { pattern };
            text(format_moment(value, pattern, zone))
        }
        Format::FromNow => text(from_now_in(value, now_ms, zone)),
        Format::Nanoseconds => duration::nanoseconds(value, decimals),
        Format::Microseconds => duration::microseconds(value, decimals),
        Format::Milliseconds => duration::milliseconds(value, decimals),
        Format::Seconds => duration::seconds(value, decimals),
        Format::Minutes => duration::minutes(value, decimals),
        Format::Hours => duration::hours(value, decimals),
        Format::Days => duration::days(value, decimals),
        Format::DurationMs => duration::spelt_out(value, decimals, "millisecond"),
        Format::DurationSeconds => duration::spelt_out(value, decimals, "second"),
        Format::HoursMinutesSeconds => duration::hours_minutes_seconds(value),
        Format::DaysHoursMinutesSeconds => duration::days_hours_minutes_seconds(value),
        Format::TimeTicks => duration::seconds(value / 100.0, decimals),
        Format::ClockMs => duration::clock(value, decimals),
        Format::ClockSeconds => duration::clock(value * 1000.0, decimals),
    }
}

/// Whether the unit writes a point in time (`dateTimeAsIso`, `time:…`).
pub fn is_date_unit(unit: &str) -> bool {
    matches!(format_of(unit), Format::Date(_) | Format::SystemDate | Format::DateUnlessToday(..) | Format::FromNow)
}

/// Whether the unit writes yes or no (`bool`, `bool_on_off`, `bool:a/b`).
pub fn is_bool_unit(unit: &str) -> bool {
    unit.starts_with("bool")
}

/// `getValueFormat`: the table first, then the forms with a colon, else the id is a suffix.
fn format_of(unit: &str) -> Format<'_> {
    if unit.is_empty() {
        return Format::Fixed("");
    }
    if let Some(format) = table::lookup(unit) {
        return format;
    }
    match unit.split_once(':') {
        Some(("prefix", rest)) => Format::Prefixed(rest),
        Some(("suffix", rest)) => Format::Fixed(rest),
        Some(("time", rest)) => Format::Date(rest),
        Some(("si", rest)) => {
            let mut letters = rest.chars();
            let offset = letters.next().map_or(0, si_offset);
            Format::Si(if offset == 0 { rest } else { letters.as_str() }, offset)
        }
        Some(("count", rest)) => Format::Count(rest),
        Some(("currency", rest)) => currency_of(rest),
        Some(("bool", rest)) => {
            let (yes, no) = rest.split_once('/').unwrap_or((rest, "-"));
            Format::Bool(yes, no)
        }
        _ => Format::Fixed(unit),
    }
}

/// `currency:$`, `currency:financial:$`, `currency:financial:€:suffix`.
fn currency_of(rest: &str) -> Format<'_> {
    let Some(financial) = rest.strip_prefix("financial:") else { return Format::Currency(rest, Side::Before) };
    let mut parts = financial.split(':');
    match (parts.next().unwrap_or_default(), parts.next()) {
        ("", _) => Format::Fixed(""),
        (symbol, Some("suffix")) => Format::FullCurrency(symbol, Side::After),
        (symbol, _) => Format::FullCurrency(symbol, Side::Before),
    }
}

fn same_day(a_ms: f64, b_ms: f64, zone: &TimeZone) -> bool {
    let day = |at_ms: f64| format_moment(at_ms, "YYYY-MM-DD", zone);
    a_ms.is_finite() && day(a_ms) == day(b_ms)
}
