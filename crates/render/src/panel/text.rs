//! Markdown, HTML or code (`text`).

use grafana::variable::{self, DefaultFormat};
use scene::{
    Mark, TextStyle,
    kurbo::{Shape, Size},
};

use super::{PanelContext, options};
use crate::{
    drawing::{self, Align, ink},
    rich_text::{flow, html, markdown},
    view::PanelView,
};

pub fn draw(view: &PanelView, size: Size, context: &mut PanelContext) -> Vec<Mark> {
    let saved = &view.panel.options;
    // Variables come before Markdown, so that they may stand in addresses.
    let format = if options::text(saved, "code.language", "") == "json" { DefaultFormat::Json } else { DefaultFormat::Html };
    let scope = variable::scope_of(&view.panel);
    let content = variable::interpolate(options::text(saved, "content", ""), context.variables, &scope, format);
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
    const LINE: f64 = 19.0;
    let style = TextStyle::mono(12.0);
    // A last empty line has its number, too.
    let lines = content.split('\n').take((size.height / LINE).ceil().max(0.0) as usize);
    let gutter = if numbered { 58.0 } else { 26.0 };
    let frame = drawing::rounded(size.to_rect().inset(-0.5), 6.0).to_path(0.05);
    let mut marks = vec![Mark::stroke(frame, ink(context.theme.border_medium), 1.0)];
    for (index, line) in lines.enumerate() {
        let base = drawing::baseline(4.0 + index as f64 * LINE, LINE, 12.0);
        if numbered {
            let number = context.fonts.shape(&(index + 1).to_string(), &style);
            let x = Align::Right.offset(34.0, number.width_px);
            marks.push(drawing::shaped(number, x, base, ink(context.theme.text_disabled)));
        }
        let line = line.trim_end_matches('\r').replace('\t', "    ");
        marks.push(drawing::line(context.fonts, &line, &style, gutter, base, ink(context.theme.text_primary)));
    }
    marks
}
