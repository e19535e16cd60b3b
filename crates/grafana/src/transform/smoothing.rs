//! `smoothing`: a frame more for each time series, with less noise.
//!
//! The method is ASAP (Rong and Bailis, "ASAP: Prioritizing Attention via Time Series Smoothing", 2017): the widest moving average
//! that keeps the tails (kurtosis) while the curve gets calmer; windows are tried where the series repeats itself.

use serde_json::Value as Json;

use super::{cells::time_field, option};
use crate::frame::{Field, FieldType, Frame, Values};

type Point = (f64, f64);

pub(super) fn smoothing(mut frames: Vec<Frame>, options: &Json) -> Vec<Frame> {
    let resolution = option::number(options, "resolution").unwrap_or(100.0).clamp(1.0, 1000.0);
    let smoothed: Vec<Frame> = frames.iter().filter_map(|frame| smooth_frame(frame, resolution)).collect();
    frames.extend(smoothed);
    frames
}

/// `None` without times or without any number.
fn smooth_frame(frame: &Frame, resolution: f64) -> Option<Frame> {
    let time = time_field(frame)?;
    let times = time.values.numbers()?;
    let mut fields = vec![time.clone()];
    let mut is_any = false;
    for field in &frame.fields {
        match field.kind {
            FieldType::Time => {}
            FieldType::Number => {
                if let Some(values) = smooth_values(times, field, resolution) {
                    is_any = true;
                    fields.push(Field { values: Values::Number(values), display_name: None, gaps: Vec::new(), ..field.clone() });
                }
            }
            _ => fields.push(field.clone()),
        }
    }
    is_any.then(|| Frame { name: Some("Smoothed".into()), fields, ..frame.clone() })
}

/// The calm curve read at the series' own times; `None` when there is nothing to smooth.
fn smooth_values(times: &[Option<f64>], field: &Field, resolution: f64) -> Option<Vec<Option<f64>>> {
    let values = field.values.numbers()?;
    let mut points: Vec<Point> =
        times.iter().zip(values).filter_map(|(time, value)| Some((time.unwrap_or(0.0), value.filter(|value| !value.is_nan())?))).collect();
    if points.is_empty() {
        return None;
    }
    let resolution = resolution.min(points.len() as f64 * 2.0);
    points.sort_by(|a, b| a.0.total_cmp(&b.0));
    let mut curve = asap(points, resolution);
    curve.sort_by(|a, b| a.0.total_cmp(&b.0));
    Some(times.iter().map(|time| Some(at(&curve, time.unwrap_or(0.0)))).collect())
}

fn at(curve: &[Point], time: f64) -> f64 {
    let (first, last) = (curve[0], curve[curve.len() - 1]);
    if time <= first.0 {
        return first.1;
    }
    if time >= last.0 {
        return last.1;
    }
    let right = curve.partition_point(|point| point.0 < time).max(1);
    let (a, b) = (curve[right - 1], curve[right]);
    if b.0 == time {
        return b.1;
    }
    a.1 + (time - a.0) / (b.0 - a.0) * (b.1 - a.1)
}

/// The points averaged over the window found; with many more points than the resolution they are thinned out first.
fn asap(mut points: Vec<Point>, resolution: f64) -> Vec<Point> {
    while points.len() as f64 >= 2.0 * resolution {
        let scale = (points.len() as f64 / resolution).trunc() as usize;
        points = averaged(&points, scale, scale);
    }
    let values: Vec<f64> = points.iter().map(|point| point.1).collect();
    averaged(&points, window(&values), 1)
}

