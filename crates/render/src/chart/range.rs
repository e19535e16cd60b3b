//! From the least and greatest value to the limits of a scale.

use super::number::{round_decimals, round_down_to, round_up_to};
use super::scale::{Distribution, Scale};

/// What the user set for a value scale (`UPlotScaleBuilder`'s properties).
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RangeConfig {
    pub distribution: Distribution,
    pub min: Option<f64>,
    pub max: Option<f64>,
    pub soft_min: Option<f64>,
    pub soft_max: Option<f64>,
    pub centered_zero: bool,
    pub decimals: Option<i32>,
    /// Stacked to 100 %: 0 and 1 are soft limits unless others are set.
    pub percent: bool,
    /// Share of the range put below and above the data; `None` is Grafana's 0.1.
    pub padding: Option<f64>,
}

/// Limits of a value scale for data between `data`'s two numbers.
///
/// `None` when there is no data and no fixed range: the axis is not shown. Never fails otherwise.
/// Source: grafana-ui 12.4.0 `UPlotScaleBuilder.getConfig`.
pub fn scale_for(config: &RangeConfig, data: Option<(f64, f64)>) -> Option<Scale> {
    let limits = Limits::of(config);
    let fixed = limits.min_is_fixed() && limits.max_is_fixed();
    // uPlot does not look at data at all when both ends are fixed.
    let (data_min, data_max) = match data {
        Some(data) => data,
        None if fixed => (f64::NAN, f64::NAN),
        None => return None,
    };
    let (mut min, mut max) = match config.distribution {
        Distribution::Log { base } => log_range(limits.min.unwrap_or(data_min), limits.max.unwrap_or(data_max), base),
        Distribution::Symlog { base, .. } => {
            let (low, high) = if config.centered_zero { centered(data_min, data_max) } else { (data_min, data_max) };
            symlog_range(low, high, base)
        }
        Distribution::Linear => {
            let (low, high) = if config.centered_zero { centered(data_min, data_max) } else { (data_min, data_max) };
            let low = if limits.min_is_fixed() { limits.min.unwrap_or(low) } else { low };
            let high = if limits.max_is_fixed() { limits.max.unwrap_or(high) } else { high };
            number_range(low, high, &limits.rules(config.padding.unwrap_or(0.1)))
        }
    };
    (min, max) = (min.clamp(f64::MIN, f64::MAX), max.clamp(f64::MIN, f64::MAX));
    if config.decimals == Some(0) {
        (min, max) = whole_limits(min, max, config.distribution);
    }
    if !matches!(config.distribution, Distribution::Log { .. }) {
        if limits.min_is_fixed() {
            min = limits.min.unwrap_or(min);
        }
        if limits.max_is_fixed() {
            max = limits.max.unwrap_or(max);
        }
    }
    if min >= max || min.is_nan() || max.is_nan() {
        min = if matches!(config.distribution, Distribution::Log { .. }) { 1.0 } else { 0.0 };
        max = 100.0;
    }
    Some(Scale { distribution: config.distribution, min, max })
}

/// Hard and soft limits as they apply: snapped for logarithms, 0 to 1 for percent stacks.
struct Limits {
    min: Option<f64>,
    max: Option<f64>,
    soft_min: Option<f64>,
    soft_max: Option<f64>,
}

impl Limits {
    fn of(config: &RangeConfig) -> Limits {
        let mut limits = Limits { min: config.min, max: config.max, soft_min: config.soft_min, soft_max: config.soft_max };
        if config.percent {
            if limits.min.is_none() {
                limits.soft_min = limits.soft_min.or(Some(0.0));
            }
            if limits.max.is_none() {
                limits.soft_max = limits.soft_max.or(Some(1.0));
            }
        }
        if let Distribution::Log { base } = config.distribution {
            limits.min = limits.min.filter(|v| *v > 0.0).map(|v| magnitude_below(v, base));
            limits.max = limits.max.filter(|v| *v > 0.0).map(|v| magnitude_above(v, base));
        }
        limits
    }

    /// A hard limit beside a soft one only bounds; alone it is the end of the scale.
    fn min_is_fixed(&self) -> bool {
        self.soft_min.is_none() && self.min.is_some()
    }

