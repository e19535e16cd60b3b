//! Cases of the transformations the oracle package does not hold.

use serde_json::{Value as Json, json};

use super::{Transformation, apply};
use crate::{
    field::{DisplayContext, to_text},
    frame::{Frame, frame_from_json},
    theme::Theme,
    time::TimeZone,
};

/// Fields as (name, labels, cells in one text).
fn check(id: &str, options: Json, fields: Json, values: Json, expected: &[(&str, &str, &str)]) {
    let frame = frame_from_json(&json!({"schema": {"refId": "A", "fields": fields}, "data": {"values": values}})).unwrap();
    let (zone, theme) = (TimeZone::utc(), Theme::light());
    let context = DisplayContext { theme: &theme, zone: &zone, now_ms: 0.0, interpolate: &|text| text.to_owned() };
    let (frames, warnings) = apply(vec![frame], &[Transformation { id: id.into(), options, ..Transformation::default() }], &context);
    assert!(warnings.is_empty(), "{warnings:?}");
    let shown = |frame: &Frame| {
        let cells = |index: usize| (0..frame.len()).map(|row| to_text(&frame.fields[index].values.get(row))).collect::<Vec<_>>().join("|");
        let fields = frame.fields.iter().enumerate();
        fields.map(|(at, field)| (field.name.clone(), crate::field::format_labels(&field.labels), cells(at))).collect::<Vec<_>>()
    };
    let found: Vec<(String, String, String)> = frames.iter().flat_map(shown).collect();
    let expected: Vec<(String, String, String)> = expected.iter().map(|(a, b, c)| (a.to_string(), b.to_string(), c.to_string())).collect();
    assert_eq!(found, expected, "{id}");
}

#[test]
fn transformations_of_the_app() {
    check(
        "partitionByValues",
        json!({"fields": ["host"]}),
        json!([{"name": "v", "type": "number"}, {"name": "host", "type": "string"}]),
        json!([[1, 2, 3], ["a", "b", "a"]]),
        &[("v", "{host=\"a\"}", "1|3"), ("v", "{host=\"b\"}", "2")],
    );
    let lines = || (json!([{"name": "line", "type": "string"}]), json!([["a=1 b=\"two words\"", "{\"a\": {\"x\": 5}}"]]));
    let (fields, values) = lines();
    let pairs: &[(&str, &str, &str)] = &[("a", "", "1|"), ("b", "", "two words|"), ("x", "", "|5")];
    check(
        "extractFields",
        json!({"source": "line", "format": "kvp", "replace": true}),
        fields,
        json!([["a=1 b=\"two words\" ", "x=5,"]]),
        pairs,
    );
    let (fields, values_of_json) = (lines().0, values);
    let paths = json!({"source": "line", "format": "json", "replace": true, "jsonPaths": [{"path": "a.x", "alias": "ax"}]});
    check("extractFields", paths, fields, values_of_json, &[("ax", "", "Not Found|5")]);
    check(
        "rowsToFields",
        json!({}),
        json!([{"name": "name", "type": "string"}, {"name": "n", "type": "number"}, {"name": "zone", "type": "string"}]),
        json!([["a", "b"], [1, 2], ["x", "y"]]),
        &[("a", "{zone=\"x\"}", "1"), ("b", "{zone=\"y\"}", "2")],
    );
    check(
        "prepareTimeSeries",
        json!({"format": "multi"}),
        json!([{"name": "t", "type": "time"}, {"name": "v", "type": "number", "labels": {"h": "a"}}, {"name": "v", "type": "number", "labels": {"h": "b"}}]),
        json!([[1, 2], [10, 20], [30, 40]]),
        &[("t", "", "1|2"), ("v", "{h=\"a\"}", "10|20"), ("t", "", "1|2"), ("v", "{h=\"b\"}", "30|40")],
    );
    check(
        "joinByLabels",
        json!({"value": "what"}),
        json!([{"name": "a", "type": "number", "labels": {"what": "Temp", "site": "A"}}, {"name": "b", "type": "number", "labels": {"what": "Wind", "site": "A"}}]),
        json!([[10], [3]]),
        &[("site", "", "A"), ("Temp", "", "10"), ("Wind", "", "3")],
    );
}

#[test]
fn gazetteers_are_asked_for_once() {
    let step = |id: &str, options: Json| Transformation { id: id.into(), options, ..Transformation::default() };
    let check = |steps: &[Transformation], expected: &[&str]| {
        let paths: Vec<String> = super::plan_gazetteers(steps).into_iter().map(|lookup| lookup.path).collect();
        assert_eq!(paths, expected);
    };
    let airports = || step("fieldLookup", json!({"gazetteer": "public/gazetteer/airports.geojson"}));
    check(
        &[airports(), airports(), step("fieldLookup", json!({}))],
        &["/public/gazetteer/airports.geojson", "/public/gazetteer/countries.json"],
    );
    check(&[step("spatial", json!({"source": {"mode": "coords"}}))], &[]);
    check(&[step("spatial", json!({"source": {"mode": "lookup", "gazetteer": "public/x.json"}}))], &["/public/x.json"]);
    check(&[step("fieldLookup", json!({"gazetteer": "https://elsewhere.example/x.json"}))], &[]);
    check(&[step("fieldLookup", json!({"gazetteer": "public/../etc"}))], &[]);
    check(&[Transformation { disabled: true, ..airports() }], &[]);
}
