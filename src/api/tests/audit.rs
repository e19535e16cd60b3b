//! The audit log of requests and runs, and the limits of how many pass.

use super::*;
use crate::audit::capture::catch;

#[tokio::test]
async fn every_change_has_one_line() {
    let api = api();
    let caught = catch();
    let check = async |method: &str, path: &str, body: Value, expected: &str| {
        api.call(method, path, body).await;
        assert_eq!(caught.take().join("\n"), expected, "{method} {path}");
    };
    let by = "org_id=1 login=ada user_id=7";
    let uid = |list: &[Value]| list.last().unwrap()["uid"].as_str().unwrap().to_owned();
    api.call("POST", "/api/reports", example()).await;
    let first = uid(api.get("/reports").await.json().as_array().unwrap());
    assert_eq!(caught.take(), [format!("action=report.create outcome=success {by} report_id=1 report_uid={first} status=200")]);
    let of_first = format!("{by} report_id=1 report_uid={first} status=200");
    check("PUT", "/reports/1", json!({"name": "x"}), &format!("action=report.update outcome=success {of_first}")).await;
    check("POST", &format!("/reports/{first}/pause"), Value::Null, &format!("action=report.pause outcome=success {of_first}")).await;
    check("POST", "/reports/1/resume", Value::Null, &format!("action=report.resume outcome=success {of_first}")).await;
    check("PUT", "/reports/1", json!({"name": 7}), &format!("action=report.update outcome=refused {by} report_id=1 status=400")).await;
    check("DELETE", "/reports/rnone", Value::Null, &format!("action=report.delete outcome=refused {by} report_uid=rnone status=404")).await;
    check("DELETE", "/reports/1", Value::Null, &format!("action=report.delete outcome=success {of_first}")).await;
    check("POST", "/reports/settings", json!({"pdfTheme": "dark"}), &format!("action=settings.update outcome=success {by} status=200"))
        .await;
    let image =
        json!({"name": "l.png", "content": "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR4nGP4z8AAAAMBAQDJ/pLvAAAAAElFTkSuQmCC"});
    check("POST", "/reports/images", image, &format!("action=image.upload outcome=success {by} status=200")).await;
    let token = json!({"token": "glsa_good"});
    check("POST", "/_connect", token, &format!("action=organization.connect outcome=success {by} status=200")).await;
    check("DELETE", "/_connect", Value::Null, &format!("action=organization.disconnect outcome=success {by} status=200")).await;
    check("POST", "/reports/occurrences", json!({}), "").await;
    check("GET", "/reports", Value::Null, "").await;
    api.call_as(Some(caller(1, Role::Viewer)), "POST", "/reports", example().to_string()).await;
    assert_eq!(caught.take(), [format!("action=report.create outcome=denied {by} status=403")]);
    api.call_as(None, "POST", "/reports", "").await;
    assert_eq!(caught.take(), ["action=report.create outcome=denied status=401"]);
}

#[tokio::test]
async fn every_send_has_one_line_scheduled_ones_too() {
    let api = api();
    let id = api.create().await;
    let uid = api.get(&format!("/reports/{id}")).await.json()["uid"].as_str().unwrap().to_owned();
    let caught = catch();
    let check = |expected: &[String]| {
        let lines = caught.take();
        assert_eq!(lines, expected);
        assert!(!lines.concat().contains('@'), "no recipients");
    };
    let by = "org_id=1 login=ada user_id=7";
    api.call("POST", "/reports/email", json!({"id": id, "useEmailsFromReport": true})).await;
    check(&[format!("action=report.send outcome=success {by} report_id={id} report_uid={uid} run_id=1 trigger=manual")]);
    api.call("POST", "/reports/test-email", example()).await;
    check(&[format!("action=report.send outcome=success {by} run_id=2 trigger=test")]);
    api.call("POST", "/reports/test-email", with("dashboards", json!([{"dashboard": {"uid": "denied"}}]))).await;
    check(&[format!("action=report.send outcome=failure {by} run_id=3 trigger=test")]);
    api.call("POST", "/reports/email", json!({"id": 77, "useEmailsFromReport": true})).await;
    check(&[format!("action=report.send outcome=refused {by} status=404")]);
    api.call_as(Some(caller(1, Role::Viewer)), "POST", "/reports/email", "{}").await;
    check(&[format!("action=report.send outcome=denied {by} status=403")]);

    let scheduler = Scheduler::new(api.bench.engine.clone());
    let look = async |time: &str| {
        api.bench.clock.set(time);
        scheduler.tick().await.unwrap();
        scheduler.idle().await;
    };
    api.bench.mailer.errors.lock().unwrap().push_back(MailError { message: "451 <a@x.org> later".into(), is_transient: true });
    look("2026-12-02T09:00:00Z").await;
    let of_report = format!("org_id=1 report_id={id} report_uid={uid} run_id=4 trigger=schedule");
    check(&[format!("action=report.send outcome=retried {of_report}")]);
    look("2026-12-02T09:01:00Z").await;
    check(&[format!("action=report.send outcome=success {of_report}")]);
}

#[tokio::test]
async fn too_many_sends_are_put_off() {
    let api = api();
    let id = api.create().await;
    let send = async |who: Option<Caller>| {
        let body = json!({"id": id, "useEmailsFromReport": true}).to_string();
        let answer = api.call_as(who, "POST", "/reports/email", body).await;
        (answer.text(), answer.header(header::RETRY_AFTER).to_owned())
    };
    let ada = || Some(caller(1, Role::Admin));
    let bob = || Some(Caller { user_id: Some(8), login: "bob".into(), ..caller(1, Role::Admin) });
    for _ in 0..30 {
        assert_eq!(send(ada()).await.0, "200 Report was sent");
    }
    let put_off = ("429 too many requests of this kind: try again in 2 seconds".to_owned(), "2".to_owned());
    assert_eq!(send(ada()).await, put_off);
    assert_eq!(send(bob()).await.0, "200 Report was sent", "another caller of the organisation");
    api.check("POST", "/reports/test-email", example(), &put_off.0).await;
    assert_eq!(api.get("/reports/render/pdfs?dashboards=d1").await.status, 200, "counted apart");
    assert_eq!(api.get("/reports").await.status, 200);
    api.bench.clock.set("2026-11-20T08:00:02Z");
    assert_eq!(send(ada()).await.0, "200 Report was sent");
    assert_eq!(send(ada()).await.0, put_off.0);
}
