//! Opening the program behind the plugin's door, again and again if need be: a disk that is full or read-only is mended while we
//! run, and Grafana starts a plugin that has come up only once.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError},
    time::Duration,
};

use axum::{Router, extract::Request, response::Response};
use broadsheet::{
    app::{self, Program},
    config::{Config, Secret, org_part},
    plugin::GrafanaConfig,
};
use serde_json::{Map, Value as Json};
use tower::ServiceExt;

/// How often opening is tried.
const AGAIN: Duration = Duration::from_secs(5);

/// The program, or why there is none yet.
pub struct Opening {
    config: Config,
    opened: OnceLock<(Arc<Program>, Router)>,
    failure: Mutex<Option<app::Error>>,
    told: Mutex<Told>,
}

/// What requests brought before there was a program to take it.
#[derive(Default)]
struct Told {
    settings: BTreeMap<i64, (Option<Secret>, Map<String, Json>)>,
    grafana: Option<GrafanaConfig>,
}

impl Opening {
    /// Opens and starts it; what fails is tried again in the background.
    pub async fn start(config: Config) -> Arc<Opening> {
        let opening = Arc::new(Opening { config, opened: OnceLock::new(), failure: Mutex::default(), told: Mutex::default() });
        if !opening.open().await {
            let opening = opening.clone();
            tokio::spawn(async move {
                loop {
                    tokio::time::sleep(AGAIN).await;
                    if opening.open().await {
                        tracing::info!("the program works now");
                        break;
                    }
                }
            });
        }
        opening
    }

    async fn open(&self) -> bool {
        let config = self.config.clone();
        // It reads and writes files, and stretches the key.
        let opened = match tokio::task::spawn_blocking(move || Program::open_plugin(&config)).await {
            Ok(opened) => opened,
            Err(error) => Err(app::Error::DataDir(format!("opening broke off: {error}"))),
        };
        match opened {
            Ok(program) => {
                program.start().await;
                let router = program.router();
                *lock(&self.failure) = None;
                let _ = self.opened.set((Arc::new(program), router));
                self.tell();
                true
            }
            Err(error) => {
                let mut failure = lock(&self.failure);
                if failure.as_ref().map(ToString::to_string) != Some(error.to_string()) {
                    tracing::error!(%error, "the program cannot work");
                }
                *failure = Some(error);
                false
            }
        }
    }

    pub fn program(&self) -> Option<&Arc<Program>> {
        self.opened.get().map(|(program, _)| program)
    }

    /// Why there is no program.
    pub fn failure(&self) -> Option<String> {
        lock(&self.failure).as_ref().map(ToString::to_string)
    }

    /// Answers with the program once it is open, before with why it is not.
    pub fn router(self: &Arc<Self>) -> Router {
        let opening = self.clone();
        Router::new().fallback(move |request: Request| async move { opening.answer(request).await })
    }

    async fn answer(&self, request: Request) -> Response {
        let router = match self.opened.get() {
            Some((_, router)) => router.clone(),
            None => match &*lock(&self.failure) {
                Some(error) => app::broken_router(error),
                None => app::broken_router(&app::Error::DataDir("the program is still starting".into())),
            },
        };
        router.oneshot(request).await.unwrap_or_else(|never| match never {})
    }

    /// What the plugin's settings of an organisation hold: the token, and what it set for itself.
    pub fn on_settings(&self, org_id: i64, token: Option<Secret>, json: &Map<String, Json>) {
        lock(&self.told).settings.insert(org_id, (token, org_part(json)));
        self.tell();
    }

    pub fn on_grafana_config(&self, config: GrafanaConfig) {
        lock(&self.told).grafana = Some(config);
        self.tell();
    }

    /// Hands over what was told, once there is a program to take it.
    fn tell(&self) {
        let Some(program) = self.program().cloned() else { return };
        let Told { settings, grafana } = std::mem::take(&mut *lock(&self.told));
        let GrafanaConfig { app_url, app_client_secret, .. } = grafana.unwrap_or_default();
        if let Some(token) = app_client_secret {
            program.connections.set_managed(token);
        }
        tokio::spawn(async move {
            for (org_id, (token, own)) in settings {
                if let Err(error) = program.set_org_settings(org_id, &own).await {
                    tracing::error!(org_id, error = %error.chain(), "the organisation's settings were not kept");
                }
                if let Err(error) = program.connections.set_settings_token(org_id, token).await {
                    tracing::error!(org_id, error = %error.chain(), "the token was not kept");
                }
            }
            if let Some(url) = app_url
                && let Err(error) = program.store.remember_url(&url).await
            {
                tracing::error!(error = %error.chain(), "Grafana's address was not kept");
            }
        });
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
