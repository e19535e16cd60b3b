//! Sending reports: on schedule and by hand, through one path.
//!
//! [`Engine`] holds what a run needs; [`Engine::execute`] is one run: render → compose → deliver → record, shared with the API.
//! [`Scheduler`] is the loop that finds what is due. Start at `ticking.rs`; the rules of rows and leases are in `store/runs.rs`.

mod clock;
mod engine;
mod live;
mod logo;
mod metrics;
mod record;
mod ticking;

#[cfg(test)]
pub(crate) mod fake;
#[cfg(test)]
mod tests;

pub use clock::{Clock, SystemClock};
pub use engine::{Engine, EngineParts, Failure, Job, Requester, Sent};
pub use live::LiveRuns;
pub use logo::{Logo, LogoSource};
pub use metrics::RunMetrics;
pub use ticking::{Scheduler, Ticked};
