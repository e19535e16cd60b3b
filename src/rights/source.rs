//! What Grafana knows of rights, asked through a trait so that tests answer for it.

use std::collections::BTreeMap;

use futures_util::future::BoxFuture;
use serde_json::Value as Json;

use super::{Action, Identity, SigningKey};
use crate::sidecar::CallerCredentials;

/// Why Grafana did not tell.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SourceError {
    /// Our credential may not ask that, or there is none.
    #[error("{0}")]
    Denied(String),
    /// Nobody could be asked.
    #[error("{0}")]
    Unavailable(String),
}

/// Actions with the scopes they are granted on; an action without scopes is granted as it is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Permissions(pub BTreeMap<String, Vec<String>>);

impl Permissions {
    /// `{action: [scopes]}`, where null stands for "no scope" and `[""]` does too.
    pub fn from_json(json: &Json) -> Permissions {
        let scopes = |value: &Json| {
            let texts = value.as_array().into_iter().flatten().filter_map(Json::as_str);
            texts.filter(|scope| !scope.is_empty()).map(str::to_owned).collect()
        };
        Permissions(json.as_object().into_iter().flatten().map(|(action, value)| (action.clone(), scopes(value))).collect())
    }

    /// Whether one of ours is granted. They are declared without scopes, so Grafana takes no narrower grant; one that is there
    /// all the same does not grant everything.
    pub fn grants(&self, action: Action) -> bool {
        self.0.get(action.as_str()).is_some_and(|scopes| scopes.is_empty() || scopes.iter().any(|scope| scope == "*"))
    }

    /// Whether any of ours is there.
    pub fn knows_us(&self) -> bool {
        Action::ALL.iter().any(|action| self.0.contains_key(action.as_str()))
    }

    /// Whether `action` is granted on one of `scopes`, by Grafana's rule: equal, or a prefix before a final `*`.
    pub fn covers(&self, action: &str, scopes: &[String]) -> bool {
        let matches = |granted: &String| match granted.strip_suffix('*') {
            Some(prefix) => scopes.iter().any(|scope| scope.starts_with(prefix)),
            None => scopes.contains(granted),
        };
        self.0.get(action).is_some_and(|granted| granted.iter().any(matches))
    }
}

/// Which permissions of somebody are asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Wanted {
    /// All actions of ours.
    Ours,
    /// One of Grafana's own.
    Dashboards(Access),
}

/// What is to be done with a dashboard.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Access {
    Read,
    Write,
}

impl Access {
    /// Grafana's action.
    pub fn action(self) -> &'static str {
        match self {
            Access::Read => "dashboards:read",
            Access::Write => "dashboards:write",
        }
    }
}

/// What a caller may do with a dashboard, as Grafana tells them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OwnAccess {
    pub read: bool,
    pub write: bool,
}

/// The one for HTTP is [`GrafanaSource`](super::GrafanaSource).
pub trait Source: Send + Sync {
    /// The public keys of identity tokens; nobody needs to be anybody for them.
    fn signing_keys(&self) -> BoxFuture<'_, Result<Vec<SigningKey>, SourceError>>;

    /// What somebody may do, asked with the organisation's own credential.
    fn permissions_of<'a>(&'a self, org_id: i64, identity: &'a Identity, wanted: Wanted)
    -> BoxFuture<'a, Result<Permissions, SourceError>>;

    /// Whether anybody in the organisation holds an action of ours, asked with its own credential: Grafana may have never heard of
    /// them, as it registers a plugin's roles by itself.
    fn is_anybody_granted(&self, org_id: i64) -> BoxFuture<'_, Result<bool, SourceError>>;

    /// The folders a dashboard lies in, asked with the organisation's own credential; `None` when there is no such dashboard.
    fn folders_of<'a>(&'a self, org_id: i64, dashboard_uid: &'a str) -> BoxFuture<'a, Result<Option<Vec<String>>, SourceError>>;

    /// What a caller may do, asked with their own credentials.
    fn own_permissions<'a>(&'a self, org_id: i64, caller: &'a CallerCredentials) -> BoxFuture<'a, Result<Permissions, SourceError>>;

    /// What a caller may do with a dashboard, asked with their own credentials; `None` when there is no such dashboard.
    fn own_access<'a>(
        &'a self,
        org_id: i64,
        caller: &'a CallerCredentials,
        dashboard_uid: &'a str,
    ) -> BoxFuture<'a, Result<Option<OwnAccess>, SourceError>>;
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn scopes_match_as_in_grafana() {
        let scopes = ["dashboards:uid:a".to_owned(), "folders:uid:team".to_owned(), "folders:uid:root".to_owned()];
        for (granted, expected) in [
            (json!(["dashboards:uid:a"]), true),
            (json!(["dashboards:*"]), true),
            (json!(["dashboards:uid:*"]), true),
            (json!(["folders:uid:root"]), true),
            (json!(["folders:*"]), true),
            (json!(["*"]), true),
            (json!(["dashboards:uid:ab"]), false),
            (json!(["dashboards:uid:"]), false),
            (json!(["folders:uid:general"]), false),
            (json!([]), false),
            (json!(null), false),
        ] {
            let permissions = Permissions::from_json(&json!({ "dashboards:read": granted }));
            assert_eq!(permissions.covers("dashboards:read", &scopes), expected, "{granted}");
            assert!(!permissions.covers("dashboards:write", &scopes));
        }
    }

    #[test]
    fn ours_are_granted_on_everything_or_not() {
        for (granted, expected) in
            [(json!(null), true), (json!([]), true), (json!([""]), true), (json!(["*"]), true), (json!(["reports:id:3"]), false)]
        {
            let permissions = Permissions::from_json(&json!({ "broadsheet-reports-app.reports:read": granted }));
            assert_eq!(permissions.grants(Action::ReportsRead), expected, "{granted}");
            assert!(permissions.knows_us() && !permissions.grants(Action::ReportsWrite));
        }
    }
}
