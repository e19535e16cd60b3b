//! Settings, one row an organisation.

use report::ReportSettings;
use rusqlite::{Connection, OptionalExtension, params};
use serde_json::Value;

use super::{Error, Mark, Store};

impl Store {
    /// The settings of an organisation; the defaults when none were saved.
    pub async fn settings(&self, org_id: i64) -> Result<ReportSettings, Error> {
        self.call(move |connection| load(connection, org_id)).await
    }

    /// Creates or updates settings by what `body` says; the inner error is the caller's mistake.
    pub async fn change_settings(&self, org_id: i64, user_id: i64, body: Value) -> Result<Result<ReportSettings, report::Error>, Error> {
        self.write(move |transaction| {
            let mut settings = load(transaction, org_id)?;
            if let Err(error) = settings.apply(&body) {
                return Ok(Err(error));
            }
            settings.user_id = user_id;
            let content = serde_json::to_string(&settings).map_err(|error| corrupt(org_id, error))?;
            settings.id = transaction.query_row(
                "INSERT INTO settings (org_id, user_id, content) VALUES (?1, ?2, ?3)
                 ON CONFLICT (org_id) DO UPDATE SET user_id = excluded.user_id, content = excluded.content RETURNING id",
                params![org_id, user_id, content],
                |row| row.get(0),
            )?;
            Ok(Ok(settings))
        })
        .await
    }
}

fn load(connection: &Connection, org_id: i64) -> Result<ReportSettings, Error> {
    let mut settings = ReportSettings::new(org_id);
    let row = connection
        .query_row("SELECT id, user_id, content, provisioned FROM settings WHERE org_id = ?1", [org_id], |row| {
            Ok((row.get::<_, i64>(0)?, row.get::<_, i64>(1)?, row.get::<_, String>(2)?, row.get::<_, Option<String>>(3)?))
        })
        .optional()?;
    let Some((id, user_id, content, provisioned)) = row else { return Ok(settings) };
    let content: Value = serde_json::from_str(&content).map_err(|error| corrupt(org_id, error))?;
    settings.apply(&content).map_err(|error| corrupt(org_id, error))?;
    settings.id = id;
    settings.user_id = user_id;
    settings.provisioned = provisioned.as_deref().and_then(Mark::read).map(|mark| mark.provisioned(settings.drift_from(&mark.body)));
    Ok(settings)
}

fn corrupt(org_id: i64, problem: impl std::fmt::Display) -> Error {
    Error::Corrupt { what: format!("settings of organisation {org_id}"), problem: problem.to_string() }
}
