//! The scheduler against a clock moved by hand.

use std::time::Duration;

use jiff::Timestamp;
use report::{CreateOrUpdateReport, Report, State};
use serde_json::{Value, json};

use super::{
    Scheduler,
    fake::{Bench, bench, bench_on},
};
use crate::{
    mail::MailError,
    run,
    store::{ReportRef, RunFilter, RunState, SecretKey, Store},
};

fn report(uid: &str, schedule: Value) -> Report {
    let body = json!({"name": "Numbers", "recipients": "a@x.org, A@x.org, b@x.org", "schedule": schedule,
        "dashboards": [{"dashboard": {"uid": uid}, "timeRange": {"from": "now-1d", "to": "now"}, "reportVariables": {"env": ["a", "b"]}}],
        "formats": ["pdf", "image"]});
    let now: Timestamp = "2026-11-20T07:00:00Z".parse().unwrap();
    let mut report = Report::new(1, 1, now);
    CreateOrUpdateReport::new(body).apply(&mut report).unwrap();
    report.validate().unwrap();
    report
}

fn daily() -> Value {
    json!({"frequency": "daily", "startDate": "2026-11-20T08:00:00Z"})
}

async fn add(bench: &Bench, report: Report) -> Report {
    let after = report.created;
    bench.engine.store.create_report(report, after).await.unwrap()
}

/// Moves the clock, looks, and lets everything end.
async fn at(bench: &Bench, scheduler: &Scheduler, time: &str) {
    bench.clock.set(time);
    scheduler.tick().await.unwrap();
    scheduler.idle().await;
}

/// "state attempts error", oldest first.
async fn ledger(bench: &Bench) -> Vec<String> {
    let mut runs = bench.engine.store.runs(RunFilter::newest(1, None, 100)).await.unwrap();
    runs.reverse();
    runs.iter().map(|run| format!("{} {} {}", run.state.as_str(), run.attempts, run.error).trim_end().to_owned()).collect()
}

#[tokio::test]
async fn a_due_report_is_sent_once() {
    let bench = bench();
    let scheduler = Scheduler::new(bench.engine.clone());
    add(&bench, report("d1", daily())).await;
    at(&bench, &scheduler, "2026-11-20T07:59:59Z").await;
    assert!(bench.mailer.sent.lock().unwrap().is_empty());
    at(&bench, &scheduler, "2026-11-20T08:00:03Z").await;
    at(&bench, &scheduler, "2026-11-20T08:00:04Z").await;
    assert_eq!(ledger(&bench).await, ["sent 1"]);
    let sent = bench.mailer.sent.lock().unwrap().clone();
    assert_eq!(sent.len(), 1);
    assert_eq!(sent[0].recipients, ["a@x.org", "b@x.org"], "each mailbox once");
    assert_eq!((sent[0].subject.as_str(), sent[0].files.len(), sent[0].images.len()), ("Numbers", 1, 1));
    let request = bench.renderer.requests.lock().unwrap()[0].clone();
    assert_eq!(request.now_ms, "2026-11-20T08:00:00Z".parse::<Timestamp>().unwrap().as_millisecond() as f64, "the due time, not the clock");
    assert_eq!(request.dashboards[0].variables, [("env".to_owned(), vec!["a".to_owned(), "b".to_owned()])]);
    at(&bench, &scheduler, "2026-11-21T08:00:00Z").await;
    assert_eq!(ledger(&bench).await, ["sent 1", "sent 1"]);
    let run = &bench.engine.store.runs(RunFilter::newest(1, None, 1)).await.unwrap()[0];
    assert_eq!(run.recipients[0], json!({"address": "a@x.org", "accepted": true, "reply": "250 ok"}));
    assert_eq!(run.record.files[0], json!({"name": "Numbers.pdf", "contentType": "application/pdf", "bytes": 13}));
}

#[tokio::test]
async fn transient_failures_are_tried_again_with_pauses() {
    let bench = bench();
    let scheduler = Scheduler::new(bench.engine.clone());
    add(&bench, report("d1", daily())).await;
    bench.renderer.errors.lock().unwrap().push_back(run::Error::Grafana("timeout".into()));
    bench.mailer.errors.lock().unwrap().push_back(MailError { message: "451 busy".into(), is_transient: true });
    at(&bench, &scheduler, "2026-11-20T08:00:00Z").await;
    assert_eq!(ledger(&bench).await, ["due 1 timeout"]);
    at(&bench, &scheduler, "2026-11-20T08:00:59Z").await;
    assert_eq!(ledger(&bench).await, ["due 1 timeout"], "not before its pause is over");
    at(&bench, &scheduler, "2026-11-20T08:01:00Z").await;
    assert_eq!(ledger(&bench).await, ["due 2 451 busy"]);
    at(&bench, &scheduler, "2026-11-20T08:06:00Z").await;
    assert_eq!(ledger(&bench).await, ["sent 3"]);
    let mut registry = prometheus_client::registry::Registry::default();
    bench.engine.metrics.register(&mut registry);
    let mut text = String::new();
    prometheus_client::encoding::text::encode(&mut text, &registry).unwrap();
    for line in [
        "broadsheet_report_runs_total{trigger=\"schedule\",outcome=\"retried\"} 2",
        "broadsheet_report_runs_total{trigger=\"schedule\",outcome=\"sent\"} 1",
    ] {
        assert!(text.contains(line), "{text}");
    }
}

