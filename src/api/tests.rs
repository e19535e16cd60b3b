//! The router in process, with a fake renderer and mailer: every operation, its messages and its mistakes.

mod audit;
mod check;
mod runs;

use std::sync::Arc;

use axum::{Router, body::Body};
use futures_util::future::BoxFuture;
use http::{Request, StatusCode, header};
use http_body_util::BodyExt;
use serde_json::{Value, json};
use tower::ServiceExt;

use super::{ApiState, Caller, Connector, Role, TokenError, router};
use crate::{
    config::Secret,
    connection::{Account, Facts, Standing},
    mail::MailError,
    rights::{Rights, fake::FakeSource},
    scheduler::{
        Engine, Scheduler,
        fake::{Bench, bench},
    },
    store::{self, RunFilter, Store},
};

/// Knows "glsa_good" of organisation 1; what is adopted goes into the store.
struct FakeConnector(Store);

impl FakeConnector {
    fn of(engine: &Engine) -> Arc<FakeConnector> {
        Arc::new(FakeConnector(engine.store.clone()))
    }
}

impl Connector for FakeConnector {
    fn verify<'a>(&'a self, _org_id: i64, token: &'a Secret) -> BoxFuture<'a, Result<Account, TokenError>> {
        Box::pin(async move {
            match token.expose() {
                "glsa_good" => Ok(Account { login: "sa-broadsheet".into(), org_id: 1, ..Account::default() }),
                "glsa_down" => Err(TokenError::Unavailable("Grafana cannot be reached".into())),
                _ => Err(TokenError::Invalid("token: Grafana does not know it".into())),
            }
        })
    }

    fn adopt(&self, org_id: i64, token: Secret, _account: Account) -> BoxFuture<'_, Result<(), store::Error>> {
        Box::pin(self.0.save_token(org_id, token, 0))
    }

    fn forget(&self, org_id: i64) -> BoxFuture<'_, Result<bool, store::Error>> {
        Box::pin(self.0.delete_token(org_id))
    }

    fn standing(&self, org_id: i64) -> BoxFuture<'_, Standing> {
        Box::pin(async move { Standing::of(Facts { org_id, ..Facts::default() }) })
    }
}

/// For tests of neighbours: the router over an engine, and one call of an administrator as "200 message".
pub(crate) fn router_of(engine: Arc<Engine>) -> Router {
    let rights = blind(&engine);
    router(ApiState { connector: FakeConnector::of(&engine), engine, rights, provisioner: None })
}

/// A Grafana that tells nothing of anybody's rights: the role counts.
fn blind(engine: &Engine) -> Arc<Rights> {
    Arc::<FakeSource>::default().rights(engine.clock.clone())
}

pub(crate) fn router_with_rights(engine: Arc<Engine>, rights: Arc<Rights>) -> Router {
    router(ApiState { connector: FakeConnector::of(&engine), engine, rights, provisioner: None })
}

pub(crate) fn router_with(engine: Arc<Engine>, provisioner: Arc<crate::provision::Provisioner>) -> Router {
    let rights = blind(&engine);
    router(ApiState { connector: FakeConnector::of(&engine), engine, rights, provisioner: Some(provisioner) })
}

/// One call of an administrator of an organisation, and the body of its answer.
pub(crate) async fn json_of(router: &Router, org_id: i64, method: &str, path: &str, body: &str) -> Value {
    let mut request = Request::builder().method(method).uri(path).body(Body::from(body.to_owned())).unwrap();
    request.extensions_mut().insert(caller(org_id, Role::Admin));
    let response = router.clone().oneshot(request).await.unwrap();
    let bytes = response.into_body().collect().await.unwrap().to_bytes();
    serde_json::from_slice(&bytes).unwrap()
}

pub(crate) async fn call(router: &Router, method: &str, path: &str, body: &str) -> String {
    let mut request = Request::builder().method(method).uri(path).body(Body::from(body.to_owned())).unwrap();
    request.extensions_mut().insert(caller(1, Role::Admin));
    let response = router.clone().oneshot(request).await.unwrap();
    let status = response.status().as_u16();
    let bytes = response.into_body().collect().await.unwrap().to_bytes();
    Answer { status, headers: http::HeaderMap::new(), bytes: bytes.to_vec() }.text()
}

struct Api {
    bench: Bench,
    router: Router,
}

fn api() -> Api {
    let bench = bench();
    let router = router_of(bench.engine.clone());
    Api { bench, router }
}

fn caller(org_id: i64, role: Role) -> Caller {
    Caller { org_id, role, login: "ada".into(), user_id: Some(7), ..Caller::default() }
}

struct Answer {
    status: u16,
    headers: http::HeaderMap,
    bytes: Vec<u8>,
}

impl Answer {
    fn json(&self) -> Value {
        serde_json::from_slice(&self.bytes).unwrap_or(Value::Null)
    }

    fn header(&self, name: header::HeaderName) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    /// "200 message".
    fn text(&self) -> String {
        format!("{} {}", self.status, self.json()["message"].as_str().unwrap_or_default())
    }
}

impl Api {
    async fn call_as(&self, caller: Option<Caller>, method: &str, path: &str, body: impl Into<Body>) -> Answer {
        let mut request = Request::builder().method(method).uri(path).body(body.into()).unwrap();
        if let Some(caller) = caller {
            request.extensions_mut().insert(caller);
        }
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        Answer { status: parts.status.as_u16(), headers: parts.headers, bytes: body.collect().await.unwrap().to_bytes().to_vec() }
    }

    async fn call(&self, method: &str, path: &str, body: Value) -> Answer {
        let body = if body.is_null() { String::new() } else { body.to_string() };
        self.call_as(Some(caller(1, Role::Admin)), method, path, body).await
    }

    async fn get(&self, path: &str) -> Answer {
        self.call("GET", path, Value::Null).await
    }

