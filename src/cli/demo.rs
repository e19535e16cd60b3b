//! `broadsheet demo`.

use std::path::PathBuf;

use broadsheet::demo;

/// Tries everything on this machine: a sample Grafana, a mailbox, and reports between them
#[derive(clap::Args)]
pub struct Args {
    /// Folder for the PDF, the CSV and the mail
    #[arg(long, default_value = "broadsheet-demo", value_name = "DIR")]
    out: PathBuf,
    /// End when the mail has arrived; without it the sample Grafana, the API and the mailbox stay up
    #[arg(long)]
    once: bool,
}

pub async fn run(args: Args) -> anyhow::Result<()> {
    demo::run(demo::Options { out: args.out, once: args.once }).await
}
