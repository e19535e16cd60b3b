//! `cargo xtask limits`: much more than anybody should show, drawn by the program itself, with its time and its peak of memory.

use std::{
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, Result, ensure};
use serde_json::{Value as Json, json};

/// Draws dashboards at the limits and prints seconds, peak of memory and warnings of each; fails where one is not drawn
#[derive(clap::Args)]
pub struct Args {
    /// Only the limits whose names begin so
    #[arg(default_value = "")]
    only: String,
    /// The program to measure; builds target/release/broadsheet when left out
    #[arg(long)]
    binary: Option<PathBuf>,
    /// Fail above this peak of memory, in MiB
    #[arg(long)]
    most_mib: Option<f64>,
}

type Case = (&'static str, fn(&[Json]) -> Vec<Json>);

/// Each from the gallery's panels to its own.
const CASES: &[Case] = &[
    ("500-panels", |_| (0..500).map(|i| panel(KINDS[i % KINDS.len()], i, &[series("load", 60)])).collect()),
    ("1000-series", |_| vec![panel("timeseries", 0, &(0..1000).map(|i| series(&format!("series {i}"), 50)).collect::<Vec<_>>())]),
    ("1000000-points", |_| vec![panel("timeseries", 0, &[series("load", 1_000_000)])]),
    ("100000-rows", |_| vec![panel("table", 0, &[rows(100_000)])]),
    ("4-byte-text", |gallery| gallery.iter().map(|panel| astral(panel, false)).collect()),
    ("odd-values", |gallery| odd_values().iter().flat_map(|frame| gallery.iter().map(|panel| with_data(panel, frame))).collect()),
];

const KINDS: [&str; 5] = ["timeseries", "stat", "gauge", "table", "bargauge"];
const FROM_MS: u64 = 1_767_607_200_000;
const HOUR_MS: u64 = 3_600_000;

/// Runs a command and writes "seconds KiB" of it (Python's `resource` is the one reader of `getrusage` that needs no unsafe code here).
const MEASURE: &str = "import resource,subprocess,sys,time
begin=time.monotonic()
status=subprocess.run(sys.argv[1:],timeout=600).returncode
peak=resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
print(time.monotonic()-begin,peak//1024 if sys.platform=='darwin' else peak)
sys.exit(status!=0)";

pub fn run(args: &Args) -> Result<()> {
    let root = crate::root();
    let folder = root.join("target/limits");
    std::fs::create_dir_all(&folder)?;
    let gallery = gallery(&root)?;
    if args.binary.is_none() {
        crate::ci::call(&root, "cargo", &["build", "--quiet", "--release", "--bin", "broadsheet"])?;
    }
    let binary = args.binary.clone().unwrap_or_else(|| root.join("target/release/broadsheet"));
    let mut failed = Vec::new();
    println!("| dashboard | seconds | peak MiB | PDF KiB | warnings |\n|---|--:|--:|--:|--:|");
    for (name, panels) in CASES.iter().filter(|(name, _)| name.starts_with(&args.only)) {
        let file = folder.join(format!("{name}.json"));
        std::fs::write(&file, serde_json::to_vec(&dashboard(name, panels(&gallery)))?)?;
        if let Err(why) = measure(name, &file, &binary, args.most_mib) {
            failed.push(format!("{name}: {why:#}"));
        }
    }
    ensure!(failed.is_empty(), "{}", failed.join("\n"));
    Ok(())
}

/// Draws one dashboard and prints its line; what the program said lies beside its PDF.
fn measure(name: &str, file: &Path, binary: &Path, most_mib: Option<f64>) -> Result<()> {
    let pdf = file.with_extension("pdf");
    let _ = std::fs::remove_file(&pdf);
    let mut command = Command::new("python3");
    command.args(["-c", MEASURE]).arg(binary).args(["render", "--file"]).arg(file).arg("--output").arg(&pdf);
    let ran = command.env_remove("BROADSHEET_GRAFANA_URL").output().context("python3 cannot be started")?;
    let said = String::from_utf8_lossy(&ran.stderr);
    std::fs::write(file.with_extension("warnings"), said.as_bytes())?;
    ensure!(ran.status.success(), "{}", said.lines().last().unwrap_or("ended without a word"));
    let bytes = std::fs::read(&pdf)?;
    ensure!(bytes.starts_with(b"%PDF-"), "{} is no PDF", pdf.display());
    let broken = said.lines().find(|line| line.contains("could not be drawn") || line.contains("panicked"));
    ensure!(broken.is_none(), "{}", broken.unwrap_or_default());
    let numbers: Vec<f64> = String::from_utf8_lossy(&ran.stdout).split_whitespace().filter_map(|word| word.parse().ok()).collect();
    let [seconds, peak_kib] = numbers[..] else { anyhow::bail!("no time and memory measured") };
    let (peak_mib, n_warnings) = (peak_kib / 1024.0, said.lines().filter(|line| line.starts_with("warning:")).count());
    println!("| {name} | {seconds:.1} | {peak_mib:.0} | {} | {n_warnings} |", bytes.len() / 1024);
    let most = most_mib.unwrap_or(f64::INFINITY);
    ensure!(peak_mib <= most, "{peak_mib:.0} MiB are more than {most:.0}");
    Ok(())
}

/// Every panel of docs/gallery: all types in their main options.
fn gallery(root: &Path) -> Result<Vec<Json>> {
    let mut panels = Vec::new();
    for path in crate::gallery::dashboards(&root.join("docs/gallery"), "")? {
        let json: Json = serde_json::from_slice(&std::fs::read(&path)?).with_context(|| path.display().to_string())?;
        panels.extend(json["panels"].as_array().cloned().unwrap_or_default());
    }
    Ok(panels)
}

/// Panels in rows of four, whatever places they had.
fn dashboard(name: &str, mut panels: Vec<Json>) -> Json {
    for (i, panel) in panels.iter_mut().enumerate() {
        panel["id"] = json!(i + 1);
        panel["gridPos"] = json!({"x": i % 4 * 6, "y": i / 4 * 8, "w": 6, "h": 8});
    }
    let range = json!({"from": "2026-01-05T10:00:00.000Z", "to": "2026-01-05T11:00:00.000Z"});
    json!({"uid": name, "title": name, "schemaVersion": 42, "timezone": "utc", "time": range, "panels": panels})
}

fn panel(kind: &str, i: usize, frames: &[Json]) -> Json {
    let legend = json!({"showLegend": true, "displayMode": "list", "placement": "bottom"});
    json!({"type": kind, "title": format!("{kind} {i}"), "options": {"legend": legend}, "datasource": source(), "targets": [target(frames)]})
}

/// Grafana's own source, which keeps snapshots.
fn source() -> Json {
    json!({"type": "grafana", "uid": "grafana"})
}

fn target(frames: &[Json]) -> Json {
    json!({"refId": "A", "datasource": source(), "queryType": "snapshot", "snapshot": frames})
}

fn with_data(panel: &Json, frame: &Json) -> Json {
    let mut panel = panel.clone();
    panel["datasource"] = source();
    panel["targets"] = json!([target(std::slice::from_ref(frame))]);
    panel
}

fn frame(fields: &Json, data: &Json) -> Json {
    json!({"schema": {"refId": "A", "fields": fields}, "data": data})
}

/// `n` moments of the hour.
fn times(n: usize) -> Vec<f64> {
    (0..n).map(|i| FROM_MS as f64 + HOUR_MS as f64 * i as f64 / n as f64).collect()
}

/// Numbers that go up and down a lot, always the same.
fn numbers(n: usize) -> Vec<usize> {
    (0..n).map(|i| i * 7919 % 1000).collect()
}

fn series(name: &str, n: usize) -> Json {
    frame(&json!([{"name": "time", "type": "time"}, {"name": name, "type": "number"}]), &json!({"values": [times(n), numbers(n)]}))
}

fn rows(n: usize) -> Json {
    let fields = json!([{"name": "time", "type": "time"}, {"name": "host", "type": "string"}, {"name": "load", "type": "number"}]);
    let hosts: Vec<String> = (0..n).map(|i| format!("host-{i}.example.com")).collect();
    frame(&fields, &json!({"values": [times(n), hosts, numbers(n)]}))
}

/// What makes ranges, scales and averages hard.
fn odd_values() -> Vec<Json> {
    let fields = json!([{"name": "time", "type": "time"}, {"name": "name", "type": "string"}, {"name": "value", "type": "number"}]);
    let odd = |values: Json, entities: Json| {
        let n = values.as_array().map_or(0, Vec::len);
        let names: Vec<String> = (0..n).map(|i| format!("row {i}")).collect();
        frame(&fields, &json!({"values": [times(n), names, values], "entities": [null, null, entities]}))
    };
    vec![
        odd(json!([1, null, null, null, 2]), json!({"NaN": [1], "Inf": [2], "NegInf": [3]})),
        odd(json!([null, null]), json!({"Inf": [0], "NegInf": [1]})),
        odd(json!([null, null, null]), Json::Null),
        odd(json!([1.797e308, -1.797e308, 5e-324]), Json::Null),
        odd(json!([42]), Json::Null),
        odd(json!([]), Json::Null),
    ]
}

/// The texts that people or their data wrote, with letters of four bytes each (the mathematical bold ones). `inside` such a text.
fn astral(json: &Json, inside: bool) -> Json {
    const WRITTEN: [&str; 6] = ["title", "description", "content", "displayName", "labels", "values"];
    let letter = |c: char| match c {
        'A'..='Z' => char::from_u32(0x1D400 + c as u32 - 'A' as u32).unwrap_or(c),
        'a'..='z' => char::from_u32(0x1D41A + c as u32 - 'a' as u32).unwrap_or(c),
        _ => c,
    };
    match json {
        Json::String(text) if inside => Json::String(text.chars().map(letter).chain(" 🚀".chars()).collect()),
        Json::Array(items) => items.iter().map(|item| astral(item, inside)).collect(),
        Json::Object(object) => {
            object.iter().map(|(key, value)| (key.clone(), astral(value, inside || WRITTEN.contains(&key.as_str())))).collect()
        }
        other => other.clone(),
    }
}
