//! Lines and bars in cells.

use grafana::{
    field,
    frame::{Field, FieldType, Value, frame_from_json},
    theme,
};
use scene::{
    Mark, Paint, PathMark, Stroke, TextStyle,
    kurbo::{Circle, Rect, Shape},
};
use serde_json::Value as Json;

use super::{Cells, link::linked, look::Look, option};
use crate::{
    chart::{
        PlotArea, Scale, gradient,
        path::{BarLayout, Cell, Dot, Interpolation, bars, curve},
    },
    drawing::{self, Align, ink},
    panel::table::{
        column::{Column, Kind},
        text_style,
    },
};

const HEIGHT: f64 = 25.0;
/// Space between number and line, px.
const GAP: f64 = 8.0;

/// Times (or places) and values.
struct Series {
    xs: Vec<f64>,
    cells: Vec<Cell>,
    has_times: bool,
}

impl Cells<'_> {
    /// The number a sparkline ends with.
    fn number(&self, column: &Column, row: usize) -> String {
        let number = match column.field.values.get(row) {
            Value::Json(json) => json.get("value").and_then(Json::as_f64).map_or(Value::Null, Value::Number),
            _ => Value::Null,
        };
        field::display_value(column.field, &number, None, self.context).full()
    }

    /// Width the numbers before the sparklines of a column take, px; 0 where there are none.
    pub fn number_width(&self, column: &Column) -> f64 {
        if column.kind != (Kind::Sparkline { with_value: true }) {
            return 0.0;
        }
        let width = |row: usize| self.fonts.width(&self.number(column, row), &TextStyle::sans(16.0));
        (0..self.frame.len().min(1000)).map(width).fold(0.0, f64::max) + GAP
    }

    pub(super) fn sparkline(&self, column: &Column, row: usize, inner: Rect, with_value: bool, look: &Look) -> Vec<Mark> {
        let link = self.first_link(column, row);
        let color = look.text_color(link.is_some(), self.context.theme);
        let Some(series) = series(&column.field.values.get(row)) else {
            let text = column.field.config.no_value.as_deref().filter(|text| !text.is_empty()).unwrap_or("no data");
            return vec![drawing::line_in(self.fonts, text, &text_style(), inner, column.align, color)];
        };
        let mut area = Rect::new(inner.x0, inner.center().y - HEIGHT / 2.0, inner.x1, inner.center().y + HEIGHT / 2.0);
        let mut marks = Vec::new();
        if with_value {
            let width = column.number_width.min(area.width());
            // The number stands on the side the column is aligned to.
            let is_right = column.align == Align::Right;
            let room = if is_right { Rect { x0: area.x1 - width, ..area } } else { Rect { x1: area.x0 + width, ..area } };
            marks.push(drawing::line_in(self.fonts, &self.number(column, row), &text_style(), room, Align::Left, color));
            match is_right {
                true => area.x1 = room.x0 - GAP,
                false => area.x0 = room.x1 + GAP,
            }
        }
        if area.width() > 4.0 {
            // Bars without height still have their line.
            marks.push(Mark::clipped(Rect { y1: area.y1 + 1.0, ..area }, self.plot(column.field, &series, area)));
        }
        match link {
            Some(address) => vec![linked(address, inner, marks)],
            None => marks,
        }
    }

    fn plot(&self, field: &Field, series: &Series, area: Rect) -> Vec<Mark> {
        let values = || series.cells.iter().filter_map(|cell| cell.value());
        if series.cells.len() < 2 {
            return Vec::new();
        }
        let (low, high) = values().fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), v| (low.min(v), high.max(v)));
        let (low, high) = (field.config.min.unwrap_or(low), field.config.max.unwrap_or(high));
        let (low, high) = match (low < high, low) {
            (true, _) => (low, high),
            (_, low) if low == 0.0 || !low.is_finite() => (0.0, 1.0),
            (_, low) if low < 0.0 => (low * 2.0, low),
            (_, low) => (low, low * 2.0),
        };
        let (from, to) = match series.has_times {
            true => (self.view.range.from_ms, self.view.range.to_ms),
            false => (0.0, (series.xs.len() - 1) as f64),
        };
        let plot = PlotArea { rect: area, x: Scale::linear(from, to) };
        let y = Scale::linear(low, high);
        // Grafana asks for the colour of nought, whatever the values are.
        let color = match field::is_by_value(field::mode_id(field)) {
            true => field::value_color(field, 0.0, 0.0, self.context),
            false => field::series_color(field, self.context),
        };
        let color = option(field, "lineColor").and_then(Json::as_str).map_or(color, |name| self.context.theme.color(name));
        let style = Style::of(field);
        let mut marks = Vec::new();
        let paint = |opacity: f32| style.paint(&plot, color, opacity, self.context.theme);
        let stroke = |width: f64, paint: Paint| Stroke {
            paint,
            width_px: width,
            dash: Vec::new(),
            cap: Default::default(),
            join: Default::default(),
        };
        let base = plot.y_px(low.max(0.0).min(high), &y);
        match style.draw {
            Draw::Bars => {
                let layout = BarLayout { alignment: style.alignment, width_factor: 0.6, max_width_px: 200.0, stroke_px: style.width };
                let (rects, width) = bars(&series.xs, &series.cells, None, low.max(0.0).min(high), &plot, &y, &layout);
                for bar in rects {
                    let fill = (style.fill > 0.0).then(|| paint(style.fill));
                    let edge = (width > 0.0).then(|| stroke(width, style.line(&plot, color, self.context.theme)));
                    marks.push(Mark::Path(PathMark { path: bar.rect.to_path(0.1), fill, stroke: edge }));
                }
            }
            Draw::Line => {
                let line = curve(&dots(series, &plot, &y), style.interpolation, area);
                if style.fill > 0.0 {
                    marks.push(Mark::Path(PathMark { path: line.fill_to(base), fill: Some(paint(style.fill)), stroke: None }));
                }
                if style.width > 0.0 {
                    let edge = stroke(style.width, style.line(&plot, color, self.context.theme));
                    marks.push(Mark::Path(PathMark { path: line.stroke(), fill: None, stroke: Some(edge) }));
                }
            }
            Draw::Points => {}
        }
        if style.draw == Draw::Points || style.with_points {
            for dot in dots(series, &plot, &y) {
                marks.push(Mark::fill(Circle::new(dot.point, style.point / 2.0).to_path(0.05), ink(color)));
            }
        }
        marks
    }
}

