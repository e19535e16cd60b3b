//! Service-account tokens of organisations, encrypted at rest, and Grafana's address as last seen.

use std::{collections::HashMap, sync::PoisonError};

use rusqlite::{Connection, OptionalExtension, params};

use super::{Error, SecretKey, Store};
use crate::{config::Secret, run::TokenSource};

const URL_FACT: &str = "grafana_url";

impl Store {
    /// Stores the token of an organisation, replacing an older one.
    pub async fn save_token(&self, org_id: i64, token: Secret, now_ms: i64) -> Result<(), Error> {
        let sealed = self.key.seal(&context(org_id), token.expose().as_bytes())?;
        self.write(move |transaction| {
            transaction.execute(
                "INSERT INTO org_tokens (org_id, sealed, updated_ms) VALUES (?1, ?2, ?3)
                 ON CONFLICT (org_id) DO UPDATE SET sealed = excluded.sealed, updated_ms = excluded.updated_ms",
                params![org_id, sealed, now_ms],
            )?;
            Ok(())
        })
        .await?;
        self.tokens.write().unwrap_or_else(PoisonError::into_inner).insert(org_id, token);
        Ok(())
    }

    /// Forgets the token of an organisation; false when there was none.
    pub async fn delete_token(&self, org_id: i64) -> Result<bool, Error> {
        let n = self.write(move |transaction| Ok(transaction.execute("DELETE FROM org_tokens WHERE org_id = ?1", [org_id])?)).await?;
        self.tokens.write().unwrap_or_else(PoisonError::into_inner).remove(&org_id);
        Ok(n > 0)
    }

    /// Remembers Grafana's address as it told us in a request, for the time after a restart when nobody calls.
    pub async fn remember_url(&self, url: &str) -> Result<(), Error> {
        if self.url.read().unwrap_or_else(PoisonError::into_inner).as_deref() == Some(url) {
            return Ok(());
        }
        let value = url.to_owned();
        self.write(move |transaction| {
            transaction.execute(
                "INSERT INTO facts (name, value) VALUES (?1, ?2) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
                params![URL_FACT, value],
            )?;
            Ok(())
        })
        .await?;
        *self.url.write().unwrap_or_else(PoisonError::into_inner) = Some(url.to_owned());
        Ok(())
    }
}

impl TokenSource for Store {
    fn token(&self, org_id: i64) -> Option<Secret> {
        self.tokens.read().unwrap_or_else(PoisonError::into_inner).get(&org_id).cloned()
    }

    fn orgs(&self) -> Vec<i64> {
        let mut orgs: Vec<i64> = self.tokens.read().unwrap_or_else(PoisonError::into_inner).keys().copied().collect();
        orgs.sort_unstable();
        orgs
    }

    fn url(&self) -> Option<String> {
        self.url.read().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// Decrypts all tokens. One that cannot be (the key was changed) is logged and left out: its organisation must connect again.
pub(super) fn load(connection: &Connection, key: &SecretKey) -> Result<HashMap<i64, Secret>, Error> {
    let mut statement = connection.prepare("SELECT org_id, sealed FROM org_tokens")?;
    let rows = statement.query_map([], |row| Ok((row.get::<_, i64>(0)?, row.get::<_, Vec<u8>>(1)?)))?;
    let mut tokens = HashMap::new();
    for row in rows {
        let (org_id, sealed) = row?;
        match key.open(&context(org_id), &sealed).and_then(|bytes| String::from_utf8(bytes).ok()) {
            Some(token) => {
                tokens.insert(org_id, Secret::new(token));
            }
            None => tracing::error!(org_id, error = %Error::Secret(org_id), "token unusable"),
        }
    }
    Ok(tokens)
}

pub(super) fn load_url(connection: &Connection) -> Result<Option<String>, Error> {
    Ok(connection.query_row("SELECT value FROM facts WHERE name = ?1", [URL_FACT], |row| row.get(0)).optional()?)
}

fn context(org_id: i64) -> Vec<u8> {
    format!("org {org_id}").into_bytes()
}
