//! What is run on mutated input. A panic is a finding; results are not looked at.

use grafana::{
    dashboard::{self, Arrangement, Dashboard},
    field::{self, DisplayContext, FieldConfigSource, ReduceDataOptions},
    frame::{self, Frame},
    query::{self, DataSource},
    theme::Theme,
    time::{self, Clock, RawTimeRange, TimeRange, TimeZone},
    transform::{self, Transformation},
    variable::{self, Answered, DefaultFormat, NextStep, Scope, SettleContext, Variables},
};
use serde_json::{Value as Json, json};

use crate::{
    mutate::{Random, json_mutated, text_mutated},
    seeds, values,
};

/// A target: makes an input (which is kept when it breaks something) and runs it.
pub struct Target {
    pub name: &'static str,
    pub make: fn(&mut Random, &Seeds) -> Json,
    pub run: fn(&Json),
}

pub struct Seeds {
    dashboards: Vec<Json>,
    frames: Vec<(Json, Json)>,
    /// Options by the ids of transformations.
    pub options: Vec<(String, Json)>,
}

impl Seeds {
    pub fn read() -> Seeds {
        Seeds { dashboards: seeds::dashboards(), frames: seeds::frames(), options: seeds::options() }
    }

    /// Frames of the corpus with the steps that were tried on them.
    pub fn frame_set(&self, random: &mut Random) -> (Json, Json) {
        random.pick(&self.frames)
    }
}

pub const TARGETS: [Target; 7] = [
    Target { name: "dashboard", make: make_dashboard, run: run_dashboard },
    Target { name: "frames", make: make_frames, run: run_frames },
    Target { name: "variables", make: make_texts, run: run_variables },
    Target { name: "datemath", make: make_times, run: run_times },
    Target { name: "moments", make: values::make_moments, run: values::run_moments },
    Target { name: "transforms", make: values::make_transforms, run: values::run_transforms },
    Target { name: "mappings", make: values::make_mappings, run: values::run_mappings },
];

pub const NOW: f64 = 1_710_513_045_678.0;

fn clock(zone: &str) -> Clock {
    Clock { now_ms: NOW, zone: TimeZone::named(zone).unwrap_or_else(TimeZone::utc), week_start: 1, fiscal_year_start_month: 3 }
}

fn range() -> TimeRange {
    TimeRange { from_ms: NOW - 21_600_000.0, to_ms: NOW, raw: RawTimeRange { from: "now-6h".into(), to: "now".into() } }
}

fn sources() -> Vec<DataSource> {
    let kinds = [
        ("p", "prometheus"),
        ("l", "loki"),
        ("m", "mysql"),
        ("in", "influxdb"),
        ("e", "elasticsearch"),
        ("g", "graphite"),
        ("w", "cloudwatch"),
        ("t", "grafana-testdata-datasource"),
    ];
    kinds
        .iter()
        .map(|(uid, kind)| DataSource {
            uid: (*uid).into(),
            name: (*uid).into(),
            kind: (*kind).into(),
            is_default: *uid == "p",
            backend: true,
            json_data: json!({"index": "[x-]YYYY.MM", "interval": "Monthly", "timeInterval": "15s"}),
            ..DataSource::default()
        })
        .collect()
}

fn make_dashboard(random: &mut Random, seeds: &Seeds) -> Json {
    let seed = random.pick(&seeds.dashboards);
    json_mutated(&seed, random)
}

/// Answers every look-up with a list of its own kind.
fn settle(dashboard: &Dashboard, sources: &[DataSource]) -> Variables {
    let base = Variables { range: range(), zone_name: "UTC".into(), ..Variables::default() };
    let context = SettleContext { dashboard, given: &[], datasources: sources, base: &base };
    let answer = json!({"data": ["a1", "b2", "10", ""], "results": {"tempvar": {"frames": [{"schema": {"fields": [{"name": "x"}]}, "data": {"values": [["a", null, 5]]}}]}},
        "responses": [{"aggregations": {"1": {"buckets": [{"key": "k"}]}}}]});
    let mut answers: Vec<Answered> = Vec::new();
    for _ in 0..20 {
        match variable::next_step(&context, &answers) {
            NextStep::Done { variables, .. } => return *variables,
            NextStep::Ask(asks) => answers.extend(asks.into_iter().map(|ask| (ask, Ok(answer.clone())))),
        }
    }
    base
}

