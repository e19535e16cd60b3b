//! For alert rules on organisations whose reports cannot be drawn.

use prometheus_client::{
    encoding::EncodeLabelSet,
    metrics::{counter::Counter, family::Family, gauge::Gauge},
    registry::Registry,
};

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct OrgLabels {
    org_id: i64,
}

/// Shared by all clones.
#[derive(Clone, Default)]
pub struct ConnectionMetrics {
    needs_reconnect: Family<OrgLabels, Gauge>,
    refusals: Family<OrgLabels, Counter>,
}

impl ConnectionMetrics {
    pub fn register(&self, registry: &mut Registry) {
        let help = "1 while no credential of the organisation works";
        registry.register("broadsheet_org_needs_reconnect", help, self.needs_reconnect.clone());
        registry.register("broadsheet_credential_refusals", "Credentials that Grafana took before and then refused", self.refusals.clone());
    }

    pub(super) fn refused(&self, org_id: i64) {
        self.refusals.get_or_create(&OrgLabels { org_id }).inc();
    }

    pub(super) fn set(&self, org_id: i64, needs_reconnect: bool) {
        self.needs_reconnect.get_or_create(&OrgLabels { org_id }).set(needs_reconnect.into());
    }
}