#[tokio::test]
async fn runs_wait_for_their_organisation_to_be_connected_again() {
    let refused = || run::Error::NotConnected("organisation 1 needs to be connected again".into());
    let bench = bench();
    let scheduler = Scheduler::new(bench.engine.clone());
    add(&bench, report("d1", daily())).await;
    bench.renderer.errors.lock().unwrap().extend([refused(), refused()]);
    at(&bench, &scheduler, "2026-11-20T08:00:00Z").await;
    at(&bench, &scheduler, "2026-11-20T08:01:00Z").await;
    let waits = "due 2 organisation 1 needs to be connected again";
    at(&bench, &scheduler, "2026-11-20T08:30:00Z").await;
    assert_eq!(ledger(&bench).await, [waits], "the second pause is an hour");
    bench.engine.store.resume_waiting_runs(2, 0);
    at(&bench, &scheduler, "2026-11-20T08:30:01Z").await;
    assert_eq!(ledger(&bench).await, [waits], "another organisation was connected");
    bench.engine.store.resume_waiting_runs(1, 0);
    at(&bench, &scheduler, "2026-11-20T08:30:02Z").await;
    assert_eq!(ledger(&bench).await, ["sent 3"]);
    // Nobody connects it.
    bench.renderer.errors.lock().unwrap().extend([refused(), refused(), refused(), refused()]);
    for time in ["2026-11-21T08:00:00Z", "2026-11-21T08:01:00Z", "2026-11-21T09:01:00Z", "2026-11-21T21:00:59Z"] {
        at(&bench, &scheduler, time).await;
    }
    assert_eq!(ledger(&bench).await[1], "due 3 organisation 1 needs to be connected again");
    at(&bench, &scheduler, "2026-11-21T21:01:00Z").await;
    assert_eq!(ledger(&bench).await[1], "failed 4 organisation 1 needs to be connected again");
}

#[tokio::test]
async fn where_the_app_is_switched_off_nothing_is_sent_on_schedule() {
    let bench = bench();
    let scheduler = Scheduler::new(bench.engine.clone());
    add(&bench, report("d1", daily())).await;
    bench.renderer.errors.lock().unwrap().push_back(run::Error::Disabled("the app is switched off in organisation 1".into()));
    at(&bench, &scheduler, "2026-11-20T08:00:00Z").await;
    assert_eq!(ledger(&bench).await, ["skipped 1 the app is switched off in organisation 1"]);
    at(&bench, &scheduler, "2026-11-21T08:00:00Z").await;
    assert_eq!(ledger(&bench).await[1], "sent 1");
}

#[tokio::test]
async fn failures_end_recorded() {
    let check = async |uid: &str, attempts: usize, expected: &str| {
        let bench = bench();
        let scheduler = Scheduler::new(bench.engine.clone());
        add(&bench, report(uid, daily())).await;
        for minute in 0..60 {
            at(&bench, &scheduler, &format!("2026-11-20T08:{minute:02}:00Z")).await;
        }
        assert_eq!(ledger(&bench).await, [expected], "{uid}");
        assert_eq!(bench.renderer.requests.lock().unwrap().len(), attempts, "{uid}");
    };
    check("gone", 1, "failed 1 dashboard gone not found").await;
    check("down", 4, "failed 4 connection refused").await;
    check("panic", 1, "failed 1 internal error: a bug in drawing").await;
}

#[tokio::test]
async fn once_expires_and_the_end_is_the_end() {
    let check = async |schedule: Value, expected: usize| {
        let bench = bench();
        let scheduler = Scheduler::new(bench.engine.clone());
        let report = add(&bench, report("d1", schedule)).await;
        for day in 20..26 {
            at(&bench, &scheduler, &format!("2026-11-{day}T08:00:00Z")).await;
        }
        assert_eq!(bench.mailer.sent.lock().unwrap().len(), expected);
        let state = bench.engine.store.report(1, ReportRef::Id(report.id)).await.unwrap().unwrap().state;
        assert_eq!(state, State::Expired);
    };
    check(json!({"frequency": "once", "startDate": "2026-11-21T08:00:00Z"}), 1).await;
    check(json!({"frequency": "daily", "startDate": "2026-11-21T08:00:00Z", "endDate": "2026-11-23T08:00:00Z"}), 3).await;
}

