//! The promises of the store: one process sends, every due time is one row, a crash neither loses nor repeats a mail.

use jiff::Timestamp;
use report::{CreateOrUpdateReport, Report, State};
use serde_json::json;

use super::*;
use crate::config::Secret;

const MINUTE: i64 = 60_000;
const HOUR: i64 = 60 * MINUTE;

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

/// 2026-11-20 is a Friday.
fn start() -> Timestamp {
    at("2026-11-20T08:00:00Z")
}

fn later(ms: i64) -> Timestamp {
    Timestamp::from_millisecond(start().as_millisecond() + ms).unwrap()
}

fn report(schedule: serde_json::Value) -> Report {
    let body = json!({"name": "Numbers", "recipients": "a@x.org", "dashboards": [{"dashboard": {"uid": "d1"}}], "schedule": schedule});
    let mut report = Report::new(1, 1, start());
    CreateOrUpdateReport::new(body).apply(&mut report).unwrap();
    report.validate().unwrap();
    report
}

fn hourly() -> Report {
    report(json!({"frequency": "hourly", "startDate": "2026-11-20T08:00:00Z"}))
}

async fn with_hourly() -> (Store, Report) {
    let store = Store::in_memory().unwrap();
    let report = store.create_report(hourly(), later(-1)).await.unwrap();
    assert!(store.acquire_lease("a", later(0).as_millisecond(), later(100 * HOUR).as_millisecond()).await.unwrap());
    (store, report)
}

/// The ledger as "occurrence minutes after start: state attempts", oldest first.
async fn ledger(store: &Store) -> Vec<String> {
    let mut runs = store.runs(RunFilter::newest(1, None, 1000)).await.unwrap();
    runs.reverse();
    let minutes = |ms: Option<i64>| ms.map_or("-".into(), |ms| ((ms - start().as_millisecond()) / MINUTE).to_string());
    runs.iter().map(|run| format!("{}: {} {}", minutes(run.occurrence_ms), run.state.as_str(), run.attempts)).collect()
}

#[tokio::test]
async fn a_report_comes_back_as_it_was_stored() {
    let directory = tempfile::tempdir().unwrap();
    let stored = {
        let store = Store::open(directory.path(), SecretKey::new([1; 32])).unwrap();
        store.create_report(hourly(), start()).await.unwrap()
    };
    let store = Store::open(directory.path(), SecretKey::new([1; 32])).unwrap();
    assert_eq!(store.report(1, ReportRef::Id(stored.id)).await.unwrap().as_ref(), Some(&stored));
    assert_eq!(store.report(1, ReportRef::Uid(stored.uid.clone())).await.unwrap().as_ref(), Some(&stored));
    assert_eq!(store.report(2, ReportRef::Id(stored.id)).await.unwrap(), None, "organisations are separate");
    assert_eq!(store.reports(2).await.unwrap(), vec![]);
    assert!(!store.delete_report(2, ReportRef::Id(stored.id)).await.unwrap());
    assert!(store.delete_report(1, ReportRef::Id(stored.id)).await.unwrap());
    let next = store.create_report(hourly(), start()).await.unwrap();
    assert!(next.id > stored.id, "numbers are never used again");
}

#[cfg(unix)]
#[tokio::test]
async fn files_are_private() {
    use std::os::unix::fs::PermissionsExt;
    let directory = tempfile::tempdir().unwrap();
    let data = directory.path().join("data");
    let store = Store::open(&data, SecretKey::new([1; 32])).unwrap();
    store.create_report(hourly(), start()).await.unwrap();
    let mode = |path: &std::path::Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&data), 0o700);
    for entry in std::fs::read_dir(&data).unwrap() {
        let path = entry.unwrap().path();
        assert_eq!(mode(&path), 0o600, "{}", path.display());
    }
}

#[test]
fn a_newer_database_is_refused() {
    let directory = tempfile::tempdir().unwrap();
    drop(Store::open(directory.path(), SecretKey::new([1; 32])).unwrap());
    let connection = rusqlite::Connection::open(directory.path().join("broadsheet.db")).unwrap();
    connection.pragma_update(None, "user_version", 99).unwrap();
    drop(connection);
    let error = Store::open(directory.path(), SecretKey::new([1; 32])).err().unwrap();
    assert!(matches!(error, Error::Newer { found: 99, .. }), "{error}");
}

