//! The audit log: one event a change and one a send, scheduled ones too, under the target "audit".
//!
//! Every event says who did what to which report of which organisation, and how it ended. Never recipients, texts of reports, secrets
//! or the words of mail servers, which hold addresses: those are in the ledger of runs, for those who may read it.

/// The target of all events here: `BROADSHEET_LOG=warn,audit=info` keeps the audit log in a quiet program.
pub const TARGET: &str = "audit";

/// How it ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    Success,
    /// The caller may not do this.
    Denied,
    /// The caller's mistake: nothing was changed.
    Refused,
    Failure,
    /// A run that someone stopped.
    Cancelled,
    /// Not sent yet; the next attempt has its own event.
    Retried,
}

impl Outcome {
    pub fn as_str(self) -> &'static str {
        match self {
            Outcome::Success => "success",
            Outcome::Denied => "denied",
            Outcome::Refused => "refused",
            Outcome::Failure => "failure",
            Outcome::Cancelled => "cancelled",
            Outcome::Retried => "retried",
        }
    }

    pub fn of_status(status: http::StatusCode) -> Outcome {
        match status.as_u16() {
            200..400 => Outcome::Success,
            401 | 403 => Outcome::Denied,
            400..500 => Outcome::Refused,
            _ => Outcome::Failure,
        }
    }
}

/// One event. What is `None` is left out.
#[derive(Clone, Debug)]
pub struct Entry<'a> {
    /// "report.create", "settings.update" …
    pub action: &'a str,
    pub outcome: Outcome,
    pub org_id: Option<i64>,
    /// Empty for the scheduler, files and callers without a name.
    pub login: &'a str,
    pub user_id: Option<i64>,
    pub report_id: Option<i64>,
    pub report_uid: Option<&'a str>,
    pub run_id: Option<i64>,
    /// "schedule", "manual" or "test".
    pub trigger: Option<&'a str>,
    /// Name of the provisioning file behind it.
    pub file: Option<&'a str>,
    /// Of the answer to a request.
    pub status: Option<u16>,
}

impl<'a> Entry<'a> {
    pub fn new(action: &'a str, outcome: Outcome) -> Entry<'a> {
        Entry {
            action,
            outcome,
            org_id: None,
            login: "",
            user_id: None,
            report_id: None,
            report_uid: None,
            run_id: None,
            trigger: None,
            file: None,
            status: None,
        }
    }

    /// What a provisioning file brought about.
    pub fn provisioned(action: &'a str, org_id: i64, report_uid: Option<&'a str>, file: Option<&'a str>) -> Entry<'a> {
        Entry { org_id: Some(org_id), report_uid, file, ..Entry::new(action, Outcome::Success) }
    }

    /// Writes the event.
    pub fn write(self) {
        tracing::info!(
            target: TARGET,
            action = self.action,
            outcome = self.outcome.as_str(),
            org_id = self.org_id,
            login = Some(self.login).filter(|login| !login.is_empty()),
            user_id = self.user_id,
            report_id = self.report_id,
            report_uid = self.report_uid.filter(|uid| !uid.is_empty()),
            run_id = self.run_id,
            trigger = self.trigger,
            file = self.file,
            status = self.status,
            "audit"
        );
    }
}

/// Catches the audit log of a test.
#[cfg(test)]
pub(crate) mod capture {
    use std::{
        fmt::Write as _,
        sync::{Arc, LazyLock, Mutex},
    };

    use tracing::{
        Dispatch, Event, Subscriber,
        field::{Field, Visit},
        subscriber::DefaultGuard,
    };
    use tracing_subscriber::{Layer, layer::Context, layer::SubscriberExt, util::SubscriberInitExt};

    /// Catches until it is dropped, on this thread: a test's runtime has only one.
    pub struct Caught {
        lines: Arc<Mutex<Vec<String>>>,
        _guard: DefaultGuard,
    }

    struct Catcher(Arc<Mutex<Vec<String>>>);

    struct Line(String);

    impl Visit for Line {
        fn record_debug(&mut self, field: &Field, value: &dyn std::fmt::Debug) {
            let _ = write!(self.0, "{}={value:?} ", field.name());
        }

        fn record_str(&mut self, field: &Field, value: &str) {
            let _ = write!(self.0, "{}={value} ", field.name());
        }
    }

    impl<S: Subscriber> Layer<S> for Catcher {
        fn on_event(&self, event: &Event<'_>, _context: Context<'_, S>) {
            if event.metadata().target() == super::TARGET {
                let mut line = Line(String::new());
                event.record(&mut line);
                let text = line.0.trim_end();
                self.0.lock().unwrap().push(text.strip_prefix("message=audit ").unwrap_or(text).to_owned());
            }
        }
    }

    /// With one subscriber in the process, `tracing` decides for all threads by the one that comes by an event first, and another
    /// test's thread has none. A second one that stays keeps it from that.
    static SECOND: LazyLock<Dispatch> = LazyLock::new(|| Dispatch::new(tracing_subscriber::registry()));

    pub fn catch() -> Caught {
        LazyLock::force(&SECOND);
        let lines = Arc::<Mutex<Vec<String>>>::default();
        let guard = tracing_subscriber::registry().with(Catcher(lines.clone())).set_default();
        Caught { lines, _guard: guard }
    }

    impl Caught {
        /// What was written since the last time.
        pub fn take(&self) -> Vec<String> {
            std::mem::take(&mut *self.lines.lock().unwrap())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_known_is_said() {
        let caught = capture::catch();
        Entry::new("report.send", Outcome::Retried).write();
        let all = Entry {
            login: "ada",
            user_id: Some(7),
            run_id: Some(3),
            trigger: Some("manual"),
            ..Entry::new("report.send", Outcome::Failure)
        };
        all.write();
        Entry::provisioned("report.provision", 2, Some("shop"), Some("a.yaml")).write();
        assert_eq!(
            caught.take(),
            [
                "action=report.send outcome=retried",
                "action=report.send outcome=failure login=ada user_id=7 run_id=3 trigger=manual",
                "action=report.provision outcome=success org_id=2 report_uid=shop file=a.yaml",
            ]
        );
    }
}
