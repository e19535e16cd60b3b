//! Totals and other reducers under a table.

use grafana::{
    field::{self, DisplayContext, is_reducer, reducer_name},
    frame::{Field, FieldType, Value, Values},
};
use scene::{Fonts, Mark, Role, TextStyle, kurbo::Rect};
use serde_json::{Map, Value as Json};

use super::{
    LINE, PADDING, PanelContext,
    column::{Column, Kind, name},
    text_style,
};
use crate::{
    drawing::{self, Align, ink},
    panel::options,
};

/// Per column its reducers with their results (`None` where a reducer does not apply).
pub struct Footer {
    pub height: f64,
    entries: Vec<Vec<(String, Option<String>)>>,
    /// All columns that have reducers have the same: their names then stand once, in the first column.
    labels: Option<Vec<String>>,
}

impl Footer {
    /// What a column's footer needs when nothing is cut, px.
    pub fn content_width(&self, index: usize, fonts: &Fonts) -> f64 {
        let labelled = self.labels.is_none() || index == 0;
        let one = |(id, value): &(String, Option<String>)| {
            let name = if labelled { fonts.width(&label(id), &TextStyle::sans(12.0)) + 4.0 } else { 0.0 };
            name + value.as_ref().map_or(0.0, |text| fonts.width(text, &text_style().medium()))
        };
        let widest = self.entries.get(index).into_iter().flatten().map(one).fold(0.0, f64::max);
        if widest > 0.0 { widest + 2.0 * PADDING + 1.0 } else { 0.0 }
    }
}

/// Reducers that say something about texts, too.
const NOT_ONLY_NUMBERS: [&str; 10] =
    ["allValues", "changeCount", "count", "countAll", "distinctCount", "first", "firstNotNull", "last", "lastNotNull", "uniqueValues"];

/// Counts and lists are shown without the field's unit.
const PLAIN: [&str; 4] = ["count", "countAll", "allValues", "uniqueValues"];

pub fn footer(columns: &[Column], rows: &[usize], context: &DisplayContext, saved: &Map<String, Json>) -> Footer {
    let reducers: Vec<Vec<String>> = columns.iter().map(|c| reducers(c.field, saved)).collect();
    let lines = reducers.iter().map(Vec::len).max().unwrap_or(0);
    let entries: Vec<Vec<(String, Option<String>)>> =
        columns.iter().zip(&reducers).enumerate().map(|(i, (c, ids))| results(c.field, ids, rows, i == 0, context)).collect();
    let mut configured = reducers.iter().filter(|ids| !ids.is_empty());
    let first = configured.next().cloned();
    let uniform = first.as_ref().is_some_and(|ids| configured.all(|other| other == ids));
    let height = if lines == 0 || entries.iter().all(Vec::is_empty) { 0.0 } else { lines as f64 * LINE + 10.0 };
    Footer { height, entries, labels: first.filter(|_| uniform) }
}

/// A field's own reducers, else those of the panel's old footer option.
fn reducers(field: &Field, saved: &Map<String, Json>) -> Vec<String> {
    let list = |json: Option<&Json>| -> Vec<String> {
        json.and_then(Json::as_array).into_iter().flatten().filter_map(|r| r.as_str().map(str::to_owned)).collect()
    };
    let own = field.config.custom.get("footer").map(|f| list(f.get("reducers"))).unwrap_or_default();
    if !own.is_empty() || !options::flag(saved, "footer.show", false) {
        return own;
    }
    if options::flag(saved, "footer.countRows", false) && list(options::at(saved, "footer.reducer")).iter().any(|r| r == "count") {
        return vec!["countAll".to_owned()];
    }
    let only = list(options::at(saved, "footer.fields"));
    let mine = only.is_empty() || only.iter().any(|f| f == name(field) || *f == field.name);
    if mine { list(options::at(saved, "footer.reducer")) } else { Vec::new() }
}

fn results(field: &Field, ids: &[String], rows: &[usize], first: bool, context: &DisplayContext) -> Vec<(String, Option<String>)> {
    let numeric = field.kind == FieldType::Number;
    let beyond_numbers = |id: &str| NOT_ONLY_NUMBERS.contains(&id);
    if ids.is_empty() || (!numeric && !ids.iter().any(|id| beyond_numbers(id))) {
        return Vec::new();
    }
    let ordered = Field { values: in_order(&field.values, rows), ..field.clone() };
    let one = |id: &String| {
        if !is_reducer(id) || (!numeric && !beyond_numbers(id)) || (id == "countAll" && !first) {
            return (id.clone(), None);
        }
        let value = if id == "countAll" { Value::Number(rows.len() as f64) } else { field::reduce_field(&ordered, id) };
        let text = if !PLAIN.contains(&id.as_str()) {
            field::display_value(field, &value, None, context).full()
        } else if value == Value::Null {
            return (id.clone(), None);
        } else {
            field::to_text(&value)
        };
        (id.clone(), Some(text))
    };
    ids.iter().map(one).collect()
}

/// A column as it is shown: "first" and "last" go by the order on the page.
fn in_order(values: &Values, rows: &[usize]) -> Values {
    fn pick<T: Clone>(list: &[T], rows: &[usize]) -> Vec<T> {
        rows.iter().filter_map(|row| list.get(*row).cloned()).collect()
    }
    match values {
        Values::Time(list) => Values::Time(pick(list, rows)),
        Values::Number(list) => Values::Number(pick(list, rows)),
        Values::String(list) => Values::String(pick(list, rows)),
        Values::Boolean(list) => Values::Boolean(pick(list, rows)),
        Values::Other(list) => Values::Other(pick(list, rows)),
    }
}

fn label(id: &str) -> String {
    let name = if id == "countAll" { "Count" } else { reducer_name(id) };
    name.to_uppercase()
}

/// The footer as the table's last row.
pub fn draw(footer: &Footer, columns: &[Column], top: f64, context: &PanelContext) -> Mark {
    let (label_style, value_style) = (TextStyle::sans(12.0), text_style().medium());
    let (label_color, value_color) = (ink(context.theme.text_secondary), ink(context.theme.text_primary));
    let mut cells = Vec::new();
    for (i, (column, entries)) in columns.iter().zip(&footer.entries).enumerate() {
        // The first column names the reducers of all; without values of its own it only names them.
        let names_only: Vec<(String, Option<String>)> = match &footer.labels {
            Some(ids) if i == 0 && entries.is_empty() => ids.iter().map(|id| (id.clone(), None)).collect(),
            _ => Vec::new(),
        };
        let entries = if names_only.is_empty() { entries } else { &names_only };
        let labelled = footer.labels.is_none() || i == 0;
        let mut marks = Vec::new();
        for (line, (id, value)) in entries.iter().enumerate() {
            let y = top + 5.0 + line as f64 * LINE;
            let mut room = Rect::new(column.x + PADDING, y, column.x + column.width - PADDING, y + LINE);
            if labelled && (value.is_some() || footer.labels.is_some()) {
                marks.push(drawing::line_in(context.fonts, &label(id), &label_style, room, Align::Left, label_color));
                room.x0 = (room.x0 + context.fonts.width(&label(id), &label_style) + 4.0).min(room.x1);
            }
            let Some(value) = value else { continue };
            let beside_bar = matches!(column.kind, Kind::Gauge(..));
            let align = if labelled || beside_bar { Align::Right } else { column.align };
            marks.push(drawing::line_in(context.fonts, value, &value_style, room, align, value_color));
        }
        cells.push(drawing::role(Role::Cell, marks));
    }
    drawing::role(Role::Row, cells)
}
