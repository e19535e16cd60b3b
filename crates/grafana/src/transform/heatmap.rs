//! `heatmap`: how many values fall into buckets of time and value. The heatmap panel counts by the same rules.
//!
//! Source: grafana 12.4.0 `calculateHeatmap/heatmap.ts`, `calculateHeatmap/utils.ts`.

use serde_json::{Value as Json, json};

use super::{Outcome, cells::new_field, option};
use crate::{
    field::FieldConfig,
    frame::{Field, FieldType, Frame, Values},
    js::number_from_string,
    time::interval_to_ms,
};

/// How large buckets are (`xBuckets`, `yBuckets`).
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct BucketOptions {
    /// The number is how many buckets there shall be, about; else how large each is.
    pub count: bool,
    pub value: Option<f64>,
    /// Buckets of a logarithm of this base (2 or 10), `value` of them a magnitude.
    pub log: Option<f64>,
}

/// Counts in columns of rows, lowest row first.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Counted {
    /// The lower ends, one a cell.
    pub x: Vec<f64>,
    pub y: Vec<f64>,
    pub counts: Vec<f64>,
}

/// More cells than any screen shows; a millisecond bucket over years would fill the memory.
const MOST_CELLS: f64 = 2e6;

/// Counts points into buckets, between two moments where they are given; points outside are not seen. `nice_x` are the sizes a wanted
/// number of columns is met by. `None` where the points span nothing that can be cut into buckets, or into too many.
///
/// Sums go as in Grafana: where a bucket's place is no whole number for want of digits, the point is lost there too.
pub fn count(points: &[(f64, f64)], range: Option<(f64, f64)>, x: BucketOptions, y: BucketOptions, nice_x: &[f64]) -> Option<Counted> {
    let counts = |value: f64| y.log.is_none() || value > 0.0;
    // NaN is kept, as JavaScript's Math.min keeps it.
    let least = |a: f64, b: f64| if a.is_nan() || b.is_nan() { f64::NAN } else { a.min(b) };
    let greatest = |a: f64, b: f64| if a.is_nan() || b.is_nan() { f64::NAN } else { a.max(b) };
    let (x_min, x_max) = match range {
        Some(range) => range,
        None if is_ascending(points) => (points.first()?.0, points.last()?.0),
        None => (
            points.iter().map(|point| point.0).fold(f64::INFINITY, least),
            points.iter().map(|point| point.0).fold(f64::NEG_INFINITY, greatest),
        ),
    };
    let values = || points.iter().map(|point| point.1).filter(|value| counts(*value));
    let (y_min, y_max) = (values().fold(f64::INFINITY, least), values().fold(f64::NEG_INFINITY, greatest));
    let x_size = size(x, 20.0, x_max - x_min, nice_x)?;
    let y_size = match y.log {
        Some(_) => 1.0 / y.value.unwrap_or(1.0),
        None => size(y, 10.0, y_max - y_min, &nice_sizes())?,
    };
    let log = |value: f64| match y.log {
        Some(2.0) => value.log2(),
        Some(_) => value.log10(),
        None => value,
    };
    let start = |value: f64, size: f64| (value / size).floor() * size;
    let (x_first, y_first) = (start(x_min, x_size), start(log(y_min), y_size));
    let n_columns = crate::js::js_round((start(x_max, x_size) - x_first) / x_size) + 1.0;
    let n_rows = crate::js::js_round((start(log(y_max), y_size) - y_first) / y_size) + 1.0;
    let n_cells = n_columns * n_rows;
    if !(n_columns >= 0.0 && n_rows >= 0.0 && n_cells <= MOST_CELLS) {
        return None;
    }
    let mut counted = Counted { x: Vec::new(), y: Vec::new(), counts: vec![0.0; n_cells as usize] };
    let mut column_start = x_first;
    for _ in 0..n_columns as usize {
        for row in 0..n_rows as usize {
            let place = y_first + row as f64 * y_size;
            counted.x.push(column_start);
            counted.y.push(y.log.map_or(place, |base| base.powf(place)));
        }
        column_start += x_size;
    }
    for (at, value) in points.iter().filter(|(_, value)| counts(*value)) {
        let (column, row) = ((start(*at, x_size) - x_first) / x_size, (start(log(*value), y_size) - y_first) / y_size);
        let cell = column * n_rows + row;
        if cell >= 0.0 && cell.fract() == 0.0 && cell < n_cells {
            counted.counts[cell as usize] += 1.0;
        }
    }
    Some(counted)
}