#[tokio::test]
async fn tokens_survive_with_the_key_and_only_with_it() {
    let directory = tempfile::tempdir().unwrap();
    let store = Store::open(directory.path(), SecretKey::new([1; 32])).unwrap();
    store.save_token(2, Secret::new("glsa_two"), 0).await.unwrap();
    store.remember_url("http://grafana:3000").await.unwrap();
    drop(store);
    let bytes = std::fs::read(directory.path().join("broadsheet.db")).unwrap();
    assert!(!bytes.windows(8).any(|window| window == b"glsa_two"));
    let check = |key: u8, expected: Option<&str>| {
        let store = Store::open(directory.path(), SecretKey::new([key; 32])).unwrap();
        assert_eq!(store.token(2).as_ref().map(Secret::expose), expected);
        assert_eq!(store.token(1), None);
        assert_eq!(store.url().as_deref(), Some("http://grafana:3000"));
    };
    check(1, Some("glsa_two"));
    check(9, None);
}

#[tokio::test]
async fn a_rotated_key_takes_its_secrets_along() {
    let directory = tempfile::tempdir().unwrap();
    let open = |current: u8, previous: &[u8]| {
        let previous = previous.iter().map(|byte| SecretKey::new([*byte; 32])).collect();
        Store::open(directory.path(), Keys { current: SecretKey::new([current; 32]), previous }).unwrap()
    };
    open(1, &[]).save_token(2, Secret::new("glsa_two"), 7).await.unwrap();
    let lost = open(2, &[]).stored_token(2).unwrap();
    assert_eq!(lost, StoredToken { token: None, origin: TokenOrigin::Connect, saved_ms: 7 }, "unreadable, and kept");
    assert_eq!(open(2, &[3, 1]).token(2), Some(Secret::new("glsa_two")), "opened with the older key");
    assert_eq!(open(2, &[]).token(2), Some(Secret::new("glsa_two")), "and sealed with the new one");
    assert_eq!(open(1, &[]).token(2), None);
}

#[tokio::test]
async fn a_token_of_the_settings_never_replaces_one_that_was_handed_over() {
    let directory = tempfile::tempdir().unwrap();
    let open = |key: u8| Store::open(directory.path(), SecretKey::new([key; 32])).unwrap();
    let store = open(1);
    let save = async |store: &Store, token: &str| store.save_settings_token(1, Secret::new(token), 0).await.unwrap();
    assert!(save(&store, "a").await);
    assert!(!save(&store, "a").await);
    assert!(save(&store, "b").await);
    store.save_token(1, Secret::new("c"), 0).await.unwrap();
    assert!(!save(&store, "d").await);
    assert_eq!(store.token(1), Some(Secret::new("c")));
    drop(store);
    let store = open(2);
    assert!(save(&store, "d").await, "one that cannot be read any more is of no use");
    assert_eq!(store.token(1), Some(Secret::new("d")));
}

#[tokio::test]
async fn one_process_holds_the_lease() {
    let directory = tempfile::tempdir().unwrap();
    let one = Store::open(directory.path(), SecretKey::new([1; 32])).unwrap();
    let two = Store::open(directory.path(), SecretKey::new([1; 32])).unwrap();
    one.create_report(hourly(), later(-1)).await.unwrap();
    let now = start().as_millisecond();
    assert!(one.acquire_lease("one", now, now + MINUTE).await.unwrap());
    assert!(!two.acquire_lease("two", now + 1, now + MINUTE).await.unwrap());
    assert!(one.acquire_lease("one", now + 30_000, now + 2 * MINUTE).await.unwrap(), "renewed");
    assert_eq!(two.plan("two", start()).await.unwrap(), Planned::default());
    assert_eq!(one.plan("one", start()).await.unwrap(), Planned { due: 1, ..Planned::default() });
    assert!(two.claim_run("two", now, now + MINUTE).await.unwrap().is_none());
    assert!(one.claim_run("one", now, now + MINUTE).await.unwrap().is_some());
    assert!(two.acquire_lease("two", now + 2 * MINUTE, now + 3 * MINUTE).await.unwrap(), "run out");
    assert!(one.claim_run("one", now + 2 * MINUTE, now + 3 * MINUTE).await.unwrap().is_none());
    one.release_lease("one", now).await.unwrap();
    assert!(!one.acquire_lease("one", now + 2 * MINUTE, now + 3 * MINUTE).await.unwrap(), "releasing touches only one's own");
}

