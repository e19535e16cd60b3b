//! What goes wrong around a report is told in plain words, recorded where a run was due, and never ends the program.

use std::{net::SocketAddr, sync::Arc, time::Duration};

use axum::{Router, body::Body};
use broadsheet::{
    api::{Caller, Role},
    app::Program,
    config::{Config, GrafanaConfig, Secret, SmtpConfig},
    demo::{mailbox::Mailbox, sample_grafana},
    scheduler::Scheduler,
};
use http::{Request, StatusCode};
use serde_json::{Value, json};
use tower::ServiceExt;

const TOKEN: &str = "glsa_right";

/// The whole program between the sample Grafana and a mailbox.
struct Setup {
    program: Program,
    router: Router,
    mailbox: Mailbox,
    _folder: tempfile::TempDir,
}

/// A loopback port where nobody listens.
fn closed_port() -> SocketAddr {
    std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap()
}

async fn setup(change: impl FnOnce(&mut Config)) -> Setup {
    let grafana = sample_grafana::start(TOKEN).await.unwrap();
    let (mailbox, smtp) = Mailbox::start().await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    let mut config = Config {
        data_dir: Some(folder.path().join("data")),
        grafana: GrafanaConfig { url: Some(format!("http://{grafana}")), token: Some(Secret::new(TOKEN)), ..GrafanaConfig::default() },
        smtp: SmtpConfig { enabled: true, host: smtp.to_string(), from_address: "g@example.org".into(), ..SmtpConfig::default() },
        ..Config::default()
    };
    change(&mut config);
    let program = Program::open(&config).unwrap();
    let router = program.router();
    Setup { program, router, mailbox, _folder: folder }
}

impl Setup {
    async fn call(&self, method: &str, path: &str, body: impl Into<Body>) -> (StatusCode, Value) {
        let caller = Caller { org_id: 1, login: "ada".into(), role: Role::Admin, user_id: Some(1), ..Caller::default() };
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header("Content-Type", "application/json")
            .extension(caller)
            .body(body.into())
            .unwrap();
        let response = self.router.clone().oneshot(request).await.unwrap();
        let status = response.status();
        let bytes = axum::body::to_bytes(response.into_body(), 64 << 20).await.unwrap();
        (status, serde_json::from_slice(&bytes).unwrap_or(Value::Null))
    }

    /// The message an answer carries; it must hold `expected`.
    async fn refused(&self, method: &str, path: &str, body: String, status: StatusCode, expected: &str) {
        let shown: String = body.chars().take(200).collect();
        let (seen, answer) = self.call(method, path, body).await;
        let message = answer["message"].as_str().unwrap_or_default();
        assert!(seen == status && message.contains(expected), "{method} {path} {shown}: {seen} {answer}");
    }

    /// Creates a report that is due at once, lets the scheduler do what it does, and reads the run.
    async fn due_report(&self) -> Value {
        let (status, created) = self.call("POST", "/api/reports", report(|_| {})).await;
        assert_eq!(status, StatusCode::OK, "{created}");
        let scheduler = Scheduler::new(self.program.engine.clone());
        scheduler.tick().await.unwrap();
        scheduler.stop(Duration::from_secs(60)).await;
        let (_, runs) = self.call("GET", &format!("/api/reports/{}/runs", created["id"]), "").await;
        runs[0].clone()
    }
}

fn report(change: impl FnOnce(&mut Value)) -> String {
    let mut report = json!({
        "name": "R", "recipients": "a@example.org", "state": "scheduled", "formats": ["pdf"],
        "schedule": { "frequency": "once", "timeZone": "UTC" },
        "dashboards": [{ "dashboard": { "uid": "sample-servers" }, "timeRange": { "from": "now-1h", "to": "now" } }]
    });
    change(&mut report);
    report.to_string()
}

#[tokio::test]
async fn bad_requests_name_the_field() {
    let setup = setup(|_| {}).await;
    let bad = StatusCode::BAD_REQUEST;
    setup.refused("POST", "/api/reports", "{\"name\": ".into(), bad, "JSON").await;
    setup.refused("POST", "/api/reports", "[]".into(), bad, "object").await;
    setup.refused("POST", "/api/reports", report(|r| r["name"] = json!("x".repeat(2 << 20))), bad, "name").await;
    setup.refused("POST", "/api/reports", report(|r| r["schedule"]["timeZone"] = json!("Mars/Olympus")), bad, "Mars/Olympus").await;
    setup.refused("POST", "/api/reports", report(|r| r["recipients"] = json!("nobody")), bad, "recipients").await;
    setup.refused("POST", "/api/reports", report(|r| r["schedule"]["frequency"] = json!("sometimes")), bad, "frequency").await;
    setup
        .refused("POST", "/api/reports", report(|r| r["dashboards"][0]["dashboard"]["uid"] = json!("nope")), StatusCode::NOT_FOUND, "nope")
        .await;
    setup.refused("GET", "/api/reports/4711", String::new(), StatusCode::NOT_FOUND, "not found").await;
    setup.refused("POST", "/api/reports/email", json!({ "id": "1" }).to_string(), bad, "emails").await;
    setup.refused("GET", "/api/reports/render/pdfs?dashboards=nope", String::new(), StatusCode::NOT_FOUND, "nope").await;
    setup.refused("DELETE", "/api/reports", String::new(), StatusCode::METHOD_NOT_ALLOWED, "").await;
    let (status, list) = setup.call("GET", "/api/reports", "").await;
    assert_eq!((status, list), (StatusCode::OK, json!([])), "nothing was kept of what was refused");
}

#[tokio::test]
async fn a_due_report_is_sent_and_recorded() {
    let setup = setup(|_| {}).await;
    let run = setup.due_report().await;
    assert_eq!(run["state"], "sent", "{run}");
    assert_eq!(setup.mailbox.wait_for(0).await.to, ["a@example.org"]);
}

#[tokio::test]
async fn a_refusing_mail_server_leaves_a_recorded_run_to_try_again() {
    let setup = setup(|config| config.smtp.host = closed_port().to_string()).await;
    let run = setup.due_report().await;
    assert!(run["error"].as_str().is_some_and(|e| e.contains("mail server") && e.contains("refused")), "{run}");
    assert_ne!(run["state"], "sent");
}

#[tokio::test]
async fn an_unreachable_grafana_is_named() {
    let address = closed_port();
    let setup = setup(|config| config.grafana.url = Some(format!("http://{address}"))).await;
    let run = setup.due_report().await;
    assert!(run["error"].as_str().is_some_and(|e| e.contains("cannot be reached") && e.contains(&address.to_string())), "{run}");
}

#[tokio::test]
async fn a_wrong_token_says_what_to_do() {
    let setup = setup(|config| config.grafana.token = Some(Secret::new("glsa_wrong"))).await;
    setup.refused("POST", "/api/reports", report(|_| {}), StatusCode::FORBIDDEN, "token").await;
    setup.refused("GET", "/api/reports/render/pdfs?dashboards=sample-shop", String::new(), StatusCode::FORBIDDEN, "token").await;
    assert!(Arc::strong_count(&setup.program.engine) > 0, "the program stays up");
    setup.refused("POST", "/api/_connect", json!({ "token": "glsa_wrong" }).to_string(), StatusCode::BAD_REQUEST, "token").await;
    let (status, answer) = setup.call("POST", "/api/_connect", json!({ "token": TOKEN }).to_string()).await;
    assert_eq!(status, StatusCode::OK, "{answer}");
    let (status, created) = setup.call("POST", "/api/reports", report(|_| {})).await;
    assert_eq!(status, StatusCode::OK, "the connected token is used: {created}");
}
