//! Options of charts as scene dumps of the panel alone: one small case an option; what is drawn stands in `golden/chart_<case>.txt`.
//!
//! After a wanted change: `BROADSHEET_ACCEPT_GOLDEN=1 cargo test -p render --test charts`, and read the diff.
//! `BROADSHEET_LOOK=<folder>` writes a picture of each case.

#![allow(clippy::unwrap_used)] // clippy knows test functions, not what they share

mod chart_support;

use chart_support::{Case, FROM, draw};
use grafana::frame::{Frame, frame_from_json};
use render::AnnotationMark;
use serde_json::{Value as Json, json};

/// Draws a case and holds it against its file.
fn check(name: &str, case: Case) {
    let page = draw(case);
    if let Some(folder) = std::env::var_os("BROADSHEET_LOOK") {
        let folder = std::path::PathBuf::from(folder);
        std::fs::create_dir_all(&folder).unwrap();
        std::fs::write(folder.join(format!("{name}.png")), export::png::write(&page, 2.0).unwrap()).unwrap();
    }
    let got = scene::dump(&page);
    let path = format!("{}/tests/golden/chart_{name}.txt", env!("CARGO_MANIFEST_DIR"));
    if std::env::var_os("BROADSHEET_ACCEPT_GOLDEN").is_some() {
        std::fs::write(&path, &got).unwrap();
        return;
    }
    let expected = std::fs::read_to_string(&path).unwrap_or_default();
    let first = got.lines().zip(expected.lines()).enumerate().find(|(_, (a, b))| a != b);
    assert!(got == expected, "{name}: line, got, expected: {first:?}; {} lines against {}", got.lines().count(), expected.lines().count());
}

/// A frame of columns `(name, type, labels, values)`.
fn frame(ref_id: &str, columns: &[(&str, &str, Json, Json)]) -> Frame {
    let field = |(name, kind, labels, _): &(&str, &str, Json, Json)| json!({"name": name, "type": kind, "labels": labels});
    let fields: Vec<Json> = columns.iter().map(field).collect();
    let values: Vec<Json> = columns.iter().map(|column| column.3.clone()).collect();
    frame_from_json(&json!({"schema": {"refId": ref_id, "fields": fields}, "data": {"values": values}})).unwrap()
}

/// Times at these minutes of the hour.
fn at(minutes: &[f64]) -> Json {
    json!(minutes.iter().map(|minute| FROM + minute * 60_000.0).collect::<Vec<_>>())
}

/// Two series of hosts "a" and "b".
fn hosts() -> Vec<Frame> {
    let one = |ref_id: &str, host: &str, values: Json| {
        frame(
            ref_id,
            &[("Time", "time", Json::Null, at(&[0.0, 15.0, 30.0, 45.0, 60.0])), ("Value", "number", json!({"host": host}), values)],
        )
    };
    vec![one("A", "a", json!([10, 40, 25, 60, 50])), one("B", "b", json!([70, 60, 80, 75, 90]))]
}

fn exemplars(columns: &[(&str, &str, Json, Json)]) -> Vec<Frame> {
    let mut frame = frame("A", columns);
    frame.name = Some("exemplar".into());
    vec![frame]
}

fn region(from: f64, to: Option<f64>, color: &str, lane: usize) -> AnnotationMark {
    let at = |minute: f64| FROM + minute * 60_000.0;
    AnnotationMark { time_ms: at(from), time_end_ms: to.map(at), color: color.into(), lane, ..AnnotationMark::default() }
}

#[test]
fn exemplars_have_the_colour_of_their_series() {
    let beside = exemplars(&[
        ("Time", "time", Json::Null, at(&[5.0, 20.0, 40.0, 50.0])),
        ("Value", "number", Json::Null, json!([20, 75, 500, 30])),
        ("host", "string", Json::Null, json!(["a", "b", "b", "nobody"])),
    ]);
    check("exemplars", Case { kind: "timeseries", frames: hosts(), beside, ..Case::default() });
}

