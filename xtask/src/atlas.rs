//! `cargo xtask atlas`: packs Natural Earth's GeoJSON into the outlines that maps are drawn on (crates/render/assets/world.bin).
//!
//! Numbers are LEB128; signed ones zigzag first. A file is: coastlines, lakes, borders of countries, borders of states (each a number
//! of lines; a line is its number of points, then the steps from point to point, the first from 0,0, in [`PER_DEGREE`]ths of a
//! degree), then names of countries and of towns (each a number of names; a name is its length, its UTF-8, its place, and the
//! tenth of a zoom from which on it is written).

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use serde_json::Value as Json;

const PER_DEGREE: f64 = 200.0;
/// Points that stray less from the line without them are left out, degrees.
const TOLERANCE: f64 = 0.005;

/// Packs Natural Earth's GeoJSON into crates/render/assets/world.bin
#[derive(clap::Args)]
pub struct Args {
    /// Folder with ne_50m_land.json and its kin (the README beside the output names them all)
    #[arg(long)]
    from: PathBuf,
}

type Line = Vec<(f64, f64)>;

struct Name {
    text: String,
    at: (f64, f64),
    zoom: f64,
}

pub fn run(args: &Args) -> Result<()> {
    let read = |name: &str| features(&args.from.join(format!("{name}.json")));
    let mut out = Vec::new();
    for name in ["ne_50m_land", "ne_50m_lakes", "ne_50m_admin_0_boundary_lines_land", "ne_50m_admin_1_states_provinces_lines"] {
        put_lines(&mut out, &read(name)?.iter().flat_map(lines).collect::<Vec<Line>>());
    }
    let countries = read("ne_110m_admin_0_countries")?;
    put_names(&mut out, countries.iter().filter_map(country).collect());
    let towns = read("ne_50m_populated_places_simple")?;
    put_names(&mut out, towns.iter().filter_map(town).collect());
    let path = crate::root().join("crates/render/assets/world.bin");
    std::fs::write(&path, &out).with_context(|| path.display().to_string())?;
    println!("{}: {} bytes", path.display(), out.len());
    Ok(())
}

fn features(path: &Path) -> Result<Vec<Json>> {
    let text = std::fs::read_to_string(path).with_context(|| path.display().to_string())?;
    let json: Json = serde_json::from_str(&text).with_context(|| path.display().to_string())?;
    Ok(json["features"].as_array().cloned().unwrap_or_default())
}

/// All rings and lines of a feature.
fn lines(feature: &Json) -> Vec<Line> {
    let coordinates = &feature["geometry"]["coordinates"];
    let list = |json: &Json| json.as_array().cloned().unwrap_or_default();
    let rings: Vec<Json> = match feature["geometry"]["type"].as_str() {
        Some("LineString") => vec![coordinates.clone()],
        Some("Polygon" | "MultiLineString") => list(coordinates),
        Some("MultiPolygon") => list(coordinates).iter().flat_map(list).collect(),
        _ => Vec::new(),
    };
    rings.iter().map(|ring| list(ring).iter().filter_map(|p| Some((p[0].as_f64()?, p[1].as_f64()?))).collect()).collect()
}

/// A country's name stands in the middle of its largest piece.
fn country(feature: &Json) -> Option<Name> {
    let properties = &feature["properties"];
    let largest = lines(feature).into_iter().max_by(|a, b| area(a).abs().total_cmp(&area(b).abs()))?;
    Some(Name { text: properties["NAME"].as_str()?.to_owned(), at: inmost(&largest), zoom: properties["MIN_LABEL"].as_f64()? })
}

fn town(feature: &Json) -> Option<Name> {
    let properties = &feature["properties"];
    let at = (properties["longitude"].as_f64()?, properties["latitude"].as_f64()?);
    Some(Name { text: properties["name"].as_str()?.to_owned(), at, zoom: properties["min_zoom"].as_f64()? })
}

fn area(ring: &Line) -> f64 {
    ring.windows(2).map(|pair| pair[0].0 * pair[1].1 - pair[1].0 * pair[0].1).sum::<f64>() / 2.0
}

/// Of the points of a grid that lie far from the edge the one nearest to the middle. Names are wide, so height counts twice.
fn inmost(ring: &Line) -> (f64, f64) {
    const STEPS: usize = 60;
    let ends = |pick: fn(&(f64, f64)) -> f64| {
        let all = ring.iter().map(pick);
        (all.clone().fold(f64::INFINITY, f64::min), all.fold(f64::NEG_INFINITY, f64::max))
    };
    let (x, y) = (ends(|p| p.0), ends(|p| p.1));
    let at = |(low, high): (f64, f64), step: usize| low + (high - low) * (step as f64 + 0.5) / STEPS as f64;
    let grid = (0..STEPS).flat_map(|i| (0..STEPS).map(move |j| (at(x, i), at(y, j)))).filter(|p| is_inside(ring, *p));
    let room = |p: (f64, f64)| ring.windows(2).map(|edge| distance(p, edge[0], edge[1])).fold(f64::INFINITY, f64::min);
    let candidates: Vec<((f64, f64), f64)> = grid.map(|p| (p, room(p))).collect();
    let most = candidates.iter().map(|(_, room)| *room).fold(0.0, f64::max);
    let middle = centroid(ring);
    let off = |p: (f64, f64)| (p.0 - middle.0).hypot(p.1 - middle.1);
    let roomy = candidates.into_iter().filter(|(_, room)| *room >= 0.6 * most);
    roomy.min_by(|a, b| off(a.0).total_cmp(&off(b.0))).map_or(middle, |(p, _)| p)
}