    /// Creates the example and returns its number.
    async fn create(&self) -> i64 {
        let answer = self.call("POST", "/reports", example()).await;
        assert_eq!(answer.text(), "200 Report created");
        answer.json()["id"].as_i64().unwrap()
    }

    async fn check(&self, method: &str, path: &str, body: Value, expected: &str) {
        let answer = self.call(method, path, body.clone()).await;
        assert_eq!(answer.text(), expected, "{method} {path} {}", body.to_string().chars().take(300).collect::<String>());
        assert_eq!(answer.header(header::CONTENT_TYPE), "application/json", "{method} {path}");
    }
}

fn example() -> Value {
    json!({
        "name": "Report 4", "recipients": "a@x.org,b@x.org", "replyTo": "r@x.org", "message": "Hello,\nplease find it attached",
        "schedule": {"startDate": "2026-12-02T10:00:00+01:00", "endDate": null, "frequency": "weekly", "intervalFrequency": "",
            "intervalAmount": 0, "workdaysOnly": false, "timeZone": "Europe/Warsaw"},
        "options": {"orientation": "landscape", "layout": "grid"}, "enableDashboardUrl": true,
        "dashboards": [{"dashboard": {"uid": "d1"}, "timeRange": {"from": "now-1d", "to": "now"}, "reportVariables": {"v": "Value1"}}],
        "formats": ["pdf", "csv"]
    })
}

fn with(key: &str, value: Value) -> Value {
    let mut body = example();
    body[key] = value;
    body
}

#[tokio::test]
async fn who_may_call() {
    let api = api();
    let check = async |caller: Option<Caller>, expected: &str| {
        for (method, path) in [
            ("GET", "/reports"),
            ("GET", "/api/reports"),
            ("POST", "/reports"),
            ("GET", "/reports/1"),
            ("PUT", "/reports/1"),
            ("DELETE", "/reports/1"),
            ("GET", "/reports/dashboards/x"),
            ("POST", "/reports/email"),
            ("POST", "/reports/test-email"),
            ("GET", "/reports/settings"),
            ("POST", "/reports/settings"),
            ("GET", "/reports/images/x"),
            ("POST", "/_connect"),
            ("GET", "/_status"),
        ] {
            assert_eq!(api.call_as(caller.clone(), method, path, "").await.text(), expected, "{method} {path}");
        }
    };
    check(None, "401 Unauthorized").await;
    let forbidden = "403 You'll need the organization role Admin to perform this action";
    check(Some(caller(1, Role::Editor)), forbidden).await;
    check(Some(caller(1, Role::Viewer)), forbidden).await;
    check(Some(caller(1, Role::None)), forbidden).await;
    check(Some(caller(0, Role::Admin)), forbidden).await;
}

#[tokio::test]
async fn paths_and_methods_nobody_serves() {
    let api = api();
    api.check("GET", "/nothing", Value::Null, "404 Not found").await;
    api.check("GET", "/api/nothing", Value::Null, "404 Not found").await;
    api.check("PATCH", "/reports", json!({}), "405 Method not allowed").await;
    api.check("GET", "/api/reports/email", Value::Null, "405 Method not allowed").await;
}

#[tokio::test]
async fn a_report_lives() {
    let api = api();
    assert_eq!(api.get("/reports").await.json(), json!([]));
    let answer = api.call("POST", "/api/reports", example()).await;
    let (id, uid) = (answer.json()["id"].clone(), answer.json()["uid"].as_str().unwrap().to_owned());
    let report = api.get(&format!("/reports/{id}")).await.json();
    assert_eq!(
        report,
        json!({
            "id": id, "uid": uid, "userId": 7, "orgId": 1, "name": "Report 4", "subject": "", "recipients": "a@x.org,b@x.org",
            "replyTo": "r@x.org", "message": "Hello,\nplease find it attached",
            "schedule": {"startDate": "2026-12-02T10:00:00+01:00", "endDate": null, "frequency": "weekly", "intervalFrequency": "",
                "intervalAmount": 0, "workdaysOnly": false, "dayOfMonth": "2", "timeZone": "Europe/Warsaw"},
            "options": {"orientation": "landscape", "layout": "grid", "pdfCombineOneFile": false, "pdfShowTemplateVariables": false,
                "csvEncoding": "", "timeRange": {"from": "", "to": ""}},
            "enableDashboardUrl": true, "enableCsv": false, "state": "scheduled",
            "dashboards": [{"dashboard": {"id": 1, "uid": "d1", "name": "Title of d1"}, "timeRange": {"from": "now-1d", "to": "now"},
                "reportVariables": {"v": "Value1"}}],
            "formats": ["pdf", "csv"], "scaleFactor": 1, "created": "2026-11-20T09:00:00+01:00", "updated": "2026-11-20T09:00:00+01:00"
        })
    );
    assert_eq!(api.get(&format!("/api/reports/{uid}")).await.json(), report, "by uid, under both roots");
    assert_eq!(api.get("/reports").await.json(), json!([report]));
    assert_eq!(api.get("/reports/dashboards/d1").await.json(), json!([report]));
    assert_eq!(api.get("/reports/dashboards/d2").await.json(), json!([]));

    api.bench.clock.set("2026-11-21T08:00:00Z");
    api.check("PUT", &format!("/reports/{id}"), json!({"name": "Renamed"}), "200 Report updated").await;
    let updated = api.get(&format!("/reports/{id}")).await.json();
    assert_eq!((&updated["name"], &updated["message"]), (&json!("Renamed"), &report["message"]));
    assert_eq!((&updated["created"], &updated["updated"]), (&report["created"], &json!("2026-11-21T09:00:00+01:00")));

    api.check("DELETE", &format!("/reports/{id}"), Value::Null, "200 Report config was removed").await;
    api.check("GET", &format!("/reports/{id}"), Value::Null, "404 Report not found").await;
    api.check("DELETE", &format!("/reports/{id}"), Value::Null, "404 Report not found").await;
    api.check("PUT", &format!("/reports/{id}"), example(), "404 Report not found").await;
}