    fn max_is_fixed(&self) -> bool {
        self.soft_max.is_none() && self.max.is_some()
    }

    fn rules(&self, padding: f64) -> NumberRangeRules {
        NumberRangeRules {
            padding,
            hard_min: self.min.unwrap_or(f64::NEG_INFINITY),
            hard_max: self.max.unwrap_or(f64::INFINITY),
            soft_min: self.soft_min.unwrap_or(0.0),
            soft_max: self.soft_max.unwrap_or(0.0),
            soft_min_always: self.soft_min.is_some(),
            soft_max_always: self.soft_max.is_some(),
        }
    }
}

/// Beyond it, reckoning with a tenth of a number's magnitude and 24 decimals runs over.
const HUGE: f64 = 1e283;

struct NumberRangeRules {
    padding: f64,
    hard_min: f64,
    hard_max: f64,
    soft_min: f64,
    soft_max: f64,
    /// uPlot's soft mode 1; otherwise its mode 3, which only hugs the soft limit when padding would cross it.
    soft_min_always: bool,
    soft_max_always: bool,
}

/// Limits with room above and below, rounded to a tenth of the data's magnitude. Source: uPlot 1.6.32 `_rangeNum`.
///
/// DIFFERENCE: where numbers are too great for room around them, there is none; uPlot draws nothing then.
fn number_range(low: f64, high: f64, rules: &NumberRangeRules) -> (f64, f64) {
    if low.abs().max(high.abs()) >= HUGE {
        let (low, high) = if low == high { (low.min(0.0), high.max(0.0)) } else { (low, high) };
        return (rules.hard_min.max(low), rules.hard_max.min(high));
    }
    let mut delta = high - low;
    let greatest = low.abs().max(high.abs());
    // Data is flat when it differs by nothing but noise: eleven orders of magnitude below its own size.
    if delta < 1e-24 || (greatest.log10() - delta.log10()).abs() > 10.0 {
        delta = if low == 0.0 || high == 0.0 { 1e-24 } else { 0.0 };
    }
    let reach = [delta, greatest, 1e3].into_iter().find(|v| *v != 0.0 && !v.is_nan()).unwrap_or(1e3);
    let step = 10f64.powf(reach.log10().floor()) / 10.0;
    let room = |end: f64| {
        reach
            * if delta != 0.0 {
                rules.padding
            } else if end == 0.0 {
                0.1
            } else {
                1.0
            }
    };

    let padded = round_decimals(round_down_to(low - room(low), step), 24);
    let hugs = low >= rules.soft_min && (rules.soft_min_always || padded <= rules.soft_min);
    let soft = if hugs { rules.soft_min } else { f64::INFINITY };
    let min = rules.hard_min.max(if padded < soft && low >= soft { soft } else { soft.min(padded) });

    let padded = round_decimals(round_up_to(high + room(high), step), 24);
    let hugs = high <= rules.soft_max && (rules.soft_max_always || padded >= rules.soft_max);
    let soft = if hugs { rules.soft_max } else { f64::NEG_INFINITY };
    let max = rules.hard_max.min(if padded > soft && high <= soft { soft } else { soft.max(padded) });

    if min == max && min == 0.0 { (min, 100.0) } else { (min, max) }
}

fn centered(low: f64, high: f64) -> (f64, f64) {
    let reach = low.abs().max(high.abs());
    let reach = if reach == 0.0 { 80.0 } else { reach };
    (-reach, reach)
}

/// Whole magnitudes around the data. Source: uPlot 1.6.32 `rangeLog` with `fullMags`.
fn log_range(mut min: f64, mut max: f64, base: f64) -> (f64, f64) {
    let (min_sign, max_sign) = (sign(min), sign(max));
    if min == max {
        let (down, up) = if min_sign < 0.0 { (base, 1.0 / base) } else { (1.0 / base, base) };
        (min, max) = (min * down, max * up);
    }
    let exponent = |value: f64, outward: bool| {
        let log = log_of(value.abs(), base);
        if outward { log.ceil() } else { log.floor() }
    };
    let low = magnitude(base, exponent(min, min_sign != 1.0)) * min_sign;
    let high = magnitude(base, exponent(max, max_sign == 1.0)) * max_sign;
    (low, high)
}

