//! Who may send on schedule: one process at a time, however many share the file.

use rusqlite::{Connection, params};

use super::{Error, Store};

impl Store {
    /// Takes or renews the scheduler's lease until `until_ms`; false while another owner holds it.
    /// Renewing also renews the leases of all runs of this owner.
    pub async fn acquire_lease(&self, owner: &str, now_ms: i64, until_ms: i64) -> Result<bool, Error> {
        let owner = owner.to_owned();
        self.write(move |transaction| {
            let n = transaction.execute(
                "INSERT INTO scheduler_lease (id, owner, until_ms) VALUES (1, ?1, ?2)
                 ON CONFLICT (id) DO UPDATE SET owner = excluded.owner, until_ms = excluded.until_ms
                 WHERE scheduler_lease.owner = excluded.owner OR scheduler_lease.until_ms <= ?3",
                params![owner, until_ms, now_ms],
            )?;
            transaction.execute(
                "UPDATE runs SET lease_until_ms = max(lease_until_ms, ?2) WHERE owner = ?1 AND state IN ('running', 'sending')",
                params![owner, until_ms],
            )?;
            Ok(n > 0)
        })
        .await
    }

    /// Gives the lease and unfinished work back at a graceful stop. A scheduled run that had not begun to send is due again and does not
    /// count as tried, and one by hand has failed; one that is sending stays, its task finishes or its lease ends.
    pub async fn release_lease(&self, owner: &str, now_ms: i64) -> Result<(), Error> {
        let owner = owner.to_owned();
        self.write(move |transaction| {
            transaction.execute(
                "UPDATE runs SET state = 'due', owner = NULL, lease_until_ms = NULL, not_before_ms = ?2, attempts = max(attempts - 1, 0)
                 WHERE owner = ?1 AND state = 'running' AND trigger = 'schedule'",
                params![owner, now_ms],
            )?;
            transaction.execute(
                "UPDATE runs SET state = 'failed', error = 'the program was stopped before anything was sent', owner = NULL,
                   lease_until_ms = NULL, finished_ms = ?2
                 WHERE owner = ?1 AND state = 'running'",
                params![owner, now_ms],
            )?;
            transaction.execute("DELETE FROM scheduler_lease WHERE owner = ?1", [owner])?;
            Ok(())
        })
        .await
    }
}

/// Whether `owner` holds the lease at `now_ms`; asked inside the transaction that acts on the answer.
pub(super) fn holds(connection: &Connection, owner: &str, now_ms: i64) -> Result<bool, Error> {
    let n: i64 =
        connection.query_row("SELECT count(*) FROM scheduler_lease WHERE owner = ?1 AND until_ms > ?2", params![owner, now_ms], |row| {
            row.get(0)
        })?;
    Ok(n > 0)
}