fn centroid(ring: &Line) -> (f64, f64) {
    let parts = ring.windows(2).map(|pair| {
        let (a, b) = (pair[0], pair[1]);
        let cross = a.0 * b.1 - b.0 * a.1;
        ((a.0 + b.0) * cross, (a.1 + b.1) * cross)
    });
    let sum = parts.fold((0.0, 0.0), |sum, part| (sum.0 + part.0, sum.1 + part.1));
    let area = area(ring);
    (sum.0 / (6.0 * area), sum.1 / (6.0 * area))
}

fn is_inside(ring: &Line, (x, y): (f64, f64)) -> bool {
    let crosses = |a: (f64, f64), b: (f64, f64)| (a.1 > y) != (b.1 > y) && x < (b.0 - a.0) * (y - a.1) / (b.1 - a.1) + a.0;
    ring.windows(2).filter(|edge| crosses(edge[0], edge[1])).count() % 2 == 1
}

fn distance(p: (f64, f64), a: (f64, f64), b: (f64, f64)) -> f64 {
    let (dx, dy) = (b.0 - a.0, b.1 - a.1);
    let length = dx * dx + dy * dy;
    let t = if length > 0.0 { (((p.0 - a.0) * dx + (p.1 - a.1) * dy) / length).clamp(0.0, 1.0) } else { 0.0 };
    // Degrees of longitude are shorter away from the equator.
    let x = (p.0 - a.0 - t * dx) * p.1.to_radians().cos();
    x.hypot(2.0 * (p.1 - a.1 - t * dy))
}

/// Douglas and Peucker's rule.
fn thinned(line: &Line) -> Line {
    if line.len() < 3 {
        return line.clone();
    }
    let mut keep = vec![false; line.len()];
    (keep[0], keep[line.len() - 1]) = (true, true);
    let mut open = vec![(0, line.len() - 1)];
    while let Some((first, last)) = open.pop() {
        let (a, b) = (line[first], line[last]);
        let (dx, dy) = (b.0 - a.0, b.1 - a.1);
        let length = dx.hypot(dy);
        let off = |p: (f64, f64)| {
            if length > 0.0 { (dx * (a.1 - p.1) - (a.0 - p.0) * dy).abs() / length } else { (p.0 - a.0).hypot(p.1 - a.1) }
        };
        let farthest = (first + 1..last).map(|i| (off(line[i]), i)).max_by(|a, b| a.0.total_cmp(&b.0));
        if let Some((_, at)) = farthest.filter(|(far, _)| *far > TOLERANCE) {
            keep[at] = true;
            open.extend([(first, at), (at, last)]);
        }
    }
    line.iter().zip(keep).filter(|(_, keep)| *keep).map(|(p, _)| *p).collect()
}

fn put_lines(out: &mut Vec<u8>, lines: &[Line]) {
    let packed: Vec<Vec<(i64, i64)>> = lines
        .iter()
        .map(|line| {
            let mut points: Vec<(i64, i64)> = thinned(line).iter().map(|p| (packed(p.0), packed(p.1))).collect();
            points.dedup();
            points
        })
        .filter(|points| points.len() > 1)
        .collect();
    put(out, packed.len() as u64);
    for points in packed {
        put(out, points.len() as u64);
        let mut last = (0, 0);
        for point in points {
            put_signed(out, point.0 - last.0);
            put_signed(out, point.1 - last.1);
            last = point;
        }
    }
}

/// The most important ones first.
fn put_names(out: &mut Vec<u8>, mut names: Vec<Name>) {
    names.sort_by(|a, b| a.zoom.total_cmp(&b.zoom).then_with(|| a.text.cmp(&b.text)));
    put(out, names.len() as u64);
    for name in names {
        put(out, name.text.len() as u64);
        out.extend(name.text.as_bytes());
        put_signed(out, packed(name.at.0));
        put_signed(out, packed(name.at.1));
        put(out, (name.zoom * 10.0).round().max(0.0) as u64);
    }
}

fn packed(degrees: f64) -> i64 {
    (degrees * PER_DEGREE).round() as i64
}

fn put_signed(out: &mut Vec<u8>, n: i64) {
    put(out, ((n << 1) ^ (n >> 63)) as u64);
}

fn put(out: &mut Vec<u8>, mut n: u64) {
    while n > 0x7f {
        out.push(n as u8 & 0x7f | 0x80);
        n >>= 7;
    }
    out.push(n as u8);
}
