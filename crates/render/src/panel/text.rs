//! Markdown, HTML or code (`text`).

use grafana::{
    dashboard::Panel,
    variable::{self, DefaultFormat, Variables},
};
use scene::{
    Mark, TextStyle,
    kurbo::{Rect, Shape, Size},
};

use super::{PanelContext, options, stack};
use crate::{
    drawing::{self, Align, ink},
    rich_text::{flow, html, markdown},
    view::PanelView,
};

pub fn draw(view: &PanelView, size: Size, context: &mut PanelContext) -> Vec<Mark> {
    let saved = &view.panel.options;
    let nodes = match content(&view.panel, context.variables) {
        Content::Code(text) => return code(&text, options::flag(saved, "code.showLineNumbers", false), size, context),
        Content::Document(nodes) => nodes,
    };
    let laid = flow::lay_out(&nodes, size.width, context.theme, context.fonts, &view.pictures.by_url);
    if laid.height > size.height + 24.0 && context.overflow.most().is_none() {
        (context.warn)("the text is longer than its panel and is cut".to_owned());
    }
    stack::tall(laid.marks, size, context)
}

enum Content {
    Code(String),
    Document(Vec<html::Node>),
}

/// What a panel says, its variables replaced.
fn content(panel: &Panel, variables: &Variables) -> Content {
    let saved = &panel.options;
    // Variables come before Markdown, so that they may stand in addresses.
    let format = if options::text(saved, "code.language", "") == "json" { DefaultFormat::Json } else { DefaultFormat::Html };
    let scope = variable::scope_of(panel);
    let content = variable::interpolate(options::text(saved, "content", ""), variables, &scope, format);
    match options::text(saved, "mode", "markdown") {
        "code" => Content::Code(content),
        "html" => Content::Document(html::parse_sanitized(&content)),
        _ => Content::Document(html::parse_sanitized(&markdown::to_html(&content))),
    }
}

/// The addresses of the pictures in a text panel, as they are written.
pub fn picture_addresses(panel: &Panel, variables: &Variables) -> Vec<String> {
    let mut addresses = Vec::new();
    if let Content::Document(nodes) = content(panel, variables) {
        flow::picture_addresses(&nodes, &mut addresses);
    }
    addresses
}

fn code(content: &str, numbered: bool, size: Size, context: &PanelContext) -> Vec<Mark> {
    const LINE: f64 = 19.0;
    let style = TextStyle::mono(12.0);
    let gutter = if numbered { 58.0 } else { 26.0 };
    let has_paper = context.overflow.most().is_some();
    let (mut texts, mut row) = (Vec::new(), 0);
    // A last empty line has its number, too.
    for (index, line) in content.split('\n').enumerate() {
        if !has_paper && row as f64 * LINE > size.height {
            break;
        }
        let base = |row: usize| drawing::baseline(4.0 + row as f64 * LINE, LINE, 12.0);
        if numbered {
            let number = context.fonts.shape(&(index + 1).to_string(), &style);
            let x = Align::Right.offset(34.0, number.width_px);
            // The editor's own tones.
            let color = if context.theme.is_dark { scene::Color::rgb(0x85, 0x85, 0x85) } else { scene::Color::rgb(0x23, 0x78, 0x93) };
            texts.push(drawing::shaped(number, x, base(row), color));
        }
        let line = line.trim_end_matches('\r').replace('\t', "    ");
        // DIFFERENCE: an editor scrolls sideways to the end of a long line. On paper it goes on below.
        let lines = match has_paper {
            true => context.fonts.wrap(&line, &style, (size.width - gutter - 8.0).max(20.0)),
            false => vec![context.fonts.shape(&line, &style)],
        };
        for line in lines {
            texts.push(drawing::shaped(line, gutter, base(row), ink(context.theme.text_primary)));
            row += 1;
        }
    }
    let needed = row as f64 * LINE + 8.0;
    let area = Rect::new(0.0, 0.0, size.width, if has_paper { needed.max(size.height) } else { size.height });
    let frame = drawing::rounded(area.inset(-0.5), 6.0).to_path(0.05);
    let mut marks = vec![Mark::stroke(frame, ink(context.theme.border_medium), 1.0)];
    marks.extend(texts);
    stack::tall(marks, size, context)
}
