//! Opening the file and the thread that owns the connection.

use std::{
    collections::HashMap,
    panic::{AssertUnwindSafe, catch_unwind},
    path::Path,
    sync::{Arc, RwLock, mpsc},
    time::Duration,
};

use rusqlite::Connection;
use tokio::sync::oneshot;

use super::{Error, SecretKey, migrate};
use crate::config::Secret;

/// The name of the database inside the data directory.
const FILE_NAME: &str = "broadsheet.db";

type Job = Box<dyn FnOnce(&mut Connection) + Send>;

/// A handle to the database; clones share it.
#[derive(Clone)]
pub struct Store {
    jobs: mpsc::Sender<Job>,
    pub(super) key: Arc<SecretKey>,
    /// Decrypted tokens: renderers ask for them synchronously.
    pub(super) tokens: Arc<RwLock<HashMap<i64, Secret>>>,
    pub(super) url: Arc<RwLock<Option<String>>>,
}

impl Store {
    /// Opens or creates the database in `directory` (made 0700, the file 0600). Fails when the directory cannot be written
    /// or the file is of a newer program.
    pub fn open(directory: &Path, key: SecretKey) -> Result<Store, Error> {
        private_directory(directory)?;
        let path = directory.join(FILE_NAME);
        private_file(&path)?;
        Store::start(Connection::open(&path)?, key)
    }

    /// A database that lives as long as the handle: for tests and the demo.
    pub fn in_memory() -> Result<Store, Error> {
        Store::start(Connection::open_in_memory()?, SecretKey::new([7; 32]))
    }

    fn start(mut connection: Connection, key: SecretKey) -> Result<Store, Error> {
        connection.busy_timeout(Duration::from_secs(10))?;
        connection.pragma_update(None, "journal_mode", "WAL")?;
        // A power cut must not forget that a mail was handed over: NORMAL could lose the last transactions in WAL mode.
        connection.pragma_update(None, "synchronous", "FULL")?;
        connection.pragma_update(None, "foreign_keys", true)?;
        migrate::run(&mut connection)?;
        let key = Arc::new(key);
        let tokens = super::tokens::load(&connection, &key)?;
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
        Ok(Store { jobs, key, tokens: Arc::new(RwLock::new(tokens)), url: Arc::new(RwLock::new(url)) })
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
        self.call(move |connection| {
            let transaction = connection.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
            let value = work(&transaction)?;
            transaction.commit()?;
            Ok(value)
        })
        .await
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
