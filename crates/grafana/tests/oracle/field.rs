use crate::corpus::{Report, list, load, number, text};
use grafana::{
    field::{DisplayContext, display_value, reduce_field, series_color},
    frame::{Frame, Value, frame_from_json},
    theme::{Color, Theme},
    time::TimeZone,
};
use serde_json::{Value as Json, json};

fn frame(json: &Json) -> Frame {
    frame_from_json(json).unwrap_or_else(|| panic!("no frame: {json}"))
}

fn css(color: &Json) -> Option<String> {
    color.as_str().map(|text| Color::parse(text).unwrap_or_else(|| panic!("no colour: {text}")).css())
}

#[test]
fn displays() {
    let corpus = load("fields.json");
    let zone = TimeZone::utc();
    let mut report = Report::default();
    for case in list(&corpus["displays"]) {
        let theme = if case["mode"] == "dark" { Theme::dark() } else { Theme::light() };
        let context = DisplayContext { theme: &theme, zone: &zone, now_ms: 0.0, interpolate: &|text| text.to_owned() };
        let mut frame = frame(&case["frame"]);
        frame.fields[0].series_index = 3;
        let field = &frame.fields[0];
        let config = &case["frame"]["schema"]["fields"][0];
        for (row, expected) in list(&case["cells"]).iter().enumerate() {
            let value = field.values.get(row);
            let found = display_value(field, &value, None, &context);
            let at = || format!("{config} {} {value:?}", case["mode"]);
            report.check(
                || format!("text of {}", at()),
                format!("{}|{}|{}", found.prefix, found.text, found.suffix),
                text(&expected[0]).to_owned(),
            );
            let numeric = number(&expected[1]);
            report.check(
                || format!("numeric {numeric} {} of {}", found.numeric, at()),
                found.numeric == numeric || (found.numeric.is_nan() && numeric.is_nan()),
                true,
            );
            report.check(|| format!("colour of {}", at()), found.color.map(Color::css), css(&expected[3]));
            let percent = Some(&expected[2]).filter(|percent| !percent.is_null()).map(number);
            let close = match (found.percent, percent) {
                (Some(found), Some(percent)) => found == percent || (found - percent).abs() < 1e-12 || (found.is_nan() && percent.is_nan()),
                (found, percent) => found == percent,
            };
            report.check(|| format!("percent {:?} not {percent:?} of {}", found.percent, at()), close, true);
        }
        let series = || format!("series colour of {} {config} {}", case["mode"], case["frame"]["data"]);
        report.check(series, Some(series_color(field, &context).css()), css(&case["series"]));
    }
    report.finish(3_000);
}

fn as_json(value: &Value) -> Json {
    match value {
        Value::Null => Json::Null,
        Value::Number(number) if number.is_finite() => json!(number),
        Value::Number(number) => json!(grafana::js::number_to_string(*number)),
        Value::String(text) => json!(text),
        Value::Boolean(yes) => json!(yes),
        Value::Json(json) => json.clone(),
    }
}

/// Numbers are compared as numbers, 4 being 4.0, and sums to twelve digits.
fn same(a: &Json, b: &Json) -> bool {
    match (a, b) {
        (Json::Number(a), Json::Number(b)) => {
            let (a, b) = (a.as_f64().unwrap(), b.as_f64().unwrap());
            a == b || (a - b).abs() <= 1e-12 * a.abs().max(b.abs())
        }
        (Json::Array(a), Json::Array(b)) => a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same(a, b)),
        _ => a == b,
    }
}

#[test]
fn reducers() {
    let corpus = load("fields.json");
    let mut report = Report::default();
    for case in list(&corpus["reduced"]) {
        let frame =
            frame(&json!({ "schema": { "fields": [{ "name": "value", "type": case["type"] }] }, "data": { "values": [case["values"]] } }));
        for (reducer, expected) in list(&corpus["reducers"]).iter().zip(list(&case["results"])) {
            let found = as_json(&reduce_field(&frame.fields[0], text(reducer)));
            report.check(
                || format!("{reducer} of {} {}: {found} not {expected}", case["type"], case["values"]),
                same(&found, expected),
                true,
            );
        }
    }
    report.finish(1_500);
}
