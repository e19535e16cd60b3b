//! Reports: stored as the JSON of the API, read by the same lenient reader.

use std::convert::Infallible;

use jiff::Timestamp;
use report::{CreateOrUpdateReport, Report, State};
use rusqlite::{Connection, OptionalExtension, Row, params};

use super::{Error, Mark, Store, key::random};

/// How a caller names a report: Grafana's number, or the uid that replaces it.
#[derive(Clone, Debug, PartialEq)]
pub enum ReportRef {
    Id(i64),
    Uid(String),
}

impl ReportRef {
    /// All digits are a number, as in Grafana; our uids always hold a letter.
    pub fn parse(text: &str) -> ReportRef {
        match text.parse::<i64>() {
            Ok(id) => ReportRef::Id(id),
            Err(_) => ReportRef::Uid(text.to_owned()),
        }
    }
}

const COLUMNS: &str = "id, uid, org_id, user_id, content, state, created_ms, updated_ms, provisioned";

impl Store {
    /// All reports of an organisation, oldest first.
    pub async fn reports(&self, org_id: i64) -> Result<Vec<Report>, Error> {
        self.call(move |connection| {
            let mut statement = connection.prepare(&format!("SELECT {COLUMNS} FROM reports WHERE org_id = ?1 ORDER BY id"))?;
            let rows = statement.query_map([org_id], StoredReport::from_row)?.collect::<Result<Vec<_>, _>>()?;
            // One unreadable row must not hide all others.
            let read =
                |row: StoredReport| row.read().inspect_err(|error| tracing::error!(error = %error, "report left out of the list")).ok();
            Ok(rows.into_iter().filter_map(read).collect())
        })
        .await
    }

    pub async fn report(&self, org_id: i64, which: ReportRef) -> Result<Option<Report>, Error> {
        self.call(move |connection| find(connection, org_id, &which)).await
    }

    /// Stores a new report and returns it with its id, and a uid if it has none yet. Due times count from `after`.
    pub async fn create_report(&self, mut report: Report, after: Timestamp) -> Result<Report, Error> {
        if report.uid.is_empty() {
            report.uid = new_uid()?;
        }
        self.write(move |transaction| {
            transaction.execute(
                "INSERT INTO reports (uid, org_id, user_id, content, state, planned_until_ms, next_ms, created_ms, updated_ms)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
                params![
                    report.uid,
                    report.org_id,
                    report.user_id,
                    report.to_json().to_string(),
                    report.state.as_str(),
                    after.as_millisecond(),
                    next_ms(&report, after),
                    report.created.as_millisecond(),
                    report.updated.as_millisecond(),
                ],
            )?;
            report.id = transaction.last_insert_rowid();
            Ok(report)
        })
        .await
    }

    /// Changes a report in one transaction. `change` gets the stored report and the moment up to which its due times have their rows; it
    /// returns the moment from which they count anew, `None` to go on as before; its error leaves the report untouched.
    /// Outer `None`: no such report. What was due before `now` under the old schedule is recorded first, so a change cannot lose it.
    pub async fn change_report<E: Send + 'static>(
        &self,
        org_id: i64,
        which: ReportRef,
        now: Timestamp,
        change: impl FnOnce(&mut Report, Timestamp) -> Result<Option<Timestamp>, E> + Send + 'static,
    ) -> Result<Option<Result<Report, E>>, Error> {
        self.write(move |transaction| {
            let Some(mut report) = find(transaction, org_id, &which)? else { return Ok(None) };
            if report.state == State::Scheduled {
                super::plan::plan_report(transaction, report.id, now, &mut super::Planned::default())?;
                report = by_id(transaction, report.id)?.unwrap_or(report);
            }
            let planned = planned_until(transaction, report.id)?;
            let planned_until = match change(&mut report, planned) {
                Ok(after) => after.unwrap_or(planned),
                Err(error) => return Ok(Some(Err(error))),
            };
            transaction.execute(
                "UPDATE reports SET content = ?2, state = ?3, updated_ms = ?4, planned_until_ms = ?5, next_ms = ?6 WHERE id = ?1",
                params![
                    report.id,
                    report.to_json().to_string(),
                    report.state.as_str(),
                    report.updated.as_millisecond(),
                    planned_until.as_millisecond(),
                    next_ms(&report, planned_until),
                ],
            )?;
            Ok(Some(Ok(report)))
        })
        .await
    }

    /// False when there is no such report. Its runs go with it.
    pub async fn delete_report(&self, org_id: i64, which: ReportRef) -> Result<bool, Error> {
        let deleted = self.delete_report_if(org_id, which, |_| Ok::<_, Infallible>(())).await?;
        Ok(deleted.is_some())
    }

    /// Deletes a report if `may_go` agrees, in one transaction, and returns what it was; the inner error is `may_go`'s.
    /// `None`: there is no such report. Its runs go with it.
    pub async fn delete_report_if<E: Send + 'static>(
        &self,
        org_id: i64,
        which: ReportRef,
        may_go: impl FnOnce(&Report) -> Result<(), E> + Send + 'static,
    ) -> Result<Option<Result<Report, E>>, Error> {
        self.write(move |transaction| {
            let Some(report) = find(transaction, org_id, &which)? else { return Ok(None) };
            if let Err(error) = may_go(&report) {
                return Ok(Some(Err(error)));
            }
            transaction.execute("DELETE FROM reports WHERE id = ?1", [report.id])?;
            Ok(Some(Ok(report)))
        })
        .await
    }
}

