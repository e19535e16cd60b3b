//! Runs under way in this process: how far they are, and how they are stopped. The ledger stays the truth; this only knows more.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use jiff::Timestamp;
use tokio::sync::Notify;

use crate::run::{Progress, Stage};

/// All runs under way.
#[derive(Default)]
pub struct LiveRuns {
    runs: Mutex<BTreeMap<i64, Arc<LiveRun>>>,
}

/// One run under way.
#[derive(Default)]
pub struct LiveRun {
    state: Mutex<LiveState>,
    cancel: Notify,
}

#[derive(Default)]
struct LiveState {
    progress: Progress,
    /// When each stage began, in order.
    stages: Vec<(Stage, Timestamp)>,
}

impl LiveRuns {
    /// How far a run of this process is.
    pub fn progress(&self, run_id: i64) -> Option<Progress> {
        let run = self.lock().get(&run_id).cloned()?;
        Some(run.lock().progress.clone())
    }

    /// Wakes a run that should stop. What it may still do the ledger says.
    pub(super) fn cancel(&self, run_id: i64) {
        if let Some(run) = self.lock().get(&run_id) {
            run.cancel.notify_one();
        }
    }

    pub(super) fn begin(&self, run_id: i64, now: Timestamp) -> Arc<LiveRun> {
        let run = Arc::new(LiveRun::default());
        run.enter(Stage::Waiting, now);
        self.lock().insert(run_id, run.clone());
        run
    }

    pub(super) fn end(&self, run_id: i64) {
        self.lock().remove(&run_id);
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<i64, Arc<LiveRun>>> {
        self.runs.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl LiveRun {
    pub(super) async fn cancelled(&self) {
        self.cancel.notified().await;
    }

    pub(super) fn tell(&self, progress: Progress, now: Timestamp) {
        self.enter(progress.stage, now);
        self.lock().progress = progress;
    }

    /// A stage begins; the panels keep their count.
    pub(super) fn enter(&self, stage: Stage, now: Timestamp) {
        let mut state = self.lock();
        state.progress.stage = stage;
        if state.stages.last().is_none_or(|(last, _)| *last != stage) {
            state.stages.push((stage, now));
        }
    }

    /// Milliseconds of each stage until `now`, in the order they came.
    pub(super) fn timings(&self, now: Timestamp) -> Vec<(Stage, i64)> {
        let state = self.lock();
        let ends = state.stages.iter().skip(1).map(|(_, at)| *at).chain([now]);
        let mut timings: Vec<(Stage, i64)> = Vec::new();
        for ((stage, from), to) in state.stages.iter().zip(ends) {
            let ms = to.as_millisecond() - from.as_millisecond();
            match timings.iter_mut().find(|(known, _)| known == stage) {
                Some((_, sum)) => *sum += ms,
                None => timings.push((*stage, ms)),
            }
        }
        timings
    }

    fn lock(&self) -> MutexGuard<'_, LiveState> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stages_are_timed() {
        let at = |ms: i64| Timestamp::from_millisecond(ms).unwrap();
        let runs = LiveRuns::default();
        let run = runs.begin(1, at(0));
        let progress = |stage, done| Progress { stage, step: "", done, total: 4 };
        run.tell(progress(Stage::Gather, 1), at(5));
        run.tell(progress(Stage::Gather, 2), at(20));
        run.tell(progress(Stage::Draw, 4), at(105));
        run.enter(Stage::Send, at(110));
        assert_eq!(run.timings(at(140)), [(Stage::Waiting, 5), (Stage::Gather, 100), (Stage::Draw, 5), (Stage::Send, 30)]);
        assert_eq!(runs.progress(1), Some(progress(Stage::Send, 4)));
        runs.end(1);
        assert_eq!(runs.progress(1), None);
    }
}
