//! How large title, value and line of one stat become: the four layouts of Grafana's `BigValue`.

use scene::{Fonts, kurbo::Size};

use crate::drawing::font_size_to_fit;

pub const LINE_HEIGHT: f64 = 1.2;
pub const VALUE_WEIGHT: u16 = 500;
const MAX_TITLE: f64 = 30.0;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Title left, value right.
    Wide,
    /// The same over a sparkline in the lower half.
    WideWithChart,
    /// Title over value.
    Stacked,
    /// The same over a sparkline.
    StackedWithChart,
}

/// What the layout depends on. Texts are those all values are aligned to; `None` where none is shown.
pub struct Wanted<'a> {
    pub size: Size,
    pub title: Option<&'a str>,
    pub value: &'a str,
    pub title_size: Option<f64>,
    pub value_size: Option<f64>,
    pub has_line: bool,
    pub has_percent: bool,
    pub allow_wide: bool,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Layout {
    pub kind: Kind,
    pub padding: f64,
    pub title_size: f64,
    pub value_size: f64,
    pub chart_height: f64,
}

pub fn layout(wanted: &Wanted, fonts: &Fonts) -> Layout {
    let Size { width, height } = wanted.size;
    let kind = match (wanted.allow_wide && width / height > 2.5, wanted.has_line) {
        (true, true) if height > 50.0 => Kind::WideWithChart,
        (true, _) => Kind::Wide,
        (false, true) if height > 100.0 => Kind::StackedWithChart,
        (false, _) => Kind::Stacked,
    };
    let padding = if height > 100.0 { 12.0 } else { 8.0 };
    let room = Size::new(width - padding * 2.0, height - padding * 2.0);
    // A size given by hand stands, and the texts to fit are then none.
    let title = wanted.title.filter(|t| !t.is_empty() && wanted.title_size.is_none());
    let value = Some(wanted.value).filter(|v| !v.is_empty() && wanted.value_size.is_none());
    let fit_title = |w: f64, h: f64| {
        title.map_or(wanted.title_size.unwrap_or(0.0), |t| font_size_to_fit(fonts, t, 400, w, h, LINE_HEIGHT, Some(MAX_TITLE)))
    };
    let fit_value = |w: f64, h: f64| {
        value.map_or(wanted.value_size.unwrap_or(0.0), |t| font_size_to_fit(fonts, t, VALUE_WEIGHT, w, h, LINE_HEIGHT, None))
    };
    let below = |title_size: f64, value_size: f64| if title.is_some() { title_size.min(value_size * 0.7) } else { title_size };
    let percent_room = if wanted.has_percent { 0.75 } else { 1.0 };
    let (title_size, value_size, chart_height) = match kind {
        Kind::Wide => {
            let value_size = fit_value(room.width * if title.is_some() { 0.3 } else { 1.0 }, room.height * percent_room);
            (below(fit_title(room.width * 0.6, room.height), value_size), value_size, 0.0)
        }
        Kind::WideWithChart => {
            (fit_title(room.width * 0.6, room.height * 0.4), fit_value(room.width * 0.4, room.height * 0.5), height * 0.5)
        }
        Kind::StackedWithChart => {
            let first = fit_title(room.width, height * 0.15);
            let title_height = if title.is_some() { first * LINE_HEIGHT } else { 0.0 };
            let value_size = fit_value(room.width, room.height - height * 0.25 - title_height);
            let title_size = below(first, value_size);
            (title_size, value_size, height - title_size * LINE_HEIGHT - value_size * LINE_HEIGHT)
        }
        Kind::Stacked => {
            let first = fit_title(room.width, height * 0.15);
            let title_height = if title.is_some() { first * LINE_HEIGHT } else { 0.0 };
            let value_size = fit_value(room.width, (room.height - title_height) * percent_room);
            (below(first, value_size), value_size, 0.0)
        }
    };
    Layout { kind, padding, title_size, value_size, chart_height }
}

/// Suffixes are set smaller than their number, the more the larger it is.
pub fn suffix_size(size: f64) -> f64 {
    let factor = match size {
        s if s < 20.0 => 0.9,
        s if s < 26.0 => 0.8,
        _ => 0.6,
    };
    size * factor
}