#[tokio::test]
async fn a_change_may_be_bound_to_what_was_read() {
    let api = api();
    let id = api.create().await;
    let path = format!("/reports/{id}");
    let tag = async || api.get(&path).await.header(header::ETAG).to_owned();
    let send = async |method: &str, path: &str, header: &str, tag: &str, body: Value| {
        let mut request = Request::builder().method(method).uri(path).header(header, tag).body(Body::from(body.to_string())).unwrap();
        request.extensions_mut().insert(caller(1, Role::Admin));
        let response = api.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        Answer { status: parts.status.as_u16(), headers: parts.headers, bytes: body.collect().await.unwrap().to_bytes().to_vec() }
    };
    let first = tag().await;
    assert!(first.starts_with('"') && first.len() == 34, "{first}");
    assert_eq!(first, tag().await);
    let known = send("GET", &path, "If-None-Match", &first, Value::Null).await;
    assert_eq!((known.status, known.bytes.len(), known.header(header::ETAG)), (304, 0, first.as_str()));
    assert_eq!(send("GET", &path, "If-None-Match", "\"other\"", Value::Null).await.status, 200);

    let gone = "412 the report has changed since it was read";
    let rename = json!({"name": "Renamed"});
    assert_eq!(send("PUT", &path, "If-Match", &first, rename.clone()).await.text(), "200 Report updated");
    let second = tag().await;
    assert_ne!(first, second);
    let pause = format!("{path}/pause");
    let resume = format!("{path}/resume");
    for (method, path) in [("PUT", &path), ("POST", &pause), ("POST", &resume), ("DELETE", &path)] {
        assert_eq!(send(method, path, "If-Match", &first, rename.clone()).await.text(), gone, "{method} {path}");
        assert_eq!(send(method, path, "If-Match", &format!("W/{second}"), rename.clone()).await.text(), gone, "{method} {path}");
    }
    assert_eq!(tag().await, second, "nothing was changed");
    assert_eq!(send("POST", &pause, "If-Match", &format!("{first}, {second}"), Value::Null).await.text(), "200 Report paused");
    assert_eq!(send("POST", &resume, "If-Match", "*", Value::Null).await.text(), "200 Report resumed");
    let third = tag().await;
    assert_eq!(send("DELETE", &path, "If-Match", &third, Value::Null).await.text(), "200 Report config was removed");
    assert_eq!(send("DELETE", &path, "If-Match", &third, Value::Null).await.text(), "404 Report not found");
}

#[tokio::test]
async fn a_list_in_parts() {
    let api = api();
    for (name, uid, frequency, state) in [
        ("Shop", "d1", "daily", "scheduled"),
        ("servers", "d2", "weekly", "paused"),
        ("Shop, weekly", "d1", "weekly", "scheduled"),
        ("Éclair", "d3", "monthly", "draft"),
    ] {
        let mut body = with("name", json!(name));
        body["dashboards"] = json!([{"dashboard": {"uid": uid}}]);
        body["schedule"]["frequency"] = json!(frequency);
        body["state"] = json!(state);
        assert_eq!(api.call("POST", "/reports", body).await.text(), "200 Report created");
    }
    let check = async |query: &str, ids: &[i64], total: &str, link: &str| {
        let answer = api.get(&format!("/reports?{query}")).await;
        let got: Vec<i64> = answer.json().as_array().unwrap().iter().map(|report| report["id"].as_i64().unwrap()).collect();
        assert_eq!((got.as_slice(), answer.header(header::HeaderName::from_static("x-total-count"))), (ids, total), "{query}");
        assert_eq!(answer.header(header::LINK), link, "{query}");
    };
    check("", &[1, 2, 3, 4], "4", "").await;
    check("query=SHOP", &[1, 3], "2", "").await;
    check("query=title+of+d2", &[2], "1", "").await;
    check("query=%C3%A9clair", &[4], "1", "").await;
    check("state=paused,draft", &[2, 4], "2", "").await;
    check("state=paused&state=draft", &[2, 4], "2", "").await;
    check("frequency=weekly&dashboardUid=d1", &[3], "1", "").await;
    check("dashboardUid=nowhere", &[], "0", "").await;
    check("sort=name", &[2, 1, 3, 4], "4", "").await;
    check("sort=-id&unknown=1", &[4, 3, 2, 1], "4", "").await;
    check("sort=state", &[4, 2, 1, 3], "4", "").await;
    let first = "<?page=1&perPage=2>; rel=\"first\"";
    let last = "<?page=2&perPage=2>; rel=\"last\"";
    check("perPage=2", &[1, 2], "4", &format!("{first}, <?page=2&perPage=2>; rel=\"next\", {last}")).await;
    check("page=2&perPage=2", &[3, 4], "4", &format!("{first}, <?page=1&perPage=2>; rel=\"prev\", {last}")).await;
    check("page=1", &[1, 2, 3, 4], "4", "<?page=1&perPage=50>; rel=\"first\", <?page=1&perPage=50>; rel=\"last\"").await;
    check("page=9&perPage=2", &[], "4", &format!("{first}, {last}")).await;
    check(
        "query=a%26b&page=1",
        &[],
        "0",
        "<?query=a%26b&page=1&perPage=50>; rel=\"first\", <?query=a%26b&page=1&perPage=50>; rel=\"last\"",
    )
    .await;
    let refused = async |query: &str, expected: &str| api.check("GET", &format!("/reports?{query}"), Value::Null, expected).await;
    refused("state=sleeping", "400 state: unknown state \"sleeping\"; use draft, scheduled or paused").await;
    refused("frequency=yearly", "400 frequency: unknown frequency \"yearly\"; use once, hourly, daily, weekly, monthly, custom or never")
        .await;
    refused("page=0", "400 page: expected a number from 1, got \"0\"").await;
    refused("perPage=5000", "400 perPage: expected a number from 1 to 1000, got \"5000\"").await;
    refused("sort=size", "400 sort: expected id, name, state, created or updated, with - in front for the reverse, got \"size\"").await;
}

