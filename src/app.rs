//! Puts the parts together: store, Grafana clients, renderer, mailer, scheduler and router. Every door opens onto a [`Program`].

use std::{sync::Arc, time::Duration};

use axum::{Router, response::IntoResponse};
use futures_util::future::BoxFuture;
use http::StatusCode;
use scene::Fonts;
use serde_json::Value as Json;
use tokio::{
    sync::{Mutex, oneshot},
    task::JoinHandle,
};

use crate::{
    api::{self, ApiError, ApiState, TokenError, TokenVerifier, VerifiedToken},
    archive::{Archive, ArchiveLimits},
    config::{Config, Secret},
    grafana_api::{AllowedHosts, Client, Pictures},
    mail::SmtpMailer,
    picture::Picture,
    provision::{GrafanaNames, Place, Provisioner, Sources},
    rights::{GrafanaSource, Rights},
    run::{Clients, FontFiles, GrafanaRenderer},
    scheduler::{Engine, EngineParts, LogoSource, Scheduler, SystemClock},
    store::{self, Store},
};

/// How long runs under way may take when the program is asked to end. Grafana kills a plugin soon after.
const GRACE: Duration = Duration::from_secs(6);

/// How often provisioning files are looked at. Grafana's dashboards provider takes 10 s too.
const LOOK_EVERY: Duration = Duration::from_secs(10);

/// How long a caller waits for what Grafana says of their rights.
const ASKING_TIMEOUT: Duration = Duration::from_secs(10);

