//! Where each row of a frame is (`location` of a layer): coordinates, geohashes, or names looked up.

use std::collections::BTreeMap;

use grafana::{
    field::to_number,
    frame::{Field, FieldType, Frame, Value},
    geo::{Gazetteer, Geometry, decode_geohash},
};
use serde_json::Value as Json;

/// Rows with a place: index, longitude, latitude in degrees. Rows without one are left out.
pub fn places(frame: &Frame, location: &Json, gazetteers: &BTreeMap<String, Gazetteer>) -> Vec<(usize, f64, f64)> {
    let text = |key: &str| location.get(key).and_then(Json::as_str).filter(|text| !text.is_empty());
    let by_name = |names: &[&str]| frame.fields.iter().find(|field| names.contains(&field.name.to_lowercase().as_str()));
    let chosen = |key: &str| text(key).and_then(|name| field_named(frame, name));
    let gazetteer = gazetteers.get(text("gazetteer").unwrap_or("public/gazetteer/countries.json"));
    let mode = text("mode").unwrap_or("auto");
    let (lat, lon) = match mode {
        "coords" => (chosen("latitude"), chosen("longitude")),
        "auto" => (by_name(&["latitude", "lat"]), by_name(&["longitude", "lon", "lng"])),
        _ => (None, None),
    };
    let geohash = match mode {
        "geohash" => chosen("geohash"),
        "auto" => by_name(&["geohash"]),
        _ => None,
    };
    let lookup = match mode {
        "lookup" => chosen("lookup").or_else(|| frame.fields.iter().find(|f| text("lookup").is_none() && f.kind == FieldType::String)),
        "auto" => by_name(&["lookup"]),
        _ => None,
    };
    // Geometries stand for their middle here: they come from look-ups of places and spatial operations.
    let geo = (mode == "auto").then(|| frame.fields.iter().find(|field| field.kind == FieldType::Geo)).flatten();
    let place = |row: usize| -> Option<(f64, f64)> {
        if let Some(geo) = geo {
            let Value::Json(cell) = geo.values.get(row) else { return None };
            let [lon, lat] = Geometry::from_cell(&cell)?.center();
            return Some((lon, lat));
        }
        if let (Some(lat), Some(lon)) = (lat, lon) {
            return Some((number(lon, row)?, number(lat, row)?));
        }
        if let Some(field) = geohash {
            return decode_geohash(&text_at(field, row)?);
        }
        gazetteer?.find(&text_at(lookup?, row)?)
    };
    (0..frame.len()).filter_map(|row| place(row).map(|(lon, lat)| (row, lon, lat))).collect()
}

/// A row and the line at it, longitudes and latitudes in degrees.
pub type RowLine = (usize, Vec<(f64, f64)>);

/// Points by row, and lines by row.
pub type Placed = (Vec<(usize, f64, f64)>, Vec<RowLine>);

/// The geometries that a transformation made: points by row, and lines by row. `None` where the frame has none, or the layer says
/// itself where its rows are.
pub fn shapes(frame: &Frame, location: &Json) -> Option<Placed> {
    let is_auto = location.get("mode").and_then(Json::as_str).is_none_or(|mode| mode == "auto");
    let field = frame.fields.iter().find(|field| field.kind == FieldType::Geo).filter(|_| is_auto)?;
    let (mut points, mut lines) = (Vec::new(), Vec::new());
    for row in 0..field.values.len() {
        let Value::Json(cell) = field.values.get(row) else { continue };
        match Geometry::from_cell(&cell) {
            Some(Geometry::Point([lon, lat])) => points.push((row, lon, lat)),
            Some(Geometry::Line(places)) => lines.push((row, places.into_iter().map(|[lon, lat]| (lon, lat)).collect())),
            Some(other) => {
                let [lon, lat] = other.center();
                points.push((row, lon, lat));
            }
            None => {}
        }
    }
    Some((points, lines))
}

/// The field of that name, or of that display name.
pub fn field_named<'a>(frame: &'a Frame, name: &str) -> Option<&'a Field> {
    let fields = &frame.fields;
    fields.iter().find(|field| field.name == name).or_else(|| fields.iter().find(|field| field.display_name.as_deref() == Some(name)))
}

fn number(field: &Field, row: usize) -> Option<f64> {
    let value = field.values.get(row);
    (value != Value::Null).then(|| to_number(&value)).filter(|n| n.is_finite())
}

fn text_at(field: &Field, row: usize) -> Option<String> {
    match field.values.get(row) {
        Value::String(text) => Some(text),
        Value::Number(n) => Some(n.to_string()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn geometries_of_transformations() {
        let json = serde_json::json!({"schema": {"fields": [{"name": "Geometry", "type": "geo"}]}, "data": {"values": [[
            {"type": "Point", "coordinates": [1, 2]}, null, {"type": "LineString", "coordinates": [[1, 2], [3, 4]]}]]}});
        let mut frame = grafana::frame::frame_from_json(&json).unwrap();
        frame.fields[0].kind = FieldType::Geo;
        let expected = (vec![(0, 1.0, 2.0)], vec![(2, vec![(1.0, 2.0), (3.0, 4.0)])]);
        assert_eq!(shapes(&frame, &Json::Null), Some(expected));
        assert_eq!(shapes(&frame, &serde_json::json!({"mode": "coords"})), None);
    }
}