fn symlog_range(min: f64, max: f64, base: f64) -> (f64, f64) {
    let (low, high) = log_range(min, max, base);
    (if min == 0.0 { 0.0 } else { low }, if max == 0.0 { 0.0 } else { high })
}

/// Decimals of 0: both ends are whole, for logarithms whole magnitudes from 1 up.
fn whole_limits(min: f64, max: f64, distribution: Distribution) -> (f64, f64) {
    let Distribution::Log { base } = distribution else {
        return (round_down_to(min, 1.0), round_up_to(max, 1.0));
    };
    let low = if min <= 1.0 { 1.0 } else { magnitude_below(min, base) };
    let high = magnitude_above(max, base);
    (low, if low == high { high * base } else { high })
}

fn magnitude_below(value: f64, base: f64) -> f64 {
    magnitude(base, log_of(value, base).floor())
}

fn magnitude_above(value: f64, base: f64) -> f64 {
    magnitude(base, log_of(value, base).ceil())
}

fn magnitude(base: f64, exponent: f64) -> f64 {
    let value = base.powf(exponent);
    if base == 10.0 && exponent < 0.0 { round_decimals(value, -exponent as i32) } else { value }
}

fn log_of(value: f64, base: f64) -> f64 {
    if base == 2.0 { value.log2() } else { value.log10() }
}

fn sign(value: f64) -> f64 {
    if value == 0.0 { 0.0 } else { value.signum() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(config: RangeConfig, data: (f64, f64), expected: (f64, f64)) {
        let scale = scale_for(&config, Some(data)).expect("data gives a scale");
        assert_eq!((scale.min, scale.max), expected, "{config:?} {data:?}");
    }

    #[test]
    fn linear_limits() {
        let auto = RangeConfig::default;
        check(auto(), (0.0, 90.0), (0.0, 99.0));
        check(auto(), (20.0, 20.0), (0.0, 40.0));
        check(auto(), (0.0, 0.0), (0.0, 100.0));
        check(auto(), (60.0, 80.0), (58.0, 82.0));
        check(auto(), (5.0, 100.0), (0.0, 110.0));
        check(auto(), (-5.0, 100.0), (-20.0, 120.0));
        check(RangeConfig { min: Some(9.0), ..auto() }, (10.0, 30.0), (9.0, 33.0));
        check(RangeConfig { min: Some(9.0), max: Some(30.0), ..auto() }, (10.0, 40.0), (9.0, 30.0));
        check(RangeConfig { soft_min: Some(2.5), soft_max: Some(5.0), ..auto() }, (3.0, 3.5), (2.5, 5.0));
        check(RangeConfig { soft_min: Some(0.0), ..auto() }, (60.0, 80.0), (0.0, 82.0));
        check(RangeConfig { centered_zero: true, ..auto() }, (10.0, 40.0), (-48.0, 48.0));
        check(RangeConfig { percent: true, ..auto() }, (0.2, 1.0), (0.0, 1.0));
        check(RangeConfig { min: Some(10.0), max: Some(5.0), ..auto() }, (1.0, 2.0), (0.0, 100.0));
        check(RangeConfig { decimals: Some(0), ..auto() }, (0.5, 1.5), (0.0, 2.0));
    }

    #[test]
    fn logarithmic_limits() {
        let log = |base| RangeConfig { distribution: Distribution::Log { base }, ..RangeConfig::default() };
        check(log(10.0), (3.0, 450.0), (1.0, 1000.0));
        check(log(2.0), (3.0, 450.0), (2.0, 512.0));
        check(log(10.0), (0.002, 0.03), (0.001, 0.1));
        check(RangeConfig { min: Some(-5.0), ..log(2.0) }, (3.0, 450.0), (2.0, 512.0));
        let symlog = RangeConfig { distribution: Distribution::Symlog { base: 10.0, linear_threshold: 1.0 }, ..RangeConfig::default() };
        check(symlog, (-30.0, 0.0), (-100.0, 0.0));
    }

    #[test]
    fn nothing_to_range() {
        assert_eq!(scale_for(&RangeConfig::default(), None), None);
        let fixed = RangeConfig { min: Some(0.0), max: Some(1.0), ..RangeConfig::default() };
        assert_eq!(scale_for(&fixed, None), Some(Scale::linear(0.0, 1.0)));
    }
}
