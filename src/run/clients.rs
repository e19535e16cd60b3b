//! One Grafana client per organisation, made from whatever credential is known for it.

use std::{collections::HashMap, sync::Mutex, time::Duration};

use super::Error;
use crate::{
    config::{GrafanaConfig, Secret},
    grafana_api::{Client, ClientOptions, Credential},
};

/// Where the credential of an organisation comes from, besides the configuration: the store's connected organisations,
/// a managed service account.
pub trait TokenSource: Send + Sync {
    /// The token of `org_id`, and the base URL Grafana told us when none is configured.
    fn token(&self, org_id: i64) -> Option<Secret>;
    fn url(&self) -> Option<String>;

    /// Organisations it has a token for, in order.
    fn orgs(&self) -> Vec<i64> {
        Vec::new()
    }
}

/// No source besides the configuration.
pub struct ConfigOnly;

impl TokenSource for ConfigOnly {
    fn token(&self, _org_id: i64) -> Option<Secret> {
        None
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
        let own = self.config.org_tokens.get(&org_id).cloned().or_else(|| self.source.token(org_id));
        let token = own.or_else(|| self.config.token.clone()).ok_or_else(|| {
            Error::Denied(format!(
                "organisation {org_id} is not connected: its administrator connects it on the plugin's configuration page"
            ))
        })?;
        let key = format!("{}\n{}", self.url()?, token.expose());
        let mut made = self.made.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        if let Some((known, client)) = made.get(&org_id)
            && *known == key
        {
            return Ok(client.clone());
        }
        let client = self.with_token(org_id, &token)?;
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
        self.config.token.as_ref().and_then(|token| self.with_token(0, token).ok())
    }

    /// A client with a token that is not (yet) the organisation's.
    pub fn with_token(&self, org_id: i64, token: &Secret) -> Result<Client, Error> {
        let mut options = self.options()?;
        options.credential = Credential::parse(token.expose());
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
            e if e.is_denied() => Error::Denied(message),
            crate::grafana_api::Error::Setup(_) => Error::Invalid(message),
            _ => Error::Grafana(message),
        }
    }
}
