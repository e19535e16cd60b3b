//! How mail leaves.

use std::{path::PathBuf, time::Duration};

use super::{Secret, vars::Vars};

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
    pub timeout: Option<Duration>,
}

pub(super) fn smtp(vars: &mut Vars) -> SmtpConfig {
    let host = vars.smtp_text("host").unwrap_or_default();
    let policy = vars.smtp_text("starttls_policy").unwrap_or_default();
    if !["", "OpportunisticStartTLS", "MandatoryStartTLS", "NoStartTLS"].contains(&policy.as_str()) {
        vars.problems
            .push(format!("smtp_starttls_policy: expected OpportunisticStartTLS, MandatoryStartTLS or NoStartTLS, got {policy:?}"));
    }
    let default_enabled = !host.is_empty();
    SmtpConfig {
        enabled: vars.smtp_flag("enabled", default_enabled),
        user: vars.smtp_text("user").unwrap_or_default(),
        password: vars.smtp_text("password").map(Secret::new),
        from_address: vars.smtp_text("from_address").unwrap_or_else(|| "admin@grafana.localhost".into()),
        from_name: vars.smtp_text("from_name").unwrap_or_else(|| "Grafana".into()),
        ehlo_identity: vars.smtp_text("ehlo_identity").unwrap_or_default(),
        starttls_policy: policy,
        skip_verify: vars.smtp_flag("skip_verify", false),
        cert_file: vars.smtp_text("cert_file").map(PathBuf::from),
        key_file: vars.smtp_text("key_file").map(PathBuf::from),
        timeout: vars.duration("smtp_timeout"),
        host,
    }
}
