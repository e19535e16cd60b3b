//! Scales and axes of a chart's series: one for each unit, range and placement.

use grafana::{
    field::{DisplayContext, FieldConfig, ThresholdsMode, display_value, series_color},
    frame::{Field, Value},
    time::TimeZone,
};
use serde_json::Value as Json;

use super::enums;
use super::frames::{Aligned, Series};
use super::style::{AxisPlacement, GradientMode, StackingMode, Style, scale_key};
use crate::chart::{
    Axis, Distribution, Scale, Side,
    axis::{FormatValue, TICK_PX, Ticks},
    label,
    path::{self, Cell},
    range::{RangeConfig, scale_for},
    ticks::{binary_increments, decimal_increments},
};

/// The value scales of a chart.
#[derive(Clone, Debug, Default)]
pub struct Scales {
    scales: Vec<ValueScale>,
    /// For each series the index of its scale.
    of_series: Vec<usize>,
}

#[derive(Clone, Debug)]
struct ValueScale {
    key: String,
    /// The series that brought the scale: its settings count.
    first: usize,
    /// `None` where no shown series has a value.
    scale: Option<Scale>,
    side: Side,
}

impl Scales {
    pub fn of(aligned: &Aligned, x: &Scale) -> Scales {
        let mut scales: Vec<ValueScale> = Vec::new();
        let mut of_series = Vec::new();
        let mut has_left = false;
        for (index, series) in aligned.series.iter().enumerate() {
            let key = scale_key(&series.field.config, &series.style, series.field.kind);
            let found = scales.iter().position(|scale| scale.key == key);
            of_series.push(found.unwrap_or(scales.len()));
            if found.is_some() {
                continue;
            }
            let side = match series.style.axis.placement {
                AxisPlacement::Right => Side::Right,
                AxisPlacement::Auto if has_left => Side::Right,
                _ => Side::Left,
            };
            has_left |= side == Side::Left && series.style.axis.placement != AxisPlacement::Hidden;
            scales.push(ValueScale { key, first: index, scale: None, side });
        }
        for (index, scale) in scales.iter_mut().enumerate() {
            let members = aligned.series.iter().zip(&of_series).filter(|(_, of)| **of == index).map(|(series, _)| series);
            scale.scale = range_of(&aligned.series[scale.first], members, &aligned.times, x);
        }
        Scales { scales, of_series }
    }

    pub fn of_series(&self, series: usize) -> Option<&Scale> {
        self.scales.get(*self.of_series.get(series)?)?.scale.as_ref()
    }

    /// The scale of the first series.
    pub fn first(&self) -> Option<&Scale> {
        self.scales.first()?.scale.as_ref()
    }

    pub fn is_on_right(&self, series: usize) -> bool {
        self.of_series.get(series).and_then(|at| self.scales.get(*at)).is_some_and(|scale| scale.side == Side::Right)
    }

    /// Series on the same scale.
    pub fn shares_scale(&self, a: usize, b: usize) -> bool {
        self.of_series.get(a) == self.of_series.get(b)
    }

    /// The series that share a scale and are shown with an axis.
    fn members<'a>(&self, value_scale: &ValueScale, aligned: &'a Aligned) -> impl Iterator<Item = &'a Series> {
        let own = self.scales.iter().position(|scale| scale.key == value_scale.key);
        let of_series = self.of_series.clone();
        aligned.series.iter().enumerate().filter(move |(at, _)| of_series.get(*at).copied() == own).map(|(_, series)| series)
    }

    /// The value axes, in order.
    pub fn axes<'a>(&self, aligned: &'a Aligned, display: &'a DisplayContext<'a>) -> Vec<Axis<'a>> {
        let shown = self.scales.iter().filter(|scale| aligned.series[scale.first].style.axis.placement != AxisPlacement::Hidden);
        let mut auto_grid_given = false;
        let mut axes = Vec::new();
        for value_scale in shown {
            let series = &aligned.series[value_scale.first];
            let style = &series.style.axis;
            let is_first_left = value_scale.side == Side::Left && !auto_grid_given;
            let grid = style.grid.unwrap_or(is_first_left);
            auto_grid_given |= style.grid.is_none() && is_first_left;
            let widths = self.members(value_scale, aligned).filter_map(|member| member.style.axis.width_px);
            let text = display.theme.text_primary;
            let color = if style.color_by_series { series_color(&series.field, display) } else { text };
            let colors = if style.color_by_series { threshold_colors(series, display) } else { Vec::new() };
            axes.push(Axis {
                side: value_scale.side,
                scale: value_scale.scale,
                ticks: value_ticks(series, display),
                label: style.label.as_deref().map(display.interpolate),
                size_px: widths.reduce(f64::max),
                grid,
                tick_lines: style.border,
                border: style.border,
                color: label::color(color),
                colors,
                tick_px: TICK_PX,
                skip_labels: 0,
                caption: None,
            });
        }
        axes
    }
}

