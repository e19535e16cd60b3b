//! Blocks under each other, with the margins Grafana's stylesheet gives them.

use std::{collections::BTreeMap, sync::Arc};

use grafana::theme::Theme;
use scene::{
    Fonts, Group, Image, Mark, Role, TextStyle,
    kurbo::{Affine, BezPath, Circle, Point, Rect, Shape},
};

use super::{
    css::{self, BoxStyle},
    flex,
    html::{Element, Node, is_block},
    inline::{self, Picture, Piece, Style},
    table,
};
use crate::drawing::{self, Align, ink};

/// Pictures by their addresses.
pub type Pictures = BTreeMap<String, Arc<Vec<u8>>>;

/// What laying out needs at every depth.
pub struct Flow<'a> {
    pub fonts: &'a Fonts,
    pub theme: &'a Theme,
    pub pictures: &'a Pictures,
}

/// A place in the document: its style and how it is aligned.
#[derive(Clone)]
pub struct Scope {
    pub style: Style,
    pub align: Align,
    /// Whitespace and line breaks stand as written.
    pub pre: bool,
    pub in_quote: bool,
    /// Lists have signs.
    pub bullets: bool,
    /// How many lists it is in.
    pub depth: usize,
    /// Upper or lower case, whatever is written.
    pub case: Option<bool>,
    /// The width around, px.
    pub width: f64,
}

/// Marks of some blocks, the height they take, and the margins that stick out of their first and last.
#[derive(Default)]
pub struct Laid {
    pub marks: Vec<Mark>,
    pub height: f64,
    pub above: f64,
    pub below: f64,
}

/// Lays a whole document out in `width` px, from the origin down.
pub fn lay_out(nodes: &[Node], width: f64, theme: &Theme, fonts: &Fonts, pictures: &Pictures) -> Laid {
    let flow = Flow { fonts, theme, pictures };
    let scope =
        Scope { style: Style::body(theme), align: Align::Left, pre: false, in_quote: false, bullets: true, depth: 0, case: None, width };
    let laid = flow.blocks(nodes, &scope, 0.0, width);
    if laid.above == 0.0 {
        return laid;
    }
    Laid { marks: vec![Mark::at(0.0, laid.above, laid.marks)], height: laid.height + laid.above, ..Laid::default() }
}

/// The addresses of the pictures of a document.
pub fn picture_addresses(nodes: &[Node], into: &mut Vec<String>) {
    for node in nodes {
        let Node::Element(element) = node else { continue };
        if let Some(address) = element.attribute("src").filter(|address| element.name == "img" && !address.is_empty()) {
            into.push(address.to_owned());
        }
        picture_addresses(&element.children, into);
    }
}

/// Where the next block goes.
#[derive(Default)]
struct Cursor {
    laid: Laid,
    has_begun: bool,
}

impl Cursor {
    /// Puts something of `height` with margins; returns where its top is.
    fn put(&mut self, above: f64, height: f64, below: f64) -> f64 {
        match self.has_begun {
            // Margins between blocks count once, the greater of both.
            true => self.laid.height += self.laid.below.max(above),
            false => self.laid.above = above,
        }
        let top = self.laid.height;
        self.laid.height += height;
        self.laid.below = below;
        self.has_begun = true;
        top
    }
}

