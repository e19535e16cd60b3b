//! Two organisations side by side in one program, each with its own token and words: a walk over every operation of the API's own
//! description, as one organisation with the names of the other, finds nothing of it and changes nothing of it; and what is asked of
//! Grafana meanwhile carries the token and the number of the organisation that asks.

use std::{collections::BTreeMap, sync::Arc};

use axum::{Router, body::Body};
use broadsheet::{
    api::{Caller, Role},
    app::Program,
    config::{Config, GrafanaConfig, Secret, SmtpConfig},
    demo::mailbox::Mailbox,
};
use http::{Request, StatusCode};
use serde_json::{Value, json};
use tower::ServiceExt;

use crate::fake_grafana::{FakeGrafana, word};

struct Setup {
    router: Router,
    grafana: Arc<FakeGrafana>,
    _mailbox: Mailbox,
    _program: Program,
    _folder: tempfile::TempDir,
}

/// What the other organisation has, by the names of path parameters.
type Names = BTreeMap<&'static str, String>;

async fn setup() -> Setup {
    let grafana = FakeGrafana::start().await;
    let (mailbox, smtp) = Mailbox::start().await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    let mut config = Config {
        data_dir: Some(folder.path().join("data")),
        grafana: GrafanaConfig { url: Some(grafana.url()), ..GrafanaConfig::default() },
        smtp: SmtpConfig { enabled: true, host: smtp.to_string(), from_address: "g@example.org".into(), ..SmtpConfig::default() },
        ..Config::default()
    };
    // One by the configuration, the other connects.
    config.grafana.org_tokens.insert(1, Secret::new("glsa_1_ini"));
    let program = Program::open(&config).unwrap();
    let router = program.router();
    Setup { router, grafana, _mailbox: mailbox, _program: program, _folder: folder }
}

impl Setup {
    async fn call(&self, org_id: i64, method: &str, path: &str, body: &Value) -> (StatusCode, Vec<u8>) {
        let caller = Caller { org_id, login: word(org_id).into(), role: Role::Admin, ..Caller::default() };
        let body = if body.is_null() { Body::empty() } else { Body::from(body.to_string()) };
        let request = Request::builder().method(method).uri(format!("/api{path}")).header("Content-Type", "application/json");
        let response = self.router.clone().oneshot(request.extension(caller).body(body).unwrap()).await.unwrap();
        let status = response.status();
        (status, axum::body::to_bytes(response.into_body(), 64 << 20).await.unwrap().to_vec())
    }

    async fn json(&self, org_id: i64, method: &str, path: &str, body: &Value) -> Value {
        let (status, bytes) = self.call(org_id, method, path, body).await;
        assert!(status.is_success(), "{method} {path}: {status} {}", String::from_utf8_lossy(&bytes));
        serde_json::from_slice(&bytes).unwrap()
    }

    /// Gives an organisation one of everything.
    async fn fill(&self, org_id: i64) -> Names {
        let word = word(org_id);
        let image = self.json(org_id, "POST", "/reports/images", &json!({ "name": format!("logo-{word}.png"), "content": PIXEL })).await;
        let branding =
            json!({ "reportLogoUrl": image["name"], "emailFooterText": format!("Footer of {word}"), "emailFooterMode": "sent-by" });
        self.json(org_id, "POST", "/reports/settings", &json!({ "branding": branding })).await;
        let created = self.json(org_id, "POST", "/reports", &report(org_id, org_id)).await;
        let id = created["id"].to_string();
        self.json(org_id, "POST", "/reports/email", &json!({ "id": id, "useEmailsFromReport": true })).await;
        let runs = self.json(org_id, "GET", &format!("/reports/{id}/runs"), &Value::Null).await;
        let run = runs.get(0).or(runs.pointer("/runs/0")).unwrap().clone();
        BTreeMap::from([
            ("id", id),
            ("uid", format!("board-{word}")),
            ("image", image["name"].as_str().unwrap().to_owned()),
            ("run", run["id"].to_string()),
            ("file", "0".to_owned()),
            ("reportUid", created["uid"].as_str().unwrap().to_owned()),
        ])
    }

    /// All that an organisation can see of itself and that the walk of another must leave as it is.
    async fn everything(&self, org_id: i64, names: &Names) -> Vec<(String, Vec<u8>)> {
        let mut seen = Vec::new();
        for path in [
            "/reports".to_owned(),
            format!("/reports/{}", names["id"]),
            format!("/reports/{}/runs", names["id"]),
            format!("/reports/runs/{}/files/{}", names["run"], names["file"]),
            format!("/reports/images/{}", names["image"]),
            "/reports/runs".into(),
            "/reports/settings".into(),
            "/reports/export.yaml".into(),
            "/reports/overview".into(),
        ] {
            let (status, bytes) = self.call(org_id, "GET", &path, &Value::Null).await;
            assert_eq!(status, StatusCode::OK, "{path}: {}", String::from_utf8_lossy(&bytes));
            seen.push((path, bytes));
        }
        let connection = self.json(org_id, "GET", "/_status", &Value::Null).await["connection"]["state"].to_string();
        seen.push(("connection".into(), connection.into_bytes()));
        seen
    }
}

