//! Numbered SQL files, applied in order; SQLite's `user_version` remembers how far.

use rusqlite::{Connection, TransactionBehavior};

use super::Error;

/// Never change one that has been released: add the next.
const MIGRATIONS: &[&str] = &[
    include_str!("migrations/0001_init.sql"),
    include_str!("migrations/0002_provisioned.sql"),
    include_str!("migrations/0003_run_records.sql"),
    include_str!("migrations/0004_connection.sql"),
];

/// Brings the database to the newest schema, each step in its own transaction.
pub fn run(connection: &mut Connection) -> Result<(), Error> {
    loop {
        // The version is read inside the transaction: two processes may start at the same time.
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let version: i64 = transaction.pragma_query_value(None, "user_version", |row| row.get(0))?;
        let known = MIGRATIONS.len() as i64;
        if version > known {
            return Err(Error::Newer { found: version, known });
        }
        let Some(sql) = MIGRATIONS.get(version as usize) else { return Ok(()) };
        transaction.execute_batch(sql)?;
        transaction.pragma_update(None, "user_version", version + 1)?;
        transaction.commit()?;
    }
}
