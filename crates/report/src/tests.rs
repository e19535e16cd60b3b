//! Bodies in, reports out: the documentation's examples and what clients really send.

use jiff::Timestamp;
use serde_json::{Value, json};

use crate::{CreateOrUpdateReport, Report, ReportSettings, State};

fn now() -> Timestamp {
    "2022-09-19T09:44:42.5Z".parse().unwrap()
}

fn create(body: Value) -> Result<Report, crate::Error> {
    let mut report = Report::new(1, 1, now());
    CreateOrUpdateReport::new(body).apply(&mut report)?;
    report.validate()?;
    report.settle(now(), now());
    Ok(report)
}

/// The example of `POST /api/reports` with dates in the future of `now`.
fn example() -> Value {
    json!({
        "name": "Report 4",
        "recipients": "texample-report@grafana.com",
        "replyTo": "",
        "message": "Hello, please, find the report attached",
        "schedule": {
            "startDate": "2022-10-02T10:00:00+02:00", "endDate": "2022-11-02T20:00:00+02:00", "frequency": "daily",
            "intervalFrequency": "", "intervalAmount": 0, "workdaysOnly": true, "timeZone": "Europe/Warsaw"
        },
        "options": {"orientation": "landscape", "layout": "grid"},
        "enableDashboardUrl": true,
        "dashboards": [{
            "dashboard": {"uid": "7MeksYbmk"},
            "timeRange": {"from": "2022-08-08T15:00:00+02:00", "to": "2022-09-02T17:00:00+02:00"},
            "reportVariables": {"varibale1": "Value1"}
        }],
        "formats": ["pdf", "csv"]
    })
}

fn with(pointer: &str, value: Value) -> Value {
    let mut body = example();
    let (parent, key) = pointer.rsplit_once('/').unwrap();
    let parent = if parent.is_empty() { &mut body } else { body.pointer_mut(parent).unwrap() };
    parent[key] = value;
    body
}

fn without(keys: &[&str]) -> Value {
    let mut body = example();
    for key in keys {
        body.as_object_mut().unwrap().remove(*key);
    }
    body
}

#[test]
fn the_documented_example_comes_back() {
    let json = create(example()).unwrap().to_json();
    for key in ["name", "recipients", "replyTo", "message", "enableDashboardUrl", "formats"] {
        assert_eq!(json[key], example()[key], "{key}");
    }
    assert_eq!(
        json["schedule"],
        json!({"startDate": "2022-10-02T10:00:00+02:00", "endDate": "2022-11-02T19:00:00+01:00", "frequency": "daily", "intervalFrequency": "",
            "intervalAmount": 0, "workdaysOnly": true, "dayOfMonth": "2", "timeZone": "Europe/Warsaw"})
    );
    assert_eq!(json["state"], "scheduled");
    assert_eq!(json["created"], "2022-09-19T11:44:42+02:00");
    assert_eq!(json["scaleFactor"], 1);
    assert_eq!(json["dashboards"][0]["reportVariables"], json!({"varibale1": "Value1"}));
    assert_eq!(json["options"]["timeRange"], json!({"from": "", "to": ""}));
}

#[test]
fn the_keys_are_those_of_the_specification() {
    // Grafana 12.4 public/api-enterprise-spec.json, definitions Report, ReportSchedule, ReportOptions, ReportDashboard.
    let check = |value: &Value, expected: &str| {
        let mut keys: Vec<&str> = value.as_object().unwrap().keys().map(String::as_str).collect();
        keys.sort_unstable();
        assert_eq!(keys.join(" "), expected);
    };
    let json = create(example()).unwrap().to_json();
    check(
        &json,
        "created dashboards enableCsv enableDashboardUrl formats id message name options orgId recipients replyTo scaleFactor schedule state subject uid updated userId",
    );
    check(&json["schedule"], "dayOfMonth endDate frequency intervalAmount intervalFrequency startDate timeZone workdaysOnly");
    check(&json["options"], "csvEncoding layout orientation pdfCombineOneFile pdfShowTemplateVariables timeRange");
    check(&json["dashboards"][0], "dashboard reportVariables timeRange");
    check(&json["dashboards"][0]["dashboard"], "id name uid");
    let settings = serde_json::to_value(ReportSettings::new(1)).unwrap();
    check(&settings, "branding embeddedImageTheme id orgId pdfTheme userId");
    check(&settings["branding"], "emailFooterLink emailFooterMode emailFooterText emailLogoUrl reportLogoUrl");
}

