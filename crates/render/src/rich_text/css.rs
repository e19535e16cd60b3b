//! Declarations of `style` attributes.

use grafana::theme::Theme;
use scene::Color;

use crate::drawing::ink;

/// A length as it was written.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Length {
    Px(f64),
    /// Of what is around, from 0 to 1.
    Part(f64),
}

impl Length {
    pub fn px(self, of: f64) -> f64 {
        match self {
            Length::Px(px) => px,
            Length::Part(part) => part * of,
        }
    }
}

/// Reads a length; `em` is the font size in px.
pub fn length(value: &str, em: f64) -> Option<Length> {
    let value = value.trim();
    if value == "0" {
        return Some(Length::Px(0.0));
    }
    let at = value.find(|c: char| !(c.is_ascii_digit() || matches!(c, '.' | '-' | '+')))?;
    let number: f64 = value[..at].parse().ok()?;
    let px = match value[at..].trim() {
        "px" => number,
        "pt" => number * 4.0 / 3.0,
        "em" => number * em,
        "rem" => number * 14.0,
        "ch" | "ex" => number * em / 2.0,
        "cm" => number * 96.0 / 2.54,
        "mm" => number * 9.6 / 2.54,
        "in" => number * 96.0,
        "vw" => number * 16.0,
        "vh" => number * 9.0,
        "%" => return number.is_finite().then_some(Length::Part(number.clamp(-1000.0, 1000.0) / 100.0)),
        _ => return None,
    };
    px.is_finite().then_some(Length::Px(px.clamp(-4000.0, 4000.0)))
}

/// A font size in px from a length, a percentage or a word.
pub fn font_size(value: &str, em: f64) -> Option<f64> {
    let size = match value {
        "xx-small" => 9.0,
        "x-small" => 10.0,
        "small" => 13.0,
        "medium" => 16.0,
        "large" => 18.0,
        "x-large" => 24.0,
        "xx-large" => 32.0,
        "xxx-large" => 48.0,
        "smaller" => em / 1.2,
        "larger" => em * 1.2,
        value => length(value, em)?.px(em),
    };
    Some(size.clamp(1.0, 400.0))
}

/// A colour; `None` for words that mean another's colour and for what is no colour.
pub fn color(value: &str, theme: &Theme) -> Option<Color> {
    let value = value.trim();
    let is_other = matches!(value, "" | "inherit" | "initial" | "unset" | "currentColor" | "currentcolor" | "none");
    if is_other || value.contains("var(") || value.contains("url(") || value.contains("gradient(") {
        return None;
    }
    // Names that Grafana has for its own tones, too.
    let named = match value.to_ascii_lowercase().as_str() {
        "red" => Some(Color::rgb(0xff, 0, 0)),
        "green" => Some(Color::rgb(0, 0x80, 0)),
        "blue" => Some(Color::rgb(0, 0, 0xff)),
        "orange" => Some(Color::rgb(0xff, 0xa5, 0)),
        "yellow" => Some(Color::rgb(0xff, 0xff, 0)),
        "purple" => Some(Color::rgb(0x80, 0, 0x80)),
        _ => None,
    };
    Some(named.unwrap_or_else(|| ink(theme.color(value))))
}

/// The parts of a value, brackets kept together: "1px solid rgb(1, 2, 3)" has three.
pub fn parts(value: &str) -> Vec<&str> {
    let (mut parts, mut start, mut depth) = (Vec::new(), 0, 0_i32);
    for (at, c) in value.char_indices() {
        match c {
            '(' => depth += 1,
            ')' => depth -= 1,
            c if c.is_whitespace() && depth <= 0 => {
                parts.push(&value[start..at]);
                start = at + c.len_utf8();
            }
            _ => {}
        }
    }
    parts.push(&value[start..]);
    parts.retain(|part| !part.is_empty());
    parts
}

/// The box of a block: what stands around its content.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct BoxStyle {
    /// Top, right, bottom, left, px.
    pub margin: [f64; 4],
    /// Whether the left and right margins take what is left.
    pub auto: (bool, bool),
    pub padding: [f64; 4],
    /// Widths, px, and colours.
    pub border: [(f64, Option<Color>); 4],
    pub radius: f64,
    pub background: Option<Color>,
    pub width: Option<Length>,
    pub max_width: Option<Length>,
    pub min_height: f64,
}

