//! Makes the store what the files say.

use std::{
    collections::BTreeSet,
    sync::{Arc, Mutex, PoisonError},
};

use jiff::Timestamp;
use report::{CreateOrUpdateReport, Report};

use super::{
    Fingerprint, Place, Problem,
    file::{Wanted, WantedReport, WantedSettings},
    list, names, read,
};
use crate::{
    scheduler::Clock,
    store::{self, Mark, ReportRef, Store},
};

/// Looks at the files of a folder and applies what is new in them.
pub struct Provisioner {
    place: Arc<Place>,
    store: Store,
    clock: Arc<dyn Clock>,
    seen: Mutex<Seen>,
}

#[derive(Default)]
struct Seen {
    /// `None` before the first look, and after one that the database kept from its end.
    files: Option<Fingerprint>,
    problems: Vec<Problem>,
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

impl Provisioner {
    pub fn new(place: Place, store: Store, clock: Arc<dyn Clock>) -> Provisioner {
        Provisioner { place: Arc::new(place), store, clock, seen: Mutex::default() }
    }

    /// What was wrong at the last look, for health.
    pub fn problems(&self) -> Vec<Problem> {
        self.seen().problems.clone()
    }

    /// Looks once, and applies everything when any file has changed.
    pub async fn look(&self) -> Looked {
        let place = self.place.clone();
        let last = self.seen().files.clone();
        // The folder may be on a network.
        let looked = tokio::task::spawn_blocking(move || {
            let files = list(&place.folder)?;
            Ok((last.as_ref() != Some(&files)).then(|| {
                let (wanted, problems) = read(&place.folder, &names(&files), &place.sources);
                (files, wanted, problems)
            }))
        });
        let (files, wanted, mut problems) = match looked.await {
            Ok(Ok(None)) | Err(_) => return Looked::default(),
            Ok(Ok(Some(found))) => found,
            Ok(Err(problem)) => {
                self.remember(None, vec![problem]);
                return Looked::default();
            }
        };
        let bad: BTreeSet<String> = problems.iter().map(|problem| problem.file.clone()).collect();
        let mut done = Looked { is_new: true, ..Looked::default() };
        let applied = self.apply(&wanted, &bad, &mut problems, &mut done).await;
        if let Err(error) = &applied {
            problems.push(Problem { file: self.place.folder.display().to_string(), line: 0, message: error.chain() });
        }
        self.remember(applied.is_ok().then_some(files), problems);
        tracing::info!(changed = done.changed, deleted = done.deleted, released = done.released, "reports provisioned");
        done
    }

    fn remember(&self, files: Option<Fingerprint>, problems: Vec<Problem>) {
        let mut seen = self.seen();
        for problem in problems.iter().filter(|problem| !seen.problems.contains(problem)) {
            tracing::error!(%problem, "provisioning");
        }
        *seen = Seen { files, problems };
    }

    fn seen(&self) -> std::sync::MutexGuard<'_, Seen> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn apply(
        &self,
        files: &[Wanted],
        bad: &BTreeSet<String>,
        problems: &mut Vec<Problem>,
        done: &mut Looked,
    ) -> Result<(), store::Error> {
        let reports: BTreeSet<(i64, String)> =
            files.iter().flat_map(|file| &file.reports).map(|report| (report.org_id, report.uid.clone())).collect();
        for (org_id, uid) in files.iter().flat_map(|file| &file.deletes) {
            // In both lists it is to be there: its file may say so to start it anew only once.
            if !reports.contains(&(*org_id, uid.clone())) && self.store.delete_report(*org_id, ReportRef::Uid(uid.clone())).await? {
                tracing::info!(org_id, uid, "report deleted by provisioning");
                done.deleted += 1;
            }
        }
        let marks = self.store.report_marks().await?;
        for report in files.iter().flat_map(|file| &file.reports) {
            if marks.get(&(report.org_id, report.uid.clone())) == Some(&report.mark) {
                continue;
            }
            match self.apply_report(report).await? {
                Ok(()) => done.changed += 1,
                Err(error) => {
                    problems.push(Problem { file: report.mark.file.clone(), line: report.line, message: error.to_string() });
                }
            }
        }
        for ((org_id, uid), mark) in &marks {
            // A file that cannot be read says nothing about what it no longer holds.
            if !reports.contains(&(*org_id, uid.clone())) && !bad.contains(&mark.file) {
                self.store.mark_report(*org_id, uid.clone(), None).await?;
                done.released += 1;
            }
        }
        self.apply_all_settings(files, bad, problems, done).await
    }

