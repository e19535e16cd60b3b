//! `cargo xtask <command>`: everything a developer or the CI does beyond plain cargo. One file a command.

mod proto;

use clap::{Parser, Subcommand};

#[derive(Parser)]
#[command(name = "cargo xtask", about = "Developer commands of Broadsheet")]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    Proto(proto::Args),
}

fn main() -> anyhow::Result<()> {
    match Cli::parse().command {
        Command::Proto(args) => proto::run(&args),
    }
}

/// The repository's root, wherever the command is started.
fn root() -> std::path::PathBuf {
    let manifest = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    manifest.parent().unwrap_or(manifest).to_owned()
}
