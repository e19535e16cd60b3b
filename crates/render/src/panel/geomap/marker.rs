//! Markers: shapes whose size and colour may follow fields.

use std::f64::consts::PI;

use grafana::{
    field::{DisplayContext, NumericRange, display_value, reduce_field},
    frame::{Field, Frame, Value},
    theme::Color,
};
use scene::{
    Fonts, Mark, TextStyle,
    kurbo::{Affine, BezPath, Circle, Point, Shape},
};
use serde_json::{Map, Value as Json};

use super::{Layer, location::field_named, projection::Projection};
use crate::{
    drawing::{self, ink},
    panel::options,
};

/// What `config.style` says, settled against a frame.
pub struct Style<'a> {
    display: &'a DisplayContext<'a>,
    fixed_color: Color,
    pub color_field: Option<&'a Field>,
    pub opacity: f64,
    pub line_width: f64,
    pub shape: String,
    size: Scale<'a>,
    rotation: f64,
    text_field: Option<&'a Field>,
    text: String,
    font_px: f64,
    offset: (f64, f64),
}

/// The configured ends, each filled up from the field's own values: not the range it shares with other fields.
pub fn own_range(field: &Field) -> NumericRange {
    let own = |reducer: &str| match reduce_field(field, reducer) {
        Value::Number(n) => Some(n),
        _ => None,
    };
    NumericRange { min: field.config.min.or_else(|| own("min")), max: field.config.max.or_else(|| own("max")) }
}

/// A size that is fixed or follows a field between its ends.
pub struct Scale<'a> {
    field: Option<&'a Field>,
    fixed: f64,
    min: f64,
    max: f64,
}

impl<'a> Scale<'a> {
    pub fn read(config: &Map<String, Json>, path: &str, frame: Option<&'a Frame>, defaults: (f64, f64, f64)) -> Scale<'a> {
        let number = |key: &str, default: f64| options::number(config, &format!("{path}.{key}")).unwrap_or(default);
        let name = options::text(config, &format!("{path}.field"), "");
        Scale {
            field: frame.filter(|_| !name.is_empty()).and_then(|frame| field_named(frame, name)),
            fixed: number("fixed", defaults.0),
            min: number("min", defaults.1),
            max: number("max", defaults.2),
        }
    }

    pub fn at(&self, row: usize) -> f64 {
        let Some(field) = self.field else { return self.fixed };
        let range = own_range(field);
        if self.max <= self.min || range.delta() <= 0.0 {
            return self.min;
        }
        let value = match field.values.get(row) {
            Value::Number(n) => n,
            _ => f64::NEG_INFINITY,
        };
        self.min + range.percent(value).clamp(0.0, 1.0) * (self.max - self.min)
    }
}

impl<'a> Style<'a> {
    /// The style of a layer's `config`; Grafana's defaults for what is missing.
    pub fn read(config: &Map<String, Json>, frame: Option<&'a Frame>, display: &'a DisplayContext<'a>) -> Style<'a> {
        let text = |path: &str, default: &'static str| options::text(config, path, default).to_owned();
        let number = |path: &str, default: f64| options::number(config, path).unwrap_or(default);
        let field = |path: &str| frame.and_then(|frame| field_named(frame, options::text(config, path, "")));
        let symbol = text("style.symbol.fixed", "img/icons/marker/circle.svg");
        let shape = symbol.rsplit('/').next().unwrap_or_default().trim_end_matches(".svg").to_owned();
        Style {
            display,
            fixed_color: display.theme.color(&text("style.color.fixed", "dark-green")),
            color_field: field("style.color.field"),
            opacity: number("style.opacity", 0.4).clamp(0.0, 1.0),
            line_width: number("style.lineWidth", 1.0).max(0.0),
            shape,
            size: Scale::read(config, "style.size", frame, (5.0, 2.0, 15.0)),
            rotation: number("style.rotation.fixed", 0.0),
            text_field: field("style.text.field"),
            text: text("style.text.fixed", ""),
            font_px: number("style.textConfig.fontSize", 12.0).clamp(4.0, 200.0),
            offset: (number("style.textConfig.offsetX", 0.0), number("style.textConfig.offsetY", 0.0)),
        }
    }

    pub fn color(&self, row: usize) -> Color {
        let by_value = self.color_field.and_then(|field| display_value(field, &field.values.get(row), None, self.display).color);
        by_value.unwrap_or(self.fixed_color)
    }

    fn label(&self, row: usize) -> String {
        match self.text_field {
            Some(field) => display_value(field, &field.values.get(row), None, self.display).full(),
            None => self.text.clone(),
        }
    }
}

pub fn draw(layer: &Layer, projection: &Projection, display: &DisplayContext, fonts: &Fonts) -> Vec<Mark> {
    let style = Style::read(&layer.config, layer.frame, display);
    let mut marks = Vec::new();
    for (row, lon, lat) in &layer.places {
        let at = projection.point(*lon, *lat);
        let color = style.color(*row);
        let radius = style.size.at(*row).max(0.0);
        // Grafana's shapes take their opacity twice, as the colour's and as the shape's.
        let faint = color.with_alpha((style.opacity * style.opacity) as f32);
        // Half of the outline lies outside; as it has the colour of the inside, one shape says both.
        let path = shape(&style.shape, at, radius + 0.5, style.rotation);
        if matches!(style.shape.as_str(), "cross" | "x-mark") {
            marks.push(Mark::stroke(path, ink(faint), 1.0));
        } else {
            marks.push(Mark::fill(path, ink(faint)));
        }
        let label = style.label(*row);
        if !label.is_empty() {
            let text = fonts.shape(&label, &TextStyle::sans(style.font_px));
            let (x, y) = (at.x + style.offset.0 - text.width_px / 2.0, at.y + style.offset.1);
            marks.push(drawing::shaped(text, x, drawing::centered_baseline(y, style.font_px), ink(color)));
        }
    }
    marks
}

/// The outline of a marker of `radius` px; unknown symbols are circles.
pub fn shape(name: &str, at: Point, radius: f64, rotation: f64) -> BezPath {
    let ring = |n: usize, inner: f64, turn: f64| {
        let mut path = BezPath::new();
        let steps = if inner > 0.0 { 2 * n } else { n };
        for step in 0..steps {
            let r = if inner > 0.0 && step % 2 == 1 { radius * inner } else { radius };
            let angle = turn + 2.0 * PI * step as f64 / steps as f64;
            let point = (at.x + r * angle.sin(), at.y - r * angle.cos());
            if step == 0 { path.move_to(point) } else { path.line_to(point) }
        }
        path.close_path();
        path
    };
    let bars = |turn: f64| {
        let mut path = BezPath::new();
        for angle in [turn, turn + PI / 2.0] {
            let (dx, dy) = (radius * angle.sin(), radius * angle.cos());
            path.move_to((at.x - dx, at.y - dy));
            path.line_to((at.x + dx, at.y + dy));
        }
        path
    };
    let path = match name {
        "square" => ring(4, 0.0, PI / 4.0),
        "triangle" => ring(3, 0.0, 0.0),
        "star" => ring(5, 0.4, 0.0),
        "cross" => bars(0.0),
        "x-mark" => bars(PI / 4.0),
        _ => return Circle::new(at, radius).to_path(0.05),
    };
    if rotation == 0.0 { path } else { Affine::rotate_about(rotation.to_radians(), at) * path }
}