#[tokio::test]
async fn every_due_time_is_one_row() {
    let check = async |absent_for: i64, expected: &[&str]| {
        let (store, _) = with_hourly().await;
        store.acquire_lease("a", later(absent_for).as_millisecond(), later(absent_for + HOUR).as_millisecond()).await.unwrap();
        store.plan("a", later(absent_for)).await.unwrap();
        assert_eq!(ledger(&store).await, expected);
        assert_eq!(store.plan("a", later(absent_for)).await.unwrap(), Planned::default(), "planning again adds nothing");
    };
    check(-1, &[]).await;
    check(0, &["0: due 0"]).await;
    check(59 * MINUTE, &["0: due 0"]).await;
    check(3 * HOUR + MINUTE, &["0: skipped 0", "60: skipped 0", "120: skipped 0", "180: due 0"]).await;
}

#[tokio::test]
async fn what_is_older_than_the_catch_up_is_skipped() {
    let check = async |hours_late: i64, expected: (&str, State)| {
        let store = Store::in_memory().unwrap();
        let once = report(json!({"frequency": "once", "startDate": "2026-11-20T08:00:00Z"}));
        let once = store.create_report(once, later(-1)).await.unwrap();
        let now = later(hours_late * HOUR);
        store.acquire_lease("a", now.as_millisecond(), now.as_millisecond() + HOUR).await.unwrap();
        store.plan("a", now).await.unwrap();
        let state = store.report(1, ReportRef::Id(once.id)).await.unwrap().unwrap().state;
        let row = ledger(&store).await.first().cloned().unwrap_or_default();
        assert_eq!((row.as_str(), state), expected, "{hours_late} h late");
    };
    check(0, ("0: due 0", State::Expired)).await;
    check(24, ("0: due 0", State::Expired)).await;
    check(25, ("0: skipped 0", State::Expired)).await;
}

#[tokio::test]
async fn a_long_absence_is_recorded_completely() {
    let (store, _) = with_hourly().await;
    let now = later(1200 * HOUR);
    store.acquire_lease("a", now.as_millisecond(), now.as_millisecond() + HOUR).await.unwrap();
    while store.plan("a", now).await.unwrap() != Planned::default() {}
    let rows = store.runs(RunFilter::newest(1, None, 5000)).await.unwrap();
    assert_eq!(rows.len(), 1201);
    assert_eq!(rows.iter().filter(|run| run.state == RunState::Due).count(), 1);
    assert_eq!(rows[0].state, RunState::Due);
}

#[tokio::test]
async fn one_run_of_a_report_at_a_time() {
    let (store, report) = with_hourly().await;
    store.plan("a", later(0)).await.unwrap();
    let claim = store.claim_run("a", later(0).as_millisecond(), later(MINUTE).as_millisecond()).await.unwrap().unwrap();
    assert_eq!((claim.report.id, claim.run.attempts, claim.run.occurrence_ms), (report.id, 1, Some(start().as_millisecond())));
    store.plan("a", later(HOUR)).await.unwrap();
    let now = later(HOUR).as_millisecond();
    assert!(store.claim_run("a", now, now + MINUTE).await.unwrap().is_none());
    assert!(store.mark_sending(claim.run.id, "a", RunRecord::default()).await.unwrap());
    assert!(store.finish_run(claim.run.id, "a", RunOutcome { is_sent: true, ..RunOutcome::default() }, now).await.unwrap());
    assert!(store.claim_run("a", now, now + MINUTE).await.unwrap().is_some());
    assert_eq!(ledger(&store).await, ["0: sent 1", "60: running 1"]);
}

/// What a dead process leaves, and what becomes of it.
#[tokio::test]
async fn after_a_crash() {
    let (store, _) = with_hourly().await;
    store.plan("a", later(0)).await.unwrap();
    let now = |minutes: i64| later(minutes * MINUTE).as_millisecond();
    let first = store.claim_run("a", now(0), now(1)).await.unwrap().unwrap().run;
    assert_eq!(store.recover_runs(now(0)).await.unwrap(), 0, "alive as long as its lease");
    // Died while rendering: once more.
    assert_eq!(store.recover_runs(now(2)).await.unwrap(), 1);
    assert_eq!(ledger(&store).await, ["0: due 1"]);
    assert!(!store.mark_sending(first.id, "a", RunRecord::default()).await.unwrap(), "the first process wakes up late: it must not send");
    let again = store.claim_run("a", now(2), now(3)).await.unwrap().unwrap().run;
    assert_eq!((again.id, again.attempts), (first.id, 2));
    // Died while sending: never again.
    assert!(store.mark_sending(again.id, "a", RunRecord::default()).await.unwrap());
    assert_eq!(store.recover_runs(now(4)).await.unwrap(), 1);
    let run = store.run(1, again.id).await.unwrap().unwrap();
    assert_eq!(run.state, RunState::Failed);
    assert!(run.error.contains("unknown whether it was sent"), "{}", run.error);
    assert!(store.claim_run("a", now(5), now(6)).await.unwrap().is_none());
    // It was only slow: the truth replaces the guess.
    assert!(store.finish_run(again.id, "a", RunOutcome { is_sent: true, ..RunOutcome::default() }, now(6)).await.unwrap());
    assert_eq!(ledger(&store).await, ["0: sent 2"]);
}

