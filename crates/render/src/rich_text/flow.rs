//! Blocks under each other, with the margins Grafana's stylesheet gives them.

use grafana::theme::Theme;
use scene::{
    Fonts, Group, Mark, Role, TextStyle,
    kurbo::{Circle, Line as Segment, Rect, Shape},
};

use super::{
    html::{Element, Node, is_block},
    inline::{self, Piece, Style},
    table,
};
use crate::drawing::{self, Align, ink};

/// What laying out needs at every depth.
pub struct Flow<'a> {
    pub fonts: &'a Fonts,
    pub theme: &'a Theme,
}

/// A place in the document: its style and how it is aligned.
#[derive(Clone)]
pub struct Scope {
    pub style: Style,
    pub align: Align,
    /// Whitespace and line breaks stand as written.
    pub pre: bool,
}

/// Marks of some blocks and the height they take.
#[derive(Default)]
pub struct Laid {
    pub marks: Vec<Mark>,
    pub height: f64,
}

const PARAGRAPH: f64 = 16.0;
const INDENT: f64 = 24.0;

/// Lays a whole document out in `width` px, from the origin down.
pub fn lay_out(nodes: &[Node], width: f64, theme: &Theme, fonts: &Fonts) -> Laid {
    let flow = Flow { fonts, theme };
    let scope = Scope { style: Style::body(theme), align: Align::Left, pre: false };
    flow.blocks(nodes, &scope, 0.0, width)
}

/// Space under a block that the next block's place depends on.
struct Cursor {
    y: f64,
    margin: f64,
}

