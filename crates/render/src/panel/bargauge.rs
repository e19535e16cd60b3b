//! Values as bars with their names (`bargauge`).

use grafana::{
    field::{self, DisplayContext},
    frame::FieldType,
};
use scene::{
    Mark, TextStyle,
    kurbo::{Rect, Size},
};

use super::{
    PanelContext, interpolator, options,
    repeater::{self, Alignment, Orientation, Repeat, Spread},
};
use crate::{
    bar_gauge::{BarGauge, DisplayMode, Look, NamePlacement, ValueMode},
    chart::{
        graph,
        legend::{self, LegendItem, PlacedLegend, Swatch},
    },
    drawing::{self, Align, ink},
    overflow::{Block, Rest},
    view::PanelView,
};

/// Bars thinner than this cannot be read: then some are left out, and it is said.
const LEAST_HEIGHT: f64 = 10.0;
/// How near bars that lie may come where they have no room.
const LEAST_SPACING: f64 = 4.0;

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
    let legend = legend(view, size, &display, context);
    let whole = size;
    let size = legend.as_ref().map_or(size, |placed| placed.plot);
    let repeat = repeat(view, &look);
    let orientation = repeat.orientation.resolve(size.width, size.height);
    let (places, shown) = match context.overflow.most() {
        Some(most) => (on_paper(&repeat, size, orientation, values.len().min(most)), most),
        None => on_screen(&repeat, size, orientation, values.len()),
    };
    let alignment = if values.len() > 1 { Some(repeater::alignment(&values)) } else { None };
    let mut marks = Vec::new();
    let mut spread = Spread::new(&places, size.height, context.overflow);
    for (value, place) in values.iter().zip(&places).take(shown) {
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
        spread.push(*place, |place| repeater::placed(value, place, gauge.draw(), &view.frames, &display));
    }
    let (own, mut blocks) = spread.finish();
    marks.extend(own);
    let legend = legend.map_or_else(Vec::new, |placed| placed.marks);
    if blocks.is_empty() {
        marks.extend(legend);
    } else {
        // The legend stands where it does beside and below the bars: under the last of them.
        let height = whole.height - size.height;
        let (at, top) = if height > 0.0 { (blocks.len(), size.height) } else { (0, 0.0) };
        blocks.insert(at, Block { marks: vec![Mark::at(0.0, -top, legend)], height, n_entries: 0 });
        if shown < values.len() {
            (context.warn)(format!("{} of {} bars are left out", values.len() - shown, values.len()));
        }
        context.overflow.put(Rest { blocks, ..Rest::default() });
        return marks;
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
fn legend(view: &PanelView, size: Size, display: &DisplayContext, context: &PanelContext) -> Option<PlacedLegend> {
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
    Some(legend::place(&items, &wanted, size, context.overflow, context.theme, context.fonts))
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

/// Grafana scrolls what does not fit. On paper bars that lie move together first, then they go on below, as upright ones do in
/// rows of the panel's height.
fn on_paper(repeat: &Repeat, size: Size, orientation: Orientation, count: usize) -> Vec<Rect> {
    let places = repeater::places(repeat, size.width, size.height, count);
    let fits = |r: &Rect| r.x1 <= size.width + 0.5 && r.y1 <= size.height + 0.5;
    if places.iter().all(fits) {
        return places;
    }
    if orientation == Orientation::Vertical {
        return repeater::wrapped(Size::new(repeat.min_width, size.height), repeat.spacing, size.width, count);
    }
    repeater::places(&Repeat { spacing: repeat.spacing.min(LEAST_SPACING), ..*repeat }, size.width, size.height, count)
}

/// On a screen's place bars get thinner than their minimum; what still does not fit is counted.
fn on_screen(repeat: &Repeat, size: Size, orientation: Orientation, count: usize) -> (Vec<Rect>, usize) {
    let places = repeater::places(repeat, size.width, size.height, count);
    let fits = |r: &Rect| r.x1 <= size.width + 0.5 && r.y1 <= size.height + 0.5;
    if orientation == Orientation::Vertical || places.iter().all(fits) {
        let shown = places.iter().filter(|r| r.x0 < size.width).count();
        return (places, shown);
    }
    let thin = Repeat { min_height: LEAST_HEIGHT, spacing: repeat.spacing.min(LEAST_SPACING), ..*repeat };
    let places = repeater::places(&thin, size.width, size.height, count);
    let shown = if places.iter().all(fits) { count } else { places.iter().filter(|r| r.y1 <= size.height - 16.0).count() };
    (places, shown)
}
