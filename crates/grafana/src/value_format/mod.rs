//! Units: a unit id turns a number into text (`@grafana/data` valueFormats/).

use crate::time::TimeZone;

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
pub fn format_value(_unit: Option<&str>, _value: f64, _decimals: Option<i32>, _zone: &TimeZone, _now_ms: f64) -> FormattedValue {
    todo!()
}

/// Whether the unit writes a point in time (`dateTimeAsIso`, `time:…`).
pub fn is_date_unit(_unit: &str) -> bool {
    todo!()
}