#[tokio::test]
async fn dashboards_by_number() {
    let api = api();
    let older = |id: i64| {
        let mut body = example();
        body.as_object_mut().unwrap().remove("dashboards");
        body["dashboardId"] = json!(id);
        body
    };
    let id = api.call("POST", "/reports", older(463)).await.json()["id"].clone();
    let dashboard = async || api.get(&format!("/reports/{id}")).await.json()["dashboards"][0]["dashboard"].clone();
    assert_eq!(dashboard().await, json!({"id": 463, "uid": "d463", "name": "Title of d463"}));
    api.check("PUT", &format!("/reports/{id}"), older(7), "200 Report updated").await;
    assert_eq!(dashboard().await, json!({"id": 7, "uid": "d7", "name": "Title of d7"}));
    api.check("PUT", &format!("/reports/{id}"), older(7), "200 Report updated").await;
    api.check("POST", "/reports/test-email", older(7), "200 Test email sent").await;
    for (method, path) in [("POST", "/reports".to_owned()), ("PUT", format!("/reports/{id}")), ("POST", "/reports/test-email".into())] {
        api.check(method, &path, older(5000), "404 dashboard with the id 5000 not found").await;
    }
    let by_number = with("dashboards", json!([{"dashboard": {"id": 9}}]));
    api.check("PUT", &format!("/reports/{id}"), by_number, "200 Report updated").await;
    assert_eq!(dashboard().await["uid"], "d9");
}

#[tokio::test]
async fn organisations_are_separate() {
    let api = api();
    let id = api.create().await;
    let other = Some(caller(2, Role::Admin));
    for (method, path, body) in [
        ("GET", format!("/reports/{id}"), String::new()),
        ("PUT", format!("/reports/{id}"), example().to_string()),
        ("DELETE", format!("/reports/{id}"), String::new()),
        ("GET", format!("/reports/{id}/runs"), String::new()),
        ("POST", format!("/reports/{id}/run"), String::new()),
        ("POST", format!("/reports/{id}/duplicate"), String::new()),
        ("POST", format!("/reports/{id}/pause"), String::new()),
        ("POST", "/reports/email".into(), json!({"id": id.to_string(), "useEmailsFromReport": true}).to_string()),
    ] {
        assert_eq!(api.call_as(other.clone(), method, &path, body).await.text(), "404 Report not found", "{method} {path}");
    }
    assert_eq!(api.call_as(other, "GET", "/reports", "").await.json(), json!([]));
}

#[tokio::test]
async fn mistakes_in_bodies_and_paths() {
    let api = api();
    let id = api.create().await;
    let raw = async |body: &str, expected: &str| {
        let answer = api.call_as(Some(caller(1, Role::Admin)), "POST", "/reports", body.to_owned()).await;
        assert_eq!(answer.text(), expected, "{body}");
    };
    raw("", "400 bad request data: the body is empty").await;
    raw("{\"name\":", "400 bad request data: the body is not valid JSON: EOF while parsing a value at line 1 column 8").await;
    raw("[]", "400 request body: expected an object, got a list").await;
    raw(&format!("{{\"name\":\"{}\"}}", "x".repeat(33 << 20)), "413 the request body is too large").await;
    raw(&with("name", json!("x".repeat(2 << 20))).to_string(), "400 name: has 2097152 characters, at most 500 are allowed").await;
    for (method, path) in [("POST", "/reports".to_owned()), ("PUT", format!("/reports/{id}"))] {
        api.check(method, &path, with("recipients", json!("oops")), "400 recipients: \"oops\" is not an e-mail address").await;
        api.check(
            method,
            &path,
            with("schedule", json!({"frequency": "custom"})),
            "400 schedule.intervalFrequency: is required when frequency is \"custom\"",
        )
        .await;
        api.check(method, &path, with("dashboards", json!([{"dashboard": {"uid": "gone"}}])), "404 dashboard gone not found").await;
        api.check(method, &path, with("dashboards", json!([{"dashboard": {"uid": "denied"}}])), "403 dashboard denied may not be read")
            .await;
    }
    assert_eq!(api.get(&format!("/reports/{id}")).await.json()["name"], "Report 4", "refused changes change nothing");
    for path in ["/reports/99999999999999999999", "/reports/a%20b", "/reports/x%2Fy"] {
        api.check("GET", path, Value::Null, "400 id is invalid").await;
    }
    api.check("GET", "/reports/12345", Value::Null, "404 Report not found").await;
    api.check("GET", "/reports/rnosuchuid", Value::Null, "404 Report not found").await;
}

#[tokio::test]
async fn saving_works_while_grafana_is_down() {
    let api = api();
    api.check("POST", "/reports", with("dashboards", json!([{"dashboard": {"uid": "down"}}])), "200 Report created").await;
    let draft = json!({"state": "draft", "name": "later", "dashboards": [{"dashboard": {"uid": "gone"}}]});
    api.check("POST", "/reports", draft, "200 Report created").await;
}

