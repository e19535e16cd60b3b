//! Reducers: one value out of a column (`@grafana/data` transformations/fieldReducer.ts).

use serde_json::Value as Json;

use super::coerce::{cell_json, loose_key};
use crate::{
    frame::{Field, FieldType, Value, Values},
    js::js_round,
};

/// How nulls are counted (`config.nullValueMode`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NullValueMode {
    Null,
    Ignore,
    AsZero,
}

impl NullValueMode {
    fn of(field: &Field) -> NullValueMode {
        match field.config.other.get("nullValueMode").and_then(Json::as_str) {
            Some("null") => NullValueMode::Null,
            Some("null as zero") => NullValueMode::AsZero,
            _ => NullValueMode::Ignore,
        }
    }
}

/// `reduceField`: one reducer by id ("lastNotNull", "mean", "p95", …). Unknown ids give `Value::Null`.
pub fn reduce_field(field: &Field, reducer: &str) -> Value {
    let reducer = canonical(reducer);
    if field.values.is_empty() {
        return match reducer {
            "sum" | "count" | "countAll" => Value::Number(0.0),
            "allIsZero" => Value::Boolean(false),
            "allIsNull" => Value::Boolean(true),
            _ => Value::Null,
        };
    }
    let mode = NullValueMode::of(field);
    let is_number = matches!(field.kind, FieldType::Number | FieldType::Time);
    let standard = || standard_calcs(&field.values, is_number, mode);
    let totals = || totals(&field.values, is_number, mode);
    let values = &field.values;
    match reducer {
        "last" => values.get(values.len() - 1),
        "first" => values.get(0),
        "lastNotNull" => (0..values.len()).rev().map(|row| values.get(row)).find(is_present).unwrap_or(Value::Null),
        "firstNotNull" => (0..values.len()).map(|row| values.get(row)).find(is_present).unwrap_or(Value::Null),
        "min" => number(totals().min),
        "max" => number(totals().max),
        "mean" => number(totals().mean()),
        "sum" => Value::Number(totals().sum),
        "count" => Value::Number(totals().count as f64),
        "countAll" => Value::Number(values.len() as f64),
        "range" => number(totals().range()),
        "delta" => Value::Number(standard().delta),
        "step" => number(standard().step),
        "diff" if field.kind == FieldType::Enum => number(enum_calcs(field, mode).diff()),
        "diffperc" if field.kind == FieldType::Enum => Value::Number(enum_calcs(field, mode).diff_percent()),
        "diff" => number(standard().diff()),
        "diffperc" => Value::Number(standard().diff_percent()),
        "logmin" => Value::Number(standard().logmin),
        "allIsZero" => Value::Boolean(standard().is_all_zero()),
        "allIsNull" => Value::Boolean(standard().n_numbers == 0),
        "median" => median(field, mode),
        "variance" => Value::Number(if is_number { variance(values) } else { 0.0 }),
        "stdDev" => Value::Number(if is_number { variance(values).sqrt() } else { 0.0 }),
        "changeCount" => Value::Number(change_count(values, mode)),
        "distinctCount" => Value::Number(distinct(values, mode).len() as f64),
        "allValues" => Value::Json((0..values.len()).map(|row| cell_json(&values.get(row))).collect()),
        "uniqueValues" => Value::Json(distinct(values, NullValueMode::Null).iter().map(cell_json).collect()),
        other => match percentile_of(other) {
            Some(percent) => percentile(field, percent, mode),
            None => Value::Null,
        },
    }
}

/// A reducer's name as legends write it ("lastNotNull" → "Last *"); the id itself when unknown.
pub fn reducer_name(reducer: &str) -> &str {
    match canonical(reducer) {
        "lastNotNull" => "Last *",
        "last" => "Last",
        "firstNotNull" => "First *",
        "first" => "First",
        "min" => "Min",
        "max" => "Max",
        "mean" => "Mean",
        "median" => "Median",
        "variance" => "Variance",
        "stdDev" => "StdDev",
        "sum" => "Total",
        "count" => "Count",
        "countAll" => "Count all",
        "range" => "Range",
        "delta" => "Delta",
        "step" => "Step",
        "diff" => "Difference",
        "diffperc" => "Difference percent",
        "logmin" => "Min (above zero)",
        "allIsZero" => "All Zeros",
        "allIsNull" => "All Nulls",
        "changeCount" => "Change Count",
        "distinctCount" => "Distinct Count",
        "allValues" => "All values",
        "uniqueValues" => "All unique values",
        other => match percentile_of(other) {
            Some(percent) => percentile_names()[percent as usize - 1].as_str(),
            None => reducer,
        },
    }
}

