//! The ledger of runs: due → running → sending → sent | failed, or skipped.
//!
//! Before a mail is handed over the row says `sending`, on disk. A process that dies before that leaves work that may be done again; one that
//! dies after it leaves a run of which nobody knows whether it was sent, and that is recorded as failed and never sent again.
//! A row belongs to the owner whose lease it carries: whoever lost it cannot change it any more.

use report::State;
use rusqlite::{OptionalExtension, Transaction, params};
use serde_json::Value;

use super::{
    Error, Store, lease, reports,
    run::{Cancelled, Claim, NewRun, Run, RunOutcome, RunRecord, RunState, Started, find, list, object},
};

/// A run that dies with its process this often is given up: the report may be what kills it.
const MAX_CRASHES: i64 = 2;

impl Store {
    /// Takes the oldest due run that may begin, if `owner` holds the scheduler's lease. Never two runs of one report at a time.
    /// Due runs of reports that were paused meanwhile are recorded as skipped.
    pub async fn claim_run(&self, owner: &str, now_ms: i64, lease_until_ms: i64) -> Result<Option<Claim>, Error> {
        let owner = owner.to_owned();
        self.write(move |transaction| {
            if !lease::holds(transaction, &owner, now_ms)? {
                return Ok(None);
            }
            while let Some(id) = next_due(transaction, now_ms)? {
                if let Some(claim) = claim(transaction, id, &owner, now_ms, lease_until_ms)? {
                    return Ok(Some(claim));
                }
            }
            Ok(None)
        })
        .await
    }

    /// Records a send by hand as running. One with a key that the report has seen before is the run of then.
    pub async fn start_run(&self, run: NewRun, owner: &str, now_ms: i64, lease_until_ms: i64) -> Result<Started, Error> {
        let owner = owner.to_owned();
        self.write(move |transaction| {
            let same = "SELECT id FROM runs WHERE org_id = ?1 AND report_id IS ?2 AND key = ?3";
            let known = transaction.query_row(same, params![run.org_id, run.report_id, run.key], |row| row.get(0)).optional()?;
            if let Some(run_id) = known {
                return Ok(Started { run_id, is_new: false });
            }
            transaction.execute(
                "INSERT INTO runs (org_id, report_id, report_name, trigger, state, attempts, not_before_ms, owner, lease_until_ms, started_ms, key)
                 VALUES (?1, ?2, ?3, ?4, 'running', 1, ?5, ?6, ?7, ?5, ?8)",
                params![run.org_id, run.report_id, run.report_name, run.trigger.as_str(), now_ms, owner, lease_until_ms, run.key],
            )?;
            Ok(Started { run_id: transaction.last_insert_rowid(), is_new: true })
        })
        .await
    }

    /// Writes ahead that the mail is about to be handed over, and what it holds. False when the run is no longer this owner's: do
    /// not send then.
    pub async fn mark_sending(&self, run_id: i64, owner: &str, record: RunRecord) -> Result<bool, Error> {
        let owner = owner.to_owned();
        self.write(move |transaction| {
            let n = transaction.execute(
                "UPDATE runs SET state = 'sending', warnings = ?3, files = ?4, panels = ?5, timings = ?6
                 WHERE id = ?1 AND owner = ?2 AND state = 'running'",
                params![run_id, owner, list(&record.warnings), list(&record.files), list(&record.panels), object(&record.timings)],
            )?;
            Ok(n > 0)
        })
        .await
    }

    /// Ends a run of which nothing has been handed over yet, for good. Its owner finds that out before it sends.
    pub async fn cancel_run(&self, org_id: i64, run_id: i64, why: &str, now_ms: i64) -> Result<Cancelled, Error> {
        let why = why.to_owned();
        self.write(move |transaction| {
            let n = transaction.execute(
                "UPDATE runs SET state = 'skipped', error = ?3, owner = NULL, lease_until_ms = NULL, finished_ms = ?4
                 WHERE id = ?1 AND org_id = ?2 AND state IN ('due', 'running')",
                params![run_id, org_id, why, now_ms],
            )?;
            if n > 0 {
                return Ok(Cancelled::Yes);
            }
            let run = find(transaction, run_id)?.filter(|run| run.org_id == org_id);
            Ok(run.map_or(Cancelled::NotFound, |run| Cancelled::TooLate(run.state)))
        })
        .await
    }

