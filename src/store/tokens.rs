//! Service-account tokens of organisations, encrypted at rest, and Grafana's address as last seen.

use std::{collections::BTreeMap, sync::PoisonError};

use rusqlite::{Connection, OptionalExtension, params};

use super::{Error, Store, key::Keys};
use crate::config::Secret;

const URL_FACT: &str = "grafana_url";

/// How a stored token came to us.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenOrigin {
    /// Handed over by an administrator and checked.
    Connect,
    /// Read from the plugin's settings as a request brought them.
    Settings,
}

impl TokenOrigin {
    fn as_str(self) -> &'static str {
        match self {
            TokenOrigin::Connect => "connect",
            TokenOrigin::Settings => "settings",
        }
    }

    fn parse(text: &str) -> TokenOrigin {
        if text == "settings" { TokenOrigin::Settings } else { TokenOrigin::Connect }
    }
}

/// The token an organisation has with us.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredToken {
    /// `None` when it cannot be decrypted: the key is another one than when it was stored.
    pub token: Option<Secret>,
    pub origin: TokenOrigin,
    pub saved_ms: i64,
}

impl Store {
    /// Stores the token of an organisation, replacing an older one.
    pub async fn save_token(&self, org_id: i64, token: Secret, now_ms: i64) -> Result<(), Error> {
        self.put_token(org_id, token, TokenOrigin::Connect, now_ms).await
    }

    /// Keeps the token that the plugin's settings hold, unless one was handed over and can be read. False when nothing changed.
    pub async fn save_settings_token(&self, org_id: i64, token: Secret, now_ms: i64) -> Result<bool, Error> {
        let is_kept = self.stored_token(org_id).is_some_and(|stored| match stored.token {
            Some(known) => known == token || stored.origin == TokenOrigin::Connect,
            None => false,
        });
        if !is_kept {
            self.put_token(org_id, token, TokenOrigin::Settings, now_ms).await?;
        }
        Ok(!is_kept)
    }

    async fn put_token(&self, org_id: i64, token: Secret, origin: TokenOrigin, now_ms: i64) -> Result<(), Error> {
        let sealed = self.key.seal(&context(org_id), token.expose().as_bytes())?;
        self.write(move |transaction| {
            transaction.execute(
                "INSERT INTO org_tokens (org_id, sealed, updated_ms, origin) VALUES (?1, ?2, ?3, ?4)
                 ON CONFLICT (org_id) DO UPDATE SET sealed = excluded.sealed, updated_ms = excluded.updated_ms, origin = excluded.origin",
                params![org_id, sealed, now_ms, origin.as_str()],
            )?;
            Ok(())
        })
        .await?;
        let stored = StoredToken { token: Some(token), origin, saved_ms: now_ms };
        self.tokens.write().unwrap_or_else(PoisonError::into_inner).insert(org_id, stored);
        Ok(())
    }

    /// Forgets the token of an organisation; false when there was none.
    pub async fn delete_token(&self, org_id: i64) -> Result<bool, Error> {
        let n = self.write(move |transaction| Ok(transaction.execute("DELETE FROM org_tokens WHERE org_id = ?1", [org_id])?)).await?;
        self.tokens.write().unwrap_or_else(PoisonError::into_inner).remove(&org_id);
        Ok(n > 0)
    }

    pub fn stored_token(&self, org_id: i64) -> Option<StoredToken> {
        self.tokens.read().unwrap_or_else(PoisonError::into_inner).get(&org_id).cloned()
    }

    /// The stored token of an organisation, if it can be read.
    pub fn token(&self, org_id: i64) -> Option<Secret> {
        self.stored_token(org_id)?.token
    }

    /// Organisations with a stored token, readable or not.
    pub fn token_orgs(&self) -> Vec<i64> {
        self.tokens.read().unwrap_or_else(PoisonError::into_inner).keys().copied().collect()
    }

    /// Grafana's address as a request told it last.
    pub fn url(&self) -> Option<String> {
        self.url.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Remembers Grafana's address as it told us in a request, for the time after a restart when nobody calls.
    pub async fn remember_url(&self, url: &str) -> Result<(), Error> {
        if self.url().as_deref() == Some(url) {
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

/// Decrypts all tokens. One that only an older key opens is sealed with the current one; one that none opens stays as it is, so that
/// the right key brings it back, and its organisation must connect again meanwhile.
pub(super) fn load(connection: &Connection, keys: &Keys) -> Result<BTreeMap<i64, StoredToken>, Error> {
    let mut statement = connection.prepare("SELECT org_id, sealed, origin, updated_ms FROM org_tokens")?;
    let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?)))?;
    let rows = rows.collect::<Result<Vec<(i64, Vec<u8>, String, i64)>, _>>()?;
    let mut tokens = BTreeMap::new();
    for (org_id, sealed, origin, saved_ms) in rows {
        let token = open(connection, keys, org_id, &sealed)?;
        if token.is_none() {
            tracing::error!(org_id, error = %Error::Secret(org_id), "token unusable");
        }
        tokens.insert(org_id, StoredToken { token, origin: TokenOrigin::parse(&origin), saved_ms });
    }
    Ok(tokens)
}

fn open(connection: &Connection, keys: &Keys, org_id: i64, sealed: &[u8]) -> Result<Option<Secret>, Error> {
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).ok().map(Secret::new);
    if let Some(bytes) = keys.current.open(&context(org_id), sealed) {
        return Ok(text(bytes));
    }
    let Some(bytes) = keys.previous.iter().find_map(|key| key.open(&context(org_id), sealed)) else { return Ok(None) };
    let sealed = keys.current.seal(&context(org_id), &bytes)?;
    connection.execute("UPDATE org_tokens SET sealed = ?2 WHERE org_id = ?1", params![org_id, sealed])?;
    tracing::info!(org_id, "the token was sealed with the new key");
    Ok(text(bytes))
}

pub(super) fn load_url(connection: &Connection) -> Result<Option<String>, Error> {
    Ok(connection.query_row("SELECT value FROM facts WHERE name = ?1", [URL_FACT], |row| row.get(0)).optional()?)
}

fn context(org_id: i64) -> Vec<u8> {
    format!("org {org_id}").into_bytes()
}
