//! Lists of places by name, as Grafana serves them under `public/gazetteer`.
//!
//! Source: grafana 12.4.0 `geo/gazetteer/gazetteer.ts`, `worldmap.ts`, `geo/format/geojson.ts`.

use std::collections::BTreeMap;

use indexmap::IndexMap;
use serde_json::{Map, Value as Json};

use super::{Geometry, decode_geohash};
use crate::{
    field::{to_number, to_text},
    frame::{Field, FieldType, Frame, Value, Values},
};

/// Gazetteers by the paths that dashboards name ("public/gazetteer/countries.json").
pub type Gazetteers = BTreeMap<String, Gazetteer>;

/// Places by their keys and names.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Gazetteer {
    /// Keys as they stand and in upper case → row.
    rows: BTreeMap<String, usize>,
    geometries: Vec<Option<Geometry>>,
    /// A key is also looked for in upper case (lists of the old world map).
    folds: bool,
    /// All that is known of each place; lists of the old world map have none.
    frame: Option<Frame>,
}

impl Gazetteer {
    /// Reads an answer: a list of `{key | keys, name, latitude, longitude}`, GeoJSON features, or a list of other objects. What is none
    /// of these is a gazetteer of no places.
    pub fn read(json: &Json) -> Gazetteer {
        let objects = json.as_array().map(|list| list.iter().filter_map(Json::as_object).collect::<Vec<_>>());
        match objects {
            Some(places) if places.first().is_some_and(|place| is_world_map(place)) => of_world_map(&places),
            Some(objects) => of_frame(frame_of(&objects)),
            None if json.get("type").and_then(Json::as_str) == Some("FeatureCollection") => of_frame(frame_of_geojson(json)),
            None => Gazetteer::default(),
        }
    }

    /// Which row a cell names.
    pub fn row(&self, key: &str) -> Option<usize> {
        let found = self.rows.get(key).copied();
        if self.folds { found.or_else(|| self.rows.get(&key.to_uppercase()).copied()) } else { found }
    }

    pub fn geometry(&self, key: &str) -> Option<&Geometry> {
        self.geometries.get(self.row(key)?)?.as_ref()
    }

    /// Longitude and latitude in degrees; of what is no point, the middle.
    pub fn find(&self, key: &str) -> Option<(f64, f64)> {
        let [lon, lat] = self.geometry(key)?.center();
        Some((lon, lat))
    }

    /// What is known of the places, a row each; `None` for lists of the old world map.
    pub fn frame(&self) -> Option<&Frame> {
        self.frame.as_ref()
    }
}

fn is_world_map(place: &Map<String, Json>) -> bool {
    let is_set =
        |key: &str| place.get(key).is_some_and(|json| json.as_f64() != Some(0.0) && *json != Json::Null && json.as_str() != Some(""));
    is_set("latitude") && is_set("longitude") && (is_set("key") || is_set("keys"))
}

fn of_world_map(places: &[&Map<String, Json>]) -> Gazetteer {
    let mut gazetteer = Gazetteer { folds: true, ..Gazetteer::default() };
    for place in places {
        let number = |key: &str| place.get(key).and_then(Json::as_f64);
        let (Some(lon), Some(lat)) = (number("longitude"), number("latitude")) else { continue };
        let row = gazetteer.geometries.len();
        gazetteer.geometries.push(Some(Geometry::point(lon, lat)));
        let keys = place.get("keys").and_then(Json::as_array).into_iter().flatten();
        for key in place.get("name").into_iter().chain(place.get("key")).chain(keys).filter_map(Json::as_str) {
            gazetteer.rows.insert(key.to_owned(), row);
            gazetteer.rows.insert(key.to_uppercase(), row);
        }
    }
    gazetteer
}

/// Keys are the columns named "id", "key" and so on, or else the first column of texts.
fn of_frame(frame: Frame) -> Gazetteer {
    let upper = |field: &Field| field.name.to_uppercase();
    let is_key = |field: &Field| {
        let name = upper(field);
        matches!(name.as_str(), "ID" | "UID" | "KEY" | "CODE") || name.ends_with("_ID") || name.ends_with("_CODE")
    };
    let named = |names: &[&str]| frame.fields.iter().rev().find(|field| names.contains(&upper(field).as_str()));
    let mut keys: Vec<&Field> = frame.fields.iter().filter(|field| is_key(field)).collect();
    if keys.is_empty() {
        keys.extend(frame.fields.iter().find(|field| field.kind == FieldType::String));
    }
    let mut rows = BTreeMap::new();
    for field in keys {
        for row in 0..field.values.len() {
            let key = match field.values.get(row) {
                Value::Null => "null".to_owned(),
                value => to_text(&value),
            };
            rows.insert(key.to_uppercase(), row);
            rows.insert(key, row);
        }
    }
    let geo = frame.fields.iter().rev().find(|field| field.kind == FieldType::Geo);
    // Grafana's own spelling of the long names.
    let (lat, lon) = (named(&["LAT", "LATITUTE"]), named(&["LON", "LNG", "LONG", "LONGITUE"]));
    let geohash = named(&["GEOHASH"]);
    let geometry = |row: usize| match (geo, geohash, lat, lon) {
        (Some(geo), ..) => match geo.values.get(row) {
            Value::Json(json) => Geometry::from_cell(&json),
            _ => None,
        },
        (None, Some(hash), ..) => decode_geohash(&to_text(&hash.values.get(row))).map(|(lon, lat)| Geometry::point(lon, lat)),
        (None, None, Some(lat), Some(lon)) => {
            let (lon, lat) = (lon.values.get(row), lat.values.get(row));
            (lon != Value::Null && lat != Value::Null).then(|| Geometry::point(to_number(&lon), to_number(&lat)))
        }
        _ => None,
    };
    let geometries = (0..frame.len()).map(geometry).collect();
    Gazetteer { rows, geometries, folds: false, frame: Some(frame) }
}

