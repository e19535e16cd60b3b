//! What one file wants.

use std::{cell::RefCell, collections::BTreeSet};

use jiff::Timestamp;
use report::{CreateOrUpdateReport, Report, ReportDashboard, ReportSettings};
use serde_json::Value;

use super::{
    Problem, Sources,
    interpolate::interpolate,
    yaml::{self, Data, Node},
};
use crate::{rights::is_path_word, store::Mark};

/// A file that was read and found right.
#[derive(Debug, Default, PartialEq)]
pub struct Wanted {
    pub file: String,
    pub reports: Vec<WantedReport>,
    pub deletes: Vec<WantedDelete>,
    pub settings: Vec<WantedSettings>,
}

/// An organisation by Grafana's number or by its name.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Org {
    Id(i64),
    Name(String),
}

#[derive(Clone, Debug, PartialEq)]
pub struct WantedReport {
    pub org: Org,
    pub uid: String,
    pub line: usize,
    pub dashboards: Vec<WantedDashboard>,
    /// Dashboards by title have no uid in it yet.
    pub mark: Mark,
}

/// One entry of a report's `dashboards`.
#[derive(Clone, Debug, PartialEq)]
pub struct WantedDashboard {
    /// Its place in `dashboards`.
    pub index: usize,
    pub line: usize,
    pub name: DashboardName,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum DashboardName {
    Uid(String),
    /// The folder by its title or uid; `None` for any.
    Title {
        title: String,
        folder: Option<String>,
    },
}

#[derive(Clone, Debug, PartialEq)]
pub struct WantedDelete {
    pub org: Org,
    pub uid: String,
    pub line: usize,
}

#[derive(Clone, Debug, PartialEq)]
pub struct WantedSettings {
    pub org: Org,
    pub line: usize,
    pub mark: Mark,
}

/// Keys beside those of the API.
const OWN_REPORT_KEYS: &[&str] = &["uid", "orgId", "orgName", "org_name", "allowUiUpdates"];
const OWN_SETTINGS_KEYS: &[&str] = &["orgId", "orgName", "org_name", "allowUiUpdates"];
/// How a file names a dashboard; `id` and `name` are what the API gives back beside the uid.
const DASHBOARD_KEYS: &[&str] = &["uid", "title", "folder", "id", "name"];
/// Keys of the API that a file cannot decide.
const GIVEN_KEYS: &[&str] = &["id", "userId", "created", "updated", "provisioned"];

/// Reads a file completely; all that is wrong is named. `on_file` hears of each file that `$__file{}` names.
pub fn parse(name: &str, text: &str, sources: &Sources, on_file: &mut dyn FnMut(&str)) -> Result<Wanted, Vec<Problem>> {
    let on_file = RefCell::new(on_file);
    let fill = |text: &str| interpolate(text, sources, &mut **on_file.borrow_mut());
    let root = yaml::parse(text, &fill).map_err(|(line, message)| vec![Problem::new(name, line, message)])?;
    let mut reader = Reader { file: name, ui_updates: false, org_id: None, problems: Vec::new() };
    let wanted = reader.file(&root);
    if reader.problems.is_empty() { Ok(wanted) } else { Err(reader.problems) }
}

struct Reader<'a> {
    file: &'a str,
    /// The file's own default.
    ui_updates: bool,
    /// Whose entry is being read.
    org_id: Option<i64>,
    problems: Vec<Problem>,
}

