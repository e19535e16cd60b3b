//! The ledger of runs: due → running → sending → sent | failed, or skipped.
//!
//! Before a mail is handed over the row says `sending`, on disk. A process that dies before that leaves work that may be done again; one that
//! dies after it leaves a run of which nobody knows whether it was sent, and that is recorded as failed and never sent again.
//! A row belongs to the owner whose lease it carries: whoever lost it cannot change it any more.

use report::{Report, State};
use rusqlite::{Connection, OptionalExtension, Row, Transaction, params};
use serde_json::Value;

use super::{Error, Store, lease, reports};

/// A run that dies with its process this often is given up: the report may be what kills it.
const MAX_CRASHES: i64 = 2;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RunState {
    Due,
    Running,
    Sending,
    Sent,
    Failed,
    Skipped,
}

impl RunState {
    pub fn as_str(self) -> &'static str {
        match self {
            RunState::Due => "due",
            RunState::Running => "running",
            RunState::Sending => "sending",
            RunState::Sent => "sent",
            RunState::Failed => "failed",
            RunState::Skipped => "skipped",
        }
    }

    fn parse(text: &str) -> Option<RunState> {
        use RunState::*;
        [Due, Running, Sending, Sent, Failed, Skipped].into_iter().find(|state| state.as_str() == text)
    }
}

/// Why a run exists.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trigger {
    Schedule,
    /// "Send now" of a stored report.
    Manual,
    /// A test mail of a report that may not be stored.
    Test,
}

impl Trigger {
    pub fn as_str(self) -> &'static str {
        match self {
            Trigger::Schedule => "schedule",
            Trigger::Manual => "manual",
            Trigger::Test => "test",
        }
    }

    fn parse(text: &str) -> Option<Trigger> {
        [Trigger::Schedule, Trigger::Manual, Trigger::Test].into_iter().find(|trigger| trigger.as_str() == text)
    }
}

/// One row of the ledger.
#[derive(Clone, Debug, PartialEq)]
pub struct Run {
    pub id: i64,
    pub org_id: i64,
    pub report_id: Option<i64>,
    pub report_name: String,
    pub trigger: Trigger,
    /// The due time; `None` for sends by hand.
    pub occurrence_ms: Option<i64>,
    pub state: RunState,
    /// How often it was begun.
    pub attempts: i64,
    pub not_before_ms: i64,
    pub started_ms: Option<i64>,
    pub finished_ms: Option<i64>,
    /// Why it failed or was skipped, or why the last attempt did not work.
    pub error: String,
    /// Lists as `scheduler::execute` wrote them.
    pub warnings: Value,
    pub recipients: Value,
    pub files: Value,
}

/// A run to work on, with the report as it is now.
#[derive(Clone, Debug)]
pub struct Claim {
    pub run: Run,
    pub report: Report,
}

/// A send by hand.
#[derive(Clone, Debug)]
pub struct NewRun {
    pub org_id: i64,
    pub report_id: Option<i64>,
    pub report_name: String,
    pub trigger: Trigger,
}

