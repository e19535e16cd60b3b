//! Which credential stands for an organisation towards Grafana, how it does, and what to do when it does not.
//!
//! [`Book`] knows all credentials and what Grafana said of each; [`Book::choose`](crate::run::TokenSource::choose) gives the one to use.
//! The order: the ini's `org<N>_api_token` and `api_token`, the stored token, the managed service account, the token in the plugin's
//! settings. One that Grafana has refused (401) is passed over while there is another. [`Keeper`] asks Grafana at start and every hour,
//! and gets the plugin's settings by calling ourselves through Grafana. [`Standing`] is what health, API and pages show.

mod book;
mod credential;
mod keeper;
mod metrics;
mod standing;
mod switch;

#[cfg(test)]
mod tests;

pub use book::Book;
pub use credential::{Account, Candidate, Note, Origin, Refusal};
pub use keeper::Keeper;
pub use metrics::ConnectionMetrics;
pub use standing::{CredentialStanding, Facts, Standing, State};
pub use switch::AppSwitch;

/// The id of the app, as in Grafana's paths.
pub const PLUGIN_ID: &str = "broadsheet-reports-app";
