//! A run as the ledger knows it, and how a row is read.

use report::Report;
use rusqlite::{Connection, OptionalExtension, Row};
use serde_json::Value;

use super::Error;

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

    /// The word of the API and of the table.
    pub fn parse(text: &str) -> Option<RunState> {
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

    /// The word of the API and of the table.
    pub fn parse(text: &str) -> Option<Trigger> {
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
    /// As `scheduler::record` wrote it.
    pub record: RunRecord,
    pub recipients: Value,
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
    /// The caller's word for this one send: the same word again is the same run.
    pub key: Option<String>,
}

/// What is known of a run once its files are made. Lists and an object of JSON.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RunRecord {
    pub warnings: Value,
    pub files: Value,
    /// How each panel came about.
    pub panels: Value,
    /// Milliseconds by stage.
    pub timings: Value,
}

/// How a run ended.
#[derive(Clone, Debug, Default)]
pub struct RunOutcome {
    pub is_sent: bool,
    pub error: String,
    /// `None` keeps what was written when sending began.
    pub record: Option<RunRecord>,
    pub recipients: Value,
}

/// A send by hand in the ledger.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Started {
    pub run_id: i64,
    /// False: a run with the same key was there already.
    pub is_new: bool,
}

/// What a wish to cancel came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cancelled {
    Yes,
    /// The run is past the point where nothing has been handed over.
    TooLate(RunState),
    NotFound,
}

pub(super) const COLUMNS: &str = "id, org_id, report_id, report_name, trigger, occurrence_ms, state, attempts, not_before_ms, started_ms, finished_ms, error, \
                       warnings, recipients, files, panels, timings";

pub(super) fn find(connection: &Connection, id: i64) -> Result<Option<Run>, Error> {
    let sql = format!("SELECT {COLUMNS} FROM runs WHERE id = ?1");
    Ok(connection.query_row(&sql, [id], run_from_row).optional()?)
}

pub(super) fn run_from_row(row: &Row) -> rusqlite::Result<Run> {
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
        record: RunRecord { warnings: json("warnings")?, files: json("files")?, panels: json("panels")?, timings: json("timings")? },
        recipients: json("recipients")?,
    })
}

/// A list as the table holds it.
pub(super) fn list(value: &Value) -> String {
    if value.is_array() { value.to_string() } else { "[]".into() }
}

/// An object as the table holds it.
pub(super) fn object(value: &Value) -> String {
    if value.is_object() { value.to_string() } else { "{}".into() }
}
