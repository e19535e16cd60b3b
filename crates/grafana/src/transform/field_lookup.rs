//! `fieldLookup`: what a list of places knows of those a field names, as further fields.
//!
//! Source: grafana 12.4.0 `lookupGazetteer/fieldLookup.ts`.

use serde_json::Value as Json;

use super::{
    Outcome,
    cells::{cells, column},
    option,
};
use crate::{
    field::NameContext,
    frame::{Field, Frame, Value},
    geo::{Gazetteers, path},
};

pub(super) fn field_lookup(frames: Vec<Frame>, options: &Json, gazetteers: &Gazetteers) -> Outcome {
    // Lists of the old world map (Grafana's countries and states) know places, but nothing of them.
    let gazetteer = gazetteers.get(path(options)).and_then(|gazetteer| Some((gazetteer, gazetteer.frame()?)));
    let Some((gazetteer, known)) = gazetteer else { return Err("missing frame in gazetteer".into()) };
    let Some(matcher) = option::matcher("byName", option::text(options, "lookupField").unwrap_or_default().into()) else {
        return Ok(frames);
    };
    let names = NameContext::of(&frames);
    let columns: Vec<(&Field, Vec<Value>)> = known.fields.iter().map(|field| (field, cells(&field.values, known.len()))).collect();
    let add = |mut frame: Frame| {
        let (length, mut fields) = (frame.len(), Vec::new());
        let matched: Vec<bool> = frame.fields.iter().map(|field| matcher.matches(field, &frame, &names)).collect();
        for (field, is_looked_up) in std::mem::take(&mut frame.fields).into_iter().zip(matched) {
            let row_of = |row: usize| match field.values.get(row) {
                // Rows beyond the list's own number are not looked up.
                Value::String(key) if row < known.len() => gazetteer.row(&key),
                _ => None,
            };
            let rows: Vec<Option<usize>> = if is_looked_up { (0..length).map(row_of).collect() } else { Vec::new() };
            fields.push(field);
            if is_looked_up {
                fields.extend(columns.iter().map(|(known, cells)| {
                    let found = rows.iter().map(|row| row.map_or(Value::Null, |row| cells[row].clone())).collect();
                    Field { values: column(known.kind, found), ..(*known).clone() }
                }));
            }
        }
        Frame { fields, ..frame }
    };
    Ok(frames.into_iter().map(add).collect())
}
