//! What commands that read dashboards from the command line have in common: which Grafana, which range, which values.

use std::{io::Read, path::PathBuf, sync::Arc, time::Duration};

use anyhow::{Context, anyhow};

use broadsheet::{
    config::{GrafanaConfig, Secret},
    run::{Clients, ConfigOnly, DashboardAnswer, DashboardRequest, GrafanaRenderer},
};
use scene::Fonts;

/// Flattened into a command's own arguments.
#[derive(clap::Args, Debug)]
pub struct SourceArgs {
    /// Grafana's address, with its sub-path if there is one; needs not be there for a --file that holds its own data
    #[arg(long, env = "BROADSHEET_GRAFANA_URL", required_unless_present = "file")]
    grafana_url: Option<String>,
    /// A dashboard as JSON instead of one of Grafana's, as exported by Grafana; "-" is the standard input
    #[arg(long, value_name = "PATH")]
    file: Option<PathBuf>,
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
    /// What asks this Grafana and draws; pictures with `image_scale` pixels for each px.
    pub fn renderer(&self, image_scale: u64) -> GrafanaRenderer {
        let Some(url) = &self.grafana_url else { return GrafanaRenderer::without_grafana(Fonts::embedded(), image_scale) };
        let config = GrafanaConfig {
            url: Some(url.clone()),
            token: Some(Secret::new(self.token.clone())),
            skip_tls_verify: self.skip_tls_verify,
            ..GrafanaConfig::default()
        };
        let clients = Clients::new(config.clone(), Arc::new(ConfigOnly(config)), Duration::from_secs(self.timeout));
        GrafanaRenderer::with(Arc::new(clients), Fonts::embedded(), image_scale)
    }

    /// 0 is the credential's own organisation.
    pub fn org_id(&self) -> i64 {
        self.org_id.unwrap_or(0)
    }

    /// The dashboards of Grafana with these uids, or the file's, in this range, with these values.
    pub fn dashboards(&self, uids: &[String]) -> anyhow::Result<Vec<DashboardRequest>> {
        let request = |uid: &str| DashboardRequest {
            uid: uid.to_owned(),
            saved: None,
            from: self.from.clone(),
            to: self.to.clone(),
            variables: grouped(&self.variables),
        };
        match &self.file {
            Some(path) => {
                let (saved, uid) = read(path).with_context(|| format!("{} cannot be read", path.display()))?;
                Ok(vec![DashboardRequest { saved: Some(Arc::new(saved)), ..request(&uid) }])
            }
            None => Ok(uids.iter().map(|uid| request(uid)).collect()),
        }
    }
}

/// A dashboard's file and its uid.
fn read(path: &std::path::Path) -> anyhow::Result<(DashboardAnswer, String)> {
    let bytes = match path.to_str() {
        Some("-") => {
            let mut bytes = Vec::new();
            std::io::stdin().read_to_end(&mut bytes)?;
            bytes
        }
        _ => std::fs::read(path)?,
    };
    // Windows programs like to begin with a byte order mark.
    let json = serde_json::from_slice(bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&bytes))?;
    let stem = path.file_stem().and_then(|stem| stem.to_str()).filter(|stem| *stem != "-").unwrap_or("dashboard");
    DashboardAnswer::from_file(json, stem).map_err(|why| anyhow!(why))
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