    /// Records the end. A run that was given up as "unknown whether sent" takes the true outcome of its owner when it comes after all;
    /// a run that went to another owner does not (false).
    pub async fn finish_run(&self, run_id: i64, owner: &str, outcome: RunOutcome, now_ms: i64) -> Result<bool, Error> {
        let owner = owner.to_owned();
        self.write(move |transaction| {
            let record = outcome.record.unwrap_or_default();
            let known = |value: &Value| (!value.is_null()).then(|| value.to_string());
            let n = transaction.execute(
                "UPDATE runs SET state = ?3, error = ?4, recipients = ?5, finished_ms = ?6, lease_until_ms = NULL,
                   warnings = coalesce(?7, warnings), files = coalesce(?8, files), panels = coalesce(?9, panels),
                   timings = coalesce(?10, timings)
                 WHERE id = ?1 AND owner = ?2 AND state IN ('running', 'sending', 'failed')",
                params![
                    run_id,
                    owner,
                    if outcome.is_sent { "sent" } else { "failed" },
                    outcome.error,
                    list(&outcome.recipients),
                    now_ms,
                    known(&record.warnings),
                    known(&record.files),
                    known(&record.panels),
                    known(&record.timings),
                ],
            )?;
            Ok(n > 0)
        })
        .await
    }

    /// Puts a run back to be tried again from `not_before_ms` on. Only for attempts of which nothing was handed over.
    pub async fn retry_run(&self, run_id: i64, owner: &str, error: &str, not_before_ms: i64) -> Result<bool, Error> {
        let (owner, error) = (owner.to_owned(), error.to_owned());
        self.write(move |transaction| {
            let n = transaction.execute(
                "UPDATE runs SET state = 'due', owner = NULL, lease_until_ms = NULL, not_before_ms = ?3, error = ?4
                 WHERE id = ?1 AND owner = ?2 AND state IN ('running', 'sending')",
                params![run_id, owner, not_before_ms, error],
            )?;
            Ok(n > 0)
        })
        .await
    }

    /// Settles runs whose process is gone: see the head of this file. Returns how many.
    pub async fn recover_runs(&self, now_ms: i64) -> Result<usize, Error> {
        self.write(move |transaction| {
            let unknown = transaction.execute(
                "UPDATE runs SET state = 'failed', finished_ms = ?1, lease_until_ms = NULL, error =
                   'the program stopped while the mail was being handed over: unknown whether it was sent, so it is not sent again'
                 WHERE state = 'sending' AND lease_until_ms <= ?1",
                [now_ms],
            )?;
            let again = transaction.execute(
                "UPDATE runs SET state = 'due', owner = NULL, lease_until_ms = NULL, not_before_ms = ?1,
                   error = 'the program stopped before anything was sent'
                 WHERE state = 'running' AND lease_until_ms <= ?1 AND trigger = 'schedule' AND attempts < ?2",
                params![now_ms, MAX_CRASHES],
            )?;
            let given_up = transaction.execute(
                "UPDATE runs SET state = 'failed', owner = NULL, lease_until_ms = NULL, finished_ms = ?1,
                   error = 'the program stopped before anything was sent; given up after ' || attempts || ' attempts'
                 WHERE state = 'running' AND lease_until_ms <= ?1",
                [now_ms],
            )?;
            Ok(unknown + again + given_up)
        })
        .await
    }
}

fn next_due(transaction: &Transaction, now_ms: i64) -> Result<Option<i64>, Error> {
    let sql = "SELECT id FROM runs WHERE state = 'due' AND not_before_ms <= ?1 AND NOT EXISTS (
                 SELECT 1 FROM runs AS other WHERE other.report_id = runs.report_id AND other.trigger = 'schedule'
                 AND other.state IN ('running', 'sending'))
               ORDER BY not_before_ms, id LIMIT 1";
    Ok(transaction.query_row(sql, [now_ms], |row| row.get(0)).optional()?)
}

/// Claims one due row; `None` when it was settled otherwise.
fn claim(transaction: &Transaction, id: i64, owner: &str, now_ms: i64, lease_until_ms: i64) -> Result<Option<Claim>, Error> {
    let settle = |state: &str, error: &str| {
        let sql = "UPDATE runs SET state = ?2, error = ?3, finished_ms = ?4 WHERE id = ?1";
        transaction.execute(sql, params![id, state, error, now_ms]).map(drop)
    };
    let Some(run) = find(transaction, id)? else { return Ok(None) };
    let report = match run.report_id.map(|report_id| reports::by_id(transaction, report_id)).transpose() {
        Ok(Some(Some(report))) => report,
        Ok(_) => return Ok(settle("skipped", "the report is gone").map(|()| None)?),
        Err(error) => return Ok(settle("failed", &error.chain()).map(|()| None)?),
    };
    match report.state {
        State::Paused => return Ok(settle("skipped", "the report was paused").map(|()| None)?),
        State::Draft => return Ok(settle("skipped", "the report was a draft").map(|()| None)?),
        State::Scheduled | State::Expired => {}
    }
    transaction.execute(
        "UPDATE runs SET state = 'running', owner = ?2, lease_until_ms = ?3, attempts = attempts + 1, waits_for_connection = 0,
           started_ms = coalesce(started_ms, ?4) WHERE id = ?1",
        params![id, owner, lease_until_ms, now_ms],
    )?;
    let run = Run { state: RunState::Running, attempts: run.attempts + 1, started_ms: run.started_ms.or(Some(now_ms)), ..run };
    Ok(Some(Claim { run, report }))
}
