//! Large values with an optional sparkline (`stat`).

mod big_value;
mod layout;

use grafana::{
    field::{self, DisplayContext, FieldDisplay},
    frame::Frame,
};
use scene::{Mark, kurbo::Size};

use super::{
    PanelContext, interpolator, options,
    repeater::{self, Orientation, Repeat},
    sparkline,
};
use crate::view::PanelView;
use big_value::{BigValue, ColorMode, Look, TextMode};

pub fn draw(view: &PanelView, size: Size, context: &mut PanelContext) -> Vec<Mark> {
    let saved = &view.panel.options;
    let interpolate = interpolator(&view.panel, context.variables);
    let display = DisplayContext { theme: context.theme, zone: context.zone, now_ms: context.now_ms, interpolate: &interpolate };
    let with_line = options::text(saved, "graphMode", "area") != "none";
    let values = field::field_display_values(&view.frames, &options::reduce(saved), &view.panel.field_config, with_line, &display);
    let repeat = Repeat {
        orientation: Orientation::from_option(options::text(saved, "orientation", "auto")),
        spacing: 3.0,
        auto_grid: true,
        ..Repeat::default()
    };
    let places = repeater::places(&repeat, size.width, size.height, values.len());
    let look = look(view, values.len());
    let alignment = repeater::alignment(&values);
    let mut marks = Vec::new();
    for (value, place) in values.iter().zip(places) {
        let sparkline = value.sparkline.as_ref().map(|line| (line, sparkline::y_range(&value.field)));
        let big = BigValue {
            display: &value.display,
            sparkline,
            range: &view.range,
            percent_change: look.percent_change.then(|| percent_change(value, &view.frames)).flatten(),
            alignment: &alignment,
            look: &look,
        };
        let inside = big.draw(place.size(), context.theme, context.fonts);
        marks.push(repeater::placed(value, place, inside, &view.frames, &display));
    }
    marks
}

/// `diffperc` in percent of the first value.
fn percent_change(value: &FieldDisplay, frames: &[Frame]) -> Option<f64> {
    let field = frames.get(value.frame_index)?.fields.get(value.field_index)?;
    match field::reduce_field(field, "diffperc") {
        grafana::frame::Value::Number(n) if !n.is_nan() => Some(n),
        _ => None,
    }
}

fn look(view: &PanelView, count: usize) -> Look {
    let saved = &view.panel.options;
    let named = view.panel.field_config.defaults.display_name.as_deref().is_some_and(|n| !n.is_empty());
    let text_mode = match options::text(saved, "textMode", "auto") {
        "auto" if named || view.panel.title.is_empty() => TextMode::ValueAndName,
        "auto" if count == 1 => TextMode::Value,
        "value" => TextMode::Value,
        "name" => TextMode::Name,
        "none" => TextMode::None,
        _ => TextMode::ValueAndName,
    };
    Look {
        text_mode,
        color_mode: match options::text(saved, "colorMode", "value") {
            "background" => ColorMode::Background,
            "background_solid" => ColorMode::BackgroundSolid,
            "none" => ColorMode::None,
            _ => ColorMode::Value,
        },
        centered: options::text(saved, "justifyMode", "auto") == "center",
        wide: options::flag(saved, "wideLayout", true),
        percent_change: options::flag(saved, "showPercentChange", false),
        percent_color: options::text(saved, "percentChangeColorMode", "standard").to_owned(),
        title_size: options::number(saved, "text.titleSize").filter(|s| *s > 0.0),
        value_size: options::number(saved, "text.valueSize").filter(|s| *s > 0.0),
        percent_size: options::number(saved, "text.percentSize").filter(|s| *s > 0.0),
    }
}
