//! What commands that read dashboards from the command line have in common: which Grafana, which range, which values.

use std::{sync::Arc, time::Duration};

use broadsheet::{
    config::{GrafanaConfig, Secret},
    run::{Clients, ConfigOnly, DashboardRequest, GrafanaRenderer},
};

/// Flattened into a command's own arguments.
#[derive(clap::Args, Debug)]
pub struct SourceArgs {
    /// Grafana's address, with its sub-path if there is one
    #[arg(long, env = "BROADSHEET_GRAFANA_URL")]
    grafana_url: String,
    /// A service account's token, or user:password
    #[arg(long, env = "BROADSHEET_API_TOKEN", hide_env_values = true, default_value = "")]
    token: String,
    /// Start of the time range (now-6h, an ISO date, milliseconds); the dashboard's own when left out
    #[arg(long, default_value = "")]
    from: String,
    /// End of the time range
    #[arg(long, default_value = "")]
    to: String,
    /// A template variable as name=value; repeat it for more values or variables
    #[arg(long = "var", value_name = "NAME=VALUE", value_parser = variable)]
    variables: Vec<(String, String)>,
    /// Organisation, where the credential is of several
    #[arg(long)]
    org_id: Option<i64>,
    /// Seconds to wait for one answer of Grafana
    #[arg(long, default_value_t = 60)]
    timeout: u64,
    /// Accept any TLS certificate of Grafana
    #[arg(long)]
    skip_tls_verify: bool,
}

impl SourceArgs {
    /// What asks this Grafana and draws.
    pub fn renderer(&self) -> GrafanaRenderer {
        let config = GrafanaConfig {
            url: Some(self.grafana_url.clone()),
            token: Some(Secret::new(self.token.clone())),
            skip_tls_verify: self.skip_tls_verify,
            ..GrafanaConfig::default()
        };
        let clients = Clients::new(config.clone(), Arc::new(ConfigOnly(config)), Duration::from_secs(self.timeout));
        GrafanaRenderer::new(Arc::new(clients))
    }

    /// 0 is the credential's own organisation.
    pub fn org_id(&self) -> i64 {
        self.org_id.unwrap_or(0)
    }

    /// One dashboard in this range, with these values.
    pub fn dashboard(&self, uid: &str) -> DashboardRequest {
        DashboardRequest { uid: uid.to_owned(), from: self.from.clone(), to: self.to.clone(), variables: grouped(&self.variables) }
    }
}

/// A variable as it is written on the command line.
fn variable(text: &str) -> Result<(String, String), String> {
    let (name, value) = text.split_once('=').ok_or("expected NAME=VALUE")?;
    let name = name.strip_prefix("var-").unwrap_or(name);
    if name.is_empty() { Err("expected NAME=VALUE".into()) } else { Ok((name.to_owned(), value.to_owned())) }
}

/// All values of each variable, in the order they were first named.
fn grouped(given: &[(String, String)]) -> Vec<(String, Vec<String>)> {
    let mut variables: Vec<(String, Vec<String>)> = Vec::new();
    for (name, value) in given {
        match variables.iter_mut().find(|(known, _)| known == name) {
            Some((_, values)) => values.push(value.clone()),
            None => variables.push((name.clone(), vec![value.clone()])),
        }
    }
    variables
}

/// Milliseconds since 1970.
pub fn now_ms() -> f64 {
    std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default().as_millis() as f64
}
