//! Scales and axes of cells.

use grafana::{
    field::{DisplayContext, display_value},
    frame::Value,
    time::TimeRange,
};
use scene::{Fonts, kurbo::Size};
use serde_json::{Map, Value as Json};

use super::{
    buckets::bucket_factor,
    cells::{CellLayout, Cells, Rows, ends},
    options,
};
use crate::chart::{
    Axis, Distribution, Scale, Side,
    axis::{self, Ticks},
    graph::own_time_format,
    label,
    range::{RangeConfig, scale_for},
    ticks::{decimal_increments, whole_increments},
};

/// The range for times; else the cells' own ends.
pub fn x_scale(cells: &Cells, range: &TimeRange) -> Scale {
    if cells.is_time() {
        return Scale::linear(range.from_ms, range.to_ms);
    }
    let (min, max) = cells.x_ends().unwrap_or((0.0, 1.0));
    let step = cells.x_step().unwrap_or(1.0);
    match cells.x_layout {
        CellLayout::Le => Scale::linear(min - step, max),
        CellLayout::Ge => Scale::linear(min, max + step),
        CellLayout::Unknown => Scale::linear(min - step / 2.0, max + step / 2.0),
    }
}

fn distribution(cells: &Cells, saved: &Map<String, Json>) -> Distribution {
    let of = |scale: &Json, default: &str| {
        let base = if scale.get("log").and_then(Json::as_f64) == Some(10.0) { 10.0 } else { 2.0 };
        match scale.get("type").and_then(Json::as_str).unwrap_or(default) {
            "linear" => Distribution::Linear,
            "symlog" => Distribution::Symlog {
                base,
                linear_threshold: scale.get("linearThreshold").and_then(Json::as_f64).filter(|threshold| *threshold > 0.0).unwrap_or(1.0),
            },
            _ => Distribution::Log { base },
        }
    };
    if let Some(scale) = options::at(saved, "rowsFrame.yBucketScale").filter(|scale| scale.is_object()) {
        return of(scale, "linear");
    }
    let own = cells.y_field.config.custom.get("scaleDistribution").cloned().unwrap_or_default();
    match (of(&own, "linear"), &cells.rows) {
        (Distribution::Linear, Rows::Dense { .. }) => Distribution::Linear,
        // Sparse cells are always logarithmic, and no calculated scale is anything else.
        _ => Distribution::Log { base: if own.get("log").and_then(Json::as_f64) == Some(10.0) { 10.0 } else { 2.0 } },
    }
}

/// By how much a cell is lower than a magnitude: calculated logarithmic buckets can be parts of one.
pub fn cell_divisor(cells: &Cells, saved: &Map<String, Json>) -> f64 {
    let explicit = options::at(saved, "rowsFrame.yBucketScale").is_some_and(Json::is_object);
    match distribution(cells, saved) {
        Distribution::Linear => 1.0,
        _ if explicit || matches!(cells.rows, Rows::Sparse { .. }) => 1.0,
        _ => options::number(saved, "calculation.yBuckets.value").filter(|split| *split > 0.0).unwrap_or(1.0),
    }
}

