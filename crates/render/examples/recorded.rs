//! Draws panels of a recording and compares the words on their charts with those a real Grafana painted.
//!
//! `cargo run -p render --example recorded -- <recording> [--out DIR] [--type timeseries] [--panel ID] [--tolerance PX] [--annotate]`

use std::{fs, path::PathBuf};

use grafana::{
    dashboard::{self, Panel},
    field::{self, DisplayContext},
    frame,
    theme::Theme,
    time::{TimeRange, TimeZone},
    transform,
    variable::Variables,
};
use render::{
    AnnotationMark, PanelView,
    overflow::Overflow,
    panel::{self, PanelContext},
};
use scene::{Color, Fonts, Mark, Page, kurbo::Affine, kurbo::Rect, kurbo::Size};
use serde_json::Value as Json;

/// The inside of a titled panel: 1 px border, 8 px padding, 40 px header.
const INSET: (f64, f64) = (9.0, 49.0);

fn main() {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let option = |name: &str| args.iter().position(|a| a == name).and_then(|at| args.get(at + 1).cloned());
    let folder = PathBuf::from(args.first().expect("a recording's folder"));
    let read = |name: &str| -> Json { serde_json::from_str(&fs::read_to_string(folder.join(name)).expect(name)).expect("JSON") };
    let (shown, calls, saved) = (read("shown.json"), read("calls.json"), read("dashboard.json"));
    let kind = option("--type").unwrap_or_else(|| "timeseries".to_owned());
    let only = option("--panel");
    let tolerance: f64 = option("--tolerance").and_then(|t| t.parse().ok()).unwrap_or(1.5);
    let dashboard = dashboard::from_classic(&saved["dashboard"]).expect("a dashboard");
    let panels = dashboard::unroll(&dashboard, &Variables::default(), true);
    let number = |json: &Json| json.as_f64().or_else(|| json.as_str().and_then(|t| t.parse().ok())).unwrap_or_default();
    let range = TimeRange { from_ms: number(&shown["from"]), to_ms: number(&shown["to"]), ..TimeRange::default() };
    let (theme, zone, fonts) = (if shown["theme"] == "dark" { Theme::dark() } else { Theme::light() }, TimeZone::utc(), Fonts::embedded());
    let (mut n_words, mut n_found) = (0, 0);
    for place in shown["panels"].as_array().expect("panels") {
        let key = place["key"].as_str().unwrap_or_default();
        let Some(id) = key.strip_prefix("panel-").and_then(|id| id.parse::<i64>().ok()) else { continue };
        let Some(panel) = panels.iter().find(|panel| panel.id == id && panel.plugin_id == kind) else { continue };
        if only.as_ref().is_some_and(|only| *only != id.to_string()) {
            continue;
        }
        let mut view = view(panel, &calls, &range, &theme, &zone);
        if args.iter().any(|a| a == "--annotate") {
            view.annotations = sample_annotations(&range);
        }
        let title = place["title"].as_str().unwrap_or_default();
        let (w, h) = (number(&place["w"]), number(&place["h"]));
        let inset = if title.is_empty() { (9.0, 9.0) } else { INSET };
        let size = Size::new(w - 2.0 * inset.0, h - inset.1 - 9.0);
        let mut warn = |message: String| println!("   warning: {message}");
        let variables = Variables::default();
        let mut context = PanelContext {
            fonts: &fonts,
            theme: &theme,
            zone: &zone,
            now_ms: range.to_ms,
            variables: &variables,
            warn: &mut warn,
            overflow: &Overflow::none(),
        };
        let marks = vec![Mark::at(inset.0, inset.1, panel::draw(&view, size, &mut context))];
        let mut drawn = Vec::new();
        texts(&marks, Affine::IDENTITY, &mut drawn);
        let mut missing = Vec::new();
        let wanted = place["canvas"].as_array().cloned().unwrap_or_default();
        for word in &wanted {
            let (text, x, y) = (word["t"].as_str().unwrap_or_default(), number(&word["x"]), number(&word["y"]));
            n_words += 1;
            match drawn.iter().position(|d| d.text == text && d.is_at(x, y, tolerance)) {
                Some(at) => {
                    n_found += 1;
                    drawn.remove(at);
                }
                None => missing.push(format!("{text}@{x},{y}")),
            }
        }
        let mut unplaced: Vec<String> = drawn.iter().map(|d| d.text.clone()).collect();
        for word in place["text"].as_array().into_iter().flatten().filter_map(Json::as_str) {
            if word == title {
                continue;
            }
            match unplaced.iter().position(|d| d == word) {
                Some(at) => drop(unplaced.remove(at)),
                None => missing.push(format!("{word} (page)")),
            }
        }
        if !missing.is_empty() {
            println!("{key} {title:?} {w}x{h}: missing {missing:?}");
            let rest: Vec<String> = drawn
                .iter()
                .filter(|d| unplaced.contains(&d.text))
                .map(|d| format!("{}@{:.1},{:.1},{:.1}", d.text, d.x, d.x + d.width, d.y))
                .collect();
            println!("   instead {rest:?}");
        }
        if let Some(out) = option("--out") {
            let mut all = vec![Mark::fill(scene::kurbo::Shape::to_path(&Rect::new(0.0, 0.0, w, h), 0.1), Color::WHITE)];
            all.extend(marks);
            let page = Page { width_px: w, height_px: h, marks: all };
            let scale: f64 = option("--scale").and_then(|t| t.parse().ok()).unwrap_or(1.0);
            fs::create_dir_all(&out).expect("a folder");
            fs::write(format!("{out}/{key}.png"), export::png::write(&page, scale).expect("a picture")).expect("written");
        }
    }
    println!("{}: {n_found} of {n_words} words stand where they stood", folder.display());
}