#[tokio::test]
async fn a_run_that_kills_the_program_twice_is_given_up() {
    let (store, _) = with_hourly().await;
    store.plan("a", later(0)).await.unwrap();
    for minute in 0..2 {
        let now = later(minute * MINUTE).as_millisecond();
        assert!(store.claim_run("a", now, now + MINUTE).await.unwrap().is_some());
        store.recover_runs(now + MINUTE).await.unwrap();
    }
    assert_eq!(ledger(&store).await, ["0: failed 2"]);
}

#[tokio::test]
async fn a_graceful_stop_hands_work_back() {
    let (store, _) = with_hourly().await;
    store.plan("a", later(0)).await.unwrap();
    let now = start().as_millisecond();
    store.claim_run("a", now, now + MINUTE).await.unwrap().unwrap();
    store.release_lease("a", now).await.unwrap();
    assert_eq!(ledger(&store).await, ["0: due 0"]);
    assert!(store.acquire_lease("b", now, now + MINUTE).await.unwrap());
    assert!(store.claim_run("b", now, now + MINUTE).await.unwrap().is_some());
}

#[tokio::test]
async fn pausing_skips_what_was_due() {
    let (store, report) = with_hourly().await;
    store.plan("a", later(0)).await.unwrap();
    let pause = |report: &mut Report, _| {
        report.state = State::Paused;
        Ok::<_, ()>(None)
    };
    store.change_report(1, ReportRef::Id(report.id), later(MINUTE), pause).await.unwrap().unwrap().unwrap();
    let now = later(2 * HOUR).as_millisecond();
    assert!(store.claim_run("a", now, now + MINUTE).await.unwrap().is_none());
    assert_eq!(ledger(&store).await, ["0: skipped 0"]);
    assert_eq!(store.plan("a", later(2 * HOUR)).await.unwrap(), Planned::default());
    let resume = |report: &mut Report, _| {
        report.state = State::Scheduled;
        Ok::<_, ()>(Some(later(150 * MINUTE)))
    };
    store.change_report(1, ReportRef::Id(report.id), later(150 * MINUTE), resume).await.unwrap().unwrap().unwrap();
    store.plan("a", later(3 * HOUR)).await.unwrap();
    assert_eq!(ledger(&store).await, ["0: skipped 0", "180: due 0"]);
}

#[tokio::test]
async fn images_and_settings_belong_to_an_organisation() {
    let store = Store::in_memory().unwrap();
    let image = Image { name: "logo.png".into(), content_type: "image/png".into(), bytes: vec![1, 2, 3] };
    store.save_image(1, image.clone(), 0).await.unwrap();
    assert_eq!(store.image(1, "logo.png").await.unwrap(), Some(image));
    assert_eq!(store.image(2, "logo.png").await.unwrap(), None);
    let saved = store.change_settings(1, 5, json!({"pdfTheme": "dark"})).await.unwrap().unwrap();
    assert_eq!((saved.pdf_theme.as_str(), saved.user_id), ("dark", 5));
    assert_eq!(store.settings(1).await.unwrap(), saved);
    assert_eq!(store.settings(2).await.unwrap().pdf_theme, "light");
    assert!(store.change_settings(1, 5, json!({"pdfTheme": "pink"})).await.unwrap().is_err());
    assert_eq!(store.settings(1).await.unwrap(), saved);
}

#[tokio::test]
async fn a_change_at_the_due_second_loses_nothing() {
    let (store, report) = with_hourly().await;
    let rename = |report: &mut Report, planned: Timestamp| {
        assert_eq!(planned, later(500));
        report.name = "Other".into();
        Ok::<_, ()>(None)
    };
    store.change_report(1, ReportRef::Id(report.id), later(500), rename).await.unwrap().unwrap().unwrap();
    assert_eq!(ledger(&store).await, ["0: due 0"]);
}

