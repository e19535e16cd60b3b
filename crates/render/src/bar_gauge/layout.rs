//! Where name, bar and value of one bar gauge lie.

use scene::{
    Fonts, TextStyle,
    kurbo::{Rect, Size},
};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NamePlacement {
    Auto,
    Top,
    Left,
    Hidden,
}

const LEAST_VALUE: f64 = 18.0;
const LARGEST_VALUE: f64 = 50.0;
const WIDEST_VALUE: f64 = 150.0;
const TITLE_LINE: f64 = 1.5;
/// Space left and right of a value beside its bar, px.
pub const VALUE_PADDING: f64 = 10.0;

/// What the layout depends on; texts are those all bars are aligned to.
pub struct Wanted<'a> {
    pub size: Size,
    pub vertical: bool,
    pub title: &'a str,
    pub value: &'a str,
    pub placement: NamePlacement,
    pub hidden_value: bool,
    pub title_size: Option<f64>,
    pub value_size: Option<f64>,
}

/// Areas in the gauge's own px. `bar` is the largest bar; `value` the room of the number.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Layout {
    pub title: Rect,
    pub title_size: f64,
    pub bar: Rect,
    pub value: Rect,
}

pub fn layout(wanted: &Wanted, fonts: &Fonts) -> Layout {
    let Size { width, height } = wanted.size;
    let (title, title_size) = title(wanted, fonts);
    if wanted.vertical {
        let value_height = match (wanted.hidden_value, wanted.value_size) {
            (true, _) => 0.0,
            (false, Some(size)) => size,
            (false, None) => (height * 0.1).clamp(LEAST_VALUE, LARGEST_VALUE),
        };
        let bottom = height - title.height();
        let bar = Rect::new(0.0, value_height.min(bottom), width, bottom);
        return Layout { title, title_size, bar, value: Rect::new(0.0, 0.0, width, value_height) };
    }
    let measured = fonts.width(wanted.value, &TextStyle::sans(wanted.value_size.unwrap_or(title_size.max(12.0))));
    let value_width = if wanted.hidden_value { 0.0 } else { (width * 0.2).min(WIDEST_VALUE).max(measured + 2.0 * VALUE_PADDING) };
    let (left, top) = if title.x1 < width { (title.x1, 0.0) } else { (0.0, title.y1) };
    let right = (width - value_width).max(left);
    Layout { title, title_size, bar: Rect::new(left, top, right, height), value: Rect::new(right, top, width, height) }
}

/// The name's area and size. Names stand under upright bars; above lying ones where there is room, else to their left.
fn title(wanted: &Wanted, fonts: &Fonts) -> (Rect, f64) {
    let Size { width, height } = wanted.size;
    let nothing = if wanted.vertical { Rect::new(0.0, height, width, height) } else { Rect::new(0.0, 0.0, width, 0.0) };
    if wanted.title.is_empty() || wanted.placement == NamePlacement::Hidden {
        return (nothing, 0.0);
    }
    if wanted.vertical {
        let size = wanted.title_size.unwrap_or(14.0);
        return (Rect::new(0.0, height - size * TITLE_LINE, width, height), size);
    }
    if wanted.placement == NamePlacement::Top || (wanted.placement == NamePlacement::Auto && height > 40.0) {
        let line = wanted.title_size.map_or((height * 0.45).clamp(17.0, LARGEST_VALUE), |size| size * TITLE_LINE);
        return (Rect::new(0.0, 0.0, width, line), line / TITLE_LINE);
    }
    let natural = (height * 0.6).max(LEAST_VALUE) / TITLE_LINE;
    let room = (fonts.width(wanted.title, &TextStyle::sans(natural)) + 15.0).min(width * 0.4);
    (Rect::new(0.0, 0.0, room, height), wanted.title_size.unwrap_or(natural))
}
