//! The program Broadsheet: everything that does I/O. `main.rs` picks the door; the pure core is in `crates/`.

pub mod api;
pub mod app;
pub mod archive;
pub mod audit;
pub mod call;
pub mod config;
pub mod connection;
pub mod demo;
pub mod grafana_api;
pub mod mail;
pub mod picture;
pub mod plugin;
pub mod provision;
mod remember;
pub mod rights;
pub mod run;
pub mod scheduler;
pub mod sidecar;
pub mod store;
pub mod telemetry;