impl Flow<'_> {
    /// Lays `nodes` out from `x` in `width`; runs of inline nodes become paragraphs without margin.
    pub fn blocks(&self, nodes: &[Node], scope: &Scope, x: f64, width: f64) -> Laid {
        let mut marks = Vec::new();
        let mut cursor = Cursor { y: 0.0, margin: 0.0 };
        let mut run: Vec<Piece> = Vec::new();
        for node in nodes {
            match node {
                Node::Element(element) if is_block(&element.name) || self.holds_block(element) => {
                    self.flush(&mut run, scope, x, width, &mut cursor, &mut marks);
                    self.block(element, scope, x, width, &mut cursor, &mut marks);
                }
                node => self.inline(node, scope, &mut run),
            }
        }
        self.flush(&mut run, scope, x, width, &mut cursor, &mut marks);
        Laid { marks, height: cursor.y }
    }

    /// An inline element around a block (`<a><div>…`) is laid out as a block.
    fn holds_block(&self, element: &Element) -> bool {
        element.children.iter().any(|child| matches!(child, Node::Element(e) if is_block(&e.name) || self.holds_block(e)))
    }

    fn flush(&self, run: &mut Vec<Piece>, scope: &Scope, x: f64, width: f64, cursor: &mut Cursor, marks: &mut Vec<Mark>) {
        let blank = run.iter().all(|piece| matches!(piece, Piece::Text(text, _) if text.trim_matches([' ', '\n', '\t', '\r']).is_empty()));
        if !blank {
            cursor.y += std::mem::take(&mut cursor.margin);
            let (drawn, height) = inline::draw(run, x, cursor.y, width, scope.align, self.fonts);
            marks.push(drawing::role(Role::Paragraph, drawn));
            cursor.y += height;
        }
        run.clear();
    }

    fn block(&self, element: &Element, outer: &Scope, x: f64, width: f64, cursor: &mut Cursor, marks: &mut Vec<Mark>) {
        let Some(scope) = self.scope(element, outer) else { return };
        let name = element.name.as_str();
        let size = scope.style.text.size_px;
        let (above, below) = match name {
            "p" | "figure" | "pre" | "table" | "blockquote" | "address" => (0.0, PARAGRAPH),
            "ul" | "ol" if cursor.y == 0.0 && x > 0.0 => (0.0, 0.0),
            "ul" | "ol" => (0.0, if x > 0.0 { 0.0 } else { PARAGRAPH }),
            "h1" | "h2" | "h3" | "h4" | "h5" | "h6" => (0.0, size * 0.45),
            "hr" => (PARAGRAPH, PARAGRAPH),
            _ => (0.0, 0.0),
        };
        cursor.y += cursor.margin.max(above);
        cursor.margin = 0.0;
        let top = cursor.y;
        let laid = match name {
            "hr" => self.rule(x, width),
            "pre" => self.code_block(element, &scope, x, width),
            "blockquote" => self.quote(element, &scope, x, width),
            "ul" | "ol" => self.list(element, &scope, x, width),
            "table" => table::lay_out(self, element, &scope, x, width),
            _ => self.blocks(&element.children, &scope, x, width),
        };
        let background = scope.style.background.filter(|_| !matches!(name, "pre"));
        if let Some(color) = background.filter(|c| outer.style.background != Some(*c)) {
            marks.push(drawing::fill_rect(Rect::new(x, top, x + width, top + laid.height), color));
        }
        let role = match name {
            "ul" => Role::List { is_numbered: false },
            "ol" => Role::List { is_numbered: true },
            "table" => Role::Table,
            name => heading_level(name).map_or(Role::None, Role::Heading),
        };
        marks.push(Mark::Group(Group {
            transform: scene::kurbo::Affine::translate((0.0, top)),
            role,
            marks: laid.marks,
            ..Group::default()
        }));
        cursor.y += laid.height;
        cursor.margin = below;
    }

    fn rule(&self, x: f64, width: f64) -> Laid {
        let line = Segment::new((x, 0.5), (x + width, 0.5));
        Laid { marks: vec![Mark::stroke(line.to_path(0.1), ink(self.theme.border_medium), 1.0)], height: 1.0 }
    }

    fn code_block(&self, element: &Element, scope: &Scope, x: f64, width: f64) -> Laid {
        const PADDING: f64 = 10.0;
        let mut style = scope.style.clone();
        style.text = TextStyle { letter_spacing_px: 0.0, ..TextStyle::mono(12.0) };
        let text = plain_text(&element.children);
        let mut inner = Vec::new();
        let mut y = PADDING;
        for line in text.trim_end_matches('\n').trim_start_matches('\n').split('\n') {
            let line = line.replace('\t', "    ");
            for part in self.fonts.wrap(&line, &style.text, (width - 2.0 * PADDING).max(20.0)) {
                inner.push(drawing::shaped(part, x + PADDING, drawing::baseline(y, 18.0, 12.0), style.color));
                y += 18.0;
            }
        }
        let area = Rect::new(x, 0.0, x + width, y + PADDING);
        let mut marks = vec![
            drawing::fill_rounded(area, 2.0, ink(self.theme.panel)),
            Mark::stroke(drawing::rounded(area.inset(-0.5), 2.0).to_path(0.1), ink(self.theme.border_medium), 1.0),
        ];
        marks.extend(inner);
        Laid { marks, height: area.height() }
    }

    fn quote(&self, element: &Element, scope: &Scope, x: f64, width: f64) -> Laid {
        let mut laid = self.blocks(&element.children, scope, x + 21.0, (width - 21.0).max(20.0));
        laid.marks.push(drawing::fill_rect(Rect::new(x, 0.0, x + 5.0, laid.height), ink(self.theme.border_strong)));
        laid
    }

    fn list(&self, element: &Element, scope: &Scope, x: f64, width: f64) -> Laid {
        let first: i64 = element.attribute("start").and_then(|s| s.parse().ok()).unwrap_or(1);
        let mut laid = Laid::default();
        let items = element.children.iter().filter_map(|child| match child {
            Node::Element(item) => Some(item),
            Node::Text(_) => None,
        });
        for (index, item) in items.enumerate() {
            let Some(inner) = self.scope(item, scope) else { continue };
            let content = self.blocks(&item.children, &inner, x + INDENT, (width - INDENT).max(20.0));
            let base = laid.height + drawing::baseline(0.0, inner.style.line_px, inner.style.text.size_px);
            let label = if element.name == "ol" {
                let shaped = self.fonts.shape(&format!("{}.", first.saturating_add(index as i64)), &inner.style.text);
                let at = x + INDENT - shaped.width_px - 6.0;
                drawing::shaped(shaped, at, base, inner.style.color)
            } else {
                let dot = Circle::new((x + INDENT - 14.0, base - inner.style.text.size_px * 0.34), inner.style.text.size_px * 0.17);
                Mark::fill(dot.to_path(0.05), inner.style.color)
            };
            let height = content.height.max(inner.style.line_px);
            let body = Mark::at(0.0, laid.height, content.marks);
            let parts = vec![drawing::role(Role::Label, vec![label]), drawing::role(Role::Body, vec![body])];
            laid.marks.push(drawing::role(Role::Item, parts));
            laid.height += height;
        }
        laid
    }

    /// Adds an inline node to the running text.
    fn inline(&self, node: &Node, scope: &Scope, run: &mut Vec<Piece>) {
        match node {
            Node::Text(text) if scope.pre => {
                for (i, line) in text.split('\n').enumerate() {
                    if i > 0 {
                        run.push(Piece::Break);
                    }
                    run.push(Piece::Text(line.replace(' ', "\u{a0}"), scope.style.clone()));
                }
            }
            Node::Text(text) => run.push(Piece::Text(text.clone(), scope.style.clone())),
            Node::Element(element) if element.name == "br" => run.push(Piece::Break),
            Node::Element(element) if element.name == "img" => {
                let alt = element.attribute("alt").unwrap_or("").trim();
                if !alt.is_empty() {
                    run.push(Piece::Text(format!("[{alt}]"), self.alternative(scope)));
                }
            }
            Node::Element(element) => {
                let Some(scope) = self.scope(element, scope) else { return };
                for child in &element.children {
                    self.inline(child, &scope, run);
                }
            }
        }
    }

    /// How the words of a picture that is not drawn look.
    fn alternative(&self, scope: &Scope) -> Style {
        let mut style = scope.style.clone();
        style.color = ink(self.theme.text_secondary);
        style.text.italic = true;
        style
    }

    /// The scope inside `element`; `None` when it is not shown.
    pub fn scope(&self, element: &Element, outer: &Scope) -> Option<Scope> {
        let mut scope = outer.clone();
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
            "small" => Some((TextStyle { size_px: 12.0, ..style.text }, style.line_px)),
            "big" => Some((TextStyle { size_px: style.text.size_px * 1.2, ..style.text }, style.line_px * 1.2)),
            _ => None,
        };
        if let Some((text, line)) = set {
            (style.text, style.line_px) = (text, line);
        }
        match element.name.as_str() {
            "b" | "strong" | "th" | "dt" => style.text.weight = 500,
            "i" | "em" | "cite" | "var" | "dfn" | "figcaption-inline" => style.text.italic = true,
            "u" | "ins" => style.underline = true,
            "s" | "del" | "strike" => style.strike = true,
            "sub" | "sup" => style.text.size_px *= 0.75,
            "mark" => style.background = Some(ink(self.theme.warning)),
            "code" | "kbd" | "samp" | "tt" => {
                style.text = TextStyle { letter_spacing_px: 0.0, italic: style.text.italic, ..TextStyle::mono(12.0) };
                style.background = Some(ink(self.theme.secondary));
                style.code = true;
            }
            "center" => scope.align = Align::Center,
            "pre" | "textarea" => scope.pre = true,
            "a" => {
                let href = element.attribute("href").map(str::trim).unwrap_or("");
                if !href.is_empty() {
                    style.color = ink(self.theme.text_link);
                }
                // Only addresses that cannot run anything; others keep their words.
                style.link =
                    ["http://", "https://", "mailto:"].iter().any(|p| href.to_ascii_lowercase().starts_with(p)).then(|| href.to_owned());
            }
            "font" => {
                if let Some(color) = element.attribute("color") {
                    self.color(color, &mut style.color);
                }
            }
            _ => {}
        }
        if element.name == "figcaption-inline" {
            style.color = ink(self.theme.text_secondary);
        }
        match element.attribute("align").unwrap_or("") {
            "center" => scope.align = Align::Center,
            "right" => scope.align = Align::Right,
            "left" => scope.align = Align::Left,
            _ => {}
        }
        if is_block(&element.name) && scope.style.background.is_some() {
            scope.style.background = None;
        }
        match element.attribute("style") {
            Some(css) => self.inline_css(css, &mut scope).then_some(scope),
            None => Some(scope),
        }
    }

    /// Applies a `style` attribute; false when it hides the element.
    fn inline_css(&self, css: &str, scope: &mut Scope) -> bool {
        for declaration in css.split(';') {
            let Some((name, value)) = declaration.split_once(':') else { continue };
            let value = value.trim().trim_end_matches("!important").trim();
            match name.trim().to_ascii_lowercase().as_str() {
                "display" if value == "none" => return false,
                "visibility" if value == "hidden" => return false,
                "color" => self.color(value, &mut scope.style.color),
                "background" | "background-color" => {
                    let mut color = scope.style.background.unwrap_or(scene::Color::rgba(0, 0, 0, 0.0));
                    self.color(value, &mut color);
                    scope.style.background = (color.a > 0.0).then_some(color);
                }
                "font-size" => {
                    if let Some(size) = length(value, scope.style.text.size_px) {
                        let factor = scope.style.line_px / scope.style.text.size_px;
                        scope.style.text.size_px = size;
                        scope.style.line_px = size * factor;
                    }
                }
                "line-height" => {
                    if let Some(line) =
                        value.parse::<f64>().ok().map(|n| n * scope.style.text.size_px).or_else(|| length(value, scope.style.text.size_px))
                    {
                        scope.style.line_px = line.clamp(4.0, 400.0);
                    }
                }
                "font-weight" => {
                    let bold = matches!(value, "bold" | "bolder") || value.parse::<u16>().is_ok_and(|w| w >= 500);
                    scope.style.text.weight = if bold { 500 } else { 400 };
                }
                "font-style" => scope.style.text.italic = matches!(value, "italic" | "oblique"),
                "text-decoration" | "text-decoration-line" => {
                    scope.style.underline = value.contains("underline");
                    scope.style.strike = value.contains("line-through");
                }
                "text-align" => {
                    scope.align = match value {
                        "center" => Align::Center,
                        "right" | "end" => Align::Right,
                        _ => Align::Left,
                    };
                }
                _ => {}
            }
        }
        true
    }

    fn color(&self, value: &str, into: &mut scene::Color) {
        let value = value.trim();
        if !matches!(value, "" | "inherit" | "initial" | "unset" | "currentColor" | "none")
            && !value.contains("var(")
            && !value.contains("url(")
        {
            *into = ink(self.theme.color(value));
        }
    }
}

