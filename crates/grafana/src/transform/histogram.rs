//! `histogram`: how often values fall into buckets. The histogram panel counts by the same rules.

use std::collections::BTreeMap;

use serde_json::Value as Json;

use super::{cells::new_field, option};
use crate::{
    field::{FieldConfig, to_number},
    frame::{Field, FieldType, Frame, Value, Values},
    js::{js_round, number_to_string, to_fixed},
};

/// Options of the transformation and of the panel.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct HistogramOptions {
    /// `None` or not above 0: a nice size for about `bucket_count` buckets.
    pub bucket_size: Option<f64>,
    /// 30 unless set.
    pub bucket_count: Option<f64>,
    pub bucket_offset: f64,
    /// All fields counted as one.
    pub combine: bool,
}

pub(super) fn histogram(frames: Vec<Frame>, options: &Json) -> Vec<Frame> {
    if frames.is_empty() {
        return frames;
    }
    let options = HistogramOptions {
        bucket_size: option::number(options, "bucketSize"),
        bucket_count: None, // the transformation's own count is not read in 12.4
        bucket_offset: option::number(options, "bucketOffset").unwrap_or(0.0),
        combine: option::flag(options, "combine") == Some(true),
    };
    build_histogram(&frames, options).into_iter().collect()
}

/// `buildHistogram`: fields xMin, xMax and one count for each number field; `None` without number fields.
pub fn build_histogram(frames: &[Frame], options: HistogramOptions) -> Option<Frame> {
    let columns: Vec<(&Field, Vec<f64>)> = frames
        .iter()
        .flat_map(|frame| &frame.fields)
        .filter(|field| field.kind == FieldType::Number)
        .map(|field| (field, numbers(field)))
        .collect();
    if columns.is_empty() {
        return None;
    }
    let size = options.bucket_size.filter(|size| *size > 0.0);
    let size = size.or_else(|| nice_size(&columns, options.bucket_count.unwrap_or(30.0))).unwrap_or(f64::NAN);
    let offset = options.bucket_offset;
    let bucket = |value: f64| round_decimals(((value - offset) / size).floor() * size + offset, 9);
    let mut counts: Vec<BTreeMap<Key, f64>> = Vec::new();
    for (_, values) in &columns {
        let mut count = BTreeMap::new();
        for value in values {
            *count.entry(Key(bucket(*value))).or_insert(0.0) += 1.0;
        }
        counts.push(count);
    }
    let mut starts: Vec<Key> = counts.iter().flat_map(|count| count.keys().copied()).collect();
    starts.sort();
    starts.dedup();
    let column = |count: &BTreeMap<Key, f64>| starts.iter().map(|start| count.get(start).copied().unwrap_or(0.0)).collect::<Vec<_>>();
    let mut fields = bucket_fields(&starts, size, &columns);
    if options.combine {
        let all = counts.iter().map(column).fold(vec![0.0; starts.len()], |sum, one| sum.iter().zip(one).map(|(a, b)| a + b).collect());
        fields.push(Field { name: "count".into(), display_name: Some("Count".into()), ..count_field(columns[0].0, all) });
    } else {
        fields.extend(columns.iter().zip(&counts).map(|((field, _), count)| count_field(field, column(count))));
    }
    let mut frame = Frame { ref_id: Some("histogram".into()), fields, ..Frame::default() };
    frame.meta.kind = Some("histogram".into());
    Some(frame)
}

/// Nulls are dropped, or counted as the number `noValue` says.
fn numbers(field: &Field) -> Vec<f64> {
    let missing = field.config.no_value.as_ref().map(|text| to_number(&Value::String(text.clone()))).filter(|number| !number.is_nan());
    field.values.numbers().unwrap_or_default().iter().filter_map(|cell| cell.or(missing)).collect()
}

fn bucket_fields(starts: &[Key], size: f64, columns: &[(&Field, Vec<f64>)]) -> Vec<Field> {
    let text = number_to_string(size);
    let decimals = text.rsplit_once('.').map_or(0, |(_, digits)| digits.len());
    let is_plain = text.rsplit_once('.').is_none_or(|(_, digits)| digits.bytes().all(|byte| byte.is_ascii_digit()));
    let unit_field = columns.iter().map(|(field, _)| *field).find(|field| field.config.unit.is_some());
    let mut config = unit_field.map(|field| field.config.clone()).unwrap_or_default();
    if decimals > 0 && is_plain {
        config.decimals = Some(decimals as i32);
    }
    let field = |name: &str, shift: f64| {
        let values = starts.iter().map(|start| Some(start.0 + shift)).collect();
        Field { config: config.clone(), ..new_field(name, FieldType::Number, Values::Number(values)) }
    };
    vec![field("xMin", 0.0), field("xMax", size)]
}

/// Counts have no unit, save "short".
fn count_field(field: &Field, counts: Vec<f64>) -> Field {
    let unit = field.config.unit.clone().filter(|unit| unit == "short");
    let config = FieldConfig { unit, ..field.config.clone() };
    Field { config, values: Values::Number(counts.into_iter().map(Some).collect()), ..field.clone() }
}

/// The first nice size above a bucket's share of the range that is no smaller than the smallest difference.
fn nice_size(columns: &[(&Field, Vec<f64>)], bucket_count: f64) -> Option<f64> {
    let mut all: Vec<f64> = columns.iter().flat_map(|(_, values)| values.iter().copied()).filter(|value| !value.is_nan()).collect();
    all.sort_by(f64::total_cmp);
    let smallest = match all.len() {
        1 => 1.0,
        _ => all.windows(2).map(|pair| pair[1] - pair[0]).filter(|delta| *delta != 0.0).fold(f64::INFINITY, f64::min),
    };
    let target = (all.last()? - all.first()?) / bucket_count;
    sizes().find(|size| target < *size && *size >= smallest)
}

/// 1, 2, 2.5, 4, 5 by powers of ten from 1e-9; 2.5 is left out between 1 and 10, where buckets are whole.
fn sizes() -> impl Iterator<Item = f64> {
    (-9..=9).flat_map(|power: i32| {
        let steps: &[&str] = if power == 0 { &["1", "2", "4", "5"] } else { &["1", "2", "2.5", "4", "5"] };
        // Read from text so that 4e-5 is exactly what the table says.
        steps.iter().filter_map(move |step| format!("{step}e{power}").parse().ok())
    })
}

/// Grafana's `roundDecimals`: half away from zero on the shortest digits.
fn round_decimals(value: f64, decimals: u32) -> f64 {
    if value.fract() == 0.0 || !value.is_finite() {
        return value;
    }
    let power = 10f64.powi(decimals as i32);
    let scaled = value * power * (1.0 + f64::EPSILON);
    let rounded = js_round(scaled) / power;
    to_fixed(rounded, decimals).parse().unwrap_or(rounded)
}

/// A bucket's start, in order; NaN last.
#[derive(Clone, Copy, Debug)]
struct Key(f64);

impl PartialEq for Key {
    fn eq(&self, other: &Key) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Key {}

impl PartialOrd for Key {
    fn partial_cmp(&self, other: &Key) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Key {
    fn cmp(&self, other: &Key) -> std::cmp::Ordering {
        // -0 and 0 are one bucket.
        (self.0 + 0.0).total_cmp(&(other.0 + 0.0))
    }
}
