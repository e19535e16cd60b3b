//! Targets of a single idea: dates by a pattern, options of every transformation, value mappings.

use grafana::{
    field::{self, DisplayContext, FieldConfigSource},
    frame::{self, Frame, Value},
    geo::Gazetteer,
    js,
    theme::Theme,
    time::{self, TimeZone},
    transform::{self, Transformation},
};
use serde_json::{Value as Json, json};

use crate::{
    mutate::{Random, json_mutated, text_mutated},
    seeds,
    targets::{NOW, Seeds},
};

const ZONES: [&str; 5] = ["UTC", "Europe/Berlin", "America/St_Johns", "Pacific/Apia", "Asia/Kathmandu"];

/// A pattern and a text that fits it, both spoilt more or less.
pub fn make_moments(random: &mut Random, _: &Seeds) -> Json {
    let mut pattern = random.pick(&seeds::PATTERNS).to_owned();
    if random.below(3) == 0 {
        pattern.push_str(random.pick(&seeds::PATTERNS));
    }
    let at = NOW + (random.next() % 4_000_000_000_000) as f64 - 2e12;
    let written = time::format_moment(at, &pattern, &TimeZone::utc());
    let text = if random.below(2) == 0 { written } else { text_mutated(&written, random) };
    let pattern = if random.below(2) == 0 { pattern } else { text_mutated(&pattern, random) };
    json!({"pattern": pattern, "text": text, "zone": random.pick(&ZONES), "at": at * random.pick(&[1.0, 1e3, -1.0, 1e300])})
}

pub fn run_moments(input: &Json) {
    let text = |key: &str| input[key].as_str().unwrap_or_default();
    let (at, zone) = (input["at"].as_f64().unwrap_or(f64::NAN), TimeZone::named(text("zone")).unwrap_or_else(TimeZone::utc));
    time::read_moment(text("text"), text("pattern"), &zone, NOW);
    time::read_moment(text("pattern"), text("text"), &zone, at);
    time::format_moment(at, text("pattern"), &zone);
    time::format_moment_week(at, text("pattern"), &zone, 6);
    time::format_full(at, &zone);
    time::parse_absolute(text("text"), &zone);
    field::parse_date(text("text"));
    time::from_now(at, NOW);
    for unit in ["dateTimeFromNow", "dateTimeAsIso", "dthms", "dtdurationms", "clockms", "m"]
        .map(str::to_owned)
        .into_iter()
        .chain(["time:", "suffix:", "prefix:", "currency:", "si:", "count:", "bool:"].map(|start| format!("{start}{}", text("pattern"))))
    {
        let config = json!({"defaults": {"unit": unit, "decimals": input["decimals"]}});
        show(&config, &[Value::Number(at), Value::String(text("text").into())]);
    }
}

/// The frames of the corpus, and a step of any transformation with options of its own.
pub fn make_transforms(random: &mut Random, seeds: &Seeds) -> Json {
    let (frames, _) = seeds.frame_set(random);
    let mut steps = Vec::new();
    for _ in 0..1 + random.below(2) {
        let (id, options) = random.pick(&seeds.options);
        let options = if random.below(4) == 0 { options } else { json_mutated(&options, random) };
        steps.push(json!({"id": id, "options": options}));
    }
    let frames = if random.below(3) == 0 { json_mutated(&frames, random) } else { frames };
    json!({"frames": frames, "steps": steps})
}

pub fn run_transforms(input: &Json) {
    let response = json!({"results": {"A": {"status": 200, "frames": input["frames"]}}});
    let frames = frame::frames_from_response(&response, "A").unwrap_or_default();
    let step = |json: &Json| Transformation {
        id: json["id"].as_str().unwrap_or_default().to_owned(),
        options: json["options"].clone(),
        ..Transformation::default()
    };
    let steps: Vec<Transformation> = input["steps"].as_array().into_iter().flatten().map(step).collect();
    let places = json!([{"code": "a", "lat": 1, "lng": 2}, {"code": "web1", "lat": 91, "lng": null}]);
    let gazetteers = [("public/gazetteer/countries.json".to_owned(), Gazetteer::read(&places))].into_iter().collect();
    with_context(|context| drop(transform::apply_with(frames, &steps, &gazetteers, context)));
    Gazetteer::read(&input["frames"]);
}

