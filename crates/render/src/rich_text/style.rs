//! How elements look: Grafana's stylesheet for formatted text, then the element's own attributes.

use scene::TextStyle;

use super::{
    css::{self, BoxStyle},
    flow::{Flow, Scope},
    html::Element,
    sanitize,
};
use crate::{
    color_math::over,
    drawing::{Align, ink},
};

/// The space under paragraphs, lists, tables and code, px.
pub const PARAGRAPH: f64 = 16.0;
/// How far lists are moved in, px.
pub const INDENT: f64 = 24.0;

/// Grafana's third grey of old, at the side of quotes.
const QUOTE_EDGE: scene::Color = scene::Color::rgb(0xb3, 0xb3, 0xb3);

impl Flow<'_> {
    /// The scope inside `element` and the box around it; `None` when it is not shown. `is_last`: nothing follows it in its parent.
    pub fn styled(&self, element: &Element, outer: &Scope, is_last: bool) -> Option<(Scope, BoxStyle)> {
        let mut scope = outer.clone();
        let mut boxed = BoxStyle::default();
        if super::html::is_block(&element.name) {
            scope.style.background = None;
        }
        self.text_of(element, &mut scope);
        self.box_of(element, &scope, is_last, &mut boxed);
        self.attributes_of(element, &mut scope, &mut boxed);
        let css = element.attribute("style").unwrap_or("");
        self.css_of(css, &mut scope, &mut boxed).then_some((scope, boxed))
    }

    fn text_of(&self, element: &Element, scope: &mut Scope) {
        let style = &mut scope.style;
        let heading = |size: f64, line: f64, spacing: f64, weight: u16| {
            (TextStyle { letter_spacing_px: spacing, weight, ..TextStyle::sans(size) }, line)
        };
        let set = match element.name.as_str() {
            "h1" => Some(heading(28.0, 32.0, -0.25, 400)),
            "h2" => Some(heading(24.0, 28.0, 0.0, 400)),
            "h3" => Some(heading(22.0, 24.0, 0.0, 400)),
            "h4" => Some(heading(18.0, 22.0, 0.25, 400)),
            "h5" => Some(heading(16.0, 22.0, 0.0, 400)),
            "h6" => Some(heading(14.0, 22.0, 0.15, 500)),
            "small" => Some((TextStyle { size_px: 12.0, weight: 400, ..style.text }, style.line_px)),
            "big" => Some((TextStyle { size_px: style.text.size_px * 1.2, ..style.text }, style.line_px * 1.2)),
            "p" if scope.in_quote => Some((TextStyle { size_px: 17.5, ..style.text }, 17.5 * 1.25)),
            _ => None,
        };
        if let Some((text, line)) = set {
            (style.text, style.line_px) = (text, line);
        }
        match element.name.as_str() {
            "b" | "strong" | "dt" => style.text.weight = 500,
            "i" | "em" | "var" | "dfn" | "address" => style.text.italic = element.name != "address",
            "u" | "ins" => style.underline = true,
            "s" | "del" | "strike" => style.strike = true,
            "sub" | "sup" => {
                style.text.size_px *= 0.75;
                style.raise += style.text.size_px * if element.name == "sup" { 0.5 } else { -0.25 };
            }
            "mark" => {
                style.background = Some(ink(self.theme.warning));
                style.color = scene::Color::rgb(0, 0, 0);
            }
            "tt" => style.text = TextStyle { italic: style.text.italic, ..TextStyle::mono(style.text.size_px) },
            "code" | "kbd" | "samp" if !scope.pre => {
                style.text = TextStyle { letter_spacing_px: 0.13, italic: style.text.italic, ..TextStyle::mono(12.0) };
                style.background = Some(ink(self.theme.panel));
                style.color = if style.link.is_some() { style.color } else { ink(self.theme.text_primary) };
                style.code = Some(ink(self.theme.border_medium));
                style.code_side = if element.name == "code" { 6.0 + super::inline::CODE_MARGIN } else { 1.0 };
            }
            "center" => scope.align = Align::Center,
            "caption" => {
                style.color = ink(self.theme.text_secondary);
                scope.align = Align::Left;
            }
            "th" => {
                style.text.weight = 500;
                scope.align = Align::Left;
            }
            "pre" | "textarea" => scope.pre = true,
            "blockquote" => scope.in_quote = true,
            "a" => {
                let href = element.attribute("href").map(str::trim).unwrap_or("");
                style.color = ink(self.theme.text_link);
                // Only addresses that cannot run anything; others keep their words.
                let is_address = ["http://", "https://", "mailto:", "/"].iter().any(|p| href.to_ascii_lowercase().starts_with(p));
                style.link = is_address.then(|| href.to_owned());
            }
            _ => {}
        }
    }

    fn box_of(&self, element: &Element, scope: &Scope, is_last: bool, boxed: &mut BoxStyle) {
        let below = if is_last { 0.0 } else { PARAGRAPH };
        match element.name.as_str() {
            "p" if scope.in_quote => {}
            "p" | "table" => boxed.margin[2] = below,
            "ul" | "ol" => {
                boxed.margin[2] = below;
                boxed.padding[3] = INDENT;
            }
            "figure" | "address" => boxed.margin[2] = PARAGRAPH,
            "dd" => boxed.margin[2] = 8.0,
            "h1" | "h2" | "h3" | "h4" | "h5" | "h6" => boxed.margin[2] = scope.style.text.size_px * 0.45,
            "hr" => (boxed.margin[0], boxed.margin[2]) = (PARAGRAPH, PARAGRAPH),
            "caption" => (boxed.padding[0], boxed.padding[2]) = (4.0, 4.0),
            "blockquote" => {
                boxed.margin[2] = PARAGRAPH;
                boxed.padding[3] = PARAGRAPH;
                boxed.border[3] = (5.0, Some(QUOTE_EDGE));
            }
            "pre" => {
                boxed.margin[2] = PARAGRAPH;
                boxed.padding = [10.0; 4];
                boxed.border = [(1.0, Some(ink(self.theme.border_medium))); 4];
                boxed.radius = 6.0;
                boxed.background = Some(ink(self.theme.panel));
            }
            "td" | "th" => {
                boxed.padding = [4.0, 8.0, 4.0, 8.0];
                // Neighbours share their lines: what shines through would be twice as dark there.
                boxed.border = [(1.0, Some(over(ink(self.theme.border_medium), ink(self.theme.panel)))); 4];
                if element.name == "th" {
                    boxed.background = Some(ink(self.theme.secondary));
                }
            }
            _ => {}
        }
    }

    fn attributes_of(&self, element: &Element, scope: &mut Scope, boxed: &mut BoxStyle) {
        if element.name == "font" {
            if let Some(color) = element.attribute("color").and_then(|color| css::color(color, self.theme)) {
                scope.style.color = color;
            }
            let sizes = [10.0, 13.0, 16.0, 18.0, 24.0, 32.0, 48.0];
            let size = element.attribute("size").and_then(|size| {
                let number: i32 = size.trim().trim_start_matches('+').parse().ok()?;
                let is_relative = size.trim().starts_with(['+', '-']);
                sizes.get((if is_relative { 3 + number } else { number }).clamp(1, 7) as usize - 1)
            });
            if let Some(size) = size {
                scope.resize(*size);
            }
            if element.attribute("face").is_some_and(is_monospaced) {
                scope.style.text = TextStyle { italic: scope.style.text.italic, ..TextStyle::mono(scope.style.text.size_px) };
            }
        }
        let centered = |boxed: &mut BoxStyle| boxed.auto = (true, true);
        match (element.attribute("align").unwrap_or(""), element.name.as_str()) {
            ("center", "table") => centered(boxed),
            ("right", "table") => boxed.auto = (true, false),
            // The stylesheet's own word on names of columns goes before the attribute.
            (_, "table" | "th") => {}
            ("center", _) => scope.align = Align::Center,
            ("right", _) => scope.align = Align::Right,
            ("left", _) => scope.align = Align::Left,
            _ => {}
        }
        if let Some(width) = element.attribute("width").filter(|_| matches!(element.name.as_str(), "table" | "td" | "th")) {
            let is_number = width.trim().parse::<f64>().is_ok();
            boxed.width = css::length(&if is_number { format!("{}px", width.trim()) } else { width.to_owned() }, 14.0);
        }
        for class in element.attribute("class").unwrap_or("").split_whitespace() {
            match class {
                "text-center" => scope.align = Align::Center,
                "text-right" => scope.align = Align::Right,
                "text-left" => scope.align = Align::Left,
                "muted" => scope.style.color = ink(self.theme.text_secondary),
                "pull-right" => scope.align = Align::Right,
                _ => {}
            }
        }
    }

    /// Applies declarations; false when they hide the element.
    fn css_of(&self, css: &str, scope: &mut Scope, boxed: &mut BoxStyle) -> bool {
        for (name, value) in css::declarations(css) {
            if !sanitize::is_property(&name) {
                continue;
            }
            let em = scope.style.text.size_px;
            if boxed.set(&name, value, em, scope.width, self.theme) {
                if name.starts_with("background") {
                    scope.style.background = boxed.background.or(scope.style.background.filter(|_| scope.style.code.is_some()));
                }
                continue;
            }
            match name.as_str() {
                "display" if value == "none" => return false,
                "color" => scope.style.color = css::color(value, self.theme).unwrap_or(scope.style.color),
                "font-size" => {
                    if let Some(size) = css::font_size(value, em) {
                        scope.resize(size);
                    }
                }
                "font-weight" => {
                    let is_bold = matches!(value, "bold" | "bolder") || value.parse::<u16>().is_ok_and(|weight| weight >= 500);
                    scope.style.text.weight = if is_bold { 500 } else { 400 };
                }
                "font-family" if is_monospaced(value) => {
                    scope.style.text = TextStyle { italic: scope.style.text.italic, ..TextStyle::mono(em) };
                }
                "font-style" => scope.style.text.italic = matches!(value, "italic" | "oblique"),
                "letter-spacing" => {
                    scope.style.text.letter_spacing_px = css::length(value, em).map_or(0.0, |length| length.px(0.0).clamp(-10.0, 100.0));
                }
                "text-decoration" | "text-decoration-line" => {
                    scope.style.underline = value.contains("underline");
                    scope.style.strike = value.contains("line-through");
                }
                "text-transform" => {
                    scope.case = match value {
                        "uppercase" => Some(true),
                        "lowercase" => Some(false),
                        _ => None,
                    };
                }
                "text-align" => {
                    scope.align = match value {
                        "center" => Align::Center,
                        "right" | "end" => Align::Right,
                        _ => Align::Left,
                    };
                }
                "justify-content" | "align-items" if value == "center" && css.contains("flex") => scope.align = Align::Center,
                "list-style" | "list-style-type" => scope.bullets = !value.contains("none"),
                _ => {}
            }
        }
        true
    }
}

impl Scope {
    /// Another font size; lines keep their proportion.
    fn resize(&mut self, size: f64) {
        let factor = self.style.line_px / self.style.text.size_px;
        self.style.text.size_px = size;
        self.style.line_px = size * factor;
    }
}

fn is_monospaced(family: &str) -> bool {
    let family = family.to_ascii_lowercase();
    ["mono", "courier", "consolas", "menlo"].iter().any(|name| family.contains(name))
}
