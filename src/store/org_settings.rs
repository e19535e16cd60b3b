//! What organisations set for themselves in the app's settings, as a request brought it last: the scheduler needs it without one.

use rusqlite::params;

use super::{Error, Store};

/// Facts of this kind end in the organisation's number.
const PREFIX: &str = "org_settings:";

impl Store {
    /// Keeps the settings of an organisation (JSON), replacing older ones.
    pub async fn save_org_settings(&self, org_id: i64, json: String) -> Result<(), Error> {
        self.write(move |transaction| {
            transaction.execute(
                "INSERT INTO facts (name, value) VALUES (?1, ?2) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
                params![format!("{PREFIX}{org_id}"), json],
            )?;
            Ok(())
        })
        .await
    }

    /// All of them, by organisation.
    pub async fn org_settings(&self) -> Result<Vec<(i64, String)>, Error> {
        self.call(|connection| {
            let mut statement = connection.prepare("SELECT name, value FROM facts ORDER BY name")?;
            let rows = statement.query_map([], |row| Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?)))?;
            let rows = rows.collect::<Result<Vec<_>, _>>()?;
            let of = |(name, json): (String, String)| Some((name.strip_prefix(PREFIX)?.parse().ok()?, json));
            Ok(rows.into_iter().filter_map(of).collect())
        })
        .await
    }
}