impl Reader<'_> {
    fn file(&mut self, root: &Node) -> Wanted {
        let mut wanted = Wanted { file: self.file.to_owned(), ..Wanted::default() };
        if root.data == Data::Scalar(Value::Null) {
            return wanted;
        }
        self.known_keys("", root, &["apiVersion", "allowUiUpdates", "reports", "deleteReports", "settings"]);
        if root.get("apiVersion").is_none_or(|version| version.to_json() != 1) {
            self.wrong(root.line_of("apiVersion"), "apiVersion: expected 1");
        }
        self.ui_updates = self.flag("", root).unwrap_or(false);
        wanted.reports = self.list(root, "reports", Reader::report);
        wanted.deletes = self.list(root, "deleteReports", Reader::delete);
        wanted.settings = self.list(root, "settings", Reader::settings);
        wanted
    }

    fn list<T>(&mut self, root: &Node, key: &str, read: impl Fn(&mut Self, &str, &Node) -> Option<T>) -> Vec<T> {
        match root.get(key).map(|node| (node.line, &node.data)) {
            None | Some((_, Data::Scalar(Value::Null))) => Vec::new(),
            Some((_, Data::List(items))) => {
                let mut wanted = Vec::new();
                for (index, item) in items.iter().enumerate() {
                    let path = format!("{key}[{index}]");
                    match item.data {
                        Data::Map(_) => wanted.extend(read(self, &path, item)),
                        _ => self.wrong(item.line, format!("{path}: expected a map of names and values")),
                    }
                    self.org_id = None;
                }
                wanted
            }
            Some((line, _)) => {
                self.wrong(line, format!("{key}: expected a list"));
                Vec::new()
            }
        }
    }

    fn report(&mut self, path: &str, node: &Node) -> Option<WantedReport> {
        let org = self.org(path, node);
        let mut example = Report::new(1, 0, Timestamp::UNIX_EPOCH);
        example.dashboards.push(ReportDashboard::default());
        let example = example.to_json();
        self.known_keys(path, node, &[&keys(&example)[..], OWN_REPORT_KEYS].concat());
        for key in ["schedule", "options"] {
            if let Some(part) = node.get(key) {
                self.known_keys(&format!("{path}.{key}"), part, &keys(&example[key]));
            }
        }
        let mut dashboards = Vec::new();
        if let Some(Data::List(items)) = node.get("dashboards").map(|node| &node.data) {
            for (index, item) in items.iter().enumerate() {
                let path = format!("{path}.dashboards[{index}]");
                self.known_keys(&path, item, &keys(&example["dashboards"][0]));
                dashboards
                    .extend(item.get("dashboard").and_then(|dashboard| self.dashboard(&format!("{path}.dashboard"), index, dashboard)));
            }
        }
        let uid = self.uid(path, node);
        if let Some(uid) = uid.as_deref().filter(|uid| is_path_word(uid)) {
            self.wrong(node.line_of("uid"), format!("{path}.uid: {uid:?} is a path of the API, take another one"));
        }
        let mark = self.mark(path, node);
        let mut report = Report::new(1, 0, Timestamp::UNIX_EPOCH);
        let body = with_uids(&mark.body, |_| Some("any".to_owned()));
        if let Err(error) = CreateOrUpdateReport::new(body).apply(&mut report).and_then(|()| report.validate()) {
            self.refused(path, node, &error);
        }
        Some(WantedReport { org: org?, uid: uid?, line: node.line, dashboards, mark })
    }

    fn dashboard(&mut self, path: &str, index: usize, node: &Node) -> Option<WantedDashboard> {
        self.known_keys(path, node, DASHBOARD_KEYS);
        let mut text = |key: &str| match node.get(key).map(Node::to_json) {
            None | Some(Value::Null) => None,
            // What is wrong with a uid is said by the API's own words.
            Some(Value::String(text)) => Some(text.trim().to_owned()).filter(|text| !text.is_empty() || key == "folder"),
            Some(_) if key == "uid" => Some(String::new()),
            Some(_) => {
                self.wrong(node.line_of(key), format!("{path}.{key}: expected a text"));
                Some(String::new())
            }
        };
        let name = match (text("uid"), text("title"), text("folder")) {
            (Some(uid), None, None) => DashboardName::Uid(uid),
            (None, Some(title), folder) => DashboardName::Title { title, folder },
            (Some(_), ..) => {
                self.wrong(node.line, format!("{path}: name it by uid, or by title and folder, not by both"));
                return None;
            }
            (None, None, Some(_)) => {
                self.wrong(node.line_of("folder"), format!("{path}.folder: needs a title beside it"));
                return None;
            }
            (None, None, None) => return None,
        };
        Some(WantedDashboard { index, line: node.line, name })
    }

    fn delete(&mut self, path: &str, node: &Node) -> Option<WantedDelete> {
        let org = self.org(path, node);
        self.known_keys(path, node, &["uid", "orgId", "orgName", "org_name"]);
        let uid = self.uid(path, node);
        Some(WantedDelete { org: org?, uid: uid?, line: node.line })
    }

    fn settings(&mut self, path: &str, node: &Node) -> Option<WantedSettings> {
        let org = self.org(path, node);
        let example = serde_json::to_value(ReportSettings::new(1)).unwrap_or_default();
        self.known_keys(path, node, &[&keys(&example)[..], OWN_SETTINGS_KEYS].concat());
        if let Some(branding) = node.get("branding") {
            self.known_keys(&format!("{path}.branding"), branding, &keys(&example["branding"]));
        }
        let mark = self.mark(path, node);
        if let Err(error) = ReportSettings::new(1).apply(&mark.body) {
            self.refused(path, node, &error);
        }
        Some(WantedSettings { org: org?, line: node.line, mark })
    }

    /// The body as the API would get it: without our own keys, with recipients as one text.
    fn mark(&mut self, path: &str, node: &Node) -> Mark {
        let mut body = node.to_json();
        if let Some(map) = body.as_object_mut() {
            map.retain(|key, _| !OWN_REPORT_KEYS.contains(&key.as_str()));
            for key in ["recipients", "replyTo"] {
                if let Some(Value::Array(items)) = map.get(key) {
                    let joined: Vec<&str> = items.iter().filter_map(Value::as_str).collect();
                    let joined = joined.join(",");
                    map.insert(key.into(), joined.into());
                }
            }
        }
        Mark { file: self.file.to_owned(), allow_ui_updates: self.flag(path, node).unwrap_or(self.ui_updates), body }
    }

    /// Grafana's first organisation unless one is named. Also says whose the problems of this entry are.
    fn org(&mut self, path: &str, node: &Node) -> Option<Org> {
        let named = node.get("orgName").or_else(|| node.get("org_name"));
        let Some(found) = node.get("orgId") else {
            let Some(named) = named else {
                self.org_id = Some(1);
                return Some(Org::Id(1));
            };
            let name = named.to_json().as_str().map(str::trim).filter(|name| !name.is_empty()).map(str::to_owned);
            if name.is_none() {
                self.wrong(named.line, format!("{path}.orgName: expected the name of an organization"));
            }
            return name.map(Org::Name);
        };
        if let Some(named) = named {
            self.wrong(named.line, format!("{path}.orgName: name the organization by orgId or by orgName, not by both"));
            return None;
        }
        // What came out of a variable is text.
        let number = match found.to_json() {
            Value::Number(number) => number.as_i64(),
            Value::String(text) => text.trim().parse().ok(),
            _ => None,
        };
        let number = number.filter(|number| *number > 0);
        if number.is_none() {
            self.wrong(found.line, format!("{path}.orgId: expected the number of an organization"));
        }
        self.org_id = number;
        number.map(Org::Id)
    }

    fn uid(&mut self, path: &str, node: &Node) -> Option<String> {
        let uid = node.get("uid").map(Node::to_json).and_then(|uid| uid.as_str().map(str::to_owned));
        let is_word = |uid: &String| {
            (1..=40).contains(&uid.len())
                && uid.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'))
                && !uid.bytes().all(|b| b.is_ascii_digit())
        };
        let uid = uid.filter(is_word);
        if uid.is_none() {
            self.wrong(node.line_of("uid"), format!("{path}.uid: expected up to 40 letters, digits, - and _, not digits only"));
        }
        uid
    }

    fn flag(&mut self, path: &str, node: &Node) -> Option<bool> {
        let found = node.get("allowUiUpdates")?;
        let flag = found.to_json().as_bool();
        if flag.is_none() {
            self.wrong(found.line, format!("{}allowUiUpdates: expected true or false", prefix(path)));
        }
        flag
    }

    /// A word that is written wrong would otherwise be ignored in silence.
    fn known_keys(&mut self, path: &str, node: &Node, known: &[&str]) {
        let Data::Map(entries) = &node.data else {
            let place = if path.is_empty() { String::new() } else { format!("{path}: ") };
            return self.wrong(node.line, format!("{place}expected a map of names and values"));
        };
        for (key, value) in entries {
            if !known.contains(&key.as_str()) {
                self.wrong(value.line, format!("{}{key}: is not known here", prefix(path)));
            }
        }
    }

    /// The API's own words, with the line of the field they name.
    fn refused(&mut self, path: &str, node: &Node, error: &report::Error) {
        let message = error.to_string();
        let field = message.split(':').next().unwrap_or_default().to_owned();
        // What was said of the field in better words, or of what is in it, is not said twice.
        let place = format!("{path}.{field}");
        if self.problems.iter().any(|problem| problem.message.split(": ").next().is_some_and(|said| said.starts_with(&place))) {
            return;
        }
        self.wrong(node.line_of(&field), format!("{path}.{message}"));
    }

    fn wrong(&mut self, line: usize, message: impl Into<String>) {
        self.problems.push(Problem::new(self.file, line, message).of_org(self.org_id));
    }
}

