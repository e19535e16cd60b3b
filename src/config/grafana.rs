//! How Grafana is reached.

use std::{collections::BTreeMap, path::PathBuf};

use super::{Secret, vars::Vars};

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

pub(super) fn grafana(vars: &mut Vars) -> GrafanaConfig {
    // GF_ENTERPRISE_APP_URL is Grafana's root_url and set in OSS too: the only address known at start.
    let told = ["GF_APP_URL", "GF_ENTERPRISE_APP_URL"].into_iter().find_map(|name| vars.plain(name).map(str::to_owned));
    let mut org_tokens = BTreeMap::new();
    for key in vars.keys() {
        let Some(org) = key.strip_prefix("org").and_then(|rest| rest.strip_suffix("_api_token")) else { continue };
        match (org.parse::<i64>(), vars.secret(&key)) {
            (Ok(org), Some(token)) if org > 0 => drop(org_tokens.insert(org, token)),
            _ => vars.problems.push(format!("{key}: expected org<number>_api_token with a token")),
        }
    }
    GrafanaConfig {
        url: vars.text("grafana_url").map(str::to_owned).or(told).map(|url| url.trim_end_matches('/').to_owned()),
        token: vars.secret("api_token").or_else(|| vars.plain("GF_PLUGIN_APP_CLIENT_SECRET").map(Secret::new)),
        org_tokens,
        skip_tls_verify: vars.flag("grafana_skip_tls_verify", false),
        ca_file: vars.text("grafana_ca_file").map(PathBuf::from),
    }
}
