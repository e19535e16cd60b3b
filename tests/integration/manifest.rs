//! `plugin.json` says what Grafana insists on, and what the program and its documentation say too.

use std::{fs, path::Path};

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

/// An action without the id in front fails the plugin after its process has started.
#[test]
fn actions_carry_the_id() {
    let manifest = manifest();
    for role in manifest["roles"].as_array().unwrap() {
        for action in texts(role, "/role/permissions", "/action") {
            assert!(action.starts_with(&format!("{ID}.")), "{action}");
        }
    }
    let guarded = texts(&manifest, "/includes", "/action");
    let writer = texts(&manifest["roles"][1], "/role/permissions", "/action");
    assert!(guarded.iter().all(|action| writer.contains(action)), "{guarded:?}");
}

/// Shorter titles are refused.
#[test]
fn links_have_long_titles() {
    for title in texts(&manifest(), "/extensions/addedLinks", "/title") {
        assert!(title.len() >= 10, "{title}");
    }
}