impl Flow<'_> {
    /// Lays `nodes` out from `x` in `width`; runs of inline nodes become paragraphs without margin.
    pub fn blocks(&self, nodes: &[Node], scope: &Scope, x: f64, width: f64) -> Laid {
        let scope = &Scope { width, ..scope.clone() };
        let mut cursor = Cursor::default();
        let mut run: Vec<Piece> = Vec::new();
        let is_element = |node: &Node| matches!(node, Node::Element(_));
        let last = nodes.iter().rposition(is_element);
        for (index, node) in nodes.iter().enumerate() {
            match node {
                Node::Element(element) if self.is_laid_as_block(element) => {
                    self.flush(&mut run, scope, x, width, &mut cursor);
                    self.block(element, scope, x, width, last == Some(index), &mut cursor);
                }
                node => self.inline(node, scope, &mut run),
            }
        }
        self.flush(&mut run, scope, x, width, &mut cursor);
        cursor.laid
    }

    /// Blocks, what is displayed as one, and what holds one (`<a><div>…`).
    fn is_laid_as_block(&self, element: &Element) -> bool {
        let display = css::declarations(element.attribute("style").unwrap_or("")).filter(|(name, _)| name == "display").last();
        match display.map(|(_, value)| value) {
            Some("inline" | "inline-block" | "inline-flex") => false,
            Some("block" | "flex" | "grid" | "table" | "list-item") => true,
            _ => {
                is_block(&element.name)
                    || element.children.iter().any(|child| matches!(child, Node::Element(e) if self.is_laid_as_block(e)))
            }
        }
    }

    fn flush(&self, run: &mut Vec<Piece>, scope: &Scope, x: f64, width: f64, cursor: &mut Cursor) {
        let is_blank = |piece: &Piece| matches!(piece, Piece::Text(text, _) if text.trim_matches([' ', '\n', '\t', '\r']).is_empty());
        if !run.iter().all(is_blank) {
            let (drawn, height) = inline::draw(run, x, 0.0, width, scope.align, self.fonts);
            let top = cursor.put(0.0, height, 0.0);
            cursor.laid.marks.push(at(top, drawing::role(Role::Paragraph, drawn)));
        }
        run.clear();
    }

    fn block(&self, element: &Element, outer: &Scope, x: f64, width: f64, is_last: bool, cursor: &mut Cursor) {
        let Some((scope, boxed)) = self.styled(element, outer, is_last) else { return };
        let room = (width - boxed.margin[1] - boxed.margin[3]).max(1.0);
        let limit = boxed.max_width.map_or(room, |limit| limit.px(width).clamp(1.0, room));
        let own = match boxed.width {
            Some(length) if element.name != "table" => length.px(width).clamp(1.0, width.max(1.0)).min(limit),
            _ => limit,
        };
        let (left, right) = boxed.sides();
        let inner = (own - left - right).max(1.0);
        let (laid, own) = match element.name.as_str() {
            "hr" => (self.rule(inner), own),
            "pre" => (self.code_block(element, &scope, inner), own),
            "ul" | "ol" => (self.list(element, &scope, inner), own),
            "details" => (self.details(element, &scope, inner), own),
            "table" => {
                let (laid, taken) = table::lay_out(self, element, &scope, inner, boxed.width.map(|length| length.px(inner)));
                (laid, taken + left + right)
            }
            _ => match flex::of(element).and_then(|row| flex::lay_out(self, element, &row, &scope, inner)) {
                Some(laid) => (laid, own),
                None => (self.blocks(&element.children, &scope, 0.0, inner), own),
            },
        };
        let spare = (width - boxed.margin[1] - boxed.margin[3] - own).max(0.0);
        let shift = match boxed.auto {
            (true, true) => spare / 2.0,
            (true, false) => spare,
            // Tables stand where the text around them does.
            _ if element.name == "table" => outer.align.offset(spare, 0.0).max(0.0),
            _ => 0.0,
        };
        self.put_box(element, x + boxed.margin[3] + shift, own, &boxed, laid, cursor);
        if element.name == "table" {
            for caption in element.children.iter().filter_map(|child| if let Node::Element(e) = child { Some(e) } else { None }) {
                if caption.name == "caption" {
                    self.block(caption, outer, x, width, true, cursor);
                }
            }
        }
    }

    /// Puts the content of a block with its ground and edges.
    fn put_box(&self, element: &Element, x: f64, width: f64, boxed: &BoxStyle, laid: Laid, cursor: &mut Cursor) {
        let ends = boxed.ends();
        let (mut above, mut below) = (boxed.margin[0], boxed.margin[2]);
        let (mut top, mut bottom) = ends;
        // Margins of the first and last child stick out unless something holds them in.
        if ends.0 > 0.0 {
            top += laid.above
        } else {
            above = above.max(laid.above)
        }
        if ends.1 > 0.0 {
            bottom += laid.below
        } else {
            below = below.max(laid.below)
        }
        let height = (top + laid.height + bottom).max(boxed.min_height);
        let y = cursor.put(above, height, below);
        let area = Rect::new(0.0, 0.0, width, height);
        let mut marks = ground(area, boxed);
        let role = match element.name.as_str() {
            "ul" => Role::List { is_numbered: false },
            "ol" => Role::List { is_numbered: true },
            "table" => Role::Table,
            name => heading_level(name).map_or(Role::None, Role::Heading),
        };
        let transform = Affine::translate((boxed.sides().0, top));
        marks.push(Mark::Group(Group { transform, role, marks: laid.marks, ..Group::default() }));
        cursor.laid.marks.push(Mark::at(x, y, marks));
    }

    fn rule(&self, width: f64) -> Laid {
        let line = Rect::new(0.0, 0.0, width, 1.0);
        Laid { marks: vec![drawing::fill_rect(line, ink(self.theme.border_medium))], height: 1.0, ..Laid::default() }
    }

    fn code_block(&self, element: &Element, scope: &Scope, width: f64) -> Laid {
        const LINE: f64 = 12.0 * 22.0 / 14.0;
        let style = TextStyle { letter_spacing_px: 0.13, ..TextStyle::mono(12.0) };
        let text = plain_text(&element.children);
        let mut laid = Laid::default();
        for line in text.strip_prefix('\n').unwrap_or(&text).trim_end_matches('\n').split('\n') {
            let line = line.replace('\t', "    ");
            for part in self.fonts.wrap(&line, &style, width.max(20.0)) {
                laid.marks.push(drawing::shaped(part, 0.0, drawing::baseline(laid.height, LINE, 12.0), scope.style.color));
                laid.height += LINE;
            }
        }
        Laid { marks: vec![drawing::role(Role::Paragraph, laid.marks)], ..laid }
    }

    fn list(&self, element: &Element, scope: &Scope, width: f64) -> Laid {
        let scope = &Scope { depth: scope.depth + 1, ..scope.clone() };
        let mut number: i64 = element.attribute("start").and_then(|s| s.parse().ok()).unwrap_or(1);
        let items: Vec<&Element> = (element.children.iter())
            .filter_map(|child| match child {
                Node::Element(item) => Some(item),
                Node::Text(_) => None,
            })
            .collect();
        let mut cursor = Cursor::default();
        for item in &items {
            let Some((inner, boxed)) = self.styled(item, scope, false) else { continue };
            let (left, right) = boxed.sides();
            let content = self.blocks(&item.children, &inner, left, (width - left - right).max(20.0));
            let base = drawing::baseline(0.0, inner.style.line_px, inner.style.text.size_px);
            let size = inner.style.text.size_px;
            let label = if !inner.bullets || item.name != "li" {
                Vec::new()
            } else if element.name == "ol" {
                let shaped = self.fonts.shape(&format!("{number}."), &inner.style.text);
                let x = -shaped.width_px - 7.0;
                vec![drawing::shaped(shaped, x, base, inner.style.color)]
            } else {
                vec![list_sign(scope.depth, Point::new(-14.0, base - size * 0.34), size * 0.17, inner.style.color)]
            };
            number = number.saturating_add(1);
            let height = (content.height + boxed.ends().0 + boxed.ends().1).max(inner.style.line_px);
            let y = cursor.put(content.above.max(boxed.margin[0]), height, content.below.max(boxed.margin[2]));
            let mut body = ground(Rect::new(0.0, 0.0, width, height), &boxed);
            body.push(Mark::at(0.0, boxed.ends().0, content.marks));
            let parts = vec![drawing::role(Role::Label, label), drawing::role(Role::Body, body)];
            cursor.laid.marks.push(at(y, drawing::role(Role::Item, parts)));
        }
        cursor.laid
    }

    /// Always open: nobody can unfold it on paper.
    fn details(&self, element: &Element, scope: &Scope, width: f64) -> Laid {
        const SIGN: f64 = 16.0;
        let mut cursor = Cursor::default();
        let is_summary = |node: &Node| matches!(node, Node::Element(e) if e.name == "summary");
        if let Some(Node::Element(summary)) = element.children.iter().find(|node| is_summary(node))
            && let Some((inner, _)) = self.styled(summary, scope, false)
        {
            let laid = self.blocks(&summary.children, &inner, SIGN, (width - SIGN).max(20.0));
            let middle = inner.style.line_px / 2.0;
            let mut sign = BezPath::new();
            sign.move_to((1.0, middle - 2.5));
            sign.line_to((9.0, middle - 2.5));
            sign.line_to((5.0, middle + 3.5));
            sign.close_path();
            let top = cursor.put(laid.above, laid.height, laid.below);
            cursor.laid.marks.push(Mark::at(0.0, top, vec![Mark::fill(sign, inner.style.color)]));
            cursor.laid.marks.push(Mark::at(0.0, top, laid.marks));
        }
        let rest: Vec<Node> = element.children.iter().filter(|node| !is_summary(node)).cloned().collect();
        let laid = self.blocks(&rest, scope, 0.0, width);
        let top = cursor.put(laid.above, laid.height, laid.below);
        cursor.laid.marks.push(Mark::at(0.0, top, laid.marks));
        cursor.laid
    }

    /// Adds an inline node to the running text.
    fn inline(&self, node: &Node, scope: &Scope, run: &mut Vec<Piece>) {
        match node {
            Node::Text(text) => {
                let text = match scope.case {
                    Some(true) => text.to_uppercase(),
                    Some(false) => text.to_lowercase(),
                    None => text.clone(),
                };
                if !scope.pre {
                    run.push(Piece::Text(text, scope.style.clone()));
                    return;
                }
                for (i, line) in text.split('\n').enumerate() {
                    if i > 0 {
                        run.push(Piece::Break);
                    }
                    run.push(Piece::Text(line.replace(' ', "\u{a0}"), scope.style.clone()));
                }
            }
            Node::Element(element) if element.name == "br" => run.push(Piece::Break),
            Node::Element(element) if element.name == "input" => {
                run.push(Piece::Task(element.attribute("checked").is_some(), scope.style.clone()));
            }
            Node::Element(element) if element.name == "img" => run.extend(self.picture(element, scope)),
            Node::Element(element) if matches!(element.name.as_str(), "iframe" | "video" | "audio") => {
                if let Some(address) = element.attribute("src").filter(|address| !address.is_empty()) {
                    let style = Style { link: Some(address.to_owned()), ..self.alternative(scope) };
                    run.push(Piece::Text(format!("[{address}]"), style));
                }
            }
            Node::Element(element) => {
                let Some((mut scope, boxed)) = self.styled(element, scope, false) else { return };
                let is_padded = scope.style.background.is_some() && scope.style.code.is_none();
                if is_padded {
                    scope.style.radius = boxed.radius;
                }
                let room = |px: f64| (is_padded && px > 0.0).then(|| Piece::Room(px, scope.style.clone()));
                run.extend(room(boxed.padding[3]));
                for child in &element.children {
                    self.inline(child, &scope, run);
                }
                run.extend(room(boxed.padding[1]));
            }
        }
    }

    /// A picture that was read, in the size it asks for; else its words.
    fn picture(&self, element: &Element, scope: &Scope) -> Option<Piece> {
        let alt = element.attribute("alt").unwrap_or("").trim();
        let found = element.attribute("src").and_then(|address| self.pictures.get(address));
        let Some((data, (_, width, height))) = found.and_then(|data| Some((data, Image::probe(data)?))) else {
            return (!alt.is_empty()).then(|| Piece::Text(format!("[{alt}]"), self.alternative(scope)));
        };
        let natural = (f64::from(width).max(1.0), f64::from(height).max(1.0));
        let attribute = |name: &str| {
            let value = element.attribute(name)?.trim();
            let is_number = value.parse::<f64>().is_ok();
            css::length(&if is_number { format!("{value}px") } else { value.to_owned() }, 14.0)
        };
        let style = css::declarations(element.attribute("style").unwrap_or(""));
        let (mut wide, mut high, mut limit) = (attribute("width"), attribute("height"), None);
        for (name, value) in style {
            match name.as_str() {
                "display" if value == "none" => return None,
                "width" => wide = css::length(value, scope.style.text.size_px).or(wide),
                "max-width" => limit = css::length(value, scope.style.text.size_px),
                "max-height" | "height" if high.is_none() => high = None,
                _ => {}
            }
        }
        let wide = wide.map(|length| length.px(scope.width)).filter(|px| *px > 0.0);
        let high = high.map(|length| length.px(natural.1)).filter(|px| *px > 0.0);
        let ratio = natural.1 / natural.0;
        let (mut width, mut height) = match (wide, high) {
            (Some(wide), Some(high)) => (wide, high),
            (Some(wide), None) => (wide, wide * ratio),
            (None, Some(high)) => (high / ratio, high),
            (None, None) => natural,
        };
        let room = limit.map_or(scope.width, |limit| limit.px(scope.width).min(scope.width)).max(1.0);
        if width > room {
            // A height that was asked for stays, as in a browser.
            height = if high.is_some() { height } else { height * room / width };
            width = room;
        }
        let link = scope.style.link.clone();
        Some(Piece::Picture(Picture { data: data.clone(), width, height: height.min(4000.0), alt: alt.to_owned(), link }))
    }

    /// How the words of a picture that is not drawn look.
    fn alternative(&self, scope: &Scope) -> Style {
        let mut style = scope.style.clone();
        style.color = ink(self.theme.text_secondary);
        style.text.italic = true;
        style
    }
}

