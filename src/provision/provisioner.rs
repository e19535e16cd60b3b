//! Looks at the files again and again, and applies what is new in them.

use std::{
    collections::BTreeSet,
    sync::{Arc, Mutex, PoisonError},
};

use jiff::{SignedDuration, Timestamp};

use super::{
    Names, Place, Problem,
    file::Wanted,
    folder::{self, Fingerprint},
    resolve::{Known, has_titles, resolve},
};
use crate::{
    scheduler::Clock,
    store::{self, Store},
};

/// How long what Grafana said of names is taken for true: a dashboard may be renamed, deleted, or made anew under another uid.
const ASK_AGAIN: SignedDuration = SignedDuration::from_mins(5);

/// Looks at the files of a folder and applies what is new in them.
pub struct Provisioner {
    pub(super) place: Arc<Place>,
    pub(super) store: Store,
    pub(super) clock: Arc<dyn Clock>,
    names: Arc<dyn Names>,
    /// One at a time: the loop and the API may both want to look.
    turn: tokio::sync::Mutex<()>,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    /// `None` before the first look, and after one that the database kept from its end.
    fingerprint: Option<Fingerprint>,
    known: Known,
    /// When Grafana is to be asked again; `None` when nothing in the files needs that.
    ask_at: Option<Timestamp>,
    seen: Seen,
}

/// What the last look found.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Seen {
    pub at: Option<Timestamp>,
    pub files: Vec<SeenFile>,
    pub problems: Vec<Problem>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct SeenFile {
    pub name: String,
    /// Organisations with an entry in it, as far as they are given by number.
    pub orgs: BTreeSet<i64>,
    pub is_read: bool,
}

/// What one look did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Looked {
    /// Files are other than last time.
    pub is_new: bool,
    /// Reports and settings written.
    pub changed: usize,
    /// Reports deleted.
    pub deleted: usize,
    /// Reports and settings no file defines any more: they stay, as ordinary ones.
    pub released: usize,
}

impl Looked {
    /// Due times may be other ones now.
    pub fn did_something(&self) -> bool {
        self.changed + self.deleted + self.released > 0
    }
}

/// How to look.
#[derive(Clone, Copy, Default)]
pub(super) struct Way {
    /// Although nothing seems to have changed.
    again: bool,
    /// Without asking Grafana, which may not be up yet.
    offline: bool,
    /// What was changed by the API in this organisation becomes what the files say.
    pub force_org: Option<i64>,
}

impl Provisioner {
    pub fn new(place: Place, store: Store, clock: Arc<dyn Clock>, names: Arc<dyn Names>) -> Provisioner {
        Provisioner { place: Arc::new(place), store, clock, names, turn: tokio::sync::Mutex::default(), state: Mutex::default() }
    }

    /// What was wrong at the last look, for health.
    pub fn problems(&self) -> Vec<Problem> {
        self.state().seen.problems.clone()
    }

    pub fn seen(&self) -> Seen {
        self.state().seen.clone()
    }

    /// Looks once, and applies everything when any file has changed or something waits for Grafana.
    pub async fn look(&self) -> Looked {
        self.go(Way::default()).await
    }

    /// The look at a start of the program: Grafana starts plugins before it answers, so nobody is asked. What needs no answer is applied.
    pub async fn look_offline(&self) -> Looked {
        self.go(Way { offline: true, ..Way::default() }).await
    }

    /// Looks whether or not anything seems to have changed, and asks Grafana for every name anew. `force_org`: in this organisation the
    /// files win over what the API has changed.
    pub async fn reload(&self, force_org: Option<i64>) -> Looked {
        self.state().known.clear();
        self.go(Way { again: true, offline: false, force_org }).await
    }

