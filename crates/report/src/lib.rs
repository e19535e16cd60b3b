//! What the Reporting API means: reports, settings, validation, recipients, due times. Pure.
//!
//! Knows no clock, database or HTTP: `now` comes in as a value. Start reading at `model.rs` (what a report is),
//! then `occurrence.rs` (when it is due).

mod error;
mod read;
mod settings;

pub use error::Error;
pub use settings::{ReportBrandingOptions, ReportSettings, is_image_name};