fn run_dashboard(input: &Json) {
    let sources = sources();
    for dashboard in [dashboard::from_classic(input), dashboard::from_v2(input)].into_iter().flatten() {
        let variables = settle(&dashboard, &sources);
        let clock = clock(&dashboard.time_zone);
        for has_data in [None, Some(false)] {
            let wanted = Arrangement { expand_collapsed: has_data.is_none(), screen_width_px: 1600.0, has_data: &|_| has_data };
            for panel in dashboard::arrange(&dashboard, &variables, &wanted).iter().take(300) {
                let (_, _, width, _) = dashboard::pixel_rect(panel.grid_pos, 1600.0);
                query::plan_panel(panel, width, &range(), &clock, &variables, &sources);
                variable::interpolate(&panel.title, &variables, &variable::scope_of(panel), DefaultFormat::Text);
            }
        }
        query::plan_annotations(&dashboard, &clock, &variables, &sources);
    }
}

fn make_frames(random: &mut Random, seeds: &Seeds) -> Json {
    let (frames, steps) = seeds.frame_set(random);
    let defaults = json!({"defaults": {"unit": "bytes", "displayName": "${__field.name} $__series_name", "color": {"mode": "continuous-GrYlRd"}, "thresholds": {"mode": "percentage", "steps": [{"color": "green"}, {"color": "red", "value": 80}]}, "mappings": [{"type": "regex", "options": {"pattern": "/(.)/", "result": {"text": "$1"}}}]}, "overrides": [{"matcher": {"id": "byType", "options": "number"}, "properties": [{"id": "decimals", "value": 1}, {"id": "max", "value": 10}]}]});
    json_mutated(&json!({"frames": frames, "steps": steps, "config": defaults, "calc": "p95"}), random)
}

fn run_frames(input: &Json) {
    let response = json!({"results": {"A": {"status": 200, "frames": input["frames"]}}});
    let frames = frame::frames_from_response(&response, "A").unwrap_or_default();
    let frames = frame::finish_frames("prometheus", &[], frames);
    let step = |json: &Json| Transformation {
        id: json["id"].as_str().unwrap_or_default().to_owned(),
        options: json["options"].clone(),
        ..Transformation::default()
    };
    let steps: Vec<Transformation> = input["steps"].as_array().into_iter().flatten().map(step).collect();
    let (theme, zone) = (Theme::light(), TimeZone::utc());
    let interpolate = |text: &str| text.to_owned();
    let context = DisplayContext { theme: &theme, zone: &zone, now_ms: NOW, interpolate: &interpolate };
    let (mut frames, _): (Vec<Frame>, _) = transform::apply(frames, &steps, &context);
    let config = FieldConfigSource::from_json(&input["config"]);
    field::apply_field_overrides(&mut frames, &config, &context);
    for values in [false, true] {
        let options =
            ReduceDataOptions { values, calcs: vec![input["calc"].as_str().unwrap_or("last").to_owned()], ..ReduceDataOptions::default() };
        field::field_display_values(&frames, &options, &config, true, &context);
    }
    let names = field::NameContext::of(&frames);
    for frame in frames.iter().take(20) {
        for one in frame.fields.iter().take(20) {
            field::display_name_in(one, frame, &names);
            (0..one.values.len().min(5)).for_each(|row| drop(field::display_value(one, &one.values.get(row), None, &context)));
        }
    }
}

fn make_texts(random: &mut Random, _: &Seeds) -> Json {
    let mut text = String::new();
    for _ in 0..1 + random.below(4) {
        text.push_str(random.pick(&seeds::EXPRESSIONS));
    }
    let value = text_mutated(random.pick(&seeds::EXPRESSIONS), random);
    json!({"text": text_mutated(&text, random), "value": value, "regex": text_mutated("/(?<text>a+)-(?<value>.*)/", random), "multi": random.below(2) == 0, "all": random.below(3) == 0, "operator": random.pick(&["=", "!=", "=~", "!~", "<", "=|", "x"])})
}

