//! What Grafana said of credentials, so that a restart knows it; and the runs that wait for an organisation to be connected.

use rusqlite::params;
use serde_json::Value;

use super::{Error, Store};
use crate::config::Secret;

impl Store {
    /// A name for a credential of an organisation that gives nothing away; another key gives another one.
    pub fn credential_mark(&self, org_id: i64, credential: &Secret) -> String {
        self.key.mark(format!("org {org_id}").as_bytes(), credential.expose().as_bytes())
    }

    /// All notes: organisation, mark, what was written.
    pub async fn credential_notes(&self) -> Result<Vec<(i64, String, Value)>, Error> {
        self.call(|connection| {
            let mut statement = connection.prepare("SELECT org_id, mark, content FROM credential_notes ORDER BY org_id, mark")?;
            let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get::<_, String>(2)?)))?;
            let rows = rows.collect::<Result<Vec<_>, _>>()?;
            Ok(rows.into_iter().map(|(org_id, mark, text)| (org_id, mark, serde_json::from_str(&text).unwrap_or_default())).collect())
        })
        .await
    }

    /// Writes a note, in order with everything else, without keeping the caller.
    pub fn note_credential(&self, org_id: i64, mark: String, note: &Value) {
        let text = note.to_string();
        self.write_soon("note of a credential", move |transaction| {
            transaction.execute(
                "INSERT INTO credential_notes (org_id, mark, content) VALUES (?1, ?2, ?3)
                 ON CONFLICT (org_id, mark) DO UPDATE SET content = excluded.content",
                params![org_id, mark, text],
            )?;
            Ok(())
        });
    }

    /// Drops the notes of an organisation but those of credentials it still has.
    pub fn keep_credential_notes(&self, org_id: i64, marks: Vec<String>) {
        self.write_soon("notes of credentials", move |transaction| {
            let marks = serde_json::Value::from(marks).to_string();
            transaction.execute(
                "DELETE FROM credential_notes WHERE org_id = ?1 AND mark NOT IN (SELECT value FROM json_each(?2))",
                params![org_id, marks],
            )?;
            Ok(())
        });
    }

    /// Puts a run back until its organisation is connected again, `not_before_ms` at the latest.
    pub async fn wait_for_connection(&self, run_id: i64, owner: &str, error: &str, not_before_ms: i64) -> Result<bool, Error> {
        let (owner, error) = (owner.to_owned(), error.to_owned());
        self.write(move |transaction| {
            let n = transaction.execute(
                "UPDATE runs SET state = 'due', owner = NULL, lease_until_ms = NULL, not_before_ms = ?3, error = ?4, waits_for_connection = 1
                 WHERE id = ?1 AND owner = ?2 AND state IN ('running', 'sending')",
                params![run_id, owner, not_before_ms, error],
            )?;
            Ok(n > 0)
        })
        .await
    }

    /// The organisation is connected again: what waited for it is due now.
    pub fn resume_waiting_runs(&self, org_id: i64, now_ms: i64) {
        self.write_soon("runs that waited for a connection", move |transaction| {
            transaction.execute(
                "UPDATE runs SET waits_for_connection = 0, not_before_ms = min(not_before_ms, ?2)
                 WHERE org_id = ?1 AND state = 'due' AND waits_for_connection = 1",
                params![org_id, now_ms],
            )?;
            Ok(())
        });
    }

    /// Records a run as left out on purpose.
    pub async fn skip_run(&self, run_id: i64, owner: &str, reason: &str, now_ms: i64) -> Result<bool, Error> {
        let (owner, reason) = (owner.to_owned(), reason.to_owned());
        self.write(move |transaction| {
            let n = transaction.execute(
                "UPDATE runs SET state = 'skipped', lease_until_ms = NULL, finished_ms = ?4, error = ?3
                 WHERE id = ?1 AND owner = ?2 AND state = 'running'",
                params![run_id, owner, reason, now_ms],
            )?;
            Ok(n > 0)
        })
        .await
    }

    /// Organisations that have reports, in order.
    pub async fn report_orgs(&self) -> Result<Vec<i64>, Error> {
        self.call(|connection| {
            let mut statement = connection.prepare("SELECT DISTINCT org_id FROM reports ORDER BY org_id")?;
            Ok(statement.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?)
        })
        .await
    }
}
