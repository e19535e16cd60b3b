//! Names in files become organisations and dashboards. Grafana may be away, may not know them yet, or know two of a title: then the entry
//! waits as a problem, and what was applied before stays as it is.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::{
    NameError, Names, Problem,
    file::{DashboardName, Org, Wanted, WantedDashboard, WantedReport, with_uids},
};
use crate::store::Mark;

/// Files with every name turned into what it stands for.
#[derive(Debug, Default)]
pub struct Resolved {
    pub reports: Vec<ResolvedReport>,
    pub deletes: Vec<(i64, String)>,
    pub settings: Vec<ResolvedSettings>,
    /// Reports that wait: they are neither changed nor given up.
    pub waiting: BTreeSet<(i64, String)>,
    /// Files with an organisation that is not known yet: nothing of theirs is given up.
    pub incomplete: BTreeSet<String>,
    pub problems: Vec<Problem>,
    /// Titles of dashboards that are there, by organisation and uid.
    pub known: Known,
    /// Something waits for Grafana: ask again soon.
    pub is_open: bool,
}

#[derive(Debug)]
pub struct ResolvedReport {
    pub org_id: i64,
    pub uid: String,
    pub line: usize,
    pub mark: Mark,
    /// Titles of its dashboards by uid, as far as Grafana told them.
    pub titles: BTreeMap<String, String>,
}

#[derive(Debug)]
pub struct ResolvedSettings {
    pub org_id: i64,
    pub line: usize,
    pub mark: Mark,
}

/// Marks of reports by organisation and uid.
pub type Marks = BTreeMap<(i64, String), Mark>;

/// Titles of dashboards by organisation and uid.
pub type Known = BTreeMap<(i64, String), String>;

/// Asks for every name once, and not for dashboards that are `known` by their uid. Without `names` nobody is asked, and nothing that needs an answer is a problem yet.
pub async fn resolve(files: &[Wanted], marks: &Marks, known: Known, names: Option<&dyn Names>) -> Resolved {
    let uids = known.into_iter().map(|(key, title)| (key, Ok(title))).collect();
    let mut resolver =
        Resolver { names, uids, orgs: BTreeMap::new(), titles: BTreeMap::new(), away: BTreeMap::new(), out: Resolved::default() };
    let (mut seen_reports, mut seen_settings) = (BTreeSet::new(), BTreeSet::new());
    for file in files {
        for report in &file.reports {
            let Some(org_id) = resolver.org(&file.file, report.line, &report.org).await else { continue };
            if !seen_reports.insert((org_id, report.uid.clone())) {
                resolver
                    .problem(Problem::new(&file.file, report.line, format!("report {} is defined twice", report.uid)).of_org(Some(org_id)));
                continue;
            }
            resolver.report(org_id, report, marks).await;
        }
        for delete in &file.deletes {
            if let Some(org_id) = resolver.org(&file.file, delete.line, &delete.org).await {
                resolver.out.deletes.push((org_id, delete.uid.clone()));
            }
        }
        for settings in &file.settings {
            let Some(org_id) = resolver.org(&file.file, settings.line, &settings.org).await else { continue };
            if seen_settings.insert(org_id) {
                resolver.out.settings.push(ResolvedSettings { org_id, line: settings.line, mark: settings.mark.clone() });
            } else {
                let message = format!("settings of organization {org_id} are defined twice");
                resolver.problem(Problem::new(&file.file, settings.line, message).of_org(Some(org_id)));
            }
        }
    }
    resolver.out.known = resolver.uids.into_iter().filter_map(|(key, title)| Some((key, title.ok()?))).collect();
    resolver.out
}

struct Resolver<'a> {
    names: Option<&'a dyn Names>,
    orgs: BTreeMap<String, Result<i64, NameError>>,
    /// By organisation, title and folder.
    titles: BTreeMap<(i64, String, Option<String>), Result<String, NameError>>,
    uids: BTreeMap<(i64, String), Result<String, NameError>>,
    /// Organisations for which Grafana did not answer: asking on would only take time.
    away: BTreeMap<i64, String>,
    out: Resolved,
}

