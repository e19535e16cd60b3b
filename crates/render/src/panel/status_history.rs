//! States at regular times: one row a field, one cell a time.

use grafana::field::DisplayContext;
use scene::{Mark, kurbo::Size};

use super::{PanelContext, interpolator, notice, options};
use crate::chart::timeline::{self, Setting, ShowValue, Timeline, TimelineMode, ValueAlign};
use crate::view::PanelView;

pub fn draw(view: &PanelView, size: Size, context: &mut PanelContext) -> Vec<Mark> {
    let saved = &view.panel.options;
    let share = |path: &str| options::number(saved, path).unwrap_or(0.9).clamp(0.0, 1.0);
    let timeline = Timeline {
        mode: TimelineMode::Samples,
        merge: false,
        show_value: match options::text(saved, "showValue", "auto") {
            "always" => ShowValue::Always,
            "never" => ShowValue::Never,
            _ => ShowValue::Auto,
        },
        align: ValueAlign::Center,
        row_height: share("rowHeight"),
        column_width: share("colWidth"),
        line_px: 1.0,
    };
    let interpolate = interpolator(&view.panel, context.variables);
    let display = DisplayContext { theme: context.theme, zone: context.zone, now_ms: context.now_ms, interpolate: &interpolate };
    let rows = match timeline::prepare(&view.frames, &view.range, false, &display) {
        Ok(rows) => rows,
        Err(text) if text.is_empty() => return notice::no_data(&notice::without_numbers(view), size, context),
        Err(text) => return notice::no_data(&text, size, context),
    };
    if rows.first_len as f64 > size.width / 2.0 {
        let text = format!(
            "Too many points to visualize properly. \nUpdate the query to return fewer points. \n({} points received)",
            rows.first_len
        );
        return notice::no_data(&text, size, context);
    }
    let setting = Setting { timeline, view, size, display: &display, fonts: context.fonts };
    timeline::draw(rows, options::number(saved, "perPage"), &setting, context.overflow, context.warn)
}
