//! What an organisation may set for itself, in the app's settings (`jsonData`).

use std::{
    collections::BTreeMap,
    sync::{PoisonError, RwLock},
};

use serde_json::{Map, Value as Json};

use super::{
    Limits,
    table::{PerOrg, SETTINGS, Setting},
    value::{Value, parse},
};

/// The server's settings as one organisation has them: an organisation may be stricter than the server, never laxer.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct OrgSettings {
    pub from_name: Option<String>,
    pub allowed_domains: Option<Vec<String>>,
    pub max_attachment_size_mb: Option<u64>,
    /// What was wrong, to be shown in the organisation's health.
    pub problems: Vec<String>,
}

impl OrgSettings {
    /// Reads the app's `jsonData`. Other parts of the plugin keep their own keys there, so unknown ones are passed over.
    pub fn from_json(json: &Map<String, Json>) -> OrgSettings {
        let mut org = OrgSettings::default();
        for setting in SETTINGS {
            let Some(name) = setting.per_org.map(PerOrg::name) else { continue };
            let Some(text) = json.get(name).and_then(text) else { continue };
            match parse(setting.kind, &text) {
                Ok(value) => org.set(setting, value),
                Err(expected) => {
                    org.problems
                        .push(format!("{name} in the app's settings: expected {expected}, got {text:?}; the server's value is used"));
                }
            }
        }
        org
    }

    fn set(&mut self, setting: &Setting, value: Value) {
        match (setting.key, value) {
            ("smtp_from_name", Value::Text(name)) => self.from_name = Some(name),
            ("allowed_domains", Value::Words(domains)) => self.allowed_domains = Some(domains),
            ("max_attachment_size_mb", Value::Count(size)) => self.max_attachment_size_mb = Some(size),
            _ => {}
        }
    }

    /// Whether mail to `domain` (lower case) may leave: the server's list and the organisation's must both have it.
    pub fn allows(&self, server: &Limits, domain: &str) -> bool {
        let has = |list: &[String]| list.iter().any(|allowed| allowed == "*" || allowed == domain);
        has(&server.allowed_domains) && self.allowed_domains.as_deref().is_none_or(has)
    }

    /// The smaller of the two.
    pub fn max_attachment_size_mb(&self, server: &Limits) -> u64 {
        self.max_attachment_size_mb.map_or(server.max_attachment_size_mb, |own| own.min(server.max_attachment_size_mb))
    }
}

/// What every organisation set for itself, as last seen.
#[derive(Debug, Default)]
pub struct OrgSettingsBook(RwLock<BTreeMap<i64, OrgSettings>>);

impl OrgSettingsBook {
    pub fn of(&self, org_id: i64) -> OrgSettings {
        self.0.read().unwrap_or_else(PoisonError::into_inner).get(&org_id).cloned().unwrap_or_default()
    }

    /// False when nothing changed.
    pub fn set(&self, org_id: i64, settings: OrgSettings) -> bool {
        let mut all = self.0.write().unwrap_or_else(PoisonError::into_inner);
        if *all.entry(org_id).or_default() == settings {
            return false;
        }
        all.insert(org_id, settings);
        true
    }
}

/// The part of the app's `jsonData` that is read here: the rest is nobody's business to keep.
pub fn org_part(json: &Map<String, Json>) -> Map<String, Json> {
    let names = SETTINGS.iter().filter_map(|setting| setting.per_org).map(PerOrg::name);
    names.filter_map(|name| Some((name.to_owned(), json.get(name)?.clone()))).collect()
}

/// A setting in JSON may be text, a number, a flag or a list of texts; empty is not set.
fn text(json: &Json) -> Option<String> {
    let text = match json {
        Json::String(text) => text.trim().to_owned(),
        Json::Number(number) => number.to_string(),
        Json::Bool(flag) => flag.to_string(),
        Json::Array(all) => all.iter().filter_map(Json::as_str).collect::<Vec<_>>().join(","),
        _ => return None,
    };
    Some(text).filter(|text| !text.is_empty())
}

/// The kinds an organisation's settings may have, so that [`OrgSettings::set`] forgets none.
#[cfg(test)]
const KINDS: &[&str] = &["smtp_from_name", "allowed_domains", "max_attachment_size_mb"];

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::config::table::Kind;

    fn read(json: Json) -> OrgSettings {
        OrgSettings::from_json(json.as_object().unwrap())
    }

    #[test]
    fn an_organisation_may_be_stricter_only() {
        let server = Limits { allowed_domains: vec!["a.org".into(), "b.org".into()], max_attachment_size_mb: 10, ..Limits::default() };
        let check = |json: Json, domain: &str, allowed: bool, size: u64| {
            let org = read(json.clone());
            assert_eq!((org.allows(&server, domain), org.max_attachment_size_mb(&server)), (allowed, size), "{json} {domain}");
        };
        check(json!({}), "a.org", true, 10);
        check(json!({ "allowedDomains": "B.org", "maxAttachmentSizeMb": 5 }), "a.org", false, 5);
        check(json!({ "allowedDomains": ["b.org"], "maxAttachmentSizeMb": "5" }), "b.org", true, 5);
        check(json!({ "allowedDomains": "*", "maxAttachmentSizeMb": 500 }), "c.org", false, 10);
        check(json!({ "allowedDomains": "" }), "a.org", true, 10);
        check(json!({ "grafanaUrl": "http://evil", "apiUrl": null }), "a.org", true, 10);
    }

    #[test]
    fn what_is_wrong_is_said() {
        let org = read(json!({ "maxAttachmentSizeMb": "big", "fromName": "Ops" }));
        assert_eq!(org.from_name.as_deref(), Some("Ops"));
        assert_eq!(org.problems.len(), 1);
        assert!(org.problems[0].contains("maxAttachmentSizeMb"), "{:?}", org.problems);
    }

    #[test]
    fn every_row_an_organisation_may_set_is_read() {
        let rows: Vec<&str> = SETTINGS.iter().filter(|s| s.per_org.is_some()).map(|s| s.key).collect();
        assert_eq!(rows, KINDS);
        assert!(SETTINGS.iter().filter(|s| s.per_org.is_some()).all(|s| !s.is_secret() && s.kind != Kind::Url));
    }
}