#[tokio::test]
async fn two_processes_on_one_file_send_once() {
    let directory = tempfile::tempdir().unwrap();
    let open = || Store::open(directory.path(), SecretKey::new([1; 32])).unwrap();
    let (one, two) = (bench_on(open(), "one"), bench_on(open(), "two"));
    let (first, second) = (Scheduler::new(one.engine.clone()), Scheduler::new(two.engine.clone()));
    add(&one, report("d1", daily())).await;
    at(&one, &first, "2026-11-20T08:00:00Z").await;
    at(&two, &second, "2026-11-20T08:00:01Z").await;
    assert_eq!((one.mailer.sent.lock().unwrap().len(), two.mailer.sent.lock().unwrap().len()), (1, 0));
    // The first dies; the second takes over when the lease is out.
    at(&two, &second, "2026-11-21T08:00:00Z").await;
    assert_eq!((one.mailer.sent.lock().unwrap().len(), two.mailer.sent.lock().unwrap().len()), (1, 1));
}

#[tokio::test]
async fn stopping_hands_back_what_had_not_been_sent() {
    let directory = tempfile::tempdir().unwrap();
    let open = || Store::open(directory.path(), SecretKey::new([1; 32])).unwrap();
    let one = bench_on(open(), "one");
    let first = Scheduler::new(one.engine.clone());
    add(&one, report("slow", daily())).await;
    one.clock.set("2026-11-20T08:00:00Z");
    assert_eq!(first.tick().await.unwrap().started, 1);
    first.stop(Duration::ZERO).await;
    assert_eq!(ledger(&one).await, ["due 0"]);
    // Another process takes it at once, and the first, finishing late, does not send.
    let two = bench_on(open(), "two");
    let second = Scheduler::new(two.engine.clone());
    two.clock.set("2026-11-20T08:00:05Z");
    assert_eq!(second.tick().await.unwrap().started, 1);
    one.renderer.gate.notify_one();
    two.renderer.gate.notify_one();
    second.idle().await;
    first.idle().await;
    assert_eq!(ledger(&two).await, ["sent 1"]);
    assert_eq!((one.mailer.sent.lock().unwrap().len(), two.mailer.sent.lock().unwrap().len()), (0, 1));
}

#[tokio::test]
async fn a_process_that_lost_its_run_does_not_send() {
    let directory = tempfile::tempdir().unwrap();
    let open = || Store::open(directory.path(), SecretKey::new([1; 32])).unwrap();
    let (one, two) = (bench_on(open(), "one"), bench_on(open(), "two"));
    let (first, second) = (Scheduler::new(one.engine.clone()), Scheduler::new(two.engine.clone()));
    add(&one, report("slow", daily())).await;
    one.clock.set("2026-11-20T08:00:00Z");
    assert_eq!(first.tick().await.unwrap().started, 1);
    // The machine of the first sleeps for five minutes.
    two.clock.set("2026-11-20T08:05:00Z");
    assert_eq!(second.tick().await.unwrap().started, 1);
    two.renderer.gate.notify_one();
    second.idle().await;
    one.renderer.gate.notify_one();
    first.idle().await;
    assert_eq!((one.mailer.sent.lock().unwrap().len(), two.mailer.sent.lock().unwrap().len()), (0, 1));
    let runs = two.engine.store.runs(RunFilter::newest(1, None, 10)).await.unwrap();
    assert_eq!((runs.len(), runs[0].state, runs[0].attempts), (1, RunState::Sent, 2));
}

#[tokio::test]
async fn some_refused_recipients_do_not_stop_the_others() {
    let bench = bench();
    let scheduler = Scheduler::new(bench.engine.clone());
    let mut numbers = report("d1", daily());
    numbers.recipients = "nobody@x.org,a@x.org".into();
    add(&bench, numbers).await;
    at(&bench, &scheduler, "2026-11-20T08:00:00Z").await;
    assert_eq!(ledger(&bench).await, ["sent 1"]);
    let run = &bench.engine.store.runs(RunFilter::newest(1, None, 1)).await.unwrap()[0];
    assert_eq!(run.recipients[0], json!({"address": "nobody@x.org", "accepted": false, "reply": "550 unknown"}));
}

#[tokio::test]
async fn the_loop_looks_and_ends_by_giving_the_lease_back() {
    let bench = bench();
    add(&bench, report("d1", daily())).await;
    bench.clock.set("2026-11-20T08:00:00Z");
    let scheduler = std::sync::Arc::new(Scheduler::new(bench.engine.clone()));
    scheduler.run(async {}, Duration::from_secs(5)).await;
    assert_eq!(ledger(&bench).await, ["sent 1"]);
    let now = bench.engine.clock.now().as_millisecond();
    assert!(bench.engine.store.acquire_lease("other", now, now + 1).await.unwrap());
}
