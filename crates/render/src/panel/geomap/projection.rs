//! From degrees to the panel: Web Mercator (EPSG:3857), as OpenLayers shows it.

use std::f64::consts::PI;

use scene::kurbo::{Point, Rect, Size, Vec2};
use serde_json::{Map, Value as Json};

use super::{Layer, options};

/// The world's width at zoom 0, px.
const TILE: f64 = 256.0;
/// Where Web Mercator's square ends, degrees.
const MAX_LATITUDE: f64 = 85.051_128_78;
/// Metres, as EPSG:3857 has it.
const EARTH_RADIUS: f64 = 6_378_137.0;
/// How far outside the panel a marker may lie and be seen, px.
const SIGHT: f64 = 40.0;
/// As far as OpenLayers goes.
const MAX_ZOOM: f64 = 28.0;

/// A view of the world: what lies in the middle, and how large the world is.
#[derive(Clone, Copy, Debug)]
pub struct Projection {
    /// The centre in a world from 0 to 1 each way.
    center: Point,
    world_px: f64,
    middle: Point,
    /// The world goes round: what lies beyond its edge is its other side.
    repeats: bool,
}

impl Projection {
    fn new(center: Point, zoom: f64, size: Size, repeats: bool) -> Projection {
        // OpenLayers never shows more than one world: it grows to fill the view, which does not go beyond the poles.
        let world_px = (TILE * zoom.exp2()).max(size.width).max(size.height);
        let inside = |center: f64, length: f64| {
            let half = (length / world_px / 2.0).min(0.5);
            center.clamp(half, 1.0 - half)
        };
        let x = if repeats { center.x } else { inside(center.x, size.width) };
        let center = Point::new(x, inside(center.y, size.height));
        Projection { center, world_px, middle: Point::new(size.width / 2.0, size.height / 2.0), repeats }
    }

    /// Where a place lies in the panel, px.
    pub fn point(&self, lon: f64, lat: f64) -> Point {
        self.place(world(lon, lat), 0.0)
    }

    /// Where a place of the world from 0 to 1 lies in the panel, px, in one of its [copies](Self::copies).
    pub fn place(&self, place: Point, copy: f64) -> Point {
        self.middle + (place - self.center) * self.world_px + Vec2::new(copy, 0.0)
    }

    /// The worlds that are to be seen side by side, by how far they are off the first one, px.
    pub fn copies(&self) -> Vec<f64> {
        if !self.repeats {
            return vec![0.0];
        }
        let west = self.place(Point::ORIGIN, 0.0).x;
        // A little more than what is in sight, for what is drawn about a point.
        let first = ((-SIGHT - west) / self.world_px).floor();
        let last = ((2.0 * self.middle.x + SIGHT - west) / self.world_px).ceil();
        (first as i64..last as i64).map(|n| n as f64 * self.world_px).collect()
    }

    /// As OpenLayers counts: the world is 256 px wide at 0 and twice as wide with each.
    pub fn zoom(&self) -> f64 {
        (self.world_px / TILE).log2()
    }

    /// Metres of a pixel at the view's centre.
    pub fn metres_per_px(&self) -> f64 {
        let lat = (PI * (1.0 - 2.0 * self.center.y)).sinh().atan();
        2.0 * PI * EARTH_RADIUS / self.world_px * lat.cos()
    }
}

/// A place in a world from 0 to 1, y down.
pub fn world(lon: f64, lat: f64) -> Point {
    let lat = lat.clamp(-MAX_LATITUDE, MAX_LATITUDE).to_radians();
    let y = (lat.tan() + 1.0 / lat.cos()).ln();
    Point::new((lon + 180.0) / 360.0, (1.0 - y / PI) / 2.0)
}

/// Places a view may be named by: longitude, latitude.
fn named(id: &str) -> Option<(f64, f64)> {
    Some(match id {
        "zero" => (0.0, 0.0),
        "north-america" => (-100.0, 40.0),
        "south-america" => (-60.0, -20.0),
        "europe" => (14.0, 46.0),
        "africa" => (30.0, 0.0),
        "west-asia" => (53.0, 26.0),
        "s-asia" => (80.0, 19.5),
        "se-asia" => (106.0, 10.0),
        "e-asia" => (120.0, 33.0),
        "australia" => (135.0, -25.0),
        "oceania" => (-140.0, -10.0),
        _ => return None,
    })
}

/// The saved view (`options.view`): a place and zoom, a named region, or what holds all data.
pub fn of_view(saved: &Map<String, Json>, layers: &[Layer], size: Size) -> Projection {
    let number = |key: &str| options::number(saved, &format!("view.{key}"));
    let repeats = !options::flag(saved, "view.noRepeat", false);
    // Grafana takes the least zoom for another greatest one.
    let most = number("minZoom").filter(|zoom| *zoom != 0.0).or(number("maxZoom")).filter(|zoom| *zoom != 0.0).unwrap_or(MAX_ZOOM);
    let saved_zoom = number("zoom").unwrap_or(1.0);
    let at = |(lon, lat): (f64, f64), zoom: f64| Projection::new(world(lon, lat), zoom.min(most), size, repeats);
    let zoom = if saved_zoom == 0.0 { 1.0 } else { saved_zoom };
    match options::text(saved, "view.id", "zero") {
        "fit" => match extent(saved, layers) {
            Some(extent) => {
                let (center, zoom) = fit(extent, number("padding").unwrap_or(5.0), zoom, size);
                Projection::new(center, zoom.min(most), size, repeats)
            }
            None => at((0.0, 0.0), 1.0),
        },
        "coords" => at((number("lon").unwrap_or(0.0), number("lat").unwrap_or(0.0)), zoom),
        id => at(named(id).unwrap_or((0.0, 0.0)), zoom),
    }
}

