//! Geometries as cells hold them: GeoJSON in degrees.
//!
//! Grafana keeps them in the metres of web maps (EPSG:3857) and goes back to degrees where it shows them, which costs a last digit;
//! cells hold degrees that went there and back. Source: OpenLayers 10 `ol/proj`, `ol/sphere`, `ol/format/WKT`.

use std::f64::consts::PI;

use serde_json::{Value as Json, json};

use crate::js::number_to_string;

/// Longitude and latitude in degrees.
pub type Place = [f64; 2];

/// The earth of web maps, in metres.
const MAP_RADIUS: f64 = 6_378_137.0;
/// The mean earth, which lengths and areas are measured on.
const MEAN_RADIUS: f64 = 6_371_008.8;

/// A GeoJSON geometry.
#[derive(Clone, Debug, PartialEq)]
pub enum Geometry {
    Point(Place),
    Line(Vec<Place>),
    Polygon(Vec<Vec<Place>>),
    MultiPoint(Vec<Place>),
    MultiLine(Vec<Vec<Place>>),
    MultiPolygon(Vec<Vec<Vec<Place>>>),
    Collection(Vec<Geometry>),
}

impl Geometry {
    /// A point as it comes back from the map's metres.
    pub fn point(lon: f64, lat: f64) -> Geometry {
        Geometry::Point(there_and_back([lon, lat]))
    }

    /// Reads a cell, degrees as they stand.
    pub fn from_cell(json: &Json) -> Option<Geometry> {
        read(json, &|place| place)
    }

    /// Reads GeoJSON from outside. `None` for what is none.
    pub fn from_geojson(json: &Json) -> Option<Geometry> {
        read(json, &there_and_back)
    }

    pub fn to_cell(&self) -> Json {
        let lines = |lines: &[Vec<Place>]| json!(lines);
        match self {
            Geometry::Point(at) => json!({"type": "Point", "coordinates": at}),
            Geometry::Line(places) => json!({"type": "LineString", "coordinates": places}),
            Geometry::Polygon(rings) => json!({"type": "Polygon", "coordinates": lines(rings)}),
            Geometry::MultiPoint(places) => json!({"type": "MultiPoint", "coordinates": places}),
            Geometry::MultiLine(all) => json!({"type": "MultiLineString", "coordinates": lines(all)}),
            Geometry::MultiPolygon(all) => json!({"type": "MultiPolygon", "coordinates": all}),
            Geometry::Collection(parts) => {
                json!({"type": "GeometryCollection", "geometries": parts.iter().map(Geometry::to_cell).collect::<Vec<_>>()})
            }
        }
    }

    /// Well-known text, as Grafana's tables show it.
    pub fn to_wkt(&self) -> String {
        let place = |at: &Place| format!("{} {}", number_to_string(at[0]), number_to_string(at[1]));
        let line = |places: &[Place]| places.iter().map(place).collect::<Vec<_>>().join(",");
        let rings = |rings: &[Vec<Place>]| rings.iter().map(|ring| format!("({})", line(ring))).collect::<Vec<_>>().join(",");
        let (name, text) = match self {
            Geometry::Point(at) => ("POINT", place(at)),
            Geometry::Line(places) => ("LINESTRING", line(places)),
            Geometry::Polygon(all) => ("POLYGON", rings(all)),
            Geometry::MultiPoint(places) => {
                ("MULTIPOINT", places.iter().map(|at| format!("({})", place(at))).collect::<Vec<_>>().join(","))
            }
            Geometry::MultiLine(all) => ("MULTILINESTRING", rings(all)),
            Geometry::MultiPolygon(all) => {
                ("MULTIPOLYGON", all.iter().map(|one| format!("({})", rings(one))).collect::<Vec<_>>().join(","))
            }
            Geometry::Collection(parts) => ("GEOMETRYCOLLECTION", parts.iter().map(Geometry::to_wkt).collect::<Vec<_>>().join(",")),
        };
        if text.is_empty() { format!("{name} EMPTY") } else { format!("{name}({text})") }
    }

    /// A point itself; of all else the middle of its bounds on the map. Degrees.
    pub fn center(&self) -> Place {
        if let Geometry::Point(at) = self {
            return *at;
        }
        let mut bounds = [f64::INFINITY, f64::INFINITY, f64::NEG_INFINITY, f64::NEG_INFINITY];
        self.each_place(&mut |at| {
            let [x, y] = to_map(at);
            bounds = [bounds[0].min(x), bounds[1].min(y), bounds[2].max(x), bounds[3].max(y)];
        });
        to_degrees([(bounds[0] + bounds[2]) / 2.0, (bounds[1] + bounds[3]) / 2.0])
    }