/// The colours of an axis whose series shows its thresholds: those of the steps its labels stand in.
///
/// DIFFERENCE: Grafana paints labels with the gradient of the lines, so that one on the edge of two steps has both colours.
fn threshold_colors(series: &Series, display: &DisplayContext) -> Vec<(f64, scene::Color)> {
    let config = &series.field.config;
    let is_by_thresholds = config.color.as_ref().is_none_or(|color| color.mode == "thresholds");
    let thresholds = config.thresholds.as_ref().filter(|thresholds| thresholds.mode == ThresholdsMode::Absolute);
    match thresholds.filter(|_| is_by_thresholds && series.style.gradient == GradientMode::Scheme) {
        Some(thresholds) => thresholds.steps.iter().map(|step| (step.value, label::color(display.theme.color(&step.color)))).collect(),
        None => Vec::new(),
    }
}

fn range_of<'a>(first: &Series, members: impl Iterator<Item = &'a Series>, times: &[f64], x: &Scale) -> Option<Scale> {
    let (config, style) = (&first.field.config, &first.style);
    if let Some(own) = &style.axis.own {
        return Some(Scale::linear(0.0, own.max));
    }
    if let Some(texts) = enums::texts(&first.field) {
        return Some(Scale::linear(-1.0, texts.len() as f64));
    }
    if is_boolean(&first.field) {
        return Some(Scale::linear(0.0, 1.0));
    }
    let log = matches!(style.distribution, Distribution::Log { .. });
    let window = path::window(times, x);
    let extents = members
        .filter(|series| !series.style.hidden)
        .filter_map(|series| window.and_then(|window| path::extent(&series.cells, window, log)));
    let data = extents.reduce(|a, b| (a.0.min(b.0), a.1.max(b.1)));
    let range = RangeConfig {
        distribution: style.distribution,
        min: config.min,
        max: config.max,
        soft_min: style.axis.soft_min,
        soft_max: style.axis.soft_max,
        centered_zero: style.axis.centered_zero,
        decimals: config.decimals,
        percent: style.stacking == StackingMode::Percent,
        padding: None,
    };
    scale_for(&range, data)
}

fn value_ticks<'a>(series: &'a Series, display: &'a DisplayContext<'a>) -> Ticks<'a> {
    if let Some(texts) = enums::texts(&series.field) {
        return Ticks::Fixed(texts.into_iter().enumerate().map(|(index, text)| (index as f64, text)).collect());
    }
    let mut field = Field { values: Default::default(), ..series.field.clone() };
    if series.style.stacking == StackingMode::Percent {
        field.config.unit = Some("percentunit".to_owned());
    }
    let format = number_format(field, display);
    if is_boolean(&series.field) {
        return Ticks::Fixed([0.0, 1.0].map(|value| (value, format(value, None))).to_vec());
    }
    if let Some(own) = &series.style.axis.own {
        return Ticks::Fixed(own.ticks.iter().map(|value| (*value, format(*value, None))).collect());
    }
    number_ticks(&series.field.config, series.style.distribution, format)
}

fn number_format<'a>(field: Field, display: &'a DisplayContext<'a>) -> FormatValue<'a> {
    Box::new(move |value, decimals| display_value(&field, &Value::Number(value), decimals, display).full())
}

fn number_ticks<'a>(config: &FieldConfig, distribution: Distribution, format: FormatValue<'a>) -> Ticks<'a> {
    let binary = config.unit.as_deref().is_some_and(|unit| BINARY_UNITS.contains(&unit));
    Ticks::Number {
        increments: if binary { binary_increments() } else { decimal_increments() },
        whole_only: config.decimals == Some(0) && distribution == Distribution::Linear,
        format,
    }
}