/// One column a property, in the order in which features name them.
fn frame_of_geojson(json: &Json) -> Frame {
    let features: Vec<&Json> = json.get("features").and_then(Json::as_array).into_iter().flatten().collect();
    let geometries = features.iter().map(|feature| {
        let geometry = feature.get("geometry").and_then(Geometry::from_geojson);
        geometry.map_or(Json::Null, |geometry| geometry.to_cell())
    });
    let mut columns: IndexMap<&str, Vec<Json>> = IndexMap::new();
    let mut put = |name, row: usize, value: &Json| {
        if !value.is_null() {
            columns.entry(name).or_insert_with(|| vec![Json::Null; features.len()])[row] = value.clone();
        }
    };
    for (row, feature) in features.iter().enumerate() {
        for (name, value) in feature.get("properties").and_then(Json::as_object).into_iter().flatten() {
            put(name.as_str(), row, value);
        }
    }
    let ids: Vec<Json> = features.iter().map(|feature| feature.get("id").cloned().unwrap_or_default()).collect();
    let free = |names: &[&'static str]| {
        names.iter().find(|name| !columns.contains_key(**name)).map_or_else(|| format!("___{}", names[0]), |name| (*name).into())
    };
    let mut fields = Vec::new();
    if ids.iter().any(|id| !id.is_null()) {
        fields.push(column(free(&["id", "_id", "__id"]), ids));
    }
    fields.push(Field {
        name: free(&["geo", "geometry"]),
        kind: FieldType::Geo,
        values: Values::Other(geometries.collect()),
        ..Field::default()
    });
    fields.extend(columns.into_iter().map(|(name, cells)| column(name.to_owned(), cells)));
    Frame { fields, ..Frame::default() }
}

/// One column a key of the first object.
fn frame_of(objects: &[&Map<String, Json>]) -> Frame {
    let names = objects.first().into_iter().flat_map(|first| first.keys());
    let cells = |name: &String| objects.iter().map(|object| object.get(name).cloned().unwrap_or_default()).collect();
    Frame { fields: names.map(|name| column(name.clone(), cells(name))).collect(), ..Frame::default() }
}

/// Cells of several types are written as texts.
fn column(name: String, cells: Vec<Json>) -> Field {
    let all = |test: fn(&Json) -> bool| cells.iter().all(|cell| cell.is_null() || test(cell));
    let (kind, values) = if all(Json::is_number) {
        (FieldType::Number, Values::Number(cells.iter().map(Json::as_f64).collect()))
    } else if all(Json::is_boolean) {
        (FieldType::Boolean, Values::Boolean(cells.iter().map(Json::as_bool).collect()))
    } else if all(|cell| cell.is_object() || cell.is_array()) {
        (FieldType::Other, Values::Other(cells))
    } else {
        let text = |cell: &Json| (!cell.is_null()).then(|| to_text(&Value::Json(cell.clone())));
        (FieldType::String, Values::String(cells.iter().map(text).collect()))
    };
    Field { name, kind, values, ..Field::default() }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn places_are_found() {
        let check = |json: Json, key: &str, expected: Option<(f64, f64)>| {
            let round = |(lon, lat): (f64, f64)| ((lon * 1e6).round() / 1e6, (lat * 1e6).round() / 1e6);
            assert_eq!(Gazetteer::read(&json).find(key).map(round), expected, "{key}");
        };
        let countries = || json!([{"keys": ["CH", "CHE"], "latitude": 46.8, "longitude": 8.2, "name": "Switzerland"}, {"key": "X", "latitude": 1, "longitude": 2}]);
        for key in ["CH", "ch", "che", "Switzerland", "switzerland"] {
            check(countries(), key, Some((8.2, 46.8)));
        }
        check(countries(), "x", Some((2.0, 1.0)));
        check(countries(), "y", None);
        let feature = |code: Json| json!({"type": "Feature", "geometry": {"type": "Point", "coordinates": [39.797222, 47.115858]}, "properties": {"name": "a", "iata_code": code}});
        let airports = || json!({"type": "FeatureCollection", "features": [feature(Json::Null), feature(json!("Skp"))]});
        check(airports(), "SKP", Some((39.797222, 47.115858)));
        check(airports(), "skp", None);
        check(airports(), "a", None);
        check(json!([{"code": "q", "lat": 3, "lng": 4}]), "Q", Some((4.0, 3.0)));
        check(json!([{"name": "q", "geohash": "ezs42"}]), "q", Some((-5.603027, 42.60498)));
        check(json!("nothing"), "q", None);
    }

    #[test]
    fn properties_become_columns() {
        let json = json!({"type": "FeatureCollection", "features": [
            {"id": 5, "geometry": {"type": "Polygon", "coordinates": [[[0, 0], [2, 0], [2, 2], [0, 0]]]}, "properties": {"b": null, "geo": 1}},
            {"geometry": null, "properties": {"b": 1, "a": "x"}}]});
        let gazetteer = Gazetteer::read(&json);
        let names: Vec<_> = gazetteer.frame().unwrap().fields.iter().map(|field| (field.name.as_str(), field.kind.as_str())).collect();
        assert_eq!(names, [("id", "number"), ("geometry", "geo"), ("geo", "number"), ("b", "number"), ("a", "string")]);
        assert_eq!((gazetteer.row("5"), gazetteer.row("null"), gazetteer.row("x")), (Some(0), Some(1), None));
    }
}
