//! From frames to rows of states over common times.

use std::collections::BTreeMap;

use grafana::{
    field::{
        DisplayContext, NameContext, ThresholdsMode, active_threshold, display_name, display_name_in, display_value, field_range, mode_id,
    },
    frame::{Field, FieldType, Frame, Value, Values},
    theme::Color,
    time::TimeRange,
};
use serde_json::Value as Json;

use super::legend::threshold_items;
use crate::chart::graph::insert_nulls;

/// Rows over common times, ascending.
#[derive(Clone, Debug, Default)]
pub struct Rows {
    /// The first time field, for its axis settings.
    pub time: Field,
    pub times: Vec<f64>,
    pub rows: Vec<StateRow>,
    /// Times of the first frame before frames were joined.
    pub first_len: usize,
}

/// One field.
#[derive(Clone, Debug)]
pub struct StateRow {
    pub field: Field,
    pub name: String,
    /// The frame it comes from, unless that has no name.
    pub frame_name: Option<String>,
    /// One a time of [`Rows::times`]; `None` where another row has this time and this one goes on as it was.
    pub cells: Vec<Option<Value>>,
    /// Numbers told apart by thresholds only: the text and colour of each step, by the text.
    pub steps: Option<Vec<(String, Color)>>,
}

impl Rows {
    /// The rows of each page, where the panel has pages (`perPage`); one page at least.
    pub fn pages(mut self, per_page: Option<f64>) -> Vec<Rows> {
        let per_page = per_page.filter(|count| *count >= 1.0).map_or(usize::MAX, |count| count as usize);
        let mut pages = Vec::new();
        while self.rows.len() > per_page {
            let later = self.rows.split_off(per_page);
            pages.push(Rows { rows: std::mem::replace(&mut self.rows, later), time: self.time.clone(), times: self.times.clone(), ..self });
        }
        pages.push(self);
        pages
    }
}

impl StateRow {
    /// Text and colour of a state.
    pub fn display(&self, value: &Value, display: &DisplayContext) -> (String, Option<Color>) {
        match &self.steps {
            Some(steps) => {
                let text = match value {
                    Value::String(text) => text.clone(),
                    _ => "null".to_owned(),
                };
                let color = steps.iter().rev().find(|(label, _)| *label == text).map(|(_, color)| *color);
                (text, color)
            }
            None => {
                let shown = display_value(&self.field, value, None, display);
                (shown.full(), shown.color)
            }
        }
    }
}

/// Rows of all frames joined on time, or what Grafana says instead; `merge_thresholds` takes numbers of one threshold for
/// one state. Source: grafana 12.4.0 `prepareTimelineFields`, `preparePlotFrame`.
pub fn prepare(frames: &[Frame], range: &TimeRange, merge_thresholds: bool, display: &DisplayContext) -> Result<Rows, String> {
    if frames.is_empty() {
        return Err(String::new());
    }
    let mut tables = Vec::new();
    let mut has_time = false;
    for frame in frames {
        let times = time_fields(frame);
        let Some(start) = times.first().copied() else { continue };
        has_time = true;
        let frame_rows = with_ends(&sorted(frame, start), start, times.get(1).copied());
        let filled = insert_nulls(&frame_rows, 0, range);
        let rows: Vec<StateRow> = filled
            .fields
            .iter()
            .skip(1)
            .filter(|field| matches!(field.kind, FieldType::Number | FieldType::Enum | FieldType::Boolean | FieldType::String))
            .map(|field| state_row(field, frame, frames, merge_thresholds, display))
            .collect();
        if !rows.is_empty() {
            let times = filled.fields[0].values.numbers().unwrap_or_default().iter().map(|at| at.unwrap_or_default()).collect();
            tables.push((filled.fields[0].clone(), times, rows));
        }
    }
    if !has_time {
        return Err("Data does not have a time field".to_owned());
    }
    if tables.is_empty() {
        return Err("No graphable fields".to_owned());
    }
    if frames.len() > 1 {
        name_among_all(&mut tables);
    }
    Ok(join(tables))
}

