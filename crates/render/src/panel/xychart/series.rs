//! Which fields are drawn over which, and how each series looks.

use grafana::{
    dashboard::Panel,
    field::{FieldMatcher, Matcher, NameContext, display_name},
    frame::{Field, FieldType, Frame},
    theme::Theme,
};
use scene::Color;
use serde_json::Value as Json;

use crate::{
    chart::graph::{LineStyle, Style},
    drawing::ink,
    panel::options,
    view::PanelView,
};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    Circle,
    Square,
}

/// One y field over an x field.
#[derive(Clone, Debug)]
pub struct XySeries {
    pub name: String,
    pub x: Field,
    pub x_name: String,
    pub y: Field,
    pub y_name: String,
    /// Its values give each point its colour.
    pub color_field: Option<Field>,
    /// Its values give each point its size.
    pub size_field: Option<Field>,
    /// Dealt from the classic palette, for fields that take theirs from it.
    palette_index: usize,
    pub show_points: bool,
    pub show_line: bool,
    pub shape: Shape,
    pub stroke_width_px: f64,
    /// From 0 to 1.
    pub fill_opacity: f32,
    pub line_width_px: f64,
    pub line_style: LineStyle,
}

/// The series of a panel, in order. Source: grafana 12.4.0 xychart `prepSeries`.
pub fn prepare(view: &PanelView) -> Vec<XySeries> {
    let names = NameContext::of(&view.frames);
    let mut all = Vec::new();
    for mapping in Mapping::read(&view.panel) {
        for (index, frame) in view.frames.iter().enumerate() {
            if mapping.frame.is_none_or(|wanted| wanted == index) {
                mapping.series(frame, &view.frames, &names, &mut all);
            }
        }
    }
    let dealt = all.iter_mut().filter(|one| one.color_field.is_none() && color_mode(&one.y) == "palette-classic");
    dealt.enumerate().for_each(|(index, one)| one.palette_index = index);
    let shown: Vec<String> = all.iter().map(|one| one.name.clone()).collect();
    all.iter_mut().zip(without_common_words(&shown)).for_each(|(one, name)| one.name = name);
    all
}

/// One entry of `options.series`.
struct Mapping {
    manual: bool,
    name: Option<String>,
    frame: Option<usize>,
    x: FieldMatcher,
    y: FieldMatcher,
    color: Option<FieldMatcher>,
    size: Option<FieldMatcher>,
}

impl Mapping {
    fn read(panel: &Panel) -> Vec<Mapping> {
        let manual = options::text(&panel.options, "mapping", "auto") == "manual";
        let saved = options::at(&panel.options, "series").and_then(Json::as_array).filter(|series| !series.is_empty());
        match saved {
            Some(series) => series.iter().filter_map(|one| Mapping::one(one, manual)).collect(),
            None => Mapping::one(&Json::Null, manual).into_iter().collect(),
        }
    }

    /// Manual mappings must name frame, x and y.
    fn one(saved: &Json, manual: bool) -> Option<Mapping> {
        let matcher = |key: &str| saved.get(key)?.get("matcher").and_then(Matcher::from_json);
        let field = |key: &str| matcher(key).map(|matcher| FieldMatcher::new(&matcher).unwrap_or(FieldMatcher::Never));
        let number = || FieldMatcher::Types(vec![FieldType::Number]);
        let frame = matcher("frame");
        if manual && (frame.is_none() || field("x").is_none() || field("y").is_none()) {
            return None;
        }
        // Frames are told by their place; other matchers find none.
        let frame = frame.map(|matcher| match matcher.options.as_u64() {
            Some(index) if matcher.id == "byIndex" => index as usize,
            _ => usize::MAX,
        });
        Some(Mapping {
            manual,
            name: saved.pointer("/name/fixed").and_then(Json::as_str).map(str::to_owned),
            frame,
            x: field("x").unwrap_or_else(number),
            y: field("y").unwrap_or_else(number),
            color: field("color"),
            size: field("size"),
        })
    }