#[test]
fn what_is_emitted_is_read_back_unchanged() {
    let report = create(example()).unwrap();
    let mut again = Report { id: report.id, created: report.created, updated: report.updated, ..Report::new(1, 1, now()) };
    CreateOrUpdateReport::new(report.to_json()).apply(&mut again).unwrap();
    assert_eq!(again, report);
}

#[test]
fn mistakes_name_the_field() {
    let check = |body: Value, expected: &str| assert_eq!(create(body).map(|_| ()).unwrap_err().to_string(), expected);
    check(json!([]), "request body: expected an object, got a list");
    check(with("/name", json!(7)), "name: expected a string, got a number");
    check(with("/name", json!("  ")), "name: is required");
    check(without(&["name"]), "name: is required");
    check(with("/name", json!("two\nlines")), "name: must be one line without control characters");
    check(with("/name", json!("x".repeat(2_000_000))), "name: has 2000000 characters, at most 500 are allowed");
    check(with("/recipients", json!("")), "recipients: name at least one e-mail address");
    check(with("/recipients", json!("nobody")), "recipients: \"nobody\" is not an e-mail address");
    check(with("/recipients", json!(["a@x.org"])), "recipients: expected a string, got a list");
    check(with("/dashboards", json!([])), "dashboards: name at least one dashboard");
    check(with("/dashboards", json!([{"dashboard": {}}])), "dashboards[0].dashboard.uid: is required");
    check(with("/dashboards", json!(["x"])), "dashboards[0]: expected an object, got a string");
    check(
        with("/dashboards/0/reportVariables", json!({"a": {"b": 1}})),
        "dashboards[0].reportVariables.a: expected a string or a list of strings, got an object",
    );
    check(with("/formats", json!(["pdf", "xlsx"])), "formats[1]: unknown format \"xlsx\"; use pdf, csv or image");
    check(with("/scaleFactor", json!(9)), "scaleFactor: expected 1, 2 or 3, got 9");
    check(with("/state", json!("sleeping")), "state: unknown state \"sleeping\"; use draft, scheduled or paused");
    check(with("/options/layout", json!("free")), "options.layout: expected grid or simple, got \"free\"");
    check(with("/options/csvDelimiter", json!("::")), "options.csvDelimiter: unknown delimiter \"::\"; use comma, semicolon, tab or pipe");
    check(
        with("/options/csvEncoding", json!("ebcdic")),
        "options.csvEncoding: unknown encoding \"ebcdic\"; use one of utf-8, utf-8-bom, utf-16le, gbk, shift_jis, iso-8859-1",
    );
    check(with("/options/csvEncoding", json!(8)), "options.csvEncoding: expected a string, got a number");
    check(with("/options/pdfCombineOneFile", json!(1)), "options.pdfCombineOneFile: expected true or false, got a number");
    check(with("/enableCsv", json!("maybe")), "enableCsv: expected true or false, got \"maybe\"");
    check(with("/dashboards/0/timeRange/from", json!(true)), "dashboards[0].timeRange.from: expected a string, got a boolean");
    check(with("/schedule/workdaysOnly", json!([])), "schedule.workdaysOnly: expected true or false, got a list");
    check(with("/schedule", json!("daily")), "schedule: expected an object, got a string");
    check(with("/schedule/intervalAmount", json!("2")), "schedule.intervalAmount: expected a number, got a string");
    check(with("/schedule/intervalAmount", json!(1.5)), "schedule.intervalAmount: expected a whole number, got 1.5");
    check(with("/schedule/frequency", json!("")), "schedule.frequency: is required");
    check(with("/schedule/frequency", json!("custom")), "schedule.intervalFrequency: is required when frequency is \"custom\"");
    check(
        with("/schedule/frequency", json!("yearly")),
        "schedule.frequency: unknown frequency \"yearly\"; use once, hourly, daily, weekly, monthly, custom or never",
    );
    check(
        with("/schedule/timeZone", json!("Mars/Olympus")),
        "schedule.timeZone: unknown time zone \"Mars/Olympus\"; use an IANA name such as Europe/Warsaw",
    );
    check(
        with("/schedule/startDate", json!("tomorrow")),
        "schedule.startDate: expected a time like 2022-10-02T10:00:00+02:00, got \"tomorrow\"",
    );
    check(with("/schedule/endDate", json!("2022-01-01T00:00:00Z")), "schedule.endDate: is before startDate");
    check(with("/schedule/dayOfMonth", json!("32")), "schedule.dayOfMonth: expected \"last\" or 1 to 31, got \"32\"");
}

