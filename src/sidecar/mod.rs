//! The sidecar door: the same router over HTTP, for a Grafana that lets no plugin in and for clients that want
//! `/api/reports` itself. Whoever calls is checked against Grafana by a [`CallerSource`]; nothing but the Reporting API passes.

mod door;
mod serve;
mod stall;
mod tls;

#[cfg(test)]
mod tests;

pub use door::{CallerCredentials, CallerError, CallerSource};
pub use serve::{serve, stop_signal};
pub use tls::{Error as TlsError, check_certificate};
