//! Values on an arc or circle (`gauge`, as Grafana 12.4 draws it with its new gauge).

mod arc;
mod dimensions;
mod gradient;
mod labels;
mod radial;
mod thresholds;

use grafana::{
    dashboard::Panel,
    field::{self, DisplayContext},
};
use scene::{Mark, kurbo::Size};

use super::{
    PanelContext, interpolator, notice, options,
    repeater::{self, Orientation, Repeat, Spread},
};
use crate::{overflow::Rest, view::PanelView};
use radial::RadialGauge;

/// Gauges smaller than this cannot be read (`minVizWidth` and `minVizHeight` of Grafana), px.
const LEAST: f64 = 75.0;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TextMode {
    Value,
    ValueAndName,
    Name,
    None,
}

/// What the panel's options say for all its gauges.
pub struct Look {
    pub circle: bool,
    pub gradient: bool,
    pub bar_width_factor: f64,
    pub glow_bar: bool,
    pub glow_center: bool,
    pub rounded: bool,
    pub endpoint_point: bool,
    pub segments: f64,
    pub segment_spacing: f64,
    pub text_mode: TextMode,
    pub sparkline: bool,
    pub threshold_markers: bool,
    pub threshold_labels: bool,
    pub neutral: Option<f64>,
    pub title_size: Option<f64>,
    pub value_size: Option<f64>,
}

pub fn draw(view: &PanelView, size: Size, context: &mut PanelContext) -> Vec<Mark> {
    let saved = &view.panel.options;
    let interpolate = interpolator(&view.panel, context.variables);
    let display = DisplayContext { theme: context.theme, zone: context.zone, now_ms: context.now_ms, interpolate: &interpolate };
    let mut look = look(&view.panel);
    let values = field::field_display_values(&view.frames, &options::reduce(saved), &view.panel.field_config, look.sparkline, &display);
    if values.first().is_none_or(|value| value.display.text == "No data") {
        return notice::no_data(&notice::without_numbers(view), size, context);
    }
    let auto = [TextMode::ValueAndName, TextMode::Value][usize::from(values.len() == 1)];
    look.text_mode = match options::text(saved, "textMode", "auto") {
        "value" => TextMode::Value,
        "value_and_name" => TextMode::ValueAndName,
        "name" => TextMode::Name,
        "none" => TextMode::None,
        _ => auto,
    };
    // DIFFERENCE: Grafana scrolls gauges that are too many for their least size. On a screen's place they are fitted, on paper
    // they go on below.
    let repeat = Repeat {
        orientation: Orientation::from_option(options::text(saved, "orientation", "auto")),
        spacing: 16.0,
        auto_grid: true,
        ..Repeat::default()
    };
    let mut places = repeater::places(&repeat, size.width, size.height, values.len());
    let least = Size::new(LEAST.min(size.width), LEAST.min(size.height));
    if context.overflow.most().is_some() && places.iter().any(|r| r.width() < least.width - 0.5 || r.height() < least.height - 0.5) {
        places = repeater::wrapped(least, repeat.spacing, size.width, values.len());
    }
    let mut spread = Spread::new(&places, size.height, context.overflow);
    for (value, place) in values.iter().zip(places) {
        let gauge = RadialGauge { value, look: &look, size: place.size(), range: &view.range, display: &display, fonts: context.fonts };
        spread.push(place, |place| repeater::placed(value, place, gauge.draw(), &view.frames, &display));
    }
    let (marks, blocks) = spread.finish();
    if !blocks.is_empty() {
        context.overflow.put(Rest { blocks, ..Rest::default() });
    }
    marks
}

fn look(panel: &Panel) -> Look {
    let saved = &panel.options;
    // Panels saved before the new gauge keep a plain look (Grafana's own migration).
    let old = options::text(saved, "shape", "").is_empty();
    let by_thresholds = panel.field_config.defaults.color.as_ref().is_none_or(|c| c.mode == "thresholds" || c.mode.is_empty());
    let markers = options::flag(saved, "showThresholdMarkers", true);
    Look {
        circle: options::text(saved, "shape", "gauge") == "circle",
        gradient: !old && options::flag(saved, "effects.gradient", true),
        bar_width_factor: options::number(saved, "barWidthFactor").unwrap_or(0.5),
        glow_bar: options::flag(saved, "effects.barGlow", false),
        glow_center: options::flag(saved, "effects.centerGlow", false),
        rounded: options::text(saved, "barShape", "flat") == "rounded",
        endpoint_point: options::text(saved, "endpointMarker", "point") == "point",
        segments: options::number(saved, "segmentCount").unwrap_or(1.0),
        segment_spacing: options::number(saved, "segmentSpacing").unwrap_or(0.3),
        text_mode: TextMode::Value,
        sparkline: !old && options::flag(saved, "sparkline", true),
        threshold_markers: markers && (!old || by_thresholds),
        threshold_labels: options::flag(saved, "showThresholdLabels", false),
        neutral: options::number(saved, "neutral"),
        title_size: options::number(saved, "text.titleSize").filter(|s| *s > 0.0),
        value_size: options::number(saved, "text.valueSize").filter(|s| *s > 0.0),
    }
}
