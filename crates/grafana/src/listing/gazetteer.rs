//! `geomap`: where the places are that rows name ("CA", "Germany").

use std::collections::BTreeMap;

use serde_json::Value as Json;

use super::Lookup;
use crate::{
    dashboard::Panel,
    geo::{Gazetteer, Gazetteers, path},
};

impl Lookup {
    /// A gazetteer by the path a dashboard names; files elsewhere than in Grafana's own folder are not read.
    pub fn gazetteer(path: &str) -> Option<Lookup> {
        let is_plain = path.starts_with("public/") && !path.contains("..") && !path.contains(['?', '#', '\\']);
        is_plain.then(|| Lookup { path: format!("/{path}"), key: path.to_owned(), is_optional: true })
    }
}

/// Layers that look places up name a file Grafana serves itself.
pub(super) fn plan(panel: &Panel) -> Vec<Lookup> {
    let layers = panel.options.get("layers").and_then(Json::as_array);
    let mut lookups: Vec<Lookup> = Vec::new();
    for location in layers.into_iter().flatten().filter_map(|layer| layer.get("location")) {
        let is_lookup = location.get("mode").and_then(Json::as_str) == Some("lookup");
        lookups.extend(Lookup::gazetteer(path(location)).filter(|lookup| is_lookup && !lookups.contains(lookup)));
    }
    lookups
}

/// The gazetteers among the answers of lookups.
pub fn gazetteers(answers: &BTreeMap<String, Json>) -> Gazetteers {
    let gazetteers = answers.iter().filter(|(key, _)| Lookup::gazetteer(key).is_some());
    gazetteers.map(|(key, json)| (key.clone(), Gazetteer::read(json))).collect()
}