/// With several frames names are those of the frame that is joined of them: equal ones are numbered, and the frame a field
/// came from is told like a label. Source: grafana 12.4.0 `UPlotConfigBuilder` of the timeline, grafana-data `joinDataFrames`.
fn name_among_all(tables: &mut [Table]) {
    let is_joined = tables.len() > 1;
    let mut joined = Frame::default();
    for (_, _, rows) in tables.iter() {
        for row in rows {
            let mut field = row.field.clone();
            match row.frame_name.as_deref().filter(|_| is_joined) {
                Some(frame_name) if field.name == "Value" => field.name = frame_name.to_owned(),
                Some(frame_name) if !field.labels.contains_key("name") => {
                    field.labels.insert("name".to_owned(), frame_name.to_owned());
                }
                _ => {}
            }
            joined.fields.push(field);
        }
        if !is_joined {
            joined.name = rows.first().and_then(|row| row.frame_name.clone());
        }
    }
    let context = NameContext::of(std::slice::from_ref(&joined));
    let rows = tables.iter_mut().flat_map(|(_, _, rows)| rows.iter_mut());
    for (row, field) in rows.zip(&joined.fields) {
        row.name = display_name_in(field, &joined, &context);
    }
}

/// The fields that say when a state began and, if there is a second one, ended.
fn time_fields(frame: &Frame) -> Vec<usize> {
    let is_time = |field: &Field| {
        field.kind == FieldType::Time && field.values.numbers().and_then(|values| values.first().copied()).flatten().is_some()
    };
    frame.fields.iter().enumerate().filter(|(_, field)| is_time(field)).map(|(index, _)| index).take(2).collect()
}

/// Rows in order of time, the time field first; rows without a time are left out.
fn sorted(frame: &Frame, start: usize) -> Frame {
    let times = frame.fields[start].values.numbers().unwrap_or_default();
    let mut order: Vec<usize> = (0..times.len()).filter(|row| times[*row].is_some()).collect();
    order.sort_by(|a, b| times[*a].unwrap_or_default().total_cmp(&times[*b].unwrap_or_default()));
    let take = |field: &Field| Field { values: pick(&field.values, &order.iter().copied().map(Some).collect::<Vec<_>>()), ..field.clone() };
    let others = frame.fields.iter().enumerate().filter(|(index, _)| *index != start).map(|(_, field)| take(field));
    Frame { fields: std::iter::once(take(&frame.fields[start])).chain(others).collect(), ..frame.clone() }
}

/// Nulls at the times states end, where no other begins. `end` is the place the second time field had before sorting.
fn with_ends(frame: &Frame, start: usize, end: Option<usize>) -> Frame {
    let Some(end) = end else { return frame.clone() };
    let end = if end < start { end + 1 } else { end };
    let starts = frame.fields[0].values.numbers().unwrap_or_default();
    let mut rows: BTreeMap<Moment, Option<usize>> = BTreeMap::new();
    for (row, at) in starts.iter().enumerate() {
        rows.insert(Moment(at.unwrap_or_default()), Some(row));
    }
    for at in frame.fields[end].values.numbers().unwrap_or_default().iter().flatten() {
        rows.entry(Moment(*at)).or_insert(None);
    }
    let order: Vec<Option<usize>> = rows.values().copied().collect();
    let time = Field { values: Values::Time(rows.keys().map(|at| Some(at.0)).collect()), ..frame.fields[0].clone() };
    let others = frame.fields.iter().enumerate().skip(1).filter(|(index, _)| *index != end);
    let others = others.map(|(_, field)| Field { values: pick(&field.values, &order), ..field.clone() });
    Frame { fields: std::iter::once(time).chain(others).collect(), ..frame.clone() }
}

fn pick(values: &Values, rows: &[Option<usize>]) -> Values {
    fn of<T: Clone>(cells: &[Option<T>], rows: &[Option<usize>]) -> Vec<Option<T>> {
        rows.iter().map(|row| row.and_then(|row| cells.get(row).cloned().flatten())).collect()
    }
    match values {
        Values::Time(cells) => Values::Time(of(cells, rows)),
        Values::Number(cells) => Values::Number(of(cells, rows)),
        Values::String(cells) => Values::String(of(cells, rows)),
        Values::Boolean(cells) => Values::Boolean(of(cells, rows)),
        Values::Other(cells) => {
            Values::Other(rows.iter().map(|row| row.and_then(|row| cells.get(row).cloned()).unwrap_or(Json::Null)).collect())
        }
    }
}

