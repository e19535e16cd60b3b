//! The legend of a layer of markers: its one colour, its thresholds, or its scale.

use grafana::{
    field::{DisplayContext, display_value, mode_id},
    frame::Value,
};
use scene::{
    LinearGradient, Mark, Paint, PathMark, TextStyle,
    kurbo::{Point, Rect, Shape, Size},
};

use super::{
    Block, Canvas, Layer,
    style::{self, Style},
    symbol,
};
use crate::{
    drawing::{self, ink},
    panel::{PanelContext, options},
};

const PADDING: f64 = 8.0;
const NAME_LINE: f64 = 22.0;
const ITEM_LINE: f64 = 18.0;
const MIN_WIDTH: f64 = 150.0;

/// `None` where the layer shows no legend, or its colours have nothing to tell.
pub fn of_layer(layer: &Layer, canvas: &Canvas, display: &DisplayContext, context: &PanelContext) -> Option<Block> {
    if !options::flag(&layer.config, "showLegend", layer.kind == "markers") {
        return None;
    }
    let style = Style::read(&layer.config, "style", layer.frame, display);
    let theme = context.theme;
    let small = TextStyle { letter_spacing_px: 0.15, ..TextStyle::sans(12.0) };
    let name_style = TextStyle { letter_spacing_px: 0.15, ..TextStyle::sans(14.0) };
    let name = context.fonts.shape(layer.name, &name_style);
    let body_top = PADDING + NAME_LINE;
    let left = PADDING + 10.0;
    let mut width = MIN_WIDTH.max(name.width_px + 2.0 * PADDING);
    let mut marks = vec![drawing::shaped(name, PADDING, drawing::baseline(PADDING, NAME_LINE, 14.0), ink(theme.text_primary))];
    let bottom = match style.color_field {
        None => {
            // A text without a symbol has nothing to show here.
            let address = style.symbol.as_deref()?;
            let (at, color) = (Point::new(left + 9.0, body_top + 14.0), ink(style.color(0).with_alpha(style.opacity as f32)));
            match canvas.symbols.drawing(address, color) {
                Some(drawing) => marks.push(symbol::placed(&drawing, at, (18.0, 18.0), 0.0)),
                None => marks.push(Mark::fill(symbol::shape(symbol::name(address), at, 7.5, 0.0), color)),
            }
            body_top + 5.0 + ITEM_LINE
        }
        Some(field) => match theme.continuous(mode_id(field)) {
            Some(colors) => {
                const SCALE: f64 = 200.0;
                width = width.max(SCALE + 2.0 * PADDING + 10.0);
                let bar = Rect::new(left, body_top + 10.0, left + SCALE, body_top + 19.0);
                let last = colors.len().saturating_sub(1).max(1) as f32;
                let stops = colors.iter().enumerate().map(|(i, color)| (i as f32 / last, ink(*color))).collect();
                let (from, to) = (Point::new(bar.x0, 0.0), Point::new(bar.x1, 0.0));
                let paint = Paint::Linear(LinearGradient { from, to, stops });
                marks.push(Mark::Path(PathMark { path: bar.to_path(0.1), fill: Some(paint), stroke: None }));
                let range = style::own_range(field);
                let said = |n: Option<f64>| display_value(field, &n.map_or(Value::Null, Value::Number), None, display).full();
                let base = drawing::baseline(bar.y1, ITEM_LINE, 12.0);
                let max = context.fonts.shape(&said(range.max), &small);
                let max_x = bar.x1 - max.width_px;
                marks.push(drawing::line(context.fonts, &said(range.min), &small, bar.x0, base, ink(theme.text_primary)));
                marks.push(drawing::shaped(max, max_x, base, ink(theme.text_primary)));
                bar.y1 + ITEM_LINE
            }
            None => {
                let items = threshold_items(field, display);
                if items.len() < 2 {
                    return None;
                }
                let mut y = body_top + 5.0;
                for (text, color) in items {
                    let dot = symbol::shape("circle", Point::new(left + 17.5, y + 9.0), 7.5, 0.0);
                    marks.push(Mark::fill(dot, ink(color.with_alpha(0.7))));
                    let text = context.fonts.shape(&text, &small);
                    width = width.max(left + 33.0 + text.width_px + PADDING);
                    marks.push(drawing::shaped(text, left + 33.0, drawing::baseline(y, ITEM_LINE, 12.0), ink(theme.text_primary)));
                    y += ITEM_LINE;
                }
                y
            }
        },
    };
    let ground = Rect::new(0.0, 0.0, width, bottom + PADDING);
    let rule = Rect::new(0.0, ground.y1, width, ground.y1 + 2.0);
    let mut all = vec![drawing::fill_rect(ground, ink(theme.secondary)), drawing::fill_rect(rule, ink(theme.border_strong))];
    all.extend(marks);
    Some(Block { marks: all, size: Size::new(width, rule.y1) })
}

/// "< 10", "10+" and the like, with their colours.
fn threshold_items(field: &grafana::frame::Field, display: &DisplayContext) -> Vec<(String, grafana::theme::Color)> {
    let Some(thresholds) = &field.config.thresholds else { return Vec::new() };
    let said = |n: f64| display_value(field, &Value::Number(n), None, display).full();
    let steps = &thresholds.steps;
    let mut items = Vec::new();
    for (index, step) in steps.iter().enumerate() {
        let next = steps.get(index + 1).map(|next| next.value);
        let text = match (index, next) {
            (0, Some(next)) => format!("< {}", said(next)),
            (_, _) => format!("{}+", said(step.value)),
        };
        items.push((text, display.theme.color(&step.color)));
    }
    items
}
