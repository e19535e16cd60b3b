//! `broadsheet render`.

/// Writes a report of one or more dashboards to files, now
#[derive(clap::Args)]
pub struct Args {}

pub async fn run(_args: Args) -> anyhow::Result<()> {
    anyhow::bail!("render is not part of this build yet")
}
