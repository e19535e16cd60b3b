//! Where a value lies between its field's ends, and the colour there.

use super::{DisplayContext, Field, color, reducer};
use crate::{
    frame::{FieldType, Frame, Values},
    theme::Color,
};

/// Smallest and largest value; `None` where there are no numbers.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct NumericRange {
    pub min: Option<f64>,
    pub max: Option<f64>,
}

impl NumericRange {
    pub fn delta(&self) -> f64 {
        self.max.unwrap_or(0.0) - self.min.unwrap_or(0.0)
    }

    /// From 0 at min to 1 at max; beyond for values outside. 0 for −Infinity and where it cannot be said.
    ///
    /// DIFFERENCE: where one panel's own range is a column's of nulls Grafana takes both ends for 0, and what is counted there for
    /// infinitely much.
    pub fn percent(&self, value: f64) -> f64 {
        let (Some(min), Some(max)) = (self.min, self.max) else { return 0.0 };
        if value == f64::NEG_INFINITY {
            return 0.0;
        }
        let percent = (value - min) / (max - min);
        if percent.is_nan() { 0.0 } else { percent }
    }
}

/// Place and colour of a value (`getScaleCalculator`).
pub struct Scaled {
    pub percent: f64,
    pub color: Color,
}

/// Place and colour of a number on its field's scale; −Infinity stands for "no number".
pub fn scale_value(field: &Field, value: f64, context: &DisplayContext) -> Scaled {
    if field.kind == FieldType::Boolean {
        let is_true = value != 0.0 && !value.is_nan();
        return Scaled { percent: f64::from(u8::from(is_true)), color: color::boolean_color(field, is_true, context) };
    }
    let mut range = field_range(field);
    // A column of nulls has null for its ends, which reckons as 0.
    if field.range.is_none() && field.kind == FieldType::Number {
        range = NumericRange { min: range.min.or(Some(0.0)), max: range.max.or(Some(0.0)) };
    }
    let percent = range.percent(value);
    Scaled { percent, color: color::value_color(field, value, percent, context) }
}

/// The settled range, else the config's ends filled up from the values (`getMinMaxAndDelta`).
pub fn field_range(field: &Field) -> NumericRange {
    if let Some(range) = field.range {
        return range;
    }
    if field.kind != FieldType::Number {
        return NumericRange { min: Some(0.0), max: Some(100.0) };
    }
    local_range(field)
}

/// The config's min and max, each filled up from the field's own values; 0 to 100 without any.
pub(super) fn local_range(field: &Field) -> NumericRange {
    let config = &field.config;
    if config.min.is_some() && config.max.is_some() {
        return NumericRange { min: config.min, max: config.max };
    }
    if field.values.is_empty() {
        return NumericRange { min: Some(0.0), max: Some(100.0) };
    }
    let ends = values_range(&field.values);
    NumericRange { min: config.min.or(ends.min), max: config.max.or(ends.max) }
}

fn values_range(values: &Values) -> NumericRange {
    let totals = reducer::totals(values, true, reducer::NullValueMode::Ignore);
    NumericRange { min: totals.min, max: totals.max }
}

/// `findNumericFieldMinMax`: over all number fields of all frames.
pub fn global_range(frames: &[Frame]) -> NumericRange {
    let mut range = NumericRange::default();
    // JavaScript compares null as 0, and a field without numbers counts as null: it can pull an end to "none", which Grafana
    // then draws as 0. We follow, for the ends of axes and colours hang on it.
    let less = |a: Option<f64>, b: Option<f64>| a.unwrap_or(0.0) < b.unwrap_or(0.0);
    let mut fields = frames.iter().flat_map(|frame| &frame.fields).filter(|field| field.kind == FieldType::Number).peekable();
    if fields.peek().is_some_and(|field| field.values.is_empty()) {
        return range; // "undefined" there, which no later number replaces
    }
    for field in fields.filter(|field| !field.values.is_empty()) {
        let ends = values_range(&field.values);
        if range.min.is_none() || less(ends.min, range.min) {
            range.min = ends.min;
        }
        if range.max.is_none() || less(range.max, ends.max) {
            range.max = ends.max;
        }
    }
    range
}
