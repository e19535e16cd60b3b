//! The dry run.

use super::*;

#[tokio::test]
async fn a_report_is_checked_before_it_is_saved() {
    let api = api();
    let json = api.call("POST", "/reports/check", example()).await.json();
    assert_eq!((&json["ok"], &json["problems"], &json["pages"]), (&json!(false), &json!([]), &json!(2)));
    assert_eq!(json["occurrences"][0], "2026-12-02T10:00:00+01:00");
    let dashboard = &json["dashboards"][0];
    assert_eq!(dashboard["title"], "Title of d1");
    assert_eq!(
        dashboard["panels"][0],
        json!({"id": 1, "title": "Clock", "type": "acme-clock-panel", "verdict": "needsPicture", "reasons": ["why"]})
    );
    assert_eq!(dashboard["variables"][0], json!({"name": "v", "problem": "stale", "values": ["x"]}));
    assert_eq!(dashboard["dataSources"][0], json!({"uid": "p", "name": "", "type": "", "queries": 2, "errors": ["down"]}));
    let json = api.call("POST", "/reports/check", with("queryData", json!(false))).await.json();
    assert_eq!((&json["dashboards"][0]["dataSources"], &json["dataQueried"]), (&json!([]), &json!(false)));
    assert_eq!(api.get("/reports").await.json(), json!([]), "nothing is stored");
    assert!(api.bench.mailer.sent.lock().unwrap().is_empty());
}

#[tokio::test]
async fn what_keeps_a_report_from_going_out_is_told_at_once() {
    let api = api();
    let check = async |body: Value, expected: &[&str]| {
        let json = api.call("POST", "/reports/check", body).await.json();
        assert_eq!(json["problems"], json!(expected));
    };
    check(
        json!({"recipients": "oops", "replyTo": "r", "schedule": {"frequency": "custom"}}),
        &[
            "name: is required",
            "recipients: \"oops\" is not an e-mail address",
            "replyTo: \"r\" is not an e-mail address",
            "schedule.intervalFrequency: is required when frequency is \"custom\"",
        ],
    )
    .await;
    let past = json!({"frequency": "once", "startDate": "2020-01-01T00:00:00Z"});
    check(with("schedule", past), &["schedule: no due time is left"]).await;
    check(with("schedule", json!({"frequency": "never"})), &[]).await;
    let gone = api.call("POST", "/reports/check", with("dashboards", json!([{"dashboard": {"uid": "gone"}}]))).await.json();
    assert_eq!((&gone["ok"], &gone["dashboards"][0]["problem"]), (&json!(false), &json!("dashboard gone not found")));
}

#[tokio::test]
async fn a_stored_report_is_checked_with_what_would_change() {
    let api = api();
    let id = api.create().await;
    let json = api.call("POST", "/reports/check", json!({"id": id.to_string()})).await.json();
    assert_eq!((&json["problems"], &json["dashboards"][0]["uid"]), (&json!([]), &json!("d1")));
    let json = api.call("POST", "/reports/check", json!({"id": id, "recipients": ""})).await.json();
    assert_eq!(json["problems"], json!(["recipients: name at least one e-mail address"]));
    assert_eq!(api.get(&format!("/reports/{id}")).await.json()["recipients"], "a@x.org,b@x.org");
    for (body, expected) in [
        (json!({"id": "99"}), "404 Report not found"),
        (json!({"id": []}), "400 id: expected a string"),
        (json!({"queryData": 1}), "400 queryData: expected true or false"),
        (json!([]), "400 request body: expected an object"),
    ] {
        api.check("POST", "/reports/check", body, expected).await;
    }
}

/// A clock change moves the offset, not the time of day.
#[tokio::test]
async fn occurrences_across_clock_changes() {
    let api = api();
    let check = async |frequency: &str, start: &str, expected: &[&str]| {
        let schedule = json!({"frequency": frequency, "startDate": start, "timeZone": "Europe/Berlin"});
        let json = api.call("POST", "/reports/occurrences", json!({"schedule": schedule, "count": expected.len()})).await.json();
        assert_eq!(json["occurrences"], json!(expected), "{frequency} {start}");
    };
    check("daily", "2027-03-27T08:00:00+01:00", &["2027-03-27T08:00:00+01:00", "2027-03-28T08:00:00+02:00"]).await;
    check("weekly", "2027-10-25T08:00:00+02:00", &["2027-10-25T08:00:00+02:00", "2027-11-01T08:00:00+01:00"]).await;
    // 02:30 does not exist on the 28th of March, and exists twice on the 31st of October.
    check("daily", "2027-03-27T02:30:00+01:00", &["2027-03-27T02:30:00+01:00", "2027-03-28T03:30:00+02:00", "2027-03-29T02:30:00+02:00"])
        .await;
    check("daily", "2027-10-30T02:30:00+02:00", &["2027-10-30T02:30:00+02:00", "2027-10-31T02:30:00+02:00", "2027-11-01T02:30:00+01:00"])
        .await;
    // Hours count as they pass.
    check("hourly", "2027-10-31T01:30:00+02:00", &["2027-10-31T01:30:00+02:00", "2027-10-31T02:30:00+02:00", "2027-10-31T02:30:00+01:00"])
        .await;
}
