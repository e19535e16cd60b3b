//! The legend: series, or the thresholds and mappings their colours come from.

use grafana::{
    field::{DisplayContext, Threshold, ThresholdsMode, ValueMapping, display_value, series_color},
    frame::{Field, FieldType, Value},
};
use scene::{Color, kurbo::Size};
use serde_json::Value as Json;

use super::frame::Bars;
use crate::{
    chart::{
        graph::{AxisPlacement, Series, legend_options, legend_stat},
        label,
        legend::{self, LegendItem, LegendMode, PlacedLegend, Swatch},
    },
    panel::PanelContext,
    view::PanelView,
};

pub fn place(view: &PanelView, bars: &Bars, size: Size, display: &DisplayContext, context: &PanelContext) -> PlacedLegend {
    let none = PlacedLegend { plot: size, marks: Vec::new(), left_out: 0 };
    let Some((options, calcs)) = legend_options(&view.panel) else {
        return none;
    };
    let listed: Vec<&Series> = bars.series.iter().filter(|series| !is_left_out(series)).collect();
    if listed.is_empty() {
        return none;
    }
    let series: Vec<LegendItem> = listed
        .into_iter()
        .map(|one| LegendItem {
            disabled: one.style.hidden,
            right_axis: one.style.axis.placement == AxisPlacement::Right,
            stats: calcs.iter().map(|calc| legend_stat(&one.field, calc, display)).collect(),
            ..item(one.name.clone(), label::color(series_color(&one.field, display)))
        })
        .collect();
    let items = match options.mode {
        LegendMode::Table => series,
        LegendMode::List => {
            let thresholds = threshold_items(bars, display);
            let mappings = mapping_items(bars, display);
            let by_thresholds = thresholds.len() > 1;
            let mut items = if by_thresholds { thresholds } else { Vec::new() };
            if !by_thresholds && (mappings.is_empty() || series.len() > 1) {
                items = series;
            }
            items.extend(mappings);
            items
        }
    };
    legend::place(&items, &options, size, context.overflow, context.theme, context.fonts)
}

fn is_left_out(series: &Series) -> bool {
    // What was switched off in the legend is saved as hidden from the chart alone.
    let hide = series.field.config.custom.get("hideFrom").and_then(|hide| hide.get("legend"));
    hide.and_then(Json::as_bool).unwrap_or(false)
}

fn item(label: String, color: Color) -> LegendItem {
    LegendItem { label, color, swatch: Swatch::Solid, disabled: false, right_axis: false, stats: Vec::new() }
}

/// The steps of all series, where the panel's colours go by thresholds.
fn threshold_items(bars: &Bars, display: &DisplayContext) -> Vec<LegendItem> {
    if bars.x.config.color.as_ref().is_none_or(|color| color.mode != "thresholds") {
        return Vec::new();
    }
    let steps_of = |mode: ThresholdsMode| {
        let mut steps: Vec<&Threshold> = Vec::new();
        let configs = bars.series.iter().filter_map(|series| series.field.config.thresholds.as_ref());
        for step in configs.filter(|config| config.mode == mode && config.steps.len() > 1).flat_map(|config| &config.steps) {
            if !steps.contains(&step) {
                steps.push(step);
            }
        }
        steps
    };
    let mut items = Vec::new();
    for mode in [ThresholdsMode::Absolute, ThresholdsMode::Percentage] {
        let steps = steps_of(mode);
        let mut field = Field { kind: FieldType::Number, ..Field::default() };
        field.config.decimals = bars.x.config.decimals;
        field.config.unit = if mode == ThresholdsMode::Percentage { Some("percent".to_owned()) } else { bars.x.config.unit.clone() };
        let text = |value: f64| display_value(&field, &Value::Number(value), None, display).full();
        for (index, step) in steps.iter().enumerate() {
            let label = match steps.get(index + 1) {
                Some(next) if step.value == f64::NEG_INFINITY => format!("< {}", text(next.value)),
                _ => format!("{}+", text(step.value)),
            };
            items.push(item(label, label::color(display.theme.color(&step.color))));
        }
    }
    items
}

fn mapping_items(bars: &Bars, display: &DisplayContext) -> Vec<LegendItem> {
    let mut mappings: Vec<&ValueMapping> = Vec::new();
    for mapping in bars.series.iter().flat_map(|series| &series.field.config.mappings) {
        if !mappings.contains(&mapping) {
            mappings.push(mapping);
        }
    }
    let color = |name: &Option<String>| {
        let color = name.as_deref().map_or(grafana::theme::FALLBACK, |name| display.theme.color(name));
        label::color(color)
    };
    let number = |value: &Option<f64>| value.map_or_else(|| "null".to_owned(), grafana::js::number_to_string);
    let mut items = Vec::new();
    for mapping in mappings {
        let (text, name) = match mapping {
            ValueMapping::Value(values) => {
                items.extend(values.iter().map(|(value, result)| item(value.clone(), color(&result.color))));
                continue;
            }
            ValueMapping::Range { from, to, result } => {
                let range = format!("[{} - {}]", number(from), number(to));
                let text = result.text.as_deref().filter(|text| !text.is_empty());
                (text.map_or(range.clone(), |text| format!("{range} {text}")), &result.color)
            }
            ValueMapping::Regex { pattern, result } => {
                (result.text.clone().filter(|text| !text.is_empty()).unwrap_or_else(|| pattern.clone()), &result.color)
            }
            ValueMapping::Special { matches, result } => {
                (result.text.clone().filter(|text| !text.is_empty()).unwrap_or_else(|| matches.clone()), &result.color)
            }
        };
        items.push(item(text, color(name)));
    }
    items
}
