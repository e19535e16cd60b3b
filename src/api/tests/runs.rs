//! Runs by hand nobody waits for, their files, and copies of reports.

use super::*;
use crate::{
    archive::{Archive, ArchiveLimits},
    scheduler::fake::bench_with,
    store::Store,
};

struct Place {
    api: Api,
    data: tempfile::TempDir,
}

/// An API whose runs keep their files.
fn place() -> Place {
    let data = tempfile::tempdir().unwrap();
    let bench = bench_with(Store::in_memory().unwrap(), "a", Archive::new(data.path(), ArchiveLimits::default()));
    let router = router_of(bench.engine.clone());
    Place { api: Api { bench, router }, data }
}

impl Api {
    /// Until nothing is under way.
    async fn idle(&self) {
        Scheduler::new(self.bench.engine.clone()).idle().await;
    }

    /// Starts a run and returns its number.
    async fn run(&self, id: i64) -> i64 {
        let answer = self.call("POST", &format!("/reports/{id}/run"), Value::Null).await;
        assert_eq!(answer.text(), "202 Run started");
        answer.json()["runId"].as_i64().unwrap()
    }

    /// Asks for a run until it is at `stage`.
    async fn wait_for(&self, run: i64, stage: &str) -> Value {
        for _ in 0..10_000 {
            let json = self.get(&format!("/reports/runs/{run}")).await.json();
            if json["progress"]["stage"] == stage {
                return json;
            }
        }
        panic!("run {run} never was at {stage}");
    }

    async fn create_slow(&self) -> i64 {
        let body = with("dashboards", json!([{"dashboard": {"uid": "d1"}}, {"dashboard": {"uid": "slow"}}]));
        self.call("POST", "/reports", body).await.json()["id"].as_i64().unwrap()
    }
}

#[tokio::test]
async fn a_run_tells_how_far_it_is() {
    let Place { api, .. } = place();
    let id = api.create_slow().await;
    let run = api.run(id).await;
    let json = api.wait_for(run, "gather").await;
    assert_eq!((&json["state"], &json["trigger"]), (&json!("running"), &json!("manual")));
    assert_eq!((&json["progress"]["step"], &json["progress"]["panelsTotal"]), (&json!("querying data"), &json!(2)));
    api.bench.renderer.gate.notify_one();
    api.idle().await;
    let json = api.get(&format!("/reports/runs/{run}")).await.json();
    assert_eq!((&json["state"], &json["progress"]), (&json!("sent"), &Value::Null));
    assert_eq!(
        json["panels"][0],
        json!({"dashboardUid": "d1", "id": 1, "title": "Numbers", "type": "stat", "queryMs": null, "errors": []})
    );
    assert_eq!(json["timings"], json!({"waitingMs": 0, "gatherMs": 0, "sendMs": 0}));
    assert_eq!(json["recipients"].as_array().unwrap().len(), 2);
    let list = api.get("/reports/runs?state=sent&trigger=manual").await.json();
    assert_eq!((list.as_array().unwrap().len(), &list[0]["reportName"], &list[0]["panels"]), (1, &json!("Report 4"), &Value::Null));
    for (path, expected) in [
        ("/reports/runs/99", "404 Run not found"),
        ("/reports/runs/x", "400 run: expected a number"),
        ("/reports/runs?state=x", "400 state: expected due, running, sending, sent, failed or skipped, got \"x\""),
        ("/reports/runs?trigger=x", "400 trigger: expected schedule, manual or test, got \"x\""),
        ("/reports/runs?from=x", "400 from: expected a time such as 2026-01-31T00:00:00Z, or milliseconds"),
        ("/reports/runs?before=x", "400 before: expected a number"),
    ] {
        api.check("GET", path, Value::Null, expected).await;
    }
    assert_eq!(api.get("/reports/runs?from=2026-11-20T08:00:01Z").await.json(), json!([]));
}

#[tokio::test]
async fn a_double_click_sends_once() {
    let Place { api, .. } = place();
    let id = api.create().await;
    let click = async |key: &str, body: &str| {
        let path = format!("/reports/{id}/run");
        let mut request =
            Request::builder().method("POST").uri(path).header("Idempotency-Key", key).body(Body::from(body.to_owned())).unwrap();
        request.extensions_mut().insert(caller(1, Role::Admin));
        let response = api.router.clone().oneshot(request).await.unwrap();
        let status = response.status().as_u16();
        let bytes = response.into_body().collect().await.unwrap().to_bytes().to_vec();
        Answer { status, headers: http::HeaderMap::new(), bytes }
    };
    let first = click("one", "{\"emails\": \"c@x.org\"}").await;
    let again = click("one", "{\"emails\": \"c@x.org\"}").await;
    assert_eq!((first.text(), again.text()), ("202 Run started".into(), "202 This run was started before".into()));
    assert_eq!(first.json()["runId"], again.json()["runId"]);
    api.idle().await;
    assert_eq!(click("one", "").await.json()["runId"], first.json()["runId"], "also when it is over");
    let sent: Vec<_> = api.bench.mailer.sent.lock().unwrap().iter().map(|mail| mail.recipients.clone()).collect();
    assert_eq!(sent, [["c@x.org"]]);
    assert_eq!(click("", "").await.text(), "400 Idempotency-Key: expected 1 to 200 characters");
    assert_eq!(click("two", "[]").await.text(), "400 request body: expected an object");
    assert_eq!(click("two", "{\"emails\": 1}").await.text(), "400 emails: expected a string");
    assert_eq!(click("two", "{\"emails\": \"oops\"}").await.text(), "400 recipients: \"oops\" is not an e-mail address");
    assert!(click("two", "").await.json()["runId"] != first.json()["runId"]);
}

