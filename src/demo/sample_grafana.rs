//! The demo's sample Grafana: answers the routes a report needs, over HTTP, in the shapes a real Grafana 12.4 answers.
//! User "admin" with password "admin", or the token the demo was given; one organisation.

use std::{net::SocketAddr, sync::Arc};

use axum::{
    Json, Router,
    extract::{Path, Query, Request, State},
    http::{HeaderMap, StatusCode, header},
    middleware::{self, Next},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use base64::Engine as _;
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::net::TcpListener;

use super::sample_data;

const DASHBOARDS: &[&str] = &[include_str!("dashboards/shop.json"), include_str!("dashboards/servers.json")];

struct Sample {
    token: String,
    dashboards: Vec<Value>,
}

/// Starts the sample on a free loopback port.
pub async fn start(token: &str) -> anyhow::Result<SocketAddr> {
    let dashboards = DASHBOARDS.iter().map(|text| serde_json::from_str(text)).collect::<Result<_, _>>()?;
    let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
    let address = listener.local_addr()?;
    let router = router(Arc::new(Sample { token: token.to_owned(), dashboards }));
    tokio::spawn(async move { axum::serve(listener, router).await });
    Ok(address)
}

fn router(sample: Arc<Sample>) -> Router {
    let signed_in = Router::new()
        .route("/api/frontend/settings", get(frontend_settings))
        .route("/bootdata", get(|| async { Json(json!({ "user": user_fields() })) }))
        .route("/api/user", get(|| async { Json(json!({ "id": 1, "uid": "sample-admin", "email": "admin@localhost", "name": "Sample admin", "login": "admin", "orgId": 1, "isGrafanaAdmin": true })) }))
        .route("/api/user/orgs", get(|| async { Json(json!([{ "orgId": 1, "name": "Main Org.", "role": "Admin" }])) }))
        .route("/api/org", get(|| async { Json(json!({ "id": 1, "name": "Main Org." })) }))
        .route("/api/access-control/user/permissions", get(|| async { Json(json!({ "dashboards:read": ["dashboards:*"], "datasources:query": ["datasources:*"] })) }))
        .route("/api/search", get(search))
        .route("/api/dashboards/uid/{uid}", get(dashboard))
        .route("/api/annotations", get(annotations))
        .route("/api/ds/query", post(query))
        .route_layer(middleware::from_fn_with_state(sample.clone(), require_sign_in));
    Router::new()
        .route("/api/health", get(|| async { Json(json!({ "database": "ok", "version": "12.4.0" })) }))
        .merge(signed_in)
        .fallback(|| async { (StatusCode::NOT_FOUND, Json(json!({ "message": "Not found" }))) })
        .with_state(sample)
}

async fn require_sign_in(State(sample): State<Arc<Sample>>, headers: HeaderMap, request: Request, next: Next) -> Response {
    let given = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let basic = format!("Basic {}", base64::engine::general_purpose::STANDARD.encode("admin:admin"));
    if given == basic || given == format!("Bearer {}", sample.token) {
        return next.run(request).await;
    }
    (StatusCode::UNAUTHORIZED, Json(json!({ "message": "Unauthorized" }))).into_response()
}

fn user_fields() -> Value {
    json!({ "isSignedIn": true, "id": 1, "login": "admin", "name": "Sample admin", "orgId": 1, "orgName": "Main Org.", "orgRole": "Admin", "timezone": "utc", "weekStart": "" })
}

async fn frontend_settings(State(_): State<Arc<Sample>>) -> Json<Value> {
    Json(json!({
        "defaultDatasource": "Sample shop", "namespace": "default", "rendererAvailable": false,
        "buildInfo": { "version": "12.4.0" }, "dateFormats": { "defaultTimezone": "browser", "defaultWeekStart": "browser" },
        "datasources": {
            "Sample shop": { "id": 1, "uid": "sample", "name": "Sample shop", "type": "broadsheet-sample-datasource", "isDefault": true, "jsonData": {}, "meta": { "id": "broadsheet-sample-datasource", "backend": true } },
            "-- Grafana --": { "id": -1, "uid": "grafana", "name": "-- Grafana --", "type": "datasource", "meta": { "backend": true, "builtIn": true } },
            "-- Mixed --": { "type": "datasource", "name": "-- Mixed --", "meta": { "builtIn": true, "mixed": true } },
            "-- Dashboard --": { "type": "datasource", "name": "-- Dashboard --", "meta": { "builtIn": true } }
        }
    }))
}

#[derive(Deserialize)]
struct SearchQuery {
    #[serde(default)]
    query: String,
    #[serde(rename = "dashboardIds")]
    dashboard_id: Option<usize>,
}

async fn search(State(sample): State<Arc<Sample>>, Query(search): Query<SearchQuery>) -> Json<Value> {
    let wanted = search.query.to_lowercase();
    let hits = sample.dashboards.iter().enumerate().map(|(index, d)| (index + 1, d));
    let hits =
        hits.filter(|(id, d)| text(d, "title").to_lowercase().contains(&wanted) && search.dashboard_id.is_none_or(|only| only == *id));
    Json(
        hits.map(|(id, d)| json!({ "id": id, "uid": d["uid"], "title": d["title"], "type": "dash-db", "tags": d["tags"], "url": url(d) }))
            .collect(),
    )
}

async fn dashboard(State(sample): State<Arc<Sample>>, Path(uid): Path<String>) -> Response {
    match sample.dashboards.iter().position(|d| text(d, "uid") == uid) {
        Some(index) => {
            let mut found = sample.dashboards[index].clone();
            found["id"] = json!(index + 1);
            Json(json!({ "dashboard": found, "meta": { "type": "db", "url": url(&found), "folderTitle": "General" } })).into_response()
        }
        None => (StatusCode::NOT_FOUND, Json(json!({ "message": "Dashboard not found" }))).into_response(),
    }
}

#[derive(Deserialize)]
struct AnnotationQuery {
    from: Option<f64>,
    to: Option<f64>,
    #[serde(rename = "dashboardUID")]
    dashboard_uid: Option<String>,
}

/// A release every twelve hours, as somebody would have noted it.
async fn annotations(Query(query): Query<AnnotationQuery>) -> Json<Value> {
    const EVERY_MS: f64 = 43_200_000.0;
    let (Some(from), Some(to)) = (query.from, query.to) else { return Json(json!([])) };
    let mut at = (from / EVERY_MS).ceil() * EVERY_MS;
    let mut list = Vec::new();
    while at <= to && list.len() < 100 {
        list.push(json!({ "id": list.len() + 1, "dashboardUID": query.dashboard_uid, "time": at, "timeEnd": at, "text": "Release of the shop", "tags": ["release"] }));
        at += EVERY_MS;
    }
    Json(Value::Array(list))
}

/// As Grafana: 400 with full results when one refId fails.
async fn query(Json(body): Json<Value>) -> Response {
    let moment = |key: &str| match &body[key] {
        Value::String(text) => text.parse::<f64>().ok(),
        other => other.as_f64(),
    };
    let (Some(from), Some(to)) = (moment("from"), moment("to")) else {
        return (StatusCode::BAD_REQUEST, Json(json!({ "message": "from and to must be milliseconds" }))).into_response();
    };
    let mut results = serde_json::Map::new();
    let mut status = StatusCode::OK;
    for query in body["queries"].as_array().into_iter().flatten() {
        let ref_id = query["refId"].as_str().unwrap_or("A").to_owned();
        let result = sample_data::answer(query, from, to).unwrap_or_else(|error| {
            status = StatusCode::BAD_REQUEST;
            json!({ "status": 400, "error": error, "frames": [] })
        });
        results.insert(ref_id, result);
    }
    (status, Json(json!({ "results": results }))).into_response()
}

fn text<'a>(dashboard: &'a Value, key: &str) -> &'a str {
    dashboard[key].as_str().unwrap_or_default()
}

