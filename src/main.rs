//! Picks the door: Grafana's magic cookie in the environment means plugin, else the command line decides.

mod cli;

use std::process::ExitCode;

use broadsheet::plugin::{Lifetime, started_by_host};

fn main() -> ExitCode {
    // First of all, so that a host that dies early is noticed too.
    let lifetime = Lifetime::new();
    let result = if started_by_host() { cli::plugin::run(lifetime) } else { cli::run() };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // In plugin mode the host logs lines with this beginning as errors.
            eprintln!("[ERROR] {error:#}");
            error.downcast_ref::<cli::Exit>().map_or(ExitCode::FAILURE, |exit| exit.code.into())
        }
    }
}
