//! The plugin door: Grafana starts the program and calls it.

use std::{collections::BTreeMap, sync::Arc};

use super::opening::Opening;
use broadsheet::{
    config::{Config, Secret},
    connection::State,
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
    let mut problems = config.problems.clone();
    if config.smtp.host.is_empty() {
        problems.push("mail is not configured: set smtp_host in [plugin.broadsheet-reports-app]".into());
    }
    let opening = Opening::start(config).await;
    let mut metrics = Registry::default();
    // Of a program that opens later there are none: the registry is handed over now.
    if let Some(program) = opening.program() {
        program.engine.metrics.register(&mut metrics);
        program.connections.metrics.register(&mut metrics);
    }
    let router = opening.router().merge(plugin::ping_router());
    App { router, hooks: Arc::new(Door { opening, problems }), metrics }
}

struct Door {
    opening: Arc<Opening>,
    /// What is wrong with the settings.
    problems: Vec<String>,
}

impl Door {
    fn all_problems(&self, org_id: i64) -> Vec<String> {
        let failure = self.opening.failure();
        // Without a data directory both say so.
        let settings = self.problems.iter().filter(|problem| failure.as_ref() != Some(*problem)).cloned();
        let of_program = self.opening.program().map(|program| {
            let connection = program.connection_problem(org_id).filter(|_| org_id > 0);
            let own = program.org_problems(org_id);
            let program_problems = program.problems().into_iter().chain(own).chain(program.provisioning_problems());
            program.store_problem().into_iter().chain(connection).chain(program_problems).collect::<Vec<_>>()
        });
        failure.clone().into_iter().chain(settings).chain(of_program.into_iter().flatten()).collect()
    }
}

impl Hooks for Door {
    /// Keeps the token an administrator saved: settings reach us in calls only, and the scheduler needs it without one.
    fn on_settings(&self, org_id: i64, json: &Map<String, Json>, secrets: &BTreeMap<String, Secret>) {
        let token = secrets.get(TOKEN_KEY).filter(|token| !token.expose().is_empty()).cloned();
        self.opening.on_settings(org_id, token, json);
    }

    fn on_grafana_config(&self, config: &GrafanaConfig) {
        self.opening.on_grafana_config(config.clone());
    }

    fn health(&self, org_id: i64) -> BoxFuture<'_, Health> {
        Box::pin(async move {
            let state = self.opening.program().filter(|_| org_id > 0).map(|program| program.connections.standing(org_id).state);
            health(self.all_problems(org_id), state.map(State::as_str))
        })
    }

    fn stop(&self) -> BoxFuture<'_, ()> {
        Box::pin(async {
            if let Some(program) = self.opening.program() {
                program.stop().await;
            }
        })
    }
}

/// Wrong settings never stop the program, so health is where an administrator meets them.
fn health(problems: Vec<String>, connection: Option<&str>) -> Health {
    let mut details = Map::new();
    details.insert("version".into(), env!("CARGO_PKG_VERSION").into());
    details.insert("problems".into(), problems.as_slice().into());
    details.insert("connection".into(), connection.into());
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
            let health = health(problems.iter().map(|p| (*p).to_owned()).collect(), None);
            assert_eq!(
                (health.ok, health.message.as_str(), health.details["problems"].as_array().unwrap().len()),
                (ok, message, problems.len())
            );
        }
    }
}