/// The ground and edges of a box.
pub fn ground(area: Rect, boxed: &BoxStyle) -> Vec<Mark> {
    let mut marks = Vec::new();
    if let Some(color) = boxed.background {
        marks.push(match boxed.radius > 0.0 {
            true => drawing::fill_rounded(area, boxed.radius, color),
            false => drawing::fill_rect(area, color),
        });
    }
    let [top, right, bottom, left] = boxed.border;
    if top == right && right == bottom && bottom == left {
        if let (true, Some(color)) = (top.0 > 0.0, top.1) {
            let edge = area.inset(-top.0 / 2.0);
            let path = if boxed.radius > 0.0 { drawing::rounded(edge, boxed.radius).to_path(0.05) } else { edge.to_path(0.1) };
            marks.push(Mark::stroke(path, color, top.0));
        }
        return marks;
    }
    let sides = [
        (top, Rect { y1: area.y0 + top.0, ..area }),
        (right, Rect { x0: area.x1 - right.0, ..area }),
        (bottom, Rect { y0: area.y1 - bottom.0, ..area }),
        (left, Rect { x1: area.x0 + left.0, ..area }),
    ];
    for ((width, color), side) in sides {
        if let (true, Some(color)) = (width > 0.0, color) {
            marks.push(drawing::fill_rect(side, color));
        }
    }
    marks
}

/// The sign of an unordered list: a dot, a ring inside another list, then squares.
fn list_sign(depth: usize, center: Point, radius: f64, color: scene::Color) -> Mark {
    match depth {
        0 | 1 => Mark::fill(Circle::new(center, radius).to_path(0.05), color),
        2 => Mark::stroke(Circle::new(center, radius).to_path(0.05), color, 1.0),
        _ => drawing::fill_rect(Rect::from_center_size(center, (2.0 * radius, 2.0 * radius)), color),
    }
}

/// A mark further down: its group itself moves, so that what it means stays on its level.
fn at(y: f64, mark: Mark) -> Mark {
    match mark {
        Mark::Group(group) => Mark::Group(Group { transform: Affine::translate((0.0, y)) * group.transform, ..group }),
        other => Mark::at(0.0, y, vec![other]),
    }
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
