//! Where each row of a frame is (`location` of a layer): coordinates, geohashes, or names looked up.

use std::collections::BTreeMap;

use grafana::{
    field::to_number,
    frame::{Field, FieldType, Frame, Value},
    listing::Gazetteer,
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
    let place = |row: usize| -> Option<(f64, f64)> {
        if let (Some(lat), Some(lon)) = (lat, lon) {
            return Some((number(lon, row)?, number(lat, row)?));
        }
        if let Some(field) = geohash {
            return decode(&text_at(field, row)?);
        }
        gazetteer?.find(&text_at(lookup?, row)?)
    };
    (0..frame.len()).filter_map(|row| place(row).map(|(lon, lat)| (row, lon, lat))).collect()
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

/// The middle of a geohash's cell: bits of longitude and latitude in turn, five to a character.
fn decode(hash: &str) -> Option<(f64, f64)> {
    const DIGITS: &str = "0123456789bcdefghjkmnpqrstuvwxyz";
    let (mut lon, mut lat) = ((-180.0, 180.0), (-90.0, 90.0));
    let mut is_longitude = true;
    for c in hash.trim().to_ascii_lowercase().chars() {
        let digit = DIGITS.find(c)?;
        for bit in (0..5).rev() {
            let range: &mut (f64, f64) = if is_longitude { &mut lon } else { &mut lat };
            let middle = (range.0 + range.1) / 2.0;
            if digit >> bit & 1 == 1 {
                range.0 = middle
            } else {
                range.1 = middle
            }
            is_longitude = !is_longitude;
        }
    }
    (!hash.trim().is_empty()).then_some(((lon.0 + lon.1) / 2.0, (lat.0 + lat.1) / 2.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn geohashes() {
        let check = |hash: &str, expected: Option<(f64, f64)>| {
            let got = decode(hash).map(|(lon, lat)| ((lon * 1000.0).round() / 1000.0, (lat * 1000.0).round() / 1000.0));
            assert_eq!(got, expected, "{hash}");
        };
        check("ezs42", Some((-5.603, 42.605)));
        check("9q6", Some((-120.234, 35.859)));
        check("", None);
        check("a!", None);
    }
}
