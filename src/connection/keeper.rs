//! Asks Grafana about credentials: when one is handed over, at start, and every hour.

use std::{
    collections::BTreeSet,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicI64, Ordering},
    },
    time::Duration,
};

use futures_util::future::BoxFuture;
use serde_json::Value as Json;

use super::{Account, Book, Candidate, PLUGIN_ID, Standing};
use crate::{
    api::{Connector, TokenError},
    config::Secret,
    grafana_api::{self, Client},
    run::Clients,
    store::Error,
};

/// How often every organisation is asked for.
const EVERY_MS: i64 = 3_600_000;
/// Pauses while Grafana does not answer: at start its HTTP comes up after us.
const AGAIN_MS: [i64; 6] = [2_000, 5_000, 10_000, 30_000, 60_000, 300_000];
/// Looking whether it is time costs nothing.
const LOOK_EVERY: Duration = Duration::from_secs(1);
/// A page that is opened again and again asks Grafana once in this time.
const FRESH_MS: i64 = 5_000;
/// One organisation may not hold up the others: Grafana's own page would not take as long.
const ANSWER_WITHIN: Duration = Duration::from_secs(20);
/// Organisations asked for in one round; more are asked for as their reports are sent.
const MAX_ORGS: usize = 1000;

/// Keeps what [`Book`] knows up to date.
pub struct Keeper {
    clients: Arc<Clients>,
    book: Arc<Book>,
    store: crate::store::Store,
    /// Whether we are a plugin of Grafana, which can call ourselves.
    is_plugin: bool,
    next_ms: AtomicI64,
    n_failed: Mutex<usize>,
    /// Organisations whose settings this process has got.
    synced: Mutex<BTreeSet<i64>>,
}

impl Keeper {
    pub fn new(clients: Arc<Clients>, book: Arc<Book>, store: crate::store::Store, is_plugin: bool) -> Keeper {
        Keeper { clients, book, store, is_plugin, next_ms: AtomicI64::new(i64::MIN), n_failed: Mutex::default(), synced: Mutex::default() }
    }

    /// Looks again and again; never ends.
    pub async fn run(&self) {
        loop {
            self.tick().await;
            tokio::time::sleep(LOOK_EVERY).await;
        }
    }

    /// Asks for all organisations when it is time by the clock; true when it was.
    pub async fn tick(&self) -> bool {
        let now_ms = self.book.now_ms();
        if now_ms < self.next_ms.load(Ordering::Relaxed) {
            return false;
        }
        let is_answered = self.round().await;
        let pause_ms = {
            let mut n_failed = self.n_failed.lock().unwrap_or_else(PoisonError::into_inner);
            let pause_ms = if is_answered { EVERY_MS } else { AGAIN_MS[(*n_failed).min(AGAIN_MS.len() - 1)] };
            *n_failed = if is_answered { 0 } else { *n_failed + 1 };
            pause_ms
        };
        self.next_ms.store(now_ms + pause_ms, Ordering::Relaxed);
        true
    }

    /// False when Grafana did not answer for some organisation.
    async fn round(&self) -> bool {
        let mut is_answered = self.find_homes().await;
        let with_reports = self.store.report_orgs().await.unwrap_or_else(|error| {
            tracing::error!(error = %error.chain(), "organisations with reports cannot be read");
            Vec::new()
        });
        let orgs: BTreeSet<i64> = self.book.orgs().into_iter().chain(with_reports).filter(|org_id| *org_id > 0).collect();
        for org_id in orgs.into_iter().take(MAX_ORGS) {
            is_answered &= self.check(org_id).await;
        }
        is_answered
    }

    /// Learns which organisation a shared token is of, as it cannot serve another.
    async fn find_homes(&self) -> bool {
        let mut is_answered = true;
        for token in self.book.homeless() {
            let Ok(client) = self.clients.with_token(0, &token) else { return true };
            match within(client.preferences()).await {
                Ok(who) if who.org_id > 0 => self.book.set_home(&token, who.org_id),
                Ok(_) => {}
                Err(error) => is_answered &= error.is_denied(),
            }
        }
        is_answered
    }

    /// Asks for one organisation, in the order of its credentials, up to the first that Grafana takes. False when it did not answer.
    pub async fn check(&self, org_id: i64) -> bool {
        for candidate in self.book.candidates(org_id) {
            match self.ask(org_id, &candidate).await {
                Ok(account) if account.org_id > 0 && account.org_id != org_id => {
                    let message = format!("it belongs to organisation {}", account.org_id);
                    self.book.refused(org_id, &candidate.mark, &message);
                }
                Ok(account) => {
                    self.book.verified(org_id, &candidate.mark, account);
                    return self.sync(org_id, &candidate).await;
                }
                Err(TokenError::Invalid(message)) => self.book.refused(org_id, &candidate.mark, &message),
                Err(TokenError::Unavailable(message)) => {
                    self.book.unreachable(org_id, message);
                    return false;
                }
            }
        }
        true
    }

    async fn ask(&self, org_id: i64, candidate: &Candidate) -> Result<Account, TokenError> {
        // No watch: a refusal is noted here, with the whole of what is known.
        let client = self.clients.with_token(org_id, &candidate.token).map_err(|e| TokenError::Unavailable(e.to_string()))?;
        self.account(&client).await
    }

