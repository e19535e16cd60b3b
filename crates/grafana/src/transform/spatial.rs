//! `spatial`: places as a column of geometries, and what is reckoned from them.
//!
//! Source: grafana 12.4.0 `spatial/spatialTransformer.ts`, `spatial/utils.ts`.

use serde_json::Value as Json;

use super::{cells::new_field, option};
use crate::{
    field::FieldConfig,
    frame::{Field, FieldType, Frame, Value, Values},
    geo::{Gazetteers, Geometry, Located, Locator, geo_field, path},
};

/// The lists of places the options name.
pub(super) fn gazetteers(options: &Json) -> Vec<&str> {
    let looks_up = |source: &&Json| matches!(source.get("mode").and_then(Json::as_str), None | Some("auto" | "lookup"));
    [options.get("source"), options.pointer("/modify/target")].into_iter().flatten().filter(looks_up).map(path).collect()
}

pub(super) fn spatial(frames: Vec<Frame>, options: &Json, gazetteers: &Gazetteers) -> Vec<Frame> {
    let locator = |pointer: &str| Locator::of(options.pointer(pointer).unwrap_or(&Json::Null), gazetteers);
    let (source, target) = (locator("/source"), locator("/modify/target"));
    let operation = options.pointer("/modify/op").and_then(Json::as_str);
    let change = |frame: Frame| match (option::text(options, "action"), operation) {
        (Some("modify"), Some("lineBuilder")) => lines(frame, &source, &target),
        (Some("modify"), Some("asLine")) => as_line(frame, &source),
        (Some("modify"), _) => frame,
        (Some("calculate"), _) => calculated(frame, &source, options.get("calculate").unwrap_or(&Json::Null)),
        _ => prepared(frame, &source),
    };
    frames.into_iter().map(change).collect()
}

/// The geometries as first column, where other columns gave them.
fn prepared(mut frame: Frame, source: &Locator) -> Frame {
    if let Some(located) = source.locate(&frame).filter(|located| located.is_derived) {
        frame.fields.insert(0, located.field);
    }
    frame
}

fn calculated(mut frame: Frame, source: &Locator, options: &Json) -> Frame {
    let Some(Located { field, is_derived, .. }) = source.locate(&frame) else { return frame };
    let geometries = geometries(&field);
    let each = |measure: fn(&Geometry) -> f64| geometries.iter().map(|geometry| geometry.as_ref().map(measure)).collect();
    let kind = option::text(options, "calc").unwrap_or("heading");
    let (unit, values): (_, Vec<Option<f64>>) = match kind {
        "area" => ("areaM2", each(Geometry::area)),
        "distance" => ("lengthm", each(Geometry::length)),
        _ => ("degree", headings(&geometries)),
    };
    if is_derived {
        frame.fields.insert(0, field);
    }
    let name = options.get("field").and_then(Json::as_str).unwrap_or(kind);
    let config = FieldConfig { unit: Some(unit.into()), ..FieldConfig::default() };
    frame.fields.push(Field { config, ..new_field(name, FieldType::Number, Values::Number(values)) });
    frame
}

/// From the first place to each other one, in degrees from north; the row before has the same.
fn headings(geometries: &[Option<Geometry>]) -> Vec<Option<f64>> {
    if geometries.len() < 2 {
        return vec![Some(0.0); geometries.len()];
    }
    // Longitudes of other turns around the earth are those of this one.
    let place = |geometry: &Geometry| {
        let [lon, lat] = geometry.center();
        [if (-180.0..=180.0).contains(&lon) { lon } else { (lon + 180.0).rem_euclid(360.0) - 180.0 }, lat]
    };
    let mut headings = vec![None; geometries.len()];
    let first = geometries[0].as_ref().map(place);
    for row in 1..geometries.len() {
        if let (Some(from), Some(to)) = (first, geometries[row].as_ref().map(place)) {
            let degrees = (to[0] - from[0]).atan2(to[1] - from[1]) * 180.0 / std::f64::consts::PI;
            let degrees = if degrees < 0.0 { degrees + 360.0 } else { degrees };
            (headings[row - 1], headings[row]) = (Some(degrees), Some(degrees));
        }
    }
    headings
}

/// All places of a frame as one line, which is all that is left of it.
fn as_line(mut frame: Frame, source: &Locator) -> Frame {
    let Some(Located { field, .. }) = source.locate(&frame) else { return frame };
    let line = Geometry::Line(geometries(&field).iter().flatten().map(Geometry::center).collect());
    let name = if field.name.is_empty() || field.name == "Point" { "Line".to_owned() } else { field.name.clone() };
    frame.fields = vec![Field { name, values: Values::Other(vec![line.to_cell()]), ..field }];
    frame
}

/// A line in each row, from one place to another. Geometries that the frame begins with are kept beside them.
fn lines(mut frame: Frame, source: &Locator, target: &Locator) -> Frame {
    let (Some(from), Some(to)) = (source.locate(&frame), target.locate(&frame)) else { return frame };
    let lines: Vec<Option<Geometry>> = geometries(&from.field)
        .iter()
        .zip(geometries(&to.field))
        .map(|(from, to)| Some(Geometry::Line(vec![from.as_ref()?.center(), to?.center()])))
        .collect();
    let is_kept = frame.fields.first().is_some_and(|first| first.kind == FieldType::Geo) && from.index != Some(0) && to.index != Some(0);
    let cells = |all: Vec<Option<Geometry>>| all.iter().map(|one| one.as_ref().map_or(Json::Null, Geometry::to_cell)).collect();
    if !is_kept {
        frame.fields.insert(0, geo_field("Geometry", cells(lines)));
        return frame;
    }
    let both = geometries(&frame.fields[0]).into_iter().zip(lines).map(|pair| match pair {
        (Some(a), Some(b)) => Some(Geometry::Collection(vec![a, b])),
        (a, b) => a.or(b),
    });
    frame.fields[0] = geo_field("Geometry", cells(both.collect()));
    frame
}

fn geometries(field: &Field) -> Vec<Option<Geometry>> {
    let geometry = |row: usize| match field.values.get(row) {
        Value::Json(json) => Geometry::from_cell(&json),
        _ => None,
    };
    (0..field.values.len()).map(geometry).collect()
}