/// Whether the id names a reducer.
pub fn is_reducer(id: &str) -> bool {
    reducer_name(id) != id || percentile_of(id).is_some()
}

/// Whether a reduced value keeps the field's unit (a count does not).
pub fn preserves_unit(reducer: &str) -> bool {
    !matches!(
        canonical(reducer),
        "count" | "countAll" | "allIsNull" | "changeCount" | "distinctCount" | "diffperc" | "allValues" | "uniqueValues"
    )
}

/// The type of a reduced value (`getFieldTypeForReducer`).
pub fn reduced_type(reducer: &str, kind: FieldType) -> FieldType {
    match reducer {
        "count" | "countAll" | "distinctCount" | "changeCount" => FieldType::Number,
        "allIsNull" | "allIsZero" => FieldType::Boolean,
        _ => kind,
    }
}

/// Ids of Grafana 5 and 6 live on in saved panels.
fn canonical(reducer: &str) -> &str {
    match reducer {
        "current" => "lastNotNull",
        "avg" => "mean",
        "total" => "sum",
        other => other,
    }
}

fn percentile_of(id: &str) -> Option<u32> {
    let percent = id.strip_prefix('p')?.parse().ok()?;
    (1..=99).contains(&percent).then_some(percent)
}

fn percentile_names() -> &'static [String] {
    static NAMES: std::sync::OnceLock<Vec<String>> = std::sync::OnceLock::new();
    NAMES.get_or_init(|| {
        let ending = |n: u32| match n {
            4..=20 => "th",
            _ if n % 10 == 1 => "st",
            _ if n % 10 == 2 => "nd",
            _ if n % 10 == 3 => "rd",
            _ => "th",
        };
        (1..=99).map(|n| format!("{n}{} %", ending(n))).collect()
    })
}

/// Everything one pass over a column finds (`doStandardCalcs`).
#[derive(Debug)]
pub(crate) struct StandardCalcs {
    pub sum: f64,
    pub min: Option<f64>,
    pub max: Option<f64>,
    /// Smallest value above zero; `f64::MAX` when there is none, as in Grafana.
    pub logmin: f64,
    /// Values counted, NaN included.
    pub count: usize,
    pub n_numbers: usize,
    pub delta: f64,
    pub step: Option<f64>,
    pub first: Option<f64>,
    pub last: Option<f64>,
    any_not_zero: bool,
}

/// What most columns are asked for: a quick pass over their numbers.
#[derive(Clone, Copy, Debug)]
pub(super) struct Totals {
    pub min: Option<f64>,
    pub max: Option<f64>,
    sum: f64,
    count: usize,
    n_numbers: usize,
}

impl Totals {
    fn mean(&self) -> Option<f64> {
        (self.n_numbers > 0).then(|| self.sum / self.n_numbers as f64)
    }

    fn range(&self) -> Option<f64> {
        Some(self.max? - self.min?)
    }
}

/// As [`standard_calcs`], for less.
pub(super) fn totals(values: &Values, is_number: bool, mode: NullValueMode) -> Totals {
    let Some(numbers) = values.numbers().filter(|_| is_number && mode == NullValueMode::Ignore) else {
        let StandardCalcs { min, max, sum, count, n_numbers, .. } = standard_calcs(values, is_number, mode);
        return Totals { min, max, sum, count, n_numbers };
    };
    // Both ends start at the outermost finite numbers, so infinities alone leave them unset.
    let (mut min, mut max, mut sum, mut count, mut n_numbers) = (f64::MAX, -f64::MAX, 0.0, 0, 0);
    for value in numbers.iter().flatten().copied() {
        count += 1;
        if value.is_nan() {
            continue;
        }
        n_numbers += 1;
        sum += value;
        max = if value > max { value } else { max };
        min = if value < min { value } else { min };
    }
    Totals { min: Some(min).filter(|min| *min < f64::MAX), max: Some(max).filter(|max| *max > -f64::MAX), sum, count, n_numbers }
}

impl StandardCalcs {
    fn diff(&self) -> Option<f64> {
        Some(self.last? - self.first?)
    }

    fn diff_percent(&self) -> f64 {
        match (self.diff(), self.first) {
            (Some(diff), Some(first)) => diff / first * 100.0,
            _ => 0.0,
        }
    }

