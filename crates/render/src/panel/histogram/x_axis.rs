//! The axis of buckets.

use grafana::{
    field::{DisplayContext, display_value},
    frame::{Field, Value},
};
use scene::{Color, Fonts};

use super::buckets::Buckets;
use crate::chart::{
    Axis, Distribution, Scale, Side,
    axis::{TICK_PX, Ticks},
    label,
    range::{RangeConfig, scale_for},
    ticks::decimal_increments,
};

/// Between two ticks, px (`X_TICK_SPACING_NORMAL`).
const MIN_SPACE_PX: f64 = 40.0;
/// Between two labels, px.
const LABEL_SPACE_PX: f64 = 10.0;

/// From the first bucket's start to the last one's end, or as far as the field's limits say; logarithmic where buckets grow.
/// Source: grafana 12.4.0 `Histogram.tsx`.
pub fn scale(buckets: &Buckets) -> Scale {
    let places = buckets.places();
    let (first, last) = (places.first().copied().unwrap_or_default(), places.last().copied().unwrap_or_default());
    if buckets.names.is_some() {
        return Scale::linear(first, last.max(first + 1.0));
    }
    if let Some(growth) = buckets.growth() {
        let config = RangeConfig { distribution: Distribution::Log { base: 2.0 }, ..RangeConfig::default() };
        let least = places.iter().copied().find(|place| *place > 0.0).unwrap_or(1.0);
        return scale_for(&config, Some((least, last * growth))).unwrap_or(Scale::linear(0.0, 1.0));
    }
    let size = buckets.size(0).filter(|size| *size > 0.0).unwrap_or(1.0);
    let limits = buckets.counts.first().map(|(_, field)| &field.config);
    let min = limits.and_then(|config| config.min).unwrap_or(first);
    let max = limits.and_then(|config| config.max).unwrap_or(last);
    let (min, max) = (round_up(min, size), if max == last { max + size } else { round_down(max, size) });
    if min < max { Scale::linear(min, max) } else { Scale::linear(first, last + size) }
}

fn round_up(value: f64, step: f64) -> f64 {
    (value / step).ceil() * step
}

fn round_down(value: f64, step: f64) -> f64 {
    (value / step).floor() * step
}

/// The axis before its ticks are known; those of growing buckets are settled with it.
///
/// DIFFERENCE: Grafana leaves out labels of growing buckets twice, and often all of them.
pub fn axis<'a>(buckets: &'a Buckets, x: Scale, color: Color, display: &'a DisplayContext<'a>) -> Axis<'a> {
    let written = move |value: f64, _| write(&buckets.bound, value, display);
    let is_log = matches!(x.distribution, Distribution::Log { .. });
    let numbers = || Ticks::Number { increments: decimal_increments(), whole_only: false, format: Box::new(written) };
    Axis {
        side: Side::Bottom,
        scale: Some(x),
        ticks: if is_log { numbers() } else { Ticks::Fixed(Vec::new()) },
        label: None,
        size_px: None,
        grid: true,
        tick_lines: true,
        border: false,
        color,
        colors: Vec::new(),
        tick_px: TICK_PX,
        skip_labels: 0,
        caption: None,
    }
}

fn write(bound: &Field, value: f64, display: &DisplayContext) -> String {
    display_value(bound, &Value::Number(value), None, display).full()
}

/// Ticks at bounds of buckets, so many of them as have room; an empty label where only a line is drawn. `None` where the axis
/// has ticks already.
pub fn ticks(buckets: &Buckets, x: &Scale, width: f64, display: &DisplayContext, fonts: &Fonts) -> Option<Vec<(f64, String)>> {
    if let Some(names) = &buckets.names {
        let space = width / (x.max - x.min);
        // DIFFERENCE: Grafana draws no labels at all where buckets are narrower than this.
        let keep = (MIN_SPACE_PX / space).ceil().max(1.0) as usize;
        return Some(names.iter().enumerate().step_by(keep).map(|(index, name)| (index as f64, name.clone())).collect());
    }
    if matches!(x.distribution, Distribution::Log { .. }) {
        return None;
    }
    let size = buckets.size(0).filter(|size| *size > 0.0)?;
    let limits = buckets.counts.first().map(|(_, field)| &field.config);
    let first = round_down(limits.and_then(|config| config.min).unwrap_or(*buckets.starts.first()?), size);
    let last = round_up(limits.and_then(|config| config.max).unwrap_or(buckets.starts.last()? + size), size);
    let bucket_px = width * size / (x.max - x.min);
    let skip = (MIN_SPACE_PX / bucket_px).ceil().max(1.0);
    let places = bounds(first, last, size, skip);
    let labels: Vec<String> = places.iter().map(|place| write(&buckets.bound, *place, display)).collect();
    let widest = labels.iter().map(|label| fonts.width(label, &label::style())).fold(0.0, f64::max);
    let keep = (labels.len() as f64 / (width / (widest + LABEL_SPACE_PX))).ceil().max(1.0) as usize;
    let kept = labels.into_iter().enumerate().map(|(index, label)| if index % keep == 0 { label } else { String::new() });
    Some(places.into_iter().zip(kept).collect())
}

/// A bucket so small beside its bounds that adding it changes nothing would never end.
const MOST_BOUNDS: usize = 10_000;

fn bounds(first: f64, last: f64, size: f64, skip: f64) -> Vec<f64> {
    let bound = |index: usize| first + index as f64 * skip * size;
    // Sums of decimals end a little off: a thousandth of a bucket is still the last bound.
    (0..MOST_BOUNDS).map(bound).take_while(|bound| *bound <= last + size / 1e3).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bounds_are_skipped_by_room() {
        assert_eq!(bounds(24.0, 40.0, 4.0, 2.0), [24.0, 32.0, 40.0]);
        assert_eq!(bounds(0.0, 1.0, 0.25, 1.0), [0.0, 0.25, 0.5, 0.75, 1.0]);
        assert_eq!(bounds(1.0, 0.0, 1.0, 1.0), Vec::<f64>::new());
    }

    #[test]
    fn scales_end_at_bounds() {
        let check = |starts: &[f64], ends: &[f64], expected: (f64, f64)| {
            let scale = scale(&Buckets { starts: starts.to_vec(), ends: ends.to_vec(), ..Buckets::default() });
            assert_eq!((scale.min, scale.max), expected, "{starts:?}");
        };
        check(&[24.0, 28.0, 132.0], &[28.0, 32.0, 136.0], (24.0, 136.0));
        check(&[1.0, 2.0, 4.0], &[2.0, 4.0, 8.0], (1.0, 8.0));
    }
}
