//! One bar with its name and value.

use grafana::{
    field::{self, DisplayContext, DisplayValue, ThresholdsMode},
    frame::{Field, Value},
};
use scene::{
    Color, Fonts, LinearGradient, Mark, Paint, PathMark, TextStyle,
    kurbo::{Point, Rect, Shape, Size},
};

use super::layout::{self, Layout, NamePlacement, VALUE_PADDING, Wanted};
use crate::{
    drawing::{self, Align, font_size_to_fit, ink},
    panel::repeater::Alignment,
};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DisplayMode {
    Basic,
    Gradient,
    Lcd,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ValueMode {
    Color,
    Text,
    Hidden,
}

/// How the bars of one panel or column look; lengths in px.
pub struct Look {
    pub display_mode: DisplayMode,
    pub value_mode: ValueMode,
    pub placement: NamePlacement,
    pub unfilled: bool,
    pub title_size: Option<f64>,
    pub value_size: Option<f64>,
    /// Between bars, and between the cells of the "lcd" look.
    pub spacing: f64,
    /// A cell of the "lcd" look with its gap.
    pub lcd_cell: f64,
}

pub struct BarGauge<'a> {
    pub value: &'a DisplayValue,
    /// The field the value came from; min and max of its config are the ends of the bar.
    pub field: &'a Field,
    pub look: &'a Look,
    pub vertical: bool,
    pub size: Size,
    pub alignment: &'a Alignment,
    pub context: &'a DisplayContext<'a>,
    pub fonts: &'a Fonts,
}

const RADIUS: f64 = 4.0;
const FALLBACK: Color = Color::rgb(128, 128, 128);

