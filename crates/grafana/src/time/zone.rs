//! Time zones.

use std::sync::Arc;

use super::DateFormats;

/// A time zone by IANA name, and the patterns times are written with in it; Grafana's "browser", "" and "default" are settled by the caller before.
#[derive(Clone, Debug, PartialEq)]
pub struct TimeZone {
    pub name: String,
    pub(crate) zone: jiff::tz::TimeZone,
    formats: Arc<DateFormats>,
}

/// What moment shows of a zone at one moment.
pub(super) struct ZoneMoment {
    pub offset_secs: i64,
    pub abbreviation: String,
}

impl TimeZone {
    pub fn utc() -> TimeZone {
        TimeZone { name: "UTC".into(), zone: jiff::tz::TimeZone::UTC, formats: Arc::default() }
    }

    /// `None` when there is no such zone. "utc" in any case is UTC. The zones are compiled in, the machine's are not read.
    pub fn named(name: &str) -> Option<TimeZone> {
        if name.eq_ignore_ascii_case("utc") {
            return Some(TimeZone::utc());
        }
        let zone = jiff::tz::TimeZone::get(name).ok()?;
        Some(TimeZone { name: zone.iana_name().unwrap_or(name).to_owned(), zone, formats: Arc::default() })
    }

    /// The zone with an installation's own patterns.
    pub fn with_formats(self, formats: DateFormats) -> TimeZone {
        TimeZone { formats: Arc::new(formats), ..self }
    }

    /// Another zone with the same patterns; `None` when there is none of the name.
    pub fn other(&self, name: &str) -> Option<TimeZone> {
        Some(TimeZone { formats: Arc::clone(&self.formats), ..TimeZone::named(name)? })
    }

    /// How times are written.
    pub fn formats(&self) -> &DateFormats {
        &self.formats
    }

    /// Offset from UTC in minutes at a moment, east positive.
    pub fn offset_minutes(&self, at_ms: f64) -> i32 {
        (self.offset_secs(at_ms) / 60) as i32
    }

    /// The zone's abbreviation at a moment: "CET", "-03".
    pub fn abbreviation(&self, at_ms: f64) -> String {
        self.at(at_ms).abbreviation
    }

    pub(super) fn offset_secs(&self, at_ms: f64) -> i64 {
        i64::from(self.zone.to_offset(timestamp(at_ms)).seconds())
    }

    /// DIFFERENCE: the browser's zone data ends in 2037 and keeps the last offset from there; ours goes on with summer time.
    pub(super) fn at(&self, at_ms: f64) -> ZoneMoment {
        let info = self.zone.to_offset_info(timestamp(at_ms));
        ZoneMoment { offset_secs: i64::from(info.offset().seconds()), abbreviation: info.abbreviation().to_owned() }
    }
}

/// Moments outside jiff's years -9999 to 9999 become the nearest inside.
fn timestamp(at_ms: f64) -> jiff::Timestamp {
    let (least, most) = (jiff::Timestamp::MIN.as_millisecond(), jiff::Timestamp::MAX.as_millisecond());
    jiff::Timestamp::from_millisecond((at_ms.floor() as i64).clamp(least, most)).unwrap_or(jiff::Timestamp::UNIX_EPOCH)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_zones() {
        let check = |name: &str, at_ms: f64, expected: Option<(i32, &str)>| {
            let found = TimeZone::named(name).map(|zone| (zone.offset_minutes(at_ms), zone.abbreviation(at_ms)));
            assert_eq!(found, expected.map(|(minutes, abbreviation)| (minutes, abbreviation.to_owned())), "{name}");
        };
        check("utc", 0.0, Some((0, "UTC")));
        check("Europe/Berlin", 1720000000000.0, Some((120, "CEST")));
        check("america/new_york", 1700000000000.0, Some((-300, "EST")));
        check("Asia/Kolkata", 1700000000000.0, Some((330, "IST")));
        check("America/Sao_Paulo", 1700000000000.0, Some((-180, "-03")));
        check("Nowhere/Land", 0.0, None);
    }
}
