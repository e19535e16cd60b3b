//! What Grafana knows about names in files.

use std::sync::Arc;

use futures_util::future::BoxFuture;
use serde_json::Value as Json;

use crate::{
    grafana_api::{Client, Error, encode},
    run::{self, Clients},
};

/// A dashboard that a search found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FoundDashboard {
    pub uid: String,
    pub title: String,
    /// Title and uid of the folder it lies in; empty at the top.
    pub folder: String,
    pub folder_uid: String,
}

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NameError {
    /// Grafana answered, and there is no such thing for us.
    #[error("{0}")]
    Unknown(String),
    /// Grafana could not be asked.
    #[error("{0}")]
    Away(String),
}

/// Answers by name; the real one asks Grafana, tests have a table.
pub trait Names: Send + Sync {
    /// The number of the organisation of this name.
    fn org<'a>(&'a self, name: &'a str) -> BoxFuture<'a, Result<i64, NameError>>;

    /// Dashboards of an organisation with exactly this title, in the order of their uids.
    fn dashboards<'a>(&'a self, org_id: i64, title: &'a str) -> BoxFuture<'a, Result<Vec<FoundDashboard>, NameError>>;

    /// The title of a dashboard, which proves that it is there and may be read.
    fn title<'a>(&'a self, org_id: i64, uid: &'a str) -> BoxFuture<'a, Result<String, NameError>>;
}

/// Asks Grafana with the credentials of its organisations.
pub struct GrafanaNames {
    clients: Arc<Clients>,
}

/// Hits of one search; a title that more dashboards share is ambiguous anyway.
const MAX_HITS: usize = 1000;

impl GrafanaNames {
    pub fn new(clients: Arc<Clients>) -> GrafanaNames {
        GrafanaNames { clients }
    }

    /// Each organisation's own credential tells its name; the common one may know all of them.
    async fn find_org(&self, name: &str) -> Result<i64, NameError> {
        let mut away = None;
        for client in self.clients.all() {
            match client.get_json("/api/org", "read the organization").await {
                Ok(org) if org["name"] == name => {
                    return org["id"].as_i64().ok_or_else(|| NameError::Away("an organization has no number".into()));
                }
                Ok(_) => {}
                Err(error) => away = away.or(Some(error)),
            }
        }
        if let Some(client) = self.clients.common() {
            match client.get_json(&format!("/api/orgs/name/{}", encode(name)), "look an organization up").await {
                Ok(org) => return org["id"].as_i64().ok_or_else(|| NameError::Away("an organization has no number".into())),
                // Only a server administrator may ask this.
                Err(error) if error.is_denied() || error.is_not_found() => {}
                Err(error) => away = away.or(Some(error)),
            }
        }
        Err(match away {
            Some(error) => NameError::Away(error.to_string()),
            None => NameError::Unknown(format!("no connected organization is named {name:?}")),
        })
    }

    async fn find_dashboards(&self, org_id: i64, title: &str) -> Result<Vec<FoundDashboard>, NameError> {
        let path = format!("/api/search?type=dash-db&limit={MAX_HITS}&query={}", encode(title));
        let hits = self.client(org_id)?.get_json(&path, "search dashboards").await.map_err(name_error)?;
        let mut found: Vec<FoundDashboard> =
            hits.as_array().into_iter().flatten().map(FoundDashboard::from_hit).filter(|hit| hit.title == title).collect();
        found.sort_by(|a, b| a.uid.cmp(&b.uid));
        Ok(found)
    }

    async fn find_title(&self, org_id: i64, uid: &str) -> Result<String, NameError> {
        let path = format!("/api/dashboards/uid/{}", encode(uid));
        match self.client(org_id)?.get_json(&path, &format!("read dashboard {uid}")).await {
            Ok(answer) => Ok(answer["dashboard"]["title"].as_str().unwrap_or_default().to_owned()),
            // A dashboard of the newest schema is there, this route just does not give it.
            Err(Error::Status { status: 406, .. }) => Ok(String::new()),
            Err(error) => Err(name_error(error)),
        }
    }

    fn client(&self, org_id: i64) -> Result<Client, NameError> {
        self.clients.for_org(org_id).map_err(|error: run::Error| NameError::Away(error.to_string()))
    }
}

/// A refused credential is an organisation that is not rightly connected; that it may not read one thing is an answer.
fn name_error(error: Error) -> NameError {
    match error {
        Error::NotFound { .. } | Error::Forbidden { .. } => NameError::Unknown(error.to_string()),
        _ => NameError::Away(error.to_string()),
    }
}

impl FoundDashboard {
    /// From one hit of `GET /api/search`.
    fn from_hit(hit: &Json) -> FoundDashboard {
        let text = |key: &str| hit[key].as_str().unwrap_or_default().to_owned();
        FoundDashboard { uid: text("uid"), title: text("title"), folder: text("folderTitle"), folder_uid: text("folderUid") }
    }
}

impl Names for GrafanaNames {
    fn org<'a>(&'a self, name: &'a str) -> BoxFuture<'a, Result<i64, NameError>> {
        Box::pin(self.find_org(name))
    }

    fn dashboards<'a>(&'a self, org_id: i64, title: &'a str) -> BoxFuture<'a, Result<Vec<FoundDashboard>, NameError>> {
        Box::pin(self.find_dashboards(org_id, title))
    }

    fn title<'a>(&'a self, org_id: i64, uid: &'a str) -> BoxFuture<'a, Result<String, NameError>> {
        Box::pin(self.find_title(org_id, uid))
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::{
        config::{GrafanaConfig, Secret},
        demo::sample_grafana,
        run::ConfigOnly,
    };

    fn names(url: String, token: &str) -> GrafanaNames {
        let config = GrafanaConfig { url: Some(url), token: Some(Secret::new(token)), max_request_retries: 0, ..GrafanaConfig::default() };
        GrafanaNames::new(Arc::new(Clients::new(config.clone(), Arc::new(ConfigOnly(config)), Duration::from_secs(5))))
    }

    #[tokio::test]
    async fn grafana_tells_names() {
        let address = sample_grafana::start("secret").await.unwrap();
        let here = names(format!("http://{address}"), "secret");
        assert_eq!(here.org("Main Org.").await, Ok(1));
        assert_eq!(here.org("Sales/2").await, Err(NameError::Unknown("no connected organization is named \"Sales/2\"".into())));
        let found = here.dashboards(1, "Servers").await.unwrap();
        assert_eq!(found.iter().map(|found| found.uid.as_str()).collect::<Vec<_>>(), ["sample-servers"]);
        // The search finds parts of titles as well.
        assert_eq!(here.dashboards(1, "Serv").await, Ok(vec![]));
        assert_eq!(here.title(1, "sample-shop").await, Ok("Shop performance".into()));
        assert!(matches!(here.title(1, "nope").await, Err(NameError::Unknown(_))));
        for away in [names(format!("http://{address}"), "wrong"), names("http://127.0.0.1:1".into(), "secret")] {
            assert!(matches!(away.org("Main Org.").await, Err(NameError::Away(_))));
            assert!(matches!(away.dashboards(1, "Servers").await, Err(NameError::Away(_))));
            assert!(matches!(away.title(1, "sample-shop").await, Err(NameError::Away(_))));
        }
    }
}
