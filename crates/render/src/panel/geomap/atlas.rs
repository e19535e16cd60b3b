//! The bundled outlines of the world (`assets/world.bin`, from Natural Earth; `xtask/src/atlas.rs` writes it and tells its format).

use std::sync::LazyLock;

use scene::kurbo::{Point, Rect};

use super::projection::world;

static DATA: &[u8] = include_bytes!("../../../assets/world.bin");
const PER_DEGREE: f64 = 200.0;

/// Everything in a world from 0 to 1 each way (see [`world`]).
#[derive(Debug, Default)]
pub struct Atlas {
    pub land: Vec<Line>,
    pub lakes: Vec<Line>,
    /// Between countries.
    pub borders: Vec<Line>,
    /// Between states and provinces of the largest countries.
    pub states: Vec<Line>,
    /// The most important ones first.
    pub countries: Vec<Name>,
    pub towns: Vec<Name>,
}

/// A ring or a line.
#[derive(Debug)]
pub struct Line {
    pub bounds: Rect,
    pub points: Vec<Point>,
}

#[derive(Debug)]
pub struct Name {
    pub text: String,
    pub at: Point,
    /// The zoom from which on there is room for it.
    pub zoom: f64,
}

/// Read once in the life of the program, in a few milliseconds.
pub fn atlas() -> &'static Atlas {
    static ATLAS: LazyLock<Atlas> = LazyLock::new(|| read(DATA).unwrap_or_default());
    &ATLAS
}

fn read(data: &[u8]) -> Option<Atlas> {
    let mut rest = data;
    let reader = &mut rest;
    let [land, lakes, borders, states] = [lines(reader)?, lines(reader)?, lines(reader)?, lines(reader)?];
    Some(Atlas { land, lakes, borders, states, countries: names(reader)?, towns: names(reader)? })
}

fn lines(rest: &mut &[u8]) -> Option<Vec<Line>> {
    (0..number(rest)?).map(|_| line(rest)).collect()
}

fn line(rest: &mut &[u8]) -> Option<Line> {
    let (mut x, mut y) = (0, 0);
    let mut points = Vec::new();
    for _ in 0..number(rest)? {
        x += signed(rest)?;
        y += signed(rest)?;
        points.push(place(x, y));
    }
    let bounds = points.iter().map(|p| Rect::from_points(*p, *p)).reduce(|a, b| a.union(b))?;
    Some(Line { bounds, points })
}

fn names(rest: &mut &[u8]) -> Option<Vec<Name>> {
    let name = |rest: &mut &[u8]| {
        let length = number(rest)? as usize;
        let (text, after) = rest.split_at_checked(length)?;
        let text = String::from_utf8(text.to_vec()).ok()?;
        *rest = after;
        let (x, y) = (signed(rest)?, signed(rest)?);
        Some(Name { text, at: place(x, y), zoom: number(rest)? as f64 / 10.0 })
    };
    (0..number(rest)?).map(|_| name(rest)).collect()
}

fn place(x: i64, y: i64) -> Point {
    world(x as f64 / PER_DEGREE, y as f64 / PER_DEGREE)
}

fn signed(rest: &mut &[u8]) -> Option<i64> {
    let n = number(rest)?;
    Some((n >> 1) as i64 ^ -((n & 1) as i64))
}

/// LEB128.
fn number(rest: &mut &[u8]) -> Option<u64> {
    let mut n = 0;
    for shift in (0..64).step_by(7) {
        let (first, after) = rest.split_first()?;
        *rest = after;
        n |= u64::from(first & 0x7f) << shift;
        if first & 0x80 == 0 {
            return Some(n);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_world_is_there() {
        let atlas = atlas();
        let counts = [&atlas.land, &atlas.lakes, &atlas.borders, &atlas.states].map(Vec::len);
        assert_eq!(counts, [1421, 457, 362, 201]);
        let germany = atlas.countries.iter().find(|name| name.text == "Germany").unwrap();
        assert!((germany.at - world(10.0, 51.0)).hypot() < 0.01, "{germany:?}");
        assert!(atlas.towns.iter().any(|name| name.text == "Tokyo"));
        assert!(read(&DATA[..DATA.len() - 1]).is_none());
    }
}
