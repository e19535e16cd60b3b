//! A value as it is shown (`@grafana/data` field/displayProcessor.ts).

use super::{
    coerce::{json_text, parse_date, to_number, to_text},
    mapping::map_value,
    scale::scale_value,
};
use crate::{
    frame::{Field, FieldType, Value, Values},
    geo::Geometry,
    js::{number_from_string, number_to_string},
    theme::{Color, Theme},
    time::{TimeZone, format_full, format_moment},
    value_format::{FormattedValue, format_value},
};

/// A value as it is shown (`DisplayValue`).
#[derive(Clone, Debug, PartialEq)]
pub struct DisplayValue {
    pub prefix: String,
    pub text: String,
    pub suffix: String,
    /// The number behind the text; NaN when there is none.
    pub numeric: f64,
    /// Where the number lies between min and max, from 0 to 1.
    pub percent: Option<f64>,
    pub color: Option<Color>,
    /// Title in stat, gauge and bar gauge.
    pub title: Option<String>,
}

impl DisplayValue {
    /// Prefix, text and suffix in one string.
    pub fn full(&self) -> String {
        format!("{}{}{}", self.prefix, self.text, self.suffix)
    }
}

/// What display depends on besides the field: one per run and panel.
pub struct DisplayContext<'a> {
    pub theme: &'a Theme,
    pub zone: &'a TimeZone,
    pub now_ms: f64,
    /// Replaces variables in titles, links and units (`replaceVariables`).
    pub interpolate: &'a dyn Fn(&str) -> String,
}

/// `getDisplayProcessor(field)(value)`: mapping, unit, decimals, colour.
///
/// `decimals` is what the neighbours on an axis need (`adjacentDecimals`); the config's own decimals win.
pub fn display_value(field: &Field, value: &Value, decimals: Option<i32>, context: &DisplayContext) -> DisplayValue {
    let config = &field.config;
    let writer = Writer::of(field);
    let dated = match value {
        Value::String(text) if writer.is_date => Some(Value::Number(parse_date(text).unwrap_or(f64::NAN))),
        _ => None,
    };
    let value = dated.as_ref().unwrap_or(value);
    let numeric = if writer.unit == Some("string") { f64::NAN } else { to_number(value) };
    let mut text: Option<String> = None;
    let mut color: Option<Color> = None;
    if !config.mappings.is_empty() {
        if let Some(result) = map_value(&config.mappings, value) {
            text = result.text;
            color = result.color.map(|name| context.theme.color(&name));
        }
    } else if field.kind == FieldType::Enum {
        if *value == Value::Null {
            return DisplayValue { numeric: f64::NAN, ..empty() };
        }
        (text, color) = enum_display(field, to_number(value), context);
    }
    let mut formatted = FormattedValue::default();
    let mut percent = None;
    if !numeric.is_nan() {
        if text.is_none() && !matches!(value, Value::Boolean(_)) {
            formatted = writer.write(numeric, decimals, context);
            text = Some(std::mem::take(&mut formatted.text));
        }
        if color.is_none() {
            let scaled = scale_value(field, numeric, context);
            (color, percent) = (Some(scaled.color), Some(scaled.percent));
        }
    }
    let text = text.unwrap_or_else(|| {
        let plain = match value {
            // Tables write geometries so; nothing else in Grafana shows them.
            Value::Json(json) if field.kind == FieldType::Geo => Geometry::from_cell(json).map(|at| at.to_wkt()).unwrap_or_default(),
            // Even an empty list is a value.
            Value::Json(json) if json.is_array() => return json_text(json, ", "),
            other => to_text(other),
        };
        if plain.is_empty() { config.no_value.clone().unwrap_or_default() } else { plain }
    });
    if color.is_none() {
        let scaled = scale_value(field, f64::NEG_INFINITY, context);
        (color, percent) = (Some(scaled.color), Some(scaled.percent));
    }
    DisplayValue { prefix: formatted.prefix, text, suffix: formatted.suffix, numeric, percent, color, title: None }
}

pub(super) fn empty() -> DisplayValue {
    DisplayValue {
        prefix: String::new(),
        text: String::new(),
        suffix: String::new(),
        numeric: 0.0,
        percent: None,
        color: None,
        title: None,
    }
}

