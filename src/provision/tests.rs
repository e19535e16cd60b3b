//! Files in a folder, looked at as the program does; the clock is moved by hand.

use std::fs;

use report::{Report, State};

use super::{apply::Looked, file::parse, *};
use crate::{
    scheduler::fake::{Bench, bench},
    store::{ReportRef, Store},
};

struct Folder {
    dir: tempfile::TempDir,
    bench: Bench,
    provisioner: Provisioner,
}

fn folder() -> Folder {
    let (dir, bench) = (tempfile::tempdir().unwrap(), bench());
    let place = Place { folder: dir.path().to_owned(), sources: interpolate::table() };
    let provisioner = Provisioner::new(place, bench.engine.store.clone(), bench.clock.clone());
    Folder { dir, bench, provisioner }
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
    folder.write("a.yaml", &one("numbers", "settings:\n  - {orgId: 1, pdfTheme: dark}\n"));
    folder.write("notes.txt", "not ours");
    folder.look(2, 0, 0).await;
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
    let place = Place { folder: folder.dir.path().to_owned(), sources: interpolate::table() };
    let again = Provisioner::new(place, folder.store().clone(), folder.bench.clock.clone());
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
    let place = Place { folder: path.clone(), sources: interpolate::table() };
    let provisioner = Provisioner::new(place, folder.store().clone(), folder.bench.clock.clone());
    assert_eq!(provisioner.look().await, Looked::default());
    assert_eq!(provisioner.problems().len(), 1);
    fs::create_dir(&path).unwrap();
    assert!(provisioner.look().await.is_new);
    assert!(provisioner.problems().is_empty());
}

#[test]
fn mistakes_name_file_line_and_field() {
    let check = |text: &str, expected: &[&str]| {
        let found = parse("f.yaml", text, &interpolate::table()).map(|_| ()).unwrap_err();
        assert_eq!(found.iter().map(Problem::to_string).collect::<Vec<_>>(), expected, "{text}");
    };
    check("reports: []\n", &["f.yaml:1: apiVersion: expected 1"]);
    check("apiVersion: 2\n", &["f.yaml:1: apiVersion: expected 1"]);
    check("apiVersion: 1\nreport: []\n", &["f.yaml:2: report: is not known here"]);
    check("apiVersion: 1\nreports: {}\n", &["f.yaml:2: reports: expected a list"]);
    check("- a\n", &["f.yaml:1: expected a map of names and values", "f.yaml:1: apiVersion: expected 1"]);
    let daily = "unknown frequency \"dayly\"; use once, hourly, daily, weekly, monthly, custom or never";
    check(&one("numbers", "").replace("daily", "dayly"), &[&format!("f.yaml:6: reports[0].schedule.frequency: {daily}")]);
    check(&one("numbers", "").replace("uid: d1", "uid: ''"), &["f.yaml:7: reports[0].dashboards[0].dashboard.uid: is required"]);
    check(&one("12", ""), &["f.yaml:3: reports[0].uid: expected up to 40 letters, digits, - and _, not digits only"]);
    check(&one("numbers", "    recipient: x\n"), &["f.yaml:8: reports[0].recipient: is not known here"]);
    check(&one("numbers", "    orgId: main\n"), &["f.yaml:8: reports[0].orgId: expected the number of an organization"]);
    check(&one("numbers", "    allowUiUpdates: perhaps\n"), &["f.yaml:8: reports[0].allowUiUpdates: expected true or false"]);
    check(&one("numbers", "    message: $NOBODY\n"), &["f.yaml:8: the variable NOBODY is not set"]);
    check(
        "apiVersion: 1\nsettings:\n  - pdfTheme: pink\n    branding: {logo: x}\n",
        &[
            "f.yaml:4: settings[0].branding.logo: is not known here",
            "f.yaml:3: settings[0].pdfTheme: expected \"light\", \"dark\" or \"current\", got \"pink\"",
        ],
    );
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
    let wanted = parse("a.yaml", &text, &interpolate::table()).unwrap_or_else(|problems| panic!("{problems:?}\n{text}"));
    let mut again = Report::new(1, 0, reports[0].created);
    report::CreateOrUpdateReport::new(wanted.reports[0].mark.body.clone()).apply(&mut again).unwrap();
    again = Report { id: reports[0].id, uid: wanted.reports[0].uid.clone(), provisioned: reports[0].provisioned.clone(), ..again };
    assert_eq!(again, reports[0], "{text}");
    assert_eq!(wanted.settings[0].mark.body["pdfTheme"], "dark");
    assert_eq!(export(&[], &report::ReportSettings::new(1)), "apiVersion: 1\nreports: []\n");
}

#[test]
fn the_sample_is_right() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("provisioning");
    assert_eq!(check(&folder, &interpolate::table()), []);
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
