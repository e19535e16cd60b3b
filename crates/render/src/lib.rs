//! Resolved dashboards and frames become pages of marks. Drawing cannot fail: what cannot be drawn becomes a framed
//! notice and a warning. Knows nothing of PDF, PNG, HTTP or time of day. Start at [`page::render`] and [`panel::draw`].

pub mod bar_gauge;
pub mod chart;
pub mod chrome;
pub mod color_math;
pub mod drawing;
pub mod overflow;
pub mod page;
pub mod panel;
pub mod rich_text;
pub mod view;

pub use view::{AnnotationMark, DashboardView, PageSetup, PanelView, ReportView, Warning};