/// An enum's text and colour from `config.type.enum`; without a colour the palette is dealt by index.
fn enum_display(field: &Field, index: f64, context: &DisplayContext) -> (Option<String>, Option<Color>) {
    let Some(config) = field.config.other.get("type").and_then(|kind| kind.get("enum")) else { return (None, None) };
    let cell = |key: &str| config.get(key).and_then(|list| list.get(index.max(0.0) as usize)).and_then(serde_json::Value::as_str);
    let text = match config.get("text") {
        Some(_) => cell("text").map(str::to_owned),
        None => Some(number_to_string(index)),
    };
    let color = match cell("color") {
        // A colour of CSS as it stands, not one of the theme's names.
        Some(color) => Color::parse(color).unwrap_or(context.theme.text_primary),
        None => {
            let palette = context.theme.palette_classic();
            palette.get(index.max(0.0) as usize % palette.len().max(1)).copied().unwrap_or(context.theme.text_primary)
        }
    };
    (text, Some(color))
}

/// How a field writes numbers, settled from its unit and type.
struct Writer<'a> {
    unit: Option<&'a str>,
    is_date: bool,
    /// A time field without a date unit: Grafana's own full date.
    is_system_date: bool,
    shows_ms: bool,
    can_trim_zeros: bool,
    decimals: Option<i32>,
}

impl<'a> Writer<'a> {
    fn of(field: &'a Field) -> Writer<'a> {
        let mut unit = field.config.unit.as_deref().filter(|unit| !unit.is_empty());
        let is_date = unit.is_some_and(is_time_format);
        let is_system_date = field.kind == FieldType::Time && !is_date;
        let is_boolean_unit = |unit: Option<&str>| unit.is_some_and(|unit| unit.starts_with("bool"));
        match field.kind {
            FieldType::Boolean if !is_boolean_unit(unit) => unit = Some("bool"),
            FieldType::String if unit.is_none() => unit = Some("string"),
            FieldType::Time if !is_date => unit = Some("dateTimeAsSystem"),
            _ => {}
        }
        let is_currency = unit.is_some_and(|unit| unit.starts_with("currency"));
        let decimals = field.config.decimals;
        let can_trim_zeros = field.kind == FieldType::Number
            && !(is_date || is_currency || is_boolean_unit(unit) || unit == Some("locale"))
            && decimals.is_none();
        Writer {
            unit,
            is_date: is_date || is_system_date,
            is_system_date,
            shows_ms: is_system_date && spans_under_a_minute(&field.values),
            can_trim_zeros,
            decimals,
        }
    }

    fn write(&self, number: f64, adjacent: Option<i32>, context: &DisplayContext) -> FormattedValue {
        if self.is_system_date {
            let text = match self.shows_ms {
                true => format_moment(number, "YYYY-MM-DD HH:mm:ss.SSS", context.zone),
                false => format_full(number, context.zone),
            };
            return FormattedValue { text, ..FormattedValue::default() };
        }
        if !self.can_trim_zeros || adjacent.is_none() {
            return format_value(self.unit, number, self.decimals, context.zone, context.now_ms);
        }
        // Decimals came from the ticks of an axis and may be more than this unit's scale needs: "150.00 ms".
        let mut formatted = format_value(self.unit, number, adjacent, context.zone, context.now_ms);
        let plain = number_from_string(&formatted.text);
        if !plain.is_nan() {
            formatted.text = number_to_string(plain);
        }
        formatted
    }
}

fn is_time_format(unit: &str) -> bool {
    unit.starts_with("time:")
        || matches!(
            unit,
            "dateTimeAsIso"
                | "dateTimeAsIsoNoDateIfToday"
                | "dateTimeAsUS"
                | "dateTimeAsUSNoDateIfToday"
                | "dateTimeAsLocal"
                | "dateTimeAsLocalNoDateIfToday"
                | "dateTimeFromNow"
        )
}

/// Milliseconds are shown when a time column spans less than a minute.
fn spans_under_a_minute(values: &Values) -> bool {
    if values.len() < 2 {
        return false;
    }
    // A null counts as 0, as in JavaScript's division.
    let at = |row: usize| values.numbers().and_then(|numbers| numbers[row]).unwrap_or(0.0);
    (at(values.len() - 1) - at(0)).abs() < 60_000.0
}
