//! The plugin door: Grafana starts the program and calls it.

use std::sync::Arc;

use broadsheet::{
    plugin::{self, App, Lifetime, NoHooks},
    telemetry,
};

/// `[plugin.broadsheet-reports-app] log_level`; the host filters again by its own level.
const LOG_VARIABLE: &str = "GF_PLUGIN_LOG_LEVEL";

pub fn run(lifetime: Lifetime) -> anyhow::Result<()> {
    let filter = std::env::var(LOG_VARIABLE).unwrap_or_else(|_| "info,broadsheet=debug".into());
    telemetry::init(telemetry::Format::Host, &filter);
    super::block_on(async move { Ok(plugin::serve(lifetime, start()).await?) })
}

/// Starts what is behind the door; the host is already served meanwhile, so this may take its time.
async fn start() -> App {
    App { router: plugin::ping_router(), hooks: Arc::new(NoHooks), metrics: Default::default() }
}