/// Looked at in some fifty places.
fn is_ascending(points: &[(f64, f64)]) -> bool {
    let stride = (points.len() / 50).max(1);
    let places: Vec<f64> = points.iter().step_by(stride).map(|point| point.0).collect();
    places.windows(2).all(|pair| pair[1] > pair[0])
}

/// The size asked for, or the nice one that gives about as many buckets as asked for.
fn size(options: BucketOptions, default_count: f64, range: f64, nice: &[f64]) -> Option<f64> {
    let value = options.value.filter(|value| value.is_finite() && *value > 0.0);
    let wanted = match value {
        Some(value) if !options.count => return Some(value),
        value => value.unwrap_or(default_count),
    };
    let about = range / (wanted - 1.0).max(1.0);
    let above = nice.iter().position(|size| *size > about).unwrap_or(0);
    nice.get(above.saturating_sub(1)).copied()
}

/// Tenths from 1 to 9.5 by halves, from 1 on whole ones. Source: `niceLinearIncrs`.
pub fn nice_sizes() -> Vec<f64> {
    let steps = (2..20).map(|half| f64::from(half) / 2.0);
    let sizes = (-16..16).flat_map(|exponent: i32| {
        // Read from text, so that 0.15 is exactly that.
        steps.clone().filter_map(move |step| format!("{step}e{exponent}").parse::<f64>().ok())
    });
    sizes.filter(|size| *size < 1.0 || size.fract() == 0.0).collect()
}

const SECOND: f64 = 1e3;
const MINUTE: f64 = 60.0 * SECOND;
const HOUR: f64 = 60.0 * MINUTE;
const DAY: f64 = 24.0 * HOUR;

/// Source: `niceTimeIncrs`.
pub fn nice_durations() -> Vec<f64> {
    let table: [(f64, &[f64]); 6] = [
        (1.0, &[1.0, 2.0, 4.0, 5.0, 10.0, 20.0, 25.0, 40.0, 50.0, 100.0, 200.0, 250.0, 400.0, 500.0]),
        (SECOND, &[1.0, 2.0, 4.0, 5.0, 10.0, 15.0, 20.0, 30.0]),
        (MINUTE, &[1.0, 2.0, 4.0, 5.0, 10.0, 15.0, 20.0, 30.0]),
        (HOUR, &[1.0, 2.0, 4.0, 6.0, 8.0, 12.0, 18.0]),
        (DAY, &[1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 10.0, 15.0, 30.0, 45.0, 60.0, 90.0, 180.0]),
        (365.0 * DAY, &[1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0, 10.0]),
    ];
    table.iter().flat_map(|(unit, steps)| steps.iter().map(move |step| step * unit)).collect()
}

/// Milliseconds of "90000", "30s", "250ms". Source: `convertDurationToMilliseconds`.
pub fn duration_ms(text: &str) -> Option<f64> {
    let text = text.trim();
    match text.strip_suffix("ms").unwrap_or(text).parse::<f64>() {
        Ok(number) => Some(number.trunc()),
        Err(_) => interval_to_ms(text),
    }
}

/// `{mode, value, scale}` as saved.
fn bucket_options(options: &Json, is_time: bool) -> BucketOptions {
    let text = options.get("value").map(|value| value.as_str().map_or_else(|| value.to_string(), str::to_owned)).unwrap_or_default();
    let (mode, scale) = (option::text(options, "mode"), options.get("scale").unwrap_or(&Json::Null));
    let value = match mode {
        Some("size") if is_time => duration_ms(&text),
        _ if text.is_empty() => None,
        _ => Some(number_from_string(&text)),
    };
    let log = scale.get("log").and_then(Json::as_f64).filter(|_| option::text(scale, "type") == Some("log"));
    BucketOptions { count: mode == Some("count"), value, log }
}