/// A CSS length in px. `em` is the font size percentages and ems count in.
fn length(value: &str, em: f64) -> Option<f64> {
    let at = value.find(|c: char| !(c.is_ascii_digit() || matches!(c, '.' | '-' | '+')))?;
    let number: f64 = value[..at].parse().ok()?;
    let px = match value[at..].trim() {
        "px" => number,
        "pt" => number * 4.0 / 3.0,
        "em" => number * em,
        "rem" => number * 14.0,
        "%" => number * em / 100.0,
        "vw" => number * 16.0,
        "vh" => number * 9.0,
        _ => return None,
    };
    Some(px.clamp(1.0, 400.0))
}

fn heading_level(name: &str) -> Option<u8> {
    let level = name.strip_prefix('h')?.parse::<u8>().ok()?;
    // The panel's own title is a heading of the third level.
    (1..=6).contains(&level).then_some((level + 3).min(6))
}

/// All text of some nodes as written.
pub fn plain_text(nodes: &[Node]) -> String {
    let mut out = String::new();
    for node in nodes {
        match node {
            Node::Text(text) => out.push_str(text),
            Node::Element(e) if e.name == "br" => out.push('\n'),
            Node::Element(e) => out.push_str(&plain_text(&e.children)),
        }
    }
    out
}
