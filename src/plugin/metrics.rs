//! The door's own metrics.

use std::time::Duration;

use prometheus_client::{
    encoding::EncodeLabelSet,
    metrics::{counter::Counter, family::Family, histogram::Histogram, info::Info},
    registry::Registry,
};

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct CallLabels {
    method: String,
    status: u16,
}

/// Counts resource calls.
#[derive(Clone)]
pub struct CallMetrics {
    calls: Family<CallLabels, Counter>,
    seconds: Histogram,
}

impl CallMetrics {
    pub fn register(registry: &mut Registry) -> CallMetrics {
        let metrics = CallMetrics {
            calls: Family::default(),
            // From a list answered from memory to a PDF of many panels.
            seconds: Histogram::new([0.005, 0.025, 0.1, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0]),
        };
        registry.register("broadsheet_build", "Version of the program", Info::new([("version", env!("CARGO_PKG_VERSION"))]));
        registry.register("broadsheet_resource_calls", "Resource calls answered", metrics.calls.clone());
        registry.register("broadsheet_resource_call_seconds", "Time until a resource call's first bytes", metrics.seconds.clone());
        metrics
    }

    pub fn record(&self, method: &http::Method, status: http::StatusCode, elapsed: Duration) {
        self.calls.get_or_create(&CallLabels { method: method.to_string(), status: status.as_u16() }).inc();
        self.seconds.observe(elapsed.as_secs_f64());
    }
}
