//! Puts the parts together: store, Grafana clients, renderer, mailer, scheduler and router. Every door opens onto a [`Program`].

use std::{sync::Arc, time::Duration};

use axum::{Router, response::IntoResponse};
use futures_util::future::BoxFuture;
use http::StatusCode;
use scene::Fonts;
use serde_json::{Map, Value as Json};
use tokio::{
    sync::{Mutex, oneshot},
    task::JoinHandle,
};

use crate::{
    api::{self, ApiError, ApiState},
    archive::{Archive, ArchiveLimits},
    config::{Config, OrgSettings, OrgSettingsBook, Secret, org_part},
    connection::{AppSwitch, Book, Keeper},
    grafana_api::{AllowedHosts, Pictures},
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
    #[error("the store cannot be opened: {}{}", .0.chain(), .0.obstacle().map(|obstacle| format!("; {obstacle}")).unwrap_or_default())]
    Store(#[from] store::Error),
}

/// Everything behind a door.
pub struct Program {
    pub engine: Arc<Engine>,
    pub store: Store,
    /// The credentials of organisations.
    pub connections: Arc<Book>,
    keeper: Arc<Keeper>,
    rights: Arc<Rights>,
    provisioner: Option<Arc<Provisioner>>,
    duties: Duties,
    orgs: Arc<OrgSettingsBook>,
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
    keeping: JoinHandle<()>,
    provisioning: Option<JoinHandle<()>>,
}

impl Program {
    /// Opens the store in the data directory; nothing runs yet.
    pub fn open(config: &Config) -> Result<Program, Error> {
        Program::open_with(config, Host::None)
    }

    /// The same for a plugin, which Grafana can call and switch off in an organisation.
    pub fn open_plugin(config: &Config) -> Result<Program, Error> {
        Program::open_with(config, Host::Grafana)
    }

    fn open_with(config: &Config, host: Host) -> Result<Program, Error> {
        let folder = config.data_dir.as_ref().ok_or_else(|| Error::DataDir(config.problems.join("; ")))?;
        let configured = config.encryption_secret.as_ref().map(Secret::expose);
        let previous = config.encryption_secret_previous.as_ref().map(Secret::expose);
        let store = Store::open(folder, store::load_keys(folder, configured, previous)?)?;
        let clock = Arc::new(SystemClock);
        let book = Book::new(config.grafana.clone(), store.clone(), clock.clone());
        let clients = Arc::new(Clients::new(config.grafana.clone(), book.clone(), config.limits.rendering_timeout));
        let orgs = Arc::new(OrgSettingsBook::default());
        let fonts = FontFiles::load(config.fonts_path.as_deref());
        let mut renderer = GrafanaRenderer::with(clients.clone(), Fonts::with_fallbacks(fonts.files), config.limits.image_scale_factor);
        if host == Host::Grafana {
            renderer = renderer.with_switch(AppSwitch::new(clients.clone(), book.clone()));
        }
        let engine = Arc::new(Engine::new(EngineParts {
            store: store.clone(),
            renderer: Arc::new(renderer),
            mailer: Arc::new(SmtpMailer::new(config.smtp.clone(), config.limits.clone()).with_orgs(orgs.clone())),
            clock,
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
        let asking = Clients::new(config.grafana.clone(), book.clone(), ASKING_TIMEOUT);
        let rights = Rights::new(Arc::new(GrafanaSource::new(Arc::new(asking))), engine.clock.clone());
        let rights = Arc::new(rights.with_editing(config.report_editing));
        let keeper = Arc::new(Keeper::new(clients, book.clone(), store.clone(), host == Host::Grafana));
        let woken = engine.clone();
        book.on_recovery(move || woken.wake());
        let duties = Duties { enabled: config.enabled, scheduler: config.scheduler_enabled };
        let (problems, running) = (fonts.problems, Mutex::new(None));
        Ok(Program { engine, store, connections: book, keeper, rights, provisioner, duties, orgs, problems, running })
    }

    pub fn router(&self) -> Router {
        if !self.duties.enabled {
            let off = || async { ApiError::new(StatusCode::NOT_FOUND, "reporting is switched off (enabled = false)").into_response() };
            return Router::new().fallback(off);
        }
        api::router(ApiState {
            engine: self.engine.clone(),
            connector: self.keeper.clone(),
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
        if let Err(error) = self.connections.load().await {
            tracing::error!(error = %error.chain(), "what is known of credentials cannot be read");
        }
        match self.store.org_settings().await {
            Ok(all) => all.iter().for_each(|(org_id, json)| {
                let json = serde_json::from_str(json).unwrap_or_default();
                self.orgs.set(*org_id, OrgSettings::from_json(&json));
            }),
            Err(error) => tracing::error!(error = %error.chain(), "what organisations set for themselves cannot be read"),
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
        // In a task of its own: Grafana's HTTP is not up while it starts its plugins.
        let keeper = self.keeper.clone();
        let keeping = tokio::spawn(async move { keeper.run().await });
        *running = Some(Running { stop, scheduler, keeping, provisioning });
    }

    /// Ends the scheduler: runs under way finish within seconds or are handed back.
    pub async fn stop(&self) {
        let Some(Running { stop, scheduler, keeping, provisioning }) = self.running.lock().await.take() else { return };
        if let Some(task) = provisioning {
            // Each write is a transaction of its own, and the next start goes on where this one ends.
            task.abort();
        }
        keeping.abort();
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

    /// Takes over what an organisation set for itself in the app's settings.
    pub async fn set_org_settings(&self, org_id: i64, json: &Map<String, Json>) -> Result<(), store::Error> {
        if !self.orgs.set(org_id, OrgSettings::from_json(json)) {
            return Ok(());
        }
        self.store.save_org_settings(org_id, Json::Object(org_part(json)).to_string()).await
    }

    /// What is wrong with an organisation's own settings.
    pub fn org_problems(&self, org_id: i64) -> Vec<String> {
        self.orgs.of(org_id).problems
    }

    /// What is wrong with provisioning files, as "file:line: what".
    pub fn provisioning_problems(&self) -> Vec<String> {
        self.provisioner.iter().flat_map(|provisioner| provisioner.problems()).map(|problem| problem.to_string()).collect()
    }

    /// What keeps an organisation's reports from being made, by what is known: asks nobody.
    pub fn connection_problem(&self, org_id: i64) -> Option<String> {
        Some(self.connections.standing(org_id).message).filter(|message| !message.is_empty())
    }

    /// Why nothing can be stored at present.
    pub fn store_problem(&self) -> Option<String> {
        self.store.trouble().map(|trouble| format!("nothing can be stored: {trouble}"))
    }
}

/// What has started the program.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Host {
    Grafana,
    None,
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
