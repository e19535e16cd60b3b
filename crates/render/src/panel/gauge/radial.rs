//! One gauge: track, bar, thresholds, texts, sparkline.

use grafana::{
    field::{self, DisplayContext, FieldDisplay},
    frame::Value,
    time::TimeRange,
};
use scene::{
    Color, Fonts, Mark, TextStyle,
    kurbo::{Circle, Rect, Shape, Size},
};

use super::{
    Look, TextMode,
    arc::{Bar, on_circle},
    dimensions::{self, Dimensions, angle_range, bar_angles, fraction, start_angle},
    gradient::{self, Stops},
    labels,
    thresholds::{formatted, threshold_fraction},
};
use crate::{
    color_math::{contrast_ratio, over},
    drawing::{self, font_size_to_fit, ink},
    panel::sparkline,
};

pub struct RadialGauge<'a> {
    pub value: &'a FieldDisplay,
    pub look: &'a Look,
    pub size: Size,
    pub range: &'a TimeRange,
    pub display: &'a DisplayContext<'a>,
    pub fonts: &'a Fonts,
}

/// Inter's x-height as part of the font size: SVG's "middle" is half of it above the baseline.
const X_HEIGHT: f64 = 0.546;
const LINE_HEIGHT: f64 = 1.21;

impl RadialGauge<'_> {
    pub fn draw(&self) -> Vec<Mark> {
        let config = &self.value.field.config;
        // With equal ends the thresholds would all lie on one point.
        let with_thresholds = self.look.threshold_markers && (config.min.is_none() || config.min != config.max);
        let d = dimensions::dimensions(self.size, self.look, with_thresholds);
        let color = self.value.display.color.map_or(Color::rgb(128, 128, 128), ink);
        let stops = self.look.gradient.then(|| gradient::stops(self.value, color, self.display.theme));
        let mut marks = if self.look.segments > 1.0 { self.segments(&d, stops.as_ref()) } else { self.bar(&d, color, stops.as_ref()) };
        if self.look.glow_center {
            marks.extend(glow(&d, color));
        }
        if with_thresholds {
            marks.extend(self.thresholds(&d, stops.as_ref()));
        }
        if self.look.threshold_labels {
            marks.extend(labels::draw(self.value, self.look, &d, self.display.theme, self.fonts));
        }
        marks.extend(self.sparkline(&d, color));
        marks.extend(self.texts(&d));
        marks
    }

    fn bar_at(&self, d: &Dimensions, start: f64, length: f64) -> Bar {
        Bar { center: d.center, radius: d.radius, width: d.bar_width, start, length, rounded: self.look.rounded }
    }

    fn bar(&self, d: &Dimensions, color: Color, stops: Option<&Stops>) -> Vec<Mark> {
        let theme = self.display.theme;
        let (start, range) = (start_angle(self.look), angle_range(self.look));
        let (from, length) = bar_angles(self.value, range, self.look.neutral);
        let track = over(track_overlay(theme.is_dark), ink(theme.panel));
        let mut marks = Vec::new();
        if from > 0.0 {
            marks.push(self.bar_at(d, start, from).plain(track));
        }
        if range - length - from > 0.0 {
            marks.push(self.bar_at(d, start + from + length, range - length - from).plain(track));
        }
        let bar = self.bar_at(d, start + from, length);
        match stops {
            Some(stops) => marks.extend(bar.graded(stops, start, range)),
            None if length > 0.0 || self.look.rounded => marks.push(bar.plain(color)),
            None => {}
        }
        if self.look.rounded && self.look.endpoint_point {
            let radius = (d.bar_width / 2.0 * 0.4).min(8.0);
            let mut dot = |degrees: f64, below: Color| {
                let circle = Circle::new(on_circle(d.center, d.radius, degrees), radius).to_path(0.02);
                marks.push(Mark::fill(circle, guide_dot(below).with_alpha(0.5)));
            };
            let below = |place: f64| stops.map_or(color, |s| s.at(place));
            if length > 10.0 {
                dot(start + from, below(0.0));
            }
            dot(start + from + length, below(self.value.display.percent.unwrap_or(1.0)));
        }
        marks
    }

    fn segments(&self, d: &Dimensions, stops: Option<&Stops>) -> Vec<Mark> {
        let (start, range) = (start_angle(self.look), angle_range(self.look));
        let (from, length) = bar_angles(self.value, range, self.look.neutral);
        let gap = self.look.segment_spacing * (range / 1.5 / self.look.segments).max(2.0);
        let inner = (d.radius - d.bar_width / 2.0).max(0.0);
        let room = (std::f64::consts::TAU * inner * range / 360.0 / (gap + 3.0)).floor();
        let count = self.look.segments.min(room).floor().max(1.0);
        let (min, max) = dimensions::ends(self.value);
        let mut marks = Vec::new();
        for i in 0..count as usize {
            let number = min + (max - min) / count * i as f64;
            let angle = fraction(self.value, number) * range;
            let is_track = angle < from || angle >= from + length;
            let bar = Bar { rounded: false, ..self.bar_at(d, start + range / count * i as f64 + 0.01, (range / count - gap).max(0.1)) };
            match stops {
                _ if is_track => marks.push(bar.plain(over(ink(self.display.theme.border_medium), ink(self.display.theme.panel)))),
                Some(stops) => marks.extend(bar.graded(stops, start, range)),
                None => {
                    let shown = field::display_value(&self.value.field, &Value::Number(number), None, self.display);
                    marks.push(bar.plain(shown.color.map_or(Color::rgb(128, 128, 128), ink)));
                }
            }
        }
        marks
    }

    fn thresholds(&self, d: &Dimensions, stops: Option<&Stops>) -> Vec<Mark> {
        let (start, range) = (start_angle(self.look), angle_range(self.look));
        let mut at = 0.0;
        let mut marks = Vec::new();
        for step in formatted(self.value, self.display.theme, true).iter().skip(1) {
            let end = threshold_fraction(self.value, step.value).clamp(0.0, 1.0) * range;
            if end <= at || end.is_nan() {
                continue;
            }
            let bar = Bar {
                radius: d.thresholds_radius,
                width: d.thresholds_width,
                rounded: self.look.rounded && self.look.circle,
                ..self.bar_at(d, start + at, end - at)
            };
            match stops {
                Some(stops) => marks.extend(bar.graded(stops, start, range)),
                None => marks.push(bar.plain(step.color)),
            }
            at = end;
        }
        marks
    }

    fn texts(&self, d: &Dimensions) -> Vec<Mark> {
        let (mode, display) = (self.look.text_mode, &self.value.display);
        if mode == TextMode::None {
            return Vec::new();
        }
        let theme = self.display.theme;
        let (with_value, with_name) = (mode != TextMode::Name, mode != TextMode::Value);
        let title = display.title.as_deref().unwrap_or("");
        let width = d.radius * 2.0 - d.bar_width - d.radius / 7.0;
        // The power keeps texts of very large gauges from growing out of proportion.
        let decayed = d.radius.powf(0.86);
        let name_height = if with_value && with_name { 0.45 * decayed } else { d.radius / 4.0 };
        let fit = |text: &str, height: f64| font_size_to_fit(self.fonts, text, 400, width, height, LINE_HEIGHT, None);
        let value_size = self.look.value_size.unwrap_or_else(|| fit(&display.full(), 0.82 * decayed)).max(1.0);
        let name_size = self.look.title_size.unwrap_or_else(|| fit(title, name_height)).max(10.0);
        let (value_height, name_line) = (value_size * LINE_HEIGHT, name_size * LINE_HEIGHT);
        let value_y = if with_name { d.center.y - name_line * 0.3 } else { d.center.y };
        let name_y = if with_value { value_y + value_height * 0.7 } else { d.center.y };
        let mut up = if self.look.circle { 0.0 } else { (value_height + name_line) / 4.0 };
        if self.value.sparkline.is_some() {
            up += 8.0;
        }
        let mut marks = Vec::new();
        if with_value {
            let unit = (value_size * 0.7).max(6.0);
            let pieces = [(&display.prefix, unit), (&display.text, value_size), (&display.suffix, unit)];
            let shaped: Vec<_> = pieces.iter().map(|(text, size)| self.fonts.shape(text, &TextStyle::sans(*size))).collect();
            let mut x = d.center.x - shaped.iter().map(|s| s.width_px).sum::<f64>() / 2.0;
            for (text, (_, size)) in shaped.into_iter().zip(pieces) {
                let width = text.width_px;
                marks.push(drawing::shaped(text, x, value_y - up + size * X_HEIGHT / 2.0, ink(theme.text_primary)));
                x += width;
            }
        }
        if with_name {
            let color = if with_value { theme.text_secondary } else { theme.text_primary };
            let shaped = self.fonts.shape(title, &TextStyle::sans(name_size));
            let x = d.center.x - shaped.width_px / 2.0;
            marks.push(drawing::shaped(shaped, x, name_y - up + name_size * X_HEIGHT / 2.0, ink(color)));
        }
        marks
    }

    fn sparkline(&self, d: &Dimensions, color: Color) -> Vec<Mark> {
        let Some(series) = self.value.sparkline.as_ref() else { return Vec::new() };
        let height = d.radius / 4.0;
        let width = d.radius * if self.look.circle { 1.6 } else { 1.4 } - d.bar_width;
        let both = self.look.text_mode == TextMode::ValueAndName;
        let top = match self.look.circle {
            true => self.size.height / 2.0 + d.radius / if both { 3.3 } else { 4.0 },
            false => d.bottom - height - 8.0,
        };
        let area = Rect::new(d.center.x - width / 2.0, top, d.center.x + width / 2.0, top + height);
        let look = sparkline::Look { line: color, fill: Some(color.with_alpha(0.4)), width: 1.0 };
        sparkline::draw_faded(series, self.range, sparkline::y_range(&self.value.field), area, &look, &self.value.name)
    }
}

