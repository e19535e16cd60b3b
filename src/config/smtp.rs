//! How mail leaves.

use std::{path::PathBuf, time::Duration};

use super::{
    Secret,
    values::{Source, Values},
};

/// Where Grafana looks for a mail server that is switched on and not named.
const DEFAULT_HOST: &str = "localhost:25";

/// Grafana's `[smtp]` keys by the same names.
#[derive(Clone, Debug, Default)]
pub struct SmtpConfig {
    pub enabled: bool,
    /// "host:port".
    pub host: String,
    pub user: String,
    pub password: Option<Secret>,
    pub from_address: String,
    pub from_name: String,
    pub ehlo_identity: String,
    /// "OpportunisticStartTLS", "MandatoryStartTLS" or "NoStartTLS"; port 465 means implicit TLS.
    pub starttls_policy: String,
    pub skip_verify: bool,
    pub cert_file: Option<PathBuf>,
    pub key_file: Option<PathBuf>,
    /// Headers of every mail, by name.
    pub static_headers: Vec<(String, String)>,
    /// Every mail gets a `traceparent` header.
    pub enable_tracing: bool,
    pub timeout: Option<Duration>,
}

impl SmtpConfig {
    pub(super) fn read(values: &mut Values) -> SmtpConfig {
        let told_host = values.text("smtp_host");
        let enabled = values.maybe_flag("smtp_enabled");
        if enabled.is_none() {
            values.derived("smtp_enabled", told_host.is_some().to_string(), Source::Derived("whether smtp_host is set"));
        }
        let enabled = enabled.unwrap_or(told_host.is_some());
        if enabled && told_host.is_none() {
            values.derived("smtp_host", DEFAULT_HOST, Source::Default);
        }
        let smtp = SmtpConfig {
            enabled,
            host: told_host.or_else(|| enabled.then(|| DEFAULT_HOST.to_owned())).unwrap_or_default(),
            user: values.text("smtp_user").unwrap_or_default(),
            password: values.secret("smtp_password"),
            from_address: values.text("smtp_from_address").unwrap_or_default(),
            from_name: values.text("smtp_from_name").unwrap_or_default(),
            ehlo_identity: values.text("smtp_ehlo_identity").unwrap_or_default(),
            starttls_policy: values.text("smtp_starttls_policy").unwrap_or_default(),
            skip_verify: values.flag("smtp_skip_verify"),
            cert_file: values.path("smtp_cert_file"),
            key_file: values.path("smtp_key_file"),
            static_headers: values.headers("smtp_static_headers"),
            enable_tracing: values.flag("smtp_enable_tracing"),
            timeout: Some(values.span("smtp_timeout")),
        };
        if smtp.key_file.is_some() && smtp.cert_file.is_none() {
            values.problem("smtp_key_file", "expected smtp_cert_file too; it is ignored");
        }
        smtp
    }
}
