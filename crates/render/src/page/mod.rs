//! Pages: a report's dashboards laid out on paper, with header, footer and outline.

use scene::{Document, Fonts};

use crate::view::{ReportView, Warning};

/// Lays out and draws a whole report. Never fails; what is missing is in the warnings.
pub fn render(_report: &ReportView, _fonts: &Fonts) -> (Document, Vec<Warning>) {
    todo!()
}
