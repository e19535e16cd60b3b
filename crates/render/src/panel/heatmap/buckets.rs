//! One field a bucket, as Prometheus histograms come, into cells.

use std::collections::BTreeMap;

use grafana::{
    field::{DisplayContext, display_name},
    frame::{Field, FieldType, Frame, Values},
    js,
    value_format::format_value,
};
use serde_json::{Map, Value as Json};

use super::{
    cells::{CellLayout, Cells, Rows},
    options,
};

/// Times with one series a bucket, lowest first.
pub struct Buckets {
    x: Field,
    rows: Vec<Bucket>,
}

struct Bucket {
    field: Field,
    name: String,
    counts: Vec<Option<f64>>,
}

/// The buckets of a frame in their own order, or by their numbers where all names are numbers and `sort` says so.
pub fn of_frame(frame: &Frame, frames: &[Frame], sort: bool) -> Option<Buckets> {
    let x = frame.fields.iter().position(|field| field.kind == FieldType::Time).unwrap_or(0);
    let x_field = frame.fields.get(x)?.clone();
    let fields = frame.fields.iter().enumerate().filter(|(index, field)| *index != x && field.kind == FieldType::Number);
    let bucket = |(_, field): (usize, &Field)| Bucket {
        name: field.display_name.clone().unwrap_or_else(|| display_name(field, frame, frames)),
        counts: field.values.numbers().unwrap_or_default().to_vec(),
        field: Field { values: Values::default(), ..field.clone() },
    };
    let mut rows: Vec<Bucket> = fields.map(bucket).collect();
    if sort {
        sort_by_number(&mut rows);
    }
    Some(Buckets { x: x_field, rows })
}

/// Buckets of several frames over all their times.
pub fn of_frames(frames: &[Frame]) -> Option<Buckets> {
    let tables: Vec<Buckets> = frames.iter().filter_map(|frame| of_frame(frame, frames, false)).collect();
    let times =
        |table: &Buckets| -> Vec<f64> { table.x.values.numbers().unwrap_or_default().iter().map(|at| at.unwrap_or(f64::NAN)).collect() };
    let mut all: Vec<f64> = tables.iter().flat_map(times).filter(|at| !at.is_nan()).collect();
    all.sort_by(f64::total_cmp);
    all.dedup();
    let places: BTreeMap<u64, usize> = all.iter().enumerate().map(|(index, at)| (at.to_bits(), index)).collect();
    let mut x = tables.first()?.x.clone();
    x.values = Values::Time(all.iter().copied().map(Some).collect());
    let mut rows = Vec::new();
    for table in tables {
        let own: Vec<Option<usize>> = times(&table).iter().map(|at| places.get(&at.to_bits()).copied()).collect();
        for bucket in table.rows {
            let mut counts = vec![None; all.len()];
            for (place, count) in own.iter().zip(&bucket.counts) {
                if let Some(cell) = place.and_then(|place| counts.get_mut(place)) {
                    *cell = *count;
                }
            }
            rows.push(Bucket { counts, ..bucket });
        }
    }
    sort_by_number(&mut rows);
    Some(Buckets { x, rows })
}

/// Keeps the order where any name is no number.
fn sort_by_number(rows: &mut [Bucket]) {
    let number = |row: &Bucket| sample_value(&row.name);
    if rows.iter().all(|row| !number(row).is_nan()) {
        rows.sort_by(|a, b| number(a).total_cmp(&number(b)));
    }
}

/// Source: grafana-prometheus 12.4.0 `parseSampleValue`.
fn sample_value(text: &str) -> f64 {
    match text {
        "+Inf" | "Inf" => f64::INFINITY,
        "-Inf" => f64::NEG_INFINITY,
        other => js::parse_float(other),
    }
}