fn run_variables(input: &Json) {
    let (text, value) = (input["text"].as_str().unwrap_or_default(), input["value"].as_str().unwrap_or_default());
    let current = if input["all"] == true { json!("$__all") } else { json!([value, "b"]) };
    let target = |uid: &str, key: &str| {
        let mut target = json!({"refId": "A", "datasource": {"uid": uid}, "rawQuery": true});
        target[key] = json!(text);
        json!({"id": 1, "type": "table", "title": text, "datasource": {"uid": uid}, "targets": [target]})
    };
    let panels = [
        target("p", "expr"),
        target("l", "expr"),
        target("m", "rawSql"),
        target("in", "query"),
        target("e", "query"),
        target("g", "target"),
    ];
    let filters = json!([{"key": value, "operator": input["operator"], "value": text, "values": [value]}]);
    let saved = json!({"panels": panels, "schemaVersion": 39, "templating": {"list": [
        {"name": "c", "type": "custom", "query": value, "multi": input["multi"], "includeAll": input["all"], "allValue": text, "current": {"value": current, "text": value}},
        {"name": "q", "type": "query", "datasource": {"uid": "p"}, "query": text, "regex": input["regex"], "sort": 7},
        {"name": "l", "type": "query", "datasource": {"uid": "l"}, "query": text}, {"name": "g", "type": "query", "datasource": {"uid": "g"}, "query": text},
        {"name": "w", "type": "query", "datasource": {"uid": "w"}, "query": text}, {"name": "e", "type": "query", "datasource": {"uid": "e"}, "query": value},
        {"name": "f", "type": "adhoc", "filters": filters}]}});
    run_dashboard(&saved);
    let Ok(dashboard) = dashboard::from_classic(&saved) else { return };
    let variables = settle(&dashboard, &sources());
    for format in [
        DefaultFormat::Glob,
        DefaultFormat::Regex,
        DefaultFormat::Loki,
        DefaultFormat::Lucene,
        DefaultFormat::Html,
        DefaultFormat::Json,
        DefaultFormat::Text,
    ] {
        variable::interpolate(text, &variables, &Scope::default(), format);
    }
}

fn make_times(random: &mut Random, _: &Seeds) -> Json {
    let zones = ["UTC", "Europe/Berlin", "America/St_Johns", "Asia/Kathmandu", "Pacific/Apia", "nowhere"];
    let text = text_mutated(random.pick(&seeds::TIMES), random);
    let at = random.pick(&[0.0, NOW, -1e12, 8.64e15, -8.64e15, 1e300, 253_402_300_800_000.0, -62_167_219_200_001.0])
        + random.below(1 << 40) as f64;
    json!({"text": text, "zone": random.pick(&zones), "at": at})
}

fn run_times(input: &Json) {
    let (text, at) = (input["text"].as_str().unwrap_or_default(), input["at"].as_f64().unwrap_or(f64::NAN));
    let clock = Clock { now_ms: at, ..clock(input["zone"].as_str().unwrap_or_default()) };
    let raw = RawTimeRange { from: text.into(), to: "now".into() };
    time::settle_side(text, false, &clock);
    time::settle_side(text, true, &clock);
    time::settle(&raw, &clock);
    time::parse_absolute(text, &clock.zone);
    time::interval_to_ms(text);
    time::ms_to_interval(at);
    time::calculate_interval(&TimeRange { from_ms: at - 1e9, to_ms: at, raw: raw.clone() }, 100, Some(text));
    time::format_moment(at, text, &clock.zone);
    time::describe_range_at(&raw, &clock);
    time::from_now(at, NOW);
    let cron = json!({"mode": "cron", "cronExpr": text, "duration": text});
    let regions = [
        cron,
        json!({"from": text, "to": "8:00", "fromDayOfWeek": 3}),
        json!({"mode": "cron", "cronExpr": "*/5 1-3 * * mon,5", "duration": "5m"}),
    ];
    regions
        .iter()
        .for_each(|saved| drop(time::time_regions(saved, &TimeRange { from_ms: at - 1e10, to_ms: at, raw: raw.clone() }, &clock)));
    time::abbreviated_duration(at, NOW, &clock.zone);
}