fn window(values: &[f64]) -> usize {
    let max_lag = (values.len() as f64 / 10.0).round() as usize;
    let correlations = correlations(values, max_lag);
    let (peaks, greatest) = peaks(&correlations);
    let tails = kurtosis(values);
    let mut calmest = roughness(values);
    let (mut window, mut least) = (1, 1);
    let mut largest_feasible: Option<usize> = None;
    let correlation = |lag: usize| correlations.get(lag).copied().unwrap_or(f64::NAN);
    for (index, width) in peaks.iter().copied().enumerate().rev() {
        if width < least || width == 1 {
            break;
        }
        if (1.0 - correlation(width)).sqrt() * window as f64 > (1.0 - correlation(window)).sqrt() * width as f64 {
            continue;
        }
        let smooth = averages(values, width);
        if kurtosis(&smooth) >= tails {
            let roughness = roughness(&smooth);
            if roughness < calmest {
                calmest = roughness;
                window = width;
            }
            let bound = (width as f64 * ((greatest - 1.0) / (correlation(width) - 1.0)).sqrt()).max(least as f64).round();
            least = if bound.is_nan() { least } else { bound as usize };
            largest_feasible.get_or_insert(index);
        }
    }
    let mut most = values.len() as f64 / 10.0;
    if let Some(index) = largest_feasible.filter(|index| *index > 0) {
        if index + 2 < peaks.len() {
            most = peaks[index + 1] as f64;
        }
        least = least.max(peaks[index] + 1);
    }
    // Between the bounds by halves.
    let (mut head, mut tail) = (least as f64, most);
    while head <= tail {
        let width = ((head + tail) / 2.0).round();
        let smooth = averages(values, width as usize);
        if kurtosis(&smooth) >= tails {
            let roughness = roughness(&smooth);
            if roughness < calmest {
                calmest = roughness;
                window = width as usize;
            }
            head = width + 1.0;
        } else {
            tail = width - 1.0;
        }
    }
    window
}

fn averages(values: &[f64], width: usize) -> Vec<f64> {
    let points: Vec<Point> = values.iter().map(|value| (0.0, *value)).collect();
    averaged(&points, width, 1).into_iter().map(|point| point.1).collect()
}

/// The mean of each window, in the middle of its first and last time.
fn averaged(points: &[Point], width: usize, slide: usize) -> Vec<Point> {
    if width == 0 || width > points.len() {
        return Vec::new();
    }
    let mut sum: f64 = points[..width].iter().map(|point| point.1).sum();
    let mut means = Vec::new();
    for end in width..=points.len() {
        let start = end - width;
        if start.is_multiple_of(slide) {
            means.push(((points[start].0 + points[end - 1].0) / 2.0, sum / width as f64));
        }
        if let Some(next) = points.get(end) {
            sum += next.1 - points[start].1;
        }
    }
    means
}

fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

/// Standard deviation of the steps.
fn roughness(values: &[f64]) -> f64 {
    let steps: Vec<f64> = values.windows(2).map(|pair| pair[1] - pair[0]).collect();
    let mean = mean(&steps);
    (steps.iter().map(|step| (step - mean) * (step - mean)).sum::<f64>() / steps.len() as f64).sqrt()
}

fn kurtosis(values: &[f64]) -> f64 {
    let mean = mean(values);
    let squares = || values.iter().map(|value| (value - mean) * (value - mean));
    let variance: f64 = squares().sum();
    values.len() as f64 * squares().map(|square| square * square).sum::<f64>() / (variance * variance)
}

/// How much the series is like itself `lag` later, from lag 1 (index 0 is not used).
fn correlations(values: &[f64], max_lag: usize) -> Vec<f64> {
    let mean = mean(values);
    let product = |lag: usize| -> f64 { values.iter().zip(&values[lag..]).map(|(a, b)| (a - mean) * (b - mean)).sum() };
    let whole = product(0);
    (0..max_lag).map(|lag| if lag == 0 { f64::NAN } else { product(lag) / whole }).collect()
}

/// Lags at which the series repeats itself, and the greatest correlation there; every lag from 2 when there are none.
fn peaks(correlations: &[f64]) -> (Vec<usize>, f64) {
    if correlations.len() <= 1 {
        return (Vec::new(), 0.0);
    }
    let mut greatest = 0.0;
    let mut peaks = Vec::new();
    let mut is_rising = correlations[1] > correlations[0];
    let mut top = 1;
    for lag in 2..correlations.len() {
        let (before, now) = (correlations[lag - 1], correlations[lag]);
        if !is_rising && now > before {
            top = lag;
            is_rising = true;
        } else if is_rising && now > correlations[top] {
            top = lag;
        } else if is_rising && now < before {
            if top > 1 && correlations[top] > 0.2 {
                peaks.push(top);
                greatest = f64::max(greatest, correlations[top]);
            }
            is_rising = false;
        }
    }
    if peaks.len() <= 1 {
        peaks.extend(2..correlations.len());
    }
    (peaks, greatest)
}
