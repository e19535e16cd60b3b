//! Shares of a whole as slices of a pie or donut (`piechart`).

mod slice;

use grafana::{
    field::{self, DisplayContext, FieldDisplay},
    frame::Frame,
    js,
    theme::Theme,
};
use scene::{
    Color, Fonts, Mark, Paint, RadialGradient, TextStyle,
    kurbo::{Point, Size},
};
use serde_json::Value as Json;

use super::{PanelContext, interpolator, notice, options};
use crate::{
    chart::{
        graph::legend_options,
        legend::{self, LegendItem, LegendMode, LegendOptions, LegendPlacement, LegendStat, Swatch},
        link as lead_to,
    },
    color_math::{darken, spin},
    drawing::ink,
    view::PanelView,
};
use slice::Slice;

const MARGIN_PX: f64 = 16.0;
/// Slices narrower than this, in radians, carry no label.
const LEAST_LABELLED: f64 = 0.3;

pub fn draw(view: &PanelView, size: Size, context: &mut PanelContext) -> Vec<Mark> {
    let saved = &view.panel.options;
    let interpolate = interpolator(&view.panel, context.variables);
    let display = DisplayContext { theme: context.theme, zone: context.zone, now_ms: context.now_ms, interpolate: &interpolate };
    let mut values = field::field_display_values(&view.frames, &options::reduce(saved), &view.panel.field_config, false, &display);
    if values.first().is_none_or(|value| value.name == "No data") {
        return notice::no_data(&notice::without_numbers(view), size, context);
    }
    let legend = legend_of(view);
    // Grafana sorts the values while it makes the legend: without one they stay as they came.
    if legend.is_some() {
        sort(&mut values, options::text(saved, "sort", "desc"));
    }
    let total: f64 = values.iter().filter(|value| is_drawn(value)).map(|value| value.display.numeric).sum();
    let mut room = size;
    let mut marks = Vec::new();
    if let Some((options, shown)) = legend {
        let no_value = view.panel.field_config.defaults.no_value.as_deref();
        let listed = values.iter().filter(|value| !hidden_from(value, "legend"));
        let items: Vec<LegendItem> = listed.map(|value| legend_item(value, total, &shown, no_value)).collect();
        let placed = legend::place(&items, &options, size, context.overflow, context.theme, context.fonts);
        if placed.left_out > 0 {
            (context.warn)(format!("the legend has no room for {} of {} slices", placed.left_out, items.len()));
        }
        room = placed.plot;
        marks = placed.marks;
    }
    let drawn: Vec<&FieldDisplay> = values.iter().filter(|value| is_drawn(value)).collect();
    let labels: Vec<&str> =
        options::at(saved, "displayLabels").and_then(Json::as_array).into_iter().flatten().filter_map(Json::as_str).collect();
    let donut = options::text(saved, "pieType", "pie") == "donut";
    let pie = Pie { values: &drawn, total, labels: &labels, donut, theme: context.theme, fonts: context.fonts };
    let mut slices = pie.draw(room);
    slices.extend(pie.links(room, &view.frames, &display));
    marks.push(Mark::at(room.width / 2.0, room.height / 2.0, slices));
    marks
}

struct Pie<'a> {
    values: &'a [&'a FieldDisplay],
    total: f64,
    labels: &'a [&'a str],
    donut: bool,
    theme: &'a Theme,
    fonts: &'a Fonts,
}

