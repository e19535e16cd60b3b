//! Where the rows of a frame are: which fields say so, and what they say (`location` of a map's layer, `source` of the spatial
//! transformation).
//!
//! Source: grafana 12.4.0 `geo/utils/location.ts`, `geo/format/utils.ts`.

use serde_json::Value as Json;

use super::{COUNTRIES, Gazetteer, Gazetteers, Geometry, decode_geohash};
use crate::{
    field::{FieldMatcher, Matcher, NameContext, display_name_in, to_number},
    frame::{Field, FieldType, Frame, Value, Values},
};

/// How places are found in frames.
pub(crate) struct Locator<'a> {
    mode: &'a str,
    options: &'a Json,
    gazetteer: Option<&'a Gazetteer>,
}

/// A column of geometries, and whether it was made of other columns.
pub(crate) struct Located {
    pub field: Field,
    pub is_derived: bool,
    /// Where the frame itself holds it.
    pub index: Option<usize>,
}

impl<'a> Locator<'a> {
    pub fn of(options: &'a Json, gazetteers: &'a Gazetteers) -> Locator<'a> {
        let mode = options.get("mode").and_then(Json::as_str).unwrap_or("auto");
        Locator { mode, options, gazetteer: gazetteers.get(path(options)) }
    }

    /// The places of a frame; `None` where nothing says where they are.
    pub fn locate(&self, frame: &Frame) -> Option<Located> {
        let derived = |name: &str, cells: Vec<Option<Geometry>>| {
            let cells = cells.iter().map(|cell| cell.as_ref().map_or(Json::Null, Geometry::to_cell)).collect();
            Some(Located { field: geo_field(name, cells), is_derived: true, index: None })
        };
        let is_auto = self.mode == "auto";
        if is_auto && let Some(index) = frame.fields.iter().position(|field| field.kind == FieldType::Geo) {
            return Some(Located { field: frame.fields[index].clone(), is_derived: false, index: Some(index) });
        }
        if is_auto || self.mode == "coords" {
            let (lat, lon) = match is_auto {
                true => (named(frame, &["latitude", "lat"]), named(frame, &["longitude", "lon", "lng"])),
                false => (self.chosen("latitude", frame), self.chosen("longitude", frame)),
            };
            match (lat, lon) {
                (Some(lat), Some(lon)) => return derived("Point", points(lon, lat)),
                _ if !is_auto => return None,
                _ => {}
            }
        }
        if is_auto || self.mode == "geohash" {
            match if is_auto { named(frame, &["geohash"]) } else { self.chosen("geohash", frame) } {
                Some(hash) => {
                    let point = |row| match hash.values.get(row) {
                        Value::String(text) => decode_geohash(&text).map(|(lon, lat)| Geometry::point(lon, lat)),
                        _ => None,
                    };
                    return derived(&hash.name, (0..hash.values.len()).map(point).collect());
                }
                None if !is_auto => return None,
                None => {}
            }
        }
        if is_auto || self.mode == "lookup" {
            let lookup = if is_auto { named(frame, &["lookup"]) } else { self.looked_up(frame) }?;
            let gazetteer = self.gazetteer?;
            let geometry = |row| match lookup.values.get(row) {
                Value::String(key) => gazetteer.geometry(&key).cloned(),
                _ => None,
            };
            return derived("Geometry", (0..lookup.values.len()).map(geometry).collect());
        }
        None
    }

    fn chosen<'f>(&self, key: &str, frame: &'f Frame) -> Option<&'f Field> {
        let name = self.options.get(key).and_then(Json::as_str).filter(|name| !name.is_empty())?;
        first(frame, &Matcher { id: "byName".into(), options: name.into() })
    }

    fn looked_up<'f>(&self, frame: &'f Frame) -> Option<&'f Field> {
        match self.options.get("lookup").and_then(Json::as_str).filter(|name| !name.is_empty()) {
            Some(name) => first(frame, &Matcher { id: "byName".into(), options: name.into() }),
            None => first(frame, &Matcher { id: "byType".into(), options: "string".into() }),
        }
    }
}

/// Which gazetteer the options name.
pub(crate) fn path(options: &Json) -> &str {
    options.get("gazetteer").and_then(Json::as_str).filter(|path| !path.is_empty()).unwrap_or(COUNTRIES)
}

/// A column that tooltips do not show.
pub(crate) fn geo_field(name: &str, cells: Vec<Json>) -> Field {
    Field { name: name.to_owned(), kind: FieldType::Geo, values: Values::Other(cells), ..Field::default() }
}

fn first<'f>(frame: &'f Frame, matcher: &Matcher) -> Option<&'f Field> {
    let (matcher, names) = (FieldMatcher::new(matcher)?, NameContext::default());
    frame.fields.iter().find(|field| matcher.matches(field, frame, &names))
}

/// The first field with one of the names, its own in any case or its display name.
fn named<'f>(frame: &'f Frame, names: &[&str]) -> Option<&'f Field> {
    let context = NameContext::default();
    frame.fields.iter().find(|field| {
        names.contains(&field.name.to_lowercase().as_str()) || names.contains(&display_name_in(field, frame, &context).as_str())
    })
}

fn points(lon: &Field, lat: &Field) -> Vec<Option<Geometry>> {
    let point = |row: usize| {
        let (lon, lat) = (lon.values.get(row), lat.values.get(row));
        (lon != Value::Null && lat != Value::Null).then(|| Geometry::point(to_number(&lon), to_number(&lat)))
    };
    (0..lon.values.len()).map(point).collect()
}