/// What a view shall hold: all places, those of one layer, or the last one of it. Heat does not count.
fn extent(saved: &Map<String, Json>, layers: &[Layer]) -> Option<Rect> {
    let (all, last) = (options::flag(saved, "view.allLayers", true), options::flag(saved, "view.lastOnly", false));
    let chosen = options::text(saved, "view.layer", "");
    let counted = layers.iter().filter(|layer| layer.kind != "heatmap" && (all || layer.name == chosen));
    let places = counted.flat_map(|layer| if last { layer.places.last().map_or(&[][..], std::slice::from_ref) } else { &layer.places });
    let points = places.map(|(_, lon, lat)| world(*lon, *lat));
    let counted = layers.iter().filter(|layer| !last && (all || layer.name == chosen));
    let lines = counted.flat_map(|layer| &layer.lines).flat_map(|(_, line)| line).map(|(lon, lat)| world(*lon, *lat));
    points.chain(lines).map(|point| Rect::from_points(point, point)).reduce(|a, b| a.union(b))
}

/// The centre and zoom that show `extent` with `padding` per cent more, at most at `max_zoom`.
fn fit(extent: Rect, padding: f64, max_zoom: f64, size: Size) -> (Point, f64) {
    let world_px = (size.width / extent.width()).min(size.height / extent.height()) / (1.0 + padding / 100.0);
    let zoom = (world_px / TILE).log2();
    (extent.center(), if zoom.is_finite() { zoom.min(max_zoom) } else { max_zoom })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(view: Json, places: &[(f64, f64)], lon: f64, lat: f64, expected: (f64, f64)) {
        let Json::Object(saved) = serde_json::json!({"view": view}) else { unreachable!() };
        let places = places.iter().map(|(lon, lat)| (0, *lon, *lat)).collect();
        let layer = Layer {
            kind: "markers",
            name: "",
            config: Map::new(),
            opacity: 1.0,
            frame: None,
            places,
            lines: Vec::new(),
            edges: None,
            shapes: None,
        };
        let point = of_view(&saved, &[layer], Size::new(512.0, 256.0)).point(lon, lat);
        assert!((point.x - expected.0).abs() < 0.01 && (point.y - expected.1).abs() < 0.01, "{point:?}");
    }

    #[test]
    fn views() {
        use serde_json::json;
        check(json!({"id": "zero", "zoom": 2}), &[], 45.0, 0.0, (384.0, 128.0));
        // A world smaller than the view fills it. It goes round, unless told otherwise; the poles are never passed.
        check(json!({"id": "coords", "lon": 90, "lat": 0, "zoom": 0}), &[], 90.0, 0.0, (256.0, 128.0));
        check(json!({"id": "coords", "lon": 90, "lat": 0, "zoom": 0, "noRepeat": true}), &[], 90.0, 0.0, (384.0, 128.0));
        check(json!({"id": "coords", "lon": 0, "lat": 80, "zoom": 1}), &[], 0.0, MAX_LATITUDE, (256.0, 0.0));
        check(json!({"id": "europe", "zoom": 4}), &[], 14.0, 46.0, (256.0, 128.0));
        check(json!({"id": "zero", "zoom": 9, "maxZoom": 2}), &[], 45.0, 0.0, (384.0, 128.0));
        // Two places as wide apart as the panel.
        check(json!({"id": "fit", "padding": 0, "zoom": 15}), &[(-10.0, 0.0), (10.0, 0.0)], 10.0, 0.0, (512.0, 128.0));
        check(json!({"id": "fit", "padding": 100, "zoom": 15}), &[(-10.0, 0.0), (10.0, 0.0)], 10.0, 0.0, (384.0, 128.0));
        check(json!({"id": "fit", "padding": 0, "zoom": 15}), &[(10.0, 5.0)], 10.0, 5.0, (256.0, 128.0));
        check(json!({"id": "fit", "zoom": 15, "lastOnly": true}), &[(-60.0, 5.0), (10.0, 5.0)], 10.0, 5.0, (256.0, 128.0));
        check(json!({"id": "fit", "zoom": 2, "allLayers": false, "layer": "other"}), &[(10.0, 5.0)], 45.0, 0.0, (320.0, 128.0));
    }

    #[test]
    fn worlds_side_by_side() {
        let check = |lon: f64, zoom: f64, repeats: bool, expected: &[f64]| {
            let projection = Projection::new(world(lon, 0.0), zoom, Size::new(512.0, 256.0), repeats);
            assert_eq!(projection.copies(), expected, "{lon} {zoom}");
        };
        check(0.0, 3.0, true, &[0.0]);
        check(180.0, 3.0, true, &[0.0, 2048.0]);
        check(-170.0, 3.0, true, &[-2048.0, 0.0]);
        check(0.0, 1.0, true, &[-512.0, 0.0, 512.0]);
        check(0.0, 1.0, false, &[0.0]);
    }

    #[test]
    fn metres() {
        let at = |lat: f64| Projection::new(world(0.0, lat), 8.0, Size::new(512.0, 256.0), true).metres_per_px();
        assert!((at(0.0) - 611.496).abs() < 0.001, "{}", at(0.0));
        assert!((at(60.0) - 305.748).abs() < 0.001, "{}", at(60.0));
    }
}
