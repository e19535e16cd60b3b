//! `broadsheet serve`: the sidecar door.

use std::sync::Arc;

use anyhow::{Context, bail};
use broadsheet::{
    app::Program,
    config::Config,
    grafana_api::{ClientOptions, Credential, GrafanaCallers},
    sidecar,
};
use tokio::net::TcpListener;

use super::settings::SettingFlags;

/// Serves the Reporting API beside a Grafana that lets no plugin in
///
/// Answers /api/reports… (and /reports…) as Grafana Enterprise does. Callers use their Grafana credentials: a service
/// account's token, basic auth or the session cookie; each is checked against Grafana. Serves HTTPS with --cert-file and
/// --cert-key; without them let it listen on this machine only and put TLS in front of it (docs/proxy.md).
///
/// Every setting is a flag here and a variable BROADSHEET_<KEY>, but secrets: those are variables, or files named by
/// BROADSHEET_<KEY>__FILE (docs/settings.md).
#[derive(clap::Args)]
pub struct Args {
    #[command(flatten)]
    pub settings: SettingFlags,
}

pub async fn run(config: Config) -> anyhow::Result<()> {
    let Some(url) = config.grafana.url.clone() else {
        bail!("no Grafana is set: give its address in BROADSHEET_GRAFANA_URL");
    };
    if config.data_dir.is_none() {
        bail!("no data directory is set: give one in BROADSHEET_DATA_DIR");
    }
    config.problems.iter().for_each(|problem| tracing::warn!(problem, "setting is wrong"));
    config.hints.iter().for_each(|hint| tracing::warn!(hint, "setting is unknown"));
    if config.grafana.token.is_none() && config.grafana.org_tokens.is_empty() {
        tracing::warn!("no token is set (BROADSHEET_API_TOKEN): organisations connect by POST /api/_connect");
    }
    if let Some(files) = &config.sidecar.tls {
        // Before anything is opened: plain HTTP is no substitute.
        sidecar::check_certificate(files)?;
    }
    let mut options = ClientOptions::new(url, Credential::None);
    options.skip_tls_verify = config.grafana.skip_tls_verify;
    options.ca_file = config.grafana.ca_file.clone();
    let callers = Arc::new(GrafanaCallers::new(&options)?);
    let program = Program::open(&config)?;
    program.problems().iter().for_each(|problem| tracing::warn!(problem, "setting is wrong"));
    let address = config.sidecar.listen;
    let listener = TcpListener::bind(address).await.with_context(|| format!("cannot listen on {address}"))?;
    if config.sidecar.tls.is_none() && !address.ip().is_loopback() {
        tracing::warn!(%address, "credentials of callers cross the network unencrypted: set cert_file and cert_key, or listen on 127.0.0.1");
    }
    program.start().await;
    tracing::info!(address = %listener.local_addr()?, tls = config.sidecar.tls.is_some(), "serving /api/reports");
    let served = sidecar::serve(program.router(), listener, callers, &config.sidecar, sidecar::stop_signal()).await;
    program.stop().await;
    Ok(served?)
}
