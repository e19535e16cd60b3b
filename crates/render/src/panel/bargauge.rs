//! Values as bars with their names (`bargauge`).

use grafana::{
    field::{self, DisplayContext},
    frame::FieldType,
};
use scene::{
    Fonts, Mark, TextStyle,
    kurbo::{Rect, Size},
};

use super::{
    PanelContext, interpolator, options,
    repeater::{self, Alignment, Orientation, Repeat},
};
use crate::{
    bar_gauge::{BarGauge, DisplayMode, Look, NamePlacement, ValueMode},
    chart::{
        graph,
        legend::{self, LegendItem, PlacedLegend, Swatch},
    },
    drawing::{self, Align, ink},
    view::PanelView,
};

/// Bars thinner than this cannot be read: then some are left out, and it is said.
const LEAST_HEIGHT: f64 = 10.0;

pub fn draw(view: &PanelView, size: Size, context: &mut PanelContext) -> Vec<Mark> {
    let saved = &view.panel.options;
    let interpolate = interpolator(&view.panel, context.variables);
    let display = DisplayContext { theme: context.theme, zone: context.zone, now_ms: context.now_ms, interpolate: &interpolate };
    let mut values = field::field_display_values(&view.frames, &options::reduce(saved), &view.panel.field_config, false, &display);
    let named = view.panel.field_config.defaults.display_name.as_deref().is_some_and(|name| !name.is_empty());
    if let ([only], false) = (values.as_mut_slice(), named) {
        only.display.title = None;
    }
    let look = look(view);
    let legend = legend(view, size, &display, context.fonts);
    let size = legend.as_ref().map_or(size, |placed| placed.plot);
    let repeat = repeat(view, &look);
    let orientation = repeat.orientation.resolve(size.width, size.height);
    let (places, shown) = places(&repeat, size, orientation, values.len());
    let alignment = if values.len() > 1 { Some(repeater::alignment(&values)) } else { None };
    let mut marks = legend.map_or_else(Vec::new, |placed| placed.marks);
    for (value, place) in values.iter().zip(places).take(shown) {
        let own = Alignment { title: value.display.title.clone().unwrap_or_default(), text: value.display.full() };
        let gauge = BarGauge {
            value: &value.display,
            field: &value.field,
            look: &look,
            vertical: orientation == Orientation::Vertical,
            size: place.size(),
            alignment: alignment.as_ref().unwrap_or(&own),
            context: &display,
            fonts: context.fonts,
        };
        marks.push(repeater::placed(value, place, gauge.draw(), &view.frames, &display));
    }
    if shown < values.len() {
        let text = format!("{} more", values.len() - shown);
        (context.warn)(format!("{text} bars do not fit the panel"));
        let area = Rect::new(0.0, size.height - 16.0, size.width, size.height);
        marks.push(drawing::line_in(context.fonts, &text, &TextStyle::sans(11.0), area, Align::Right, ink(context.theme.text_secondary)));
    }
    marks
}

/// The legend, where the panel asks for one: the bars' own series with their calculated values.
fn legend(view: &PanelView, size: Size, display: &DisplayContext, fonts: &Fonts) -> Option<PlacedLegend> {
    if !options::flag(&view.panel.options, "legend.showLegend", false) {
        return None;
    }
    let (wanted, calcs) = graph::legend_options(&view.panel)?;
    let shown = view.frames.iter().flat_map(|frame| &frame.fields).filter(|field| field.kind == FieldType::Number);
    let items: Vec<LegendItem> = shown
        .map(|field| LegendItem {
            label: field.display_name.clone().unwrap_or_else(|| field.name.clone()),
            color: ink(field::series_color(field, display)),
            swatch: Swatch::Solid,
            disabled: false,
            right_axis: false,
            stats: calcs.iter().map(|calc| graph::legend_stat(field, calc, display)).collect(),
        })
        .collect();
    Some(legend::place(&items, &wanted, size, display.theme, fonts))
}

fn look(view: &PanelView) -> Look {
    let saved = &view.panel.options;
    let display_mode = match options::text(saved, "displayMode", "gradient") {
        "basic" => DisplayMode::Basic,
        "lcd" => DisplayMode::Lcd,
        _ => DisplayMode::Gradient,
    };
    Look {
        display_mode,
        value_mode: match options::text(saved, "valueMode", "color") {
            "text" => ValueMode::Text,
            "hidden" => ValueMode::Hidden,
            _ => ValueMode::Color,
        },
        placement: match options::text(saved, "namePlacement", "auto") {
            "top" => NamePlacement::Top,
            "left" => NamePlacement::Left,
            "hidden" => NamePlacement::Hidden,
            _ => NamePlacement::Auto,
        },
        unfilled: options::flag(saved, "showUnfilled", true),
        title_size: options::number(saved, "text.titleSize").filter(|s| *s > 0.0),
        value_size: options::number(saved, "text.valueSize").filter(|s| *s > 0.0),
        lcd_cell: 12.0,
        spacing: if display_mode == DisplayMode::Lcd { 2.0 } else { 10.0 },
    }
}

fn repeat(view: &PanelView, look: &Look) -> Repeat {
    let saved = &view.panel.options;
    let manual = options::text(saved, "sizing", "auto") == "manual";
    let sized = |path: &str, default: f64| options::number(saved, path).filter(|_| manual).unwrap_or(default);
    Repeat {
        orientation: Orientation::from_option(options::text(saved, "orientation", "auto")),
        spacing: look.spacing,
        auto_grid: false,
        min_width: sized("minVizWidth", 8.0),
        min_height: sized("minVizHeight", 16.0),
        max_height: sized("maxVizHeight", 300.0),
    }
}

/// Grafana scrolls what does not fit. Here bars get thinner than their minimum first; what still does not fit is counted.
fn places(repeat: &Repeat, size: Size, orientation: Orientation, count: usize) -> (Vec<Rect>, usize) {
    let places = repeater::places(repeat, size.width, size.height, count);
    let fits = |r: &Rect| r.x1 <= size.width + 0.5 && r.y1 <= size.height + 0.5;
    if orientation == Orientation::Vertical || places.iter().all(fits) {
        let shown = places.iter().filter(|r| r.x0 < size.width).count();
        return (places, shown);
    }
    let spacing = if repeat.spacing > 4.0 { 4.0 } else { repeat.spacing };
    let thin = Repeat { min_height: LEAST_HEIGHT, spacing, ..*repeat };
    let places = repeater::places(&thin, size.width, size.height, count);
    let shown = if places.iter().all(fits) { count } else { places.iter().filter(|r| r.y1 <= size.height - 16.0).count() };
    (places, shown)
}
