//! Colours of cells: their own, their row's, and those a style column writes.

use grafana::{
    field::{self, DisplayContext},
    frame::{Field, Frame, Value},
    theme::Theme,
};
use scene::{
    Color, LinearGradient, Mark, Paint, PathMark, TextStyle,
    kurbo::{Rect, Shape, Vec2},
};
use serde_json::{Map, Value as Json};

use super::Cells;
use crate::{
    color_math::{darken, spin, text_on},
    drawing::{self, Align, ink},
    panel::table::column::{self, Column, Kind},
    rich_text::css_color,
};

/// How a cell is painted.
#[derive(Clone, Debug, Default)]
pub struct Look {
    color: Option<Color>,
    background: Option<Ground>,
    /// Links keep the text's colour and are underlined.
    pub is_colorable: bool,
    pub underline: bool,
    pub align: Option<Align>,
    weight: Option<u16>,
    italic: Option<bool>,
}

#[derive(Clone, Copy, Debug)]
struct Ground {
    color: Color,
    is_gradient: bool,
}

/// The first column whose colour is that of whole rows (`applyToRow`); it need not be shown.
pub struct Ruling<'a> {
    field: &'a Field,
    is_gradient: bool,
}

impl<'a> Ruling<'a> {
    pub fn of(frame: &'a Frame) -> Option<Ruling<'a>> {
        frame.fields.iter().find_map(|field| match column::kind(field) {
            Kind::ColorBackground { gradient, row: true } => Some(Ruling { field, is_gradient: gradient }),
            _ => None,
        })
    }

    pub fn look(&self, row: usize, context: &DisplayContext) -> Look {
        let shown = field::display_value(self.field, &self.field.values.get(row), None, context);
        let mut look = Look::default();
        if let Some(color) = shown.color.map(ink).filter(|color| color.a > 0.0) {
            look.fill(Ground { color, is_gradient: self.is_gradient }, context.theme.is_dark);
        }
        look
    }
}

impl Cells<'_> {
    /// The row's look with what the cell itself says on top.
    pub(super) fn look(&self, column: &Column, row: usize, row_look: &Look) -> Look {
        let mut look = row_look.clone();
        let has_ruling = self.ruling.is_some();
        look.is_colorable = has_ruling || matches!(column.kind, Kind::ColorText | Kind::ColorBackground { .. });
        if look.is_colorable
            && let Some(color) = self.display(column, row).color.map(ink)
        {
            match column.kind {
                Kind::ColorText => look.color = Some(color),
                // What is transparent lets the row's colour through.
                Kind::ColorBackground { gradient, .. } if !(has_ruling && color.a == 0.0) => {
                    look.fill(Ground { color, is_gradient: gradient }, self.context.theme.is_dark);
                }
                _ => {}
            }
        }
        if let Some(css) = self.own_style(column, row) {
            look.style(&css, self.context.theme);
        }
        look
    }

    /// The cell of the column named by `custom.styleField`: JSON of CSS properties.
    fn own_style(&self, column: &Column, row: usize) -> Option<Map<String, Json>> {
        let named = column.field.config.custom.get("styleField").and_then(Json::as_str).filter(|name| !name.is_empty())?;
        let field = self.frame.fields.iter().find(|field| field.name == named || column::name(field) == named)?;
        let Value::String(text) = field.values.get(row) else { return None };
        serde_json::from_str(&text).ok()
    }
}

impl Look {
    fn fill(&mut self, ground: Ground, is_dark: bool) {
        self.color = Some(text_on(ground.color, is_dark));
        self.background = Some(ground);
    }

    fn style(&mut self, css: &Map<String, Json>, theme: &Theme) {
        for (name, value) in css {
            let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            match name.as_str() {
                "color" => self.color = css_color(&text, theme).or(self.color),
                "background" | "backgroundColor" => {
                    let ground = css_color(&text, theme).map(|color| Ground { color, is_gradient: false });
                    self.background = ground.or(self.background);
                }
                "fontWeight" => {
                    let is_bold = matches!(text.as_str(), "bold" | "bolder") || text.parse::<u16>().is_ok_and(|weight| weight >= 500);
                    self.weight = Some(if is_bold { 500 } else { 400 });
                }
                "fontStyle" => self.italic = Some(matches!(text.as_str(), "italic" | "oblique")),
                "textDecoration" | "textDecorationLine" => self.underline = text.contains("underline"),
                "textAlign" | "justifyContent" => {
                    self.align = match text.as_str() {
                        "center" => Some(Align::Center),
                        "right" | "end" | "flex-end" => Some(Align::Right),
                        "left" | "start" | "flex-start" => Some(Align::Left),
                        _ => self.align,
                    };
                }
                _ => {}
            }
        }
    }

    /// The coloured ground; Grafana's gradient runs at 120° from a turned, darker tone.
    pub fn ground(&self, area: Rect, is_dark: bool) -> Option<Mark> {
        let Ground { color, is_gradient } = self.background.filter(|ground| ground.color.a > 0.0)?;
        if !is_gradient {
            return Some(drawing::fill_rect(area, color));
        }
        let factor = if is_dark { 1.0 } else { -0.7 };
        let from = spin(darken(color, 10.0 * factor), 5.0);
        let (sin, cos) = 120_f64.to_radians().sin_cos();
        let along = Vec2::new(sin, -cos) * ((area.width() * sin.abs() + area.height() * cos.abs()) / 2.0);
        let paint = LinearGradient { from: area.center() - along, to: area.center() + along, stops: vec![(0.0, from), (1.0, color)] };
        Some(Mark::Path(PathMark { path: area.to_path(0.1), fill: Some(Paint::Linear(paint)), stroke: None }))
    }

    pub fn text_color(&self, is_link: bool, theme: &Theme) -> Color {
        match self.color {
            Some(color) => color,
            None if is_link && !self.is_colorable => ink(theme.text_link),
            None => ink(theme.text_primary),
        }
    }

    pub fn text_style(&self, column: &Column) -> TextStyle {
        let style = column.style();
        TextStyle { weight: self.weight.unwrap_or(style.weight), italic: self.italic.unwrap_or(style.italic), ..style }
    }
}
