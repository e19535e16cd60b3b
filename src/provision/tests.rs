//! Files in a folder, looked at as the program does; the clock is moved by hand.

use std::{fs, sync::Arc};

use futures_util::future::BoxFuture;
use report::{Report, State};
use serde_json::json;

use super::{file, *};
use crate::{
    scheduler::fake::{Bench, bench},
    store::{ReportRef, Store},
};

struct Folder {
    dir: tempfile::TempDir,
    bench: Bench,
    names: Arc<Grafana>,
    provisioner: Arc<Provisioner>,
}

/// What Grafana would say; moved by hand.
#[derive(Default)]
struct Grafana {
    is_away: std::sync::atomic::AtomicBool,
    orgs: std::sync::Mutex<Vec<(i64, &'static str)>>,
    dashboards: std::sync::Mutex<Vec<FoundDashboard>>,
}

impl Grafana {
    fn put(&self, uid: &str, title: &str, folder: &str) {
        let found = FoundDashboard { uid: uid.into(), title: title.into(), folder: folder.into(), folder_uid: folder.to_lowercase() };
        self.dashboards.lock().unwrap().push(found);
    }

    fn away(&self, is_away: bool) {
        self.is_away.store(is_away, std::sync::atomic::Ordering::Relaxed);
    }

    fn ask<T: Send + 'static>(&self, answer: Result<T, NameError>) -> BoxFuture<'_, Result<T, NameError>> {
        let is_away = self.is_away.load(std::sync::atomic::Ordering::Relaxed);
        let answer = if is_away { Err(NameError::Away("connection refused".into())) } else { answer };
        Box::pin(std::future::ready(answer))
    }
}

impl Names for Grafana {
    fn org<'a>(&'a self, name: &'a str) -> BoxFuture<'a, Result<i64, NameError>> {
        let found = self.orgs.lock().unwrap().iter().find(|(_, known)| *known == name).map(|(id, _)| *id);
        self.ask(found.ok_or_else(|| NameError::Unknown(format!("no connected organization is named {name:?}"))))
    }

    fn dashboards<'a>(&'a self, _org_id: i64, title: &'a str) -> BoxFuture<'a, Result<Vec<FoundDashboard>, NameError>> {
        self.ask(Ok(self.dashboards.lock().unwrap().iter().filter(|found| found.title == title).cloned().collect()))
    }

    fn title<'a>(&'a self, _org_id: i64, uid: &'a str) -> BoxFuture<'a, Result<String, NameError>> {
        let found = self.dashboards.lock().unwrap().iter().find(|found| found.uid == uid).map(|found| found.title.clone());
        self.ask(found.ok_or_else(|| NameError::Unknown("Dashboard not found".into())))
    }
}

fn folder() -> Folder {
    let (dir, bench, names) = (tempfile::tempdir().unwrap(), bench(), Arc::new(Grafana::default()));
    names.put("d1", "Title of d1", "");
    let provisioner = Arc::new(provisioner(dir.path(), &bench, names.clone()));
    Folder { dir, bench, names, provisioner }
}

fn provisioner(folder: &Path, bench: &Bench, names: Arc<Grafana>) -> Provisioner {
    let mut sources = interpolate::table();
    sources.file = Box::new(|path| fs::read_to_string(path).map_err(|error| format!("{path}: {error}")));
    Provisioner::new(Place { folder: folder.to_owned(), sources }, bench.engine.store.clone(), bench.clock.clone(), names)
}

fn parse(name: &str, text: &str) -> Result<file::Wanted, Vec<Problem>> {
    file::parse(name, text, &interpolate::table(), &mut |_| ())
}

impl Folder {
    fn write(&self, name: &str, text: &str) {
        fs::write(self.dir.path().join(name), text).unwrap();
    }

    fn store(&self) -> &Store {
        &self.bench.engine.store
    }