#[test]
fn a_draft_may_be_incomplete() {
    let draft = create(json!({"state": "draft", "name": "later"})).unwrap();
    assert_eq!((draft.state, draft.schedule.start_date), (State::Draft, None));
    assert_eq!(draft.to_json()["schedule"]["startDate"], Value::Null);
    assert_eq!(create(json!({"state": "paused", "name": "later"})).unwrap_err().to_string(), "dashboards: name at least one dashboard");
}

#[test]
fn lenient_reading() {
    let check = |body: Value, pointer: &str, expected: Value| {
        let json = create(body).unwrap().to_json();
        assert_eq!(json.pointer(pointer), Some(&expected), "{pointer}");
    };
    check(with("/recipients", json!(" a@x.org; b@y.org ")), "/recipients", json!("a@x.org,b@y.org"));
    check(with("/schedule/workdaysOnly", json!("true")), "/schedule/workdaysOnly", json!(true));
    check(with("/schedule/frequency", json!("last")), "/schedule/frequency", json!("monthly"));
    check(with("/schedule/frequency", json!("last")), "/schedule/dayOfMonth", json!("last"));
    check(with("/schedule/dayOfMonth", json!(2)), "/schedule/dayOfMonth", json!("2"));
    check(with("/schedule/startDate", json!("2022-10-02T10:00:00")), "/schedule/startDate", json!("2022-10-02T10:00:00+02:00"));
    check(with("/schedule/startDate", json!("2022-10-02T08:00:00.123Z")), "/schedule/startDate", json!("2022-10-02T10:00:00+02:00"));
    check(with("/schedule/startDate", json!("0001-01-01T00:00:00Z")), "/schedule/startDate", json!("2022-09-19T11:44:42+02:00"));
    check(with("/schedule/startDate", Value::Null), "/schedule/startDate", json!("2022-09-19T11:44:42+02:00"));
    check(with("/schedule/timeZone", json!("GMT")), "/schedule/startDate", json!("2022-10-02T08:00:00Z"));
    check(with("/schedule/endDate", json!("")), "/schedule/endDate", Value::Null);
    check(with("/scaleFactor", json!(0)), "/scaleFactor", json!(1));
    check(with("/options/csvEncoding", json!("Shift-JIS")), "/options/csvEncoding", json!("shift_jis"));
    check(with("/options/csvEncoding", json!("")), "/options/csvEncoding", json!(""));
    check(with("/options/csvDelimiter", json!("semicolon")), "/options/csvDelimiter", json!(";"));
    check(with("/enableDashboardUrl", json!("false")), "/enableDashboardUrl", json!(false));
    check(with("/enableCsv", json!("True")), "/enableCsv", json!(true));
    check(with("/formats", json!(["PDF", "png", "pdf"])), "/formats", json!(["pdf", "image"]));
    check(with("/somethingNew", json!({"x": 1})), "/name", json!("Report 4"));
    let range = json!({"from": 1663575882000_i64, "to": "now"});
    check(with("/dashboards/0/timeRange", range), "/dashboards/0/timeRange", json!({"from": "1663575882000", "to": "now"}));
    let variables = json!({"a": ["x", "y"], "b": 3, "c": null});
    check(with("/dashboards/0/reportVariables", variables), "/dashboards/0/reportVariables", json!({"a": ["x", "y"], "b": "3"}));
}

