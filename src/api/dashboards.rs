//! What Grafana knows of a report's dashboards: their titles and numbers, and uids for those that older clients name by number.

use std::collections::{BTreeMap, BTreeSet};

use report::{Report, State as ReportState};

use super::{ApiError, ApiState};
use crate::run::{self, FoundDashboard};

/// Dashboards that were asked for, to be filled into a report as often as it is read anew.
#[derive(Clone, Debug, Default)]
pub struct KnownDashboards {
    by_uid: BTreeMap<String, FoundDashboard>,
    uid_by_id: BTreeMap<i64, String>,
}

impl KnownDashboards {
    /// Those of a stored report, which need not be asked for again.
    pub fn of(stored: &Report) -> KnownDashboards {
        let mut known = KnownDashboards::default();
        for old in stored.dashboards.iter().map(|dashboard| &dashboard.dashboard).filter(|old| !old.uid.is_empty()) {
            known.add(FoundDashboard { id: old.id, uid: old.uid.clone(), title: old.name.clone() });
        }
        known
    }

    /// Finds the dashboards that `report` names by number only. Before it is validated: it needs their uids.
    pub async fn ask_for_numbers(&mut self, state: &ApiState, report: &Report) -> Result<(), ApiError> {
        let numbers: BTreeSet<i64> = report.dashboards.iter().map(|d| &d.dashboard).filter(|d| d.uid.is_empty()).map(|d| d.id).collect();
        for id in numbers {
            if id == 0 || self.uid_by_id.contains_key(&id) {
                continue;
            }
            let answer = state.engine.renderer.dashboard_of_id(report.org_id, id).await;
            self.take(report, answer)?;
        }
        Ok(())
    }

    /// Asks Grafana for the dashboards of `report`, which proves that they exist and may be read. Drafts may name anything, and a
    /// Grafana that is down for the moment does not keep anyone from saving.
    pub async fn ask(&mut self, state: &ApiState, report: &Report) -> Result<(), ApiError> {
        let uids: BTreeSet<&str> = report.dashboards.iter().map(|dashboard| dashboard.dashboard.uid.as_str()).collect();
        for uid in uids.into_iter().filter(|uid| !uid.is_empty()) {
            if !self.by_uid.contains_key(uid) {
                let answer = state.engine.renderer.dashboard(report.org_id, uid).await;
                self.take(report, answer)?;
            }
        }
        Ok(())
    }

    fn take(&mut self, report: &Report, answer: Result<FoundDashboard, run::Error>) -> Result<(), ApiError> {
        match answer {
            Ok(found) => self.add(found),
            Err(error @ (run::Error::NotFound(_) | run::Error::Denied(_) | run::Error::NotConnected(_)))
                if report.state != ReportState::Draft =>
            {
                return Err(error.into());
            }
            Err(error) => tracing::warn!(org_id = report.org_id, error = %error, "dashboard not checked"),
        }
        Ok(())
    }

    fn add(&mut self, found: FoundDashboard) {
        if found.id != 0 {
            self.uid_by_id.insert(found.id, found.uid.clone());
        }
        self.by_uid.insert(found.uid.clone(), found);
    }

    /// Writes what is known into `report`. What Grafana says counts before what the caller wrote.
    pub fn fill(&self, report: &mut Report) {
        for dashboard in report.dashboards.iter_mut().map(|dashboard| &mut dashboard.dashboard) {
            if dashboard.uid.is_empty()
                && let Some(uid) = self.uid_by_id.get(&dashboard.id)
            {
                dashboard.uid = uid.clone();
            }
            let Some(found) = self.by_uid.get(&dashboard.uid) else { continue };
            if found.id != 0 {
                dashboard.id = found.id;
            }
            if !found.title.is_empty() {
                dashboard.name = found.title.clone();
            }
        }
    }
}
