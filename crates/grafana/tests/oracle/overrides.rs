use crate::corpus::{Report, list, load, same, set_frame, text};
use grafana::{
    field::{
        DisplayContext, DisplayValue, FieldConfigSource, FieldDisplay, ReduceDataOptions, apply_field_overrides, display_name,
        display_value, field_display_values, series_color,
    },
    frame::{Field, Frame},
    theme::{Color, Theme},
    time::TimeZone,
};
use serde_json::{Value as Json, json};

fn number(value: f64) -> Json {
    if value.is_finite() { json!(value) } else { json!(grafana::js::number_to_string(value)) }
}

/// Colours of the files may be written in any of CSS's ways.
fn css(color: Option<Color>) -> Json {
    json!(color.map(Color::css))
}

fn with_css(json: &Json) -> Json {
    match json {
        Json::Array(items) => items.iter().map(with_css).collect(),
        Json::Object(map) => map.iter().map(|(key, value)| (key.clone(), with_css(value))).collect(),
        Json::String(text) if text.starts_with('#') || text.starts_with("rgb") => json!(Color::parse(text).map(Color::css)),
        other => other.clone(),
    }
}

fn full(display: &DisplayValue) -> String {
    format!("{}|{}|{}", display.prefix, display.text, display.suffix)
}

fn field_shown(field: &Field, frame: &Frame, frames: &[Frame], context: &DisplayContext) -> Json {
    let config = &field.config;
    let shown: Vec<Json> = (0..field.values.len().min(3))
        .map(|row| display_value(field, &field.values.get(row), None, context))
        .map(|display| json!([full(&display), css(display.color), display.percent.map(number)]))
        .collect();
    let links: Vec<&String> = config.links.iter().map(|link| &link.title).collect();
    json!({
        "name": display_name(field, frame, frames),
        "seriesIndex": field.series_index,
        "range": field.range.map(|range| [range.min, range.max]),
        "unit": config.unit,
        "decimals": config.decimals,
        "min": config.min,
        "max": config.max,
        "noValue": config.no_value,
        "mode": config.color.as_ref().map(|color| &color.mode),
        "links": links,
        "custom": config.custom,
        "nMappings": config.mappings.len(),
        "shown": shown,
        "series": css(Some(series_color(field, context))),
    })
}

fn display_shown(one: &FieldDisplay) -> Json {
    let display = &one.display;
    json!([
        one.name,
        display.title,
        full(display),
        number(display.numeric),
        css(display.color),
        one.row,
        one.field.config.min,
        one.field.config.max,
    ])
}

#[test]
fn field_config() {
    let corpus = load("overrides.json");
    let (zone, theme) = (TimeZone::utc(), Theme::light());
    let context = DisplayContext { theme: &theme, zone: &zone, now_ms: 0.0, interpolate: &|text| text.to_owned() };
    let mut report = Report::default();
    for case in list(&corpus["cases"]) {
        let source_json = &corpus["sources"][case["source"].as_u64().unwrap() as usize];
        let source = FieldConfigSource::from_json(source_json);
        let mut frames: Vec<Frame> = list(&corpus["sets"][text(&case["set"])]).iter().map(set_frame).collect();
        apply_field_overrides(&mut frames, &source, &context);
        for (frame, expected) in frames.iter().zip(list(&case["fields"])) {
            for (field, expected) in frame.fields.iter().zip(list(expected)) {
                let found = field_shown(field, frame, &frames, &context);
                for (key, value) in expected.as_object().unwrap() {
                    let value = with_css(value);
                    let at = || format!("{key} of {} in {} with {source_json}: {} {value}", field.name, case["set"], found[key]);
                    report.check(at, same(&found[key], &value), true);
                }
            }
        }
        for displays in list(&case["displays"]) {
            let options = ReduceDataOptions::from_json(&displays["options"]);
            let found: Json = field_display_values(&frames, &options, &source, false, &context).iter().map(display_shown).collect();
            let expected = with_css(&displays["values"]);
            let at = || format!("{} of {} with {source_json}\n  {found}\n  {expected}\n ", displays["options"], case["set"]);
            report.check(at, same(&found, &expected), true);
        }
    }
    report.finish(3_000);
}