/// Why the program cannot work; it stays up all the same and says so.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("{0}")]
    DataDir(String),
    #[error(transparent)]
    Client(#[from] crate::grafana_api::Error),
    #[error("the store cannot be opened: {}", .0.chain())]
    Store(#[from] store::Error),
}

/// Everything behind a door.
pub struct Program {
    pub engine: Arc<Engine>,
    pub store: Store,
    clients: Arc<Clients>,
    rights: Arc<Rights>,
    provisioner: Option<Arc<Provisioner>>,
    duties: Duties,
    /// What was wrong with what the settings name.
    problems: Vec<String>,
    running: Mutex<Option<Running>>,
}

/// What this process is to do.
#[derive(Clone, Copy)]
struct Duties {
    enabled: bool,
    scheduler: bool,
}

struct Running {
    stop: oneshot::Sender<()>,
    /// `None`: another replica sends what is due.
    scheduler: Option<JoinHandle<()>>,
    provisioning: Option<JoinHandle<()>>,
}

impl Program {
    /// Opens the store in the data directory; nothing runs yet.
    pub fn open(config: &Config) -> Result<Program, Error> {
        let folder = config.data_dir.as_ref().ok_or_else(|| Error::DataDir(config.problems.join("; ")))?;
        let configured = config.encryption_secret.as_ref().map(Secret::expose);
        let store = Store::open(folder, store::load_key(folder, configured)?)?;
        let clients = Arc::new(Clients::new(config.grafana.clone(), Arc::new(store.clone()), config.limits.rendering_timeout));
        let fonts = FontFiles::load(config.fonts_path.as_deref());
        let engine = Arc::new(Engine::new(EngineParts {
            store: store.clone(),
            renderer: Arc::new(GrafanaRenderer::with(
                clients.clone(),
                Fonts::with_fallbacks(fonts.files),
                config.limits.image_scale_factor,
            )),
            mailer: Arc::new(SmtpMailer::new(config.smtp.clone(), config.limits.clone())),
            clock: Arc::new(SystemClock),
            logos: Arc::new(FetchedLogos {
                pictures: Pictures::new(AllowedHosts::new(&config.logo_allowed_hosts))?,
                clients: clients.clone(),
            }),
            archive: Archive::new(folder, ArchiveLimits::of(&config.limits)),
            limits: config.limits.clone(),
            owner: Engine::new_owner()?,
        }));
        let provisioner = config.provisioning_path.as_ref().map(|folder| {
            let place = Place { folder: folder.clone(), sources: Sources::process() };
            Arc::new(Provisioner::new(place, store.clone(), engine.clock.clone(), Arc::new(GrafanaNames::new(clients.clone()))))
        });
        let asking = Clients::new(config.grafana.clone(), Arc::new(store.clone()), ASKING_TIMEOUT);
        let rights = Arc::new(Rights::new(Arc::new(GrafanaSource::new(Arc::new(asking))), engine.clock.clone()));
        let duties = Duties { enabled: config.enabled, scheduler: config.scheduler_enabled };
        Ok(Program { engine, store, clients, rights, provisioner, duties, problems: fonts.problems, running: Mutex::new(None) })
    }

    pub fn router(&self) -> Router {
        if !self.duties.enabled {
            let off = || async { ApiError::new(StatusCode::NOT_FOUND, "reporting is switched off (enabled = false)").into_response() };
            return Router::new().fallback(off);
        }
        api::router(ApiState {
            engine: self.engine.clone(),
            verifier: Arc::new(GrafanaTokens { clients: self.clients.clone() }),
            provisioner: self.provisioner.clone(),
            rights: self.rights.clone(),
        })
    }

    /// Applies provisioning files and starts the scheduler; a second call changes nothing.
    pub async fn start(&self) {
        let mut running = self.running.lock().await;
        if running.is_some() || !self.duties.enabled {
            return;
        }
        // Before the scheduler: what a file has deleted is not to be sent once more.
        let provisioning = match self.provisioner.clone() {
            Some(provisioner) => {
                provisioner.look_offline().await;
                let engine = self.engine.clone();
                Some(tokio::spawn(keep_looking(provisioner, move || engine.wake())))
            }
            None => None,
        };
        let (stop, stopped) = oneshot::channel();
        let scheduler = self.duties.scheduler.then(|| {
            let scheduler = Arc::new(Scheduler::new(self.engine.clone()));
            tokio::spawn(scheduler.run(async move { drop(stopped.await) }, GRACE))
        });
        *running = Some(Running { stop, scheduler, provisioning });
    }

    /// Ends the scheduler: runs under way finish within seconds or are handed back.
    pub async fn stop(&self) {
        let Some(Running { stop, scheduler, provisioning }) = self.running.lock().await.take() else { return };
        if let Some(task) = provisioning {
            // Each write is a transaction of its own, and the next start goes on where this one ends.
            task.abort();
        }
        let _ = stop.send(());
        if let Some(scheduler) = scheduler
            && scheduler.await.is_err()
        {
            tracing::error!("the scheduler broke off");
        }
    }

    /// What is wrong with what the settings name, for health.
    pub fn problems(&self) -> Vec<String> {
        self.problems.clone()
    }

    /// What is wrong with provisioning files, as "file:line: what".
    pub fn provisioning_problems(&self) -> Vec<String> {
        self.provisioner.iter().flat_map(|provisioner| provisioner.problems()).map(|problem| problem.to_string()).collect()
    }

    /// Whether an organisation has a credential, and what is wrong with it.
    pub fn connection_problem(&self, org_id: i64) -> Option<String> {
        self.clients.for_org(org_id).err().map(|error| error.to_string())
    }
}

/// New files are applied while the program runs.
async fn keep_looking(provisioner: Arc<Provisioner>, wake: impl Fn()) {
    loop {
        if provisioner.look().await.did_something() {
            wake();
        }
        tokio::time::sleep(LOOK_EVERY).await;
    }
}

/// What answers while the program cannot work: every request is told why.
pub fn broken_router(error: &Error) -> Router {
    let message = error.to_string();
    Router::new().fallback(move || {
        let message = message.clone();
        async move { ApiError::new(StatusCode::INTERNAL_SERVER_ERROR, message).into_response() }
    })
}

/// Logos from the web and from Grafana's own files.
struct FetchedLogos {
    pictures: Pictures,
    clients: Arc<Clients>,
}

impl LogoSource for FetchedLogos {
    fn fetch<'a>(&'a self, org_id: i64, url: &'a str) -> BoxFuture<'a, Result<Picture, String>> {
        Box::pin(async move {
            let found = self.pictures.fetch(url, self.clients.options().ok().as_ref()).await;
            let found = found.inspect_err(|error| tracing::debug!(org_id, url, error = %error, "logo not fetched"));
            found.map_err(|error| error.to_string())
        })
    }
}

/// Asks Grafana about tokens.
struct GrafanaTokens {
    clients: Arc<Clients>,
}

/// What a service account needs for reports, and what for.
const NEEDED: &[(&str, &str)] = &[("dashboards:read", "read dashboards"), ("datasources:query", "query data sources")];

impl GrafanaTokens {
    async fn verify(client: Result<Client, crate::run::Error>) -> Result<VerifiedToken, TokenError> {
        let client = client.map_err(|e| TokenError::Invalid(e.to_string()))?;
        let failed = |error: crate::grafana_api::Error| match error.is_denied() {
            true => TokenError::Invalid(error.to_string()),
            false => TokenError::Unavailable(error.to_string()),
        };
        let who = client.preferences().await.map_err(failed)?;
        let permissions = client.permissions().await.map_err(failed)?;
        Ok(VerifiedToken { login: who.user_login, org_id: who.org_id, problems: missing(&permissions) })
    }
}

/// `{action: [scopes]}` without something that is needed.
fn missing(permissions: &Json) -> Vec<String> {
    let has = |action: &str| permissions.get(action).and_then(Json::as_array).is_some_and(|scopes| !scopes.is_empty());
    NEEDED
        .iter()
        .filter(|(action, _)| !has(action))
        .map(|(action, what)| format!("the service account may not {what} ({action})"))
        .collect()
}

impl TokenVerifier for GrafanaTokens {
    fn verify<'a>(&'a self, org_id: i64, token: &'a Secret) -> BoxFuture<'a, Result<VerifiedToken, TokenError>> {
        Box::pin(GrafanaTokens::verify(self.clients.with_token(org_id, token)))
    }

    fn current(&self, org_id: i64) -> BoxFuture<'_, Result<VerifiedToken, TokenError>> {
        Box::pin(GrafanaTokens::verify(self.clients.for_org(org_id)))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn missing_permissions_are_named() {
        assert!(missing(&json!({ "dashboards:read": ["dashboards:*"], "datasources:query": ["datasources:*"] })).is_empty());
        assert_eq!(missing(&json!({ "dashboards:read": [] })).len(), 2);
    }
}