    fn series(&self, frame: &Frame, frames: &[Frame], names: &NameContext, all: &mut Vec<XySeries>) {
        let matches = |matcher: &FieldMatcher, field: &Field| matcher.matches(field, frame, names);
        let numbers: Vec<&Field> = frame.fields.iter().filter(|field| field.kind == FieldType::Number).collect();
        let first =
            |matcher: &Option<FieldMatcher>| numbers.iter().copied().find(|field| matcher.as_ref().is_some_and(|m| matches(m, field)));
        let (color, size) = (first(&self.color), first(&self.size));
        let mut placed = frame.fields.iter().filter(|field| matches!(field.kind, FieldType::Number | FieldType::Time));
        let Some(x) = placed.find(|field| matches(&self.x, field)) else {
            return;
        };
        let same = |a: Option<&Field>, b: &Field| a.is_some_and(|a| std::ptr::eq(a, b));
        for y in numbers.iter().copied() {
            let is_used = !self.manual && (same(color, y) || same(size, y));
            let hidden = y.config.custom.get("hideFrom").and_then(|hide| hide.get("viz")).and_then(Json::as_bool).unwrap_or(false);
            if same(Some(x), y) || is_used || hidden || !matches(&self.y, y) {
                continue;
            }
            let name = |field: &Field| field.display_name.clone().unwrap_or_else(|| display_name(field, frame, frames));
            all.push(XySeries::of(self.name.clone(), (x, name(x)), (y, name(y)), color, size));
            if self.manual {
                return;
            }
        }
    }
}

impl XySeries {
    fn of(name: Option<String>, x: (&Field, String), y: (&Field, String), color: Option<&Field>, size: Option<&Field>) -> XySeries {
        let custom = &y.0.config.custom;
        let number = |key: &str, default: f64| custom.get(key).and_then(Json::as_f64).unwrap_or(default);
        let text = |key: &str| custom.get(key).and_then(Json::as_str).unwrap_or_default();
        XySeries {
            name: name.unwrap_or_else(|| y.1.clone()),
            x: x.0.clone(),
            x_name: x.1,
            y: y.0.clone(),
            y_name: y.1,
            color_field: color.cloned(),
            size_field: size.cloned(),
            palette_index: 0,
            show_points: text("show") != "lines",
            show_line: matches!(text("show"), "lines" | "points+lines"),
            shape: if text("pointShape") == "square" { Shape::Square } else { Shape::Circle },
            stroke_width_px: number("pointStrokeWidth", 1.0).max(0.0),
            fill_opacity: (number("fillOpacity", 50.0) / 100.0).clamp(0.0, 1.0) as f32,
            line_width_px: number("lineWidth", 2.0),
            line_style: Style::read(custom).line_style,
        }
    }

    /// The one colour of the series: from the palette or fixed; black where the mode is another, grey where points have
    /// their own.
    pub fn color(&self, theme: &Theme) -> Color {
        if self.color_field.is_some() {
            return ink(grafana::theme::FALLBACK);
        }
        let fixed = self.y.config.color.as_ref().and_then(|color| color.fixed_color.as_deref());
        match color_mode(&self.y) {
            "palette-classic" => {
                let palette = theme.palette_classic();
                ink(palette[self.palette_index % palette.len()])
            }
            "fixed" => ink(fixed.map_or(grafana::theme::FALLBACK, |name| theme.color(name))),
            _ => Color::rgb(0, 0, 0),
        }
    }

    /// A point's diameter in px; `sizes` are the least and greatest value of all size fields: areas grow with the values.
    pub fn size_px(&self, row: usize, sizes: Option<(f64, f64)>) -> f64 {
        let (Some(field), Some((least, greatest))) = (&self.size_field, sizes) else {
            return point_size(&self.y, "fixed").unwrap_or(5.0);
        };
        let (min, max) = (point_size(field, "min").unwrap_or(5.0), point_size(field, "max").unwrap_or(100.0));
        let value = field.values.numbers().and_then(|values| values.get(row).copied().flatten()).unwrap_or(0.0);
        let part = if greatest > least { (value - least) / (greatest - least) } else { 0.0 };
        (min.powi(2) + part * (max.powi(2) - min.powi(2))).max(0.0).sqrt()
    }

    /// How far points may reach out of the plot and still be drawn.
    pub fn most_size_px(&self) -> f64 {
        point_size(&self.y, "max").or(point_size(&self.y, "fixed")).unwrap_or(5.0)
    }
}

