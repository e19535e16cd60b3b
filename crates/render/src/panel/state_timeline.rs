//! States over time: one row a field, one box from each change to the next.

use grafana::field::DisplayContext;
use scene::{Mark, kurbo::Size};

use super::{PanelContext, interpolator, notice, options};
use crate::chart::timeline::{self, Setting, ShowValue, Timeline, TimelineMode, ValueAlign};
use crate::view::PanelView;

pub fn draw(view: &PanelView, size: Size, context: &mut PanelContext) -> Vec<Mark> {
    let saved = &view.panel.options;
    let timeline = Timeline {
        mode: TimelineMode::Changes,
        merge: options::flag(saved, "mergeValues", true),
        show_value: match options::text(saved, "showValue", "auto") {
            "always" => ShowValue::Always,
            "never" => ShowValue::Never,
            _ => ShowValue::Auto,
        },
        align: match options::text(saved, "alignValue", "left") {
            "center" => ValueAlign::Center,
            "right" => ValueAlign::Right,
            _ => ValueAlign::Left,
        },
        row_height: options::number(saved, "rowHeight").unwrap_or(0.9).clamp(0.0, 1.0),
        column_width: 1.0,
        line_px: 0.0,
    };
    let interpolate = interpolator(&view.panel, context.variables);
    let display = DisplayContext { theme: context.theme, zone: context.zone, now_ms: context.now_ms, interpolate: &interpolate };
    let rows = match timeline::prepare(&view.frames, &view.range, timeline.merge, &display) {
        Ok(rows) => rows,
        Err(text) if text.is_empty() => return notice::no_data(&notice::without_numbers(view), size, context),
        Err(text) => return notice::no_data(&text, size, context),
    };
    let setting = Setting { timeline, view, size, display: &display, fonts: context.fonts };
    timeline::draw(rows, options::number(saved, "perPage"), &setting, context.overflow, context.warn)
}
