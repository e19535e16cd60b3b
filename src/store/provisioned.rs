//! Which rows files define, and what the files said.

use std::collections::BTreeMap;

use report::Provisioned;
use rusqlite::params;
use serde_json::{Value, json};

use super::{Error, Store};

/// What a file said of a row when it was last applied: the same again changes nothing.
#[derive(Clone, Debug, PartialEq)]
pub struct Mark {
    /// Name of the file.
    pub file: String,
    pub allow_ui_updates: bool,
    /// As it would be sent to the API.
    pub body: Value,
}

impl Mark {
    /// `None` for text that is not of us.
    pub(super) fn read(text: &str) -> Option<Mark> {
        let mut json: Value = serde_json::from_str(text).ok()?;
        Some(Mark {
            file: json["file"].as_str()?.to_owned(),
            allow_ui_updates: json["allowUiUpdates"].as_bool()?,
            body: json["body"].take(),
        })
    }

    fn write(&self) -> String {
        json!({ "file": self.file, "allowUiUpdates": self.allow_ui_updates, "body": self.body }).to_string()
    }

    /// What the API says of it, with the fields that are no longer as the file says.
    pub fn provisioned(&self, drift: Vec<String>) -> Provisioned {
        Provisioned { file: self.file.clone(), allow_ui_updates: self.allow_ui_updates, drifted: !drift.is_empty(), drift }
    }
}

impl Store {
    /// All reports that files define, by organisation and uid.
    pub async fn report_marks(&self) -> Result<BTreeMap<(i64, String), Mark>, Error> {
        self.call(|connection| {
            let mut statement = connection.prepare("SELECT org_id, uid, provisioned FROM reports WHERE provisioned IS NOT NULL")?;
            let rows = statement.query_map([], |row| Ok(((row.get(0)?, row.get(1)?), row.get::<_, String>(2)?)))?;
            let rows = rows.collect::<Result<Vec<_>, _>>()?;
            Ok(rows.into_iter().filter_map(|(key, text)| Some((key, Mark::read(&text)?))).collect())
        })
        .await
    }

    /// `None` makes it an ordinary report.
    pub async fn mark_report(&self, org_id: i64, uid: String, mark: Option<Mark>) -> Result<(), Error> {
        self.call(move |connection| {
            let text = mark.as_ref().map(Mark::write);
            connection.execute("UPDATE reports SET provisioned = ?3 WHERE org_id = ?1 AND uid = ?2", params![org_id, uid, text])?;
            Ok(())
        })
        .await
    }

    /// All settings that files define, by organisation.
    pub async fn settings_marks(&self) -> Result<BTreeMap<i64, Mark>, Error> {
        self.call(|connection| {
            let mut statement = connection.prepare("SELECT org_id, provisioned FROM settings WHERE provisioned IS NOT NULL")?;
            let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get::<_, String>(1)?)))?.collect::<Result<Vec<_>, _>>()?;
            Ok(rows.into_iter().filter_map(|(org_id, text)| Some((org_id, Mark::read(&text)?))).collect())
        })
        .await
    }

    /// The row must be there: see [`Store::change_settings`].
    pub async fn mark_settings(&self, org_id: i64, mark: Option<Mark>) -> Result<(), Error> {
        self.call(move |connection| {
            let text = mark.as_ref().map(Mark::write);
            connection.execute("UPDATE settings SET provisioned = ?2 WHERE org_id = ?1", params![org_id, text])?;
            Ok(())
        })
        .await
    }
}