#[test]
fn an_update_keeps_what_it_does_not_name() {
    let mut full = example();
    full["subject"] = json!("Weekly numbers");
    full["scaleFactor"] = json!(2);
    full["options"]["pdfCombineOneFile"] = json!(true);
    full["state"] = json!("paused");
    let check = |body: Value, pointer: &str, expected: Value| {
        let mut report = create(full.clone()).unwrap();
        CreateOrUpdateReport::new(body).apply(&mut report).unwrap();
        assert_eq!(report.to_json().pointer(pointer), Some(&expected), "{pointer}");
    };
    check(json!({"name": "other"}), "/name", json!("other"));
    check(json!({"name": "other"}), "/message", json!("Hello, please, find the report attached"));
    check(json!({"name": "other"}), "/schedule/workdaysOnly", json!(true));
    // A whole body, as Terraform sends it: false and empty are left out by Go.
    let whole = without(&["message", "enableDashboardUrl"]);
    check(whole.clone(), "/message", json!(""));
    check(whole.clone(), "/enableDashboardUrl", json!(false));
    check(whole.clone(), "/subject", json!("Weekly numbers"));
    check(whole.clone(), "/scaleFactor", json!(2));
    check(whole.clone(), "/state", json!("paused"));
    check(whole, "/options/pdfCombineOneFile", json!(true));
    check(json!({"schedule": {"frequency": "daily"}}), "/schedule/workdaysOnly", json!(false));
    check(json!({"schedule": {"frequency": "daily"}}), "/schedule/startDate", json!("2022-10-02T10:00:00+02:00"));
    check(json!({"schedule": {"frequency": "daily"}}), "/schedule/timeZone", json!("Europe/Warsaw"));
    check(json!({"schedule": {"frequency": "daily"}}), "/schedule/endDate", Value::Null);
    // Without a frequency a schedule names what is to change.
    check(json!({"schedule": {"endDate": null}}), "/schedule/endDate", Value::Null);
    check(json!({"schedule": {"endDate": null}}), "/schedule/workdaysOnly", json!(true));
    check(json!({"schedule": {"workdaysOnly": false}}), "/schedule/endDate", json!("2022-11-02T19:00:00+01:00"));
    check(json!({"schedule": {"timeZone": "UTC"}}), "/schedule/startDate", json!("2022-10-02T08:00:00Z"));
    check(json!({"schedule": {"timeZone": "UTC"}}), "/schedule/frequency", json!("daily"));
    check(json!({"schedule": null, "options": null, "dashboards": null, "formats": null}), "/formats", json!(["pdf", "csv"]));
    check(json!({"options": {"layout": "simple"}}), "/options/pdfCombineOneFile", json!(true));
    check(json!({"options": {"layout": "simple"}}), "/options/orientation", json!("landscape"));
    check(json!({"enableCsv": true}), "/formats", json!(["pdf", "csv"]));
}