impl BarGauge<'_> {
    pub fn draw(&self) -> Vec<Mark> {
        let wanted = Wanted {
            size: self.size,
            vertical: self.vertical,
            title: &self.alignment.title,
            value: &self.alignment.text,
            placement: self.look.placement,
            hidden_value: self.look.value_mode == ValueMode::Hidden,
            title_size: self.look.title_size,
            value_size: self.look.value_size,
        };
        let layout = layout::layout(&wanted, self.fonts);
        let mut marks = self.title(&layout);
        match self.look.display_mode {
            DisplayMode::Lcd => marks.extend(self.cells(&layout)),
            _ => marks.extend(self.bar(&layout)),
        }
        marks
    }

    fn ends(&self) -> (f64, f64) {
        let config = &self.field.config;
        (config.min.unwrap_or(0.0), config.max.unwrap_or(100.0))
    }

    /// Where `number` lies on the bar, at most 1.
    fn fraction(&self, number: f64) -> f64 {
        let (min, max) = self.ends();
        let fraction = (number - min) / (max - min);
        // Not `min` first: in Rust that turns NaN into 1, a full bar for "No data".
        if fraction.is_nan() { 0.0 } else { fraction.min(1.0) }
    }

    fn color(&self) -> Color {
        self.value.color.map_or(FALLBACK, ink)
    }

    fn title(&self, layout: &Layout) -> Vec<Mark> {
        let Some(title) = self.value.title.as_deref().filter(|t| !t.is_empty() && layout.title_size > 0.0) else {
            return Vec::new();
        };
        let beside = !self.vertical && layout.title.x1 < self.size.width;
        let (area, align) = match (self.vertical, beside) {
            (true, _) => (layout.title, Align::Center),
            (false, true) => (Rect { x1: layout.title.x1 - VALUE_PADDING, ..layout.title }, Align::Right),
            (false, false) => (layout.title, Align::Left),
        };
        let style = TextStyle::sans(layout.title_size);
        vec![drawing::line_in(self.fonts, title, &style, area, align, ink(self.context.theme.text_primary))]
    }

    /// The size of the number and its room when it stands beside or above its bar.
    fn value_size(&self, layout: &Layout) -> f64 {
        let room = layout.value;
        let width = if self.vertical { room.width() } else { room.width() - 2.0 * VALUE_PADDING };
        let fitted = || font_size_to_fit(self.fonts, &self.alignment.text, 400, width.max(1.0), room.height(), 1.0, None);
        self.look.value_size.unwrap_or_else(fitted)
    }

    /// The number, its left end at `x` and centred on `y`; with its width.
    fn number(&self, size: f64) -> (Vec<(std::sync::Arc<scene::ShapedText>, f64)>, f64) {
        let d = &self.value;
        let suffix = size
            * if size < 20.0 {
                0.9
            } else if size < 26.0 {
                0.8
            } else {
                0.6
            };
        let pieces = [(&d.prefix, size), (&d.text, size), (&d.suffix, suffix)];
        let shaped: Vec<_> = pieces.iter().map(|(text, size)| (self.fonts.shape(text, &TextStyle::sans(*size)), *size)).collect();
        let width = shaped.iter().map(|(text, _)| text.width_px).sum();
        (shaped, width)
    }

    fn place_number(&self, x: f64, y: f64, size: f64, pieces: Vec<(std::sync::Arc<scene::ShapedText>, f64)>) -> Vec<Mark> {
        let color = if self.look.value_mode == ValueMode::Text { ink(self.context.theme.text_primary) } else { self.color() };
        let base = drawing::centered_baseline(y, size);
        let mut x = x;
        let mut marks = Vec::new();
        for (text, _) in pieces {
            let width = text.width_px;
            marks.push(drawing::shaped(text, x, base, color));
            x += width;
        }
        marks
    }

    fn bar(&self, layout: &Layout) -> Vec<Mark> {
        let fraction = self.fraction(self.value.numeric);
        let area = layout.bar;
        let size = self.value_size(layout);
        let (number, number_width) = self.number(size);
        let hidden = self.look.value_mode == ValueMode::Hidden;
        let empty_color = ink(self.context.theme.secondary);
        // The rest is as high (vertical: as wide) as the value beside it: nothing where that is hidden.
        let shows_rest = self.look.unfilled && !hidden;
        let mut marks = Vec::new();
        if self.vertical {
            let filled = Rect { y0: area.y1 - (fraction * area.height()).max(1.0), ..area };
            if shows_rest && filled.y0 + 3.0 > area.y0 {
                marks.push(drawing::fill_rounded(Rect { y1: filled.y0 + 3.0, ..area }, RADIUS, empty_color));
            }
            marks.extend(self.filled(filled, area));
            if !hidden {
                let y = if self.look.unfilled { layout.value.center().y } else { filled.y0 - layout.value.height() / 2.0 };
                marks.extend(self.place_number(area.center().x - number_width / 2.0, y, size, number));
            }
            return marks;
        }
        let filled = Rect { x1: area.x0 + (fraction * area.width()).max(1.0), ..area };
        let number_room = if hidden { 0.0 } else { number_width + 2.0 * VALUE_PADDING };
        let right = self.size.width - number_room;
        if shows_rest && right > filled.x1 {
            marks.push(drawing::fill_rounded(Rect { x0: (filled.x1 - 3.0).max(area.x0), x1: right - 3.0, ..area }, RADIUS, empty_color));
        }
        marks.extend(self.filled(filled, area));
        if !hidden {
            let x = if self.look.unfilled { right + VALUE_PADDING } else { filled.x1 + VALUE_PADDING };
            marks.extend(self.place_number(x, area.center().y, size, number));
        }
        marks
    }

    /// The coloured part; `area` is what the whole bar would take.
    fn filled(&self, filled: Rect, area: Rect) -> Vec<Mark> {
        let color = self.color();
        let path = drawing::rounded(filled, RADIUS).to_path(0.05);
        if self.look.display_mode == DisplayMode::Basic {
            let edge = if self.vertical { Rect { y1: filled.y0 + 2.0, ..filled } } else { Rect { x0: filled.x1 - 2.0, ..filled } };
            return vec![Mark::fill(path, color.with_alpha(0.35)), drawing::fill_rect(edge, color)];
        }
        let paint = self.gradient(area).unwrap_or(Paint::Solid(color));
        vec![Mark::Path(PathMark { path, fill: Some(paint), stroke: None })]
    }

    /// Colours along the bar, by thresholds or by a continuous scheme.
    fn gradient(&self, area: Rect) -> Option<Paint> {
        let theme = self.context.theme;
        let length = if self.vertical { area.height() } else { area.width() };
        let mode = field::mode_id(self.field);
        let mut stops: Vec<(f64, Color)> = Vec::new();
        if mode == "thresholds" {
            let thresholds = self.field.config.thresholds.as_ref()?;
            let (min, max) = self.ends();
            let value = self.value.numeric;
            let filled = (self.fraction(value) * length).max(1.0);
            let mut last = 0.0;
            for step in &thresholds.steps {
                let color = ink(theme.color(&step.color));
                let percent = thresholds.mode == ThresholdsMode::Percentage;
                let fraction = if percent { step.value / 100.0 } else { self.fraction(step.value) };
                let Some(before) = stops.last_mut() else {
                    stops = vec![(0.0, color), (filled, color)];
                    continue;
                };
                if value < if percent { min + (max - min) * fraction } else { step.value } {
                    break;
                }
                // A colour lasts to the middle between the last threshold and this one, then fades into the next.
                let place = (fraction * length).clamp(-length, 2.0 * length);
                before.0 = (place - (place - last) / 2.0).round();
                stops.push((filled, color));
                last = place;
            }
        } else if let Some(colors) = theme.continuous(mode) {
            let last = (colors.len().max(2) - 1) as f64;
            stops = colors.into_iter().enumerate().map(|(i, c)| (i as f64 / last * length, ink(c))).collect();
        }
        if stops.len() < 2 {
            return None;
        }
        // CSS moves a stop that lies before its elder up to it.
        let mut reached = 0.0_f64;
        for stop in &mut stops {
            reached = reached.max(stop.0);
            stop.0 = reached;
        }
        let whole = reached.max(1.0);
        let stops = stops.into_iter().map(|(place, color)| ((place / whole) as f32, color)).collect();
        let (from, to) = if self.vertical {
            (Point::new(area.x0, area.y1), Point::new(area.x0, area.y1 - whole))
        } else {
            (Point::new(area.x0, area.y0), Point::new(area.x0 + whole, area.y0))
        };
        Some(Paint::Linear(LinearGradient { from, to, stops }))
    }

    /// The "retro LCD" look: cells that are lit up to the value.
    fn cells(&self, layout: &Layout) -> Vec<Mark> {
        let area = layout.bar;
        let length = if self.vertical { area.height() } else { area.width() };
        let count = (length / self.look.lcd_cell).floor();
        let mut marks = Vec::new();
        let mut at = 0.0;
        if count >= 1.0 {
            let gap = self.look.spacing;
            let cell = ((length - gap * count) / count).floor();
            let (min, max) = self.ends();
            for i in 0..count as usize {
                let number = min + (max - min) / count * i as f64;
                let place = match self.vertical {
                    true => Rect::new(area.x0, area.y1 - at - cell, area.x1, area.y1 - at),
                    false => Rect::new(area.x0 + at, area.y0, area.x0 + at + cell, area.y1),
                };
                marks.push(self.cell(place, number));
                at += cell + gap;
            }
        }
        if self.look.value_mode != ValueMode::Hidden {
            let size = self.value_size(layout);
            let (number, width) = self.number(size);
            let (x, y) = match self.vertical {
                true => (area.center().x - width / 2.0, area.y1 - at - layout.value.height() / 2.0),
                false => (area.x0 + at + VALUE_PADDING, area.center().y),
            };
            marks.extend(self.place_number(x, y, size, number));
        }
        marks
    }

    fn cell(&self, place: Rect, number: f64) -> Mark {
        let shown = field::display_value(self.field, &Value::Number(number), None, self.context);
        let color = shown.color.map_or(FALLBACK, ink);
        let path = drawing::rounded(place, 2.0).to_path(0.05);
        let value = self.value.numeric;
        if value.is_nan() || number > value {
            return Mark::fill(path, color.with_alpha(0.18));
        }
        // Grafana fades cells from their middle; across the bar that is what the eye sees.
        let (from, to) = match self.vertical {
            true => (Point::new(place.x0, place.y0), Point::new(place.x1, place.y0)),
            false => (Point::new(place.x0, place.y0), Point::new(place.x0, place.y1)),
        };
        let stops = [(0.0, 0.65), (0.4, 0.93), (0.6, 0.93), (1.0, 0.65)].map(|(at, a)| (at, color.with_alpha(a))).to_vec();
        Mark::Path(PathMark { path, fill: Some(Paint::Linear(LinearGradient { from, to, stops })), stroke: None })
    }
}
