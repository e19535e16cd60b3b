//! The axis of categories: its labels, how they turn, and which are left out.

use grafana::{
    field::{DisplayContext, display_value},
    frame::{Field, FieldType, Value},
    theme::Theme,
    time::{DateFormats, format_moment},
};
use scene::{
    Color, Fonts, Mark,
    kurbo::{Affine, Point, Rect},
};

use super::Look;
use crate::{
    chart::{
        label::{self, Align, Baseline},
        number::js_round,
    },
    drawing::ink,
};

/// Between the plot and the labels.
pub const LABEL_GAP_PX: f64 = 15.0;

/// One label a row.
pub struct Categories {
    pub labels: Vec<String>,
}

impl Categories {
    pub fn of(x: &Field, rows: usize, display: &DisplayContext) -> Categories {
        let has_own_format = x.config.unit.as_deref().is_some_and(|unit| unit.starts_with("time:"));
        if x.kind == FieldType::Time && !has_own_format {
            let times = x.values.numbers().unwrap_or_default();
            let step = match times {
                [Some(first), Some(second), ..] => second - first,
                _ => f64::NAN,
            };
            let text = |time: &Option<f64>| {
                time.map_or_else(String::new, |time| format_moment(time, pattern(step, display.zone.formats()), display.zone))
            };
            return Categories { labels: times.iter().map(text).collect() };
        }
        let text = |row: usize| match x.values.get(row) {
            Value::Null => String::new(),
            value => display_value(x, &value, None, display).full(),
        };
        Categories { labels: (0..rows).map(text).collect() }
    }

    /// Room around the plot for turned labels: top, right, bottom, left; `None` where they are level.
    ///
    /// `fonts` measures them. Source: grafana 12.4.0 `getRotationPadding`.
    pub fn padding(&self, look: &Look, fonts: &Fonts) -> Option<[f64; 4]> {
        if look.rotation == 0.0 {
            return None;
        }
        let width = |text: &String| fonts.width(&shortened(text, look.max_label), &label::style());
        let (sin, cos) = look.rotation.to_radians().abs().sin_cos();
        let widest = self.labels.iter().map(width).fold(0.0, f64::max);
        let end = |text: Option<&String>, turns: bool| if turns { cos * text.map_or(0.0, width) } else { 0.0 };
        let right = end(self.labels.last(), look.rotation > 0.0);
        let left = end(self.labels.first(), look.rotation < 0.0) - 50.0;
        let bottom = sin * widest - if look.upright { 14.0 } else { 5.0 };
        Some([label::FONT_SIZE_PX, right, bottom, left.max(0.0)])
    }

    /// The labels at the groups' `centers` (in parts of the plot), outwards from the axis' edge at `position`.
    pub fn draw(&self, look: &Look, centers: &[f64], plot: Rect, position: f64, theme: &Theme, fonts: &Fonts) -> Vec<Mark> {
        let color = ink(theme.text_primary);
        let edge = js_round(position);
        let mut labels: Vec<Option<String>> = self.labels.iter().cloned().map(Some).collect();
        if look.upright {
            skip(&mut labels, look.spacing, plot.width());
        }
        let mark = |(center, text): (&f64, Option<String>)| {
            let text = text.filter(|text| !text.is_empty())?;
            if !look.upright {
                let y = js_round(plot.y0 + plot.height() * center);
                let text = fonts.ellipsize(&text, &label::style(), (edge - LABEL_GAP_PX + 8.0).max(20.0));
                return Some(label::text(text, Point::new(edge - LABEL_GAP_PX, y), Align::Right, Baseline::Middle, color));
            }
            let at = Point::new(js_round(plot.x0 + plot.width() * center), edge + LABEL_GAP_PX);
            let text = shortened(&text, look.max_label);
            if look.rotation != 0.0 {
                return Some(turned(&text, at, look.rotation, color, fonts));
            }
            Some(label::text(fonts.shape(&text, &label::style()), at, Align::Center, Baseline::Top, color))
        };
        centers.iter().zip(labels).filter_map(mark).collect()
    }
}

/// A label that hangs from `at`, turned clockwise by `degrees` (it ends there when they are below zero).
pub fn turned(text: &str, at: Point, degrees: f64, color: Color, fonts: &Fonts) -> Mark {
    let align = if degrees > 0.0 { Align::Left } else { Align::Right };
    let mark = label::text(fonts.shape(text, &label::style()), Point::ZERO, align, Baseline::Middle, color);
    let transform = Affine::translate(at.to_vec2()) * Affine::rotate(degrees.to_radians());
    Mark::Group(scene::Group { transform, marks: vec![mark], ..scene::Group::default() })
}

/// Leaves out labels so that the rest are about `spacing` px apart, counted from the first, or from the last below zero.
pub fn skip(labels: &mut [Option<String>], spacing: f64, width: f64) {
    if spacing == 0.0 || labels.is_empty() {
        return;
    }
    let most = (width / spacing).floor().abs();
    let step = if (labels.len() as f64) < most { 0 } else { (labels.len() as f64 / most).ceil() as usize };
    let last = labels.len() - 1;
    for (index, label) in labels.iter_mut().enumerate() {
        let place = if spacing > 0.0 { index } else { last - index };
        if step > 0 && place % step > 0 {
            *label = None;
        }
    }
}

fn shortened(text: &str, most: Option<usize>) -> String {
    match most {
        Some(most) if text.chars().count() > most => text.chars().take(most).chain("...".chars()).collect(),
        _ => text.to_owned(),
    }
}

/// How times `step` ms apart are written; a lone one by its year.
fn pattern(step: f64, formats: &DateFormats) -> &str {
    const SECOND: f64 = 1e3;
    const DAY: f64 = 86_400.0 * SECOND;
    match step {
        step if step < SECOND => &formats.millisecond,
        step if step < 60.0 * SECOND => &formats.second,
        step if step < 3600.0 * SECOND => &formats.minute,
        step if step < DAY => &formats.hour,
        step if step < 28.0 * DAY => &formats.day,
        step if step < 365.0 * DAY => &formats.month,
        _ => &formats.year,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_are_left_out() {
        let check = |n: usize, spacing: f64, expected: &str| {
            let mut labels: Vec<Option<String>> = (0..n).map(|n| Some(n.to_string())).collect();
            skip(&mut labels, spacing, 100.0);
            assert_eq!(labels.into_iter().map(|label| label.unwrap_or_else(|| "-".into())).collect::<String>(), expected, "{n} {spacing}");
        };
        check(6, 0.0, "012345");
        check(6, 30.0, "0-2-4-");
        check(6, -30.0, "-1-3-5");
        check(3, 10.0, "012");
        check(3, 1000.0, "0--");
    }

    #[test]
    fn long_labels_are_cut() {
        for (text, most, expected) in [("acquisition", Some(6), "acquis..."), ("short", Some(6), "short"), ("any", None, "any")] {
            assert_eq!(shortened(text, most), expected);
        }
    }

    #[test]
    fn times_are_written_by_their_distance() {
        for (step, expected) in [(500.0, "HH:mm:ss.SSS"), (100_000.0, "HH:mm"), (86_400_000.0, "MM/DD"), (f64::NAN, "YYYY")] {
            assert_eq!(pattern(step, &DateFormats::default()), expected);
        }
    }
}