#[test]
fn exemplars_of_hidden_series_are_hidden() {
    let beside = exemplars(&[
        ("Time", "time", Json::Null, at(&[5.0, 20.0])),
        ("Value", "number", Json::Null, json!([20, 75])),
        ("host", "string", Json::Null, json!(["a", "b"])),
    ]);
    let hide = json!([{"matcher": {"id": "byFrameRefID", "options": "A"}, "properties": [{"id": "custom.hideFrom", "value": {"viz": true, "legend": false}}]}]);
    check("exemplars_hidden", Case { kind: "timeseries", frames: hosts(), beside, overrides: hide, ..Case::default() });
}

#[test]
fn exemplars_stand_in_the_row_of_their_bucket() {
    let bucket = |le: &'static str, counts: Json| (le, "number", json!({"le": le}), counts);
    let mut buckets = frame(
        "A",
        &[
            ("Time", "time", Json::Null, at(&[20.0, 40.0, 60.0])),
            bucket("0.5", json!([1, 2, 0])),
            bucket("1", json!([3, 9, 2])),
            bucket("+Inf", json!([0, 1, 4])),
        ],
    );
    buckets.meta.kind = Some("heatmap-rows".into());
    let beside = exemplars(&[
        ("Time", "time", Json::Null, at(&[10.0, 30.0, 50.0])),
        ("Value", "number", Json::Null, json!([0.2, 0.7, 3])),
        ("le", "string", Json::Null, json!(["0.5", "1", "+Inf"])),
    ]);
    check(
        "exemplars_heatmap",
        Case { kind: "heatmap", frames: vec![buckets], beside, options: json!({"calculate": false}), ..Case::default() },
    );
}

#[test]
fn comparisons_are_dashed_in_the_same_colour() {
    let mut frames = hosts();
    let day = 86_400_000.0;
    for (mut compared, values) in hosts().into_iter().zip([json!([12, 35, 30, 50, 55]), json!([60, 65, 70, 80, 85])]) {
        compared.set_compare_ms(-day);
        let times: Vec<f64> = [0.0, 15.0, 30.0, 45.0, 60.0].iter().map(|minute| FROM + minute * 60_000.0 - day).collect();
        let mut earlier = frame("", &[("Time", "time", Json::Null, json!(times)), ("Value", "number", Json::Null, values)]);
        for (field, made) in compared.fields.iter_mut().zip(&mut earlier.fields) {
            field.values = std::mem::take(&mut made.values);
        }
        frames.push(compared);
    }
    check("comparison", Case { kind: "timeseries", frames, ..Case::default() });
}

#[test]
fn annotations_in_lanes() {
    let annotations = vec![region(10.0, None, "", 0), region(20.0, Some(35.0), "red", 1), region(50.0, Some(90.0), "purple", 2)];
    check("annotations", Case { kind: "timeseries", frames: hosts(), annotations: annotations.clone(), ..Case::default() });
    let options = json!({"annotations": {"multiLane": true}});
    check("annotation_lanes", Case { kind: "timeseries", frames: hosts(), annotations, options, ..Case::default() });
}

#[test]
fn rectangles_over_the_plot() {
    let number = |name: &'static str, value: f64| (name, "number", Json::Null, json!([value]));
    let text = |name: &'static str, value: &str| (name, "string", Json::Null, json!([value]));
    let minute = |minute: f64| FROM + minute * 60_000.0;
    let columns = [
        number("xMin", minute(10.0)),
        number("xMax", minute(40.0)),
        number("yMin", 20.0),
        number("yMax", 70.0),
        text("color", "#f00"),
        number("fillOpacity", 0.1),
        number("lineWidth", 1.0),
        text("lineStyle", "dash"),
    ];
    let mut rectangle = frame("B", &columns);
    rectangle.name = Some("xymark".into());
    check("xymark", Case { kind: "timeseries", frames: hosts(), beside: vec![rectangle], ..Case::default() });
}