#[test]
fn older_forms_are_read() {
    let now = "2022-09-19T11:44:42+02:00";
    let check = |body: Value, expected: &[(&str, Value)]| {
        let json = create(body.clone()).unwrap().to_json();
        for (pointer, value) in expected {
            assert_eq!(json.pointer(pointer), Some(value), "{pointer} {body}");
        }
        assert!(json.get("dashboardUid").is_none() && json["schedule"].get("hour").is_none(), "one form is emitted");
    };
    let older = |part: Value| {
        let mut body = without(&["dashboards"]);
        body.as_object_mut().unwrap().extend(part.as_object().unwrap().clone());
        body
    };
    let dashboard = json!({"id": 0, "uid": "u", "name": ""});
    check(older(json!({"dashboardUid": "u"})), &[("/dashboards/0/dashboard", dashboard.clone())]);
    check(
        older(json!({"dashboardId": 463, "dashboardUid": "u", "dashboardName": "Shop", "dashboards": null})),
        &[("/dashboards/0/dashboard", json!({"id": 463, "uid": "u", "name": "Shop"}))],
    );
    check(
        older(json!({"dashboardId": 0, "dashboardUid": "u", "dashboards": [], "templateVars": {"a": "1", "b": ["x"]}})),
        &[("/dashboards/0/dashboard", dashboard.clone()), ("/dashboards/0/reportVariables", json!({"a": "1", "b": ["x"]}))],
    );
    check(older(json!({"dashboardUid": "u", "reportVariables": {"a": 1}})), &[("/dashboards/0/reportVariables", json!({"a": "1"}))]);
    check(
        older(json!({"dashboardUid": "u", "options": {"timeRange": {"from": "now-1h", "to": "now"}}})),
        &[("/options/timeRange/from", json!("now-1h")), ("/dashboards/0/timeRange/from", json!(""))],
    );
    // The list wins where both are there.
    let mut both = example();
    both["dashboardUid"] = json!("u");
    check(both, &[("/dashboards/0/dashboard/uid", json!("7MeksYbmk"))]);

    let schedule = |schedule: Value, expected: &[(&str, Value)]| check(with("/schedule", schedule), expected);
    let warsaw = |mut schedule: Value| {
        schedule["timeZone"] = json!("Europe/Warsaw");
        schedule
    };
    let start = |text: &str| [("/schedule/startDate", json!(text))];
    // now is Monday the 19th, 11:44 in Warsaw.
    schedule(warsaw(json!({"frequency": "daily", "hour": 7, "minute": 30})), &start("2022-09-19T07:30:00+02:00"));
    schedule(warsaw(json!({"frequency": "weekly", "day": "Friday", "hour": 7})), &start("2022-09-23T07:00:00+02:00"));
    schedule(warsaw(json!({"frequency": "weekly", "day": "mon", "minute": 5})), &start("2022-09-19T00:05:00+02:00"));
    schedule(warsaw(json!({"frequency": "monthly", "dayOfMonth": "31", "hour": 1})), &start("2022-10-31T01:00:00+01:00"));
    schedule(
        warsaw(json!({"frequency": "monthly", "dayOfMonth": "last", "hour": 1})),
        &[("/schedule/startDate", json!("2022-09-19T01:00:00+02:00")), ("/schedule/dayOfMonth", json!("last"))],
    );
    schedule(
        warsaw(json!({"frequency": "daily", "hour": 7, "startDate": "2022-10-02T10:00:00+02:00"})),
        &start("2022-10-02T10:00:00+02:00"),
    );
    schedule(
        warsaw(json!({"frequency": "daily", "hour": 7, "startDate": "0001-01-01T00:00:00.000Z"})),
        &start("2022-09-19T07:00:00+02:00"),
    );
    schedule(warsaw(json!({"frequency": "daily"})), &start(now));
    schedule(json!({"frequency": "daily", "workdaysOnly": "False", "dayOfMonth": ""}), &[("/schedule/workdaysOnly", json!(false))]);

    let refused = |body: Value, expected: &str| assert_eq!(create(body).unwrap_err().to_string(), expected);
    refused(older(json!({"dashboardUid": 3})), "dashboardUid: expected a string, got a number");
    refused(older(json!({"dashboardId": "x"})), "dashboardId: expected a number, got a string");
    refused(older(json!({"dashboardId": 3})), "dashboards[0].dashboard.uid: is required");
    refused(older(json!({"dashboardUid": "u", "templateVars": ["x"]})), "templateVars: expected an object, got a list");
    refused(with("/schedule", json!({"frequency": "daily", "hour": 24})), "schedule.hour: expected 0 to 23, got 24");
    refused(with("/schedule", json!({"frequency": "daily", "hour": "7"})), "schedule.hour: expected a number, got a string");
    refused(with("/schedule", json!({"frequency": "weekly", "day": "s"})), "schedule.day: expected a day of the week, got \"s\"");
}

