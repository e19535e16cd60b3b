//! Settings from the environment (`GF_PLUGIN_…` of Grafana's ini, plain names for the sidecar) and flags: one typed place.

use std::{collections::BTreeMap, path::PathBuf, time::Duration};

/// Everything the program can be told from outside. Secrets never reach `Debug` output.
#[derive(Clone, Debug, Default)]
pub struct Config {
    /// Where state is kept; `None` when it cannot be found (health says so).
    pub data_dir: Option<PathBuf>,
    pub grafana: GrafanaConfig,
    pub smtp: SmtpConfig,
    pub limits: Limits,
    /// Hex or text key for secrets at rest; else a 0600 key file beside the database.
    pub encryption_secret: Option<Secret>,
    /// What was wrong with the settings: shown in health, a safe default is used instead.
    pub problems: Vec<String>,
}

#[derive(Clone, Debug, Default)]
pub struct GrafanaConfig {
    /// Base URL without a trailing slash.
    pub url: Option<String>,
    /// Service-account token for every organisation without its own.
    pub token: Option<Secret>,
    /// `org2_api_token` …
    pub org_tokens: BTreeMap<i64, Secret>,
    pub skip_tls_verify: bool,
    pub ca_file: Option<PathBuf>,
}

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

#[derive(Clone, Debug)]
pub struct Limits {
    pub max_attachment_size_mb: u64,
    pub rendering_timeout: Duration,
    pub concurrent_render_limit: usize,
    pub allowed_domains: Vec<String>,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits {
            max_attachment_size_mb: 10,
            rendering_timeout: Duration::from_secs(300),
            concurrent_render_limit: 4,
            allowed_domains: vec!["*".into()],
        }
    }
}

/// A string that is never printed.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    pub fn new(text: impl Into<String>) -> Secret {
        Secret(text.into())
    }

    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("***")
    }
}
