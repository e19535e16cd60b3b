//! A field's own settings (`custom.*`) and the panel's legend options, with Grafana's defaults.

use grafana::{dashboard::Panel, field::FieldConfig, frame::FieldType};
use serde_json::{Map, Value as Json};

use crate::chart::{
    Distribution,
    legend::{LegendMode, LegendOptions, LegendPlacement},
    path::Interpolation,
};

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum DrawStyle {
    #[default]
    Line,
    Bars,
    Points,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum GradientMode {
    #[default]
    None,
    Opacity,
    Hue,
    Scheme,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ShowPoints {
    #[default]
    Auto,
    Always,
    Never,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum StackingMode {
    #[default]
    None,
    Normal,
    Percent,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Transform {
    #[default]
    None,
    NegativeY,
    Constant,
}

#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub enum SpanNulls {
    #[default]
    Never,
    Always,
    /// Gaps shorter than this many milliseconds.
    Under(f64),
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum AxisPlacement {
    #[default]
    Auto,
    Left,
    Right,
    Hidden,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub struct ThresholdsStyle {
    pub lines: bool,
    pub dashed: bool,
    pub areas: bool,
}

/// Dashes of a line; `round` for dots.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct LineStyle {
    pub dash: Vec<f64>,
    pub round: bool,
}

/// `GraphFieldConfig`. Of what it lists, colours of lines, areas and points, symbols and greatest widths of bars are no properties that
/// a panel's fields can have in 12.4: Grafana passes over them.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Style {
    pub draw_style: DrawStyle,
    pub interpolation: Interpolation,
    pub line_width_px: f64,
    pub line_style: LineStyle,
    /// From 0 to 1.
    pub fill_opacity: f64,
    pub gradient: GradientMode,
    pub fill_below_to: Option<String>,
    pub stacking: StackingMode,
    pub stacking_group: String,
    pub transform: Transform,
    pub point_size_px: f64,
    pub show_points: ShowPoints,
    pub show_values: bool,
    pub bar_alignment: i32,
    pub bar_width_factor: f64,
    pub bar_max_width_px: f64,
    pub span_nulls: SpanNulls,
    pub thresholds: ThresholdsStyle,
    pub hidden: bool,
    pub hidden_in_legend: bool,
    pub distribution: Distribution,
    pub axis: AxisStyle,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub struct AxisStyle {
    pub placement: AxisPlacement,
    pub label: Option<String>,
    pub width_px: Option<f64>,
    /// `None` lets the chart choose: the first axis has a grid.
    pub grid: Option<bool>,
    pub border: bool,
    pub color_by_series: bool,
    pub soft_min: Option<f64>,
    pub soft_max: Option<f64>,
    pub centered_zero: bool,
    /// Set by panels, not by the dashboard.
    pub own: Option<OwnScale>,
}

/// A scale from 0 whose end and ticks a panel has settled.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct OwnScale {
    pub max: f64,
    pub ticks: Vec<f64>,
}

impl Style {
    pub fn read(custom: &Map<String, Json>) -> Style {
        let text = |key: &str| custom.get(key).and_then(Json::as_str).unwrap_or("");
        let number = |key: &str, default: f64| custom.get(key).and_then(Json::as_f64).unwrap_or(default);
        let flag = |key: &str| custom.get(key).and_then(Json::as_bool).unwrap_or(false);
        let some_text = |key: &str| Some(text(key)).filter(|t| !t.is_empty()).map(str::to_owned);
        let inner = |key: &str, name: &str| custom.get(key).and_then(|v| v.get(name));
        let stacking = inner("stacking", "mode").and_then(Json::as_str).unwrap_or("");
        let hide = |name: &str| inner("hideFrom", name).and_then(Json::as_bool).unwrap_or(false);
        let thresholds = inner("thresholdsStyle", "mode").and_then(Json::as_str).unwrap_or("off");
        Style {
            draw_style: match text("drawStyle") {
                "bars" => DrawStyle::Bars,
                "points" => DrawStyle::Points,
                _ => DrawStyle::Line,
            },
            interpolation: match text("lineInterpolation") {
                "smooth" => Interpolation::Smooth,
                "stepBefore" => Interpolation::StepBefore,
                "stepAfter" => Interpolation::StepAfter,
                _ => Interpolation::Linear,
            },
            line_width_px: number("lineWidth", 1.0),
            line_style: line_style(custom.get("lineStyle")),
            fill_opacity: (number("fillOpacity", 0.0) / 100.0).clamp(0.0, 1.0),
            gradient: match text("gradientMode") {
                "opacity" => GradientMode::Opacity,
                "hue" => GradientMode::Hue,
                "scheme" => GradientMode::Scheme,
                _ => GradientMode::None,
            },
            fill_below_to: some_text("fillBelowTo"),
            stacking: match stacking {
                "normal" => StackingMode::Normal,
                "percent" => StackingMode::Percent,
                _ => StackingMode::None,
            },
            stacking_group: inner("stacking", "group").map(Json::to_string).unwrap_or_default(),
            transform: match text("transform") {
                "negative-Y" => Transform::NegativeY,
                "constant" => Transform::Constant,
                _ => Transform::None,
            },
            point_size_px: number("pointSize", 5.0),
            show_points: match text("showPoints") {
                "always" => ShowPoints::Always,
                "never" => ShowPoints::Never,
                _ => ShowPoints::Auto,
            },
            show_values: flag("showValues"),
            bar_alignment: number("barAlignment", 0.0) as i32,
            bar_width_factor: number("barWidthFactor", 0.6),
            bar_max_width_px: 200.0,
            span_nulls: match custom.get("spanNulls") {
                Some(Json::Bool(true)) => SpanNulls::Always,
                Some(Json::Number(limit)) => SpanNulls::Under(limit.as_f64().unwrap_or(0.0)),
                _ => SpanNulls::Never,
            },
            thresholds: ThresholdsStyle {
                lines: thresholds.starts_with("line") || thresholds.starts_with("dashed"),
                dashed: thresholds.starts_with("dashed"),
                areas: thresholds.ends_with("area"),
            },
            hidden: hide("viz"),
            hidden_in_legend: hide("legend"),
            distribution: distribution(custom.get("scaleDistribution")),
            axis: AxisStyle {
                placement: match text("axisPlacement") {
                    "left" => AxisPlacement::Left,
                    "right" => AxisPlacement::Right,
                    "hidden" => AxisPlacement::Hidden,
                    _ => AxisPlacement::Auto,
                },
                label: some_text("axisLabel"),
                width_px: custom.get("axisWidth").and_then(Json::as_f64),
                grid: custom.get("axisGridShow").and_then(Json::as_bool),
                border: flag("axisBorderShow"),
                color_by_series: text("axisColorMode") == "series",
                soft_min: custom.get("axisSoftMin").and_then(Json::as_f64),
                soft_max: custom.get("axisSoftMax").and_then(Json::as_f64),
                centered_zero: flag("axisCenteredZero"),
                own: None,
            },
        }
    }
}

/// Whatever is not solid is dashed, also a style that says nothing. Dashes a canvas would not take are none.
fn line_style(style: Option<&Json>) -> LineStyle {
    let Some(style) = style.and_then(Json::as_object) else { return LineStyle::default() };
    let fill = style.get("fill").and_then(Json::as_str);
    if fill == Some("solid") {
        return LineStyle::default();
    }
    let given = style.get("dash").and_then(Json::as_array);
    let given = given.map(|dash| dash.iter().filter_map(Json::as_f64).collect::<Vec<f64>>());
    let dash = given.unwrap_or_else(|| vec![10.0, 10.0]);
    let is_drawable = dash.iter().all(|length| *length >= 0.0) && dash.iter().sum::<f64>() > 0.0;
    LineStyle { dash: if is_drawable { dash } else { Vec::new() }, round: fill == Some("dot") }
}

fn distribution(config: Option<&Json>) -> Distribution {
    let number = |key: &str, default: f64| config.and_then(|c| c.get(key)).and_then(Json::as_f64).unwrap_or(default);
    let base = if number("log", 2.0) == 10.0 { 10.0 } else { 2.0 };
    match config.and_then(|c| c.get("type")).and_then(Json::as_str) {
        Some("log") => Distribution::Log { base },
        Some("symlog") => {
            let threshold = number("linearThreshold", 1.0);
            Distribution::Symlog { base, linear_threshold: if threshold > 0.0 { threshold } else { 1.0 } }
        }
        _ => Distribution::Linear,
    }
}

/// Series of equal keys share a scale and an axis. Source: grafana-ui 12.4.0 `buildScaleKey`.
pub fn scale_key(config: &FieldConfig, style: &Style, kind: FieldType) -> String {
    let axis = &style.axis;
    format!(
        "{:?}/{:?}-{:?}/{:?}-{:?}/{:?}/{:?}/{:?}/{kind:?}",
        config.unit, config.min, config.max, axis.soft_min, axis.soft_max, axis.placement, style.distribution, axis.label
    )
}

/// `options.legend`; `None` when it is not shown.
pub fn legend_options(panel: &Panel) -> Option<(LegendOptions, Vec<String>)> {
    let legend = panel.options.get("legend");
    let get = |key: &str| legend.and_then(|l| l.get(key));
    let mode = get("displayMode").and_then(Json::as_str).unwrap_or("list");
    if get("showLegend").and_then(Json::as_bool) == Some(false) || mode == "hidden" {
        return None;
    }
    let options = LegendOptions {
        mode: if mode == "table" { LegendMode::Table } else { LegendMode::List },
        placement: match get("placement").and_then(Json::as_str) {
            Some("right") => LegendPlacement::Right,
            _ => LegendPlacement::Bottom,
        },
        width_px: get("width").and_then(Json::as_f64),
        sort_by: get("sortBy").and_then(Json::as_str).map(str::to_owned),
        sort_descending: get("sortDesc").and_then(Json::as_bool).unwrap_or(false),
        no_headings: false,
    };
    let calcs = get("calcs").and_then(Json::as_array);
    let calcs = calcs.map(|calcs| calcs.iter().filter_map(|c| c.as_str().map(str::to_owned)).collect());
    Some((options, calcs.unwrap_or_default()))
}
