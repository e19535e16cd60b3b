//! Rights as Grafana tells them over HTTP.

use std::sync::{Arc, Mutex, PoisonError};

use futures_util::future::BoxFuture;
use serde_json::Value as Json;

use super::{ACTION_PREFIX, Identity, Permissions, SigningKey, Source, SourceError, Wanted, source::OwnAccess};
use crate::{
    grafana_api::{Client, Error, GrafanaCallers, encode},
    run::{self, Clients},
    sidecar::CallerCredentials,
};

/// Asks with the organisation's client, or as the caller.
pub struct GrafanaSource {
    /// With a short time-out: a caller waits for the answers.
    clients: Arc<Clients>,
    /// By the address it speaks to, which a plugin may learn only later.
    callers: Mutex<Option<(String, Arc<GrafanaCallers>)>>,
}

impl GrafanaSource {
    pub fn new(clients: Arc<Clients>) -> GrafanaSource {
        GrafanaSource { clients, callers: Mutex::new(None) }
    }

    async fn keys(&self) -> Result<Vec<SigningKey>, SourceError> {
        let client = Client::new(self.clients.options().map_err(unset)?).map_err(failed)?;
        let set = client.get_json("/api/signing-keys/keys", "read the signing keys").await.map_err(failed)?;
        Ok(SigningKey::from_set(&set))
    }

    /// What one user holds, or each of the organisation's.
    async fn search(&self, org_id: i64, identity: Option<&Identity>, wanted: Wanted) -> Result<Vec<Permissions>, SourceError> {
        let client = self.clients.for_org(org_id).map_err(unset)?;
        let filter = match wanted {
            Wanted::Ours => format!("actionPrefix={}", encode(ACTION_PREFIX)),
            Wanted::Dashboards(access) => format!("action={}", encode(access.action())),
        };
        let who = identity.map(|identity| format!("namespacedId={}&", encode(&identity.typed_id()))).unwrap_or_default();
        let path = format!("/api/access-control/users/permissions/search?{who}{filter}");
        let answer = client.get_json(&path, "read the permissions of users (users.permissions:read)").await.map_err(failed)?;
        // `{"7": {action: [scopes]}}`, by number even where the uid was given.
        Ok(answer.as_object().into_iter().flat_map(|users| users.values()).map(Permissions::from_json).collect())
    }

    async fn folders(&self, org_id: i64, uid: &str) -> Result<Option<Vec<String>>, SourceError> {
        let client = self.clients.for_org(org_id).map_err(unset)?;
        let namespace = if org_id == 1 { "default".to_owned() } else { format!("org-{org_id}") };
        let folder = match client.dashboard(uid, &namespace).await {
            Ok(answer) => answer.folder_uid,
            Err(error) if error.is_not_found() => return Ok(None),
            Err(error) => return Err(failed(error)),
        };
        if folder.is_empty() {
            // The root is a folder to Grafana's permissions.
            return Ok(Some(vec!["general".into()]));
        }
        let answer = match client.get_json(&format!("/api/folders/{}", encode(&folder)), "read the dashboard's folder").await {
            Ok(answer) => answer,
            // The dashboard may be shared without its folder: then nothing is inherited from further up that we could see.
            Err(error) if error.is_denied() || error.is_not_found() => return Ok(Some(vec![folder])),
            Err(error) => return Err(failed(error)),
        };
        let parents = answer.get("parents").and_then(Json::as_array).into_iter().flatten();
        let parents = parents.filter_map(|parent| parent.get("uid").and_then(Json::as_str).map(str::to_owned));
        Ok(Some(parents.chain([folder.clone()]).collect()))
    }

    fn callers(&self) -> Result<Arc<GrafanaCallers>, SourceError> {
        let options = self.clients.options().map_err(unset)?;
        let mut made = self.callers.lock().unwrap_or_else(PoisonError::into_inner);
        match &*made {
            Some((url, callers)) if *url == options.url => Ok(callers.clone()),
            _ => {
                let callers = Arc::new(GrafanaCallers::new(&options).map_err(failed)?);
                *made = Some((options.url, callers.clone()));
                Ok(callers)
            }
        }
    }

    async fn access(&self, org_id: i64, caller: &CallerCredentials, uid: &str) -> Result<Option<OwnAccess>, SourceError> {
        let callers = self.callers()?;
        match callers.get_json(caller, org_id, &format!("/api/dashboards/uid/{}", encode(uid)), "read the dashboard").await {
            Ok(answer) => {
                let write = answer.pointer("/meta/canSave").and_then(Json::as_bool).unwrap_or(false);
                Ok(Some(OwnAccess { read: true, write }))
            }
            Err(error) if error.is_not_found() => Ok(None),
            Err(Error::Forbidden { .. }) => Ok(Some(OwnAccess { read: false, write: false })),
            // Schema v2, which this route does not serve to those who may read it.
            Err(Error::Status { status: 406, .. }) => Ok(Some(OwnAccess { read: true, write: false })),
            Err(error) => Err(failed(error)),
        }
    }
}

impl Source for GrafanaSource {
    fn signing_keys(&self) -> BoxFuture<'_, Result<Vec<SigningKey>, SourceError>> {
        Box::pin(self.keys())
    }

    fn permissions_of<'a>(
        &'a self,
        org_id: i64,
        identity: &'a Identity,
        wanted: Wanted,
    ) -> BoxFuture<'a, Result<Permissions, SourceError>> {
        Box::pin(async move { Ok(self.search(org_id, Some(identity), wanted).await?.into_iter().next().unwrap_or_default()) })
    }

    fn is_anybody_granted(&self, org_id: i64) -> BoxFuture<'_, Result<bool, SourceError>> {
        Box::pin(async move { Ok(self.search(org_id, None, Wanted::Ours).await?.iter().any(Permissions::knows_us)) })
    }

    fn folders_of<'a>(&'a self, org_id: i64, dashboard_uid: &'a str) -> BoxFuture<'a, Result<Option<Vec<String>>, SourceError>> {
        Box::pin(self.folders(org_id, dashboard_uid))
    }

    fn own_permissions<'a>(&'a self, org_id: i64, caller: &'a CallerCredentials) -> BoxFuture<'a, Result<Permissions, SourceError>> {
        Box::pin(async move {
            let callers = self.callers()?;
            let answer = callers.get_json(caller, org_id, "/api/access-control/user/permissions", "read the caller's permissions").await;
            answer.map(|json| Permissions::from_json(&json)).map_err(failed)
        })
    }

    fn own_access<'a>(
        &'a self,
        org_id: i64,
        caller: &'a CallerCredentials,
        dashboard_uid: &'a str,
    ) -> BoxFuture<'a, Result<Option<OwnAccess>, SourceError>> {
        Box::pin(self.access(org_id, caller, dashboard_uid))
    }
}

fn failed(error: Error) -> SourceError {
    match error.is_transient() {
        true => SourceError::Unavailable(error.to_string()),
        false => SourceError::Denied(error.to_string()),
    }
}

/// No address, or no credential for the organisation.
fn unset(error: run::Error) -> SourceError {
    SourceError::Denied(error.to_string())
}