/// The first due time after `after` of a report that is sent by itself.
pub(super) fn next_ms(report: &Report, after: Timestamp) -> Option<i64> {
    if report.state != State::Scheduled {
        return None;
    }
    report.schedule.next_occurrence(after).map(|time| time.as_millisecond())
}

pub(super) fn timestamp(ms: i64) -> Result<Timestamp, Error> {
    Timestamp::from_millisecond(ms).map_err(|error| Error::Corrupt { what: format!("the time {ms}"), problem: error.to_string() })
}

pub(super) fn planned_until(connection: &Connection, id: i64) -> Result<Timestamp, Error> {
    timestamp(connection.query_row("SELECT planned_until_ms FROM reports WHERE id = ?1", [id], |row| row.get(0))?)
}

/// A report whatever its organisation.
pub(super) fn by_id(connection: &Connection, id: i64) -> Result<Option<Report>, Error> {
    let sql = format!("SELECT {COLUMNS} FROM reports WHERE id = ?1");
    connection.query_row(&sql, [id], StoredReport::from_row).optional()?.map(StoredReport::read).transpose()
}

fn find(connection: &Connection, org_id: i64, which: &ReportRef) -> Result<Option<Report>, Error> {
    match id_of(connection, org_id, which)? {
        Some(id) => by_id(connection, id),
        None => Ok(None),
    }
}

fn id_of(connection: &Connection, org_id: i64, which: &ReportRef) -> Result<Option<i64>, Error> {
    let found = match which {
        ReportRef::Id(id) => {
            connection.query_row("SELECT id FROM reports WHERE org_id = ?1 AND id = ?2", params![org_id, id], |row| row.get(0)).optional()
        }
        ReportRef::Uid(uid) => {
            connection.query_row("SELECT id FROM reports WHERE org_id = ?1 AND uid = ?2", params![org_id, uid], |row| row.get(0)).optional()
        }
    };
    Ok(found?)
}

struct StoredReport {
    id: i64,
    uid: String,
    org_id: i64,
    user_id: i64,
    content: String,
    state: String,
    created_ms: i64,
    updated_ms: i64,
    provisioned: Option<String>,
}

impl StoredReport {
    fn from_row(row: &Row) -> rusqlite::Result<StoredReport> {
        Ok(StoredReport {
            id: row.get(0)?,
            uid: row.get(1)?,
            org_id: row.get(2)?,
            user_id: row.get(3)?,
            content: row.get(4)?,
            state: row.get(5)?,
            created_ms: row.get(6)?,
            updated_ms: row.get(7)?,
            provisioned: row.get(8)?,
        })
    }

    fn read(self) -> Result<Report, Error> {
        let corrupt = |problem: String| Error::Corrupt { what: format!("report {}", self.id), problem };
        let content = serde_json::from_str(&self.content).map_err(|error| corrupt(error.to_string()))?;
        let mut report = Report::new(self.org_id, self.user_id, timestamp(self.created_ms)?);
        CreateOrUpdateReport::new(content).apply(&mut report).map_err(|error| corrupt(error.to_string()))?;
        // The column counts: the scheduler lets reports expire there.
        report.state = State::parse("state", &self.state).map_err(|error| corrupt(error.to_string()))?;
        report.id = self.id;
        report.uid = self.uid;
        report.updated = timestamp(self.updated_ms)?;
        report.provisioned = self.provisioned.as_deref().and_then(Mark::read).map(|mark| mark.provisioned(report.drift_from(&mark.body)));
        Ok(report)
    }
}

/// 14 characters without look-alikes, starting with a letter so that it is never taken for a number.
fn new_uid() -> Result<String, Error> {
    const ALPHABET: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";
    let bytes: [u8; 13] = random()?;
    let letters = bytes.iter().map(|byte| char::from(ALPHABET[usize::from(byte % 32)]));
    Ok(std::iter::once('r').chain(letters).collect())
}