fn dots(series: &Series, plot: &PlotArea, y: &Scale) -> Vec<Dot> {
    let mut joined = false;
    let mut dots = Vec::new();
    for (index, (x, cell)) in series.xs.iter().zip(&series.cells).enumerate() {
        match cell.value() {
            Some(value) => {
                dots.push(Dot { index, point: plot.point(*x, value, y), joined });
                joined = true;
            }
            None => joined = false,
        }
    }
    dots
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Draw {
    Line,
    Bars,
    Points,
}

/// The settings of a sparkline cell with their defaults.
struct Style {
    draw: Draw,
    interpolation: Interpolation,
    width: f64,
    fill: f32,
    gradient: String,
    point: f64,
    with_points: bool,
    alignment: i32,
}

impl Style {
    fn of(field: &Field) -> Style {
        let text = |key, default: &'static str| option(field, key).and_then(Json::as_str).unwrap_or(default).to_owned();
        let number = |key, default: f64| option(field, key).and_then(Json::as_f64).unwrap_or(default);
        Style {
            draw: match text("drawStyle", "line").as_str() {
                "bars" => Draw::Bars,
                "points" => Draw::Points,
                _ => Draw::Line,
            },
            interpolation: match text("lineInterpolation", "smooth").as_str() {
                "linear" => Interpolation::Linear,
                "stepBefore" => Interpolation::StepBefore,
                "stepAfter" => Interpolation::StepAfter,
                _ => Interpolation::Smooth,
            },
            width: number("lineWidth", 1.0).clamp(0.0, 20.0),
            fill: (number("fillOpacity", 17.0) / 100.0).clamp(0.0, 1.0) as f32,
            gradient: text("gradientMode", "hue"),
            point: number("pointSize", 2.0).clamp(1.0, 20.0),
            with_points: text("showPoints", "never") == "always",
            alignment: number("barAlignment", 0.0) as i32,
        }
    }

    fn line(&self, plot: &PlotArea, color: theme::Color, theme: &theme::Theme) -> Paint {
        match self.gradient.as_str() {
            "hue" => gradient::hue(plot, color, 1.0, theme),
            _ => Paint::Solid(ink(color)),
        }
    }

    fn paint(&self, plot: &PlotArea, color: theme::Color, opacity: f32, theme: &theme::Theme) -> Paint {
        match self.gradient.as_str() {
            "hue" => gradient::hue(plot, color, opacity, theme),
            "opacity" => gradient::opacity(plot, color, opacity),
            _ => Paint::Solid(ink(color).with_alpha(opacity)),
        }
    }
}

/// The frame or list in a cell as values along x.
fn series(value: &Value) -> Option<Series> {
    let Value::Json(json) = value else { return None };
    let cell = |value: Option<f64>| value.filter(|v| v.is_finite()).map_or(Cell::Null, Cell::Value);
    if let Json::Array(list) = json {
        let cells: Vec<Cell> = list.iter().map(|value| cell(value.as_f64())).collect();
        return Some(Series { xs: (0..cells.len()).map(|i| i as f64).collect(), cells, has_times: false });
    }
    let frame = frame_from_json(json)?;
    let values = frame.fields.iter().find(|f| f.kind == FieldType::Number)?.values.numbers()?.to_vec();
    let times = frame.fields.iter().find(|f| f.kind == FieldType::Time)?.values.numbers()?.to_vec();
    let pairs = times.iter().zip(values).filter_map(|(time, value)| Some(((*time)?, cell(value))));
    let (xs, cells) = pairs.unzip();
    Some(Series { xs, cells, has_times: true })
}
