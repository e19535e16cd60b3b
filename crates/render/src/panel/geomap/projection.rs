//! From degrees to the panel: Web Mercator (EPSG:3857), as OpenLayers shows it.

use std::f64::consts::PI;

use scene::kurbo::{Point, Rect, Size};
use serde_json::{Map, Value as Json};

use super::{Layer, options};

/// The world's width at zoom 0, px.
const TILE: f64 = 256.0;
/// Where Web Mercator's square ends, degrees.
const MAX_LATITUDE: f64 = 85.051_128_78;

/// A view of the world: what lies in the middle, and how large the world is.
#[derive(Clone, Copy, Debug)]
pub struct Projection {
    /// The centre in a world from 0 to 1 each way.
    center: Point,
    world_px: f64,
    middle: Point,
}

impl Projection {
    fn new(center: Point, zoom: f64, size: Size) -> Projection {
        // OpenLayers never shows more than the one world: it grows to fill the view, whose edges stay inside it.
        let world_px = (TILE * zoom.exp2()).max(size.width).max(size.height);
        let inside = |center: f64, length: f64| {
            let half = (length / world_px / 2.0).min(0.5);
            center.clamp(half, 1.0 - half)
        };
        let center = Point::new(inside(center.x, size.width), inside(center.y, size.height));
        Projection { center, world_px, middle: Point::new(size.width / 2.0, size.height / 2.0) }
    }

    /// Where a place lies in the panel, px.
    pub fn point(&self, lon: f64, lat: f64) -> Point {
        self.middle + (world(lon, lat) - self.center) * self.world_px
    }
}

/// A place in a world from 0 to 1, y down.
fn world(lon: f64, lat: f64) -> Point {
    let lat = lat.clamp(-MAX_LATITUDE, MAX_LATITUDE).to_radians();
    let y = (lat.tan() + 1.0 / lat.cos()).ln();
    Point::new((lon + 180.0) / 360.0, (1.0 - y / PI) / 2.0)
}

/// Places a view may be named by: longitude, latitude, zoom.
fn named(id: &str) -> Option<(f64, f64, f64)> {
    Some(match id {
        "north-america" => (-100.0, 40.0, 4.0),
        "south-america" => (-60.0, -20.0, 3.0),
        "europe" => (14.0, 46.0, 4.0),
        "africa" => (30.0, 0.0, 3.0),
        "west-asia" => (53.0, 26.0, 4.0),
        "s-asia" => (80.0, 19.5, 4.0),
        "se-asia" => (106.0, 10.0, 4.0),
        "e-asia" => (135.0, 33.0, 4.0),
        "australia" => (135.0, -25.0, 4.0),
        "oceania" => (-140.0, -10.0, 3.0),
        _ => return None,
    })
}

/// The saved view (`options.view`): a place and zoom, a named region, or what holds all data.
pub fn of_view(saved: &Map<String, Json>, layers: &[Layer], size: Size) -> Projection {
    let number = |key: &str, default: f64| options::number(saved, &format!("view.{key}")).unwrap_or(default);
    match options::text(saved, "view.id", "zero") {
        "fit" => fit(layers, number("padding", 5.0), number("maxZoom", number("zoom", 15.0)), size),
        "coords" => Projection::new(world(number("lon", 0.0), number("lat", 0.0)), number("zoom", 1.0), size),
        id => {
            let (lon, lat, zoom) = named(id).unwrap_or((0.0, 0.0, 1.0));
            Projection::new(world(lon, lat), number("zoom", zoom), size)
        }
    }
}

/// All places, with `padding` per cent around them, at most at `max_zoom`.
fn fit(layers: &[Layer], padding: f64, max_zoom: f64, size: Size) -> Projection {
    let points = layers.iter().flat_map(|layer| &layer.places).map(|(_, lon, lat)| world(*lon, *lat));
    let extent = points.map(|point| Rect::from_points(point, point)).reduce(|a, b| a.union(b));
    let Some(extent) = extent else { return Projection::new(world(0.0, 0.0), 1.0, size) };
    let world_px = (size.width / extent.width()).min(size.height / extent.height()) / (1.0 + padding / 100.0);
    let zoom = (world_px / TILE).log2();
    Projection::new(extent.center(), if zoom.is_finite() { zoom.min(max_zoom) } else { max_zoom }, size)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(view: Json, places: &[(f64, f64)], lon: f64, lat: f64, expected: (f64, f64)) {
        let Json::Object(saved) = serde_json::json!({"view": view}) else { unreachable!() };
        let places = places.iter().map(|(lon, lat)| (0, *lon, *lat)).collect();
        let layer = Layer { kind: "markers", name: "", config: Map::new(), frame: None, places };
        let point = of_view(&saved, &[layer], Size::new(512.0, 256.0)).point(lon, lat);
        assert!((point.x - expected.0).abs() < 0.01 && (point.y - expected.1).abs() < 0.01, "{point:?}");
    }

    #[test]
    fn views() {
        use serde_json::json;
        check(json!({"id": "zero", "zoom": 2}), &[], 45.0, 0.0, (384.0, 128.0));
        // A world smaller than the view fills it, and is not left.
        check(json!({"id": "coords", "lon": 90, "lat": 0, "zoom": 0}), &[], 90.0, 0.0, (384.0, 128.0));
        check(json!({"id": "coords", "lon": 0, "lat": 80, "zoom": 1}), &[], 0.0, MAX_LATITUDE, (256.0, 0.0));
        check(json!({"id": "europe"}), &[], 14.0, 46.0, (256.0, 128.0));
        // Two places as wide apart as the panel.
        check(json!({"id": "fit", "padding": 0}), &[(-10.0, 0.0), (10.0, 0.0)], 10.0, 0.0, (512.0, 128.0));
        check(json!({"id": "fit", "padding": 0}), &[(10.0, 5.0)], 10.0, 5.0, (256.0, 128.0));
    }
}