/// An axis of numbers that are no series': the x axis of trends and scatter plots.
pub fn number_axis<'a>(scale: Scale, field: &Field, side: Side, display: &'a DisplayContext<'a>) -> Axis<'a> {
    let style = Style::read(&field.config.custom);
    let format = number_format(Field { values: Default::default(), ..field.clone() }, display);
    Axis {
        side,
        scale: Some(scale),
        ticks: number_ticks(&field.config, style.distribution, format),
        label: style.axis.label.as_deref().map(display.interpolate),
        size_px: style.axis.width_px,
        grid: style.axis.grid.unwrap_or(true),
        tick_lines: side == Side::Bottom || style.axis.border,
        border: false,
        color: label::color(display.theme.text_primary),
        colors: Vec::new(),
        tick_px: TICK_PX,
        skip_labels: 0,
        caption: None,
    }
}

/// Units whose ticks stand at powers of two (`IEC_UNITS`).
const BINARY_UNITS: [&str; 19] = [
    "bytes", "bits", "kbytes", "mbytes", "gbytes", "tbytes", "pbytes", "binBps", "binbps", "KiBs", "Kibits", "MiBs", "Mibits", "GiBs",
    "Gibits", "TiBs", "Tibits", "PiBs", "Pibits",
];

fn is_boolean(field: &Field) -> bool {
    field.config.unit.as_deref().is_some_and(|unit| unit.starts_with("bool"))
}

/// Writes moments in the unit of their field, where that is a format of time of its own ("time: HH:mm").
pub fn own_time_format<'a>(time: &Field, display: &'a DisplayContext<'a>) -> Option<FormatValue<'a>> {
    let is_own = time.config.unit.as_deref().is_some_and(|unit| unit.starts_with("time:"));
    is_own.then(|| number_format(Field { values: Default::default(), ..time.clone() }, display))
}

/// The time axes: one for each zone of `options.timezone`, else one in the dashboard's.
pub fn time_axes<'a>(x: Scale, time: Option<&Field>, zones: &'a [(String, TimeZone)], display: &'a DisplayContext<'a>) -> Vec<Axis<'a>> {
    let style = time.map(|field| Style::read(&field.config.custom)).unwrap_or_default().axis;
    let Some((_, first)) = zones.first().filter(|_| style.placement != AxisPlacement::Hidden) else {
        return Vec::new();
    };
    let several = zones.len() > 1;
    let axis = |(index, (name, zone)): (usize, &'a (String, TimeZone))| Axis {
        side: Side::Bottom,
        scale: Some(x),
        ticks: Ticks::Time { zone: first, label_zone: zone, format: time.and_then(|time| own_time_format(time, display)) },
        // Grafana gives `axisLabel` to value fields only.
        label: None,
        size_px: None,
        grid: index == 0 && style.grid.unwrap_or(true),
        tick_lines: true,
        border: false,
        color: label::color(display.theme.text_primary),
        colors: Vec::new(),
        tick_px: TICK_PX,
        skip_labels: if several { 2 } else { 0 },
        caption: several.then(|| name.clone()),
    };
    zones.iter().enumerate().map(axis).collect()
}

/// The zones of `options.timezone`; names that are empty or unknown are the dashboard's zone.
pub fn zones(option: Option<&Json>, dashboard: &TimeZone) -> Vec<(String, TimeZone)> {
    let names = option.and_then(Json::as_array).map(|names| names.iter().filter_map(Json::as_str).collect::<Vec<_>>());
    let zone = |name: &str| dashboard.other(name).filter(|_| !name.is_empty() && name != "browser");
    let named = |name: &str| zone(name).map_or_else(|| (dashboard.name.clone(), dashboard.clone()), |zone| (name.to_owned(), zone));
    let zones: Vec<(String, TimeZone)> = names.unwrap_or_default().into_iter().map(named).collect();
    if zones.is_empty() { vec![(dashboard.name.clone(), dashboard.clone())] } else { zones }
}

/// Whether a series has any value where it can be seen.
pub fn has_values(cells: &[Cell], window: Option<(usize, usize)>) -> bool {
    window.is_some_and(|window| path::extent(cells, window, false).is_some())
}
