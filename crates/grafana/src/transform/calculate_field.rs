//! `calculateField`: a new field from a row, a field, or two fields.

use serde_json::{Value as Json, json};

use super::{
    Outcome,
    cells::{cells, column, new_field, time_field},
    join::ensure_columns,
    option,
};
use crate::{
    field::{FieldConfig, FieldMatcher, NameContext, display_name_in, is_reducer, reduce_field, reducer_name, to_number, type_named},
    frame::{Field, FieldType, Frame, Value, Values},
    js::{js_round, number_from_string, parse_float},
};

pub(super) fn calculate_field(frames: Vec<Frame>, options: &Json) -> Outcome {
    let mode = option::text(options, "mode").unwrap_or("reduceRow");
    let is_time_series = option::flag(options, "timeSeries") != Some(false);
    let frames = if is_time_series && !(mode == "binary" && has_fixed_right(options)) { ensure_columns(frames) } else { frames };
    let names = NameContext::of(&frames);
    let part = |key: &str| options.get(key).cloned().unwrap_or(Json::Null);
    match mode {
        "reduceRow" => {
            let reduce = part("reduce");
            let reducer = option::text(&reduce, "reducer").unwrap_or("sum").to_owned();
            if !is_reducer(&reducer) {
                return Err(format!("unknown reducer: {reducer}"));
            }
            let include = option::texts(&reduce, "include");
            let matcher = names_or_numeric(&include);
            add(frames, options, |frame| Some(reduce_rows(frame, &matcher, &reducer, &reduce, &names)))
        }
        "cumulativeFunctions" => {
            let cumulative = part("cumulative");
            let reducer = option::text(&cumulative, "reducer").unwrap_or("sum").to_owned();
            if !matches!(reducer.as_str(), "mean" | "sum") {
                return Err(format!("unsupported reducer: {reducer}"));
            }
            let matcher = one_or_numeric(option::text(&cumulative, "field"));
            add(frames, options, |frame| {
                let field = frame.fields.iter().find(|field| matcher.matches(field, frame, &names))?;
                Some(numbers(accumulate(field, frame.len(), reducer == "mean")))
            })
        }
        "windowFunctions" => window(frames, options, &part("window"), &names),
        "unary" => {
            let unary = part("unary");
            let operator = option::text(&unary, "operator").unwrap_or("abs").to_owned();
            let name = option::text(&unary, "fieldName").unwrap_or_default().to_owned();
            add(frames, options, |frame| {
                let is_named = |field: &&Field| field.kind == FieldType::Number && display_name_in(field, frame, &names) == name;
                let field = frame.fields.iter().rfind(is_named)?;
                unary_values(field, &operator)
            })
        }
        "binary" => binary(frames, options, &names),
        "index" => Ok(frames.into_iter().map(|frame| with_index(frame, options)).collect()),
        _ => Ok(frames),
    }
}

fn has_fixed_right(options: &Json) -> bool {
    let right = options.pointer("/binary/right");
    let fixed = right.and_then(|right| right.as_str().or_else(|| right.get("fixed").and_then(Json::as_str)));
    fixed.is_some_and(|fixed| !number_from_string(fixed).is_nan())
}

fn names_or_numeric(names: &[String]) -> FieldMatcher {
    if names.is_empty() {
        return FieldMatcher::Types(vec![FieldType::Number]);
    }
    option::matcher("byNames", json!({ "names": names })).unwrap_or(FieldMatcher::Never)
}

fn one_or_numeric(name: Option<&str>) -> FieldMatcher {
    names_or_numeric(&name.map(str::to_owned).into_iter().collect::<Vec<_>>())
}

/// Adds the created column to each frame; frames for which nothing is created stay, or go when fields are replaced.
fn add(frames: Vec<Frame>, options: &Json, create: impl Fn(&Frame) -> Option<Values>) -> Outcome {
    let replaces = option::flag(options, "replaceFields") == Some(true);
    let with_time = option::flag(options, "timeSeries") != Some(false);
    let alias = option::text(options, "alias");
    let name = alias.map_or_else(|| result_name(options), str::to_owned);
    let made = frames.into_iter().filter_map(|mut frame| {
        let Some(values) = create(&frame) else { return (!replaces).then_some(frame) };
        let mut field = new_field(name.clone(), FieldType::Number, values);
        // Keeps later steps from renaming what was named on purpose.
        field.config.display_name = alias.map(str::to_owned);
        if replaces {
            let time = time_field(&frame).filter(|_| with_time).cloned();
            frame.fields = time.into_iter().collect();
        }
        frame.fields.push(field);
        Some(frame)
    });
    Ok(made.collect())
}

