//! What stands where a panel's drawing cannot: notices, errors, "No data".

use grafana::frame::FieldType;
use scene::{
    Mark, TextStyle,
    kurbo::{Rect, Shape, Size, Stroke},
};

use super::PanelContext;
use crate::{
    drawing::{self, Align, BODY_LINE, ink},
    view::PanelView,
};

/// A panel type without a drawing of its own: its name in a dashed frame, and a warning.
pub fn not_drawn(plugin_id: &str, size: Size, context: &mut PanelContext) -> Vec<Mark> {
    let name = if plugin_id.is_empty() { "unknown" } else { plugin_id };
    let text = format!("{name} panel is not drawn yet");
    (context.warn)(text.clone());
    framed(&text, size, context)
}

/// Drawing the panel broke off: said in the panel and in the warnings, with the reason.
pub fn broken(reason: &str, size: Size, context: &mut PanelContext) -> Vec<Mark> {
    (context.warn)(format!("the panel could not be drawn: {reason}"));
    framed("This panel could not be drawn", size, context)
}

fn framed(text: &str, size: Size, context: &PanelContext) -> Vec<Mark> {
    let frame = drawing::rounded(size.to_rect().inset(-4.0), 4.0).to_path(0.05);
    let dashed = scene::kurbo::dash(frame.iter(), 0.0, &[4.0, 4.0]).collect::<scene::kurbo::BezPath>();
    let mut marks = vec![Mark::stroke(dashed, ink(context.theme.border_medium), Stroke::new(1.0).width)];
    marks.extend(centered(text, size, 14.0, context));
    marks
}

/// "No data" and the like, as Grafana writes them: large, secondary, centred.
pub fn no_data(text: &str, size: Size, context: &PanelContext) -> Vec<Mark> {
    let marks = centered(text, size, 18.0, context);
    if marks.is_empty() { centered(text, size, 12.0, context) } else { marks }
}

/// Why a panel that wants numbers has none to show (`PanelDataErrorView`).
pub fn without_numbers(view: &PanelView) -> String {
    without_field(view, FieldType::Number, "number")
}

/// The same for a panel that wants fields of `kind`; `named` as the reader is told.
pub fn without_field(view: &PanelView, kind: FieldType, named: &str) -> String {
    let has_rows = view.frames.iter().any(|frame| !frame.is_empty());
    let has_kind = view.frames.iter().flat_map(|frame| &frame.fields).any(|field| field.kind == kind);
    if has_rows && !has_kind {
        return format!("Data is missing a {named} field");
    }
    let own = view.panel.field_config.defaults.no_value.clone().filter(|text| !text.is_empty());
    own.unwrap_or_else(|| "No data".to_owned())
}

/// The first error of a panel that has nothing else to show. On screen it hides behind the badge in the header;
/// paper cannot be pointed at, so it is written out.
pub fn error(text: &str, size: Size, context: &PanelContext) -> Vec<Mark> {
    let style = TextStyle::sans(12.0);
    let width = (size.width - 32.0).max(20.0);
    let lines = context.fonts.wrap(text, &style, width);
    let room = ((size.height / 2.0 - 20.0) / 18.0).max(0.0) as usize;
    let mut marks = no_data("No data", size, context);
    let mut top = size.height / 2.0 + 18.0;
    for line in lines.into_iter().take(room) {
        let x = (size.width - line.width_px) / 2.0;
        marks.push(drawing::shaped(line, x, drawing::baseline(top, 18.0, 12.0), ink(context.theme.error)));
        top += 18.0;
    }
    marks
}

fn centered(text: &str, size: Size, size_px: f64, context: &PanelContext) -> Vec<Mark> {
    let style = TextStyle::sans(size_px);
    let lines = context.fonts.wrap(text, &style, (size.width - 8.0).max(1.0));
    let line_px = size_px * BODY_LINE;
    let mut top = (size.height - line_px * lines.len() as f64) / 2.0;
    let mut marks = Vec::new();
    for line in lines {
        let area = Rect::new(0.0, top, size.width, top + line_px);
        let x = Align::Center.offset(area.width(), line.width_px);
        marks.push(drawing::shaped(line, x, drawing::baseline(top, line_px, size_px), ink(context.theme.text_secondary)));
        top += line_px;
    }
    marks
}
