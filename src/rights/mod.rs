//! Who may do what: the one place that decides, for every door.
//!
//! [`NEEDS`] names what each operation needs; the router's guard asks [`Rights::permit`]. Handlers that work on dashboards call
//! [`check_dashboards`] before anything is drawn, stored or sent: drawing itself uses the organisation's credential, which may
//! see more than the caller.

mod action;
mod check;
mod editing;
mod grafana;
mod identity;
mod proof;
mod source;

#[cfg(test)]
pub(crate) mod fake;
#[cfg(test)]
mod tests;

pub use action::{ACTION_PREFIX, Action, NEEDS, Need, REPORT_IN_BODY, is_path_word, need_of};
pub use check::{Held, Refusal, Rights, decide};
pub use editing::Editing;
pub use grafana::GrafanaSource;
pub use identity::{Fault, Identity, Kind, SigningKey};
pub use proof::Proof;
pub use source::{Access, OwnAccess, Permissions, Source, SourceError, Wanted};

use std::collections::BTreeSet;

use report::Report;

use crate::{
    api::{ApiError, ApiState, Caller, Role},
    store::{ReportRef, Run},
};

/// Refuses (403, naming the first) unless the caller may read every one of these dashboards, folders considered.
pub async fn check_dashboards(state: &ApiState, caller: &Caller, uids: &[&str]) -> Result<(), ApiError> {
    for uid in uids {
        // A draft may not have chosen one yet.
        if !uid.is_empty() {
            state.rights.check_dashboard(caller, uid, Access::Read).await?;
        }
    }
    Ok(())
}

/// [`check_dashboards`] for those a report names.
pub async fn check_report(state: &ApiState, caller: &Caller, report: &Report) -> Result<(), ApiError> {
    let uids: Vec<&str> = report.dashboards.iter().map(|dashboard| dashboard.dashboard.uid.as_str()).collect();
    check_dashboards(state, caller, &uids).await
}

/// [`check_dashboards`] for those a run has drawn, where that is known; else for those its report names now. Files of a run of
/// which neither is known are for administrators.
pub async fn check_run(state: &ApiState, caller: &Caller, run: &Run) -> Result<(), ApiError> {
    let panels = run.record.panels.as_array().into_iter().flatten();
    let drawn: BTreeSet<&str> = panels.filter_map(|panel| panel.get("dashboardUid")?.as_str()).collect();
    if !drawn.is_empty() {
        return check_dashboards(state, caller, &drawn.into_iter().collect::<Vec<_>>()).await;
    }
    let report = match run.report_id {
        Some(id) => state.engine.store.report(caller.org_id, ReportRef::Id(id)).await?,
        None => None,
    };
    match report {
        Some(report) => check_report(state, caller, &report).await,
        None if caller.role == Role::Admin => Ok(()),
        None => Err(Refusal::Role.into()),
    }
}

/// What a caller is refused unless an exception holds for the report, which only the handler will know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pending {
    pub actions: &'static [Action],
    pub refusal: Refusal,
}

/// The guard's second look, where the path names a report: whether an exception lets the caller do with this one what they may
/// not with all. A report that is not there excepts nobody.
pub async fn is_excepted(state: &ApiState, caller: &Caller, actions: &[Action], which: ReportRef) -> Result<bool, ApiError> {
    match state.engine.store.report(caller.org_id, which).await? {
        Some(report) => Ok(state.rights.excepts(caller, actions, &report).await),
        None => Ok(false),
    }
}

/// For the operation whose body names the report: decides what the guard has left open.
pub async fn settle(state: &ApiState, caller: &Caller, report: &Report) -> Result<(), ApiError> {
    match &caller.pending {
        Some(pending) if !state.rights.excepts(caller, pending.actions, report).await => Err(pending.refusal.clone().into()),
        _ => Ok(()),
    }
}
