//! From frames to series over one common time: what can be drawn is picked, gaps are made visible, frames are joined.

use std::collections::BTreeMap;

use grafana::{
    frame::{Field, FieldType, Frame, Values},
    time::TimeRange,
};
use serde_json::Value as Json;

use super::compare::number_series;
use super::enums;
use super::style::{DrawStyle, SpanNulls, Style};
use crate::chart::{number::round_decimals, path::Cell};

/// Series over common times, ascending.
#[derive(Clone, Debug, Default)]
pub struct Aligned {
    pub times: Vec<f64>,
    pub series: Vec<Series>,
}

/// One line of the chart.
#[derive(Clone, Debug)]
pub struct Series {
    /// As prepared: numbers, with its index for the palette.
    pub field: Field,
    pub name: String,
    pub style: Style,
    /// One a time of [`Aligned::times`].
    pub cells: Vec<Cell>,
}

/// The frames that can be drawn, or what Grafana says instead. Source: grafana 12.4.0 `prepareGraphableFields`,
/// `PanelDataErrorView`.
pub fn graphable(frames: &[Frame], range: &TimeRange, no_value: Option<&str>) -> Result<Vec<Frame>, String> {
    let mut prepared: Vec<Frame> = frames.iter().filter_map(|frame| graphable_frame(frame, range)).collect();
    if prepared.is_empty() {
        return Err(missing(frames, no_value));
    }
    let long = |frame: &Frame| frame.meta.kind.as_deref() == Some("timeseries-long");
    if prepared.iter().all(long) {
        return Err("Long data must be converted to wide".to_owned());
    }
    enums::count_through(&mut prepared);
    number_series(&mut prepared);
    Ok(prepared)
}

/// A frame over the field at `x` instead of time: that one first, then its numbers; `None` where there are none.
pub fn graphable_over(frame: &Frame, x: usize) -> Option<Frame> {
    let mut fields = vec![frame.fields.get(x)?.clone()];
    fields.extend(frame.fields.iter().enumerate().filter(|(index, _)| *index != x).filter_map(|(_, field)| number_field(field)));
    fields.iter_mut().skip(1).enumerate().for_each(|(index, field)| field.series_index = index);
    (fields.len() > 1).then(|| Frame { fields, ..frame.clone() })
}

fn missing(frames: &[Frame], no_value: Option<&str>) -> String {
    let has = |kind: FieldType| frames.iter().flat_map(|frame| &frame.fields).any(|field| field.kind == kind);
    let text = match () {
        () if frames.iter().all(Frame::is_empty) => no_value.unwrap_or("No data"),
        () if !has(FieldType::Number) => "Data is missing a number field",
        () if !has(FieldType::Time) => "Data is missing a time field",
        () => "Cannot visualize data",
    };
    text.to_owned()
}

fn graphable_frame(frame: &Frame, range: &TimeRange) -> Option<Frame> {
    let time = frame.fields.iter().position(|field| field.kind == FieldType::Time)?;
    let frame = insert_nulls(frame, time, range);
    let mut fields = vec![frame.fields[time].clone()];
    fields.extend(frame.fields.iter().filter_map(number_field));
    (fields.len() > 1).then(|| Frame { fields, ..frame.clone() })
}

/// Numbers, enums and booleans, booleans as 0 and 1 in steps.
fn number_field(field: &Field) -> Option<Field> {
    let mut field = field.clone();
    match (&field.kind, &field.values) {
        (FieldType::Number | FieldType::Enum, Values::Number(_)) => {}
        (FieldType::Boolean, Values::Boolean(values)) => {
            let numbers = values.iter().map(|v| v.map(|v| if v { 1.0 } else { 0.0 })).collect();
            field.values = Values::Number(numbers);
            field.kind = FieldType::Number;
            (field.config.min, field.config.max) = (Some(0.0), Some(1.0));
            let interpolation = field.config.custom.get("lineInterpolation").and_then(Json::as_str);
            if interpolation != Some("stepBefore") {
                field.config.custom.insert("lineInterpolation".to_owned(), Json::from("stepAfter"));
            }
            if !field.config.unit.as_deref().is_some_and(|unit| unit.starts_with("bool")) {
                field.config.unit = Some("bool".to_owned());
            }
        }
        _ => return None,
    }
    // `noValue` that is a number stands for nulls (JavaScript takes "" for 0).
    let no_value = field.config.no_value.as_deref().map(str::trim);
    let no_value = no_value.and_then(|text| if text.is_empty() { Some(0.0) } else { text.parse::<f64>().ok() });
    if let Values::Number(values) = &mut field.values {
        for (row, value) in values.iter_mut().enumerate() {
            let is_gap = field.gaps.binary_search(&row).is_ok();
            *value = value.or(no_value.filter(|_| !is_gap)).filter(|v| v.is_finite());
        }
    }
    Some(field)
}