fn point_size(field: &Field, key: &str) -> Option<f64> {
    field.config.custom.get("pointSize")?.get(key)?.as_f64()
}

fn color_mode(field: &Field) -> &str {
    field.config.color.as_ref().map_or("palette-classic", |color| color.mode.as_str())
}

/// Least and greatest finite value.
pub fn extent(field: &Field) -> Option<(f64, f64)> {
    let values = field.values.numbers()?.iter().flatten().copied().filter(|value| value.is_finite());
    values.fold(None, |extent: Option<(f64, f64)>, value| Some(extent.map_or((value, value), |(a, b)| (a.min(value), b.max(value)))))
}

pub fn size_range(all: &[XySeries]) -> Option<(f64, f64)> {
    all.iter().filter_map(|one| extent(one.size_field.as_ref()?)).reduce(|a, b| (a.0.min(b.0), a.1.max(b.1)))
}

pub fn color_range(all: &[XySeries]) -> Option<(f64, f64)> {
    all.iter().filter_map(|one| extent(one.color_field.as_ref()?)).reduce(|a, b| (a.0.min(b.0), a.1.max(b.1)))
}

/// An axis' label for fields of these names: the words all begin or end with.
pub fn common_label(names: &[&str]) -> Option<String> {
    let first = *names.first()?;
    let label = if names.iter().all(|name| *name == first) {
        first.to_owned()
    } else {
        let words: Vec<Vec<&str>> = names.iter().map(|name| words(name)).collect();
        let (before, after) = common_words(&words)?;
        let first = &words[0];
        if first.len() == 1 && before == 1 && after == 1 {
            return None;
        }
        let before = &first[..before.min(first.len())];
        let after = &first[first.len() - after.min(first.len())..];
        before.iter().chain(after).copied().collect::<Vec<_>>().join(" ")
    };
    Some(label).filter(|label| !label.is_empty())
}

/// Names without the words that all of them begin or end with.
fn without_common_words(names: &[String]) -> Vec<String> {
    let split: Vec<Vec<&str>> = names.iter().map(|name| words(name)).collect();
    let Some((before, after)) = common_words(&split) else {
        return names.to_vec();
    };
    let rest = |words: &Vec<&str>| words.get(before..words.len().saturating_sub(after)).unwrap_or_default().join(" ");
    split.iter().map(rest).collect()
}

fn words(name: &str) -> Vec<&str> {
    // As JavaScript splits: blanks at an end leave an empty word there.
    let mut words: Vec<&str> = name.split_whitespace().collect();
    if name.starts_with(char::is_whitespace) {
        words.insert(0, "");
    }
    if name.ends_with(char::is_whitespace) || words.is_empty() {
        words.push("");
    }
    words
}

/// How many words all names share at their begin and end; `None` for a single name.
fn common_words(names: &[Vec<&str>]) -> Option<(usize, usize)> {
    if names.len() < 2 {
        return None;
    }
    let shortest = names.iter().min_by_key(|words| words.len())?;
    let others = names.iter().filter(|words| !std::ptr::eq(*words, shortest));
    let shared = |others: &Vec<&str>| {
        let before = shortest.iter().zip(others).take_while(|(a, b)| a == b).count();
        // Counted at the shortest name's places, as Grafana does.
        let after = (0..shortest.len()).rev().take_while(|at| others.get(*at) == Some(&shortest[*at])).count();
        (before, after)
    };
    others.map(shared).reduce(|a, b| (a.0.min(b.0), a.1.min(b.1)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_lose_what_they_share() {
        let check = |names: &[&str], expected: &[&str], label: Option<&str>| {
            let owned: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
            assert_eq!(without_common_words(&owned), expected);
            assert_eq!(common_label(names).as_deref(), label, "{names:?}");
        };
        check(&["Weight Male", "Weight Female"], &["Male", "Female"], Some("Weight"));
        check(&["y", "z"], &["y", "z"], None);
        check(&["a"], &["a"], Some("a"));
        check(&["cpu used", "mem used"], &["cpu", "mem"], Some("used"));
    }
}