fn view(panel: &Panel, calls: &Json, range: &TimeRange, theme: &Theme, zone: &TimeZone) -> PanelView {
    let id = panel.id.to_string();
    let mut frames = Vec::new();
    let is_query = |call: &&Json| {
        let mine = call["panel"].as_str() == Some(&id) || call["panel"].as_i64() == Some(panel.id);
        mine && call["path"].as_str().is_some_and(|path| path.starts_with("/api/ds/query"))
    };
    if let Some(call) = calls.as_array().expect("calls").iter().rfind(is_query) {
        for query in call["request"]["queries"].as_array().into_iter().flatten() {
            let ref_id = query["refId"].as_str().unwrap_or_default();
            frames.extend(frame::frames_from_response(&call["response"], ref_id).unwrap_or_default());
        }
    }
    let interpolate = |text: &str| text.to_owned();
    let context = DisplayContext { theme, zone, now_ms: range.to_ms, interpolate: &interpolate };
    let (mut frames, _) = transform::apply(frames, &panel.transformations, &context);
    field::apply_field_overrides(&mut frames, &panel.field_config, &context);
    PanelView::of(panel.clone(), frames, range.clone())
}

/// A moment and regions, as recordings hold none.
fn sample_annotations(range: &TimeRange) -> Vec<AnnotationMark> {
    let at = |share: f64| range.from_ms + (range.to_ms - range.from_ms) * share;
    let mark = |from: f64, to: Option<f64>, color: &str| AnnotationMark {
        time_ms: at(from),
        time_end_ms: to.map(at),
        color: color.to_owned(),
        ..AnnotationMark::default()
    };
    vec![mark(0.2, None, ""), mark(0.5, Some(0.7), "red"), mark(0.9, Some(1.2), "semi-dark-purple")]
}

struct Drawn {
    text: String,
    x: f64,
    y: f64,
    width: f64,
}

impl Drawn {
    /// A canvas names the left end, middle or right end of a text, at its middle or top.
    fn is_at(&self, x: f64, y: f64, tolerance: f64) -> bool {
        let ends = [self.x, self.x + self.width / 2.0, self.x + self.width];
        let lines = [self.y - 3.6, self.y - 9.6, self.y];
        ends.iter().any(|e| (e - x).abs() <= tolerance) && lines.iter().any(|l| (l - y).abs() <= tolerance)
    }
}

fn texts(marks: &[Mark], transform: Affine, drawn: &mut Vec<Drawn>) {
    for mark in marks {
        match mark {
            Mark::Text(text) => {
                let at = transform * text.origin;
                drawn.push(Drawn { text: text.text.text.clone(), x: at.x, y: at.y, width: text.text.width_px });
            }
            Mark::Group(group) => texts(&group.marks, transform * group.transform, drawn),
            _ => {}
        }
    }
}
