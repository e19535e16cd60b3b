//! Places: geometries in cells, and the lists of places that Grafana serves.

mod gazetteer;
mod geohash;
mod geometry;
mod location;

pub use gazetteer::{Gazetteer, Gazetteers};
pub use geohash::decode_geohash;
pub use geometry::Geometry;
pub(crate) use location::{Located, Locator, geo_field, path};

/// The list of places Grafana takes where none is named.
pub const COUNTRIES: &str = "public/gazetteer/countries.json";
