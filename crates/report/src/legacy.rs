//! Forms of older versions: read, never emitted.
//!
//! Grafana 7 and 8 had one dashboard a report, named at the top of the body (`dashboardId`, `dashboardUid`, `dashboardName`, values of
//! variables as `templateVars`); Terraform's `dashboard_id` still sends a report so. Its schedule was a wall clock (`day`, `hour`,
//! `minute`) instead of a start. Source: models of grafana-openapi-client-go and grafana-api-golang-client before Grafana 9.

use jiff::{Timestamp, ToSpan, civil, tz::TimeZone};

use crate::{Error, Frequency, ReportDashboard, ReportDashboardId, change::read_variables, read::Object};

/// The one dashboard of an older body; `None` when it names none. Its range stays where it was, in `options.timeRange`.
pub(crate) fn single_dashboard(body: &Object) -> Result<Option<ReportDashboard>, Error> {
    let id = body.integer("dashboardId")?.unwrap_or(0);
    let uid = body.string("dashboardUid")?.unwrap_or_default().trim().to_owned();
    let name = body.string("dashboardName")?.unwrap_or_default();
    let mut dashboard = ReportDashboard { dashboard: ReportDashboardId { id, uid, name }, ..ReportDashboard::default() };
    for key in ["templateVars", "reportVariables"] {
        if let Some(variables) = body.get(key) {
            dashboard.report_variables = read_variables(&body.path(key), variables)?;
        }
    }
    let is_named = dashboard.dashboard.id != 0 || !dashboard.dashboard.uid.is_empty();
    Ok(is_named.then_some(dashboard))
}

/// A time of day, and the day of the week or of the month it is meant for.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct WallClock {
    time: civil::Time,
    weekday: Option<civil::Weekday>,
    day_of_month: Option<i8>,
}

impl WallClock {
    /// `None` when the schedule has none of the older fields.
    pub(crate) fn read(schedule: &Object) -> Result<Option<WallClock>, Error> {
        if !["day", "hour", "minute"].iter().any(|key| schedule.get(key).is_some()) {
            return Ok(None);
        }
        let part = |key: &str, most: i64| {
            let value = schedule.integer(key)?.unwrap_or(0);
            let fits = i8::try_from(value).ok().filter(|_| (0..=most).contains(&value));
            fits.ok_or_else(|| Error::field(&schedule.path(key), format!("expected 0 to {most}, got {value}")))
        };
        let (hour, minute) = (part("hour", 23)?, part("minute", 59)?);
        let weekday = schedule.string("day")?.filter(|day| !day.trim().is_empty());
        let weekday = weekday.map(|day| read_weekday(&schedule.path("day"), &day)).transpose()?;
        let day_of_month = schedule.text("dayOfMonth")?.and_then(|day| day.trim().parse().ok()).filter(|day| (1..=31).contains(day));
        Ok(Some(WallClock { time: civil::time(hour, minute, 0, 0), weekday, day_of_month }))
    }

    /// The start that says the same: the first such time from the day of `reference` on. `None` beyond the calendar's end.
    pub(crate) fn start(&self, frequency: Option<Frequency>, reference: Timestamp, zone: &TimeZone) -> Option<Timestamp> {
        let fits = |date: civil::Date| match (frequency, self.weekday, self.day_of_month) {
            (Some(Frequency::Weekly), Some(weekday), _) => date.weekday() == weekday,
            (Some(Frequency::Monthly), _, Some(day)) => date.day() == day,
            _ => true,
        };
        let mut date = reference.to_zoned(zone.clone()).date();
        // Every weekday comes within 7 days, the 31st within 62.
        for _ in 0..64 {
            if fits(date) {
                let zoned = zone.to_ambiguous_zoned(date.to_datetime(self.time)).compatible().ok()?;
                return Some(zoned.timestamp());
            }
            date = date.checked_add(1.day()).ok()?;
        }
        None
    }
}

fn read_weekday(path: &str, day: &str) -> Result<civil::Weekday, Error> {
    use civil::Weekday::{Friday, Monday, Saturday, Sunday, Thursday, Tuesday, Wednesday};
    let names = [
        ("monday", Monday),
        ("tuesday", Tuesday),
        ("wednesday", Wednesday),
        ("thursday", Thursday),
        ("friday", Friday),
        ("saturday", Saturday),
        ("sunday", Sunday),
    ];
    let lower = day.trim().to_ascii_lowercase();
    let found = names.iter().find(|(name, _)| lower.len() >= 3 && name.starts_with(&lower));
    found.map(|(_, weekday)| *weekday).ok_or_else(|| Error::field(path, format!("expected a day of the week, got {day:?}")))
}
