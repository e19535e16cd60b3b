//! A large table through transformations, and many series through field config and reducers.

use criterion::{BatchSize, Criterion};
use grafana::{
    field::{
        DisplayContext, FieldConfigSource, ReduceDataOptions, apply_field_overrides, field_display_values, reduce_field, series_color,
    },
    frame::{Field, FieldType, Frame, Values},
    theme::Theme,
    time::TimeZone,
    transform::{Transformation, apply},
};
use serde_json::{Value as Json, json};

const N_ROWS: usize = 100_000;
const N_SERIES: usize = 200;
const N_POINTS: usize = 2_000;

/// Numbers between 0 and 1 that are the same on every run.
fn random() -> impl FnMut() -> f64 {
    let mut state: u64 = 42;
    move || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 11) as f64 / (1u64 << 53) as f64
    }
}

fn field(name: &str, kind: FieldType, values: Values) -> Field {
    Field { name: name.into(), kind, values, ..Field::default() }
}

/// 100,000 rows of ten columns: a time, three texts, five numbers, a boolean.
fn table() -> Frame {
    let mut next = random();
    let mut numbers = |nulls: f64| (0..N_ROWS).map(|_| Some(next() * 1e4).filter(|value| *value > nulls * 1e4)).collect::<Vec<_>>();
    let mut fields = vec![field("Time", FieldType::Time, Values::Time((0..N_ROWS).map(|row| Some(row as f64 * 1000.0)).collect()))];
    for (name, n_texts) in [("host", 1000), ("service", 40), ("Zone", 5)] {
        let texts = numbers(0.0).into_iter().map(|number| Some(format!("{name}-{}", number.unwrap_or(0.0) as usize % n_texts)));
        fields.push(field(name, FieldType::String, Values::String(texts.collect())));
    }
    for name in ["cpu", "memory", "reads", "writes", "errors"] {
        fields.push(field(name, FieldType::Number, Values::Number(numbers(0.1))));
    }
    let flags = numbers(0.0).into_iter().map(|number| number.map(|number| number > 5e3)).collect();
    fields.push(field("up", FieldType::Boolean, Values::Boolean(flags)));
    Frame { ref_id: Some("A".into()), fields, ..Frame::default() }
}

fn step(id: &str, options: Json) -> Transformation {
    Transformation { id: id.into(), options, ..Transformation::default() }
}

fn series() -> Vec<Frame> {
    let mut next = random();
    (0..N_SERIES)
        .map(|index| {
            let times = (0..N_POINTS).map(|row| Some(row as f64 * 15_000.0)).collect();
            let values = (0..N_POINTS).map(|_| Some(next() * 1e9).filter(|value| *value > 1e7)).collect();
            let mut value = field("Value", FieldType::Number, Values::Number(values));
            value.labels = [("instance", format!("host-{index}")), ("job", "node".into())].map(|(key, text)| (key.into(), text)).into();
            Frame { ref_id: Some("A".into()), fields: vec![field("Time", FieldType::Time, Values::Time(times)), value], ..Frame::default() }
        })
        .collect()
}

fn main() {
    let (zone, theme) = (TimeZone::utc(), Theme::light());
    let context = DisplayContext { theme: &theme, zone: &zone, now_ms: 0.0, interpolate: &|text| text.to_owned() };
    let mut criterion = Criterion::default().sample_size(10).configure_from_args();

    let table = table();
    let organize = step(
        "organize",
        json!({"excludeByName": {"writes": true}, "indexByName": {"host": 0, "cpu": 1, "Time": 2}, "renameByName": {"cpu": "CPU"}}),
    );
    let filter = |name: &str, id: &str, value: Json| json!({"fieldName": name, "config": {"id": id, "options": {"value": value}}});
    let filters = json!({"type": "include", "match": "all",
        "filters": [filter("CPU", "greater", json!(1000)), filter("service", "regex", json!("^service-[1-3]"))]});
    for (name, sort) in [("number", "CPU"), ("text", "host")] {
        let steps =
            [organize.clone(), step("sortBy", json!({"sort": [{"field": sort, "desc": true}]})), step("filterByValue", filters.clone())];
        criterion.bench_function(&format!("1,000,000 cells: organize, sortBy {name}, filterByValue"), |bencher| {
            bencher.iter_batched(|| vec![table.clone()], |frames| apply(frames, &steps, &context), BatchSize::LargeInput);
        });
    }

    let series = series();
    let source = FieldConfigSource::from_json(&json!({
        "defaults": {"unit": "bytes", "color": {"mode": "palette-classic"}, "custom": {"lineWidth": 1, "fillOpacity": 10},
            "thresholds": {"mode": "absolute", "steps": [{"value": null, "color": "green"}, {"value": 80, "color": "red"}]}},
        "overrides": [
            {"matcher": {"id": "byRegexp", "options": "/host-1.*/"}, "properties": [{"id": "color", "value": {"mode": "fixed", "fixedColor": "red"}}]},
            {"matcher": {"id": "byName", "options": "{instance=\"host-7\", job=\"node\"}"}, "properties": [{"id": "unit", "value": "short"}]}
        ]
    }));
    let reducers = ["min", "max", "mean", "lastNotNull", "sum", "p95"];
    criterion.bench_function("200 series x 2,000 points: field config", |bencher| {
        bencher.iter_batched(|| series.clone(), |mut frames| apply_field_overrides(&mut frames, &source, &context), BatchSize::LargeInput);
    });
    let mut configured = series.clone();
    apply_field_overrides(&mut configured, &source, &context);
    criterion.bench_function("200 series x 2,000 points: six reducers, colours", |bencher| {
        bencher.iter(|| {
            let values = configured.iter().map(|frame| &frame.fields[1]);
            values.map(|field| (reducers.map(|reducer| reduce_field(field, reducer)), series_color(field, &context))).collect::<Vec<_>>()
        });
    });
    let options = ReduceDataOptions { calcs: vec!["lastNotNull".into(), "mean".into()], ..ReduceDataOptions::default() };
    criterion.bench_function("200 series x 2,000 points: values of a stat with sparklines", |bencher| {
        bencher.iter(|| field_display_values(&configured, &options, &source, true, &context));
    });
    criterion.final_summary();
}