fn numbers(values: Vec<f64>) -> Values {
    Values::Number(values.into_iter().map(Some).collect())
}

fn reduce_rows(frame: &Frame, matcher: &FieldMatcher, reducer: &str, options: &Json, names: &NameContext) -> Values {
    let columns: Vec<&Field> = frame.fields.iter().filter(|field| matcher.matches(field, frame, names)).collect();
    // Unlike elsewhere nulls are not ignored unless asked to.
    let mode = option::text(options, "nullValueMode").unwrap_or("null");
    let config = FieldConfig { other: [("nullValueMode".to_owned(), Json::from(mode))].into_iter().collect(), ..FieldConfig::default() };
    let reduced = (0..frame.len()).map(|row| {
        let cells: Vec<Option<f64>> = columns
            .iter()
            .map(|field| match field.values.get(row) {
                Value::Null => None,
                cell => Some(to_number(&cell)),
            })
            .collect();
        if cells.is_empty() {
            return empty_row(reducer);
        }
        let gaps = columns.iter().enumerate().filter(|(_, field)| field.is_gap(row)).map(|(column, _)| column).collect();
        let row = Field { config: config.clone(), gaps, ..new_field("row", FieldType::Number, Values::Number(cells)) };
        reduce_field(&row, reducer)
    });
    column(FieldType::Number, reduced.collect())
}

/// What the standard calculations say of no value at all.
fn empty_row(reducer: &str) -> Value {
    match reducer {
        "sum" | "count" | "delta" | "diffperc" | "countAll" | "variance" | "stdDev" | "changeCount" | "distinctCount" => Value::Number(0.0),
        "median" => Value::Number(f64::NAN),
        "allIsNull" => Value::Boolean(true),
        "allIsZero" => Value::Boolean(false),
        "logmin" => Value::Number(f64::MAX),
        _ => Value::Null,
    }
}

fn accumulate(field: &Field, length: usize, is_mean: bool) -> Vec<f64> {
    let mut total = 0.0;
    (0..length)
        .map(|row| {
            total += match field.values.get(row) {
                Value::Null => 0.0,
                cell => to_number(&cell),
            };
            if is_mean { total / (row as f64 + 1.0) } else { total }
        })
        .collect()
}

fn window(frames: Vec<Frame>, options: &Json, window: &Json, names: &NameContext) -> Outcome {
    let size = option::number(window, "windowSize").unwrap_or(0.1);
    if size <= 0.0 {
        return Err("window size must be larger than 0".into());
    }
    let reducer = option::text(window, "reducer").unwrap_or("mean").to_owned();
    if !matches!(reducer.as_str(), "mean" | "stdDev" | "variance") {
        return Err(format!("unsupported reducer: {reducer}"));
    }
    let is_percentage = option::text(window, "windowSizeMode").unwrap_or("percentage") == "percentage";
    let is_centered = option::text(window, "windowAlignment") == Some("centered");
    let matcher = one_or_numeric(option::text(window, "field"));
    add(frames, options, |frame| {
        let field = frame.fields.iter().find(|field| matcher.matches(field, frame, names))?;
        let length = frame.len();
        let width = (size * if is_percentage { length as f64 } else { 1.0 }).ceil() as usize;
        let cells: Vec<Option<f64>> = cells(&field.values, length).iter().map(number_cell).collect();
        Some(numbers(match (reducer.as_str(), is_centered) {
            ("mean", true) => centered_mean(&cells, width),
            ("mean", false) => trailing_mean(&cells, width),
            (reducer, is_centered) => spread(&cells, width, is_centered, reducer == "stdDev"),
        }))
    })
}

fn number_cell(cell: &Value) -> Option<f64> {
    match cell {
        Value::Null => None,
        cell => Some(to_number(cell)),
    }
}

/// Values leave the window only when a value (no null) enters: so it is in Grafana.
fn trailing_mean(cells: &[Option<f64>], width: usize) -> Vec<f64> {
    let (mut sum, mut count) = (0.0, 0.0);
    let mean = cells.iter().enumerate().map(|(row, cell)| {
        if let Some(value) = cell {
            count += 1.0;
            sum += value;
            if row + 1 > width
                && let Some(old) = cells[row - width]
            {
                sum -= old;
                count -= 1.0;
            }
        }
        if count == 0.0 { 0.0 } else { sum / count }
    });
    mean.collect()
}