/// The y scale with room for a cell beyond its last value, on the side cells stand; its ends as set. `None` without rows.
///
/// Source: grafana 12.4.0 heatmap `prepConfig`.
pub fn y_scale(cells: &Cells, saved: &Map<String, Json>) -> Option<Scale> {
    let distribution = distribution(cells, saved);
    let fixed = |path: &str| options::number(saved, path).filter(|_| cells.names.is_none());
    let (fixed_min, fixed_max) = (fixed("yAxis.min"), fixed("yAxis.max"));
    let base = match distribution {
        Distribution::Linear => None,
        Distribution::Log { base } | Distribution::Symlog { base, .. } => Some(base),
    };
    let positive = matches!(distribution, Distribution::Log { .. });
    let (mut min, mut max) = match (&cells.rows, base) {
        (Rows::Dense { y, layout }, Some(base)) => log_ends(
            y,
            ends(&cells.with_exemplars(y), positive)?,
            *layout,
            base,
            cell_divisor(cells, saved),
            options::at(saved, "rowsFrame.yBucketScale").is_some(),
        ),
        (Rows::Dense { y, layout }, None) => linear_ends(ends(&cells.with_exemplars(y), false)?, *layout, cells.y_step()),
        (Rows::Sparse { y_min, y_max }, base) => {
            let (min, max) = ends(&cells.with_exemplars(y_min), positive)?;
            let grown = y_min.iter().zip(y_max).map(|(low, high)| high / low).find(|factor| factor.is_finite() && *factor > 0.0);
            let max = max * grown.unwrap_or(1.0);
            match base {
                Some(base) => {
                    let config = RangeConfig { distribution: Distribution::Log { base }, ..RangeConfig::default() };
                    scale_for(&config, Some((min, max))).map(|scale| (scale.min, scale.max))?
                }
                None => (min, max),
            }
        }
    };
    match base {
        Some(base) => {
            let snap = |value: f64, up: bool| {
                let log = log(value, base);
                base.powf(if up { log.ceil() } else { log.floor() })
            };
            min = fixed_min.filter(|value| *value > 0.0).map_or(min, |value| snap(value, false));
            max = fixed_max.filter(|value| *value > 0.0).map_or(max, |value| snap(value, true));
        }
        None => (min, max) = (fixed_min.unwrap_or(min), fixed_max.unwrap_or(max)),
    }
    if min.is_nan() || max.is_nan() || min >= max {
        return None;
    }
    let reverse = options::flag(saved, "yAxis.reverse", false);
    Some(if reverse { Scale { distribution, min: max, max: min } } else { Scale { distribution, min, max } })
}

fn log(value: f64, base: f64) -> f64 {
    if base == 2.0 { value.log2() } else { value.log10() }
}

fn linear_ends((min, max): (f64, f64), layout: CellLayout, step: Option<f64>) -> (f64, f64) {
    let step = step.filter(|step| *step != 0.0).unwrap_or(1.0);
    match layout {
        CellLayout::Le => (min - step, max),
        CellLayout::Ge => (min, max + step),
        CellLayout::Unknown => (min - step / 2.0, max + step / 2.0),
    }
}

fn log_ends(y: &[f64], (low, high): (f64, f64), layout: CellLayout, base: f64, divisor: f64, explicit: bool) -> (f64, f64) {
    let (mut min, mut max) = (low, high);
    if divisor != 1.0 {
        min = base.powf(log(low, base).floor());
        max = base.powf(log(high, base).ceil());
    }
    let factor = if explicit { bucket_factor(y, base) } else { base };
    match layout {
        CellLayout::Le if min == low => min /= factor,
        CellLayout::Ge if max == high => max *= factor,
        CellLayout::Unknown => {
            min /= factor.sqrt();
            max *= factor.sqrt();
        }
        _ => {}
    }
    (min, max)
}