fn url(dashboard: &Value) -> String {
    let slug: String = text(dashboard, "title").to_lowercase().chars().map(|c| if c.is_alphanumeric() { c } else { '-' }).collect();
    format!("/d/{}/{slug}", text(dashboard, "uid"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::grafana_api::{Client, ClientOptions, Credential, SavedDashboard};

    async fn client(token: &str) -> Client {
        let address = start("secret").await.unwrap();
        Client::new(ClientOptions::new(format!("http://{address}"), Credential::parse(token))).unwrap()
    }

    #[tokio::test]
    async fn the_products_client_reads_it() {
        let client = client("secret").await;
        let settings = client.frontend_settings().await.unwrap();
        assert!(settings.datasources.iter().any(|d| d.uid == "sample" && d.is_default && d.backend));
        assert_eq!(client.preferences().await.unwrap().time_zone, "utc");
        let answer = client.dashboard("sample-shop", "default").await.unwrap();
        assert!(matches!(answer.saved, SavedDashboard::Classic(json) if json["title"] == "Shop performance"));
        let missing = client.dashboard("nope", "default").await.unwrap_err();
        assert_eq!(missing.to_string(), "dashboard nope: Dashboard not found");
    }

    #[tokio::test]
    async fn a_wrong_token_is_told() {
        let error = client("wrong").await.frontend_settings().await.unwrap_err();
        assert!(error.is_denied() && error.to_string().contains("token"), "{error}");
    }

    #[tokio::test]
    async fn one_failed_query_leaves_the_others() {
        let client = client("secret").await;
        let body =
            json!({ "from": "0", "to": "60000", "queries": [{ "refId": "A", "metric": "orders" }, { "refId": "B", "metric": "luck" }] });
        let request = grafana::query::QueryRequest { panel_id: 1, datasource: Default::default(), body, compare_ms: None };
        let answer = client.query(&request, "sample-shop").await.unwrap();
        assert!(answer["results"]["A"]["frames"][0].is_object());
        assert!(answer["results"]["B"]["error"].as_str().unwrap().contains("luck"));
    }
}