/// How a run ended.
#[derive(Clone, Debug, Default)]
pub struct RunOutcome {
    pub is_sent: bool,
    pub error: String,
    pub warnings: Value,
    pub recipients: Value,
    pub files: Value,
}

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

    /// Records a send by hand as running and returns its id.
    pub async fn start_run(&self, run: NewRun, owner: &str, now_ms: i64, lease_until_ms: i64) -> Result<i64, Error> {
        let owner = owner.to_owned();
        self.write(move |transaction| {
            transaction.execute(
                "INSERT INTO runs (org_id, report_id, report_name, trigger, state, attempts, not_before_ms, owner, lease_until_ms, started_ms)
                 VALUES (?1, ?2, ?3, ?4, 'running', 1, ?5, ?6, ?7, ?5)",
                params![run.org_id, run.report_id, run.report_name, run.trigger.as_str(), now_ms, owner, lease_until_ms],
            )?;
            Ok(transaction.last_insert_rowid())
        })
        .await
    }

    /// Writes ahead that the mail is about to be handed over. False when the run is no longer this owner's: do not send then.
    pub async fn mark_sending(&self, run_id: i64, owner: &str) -> Result<bool, Error> {
        let owner = owner.to_owned();
        self.write(move |transaction| {
            let n = transaction
                .execute("UPDATE runs SET state = 'sending' WHERE id = ?1 AND owner = ?2 AND state = 'running'", params![run_id, owner])?;
            Ok(n > 0)
        })
        .await
    }

    /// Records the end. A run that was given up as "unknown whether sent" takes the true outcome of its owner when it comes after all;
    /// a run that went to another owner does not (false).
    pub async fn finish_run(&self, run_id: i64, owner: &str, outcome: RunOutcome, now_ms: i64) -> Result<bool, Error> {
        let owner = owner.to_owned();
        self.write(move |transaction| {
            let n = transaction.execute(
                "UPDATE runs SET state = ?3, error = ?4, warnings = ?5, recipients = ?6, files = ?7, finished_ms = ?8, lease_until_ms = NULL
                 WHERE id = ?1 AND owner = ?2 AND state IN ('running', 'sending', 'failed')",
                params![
                    run_id,
                    owner,
                    if outcome.is_sent { "sent" } else { "failed" },
                    outcome.error,
                    list(&outcome.warnings),
                    list(&outcome.recipients),
                    list(&outcome.files),
                    now_ms,
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

    /// The newest runs first; of one report, or of the whole organisation.
    pub async fn runs(&self, org_id: i64, report_id: Option<i64>, limit: i64) -> Result<Vec<Run>, Error> {
        self.call(move |connection| {
            let sql = format!("SELECT {COLUMNS} FROM runs WHERE org_id = ?1 AND (?2 IS NULL OR report_id = ?2) ORDER BY id DESC LIMIT ?3");
            let mut statement = connection.prepare(&sql)?;
            let rows = statement.query_map(params![org_id, report_id, limit], run_from_row)?;
            Ok(rows.collect::<Result<Vec<_>, _>>()?)
        })
        .await
    }

    /// The newest run of each report of an organisation, in no order that means anything.
    pub async fn latest_runs(&self, org_id: i64) -> Result<Vec<Run>, Error> {
        self.call(move |connection| {
            let latest = "SELECT max(id) FROM runs WHERE org_id = ?1 AND report_id IS NOT NULL GROUP BY report_id";
            let mut statement = connection.prepare(&format!("SELECT {COLUMNS} FROM runs WHERE id IN ({latest})"))?;
            let rows = statement.query_map([org_id], run_from_row)?;
            Ok(rows.collect::<Result<Vec<_>, _>>()?)
        })
        .await
    }

    pub async fn run(&self, run_id: i64) -> Result<Option<Run>, Error> {
        self.call(move |connection| find(connection, run_id)).await
    }

    /// How many runs of an organisation there are in each state.
    pub async fn count_runs(&self, org_id: i64) -> Result<Vec<(RunState, i64)>, Error> {
        self.call(move |connection| {
            let mut statement = connection.prepare("SELECT state, count(*) FROM runs WHERE org_id = ?1 GROUP BY state ORDER BY state")?;
            let rows = statement.query_map([org_id], |row| Ok((row.get::<_, String>(0)?, row.get(1)?)))?.collect::<Result<Vec<_>, _>>()?;
            Ok(rows.into_iter().filter_map(|(state, n)| Some((RunState::parse(&state)?, n))).collect())
        })
        .await
    }

    /// Drops finished rows that ended before `before_ms`. What is planned is remembered by the report, so nothing is sent again.
    pub async fn prune_runs(&self, before_ms: i64) -> Result<usize, Error> {
        self.write(move |transaction| Ok(transaction.execute("DELETE FROM runs WHERE finished_ms < ?1", [before_ms])?)).await
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
        "UPDATE runs SET state = 'running', owner = ?2, lease_until_ms = ?3, attempts = attempts + 1,
           started_ms = coalesce(started_ms, ?4) WHERE id = ?1",
        params![id, owner, lease_until_ms, now_ms],
    )?;
    let run = Run { state: RunState::Running, attempts: run.attempts + 1, started_ms: run.started_ms.or(Some(now_ms)), ..run };
    Ok(Some(Claim { run, report }))
}

const COLUMNS: &str = "id, org_id, report_id, report_name, trigger, occurrence_ms, state, attempts, not_before_ms, started_ms, finished_ms, error, \
                       warnings, recipients, files";

fn find(connection: &Connection, id: i64) -> Result<Option<Run>, Error> {
    let sql = format!("SELECT {COLUMNS} FROM runs WHERE id = ?1");
    Ok(connection.query_row(&sql, [id], run_from_row).optional()?)
}

fn run_from_row(row: &Row) -> rusqlite::Result<Run> {
    let trigger: String = row.get("trigger")?;
    let state: String = row.get("state")?;
    let json = |column: &str| -> rusqlite::Result<Value> {
        let text: String = row.get(column)?;
        Ok(serde_json::from_str(&text).unwrap_or_else(|_| Value::Array(Vec::new())))
    };
    Ok(Run {
        id: row.get("id")?,
        org_id: row.get("org_id")?,
        report_id: row.get("report_id")?,
        report_name: row.get("report_name")?,
        // The table's CHECKs leave no other words.
        trigger: Trigger::parse(&trigger).unwrap_or(Trigger::Schedule),
        occurrence_ms: row.get("occurrence_ms")?,
        state: RunState::parse(&state).unwrap_or(RunState::Failed),
        attempts: row.get("attempts")?,
        not_before_ms: row.get("not_before_ms")?,
        started_ms: row.get("started_ms")?,
        finished_ms: row.get("finished_ms")?,
        error: row.get("error")?,
        warnings: json("warnings")?,
        recipients: json("recipients")?,
        files: json("files")?,
    })
}

fn list(value: &Value) -> String {
    if value.is_array() { value.to_string() } else { "[]".into() }
}
