//! The plugin door: Grafana starts the program and calls it.

use std::sync::Arc;

use broadsheet::{
    config::Config,
    plugin::{self, App, Health, Hooks, Lifetime},
    telemetry,
};
use futures_util::future::BoxFuture;
use serde_json::Map;

/// `[plugin.broadsheet-reports-app] log_level`; the host filters again by its own level.
const LOG_VARIABLE: &str = "GF_PLUGIN_LOG_LEVEL";

pub fn run(lifetime: Lifetime) -> anyhow::Result<()> {
    let filter = std::env::var(LOG_VARIABLE).unwrap_or_else(|_| "info,broadsheet=debug".into());
    telemetry::init(telemetry::Format::Host, &filter);
    super::block_on(async move { Ok(plugin::serve(lifetime, start()).await?) })
}

/// Starts what is behind the door; the host is already served meanwhile, so this may take its time.
async fn start() -> App {
    let config = Config::from_process();
    for problem in &config.problems {
        tracing::warn!(problem, "setting is wrong");
    }
    App { router: plugin::ping_router(), hooks: Arc::new(Program { config }), metrics: Default::default() }
}

struct Program {
    config: Config,
}

impl Hooks for Program {
    fn health(&self, _org_id: i64) -> BoxFuture<'_, Health> {
        Box::pin(async { health_of_settings(&self.config.problems) })
    }
}

/// Wrong settings never stop the program, so health is where an administrator meets them.
fn health_of_settings(problems: &[String]) -> Health {
    let mut details = Map::new();
    details.insert("version".into(), env!("CARGO_PKG_VERSION").into());
    details.insert("problems".into(), problems.into());
    let message = match problems {
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
            let problems: Vec<String> = problems.iter().map(|p| (*p).to_owned()).collect();
            let health = health_of_settings(&problems);
            assert_eq!(
                (health.ok, health.message.as_str(), health.details["problems"].as_array().unwrap().len()),
                (ok, message, problems.len())
            );
        }
    }
}
