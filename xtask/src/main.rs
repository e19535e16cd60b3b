//! `cargo xtask <command>`: everything a developer or the CI does beyond plain cargo. One file a command.

mod atlas;
mod ci;
mod dist;
mod fuzz;
mod gallery;
mod limits;
mod pdf;
mod proto;
mod tidy;

use clap::{Parser, Subcommand};

#[derive(Parser)]
#[command(name = "cargo xtask", about = "Developer commands of Broadsheet")]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    Atlas(atlas::Args),
    Ci(ci::Args),
    Dist(dist::Args),
    Fuzz(fuzz::Args),
    Gallery(gallery::Args),
    Limits(limits::Args),
    Pdf(pdf::Args),
    Proto(proto::Args),
    /// Checks the dependency table and the invariants of ARCHITECTURE.md
    Tidy,
}

fn main() -> anyhow::Result<()> {
    match Cli::parse().command {
        Command::Atlas(args) => atlas::run(&args),
        Command::Ci(args) => ci::run(&args),
        Command::Dist(args) => dist::run(&args),
        Command::Fuzz(args) => fuzz::run(&args),
        Command::Gallery(args) => gallery::run(&args),
        Command::Limits(args) => limits::run(&args),
        Command::Pdf(args) => pdf::run(&args),
        Command::Tidy => tidy::run(&root()),
        Command::Proto(args) => proto::run(&args),
    }
}

/// The repository's root, wherever the command is started.
fn root() -> std::path::PathBuf {
    let manifest = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    manifest.parent().unwrap_or(manifest).to_owned()
}
