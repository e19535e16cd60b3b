//! The loop: hold the lease, settle what crashed, record what is due, start what may begin.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use jiff::Timestamp;
use tokio::task::JoinSet;

use super::{Engine, Job};
use crate::store::{Error, Planned};

/// How long the lease holds without renewal. A dead process keeps others waiting this long.
const LEASE_MS: i64 = 60_000;
/// Renewed when this much is left: two thirds may go wrong before it is lost.
const RENEW_BELOW_MS: i64 = 40_000;
/// Looking costs one read; a due time is met within this.
const LOOK_EVERY: Duration = Duration::from_secs(1);
const PRUNE_EVERY_MS: i64 = 3_600_000;

/// Finds due runs and starts them. One a process; the lease lets one process at a time send.
pub struct Scheduler {
    engine: Arc<Engine>,
    tasks: Mutex<JoinSet<()>>,
    state: Mutex<LoopState>,
}

#[derive(Default)]
struct LoopState {
    lease_until_ms: i64,
    pruned_ms: Option<i64>,
}

/// What one look did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Ticked {
    /// False: another process sends.
    pub is_leader: bool,
    pub planned: Planned,
    pub started: usize,
}

impl Scheduler {
    pub fn new(engine: Arc<Engine>) -> Scheduler {
        Scheduler { engine, tasks: Mutex::default(), state: Mutex::default() }
    }

    /// Looks once: everything due by the clock is recorded, and begun as far as there is room. Runs go on in their own tasks.
    pub async fn tick(&self) -> Result<Ticked, Error> {
        let now = self.engine.clock.now();
        let now_ms = now.as_millisecond();
        let is_leader = self.hold_lease(now_ms).await?;
        self.collect_finished();
        if !is_leader {
            return Ok(Ticked::default());
        }
        let planned = self.engine.store.plan(&self.engine.owner, now).await?;
        let started = self.start_due(now).await?;
        Ok(Ticked { is_leader, planned, started })
    }

    /// Runs until `stop` ends, then stops gracefully within `grace`.
    pub async fn run(self: Arc<Self>, stop: impl Future<Output = ()> + Send, grace: Duration) {
        tokio::pin!(stop);
        loop {
            if let Err(error) = self.tick().await {
                tracing::error!(error = %error.chain(), "the scheduler cannot work");
            }
            tokio::select! {
                () = &mut stop => break,
                () = self.engine.wake.notified() => {}
                () = tokio::time::sleep(LOOK_EVERY) => {}
            }
        }
        self.stop(grace).await;
    }

    /// Lets running tasks end for at most `grace`, then hands the rest back.
    pub async fn stop(&self, grace: Duration) {
        let mut tasks = std::mem::take(&mut *self.tasks.lock().unwrap_or_else(PoisonError::into_inner));
        let mut by_hand = self.engine.take_background();
        let all_done = async {
            while tasks.join_next().await.is_some() {}
            while by_hand.join_next().await.is_some() {}
        };
        if tokio::time::timeout(grace, all_done).await.is_err() {
            tracing::warn!("runs under way are handed back");
        }
        // Rows first: a task that is still rendering then finds its run is no longer its own and does not send.
        if let Err(error) = self.engine.store.release_lease(&self.engine.owner, self.engine.clock.now().as_millisecond()).await {
            tracing::error!(error = %error.chain(), "the lease could not be given back");
        }
        self.lock_state().lease_until_ms = 0;
        tasks.abort_all();
        by_hand.abort_all();
    }

    /// Waits until nothing is under way.
    pub async fn idle(&self) {
        let mut tasks = std::mem::take(&mut *self.tasks.lock().unwrap_or_else(PoisonError::into_inner));
        while tasks.join_next().await.is_some() {}
        let mut by_hand = self.engine.take_background();
        while by_hand.join_next().await.is_some() {}
    }

    /// Renews when needed; settles crashed runs and drops old ones on the same occasion, so that an idle second writes nothing.
    async fn hold_lease(&self, now_ms: i64) -> Result<bool, Error> {
        let left_ms = self.lock_state().lease_until_ms - now_ms;
        if (RENEW_BELOW_MS..=LEASE_MS).contains(&left_ms) {
            return Ok(true);
        }
        let store = &self.engine.store;
        let until_ms = now_ms + LEASE_MS;
        let is_leader = store.acquire_lease(&self.engine.owner, now_ms, until_ms).await?;
        self.lock_state().lease_until_ms = if is_leader { until_ms } else { 0 };
        if is_leader {
            let n = store.recover_runs(now_ms).await?;
            if n > 0 {
                tracing::warn!(runs = n, "runs of a process that is gone were settled");
            }
            self.prune(now_ms).await?;
        }
        Ok(is_leader)
    }

    async fn prune(&self, now_ms: i64) -> Result<(), Error> {
        let is_time = self.lock_state().pruned_ms.is_none_or(|last| now_ms - last >= PRUNE_EVERY_MS);
        if is_time {
            self.engine.store.prune_runs(now_ms - self.engine.retention_ms()).await?;
            self.prune_files().await?;
            self.lock_state().pruned_ms = Some(now_ms);
        }
        Ok(())
    }

    /// Removes files whose run is no more. Files are listed first: a run that begins meanwhile has its row before its files.
    async fn prune_files(&self) -> Result<(), Error> {
        let archive = self.engine.archive.clone();
        let Ok(kept) = tokio::task::spawn_blocking(move || archive.kept()).await else { return Ok(()) };
        let rows = self.engine.store.all_run_ids().await?;
        let orphans: Vec<i64> = kept.into_iter().filter(|run_id| !rows.contains(run_id)).collect();
        self.engine.remove_files(orphans).await;
        Ok(())
    }

    async fn start_due(&self, now: Timestamp) -> Result<usize, Error> {
        let now_ms = now.as_millisecond();
        let mut n_started = 0;
        while self.n_running() < self.engine.n_parallel() {
            let Some(claim) = self.engine.store.claim_run(&self.engine.owner, now_ms, now_ms + LEASE_MS).await? else { break };
            tracing::info!(run_id = claim.run.id, report_id = claim.report.id, attempt = claim.run.attempts, "run started");
            let job = Job::scheduled(&claim.run, claim.report, now);
            let engine = self.engine.clone();
            let task = async move {
                // The result is in the ledger and in the log.
                let _ = engine.execute(job).await;
                engine.wake();
            };
            self.tasks.lock().unwrap_or_else(PoisonError::into_inner).spawn(task);
            n_started += 1;
        }
        Ok(n_started)
    }

    fn n_running(&self) -> usize {
        self.tasks.lock().unwrap_or_else(PoisonError::into_inner).len()
    }

    fn collect_finished(&self) {
        let mut tasks = self.tasks.lock().unwrap_or_else(PoisonError::into_inner);
        while tasks.try_join_next().is_some() {}
    }

    fn lock_state(&self) -> std::sync::MutexGuard<'_, LoopState> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
