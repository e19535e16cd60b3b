//! One full render from recorded answers: dashboard JSON to PDF bytes, over HTTP from a stand-in Grafana in this process.
//!
//! `cargo bench` needs the recordings (`../shared/recordings`, or `BROADSHEET_RECORDINGS`); without them it says so and ends.
//! After the timings it renders each dashboard once more with the real program and prints that process's peak memory.

#![allow(clippy::unwrap_used)] // a benchmark that cannot start has nothing to say

use std::{
    collections::HashMap,
    path::{Path, PathBuf},
    process::Command,
    sync::Arc,
    time::Duration,
};

use axum::{
    Json, Router,
    extract::{OriginalUri, State},
    http::{HeaderMap, StatusCode},
    routing::{any, post},
};
use broadsheet::{
    config::{GrafanaConfig, Secret},
    run::{Clients, ConfigOnly, DashboardRequest, GrafanaRenderer, RenderRequest, Renderer},
};
use criterion::Criterion;
use serde_json::{Value, json};

const DASHBOARDS: &[&str] = &["n1jR8vnnz", "real-node-exporter-full", "real-node-exporter-full-open"];

struct Recording {
    uid: String,
    shown: Value,
    /// Path without its query → answer.
    gets: HashMap<String, Value>,
    /// (panel, refId) → result.
    results: HashMap<(String, String), Value>,
}

fn load(root: &Path, uid: &str) -> Recording {
    let read = |path: PathBuf| -> Value { serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap() };
    let folder = root.join(uid);
    let mut gets = HashMap::new();
    for (path, file) in [("/api/frontend/settings", "api_frontend_settings"), ("/bootdata", "bootdata")] {
        gets.insert(path.to_owned(), read(root.join(format!("_instance/{file}.json"))));
    }
    gets.insert(format!("/api/dashboards/uid/{uid}"), read(folder.join("dashboard.json")));
    let mut results = HashMap::new();
    for call in read(folder.join("calls.json")).as_array().unwrap() {
        let path = call["path"].as_str().unwrap().split('?').next().unwrap().to_owned();
        for query in call["request"]["queries"].as_array().into_iter().flatten() {
            let ref_id = query["refId"].as_str().unwrap().to_owned();
            let panel = call["panel"].as_str().unwrap_or_default().to_owned();
            results.insert((panel, ref_id.clone()), call["response"]["results"][&ref_id].clone());
        }
        if call["method"] == "GET" {
            gets.insert(path, call["response"].clone());
        }
    }
    Recording { uid: uid.to_owned(), shown: read(folder.join("shown.json")), gets, results }
}

async fn answer_get(State(recording): State<Arc<Recording>>, OriginalUri(uri): OriginalUri) -> (StatusCode, Json<Value>) {
    match recording.gets.get(uri.path()) {
        Some(answer) => (StatusCode::OK, Json(answer.clone())),
        None if uri.path() == "/api/annotations" => (StatusCode::OK, Json(json!([]))),
        None => (StatusCode::NOT_FOUND, Json(json!({ "message": "not recorded" }))),
    }
}

async fn answer_query(State(recording): State<Arc<Recording>>, headers: HeaderMap, Json(body): Json<Value>) -> Json<Value> {
    let panel = headers.get("X-Panel-Id").and_then(|v| v.to_str().ok()).unwrap_or_default();
    let results: serde_json::Map<String, Value> = body["queries"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|query| query["refId"].as_str())
        .map(|ref_id| {
            (ref_id.to_owned(), recording.results.get(&(panel.to_owned(), ref_id.to_owned())).cloned().unwrap_or(json!({ "frames": [] })))
        })
        .collect();
    Json(json!({ "results": results }))
}

async fn serve(recording: Arc<Recording>) -> String {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let router = Router::new().route("/api/ds/query", post(answer_query)).fallback(any(answer_get)).with_state(recording);
    tokio::spawn(async move { axum::serve(listener, router).await });
    format!("http://{address}")
}

fn request(recording: &Recording) -> RenderRequest {
    let text = |key: &str| recording.shown[key].as_str().unwrap_or_default().to_owned();
    let dashboard = DashboardRequest { uid: recording.uid.clone(), from: text("from"), to: text("to"), ..DashboardRequest::default() };
    RenderRequest {
        name: "Benchmark".into(),
        time_zone: Some("UTC".into()),
        expand_collapsed_rows: false,
        ..RenderRequest::of(vec![dashboard], text("to").parse().unwrap_or(0.0))
    }
}

fn main() {
    let root = std::env::var_os("BROADSHEET_RECORDINGS")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/recordings"), PathBuf::from);
    if !root.join("_instance").exists() {
        println!("no recordings in {}: nothing to measure (set BROADSHEET_RECORDINGS)", root.display());
        return;
    }
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let mut criterion = Criterion::default().sample_size(20).measurement_time(Duration::from_secs(6)).configure_from_args();
    let mut group = criterion.benchmark_group("render");
    let mut served = Vec::new();
    for uid in DASHBOARDS {
        let recording = Arc::new(load(&root, uid));
        let url = runtime.block_on(serve(recording.clone()));
        let config = GrafanaConfig { url: Some(url.clone()), token: Some(Secret::new("replay")), ..GrafanaConfig::default() };
        let renderer = GrafanaRenderer::new(Arc::new(Clients::new(config.clone(), Arc::new(ConfigOnly(config)), Duration::from_secs(30))));
        let request = request(&recording);
        group.bench_function(*uid, |bencher| {
            bencher.iter(|| runtime.block_on(renderer.render(request.clone(), &|_| {})).unwrap().files[0].bytes.len());
        });
        served.push((recording, url));
    }
    group.finish();
    for (recording, url) in &served {
        println!("{}", peak_memory(recording, url));
    }
}

/// Renders with the program itself and reads what the system says of that child (Python's `resource` is the one reader of
/// `getrusage` that needs no unsafe code here).
fn peak_memory(recording: &Recording, url: &str) -> String {
    let script = "import resource,subprocess,sys\nsubprocess.run(sys.argv[1:],check=True,stderr=subprocess.DEVNULL)\nu=resource.getrusage(resource.RUSAGE_CHILDREN)\nprint(f'peak memory {u.ru_maxrss/1024:.1f} MiB, CPU {(u.ru_utime+u.ru_stime)*1000:.0f} ms of one process')";
    let text = |key: &str| recording.shown[key].as_str().unwrap_or_default().to_owned();
    let output = std::env::temp_dir().join(format!("broadsheet-bench-{}.pdf", recording.uid));
    let ran = Command::new("python3")
        .args([
            "-c",
            script,
            env!("CARGO_BIN_EXE_broadsheet"),
            "render",
            "--grafana-url",
            url,
            "--token",
            "replay",
            "--dashboard",
            &recording.uid,
        ])
        .args(["--from", &text("from"), "--to", &text("to"), "--time-zone", "UTC", "--collapsed-rows", "keep", "--output"])
        .arg(&output)
        .output();
    let size = std::fs::metadata(&output).map(|m| m.len()).unwrap_or(0);
    let said = ran.map(|o| String::from_utf8_lossy(&o.stdout).trim().to_owned()).unwrap_or_else(|e| e.to_string());
    format!("{}: {said}, PDF {size} bytes", recording.uid)
}
