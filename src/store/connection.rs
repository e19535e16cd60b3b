//! Opening the file and the thread that owns the connection.

use std::{
    collections::BTreeMap,
    panic::{AssertUnwindSafe, catch_unwind},
    path::Path,
    sync::{Arc, PoisonError, RwLock, mpsc},
    time::Duration,
};

use rusqlite::Connection;
use tokio::sync::oneshot;

use super::{Error, SecretKey, key::Keys, migrate, tokens::StoredToken};

/// The name of the database inside the data directory.
const FILE_NAME: &str = "broadsheet.db";

type Job = Box<dyn FnOnce(&mut Connection) + Send>;

/// A handle to the database; clones share it.
#[derive(Clone)]
pub struct Store {
    jobs: mpsc::Sender<Job>,
    pub(super) key: Arc<SecretKey>,
    /// Decrypted tokens: renderers ask for them synchronously.
    pub(super) tokens: Arc<RwLock<BTreeMap<i64, StoredToken>>>,
    pub(super) url: Arc<RwLock<Option<String>>>,
    /// Why the last write did not work.
    trouble: Arc<RwLock<Option<String>>>,
}

impl Store {
    /// Opens or creates the database in `directory` (made 0700, the file 0600). Fails when the directory cannot be written
    /// or the file is of a newer program.
    ///
    /// What is sealed with an older key is sealed anew with the current one.
    pub fn open(directory: &Path, keys: impl Into<Keys>) -> Result<Store, Error> {
        private_directory(directory)?;
        let path = directory.join(FILE_NAME);
        private_file(&path)?;
        Store::start(Connection::open(&path)?, keys.into())
    }

    /// A database that lives as long as the handle: for tests and the demo.
    pub fn in_memory() -> Result<Store, Error> {
        Store::start(Connection::open_in_memory()?, SecretKey::new([7; 32]).into())
    }

    fn start(mut connection: Connection, keys: Keys) -> Result<Store, Error> {
        connection.busy_timeout(Duration::from_secs(10))?;
        connection.pragma_update(None, "journal_mode", "WAL")?;
        // A power cut must not forget that a mail was handed over: NORMAL could lose the last transactions in WAL mode.
        connection.pragma_update(None, "synchronous", "FULL")?;
        connection.pragma_update(None, "foreign_keys", true)?;
        migrate::run(&mut connection)?;
        let tokens = super::tokens::load(&connection, &keys)?;
        let key = Arc::new(keys.current);
        let url = super::tokens::load_url(&connection)?;
        let (jobs, queue) = mpsc::channel::<Job>();
        std::thread::Builder::new()
            .name("store".into())
            .spawn(move || {
                // Ends when the last handle is dropped; the connection is closed cleanly then.
                while let Ok(job) = queue.recv() {
                    // A panic in a job drops its answer; the transaction rolls back and the thread lives on.
                    if catch_unwind(AssertUnwindSafe(|| job(&mut connection))).is_err() {
                        tracing::error!("a database job panicked");
                    }
                }
            })
            .map_err(|source| Error::Directory { path: "store thread".into(), source })?;
        Ok(Store { jobs, key, tokens: Arc::new(RwLock::new(tokens)), url: Arc::new(RwLock::new(url)), trouble: Arc::default() })
    }

    /// Why nothing could be written lately; `None` once a write works again.
    pub fn trouble(&self) -> Option<String> {
        self.trouble.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Runs `work` on the database thread. A caller that goes away does not stop it.
    pub(super) async fn call<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Connection) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Error> {
        let (answer, answered) = oneshot::channel();
        let job: Job = Box::new(move |connection| {
            // Nobody waiting is fine: the work is done all the same.
            let _ = answer.send(work(connection));
        });
        self.jobs.send(job).map_err(|_| Error::Closed)?;
        answered.await.map_err(|_| Error::Closed)?
    }

    /// The same inside one immediate transaction, so that what is read cannot change before it is written.
    pub(super) async fn write<T: Send + 'static>(
        &self,
        work: impl FnOnce(&rusqlite::Transaction) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Error> {
        let trouble = self.trouble.clone();
        self.call(move |connection| {
            let written = in_transaction(connection, work);
            remember_trouble(&trouble, written.as_ref().err());
            written
        })
        .await
    }

    /// The same for callers that cannot wait; in order with all other writes. A failure is logged.
    pub(super) fn write_soon(&self, what: &'static str, work: impl FnOnce(&rusqlite::Transaction) -> Result<(), Error> + Send + 'static) {
        let trouble = self.trouble.clone();
        let job: Job = Box::new(move |connection| {
            let written = in_transaction(connection, work);
            remember_trouble(&trouble, written.as_ref().err());
            if let Err(error) = written {
                tracing::error!(what, error = %error.chain(), "not written");
            }
        });
        if self.jobs.send(job).is_err() {
            tracing::error!(what, "not written: the database has been closed");
        }
    }
}

fn in_transaction<T>(connection: &mut Connection, work: impl FnOnce(&rusqlite::Transaction) -> Result<T, Error>) -> Result<T, Error> {
    let transaction = connection.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
    let value = work(&transaction)?;
    transaction.commit()?;
    Ok(value)
}

/// Errors of other kinds say nothing of whether one can write.
fn remember_trouble(trouble: &RwLock<Option<String>>, error: Option<&Error>) {
    let now = match error.map(Error::obstacle) {
        Some(None) => return,
        Some(Some(obstacle)) => Some(obstacle.to_owned()),
        None => None,
    };
    let mut known = trouble.write().unwrap_or_else(PoisonError::into_inner);
    if *known != now {
        *known = now;
    }
}

fn private_directory(directory: &Path) -> Result<(), Error> {
    let failed = |source| Error::Directory { path: directory.display().to_string(), source };
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(directory).map_err(failed)
}

/// Creates the file before SQLite does: its journal files take over the mode.
fn private_file(path: &Path) -> Result<(), Error> {
    let mut options = std::fs::OpenOptions::new();
    options.create(true).append(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path).map(drop).map_err(|source| Error::Directory { path: path.display().to_string(), source })
}
