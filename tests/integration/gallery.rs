//! The dashboards of docs/gallery: they hold their own data, so the program draws them without any Grafana.

use std::path::{Path, PathBuf};

use broadsheet::run::{DashboardAnswer, DashboardRequest, Formats, GrafanaRenderer, RenderRequest, Rendered, Renderer};
use serde_json::{Value as Json, json};

use super::process::broadsheet;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/gallery")
}

fn names() -> Vec<String> {
    let files = std::fs::read_dir(folder()).unwrap().map(|entry| entry.unwrap().path());
    let dashboards = files.filter(|path| path.extension().is_some_and(|extension| extension == "json"));
    let mut names: Vec<String> = dashboards.map(|path| path.file_stem().unwrap().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

async fn draw(dashboard: Json, formats: Formats) -> Result<Rendered, broadsheet::run::Error> {
    let (saved, uid) = DashboardAnswer::from_file(dashboard, "x").unwrap();
    let dashboard = DashboardRequest { uid, saved: Some(saved.into()), ..DashboardRequest::default() };
    let request = RenderRequest {
        image_theme: "dark".into(),
        formats,
        screen_width_px: 1200.0,
        ..RenderRequest::of(vec![dashboard], 1_800_000_000_000.0)
    };
    GrafanaRenderer::without_grafana(scene::Fonts::embedded(), 1).render(request, &|_| {}).await
}

#[tokio::test]
async fn every_dashboard_of_the_gallery_is_drawn_without_a_warning() {
    let formats = Formats { pdf: true, ..Formats::default() };
    let mut kinds = std::collections::BTreeSet::new();
    for name in names() {
        let text = std::fs::read_to_string(folder().join(format!("{name}.json"))).unwrap();
        let rendered = draw(serde_json::from_str(&text).unwrap(), formats).await.unwrap();
        assert!(rendered.warnings.is_empty(), "{name}: {:?}", rendered.warnings);
        assert!(rendered.panels.iter().all(|panel| panel.errors.is_empty()), "{name}");
        assert!(rendered.files[0].bytes.len() > 5000, "{name}");
        kinds.extend(rendered.panels.iter().map(|panel| panel.kind.clone()));
    }
    assert!(kinds.len() >= 22, "{kinds:?}");
}

#[tokio::test]
async fn what_a_file_does_not_hold_is_named() {
    let own = json!({"refId": "A", "datasource": {"uid": "grafana"}, "queryType": "snapshot", "snapshot": []});
    let asked = json!({"refId": "B", "datasource": {"type": "prometheus", "uid": "p"}, "expr": "up"});
    let panel = json!({"id": 7, "type": "stat", "title": "Up", "datasource": {"uid": "-- Mixed --"}, "targets": [own, asked]});
    let error = draw(json!({"uid": "x", "panels": [panel]}), Formats { pdf: true, ..Formats::default() }).await.unwrap_err().to_string();
    assert!(error.contains("--grafana-url") && error.contains("panel 7 \"Up\": targets[B].datasource is prometheus"), "{error}");
    assert!(!error.contains("targets[A]"), "{error}");
}

#[test]
fn the_command_line_draws_files() {
    let folder = tempfile::tempdir().unwrap();
    let output = folder.path().join("out");
    let run = |arguments: &[&str], stdin: Option<&Path>| {
        let mut command = broadsheet();
        command.arg("render").args(arguments);
        if let Some(path) = stdin {
            command.stdin(std::fs::File::open(path).unwrap());
        }
        let ran = command.output().unwrap();
        (ran.status.success(), String::from_utf8_lossy(&ran.stderr).into_owned())
    };
    let table = self::folder().join("table.json");
    let (table, path) = (table.as_path(), |extension: &str| output.with_extension(extension).display().to_string());
    let file = table.display().to_string();
    for (extension, begin) in [("pdf", "%PDF-".as_bytes()), ("png", b"\x89PNG"), ("csv", b"PK")] {
        let (ok, said) = run(&["--file", &file, "--theme", "dark", "--output", &path(extension)], None);
        assert!(ok && said.is_empty(), "{said}");
        assert!(std::fs::read(path(extension)).unwrap().starts_with(begin), "{extension}");
    }
    let width = |name: &str| u32::from_be_bytes(std::fs::read(path(name)).unwrap()[16..20].try_into().unwrap());
    let once = width("png");
    assert!(run(&["--file", "-", "--image-scale-factor", "2", "--output", &path("png")], Some(table)).0);
    assert_eq!(width("png"), 2 * once);
    let (ok, said) = run(&["--file", "/nowhere.json", "--output", &path("pdf")], None);
    assert!(!ok && said.contains("/nowhere.json"), "{said}");
    let (ok, said) = run(&["--output", &path("pdf")], None);
    assert!(!ok && said.contains("--dashboard"), "{said}");
}
