//! What the plugin door asks of the program behind it.

use std::{collections::BTreeMap, sync::Arc};

use axum::Router;
use futures_util::future::BoxFuture;
use prometheus_client::registry::Registry;
use serde_json::{Map, Value as Json};

use super::GrafanaConfig;
use crate::config::Secret;

/// What [`serve`](super::serve) opens onto.
pub struct App {
    pub router: Router,
    pub hooks: Arc<dyn Hooks>,
    /// Shown by CollectMetrics; the door adds its own.
    pub metrics: Registry,
}

/// Called by the door. Each is given at most once for the same content, before the call that brought it is answered.
pub trait Hooks: Send + Sync {
    /// The settings of the plugin in an organisation, as an administrator saved them: they reach us in calls only.
    fn on_settings(&self, org_id: i64, json: &Map<String, Json>, secrets: &BTreeMap<String, Secret>) {
        let _ = (org_id, json, secrets);
    }

    /// Grafana's own URL and the token of the managed service account.
    fn on_grafana_config(&self, config: &GrafanaConfig) {
        let _ = config;
    }

    /// Anyone signed in may see it: no secrets, no names of people.
    fn health(&self, org_id: i64) -> BoxFuture<'_, Health> {
        let _ = org_id;
        Box::pin(async { Health { ok: true, message: "ready".into(), details: Map::new() } })
    }

    /// Ends what runs, within seconds: give back leases, finish the mail under way.
    fn stop(&self) -> BoxFuture<'_, ()> {
        Box::pin(async {})
    }
}

/// Nothing behind the router.
pub struct NoHooks;

impl Hooks for NoHooks {}

#[derive(Clone, Debug, PartialEq)]
pub struct Health {
    pub ok: bool,
    pub message: String,
    pub details: Map<String, Json>,
}