#[tokio::test]
async fn a_run_is_cancelled_before_it_is_sent() {
    let Place { api, data } = place();
    let id = api.create_slow().await;
    let run = api.run(id).await;
    api.wait_for(run, "gather").await;
    let path = format!("/reports/runs/{run}");
    let other = api.call_as(Some(caller(2, Role::Admin)), "DELETE", &path, "").await;
    assert_eq!(other.text(), "404 Run not found");
    api.check("DELETE", &path, Value::Null, "200 Run cancelled").await;
    api.idle().await;
    assert!(api.bench.mailer.sent.lock().unwrap().is_empty());
    let json = api.get(&path).await.json();
    assert_eq!((&json["state"], &json["error"], &json["progress"]), (&json!("skipped"), &json!("cancelled by ada"), &Value::Null));
    api.check("DELETE", &path, Value::Null, "409 the run is over already").await;
    assert!(!data.path().join("runs").exists());
}

#[tokio::test]
async fn the_files_that_were_sent_can_be_had() {
    let Place { api, data } = place();
    let id = api.create().await;
    let run = api.run(id).await;
    api.idle().await;
    let files = api.get(&format!("/reports/runs/{run}")).await.json()["files"].clone();
    assert_eq!(files[0], json!({"name": "d1.csv", "contentType": "text/csv", "bytes": 13, "kept": true}));
    let answer = api.get(&format!("/reports/runs/{run}/files/1")).await;
    assert_eq!((answer.status, answer.bytes.as_slice()), (200, b"%PDF-1.7 fake".as_slice()));
    assert_eq!(answer.header(header::CONTENT_TYPE), "application/pdf");
    assert_eq!(answer.header(header::CONTENT_DISPOSITION), "attachment; filename=\"Report 4.pdf\"; filename*=UTF-8''Report%204.pdf");
    let other = api.call_as(Some(caller(2, Role::Admin)), "GET", &format!("/reports/runs/{run}/files/1"), "").await;
    assert_eq!(other.text(), "404 Run not found");
    for (file, expected) in [
        ("2", "404 The file is not kept any more"),
        ("x", "400 file: expected a number"),
        ("-1", "400 file: expected a number"),
        ("..%2F..%2Fbroadsheet.db", "400 file: expected a number"),
    ] {
        api.check("GET", &format!("/reports/runs/{run}/files/{file}"), Value::Null, expected).await;
    }
    assert!(data.path().join(format!("runs/{run}/1")).exists());
    api.check("DELETE", &format!("/reports/{id}"), Value::Null, "200 Report config was removed").await;
    assert!(!data.path().join(format!("runs/{run}")).exists());
}

#[tokio::test]
async fn a_disk_that_cannot_be_written_keeps_no_mail_from_going_out() {
    let Place { api, data } = place();
    std::fs::write(data.path().join("runs"), "in the way").unwrap();
    let id = api.create().await;
    let run = api.run(id).await;
    api.idle().await;
    let json = api.get(&format!("/reports/runs/{run}")).await.json();
    assert_eq!((&json["state"], &json["files"][0]["kept"]), (&json!("sent"), &json!(false)));
    let warning = json["warnings"][0]["message"].as_str().unwrap();
    assert!(warning.starts_with("the files were not kept for download: "), "{warning}");
    assert_eq!(api.bench.mailer.sent.lock().unwrap().len(), 1);
}

#[tokio::test]
async fn a_mail_that_was_refused_leaves_its_files() {
    let Place { api, .. } = place();
    let id = api.create().await;
    api.bench.mailer.errors.lock().unwrap().push_back(MailError { message: "550 no".into(), is_transient: false });
    let run = api.run(id).await;
    api.idle().await;
    let json = api.get(&format!("/reports/runs/{run}")).await.json();
    assert_eq!((&json["state"], &json["error"], &json["files"][0]["kept"]), (&json!("failed"), &json!("550 no"), &json!(true)));
}

#[tokio::test]
async fn old_runs_go_with_their_files() {
    let Place { api, data } = place();
    let id = api.create().await;
    let run = api.run(id).await;
    api.idle().await;
    let tick = async |time: &str| {
        api.bench.clock.set(time);
        Scheduler::new(api.bench.engine.clone()).tick().await.unwrap();
        data.path().join(format!("runs/{run}")).exists()
    };
    assert!(tick("2026-11-21T08:00:00Z").await);
    assert!(!tick("2027-01-01T08:00:00Z").await);
    api.check("GET", &format!("/reports/runs/{run}"), Value::Null, "404 Run not found").await;
}

#[tokio::test]
async fn a_copy_is_a_draft_of_its_own() {
    let Place { api, .. } = place();
    let id = api.create().await;
    let copy = api.call("POST", &format!("/reports/{id}/duplicate"), Value::Null).await;
    assert_eq!(copy.text(), "200 Report duplicated");
    let (original, copy) =
        (api.get(&format!("/reports/{id}")).await.json(), api.get(&format!("/reports/{}", copy.json()["id"])).await.json());
    assert_eq!((&copy["name"], &copy["state"]), (&json!("Copy of Report 4"), &json!("draft")));
    assert!(copy["uid"] != original["uid"] && copy["id"] != original["id"]);
    for field in ["recipients", "schedule", "dashboards", "formats", "options", "message", "replyTo"] {
        assert_eq!(copy[field], original[field], "{field}");
    }
    let path = format!("/reports/{id}/duplicate");
    let named = api.call("POST", &path, json!({"name": "Second"})).await.json();
    assert_eq!(api.get(&format!("/reports/{}", named["uid"].as_str().unwrap())).await.json()["name"], "Second");
    api.check("POST", &path, json!({"name": 1}), "400 name: expected a string").await;
    api.check("POST", "/reports/99/duplicate", Value::Null, "404 Report not found").await;
}