fn state_row(field: &Field, frame: &Frame, frames: &[Frame], merge_thresholds: bool, display: &DisplayContext) -> StateRow {
    let name = field.display_name.clone().unwrap_or_else(|| display_name(field, frame, frames));
    let no_value =
        field.config.no_value.as_deref().map(str::trim).and_then(|text| if text.is_empty() { Some(0.0) } else { text.parse().ok() });
    let value = |row: usize| match (field.values.get(row), no_value) {
        (Value::Null, Some(number)) if field.kind == FieldType::Number => Value::Number(number),
        (value, _) => value,
    };
    let cells: Vec<Value> = (0..field.values.len()).map(value).collect();
    let merged = if merge_thresholds { by_threshold(field, &cells, display) } else { None };
    let (cells, steps) = merged.map_or((cells, None), |(cells, steps)| (cells, Some(steps)));
    let frame_name = frame.name.clone().filter(|name| !name.is_empty());
    StateRow { field: field.clone(), name, frame_name, cells: cells.into_iter().map(Some).collect(), steps }
}

type Steps = Vec<(String, Color)>;

/// Each number as the name of its threshold. Source: grafana 12.4.0 `mergeThresholdValues`.
fn by_threshold(field: &Field, cells: &[Value], display: &DisplayContext) -> Option<(Vec<Value>, Steps)> {
    let thresholds = field.config.thresholds.as_ref().filter(|thresholds| !thresholds.steps.is_empty())?;
    let is_by_threshold = field.config.color.is_some() && mode_id(field) == "thresholds";
    if !is_by_threshold || field.kind != FieldType::Number {
        return None;
    }
    let items = threshold_items(&field.config, display);
    let range = field_range(field);
    let named = |value: &Value| {
        let Value::Number(number) = value else { return Value::Null };
        let number = match thresholds.mode {
            ThresholdsMode::Absolute => *number,
            ThresholdsMode::Percentage => (number - range.min.unwrap_or(0.0)) / range.delta() * 100.0,
        };
        let step = active_threshold(number, &thresholds.steps);
        let index = step.and_then(|step| thresholds.steps.iter().position(|other| std::ptr::eq(other, step)));
        index.and_then(|index| items.get(index)).map_or(Value::Null, |(label, _)| Value::String(label.clone()))
    };
    Some((cells.iter().map(named).collect(), items))
}

/// Moments in order.
#[derive(Clone, Copy, Debug)]
struct Moment(f64);

