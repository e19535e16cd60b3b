//! Whether the app is switched on in an organisation: Grafana does not tell the process when somebody switches it off.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
};

use super::{Book, PLUGIN_ID};
use crate::run::{Clients, Error};

/// An answer is believed this long: many reports due at the same time ask once.
const BELIEVED_MS: i64 = 60_000;

/// Asks Grafana. For the plugin only: without one there is no app to switch off.
pub struct AppSwitch {
    clients: Arc<Clients>,
    book: Arc<Book>,
    /// Until when, and the answer; `None`: Grafana would not say.
    known: Mutex<BTreeMap<i64, (i64, Option<bool>)>>,
}

impl AppSwitch {
    pub fn new(clients: Arc<Clients>, book: Arc<Book>) -> AppSwitch {
        AppSwitch { clients, book, known: Mutex::default() }
    }

    /// [`Error::Disabled`] where the app is switched off. Fails as well when Grafana cannot be asked, or refuses the credential.
    /// An account that may not know whether it is (it lacks `plugins.app:access`) does not keep reports from being sent.
    pub async fn check(&self, org_id: i64) -> Result<(), Error> {
        match self.is_on(org_id).await? {
            Some(false) => Err(Error::Disabled(format!("the app is switched off in organisation {org_id}"))),
            _ => Ok(()),
        }
    }

    async fn is_on(&self, org_id: i64) -> Result<Option<bool>, Error> {
        let now_ms = self.book.now_ms();
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner).get(&org_id).copied();
        if let Some((until_ms, answer)) = known
            && now_ms < until_ms
        {
            return Ok(answer);
        }
        let answer = self.ask(org_id).await?;
        self.book.set_app_enabled(org_id, answer);
        self.known.lock().unwrap_or_else(PoisonError::into_inner).insert(org_id, (now_ms + BELIEVED_MS, answer));
        Ok(answer)
    }

    /// `GET /api/plugins/:id/settings` needs `plugins.app:access`, which Viewers have, and answers for disabled apps too
    /// (grafana 12.4.0 pkg/api/plugins.go `GetPluginSettingByID`).
    async fn ask(&self, org_id: i64) -> Result<Option<bool>, Error> {
        let client = self.clients.for_org(org_id)?;
        match client.get_json(&format!("/api/plugins/{PLUGIN_ID}/settings"), "see whether the app is switched on").await {
            Ok(settings) => Ok(settings["enabled"].as_bool()),
            Err(crate::grafana_api::Error::Forbidden { .. } | crate::grafana_api::Error::NotFound { .. }) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }
}