    async fn report(&self, uid: &str) -> Option<Report> {
        self.store().report(1, ReportRef::Uid(uid.into())).await.unwrap()
    }

    /// Looks, and expects as many reports and settings changed, deleted, released.
    async fn look(&self, changed: usize, deleted: usize, released: usize) {
        assert_eq!(self.provisioner.look().await, Looked { is_new: true, changed, deleted, released }, "{:?}", self.provisioner.problems());
    }

    fn problems(&self) -> Vec<String> {
        self.provisioner.problems().iter().map(Problem::to_string).collect()
    }
}

fn one(uid: &str, more: &str) -> String {
    format!(
        "apiVersion: 1\nreports:\n  - uid: {uid}\n    name: Numbers of $TEAM\n    recipients: [a@x.org, b@x.org]\n    \
         schedule: {{frequency: daily, timeZone: Europe/Berlin}}\n    dashboards: [{{dashboard: {{uid: d1}}}}]\n{more}"
    )
}

#[tokio::test]
async fn a_file_becomes_reports_and_settings_once() {
    let folder = folder();
    let caught = crate::audit::capture::catch();
    folder.write("a.yaml", &one("numbers", "settings:\n  - {orgId: 1, pdfTheme: dark}\n"));
    folder.write("notes.txt", "not ours");
    folder.look(2, 0, 0).await;
    let line = |action: &str, uid: &str| format!("action={action} outcome=success org_id=1{uid} file=a.yaml");
    assert_eq!(caught.take(), [line("report.provision", " report_uid=numbers"), line("settings.provision", "")]);
    let report = folder.report("numbers").await.unwrap();
    assert_eq!(
        (report.name.as_str(), report.recipients.as_str(), report.state),
        ("Numbers of <TEAM>", "a@x.org,b@x.org", State::Scheduled)
    );
    assert_eq!(report.provisioned.as_ref().map(|from| (from.file.as_str(), from.allow_ui_updates)), Some(("a.yaml", false)));
    assert_eq!(folder.store().settings(1).await.unwrap().pdf_theme, "dark");
    // Nothing new; and a new program over the same database finds all as it is.
    assert_eq!(folder.provisioner.look().await, Looked::default());
    folder.bench.clock.set("2026-11-22T08:00:00Z");
    let again = provisioner(folder.dir.path(), &folder.bench, folder.names.clone());
    assert_eq!(again.look().await, Looked { is_new: true, ..Looked::default() });
    assert_eq!(folder.report("numbers").await.unwrap(), report);
}

#[tokio::test]
async fn a_changed_file_replaces_and_keeps_the_start() {
    let folder = folder();
    folder.write("a.yaml", &one("numbers", "    message: hello\n"));
    folder.look(1, 0, 0).await;
    let before = folder.report("numbers").await.unwrap();
    folder.bench.clock.set("2026-11-22T09:30:00Z");
    folder.write("a.yaml", &one("numbers", "    subject: other\n"));
    folder.look(1, 0, 0).await;
    let after = folder.report("numbers").await.unwrap();
    assert_eq!((after.id, after.schedule.start_date, after.created), (before.id, before.schedule.start_date, before.created));
    assert_eq!((after.message.as_str(), after.subject.as_str()), ("", "other"));
    assert!(after.updated > before.updated);
}

#[tokio::test]
async fn what_no_file_defines_any_more_stays_as_an_ordinary_report() {
    let folder = folder();
    folder.write("a.yaml", &one("numbers", "settings: [{pdfTheme: dark}]\n"));
    folder.write("b.yaml", &one("others", ""));
    folder.look(3, 0, 0).await;
    // Cannot be read: what it defined is left alone, the other file counts.
    folder.write("a.yaml", "apiVersion: 1\nreports: [\n");
    folder.write("b.yaml", "apiVersion: 1\n");
    folder.look(0, 0, 1).await;
    assert!(folder.problems()[0].starts_with("a.yaml:"), "{:?}", folder.problems());
    assert!(folder.report("numbers").await.unwrap().provisioned.is_some());
    assert!(folder.report("others").await.unwrap().provisioned.is_none());
    folder.write("a.yaml", "apiVersion: 1\ndeleteReports: [{uid: others}, {uid: never-there}]\n");
    folder.look(0, 1, 2).await;
    assert!(folder.report("others").await.is_none() && folder.problems().is_empty());
    assert!(folder.report("numbers").await.unwrap().provisioned.is_none());
}

#[tokio::test]
async fn a_folder_that_is_not_there_is_a_problem_until_it_is() {
    let folder = folder();
    let path = folder.dir.path().join("later");
    let provisioner = provisioner(&path, &folder.bench, folder.names.clone());
    assert_eq!(provisioner.look().await, Looked::default());
    assert_eq!(provisioner.problems().len(), 1);
    fs::create_dir(&path).unwrap();
    assert!(provisioner.look().await.is_new);
    assert!(provisioner.problems().is_empty());
}

#[test]
fn mistakes_name_file_line_and_field() {
    let mut wrong = Vec::new();
    let mut check = |text: &str, expected: &[&str]| {
        let found: Vec<_> = parse("f.yaml", text).map(|_| ()).unwrap_err().iter().map(Problem::to_string).collect();
        if found != expected {
            wrong.push(format!("{text}{found:#?} instead of {expected:#?}"));
        }
    };
    check("reports: []\n", &["f.yaml:1: apiVersion: expected 1"]);
    check("apiVersion: 2\n", &["f.yaml:1: apiVersion: expected 1"]);
    check("apiVersion: 1\nreport: []\n", &["f.yaml:2: report: is not known here"]);
    check("apiVersion: 1\nreports: {}\n", &["f.yaml:2: reports: expected a list"]);
    check("- a\n", &["f.yaml:1: expected a map of names and values", "f.yaml:1: apiVersion: expected 1"]);
    let daily = "unknown frequency \"dayly\"; use once, hourly, daily, weekly, monthly, custom or never";
    check(&one("numbers", "").replace("daily", "dayly"), &[&format!("f.yaml:6: reports[0].schedule.frequency: {daily}")]);
    check(&one("numbers", "").replace("uid: d1", "uid: ''"), &["f.yaml:7: reports[0].dashboards[0].dashboard.uid: is required"]);
    check(&one("runs", ""), &["f.yaml:3: reports[0].uid: \"runs\" is a path of the API, take another one"]);
    check(&one("12", ""), &["f.yaml:3: reports[0].uid: expected up to 40 letters, digits, - and _, not digits only"]);
    check(&one("numbers", "    recipient: x\n"), &["f.yaml:8: reports[0].recipient: is not known here"]);
    check(&one("numbers", "    orgId: main\n"), &["f.yaml:8: reports[0].orgId: expected the number of an organization"]);
    check(&one("numbers", "    allowUiUpdates: perhaps\n"), &["f.yaml:8: reports[0].allowUiUpdates: expected true or false"]);
    check(&one("numbers", "    orgName: ''\n"), &["f.yaml:8: reports[0].orgName: expected the name of an organization"]);
    let both = "name the organization by orgId or by orgName, not by both";
    check(&one("numbers", "    orgId: 1\n    org_name: Sales\n"), &[&format!("f.yaml:9: reports[0].orgName: {both}")]);
    let dashboard = |text: &str| one("numbers", "").replace("{uid: d1}", text);
    let path = "f.yaml:7: reports[0].dashboards[0].dashboard";
    let two_ways = "name it by uid, or by title and folder, not by both";
    check(&dashboard("{uid: d1, title: Sales}"), &[&format!("{path}: {two_ways}")]);
    check(&dashboard("{uid: d1, folder: Shop}"), &[&format!("{path}: {two_ways}")]);
    check(&dashboard("{folder: Shop}"), &[&format!("{path}.folder: needs a title beside it"), &format!("{path}.uid: is required")]);
    check(&dashboard("{title: [Sales]}"), &[&format!("{path}.title: expected a text"), &format!("{path}.uid: is required")]);
    check(&dashboard("{titel: Sales}"), &[&format!("{path}.titel: is not known here"), &format!("{path}.uid: is required")]);
    check(&dashboard("{}"), &[&format!("{path}.uid: is required")]);
    check(&dashboard("Sales"), &[&format!("{path}: expected a map of names and values")]);
    check(
        &one("numbers", "").replace("[{dashboard: {uid: d1}}]", "Sales"),
        &["f.yaml:7: reports[0].dashboards: expected a list, got a string"],
    );
    check(
        &one("numbers", "").replace("[{dashboard: {uid: d1}}]", "[Sales]"),
        &["f.yaml:7: reports[0].dashboards[0]: expected a map of names and values"],
    );
    check(&one("numbers", "    recipients: 3\n"), &["f.yaml:8: duplicated key in mapping"]);
    check(
        "apiVersion: 1\nreports: [3, x]\n",
        &["f.yaml:2: reports[0]: expected a map of names and values", "f.yaml:2: reports[1]: expected a map of names and values"],
    );
    check(
        "apiVersion: 1\ndeleteReports: [{uid: a, name: b}, {orgId: 2}]\n",
        &[
            "f.yaml:2: deleteReports[0].name: is not known here",
            "f.yaml:2: deleteReports[1].uid: expected up to 40 letters, digits, - and _, not digits only",
        ],
    );
    check(&one("numbers", "    message: $NOBODY\n"), &["f.yaml:8: the variable NOBODY is not set"]);
    check(
        "apiVersion: 1\nsettings:\n  - pdfTheme: pink\n    branding: {logo: x}\n",
        &[
            "f.yaml:4: settings[0].branding.logo: is not known here",
            "f.yaml:3: settings[0].pdfTheme: expected \"light\", \"dark\" or \"current\", got \"pink\"",
        ],
    );
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn two_files_with_one_report_are_a_mistake_of_the_second() {
    let dir = tempfile::tempdir().unwrap();
    for name in ["a.yaml", "b.yml"] {
        fs::write(dir.path().join(name), one("numbers", "")).unwrap();
    }
    let problems: Vec<String> = check(dir.path(), &interpolate::table()).iter().map(Problem::to_string).collect();
    assert_eq!(problems, ["b.yml:3: report numbers is defined twice"]);
}

#[tokio::test]
async fn an_export_read_again_is_the_same() {
    let folder = folder();
    let odd = "    message: |\n      Costs $$5: \"all\"\n      # no comment\n    state: paused\n    options: {pdfCombineOneFile: true}\n    formats: [csv]\n";
    let body =
        one("numbers", odd).replace("{dashboard: {uid: d1}}", "{dashboard: {uid: d1}, reportVariables: {'true': [a, $__all], h: $HOST}}");
    folder.write("a.yaml", &format!("{body}settings: [{{pdfTheme: dark}}]\n"));
    folder.look(2, 0, 0).await;
    let reports = folder.store().reports(1).await.unwrap();
    let settings = folder.store().settings(1).await.unwrap();
    let text = export(&reports, &settings);
    let wanted = parse("a.yaml", &text).unwrap_or_else(|problems| panic!("{problems:?}\n{text}"));
    let mut again = Report::new(1, 0, reports[0].created);
    report::CreateOrUpdateReport::new(wanted.reports[0].mark.body.clone()).apply(&mut again).unwrap();
    again = Report { id: reports[0].id, uid: wanted.reports[0].uid.clone(), provisioned: reports[0].provisioned.clone(), ..again };
    assert_eq!(again, reports[0], "{text}");
    assert_eq!(wanted.settings[0].mark.body["pdfTheme"], "dark");
    assert_eq!(export(&[], &report::ReportSettings::new(1)), "apiVersion: 1\nreports: []\n");
}

#[tokio::test]
async fn the_sample_applies_clean() {
    let sample = Path::new(env!("CARGO_MANIFEST_DIR")).join("provisioning");
    assert_eq!(check(&sample, &interpolate::table()), []);
    let folder = folder();
    folder.names.orgs.lock().unwrap().push((1, "Main Org."));
    folder.names.put("sample-shop", "Shop performance", "");
    folder.names.put("sample-servers", "Servers", "");
    fs::copy(sample.join("reports.yaml"), folder.dir.path().join("reports.yaml")).unwrap();
    folder.look(3, 0, 0).await;
    assert_eq!(folder.problems(), Vec::<String>::new());
    let (daily, weekly) = (folder.report("shop-daily").await.unwrap(), folder.report("servers-weekly").await.unwrap());
    let uids = |report: &Report| report.dashboards.iter().map(|dashboard| dashboard.dashboard.uid.clone()).collect::<Vec<_>>();
    assert_eq!((uids(&daily), uids(&weekly)), (vec!["sample-shop".into(), "sample-servers".into()], vec!["sample-servers".into()]));
    assert_eq!((daily.state, weekly.state), (State::Scheduled, State::Scheduled));
    assert_eq!(weekly.provisioned.map(|from| (from.allow_ui_updates, from.drifted)), Some((true, false)));
}

#[tokio::test]
async fn what_a_file_defines_is_changed_only_there() {
    let folder = folder();
    folder.write("a.yaml", &one("locked", "settings: [{pdfTheme: dark}]\n"));
    folder.write("b.yaml", &one("open", "allowUiUpdates: true\n"));
    folder.look(3, 0, 0).await;
    let router = crate::api::tests::router_of(folder.bench.engine.clone());
    let message = |what: &str| format!("403 this {what} is provisioned: change it in a.yaml");
    let rename = r#"{"name": "Other"}"#;
    for (method, path, body, expected) in [
        ("PUT", "/reports/locked", rename, message("report")),
        ("DELETE", "/reports/locked", "", message("report")),
        ("POST", "/reports/locked/pause", "", message("report")),
        ("POST", "/reports/locked/resume", "", message("report")),
        ("POST", "/reports/settings", r#"{"pdfTheme": "light"}"#, message("organization's settings")),
        ("PUT", "/reports/open", rename, "200 Report updated".into()),
    ] {
        assert_eq!(crate::api::tests::call(&router, method, path, body).await, expected, "{method} {path}");
    }
    // What the UI changed stays until the file changes.
    folder.write("b.yaml", &one("open", "allowUiUpdates: true\n# looked at again\n"));
    folder.look(0, 0, 0).await;
    assert_eq!(folder.report("open").await.unwrap().name, "Other");
    folder.write("b.yaml", &one("open", "    message: new\nallowUiUpdates: true\n"));
    folder.look(1, 0, 0).await;
    assert_eq!(folder.report("open").await.unwrap().name, "Numbers of <TEAM>");
}

#[tokio::test]
async fn a_changed_secret_file_alone_is_noticed() {
    let folder = folder();
    let secret = folder.dir.path().join("recipients.txt");
    folder.write("recipients.txt", "a@x.org\n");
    let text = one("numbers", "").replace("[a@x.org, b@x.org]", &format!("$__file{{{}}}", secret.display()));
    folder.write("a.yaml", &text);
    folder.look(1, 0, 0).await;
    assert_eq!(folder.report("numbers").await.unwrap().recipients, "a@x.org");
    assert_eq!(folder.provisioner.look().await, Looked::default());
    folder.write("recipients.txt", "a@x.org,b@x.org\n");
    folder.look(1, 0, 0).await;
    assert_eq!(folder.report("numbers").await.unwrap().recipients, "a@x.org,b@x.org");
    fs::remove_file(&secret).unwrap();
    folder.look(0, 0, 0).await;
    assert!(folder.problems()[0].starts_with("a.yaml:5: ") && folder.report("numbers").await.is_some(), "{:?}", folder.problems());
    folder.write("recipients.txt", "c@x.org");
    folder.look(1, 0, 0).await;
    assert_eq!(folder.problems(), Vec::<String>::new());
}

#[tokio::test]
async fn organizations_by_name_wait_until_they_are_known() {
    let folder = folder();
    let of_sales = one("numbers", "    orgName: Sales\n");
    folder.write("a.yaml", &of_sales);
    folder.write("b.yaml", &one("others", "settings: [{org_name: Sales, pdfTheme: dark}]\n"));
    folder.look(1, 0, 0).await;
    let waits = "organization \"Sales\": no connected organization is named \"Sales\"; tried again";
    assert_eq!(folder.problems(), [format!("a.yaml:3: {waits}"), format!("b.yaml:8: {waits}")]);
    // Nothing new in the files, but it may be known by now.
    folder.names.orgs.lock().unwrap().push((7, "Sales"));
    assert_eq!(folder.provisioner.look().await, Looked { changed: 2, ..Looked::default() });
    assert_eq!(folder.problems(), Vec::<String>::new());
    let report = || folder.store().report(7, ReportRef::Uid("numbers".into()));
    assert_eq!(report().await.unwrap().unwrap().org_id, 7);
    assert_eq!(folder.store().settings(7).await.unwrap().pdf_theme, "dark");
    // Grafana is away when the program starts again: nothing is given up.
    folder.names.away(true);
    let again = provisioner(folder.dir.path(), &folder.bench, folder.names.clone());
    assert_eq!(again.look_offline().await, Looked { is_new: true, ..Looked::default() });
    assert_eq!(again.problems(), []);
    assert_eq!(again.look().await, Looked::default());
    assert!(again.problems()[0].to_string().contains("connection refused; tried again"), "{:?}", again.problems());
    assert!(report().await.unwrap().unwrap().provisioned.is_some());
    assert!(folder.store().settings(7).await.unwrap().provisioned.is_some());
    folder.names.away(false);
    assert_eq!(again.look().await, Looked::default());
    assert_eq!(again.problems(), []);
    // The same one by number and by name is a mistake.
    folder.write("c.yaml", &one("numbers", "    orgId: 7\n"));
    folder.look(0, 0, 0).await;
    assert_eq!(folder.problems(), ["c.yaml:3: report numbers is defined twice"]);
}

#[tokio::test]
async fn dashboards_by_title_are_looked_up_and_followed() {
    let folder = folder();
    let titled = |more: &str| one("numbers", more).replace("{uid: d1}", "{title: Sales, folder: Shop}");
    folder.names.put("s1", "Sales", "Old");
    folder.write("a.yaml", &titled(""));
    folder.look(0, 0, 0).await;
    let expected =
        "a.yaml:7: dashboard \"Sales\" in folder \"Shop\": not found in Grafana: of this title there is only s1 (folder \"Old\")";
    assert_eq!(folder.problems(), [expected]);
    folder.names.put("s2", "Sales", "Shop");
    assert_eq!(folder.provisioner.look().await, Looked { changed: 1, ..Looked::default() });
    let uid = async || folder.report("numbers").await.unwrap().dashboards[0].dashboard.uid.clone();
    assert_eq!(uid().await, "s2");
    assert_eq!(folder.report("numbers").await.unwrap().dashboards[0].dashboard.name, "Sales");
    assert_eq!(folder.report("numbers").await.unwrap().provisioned.unwrap().drift, Vec::<String>::new());
    // Made anew under another uid: noticed within minutes.
    folder.names.dashboards.lock().unwrap().retain(|found| found.uid != "s2");
    folder.names.put("s3", "Sales", "Shop");
    assert_eq!(folder.provisioner.look().await, Looked::default());
    folder.bench.clock.set("2026-11-20T08:06:00Z");
    assert_eq!(folder.provisioner.look().await, Looked { changed: 1, ..Looked::default() });
    assert_eq!(uid().await, "s3");
    // Two of them, then none, then no Grafana: what was found before stays, with a warning.
    folder.names.put("s4", "Sales", "Shop");
    folder.provisioner.reload(None).await;
    let ambiguous =
        "not found in Grafana: the title is that of 2 dashboards, name a folder or the uid: s3 (folder \"Shop\"), s4 (folder \"Shop\")";
    assert_eq!(folder.problems(), [format!("a.yaml:7: dashboard \"Sales\" in folder \"Shop\": {ambiguous}")]);
    assert!(folder.provisioner.problems()[0].is_warning);
    folder.names.away(true);
    folder.write("a.yaml", &titled("    message: hello\n"));
    folder.look(1, 0, 0).await;
    assert_eq!((uid().await.as_str(), folder.report("numbers").await.unwrap().message.as_str()), ("s3", "hello"));
    assert!(folder.problems()[0].ends_with("not checked with Grafana: connection refused"), "{:?}", folder.problems());
}

#[tokio::test]
async fn dashboards_by_uid_are_checked_and_never_refused() {
    let folder = folder();
    folder.write("a.yaml", &one("numbers", "").replace("uid: d1", "uid: nobody"));
    folder.look(1, 0, 0).await;
    assert_eq!(folder.problems(), ["a.yaml:7: dashboard nobody: not found in Grafana: Dashboard not found"]);
    assert!(folder.provisioner.problems()[0].is_warning && folder.report("numbers").await.is_some());
    folder.names.put("nobody", "Somebody", "");
    folder.provisioner.reload(None).await;
    assert_eq!(folder.problems(), Vec::<String>::new());
}

#[tokio::test]
async fn reloading_tells_and_forces() {
    let folder = folder();
    folder.write("a.yaml", &one("open", "allowUiUpdates: true\nsettings: [{pdfTheme: dark}]\n"));
    folder.write("bad.yaml", "apiVersion: 1\nreports:\n  - uid: other\n    orgId: 2\n    nam: x\n");
    folder.write("broken.yaml", "apiVersion: [\n");
    let router = crate::api::tests::router_with(folder.bench.engine.clone(), folder.provisioner.clone());
    let ask =
        async |org_id: i64, method: &str, path: &str, body: &str| crate::api::tests::json_of(&router, org_id, method, path, body).await;
    let told = ask(1, "POST", "/reports/provisioning/reload", "").await;
    assert_eq!((&told["message"], &told["changed"], &told["deleted"]), (&json!("Provisioning files read"), &json!(2), &json!(0)));
    assert_eq!(told["problems"][0]["file"], "broken.yaml");
    let of_two = ask(2, "GET", "/reports/provisioning", "").await;
    assert_eq!((&of_two["reports"], &of_two["files"], &of_two["settings"]), (&json!([]), &json!([]), &json!(null)));
    assert_eq!(of_two["problems"][0]["message"], "reports[0].nam: is not known here");
    assert_eq!(of_two["problems"].as_array().unwrap().iter().filter(|problem| problem["file"] == "broken.yaml").count(), 0);

    let change = r#"{"name": "Other", "schedule": {"frequency": "weekly"}}"#;
    assert_eq!(crate::api::tests::call(&router, "PUT", "/reports/open", change).await, "200 Report updated");
    assert_eq!(
        crate::api::tests::call(&router, "POST", "/reports/settings", r#"{"pdfTheme": "light"}"#).await,
        "200 Report settings saved"
    );
    let status = ask(1, "GET", "/reports/provisioning", "").await;
    let report = &status["reports"][0];
    assert_eq!((&report["uid"], &report["file"], &report["drifted"]), (&json!("open"), &json!("a.yaml"), &json!(true)));
    assert_eq!(report["drift"], json!(["name", "schedule.frequency"]));
    assert_eq!(status["settings"]["drift"], json!(["pdfTheme"]));
    assert_eq!(status["files"][1], json!({ "name": "bad.yaml", "read": false }));
    let reload = async |org_id: i64, body: &str| ask(org_id, "POST", "/reports/provisioning/reload", body).await;
    assert_eq!(reload(1, "{}").await["changed"], 0);
    assert_eq!(reload(2, r#"{"force": true}"#).await["changed"], 0, "another organization's wish");
    assert_eq!(reload(1, r#"{"force": true}"#).await["changed"], 2);
    let status = ask(1, "GET", "/reports/provisioning", "").await;
    assert_eq!((&status["reports"][0]["drifted"], &status["settings"]["drifted"]), (&json!(false), &json!(false)));
    assert_eq!(reload(1, r#"{"force": "yes"}"#).await["message"], "force: expected true or false");
    let without = crate::api::tests::router_of(folder.bench.engine.clone());
    let answer = crate::api::tests::call(&without, "POST", "/reports/provisioning/reload", "").await;
    assert_eq!(answer, "404 no folder of provisioning files is set (provisioning_path)");
}

/// One file of each kind of mistake beside a right one, which counts every time.
#[tokio::test]
async fn a_bad_file_never_holds_up_another() {
    let folder = folder();
    folder.write("m.yaml", &one("good", "settings: [{pdfTheme: dark}]\n"));
    for (index, bad) in [
        "apiVersion: [\n",
        "apiVersion: 2\n",
        "- list\n",
        "text",
        "apiVersion: 1\nreports: [{uid: x}]\n",
        "apiVersion: 1\nreports: [{uid: good}]\n",
        "apiVersion: 1\ndeleteReports: [{uid: ''}]\n",
        "apiVersion: 1\nsettings: [{pdfTheme: $NOBODY}]\n",
        "apiVersion: 1\nsettings: [{pdfTheme: $__file{/nowhere}}]\n",
        "apiVersion: 1\nsettings: [{pdfTheme: pink}]\n",
        "apiVersion: 1\n---\napiVersion: 1\n",
        "a: &a [*a]\n",
        "apiVersion: 1\nreports: !!binary x\n",
        "\u{0}",
    ]
    .into_iter()
    .enumerate()
    {
        // In front of it and behind it.
        folder.write("a.yaml", bad);
        folder.write("z.yaml", bad);
        folder.write("m.yaml", &one("good", &format!("    message: number {index}\nsettings: [{{pdfTheme: dark}}]\n")));
        folder.provisioner.look().await;
        assert_eq!(folder.report("good").await.unwrap().message, format!("number {index}"), "{bad}: {:?}", folder.problems());
        for name in ["a.yaml:", "z.yaml:"] {
            let line = folder.problems().iter().find_map(|problem| problem.strip_prefix(name)?.split(':').next()?.parse::<usize>().ok());
            assert!(line.is_some_and(|line| line > 0), "{bad}: {:?}", folder.problems());
        }
    }
    fs::write(folder.dir.path().join("a.yaml"), b"apiVersion: 1 \xff\xfe").unwrap();
    fs::remove_file(folder.dir.path().join("z.yaml")).unwrap();
    folder.provisioner.look().await;
    assert!(folder.problems()[0].starts_with("a.yaml:0: ") && folder.report("good").await.is_some(), "{:?}", folder.problems());
    // Laughter without end is refused or bounded, never waited for.
    let laughs: String =
        (1..40).map(|n| format!("a{n}: &a{n} [{0}, {0}, {0}, {0}, {0}, {0}, {0}, {0}]\n", format!("*a{}", n - 1))).collect();
    folder.write("a.yaml", &format!("a0: &a0 [lol]\n{laughs}"));
    folder.provisioner.look().await;
    assert!(folder.problems()[0].contains("alias expansion exceeded"), "{:?}", folder.problems());
}
