//! `ReportSchedule`: when a report is to be sent, as people said it. `occurrence.rs` turns it into due times.

use jiff::{Timestamp, Zoned, civil, tz::TimeZone};
use serde::Serialize;

use crate::{Error, legacy::WallClock, read::Object};

/// When a report is sent. Instants are kept to the second and shown with the offset of `time_zone`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ReportSchedule {
    /// First due time and anchor of all others; `None` until a report is scheduled.
    pub start_date: Option<Timestamp>,
    /// No due time after this one; `None` means forever.
    pub end_date: Option<Timestamp>,
    /// `None` only in drafts.
    pub frequency: Option<Frequency>,
    /// Unit of a custom interval; `None` is the empty string on the wire.
    pub interval_frequency: Option<IntervalFrequency>,
    pub interval_amount: i64,
    pub workdays_only: bool,
    /// Monthly on the last day instead of the start's day.
    pub last_day_of_month: bool,
    /// IANA name; empty means UTC.
    pub time_zone: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Frequency {
    Once,
    Hourly,
    Daily,
    Weekly,
    Monthly,
    Custom,
    /// Sent only by hand.
    Never,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IntervalFrequency {
    Hours,
    Days,
    Weeks,
    Months,
}

/// Longest custom interval.
const MAX_INTERVAL: i64 = 10_000;

impl Frequency {
    pub fn as_str(self) -> &'static str {
        match self {
            Frequency::Once => "once",
            Frequency::Hourly => "hourly",
            Frequency::Daily => "daily",
            Frequency::Weekly => "weekly",
            Frequency::Monthly => "monthly",
            Frequency::Custom => "custom",
            Frequency::Never => "never",
        }
    }

    /// Any case; `None` for an empty text, an error that names `path` for an unknown word.
    pub fn parse(path: &str, text: &str) -> Result<Option<Frequency>, Error> {
        Ok(Some(match text.trim().to_ascii_lowercase().as_str() {
            "" => return Ok(None),
            "once" => Frequency::Once,
            "hourly" => Frequency::Hourly,
            "daily" => Frequency::Daily,
            "weekly" => Frequency::Weekly,
            // The API's table lists "last"; Terraform sends monthly + dayOfMonth "last". Both mean this, we emit the latter.
            "monthly" | "last" => Frequency::Monthly,
            "custom" => Frequency::Custom,
            "never" => Frequency::Never,
            _ => {
                let known = "once, hourly, daily, weekly, monthly, custom or never";
                return Err(Error::field(path, format!("unknown frequency {text:?}; use {known}")));
            }
        }))
    }
}

impl IntervalFrequency {
    pub fn as_str(self) -> &'static str {
        match self {
            IntervalFrequency::Hours => "hours",
            IntervalFrequency::Days => "days",
            IntervalFrequency::Weeks => "weeks",
            IntervalFrequency::Months => "months",
        }
    }

    fn parse(path: &str, text: &str) -> Result<Option<IntervalFrequency>, Error> {
        Ok(Some(match text.trim().to_ascii_lowercase().as_str() {
            "" => return Ok(None),
            "hour" | "hours" => IntervalFrequency::Hours,
            "day" | "days" => IntervalFrequency::Days,
            "week" | "weeks" => IntervalFrequency::Weeks,
            "month" | "months" => IntervalFrequency::Months,
            _ => return Err(Error::field(path, format!("unknown interval {text:?}; use hours, days, weeks or months"))),
        }))
    }
}

impl ReportSchedule {
    /// Takes over a `schedule` object. With a `frequency` it is a whole: absent parts get their zero value, because Go clients
    /// (Terraform) leave out `false` and empty ends; only the start and the zone stay when absent. Without one it changes what it
    /// names. `created` is where the wall clock of an older schedule counts from when there is no start yet.
    pub(crate) fn apply(&mut self, body: &Object, created: Timestamp) -> Result<(), Error> {
        if let Some(name) = body.string("timeZone")? {
            self.time_zone = zone_name(&body.path("timeZone"), &name)?;
        }
        let zone = self.zone();
        let frequency = body.string("frequency")?;
        if let Some(frequency) = &frequency {
            let parsed = Frequency::parse(&body.path("frequency"), frequency)?;
            *self = ReportSchedule {
                frequency: parsed,
                start_date: self.start_date,
                time_zone: std::mem::take(&mut self.time_zone),
                ..ReportSchedule::default()
            };
        }
        if let Some(day) = body.text("dayOfMonth")? {
            self.last_day_of_month = check_day(&body.path("dayOfMonth"), &day)?;
        }
        if frequency.is_some_and(|frequency| frequency.trim().eq_ignore_ascii_case("last")) {
            self.last_day_of_month = true;
        }
        if let Some(text) = body.string("intervalFrequency")? {
            self.interval_frequency = IntervalFrequency::parse(&body.path("intervalFrequency"), &text)?;
        }
        if let Some(amount) = body.integer("intervalAmount")? {
            self.interval_amount = amount;
        }
        if let Some(flag) = body.boolean("workdaysOnly")? {
            self.workdays_only = flag;
        }
        self.apply_dates(body, created, &zone)
    }

    fn apply_dates(&mut self, body: &Object, created: Timestamp, zone: &TimeZone) -> Result<(), Error> {
        let start = body.string("startDate")?.map(|text| parse_time(&body.path("startDate"), &text, zone)).transpose()?;
        match (start, WallClock::read(body)?) {
            (Some(Some(start)), _) => self.start_date = Some(start),
            (_, Some(clock)) => self.start_date = clock.start(self.frequency, self.start_date.unwrap_or(created), zone),
            (Some(None), None) => self.start_date = None,
            (None, None) if body.is_null("startDate") => self.start_date = None,
            (None, None) => {}
        }
        if let Some(text) = body.string("endDate")? {
            self.end_date = parse_time(&body.path("endDate"), &text, zone)?;
        } else if body.is_null("endDate") {
            self.end_date = None;
        }
        Ok(())
    }

