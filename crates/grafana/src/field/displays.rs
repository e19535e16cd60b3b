//! Values of stat-like panels (`@grafana/data` field/fieldDisplay.ts).

use std::{collections::HashMap, sync::Arc};

use serde_json::Value as Json;

use super::{
    DisplayContext, DisplayValue, FieldConfigSource, Matcher, NameContext,
    coerce::loose_key,
    color::{FALLBACK_COLOR, mode_id},
    display::{display_value, empty},
    macros::{self, MacroScope},
    matcher::FieldMatcher,
    name::display_name_in,
    reducer::reduce_field,
    scale::{field_range, scale_value},
};
use crate::{
    frame::{Field, FieldType, Frame, Value, Values},
    theme::Color,
};

/// `options.reduceOptions` of stat, gauge, bargauge, piechart.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ReduceDataOptions {
    pub values: bool,
    /// Most values in `values` mode; 25 unless set.
    pub limit: Option<usize>,
    pub calcs: Vec<String>,
    /// "" numeric fields, "/.*/" all, "/^name$/" by regex.
    pub fields: String,
}

/// Times and values of a small chart; all reducers of a field share them.
pub type Sparkline = (Arc<[Option<f64>]>, Arc<[Option<f64>]>);

/// One value of a stat-like panel (`FieldDisplay`).
#[derive(Clone, Debug, PartialEq)]
pub struct FieldDisplay {
    /// The reducer shown; "" for a row, "No data" when there is none. The series' name is `display.title`.
    pub name: String,
    pub display: DisplayValue,
    /// Where it came from, for its sparkline and config.
    pub frame_index: usize,
    pub field_index: usize,
    pub row: Option<usize>,
    /// The field after overrides, without its cells (those are in the frame); min and max of its config are filled from the settled
    /// range.
    pub field: Field,
    /// Times and values of the frame, when it has them and `sparkline` was asked.
    pub sparkline: Option<Sparkline>,
}

const DEFAULT_LIMIT: usize = 25;

/// `getFieldDisplayValues`. Empty data gives one "No data" value as Grafana does.
pub fn field_display_values(
    frames: &[Frame],
    options: &ReduceDataOptions,
    source: &FieldConfigSource,
    sparkline: bool,
    context: &DisplayContext,
) -> Vec<FieldDisplay> {
    let matcher = match options.fields.as_str() {
        "" => Matcher { id: "numeric".into(), options: Json::Null },
        pattern => Matcher { id: "byRegexp".into(), options: pattern.into() },
    };
    let matcher = FieldMatcher::new(&matcher).unwrap_or(FieldMatcher::Never);
    let names = NameContext::of(frames);
    let limit = options.limit.filter(|limit| *limit > 0).unwrap_or(DEFAULT_LIMIT);
    let mut displays: Vec<FieldDisplay> = Vec::new();
    for (frame_index, frame) in frames.iter().enumerate() {
        for (field_index, field) in frame.fields.iter().enumerate() {
            if !matcher.matches(field, frame, &names) {
                continue;
            }
            // A pattern asks for every name; else the first value of a field is displayed before anyone has asked for its name.
            let is_named = !options.fields.is_empty();
            let light = light(field);
            let place = Place { frame, frame_index, field, light, field_index, names: &names, is_named, context };
            if !options.values {
                place.reduce(&options.calcs, sparkline, &mut displays);
                continue;
            }
            place.rows(limit, source, &mut displays);
            if displays.len() >= limit {
                return displays;
            }
        }
    }
    if displays.is_empty() {
        displays.push(no_data(source, context));
    }
    displays
}

struct Place<'a> {
    frame: &'a Frame,
    frame_index: usize,
    field: &'a Field,
    /// The field without its cells.
    light: Field,
    field_index: usize,
    names: &'a NameContext,
    /// Someone asked for the field's name before anything was displayed.
    is_named: bool,
    context: &'a DisplayContext<'a>,
}

