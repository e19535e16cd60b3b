//! How Grafana is reached.

use std::{collections::BTreeMap, path::PathBuf};

use super::{
    Secret, Told,
    values::{Source, Values},
};

#[derive(Clone, Debug)]
pub struct GrafanaConfig {
    /// Base URL without a trailing slash.
    pub url: Option<String>,
    /// Service-account token for every organisation without its own.
    pub token: Option<Secret>,
    /// Token of the managed service account that Grafana made for the plugin; it is of one organisation.
    pub managed_token: Option<Secret>,
    /// `org2_api_token` …
    pub org_tokens: BTreeMap<i64, Secret>,
    pub skip_tls_verify: bool,
    pub ca_file: Option<PathBuf>,
    /// How often a request that failed for the moment is repeated.
    pub max_request_retries: usize,
}

impl Default for GrafanaConfig {
    fn default() -> GrafanaConfig {
        GrafanaConfig::read(&mut Values::read(Told::default()))
    }
}

impl GrafanaConfig {
    pub(super) fn read(values: &mut Values) -> GrafanaConfig {
        let mut url = values.text("grafana_url");
        if url.is_none() {
            // GF_ENTERPRISE_APP_URL is Grafana's root_url and set in OSS too: the only address known at start.
            for name in ["GF_APP_URL", "GF_ENTERPRISE_APP_URL"] {
                if let Some(told) = values.variable(name).map(|told| told.trim_end_matches('/').to_owned()) {
                    values.derived("grafana_url", &told, Source::Variable(name.into()));
                    url = Some(told);
                    break;
                }
            }
        }
        GrafanaConfig {
            url,
            token: values.secret("api_token"),
            managed_token: values.variable("GF_PLUGIN_APP_CLIENT_SECRET").map(Secret::new),
            org_tokens: std::mem::take(&mut values.org_tokens),
            skip_tls_verify: values.flag("grafana_skip_tls_verify"),
            ca_file: values.path("grafana_ca_file"),
            max_request_retries: values.count("max_request_retries") as usize,
        }
    }
}