pub fn make_mappings(random: &mut Random, _: &Seeds) -> Json {
    let pattern = random.pick(&seeds::REGEXES).to_owned();
    let pattern = if random.below(5) == 0 { pattern } else { text_mutated(&pattern, random) };
    let text =
        random.pick(&["web-12.example.com", "aaaaaaaaaaaaaaaaaaaaaaaaaaaa!", "", "$& $1", "Größe 5 %", "12", "a\nb", "((((", "x=1,y=2"]);
    let text = if random.below(6) == 0 { text.repeat(40) } else { text_mutated(text, random) };
    let result = text_mutated(random.pick(&["$1-$2", "<$&>", "$<a>", "$$", "$`$'", "x"]), random);
    let bound = || json!(null);
    json!({"pattern": pattern, "text": text, "number": random.next() as f64 / 1e12, "mappings": json_mutated(&json!([
        {"type": "regex", "options": {"pattern": pattern, "result": {"text": result, "color": "red", "index": 0}}},
        {"type": "value", "options": {"12": {"text": "twelve", "color": "#1234"}, "web": {"color": "semi-dark-x"}}},
        {"type": "range", "options": {"from": 1, "to": bound(), "result": {"text": "in"}}},
        {"type": "special", "options": {"match": "null+nan", "result": {"text": "none"}}}]), random)})
}

pub fn run_mappings(input: &Json) {
    let (pattern, text) = (input["pattern"].as_str().unwrap_or_default(), input["text"].as_str().unwrap_or_default());
    for regex in [js::js_regex(pattern), js::string_to_js_regex(pattern)].into_iter().flatten() {
        drop(regex.is_match(text));
    }
    let config = json!({"defaults": {"mappings": input["mappings"]}, "overrides": [
        {"matcher": {"id": "byRegexp", "options": pattern}, "properties": [{"id": "mappings", "value": input["mappings"]}]}]});
    show(
        &config,
        &[Value::String(text.into()), Value::Number(input["number"].as_f64().unwrap_or(f64::NAN)), Value::Null, Value::Boolean(true)],
    );
    let frames = json!([{"schema": {"refId": "A", "fields": [{"name": text, "type": "string"}, {"name": pattern, "type": "number", "labels": {"a": text}}]}, "data": {"values": [[text], [1]]}}]);
    let steps = json!([{"id": "renameByRegex", "options": {"regex": pattern, "renamePattern": text}},
        {"id": "filterByValue", "options": {"type": "include", "match": "any", "filters": [{"fieldName": text, "config": {"id": "regex", "options": {"value": pattern}}}]}},
        {"id": "extractFields", "options": {"source": text, "format": "regexp", "regExp": pattern}},
        {"id": "filterFieldsByName", "options": {"include": {"pattern": pattern}}}]);
    run_transforms(&json!({"frames": frames, "steps": steps}));
}

/// Each value shown by a field of this config.
fn show(config: &Json, values: &[Value]) {
    let config = FieldConfigSource::from_json(config);
    let wire = json!({"results": {"A": {"frames": [{"schema": {"fields": [{"name": "v", "type": "number"}, {"name": "s", "type": "string"}]}, "data": {"values": [[1, null, 1e300], ["a", "", null]]}}]}}});
    let mut frames: Vec<Frame> = frame::frames_from_response(&wire, "A").unwrap_or_default();
    with_context(|context| {
        field::apply_field_overrides(&mut frames, &config, context);
        for one in frames.iter().flat_map(|frame| &frame.fields) {
            values.iter().for_each(|value| drop(field::display_value(one, value, None, context)));
        }
    });
}

fn with_context(run: impl FnOnce(&DisplayContext)) {
    let (theme, zone) = (Theme::light(), TimeZone::utc());
    let interpolate = |text: &str| text.to_owned();
    run(&DisplayContext { theme: &theme, zone: &zone, now_ms: NOW, interpolate: &interpolate });
}
