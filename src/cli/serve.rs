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

/// Serves the Reporting API beside a Grafana that lets no plugin in
///
/// Answers /api/reports… (and /reports…) as Grafana Enterprise does. Callers use their Grafana credentials: a service
/// account's token, basic auth or the session cookie; each is checked against Grafana. Put TLS in front of it.
#[derive(clap::Args)]
pub struct Args {
    /// Address to listen on
    #[arg(long, env = "BROADSHEET_LISTEN", default_value = "127.0.0.1:3080", value_name = "ADDRESS")]
    pub listen: std::net::SocketAddr,
}

pub async fn run(args: Args) -> anyhow::Result<()> {
    let config = Config::from_process();
    let Some(url) = config.grafana.url.clone() else {
        bail!("no Grafana is set: give its address in BROADSHEET_GRAFANA_URL");
    };
    if config.data_dir.is_none() {
        bail!("no data directory is set: give one in BROADSHEET_DATA_DIR");
    }
    config.problems.iter().for_each(|problem| tracing::warn!(problem, "setting is wrong"));
    if config.grafana.token.is_none() && config.grafana.org_tokens.is_empty() {
        tracing::warn!("no token is set (BROADSHEET_API_TOKEN): organisations connect by POST /api/_connect");
    }
    let mut options = ClientOptions::new(url, Credential::None);
    options.skip_tls_verify = config.grafana.skip_tls_verify;
    options.ca_file = config.grafana.ca_file.clone();
    let callers = Arc::new(GrafanaCallers::new(&options)?);
    let program = Program::open(&config)?;
    let listener = TcpListener::bind(args.listen).await.with_context(|| format!("cannot listen on {}", args.listen))?;
    program.start().await;
    tracing::info!(address = %listener.local_addr()?, "serving /api/reports");
    let served = sidecar::serve(program.router(), listener, callers, sidecar::stop_signal()).await;
    program.stop().await;
    Ok(served?)
}