/// Makes missing points visible: where times lie further apart than expected, nulls are put in between.
///
/// Source: grafana-data 12.4.0 `applyNullInsertThreshold`. As there, thresholds that differ by field are ignored.
pub fn insert_nulls(frame: &Frame, time: usize, range: &TimeRange) -> Frame {
    let interval = frame.fields[time].config.interval_ms;
    let threshold = |field: &Field| field.config.custom.get("insertNulls").and_then(Json::as_f64).filter(|t| *t != 0.0).or(interval);
    let mut thresholds = frame.fields.iter().filter_map(threshold);
    let Some(step) = thresholds.next().filter(|step| *step > 0.0) else {
        return frame.clone();
    };
    if thresholds.any(|other| other != step) {
        return frame.clone();
    }
    let times: Vec<f64> = frame.fields[time].values.numbers().unwrap_or_default().iter().map_while(|t| *t).collect();
    let (Some(first), Some(last)) = (times.first(), times.last()) else {
        return frame.clone();
    };
    if (last.max(range.to_ms) - first.min(range.from_ms)) / step > MOST_INSERTS {
        return frame.clone();
    }
    let rows = rows_with_gaps(&times, step, range);
    if rows.len() == times.len() {
        return frame.clone();
    }
    let pick = |values: &Values| -> Values {
        let from = |row: &(f64, Option<usize>)| row.1;
        match values {
            Values::Time(v) => Values::Time(rows.iter().map(|row| from(row).and_then(|i| v.get(i).copied().flatten())).collect()),
            Values::Number(v) => Values::Number(rows.iter().map(|row| from(row).and_then(|i| v.get(i).copied().flatten())).collect()),
            Values::Boolean(v) => Values::Boolean(rows.iter().map(|row| from(row).and_then(|i| v.get(i).copied().flatten())).collect()),
            Values::String(v) => Values::String(rows.iter().map(|row| from(row).and_then(|i| v.get(i).cloned().flatten())).collect()),
            Values::Other(v) => {
                Values::Other(rows.iter().map(|row| from(row).and_then(|i| v.get(i).cloned()).unwrap_or(Json::Null)).collect())
            }
        }
    };
    let mut filled = frame.clone();
    for (index, field) in filled.fields.iter_mut().enumerate() {
        field.values = if index == time { Values::Time(rows.iter().map(|row| Some(row.0)).collect()) } else { pick(&field.values) };
        if !field.gaps.is_empty() {
            let is_gap = |from: usize| field.gaps.binary_search(&from).is_ok();
            field.gaps = rows.iter().enumerate().filter(|(_, row)| row.1.is_some_and(is_gap)).map(|(place, _)| place).collect();
        }
    }
    filled
}

/// A millisecond interval over years, or one stray time long ago, would fill the memory; no screen shows so many points.
const MOST_INSERTS: f64 = 2e5;

/// Times with the row they come from, `None` for those put in.
fn rows_with_gaps(times: &[f64], step: f64, range: &TimeRange) -> Vec<(f64, Option<usize>)> {
    let mut rows = Vec::with_capacity(times.len());
    let first = times[0];
    if range.from_ms < first {
        let mut at = first - ((first - range.from_ms) / step).ceil() * step;
        while at < first {
            rows.push((at, None));
            at += step;
        }
    }
    let mut previous = first;
    rows.push((first, Some(0)));
    for (index, time) in times.iter().enumerate().skip(1) {
        while time - previous > step {
            previous += step;
            rows.push((previous, None));
        }
        rows.push((*time, Some(index)));
        previous = *time;
    }
    while previous + step < range.to_ms {
        previous += step;
        rows.push((previous, None));
    }
    rows
}

/// Joins frames on time. Source: grafana 12.4.0 `preparePlotFrame`, grafana-data `joinDataFrames`.
pub fn align(frames: &[Frame]) -> Aligned {
    let mut tables: Vec<Table> = frames.iter().map(|frame| Table::of(frame, frames)).collect();
    let bar_step = shortest_bar_step(&tables);
    let mut aligned = if tables.len() == 1 { tables.remove(0).alone() } else { join(tables) };
    for series in &mut aligned.series {
        if let (SpanNulls::Under(limit), false) = (series.style.span_nulls, is_shown_bars(&series.style)) {
            span_short_gaps(&aligned.times, &mut series.cells, limit);
        }
    }
    if let (Some(step), Some(last)) = (bar_step, aligned.times.last().copied()) {
        aligned.times.extend([last + step, last + 2.0 * step]);
        for series in &mut aligned.series {
            let cell = if is_shown_bars(&series.style) { Cell::Null } else { Cell::Absent };
            series.cells.extend([cell, cell]);
        }
    }
    aligned
}

