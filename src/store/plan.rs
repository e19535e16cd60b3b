//! From schedules to rows: every due time that has passed becomes one run.
//!
//! Policy for due times that passed while nobody was looking: the most recent one is made up for when it is at most
//! [`CATCH_UP`] old; all others are recorded as skipped, with the reason. So a weekend of downtime sends one report on Monday, not fifty.

use jiff::{SignedDuration, Timestamp};
use report::State;
use rusqlite::{Transaction, params};

use super::{
    Error, Store, lease,
    reports::{by_id, next_ms, planned_until},
};

/// How old a missed due time may be to be made up for.
pub const CATCH_UP: SignedDuration = SignedDuration::from_hours(24);

/// Due times of one report recorded in one pass; a longer absence takes several.
const MAX_ROWS_A_PASS: usize = 500;

/// What one pass recorded.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Planned {
    pub due: usize,
    pub skipped: usize,
    pub expired: usize,
}

impl Store {
    /// Records all due times up to `now`, if `owner` holds the lease. Reports without any further due time become expired.
    pub async fn plan(&self, owner: &str, now: Timestamp) -> Result<Planned, Error> {
        let owner = owner.to_owned();
        self.write(move |transaction| {
            let mut planned = Planned::default();
            if !lease::holds(transaction, &owner, now.as_millisecond())? {
                return Ok(planned);
            }
            let mut statement =
                transaction.prepare("SELECT id FROM reports WHERE state = 'scheduled' AND next_ms <= ?1 ORDER BY next_ms")?;
            let ids = statement.query_map([now.as_millisecond()], |row| row.get(0))?.collect::<Result<Vec<i64>, _>>()?;
            for id in ids {
                plan_report(transaction, id, now, &mut planned)?;
            }
            Ok(planned)
        })
        .await
    }

    /// The next moment at which something of an organisation becomes due, as far as known now.
    pub async fn next_due_ms(&self, org_id: i64) -> Result<Option<i64>, Error> {
        self.call(move |connection| {
            let sql = "SELECT min(ms) FROM (SELECT min(next_ms) AS ms FROM reports WHERE state = 'scheduled' AND org_id = ?1
                       UNION ALL SELECT min(not_before_ms) FROM runs WHERE state = 'due' AND org_id = ?1)";
            Ok(connection.query_row(sql, [org_id], |row| row.get(0))?)
        })
        .await
    }
}

pub(super) fn plan_report(transaction: &Transaction, id: i64, now: Timestamp, planned: &mut Planned) -> Result<(), Error> {
    let report = match by_id(transaction, id) {
        Ok(Some(report)) => report,
        Ok(None) => return Ok(()),
        Err(error) => return give_up(transaction, id, now, &error),
    };
    let from = planned_until(transaction, id)?;
    let mut times = report.schedule.next_occurrences(from, MAX_ROWS_A_PASS);
    times.retain(|time| *time <= now);
    let is_partial = times.len() == MAX_ROWS_A_PASS;
    for (idx, time) in times.iter().enumerate() {
        let is_last = idx + 1 == times.len() && !is_partial;
        let is_fresh = now.duration_since(*time) <= CATCH_UP;
        let (state, error) = match (is_last, is_fresh) {
            (true, true) => ("due", ""),
            (true, false) => ("skipped", "missed: nobody was there to send it within 24 hours"),
            (false, _) => ("skipped", "missed: a later due time had passed as well"),
        };
        let n = transaction.execute(
            "INSERT INTO runs (org_id, report_id, report_name, trigger, occurrence_ms, state, not_before_ms, finished_ms, error)
             VALUES (?1, ?2, ?3, 'schedule', ?4, ?5, ?4, ?6, ?7) ON CONFLICT (report_id, occurrence_ms) DO NOTHING",
            params![
                report.org_id,
                id,
                report.name,
                time.as_millisecond(),
                state,
                (state == "skipped").then_some(now.as_millisecond()),
                error
            ],
        )?;
        match state {
            "due" => planned.due += n,
            _ => planned.skipped += n,
        }
    }
    let until = match times.last() {
        Some(last) if is_partial => *last,
        _ => now.max(from),
    };
    let next = next_ms(&report, until);
    let state = if next.is_none() { State::Expired } else { report.state };
    planned.expired += usize::from(state == State::Expired);
    transaction.execute(
        "UPDATE reports SET planned_until_ms = ?2, next_ms = ?3, state = ?4 WHERE id = ?1",
        params![id, until.as_millisecond(), next, state.as_str()],
    )?;
    Ok(())
}

/// One unreadable report must not stop all others: its due time is recorded as failed and it is not looked at again until it is saved anew.
fn give_up(transaction: &Transaction, id: i64, now: Timestamp, error: &Error) -> Result<(), Error> {
    tracing::error!(report_id = id, error = %error.chain(), "report cannot be scheduled");
    transaction.execute(
        "INSERT INTO runs (org_id, report_id, report_name, trigger, occurrence_ms, state, not_before_ms, finished_ms, error)
         SELECT org_id, id, uid, 'schedule', next_ms, 'failed', next_ms, ?2, ?3 FROM reports WHERE id = ?1
         ON CONFLICT (report_id, occurrence_ms) DO NOTHING",
        params![id, now.as_millisecond(), error.chain()],
    )?;
    transaction.execute("UPDATE reports SET next_ms = NULL WHERE id = ?1", [id])?;
    Ok(())
}
