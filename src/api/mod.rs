//! api

pub mod auth;

pub use auth::{Caller, Role};
