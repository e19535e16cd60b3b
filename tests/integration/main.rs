//! Tests of the program as a whole, in one binary.

#![allow(clippy::unwrap_used)] // clippy knows test functions, not what they share

mod bad_input;
mod fake_grafana;
mod gallery;
mod host;
mod mail;
mod manifest;
mod panel_pictures;
mod process;
mod provisioning;
mod restarts;
mod rights;
mod terraform;
mod two_organisations;
