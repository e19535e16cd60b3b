//! `broadsheet demo`.

/// Tries everything on this machine: a sample Grafana, a mailbox, and reports between them
#[derive(clap::Args)]
pub struct Args {}

pub async fn run(_args: Args) -> anyhow::Result<()> {
    anyhow::bail!("the demo is not part of this build yet")
}
