//! Night (`dayNight`): where the sun is below the horizon at one end of the time range.

use grafana::{field::DisplayContext, time::TimeRange};
use scene::{
    Color, Mark,
    kurbo::{BezPath, Circle, Point, Shape},
};

use super::{Canvas, Layer, options, outline, projection::world};
use crate::drawing::ink;

/// Grafana's sun.
const SUN: Color = Color::rgb(253, 184, 19);
const SUN_RADIUS: f64 = 13.0;

pub fn draw(layer: &Layer, canvas: &Canvas, range: &TimeRange, display: &DisplayContext) -> Vec<Mark> {
    let time_ms = if options::text(&layer.config, "show", "to") == "from" { range.from_ms } else { range.to_ms };
    let sun = Sun::at(time_ms);
    let dark = display.theme.color(options::text(&layer.config, "nightColor", "#a7a6ba4D"));
    let mut path = BezPath::new();
    for copy in canvas.projection.copies() {
        let ring = sun.night().into_iter().map(|(lon, lat)| canvas.projection.place(world(lon, lat), copy));
        outline::add_ring(&mut path, ring, canvas.area.inset(8.0));
    }
    let mut marks = vec![Mark::fill(path, ink(dark))];
    if options::flag(&layer.config, "sun", false) {
        let disc = |at: Point| Mark::fill(Circle::new(at, SUN_RADIUS).to_path(0.05), SUN);
        marks.extend(canvas.points(sun.longitude(), sun.declination).into_iter().map(disc));
    }
    marks
}

/// The sun's place in the sky by the low-precision formulas of the Astronomical Almanac, which the layer's library uses as well.
#[derive(Clone, Copy, Debug)]
struct Sun {
    /// Degrees: right ascension, and where the sun is overhead north of the equator.
    ascension: f64,
    declination: f64,
    /// Greenwich's sidereal time, hours.
    sidereal: f64,
}

impl Sun {
    fn at(time_ms: f64) -> Sun {
        // Days since J2000.0.
        let days = time_ms / 86_400_000.0 + 2_440_587.5 - 2_451_545.0;
        let sidereal = (18.697_374_558 + 24.065_709_824_419_08 * days) % 24.0;
        let longitude = (280.460 + 0.985_647_4 * days) % 360.0;
        let anomaly = ((357.528 + 0.985_600_3 * days) % 360.0).to_radians();
        let ecliptic = (longitude + 1.915 * anomaly.sin() + 0.02 * (2.0 * anomaly).sin()).to_radians();
        let tilt = (23.439_291_11 - 46.836_769 / 3600.0 * days / 36_525.0).to_radians();
        let ascension = (tilt.cos() * ecliptic.sin()).atan2(ecliptic.cos()).to_degrees();
        Sun { ascension, declination: (tilt.sin() * ecliptic.sin()).asin().to_degrees(), sidereal }
    }

    /// Where the sun is overhead, degrees from −180 to 180.
    fn longitude(&self) -> f64 {
        (self.ascension - self.sidereal * 15.0 + 180.0).rem_euclid(360.0) - 180.0
    }

    /// The ring about the dark half of the world, in steps of a degree.
    fn night(&self) -> Vec<(f64, f64)> {
        // At an equinox itself the border would run from pole to pole.
        let declination = if self.declination.abs() < 1e-6 { 1e-6 } else { self.declination }.to_radians();
        let border = |lon: f64| {
            let hour_angle = (self.sidereal * 15.0 + lon - self.ascension).to_radians();
            (-hour_angle.cos() / declination.tan()).atan().to_degrees()
        };
        let dark_pole = if declination < 0.0 { 90.0 } else { -90.0 };
        let mut ring: Vec<(f64, f64)> = (-180..=180).map(|lon| (f64::from(lon), border(f64::from(lon)))).collect();
        ring.extend([(180.0, dark_pole), (-180.0, dark_pole)]);
        ring
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sun_is_where_it_was() {
        // UTC, then where ol-ext, the library Grafana takes the night from, has the sun overhead.
        let check = |time_ms: f64, expected: (f64, f64)| {
            let sun = Sun::at(time_ms);
            let got = (sun.longitude(), sun.declination);
            assert!((got.0 - expected.0).abs() < 0.01 && (got.1 - expected.1).abs() < 0.01, "{time_ms}: {got:?}");
        };
        check(946_728_000_000.0, (0.825, -23.034)); // 2000-01-01 12:00
        check(1_718_912_400_000.0, (-114.555, 23.436)); // 2024-06-20 19:40
        check(1_710_903_960_000.0, (135.357, 0.002)); // 2024-03-20 03:06
        check(1_795_154_400_000.0, (86.387, -19.693)); // 2026-11-20 06:00
    }

    #[test]
    fn night_is_on_the_other_side() {
        let night = Sun::at(1_718_884_800_000.0).night(); // 2024-06-20 12:00
        // In the northern summer the night is about the South Pole.
        assert_eq!(night.last(), Some(&(-180.0, -90.0)));
        let border = |lon: usize| night[lon + 180].1;
        assert!(border(0) < -60.0 && night[0].1 > 60.0, "{} {}", border(0), night[0].1);
    }
}