#[tokio::test]
async fn an_unreadable_report_fails_alone() {
    let (store, broken) = with_hourly().await;
    store.create_report(hourly(), later(-1)).await.unwrap();
    let id = broken.id;
    store.write(move |tx| Ok(tx.execute("UPDATE reports SET content = '{' WHERE id = ?1", [id])?)).await.unwrap();
    store.plan("a", later(0)).await.unwrap();
    assert_eq!(ledger(&store).await, ["0: failed 0", "0: due 0"]);
    assert_eq!(store.plan("a", later(MINUTE)).await.unwrap(), Planned::default());
    assert_eq!(store.reports(1).await.unwrap().len(), 1);
    assert!(matches!(store.report(1, ReportRef::Id(id)).await, Err(Error::Corrupt { .. })));
}

#[tokio::test]
async fn the_same_key_is_the_same_run() {
    let (store, report) = with_hourly().await;
    let start = async |report_id: Option<i64>, key: Option<&str>| {
        let new = NewRun { org_id: 1, report_id, report_name: "Numbers".into(), trigger: Trigger::Manual, key: key.map(str::to_owned) };
        store.start_run(new, "a", 0, MINUTE).await.unwrap()
    };
    let first = start(Some(report.id), Some("k")).await;
    assert!(first.is_new);
    assert_eq!(start(Some(report.id), Some("k")).await, Started { is_new: false, ..first });
    assert!(start(None, Some("k")).await.is_new, "keys are a report's own");
    for key in [Some("other"), None, None] {
        assert!(start(Some(report.id), key).await.is_new);
    }
}

#[tokio::test]
async fn what_is_not_handed_over_can_be_cancelled() {
    let (store, report) = with_hourly().await;
    let start = async || {
        let new = NewRun { org_id: 1, report_id: Some(report.id), report_name: String::new(), trigger: Trigger::Manual, key: None };
        store.start_run(new, "a", 0, MINUTE).await.unwrap().run_id
    };
    let (running, sending) = (start().await, start().await);
    assert!(store.mark_sending(sending, "a", RunRecord::default()).await.unwrap());
    let check = async |org_id: i64, run_id: i64, expected: Cancelled| {
        assert_eq!(store.cancel_run(org_id, run_id, "cancelled by ada", 5).await.unwrap(), expected, "{org_id} {run_id}");
    };
    check(2, running, Cancelled::NotFound).await;
    check(1, 999, Cancelled::NotFound).await;
    check(1, sending, Cancelled::TooLate(RunState::Sending)).await;
    check(1, running, Cancelled::Yes).await;
    check(1, running, Cancelled::TooLate(RunState::Skipped)).await;
    assert!(!store.mark_sending(running, "a", RunRecord::default()).await.unwrap(), "a cancelled run is not sent");
    let run = store.run(1, running).await.unwrap().unwrap();
    assert_eq!((run.state, run.error.as_str(), run.finished_ms), (RunState::Skipped, "cancelled by ada", Some(5)));
    assert_eq!(store.run(2, running).await.unwrap(), None);
}

#[tokio::test]
async fn runs_are_found_by_what_they_are() {
    let (store, report) = with_hourly().await;
    store.plan("a", later(HOUR)).await.unwrap();
    let new = NewRun { org_id: 1, report_id: Some(report.id), report_name: String::new(), trigger: Trigger::Manual, key: None };
    store.start_run(new, "a", later(2 * HOUR).as_millisecond(), MINUTE).await.unwrap();
    let all = RunFilter { org_id: 1, limit: 10, ..RunFilter::default() };
    let ms = |hours: i64| Some(later(hours * HOUR).as_millisecond());
    for (name, filter, expected) in [
        ("all", all.clone(), vec![3, 2, 1]),
        ("limit", RunFilter { limit: 2, ..all.clone() }, vec![3, 2]),
        ("next page", RunFilter { before: Some(2), ..all.clone() }, vec![1]),
        ("state", RunFilter { state: Some(RunState::Skipped), ..all.clone() }, vec![1]),
        ("trigger", RunFilter { trigger: Some(Trigger::Manual), ..all.clone() }, vec![3]),
        ("from", RunFilter { from_ms: ms(1), ..all.clone() }, vec![3, 2]),
        ("to", RunFilter { to_ms: ms(1), ..all.clone() }, vec![1]),
        ("other report", RunFilter { report_id: Some(99), ..all.clone() }, vec![]),
        ("other organisation", RunFilter { org_id: 2, ..all.clone() }, vec![]),
    ] {
        let runs = store.runs(filter).await.unwrap();
        assert_eq!(runs.iter().map(|run| run.id).collect::<Vec<_>>(), expected, "{name}");
    }
}
