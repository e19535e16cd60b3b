//! From frames to categories with a value for each series.

use grafana::{
    field::display_name,
    frame::{Field, FieldType, Frame, Values},
};
use serde_json::Value as Json;

use super::super::options;
use crate::{
    chart::{
        graph::{AxisPlacement, DrawStyle, Series, StackingMode, Style},
        path::Cell,
    },
    view::PanelView,
};

/// What a bar chart draws.
pub struct Bars {
    pub x: Field,
    pub rows: usize,
    /// Series that can be seen, and those switched off that the legend still names (`style.hidden`).
    pub series: Vec<Series>,
    /// Bars take their colours from here.
    pub color: Option<Field>,
    /// Each bar has its own colour: by `color`, thresholds or value mappings.
    pub colored_by_bar: bool,
}

/// Picks categories and series. An error is what Grafana says instead; `None` is its plain "No data".
pub fn prepare(view: &PanelView, stacking: StackingMode) -> Result<Bars, Option<String>> {
    if view.frames.iter().all(Frame::is_empty) {
        return Err(None);
    }
    let frame = joined(&view.frames).ok_or(None)?;
    let saved = &view.panel.options;
    let name = |field: &Field| field.display_name.clone().unwrap_or_else(|| display_name(field, &frame, &view.frames));
    let named = |wanted: &str| frame.fields.iter().position(|field| name(field) == wanted || field.name == wanted);
    let of_kind = |kind: FieldType| frame.fields.iter().position(|field| field.kind == kind);
    let x = (options::at(saved, "xField").and_then(Json::as_str).and_then(named))
        .or_else(|| of_kind(FieldType::String))
        .or_else(|| of_kind(FieldType::Time))
        .ok_or_else(|| Some("Bar charts require a string or time field".to_owned()))?;
    let color = options::at(saved, "colorByField").and_then(Json::as_str).and_then(named).map(|at| frame.fields[at].clone());
    // What was switched off in the legend stays there, in grey; what an override hides is gone.
    let switched = switched_off_in_legend(view);
    let mut series = Vec::new();
    for (index, field) in frame.fields.iter().enumerate() {
        let hidden = hidden_from(field, "viz");
        if index == x || field.kind != FieldType::Number || (hidden && !switched) {
            continue;
        }
        series.push(one_series(field, name(field), series.len(), stacking));
    }
    if series.is_empty() {
        return Err(Some("No numeric fields found".to_owned()));
    }
    let colored_by_bar = color.is_some() || has_own_color(&frame.fields[x]) || series.iter().any(|series| has_own_color(&series.field));
    Ok(Bars { x: frame.fields[x].clone(), rows: frame.len(), series, color, colored_by_bar })
}

impl Bars {
    /// The value itself, before it was stacked.
    pub fn raw(&self, field: &Field, row: usize) -> Option<f64> {
        field.values.numbers()?.get(row).copied().flatten().filter(|value| value.is_finite())
    }

    /// What a row's values of the same sign add up to.
    pub fn total(&self, row: usize, like: f64) -> f64 {
        let shown = self.series.iter().filter(|series| !series.style.hidden);
        let values = shown.filter_map(|series| self.raw(&series.field, row));
        values.filter(|value| (*value < 0.0) == (like < 0.0)).sum::<f64>().abs()
    }

    /// Of bars in their own colours: the first field's, from 0 to 1.
    pub fn fill_opacity(&self) -> f32 {
        let field = self.color.as_ref().or(self.series.first().map(|series| &series.field));
        let percent = field.and_then(|field| field.config.custom.get("fillOpacity")).and_then(Json::as_f64).unwrap_or(DEFAULT_OPACITY);
        (percent / 100.0).clamp(0.0, 1.0) as f32
    }
}

const DEFAULT_OPACITY: f64 = 80.0;

