//! Counting values into buckets of time and value.

use grafana::time::interval_to_ms;

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

/// Counts points into buckets between two moments; `None` where there is nothing to count or buckets are too many.
/// `nice_x` are the sizes a wanted number of columns is met by. Source: grafana 12.4.0 `calculateHeatmap/heatmap.ts`.
pub fn count(points: &[(f64, f64)], from: f64, to: f64, x: BucketOptions, y: BucketOptions, nice_x: &[f64]) -> Option<Counted> {
    let values = || points.iter().map(|point| point.1).filter(|value| value.is_finite() && (y.log.is_none() || *value > 0.0));
    let (least, greatest) = (values().reduce(f64::min)?, values().reduce(f64::max)?);
    let x_size = size(x, 20.0, to - from, nice_x)?;
    let log = |value: f64| match y.log {
        Some(2.0) => value.log2(),
        Some(_) => value.log10(),
        None => value,
    };
    let y_size = match y.log {
        Some(_) => 1.0 / y.value.filter(|value| *value > 0.0).unwrap_or(1.0),
        None => size(y, 10.0, greatest - least, &nice_sizes())?,
    };
    let start = |value: f64, size: f64| (value / size).floor();
    let (x_first, y_first) = (start(from, x_size), start(log(least), y_size));
    let n_columns = start(to, x_size) - x_first + 1.0;
    let n_rows = start(log(greatest), y_size) - y_first + 1.0;
    let n_cells = n_columns * n_rows;
    if n_cells.is_nan() || n_cells > MOST_CELLS {
        return None;
    }
    let (n_columns, n_rows) = (n_columns as usize, n_rows as usize);
    let row_start = |row: usize| {
        let place = (y_first + row as f64) * y_size;
        y.log.map_or(place, |base| base.powf(place))
    };
    let mut counts = vec![0.0; n_columns * n_rows];
    for (at, value) in points.iter().filter(|(_, value)| value.is_finite() && (y.log.is_none() || *value > 0.0)) {
        let (column, row) = (start(*at, x_size) - x_first, start(log(*value), y_size) - y_first);
        // Points outside the range are not seen.
        if column >= 0.0 && (column as usize) < n_columns {
            counts[column as usize * n_rows + row as usize] += 1.0;
        }
    }
    let cells = || (0..n_columns).flat_map(|column| (0..n_rows).map(move |row| (column, row)));
    Some(Counted {
        x: cells().map(|(column, _)| (x_first + column as f64) * x_size).collect(),
        y: cells().map(|(_, row)| row_start(row)).collect(),
        counts,
    })
}

/// The size asked for, or the nice one that gives about as many buckets as asked for.
fn size(options: BucketOptions, default_count: f64, range: f64, nice: &[f64]) -> Option<f64> {
    let value = options.value.filter(|value| value.is_finite() && *value > 0.0);
    let wanted = match value {
        Some(value) if !options.count => return Some(value),
        value => value.unwrap_or(default_count),
    };
    let about = range / (wanted - 1.0).max(1.0);
    let above = nice.iter().position(|size| *size > about).unwrap_or(nice.len());
    nice.get(above.saturating_sub(1)).copied()
}

/// Tenths from 1 to 9.5 by halves, from 1 on whole ones. Source: grafana 12.4.0 `niceLinearIncrs`.
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

/// Source: grafana 12.4.0 `niceTimeIncrs`.
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

/// Milliseconds of "90000", "30s", "250ms". Source: grafana 12.4.0 `convertDurationToMilliseconds`.
pub fn duration_ms(text: &str) -> Option<f64> {
    let text = text.trim();
    match text.strip_suffix("ms").unwrap_or(text).parse::<f64>() {
        Ok(number) => Some(number.trunc()),
        Err(_) => interval_to_ms(text),
    }
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
        let points = [(0.0, 1.0), (4.0, 1.5), (10.0, 3.0), (99.0, 3.0), (12.0, f64::NAN)];
        let x = BucketOptions { value: Some(10.0), ..BucketOptions::default() };
        let y = BucketOptions { value: Some(2.0), ..BucketOptions::default() };
        let counted = count(&points, 0.0, 19.0, x, y, &[]).expect("points");
        assert_eq!(counted.x, [0.0, 0.0, 10.0, 10.0]);
        assert_eq!(counted.y, [0.0, 2.0, 0.0, 2.0]);
        assert_eq!(counted.counts, [2.0, 0.0, 0.0, 1.0]);
        let log = BucketOptions { value: Some(2.0), log: Some(2.0), ..BucketOptions::default() };
        let counted = count(&points, 0.0, 9.0, x, log, &[]).expect("points");
        assert_eq!(counted.y.iter().map(|y| (y * 100.0).round()).collect::<Vec<_>>(), [100.0, 141.0, 200.0, 283.0]);
        assert_eq!(count(&[], 0.0, 9.0, x, y, &[]), None);
    }
}
