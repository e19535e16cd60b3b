//! Client of Grafana's HTTP API: the only place with the HTTP client crate.
//!
//! One [`Client`] speaks for one organisation with one credential. Every call names what it asked in its error, so that a
//! message to a user says which URL failed and why. Start at [`Client::dashboard`] and [`Client::query`].

mod address;
mod answer;
mod caller;
mod client;
mod dashboard;
mod error;
mod panel_picture;
mod picture;

pub use address::AllowedHosts;
pub use answer::{DashboardAnswer, FrontendSettings, OrgPreferences, SavedDashboard};
pub use caller::GrafanaCallers;
pub use client::{Client, ClientOptions, Credential, CredentialWatch, Watch, encode};
pub use error::Error;
pub use panel_picture::{PanelPicture, PictureFailure};
pub use picture::{Pictures, RemoteError};
