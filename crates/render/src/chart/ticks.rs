//! Tick values: the increment that leaves enough room, and the values it gives.

use super::number::{round_decimals, round_up_to};
use super::scale::{Distribution, Scale};

/// A step between ticks with the decimals it needs.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Increment {
    pub value: f64,
    pub decimals: i32,
}

/// 1, 2, 2.5 and 5 times the powers of ten from 1e-32 to 5e31. Source: uPlot 1.6.32 `numIncrs`.
pub fn decimal_increments() -> Vec<Increment> {
    let multiples = [("1", 0), ("2", 0), ("2.5", 1), ("5", 0)];
    let step = |exponent: i32, (multiple, own): (&str, i32)| Increment {
        value: format!("{multiple}e{exponent}").parse().unwrap_or(f64::NAN),
        decimals: (-exponent).max(0) + if exponent >= own { 0 } else { own },
    };
    (-32..32).flat_map(|exponent| multiples.map(|multiple| step(exponent, multiple))).collect()
}

/// Powers of two, for units that count in 1024s. Source: grafana-ui 12.4.0 `BIN_INCRS`.
pub fn binary_increments() -> Vec<Increment> {
    (0..53).map(|exponent| Increment { value: 2f64.powi(exponent), decimals: 0 }).collect()
}

/// Steps of whole milliseconds, named in milliseconds.
pub fn whole_increments(values: impl IntoIterator<Item = f64>) -> Vec<Increment> {
    values.into_iter().map(|value| Increment { value, decimals: 0 }).collect()
}

/// The smallest increment whose ticks are at least `min_space_px` apart, with that distance; `None` when none is.
///
/// `length_px` is the axis' length. `increments` ascend. Source: uPlot 1.6.32 `findIncr`.
pub fn find_increment(min: f64, max: f64, increments: &[Increment], length_px: f64, min_space_px: f64) -> Option<(Increment, f64)> {
    if length_px <= 0.0 || increments.is_empty() {
        return None;
    }
    let delta = max - min;
    let whole_digits = whole_digits(min).max(whole_digits(max));
    let start = closest_index(min_space_px / length_px * delta, increments);
    increments[start..].iter().find_map(|increment| {
        let space = length_px * increment.value / delta;
        let digits = whole_digits + if increment.value < 5.0 { increment.decimals } else { 0 };
        (space >= min_space_px && digits <= 17).then_some((*increment, space))
    })
}

/// Ticks of a value scale for an increment, ascending.
pub fn splits(scale: &Scale, increment: Increment) -> Vec<f64> {
    match scale.distribution {
        Distribution::Linear => linear_splits(scale.min, scale.max, increment),
        Distribution::Log { base } => log_splits(scale.min, scale.max, base),
        Distribution::Symlog { base, linear_threshold } => symlog_splits(scale.min, scale.max, base, linear_threshold),
    }
}

fn linear_splits(min: f64, max: f64, increment: Increment) -> Vec<f64> {
    let mut splits = Vec::new();
    let mut value = round_decimals(round_up_to(min, increment.value), increment.decimals);
    while value <= max && splits.len() < MOST_SPLITS {
        // Adding zero turns -0 into 0.
        splits.push(value + 0.0);
        value = round_decimals(value + increment.value, increment.decimals);
    }
    splits
}

/// A range so wide that its increment vanishes beside it would never end.
const MOST_SPLITS: usize = 10_000;

/// Every multiple of each magnitude. Source: uPlot 1.6.32 `logAxisSplits`.
fn log_splits(min: f64, max: f64, base: f64) -> Vec<f64> {
    let exponent = if base == 2.0 { min.log2() } else { min.log10() }.floor();
    let clean = |value: f64| if base == 10.0 { nearest_decimal(value) } else { value };
    let mut increment = clean(base.powf(exponent));
    let mut next_magnitude = clean(increment * base);
    let mut splits = Vec::new();
    let mut split = min;
    while splits.len() < MOST_SPLITS {
        splits.push(split);
        split += increment;
        if base == 10.0 {
            split = round_decimals(split, (-(increment.log10() + 1e-9).floor()).max(0.0) as i32);
        }
        if split >= next_magnitude {
            increment = split;
            next_magnitude = clean(increment * base);
        }
        if split > max || increment <= 0.0 {
            break;
        }
    }
    splits
}

/// 10f64.powf(-24) is 1.0000000000000001e-24; this is the 1e-24 meant.
fn nearest_decimal(value: f64) -> f64 {
    format!("{value:.10e}").parse().unwrap_or(value)
}

/// Source: uPlot 1.6.32 `asinhAxisSplits`.
fn symlog_splits(min: f64, max: f64, base: f64, threshold: f64) -> Vec<f64> {
    let positive = if max > threshold { log_splits(threshold.max(min), max, base) } else { vec![threshold] };
    let negative = if min < -threshold { log_splits(threshold.max(-max), -min, base) } else { vec![threshold] };
    let zero = (max >= 0.0 && min <= 0.0).then_some(0.0);
    negative.into_iter().rev().map(|v| -v).chain(zero).chain(positive).collect()
}

