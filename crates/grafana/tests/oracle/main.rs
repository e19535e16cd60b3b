//! Holds this crate against what the real @grafana/data 12.4 answered (`xtask/oracle` writes the expected files).
//!
//! A difference that is meant stands in the code as `DIFFERENCE:` and is left out here by name.

#![allow(clippy::unwrap_used)] // the helpers are tests too, which clippy cannot see

mod colors;
mod corpus;
mod field;
mod interpolation;
mod javascript;
mod links;
mod overrides;
mod theme;
mod time;
mod transform;
mod transform_random;
mod units;
