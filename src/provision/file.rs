//! What one file wants.

use std::collections::BTreeSet;

use jiff::Timestamp;
use report::{CreateOrUpdateReport, Report, ReportDashboard, ReportSettings};
use serde_json::Value;

use super::{
    Problem, Sources,
    interpolate::interpolate,
    yaml::{self, Data, Node},
};
use crate::store::Mark;

/// A file that was read and found right.
#[derive(Debug, Default, PartialEq)]
pub struct Wanted {
    pub file: String,
    pub reports: Vec<WantedReport>,
    /// Organisation and uid.
    pub deletes: Vec<(i64, String)>,
    pub settings: Vec<WantedSettings>,
}

#[derive(Debug, PartialEq)]
pub struct WantedReport {
    pub org_id: i64,
    pub uid: String,
    pub line: usize,
    pub mark: Mark,
}

#[derive(Debug, PartialEq)]
pub struct WantedSettings {
    pub org_id: i64,
    pub line: usize,
    pub mark: Mark,
}

/// Keys beside those of the API.
const OWN_REPORT_KEYS: &[&str] = &["uid", "orgId", "allowUiUpdates"];
const OWN_SETTINGS_KEYS: &[&str] = &["orgId", "allowUiUpdates"];
/// Keys of the API that a file cannot decide.
const GIVEN_KEYS: &[&str] = &["id", "userId", "created", "updated", "provisioned"];

/// Reads a file completely; all that is wrong is named.
pub fn parse(name: &str, text: &str, sources: &Sources) -> Result<Wanted, Vec<Problem>> {
    let problem = |(line, message): (usize, String)| Problem { file: name.to_owned(), line, message };
    let root = yaml::parse(text, &|text| interpolate(text, sources)).map_err(|error| vec![problem(error)])?;
    let mut reader = Reader { file: name, ui_updates: false, problems: Vec::new() };
    let wanted = reader.file(&root);
    if reader.problems.is_empty() { Ok(wanted) } else { Err(reader.problems.into_iter().map(problem).collect()) }
}

struct Reader<'a> {
    file: &'a str,
    /// The file's own default.
    ui_updates: bool,
    problems: Vec<(usize, String)>,
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
                items.iter().enumerate().filter_map(|(index, item)| read(self, &format!("{key}[{index}]"), item)).collect()
            }
            Some((line, _)) => {
                self.wrong(line, format!("{key}: expected a list"));
                Vec::new()
            }
        }
    }

    fn report(&mut self, path: &str, node: &Node) -> Option<WantedReport> {
        let mut example = Report::new(1, 0, Timestamp::UNIX_EPOCH);
        example.dashboards.push(ReportDashboard::default());
        let example = example.to_json();
        self.known_keys(path, node, &[&keys(&example)[..], OWN_REPORT_KEYS].concat());
        for key in ["schedule", "options"] {
            if let Some(part) = node.get(key) {
                self.known_keys(&format!("{path}.{key}"), part, &keys(&example[key]));
            }
        }
        if let Some(Data::List(items)) = node.get("dashboards").map(|node| &node.data) {
            for (index, item) in items.iter().enumerate() {
                self.known_keys(&format!("{path}.dashboards[{index}]"), item, &keys(&example["dashboards"][0]));
            }
        }
        let (org_id, uid) = (self.org_id(path, node), self.uid(path, node));
        let mark = self.mark(path, node);
        let mut report = Report::new(1, 0, Timestamp::UNIX_EPOCH);
        if let Err(error) = CreateOrUpdateReport::new(mark.body.clone()).apply(&mut report).and_then(|()| report.validate()) {
            self.refused(path, node, &error);
        }
        Some(WantedReport { org_id: org_id?, uid: uid?, line: node.line, mark })
    }

    fn delete(&mut self, path: &str, node: &Node) -> Option<(i64, String)> {
        self.known_keys(path, node, &["uid", "orgId"]);
        let (org_id, uid) = (self.org_id(path, node), self.uid(path, node));
        Some((org_id?, uid?))
    }

    fn settings(&mut self, path: &str, node: &Node) -> Option<WantedSettings> {
        let example = serde_json::to_value(ReportSettings::new(1)).unwrap_or_default();
        self.known_keys(path, node, &[&keys(&example)[..], OWN_SETTINGS_KEYS].concat());
        if let Some(branding) = node.get("branding") {
            self.known_keys(&format!("{path}.branding"), branding, &keys(&example["branding"]));
        }
        let org_id = self.org_id(path, node)?;
        let mark = self.mark(path, node);
        if let Err(error) = ReportSettings::new(org_id).apply(&mark.body) {
            self.refused(path, node, &error);
        }
        Some(WantedSettings { org_id, line: node.line, mark })
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

    fn org_id(&mut self, path: &str, node: &Node) -> Option<i64> {
        let Some(found) = node.get("orgId") else { return Some(1) };
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
        number
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
            return self.wrong(node.line, format!("{}expected a map of names and values", prefix(path)));
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
        self.wrong(node.line_of(&field), format!("{path}.{message}"));
    }

    fn wrong(&mut self, line: usize, message: impl Into<String>) {
        self.problems.push((line, message.into()));
    }
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
            if !reports.insert((report.org_id, report.uid.clone())) {
                found.push((report.line, format!("report {} is defined twice", report.uid)));
            }
        }
        for wanted in &file.settings {
            if !settings.insert(wanted.org_id) {
                found.push((wanted.line, format!("settings of organization {} are defined twice", wanted.org_id)));
            }
        }
        let is_fine = found.is_empty();
        problems.extend(found.into_iter().map(|(line, message)| Problem { file: file.file.clone(), line, message }));
        is_fine
    });
}
