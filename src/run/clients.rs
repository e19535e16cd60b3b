//! One Grafana client per organisation, made from whatever credential is known for it.

use std::{collections::HashMap, sync::Mutex, time::Duration};

use super::Error;
use crate::{
    config::{GrafanaConfig, Secret},
    grafana_api::{Client, ClientOptions, Credential, Watch},
};

/// Where the credential of an organisation comes from.
pub trait TokenSource: Send + Sync {
    /// The credential to act with in an organisation; the error says what its administrator has to do.
    fn choose(&self, org_id: i64) -> Result<Choice, String>;
    /// The base URL Grafana told us, used when none is configured.
    fn url(&self) -> Option<String>;

    /// Organisations it has a token for, in order.
    fn orgs(&self) -> Vec<i64> {
        Vec::new()
    }
}

/// A credential, and who wants to know what Grafana says to it.
pub struct Choice {
    pub token: Secret,
    pub watch: Option<Watch>,
}

/// No source besides the configuration.
pub struct ConfigOnly(pub GrafanaConfig);

impl TokenSource for ConfigOnly {
    fn choose(&self, org_id: i64) -> Result<Choice, String> {
        let GrafanaConfig { org_tokens, token, managed_token, .. } = &self.0;
        let token = org_tokens.get(&org_id).or(token.as_ref()).or(managed_token.as_ref()).cloned();
        token.map(|token| Choice { token, watch: None }).ok_or_else(|| "no token for Grafana is set".into())
    }

    fn url(&self) -> Option<String> {
        None
    }
}

/// Hands out clients; a client lives as long as its credential stays the same, so connections are reused.
pub struct Clients {
    config: GrafanaConfig,
    source: std::sync::Arc<dyn TokenSource>,
    timeout: Duration,
    made: Mutex<HashMap<i64, (String, Client)>>,
}

impl Clients {
    pub fn new(config: GrafanaConfig, source: std::sync::Arc<dyn TokenSource>, timeout: Duration) -> Clients {
        Clients { config, source, timeout, made: Mutex::new(HashMap::new()) }
    }

    /// The client that acts for an organisation. Fails with what the administrator has to do.
    pub fn for_org(&self, org_id: i64) -> Result<Client, Error> {
        let choice = self.source.choose(org_id).map_err(Error::NotConnected)?;
        let key = format!("{}\n{}", self.url()?, choice.token.expose());
        let mut made = self.made.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        if let Some((known, client)) = made.get(&org_id)
            && *known == key
        {
            return Ok(client.clone());
        }
        let client = self.watched(org_id, &choice.token, choice.watch)?;
        made.insert(org_id, (key, client.clone()));
        Ok(client)
    }

    /// A client of each organisation with a credential of its own, then the common one, which speaks for its own organisation.
    pub fn all(&self) -> Vec<Client> {
        let orgs: std::collections::BTreeSet<i64> = self.config.org_tokens.keys().copied().chain(self.source.orgs()).collect();
        orgs.into_iter().filter_map(|org_id| self.for_org(org_id).ok()).chain(self.common()).collect()
    }

    /// A client with the credential of every organisation without its own, which may be a server administrator's.
    pub fn common(&self) -> Option<Client> {
        let token = self.config.token.as_ref().or(self.config.managed_token.as_ref());
        token.and_then(|token| self.with_token(0, token).ok())
    }

    /// A client with a token that is not (yet) the organisation's.
    pub fn with_token(&self, org_id: i64, token: &Secret) -> Result<Client, Error> {
        self.watched(org_id, token, None)
    }

    /// The same, with somebody who is told what Grafana says to the token.
    pub fn watched(&self, org_id: i64, token: &Secret, watch: Option<Watch>) -> Result<Client, Error> {
        let mut options = self.options()?;
        options.credential = Credential::parse(token.expose());
        options.watch = watch;
        // Organisation 0 is the command line's: whatever the credential's own is.
        options.org_id = Some(org_id).filter(|id| *id > 0);
        Ok(Client::new(options)?)
    }

    /// How Grafana is reached, without a credential.
    pub fn options(&self) -> Result<ClientOptions, Error> {
        let mut options = ClientOptions::new(self.url()?, Credential::None);
        options.timeout = self.timeout;
        options.max_retries = self.config.max_request_retries;
        options.skip_tls_verify = self.config.skip_tls_verify;
        options.ca_file = self.config.ca_file.clone();
        Ok(options)
    }

    fn url(&self) -> Result<String, Error> {
        self.config.url.clone().or_else(|| self.source.url()).ok_or_else(|| {
            Error::Internal("Grafana's address is not known: set grafana_url in [plugin.broadsheet-reports-app] (or --grafana-url)".into())
        })
    }
}

impl From<crate::grafana_api::Error> for Error {
    fn from(error: crate::grafana_api::Error) -> Error {
        let message = error.to_string();
        match error {
            e if e.is_not_found() => Error::NotFound(message),
            crate::grafana_api::Error::Unauthorized { .. } => Error::NotConnected(message),
            e if e.is_denied() => Error::Denied(message),
            crate::grafana_api::Error::Setup(_) => Error::Invalid(message),
            _ => Error::Grafana(message),
        }
    }
}
