//! Boxes beside each other (`display: flex`), as far as they fit; where they do not, they stand under each other.

use scene::Mark;

use super::{
    css,
    flow::{Flow, Laid, Scope, picture_addresses, plain_text},
    html::{Element, Node},
};

/// How a row is set.
pub struct Row<'a> {
    justify: &'a str,
    align: &'a str,
    gap: f64,
}

/// The row an element asks for; `None` for what is no row.
pub fn of(element: &Element) -> Option<Row<'_>> {
    let mut row = Row { justify: "", align: "", gap: 0.0 };
    let mut is_row = false;
    for (name, value) in css::declarations(element.attribute("style")?) {
        match name.as_str() {
            "display" => is_row = matches!(value, "flex" | "inline-flex"),
            "flex-direction" if value.starts_with("column") => return None,
            "justify-content" => row.justify = value,
            "align-items" => row.align = value,
            "gap" => row.gap = css::length(value, 14.0).map_or(0.0, |length| length.px(0.0)).max(0.0),
            _ => {}
        }
    }
    is_row.then_some(row)
}

struct Item<'a> {
    nodes: &'a [Node],
    width: f64,
    grow: f64,
}

/// Lays the children out beside each other; `None` where they need more than `width` px.
pub fn lay_out(flow: &Flow, element: &Element, row: &Row, scope: &Scope, width: f64) -> Option<Laid> {
    let is_blank = |node: &Node| matches!(node, Node::Text(text) if text.trim().is_empty());
    let mut items: Vec<Item> =
        (element.children.iter().filter(|node| !is_blank(node))).map(|node| item(flow, node, scope, width)).collect::<Option<_>>()?;
    let gaps = items.len().saturating_sub(1) as f64 * row.gap;
    let total: f64 = items.iter().map(|item| item.width).sum::<f64>() + gaps;
    if items.is_empty() || total > width + 0.5 {
        return None;
    }
    let (spare, grow) = (width - total, items.iter().map(|item| item.grow).sum::<f64>());
    if grow > 0.0 {
        items.iter_mut().for_each(|item| item.width += spare * item.grow / grow);
    }
    let left = if grow > 0.0 { 0.0 } else { spare };
    let count = items.len() as f64;
    let (mut x, between) = match row.justify {
        "center" => (left / 2.0, 0.0),
        "flex-end" | "end" | "right" => (left, 0.0),
        "space-between" if count > 1.0 => (0.0, left / (count - 1.0)),
        "space-around" => (left / count / 2.0, left / count),
        "space-evenly" => (left / (count + 1.0), left / (count + 1.0)),
        _ => (0.0, 0.0),
    };
    let laid: Vec<(f64, Laid)> = (items.iter())
        .map(|item| {
            let place = x;
            x += item.width + row.gap + between;
            (place, flow.blocks(item.nodes, scope, 0.0, item.width + 0.5))
        })
        .collect();
    let height = laid.iter().map(|(_, laid)| laid.above + laid.height + laid.below).fold(0.0, f64::max);
    let mut marks = Vec::new();
    for (x, item) in laid {
        let own = item.above + item.height + item.below;
        let y = match row.align {
            "center" => (height - own) / 2.0,
            "flex-end" | "end" => height - own,
            _ => 0.0,
        };
        marks.push(Mark::at(x, y + item.above, item.marks));
    }
    Some(Laid { marks, height, ..Laid::default() })
}

/// A child with the width it needs in one line, or asks for.
fn item<'a>(flow: &Flow, node: &'a Node, scope: &Scope, width: f64) -> Option<Item<'a>> {
    let nodes = std::slice::from_ref(node);
    let (mut style, mut sides, mut grow, mut wanted) = (scope.style.clone(), 0.0, 0.0, None);
    if let Node::Element(element) = node {
        let (inner, boxed) = flow.styled(element, scope, true)?;
        style = inner.style;
        sides = boxed.sides().0 + boxed.sides().1 + boxed.margin[1] + boxed.margin[3];
        wanted = boxed.width.map(|length| length.px(width));
        for (name, value) in css::declarations(element.attribute("style").unwrap_or("")) {
            if name == "flex-grow" {
                grow = value.parse().unwrap_or(0.0_f64).clamp(0.0, 1000.0);
            }
        }
    }
    let text = plain_text(nodes);
    let widest = text.split('\n').map(|line| flow.fonts.width(line.trim(), &style.text)).fold(0.0, f64::max);
    let mut addresses = Vec::new();
    picture_addresses(nodes, &mut addresses);
    // A picture's size is settled where it is laid out.
    let pictures = if addresses.iter().any(|address| flow.pictures.contains_key(address)) { width / 4.0 } else { 0.0 };
    Some(Item { nodes, width: wanted.unwrap_or(widest.max(pictures) + sides), grow })
}