impl BoxStyle {
    /// Takes over a declaration; false where it is not one of boxes. `em` in px, `of` the width around.
    pub fn set(&mut self, name: &str, value: &str, em: f64, of: f64, theme: &Theme) -> bool {
        let px = |value: &str| length(value, em).map(|length| length.px(of));
        match name {
            "margin" => {
                for (side, part) in four(value) {
                    self.set_margin(side, part, em, of);
                }
            }
            "margin-top" => self.set_margin(0, value, em, of),
            "margin-right" => self.set_margin(1, value, em, of),
            "margin-bottom" => self.set_margin(2, value, em, of),
            "margin-left" => self.set_margin(3, value, em, of),
            "padding" => {
                for (side, part) in four(value) {
                    self.padding[side] = px(part).unwrap_or(0.0).max(0.0);
                }
            }
            "padding-top" => self.padding[0] = px(value).unwrap_or(0.0).max(0.0),
            "padding-right" => self.padding[1] = px(value).unwrap_or(0.0).max(0.0),
            "padding-bottom" => self.padding[2] = px(value).unwrap_or(0.0).max(0.0),
            "padding-left" => self.padding[3] = px(value).unwrap_or(0.0).max(0.0),
            "border" => self.border = [border(value, em, theme); 4],
            "border-top" => self.border[0] = border(value, em, theme),
            "border-right" => self.border[1] = border(value, em, theme),
            "border-bottom" => self.border[2] = border(value, em, theme),
            "border-left" => self.border[3] = border(value, em, theme),
            "border-width" => {
                for (side, part) in four(value) {
                    self.border[side].0 = px(part).unwrap_or(0.0).max(0.0);
                }
            }
            "border-color" => self.border.iter_mut().for_each(|side| side.1 = color(value, theme)),
            "border-style" if matches!(value, "none" | "hidden") => self.border = Default::default(),
            "border-style" => self.border.iter_mut().filter(|side| side.0 == 0.0).for_each(|side| side.0 = 3.0),
            "border-radius" => self.radius = px(parts(value).first().copied().unwrap_or("")).unwrap_or(0.0).clamp(0.0, 400.0),
            "background" | "background-color" => {
                let found = parts(value).into_iter().find_map(|part| color(part, theme));
                self.background = found.filter(|color| color.a > 0.0);
            }
            "width" => self.width = length(value, em),
            "max-width" => self.max_width = length(value, em),
            "min-height" => self.min_height = px(value).unwrap_or(0.0).max(0.0),
            _ => return false,
        }
        true
    }

    fn set_margin(&mut self, side: usize, value: &str, em: f64, of: f64) {
        let is_auto = value.trim() == "auto";
        match side {
            1 => self.auto.1 = is_auto,
            3 => self.auto.0 = is_auto,
            _ => {}
        }
        self.margin[side] = length(value, em).map_or(0.0, |length| length.px(of));
    }

    /// What stands left and right of the content, px.
    pub fn sides(&self) -> (f64, f64) {
        (self.padding[3] + self.border[3].0, self.padding[1] + self.border[1].0)
    }

    /// What stands above and below the content, px.
    pub fn ends(&self) -> (f64, f64) {
        (self.padding[0] + self.border[0].0, self.padding[2] + self.border[2].0)
    }
}

fn border(value: &str, em: f64, theme: &Theme) -> (f64, Option<Color>) {
    let (mut width, mut tint, mut is_drawn) = (3.0, None, false);
    for part in parts(value) {
        match part {
            "none" | "hidden" => return (0.0, None),
            "solid" | "dashed" | "dotted" | "double" | "groove" | "ridge" | "inset" | "outset" => is_drawn = true,
            "thin" => width = 1.0,
            "medium" => width = 3.0,
            "thick" => width = 5.0,
            part => match length(part, em) {
                Some(length) => width = length.px(0.0).clamp(0.0, 200.0),
                None => tint = color(part, theme),
            },
        }
    }
    (if is_drawn { width } else { 0.0 }, tint)
}

/// One to four values for top, right, bottom and left.
fn four(value: &str) -> impl Iterator<Item = (usize, &str)> {
    let parts = parts(value);
    let pick = match parts.len() {
        1 => [0, 0, 0, 0],
        2 => [0, 1, 0, 1],
        3 => [0, 1, 2, 1],
        _ => [0, 1, 2, 3],
    };
    (0..4).filter_map(move |side| Some((side, *parts.get(pick[side])?)))
}

/// Declarations of a `style` attribute: lower-case names and values.
pub fn declarations(css: &str) -> impl Iterator<Item = (String, &str)> {
    css.split(';').filter_map(|declaration| {
        let (name, value) = declaration.split_once(':')?;
        Some((name.trim().to_ascii_lowercase(), value.trim().trim_end_matches("!important").trim()))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(css: &str, expected: (&[f64], &[f64], [f64; 4])) {
        let (mut style, theme) = (BoxStyle::default(), Theme::light());
        for (name, value) in declarations(css) {
            style.set(&name, value, 14.0, 200.0, &theme);
        }
        assert_eq!((style.margin.as_slice(), style.padding.as_slice(), style.border.map(|side| side.0)), expected, "{css}");
    }

    #[test]
    fn boxes() {
        check("margin: 1px 2em; padding: 10%", (&[1.0, 28.0, 1.0, 28.0], &[20.0; 4], [0.0; 4]));
        check("margin: 1px 2px 3px; margin-left: -4px", (&[1.0, 2.0, 3.0, -4.0], &[0.0; 4], [0.0; 4]));
        check("border: 2px solid rgb(1, 2, 3); border-left: none", (&[0.0; 4], &[0.0; 4], [2.0, 2.0, 2.0, 0.0]));
        check("border: red; padding: 5px 6px 7px 8px", (&[0.0; 4], &[5.0, 6.0, 7.0, 8.0], [0.0; 4]));
        check("border-style: solid", (&[0.0; 4], &[0.0; 4], [3.0; 4]));
    }
}
