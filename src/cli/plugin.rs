//! The plugin door: Grafana starts the program and calls it.

use std::{collections::BTreeMap, sync::Arc};

use broadsheet::{
    app::{self, Program},
    config::{Config, Secret},
    plugin::{self, App, GrafanaConfig, Health, Hooks, Lifetime},
    telemetry,
};
use futures_util::future::BoxFuture;
use prometheus_client::registry::Registry;
use serde_json::{Map, Value as Json};

/// What is written when `log_level` is not set; the host filters again by its own level.
const DEFAULT_LOG: &str = "info,broadsheet=debug";

/// Where the configuration page keeps the service account's token (`secureJsonData`).
const TOKEN_KEY: &str = "apiToken";

pub fn run(lifetime: Lifetime) -> anyhow::Result<()> {
    let config = Config::from_process();
    telemetry::init(telemetry::Format::Host, config.log.level.as_deref().unwrap_or(DEFAULT_LOG));
    super::block_on(async move { Ok(plugin::serve(lifetime, start(config)).await?) })
}

/// Starts what is behind the door; the host is already served meanwhile, so this may take its time.
async fn start(config: Config) -> App {
    for problem in &config.problems {
        tracing::warn!(problem, "setting is wrong");
    }
    for hint in &config.hints {
        tracing::warn!(hint, "setting is unknown");
    }
    let (program, router, mut problems) = match Program::open_plugin(&config) {
        Ok(program) => {
            program.start().await;
            let router = program.router();
            let problems = program.problems();
            (Some(Arc::new(program)), router.merge(plugin::ping_router()), problems)
        }
        Err(error) => {
            tracing::error!(%error, "the program cannot work");
            (None, app::broken_router(&error).merge(plugin::ping_router()), vec![error.to_string()])
        }
    };
    problems.extend(config.problems.iter().filter(|p| !problems.contains(p)).cloned().collect::<Vec<_>>());
    if config.smtp.host.is_empty() {
        problems.push("mail is not configured: set smtp_host in [plugin.broadsheet-reports-app]".into());
    }
    let mut metrics = Registry::default();
    if let Some(program) = &program {
        program.engine.metrics.register(&mut metrics);
        program.connections.metrics.register(&mut metrics);
    }
    App { router, hooks: Arc::new(Door { program, problems }), metrics }
}

struct Door {
    /// `None` when it could not be opened; `problems` then says why.
    program: Option<Arc<Program>>,
    problems: Vec<String>,
}

impl Hooks for Door {
    /// Keeps the token an administrator saved: settings reach us in calls only, and the scheduler needs it without one.
    fn on_settings(&self, org_id: i64, _json: &Map<String, Json>, secrets: &BTreeMap<String, Secret>) {
        let Some(program) = self.program.clone() else { return };
        let token = secrets.get(TOKEN_KEY).filter(|token| !token.expose().is_empty()).cloned();
        tokio::spawn(async move {
            if let Err(error) = program.connections.set_settings_token(org_id, token).await {
                tracing::error!(org_id, error = %error.chain(), "the token was not kept");
            }
        });
    }

    fn on_grafana_config(&self, config: &GrafanaConfig) {
        let Some(program) = self.program.clone() else { return };
        if let Some(token) = config.app_client_secret.clone() {
            program.connections.set_managed(token);
        }
        let Some(url) = config.app_url.clone() else { return };
        tokio::spawn(async move {
            if let Err(error) = program.store.remember_url(&url).await {
                tracing::error!(error = %error.chain(), "Grafana's address was not kept");
            }
        });
    }

    fn health(&self, org_id: i64) -> BoxFuture<'_, Health> {
        Box::pin(async move {
            let connection = self.program.as_ref().and_then(|program| program.connection_problem(org_id)).filter(|_| org_id > 0);
            let store = self.program.as_ref().and_then(|program| program.store_problem());
            let connection = connection.into_iter().chain(store);
            let files = self.program.iter().flat_map(|program| program.provisioning_problems());
            health(self.problems.iter().cloned().chain(connection).chain(files).collect())
        })
    }

    fn stop(&self) -> BoxFuture<'_, ()> {
        Box::pin(async {
            if let Some(program) = &self.program {
                program.stop().await;
            }
        })
    }
}

/// Wrong settings never stop the program, so health is where an administrator meets them.
fn health(problems: Vec<String>) -> Health {
    let mut details = Map::new();
    details.insert("version".into(), env!("CARGO_PKG_VERSION").into());
    details.insert("problems".into(), problems.as_slice().into());
    let message = match problems.as_slice() {
        [] => "ready".into(),
        [problem] => problem.clone(),
        [problem, rest @ ..] => format!("{problem} (and {} more)", rest.len()),
    };
    Health { ok: problems.is_empty(), message, details }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn health_shows_what_is_wrong_with_the_settings() {
        for (problems, ok, message) in [(&[][..], true, "ready"), (&["a"], false, "a"), (&["a", "b", "c"], false, "a (and 2 more)")] {
            let health = health(problems.iter().map(|p| (*p).to_owned()).collect());
            assert_eq!(
                (health.ok, health.message.as_str(), health.details["problems"].as_array().unwrap().len()),
                (ok, message, problems.len())
            );
        }
    }
}
