//! Frames as buckets with counts: counted here, or found in frames that hold them already.

use std::collections::BTreeMap;

use grafana::{
    frame::{Field, FieldType, Frame, Values},
    transform::{HistogramOptions, build_histogram},
};

use crate::chart::number::round_decimals;

/// Buckets, ascending, with a count for each and every series.
#[derive(Clone, Debug, Default)]
pub struct Buckets {
    pub starts: Vec<f64>,
    pub ends: Vec<f64>,
    /// Names of the bounds where buckets only count through them, the first lower bound included.
    pub names: Option<Vec<String>>,
    /// How bounds are written.
    pub bound: Field,
    /// With the index each series' colour is dealt by.
    pub counts: Vec<(usize, Field)>,
    /// For each of `counts`, which of all the frames' number fields it tells of.
    pub origins: Vec<usize>,
}

impl Buckets {
    /// Where bars begin: values, or 0, 1, 2 … for named buckets.
    pub fn places(&self) -> Vec<f64> {
        match &self.names {
            Some(_) => (0..self.starts.len()).map(|index| index as f64).collect(),
            None => self.starts.clone(),
        }
    }

    /// The width of the bucket at `index`. Source: grafana 12.4.0 `getBucketSize`.
    pub fn size(&self, index: usize) -> Option<f64> {
        match &self.names {
            Some(_) => Some(1.0),
            None => Some(round_decimals(self.ends.get(index)? - self.starts.get(index)?, 9)),
        }
    }

    /// By how much each bucket is wider than the one before, where they grow.
    pub fn growth(&self) -> Option<f64> {
        let (first, second) = (self.size(0)?, self.size(1)?);
        (first != second).then_some(second / first)
    }
}

/// The buckets of all frames; `None` without numbers. Source: grafana 12.4.0 `HistogramPanel`.
pub fn of(frames: &[Frame], options: HistogramOptions) -> Option<Buckets> {
    let is_made = |frame: &Frame| matches!(frame.meta.kind.as_deref(), Some("heatmap-cells" | "heatmap-rows"));
    if frames.len() == 1 || frames.iter().all(is_made) {
        let found: Vec<Buckets> =
            frames.iter().enumerate().filter_map(|(index, frame)| made(frame, numbers_before(frames, index))).collect();
        if let Some(joined) = join(found) {
            return Some(joined);
        }
    }
    let built = build_histogram(frames, options)?;
    let mut buckets = explicit(&built, 0)?;
    buckets.origins = (0..buckets.counts.len()).collect();
    Some(buckets)
}

fn numbers_before(frames: &[Frame], index: usize) -> usize {
    frames[..index].iter().flat_map(|frame| &frame.fields).filter(|field| field.kind == FieldType::Number).count()
}

/// Source: grafana-data 12.4.0 `getHistogramFields`. `base` number fields stand in the frames before.
fn made(frame: &Frame, base: usize) -> Option<Buckets> {
    match frame.meta.kind.as_deref() {
        Some("heatmap-cells") => of_cells(frame, base),
        Some("heatmap-rows") => of_rows(frame, base),
        _ => explicit(frame, base),
    }
}

fn column(field: &Field) -> Vec<f64> {
    field.values.numbers().unwrap_or_default().iter().map(|value| value.unwrap_or(f64::NAN)).collect()
}

/// The place of a field among the number fields of its frame.
fn number_index(frame: &Frame, index: usize) -> usize {
    frame.fields[..index].iter().filter(|field| field.kind == FieldType::Number).count()
}

/// Fields "xMin" and "xMax", one of which may be missing, and counts.
fn explicit(frame: &Frame, base: usize) -> Option<Buckets> {
    let mut bounds: [Option<&Field>; 2] = [None, None];
    let mut counts = Vec::new();
    for (index, field) in frame.fields.iter().enumerate() {
        match field.name.as_str() {
            "xMin" | "BucketMin" => bounds[0] = Some(field),
            "xMax" | "BucketMax" => bounds[1] = Some(field),
            _ if field.kind == FieldType::Number => counts.push((base + number_index(frame, index), field.clone())),
            _ => {}
        }
    }
    let shifted = |values: &[f64], sign: f64| -> Option<Vec<f64>> {
        let size = round_decimals(values.get(1)? - values.first()?, 6);
        Some(values.iter().map(|value| value + sign * size).collect())
    };
    let (starts, ends, bound) = match bounds {
        [Some(min), Some(max)] => (column(min), column(max), min),
        [Some(min), None] => (column(min), shifted(&column(min), 1.0)?, min),
        [None, Some(max)] => (shifted(&column(max), -1.0)?, column(max), max),
        [None, None] => return None,
    };
    if counts.is_empty() {
        return None;
    }
    let origins = counts.iter().map(|count| count.0).collect();
    let counts = counts.into_iter().enumerate().map(|(index, (_, field))| (index, field)).collect();
    Some(Buckets { starts, ends, names: None, bound: bare(bound), counts, origins })
}