/// One cell a time and bucket. Source: grafana 12.4.0 `rowsToCellsHeatmap`.
pub fn cells(buckets: Buckets, saved: &Map<String, Json>, display: &DisplayContext) -> Result<Cells, String> {
    let Some(first) = buckets.rows.first() else {
        return Err("Error: No numeric fields found for heatmap".to_owned());
    };
    let n_rows = buckets.rows.len();
    let times: Vec<f64> = buckets.x.values.numbers().unwrap_or_default().iter().map(|at| at.unwrap_or(f64::NAN)).collect();
    let cells = || (0..times.len()).flat_map(|column| (0..n_rows).map(move |row| (column, row)));
    let is_time = buckets.x.kind == FieldType::Time;
    let mut made = Cells {
        x: cells().map(|(column, _)| times[column]).collect(),
        x_layout: if is_time { CellLayout::Le } else { CellLayout::Unknown },
        counts: cells().map(|(column, row)| buckets.rows[row].counts.get(column).copied().flatten()).collect(),
        rows: Rows::Sparse { y_min: Vec::new(), y_max: Vec::new() },
        names: None,
        row_labels: None,
        lowest_name: None,
        y_field: plain_field(),
        count_field: first.field.clone(),
        exemplars: Vec::new(),
        x_field: Field { values: Values::default(), ..buckets.x },
    };
    made.count_field.config.display_name_from_ds = None;
    let label_key = first.field.labels.keys().next().cloned();
    if let Some("linear" | "log" | "symlog") = options::at(saved, "rowsFrame.yBucketScale.type").and_then(Json::as_str) {
        let bound = |row: &Bucket| {
            let label = label_key.as_ref().and_then(|key| row.field.labels.get(key));
            js::number_from_string(label.unwrap_or(&row.field.name))
        };
        let low: Vec<f64> = buckets.rows.iter().map(bound).collect();
        let last = low.last().copied().unwrap_or(f64::NAN);
        let high: Vec<f64> = low.iter().skip(1).copied().chain([last * bucket_factor(&low, 1.5)]).collect();
        made.rows = Rows::Sparse { y_min: cells().map(|(_, row)| low[row]).collect(), y_max: cells().map(|(_, row)| high[row]).collect() };
        made.y_field.config.unit = first.field.config.unit.clone();
        return Ok(made);
    }
    let layout = match options::text(saved, "rowsFrame.layout", "auto") {
        "le" => CellLayout::Le,
        "ge" => CellLayout::Ge,
        "unknown" => CellLayout::Unknown,
        _ if first.field.labels.contains_key("le") => CellLayout::Le,
        _ if first.field.labels.contains_key("ge") => CellLayout::Ge,
        _ => CellLayout::Unknown,
    };
    made.rows = Rows::Dense { y: cells().map(|(_, row)| row as f64).collect(), layout };
    let unit = options::at(saved, "yAxis.unit").and_then(Json::as_str).filter(|unit| !unit.is_empty());
    let decimals = options::number(saved, "yAxis.decimals").map(|decimals| decimals as i32);
    let is_written = unit.is_some() || decimals.is_some();
    let write = |number: f64| format_value(Some(unit.unwrap_or("short")), number, decimals, display.zone, display.now_ms).full();
    if label_key.as_deref() == Some("le") {
        made.lowest_name = Some(if is_written { write(0.0) } else { "0.0".to_owned() });
    }
    let name = |row: &Bucket| {
        let number = js::number_from_string(&row.name);
        if is_written && !number.is_nan() && number.is_finite() { write(number) } else { row.name.clone() }
    };
    made.row_labels = label_key.map(|key| {
        let labels = buckets.rows.iter().map(|row| row.field.labels.get(&key).cloned().unwrap_or_default()).collect();
        (key, labels)
    });
    made.names = Some(buckets.rows.iter().map(name).collect());
    Ok(made)
}

fn plain_field() -> Field {
    let mut field = Field { kind: FieldType::Number, values: Values::Number(Vec::new()), ..Field::default() };
    field.config.unit = Some("short".to_owned());
    field
}

/// How much larger each bound is than the one before, guessed from the last two; `default` where that is no growth.
/// Source: grafana 12.4.0 `calculateBucketFactor`.
pub fn bucket_factor(bounds: &[f64], default: f64) -> f64 {
    match bounds {
        [.., before, last] if last / before > 1.0 && (last / before).is_finite() => last / before,
        _ => default,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn factors() {
        for (bounds, expected) in [(vec![1.0, 2.0, 8.0], 4.0), (vec![5.0], 1.5), (vec![2.0, f64::INFINITY], 1.5), (vec![4.0, 2.0], 1.5)] {
            assert_eq!(bucket_factor(&bounds, 1.5), expected, "{bounds:?}");
        }
    }

    #[test]
    fn buckets_sort_by_number() {
        let row = |name: &str| Bucket { field: Field::default(), name: name.into(), counts: Vec::new() };
        let check = |names: &[&str], expected: &[&str]| {
            let mut rows: Vec<Bucket> = names.iter().map(|name| row(name)).collect();
            sort_by_number(&mut rows);
            assert_eq!(rows.iter().map(|row| row.name.as_str()).collect::<Vec<_>>(), expected);
        };
        check(&["10", "+Inf", "2.5"], &["2.5", "10", "+Inf"]);
        check(&["10", "b", "2.5"], &["10", "b", "2.5"]);
    }
}