/// A time series of [`hosts`] with these defaults.
fn styled(name: &str, defaults: Json) {
    check(name, Case { kind: "timeseries", frames: hosts(), defaults, options: bare(), ..Case::default() });
}

/// A time series of [`hosts`] with properties for host "b" alone.
fn styled_b(name: &str, defaults: Json, properties: &[(&str, Json)]) {
    let properties: Vec<Json> = properties.iter().map(|(id, value)| json!({"id": id, "value": value})).collect();
    let overrides = json!([{"matcher": {"id": "byFrameRefID", "options": "B"}, "properties": properties}]);
    check(name, Case { kind: "timeseries", frames: hosts(), defaults, overrides, options: bare(), ..Case::default() });
}

fn bare() -> Json {
    json!({"legend": {"showLegend": false}})
}

fn custom(custom: Json) -> Json {
    json!({"custom": custom})
}

#[test]
fn lines() {
    for interpolation in ["smooth", "stepBefore", "stepAfter"] {
        styled(
            &format!("line_{interpolation}"),
            custom(json!({"lineInterpolation": interpolation, "lineWidth": 2, "showPoints": "never"})),
        );
    }
    styled("line_dashes", custom(json!({"lineStyle": {"fill": "dash", "dash": [10, 20]}, "lineWidth": 3})));
    styled("line_dots", custom(json!({"lineStyle": {"fill": "dot", "dash": [0, 10]}, "lineWidth": 3, "showPoints": "never"})));
    styled("line_square", custom(json!({"lineStyle": {"fill": "square"}, "showPoints": "never"})));
}

#[test]
fn fills() {
    let fill = |mode: &str| custom(json!({"fillOpacity": 60, "gradientMode": mode, "lineWidth": 2, "showPoints": "never"}));
    for mode in ["none", "opacity", "hue"] {
        styled(&format!("fill_{mode}"), fill(mode));
    }
    let steps = json!([{"color": "green", "value": null}, {"color": "orange", "value": 40}, {"color": "red", "value": 70}]);
    for (name, color, mode) in [
        ("scheme_thresholds", "thresholds", "absolute"),
        ("scheme_percents", "thresholds", "percentage"),
        ("scheme_continuous", "continuous-GrYlRd", "absolute"),
        ("scheme_fixed", "fixed", "absolute"),
        ("scheme_palette", "palette-classic", "absolute"),
    ] {
        let mut defaults = fill("scheme");
        defaults["color"] = json!({"mode": color, "fixedColor": "purple"});
        defaults["thresholds"] = json!({"mode": mode, "steps": steps});
        styled(&format!("fill_{name}"), defaults);
    }
    styled_b("fill_below", custom(json!({"showPoints": "never"})), &[("custom.fillBelowTo", json!("a"))]);
}

#[test]
fn stacks() {
    let stack = |mode: &str, more: Json| {
        let mut style = json!({"fillOpacity": 40, "showPoints": "never", "stacking": {"mode": mode, "group": "A"}});
        style.as_object_mut().unwrap().extend(more.as_object().cloned().unwrap());
        custom(style)
    };
    styled("stack_normal", stack("normal", json!({})));
    styled("stack_percent", stack("percent", json!({})));
    styled("stack_bars", stack("normal", json!({"drawStyle": "bars"})));
    styled_b("stack_negative", stack("normal", json!({})), &[("custom.transform", json!("negative-Y"))]);
    styled_b("stack_groups", stack("normal", json!({})), &[("custom.stacking", json!({"mode": "normal", "group": "B"}))]);
    styled_b("transform_constant", custom(json!({})), &[("custom.transform", json!("constant"))]);
}