    fn is_all_zero(&self) -> bool {
        self.n_numbers > 0 && !self.any_not_zero
    }
}

/// `is_number` says whether the field counts as numeric: others only have their cells counted.
pub(crate) fn standard_calcs(values: &Values, is_number: bool, mode: NullValueMode) -> StandardCalcs {
    let mut calcs = StandardCalcs {
        sum: 0.0,
        min: None,
        max: None,
        logmin: f64::MAX,
        count: 0,
        n_numbers: 0,
        delta: 0.0,
        step: None,
        first: None,
        last: None,
        any_not_zero: false,
    };
    let mut previous_delta_up = true;
    let numbers = values.numbers();
    for row in 0..values.len() {
        let number = match numbers {
            Some(numbers) => numbers[row],
            None if values.get(row) == Value::Null => None,
            None => {
                calcs.count += 1;
                continue;
            }
        };
        let number = match (number, mode) {
            (None, NullValueMode::Ignore) => continue,
            (None, NullValueMode::AsZero) => Some(0.0),
            (number, _) => number,
        };
        calcs.count += 1;
        let Some(value) = number.filter(|value| !value.is_nan() && is_number) else { continue };
        calcs.sum += value;
        calcs.n_numbers += 1;
        match calcs.last {
            None => calcs.first = Some(value),
            Some(last) => {
                let step = value - last;
                if calcs.step.unwrap_or(f64::MAX) > step {
                    calcs.step = Some(step);
                }
                if last > value {
                    previous_delta_up = false; // a counter started anew
                } else {
                    if previous_delta_up {
                        calcs.delta += step;
                    }
                    previous_delta_up = true;
                }
            }
        }
        // Both start at the outermost finite numbers, so infinities alone leave them unset.
        if value > calcs.max.unwrap_or(-f64::MAX) {
            calcs.max = Some(value);
        }
        if value < calcs.min.unwrap_or(f64::MAX) {
            calcs.min = Some(value);
        }
        if value > 0.0 && value < calcs.logmin {
            calcs.logmin = value;
        }
        calcs.any_not_zero |= value != 0.0;
        calcs.last = Some(value);
    }
    calcs
}

/// Enums are no numbers, but the difference of first and last is taken of whatever is one.
fn enum_calcs(field: &Field, mode: NullValueMode) -> StandardCalcs {
    standard_calcs(&field.values, true, mode)
}

fn number(value: Option<f64>) -> Value {
    value.map_or(Value::Null, Value::Number)
}

fn is_present(value: &Value) -> bool {
    !matches!(value, Value::Null) && !matches!(value, Value::Number(number) if number.is_nan())
}

/// Cells with nulls dropped, zeroed or kept.
fn cells(values: &Values, mode: NullValueMode) -> impl Iterator<Item = Value> {
    (0..values.len()).map(|row| values.get(row)).filter_map(move |value| match (value, mode) {
        (Value::Null, NullValueMode::Ignore) => None,
        (Value::Null, NullValueMode::AsZero) => Some(Value::Number(0.0)),
        (value, _) => Some(value),
    })
}

fn median(field: &Field, mode: NullValueMode) -> Value {
    let values = &field.values;
    if values.numbers().is_none() {
        let sorted = sorted_cells(values, mode);
        let middle = sorted.len() / 2;
        let as_number = |value: &Value| match value {
            Value::Boolean(yes) => f64::from(u8::from(*yes)),
            _ => f64::NAN,
        };
        return match sorted.len() {
            0 => Value::Number(f64::NAN),
            length if length.is_multiple_of(2) => Value::Number((as_number(&sorted[middle - 1]) + as_number(&sorted[middle])) / 2.0),
            _ => sorted[middle].clone(),
        };
    }
    // Gaps stand last where nulls are kept, and make NaN of what is reckoned with them.
    let is_kept = mode == NullValueMode::Null && !field.gaps.is_empty();
    let sorted = if is_kept { sorted_numbers(&without_gaps(field), mode) } else { sorted_numbers(values, mode) };
    let length = if is_kept { values.len() } else { sorted.len() };
    let middle = length / 2;
    let at = |index: usize| sorted.get(index).copied().map_or(f64::NAN, |cell| cell.unwrap_or(0.0));
    match length {
        0 => Value::Number(f64::NAN),
        _ if middle >= sorted.len() => {
            if length.is_multiple_of(2) {
                Value::Number(f64::NAN)
            } else {
                Value::Null
            }
        }
        length if length.is_multiple_of(2) => Value::Number((at(middle - 1) + at(middle)) / 2.0),
        _ => number(sorted[middle]),
    }
}