#[tokio::test]
async fn sending_a_report() {
    let api = api();
    let id = api.create().await;
    let check = async |body: Value, expected: &str| api.check("POST", "/reports/email", body, expected).await;
    let sent_to = || api.bench.mailer.sent.lock().unwrap().last().map(|mail| mail.recipients.join(",")).unwrap_or_default();
    check(json!({"id": id.to_string(), "useEmailsFromReport": true}), "200 Report was sent").await;
    assert_eq!(sent_to(), "a@x.org,b@x.org");
    check(json!({"id": id, "emails": "c@x.org; d@x.org"}), "200 Report was sent").await;
    assert_eq!(sent_to(), "c@x.org,d@x.org");
    check(json!({"id": id.to_string(), "emails": "c@x.org", "useEmailsFromReport": true}), "200 Report was sent").await;
    assert_eq!(sent_to(), "c@x.org");
    let mail = api.bench.mailer.sent.lock().unwrap().last().cloned().unwrap();
    assert_eq!((mail.subject.as_str(), mail.reply_to, mail.enable_dashboard_url), ("Report 4", vec!["r@x.org".to_owned()], true));
    assert_eq!(mail.files.iter().map(|file| file.name.as_str()).collect::<Vec<_>>(), ["d1.csv", "Report 4.pdf"]);

    check(json!({"id": id.to_string()}), "400 emails: is required unless useEmailsFromReport is true").await;
    check(json!({"id": id.to_string(), "useEmailsFromReport": false}), "400 emails: is required unless useEmailsFromReport is true").await;
    check(json!({"useEmailsFromReport": true}), "400 id: is required").await;
    check(json!({"id": id.to_string(), "emails": "oops"}), "400 recipients: \"oops\" is not an e-mail address").await;
    check(json!({"id": id.to_string(), "emails": 3}), "400 emails: expected a string").await;
    check(json!({"id": "77", "useEmailsFromReport": true}), "404 Report not found").await;
    check(json!({"id": "no good", "useEmailsFromReport": true}), "400 id is invalid").await;
    check(json!({"id": id.to_string(), "useEmailsFromReport": "yes"}), "400 useEmailsFromReport: expected true or false").await;
    check(json!({"id": id.to_string(), "email": 3}), "400 email: expected a string").await;
    check(json!("x"), "400 request body: expected an object").await;

    let answer = api.call("POST", "/reports/email", json!({"id": id, "emails": "c@x.org,nobody@x.org"})).await;
    assert_eq!(answer.json(), json!({"message": "Report was sent", "refused": [{"address": "nobody@x.org", "reply": "550 unknown"}]}));
    api.bench.mailer.errors.lock().unwrap().push_back(MailError { message: "mail is not configured".into(), is_transient: false });
    check(json!({"id": id, "emails": "c@x.org"}), "500 mail is not configured").await;

    let runs = api.get(&format!("/reports/{id}/runs?limit=2")).await.json();
    assert_eq!(runs.as_array().unwrap().len(), 2);
    assert_eq!(
        (&runs[0]["trigger"], &runs[0]["state"], &runs[0]["error"], &runs[0]["due"]),
        (&json!("manual"), &json!("failed"), &json!("mail is not configured"), &Value::Null)
    );
    assert_eq!((&runs[1]["state"], &runs[1]["started"]), (&json!("sent"), &json!("2026-11-20T09:00:00+01:00")));
    api.check("GET", &format!("/reports/{id}/runs?limit=x"), Value::Null, "400 limit: expected a number").await;
}

#[tokio::test]
async fn options_reach_the_renderer() {
    use crate::run::{Dialect, Encoding};
    let api = api();
    let check = async |options: Value, settings: Value, expected: (Dialect, &str, &str)| {
        assert_eq!(api.call("POST", "/reports/settings", settings).await.status, 200);
        api.check("POST", "/reports/test-email", with("options", options), "200 Test email sent").await;
        let request = api.bench.renderer.requests.lock().unwrap().last().unwrap().clone();
        assert_eq!((request.csv, request.theme.as_str(), request.image_theme.as_str()), expected);
        assert!(!request.include_tables);
    };
    let plain = Dialect::default();
    check(json!({}), json!({}), (plain, "light", "dark")).await;
    let current = json!({"pdfTheme": "current", "embeddedImageTheme": "current"});
    check(json!({"csvEncoding": ""}), current, (plain, "current", "current")).await;
    let excel = Dialect { encoding: Encoding::Utf8Bom, delimiter: b';' };
    check(json!({"csvEncoding": "UTF-8-BOM", "csvDelimiter": ";"}), json!({}), (excel, "current", "current")).await;
    let japanese = Dialect { encoding: Encoding::ShiftJis, delimiter: b'\t' };
    check(json!({"csvEncoding": "sjis", "csvDelimiter": "tab"}), json!({}), (japanese, "current", "current")).await;
}

