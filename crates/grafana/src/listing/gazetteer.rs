//! `geomap`: where the places are that rows name ("CA", "Germany"), and shapes.

use std::collections::BTreeMap;

use serde_json::Value as Json;

use super::{Feature, Lookup, geojson};
use crate::{
    dashboard::Panel,
    geo::{Gazetteer, Gazetteers, path},
};

/// What the layers of a map are drawn from besides queries, by the path a layer names ("public/maps/countries.geojson").
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Places {
    pub gazetteers: Gazetteers,
    pub shapes: BTreeMap<String, Vec<Feature>>,
}

impl Lookup {
    /// A gazetteer, or a file of shapes, by the path a dashboard names; files elsewhere than in Grafana's own folder are not read.
    pub fn gazetteer(path: &str) -> Option<Lookup> {
        let is_plain = path.starts_with("public/") && !path.contains("..") && !path.contains(['?', '#', '\\', '%']);
        is_plain.then(|| Lookup { path: format!("/{path}"), key: path.to_owned(), is_optional: true })
    }
}

/// The path of the file with a layer's shapes, as Grafana reads it; `None` for layers of other kinds.
pub fn shapes_of(layer: &Json) -> Option<&str> {
    let kind = layer.get("type").and_then(Json::as_str);
    let source = || layer.pointer("/config/src").and_then(Json::as_str).unwrap_or("public/maps/countries.geojson");
    matches!(kind, Some("geojson" | "dynamic-geojson")).then(source)
}

/// Layers that look places up, or show shapes, name a file Grafana serves itself.
pub(super) fn plan(panel: &Panel) -> Vec<Lookup> {
    let layers = panel.options.get("layers").and_then(Json::as_array);
    let mut lookups: Vec<Lookup> = Vec::new();
    for layer in layers.into_iter().flatten() {
        let location = layer.get("location").filter(|location| location.get("mode").and_then(Json::as_str) == Some("lookup"));
        let wanted = shapes_of(layer).into_iter().chain(location.map(path)).filter_map(Lookup::gazetteer);
        for lookup in wanted {
            if !lookups.contains(&lookup) {
                lookups.push(lookup);
            }
        }
    }
    lookups
}

/// The gazetteers among the answers of lookups.
pub fn gazetteers(answers: &BTreeMap<String, Json>) -> Gazetteers {
    let gazetteers = answers.iter().filter(|(key, _)| Lookup::gazetteer(key).is_some());
    gazetteers.map(|(key, json)| (key.clone(), Gazetteer::read(json))).collect()
}

pub(super) fn read(panel: &Panel, answers: &BTreeMap<String, Json>) -> Places {
    let layers = panel.options.get("layers").and_then(Json::as_array);
    let is_shapes = |key: &str| layers.into_iter().flatten().any(|layer| shapes_of(layer) == Some(key));
    let shapes = answers.iter().filter(|(key, _)| is_shapes(key));
    let shapes = shapes.map(|(key, json)| (key.clone(), geojson::features(json))).collect();
    Places { gazetteers: gazetteers(answers), shapes }
}