    /// Metres on the mean earth; 0 for points.
    pub fn length(&self) -> f64 {
        match self {
            Geometry::Point(_) | Geometry::MultiPoint(_) => 0.0,
            Geometry::Line(places) => line_length(places),
            Geometry::Polygon(lines) | Geometry::MultiLine(lines) => lines.iter().map(|line| line_length(line)).sum(),
            Geometry::MultiPolygon(all) => all.iter().flatten().map(|ring| line_length(ring)).sum(),
            Geometry::Collection(parts) => parts.iter().map(Geometry::length).sum(),
        }
    }

    /// Square metres on the mean earth; 0 for all but polygons. Rings after the first are holes.
    pub fn area(&self) -> f64 {
        match self {
            Geometry::Polygon(rings) => polygon_area(rings),
            Geometry::MultiPolygon(all) => all.iter().map(|rings| polygon_area(rings)).sum(),
            Geometry::Collection(parts) => parts.iter().map(Geometry::area).sum(),
            _ => 0.0,
        }
    }

    fn each_place(&self, visit: &mut impl FnMut(Place)) {
        match self {
            Geometry::Point(at) => visit(*at),
            Geometry::Line(places) | Geometry::MultiPoint(places) => places.iter().for_each(|at| visit(*at)),
            Geometry::Polygon(lines) | Geometry::MultiLine(lines) => lines.iter().flatten().for_each(|at| visit(*at)),
            Geometry::MultiPolygon(all) => all.iter().flatten().flatten().for_each(|at| visit(*at)),
            Geometry::Collection(parts) => {
                for part in parts {
                    // Boxed, for a closure of a closure would have a type without end.
                    part.each_place(&mut (&mut *visit as &mut dyn FnMut(Place)));
                }
            }
        }
    }
}

fn read(json: &Json, turn: &dyn Fn(Place) -> Place) -> Option<Geometry> {
    let coordinates = json.get("coordinates");
    let list = |json: &Json| json.as_array().cloned();
    let place = |json: &Json| Some(turn([json.get(0)?.as_f64()?, json.get(1)?.as_f64()?]));
    let line = |json: &Json| list(json)?.iter().map(place).collect::<Option<Vec<Place>>>();
    let rings = |json: &Json| list(json)?.iter().map(line).collect::<Option<Vec<Vec<Place>>>>();
    Some(match json.get("type")?.as_str()? {
        "Point" => Geometry::Point(place(coordinates?)?),
        "LineString" => Geometry::Line(line(coordinates?)?),
        "Polygon" => Geometry::Polygon(rings(coordinates?)?),
        "MultiPoint" => Geometry::MultiPoint(line(coordinates?)?),
        "MultiLineString" => Geometry::MultiLine(rings(coordinates?)?),
        "MultiPolygon" => Geometry::MultiPolygon(list(coordinates?)?.iter().map(rings).collect::<Option<_>>()?),
        "GeometryCollection" => {
            Geometry::Collection(list(json.get("geometries")?)?.iter().map(|one| read(one, turn)).collect::<Option<_>>()?)
        }
        _ => return None,
    })
}

fn to_map([lon, lat]: Place) -> Place {
    // The poles lie endlessly far off; the tangent of a right angle is as far as numbers go.
    let most = MAP_RADIUS * (PI / 2.0).tan().ln();
    let y = MAP_RADIUS * (PI * (lat + 90.0) / 360.0).tan().ln();
    [PI * MAP_RADIUS * lon / 180.0, y.clamp(-most, most)]
}

fn to_degrees([x, y]: Place) -> Place {
    [180.0 * x / (PI * MAP_RADIUS), 360.0 * (y / MAP_RADIUS).exp().atan() / PI - 90.0]
}

fn there_and_back(at: Place) -> Place {
    to_degrees(to_map(at))
}

fn line_length(places: &[Place]) -> f64 {
    places.windows(2).map(|pair| distance(pair[0], pair[1])).sum()
}

/// Along the great circle, by haversines.
fn distance(a: Place, b: Place) -> f64 {
    let (lat1, lat2) = (a[1].to_radians(), b[1].to_radians());
    let (half_lat, half_lon) = ((lat2 - lat1) / 2.0, (b[0] - a[0]).to_radians() / 2.0);
    let h = half_lat.sin() * half_lat.sin() + half_lon.sin() * half_lon.sin() * lat1.cos() * lat2.cos();
    2.0 * MEAN_RADIUS * h.sqrt().atan2((1.0 - h).sqrt())
}

fn polygon_area(rings: &[Vec<Place>]) -> f64 {
    let areas = || rings.iter().map(|ring| ring_area(ring).abs());
    areas().next().unwrap_or(0.0) - areas().skip(1).sum::<f64>()
}

fn ring_area(ring: &[Place]) -> f64 {
    let Some(last) = ring.last() else { return 0.0 };
    let (mut area, mut from) = (0.0, last);
    for to in ring {
        area += (to[0] - from[0]).to_radians() * (2.0 + from[1].to_radians().sin() + to[1].to_radians().sin());
        from = to;
    }
    area * MEAN_RADIUS * MEAN_RADIUS / 2.0
}
