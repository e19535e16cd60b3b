//! `Report` and its parts, with Grafana's JSON keys on the way out.

use jiff::Timestamp;
use serde::Serialize;
use serde_json::{Map, Value};

use crate::{CsvDelimiter, CsvEncoding, ReportSchedule, State, format_time};

/// A stored report.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Report {
    pub id: i64,
    pub uid: String,
    pub user_id: i64,
    pub org_id: i64,
    pub name: String,
    /// Empty: the name is the subject.
    pub subject: String,
    /// `a@x,b@y`, see [`crate::join_recipients`].
    pub recipients: String,
    pub reply_to: String,
    pub message: String,
    pub schedule: ReportSchedule,
    pub options: ReportOptions,
    pub enable_dashboard_url: bool,
    /// The older switch beside `formats`; both are kept as given, since Terraform compares both.
    pub enable_csv: bool,
    pub state: State,
    pub dashboards: Vec<ReportDashboard>,
    pub formats: Vec<Format>,
    /// Zoom: 1, 2 or 3.
    pub scale_factor: i64,
    pub created: Timestamp,
    pub updated: Timestamp,
    /// Set when a file defines it.
    pub provisioned: Option<Provisioned>,
}

/// Where a report or an organisation's settings come from when it is not the API.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Provisioned {
    /// Name of the file.
    pub file: String,
    /// The API may change it all the same, until the file changes.
    pub allow_ui_updates: bool,
    /// The API did: it is no longer what the file says.
    pub drifted: bool,
    /// In which fields (`subject`, `schedule.timeZone`).
    pub drift: Vec<String>,
}

/// Grafana's `Type`: what the mail carries.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Format {
    Pdf,
    Csv,
    /// A picture of the dashboard inside the mail.
    Image,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ReportOptions {
    /// "landscape" or "portrait".
    pub orientation: String,
    /// "grid" or "simple".
    pub layout: String,
    pub pdf_combine_one_file: bool,
    pub pdf_show_template_variables: bool,
    /// `None` is the empty text on the wire, and UTF-8.
    #[serde(serialize_with = "empty_for_none")]
    pub csv_encoding: Option<CsvEncoding>,
    // Only where it says something: clients of Enterprise do not know it.
    #[serde(skip_serializing_if = "CsvDelimiter::is_comma")]
    pub csv_delimiter: CsvDelimiter,
    /// For all dashboards without their own: what reports had before each dashboard got its own.
    pub time_range: ReportTimeRange,
}

impl Default for ReportOptions {
    fn default() -> ReportOptions {
        ReportOptions {
            orientation: "landscape".into(),
            layout: "grid".into(),
            pdf_combine_one_file: false,
            pdf_show_template_variables: false,
            csv_encoding: None,
            csv_delimiter: CsvDelimiter::Comma,
            time_range: ReportTimeRange::default(),
        }
    }
}

fn empty_for_none<S: serde::Serializer>(encoding: &Option<CsvEncoding>, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(encoding.map_or("", CsvEncoding::as_str))
}

/// `from` and `to` as written: relative ("now-6h") or absolute; empty means the dashboard's saved range.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct ReportTimeRange {
    pub from: String,
    pub to: String,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ReportDashboard {
    pub dashboard: ReportDashboardId,
    pub time_range: ReportTimeRange,
    /// Name → string or list of strings, given back in the form they came: clients of the documentation read the strings they
    /// wrote, Terraform's provider reads lists only and writes lists only.
    pub report_variables: Map<String, Value>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct ReportDashboardId {
    pub id: i64,
    pub uid: String,
    pub name: String,
}

impl ReportDashboard {
    /// Variable names with all their values; empty means the dashboard's saved values.
    pub fn variables(&self) -> Vec<(String, Vec<String>)> {
        let text = |value: &Value| value.as_str().map(str::to_owned);
        let values = |value: &Value| match value {
            Value::Array(items) => items.iter().filter_map(text).collect(),
            other => text(other).into_iter().collect(),
        };
        self.report_variables.iter().map(|(name, value)| (name.clone(), values(value))).collect()
    }
}

impl Report {
    /// A report with every default and no content, for a caller of an organisation. PDF is the documented default format.
    pub fn new(org_id: i64, user_id: i64, now: Timestamp) -> Report {
        Report { org_id, user_id, formats: vec![Format::Pdf], scale_factor: 1, created: now, updated: now, ..Report::default() }
    }

    /// Subject of the mail.
    pub fn mail_subject(&self) -> &str {
        if self.subject.trim().is_empty() { &self.name } else { &self.subject }
    }

    /// What to produce: `formats`, and CSV when the older switch asks for it; PDF when nothing is named.
    pub fn effective_formats(&self) -> Vec<Format> {
        let mut formats = if self.formats.is_empty() { vec![Format::Pdf] } else { self.formats.clone() };
        if self.enable_csv && !formats.contains(&Format::Csv) {
            formats.push(Format::Csv);
        }
        formats
    }

    /// The range of one of its dashboards, with the older common range as fallback.
    pub fn time_range<'a>(&'a self, dashboard: &'a ReportDashboard) -> &'a ReportTimeRange {
        let own = &dashboard.time_range;
        if own.from.is_empty() && own.to.is_empty() { &self.options.time_range } else { own }
    }

    pub fn uses_dashboard(&self, uid: &str) -> bool {
        self.dashboards.iter().any(|dashboard| dashboard.dashboard.uid == uid)
    }

    /// The `Report` of the API.
    pub fn to_json(&self) -> Value {
        serde_json::to_value(self).unwrap_or(Value::Null)
    }
}

impl Serialize for Report {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        #[serde(rename_all = "camelCase")]
        struct Wire<'a> {
            id: i64,
            uid: &'a str,
            user_id: i64,
            org_id: i64,
            name: &'a str,
            subject: &'a str,
            recipients: &'a str,
            reply_to: &'a str,
            message: &'a str,
            schedule: &'a ReportSchedule,
            options: &'a ReportOptions,
            enable_dashboard_url: bool,
            enable_csv: bool,
            state: &'a str,
            dashboards: &'a [ReportDashboard],
            formats: &'a [Format],
            scale_factor: i64,
            created: String,
            updated: String,
            // Only where it says something: clients of Enterprise do not know it.
            #[serde(skip_serializing_if = "Option::is_none")]
            provisioned: Option<&'a Provisioned>,
        }
        let zone = self.schedule.zone();
        let wire = Wire {
            id: self.id,
            uid: &self.uid,
            user_id: self.user_id,
            org_id: self.org_id,
            name: &self.name,
            subject: &self.subject,
            recipients: &self.recipients,
            reply_to: &self.reply_to,
            message: &self.message,
            schedule: &self.schedule,
            options: &self.options,
            enable_dashboard_url: self.enable_dashboard_url,
            enable_csv: self.enable_csv,
            state: self.state.as_str(),
            dashboards: &self.dashboards,
            formats: &self.formats,
            scale_factor: self.scale_factor,
            created: format_time(self.created, &zone),
            updated: format_time(self.updated, &zone),
            provisioned: self.provisioned.as_ref(),
        };
        wire.serialize(serializer)
    }
}
