//! Panels of types that only a browser draws, against a Grafana with and without an image renderer.

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use broadsheet::{
    config::{GrafanaConfig, Secret},
    run::{
        CheckRequest, Clients, ConfigOnly, DashboardRequest, Formats, GrafanaRenderer, Progress, RenderRequest, Rendered, Renderer, Stage,
        Verdict,
    },
};
use scene::{Color, Mark, Page, kurbo::Shape};
use serde_json::json;

use crate::fake_grafana::FakeGrafana;

/// A red picture of so many pixels.
fn png(width_px: f64, height_px: f64) -> Vec<u8> {
    let area = scene::kurbo::Rect::new(0.0, 0.0, width_px, height_px);
    let page = Page { width_px, height_px, marks: vec![Mark::fill(area.to_path(0.1), Color::rgb(255, 0, 0))] };
    export::png::write(&page, 1.0).unwrap()
}

fn request(formats: Formats) -> RenderRequest {
    let dashboard = DashboardRequest { uid: "board-alpha".into(), ..DashboardRequest::default() };
    RenderRequest {
        org_id: 1,
        name: "Pictures".into(),
        image_theme: "dark".into(),
        formats,
        time_zone: Some("Europe/Berlin".into()),
        ..RenderRequest::of(vec![dashboard], 1_700_000_000_000.0)
    }
}

async fn bench() -> (Arc<FakeGrafana>, GrafanaRenderer) {
    let grafana = FakeGrafana::start().await;
    let clock = json!({ "id": 7, "type": "acme-clock-panel", "title": "Clock", "gridPos": { "x": 12, "y": 0, "w": 12, "h": 4 } });
    grafana.more_panels.lock().unwrap().push(clock);
    let config = GrafanaConfig { url: Some(grafana.url()), token: Some(Secret::new("glsa_1_a")), ..GrafanaConfig::default() };
    let clients = Clients::new(config.clone(), Arc::new(ConfigOnly(config)), Duration::from_secs(10));
    (grafana, GrafanaRenderer::new(Arc::new(clients)))
}

async fn render(renderer: &GrafanaRenderer, formats: Formats) -> Rendered {
    let drawn = Mutex::new(vec![0]);
    let on_progress = |progress: Progress| {
        if progress.stage == Stage::Draw {
            assert!(progress.done <= progress.total);
            drawn.lock().unwrap().push(progress.done);
        }
    };
    let rendered = renderer.render(request(formats), &on_progress).await.unwrap();
    let drawn = drawn.into_inner().unwrap();
    assert!(drawn.is_sorted() && drawn.last() == Some(&rendered.panels.len()), "{drawn:?}");
    rendered
}

fn messages(rendered: &Rendered) -> Vec<String> {
    rendered.warnings.iter().map(|warning| warning.message.clone()).collect()
}

const ALL: Formats = Formats { pdf: true, csv: false, image: true };
const STOCK: &str = "no picture was taken: Grafana's renderer could not draw it: too many pictures at once, too slow, or not installed";

#[tokio::test(flavor = "multi_thread")]
async fn third_party_panels_are_taken_as_pictures() {
    let (grafana, renderer) = bench().await;
    *grafana.renderer.lock().unwrap() = Some(png(1560.0, 288.0));
    let rendered = render(&renderer, ALL).await;
    assert_eq!(messages(&rendered), Vec::<String>::new());
    let asked: Vec<_> = grafana.take_asked().into_iter().filter(|asked| asked.path.starts_with("/render/")).collect();
    let mut queries: Vec<&str> = asked.iter().map(|asked| asked.query.as_str()).collect();
    queries.sort();
    let query = |theme: &str| {
        format!(
            "panelId=7&from=1699978400000&to=1700000000000&width=780&height=144&scale=2&theme={theme}&tz=Europe%2FBerlin&timeout=60&hideLogo=true"
        )
    };
    assert_eq!(queries, [query("dark"), query("light")]);
    assert!(asked.iter().all(|asked| asked.path == "/render/d-solo/board-alpha/panel" && asked.org_header == Some(1)));
    let pdf = String::from_utf8_lossy(&rendered.files[0].bytes).into_owned();
    assert!(pdf.contains("/Subtype/Image") || pdf.contains("/Subtype /Image"));
    let checked = renderer.check(CheckRequest { render: request(ALL), with_data: true }).await;
    assert_eq!((checked[0].panels[1].verdict, checked[0].panels[1].reasons.clone()), (Verdict::Picture, vec![]));
    assert!(checked[0].is_fine());
}

/// A notice stands there, and the run says why.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_picture_of_the_panel_is_refused() {
    let (grafana, renderer) = bench().await;
    let check = async |answer: Option<Vec<u8>>, expected: &[&str]| {
        *grafana.renderer.lock().unwrap() = answer;
        let rendered = render(&renderer, Formats { pdf: true, csv: false, image: false }).await;
        assert_eq!(messages(&rendered), expected);
    };
    let notice = "acme-clock-panel panel is not drawn yet";
    check(None, &[notice]).await;
    assert!(grafana.take_asked().iter().all(|asked| !asked.path.starts_with("/render/")), "there is no renderer to ask");
    check(Some(png(1004.0, 404.0)), &[STOCK, notice]).await;
    check(
        Some(b"<html>login</html>".to_vec()),
        &["no picture was taken: what Grafana's renderer sent is neither PNG, JPEG nor GIF", notice],
    )
    .await;
    let large = [png(10.0, 10.0), vec![0; 13 << 20]].concat();
    check(
        Some(large),
        &["no picture was taken: Grafana's answer is not what was expected (draw panel 7): it is larger than 12 MiB", notice],
    )
    .await;
    let checked = renderer.check(CheckRequest { render: request(ALL), with_data: true }).await;
    assert_eq!(checked[0].panels[1].verdict, Verdict::NeedsPicture);
}
