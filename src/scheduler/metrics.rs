//! Counts of runs, for CollectMetrics and alert rules on reports that fail.

use prometheus_client::{
    encoding::EncodeLabelSet,
    metrics::{counter::Counter, family::Family, histogram::Histogram},
    registry::Registry,
};

use crate::store::Trigger;

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct RunLabels {
    trigger: &'static str,
    /// "sent", "failed", "retried" or "skipped".
    outcome: &'static str,
}

/// Shared by all clones.
#[derive(Clone)]
pub struct RunMetrics {
    runs: Family<RunLabels, Counter>,
    seconds: Histogram,
}

impl Default for RunMetrics {
    fn default() -> RunMetrics {
        // From one small dashboard to many slow queries and a slow mail server.
        RunMetrics { runs: Family::default(), seconds: Histogram::new([0.25, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 120.0, 300.0]) }
    }
}

impl RunMetrics {
    pub fn register(&self, registry: &mut Registry) {
        registry.register("broadsheet_report_runs", "Attempts to send a report, by what caused them and how they ended", self.runs.clone());
        registry.register("broadsheet_report_run_seconds", "Time of an attempt from start to recorded end", self.seconds.clone());
    }

    pub(super) fn record(&self, trigger: Trigger, outcome: &'static str, elapsed_secs: f64) {
        self.runs.get_or_create(&RunLabels { trigger: trigger.as_str(), outcome }).inc();
        self.seconds.observe(elapsed_secs);
    }
}