#[test]
fn a_change_from_an_older_client_is_whole() {
    let mut report = create(example()).unwrap();
    let body = json!({"name": "Older", "dashboardUid": "u", "schedule": {"frequency": "hourly"}, "dashboards": null, "formats": null});
    CreateOrUpdateReport::new(body).apply(&mut report).unwrap();
    assert_eq!((report.message.as_str(), report.enable_dashboard_url), ("", false));
    assert_eq!(report.dashboards.len(), 1);
    assert_eq!(report.dashboards[0].dashboard.uid, "u");
}

#[test]
fn states_follow_the_due_times() {
    let check = |body: Value, expected: State| assert_eq!(create(body).unwrap().state, expected);
    check(example(), State::Scheduled);
    check(with("/state", json!("paused")), State::Paused);
    check(with("/state", json!("expired")), State::Scheduled);
    check(with("/schedule", json!({"frequency": "once", "startDate": "2021-01-01T00:00:00Z"})), State::Expired);
    check(with("/schedule", json!({"frequency": "never"})), State::Scheduled);
    check(
        with("/schedule", json!({"frequency": "daily", "startDate": "2021-01-01T00:00:00Z", "endDate": "2021-02-01T00:00:00Z"})),
        State::Expired,
    );
}

#[test]
fn both_switches_for_csv_are_kept() {
    use crate::Format::{Csv, Pdf};
    let check = |formats: Value, csv: bool, expected: &[crate::Format]| {
        let mut body = with("/formats", formats.clone());
        body["enableCsv"] = json!(csv);
        let report = create(body).unwrap();
        assert_eq!(report.effective_formats(), expected);
        assert_eq!((report.to_json()["formats"].clone(), report.to_json()["enableCsv"].clone()), (formats, json!(csv)));
    };
    check(json!(["pdf"]), true, &[Pdf, Csv]);
    check(json!(["pdf", "csv"]), false, &[Pdf, Csv]);
    check(json!(["csv"]), false, &[Csv]);
    check(json!([]), false, &[Pdf]);
    assert_eq!(create(without(&["formats"])).unwrap().to_json()["formats"], json!(["pdf"]));
}