impl Place<'_> {
    /// One value a row.
    fn rows(&self, limit: usize, source: &FieldConfigSource, displays: &mut Vec<FieldDisplay>) {
        let mut field = self.light.clone();
        // Grafana keeps what it displayed once: a value that comes again has the colour it had first.
        let mut known: HashMap<(u8, String), DisplayValue> = HashMap::new();
        for row in 0..self.field.values.len() {
            // The palette is dealt by value here, not by field.
            field.series_index = displays.len();
            let value = self.field.values.get(row);
            let is_named = self.is_named || (row > 0 && self.row_asks_name());
            let display = known.entry(loose_key(&value)).or_insert_with(|| self.shown(&field, &value, is_named));
            let mut display = display.clone();
            let title = self.row_name(row);
            if let Some(color) = override_color(&title, source, self.context) {
                display.color = Some(color);
            }
            display.title = Some(title);
            displays.push(self.display(String::new(), display, Some(row), None));
            if displays.len() >= limit {
                return;
            }
        }
    }

    /// One value a reducer.
    fn reduce(&self, calcs: &[String], sparkline: bool, displays: &mut Vec<FieldDisplay>) {
        let last = ["last".to_owned()];
        let calcs = if calcs.is_empty() { &last } else { calcs };
        let template = self.field.config.display_name.as_deref().filter(|name| !name.is_empty());
        let sparkline = if sparkline { self.sparkline() } else { None };
        // Grafana keeps what it displayed once.
        let mut known: HashMap<(u8, String), DisplayValue> = HashMap::new();
        for (at, calc) in calcs.iter().enumerate() {
            let value = reduce_field(self.field, calc);
            let is_named = self.is_named || (at > 0 && template.is_none());
            let mut display = known.entry(loose_key(&value)).or_insert_with(|| self.shown(&self.light, &value, is_named)).clone();
            display.title = Some(match template {
                Some(template) => macros::expand(template, &self.scope(None, Some(calc)), self.context),
                None => self.name(),
            });
            displays.push(self.display(calc.clone(), display, None, sparkline.clone()));
        }
    }

    /// A value by the field's display. Colours by the series' name go by the bare name of the field while nobody has asked for more.
    fn shown(&self, field: &Field, value: &Value, is_named: bool) -> DisplayValue {
        if is_named || mode_id(field) != "palette-classic-by-name" {
            return display_value(field, value, None, self.context);
        }
        display_value(&Field { display_name: None, ..field.clone() }, value, None, self.context)
    }

    fn display(&self, name: String, display: DisplayValue, row: Option<usize>, sparkline: Option<Sparkline>) -> FieldDisplay {
        let mut field = self.light.clone();
        if let Some(range) = self.field.range {
            (field.config.min, field.config.max) = (range.min, range.max);
        }
        FieldDisplay { name, display, frame_index: self.frame_index, field_index: self.field_index, row, field, sparkline }
    }

    fn name(&self) -> String {
        self.field.display_name.clone().unwrap_or_else(|| display_name_in(self.field, self.frame, self.names))
    }

    fn scope<'s>(&'s self, row: Option<usize>, calc: Option<&'s str>) -> MacroScope<'s> {
        MacroScope { field: self.field, frame: self.frame, frame_index: self.frame_index, names: self.names, row, calc, reduced: None }
    }

    /// `getSmartDisplayNameForRow`: the texts of the row, with the field's name where that alone would not do.
    fn row_name(&self, row: usize) -> String {
        if let Some(template) = self.field.config.display_name.as_deref().filter(|name| !name.is_empty()) {
            return macros::expand(template, &self.scope(Some(row), None), self.context);
        }
        let mut parts: Vec<String> = Vec::new();
        let mut n_other_numbers = 0;
        for other in self.frame.fields.iter().filter(|other| !std::ptr::eq(*other, self.field)) {
            match other.kind {
                FieldType::String => {
                    let value = match other.values.get(row) {
                        Value::Null => Value::String(String::new()),
                        value => value,
                    };
                    let text = display_value(other, &value, None, self.context).text;
                    parts.extend(Some(text).filter(|text| !text.is_empty()));
                }
                FieldType::Number => n_other_numbers += 1,
                _ => {}
            }
        }
        if n_other_numbers > 0 || parts.is_empty() {
            // Named as if its frame were the only one.
            let names = NameContext::of(std::slice::from_ref(self.frame));
            parts.push(display_name_in(self.field, self.frame, &names));
        }
        parts.join(" ")
    }

    /// Whether a row's name is the field's own, see [`row_name`](Place::row_name).
    fn row_asks_name(&self) -> bool {
        let template = self.field.config.display_name.as_deref().filter(|name| !name.is_empty());
        let others = || self.frame.fields.iter().filter(|other| !std::ptr::eq(*other, self.field));
        template.is_none()
            && (others().any(|other| other.kind == FieldType::Number) || !others().any(|other| other.kind == FieldType::String))
    }

    fn sparkline(&self) -> Option<Sparkline> {
        let values = self.field.values.numbers()?.into();
        let times = self.frame.fields.iter().find(|field| field.kind == FieldType::Time)?.values.numbers()?.into();
        Some((times, values))
    }
}

/// The field without its cells, its range settled: all that displaying a value needs.
fn light(field: &Field) -> Field {
    // A few cells are cheap, and times are written by what they span.
    let values = if field.values.len() > 64 && field.kind != FieldType::Time { Values::default() } else { field.values.clone() };
    Field {
        name: field.name.clone(),
        kind: field.kind,
        labels: field.labels.clone(),
        has_empty_labels: field.has_empty_labels,
        config: field.config.clone(),
        values,
        display_name: field.display_name.clone(),
        series_index: field.series_index,
        range: Some(field_range(field)),
        origin: field.origin.clone(),
        gaps: Vec::new(),
    }
}

/// A colour override by name holds for rows of that name too.
fn override_color(name: &str, source: &FieldConfigSource, context: &DisplayContext) -> Option<Color> {
    source
        .overrides
        .iter()
        .filter(|rule| rule.matcher.id == "byName" && rule.matcher.options.as_str() == Some(name))
        .flat_map(|rule| &rule.properties)
        .find(|(id, value)| id == "color" && !value.is_null())
        .map(|(_, value)| context.theme.color(value.get("fixedColor").and_then(Json::as_str).unwrap_or(FALLBACK_COLOR)))
}

fn no_data(source: &FieldConfigSource, context: &DisplayContext) -> FieldDisplay {
    let mut field = Field { config: source.defaults.clone(), ..Field::default() };
    let shown = display_value(&field, &Value::Null, None, context);
    let text = if shown.text.is_empty() { "No data".to_owned() } else { shown.text };
    let color = shown.color.unwrap_or_else(|| scale_value(&field, f64::NEG_INFINITY, context).color);
    field.config.min = field.config.min.or(Some(0.0));
    field.config.max = field.config.max.or(Some(0.0));
    FieldDisplay {
        name: "No data".into(),
        display: DisplayValue { text, color: Some(color), ..empty() },
        frame_index: 0,
        field_index: 0,
        row: None,
        field,
        sparkline: None,
    }
}