    /// What is wrong whatever the state of the report.
    pub(crate) fn check_values(&self) -> Result<(), Error> {
        if !(0..=MAX_INTERVAL).contains(&self.interval_amount) {
            return Err(Error::field("schedule.intervalAmount", format!("expected 0 to {MAX_INTERVAL}, got {}", self.interval_amount)));
        }
        match (self.start_date, self.end_date) {
            (Some(start), Some(end)) if end < start => Err(Error::field("schedule.endDate", "is before startDate")),
            _ => Ok(()),
        }
    }

    /// What a report needs before it can be sent by itself.
    pub(crate) fn check_complete(&self) -> Result<(), Error> {
        let frequency = self.frequency.ok_or_else(|| Error::field("schedule.frequency", "is required"))?;
        if frequency != Frequency::Custom {
            return Ok(());
        }
        if self.interval_frequency.is_none() {
            return Err(Error::field("schedule.intervalFrequency", "is required when frequency is \"custom\""));
        }
        if self.interval_amount < 1 {
            return Err(Error::field("schedule.intervalAmount", "must be at least 1 when frequency is \"custom\""));
        }
        Ok(())
    }

    /// The zone that decides due times; UTC when none is named.
    pub fn zone(&self) -> TimeZone {
        if self.time_zone.is_empty() { TimeZone::UTC } else { TimeZone::get(&self.time_zone).unwrap_or(TimeZone::UTC) }
    }

    /// `dayOfMonth` as Grafana shows it for every frequency: the start's day, or "last".
    fn day_of_month(&self) -> String {
        match self.start_date {
            _ if self.last_day_of_month => "last".into(),
            Some(start) => start.to_zoned(self.zone()).day().to_string(),
            None => String::new(),
        }
    }
}

impl Serialize for ReportSchedule {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        #[serde(rename_all = "camelCase")]
        struct Wire<'a> {
            start_date: Option<String>,
            end_date: Option<String>,
            frequency: &'a str,
            interval_frequency: &'a str,
            interval_amount: i64,
            workdays_only: bool,
            day_of_month: String,
            time_zone: &'a str,
        }
        let zone = self.zone();
        let wire = Wire {
            start_date: self.start_date.map(|time| format_time(time, &zone)),
            end_date: self.end_date.map(|time| format_time(time, &zone)),
            frequency: self.frequency.map_or("", Frequency::as_str),
            interval_frequency: self.interval_frequency.map_or("", IntervalFrequency::as_str),
            interval_amount: self.interval_amount,
            workdays_only: self.workdays_only,
            day_of_month: self.day_of_month(),
            time_zone: &self.time_zone,
        };
        wire.serialize(serializer)
    }
}

/// RFC 3339 with the zone's offset at that moment, `Z` for zero as Go writes it.
pub fn format_time(time: Timestamp, zone: &TimeZone) -> String {
    let zoned: Zoned = time.to_zoned(zone.clone());
    let format = if zoned.offset().seconds() == 0 { "%Y-%m-%dT%H:%M:%SZ" } else { "%Y-%m-%dT%H:%M:%S%:z" };
    zoned.strftime(format).to_string()
}

/// RFC 3339 in any offset; without an offset (or as a bare date) the time is meant in `zone`. Empty, and Go's zero time of
/// year 1, mean no time. Cut to the second.
fn parse_time(path: &str, text: &str, zone: &TimeZone) -> Result<Option<Timestamp>, Error> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(None);
    }
    let instant = text.parse::<Timestamp>().ok().or_else(|| {
        let local = text.parse::<civil::DateTime>().ok()?;
        zone.to_ambiguous_zoned(local).compatible().ok().map(|zoned| zoned.timestamp())
    });
    let Some(instant) = instant else {
        return Err(Error::field(path, format!("expected a time like 2022-10-02T10:00:00+02:00, got {text:?}")));
    };
    let whole = Timestamp::from_second(instant.as_second()).unwrap_or(instant);
    Ok(Some(whole).filter(|time| time.as_second() > YEAR_2_SECONDS))
}

/// 0002-01-01T00:00:00Z; everything before is Go's zero time in some zone.
const YEAR_2_SECONDS: i64 = -62_104_060_800;

fn zone_name(path: &str, name: &str) -> Result<String, Error> {
    let name = name.trim();
    // "browser" is Grafana's word for the reader's own zone: a report has no reader yet.
    if name.is_empty() || name.eq_ignore_ascii_case("browser") {
        return Ok(String::new());
    }
    if name.eq_ignore_ascii_case("utc") {
        return Ok("UTC".into());
    }
    match TimeZone::get(name) {
        Ok(zone) => Ok(zone.iana_name().unwrap_or(name).to_owned()),
        Err(_) => Err(Error::field(path, format!("unknown time zone {name:?}; use an IANA name such as Europe/Warsaw"))),
    }
}

/// True for "last". A number is checked and otherwise ignored: the start's day counts.
fn check_day(path: &str, text: &str) -> Result<bool, Error> {
    match text.trim() {
        "" => Ok(false),
        last if last.eq_ignore_ascii_case("last") => Ok(true),
        day => match day.parse::<u8>() {
            Ok(0..=31) => Ok(false),
            _ => Err(Error::field(path, format!("expected \"last\" or 1 to 31, got {day:?}"))),
        },
    }
}
