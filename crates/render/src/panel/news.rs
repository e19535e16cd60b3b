//! News (`news`).

use scene::{
    Group, Mark, TextStyle,
    kurbo::{BezPath, Circle, Rect, Shape, Size},
};

use super::{PanelContext, stack};
use crate::drawing::{self, ink};

const DOCUMENTATION: &str = "https://grafana.com/docs/grafana/latest/panels-visualizations/visualizations/news/";

/// Feeds lie outside Grafana and reports fetch nothing from elsewhere, so the panel says what it says on screen when a feed
/// cannot be reached.
pub fn draw(size: Size, context: &mut PanelContext) -> Vec<Mark> {
    (context.warn)("news feeds are not fetched".to_owned());
    let style = TextStyle { letter_spacing_px: 0.15, ..TextStyle::sans(14.0) };
    let left = 53.0;
    let body = "Make sure that the feed URL is correct and that CORS is configured correctly on the server. See ";
    let link = "News panel documentation.";
    let color = ink(context.theme.text_primary);
    let mut marks =
        vec![drawing::line(context.fonts, "Error loading RSS feed", &style.medium(), left, drawing::baseline(17.0, 22.0, 14.0), color)];
    let mut y = 43.0;
    let room = (size.width - left - 17.0).max(60.0);
    let mut end = 0.0;
    for line in context.fonts.wrap(body, &style, room) {
        end = line.width_px;
        marks.push(drawing::shaped(line, left, drawing::baseline(y, 22.0, 14.0), color));
        y += 22.0;
    }
    let shaped = context.fonts.shape(link, &style);
    let space = context.fonts.width(" ", &style);
    let mut x = left + end + space;
    if end + space + shaped.width_px > room {
        x = left;
        y += 22.0;
    }
    let area = Rect::new(x, y - 22.0, x + shaped.width_px, y);
    let base = drawing::baseline(y - 22.0, 22.0, 14.0);
    let rule = Rect::new(area.x0, base + 2.0, area.x1, base + 3.0);
    let inner =
        vec![drawing::shaped(shaped, x, base, ink(context.theme.text_link)), drawing::fill_rect(rule, ink(context.theme.text_link))];
    marks.push(Mark::Group(Group { link: Some(DOCUMENTATION.to_owned()), link_area: Some(area), marks: inner, ..Group::default() }));

    let error = context.theme.error;
    let frame = Rect::new(0.5, 0.5, size.width - 0.5, y + 16.5);
    let mut all = vec![
        drawing::fill_rounded(frame, 6.0, ink(error.with_alpha(0.15))),
        Mark::stroke(drawing::rounded(frame, 6.0).to_path(0.05), ink(error.with_alpha(0.4)), 1.0),
    ];
    let mut sign = Circle::new((29.0, 29.0), 9.0).to_path(0.05);
    sign.extend(exclamation(29.0, 29.0));
    all.push(Mark::stroke(sign, ink(error), 1.8));
    all.extend(marks);
    stack::tall(all, size, context)
}

fn exclamation(x: f64, y: f64) -> BezPath {
    let mut path = BezPath::new();
    path.move_to((x, y - 4.5));
    path.line_to((x, y + 1.0));
    path.move_to((x, y + 3.4));
    path.line_to((x, y + 4.8));
    path
}