#[test]
fn bars() {
    let bars = |more: Json| {
        let mut style = json!({"drawStyle": "bars", "fillOpacity": 50});
        style.as_object_mut().unwrap().extend(more.as_object().cloned().unwrap());
        custom(style)
    };
    styled("bars", bars(json!({})));
    styled("bars_after", bars(json!({"barAlignment": 1, "barWidthFactor": 0.3})));
    styled("bars_before", bars(json!({"barAlignment": -1, "barWidthFactor": 1, "barMaxWidth": 20, "lineWidth": 3})));
    styled("bars_hue", bars(json!({"gradientMode": "hue", "lineWidth": 0})));
    styled("bars_points", bars(json!({"showPoints": "always"})));
}

#[test]
fn points() {
    styled("points", custom(json!({"drawStyle": "points", "pointSize": 12})));
    styled("points_always", custom(json!({"showPoints": "always", "pointSize": 8, "lineWidth": 2})));
    styled("points_never", custom(json!({"showPoints": "never"})));
    for (name, style) in [("auto", json!({})), ("bars", json!({"drawStyle": "bars"})), ("never", json!({"showPoints": "never"}))] {
        let mut style = style;
        style["showValues"] = json!(true);
        styled(&format!("values_{name}"), custom(style));
    }
}

#[test]
fn thresholds() {
    let steps = json!([{"color": "green", "value": null}, {"color": "#EAB839", "value": 40}, {"color": "red", "value": 70}]);
    for mode in ["line", "dashed", "area", "line+area", "dashed+area", "series"] {
        let mut defaults = custom(json!({"thresholdsStyle": {"mode": mode}, "showPoints": "never"}));
        defaults["thresholds"] = json!({"mode": "absolute", "steps": steps});
        styled(&format!("thresholds_{}", mode.replace('+', "_")), defaults);
    }
}

#[test]
fn nulls() {
    let gappy = || {
        let values = json!([10, null, 30, null, null, 20, null, 40]);
        vec![frame(
            "A",
            &[("Time", "time", Json::Null, at(&[0.0, 5.0, 10.0, 15.0, 35.0, 40.0, 45.0, 60.0])), ("load", "number", Json::Null, values)],
        )]
    };
    for (name, style) in [
        ("gaps", json!({})),
        ("spanned", json!({"spanNulls": true})),
        ("spanned_under", json!({"spanNulls": 1_200_000})),
        ("inserted", json!({"insertNulls": 300_000, "spanNulls": 700_000})),
    ] {
        check(
            &format!("nulls_{name}"),
            Case { kind: "timeseries", frames: gappy(), defaults: custom(style), options: bare(), ..Case::default() },
        );
    }
    let mut zero = custom(json!({}));
    zero["noValue"] = json!("0");
    check("nulls_as_zero", Case { kind: "timeseries", frames: gappy(), defaults: zero, options: bare(), ..Case::default() });
}

#[test]
fn axes() {
    styled_b(
        "axis_right",
        custom(json!({"axisLabel": "Requests"})),
        &[("custom.axisPlacement", json!("right")), ("custom.axisLabel", json!("Errors")), ("unit", json!("percent"))],
    );
    styled_b("axis_hidden", json!({}), &[("custom.axisPlacement", json!("hidden")), ("unit", json!("ms"))]);
    styled("axis_alone_on_the_right", custom(json!({"axisPlacement": "right"})));
    styled("axis_soft", custom(json!({"axisSoftMin": -20, "axisSoftMax": 200})));
    styled("axis_centered", custom(json!({"axisCenteredZero": true})));
    styled("axis_border", custom(json!({"axisBorderShow": true, "axisColorMode": "series", "axisWidth": 80, "axisGridShow": false})));
    let mut by_thresholds = custom(json!({"axisColorMode": "series", "gradientMode": "scheme", "fillOpacity": 20, "showPoints": "never"}));
    by_thresholds["color"] = json!({"mode": "thresholds"});
    by_thresholds["thresholds"] = json!({"mode": "absolute", "steps": [{"color": "green", "value": null}, {"color": "red", "value": 70}]});
    styled("axis_by_thresholds", by_thresholds);
    styled("axis_limits", json!({"min": 20, "max": 70, "decimals": 1, "unit": "bytes"}));
    styled("axis_log2", custom(json!({"scaleDistribution": {"type": "log", "log": 2}})));
    styled("axis_log10", custom(json!({"scaleDistribution": {"type": "log", "log": 10}, "fillOpacity": 20})));
    styled("axis_symlog", custom(json!({"scaleDistribution": {"type": "symlog", "log": 10, "linearThreshold": 20}})));
    let format = json!([{"matcher": {"id": "byType", "options": "time"}, "properties": [{"id": "unit", "value": "time: HH[h]mm"}]}]);
    check("axis_time_format", Case { kind: "timeseries", frames: hosts(), overrides: format, options: bare(), ..Case::default() });
}