    async fn go(&self, way: Way) -> Looked {
        let _turn = self.turn.lock().await;
        let now = self.clock.now();
        let (last, ask_at) = {
            let state = self.state();
            (state.fingerprint.clone(), state.ask_at)
        };
        let is_due = way.again || ask_at.is_some_and(|at| at <= now);
        let place = self.place.clone();
        // The folder may be on a network.
        let looked = tokio::task::spawn_blocking(move || {
            let holds = last.as_ref().is_some_and(|last| last.holds(&place.folder));
            (!holds || is_due).then(|| folder::read(&place.folder, &place.sources).map(|found| (!holds, found)))
        });
        let (is_new, found) = match looked.await {
            Ok(None) | Err(_) => return Looked::default(),
            Ok(Some(Ok(found))) => found,
            Ok(Some(Err(problem))) => {
                self.remember(|state| state.fingerprint = None, Vec::new(), vec![problem]);
                return Looked::default();
            }
        };
        let mut done = Looked { is_new, ..Looked::default() };
        let files = seen_files(&found.fingerprint, &found.wanted);
        let mut problems = found.problems;
        let bad: BTreeSet<String> = problems.iter().map(|problem| problem.file.clone()).collect();
        match self.settle(&found.wanted, bad, way, &mut problems, &mut done).await {
            Ok((known, is_open)) => {
                let ask_again = found.wanted.iter().flat_map(|file| &file.reports).any(|report| has_titles(&report.mark.body))
                    || problems.iter().any(|problem| problem.is_warning);
                let later = now.checked_add(ASK_AGAIN).unwrap_or(now);
                self.remember(
                    |state| {
                        state.fingerprint = Some(found.fingerprint);
                        state.known = known;
                        state.ask_at = if is_open { Some(now) } else { ask_again.then_some(later) };
                    },
                    files,
                    problems,
                );
            }
            Err(error) => {
                problems.push(Problem::new(self.place.folder.display().to_string(), 0, error.chain()));
                self.remember(|state| state.fingerprint = None, files, problems);
            }
        }
        if is_new || done.did_something() {
            tracing::info!(changed = done.changed, deleted = done.deleted, released = done.released, "reports provisioned");
        }
        done
    }

    async fn settle(
        &self,
        wanted: &[Wanted],
        mut bad: BTreeSet<String>,
        way: Way,
        problems: &mut Vec<Problem>,
        done: &mut Looked,
    ) -> Result<(Known, bool), store::Error> {
        let marks = self.store.report_marks().await?;
        // Dashboards that were there five minutes ago are asked for again, but not every ten seconds while something else waits.
        let is_fresh = self.state().seen.at.is_some_and(|at| self.clock.now().duration_since(at) < ASK_AGAIN);
        let known = if is_fresh { std::mem::take(&mut self.state().known) } else { Known::default() };
        let names = (!way.offline).then_some(&*self.names);
        let mut resolved = resolve(wanted, &marks, known, names).await;
        problems.append(&mut resolved.problems);
        bad.append(&mut resolved.incomplete);
        self.apply(&resolved, &marks, &bad, way, problems, done).await?;
        Ok((resolved.known, resolved.is_open))
    }

    fn remember(&self, change: impl FnOnce(&mut State), files: Vec<SeenFile>, problems: Vec<Problem>) {
        let mut state = self.state();
        for problem in problems.iter().filter(|problem| !state.seen.problems.contains(problem)) {
            match problem.is_warning {
                true => tracing::warn!(%problem, "provisioning"),
                false => tracing::error!(%problem, "provisioning"),
            }
        }
        change(&mut state);
        state.seen = Seen { at: Some(self.clock.now()), files, problems };
    }

    fn state(&self) -> std::sync::MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn seen_files(fingerprint: &Fingerprint, wanted: &[Wanted]) -> Vec<SeenFile> {
    let seen = |name: &String| {
        let file = wanted.iter().find(|file| file.file == *name);
        let orgs = file.into_iter().flat_map(|file| {
            let reports = file.reports.iter().map(|report| &report.org);
            reports.chain(file.settings.iter().map(|settings| &settings.org)).chain(file.deletes.iter().map(|delete| &delete.org))
        });
        SeenFile { name: name.clone(), orgs: orgs.filter_map(|org| org.id()).collect(), is_read: file.is_some() }
    };
    fingerprint.files.keys().map(seen).collect()
}