/// The axes: x below, y where it was put.
pub fn axes<'a>(
    cells: &'a Cells,
    x: Scale,
    y: Option<Scale>,
    saved: &Map<String, Json>,
    size: Size,
    display: &'a DisplayContext<'a>,
    fonts: &Fonts,
) -> Vec<Axis<'a>> {
    let color = label::color(display.theme.text_primary);
    let plain = |side, scale, ticks| Axis {
        side,
        scale,
        ticks,
        label: None,
        size_px: None,
        grid: true,
        tick_lines: true,
        border: false,
        color,
        colors: Vec::new(),
        tick_px: axis::TICK_PX,
        skip_labels: 0,
        caption: None,
    };
    let x_ticks = if cells.is_time() {
        Ticks::Time { zone: display.zone, label_zone: display.zone, format: own_time_format(&cells.x_field, display) }
    } else {
        let step = cells.x_step().unwrap_or(1.0);
        let written = move |value: f64, decimals| display_value(&cells.x_field, &Value::Number(value), decimals, display).full();
        Ticks::Number { increments: whole_increments((1..10).map(|n| f64::from(n) * step)), whole_only: false, format: Box::new(written) }
    };
    let mut axes = vec![plain(Side::Bottom, Some(x), x_ticks)];
    let placement = options::text(saved, "yAxis.axisPlacement", "left");
    if placement == "hidden" {
        return axes;
    }
    let write = move |value: f64, decimals| display_value(&cells.y_field, &Value::Number(value), decimals, display).full();
    let ticks = match &cells.names {
        Some(names) => Ticks::Fixed(named_ticks(names, cells, size.height)),
        None => Ticks::Number { increments: decimal_increments(), whole_only: false, format: Box::new(write) },
    };
    let side = if placement == "right" { Side::Right } else { Side::Left };
    let label = options::at(saved, "yAxis.axisLabel").and_then(Json::as_str).filter(|text| !text.is_empty()).map(str::to_owned);
    let size_px = options::number(saved, "yAxis.axisWidth").filter(|width| *width > 0.0);
    axes.push(Axis { label, size_px, ..plain(side, y, ticks) });
    // Ticks are found on a scale that runs upwards and keep their places on the one that runs downwards.
    if let Some(scale) = y.filter(|scale| scale.min > scale.max) {
        let upwards = Scale { min: scale.max, max: scale.min, ..scale };
        axes[1].scale = Some(upwards);
        let placed = axis::layout(&axes, size, fonts).axes.pop().unwrap_or_default();
        axes[1].scale = Some(scale);
        axes[1].ticks = Ticks::Fixed(placed.splits.into_iter().zip(placed.labels.into_iter().map(Option::unwrap_or_default)).collect());
    }
    axes
}

/// A tick a row, fewer where rows are low. Source: as [`y_scale`].
fn named_ticks(names: &[String], cells: &Cells, height: f64) -> Vec<(f64, String)> {
    let layout = match &cells.rows {
        Rows::Dense { layout, .. } => *layout,
        Rows::Sparse { .. } => CellLayout::Unknown,
    };
    let mut places: Vec<i64> = (0..names.len() as i64).collect();
    match layout {
        CellLayout::Le => places.insert(0, -1),
        CellLayout::Ge => places.push(names.len() as i64),
        CellLayout::Unknown => {}
    }
    if height < 60.0 {
        places = places.first().into_iter().chain(places.last()).copied().collect();
    } else {
        while places.len() > 3 && (height - 15.0) / (places.len() as f64) < 10.0 {
            places = places.into_iter().step_by(2).collect();
        }
    }
    let name = |place: i64| match usize::try_from(place) {
        Ok(place) => names.get(place).cloned().unwrap_or_default(),
        Err(_) => cells.lowest_name.clone().unwrap_or_default(),
    };
    places.into_iter().map(|place| (place as f64, name(place))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rooms_for_cells() {
        let y = [1.0, 2.0, 4.0];
        let check = |layout, expected| assert_eq!(linear_ends((1.0, 4.0), layout, Some(1.0)), expected, "{layout:?}");
        check(CellLayout::Le, (0.0, 4.0));
        check(CellLayout::Ge, (1.0, 5.0));
        check(CellLayout::Unknown, (0.5, 4.5));
        let check =
            |layout, divisor, expected| assert_eq!(log_ends(&y, (1.0, 4.0), layout, 2.0, divisor, false), expected, "{layout:?} {divisor}");
        check(CellLayout::Le, 1.0, (0.5, 4.0));
        check(CellLayout::Ge, 1.0, (1.0, 8.0));
        assert_eq!(log_ends(&[1.0, 1.5, 2.5], (1.0, 2.5), CellLayout::Ge, 2.0, 2.0, false), (1.0, 4.0));
    }
}