/// Texts that could leave their place are refused where one line is expected, and kept as they are where they are only text.
#[tokio::test]
async fn hostile_texts() {
    let api = api();
    let long = "x".repeat(2 << 20);
    let one_line = |key: &str| format!("400 {key}: must be one line without control characters");
    let texts = ["x\r\nBcc: evil@x.org", "x\nBcc: evil@x.org", "nul\u{0}", "x\u{85}y", &long, "<script>alert(1)</script>", "Köln 東京 😀"];
    for (key, refused) in [("name", 5), ("subject", 5), ("message", 1), ("options", 0)] {
        for (idx, text) in texts.iter().enumerate() {
            let answer = api.call("POST", "/reports", with(key, json!(text))).await;
            let shown: String = text.chars().take(40).collect();
            let expected = match (key, idx) {
                ("options", _) => "400 options: expected an object, got a string".to_owned(),
                ("message", 4) => "400 message: has 2097152 characters, at most 100000 are allowed".to_owned(),
                ("message", _) => "200 Report created".to_owned(),
                (_, 4) => format!("400 {key}: has 2097152 characters, at most 500 are allowed"),
                (_, idx) if idx < refused => one_line(key),
                _ => "200 Report created".to_owned(),
            };
            assert_eq!(answer.text(), expected, "{key} {shown}");
            if answer.status == 200 {
                let id = answer.json()["id"].clone();
                assert_eq!(api.get(&format!("/reports/{id}")).await.json()[key], **text, "{key} {shown}");
            }
        }
    }
    for key in ["recipients", "replyTo"] {
        let check = async |text: &str, expected: &str| {
            let answer = api.call("POST", "/reports", with(key, json!(text))).await;
            assert_eq!(answer.text(), expected.replace("KEY", key), "{key} {text:?}");
        };
        // A line break is one of the separators; what follows it has to be an address.
        check("a@x.org\r\nBcc: evil@x.org", "400 KEY: \"Bcc: evil@x.org\" is not an e-mail address").await;
        check("a@x.org\r\nevil@x.org", "200 Report created").await;
        check("a@x.org\u{0}", "400 KEY: \"a@x.org\\0\" is not an e-mail address").await;
        check("\"A\" <a@x.org>", "400 KEY: \"\\\"A\\\" <a@x.org>\" is not an e-mail address").await;
        check("a@x.org\u{85}b@y.org", "400 KEY: \"a@x.org\\u{85}b@y.org\" is not an e-mail address").await;
        check("müller@bücher.example", "200 Report created").await;
        let answer = api.call("POST", "/reports", with(key, json!(format!("{}@x.org", "a".repeat(2 << 20))))).await;
        assert!(answer.text().starts_with(&format!("400 {key}: ")) && answer.bytes.len() < 500, "{}", answer.text());
        let many = vec!["a@x.org"; 100_000].join(",");
        let answer = api.call("POST", "/reports", with(key, json!(many))).await;
        assert_eq!(answer.text(), format!("400 {key}: has 100000 addresses, at most 1000 are allowed"));
    }
}

#[tokio::test]
async fn older_forms_of_sending() {
    let api = api();
    let id = api.create().await;
    let check = async |body: Value, expected: &[&str]| {
        api.check("POST", "/reports/email", body.clone(), "200 Report was sent").await;
        assert_eq!(api.bench.mailer.sent.lock().unwrap().last().unwrap().recipients, expected, "{body}");
    };
    check(json!({"id": id, "email": "old@x.org"}), &["old@x.org"]).await;
    check(json!({"id": id, "email": "old@x.org", "emails": "new@x.org; b@x.org"}), &["new@x.org", "b@x.org"]).await;
    check(json!({"id": id, "email": "", "useEmailsFromReport": "true"}), &["a@x.org", "b@x.org"]).await;
}

#[tokio::test]
async fn failures_while_sending() {
    let check = async |uid: &str, expected: &str| {
        let api = api();
        let body = with("dashboards", json!([{"dashboard": {"uid": uid}}]));
        api.check("POST", "/reports/test-email", body, expected).await;
        assert!(api.bench.mailer.sent.lock().unwrap().is_empty());
        let runs = api.bench.engine.store.runs(RunFilter::newest(1, None, 10)).await.unwrap();
        assert_eq!(runs.iter().map(|run| run.state.as_str()).collect::<Vec<_>>(), ["failed"], "{uid}");
    };
    check("gone", "404 dashboard gone not found").await;
    check("denied", "403 dashboard denied may not be read").await;
    check("down", "500 connection refused").await;
    check("panic", "500 Internal server error").await;
}

#[tokio::test]
async fn a_test_mail_stores_nothing() {
    let api = api();
    api.check("POST", "/reports/test-email", example(), "200 Test email sent").await;
    assert_eq!(api.bench.mailer.sent.lock().unwrap()[0].recipients, ["a@x.org", "b@x.org"]);
    assert_eq!(api.get("/reports").await.json(), json!([]));
    api.check("POST", "/reports/test-email", with("recipients", json!("")), "400 recipients: name at least one e-mail address").await;
    api.check("POST", "/reports/test-email", with("dashboards", json!([])), "400 dashboards: name at least one dashboard").await;
}

#[tokio::test]
async fn settings_and_logos() {
    let api = api();
    let defaults = api.get("/reports/settings").await.json();
    assert_eq!((&defaults["orgId"], &defaults["pdfTheme"], &defaults["embeddedImageTheme"]), (&json!(1), &json!("light"), &json!("dark")));
    let png = crate::picture::png_head(40, 20);
    let encoded = base64::Engine::encode(&base64::engine::general_purpose::STANDARD, &png);
    let upload = json!({"name": "C:\\logos\\logo.png", "content": format!("data:image/png;base64,{encoded}")});
    let answer = api.call("POST", "/reports/images", upload).await;
    assert_eq!(answer.json(), json!({"message": "Image saved", "name": "logo.png"}));
    let image = api.get("/api/reports/images/logo.png").await;
    assert_eq!((image.status, image.bytes.as_slice(), image.header(header::CONTENT_TYPE)), (200, &png[..], "image/png"));
    api.check("GET", "/reports/images/other.png", Value::Null, "404 Image not found").await;
    api.check(
        "POST",
        "/reports/images",
        json!({"name": "x.svg", "content": "PHN2Zz4="}),
        "400 the image is an SVG, which is not shown: use PNG or JPEG",
    )
    .await;
    api.check("POST", "/reports/images", json!({"name": "x.png", "content": "!"}), "400 content: expected base64").await;
    api.check("POST", "/reports/images", json!({"content": "AAAA"}), "400 name: is required").await;

    let saved =
        json!({"branding": {"reportLogoUrl": "logo.png", "emailLogoUrl": format!("data:image/png;base64,{encoded}")}, "pdfTheme": "dark"});
    api.check("POST", "/reports/settings", saved, "200 Report settings saved").await;
    let settings = api.get("/reports/settings").await.json();
    assert_eq!(
        (&settings["pdfTheme"], &settings["branding"]["reportLogoUrl"], &settings["userId"]),
        (&json!("dark"), &json!("logo.png"), &json!(7))
    );
    api.check(
        "POST",
        "/reports/settings",
        json!({"branding": {"emailFooterMode": "loud"}}),
        "400 branding.emailFooterMode: expected \"sent-by\" or \"none\", got \"loud\"",
    )
    .await;

    api.check("POST", "/reports/test-email", example(), "200 Test email sent").await;
    let mail = api.bench.mailer.sent.lock().unwrap()[0].clone();
    assert_eq!(mail.email_logo.map(|logo| logo.bytes.to_vec()).as_deref(), Some(&png[..]));
    let request = api.bench.renderer.requests.lock().unwrap()[0].clone();
    assert_eq!((request.theme.as_str(), request.logo.map(|logo| logo.to_vec()).as_deref()), ("dark", Some(&png[..])));
}