/// The value itself counts to the leading part, which is the smaller one for an even width.
fn centered_mean(cells: &[Option<f64>], width: usize) -> Vec<f64> {
    let leading = width.div_ceil(2).saturating_sub(1);
    let trailing = width / 2;
    let (mut sum, mut count) = (0.0, 0.0);
    let mut means = Vec::with_capacity(cells.len());
    for row in 0..cells.len() {
        if row == 0 {
            for value in cells.iter().take(leading + 1).flatten() {
                sum += value;
                count += 1.0;
            }
        } else {
            if let Some(Some(value)) = cells.get(row + leading) {
                sum += value;
                count += 1.0;
            }
            if row > trailing
                && let Some(value) = cells[row - trailing - 1]
            {
                sum -= value;
                count -= 1.0;
            }
        }
        means.push(if count == 0.0 { 0.0 } else { sum / count });
    }
    means
}

fn spread(cells: &[Option<f64>], width: usize, is_centered: bool, is_deviation: bool) -> Vec<f64> {
    let leading = width.div_ceil(2).saturating_sub(1);
    let bounds = |row: usize| match is_centered {
        true => (row.saturating_sub(width / 2), (row + leading + 1).min(cells.len())),
        false => ((row + 1).saturating_sub(width), row + 1),
    };
    let spread = (0..cells.len()).map(|row| {
        let (from, to) = bounds(row);
        let part = new_field("window", FieldType::Number, Values::Number(cells[from..to].to_vec()));
        to_number(&reduce_field(&part, if is_deviation { "stdDev" } else { "variance" }))
    });
    spread.collect()
}

fn unary_values(field: &Field, operator: &str) -> Option<Values> {
    let cells = field.values.numbers()?;
    if cells.is_empty() {
        return None;
    }
    let sum: f64 = cells.iter().flatten().filter(|value| value.is_finite()).sum();
    let apply: Box<dyn Fn(f64) -> f64> = match operator {
        "abs" => Box::new(f64::abs),
        "exp" => Box::new(f64::exp),
        "ln" => Box::new(f64::ln),
        "round" => Box::new(js_round),
        "floor" => Box::new(f64::floor),
        "ceil" => Box::new(f64::ceil),
        "percent" => Box::new(move |value| value / if operator == "percent" && sum != 0.0 { sum } else { 1.0 }),
        _ => return None,
    };
    Some(numbers((0..cells.len()).map(|row| apply(cells[row].unwrap_or_else(|| field.missing(row)))).collect()))
}

/// One side of a binary operation.
enum Side {
    Named(String),
    Typed(FieldType),
    Fixed(String),
}

fn side(value: Option<&Json>, names: &[String]) -> Side {
    match value {
        Some(Json::String(text)) if number_from_string(text).is_nan() || names.contains(text) => Side::Named(text.clone()),
        Some(Json::String(text)) => Side::Fixed(text.clone()),
        Some(value) => {
            let options = value.pointer("/matcher/options").and_then(Json::as_str);
            match value.pointer("/matcher/id").and_then(Json::as_str) {
                Some("byName") => Side::Named(options.unwrap_or_default().into()),
                Some("byType") => Side::Typed(options.and_then(type_named).unwrap_or(FieldType::Number)),
                _ => Side::Fixed(value.get("fixed").and_then(Json::as_str).or(options).unwrap_or_default().into()),
            }
        }
        None => Side::Fixed(String::new()),
    }
}

fn side_text(side: &Side, value: Option<&Json>) -> String {
    match side {
        Side::Named(text) | Side::Fixed(text) => text.clone(),
        Side::Typed(_) => value.and_then(|value| value.pointer("/matcher/options")).and_then(Json::as_str).unwrap_or_default().into(),
    }
}

/// The numbers of a side: the named field's, or the same number in every row.
fn side_values(side: &Side, frame: &Frame, names: &NameContext) -> Option<Vec<f64>> {
    let text = match side {
        Side::Named(name) => {
            if let Some(field) = frame.fields.iter().find(|field| display_name_in(field, frame, names) == *name) {
                let cell = |row| match field.values.get(row) {
                    // Booleans count, a missing one as false.
                    Value::Null if field.kind == FieldType::Boolean => 0.0,
                    Value::Null => field.missing(row),
                    cell => to_number(&cell),
                };
                return Some((0..field.values.len()).map(cell).collect());
            }
            name
        }
        Side::Fixed(text) => text,
        Side::Typed(_) => return None,
    };
    let number = parse_float(text);
    (!number.is_nan()).then(|| vec![number; frame.len()])
}

fn binary(frames: Vec<Frame>, options: &Json, names: &NameContext) -> Outcome {
    let binary = options.get("binary").cloned().unwrap_or(Json::Null);
    let all: Vec<String> = frames.iter().flat_map(|frame| frame.fields.iter().map(|field| field.name.clone())).collect();
    let (left, right) = (side(binary.get("left"), &all), side(binary.get("right"), &all));
    let operator = option::text(&binary, "operator").unwrap_or("+").to_owned();
    if let Side::Typed(kind) = left {
        let right_text = side_text(&right, binary.get("right"));
        let made = frames.into_iter().filter_map(|frame| typed_binary(frame, kind, &operator, (&right, &right_text), options, names));
        return Ok(made.collect());
    }
    add(frames, options, |frame| {
        let (left, right) = (side_values(&left, frame, names)?, side_values(&right, frame, names)?);
        operate(&left, &operator, &right).map(numbers)
    })
}

