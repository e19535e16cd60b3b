//! A Grafana of two organisations for tests: each has its tokens, a dashboard and words of its own, and every request is kept.

use std::{
    collections::BTreeSet,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
};

use axum::{
    Json, Router,
    extract::State,
    response::{IntoResponse, Response},
};
use broadsheet::grafana_api::{Client, ClientOptions, Credential};
use http::{HeaderMap, StatusCode, Uri};
use serde_json::{Value, json};

/// One request, as far as it says who asks.
#[derive(Clone, Debug)]
pub struct Asked {
    /// Without "Bearer ".
    pub token: String,
    /// `X-Grafana-Org-Id`.
    pub org_header: Option<i64>,
    pub path: String,
    pub query: String,
}

impl Asked {
    /// The organisation in "glsa_<org>_…".
    pub fn token_org(&self) -> i64 {
        self.token.split('_').nth(1).and_then(|org| org.parse().ok()).unwrap_or(0)
    }
}

#[derive(Default)]
pub struct FakeGrafana {
    pub url: Mutex<String>,
    pub asked: Mutex<Vec<Asked>>,
    /// Tokens that are gone.
    pub revoked: Mutex<BTreeSet<String>>,
    /// Organisations where the app is switched off.
    pub off: Mutex<BTreeSet<i64>>,
    /// Calls that the plugin answered.
    pub n_passed_on: AtomicUsize,
    /// Where the plugin's resources are served, to which we pass on.
    pub front: Mutex<Option<String>>,
    /// What the image renderer answers; there is none without.
    pub renderer: Mutex<Option<Vec<u8>>>,
    /// Panels of the dashboards besides their own.
    pub more_panels: Mutex<Vec<Value>>,
}

/// What only people of an organisation may ever see.
pub fn word(org_id: i64) -> &'static str {
    if org_id == 1 { "alpha" } else { "beta" }
}

impl FakeGrafana {
    pub async fn start() -> Arc<FakeGrafana> {
        let grafana = Arc::new(FakeGrafana::default());
        let listener = tokio::net::TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        *grafana.url.lock().unwrap() = format!("http://{}", listener.local_addr().unwrap());
        let router = Router::new().fallback(answer).with_state(grafana.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        grafana
    }

    pub fn url(&self) -> String {
        self.url.lock().unwrap().clone()
    }

    pub fn revoke(&self, token: &str) {
        self.revoked.lock().unwrap().insert(token.to_owned());
    }

    /// The requests so far; none are left.
    pub fn take_asked(&self) -> Vec<Asked> {
        std::mem::take(&mut *self.asked.lock().unwrap())
    }
}

async fn answer(State(grafana): State<Arc<FakeGrafana>>, uri: Uri, headers: HeaderMap) -> Response {
    let header = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned();
    let path = uri.path().to_owned();
    let asked = Asked {
        token: header("authorization").trim_start_matches("Bearer ").to_owned(),
        org_header: header("x-grafana-org-id").parse().ok(),
        path: path.clone(),
        query: uri.query().unwrap_or_default().to_owned(),
    };
    grafana.asked.lock().unwrap().push(asked.clone());
    let home = asked.token_org();
    let org_id = asked.org_header.unwrap_or(home);
    if home == 0 || grafana.revoked.lock().unwrap().contains(&asked.token) {
        return message(401, "Invalid API key");
    }
    if home != org_id {
        return message(401, "API key does not belong to the requested organization");
    }
    let is_off = grafana.off.lock().unwrap().contains(&org_id);
    match path.as_str() {
        "/bootdata" => json_of(json!({ "user": user(org_id) })),
        "/api/frontend/settings" => {
            let namespace = if org_id == 1 { "default" } else { "org-2" };
            let has_renderer = grafana.renderer.lock().unwrap().is_some();
            json_of(
                json!({ "namespace": namespace, "datasources": {}, "rendererAvailable": has_renderer, "buildInfo": { "version": "12.4.0" } }),
            )
        }
        "/api/access-control/user/permissions" => {
            json_of(json!({ "dashboards:read": ["dashboards:*"], "datasources:query": ["*"], "plugins.app:access": ["*"] }))
        }
        "/api/annotations" | "/api/search" => json_of(json!([])),
        "/api/org" => json_of(json!({ "id": org_id, "name": format!("Organisation {}", word(org_id)) })),
        "/api/plugins/broadsheet-reports-app/settings" => json_of(json!({ "enabled": !is_off })),
        "/api/plugins/broadsheet-reports-app/resources/_sync" if is_off => message(404, "Plugin is not enabled"),
        "/api/plugins/broadsheet-reports-app/resources/_sync" => pass_on(&grafana, org_id, &path).await,
        path if path == format!("/api/dashboards/uid/board-{}", word(org_id)) => {
            let mut json = dashboard(org_id);
            let more = grafana.more_panels.lock().unwrap().clone();
            json["dashboard"]["panels"].as_array_mut().unwrap().extend(more);
            json_of(json)
        }
        path if path.starts_with("/render/d-solo/") => {
            let picture = grafana.renderer.lock().unwrap().clone().unwrap_or_else(|| b"stock".to_vec());
            ([("content-type", "image/png")], picture).into_response()
        }
        _ => message(404, "Dashboard not found"),
    }
}

/// As Grafana does with an app's resources: the plugin is called, with its settings.
async fn pass_on(grafana: &FakeGrafana, org_id: i64, path: &str) -> Response {
    let Some(front) = grafana.front.lock().unwrap().clone() else { return message(503, "not up yet") };
    let mut options = ClientOptions::new(front, Credential::parse("admin:admin"));
    options.org_id = Some(org_id);
    match Client::new(options).unwrap().get_json(path, "call the plugin").await {
        Ok(json) => {
            grafana.n_passed_on.fetch_add(1, Ordering::SeqCst);
            json_of(json)
        }
        Err(error) => message(500, &error.to_string()),
    }
}

fn user(org_id: i64) -> Value {
    let login = format!("sa-{}", word(org_id));
    json!({ "isSignedIn": true, "id": 7, "orgId": org_id, "orgRole": "Admin", "login": login, "timezone": "utc" })
}

fn dashboard(org_id: i64) -> Value {
    let word = word(org_id);
    let panel = json!({
        "id": 1, "type": "text", "title": format!("Panel of {word}"), "gridPos": { "x": 0, "y": 0, "w": 12, "h": 4 },
        "options": { "mode": "markdown", "content": format!("Figures of {word}") }
    });
    let uid = format!("board-{word}");
    json!({
        "dashboard": { "id": org_id, "uid": uid, "title": format!("Board of {word}"), "schemaVersion": 41, "panels": [panel] },
        "meta": { "type": "db", "url": format!("/d/board-{word}/x"), "folderTitle": "General", "canSave": true }
    })
}

fn json_of(json: Value) -> Response {
    Json(json).into_response()
}

fn message(status: u16, text: &str) -> Response {
    (StatusCode::from_u16(status).unwrap(), Json(json!({ "message": text }))).into_response()
}
