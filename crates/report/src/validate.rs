//! Whether a report may be stored in its state, and which state follows from its due times.

use jiff::{SignedDuration, Timestamp};

use crate::{Error, Frequency, Report, State, check_recipients, split_recipients};

/// A report whose schedule is new may start a little in the past: "send now" takes the caller's clock.
const START_GRACE: SignedDuration = SignedDuration::from_secs(60);

const MAX_NAME_CHARS: usize = 500;
const MAX_MESSAGE_CHARS: usize = 100_000;
const MAX_DASHBOARDS: usize = 100;

impl Report {
    /// Checks limits always, completeness unless it is a draft. The message names the field.
    pub fn validate(&self) -> Result<(), Error> {
        self.check_limits()?;
        self.schedule.check_values()?;
        if self.state == State::Draft { Ok(()) } else { self.check_complete() }
    }

    fn check_limits(&self) -> Result<(), Error> {
        one_line("name", &self.name)?;
        one_line("subject", &self.subject)?;
        let n_chars = self.message.chars().count();
        if n_chars > MAX_MESSAGE_CHARS {
            return Err(Error::field("message", format!("has {n_chars} characters, at most {MAX_MESSAGE_CHARS} are allowed")));
        }
        if self.dashboards.len() > MAX_DASHBOARDS {
            return Err(Error::field("dashboards", format!("has {} entries, at most {MAX_DASHBOARDS} are allowed", self.dashboards.len())));
        }
        if !(1..=3).contains(&self.scale_factor) {
            return Err(Error::field("scaleFactor", format!("expected 1, 2 or 3, got {}", self.scale_factor)));
        }
        Ok(())
    }

    fn check_complete(&self) -> Result<(), Error> {
        self.check_sendable()?;
        check_recipients("replyTo", &self.reply_to)?;
        if split_recipients(&self.recipients).is_empty() {
            return Err(Error::field("recipients", "name at least one e-mail address"));
        }
        check_recipients("recipients", &self.recipients)?;
        self.schedule.check_complete()
    }

    /// Everything that keeps the report from being scheduled, not only the first; whatever its state.
    pub fn problems(&self) -> Vec<Error> {
        let recipients = match split_recipients(&self.recipients).is_empty() {
            true => Err(Error::field("recipients", "name at least one e-mail address")),
            false => check_recipients("recipients", &self.recipients),
        };
        let checks = [
            self.check_limits(),
            self.check_sendable(),
            recipients,
            check_recipients("replyTo", &self.reply_to),
            self.schedule.check_values(),
            self.schedule.check_complete(),
        ];
        let mut problems: Vec<Error> = checks.into_iter().filter_map(Result::err).collect();
        problems.dedup_by_key(|problem| problem.to_string());
        problems
    }

    /// What sending now needs: a name and dashboards. Recipients may come from elsewhere.
    pub fn check_sendable(&self) -> Result<(), Error> {
        if self.name.trim().is_empty() {
            return Err(Error::field("name", "is required"));
        }
        if self.dashboards.is_empty() {
            return Err(Error::field("dashboards", "name at least one dashboard"));
        }
        match self.dashboards.iter().position(|dashboard| dashboard.dashboard.uid.is_empty()) {
            Some(idx) => Err(Error::field(&format!("dashboards[{idx}].dashboard.uid"), "is required")),
            None => Ok(()),
        }
    }

    /// Settles start and state of a report that was just created or changed.
    ///
    /// A scheduled report without a start begins now ("send now", Terraform without `start_time`). `after` is the
    /// moment from which due times count: when none is left the report is expired, when some are again it is scheduled.
    pub fn settle(&mut self, now: Timestamp, after: Timestamp) {
        if matches!(self.state, State::Draft | State::Paused) {
            return;
        }
        if self.schedule.start_date.is_none() {
            self.schedule.start_date = Timestamp::from_second(now.as_second()).ok();
        }
        let by_hand = self.schedule.frequency == Some(Frequency::Never);
        let due_again = self.schedule.next_occurrence(after).is_some();
        self.state = if by_hand || due_again { State::Scheduled } else { State::Expired };
    }

    /// Settles a report that is new. Returns the moment from which its due times count.
    pub fn settle_new(&mut self, now: Timestamp) -> Timestamp {
        let after = grace_before(now);
        self.settle(now, after);
        after
    }

    /// Settles the state after a change from `old`, whose due times were recorded up to `planned`. Returns the moment from which due
    /// times count anew: with a grace for a new schedule, from now on for a report that was paused or a draft, `None` when nothing
    /// about its times changed.
    pub fn settle_change(&mut self, old: &Report, now: Timestamp, planned: Timestamp) -> Option<Timestamp> {
        let was_active = matches!(old.state, State::Scheduled | State::Expired);
        let after = if old.schedule != self.schedule || old.state == State::Draft {
            Some(grace_before(now))
        } else if !was_active {
            Some(now)
        } else {
            None
        };
        self.settle(now, after.unwrap_or(planned));
        after
    }
}

fn grace_before(now: Timestamp) -> Timestamp {
    now.checked_sub(START_GRACE).unwrap_or(now)
}

/// Names and subjects become one header line of a mail.
fn one_line(field: &str, text: &str) -> Result<(), Error> {
    let n_chars = text.chars().count();
    if n_chars > MAX_NAME_CHARS {
        return Err(Error::field(field, format!("has {n_chars} characters, at most {MAX_NAME_CHARS} are allowed")));
    }
    if text.contains(char::is_control) {
        return Err(Error::field(field, "must be one line without control characters"));
    }
    Ok(())
}
