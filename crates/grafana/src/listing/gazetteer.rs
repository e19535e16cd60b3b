//! `geomap`: where the places are that rows name ("CA", "Germany").

use std::collections::BTreeMap;

use serde_json::Value as Json;

use super::Lookup;
use crate::dashboard::Panel;

/// Places by their keys and names.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Gazetteer {
    /// Upper case → longitude, latitude in degrees.
    places: BTreeMap<String, (f64, f64)>,
}

impl Gazetteer {
    /// Longitude and latitude in degrees; case does not count.
    pub fn find(&self, key: &str) -> Option<(f64, f64)> {
        self.places.get(&key.to_uppercase()).copied()
    }
}

/// Layers that look places up name a file Grafana serves itself; files elsewhere are not read.
pub(super) fn plan(panel: &Panel) -> Vec<Lookup> {
    let layers = panel.options.get("layers").and_then(Json::as_array);
    let mut lookups: Vec<Lookup> = Vec::new();
    for layer in layers.into_iter().flatten() {
        let text = |key: &str| layer.pointer(key).and_then(Json::as_str);
        if text("/location/mode") != Some("lookup") {
            continue;
        }
        let key = text("/location/gazetteer").unwrap_or("public/gazetteer/countries.json").to_owned();
        let is_plain = key.starts_with("public/") && !key.contains("..") && !key.contains(['?', '#', '\\']);
        if is_plain && lookups.iter().all(|known| known.key != key) {
            lookups.push(Lookup { path: format!("/{key}"), key, is_optional: true });
        }
    }
    lookups
}

pub(super) fn read(answers: &BTreeMap<String, Json>) -> BTreeMap<String, Gazetteer> {
    answers.iter().map(|(key, json)| (key.clone(), gazetteer(json))).collect()
}

/// Grafana's own files: a list of `{key | keys, name, latitude, longitude}`, or GeoJSON points.
fn gazetteer(json: &Json) -> Gazetteer {
    let mut places = BTreeMap::new();
    let number = |json: &Json, pointer: &str| json.pointer(pointer).and_then(Json::as_f64);
    for place in json.as_array().into_iter().flatten() {
        let (Some(lon), Some(lat)) = (number(place, "/longitude"), number(place, "/latitude")) else { continue };
        let keys = place.get("keys").and_then(Json::as_array).into_iter().flatten().chain(place.get("key")).chain(place.get("name"));
        places.extend(keys.filter_map(Json::as_str).map(|key| (key.to_uppercase(), (lon, lat))));
    }
    for feature in json.get("features").and_then(Json::as_array).into_iter().flatten() {
        let at = (number(feature, "/geometry/coordinates/0"), number(feature, "/geometry/coordinates/1"));
        let (Some(lon), Some(lat)) = at else { continue };
        let properties = feature.get("properties").and_then(Json::as_object).into_iter().flatten();
        let is_key =
            |name: &str| matches!(name.to_uppercase().as_str(), "ID" | "UID" | "KEY" | "CODE") || name.to_uppercase().ends_with("_CODE");
        let keys = properties.filter(|(name, _)| is_key(name)).map(|(_, value)| value).chain(feature.get("id"));
        places.extend(keys.filter_map(Json::as_str).map(|key| (key.to_uppercase(), (lon, lat))));
    }
    Gazetteer { places }
}
