//! The plugin door: Grafana starts the program, reads one line from its stdout and calls it over gRPC.
//!
//! [`serve`] prints that line first and only then starts the rest, because Grafana's own start waits for it.
//! `resource` turns a resource call into a request of the router, `diagnostics` answers health and metrics, `control`
//! talks to the host's process manager, `lifetime` decides when to end. Nothing here knows what a report is.

mod context;
mod control;
mod diagnostics;
mod handshake;
mod hooks;
mod lifetime;
mod metrics;
mod ping;
mod resource;
mod server;

pub use context::GrafanaConfig;
pub use handshake::started_by_host;
pub use hooks::{App, Health, Hooks, NoHooks};
pub use lifetime::{Lifetime, Stop};
pub use ping::router as ping_router;
pub use server::{Error, serve};