/// The operation on every field of a type; `None` when the frame is to go.
fn typed_binary(frame: Frame, kind: FieldType, operator: &str, right: (&Side, &str), options: &Json, names: &NameContext) -> Option<Frame> {
    let replaces = option::flag(options, "replaceFields") == Some(true);
    let with_time = option::flag(options, "timeSeries") != Some(false);
    let time = frame.fields.iter().position(|field| field.kind == FieldType::Time).filter(|_| with_time);
    let mut fields: Vec<Field> = time.map(|index| frame.fields[index].clone()).into_iter().collect();
    let mut has_new = false;
    for (index, field) in frame.fields.iter().enumerate() {
        if !replaces && Some(index) != time {
            fields.push(field.clone());
        }
        if field.kind != kind {
            continue;
        }
        let left: Vec<f64> =
            (0..field.values.len()).map(|row| number_cell(&field.values.get(row)).unwrap_or_else(|| field.missing(row))).collect();
        let Some(values) = side_values(right.0, &frame, names).and_then(|right| operate(&left, operator, &right)) else { continue };
        let name = format!("{} {operator} {}", field.name, right.1);
        fields.push(Field { name, values: numbers(values), display_name: None, ..field.clone() });
        has_new = true;
    }
    (has_new || !replaces).then_some(Frame { fields, ..frame })
}

/// A cell beyond the end gives NaN.
fn operate(left: &[f64], operator: &str, right: &[f64]) -> Option<Vec<f64>> {
    let apply: fn(f64, f64) -> f64 = match operator {
        "+" => |a, b| a + b,
        "-" => |a, b| a - b,
        "*" => |a, b| a * b,
        "/" => |a, b| a / b,
        _ => return None,
    };
    Some(left.iter().enumerate().map(|(row, a)| right.get(row).map_or(f64::NAN, |b| apply(*a, *b))).collect())
}

fn with_index(frame: Frame, options: &Json) -> Frame {
    let length = frame.len();
    let is_percentile = options.pointer("/index/asPercentile").and_then(Json::as_bool) == Some(true);
    let value = |row: usize| if is_percentile { row as f64 / length as f64 } else { row as f64 };
    let name = options.get("alias").and_then(Json::as_str).unwrap_or("Row");
    let mut field = new_field(name, FieldType::Number, numbers((0..length).map(value).collect()));
    field.config.unit = is_percentile.then(|| "percentunit".into());
    let replaces = option::flag(options, "replaceFields") == Some(true);
    let mut fields = if replaces { Vec::new() } else { frame.fields };
    fields.push(field);
    Frame { fields, ..frame }
}

/// `getNameFromOptions` without an alias.
fn result_name(options: &Json) -> String {
    let text = |pointer: &str| options.pointer(pointer).and_then(Json::as_str).unwrap_or_default();
    let of = |field: &str| if field.is_empty() { String::new() } else { format!("({field})") };
    match option::text(options, "mode").unwrap_or("reduceRow") {
        "cumulativeFunctions" => format!("cumulative {}{}", text("/cumulative/reducer"), of(text("/cumulative/field"))),
        "windowFunctions" => {
            format!("{} moving {}{}", text("/window/windowAlignment"), text("/window/reducer"), of(text("/window/field")))
        }
        "unary" => format!("{}{}", text("/unary/operator"), of(text("/unary/fieldName"))),
        "binary" => {
            let side_text = |key: &str| {
                let value = options.pointer(&format!("/binary/{key}"));
                let nested = |pointer: &str| value.and_then(|value| value.pointer(pointer)).and_then(Json::as_str);
                value.and_then(Json::as_str).or(nested("/matcher/options")).or(nested("/fixed")).unwrap_or_default()
            };
            let (left, right) = (side_text("left"), side_text("right"));
            let operator = Some(text("/binary/operator")).filter(|operator| !operator.is_empty()).unwrap_or("+");
            if left.is_empty() || right.is_empty() || left.contains('$') || right.contains('$') {
                return String::new();
            }
            format!("{left} {operator} {right}")
        }
        "reduceRow" => {
            let reducer = Some(text("/reduce/reducer")).filter(|reducer| !reducer.is_empty()).unwrap_or("sum");
            reducer_name(reducer).to_owned()
        }
        _ => "math".into(),
    }
}