struct Table {
    times: Vec<f64>,
    series: Vec<Series>,
}

impl Table {
    fn of(frame: &Frame, frames: &[Frame]) -> Table {
        let times = frame.fields.first().and_then(|field| field.values.numbers()).unwrap_or_default();
        let mut rows: Vec<usize> = (0..times.len()).filter(|row| times[*row].is_some()).collect();
        let at = |row: usize| times[row].unwrap_or_default();
        if !rows.is_sorted_by(|a, b| at(*a) <= at(*b)) {
            rows.sort_by(|a, b| at(*a).total_cmp(&at(*b)));
        }
        let series = frame.fields.iter().skip(1).map(|field| {
            let values = field.values.numbers().unwrap_or_default();
            let cell = |row: &usize| match values.get(*row).copied().flatten() {
                Some(value) => Cell::Value(value),
                None if field.is_gap(*row) => Cell::Absent,
                None => Cell::Null,
            };
            let name = field.display_name.clone().unwrap_or_else(|| grafana::field::display_name(field, frame, frames));
            Series { name, style: Style::read(&field.config.custom), cells: rows.iter().map(cell).collect(), field: field.clone() }
        });
        Table { series: series.collect(), times: rows.iter().map(|row| at(*row)).collect() }
    }

    fn alone(self) -> Aligned {
        Aligned { times: self.times, series: self.series }
    }
}

fn join(tables: Vec<Table>) -> Aligned {
    let mut places: BTreeMap<u64, usize> = BTreeMap::new();
    let mut times: Vec<f64> = tables.iter().flat_map(|table| table.times.iter().copied()).collect();
    times.sort_by(f64::total_cmp);
    times.dedup();
    places.extend(times.iter().enumerate().map(|(index, time)| (time.to_bits(), index)));
    let mut aligned = Aligned { times, series: Vec::new() };
    for table in tables {
        let rows: Vec<usize> = table.times.iter().filter_map(|time| places.get(&time.to_bits()).copied()).collect();
        for series in table.series {
            let cells = spread(&series, &rows, aligned.times.len());
            aligned.series.push(Series { cells, ..series });
        }
    }
    aligned
}

/// Puts a series' cells at their places among the common times. A null widens over the times around it that only others
/// have, so that a gap stays a gap; bars keep theirs as they are, and series that span every gap have none.
fn spread(series: &Series, rows: &[usize], n_times: usize) -> Vec<Cell> {
    let mut cells = vec![Cell::Absent; n_times];
    let spans = series.style.span_nulls == SpanNulls::Always && !is_shown_bars(&series.style);
    let retains = is_shown_bars(&series.style) || series.style.span_nulls == SpanNulls::Under(-1.0);
    let mut nulls = Vec::new();
    for (row, cell) in rows.iter().zip(&series.cells) {
        match cell {
            Cell::Null if spans => {}
            Cell::Null => {
                cells[*row] = Cell::Null;
                nulls.push(*row);
            }
            cell => cells[*row] = *cell,
        }
    }
    if !retains {
        for null in nulls {
            for before in (0..null).rev().take_while(|at| cells[*at] == Cell::Absent).collect::<Vec<_>>() {
                cells[before] = Cell::Null;
            }
            for after in (null + 1..n_times).take_while(|at| cells[*at] == Cell::Absent).collect::<Vec<_>>() {
                cells[after] = Cell::Null;
            }
        }
    }
    cells
}

/// Nulls between values less than `limit` apart no longer part the line. Source: grafana-data 12.4.0 `nullToUndefThreshold`.
fn span_short_gaps(times: &[f64], cells: &mut [Cell], limit: f64) {
    let mut previous: Option<usize> = None;
    for index in 0..cells.len() {
        if cells[index].value().is_none() {
            continue;
        }
        if let Some(previous) = previous.filter(|previous| times[index] - times[*previous] < limit) {
            cells[previous + 1..index].fill(Cell::Absent);
        }
        previous = Some(index);
    }
}

fn is_shown_bars(style: &Style) -> bool {
    style.draw_style == DrawStyle::Bars && !style.hidden
}

