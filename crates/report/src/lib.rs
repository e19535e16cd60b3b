//! What the Reporting API means: reports, settings, validation, recipients, due times. Pure.
//!
//! Knows no clock, database or HTTP: `now` comes in as a value. Start reading at `model.rs` (what a report is),
//! then `change.rs` (how a request changes it) and `occurrence.rs` (when it is due).

mod change;
mod csv;
mod drift;
mod error;
mod legacy;
mod model;
mod occurrence;
mod read;
mod recipients;
mod schedule;
mod settings;
mod state;
mod validate;

#[cfg(test)]
mod tests;

pub use change::{CreateOrUpdateReport, read_dashboards_parameter};
pub use csv::{CsvDelimiter, CsvEncoding};
pub use error::Error;
pub use model::{Format, Provisioned, Report, ReportDashboard, ReportDashboardId, ReportOptions, ReportTimeRange};
pub use recipients::{check_recipients, is_address, join_recipients, split_recipients};
pub use schedule::{Frequency, IntervalFrequency, ReportSchedule, format_time};
pub use settings::{ReportBrandingOptions, ReportSettings, is_image_name};
pub use state::State;
