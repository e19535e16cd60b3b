//! `broadsheet serve`: the sidecar door.

use anyhow::bail;
use broadsheet::config::Config;

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
    if config.grafana.url.is_none() {
        bail!("no Grafana is set: give its address in BROADSHEET_GRAFANA_URL");
    }
    bail!("serve on {} is not part of this build yet", args.listen)
}