impl Resolver<'_> {
    async fn org(&mut self, file: &str, line: usize, org: &Org) -> Option<i64> {
        let name = match org {
            Org::Id(id) => return Some(*id),
            Org::Name(name) => name,
        };
        let Some(names) = self.names else {
            self.out.incomplete.insert(file.to_owned());
            self.out.is_open = true;
            return None;
        };
        if !self.orgs.contains_key(name) {
            let found = names.org(name).await;
            self.orgs.insert(name.clone(), found);
        }
        match self.orgs.get(name) {
            Some(Ok(id)) => Some(*id),
            Some(Err(error)) => {
                let problem = Problem::new(file, line, format!("organization {name:?}: {error}; tried again"));
                self.out.incomplete.insert(file.to_owned());
                self.out.is_open = true;
                self.problem(problem);
                None
            }
            None => None,
        }
    }

    async fn report(&mut self, org_id: i64, report: &WantedReport, marks: &Marks) {
        let key = (org_id, report.uid.clone());
        let applied = marks.get(&key);
        let mut uids = BTreeMap::new();
        let mut titles = BTreeMap::new();
        let mut problems = Vec::new();
        for dashboard in &report.dashboards {
            let problem = |message: String| Problem::new(&report.mark.file, dashboard.line, message).of_org(Some(org_id));
            match self.dashboard(org_id, dashboard).await {
                Some(Ok((uid, title))) => {
                    if !title.is_empty() {
                        titles.insert(uid.clone(), title);
                    }
                    uids.insert(dashboard.index, Some(uid));
                }
                Some(Err(error)) => {
                    // What is named by uid works once Grafana has it; what has a title needs its uid now, or has it from before.
                    uids.insert(dashboard.index, uid_of(dashboard).or_else(|| applied_uid(applied, dashboard)));
                    let words = if matches!(error, NameError::Away(_)) { "not checked with Grafana" } else { "not found in Grafana" };
                    problems.push(problem(format!("dashboard {}: {words}: {error}", told(dashboard))));
                }
                None => {
                    uids.insert(dashboard.index, uid_of(dashboard).or_else(|| applied_uid(applied, dashboard)));
                }
            }
        }
        let is_waiting = uids.values().any(Option::is_none);
        let body = with_uids(&report.mark.body, |index| uids.get(&index).cloned().flatten());
        let mark = Mark { body, ..report.mark.clone() };
        if is_waiting {
            self.out.is_open = true;
            self.out.waiting.insert(key);
        } else {
            self.out.reports.push(ResolvedReport { org_id, uid: report.uid.clone(), line: report.line, mark, titles });
        }
        self.out.problems.extend(problems.into_iter().map(|problem| if is_waiting { problem } else { problem.warning() }));
    }

    /// Uid and title; `None` when nobody was asked, or Grafana's absence was told already.
    async fn dashboard(&mut self, org_id: i64, wanted: &WantedDashboard) -> Option<Result<(String, String), NameError>> {
        let Some(names) = self.names else {
            self.out.is_open = true;
            return None;
        };
        if self.away.contains_key(&org_id) {
            self.out.is_open = true;
            // Whoever waits for an answer is told; whoever does not, need not be.
            let why = self.away.get(&org_id).cloned().unwrap_or_default();
            return matches!(wanted.name, DashboardName::Title { .. }).then_some(Err(NameError::Away(why)));
        }
        let found = match &wanted.name {
            DashboardName::Uid(uid) => {
                let key = (org_id, uid.clone());
                if !self.uids.contains_key(&key) {
                    let title = names.title(org_id, uid).await;
                    self.uids.insert(key.clone(), title);
                }
                self.uids.get(&key).cloned()?.map(|title| (uid.clone(), title))
            }
            DashboardName::Title { title, folder } => {
                let key = (org_id, title.clone(), folder.clone());
                if !self.titles.contains_key(&key) {
                    let uid = names.dashboards(org_id, title).await.and_then(|found| the_one(&found, folder.as_deref()));
                    self.titles.insert(key.clone(), uid);
                }
                self.titles.get(&key).cloned()?.map(|uid| (uid, title.clone()))
            }
        };
        if let Err(NameError::Away(why)) = &found {
            self.away.insert(org_id, why.clone());
            self.out.is_open = true;
        }
        Some(found)
    }

    fn problem(&mut self, problem: Problem) {
        self.out.problems.push(problem);
    }
}

/// The only dashboard of a folder among those of a title.
fn the_one(found: &[super::FoundDashboard], folder: Option<&str>) -> Result<String, NameError> {
    // Grafana has called the place of dashboards without a folder by these names.
    let is_top = |folder: &str| ["", "General", "Dashboards"].contains(&folder);
    let fits = |hit: &&super::FoundDashboard| match folder {
        None => true,
        Some(folder) if hit.folder_uid.is_empty() && hit.folder.is_empty() => is_top(folder),
        Some(folder) => hit.folder == folder || hit.folder_uid == folder,
    };
    let place = |hit: &super::FoundDashboard| match hit.folder.as_str() {
        "" => format!("{} (no folder)", hit.uid),
        folder => format!("{} (folder {folder:?})", hit.uid),
    };
    let matching: Vec<_> = found.iter().filter(fits).collect();
    match (matching.as_slice(), found) {
        ([one], _) => Ok(one.uid.clone()),
        ([], []) => Err(NameError::Unknown("there is none of this title that the service account may read".into())),
        ([], others) => {
            let others: Vec<_> = others.iter().map(place).collect();
            Err(NameError::Unknown(format!("of this title there is only {}", others.join(", "))))
        }
        (several, _) => {
            let several: Vec<_> = several.iter().map(|hit| place(hit)).collect();
            Err(NameError::Unknown(format!(
                "the title is that of {} dashboards, name a folder or the uid: {}",
                several.len(),
                several.join(", ")
            )))
        }
    }
}

fn uid_of(dashboard: &WantedDashboard) -> Option<String> {
    match &dashboard.name {
        DashboardName::Uid(uid) => Some(uid.clone()),
        DashboardName::Title { .. } => None,
    }
}

/// What the same title led to when the report was last applied.
fn applied_uid(applied: Option<&Mark>, wanted: &WantedDashboard) -> Option<String> {
    let DashboardName::Title { title, folder } = &wanted.name else { return None };
    let same = |dashboard: &&Value| dashboard["title"] == title.as_str() && dashboard["folder"].as_str() == folder.as_deref();
    let mut entries = applied?.body["dashboards"].as_array()?.iter().map(|entry| &entry["dashboard"]);
    entries.find(same)?["uid"].as_str().map(str::to_owned)
}

fn told(dashboard: &WantedDashboard) -> String {
    match &dashboard.name {
        DashboardName::Uid(uid) => uid.clone(),
        DashboardName::Title { title, folder: None } => format!("{title:?}"),
        DashboardName::Title { title, folder: Some(folder) } => format!("{title:?} in folder {folder:?}"),
    }
}

/// Whether any dashboard of a file is named by its title, so that another one may bear it tomorrow.
pub fn has_titles(body: &Value) -> bool {
    body["dashboards"].as_array().into_iter().flatten().any(|entry| entry["dashboard"]["title"].is_string())
}
