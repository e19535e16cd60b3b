//! `plugin.json` says what Grafana insists on, and what the program and its documentation say too.

use std::{collections::BTreeSet, fs, path::Path};

use broadsheet::rights::{ACTION_PREFIX, Action};
use serde_json::Value;

const ID: &str = "broadsheet-reports-app";

fn manifest() -> Value {
    let text = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("plugin.json")).unwrap();
    serde_json::from_str(&text).unwrap()
}

fn texts<'a>(manifest: &'a Value, list: &str, path: &str) -> Vec<&'a str> {
    manifest.pointer(list).unwrap().as_array().unwrap().iter().filter_map(|item| item.pointer(path)?.as_str()).collect()
}

#[test]
fn identity_is_the_programs() {
    let manifest = manifest();
    assert_eq!((manifest["id"].as_str(), manifest["type"].as_str(), manifest["backend"].as_bool()), (Some(ID), Some("app"), Some(true)));
    assert_eq!(manifest["executable"], "gpx_broadsheet_reports");
    assert_eq!(manifest["info"]["version"], env!("CARGO_PKG_VERSION"));
}

/// Grafana does not replace `%PLUGIN_ID%`: paths are literal.
#[test]
fn pages_are_ours() {
    for path in texts(&manifest(), "/includes", "/path") {
        assert!(path.starts_with(&format!("/a/{ID}/")) || path == format!("/plugins/{ID}"), "{path}");
    }
}

/// What Grafana's loader asks of `roles`: a block it refuses fails the plugin after its process has started.
#[test]
fn roles_are_what_grafana_accepts() {
    let manifest = manifest();
    let mut names = BTreeSet::new();
    for role in manifest["roles"].as_array().unwrap() {
        // It becomes "plugins:<id>:<name in lower case with dashes>", so names must differ and must not be empty.
        let name = role["role"]["name"].as_str().unwrap();
        assert!(!name.is_empty() && names.insert(name.to_lowercase().replace(' ', "-")), "{name}");
        for grant in role["grants"].as_array().unwrap() {
            assert!(["Viewer", "Editor", "Admin", "Grafana Admin"].contains(&grant.as_str().unwrap()), "{grant}");
        }
        for permission in role["role"]["permissions"].as_array().unwrap() {
            let action = permission["action"].as_str().unwrap();
            assert!(action.starts_with(&format!("{ID}.")), "{action}");
            // Declared without a scope, Grafana lets nobody grant it with one: there are no rights to single reports.
            assert!(permission.get("scope").is_none(), "{action}");
        }
    }
}

/// As in Enterprise, administrators hold all of them; pages are guarded by actions that somebody holds.
#[test]
fn actions_are_the_programs() {
    let manifest = manifest();
    let mut declared = BTreeSet::new();
    for role in manifest["roles"].as_array().unwrap() {
        assert_eq!(role["grants"], serde_json::json!(["Admin"]));
        declared.extend(texts(role, "/role/permissions", "/action"));
    }
    assert_eq!(declared, Action::ALL.into_iter().map(Action::as_str).collect());
    assert!(texts(&manifest, "/includes", "/action").iter().all(|action| declared.contains(action)));
    assert!(Action::ALL.iter().all(|action| action.as_str().starts_with(ACTION_PREFIX)));
    assert_eq!(ACTION_PREFIX, format!("{ID}."));
}

/// What drawing and asking for rights take: the zero-configuration path has these and nothing else.
#[test]
fn a_managed_service_account_may_do_its_work() {
    let manifest = manifest();
    let granted = texts(&manifest, "/iam/permissions", "/action");
    for action in [
        "dashboards:read",
        "folders:read",
        "datasources:read",
        "datasources:query",
        "annotations:read",
        "library.panels:read",
        "alert.rules:read",
        "users.permissions:read",
        "orgs.preferences:read",
        "plugins.app:access",
    ] {
        assert!(granted.contains(&action), "{action}");
    }
    assert!(granted.iter().all(|action| !action.ends_with(":write") && !action.ends_with(":delete")), "it only reads");
}

/// Shorter titles are refused.
#[test]
fn links_have_long_titles() {
    for title in texts(&manifest(), "/extensions/addedLinks", "/title") {
        assert!(title.len() >= 10, "{title}");
    }
}