/// A report of an organisation on the dashboard of an organisation.
fn report(org_id: i64, board_of: i64) -> Value {
    let word = word(org_id);
    json!({
        "name": format!("Report of {word}"), "recipients": format!("{word}@example.org"), "message": format!("Message of {word}"),
        "formats": ["pdf"], "schedule": { "frequency": "never", "timeZone": "UTC" },
        "dashboards": [{ "dashboard": { "uid": format!("board-{}", self::word(board_of)) }, "timeRange": { "from": "now-1h", "to": "now" } }]
    })
}

/// The body of an operation that is about what `names` name, of the organisation `other`.
fn body(schema: &str, org_id: i64, other: i64, names: &Names) -> Value {
    match schema {
        "CreateOrUpdateReport" => report(org_id, other),
        "ReportEmail" => json!({ "id": names["id"], "emails": format!("{}@example.org", word(org_id)) }),
        "ReportSettings" => json!({ "branding": { "reportLogoUrl": names["image"], "emailFooterText": "Mine" } }),
        "CheckRequest" => json!({ "id": names["id"] }),
        "SettingsImage" => json!({ "name": names["image"], "content": PIXEL }),
        "ConnectRequest" => json!({ "token": format!("glsa_{other}_stolen") }),
        "OccurrencesRequest" => json!({ "schedule": { "frequency": "daily" } }),
        "DuplicateRequest" | "RunRequest" | "ReloadProvisioning" => json!({}),
        new => panic!("say here what a {new} of another organisation is"),
    }
}

/// Every operation of the description, with the names of the other organisation in it.
fn operations(document: &Value, org_id: i64, other: i64, names: &Names) -> Vec<(String, String, Value)> {
    let mut all = Vec::new();
    for (path, methods) in document["paths"].as_object().unwrap() {
        for (method, operation) in methods.as_object().unwrap() {
            let schema = operation.pointer("/requestBody/content/application~1json/schema/$ref").and_then(Value::as_str);
            let body = schema.map_or(Value::Null, |schema| body(schema.rsplit('/').next().unwrap(), org_id, other, names));
            // Reports go by number and by uid.
            for id in if path.contains("{id}") { vec!["id", "reportUid"] } else { vec!["id"] } {
                let mut path = path.strip_prefix("/api").unwrap_or(path).replace("{id}", &names[id]);
                for (name, value) in names {
                    path = path.replace(&format!("{{{name}}}"), value);
                }
                assert!(!path.contains('{'), "say above what stands for the parameter of {path}");
                if path.starts_with("/reports/render/") {
                    path = format!("{path}?dashboards={}", names["uid"]);
                }
                all.push((method.to_uppercase(), path, body.clone()));
            }
        }
    }
    // What ends the walker's own connection comes last.
    all.sort_by_key(|(method, path, _)| path == "/_connect" && method == "DELETE");
    all
}

#[tokio::test]
async fn see_and_change_nothing_of_each_other() {
    let setup = setup().await;
    setup.json(2, "POST", "/_connect", &json!({ "token": "glsa_2_own" })).await;
    let names = BTreeMap::from([(1, setup.fill(1).await), (2, setup.fill(2).await)]);
    let document = setup.json(1, "GET", "/reports/openapi.json", &Value::Null).await;
    for (org_id, other) in [(1, 2), (2, 1)] {
        let before = setup.everything(other, &names[&other]).await;
        setup.grafana.take_asked();
        let operations = operations(&document, org_id, other, &names[&other]);
        assert!(operations.len() > 30, "{}", operations.len());
        for (method, path, body) in operations {
            let (status, answer) = setup.call(org_id, &method, &path, &body).await;
            let asked = format!("{method} {path} of {other} by {org_id}");
            let shown = String::from_utf8_lossy(&answer);
            assert_ne!(status, StatusCode::INTERNAL_SERVER_ERROR, "{asked}: {shown}");
            // What the caller itself named may come back; nothing else of the other's may.
            let told: String = names[&other]
                .values()
                .filter(|name| name.len() > 4)
                .fold(shown.to_lowercase(), |text, name| text.replace(&name.to_lowercase(), ""));
            assert!(!told.contains(word(other)), "{asked}: {status} {shown}");
            let is_theirs = path.contains(&format!("/{}", names[&other]["reportUid"])) || path.starts_with("/reports/runs/");
            assert!(!is_theirs || status == StatusCode::NOT_FOUND, "{asked}: {status} {shown}");
            for request in setup.grafana.take_asked() {
                // Whose a token is that somebody hands over, Grafana is asked with that token; in the caller's organisation.
                let is_offered = path == "/_connect" && request.token == format!("glsa_{other}_stolen");
                assert!(request.token_org() == org_id || is_offered, "{asked}: {request:?}");
                assert_eq!(request.org_header, Some(org_id), "{asked}: {request:?}");
            }
        }
        for (now, then) in setup.everything(other, &names[&other]).await.into_iter().zip(before) {
            assert!(now == then, "{} of {other} changed: {}", now.0, String::from_utf8_lossy(&now.1));
        }
        if org_id == 2 {
            continue;
        }
        assert_eq!(setup.json(1, "GET", "/_status", &Value::Null).await["connection"]["source"], "org_api_token", "the ini's stays");
    }
}

/// A red pixel.
const PIXEL: &str = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR4nGP4z8AAAAMBAQDJ/pLvAAAAAElFTkSuQmCC";