/// `action.hover` of the theme: what lies on the panel where a bar is empty.
fn track_overlay(is_dark: bool) -> Color {
    if is_dark { Color::rgba(204, 204, 220, 0.16) } else { Color::rgba(36, 41, 46, 0.12) }
}

/// A dot that is seen on `color`.
fn guide_dot(color: Color) -> Color {
    let dark = Color::rgb(0x11, 0x12, 0x17);
    if contrast_ratio(dark, color) >= 4.5 { dark } else { Color::rgb(0xfb, 0xfb, 0xfb) }
}

/// A soft light in the middle. The scene has no radial gradients: discs laid on each other fade as one, with the square
/// of the distance as Grafana's does (its colour and its opacity both fade).
fn glow(d: &Dimensions, color: Color) -> Vec<Mark> {
    const DISCS: usize = 24;
    let strength = |part: f64| 0.25 * (1.0 - part).powi(2);
    (1..=DISCS)
        .map(|i| (i as f64 / DISCS as f64, strength((i as f64 - 1.0) / DISCS as f64) - strength(i as f64 / DISCS as f64)))
        .map(|(part, alpha)| (Circle::new(d.center, d.radius * 0.9 * part), alpha))
        .map(|(disc, alpha)| Mark::fill(disc.to_path(0.1), color.with_alpha(alpha as f32)))
        .collect()
}