#[test]
fn dashboards_of_a_render_request() {
    let check = |values: &[&str], expected: &str| {
        let values: Vec<String> = values.iter().map(|value| value.to_string()).collect();
        let got = match crate::read_dashboards_parameter(&values) {
            Ok(dashboards) => {
                let text = |d: &crate::ReportDashboard| format!("{}:{}", d.dashboard.uid, d.time_range.from);
                dashboards.iter().map(text).collect::<Vec<_>>().join(" ")
            }
            Err(error) => error.to_string(),
        };
        assert_eq!(got, expected, "{values:?}");
    };
    check(&["a"], "a:");
    check(&["a,b", "c"], "a: b: c:");
    check(&[r#"["a","b"]"#], "a: b:");
    check(&[r#"[{"dashboard":{"uid":"a"},"timeRange":{"from":"now-1h","to":"now"}}]"#], "a:now-1h");
    check(&[r#"{"dashboard":{"uid":"a"}}"#], "a:");
    check(&[], "dashboards: name at least one dashboard");
    check(&["[{}]"], "dashboards[0].dashboard.uid: is required");
    check(&["[{"], "dashboards: not valid JSON: EOF while parsing an object at line 1 column 2");
}

#[test]
fn settings() {
    let check = |body: Value, expected: Result<Value, &str>| {
        let mut settings = ReportSettings::new(1);
        let result = settings.apply(&body).map(|()| serde_json::to_value(&settings).unwrap()).map_err(|error| error.to_string());
        match (result, expected) {
            (Ok(got), Ok(part)) => {
                part.as_object().unwrap().iter().for_each(|(key, value)| assert_eq!(&got["branding"][key], value, "{body}"))
            }
            (got, expected) => assert_eq!(got.map(|_| ()), expected.map(|_| ()).map_err(str::to_owned), "{body}"),
        }
    };
    let example = json!({"branding": {"reportLogoUrl": "https://grafana.com/reportLogo.jpg", "emailLogoUrl": "https://grafana.com/emailLogo.jpg",
        "emailFooterMode": "sent-by", "emailFooterText": "Grafana Labs", "emailFooterLink": "https://grafana.com/"}});
    check(example.clone(), Ok(example["branding"].clone()));
    check(json!({}), Ok(json!({"emailFooterMode": "sent-by"})));
    check(json!({"branding": {"emailFooterMode": "none", "emailFooterText": ""}}), Ok(json!({"emailFooterMode": "none"})));
    check(json!({"branding": {"reportLogoUrl": "logo_1.png"}}), Ok(json!({"reportLogoUrl": "logo_1.png"})));
    check(json!({"branding": {"reportLogoUrl": "public/img/logo.png"}}), Ok(json!({"reportLogoUrl": "public/img/logo.png"})));
    for path in [
        "public/../api/x",
        "public\\x",
        "public/%2e%2e/x",
        "//evil.example/x",
        "public/a b",
        "api/public/x",
        "../x",
        "a\u{0}.png",
        "a\r\nb.png",
    ] {
        let mut settings = ReportSettings::new(1);
        assert!(settings.apply(&json!({"branding": {"reportLogoUrl": path}})).is_err(), "{path:?}");
    }
    check(json!({"branding": {"emailFooterText": ""}}), Err("branding.emailFooterText: is required when emailFooterMode is \"sent-by\""));
    check(
        json!({"branding": {"emailFooterMode": "loud"}}),
        Err("branding.emailFooterMode: expected \"sent-by\" or \"none\", got \"loud\""),
    );
    check(
        json!({"branding": {"emailLogoUrl": "file:///etc/passwd"}}),
        Err(
            "branding.emailLogoUrl: expected an http(s) URL, a data:image/… URL, a path of Grafana's under public/ or the name of an uploaded image",
        ),
    );
    check(json!({"branding": {"emailFooterLink": "javascript:alert(1)"}}), Err("branding.emailFooterLink: expected an http or https URL"));
    check(json!({"branding": 3}), Err("branding: expected an object, got a number"));
    check(json!({"pdfTheme": "pink"}), Err("pdfTheme: expected \"light\", \"dark\" or \"current\", got \"pink\""));
}

/// Every place of a body holds every kind of wrong value once: nothing panics, and what is accepted comes back as it is emitted.
#[test]
fn odd_values_anywhere() {
    let mut places = Vec::new();
    collect_places(&example(), String::new(), &mut places);
    let long = "9".repeat(400);
    let odd = [
        Value::Null,
        json!(true),
        json!(0),
        json!(-1),
        json!(1e300),
        json!(i64::MAX),
        json!(u64::MAX),
        json!(""),
        json!(" "),
        json!("last"),
        json!("9999-12-31T23:59:59Z"),
        json!("-009999-01-01T00:00:00Z"),
        json!("2026-02-30"),
        json!("😀\u{0}"),
        json!(long),
        json!([]),
        json!([null]),
        json!({}),
        json!({"uid": 1}),
    ];
    let mut n_accepted = 0;
    for place in &places {
        for value in &odd {
            let mut body = example();
            *body.pointer_mut(place).unwrap() = value.clone();
            let Ok(report) = create(body) else { continue };
            n_accepted += 1;
            report.schedule.next_occurrences(now(), 3);
            let mut again = Report { created: report.created, updated: report.updated, ..Report::new(1, 1, now()) };
            CreateOrUpdateReport::new(report.to_json()).apply(&mut again).unwrap();
            assert_eq!(again, report, "{place} {value}");
        }
    }
    assert!(n_accepted > 50, "{n_accepted}");
}

fn collect_places(value: &Value, place: String, into: &mut Vec<String>) {
    match value {
        Value::Object(map) => map.iter().for_each(|(key, value)| collect_places(value, format!("{place}/{key}"), into)),
        Value::Array(items) => items.iter().enumerate().for_each(|(idx, value)| collect_places(value, format!("{place}/{idx}"), into)),
        _ => {}
    }
    into.push(place);
}
