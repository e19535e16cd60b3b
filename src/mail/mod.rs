//! Mail: composing a report into a message and delivering it. Composing never sends, sending never composes.

pub mod compose;
pub mod smtp;

use futures_util::future::BoxFuture;

pub use smtp::SmtpMailer;

use crate::run::{RenderedDashboard, RenderedFile, Warning};

/// One report ready to be put into a mail: everything the composer may show, nothing it has to look up.
#[derive(Clone, Debug, Default)]
pub struct OutgoingReport {
    pub org_id: i64,
    pub report_name: String,
    /// Never empty: the report's subject, else its name.
    pub subject: String,
    /// Bare addresses, each once.
    pub recipients: Vec<String>,
    pub reply_to: Vec<String>,
    /// Plain text; line breaks are kept.
    pub message: String,
    pub dashboards: Vec<RenderedDashboard>,
    /// PDFs and CSVs, attached in this order.
    pub files: Vec<RenderedFile>,
    /// PNGs shown inside the mail, one a dashboard.
    pub images: Vec<RenderedFile>,
    pub branding: report::ReportBrandingOptions,
    /// The e-mail logo when it is held by us (uploaded or a data URL); an http(s) URL stays in `branding.email_logo_url`.
    pub email_logo: Option<LogoImage>,
    /// Adds links to the dashboards at the end.
    pub enable_dashboard_url: bool,
    /// What is missing or different in the files.
    pub warnings: Vec<Warning>,
}

/// A picture with its type ("image/png").
#[derive(Clone, Debug, Default, PartialEq)]
pub struct LogoImage {
    pub content_type: String,
    pub bytes: std::sync::Arc<Vec<u8>>,
}

/// What became of each recipient.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Delivery {
    pub recipients: Vec<RecipientResult>,
    /// What the reader should know ("attachment left out: larger than 10 MB").
    pub warnings: Vec<String>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct RecipientResult {
    pub address: String,
    pub accepted: bool,
    /// The server's reply, as it came.
    pub reply: String,
}

/// A message of which nothing at all was accepted.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[error("{message}")]
pub struct MailError {
    pub message: String,
    /// Trying again later may help, and nothing has been accepted so far.
    pub is_transient: bool,
}

/// Delivers reports: SMTP in real life, a recorder in tests.
pub trait Mailer: Send + Sync {
    /// Sends one report. `Err` only when no recipient was accepted.
    fn send(&self, report: OutgoingReport) -> BoxFuture<'_, Result<Delivery, MailError>>;
}

/// Whether `allowed_domains` lets mail go to a domain.
pub fn is_domain_allowed(allowed_domains: &[String], domain: &str) -> bool {
    let domain = domain.to_lowercase();
    allowed_domains.iter().any(|allowed| allowed == "*" || *allowed == domain)
}