fn bare(field: &Field) -> Field {
    Field { values: Values::Number(Vec::new()), kind: FieldType::Number, ..field.clone() }
}

fn counted(field: &Field, counts: Vec<f64>) -> Field {
    Field { values: Values::Number(counts.into_iter().map(Some).collect()), kind: FieldType::Number, ..field.clone() }
}

/// More buckets than this are not filled up with empty ones.
const MOST_BUCKETS: usize = 1000;

/// Cells of a native histogram, summed over time; buckets nothing fell into are put in between.
fn of_cells(frame: &Frame, base: usize) -> Option<Buckets> {
    let at = |name: &str| frame.fields.iter().position(|field| field.name == name);
    let (low, high, count) = (at("yMin")?, at("yMax")?, at("count")?);
    let (lows, highs, counts) = (column(&frame.fields[low]), column(&frame.fields[high]), column(&frame.fields[count]));
    let unique = |values: &[f64]| {
        let mut values: Vec<f64> = values.iter().copied().filter(|value| !value.is_nan()).collect();
        values.sort_by(f64::total_cmp);
        values.dedup();
        values
    };
    let (mins, maxs) = (unique(&lows), unique(&highs));
    let factor = maxs.first()? / mins.first()?;
    let mut sums: Vec<(f64, f64, f64)> = Vec::new();
    for (index, (max, min)) in maxs.iter().zip(&mins).enumerate() {
        sums.push((*min, *max, 0.0));
        let next = maxs.get(index + 1).filter(|_| factor > 1.0 && factor.is_finite());
        let (mut min, mut max) = (min * factor, max * factor);
        while next.is_some_and(|next| max < next * 0.999_999) && sums.len() < MOST_BUCKETS {
            sums.push((min, max, 0.0));
            (min, max) = (min * factor, max * factor);
        }
    }
    let places: BTreeMap<u64, usize> = sums.iter().enumerate().map(|(index, sum)| (sum.1.to_bits(), index)).collect();
    for (max, count) in highs.iter().zip(&counts).filter(|(_, count)| !count.is_nan()) {
        if let Some(sum) = places.get(&max.to_bits()).and_then(|index| sums.get_mut(*index)) {
            sum.2 += count;
        }
    }
    Some(Buckets {
        starts: sums.iter().map(|sum| sum.0).collect(),
        ends: sums.iter().map(|sum| sum.1).collect(),
        names: None,
        bound: bare(&frame.fields[low]),
        counts: vec![(0, counted(&frame.fields[count], sums.iter().map(|sum| sum.2).collect()))],
        origins: vec![base + number_index(frame, count)],
    })
}

/// One field a bucket, named by its upper bound, summed over time; one empty bucket more, for the last bound's label.
fn of_rows(frame: &Frame, base: usize) -> Option<Buckets> {
    let rows: Vec<&Field> = frame.fields.iter().filter(|field| field.kind == FieldType::Number).collect();
    let first = rows.first()?;
    let sum = |field: &&Field| field.values.numbers().unwrap_or_default().iter().flatten().sum::<f64>();
    let sums: Vec<f64> = rows.iter().map(sum).chain([0.0]).collect();
    let names: Vec<String> = std::iter::once("0".to_owned()).chain(rows.iter().map(|field| field.name.clone())).collect();
    Some(Buckets {
        starts: (0..sums.len()).map(|index| index as f64).collect(),
        ends: (0..sums.len()).map(|index| index as f64 + 1.0).collect(),
        names: Some(names),
        bound: bare(first),
        counts: vec![(0, counted(first, sums))],
        origins: vec![base],
    })
}

