//! Finding the value of each setting: where it comes from, and what was wrong with it.

use std::{cell::RefCell, collections::BTreeMap, collections::BTreeSet, fmt, net::SocketAddr, path::PathBuf, time::Duration};

use super::{
    Secret,
    table::{Kind, SETTINGS, Setting},
    value::{Value, expected, parse},
};

/// What precedes our keys in the environment, in the order of precedence: Grafana's for `[plugin.broadsheet-reports-app]`, ours.
pub(super) const PREFIXES: [&str; 2] = ["GF_PLUGIN_", "BROADSHEET_"];

/// A variable with this behind its name holds the path of a file with the value, as in Grafana's container.
const FILE_SUFFIX: &str = "__FILE";

/// What the program was told, before anything is made of it.
#[derive(Clone, Debug, Default)]
pub struct Told {
    /// By key, from the command line.
    pub flags: BTreeMap<String, String>,
    /// The environment.
    pub vars: BTreeMap<String, String>,
}

/// Where a value comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    Default,
    Flag(String),
    Variable(String),
    /// Named by a variable.
    File {
        variable: String,
        path: String,
    },
    /// Found out, in these words.
    Derived(&'static str),
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Source::Default => f.write_str("default"),
            Source::Flag(key) => write!(f, "--{}", key.replace('_', "-")),
            Source::Variable(name) => f.write_str(name),
            Source::File { variable, path } => write!(f, "{path} ({variable})"),
            Source::Derived(text) => f.write_str(text),
        }
    }
}

/// One line of the effective configuration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Effective {
    pub key: String,
    /// As it would be written; "***" for a secret, empty when not set.
    pub text: String,
    pub source: Source,
}

/// Every setting's value.
pub(super) struct Values {
    told: Told,
    values: BTreeMap<&'static str, Value>,
    pub effective: Vec<Effective>,
    pub problems: Vec<String>,
    pub org_tokens: BTreeMap<i64, Secret>,
    /// What has been asked for: a row nobody asks for is a promise not kept (a test looks).
    asked: RefCell<BTreeSet<&'static str>>,
}

impl Values {
    pub fn read(told: Told) -> Values {
        let mut all = Values {
            told,
            values: BTreeMap::new(),
            effective: Vec::new(),
            problems: Vec::new(),
            org_tokens: BTreeMap::new(),
            asked: RefCell::default(),
        };
        for setting in SETTINGS {
            match setting.kind {
                Kind::OrgSecret => all.read_org_tokens(setting),
                _ => all.read_one(setting),
            }
        }
        all
    }

    fn read_one(&mut self, setting: &'static Setting) {
        let default = setting.default;
        let found = self.find(setting.key, setting.grafana);
        let (text, source) = found.unwrap_or_else(|| (default.to_owned(), Source::Default));
        if text.is_empty() {
            self.effective.push(Effective { key: setting.key.into(), text, source: Source::Default });
            return;
        }
        let (value, text, source) = match parse(setting.kind, &text) {
            Ok(value) => (Some(value), text, source),
            Err(expected) => {
                let told = if setting.is_secret() { String::new() } else { format!(", got {text:?}") };
                let instead = if default.is_empty() { "it is ignored".into() } else { format!("{default} is used") };
                self.problems.push(format!("{}: expected {expected}{told} ({source}); {instead}", setting.key));
                (parse(setting.kind, default).ok().filter(|_| !default.is_empty()), default.to_owned(), Source::Default)
            }
        };
        let text = if setting.is_secret() { "***".into() } else { text };
        self.effective.push(Effective { key: setting.key.into(), text, source });
        if let Some(value) = value {
            self.values.insert(setting.key, value);
        }
    }

    /// `org2_api_token` …: one for each organisation.
    fn read_org_tokens(&mut self, setting: &'static Setting) {
        let Some((before, after)) = setting.key.split_once("<N>") else { return };
        let is_ours = |key: &str| key.len() > before.len() + after.len() && key.starts_with(before) && key.ends_with(after);
        let keys: BTreeSet<String> = self.keys().map(|(_, key)| key).filter(|key| is_ours(key)).collect();
        self.asked.borrow_mut().insert(setting.key);
        for key in keys {
            let Some((token, source)) = self.find(&key, None) else { continue };
            match key[before.len()..key.len() - after.len()].parse::<i64>() {
                Ok(org) if org > 0 => {
                    self.org_tokens.insert(org, Secret::new(token));
                    self.effective.push(Effective { key, text: "***".into(), source });
                }
                _ => self.problems.push(format!("{key}: expected org<number>_api_token with a token ({source}); it is ignored")),
            }
        }
    }