    async fn account(&self, client: &Client) -> Result<Account, TokenError> {
        let failed = |error: grafana_api::Error| match error {
            grafana_api::Error::Unauthorized { message, .. } => TokenError::Invalid(message),
            grafana_api::Error::Forbidden { .. } => TokenError::Invalid(error.to_string()),
            _ => TokenError::Unavailable(error.to_string()),
        };
        // The permissions first: a stranger is refused there, while boot data are for everybody.
        let permissions = within(client.permissions()).await.map_err(failed)?;
        let who = within(client.preferences()).await.map_err(failed)?;
        let limits = if self.is_plugin { missing(&permissions, LIMITS_OF_PLUGIN) } else { Vec::new() };
        Ok(Account { login: who.user_login, org_id: who.org_id, problems: missing(&permissions, NEEDED), limits })
    }

    /// Calls ourselves through Grafana, which hands us the plugin's settings then: it does so in requests only, and after a restart
    /// nobody may call for long. Once a process and organisation. False when Grafana did not answer.
    async fn sync(&self, org_id: i64, candidate: &Candidate) -> bool {
        if !self.is_plugin || self.synced().contains(&org_id) {
            return true;
        }
        let Ok(client) = self.clients.with_token(org_id, &candidate.token) else { return true };
        let path = format!("/api/plugins/{PLUGIN_ID}/resources/_sync");
        match within(client.get_json(&path, "get the plugin's settings")).await {
            Ok(_) => {
                self.book.set_app_enabled(org_id, Some(true));
                self.synced().insert(org_id);
                true
            }
            // "Plugin is not enabled", or there are no settings at all (grafana 12.4.0 pkg/api/plugin_checks.go).
            Err(grafana_api::Error::NotFound { message, .. }) => {
                if ["Plugin is not enabled", "Plugin setting not found"].contains(&message.as_str()) {
                    self.book.set_app_enabled(org_id, Some(false));
                }
                true
            }
            Err(error) => {
                tracing::debug!(org_id, %error, "the plugin's settings were not got");
                !error.is_transient()
            }
        }
    }

    fn synced(&self) -> std::sync::MutexGuard<'_, BTreeSet<i64>> {
        self.synced.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// No answer in time is no answer.
async fn within<T>(asked: impl Future<Output = Result<T, grafana_api::Error>>) -> Result<T, grafana_api::Error> {
    let late = || grafana_api::Error::Timeout { url: String::new(), what: "check the token".into(), seconds: ANSWER_WITHIN.as_secs() };
    tokio::time::timeout(ANSWER_WITHIN, asked).await.unwrap_or_else(|_| Err(late()))
}

/// What a service account needs for reports, and what for.
const NEEDED: &[(&str, &str)] = &[("dashboards:read", "read dashboards"), ("datasources:query", "query data sources")];

/// What the plugin can live without.
const LIMITS_OF_PLUGIN: &[(&str, &str)] = &[
    ("plugins.app:access", "see whether the app is switched on, nor get its settings after a restart"),
    (
        "users.permissions:read",
        "look up what other users may, so that only organisation administrators manage reports; with the role Admin it may",
    ),
];

/// `{action: [scopes]}` without something of a list.
fn missing(permissions: &Json, wanted: &[(&str, &str)]) -> Vec<String> {
    let has = |action: &str| permissions.get(action).and_then(Json::as_array).is_some_and(|scopes| !scopes.is_empty());
    wanted.iter().filter(|(action, _)| !has(action)).map(|(action, what)| format!("the account may not {what} ({action})")).collect()
}

impl Connector for Keeper {
    fn verify<'a>(&'a self, org_id: i64, token: &'a Secret) -> BoxFuture<'a, Result<Account, TokenError>> {
        Box::pin(async move {
            let client = self.clients.with_token(org_id, token).map_err(|e| TokenError::Invalid(e.to_string()))?;
            let refused = |error| match error {
                TokenError::Invalid(message) => TokenError::Invalid(format!("Grafana refused the token: {message}")),
                other => other,
            };
            self.account(&client).await.map_err(refused)
        })
    }

    fn adopt(&self, org_id: i64, token: Secret, account: Account) -> BoxFuture<'_, Result<(), Error>> {
        Box::pin(self.book.adopt(org_id, token, account))
    }

    fn forget(&self, org_id: i64) -> BoxFuture<'_, Result<bool, Error>> {
        Box::pin(self.book.forget(org_id))
    }

    fn standing(&self, org_id: i64) -> BoxFuture<'_, Standing> {
        Box::pin(async move {
            let is_fresh = self.book.heard_ms(org_id).is_some_and(|heard_ms| self.book.now_ms() - heard_ms < FRESH_MS);
            if !is_fresh {
                self.check(org_id).await;
            }
            self.book.standing(org_id)
        })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn missing_permissions_are_named() {
        let all = json!({ "dashboards:read": ["dashboards:*"], "datasources:query": ["datasources:*"] });
        assert!(missing(&all, NEEDED).is_empty());
        assert_eq!(missing(&json!({ "dashboards:read": [] }), NEEDED).len(), 2);
    }
}
