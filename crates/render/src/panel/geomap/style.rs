//! What a layer's `style` says, settled against a frame.

use grafana::{
    field::{DisplayContext, NumericRange, display_value, reduce_field},
    frame::{Field, Frame, Value},
    theme::Color,
};
use scene::{
    Fonts, Mark, TextStyle,
    kurbo::{Point, Rect, Vec2},
};
use serde_json::{Map, Value as Json};

use super::{location::field_named, symbol};
use crate::{
    drawing::{self, ink},
    panel::options,
};

pub struct Style<'a> {
    display: &'a DisplayContext<'a>,
    pub fixed_color: Color,
    pub color_field: Option<&'a Field>,
    pub opacity: f64,
    pub line_width: f64,
    /// The path of the symbol; a style with a text and no symbol shows the text only.
    pub symbol: Option<String>,
    pub size: Scale<'a>,
    rotation: Rotation<'a>,
    /// From the place to the symbol's middle, in radii, y down.
    align: Vec2,
    pub text_field: Option<&'a Field>,
    /// The name of the field the text follows, whether the frame has it or not.
    pub text_field_name: String,
    pub text: String,
    font_px: f64,
    offset: (f64, f64),
    text_align: String,
    text_baseline: String,
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
    pub field: Option<&'a Field>,
    pub fixed: f64,
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

/// Degrees, clockwise.
struct Rotation<'a> {
    field: Option<&'a Field>,
    fixed: f64,
    is_clamped: bool,
    min: f64,
    max: f64,
}

impl Rotation<'_> {
    fn at(&self, row: usize) -> f64 {
        let Some(field) = self.field else { return self.fixed };
        let Value::Number(value) = field.values.get(row) else { return 0.0 };
        let turned = if self.is_clamped { value.min(self.max).max(self.min) } else { value % self.max };
        if turned.is_finite() { turned } else { 0.0 }
    }
}

impl<'a> Style<'a> {
    /// The style at `path` of a layer's `config`; Grafana's defaults for what is missing.
    pub fn read(config: &Map<String, Json>, path: &str, frame: Option<&'a Frame>, display: &'a DisplayContext<'a>) -> Style<'a> {
        let key = |name: &str| format!("{path}.{name}");
        let text = |name: &str, default: &str| options::text(config, &key(name), default).to_owned();
        let number = |name: &str, default: f64| options::number(config, &key(name)).unwrap_or(default);
        let field = |name: &str| frame.and_then(|frame| field_named(frame, options::text(config, &key(name), "")));
        let is_there = options::at(config, path).is_some();
        let symbol = if is_there { options::at(config, &key("symbol.fixed")).and_then(Json::as_str) } else { Some(symbol::CIRCLE) };
        let side = |name: &str, before: &str, after: &str| match options::text(config, &key(name), "center") {
            side if side == before => -1.0,
            side if side == after => 1.0,
            _ => 0.0,
        };
        Style {
            display,
            fixed_color: display.theme.color(&text("color.fixed", "dark-green")),
            color_field: field("color.field"),
            opacity: number("opacity", 0.4).clamp(0.0, 1.0),
            line_width: number("lineWidth", 1.0).clamp(0.0, 100.0),
            symbol: symbol.filter(|symbol| !symbol.is_empty()).map(str::to_owned),
            size: Scale::read(config, &key("size"), frame, (5.0, 2.0, 15.0)),
            rotation: Rotation {
                field: field("rotation.field"),
                fixed: number("rotation.fixed", 0.0),
                is_clamped: text("rotation.mode", "mod") == "clamped",
                min: number("rotation.min", -360.0),
                max: number("rotation.max", 360.0),
            },
            align: Vec2::new(side("symbolAlign.horizontal", "left", "right"), side("symbolAlign.vertical", "top", "bottom")),
            text_field: field("text.field"),
            text_field_name: text("text.field", ""),
            text: text("text.fixed", ""),
            font_px: number("textConfig.fontSize", 12.0).clamp(4.0, 200.0),
            offset: (number("textConfig.offsetX", 0.0), number("textConfig.offsetY", 0.0)),
            text_align: text("textConfig.textAlign", "center"),
            text_baseline: text("textConfig.textBaseline", "middle"),
        }
    }

    pub fn color(&self, row: usize) -> Color {
        let by_value = self.color_field.and_then(|field| display_value(field, &field.values.get(row), None, self.display).color);
        by_value.unwrap_or(self.fixed_color)
    }

    pub fn radius(&self, row: usize) -> f64 {
        self.size.at(row).clamp(0.0, 1000.0)
    }

    pub fn rotation(&self, row: usize) -> f64 {
        self.rotation.at(row)
    }

    /// From a place to the middle of a symbol of `radius`, px.
    pub fn shift(&self, radius: f64) -> Vec2 {
        self.align * radius
    }

    /// What is written at a row's place.
    pub fn label(&self, row: usize) -> String {
        match self.text_field {
            Some(field) => display_value(field, &field.values.get(row), None, self.display).full(),
            None => self.text.clone(),
        }
    }

    /// `text` at a place, with the box it takes; nothing for no text.
    pub fn text_at(&self, text: &str, at: Point, color: Color, fonts: &Fonts) -> Option<(Mark, Rect)> {
        if text.is_empty() {
            return None;
        }
        let text = fonts.shape(text, &TextStyle::sans(self.font_px));
        let width = text.width_px;
        let x = at.x + self.offset.0
            - match self.text_align.as_str() {
                "left" | "start" => 0.0,
                "right" | "end" => width,
                _ => width / 2.0,
            };
        let half = self.font_px / 2.0;
        let y = at.y
            + self.offset.1
            + match self.text_baseline.as_str() {
                "top" | "hanging" => half,
                "bottom" | "alphabetic" | "ideographic" => -half,
                _ => 0.0,
            };
        let bounds = Rect::new(x, y - half, x + width, y + half);
        Some((drawing::shaped(text, x, drawing::centered_baseline(y, self.font_px), ink(color)), bounds))
    }
}