impl Pie<'_> {
    /// Slices around the origin, then their labels.
    fn draw(&self, room: Size) -> Vec<Mark> {
        let slices = self.slices(room);
        let shapes = self.values.iter().zip(&slices).map(|(value, slice)| self.slice(value, slice));
        let labelled = self.values.iter().zip(&slices).filter(|(_, slice)| slice.to - slice.from >= LEAST_LABELLED);
        shapes.chain(labelled.flat_map(|(value, slice)| self.label(value, slice))).collect()
    }

    /// One a value; none where there is no room.
    fn slices(&self, room: Size) -> Vec<Slice> {
        let outer = (room.width.min(room.height) - 2.0 * MARGIN_PX) / 2.0;
        if outer <= 0.0 {
            return Vec::new();
        }
        let inner = if self.donut { (outer - (outer / 3.0).max(20.0)).max(0.0) } else { 0.0 };
        let numbers: Vec<f64> = self.values.iter().map(|value| value.display.numeric).collect();
        slice::slices(&numbers, inner, outer)
    }

    /// The middle of each slice leads where its field's first data link does.
    fn links(&self, room: Size, frames: &[Frame], display: &DisplayContext) -> Vec<Mark> {
        let lead = |(value, slice): (&&FieldDisplay, Slice)| {
            let link = value.field.config.links.first().filter(|link| !link.url.is_empty())?;
            let place = slice.label_place();
            // As large a square as lies inside the slice, about.
            let chord = 2.0 * place.to_vec2().hypot() * ((slice.to - slice.from) / 2.0).min(1.5).sin();
            let place = lead_to::around(place, (chord * 0.7).min((slice.outer - slice.inner) * 0.7));
            Some(lead_to::leading(place, field::expand_url_in_value(&link.url, value, frames, display)))
        };
        self.values.iter().zip(self.slices(room)).filter_map(lead).take(lead_to::MOST).collect()
    }

    fn slice(&self, value: &FieldDisplay, slice: &Slice) -> Mark {
        let theme = self.theme;
        let color = color_of(value);
        let strength = if theme.is_dark { 1.0 } else { -0.7 };
        let from = spin(darken(color, 20.0 * strength), 4.0);
        let to = spin(darken(color, 10.0 * strength), -4.0);
        let start = (slice.inner / slice.outer) as f32;
        let fill = RadialGradient { center: Point::ZERO, radius_px: slice.outer, stops: vec![(start, from), (1.0, to)] };
        let mut mark = Mark::stroke(slice.path(), ink(theme.panel), 1.0);
        if let Mark::Path(path) = &mut mark {
            path.fill = Some(Paint::Radial(fill));
        }
        mark
    }

    fn label(&self, value: &FieldDisplay, slice: &Slice) -> Vec<Mark> {
        let has = |name: &str| self.labels.contains(&name);
        let (per, most) = if has("name") { (150.0, 30.0) } else { (100.0, 36.0) };
        let size_px = (slice.outer / per * 14.0).max(12.0).min(most);
        let mut lines = Vec::new();
        if has("name") {
            lines.push(value.display.title.clone().unwrap_or_default());
        }
        if has("value") {
            lines.push(value.display.full());
        }
        if has("percent") {
            lines.push(percent(value, self.total));
        }
        let style = TextStyle { letter_spacing_px: size_px * 0.01, ..TextStyle::sans(size_px).medium() };
        let place = slice.label_place();
        let line = |(index, text): (usize, &String)| {
            let text = self.fonts.shape(text, &style);
            let x = place.x + crate::drawing::Align::Center.offset(0.0, text.width_px);
            crate::drawing::shaped(text, x, place.y + 1.2 * size_px * (index as f64 + 1.0), ink(self.theme.text_primary))
        };
        lines.iter().enumerate().map(line).collect()
    }
}

fn hidden_from(value: &FieldDisplay, place: &str) -> bool {
    value.field.config.custom.get("hideFrom").and_then(|hide| hide.get(place)).and_then(Json::as_bool).unwrap_or(false)
}

fn is_drawn(value: &FieldDisplay) -> bool {
    !hidden_from(value, "viz") && !value.display.numeric.is_nan()
}

fn color_of(value: &FieldDisplay) -> Color {
    ink(value.display.color.unwrap_or(grafana::theme::FALLBACK))
}

/// "27%", with the field's decimals.
fn percent(value: &FieldDisplay, total: f64) -> String {
    let decimals = value.field.config.decimals.unwrap_or(0).max(0).unsigned_abs();
    js::to_fixed(value.display.numeric / total * 100.0, decimals) + "%"
}

/// By value, what is not a number last.
fn sort(values: &mut [FieldDisplay], order: &str) {
    values.sort_by(|a, b| {
        let (a, b) = (a.display.numeric, b.display.numeric);
        match order {
            _ if a.is_nan() || b.is_nan() => a.is_nan().cmp(&b.is_nan()),
            "asc" => a.total_cmp(&b),
            "desc" => b.total_cmp(&a),
            _ => std::cmp::Ordering::Equal,
        }
    });
}

/// The legend's options with the values it shows; a panel that never had any gets the plugin's.
fn legend_of(view: &PanelView) -> Option<(LegendOptions, Vec<String>)> {
    let Some(saved) = view.panel.options.get("legend").filter(|legend| legend.is_object()) else {
        let options = LegendOptions { mode: LegendMode::List, placement: LegendPlacement::Right, ..LegendOptions::default() };
        return Some((options, vec!["percent".to_owned()]));
    };
    let (options, _) = legend_options(&view.panel)?;
    let options = LegendOptions { no_headings: true, ..options };
    let values = saved.get("values").and_then(Json::as_array);
    Some((options, values.into_iter().flatten().filter_map(|value| value.as_str().map(str::to_owned)).collect()))
}

fn legend_item(value: &FieldDisplay, total: f64, shown: &[String], no_value: Option<&str>) -> LegendItem {
    let hidden = hidden_from(value, "viz");
    let numeric = value.display.numeric;
    let mut stats = Vec::new();
    if shown.iter().any(|name| name == "value") {
        stats.push(LegendStat { title: "Value".to_owned(), text: value.display.full(), numeric });
    }
    if shown.iter().any(|name| name == "percent") {
        let share = if hidden { 0.0 } else { numeric / total };
        let text = if hidden || share.is_nan() { no_value.unwrap_or("-").to_owned() } else { percent(value, total) };
        let title = if shown.len() > 1 { "Percent" } else { "" };
        stats.push(LegendStat { title: title.to_owned(), text, numeric: share });
    }
    LegendItem {
        label: value.display.title.clone().unwrap_or_default(),
        color: color_of(value),
        swatch: Swatch::Solid,
        disabled: hidden,
        right_axis: false,
        stats,
    }
}