#[test]
fn enums_count_through() {
    let field = |name: &str, texts: Json| json!({"name": name, "type": "enum", "config": {"type": {"enum": {"text": texts}}}});
    let one = |ref_id: &str, field: Json, values: Json| {
        let fields = json!([{"name": "Time", "type": "time"}, field]);
        frame_from_json(&json!({"schema": {"refId": ref_id, "fields": fields}, "data": {"values": [at(&[0.0, 20.0, 40.0, 60.0]), values]}}))
            .unwrap()
    };
    let frames = vec![
        one("A", field("door", json!(["shut", "open"])), json!([0, 1, 0, 1])),
        one("B", field("lamp", json!(["off", "on"])), json!([1, 1, 0, 0])),
    ];
    check("enums", Case { kind: "timeseries", frames, defaults: custom(json!({"lineInterpolation": "stepAfter"})), ..Case::default() });
}

/// The addresses that a panel's places lead to.
fn addresses(marks: &[scene::Mark]) -> Vec<String> {
    let of_mark = |mark: &scene::Mark| match mark {
        scene::Mark::Group(group) => group.link.iter().cloned().chain(addresses(&group.marks)).collect(),
        _ => Vec::new(),
    };
    marks.iter().flat_map(of_mark).collect()
}

#[test]
fn points_bars_and_slices_lead_where_their_values_do() {
    let links = json!({"links": [{"title": "look", "url": "/d/x?v=${__value.raw}"}]});
    let check = |kind: &'static str, options: Json, defaults: Json, expected: &[&str]| {
        let columns = [
            ("Time", "time", Json::Null, at(&[0.0, 20.0, 40.0])),
            ("name", "string", Json::Null, json!(["a", "b", "c"])),
            ("load", "number", Json::Null, json!([1, 2, 5])),
        ];
        let mut all = links.clone();
        all.as_object_mut().unwrap().extend(defaults.as_object().cloned().unwrap_or_default());
        let page = draw(Case { kind, frames: vec![frame("A", &columns)], options, defaults: all, ..Case::default() });
        assert_eq!(addresses(&page.marks), expected, "{kind}");
    };
    let three = ["/d/x?v=1", "/d/x?v=2", "/d/x?v=5"];
    check("timeseries", json!({}), json!({}), &three);
    check("timeseries", json!({}), custom(json!({"drawStyle": "bars"})), &three);
    check("barchart", json!({}), json!({}), &three);
    check("piechart", json!({"reduceOptions": {"values": true, "calcs": []}, "sort": "none"}), json!({}), &three);
    check(
        "xychart",
        json!({"mapping": "manual", "series": [{"frame": {"matcher": {"id": "byIndex", "options": 0}},
        "x": {"matcher": {"id": "byName", "options": "Time"}}, "y": {"matcher": {"id": "byName", "options": "load"}}}]}),
        json!({}),
        &three,
    );
    check(
        "state-timeline",
        json!({"mergeValues": false}),
        json!({}),
        &["/d/x?v=a", "/d/x?v=b", "/d/x?v=c", "/d/x?v=1", "/d/x?v=2", "/d/x?v=5"],
    );
}