impl PartialEq for Moment {
    fn eq(&self, other: &Moment) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Moment {}

impl PartialOrd for Moment {
    fn partial_cmp(&self, other: &Moment) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Moment {
    fn cmp(&self, other: &Moment) -> std::cmp::Ordering {
        self.0.total_cmp(&other.0)
    }
}

type Table = (Field, Vec<f64>, Vec<StateRow>);

fn join(mut tables: Vec<Table>) -> Rows {
    let time = tables[0].0.clone();
    let first_len = tables[0].1.len();
    let mut joined = if tables.len() == 1 {
        let (_, times, rows) = tables.remove(0);
        Rows { time, times, rows, first_len }
    } else {
        let places: BTreeMap<Moment, ()> = tables.iter().flat_map(|(_, times, _)| times.iter().map(|at| (Moment(*at), ()))).collect();
        let times: Vec<f64> = places.keys().map(|at| at.0).collect();
        let index = |at: f64| times.partition_point(|time| *time < at);
        let mut rows = Vec::new();
        for (_, own_times, own_rows) in &tables {
            for row in own_rows {
                let spans = span_limit(&row.field) == Some(f64::INFINITY);
                let mut cells = vec![None; times.len()];
                for (at, cell) in own_times.iter().zip(&row.cells).filter(|(_, cell)| !(spans && **cell == Some(Value::Null))) {
                    cells[index(*at)] = cell.clone();
                }
                rows.push(StateRow { cells, ..row.clone() });
            }
        }
        Rows { time, times, rows, first_len }
    };
    for row in &mut joined.rows {
        if let Some(limit) = span_limit(&row.field) {
            span_gaps(&joined.times, &mut row.cells, limit);
        }
    }
    joined.rows.retain(|row| !is_hidden(&row.field));
    joined
}

fn is_hidden(field: &Field) -> bool {
    field.config.custom.get("hideFrom").and_then(|hide| hide.get("viz")).and_then(Json::as_bool).unwrap_or(false)
}

/// `custom.spanNulls`: gaps shorter than this many milliseconds are no gaps.
fn span_limit(field: &Field) -> Option<f64> {
    match field.config.custom.get("spanNulls")? {
        Json::Bool(true) => Some(f64::INFINITY),
        Json::Number(limit) => limit.as_f64().filter(|limit| *limit > 0.0),
        _ => None,
    }
}

/// Nulls between values less than `limit` apart do not end a state. Source: grafana-data 12.4.0 `nullToUndefThreshold`.
fn span_gaps(times: &[f64], cells: &mut [Option<Value>], limit: f64) {
    let mut previous: Option<usize> = None;
    for index in 0..cells.len() {
        if matches!(cells[index], None | Some(Value::Null)) {
            continue;
        }
        if let Some(previous) = previous.filter(|previous| times[index] - times[*previous] < limit) {
            cells[previous + 1..index].fill(None);
        }
        previous = Some(index);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gaps_are_spanned_up_to_a_limit() {
        let text = |text: &str| Some(Value::String(text.to_owned()));
        let check = |limit: f64, expected: [Option<Value>; 4]| {
            let mut cells = vec![text("a"), Some(Value::Null), text("b"), Some(Value::Null)];
            span_gaps(&[0.0, 10.0, 20.0, 30.0], &mut cells, limit);
            assert_eq!(cells, expected, "{limit}");
        };
        check(10.0, [text("a"), Some(Value::Null), text("b"), Some(Value::Null)]);
        check(30.0, [text("a"), None, text("b"), Some(Value::Null)]);
    }

    #[test]
    fn rows_of_several_frames_are_told_apart() {
        let frame = |frame_name: Option<&str>, field_name: &str| Frame {
            name: frame_name.map(str::to_owned),
            fields: vec![
                Field { name: "time".into(), kind: FieldType::Time, values: Values::Time(vec![Some(0.0)]), ..Field::default() },
                Field {
                    name: field_name.into(),
                    kind: FieldType::String,
                    values: Values::String(vec![Some("on".into())]),
                    display_name: Some("settled before".into()),
                    ..Field::default()
                },
            ],
            ..Frame::default()
        };
        let check = |frames: &[Frame], expected: &[&str]| {
            let interpolate = |text: &str| text.to_owned();
            let (zone, theme) = (grafana::time::TimeZone::utc(), grafana::theme::Theme::light());
            let display = DisplayContext { theme: &theme, zone: &zone, now_ms: 0.0, interpolate: &interpolate };
            let rows = prepare(frames, &TimeRange { from_ms: 0.0, to_ms: 10.0, ..TimeRange::default() }, true, &display).expect("rows");
            assert_eq!(rows.rows.iter().map(|row| row.name.as_str()).collect::<Vec<_>>(), expected);
        };
        check(&[frame(None, "a")], &["settled before"]);
        check(&[frame(None, "a"), frame(None, "b"), frame(None, "a")], &["a 1", "b", "a 2"]);
        check(&[frame(Some("one"), "Value"), frame(Some("two"), "Value")], &["one", "two"]);
        check(&[frame(Some("one"), "a"), frame(Some("two"), "a")], &["a one", "a two"]);
    }

    #[test]
    fn states_end_at_their_end_times() {
        let times = |values: [f64; 2]| Values::Time(values.map(Some).to_vec());
        let field = |name: &str, kind, values| Field { name: name.into(), kind, values, ..Field::default() };
        let frame = Frame {
            fields: vec![
                field("start", FieldType::Time, times([10.0, 30.0])),
                field("end", FieldType::Time, times([20.0, 40.0])),
                field("state", FieldType::String, Values::String(vec![Some("a".into()), Some("b".into())])),
            ],
            ..Frame::default()
        };
        let ended = with_ends(&sorted(&frame, 0), 0, Some(1));
        assert_eq!(ended.fields[0].values, Values::Time([10.0, 20.0, 30.0, 40.0].map(Some).to_vec()));
        assert_eq!(ended.fields[1].values, Values::String(vec![Some("a".into()), None, Some("b".into()), None]));
    }
}