#[tokio::test]
async fn a_form_uploads_too() {
    let api = api();
    let body =
        b"--XX\r\nContent-Disposition: form-data; name=\"kind\"\r\n\r\nlogo\r\n--XX\r\nContent-Disposition: form-data; name=\"file\"; \
                 filename=\"l.gif\"\r\nContent-Type: image/gif\r\n\r\nGIF89a\x10\0\x08\0\r\n--X\r\n\r\n--XX--\r\n"
            .to_vec();
    let mut request =
        Request::post("/reports/images").header(header::CONTENT_TYPE, "multipart/form-data; boundary=XX").body(Body::from(body)).unwrap();
    request.extensions_mut().insert(caller(1, Role::Admin));
    let response = api.router.clone().oneshot(request).await.unwrap();
    assert_eq!(response.status(), StatusCode::OK);
    assert_eq!(api.get("/reports/images/l.gif").await.bytes, b"GIF89a\x10\0\x08\0\r\n--X\r\n");
}

#[tokio::test]
async fn rendering_now() {
    let api = api();
    let dashboards = "%5B%7B%22dashboard%22%3A%7B%22uid%22%3A%22d1%22%7D%2C%22timeRange%22%3A%7B%22from%22%3A%22now-1h%22%2C%22to%22%3A%22now%22%7D%7D%5D";
    let path = format!(
        "/reports/render/pdfs?dashboards={dashboards}&orientation=portrait&layout=simple&title=Caf%C3%A9+%22x%22&scaleFactor=2&includeTables=true"
    );
    let answer = api.get(&path).await;
    assert_eq!((answer.status, answer.header(header::CONTENT_TYPE)), (200, "application/pdf"));
    assert!(answer.bytes.starts_with(b"%PDF"));
    assert_eq!(answer.header(header::CONTENT_DISPOSITION), "inline; filename=\"Caf_ _x_.pdf\"; filename*=UTF-8''Caf%C3%A9%20%22x%22.pdf");
    let request = api.bench.renderer.requests.lock().unwrap()[0].clone();
    assert_eq!((request.dashboards[0].from.as_str(), request.scale_factor, request.combine_one_file), ("now-1h", 2, true));
    assert_eq!((request.layout, request.orientation), (crate::run::Layout::Simple, crate::run::Orientation::Portrait));
    assert!(request.include_tables);

    let answer = api.get("/api/reports/render/csvs?dashboards=d1,d2&title=T").await;
    assert_eq!((answer.status, answer.header(header::CONTENT_TYPE)), (200, "application/zip"));
    let names: Vec<String> =
        zip::ZipArchive::new(std::io::Cursor::new(answer.bytes)).unwrap().file_names().map(|name| name.unwrap().into_owned()).collect();
    assert_eq!(names, ["d1.csv", "d2.csv"]);
    assert_eq!(api.get("/reports/render/csvs?dashboards=no-table").await.status, 204);

    let check = async |path: &str, expected: &str| api.check("GET", path, Value::Null, expected).await;
    check("/reports/render/pdfs", "400 dashboards: name at least one dashboard").await;
    check("/reports/render/pdfs?dashboards=%5B%7B", "400 dashboards: not valid JSON: EOF while parsing an object at line 1 column 2").await;
    check("/reports/render/pdfs?dashboards=d1&scaleFactor=x", "400 scaleFactor: expected 1, 2 or 3, got \"x\"").await;
    check("/reports/render/pdfs?dashboards=d1&layout=free", "400 options.layout: expected grid or simple, got \"free\"").await;
    check("/reports/render/pdfs?dashboards=d1&includeTables=all", "400 includeTables: expected true or false, got \"all\"").await;
    check(
        "/reports/render/csvs?dashboards=d1&csvEncoding=ebcdic",
        "400 options.csvEncoding: unknown encoding \"ebcdic\"; use one of utf-8, utf-8-bom, utf-16le, gbk, shift_jis, iso-8859-1",
    )
    .await;
    check("/reports/render/pdfs?dashboards=gone", "404 dashboard gone not found").await;
    check("/reports/render/csvs?dashboards=panic", "500 Internal server error").await;
}

#[tokio::test]
async fn pausing_and_resuming() {
    let api = api();
    let id = api.create().await;
    let state = async || api.get(&format!("/reports/{id}")).await.json()["state"].clone();
    let check = async |action: &str, expected: &str| api.check("POST", &format!("/reports/{id}/{action}"), Value::Null, expected).await;
    check("pause", "200 Report paused").await;
    assert_eq!(state().await, "paused");
    api.check("PUT", &format!("/reports/{id}"), example(), "200 Report updated").await;
    assert_eq!(state().await, "paused", "Terraform's update does not wake it");
    check("resume", "200 Report resumed").await;
    assert_eq!(state().await, "scheduled");
    let over = json!({"schedule": {"frequency": "once", "startDate": "2026-01-01T00:00:00Z"}});
    api.check("PUT", &format!("/reports/{id}"), over, "200 Report updated").await;
    assert_eq!(state().await, "expired");
    check("resume", "400 schedule: no due time is left, change its dates first").await;
    api.check("PUT", &format!("/reports/{id}"), json!({"schedule": example()["schedule"]}), "200 Report updated").await;
    assert_eq!(state().await, "scheduled", "new dates wake an expired report");

    let answer = api.call("POST", "/reports", json!({"state": "draft", "name": "later"})).await;
    let draft = answer.json()["id"].clone();
    api.check("POST", &format!("/reports/{draft}/pause"), Value::Null, "400 a draft cannot be paused").await;
    api.check("POST", &format!("/reports/{draft}/resume"), Value::Null, "400 dashboards: name at least one dashboard").await;
    api.check("POST", "/reports/999/resume", Value::Null, "404 Report not found").await;
}