/// The body with the uid that `uid_of` knows in each dashboard that is named by its title.
pub fn with_uids(body: &Value, uid_of: impl Fn(usize) -> Option<String>) -> Value {
    let mut body = body.clone();
    for (index, entry) in body.get_mut("dashboards").and_then(Value::as_array_mut).into_iter().flatten().enumerate() {
        let Some(Value::Object(dashboard)) = entry.get_mut("dashboard") else { continue };
        let is_open = dashboard.get("title").is_some_and(Value::is_string) && dashboard.get("uid").is_none_or(Value::is_null);
        if let Some(uid) = is_open.then(|| uid_of(index)).flatten() {
            dashboard.insert("uid".into(), uid.into());
        }
    }
    body
}

fn prefix(path: &str) -> String {
    if path.is_empty() { String::new() } else { format!("{path}.") }
}

/// The keys of an object of the API that a file may set.
fn keys(example: &Value) -> Vec<&str> {
    let keys = example.as_object().into_iter().flat_map(|map| map.keys().map(String::as_str));
    keys.filter(|key| !GIVEN_KEYS.contains(key)).collect()
}

/// A report that two files define would change with every look: the first one counts, the second file is left out.
pub fn drop_duplicates(files: &mut Vec<Wanted>, problems: &mut Vec<Problem>) {
    let (mut reports, mut settings) = (BTreeSet::new(), BTreeSet::new());
    files.retain(|file| {
        let mut found = Vec::new();
        for report in &file.reports {
            if !reports.insert((report.org.clone(), report.uid.clone())) {
                let message = format!("report {} is defined twice", report.uid);
                found.push(Problem::new(&file.file, report.line, message).of_org(report.org.id()));
            }
        }
        for wanted in &file.settings {
            if !settings.insert(wanted.org.clone()) {
                let message = format!("settings of organization {} are defined twice", wanted.org);
                found.push(Problem::new(&file.file, wanted.line, message).of_org(wanted.org.id()));
            }
        }
        let is_fine = found.is_empty();
        problems.append(&mut found);
        is_fine
    });
}

impl Org {
    pub fn id(&self) -> Option<i64> {
        match self {
            Org::Id(id) => Some(*id),
            Org::Name(_) => None,
        }
    }
}

impl std::fmt::Display for Org {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Org::Id(id) => id.fmt(f),
            Org::Name(name) => write!(f, "{name:?}"),
        }
    }
}
