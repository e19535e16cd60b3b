//! Makes the store what the files say.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use report::{CreateOrUpdateReport, Report};

use super::{
    Problem,
    provisioner::{Looked, Provisioner, Way},
    resolve::{Marks, Resolved, ResolvedReport, ResolvedSettings},
};
use crate::audit::Entry;
use crate::store::{self, Mark, ReportRef};

impl Provisioner {
    /// `bad` are files that say nothing about what they no longer hold.
    pub(super) async fn apply(
        &self,
        wanted: &Resolved,
        marks: &Marks,
        bad: &BTreeSet<String>,
        way: Way,
        problems: &mut Vec<Problem>,
        done: &mut Looked,
    ) -> Result<(), store::Error> {
        let defined: BTreeSet<(i64, String)> =
            wanted.reports.iter().map(|report| (report.org_id, report.uid.clone())).chain(wanted.waiting.iter().cloned()).collect();
        for (org_id, uid) in &wanted.deletes {
            // In both lists it is to be there: its file may say so to start it anew only once.
            if !defined.contains(&(*org_id, uid.clone())) && self.store.delete_report(*org_id, ReportRef::Uid(uid.clone())).await? {
                Entry::provisioned("report.delete", *org_id, Some(uid), None).write();
                done.deleted += 1;
            }
        }
        for report in &wanted.reports {
            let is_same = marks.get(&(report.org_id, report.uid.clone())) == Some(&report.mark);
            if is_same && !(way.force_org == Some(report.org_id) && self.is_drifted(report).await?) {
                continue;
            }
            match self.apply_report(report).await? {
                Ok(()) => {
                    Entry::provisioned("report.provision", report.org_id, Some(&report.uid), Some(&report.mark.file)).write();
                    done.changed += 1;
                }
                Err(error) => {
                    problems.push(Problem::new(&report.mark.file, report.line, error.to_string()).of_org(Some(report.org_id)));
                }
            }
        }
        for ((org_id, uid), mark) in marks {
            if !defined.contains(&(*org_id, uid.clone())) && !bad.contains(&mark.file) {
                self.store.mark_report(*org_id, uid.clone(), None).await?;
                done.released += 1;
            }
        }
        self.apply_all_settings(wanted, bad, way, problems, done).await
    }

    async fn is_drifted(&self, report: &ResolvedReport) -> Result<bool, store::Error> {
        let stored = self.store.report(report.org_id, ReportRef::Uid(report.uid.clone())).await?;
        Ok(stored.and_then(|stored| stored.provisioned).is_some_and(|from| from.drifted))
    }

    async fn apply_report(&self, wanted: &ResolvedReport) -> Result<Result<(), report::Error>, store::Error> {
        let now = self.clock.now();
        let (org_id, uid, mark) = (wanted.org_id, wanted.uid.clone(), wanted.mark.clone());
        let change = CreateOrUpdateReport::new(mark.body.clone());
        let which = ReportRef::Uid(uid.clone());
        let titles = wanted.titles.clone();
        let replaced = {
            let titles = titles.clone();
            move |report: &mut Report, planned| replace(report, &change, &titles, now, planned)
        };
        match self.store.change_report(org_id, which, now, replaced).await? {
            Some(Ok(_)) => {}
            Some(Err(error)) => return Ok(Err(error)),
            None => {
                let mut report = Report { uid: uid.clone(), ..Report::new(org_id, 0, now) };
                if let Err(error) = CreateOrUpdateReport::new(mark.body.clone()).apply(&mut report).and_then(|()| report.validate()) {
                    return Ok(Err(error));
                }
                name_dashboards(&mut report, &titles);
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
        wanted: &Resolved,
        bad: &BTreeSet<String>,
        way: Way,
        problems: &mut Vec<Problem>,
        done: &mut Looked,
    ) -> Result<(), store::Error> {
        let marks = self.store.settings_marks().await?;
        let mut wanted_orgs = BTreeSet::new();
        for ResolvedSettings { org_id, line, mark } in &wanted.settings {
            wanted_orgs.insert(*org_id);
            let is_forced =
                way.force_org == Some(*org_id) && self.store.settings(*org_id).await?.provisioned.is_some_and(|from| from.drifted);
            if marks.get(org_id) == Some(mark) && !is_forced {
                continue;
            }
            match self.store.change_settings(*org_id, 0, mark.body.clone()).await? {
                Ok(_) => {
                    self.store.mark_settings(*org_id, Some(mark.clone())).await?;
                    Entry::provisioned("settings.provision", *org_id, None, Some(&mark.file)).write();
                    done.changed += 1;
                }
                Err(error) => problems.push(Problem::new(&mark.file, *line, error.to_string()).of_org(Some(*org_id))),
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
    titles: &BTreeMap<String, String>,
    now: Timestamp,
    planned: Timestamp,
) -> Result<Option<Timestamp>, report::Error> {
    let old = report.clone();
    let mut next = Report::new(old.org_id, old.user_id, old.created);
    (next.id, next.uid, next.schedule.start_date) = (old.id, old.uid.clone(), old.schedule.start_date);
    change.apply(&mut next)?;
    next.validate()?;
    name_dashboards(&mut next, titles);
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

fn name_dashboards(report: &mut Report, titles: &BTreeMap<String, String>) {
    for dashboard in &mut report.dashboards {
        if let Some(title) = titles.get(&dashboard.dashboard.uid) {
            dashboard.dashboard.name = title.clone();
        }
    }
}