/// Bars of several series are as wide as the densest series', which needs its step at the end too.
fn shortest_bar_step(tables: &[Table]) -> Option<f64> {
    let n_bars = tables.iter().flat_map(|table| &table.series).filter(|series| is_shown_bars(&series.style)).count();
    if n_bars < 2 {
        return None;
    }
    let with_bars = tables.iter().filter(|table| table.series.iter().any(|series| is_shown_bars(&series.style)));
    let step = |table: &Table| table.times.windows(2).map(|pair| pair[1] - pair[0]).reduce(f64::min);
    let steps: Vec<f64> = with_bars.filter_map(step).map(|step| round_decimals(step, 6)).collect();
    let least = steps.iter().copied().reduce(f64::min)?;
    steps.iter().any(|step| *step != least).then_some(least)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn frame(times: &[f64], values: &[Option<f64>]) -> Frame {
        let time = Field {
            name: "Time".into(),
            kind: FieldType::Time,
            values: Values::Time(times.iter().copied().map(Some).collect()),
            ..Field::default()
        };
        let value = Field {
            name: "Value".into(),
            kind: FieldType::Number,
            values: Values::Number(values.to_vec()),
            display_name: Some("Value".into()),
            ..Field::default()
        };
        Frame { fields: vec![time, value], ..Frame::default() }
    }

    fn range(from_ms: f64, to_ms: f64) -> TimeRange {
        TimeRange { from_ms, to_ms, ..TimeRange::default() }
    }

    #[test]
    fn what_cannot_be_drawn_says_why() {
        let check = |frames: &[Frame], expected: &str| {
            assert_eq!(graphable(frames, &range(0.0, 10.0), None).expect_err("nothing to draw"), expected);
        };
        check(&[], "No data");
        let mut text = frame(&[1.0], &[Some(1.0)]);
        text.fields.remove(1);
        check(&[text], "Data is missing a number field");
        let mut untimed = frame(&[1.0], &[Some(1.0)]);
        untimed.fields.remove(0);
        check(&[untimed], "Data is missing a time field");
    }

    #[test]
    fn gaps_are_filled_over_the_range() {
        let mut gappy = frame(&[20.0, 30.0, 60.0], &[Some(1.0), Some(2.0), Some(3.0)]);
        gappy.fields[0].config.interval_ms = Some(10.0);
        let frames = graphable(&[gappy], &range(5.0, 85.0), None).expect("a chart");
        let aligned = align(&frames);
        assert_eq!(aligned.times, [0.0, 10.0, 20.0, 30.0, 40.0, 50.0, 60.0, 70.0, 80.0]);
        assert_eq!(aligned.series[0].cells[4], Cell::Null);
    }

    #[test]
    fn a_stray_time_does_not_fill_the_memory() {
        let mut stray = frame(&[0.0, 1.8e12], &[Some(1.0), Some(2.0)]);
        stray.fields[0].config.interval_ms = Some(15e3);
        let frames = graphable(&[stray], &range(1.8e12, 1.8e12 + 3.6e6), None).expect("a chart");
        assert_eq!(align(&frames).times.len(), 2);
    }

    #[test]
    fn joined_frames_keep_their_gaps() {
        let frames = [frame(&[0.0, 20.0, 40.0], &[Some(1.0), None, Some(3.0)]), frame(&[10.0, 30.0], &[Some(5.0), Some(6.0)])];
        let aligned = align(&graphable(&frames, &range(0.0, 40.0), None).expect("a chart"));
        use Cell::{Absent, Null, Value};
        assert_eq!(aligned.series[0].cells, [Value(1.0), Null, Null, Null, Value(3.0)]);
        assert_eq!(aligned.series[1].cells, [Absent, Value(5.0), Absent, Value(6.0), Absent]);
    }

    /// A joined table's cells that no query answered let the line go on.
    #[test]
    fn what_a_join_left_out_is_no_gap() {
        let mut joined = frame(&[0.0, 10.0, 30.0], &[Some(1.0), None, None]);
        joined.fields[1].gaps = vec![1];
        joined.fields[0].config.interval_ms = Some(10.0);
        let aligned = align(&graphable(&[joined.clone()], &range(0.0, 30.0), None).expect("a chart"));
        use Cell::{Absent, Null, Value};
        assert_eq!(aligned.series[0].cells, [Value(1.0), Absent, Null, Null]);
        joined.fields[1].config.no_value = Some("7".into());
        let over = graphable_over(&joined, 0).expect("a chart");
        assert_eq!(align(&[over]).series[0].cells, [Value(1.0), Absent, Value(7.0)]);
    }

    #[test]
    fn short_gaps_are_spanned() {
        let mut cells = [Cell::Value(1.0), Cell::Null, Cell::Value(2.0), Cell::Null, Cell::Value(3.0)];
        span_short_gaps(&[0.0, 1.0, 2.0, 10.0, 20.0], &mut cells, 5.0);
        assert_eq!(cells, [Cell::Value(1.0), Cell::Absent, Cell::Value(2.0), Cell::Null, Cell::Value(3.0)]);
    }
}