/// Which ticks of a logarithmic scale carry a label: as many leading digits as fit, then magnitudes left out from the top.
///
/// `position_px` tells where a value stands, growing towards greater values. Source: uPlot 1.6.32 `log10AxisValsFilt`,
/// `log2AxisValsFilt`.
pub fn label_filter(splits: &[f64], scale: &Scale, min_space_px: f64, position_px: impl Fn(f64) -> f64) -> Vec<Option<f64>> {
    let (base, symlog) = match scale.distribution {
        Distribution::Linear => return splits.iter().copied().map(Some).collect(),
        Distribution::Log { base } => (base, false),
        Distribution::Symlog { base, .. } => (base, true),
    };
    if base != 10.0 {
        let space = (position_px(1.0) - position_px(2.0)).abs();
        // uPlot thins out base 2 on logarithmic scales only.
        let keep_every = if symlog || space >= min_space_px { 1 } else { (min_space_px / space).ceil() as usize };
        return thin_out(splits, "123456789", keep_every, symlog);
    }
    let ten = position_px(10.0);
    let fits = |value: f64| ten - position_px(value) >= min_space_px;
    let digits = match () {
        () if fits(9.0) => "123456789",
        () if fits(7.0) => "12357",
        () if fits(5.0) => "125",
        () => "1",
    };
    let space = (position_px(1.0) - ten).abs();
    let keep_every = if digits == "1" && space < min_space_px { (min_space_px / space).ceil() as usize } else { 1 };
    thin_out(splits, digits, keep_every, symlog)
}

/// Counts from the greatest value down, as labels are kept at the top.
fn thin_out(splits: &[f64], digits: &str, keep_every: usize, keep_zero: bool) -> Vec<Option<f64>> {
    let last = splits.len().saturating_sub(1);
    let keep = |(index, value): (usize, &f64)| {
        let leading = format!("{:e}", value.abs()).chars().next().unwrap_or('0');
        let kept = (keep_zero && *value == 0.0) || ((last - index).is_multiple_of(keep_every) && digits.contains(leading));
        kept.then_some(*value)
    };
    splits.iter().enumerate().map(keep).collect()
}

fn closest_index(value: f64, increments: &[Increment]) -> usize {
    let (mut low, mut high) = (0, increments.len() - 1);
    while high - low > 1 {
        let middle = (low + high) / 2;
        if increments[middle].value < value { low = middle } else { high = middle }
    }
    if value - increments[low].value <= increments[high].value - value { low } else { high }
}

fn whole_digits(value: f64) -> i32 {
    // The span of two extremes is infinite.
    if value.abs() < 1.0 { 1 } else { value.abs().log10().floor().min(308.0) as i32 + 1 }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(range: (f64, f64), length: f64, space: f64, expected: &[f64]) {
        let (increment, _) = find_increment(range.0, range.1, &decimal_increments(), length, space).expect("an increment");
        assert_eq!(splits(&Scale::linear(range.0, range.1), increment), expected, "{range:?} over {length}");
    }

    #[test]
    fn linear_ticks() {
        check((0.0, 99.0), 133.0, 15.0, &[0.0, 20.0, 40.0, 60.0, 80.0]);
        check((0.0, 1.0), 300.0, 30.0, &[0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0]);
        check((-20.0, 120.0), 200.0, 30.0, &[0.0, 25.0, 50.0, 75.0, 100.0]);
    }

    #[test]
    fn binary_ticks() {
        let (increment, _) = find_increment(0.0, 28e9, &binary_increments(), 140.0, 15.0).expect("an increment");
        assert_eq!(increment.value, 4294967296.0);
    }

    #[test]
    fn logarithmic_ticks() {
        let scale = Scale { distribution: Distribution::Log { base: 10.0 }, min: 1.0, max: 100.0 };
        let values = splits(&scale, Increment { value: 1.0, decimals: 0 });
        assert_eq!(values.len(), 19);
        let labels = |length: f64| -> Vec<f64> {
            label_filter(&values, &scale, 30.0, |value| scale.fraction(value) * length).into_iter().flatten().collect()
        };
        assert_eq!(labels(200.0), [1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0]);
        assert_eq!(labels(60.0), [1.0, 10.0, 100.0]);
        assert_eq!(labels(40.0), [1.0, 100.0]);
        let two = Scale { distribution: Distribution::Log { base: 2.0 }, min: 1.0, max: 16.0 };
        assert_eq!(splits(&two, Increment { value: 1.0, decimals: 0 }), [1.0, 2.0, 4.0, 8.0, 16.0]);
    }
}