#[tokio::test]
async fn without_a_start_it_is_sent_at_once_and_then_on_schedule() {
    let api = api();
    let scheduler = Scheduler::new(api.bench.engine.clone());
    let n_sent = || api.bench.mailer.sent.lock().unwrap().len();
    let look = async |time: &str| {
        api.bench.clock.set(time);
        scheduler.tick().await.unwrap();
        scheduler.idle().await;
    };
    api.check("POST", "/reports", with("schedule", json!({"frequency": "daily", "timeZone": "GMT"})), "200 Report created").await;
    api.check("POST", "/reports", with("schedule", json!({"frequency": "never"})), "200 Report created").await;
    look("2026-11-20T08:00:01Z").await;
    assert_eq!(n_sent(), 1);
    let id = api.get("/reports").await.json()[0]["id"].clone();
    api.check("PUT", &format!("/reports/{id}"), json!({"name": "Renamed"}), "200 Report updated").await;
    look("2026-11-20T08:00:30Z").await;
    assert_eq!(n_sent(), 1, "an edit does not send again");
    look("2026-11-21T08:00:00Z").await;
    assert_eq!(n_sent(), 2);
    let runs = api.get(&format!("/reports/{id}/runs")).await.json();
    assert_eq!((&runs[0]["due"], &runs[0]["state"]), (&json!("2026-11-21T08:00:00Z"), &json!("sent")));
}

#[tokio::test]
async fn overview_of_a_list() {
    let api = api();
    assert_eq!(api.get("/reports/overview").await.json(), json!({}));
    let scheduler = Scheduler::new(api.bench.engine.clone());
    api.check("POST", "/reports", with("schedule", json!({"frequency": "daily", "timeZone": "GMT"})), "200 Report created").await;
    api.check("POST", "/reports", with("state", json!("paused")), "200 Report created").await;
    api.bench.clock.set("2026-11-20T08:00:01Z");
    scheduler.tick().await.unwrap();
    scheduler.idle().await;
    let overview = api.get("/reports/overview").await.json();
    let (active, paused) = (&overview["1"], &overview["2"]);
    assert_eq!((&active["nextDue"], &active["lastRun"]["state"]), (&json!("2026-11-21T08:00:00Z"), &json!("sent")));
    assert_eq!((&paused["nextDue"], &paused["lastRun"]), (&Value::Null, &Value::Null));
}

#[tokio::test]
async fn connecting_an_organisation() {
    let api = api();
    let check = async |body: Value, expected: &str| api.check("POST", "/_connect", body, expected).await;
    check(json!({}), "400 token: is required").await;
    check(json!({"token": "glsa\u{0}"}), "400 token: expected letters, digits and signs only").await;
    check(json!({"token": "glsa_bad"}), "400 token: Grafana does not know it").await;
    check(json!({"token": "glsa_down"}), "502 Grafana cannot be reached").await;
    assert!(api.bench.engine.store.token(1).is_none());
    check(json!({"token": " glsa_good "}), "200 Organization connected").await;
    assert_eq!(api.bench.engine.store.token(1).as_ref().map(Secret::expose), Some("glsa_good"));
    let foreign = api.call_as(Some(caller(2, Role::Admin)), "POST", "/_connect", json!({"token": "glsa_good"}).to_string()).await;
    assert_eq!(foreign.text(), "400 token: belongs to organization 1, not 2");
    api.create().await;
    let status = api.get("/_status").await.json();
    let message = "organisation 1 is not connected: an administrator connects it on the plugin's configuration page";
    assert_eq!(
        status["connection"],
        json!({
            "connected": false, "state": "not_connected", "message": message, "login": "", "problems": [message], "limits": [],
            "source": null, "since": null, "verified": null, "credentials": []
        })
    );
    assert_eq!(status["nextDue"], "2026-12-02T09:00:00Z");
    assert!(!status.to_string().contains("glsa"));
    api.check("DELETE", "/_connect", Value::Null, "200 Organization disconnected").await;
    api.check("DELETE", "/_connect", Value::Null, "404 Organization is not connected").await;
}

#[tokio::test]
async fn due_times_before_saving() {
    let api = api();
    let check = async |body: Value, expected: Value| {
        assert_eq!(api.call("POST", "/reports/occurrences", body).await.json()["occurrences"], expected);
    };
    let berlin = json!({"frequency": "daily", "startDate": "2026-03-01T02:30:00+01:00", "timeZone": "Europe/Berlin"});
    check(json!({"schedule": berlin, "count": 2}), json!(["2026-11-21T02:30:00+01:00", "2026-11-22T02:30:00+01:00"])).await;
    check(json!({"schedule": {"frequency": "hourly"}, "count": 2}), json!(["2026-11-20T08:00:00Z", "2026-11-20T09:00:00Z"])).await;
    check(json!({"schedule": {"frequency": "never"}}), json!([])).await;
    check(json!({}), json!([])).await;
    let bad = json!({"schedule": {"frequency": "yearly"}});
    api.check(
        "POST",
        "/reports/occurrences",
        bad,
        "400 schedule.frequency: unknown frequency \"yearly\"; use once, hourly, daily, weekly, monthly, custom or never",
    )
    .await;
}
