//! Each panel type by itself: the dashboards of docs/gallery, which hold their own data, from JSON to PDF bytes.
//!
//! A dashboard shows one type in its main options, so its time is that of all its panels; the first line of output counts them.

#![allow(clippy::unwrap_used)] // a benchmark that cannot start has nothing to say

use std::{path::Path, sync::Arc, time::Duration};

use broadsheet::run::{DashboardAnswer, DashboardRequest, GrafanaRenderer, RenderRequest, Renderer};
use criterion::Criterion;
use serde_json::Value;

/// A type of panel as its gallery shows it.
struct Gallery {
    name: String,
    n_panels: usize,
    request: RenderRequest,
}

/// All of the gallery, in the order of the names.
fn gallery() -> Vec<Gallery> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/gallery");
    let paths = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let mut dashboards: Vec<_> = paths.filter(|path| path.extension().is_some_and(|extension| extension == "json")).collect();
    dashboards.sort();
    dashboards.iter().map(|path| load(path)).collect()
}

fn load(path: &Path) -> Gallery {
    let name = path.file_stem().unwrap().to_string_lossy().into_owned();
    let json: Value = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
    let n_panels = json["panels"].as_array().map_or(0, Vec::len);
    let (saved, uid) = DashboardAnswer::from_file(json, &name).unwrap();
    let dashboard = DashboardRequest { uid, saved: Some(Arc::new(saved)), ..DashboardRequest::default() };
    Gallery { name, n_panels, request: request(dashboard) }
}

fn request(dashboard: DashboardRequest) -> RenderRequest {
    RenderRequest {
        name: "Benchmark".into(),
        time_zone: Some("UTC".into()),
        expand_collapsed_rows: false,
        ..RenderRequest::of(vec![dashboard], 1_800_000_000_000.0)
    }
}

fn main() {
    let gallery = gallery();
    let counts: Vec<String> = gallery.iter().map(|shown| format!("{} {}", shown.name, shown.n_panels)).collect();
    println!("panels: {}", counts.join(", "));
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let renderer = GrafanaRenderer::without_grafana(scene::Fonts::embedded(), 1);
    let mut criterion = Criterion::default().sample_size(20).measurement_time(Duration::from_secs(2)).configure_from_args();
    let mut group = criterion.benchmark_group("panels");
    for shown in &gallery {
        group.bench_function(shown.name.as_str(), |bencher| {
            bencher.iter(|| runtime.block_on(renderer.render(shown.request.clone(), &|_| {})).unwrap().files[0].bytes.len());
        });
    }
    group.finish();
}
