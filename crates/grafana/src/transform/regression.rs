//! `regression`: a frame more, with the values a straight line or a polynomial predicts.

use serde_json::Value as Json;

use super::{Outcome, cells::new_field, option};
use crate::{
    field::{NameContext, display_name_in, to_number},
    frame::{Field, FieldType, Frame, FrameMeta, Value, Values},
};

pub(super) fn regression(mut frames: Vec<Frame>, options: &Json) -> Outcome {
    let matcher = |key: &str| option::matcher("byName", option::text(options, key).unwrap_or_default().into());
    let (Some(is_x), Some(is_y)) = (matcher("xFieldName"), matcher("yFieldName")) else { return Ok(frames) };
    let names = NameContext::of(&frames);
    let with_y = frames.iter().find_map(|frame| Some((frame, frame.fields.iter().find(|field| is_y.matches(field, frame, &names))?)));
    let Some((frame, y)) = with_y else { return Ok(frames) };
    let Some(x) = frame.fields.iter().find(|field| is_x.matches(field, frame, &names)) else {
        return Err("x and y fields must be part of the same frame".into());
    };
    // DIFFERENCE: more points than anyone draws would fill the memory.
    let count = option::number(options, "predictionCount").unwrap_or(100.0).clamp(1.0, 100_000.0) as usize;
    let points = points(x, count);
    // Times are counted from the first one, lest their squares lose what matters.
    let origin = if x.kind == FieldType::Time { points.first().copied().unwrap_or(0.0) } else { 0.0 };
    let pairs: Vec<(f64, f64)> = (0..x.values.len())
        .filter(|row| !is_missing(y, *row))
        .map(|row| (number(x, row) - origin, number(y, row)))
        .filter(|(_, y)| !y.is_nan())
        .collect();
    let degree = option::number(options, "degree").map_or(2, |degree| degree.clamp(0.0, 100.0) as usize);
    let (name, coefficients) = match option::text(options, "modelType").unwrap_or("linear") {
        "linear" => ("Linear regression".to_owned(), line(&pairs)),
        "polynomial" => {
            let coefficients = polynomial(&pairs, degree).ok_or("the values determine no polynomial")?;
            (format!("{} polynomial regression", degree_name(degree)), coefficients)
        }
        _ => return Ok(frames),
    };
    let predict = |point: &f64| {
        let value = coefficients.iter().zip(0..).map(|(coefficient, power)| coefficient * (point - origin).powi(power)).sum();
        Some(value)
    };
    let predicted = Values::Number(points.iter().map(predict).collect());
    let y_name = display_name_in(y, frame, &names);
    // Without any x the last point is missing, the others are NaN.
    let last = points.len() - 1;
    let values = points.into_iter().enumerate().map(|(index, x)| Some(x).filter(|x| index < last || !x.is_nan())).collect();
    let x_values = if x.kind == FieldType::Time { Values::Time(values) } else { Values::Number(values) };
    let fields = vec![new_field(x.name.clone(), x.kind, x_values), new_field(y_name, y.kind, predicted)];
    frames.push(Frame { name: Some(name), ref_id: None, meta: FrameMeta::default(), fields });
    Ok(frames)
}

fn is_missing(field: &Field, row: usize) -> bool {
    field.values.get(row) == Value::Null
}

fn number(field: &Field, row: usize) -> f64 {
    match field.values.get(row) {
        Value::Null => field.missing(row),
        cell => to_number(&cell),
    }
}

/// Evenly spaced from the smallest to the largest x; the last is exactly the largest.
fn points(x: &Field, count: usize) -> Vec<f64> {
    let mut numbers = (0..x.values.len()).map(|row| number(x, row));
    let first = numbers.next().unwrap_or(f64::NAN);
    let (least, most) =
        numbers.fold((first, first), |(least, most), x| (if x < least { x } else { least }, if x > most { x } else { most }));
    let step = (most - least) / (count as f64 - 1.0);
    (0..count - 1).map(|index| index as f64 * step + least).chain([most]).collect()
}

/// Least squares: intercept and slope.
fn line(pairs: &[(f64, f64)]) -> Vec<f64> {
    let n = pairs.len() as f64;
    let sum = |of: fn(&(f64, f64)) -> f64| pairs.iter().map(of).sum::<f64>();
    let (x_sum, y_sum, squares, products) =
        (sum(|pair| pair.0), sum(|pair| pair.1), sum(|pair| pair.0 * pair.0), sum(|pair| pair.0 * pair.1));
    let slope = (n * products - x_sum * y_sum) / (n * squares - x_sum * x_sum);
    vec![(1.0 / n) * y_sum - slope * (1.0 / n) * x_sum, slope]
}

/// The coefficients by power, from the normal equations; `None` when they have no one solution.
fn polynomial(pairs: &[(f64, f64)], degree: usize) -> Option<Vec<f64>> {
    let size = degree + 1;
    let moment = |power: usize| -> f64 { pairs.iter().map(|(x, _)| x.powi(power as i32)).sum() };
    let moments: Vec<f64> = (0..=2 * degree).map(moment).collect();
    let mut rows: Vec<Vec<f64>> = (0..size)
        .map(|row| {
            let right: f64 = pairs.iter().map(|(x, y)| x.powi(row as i32) * y).sum();
            moments[row..row + size].iter().copied().chain([right]).collect()
        })
        .collect();
    for column in 0..size {
        let pivot = (column..size).max_by(|a, b| rows[*a][column].abs().total_cmp(&rows[*b][column].abs()))?;
        rows.swap(column, pivot);
        if rows[column][column] == 0.0 {
            return None;
        }
        let head = rows[column].clone();
        for row in &mut rows[column + 1..] {
            let factor = row[column] / head[column];
            row.iter_mut().zip(&head).for_each(|(cell, above)| *cell -= factor * above);
        }
    }
    let mut solution = vec![0.0; size];
    for row in (0..size).rev() {
        let known: f64 = (row + 1..size).map(|column| rows[row][column] * solution[column]).sum();
        solution[row] = (rows[row][size] - known) / rows[row][row];
    }
    Some(solution)
}

fn degree_name(degree: usize) -> &'static str {
    const NAMES: [&str; 9] = ["Quadratic", "Cubic", "Quartic", "Quintic", "Sextic", "Septic", "Octic", "Nonic", "Decic"];
    degree.checked_sub(2).and_then(|index| NAMES.get(index)).copied().unwrap_or("undefined")
}