fn one_series(field: &Field, name: String, index: usize, stacking: StackingMode) -> Series {
    let mut field = field.clone();
    field.series_index = index;
    let custom = &mut field.config.custom;
    custom.entry("fillOpacity").or_insert_with(|| Json::from(DEFAULT_OPACITY));
    let mut style = Style::read(custom);
    style.draw_style = DrawStyle::Bars;
    style.stacking = stacking;
    if style.axis.placement == AxisPlacement::Auto {
        style.axis.placement = AxisPlacement::Left;
    }
    let values = field.values.numbers().unwrap_or_default();
    let cells = values.iter().map(|value| value.filter(|v| v.is_finite()).map_or(Cell::Null, Cell::Value)).collect();
    Series { field, name, style, cells }
}

/// Thresholds, or mappings with colours.
fn has_own_color(field: &Field) -> bool {
    use grafana::field::ValueMapping::{Range, Regex, Special, Value};
    let by_thresholds = field.config.color.as_ref().is_some_and(|color| color.mode == "thresholds");
    by_thresholds
        || field.config.mappings.iter().any(|mapping| match mapping {
            Value(values) => values.iter().any(|(_, result)| result.color.is_some()),
            Range { result, .. } | Regex { result, .. } | Special { result, .. } => result.color.is_some(),
        })
}

fn hidden_from(field: &Field, place: &str) -> bool {
    field.config.custom.get("hideFrom").and_then(|hide| hide.get(place)).and_then(Json::as_bool).unwrap_or(false)
}

fn switched_off_in_legend(view: &PanelView) -> bool {
    let rules = view.panel.raw.pointer("/fieldConfig/overrides").and_then(Json::as_array);
    rules.into_iter().flatten().any(|rule| rule.get("__systemRef").and_then(Json::as_str) == Some("hideSeriesFrom"))
}

/// The first frame; several frames with times are joined on them.
fn joined(frames: &[Frame]) -> Option<Frame> {
    let first = frames.first()?;
    let time_of = |frame: &Frame| frame.fields.iter().position(|field| field.kind == FieldType::Time);
    let Some(first_time) = time_of(first).filter(|_| frames.len() > 1) else {
        return Some(first.clone());
    };
    let timed: Vec<(&Frame, usize)> = frames.iter().filter_map(|frame| Some((frame, time_of(frame)?))).collect();
    let times_of = |(frame, at): &(&Frame, usize)| frame.fields[*at].values.numbers().unwrap_or_default().to_vec();
    let mut times: Vec<f64> = timed.iter().flat_map(&times_of).flatten().collect();
    times.sort_by(f64::total_cmp);
    times.dedup();
    let mut fields = vec![Field { values: Values::Time(times.iter().copied().map(Some).collect()), ..first.fields[first_time].clone() }];
    for table in &timed {
        let own = times_of(table);
        let rows: Vec<Option<usize>> = times.iter().map(|time| own.iter().position(|own| *own == Some(*time))).collect();
        let (frame, time) = *table;
        for (index, field) in frame.fields.iter().enumerate().filter(|(index, _)| *index != time) {
            let name = field.display_name.clone().unwrap_or_else(|| display_name(&frame.fields[index], frame, frames));
            fields.push(Field { values: picked(&field.values, &rows), display_name: Some(name), ..field.clone() });
        }
    }
    Some(Frame { fields, ..first.clone() })
}

fn picked(values: &Values, rows: &[Option<usize>]) -> Values {
    fn pick<T: Clone>(values: &[Option<T>], rows: &[Option<usize>]) -> Vec<Option<T>> {
        rows.iter().map(|row| row.and_then(|row| values.get(row).cloned().flatten())).collect()
    }
    match values {
        Values::Time(values) => Values::Time(pick(values, rows)),
        Values::Number(values) => Values::Number(pick(values, rows)),
        Values::String(values) => Values::String(pick(values, rows)),
        Values::Boolean(values) => Values::Boolean(pick(values, rows)),
        Values::Other(values) => {
            Values::Other(rows.iter().map(|row| row.and_then(|row| values.get(row).cloned()).unwrap_or(Json::Null)).collect())
        }
    }
}
