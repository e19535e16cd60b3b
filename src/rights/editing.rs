//! Who else may change a report: the setting `report_editing`.

use report::Report;

use super::{Access, Action, Held, Permissions, Rights};
use crate::api::Caller;

/// Exceptions from the actions, for single reports.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Editing {
    /// None, as in Enterprise: actions hold for all reports of the organisation.
    #[default]
    Org,
    /// Who created a report and may still create some.
    Owner,
    /// Who may edit every dashboard of a report, which in Grafana is mostly granted by folder.
    Folder,
}

impl Editing {
    /// The words of the setting.
    pub const WORDS: &[&str] = &["org", "owner", "folder"];

    pub fn parse(text: &str) -> Option<Editing> {
        [Editing::Org, Editing::Owner, Editing::Folder].into_iter().zip(Editing::WORDS).find(|(_, word)| **word == text).map(|(e, _)| e)
    }
}

/// What an exception can stand for: the life of one report that is there.
const EXCEPTABLE: &[Action] = &[Action::ReportsRead, Action::ReportsWrite, Action::ReportsDelete, Action::ReportsSend];

impl Rights {
    /// Whether there are any exceptions at all.
    pub fn has_exceptions(&self) -> bool {
        self.editing != Editing::Org
    }

    /// Whether somebody may do with this report what they may not with all: what they lack of `actions` is covered by the
    /// exception that is set.
    pub async fn excepts(&self, caller: &Caller, actions: &[Action], report: &Report) -> bool {
        if !self.has_exceptions() {
            return false;
        }
        let held = match self.held(caller).await {
            Held::Known(permissions) => permissions,
            Held::Unknown => Permissions::default(),
        };
        if actions.iter().any(|action| !held.grants(*action) && !EXCEPTABLE.contains(action)) {
            return false;
        }
        match self.editing {
            Editing::Org => false,
            Editing::Owner => held.grants(Action::ReportsCreate) && caller.user_id.is_some_and(|id| id == report.user_id),
            Editing::Folder => {
                for dashboard in &report.dashboards {
                    if self.check_dashboard(caller, &dashboard.dashboard.uid, Access::Write).await.is_err() {
                        return false;
                    }
                }
                // A report without dashboards would be anybody's.
                !report.dashboards.is_empty()
            }
        }
    }
}