pub(super) fn heatmap(frames: Vec<Frame>, options: &Json) -> Outcome {
    let of = |key: &str| options.get(key).unwrap_or(&Json::Null);
    let mut points = Vec::new();
    let mut length = 0;
    let mut fields: Option<(&Field, Option<&Field>)> = None;
    for frame in &frames {
        let Some(x) = frame.fields.iter().position(|field| field.kind == FieldType::Time) else { continue };
        length += frame.len();
        let (_, y_field) = fields.get_or_insert((&frame.fields[x], None));
        let cells = |field: &Field| -> Vec<f64> {
            let numbers = field.values.numbers().unwrap_or_default().iter().enumerate();
            numbers.map(|(row, cell)| cell.unwrap_or_else(|| field.missing(row))).collect()
        };
        let times = cells(&frame.fields[x]);
        for y in frame.fields.iter().filter(|field| field.kind == FieldType::Number) {
            points.extend(times.iter().copied().zip(cells(y)));
            y_field.get_or_insert(y);
        }
    }
    let Some((x, Some(y))) = fields else { return Err("no heatmap fields found".into()) };
    if points.is_empty() {
        return Err("no values found".into());
    }
    // Frames with times alone leave places behind that hold nothing.
    points.resize(points.len().max(length), (f64::NAN, f64::NAN));
    if option::text(of("xBuckets").get("scale").unwrap_or(&Json::Null), "type") == Some("log") {
        return Err("X axis only supports linear buckets".into());
    }
    let counted = count(&points, None, bucket_options(of("xBuckets"), true), bucket_options(of("yBuckets"), false), &nice_durations());
    let Some(counted) = counted else { return Err("invalid array length".into()) };
    let column = |numbers: Vec<f64>| numbers.into_iter().map(Some).collect::<Vec<_>>();
    let scale = of("yBuckets").get("scale").cloned().unwrap_or_else(|| json!({"type": "linear"}));
    let custom = [("scaleDistribution".to_owned(), scale)].into_iter().collect();
    let mut frame = Frame {
        // Asked for without its frame, where labels do not count.
        name: Some(y.config.display_name.clone().filter(|name| !name.is_empty()).unwrap_or_else(|| y.name.clone())),
        fields: vec![
            Field { config: x.config.clone(), ..new_field("xMin", x.kind, Values::Time(column(counted.x))) },
            Field {
                config: FieldConfig { custom, ..y.config.clone() },
                ..new_field("yMin", FieldType::Number, Values::Number(column(counted.y)))
            },
            Field {
                config: FieldConfig { unit: Some("short".into()), ..FieldConfig::default() },
                ..new_field("Count", FieldType::Number, Values::Number(column(counted.counts)))
            },
        ],
        ..Frame::default()
    };
    frame.meta.kind = Some("heatmap-cells".into());
    let kept = if option::flag(options, "keepOriginalData") == Some(true) { frames } else { Vec::new() };
    Ok([frame].into_iter().chain(kept).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes() {
        let check =
            |options, range: f64, expected| assert_eq!(size(options, 10.0, range, &nice_sizes()), Some(expected), "{options:?} {range}");
        let count = |value| BucketOptions { count: true, value, log: None };
        check(count(None), 64.0, 7.0);
        check(count(Some(5.0)), 1.0, 0.25);
        check(count(Some(1.0)), 95.0, 95.0);
        check(BucketOptions { value: Some(2.5), ..BucketOptions::default() }, 64.0, 2.5);
        check(BucketOptions { value: Some(-1.0), ..BucketOptions::default() }, 64.0, 7.0);
    }

    #[test]
    fn durations() {
        for (text, expected) in [("90000", Some(90_000.0)), ("30s", Some(30_000.0)), ("250ms", Some(250.0)), ("1h", Some(HOUR)), ("", None)]
        {
            assert_eq!(duration_ms(text), expected, "{text}");
        }
    }

    #[test]
    fn points_are_counted() {
        let points = [(0.0, 1.0), (4.0, 1.5), (10.0, 3.0), (99.0, 3.0)];
        let x = BucketOptions { value: Some(10.0), ..BucketOptions::default() };
        let y = BucketOptions { value: Some(2.0), ..BucketOptions::default() };
        let counted = count(&points, Some((0.0, 19.0)), x, y, &[]).expect("points");
        assert_eq!(counted.x, [0.0, 0.0, 10.0, 10.0]);
        assert_eq!(counted.y, [0.0, 2.0, 0.0, 2.0]);
        assert_eq!(counted.counts, [2.0, 0.0, 0.0, 1.0]);
        let log = BucketOptions { value: Some(2.0), log: Some(2.0), ..BucketOptions::default() };
        let counted = count(&points, Some((0.0, 9.0)), x, log, &[]).expect("points");
        assert_eq!(counted.y.iter().map(|y| (y * 100.0).round()).collect::<Vec<_>>(), [100.0, 141.0, 200.0, 283.0]);
        assert_eq!(count(&[], Some((0.0, 9.0)), x, y, &[]), None);
        assert_eq!(count(&[(0.0, f64::NAN)], None, x, y, &[]), None);
    }
}
