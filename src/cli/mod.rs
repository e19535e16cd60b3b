//! The command line: one file a door.

mod check;
mod config;
mod demo;
mod opening;
pub mod plugin;
mod render;
mod serve;
mod settings;
mod source;

use anyhow::Context;
use broadsheet::{config::Config, telemetry};
use clap::{Parser, Subcommand};

/// Scheduled reports for Grafana OSS: dashboards as PDF by mail, drawn without a browser.
#[derive(Parser)]
#[command(
    version,
    propagate_version = true,
    arg_required_else_help = true,
    after_help = "\
As a Grafana plugin this program needs no command: Grafana starts it itself.

Examples:
  broadsheet demo                            everything on this machine, without any Grafana
  broadsheet render --help                   a PDF of one dashboard now
  broadsheet render --file board.json -o board.png
                                             a picture of a dashboard that lies in a file
  broadsheet check --dashboard UID           what such a PDF would show, panel by panel
  broadsheet serve --listen 127.0.0.1:3080   the Reporting API beside a Grafana
  broadsheet config check                    the settings in effect, and what is wrong with them

Settings are read from the environment (BROADSHEET_GRAFANA_URL, BROADSHEET_API_TOKEN, BROADSHEET_SMTP_HOST, …);
see docs/settings.md.

Exit codes: 0 done, 1 failed (the reason is on stderr), 2 the command line is wrong."
)]
struct Cli {
    /// What is written to stderr, in the syntax of RUST_LOG: "warn", "info,broadsheet=debug" [default: info for serve, else warn]
    #[arg(long, global = true, env = "BROADSHEET_LOG", value_name = "FILTER")]
    log: Option<String>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    Check(check::Args),
    Config(config::Args),
    Demo(demo::Args),
    Render(Box<render::Args>),
    Serve(serve::Args),
}

/// A failure with an exit code of its own; the code of any other is 1.
#[derive(Debug, thiserror::Error)]
#[error("{message}")]
pub struct Exit {
    pub code: u8,
    pub message: String,
}

pub fn run() -> anyhow::Result<()> {
    let cli = Cli::parse();
    let log = |format, default: &str| telemetry::init(format, cli.log.as_deref().unwrap_or(default));
    let quiet = || log(telemetry::Format::Terminal, "warn");
    match cli.command {
        Command::Check(args) => {
            quiet();
            block_on(check::run(args))
        }
        Command::Config(args) => {
            quiet();
            block_on(config::run(args))
        }
        Command::Demo(args) => {
            quiet();
            block_on(demo::run(args))
        }
        Command::Render(args) => {
            quiet();
            block_on(render::run(*args))
        }
        Command::Serve(args) => {
            // How it logs is among its settings.
            let config = Config::from_process_with(args.settings.into_pairs());
            let format = if config.log.json { telemetry::Format::Host } else { telemetry::Format::Terminal };
            log(format, config.log.level.as_deref().unwrap_or("info"));
            block_on(serve::run(config))
        }
    }
}

/// Runs to its end on one runtime for all; what still computes after it is given up.
fn block_on(main: impl Future<Output = anyhow::Result<()>>) -> anyhow::Result<()> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().context("cannot start the runtime")?;
    let result = runtime.block_on(main);
    runtime.shutdown_background();
    result
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn command_line_is_consistent() {
        Cli::command().debug_assert();
    }
}
