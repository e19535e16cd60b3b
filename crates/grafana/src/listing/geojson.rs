//! `geomap`: shapes of GeoJSON files that Grafana serves itself.

use serde_json::{Map, Value as Json};

/// More points than this in one file would take a page of their own.
const MOST_POINTS: usize = 2_000_000;

/// One thing on a map.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Feature {
    pub id: Option<String>,
    pub properties: Map<String, Json>,
    pub shapes: Vec<Shape>,
}

/// Longitudes and latitudes in degrees.
#[derive(Clone, Debug, PartialEq)]
pub enum Shape {
    Point((f64, f64)),
    Line(Vec<(f64, f64)>),
    /// The outer ring, then its holes.
    Polygon(Vec<Vec<(f64, f64)>>),
}

/// The features of a collection, of a feature or of a bare geometry; what cannot be read is left out.
pub fn features(json: &Json) -> Vec<Feature> {
    let mut left = MOST_POINTS;
    match json["type"].as_str() {
        Some("FeatureCollection") => json["features"].as_array().into_iter().flatten().map(|json| feature(json, &mut left)).collect(),
        Some("Feature") => vec![feature(json, &mut left)],
        Some(_) => vec![Feature { shapes: shapes(json, &mut left), ..Feature::default() }],
        None => Vec::new(),
    }
}

fn feature(json: &Json, left: &mut usize) -> Feature {
    let id = json["id"].as_str().map(str::to_owned).or_else(|| json["id"].as_number().map(ToString::to_string));
    let properties = json["properties"].as_object().cloned().unwrap_or_default();
    Feature { id, properties, shapes: shapes(&json["geometry"], left) }
}

fn shapes(geometry: &Json, left: &mut usize) -> Vec<Shape> {
    let coordinates = &geometry["coordinates"];
    let each = |json: &Json| json.as_array().cloned().unwrap_or_default();
    match geometry["type"].as_str() {
        Some("Point") => place(coordinates).map(Shape::Point).into_iter().collect(),
        Some("MultiPoint") => line(coordinates, left).into_iter().map(Shape::Point).collect(),
        Some("LineString") => vec![Shape::Line(line(coordinates, left))],
        Some("MultiLineString") => each(coordinates).iter().map(|json| Shape::Line(line(json, left))).collect(),
        Some("Polygon") => vec![polygon(coordinates, left)],
        Some("MultiPolygon") => each(coordinates).iter().map(|json| polygon(json, left)).collect(),
        Some("GeometryCollection") => {
            let parts = geometry["geometries"].as_array().into_iter().flatten();
            // Collections in collections are none.
            parts.filter(|part| part["type"].as_str() != Some("GeometryCollection")).flat_map(|part| shapes(part, left)).collect()
        }
        _ => Vec::new(),
    }
}

fn polygon(json: &Json, left: &mut usize) -> Shape {
    Shape::Polygon(json.as_array().into_iter().flatten().map(|ring| line(ring, left)).collect())
}

fn line(json: &Json, left: &mut usize) -> Vec<(f64, f64)> {
    let points: Vec<(f64, f64)> = json.as_array().into_iter().flatten().filter_map(place).take(*left).collect();
    *left -= points.len();
    points
}

fn place(json: &Json) -> Option<(f64, f64)> {
    Some((json[0].as_f64()?, json[1].as_f64()?))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn geometries() {
        let check = |geometry: Json, expected: &[Shape]| assert_eq!(shapes(&geometry, &mut 5), expected, "{geometry}");
        let point = Shape::Point((1.0, 2.0));
        check(json!({"type": "Point", "coordinates": [1, 2, 3]}), std::slice::from_ref(&point));
        check(json!({"type": "MultiPoint", "coordinates": [[1, 2], [1, 2]]}), &[point.clone(), point.clone()]);
        let line = vec![(1.0, 2.0), (3.0, 4.0)];
        check(json!({"type": "LineString", "coordinates": [[1, 2], [3, 4], ["x", 1]]}), &[Shape::Line(line.clone())]);
        check(json!({"type": "Polygon", "coordinates": [[[1, 2], [3, 4]]]}), &[Shape::Polygon(vec![line.clone()])]);
        check(json!({"type": "MultiPolygon", "coordinates": [[[[1, 2], [3, 4]]]]}), &[Shape::Polygon(vec![line])]);
        check(json!({"type": "GeometryCollection", "geometries": [{"type": "Point", "coordinates": [1, 2]}]}), &[point]);
        check(json!({"type": "Polygon", "coordinates": 5}), &[Shape::Polygon(vec![])]);
        check(json!(null), &[]);
    }

    #[test]
    fn collections() {
        let json = json!({"type": "FeatureCollection", "features": [
            {"type": "Feature", "id": "AF", "properties": {"name": "x"}, "geometry": {"type": "Point", "coordinates": [1, 2]}},
            {"type": "Feature", "id": 7, "geometry": null}]});
        let read: Vec<_> = features(&json).into_iter().map(|f| (f.id, f.properties.len(), f.shapes.len())).collect();
        assert_eq!(read, [(Some("AF".to_owned()), 1, 1), (Some("7".to_owned()), 0, 0)]);
        assert_eq!(features(&json!([1, 2])), []);
    }
}