    async fn apply_report(&self, wanted: &WantedReport) -> Result<Result<(), report::Error>, store::Error> {
        let now = self.clock.now();
        let (org_id, uid, mark) = (wanted.org_id, wanted.uid.clone(), wanted.mark.clone());
        let change = CreateOrUpdateReport::new(mark.body.clone());
        let which = ReportRef::Uid(uid.clone());
        let changed = self.store.change_report(org_id, which, now, move |report, planned| replace(report, &change, now, planned)).await?;
        match changed {
            Some(Ok(_)) => {}
            Some(Err(error)) => return Ok(Err(error)),
            None => {
                let mut report = Report { uid: uid.clone(), ..Report::new(org_id, 0, now) };
                if let Err(error) = CreateOrUpdateReport::new(mark.body.clone()).apply(&mut report).and_then(|()| report.validate()) {
                    return Ok(Err(error));
                }
                let after = report.settle_new(now);
                self.store.create_report(report, after).await?;
            }
        }
        // Last: when the program dies before this, the next look does it all again.
        self.store.mark_report(org_id, uid, Some(mark)).await?;
        Ok(Ok(()))
    }

    async fn apply_all_settings(
        &self,
        files: &[Wanted],
        bad: &BTreeSet<String>,
        problems: &mut Vec<Problem>,
        done: &mut Looked,
    ) -> Result<(), store::Error> {
        let marks = self.store.settings_marks().await?;
        let mut wanted_orgs = BTreeSet::new();
        for WantedSettings { org_id, line, mark } in files.iter().flat_map(|file| &file.settings) {
            wanted_orgs.insert(*org_id);
            if marks.get(org_id) == Some(mark) {
                continue;
            }
            match self.store.change_settings(*org_id, 0, mark.body.clone()).await? {
                Ok(_) => {
                    self.store.mark_settings(*org_id, Some(mark.clone())).await?;
                    done.changed += 1;
                }
                Err(error) => problems.push(Problem { file: mark.file.clone(), line: *line, message: error.to_string() }),
            }
        }
        let gone = |(org_id, mark): &(&i64, &Mark)| !wanted_orgs.contains(org_id) && !bad.contains(&mark.file);
        for (org_id, _) in marks.iter().filter(gone) {
            self.store.mark_settings(*org_id, None).await?;
            done.released += 1;
        }
        Ok(())
    }
}

/// The report becomes what the file says: what the file leaves out is the default, not what somebody set before. Only the start
/// stays when the file has none, so that a new recipient moves no due time, and titles of dashboards that were known.
fn replace(
    report: &mut Report,
    change: &CreateOrUpdateReport,
    now: Timestamp,
    planned: Timestamp,
) -> Result<Option<Timestamp>, report::Error> {
    let old = report.clone();
    let mut next = Report::new(old.org_id, old.user_id, old.created);
    (next.id, next.uid, next.schedule.start_date) = (old.id, old.uid.clone(), old.schedule.start_date);
    change.apply(&mut next)?;
    next.validate()?;
    for dashboard in next.dashboards.iter_mut().filter(|dashboard| dashboard.dashboard.name.is_empty()) {
        if let Some(known) = old.dashboards.iter().find(|known| known.dashboard.uid == dashboard.dashboard.uid) {
            dashboard.dashboard.name = known.dashboard.name.clone();
        }
    }
    next.updated = now;
    let after = next.settle_change(&old, now, planned);
    *report = next;
    Ok(after)
}