    /// The text of a key: flag, then `GF_PLUGIN_`, then `BROADSHEET_`, then Grafana's own. What is empty is not set.
    fn find(&mut self, key: &str, grafana: Option<&str>) -> Option<(String, Source)> {
        if let Some(text) = self.told.flags.get(key).filter(|text| !text.is_empty()) {
            return Some((text.clone(), Source::Flag(key.to_owned())));
        }
        let upper = key.to_uppercase();
        let ours = PREFIXES.iter().map(|prefix| format!("{prefix}{upper}"));
        for name in ours.chain(grafana.map(str::to_owned)) {
            if let Some(text) = self.variable(&name) {
                return Some((text.to_owned(), Source::Variable(name)));
            }
            let with_file = format!("{name}{FILE_SUFFIX}");
            let Some(path) = self.variable(&with_file).map(str::to_owned) else { continue };
            match std::fs::read_to_string(&path) {
                Ok(text) => return Some((text.trim_end_matches(['\r', '\n']).to_owned(), Source::File { variable: with_file, path })),
                Err(error) => self.problems.push(format!("{key}: {path}: {error} ({with_file}); it is ignored")),
            }
        }
        None
    }

    /// A variable by its whole name.
    pub fn variable(&self, name: &str) -> Option<&str> {
        self.told.vars.get(name).map(String::as_str).filter(|value| !value.is_empty())
    }

    /// The variables with one of our prefixes, with the keys they stand for.
    pub fn keys(&self) -> impl Iterator<Item = (&str, String)> {
        self.told.vars.keys().filter_map(|name| {
            let rest = PREFIXES.iter().find_map(|prefix| name.strip_prefix(prefix))?;
            Some((name.as_str(), rest.strip_suffix(FILE_SUFFIX).unwrap_or(rest).to_lowercase()))
        })
    }

    /// Records what holds for a key that was not set.
    pub fn derived(&mut self, key: &str, text: impl Into<String>, source: Source) {
        if let Some(line) = self.effective.iter_mut().find(|line| line.key == key) {
            (line.text, line.source) = (text.into(), source);
        }
    }

    fn get(&self, key: &'static str) -> Option<&Value> {
        self.asked.borrow_mut().insert(key);
        self.values.get(key)
    }

    pub fn text(&self, key: &'static str) -> Option<String> {
        match self.get(key) {
            Some(Value::Text(text)) => Some(text.clone()),
            _ => None,
        }
    }

    pub fn path(&self, key: &'static str) -> Option<PathBuf> {
        self.text(key).map(PathBuf::from)
    }

    pub fn secret(&self, key: &'static str) -> Option<Secret> {
        self.text(key).map(Secret::new)
    }

    /// `None` when it is not set and has no default.
    pub fn maybe_flag(&self, key: &'static str) -> Option<bool> {
        match self.get(key) {
            Some(Value::Flag(flag)) => Some(*flag),
            _ => None,
        }
    }

    pub fn flag(&self, key: &'static str) -> bool {
        self.maybe_flag(key).unwrap_or_default()
    }

    pub fn count(&self, key: &'static str) -> u64 {
        match self.get(key) {
            Some(Value::Count(number)) => *number,
            _ => 0,
        }
    }

    pub fn span(&self, key: &'static str) -> Duration {
        match self.get(key) {
            Some(Value::Span(span)) => *span,
            _ => Duration::ZERO,
        }
    }

    pub fn words(&self, key: &'static str) -> Vec<String> {
        match self.get(key) {
            Some(Value::Words(words)) => words.clone(),
            _ => Vec::new(),
        }
    }

    pub fn headers(&self, key: &'static str) -> Vec<(String, String)> {
        match self.get(key) {
            Some(Value::Headers(headers)) => headers.clone(),
            _ => Vec::new(),
        }
    }

    pub fn socket(&self, key: &'static str) -> Option<SocketAddr> {
        match self.get(key) {
            Some(Value::Socket(address)) => Some(*address),
            _ => None,
        }
    }

    /// Says that a value that fits its kind is wrong all the same.
    pub fn problem(&mut self, key: &str, text: impl fmt::Display) {
        self.problems.push(format!("{key}: {text}"));
    }

    /// Rows that were never asked for, and keys asked for that have no row.
    #[cfg(test)]
    pub fn forgotten(&self) -> Vec<&'static str> {
        let asked = self.asked.borrow();
        let rows: BTreeSet<&str> = SETTINGS.iter().map(|setting| setting.key).collect();
        asked.symmetric_difference(&rows).copied().collect()
    }
}

impl Setting {
    /// What a value looks like ("true or false").
    pub fn expected(&self) -> String {
        expected(self.kind)
    }
}
