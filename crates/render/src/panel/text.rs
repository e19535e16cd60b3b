//! Markdown, HTML or code (`text`).

use scene::{Mark, TextStyle, kurbo::Size};

use super::{PanelContext, interpolator, options};
use crate::{
    drawing::{self, Align, ink},
    rich_text::{flow, html, markdown},
    view::PanelView,
};

pub fn draw(view: &PanelView, size: Size, context: &mut PanelContext) -> Vec<Mark> {
    let saved = &view.panel.options;
    // Variables come before Markdown, so that they may stand in addresses.
    let content = interpolator(&view.panel, context.variables)(options::text(saved, "content", ""));
    let mode = options::text(saved, "mode", "markdown");
    if mode == "code" {
        return code(&content, options::flag(saved, "code.showLineNumbers", false), size, context);
    }
    let source = if mode == "html" { content } else { markdown::to_html(&content) };
    let laid = flow::lay_out(&html::parse(&source), size.width, context.theme, context.fonts);
    if laid.height > size.height + 24.0 {
        (context.warn)("the text is longer than its panel and is cut".to_owned());
    }
    laid.marks
}

fn code(content: &str, numbered: bool, size: Size, context: &PanelContext) -> Vec<Mark> {
    const LINE: f64 = 18.0;
    let style = TextStyle::mono(12.0);
    let lines = content.lines().take((size.height / LINE).ceil().max(0.0) as usize);
    let gutter = if numbered { 40.0 } else { 8.0 };
    let mut marks = Vec::new();
    for (index, line) in lines.enumerate() {
        let base = drawing::baseline(index as f64 * LINE, LINE, 12.0);
        if numbered {
            let number = context.fonts.shape(&(index + 1).to_string(), &style);
            let x = Align::Right.offset(gutter - 12.0, number.width_px);
            marks.push(drawing::shaped(number, x, base, ink(context.theme.text_disabled)));
        }
        let line = line.replace('\t', "    ");
        marks.push(drawing::line(context.fonts, &line, &style, gutter, base, ink(context.theme.text_primary)));
    }
    marks
}