/// Booleans and texts as Grafana's `a - b` sorts them: false before true, texts as they stand.
fn sorted_cells(values: &Values, mode: NullValueMode) -> Vec<Value> {
    let mut cells: Vec<Value> = cells(values, mode).collect();
    cells.sort_by_key(|value| *value == Value::Boolean(true));
    cells
}

/// Kept nulls stand where 0 does.
///
/// DIFFERENCE: NaN goes last; JavaScript's sort leaves the order around NaN undefined.
fn sorted_numbers(values: &Values, mode: NullValueMode) -> Vec<Option<f64>> {
    let cells = values.numbers().unwrap_or_default().iter().copied();
    let mut numbers: Vec<Option<f64>> = match mode {
        NullValueMode::Null => cells.collect(),
        NullValueMode::Ignore => cells.filter(Option::is_some).collect(),
        NullValueMode::AsZero => cells.map(|cell| cell.or(Some(0.0))).collect(),
    };
    let key = |number: &Option<f64>| number.unwrap_or(0.0);
    numbers.sort_by(|a, b| {
        let (a, b) = (key(a), key(b));
        a.partial_cmp(&b).unwrap_or_else(|| a.is_nan().cmp(&b.is_nan()))
    });
    numbers
}

/// The cells that are there, null or not.
fn without_gaps(field: &Field) -> Values {
    let rows = (0..field.values.len()).filter(|row| !field.is_gap(*row));
    Values::Number(field.values.numbers().map(|cells| rows.map(|row| cells[row]).collect()).unwrap_or_default())
}

fn percentile(field: &Field, percent: u32, mode: NullValueMode) -> Value {
    let values = &field.values;
    let index = |length: usize| js_round((length as f64 - 1.0) * (f64::from(percent) / 100.0)).max(0.0) as usize;
    if values.numbers().is_none() {
        let cells = sorted_cells(values, mode);
        return cells.get(index(cells.len())).cloned().unwrap_or(Value::Null);
    }
    if !field.gaps.is_empty() {
        // Gaps are neither dropped nor zeroed: they stand last.
        let sorted = sorted_numbers(&without_gaps(field), mode);
        return number(sorted.get(index(sorted.len() + field.gaps.len())).copied().flatten());
    }
    if mode == NullValueMode::Null {
        let sorted = sorted_numbers(values, mode);
        return number(sorted.get(index(sorted.len())).copied().flatten());
    }
    // One place of the order is asked for, not the whole of it.
    let zero = Some(0.0).filter(|_| mode == NullValueMode::AsZero);
    let mut numbers: Vec<f64> = values.numbers().unwrap_or_default().iter().filter_map(|cell| cell.or(zero)).collect();
    if numbers.is_empty() {
        return Value::Null;
    }
    let index = index(numbers.len());
    let compare = |a: &f64, b: &f64| a.partial_cmp(b).unwrap_or_else(|| a.is_nan().cmp(&b.is_nan()));
    Value::Number(*numbers.select_nth_unstable_by(index, compare).1)
}

/// Population variance by Welford's recurrence, as Grafana sums it.
fn variance(values: &Values) -> f64 {
    let (mut square_sum, mut mean, mut count) = (0.0, 0.0, 0.0);
    for value in values.numbers().unwrap_or_default().iter().flatten() {
        count += 1.0;
        let old_mean = mean;
        mean += (value - old_mean) / count;
        square_sum += (value - old_mean) * (value - mean);
    }
    if count > 0.0 { square_sum / count } else { 0.0 }
}

fn change_count(values: &Values, mode: NullValueMode) -> f64 {
    let mut count = 0.0;
    let mut previous: Option<Value> = None;
    for value in cells(values, mode) {
        if previous.as_ref().is_some_and(|previous| *previous != value || is_object(&value)) {
            count += 1.0;
        }
        previous = Some(value);
    }
    count
}

/// Cells that differ, in the order of their first appearance (JavaScript's `Set`: NaN equals NaN).
fn distinct(values: &Values, mode: NullValueMode) -> Vec<Value> {
    let mut seen = std::collections::HashSet::new();
    cells(values, mode).filter(|value| is_object(value) || seen.insert(loose_key(value))).collect()
}

/// Objects and arrays are equal to themselves only.
fn is_object(value: &Value) -> bool {
    matches!(value, Value::Json(Json::Object(_) | Json::Array(_)))
}
