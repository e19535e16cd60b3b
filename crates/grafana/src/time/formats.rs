//! The patterns an installation writes times with (`[date_formats]` of grafana.ini, `dateFormats` of its frontend settings).

use serde_json::Value as Json;

/// moment.js patterns; those of `interval_*` are for axes, by the distance of their ticks.
///
/// DIFFERENCE: `use_browser_locale` is passed over: there is no browser whose language could be meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DateFormats {
    pub full_date: String,
    pub millisecond: String,
    pub second: String,
    pub minute: String,
    pub hour: String,
    pub day: String,
    pub month: String,
    pub year: String,
}

impl Default for DateFormats {
    fn default() -> DateFormats {
        DateFormats::from_json(&Json::Null)
    }
}

impl DateFormats {
    /// From `{fullDate, interval: {millisecond, second, minute, hour, day, month, year}}`; what is missing is Grafana's default.
    pub fn from_json(json: &Json) -> DateFormats {
        let text = |pointer: &str, default: &str| {
            json.pointer(pointer).and_then(Json::as_str).filter(|text| !text.is_empty()).unwrap_or(default).to_owned()
        };
        DateFormats {
            full_date: text("/fullDate", "YYYY-MM-DD HH:mm:ss"),
            millisecond: text("/interval/millisecond", "HH:mm:ss.SSS"),
            second: text("/interval/second", "HH:mm:ss"),
            minute: text("/interval/minute", "HH:mm"),
            hour: text("/interval/hour", "MM/DD HH:mm"),
            day: text("/interval/day", "MM/DD"),
            month: text("/interval/month", "YYYY-MM"),
            year: text("/interval/year", "YYYY"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::{TimeZone, format_full};
    use serde_json::json;

    #[test]
    fn full_dates_by_the_installation() {
        let check = |settings: Json, expected: &str| {
            let zone = TimeZone::utc().with_formats(DateFormats::from_json(&settings));
            assert_eq!(format_full(1_700_000_000_000.0, &zone), expected);
        };
        check(json!(null), "2023-11-14 22:13:20");
        check(json!({"fullDate": "DD.MM.YYYY HH:mm"}), "14.11.2023 22:13");
        check(json!({"fullDate": "", "interval": {"day": "DD.MM."}}), "2023-11-14 22:13:20");
    }
}