/// Series of several frames over all their buckets. Source: grafana-data 12.4.0 `joinHistograms`.
fn join(mut found: Vec<Buckets>) -> Option<Buckets> {
    if found.len() <= 1 {
        return found.pop();
    }
    if found.iter().any(|buckets| buckets.names.is_some()) {
        return Some(join_named(found));
    }
    let mut bounds: Vec<(f64, f64)> = found.iter().flat_map(|one| one.ends.iter().copied().zip(one.starts.iter().copied())).collect();
    bounds.sort_by(|a, b| a.0.total_cmp(&b.0));
    bounds.dedup_by(|a, b| a.0 == b.0);
    let mut joined = Buckets {
        starts: bounds.iter().map(|bound| bound.1).collect(),
        ends: bounds.iter().map(|bound| bound.0).collect(),
        bound: found[0].bound.clone(),
        ..Buckets::default()
    };
    for one in &found {
        for ((_, field), origin) in one.counts.iter().zip(&one.origins) {
            let own = column(field);
            let count = |end: &f64| one.ends.iter().position(|other| other == end).map_or(0.0, |index| own[index]);
            let counts = joined.ends.iter().map(count).collect();
            joined.counts.push((joined.counts.len(), counted(field, counts)));
            joined.origins.push(*origin);
        }
    }
    Some(joined)
}

/// Named bounds join by their names, in the order they first appear.
fn join_named(found: Vec<Buckets>) -> Buckets {
    let mut names: Vec<String> = Vec::new();
    for name in found.iter().flat_map(|one| one.names.iter().flatten().skip(1)) {
        if !names.contains(name) {
            names.push(name.clone());
        }
    }
    let mut joined = Buckets { bound: found[0].bound.clone(), ..Buckets::default() };
    for one in &found {
        let own_names: Vec<&String> = one.names.iter().flatten().skip(1).collect();
        for ((_, field), origin) in one.counts.iter().zip(&one.origins) {
            let own = column(field);
            let count = |name: &String| own_names.iter().position(|other| *other == name).map_or(0.0, |index| own[index]);
            let counts = names.iter().map(count).chain([0.0]).collect();
            joined.counts.push((joined.counts.len(), counted(field, counts)));
            joined.origins.push(*origin);
        }
    }
    joined.starts = (0..=names.len()).map(|index| index as f64).collect();
    joined.ends = joined.starts.iter().map(|start| start + 1.0).collect();
    names.insert(0, "0".to_owned());
    joined.names = Some(names);
    joined
}

#[cfg(test)]
mod tests {
    use super::*;

    fn field(name: &str, values: &[f64]) -> Field {
        let values = Values::Number(values.iter().copied().map(Some).collect());
        Field { name: name.into(), kind: FieldType::Number, values, ..Field::default() }
    }

    #[test]
    fn a_missing_bound_is_guessed() {
        let check = |fields: Vec<Field>, starts: &[f64], ends: &[f64]| {
            let found = of(&[Frame { fields, ..Frame::default() }], HistogramOptions::default()).expect("buckets");
            assert_eq!((found.starts.as_slice(), found.ends.as_slice()), (starts, ends));
        };
        check(vec![field("xMin", &[1.0, 3.0]), field("n", &[5.0, 6.0])], &[1.0, 3.0], &[3.0, 5.0]);
        check(vec![field("xMax", &[1.0, 3.0]), field("n", &[5.0, 6.0])], &[-1.0, 1.0], &[1.0, 3.0]);
        check(vec![field("n", &[1.0, 1.0, 4.0])], &[0.0, 4.0], &[4.0, 8.0]);
    }

    #[test]
    fn native_buckets_are_filled_up() {
        let mut frame = Frame {
            fields: vec![field("yMin", &[1.0, 8.0, 1.0]), field("yMax", &[2.0, 16.0, 2.0]), field("count", &[3.0, 4.0, 5.0])],
            ..Frame::default()
        };
        frame.meta.kind = Some("heatmap-cells".into());
        let found = of(&[frame], HistogramOptions::default()).expect("buckets");
        assert_eq!(found.starts, [1.0, 2.0, 4.0, 8.0]);
        assert_eq!(column(&found.counts[0].1), [8.0, 0.0, 0.0, 4.0]);
        assert_eq!(found.growth(), Some(2.0));
    }

    #[test]
    fn classic_buckets_keep_their_names() {
        let mut frame = Frame { fields: vec![field("0.5", &[1.0, 2.0]), field("+Inf", &[4.0, 0.0])], ..Frame::default() };
        frame.meta.kind = Some("heatmap-rows".into());
        let found = of(&[frame], HistogramOptions::default()).expect("buckets");
        assert_eq!(found.names.as_deref().unwrap_or_default(), ["0", "0.5", "+Inf"]);
        assert_eq!(column(&found.counts[0].1), [3.0, 4.0, 0.0]);
    }
}
