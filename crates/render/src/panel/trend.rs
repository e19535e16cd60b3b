//! Lines over a number instead of time (`trend`): torque over speed, gain over frequency.

use grafana::{
    field::{DisplayContext, display_name},
    frame::{Field, FieldType, Frame},
};
use scene::{Mark, kurbo::Size};
use serde_json::Value as Json;

use super::{PanelContext, interpolator, notice, options};
use crate::{
    chart::{
        Scale, Side,
        graph::{AxisPlacement, Graph, Style, align, fill_below, graphable_over, number_axis, overlay, stack},
        range::{RangeConfig, scale_for},
    },
    view::PanelView,
};

pub fn draw(view: &PanelView, size: Size, context: &mut PanelContext) -> Vec<Mark> {
    let message = |text: &str, context: &PanelContext| overlay::message(text, size, context.theme, context.fonts);
    if view.frames.iter().all(Frame::is_empty) {
        return notice::no_data(&notice::without_numbers(view), size, context);
    }
    let (frame, x_index) = match choose(view) {
        Ok(found) => found,
        Err(text) => return message(&text, context),
    };
    let Some(prepared) = graphable_over(frame, x_index) else {
        return message("Data is missing a number field", context);
    };
    let x_field = &prepared.fields[0];
    let interpolate = interpolator(&view.panel, context.variables);
    let display = DisplayContext { theme: context.theme, zone: context.zone, now_ms: context.now_ms, interpolate: &interpolate };
    let Some(x) = x_scale(x_field) else {
        return notice::no_data(&notice::without_numbers(view), size, context);
    };
    let mut aligned = align(std::slice::from_ref(&prepared));
    let mut bands = fill_below(&mut aligned.series);
    bands.extend(stack(&mut aligned.series));
    let style = Style::read(&x_field.config.custom).axis;
    let x_axes = if style.placement == AxisPlacement::Hidden { Vec::new() } else { vec![number_axis(x, x_field, Side::Bottom, &display)] };
    let graph = Graph {
        panel: &view.panel,
        aligned: &aligned,
        bands: &bands,
        x,
        display: &display,
        fonts: context.fonts,
        overflow: context.overflow,
    };
    graph.draw(x_axes, size, context.warn, |pen, _| pen.draw())
}

/// The only frame with the place of its x field, or what Grafana says is wrong with them.
fn choose(view: &PanelView) -> Result<(&Frame, usize), String> {
    let [frame] = view.frames.as_slice() else {
        return Err("Only one frame is supported, consider adding a join transformation".to_owned());
    };
    let wanted = options::at(&view.panel.options, "xField").and_then(Json::as_str).filter(|name| !name.is_empty());
    let name = |field: &Field| field.display_name.clone().unwrap_or_else(|| display_name(field, frame, &view.frames));
    let index = match wanted {
        Some(wanted) => {
            let found = frame.fields.iter().position(|field| field.name == wanted || name(field) == wanted);
            found.ok_or_else(|| format!("Unable to find field: {wanted}"))?
        }
        None => {
            let found = frame.fields.iter().position(|field| field.kind == FieldType::Number);
            found.ok_or_else(|| "No numeric fields found for X axis".to_owned())?
        }
    };
    let field = &frame.fields[index];
    if field.kind == FieldType::Number && !seems_ascending(field.values.numbers().unwrap_or_default()) {
        return Err("Values must be in ascending order".to_owned());
    }
    Ok((frame, index))
}

/// Looks at about fifty values, as Grafana does.
fn seems_ascending(values: &[Option<f64>]) -> bool {
    let (Some(first), Some(last)) = (values.iter().position(Option::is_some), values.iter().rposition(Option::is_some)) else {
        return true;
    };
    let stride = ((last - first + 1) / 50).max(1);
    let samples: Vec<f64> = values[first..=last].iter().step_by(stride).filter_map(|value| *value).collect();
    samples.is_sorted_by(|a, b| a < b)
}

/// The x values' own range, without room beside them.
fn x_scale(x: &Field) -> Option<Scale> {
    let style = Style::read(&x.config.custom);
    let values = x.values.numbers().unwrap_or_default().iter().flatten().filter(|value| value.is_finite());
    let extent = values.fold(None, |extent: Option<(f64, f64)>, value| {
        Some(extent.map_or((*value, *value), |(min, max)| (min.min(*value), max.max(*value))))
    });
    let config = RangeConfig {
        distribution: style.distribution,
        min: x.config.min,
        max: x.config.max,
        soft_min: style.axis.soft_min,
        soft_max: style.axis.soft_max,
        centered_zero: style.axis.centered_zero,
        decimals: x.config.decimals,
        percent: false,
        padding: Some(0.0),
    };
    scale_for(&config, extent)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn x_values_must_ascend() {
        for (values, expected) in [
            (&[Some(1.0), Some(2.0), Some(3.0)][..], true),
            (&[None, Some(1.0), None, Some(3.0)][..], true),
            (&[Some(1.0), Some(1.0)][..], false),
            (&[Some(3.0), Some(1.0)][..], false),
            (&[][..], true),
        ] {
            assert_eq!(seems_ascending(values), expected, "{values:?}");
        }
    }
}
