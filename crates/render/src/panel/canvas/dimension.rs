//! Settings that are fixed or follow a field: colours, texts, sizes, directions.

use grafana::{
    field::{DisplayContext, display_value, field_range, is_by_value, mode_id, series_color, to_number},
    frame::{Field, Frame, Value},
    theme::Color,
};
use serde_json::Value as Json;

/// The data settings follow.
pub struct Dimensions<'a> {
    pub frames: &'a [Frame],
    pub display: &'a DisplayContext<'a>,
}

impl<'a> Dimensions<'a> {
    /// The field a setting names, by its name or its display name, in the first frame that has it.
    pub fn field(&self, setting: &Json) -> Option<&'a Field> {
        let name = setting["field"].as_str().filter(|name| !name.is_empty())?;
        let is_it = |field: &&Field| field.name == name || field.display_name.as_deref() == Some(name);
        self.frames.iter().find_map(|frame| frame.fields.iter().find(is_it))
    }

    /// The colour of a setting; grey where it says nothing.
    pub fn color(&self, setting: &Json) -> Color {
        let Some(field) = self.field(setting) else {
            let name = setting.as_str().or_else(|| setting["fixed"].as_str()).unwrap_or("grey");
            return self.display.theme.color(name);
        };
        if is_by_value(mode_id(field)) || !field.config.mappings.is_empty() {
            // Held against the field's own ends, not those it shares with others.
            let own = Field { range: None, ..field.clone() };
            return display_value(&own, &last(field), None, self.display).color.unwrap_or(Color::rgb(0xcc, 0xcc, 0xcc));
        }
        series_color(field, self.display)
    }

    pub fn text(&self, setting: &Json) -> String {
        let fixed = || setting["fixed"].as_str().unwrap_or("").to_owned();
        if setting["mode"].as_str() != Some("field") {
            return fixed();
        }
        self.field(setting).map_or_else(fixed, |field| match last(field) {
            Value::Null => String::new(),
            value => display_value(field, &value, None, self.display).full(),
        })
    }

    /// A number between the ends of a setting, by where the field's last value lies between its own.
    pub fn scale(&self, setting: &Json, default: f64) -> f64 {
        let number = |key: &str| setting[key].as_f64().filter(|n| n.is_finite());
        let Some(field) = self.field(setting) else { return number("fixed").unwrap_or(default) };
        let (min, max) = (number("min").unwrap_or(0.0), number("max").unwrap_or(1.0));
        let range = field_range(&Field { range: None, ..field.clone() });
        let row = field.values.len().saturating_sub(1);
        match field.values.get(row) {
            Value::Number(value) if max > min && range.delta() > 0.0 => min + range.percent(value).clamp(0.0, 1.0) * (max - min),
            _ => min,
        }
    }

    /// A plain number: fixed, or a field's last value.
    pub fn scalar(&self, setting: &Json) -> f64 {
        let value = match self.field(setting) {
            Some(field) => to_number(&last(field)),
            None => setting["fixed"].as_f64().unwrap_or(0.0),
        };
        if value.is_finite() { value } else { 0.0 }
    }

    /// The address of a picture: fixed, or a field's last value. Empty for none.
    pub fn resource(&self, setting: &Json) -> String {
        let mode = setting["mode"].as_str().unwrap_or("fixed");
        if mode == "fixed" {
            return setting["fixed"].as_str().unwrap_or("").to_owned();
        }
        let Some(field) = self.field(setting) else { return String::new() };
        if let Value::String(text) = last(field) { text } else { String::new() }
    }

    /// "forward", "reverse", "both" or "none"; a number's sign says it where a field does.
    pub fn direction(&self, setting: &Json) -> String {
        let fixed = setting.as_str().or_else(|| setting["fixed"].as_str()).unwrap_or("forward");
        let by_field = self.field(setting).filter(|_| setting["mode"].as_str() == Some("field"));
        let said = match by_field.map(|field| to_number(&last(field))) {
            None => fixed,
            Some(number) if number < 0.0 => "reverse",
            Some(0.0) => "none",
            Some(_) => "forward",
        };
        said.to_owned()
    }
}

/// The last value that is not null.
fn last(field: &Field) -> Value {
    (0..field.values.len()).rev().map(|row| field.values.get(row)).find(|value| *value != Value::Null).unwrap_or_default()
}
