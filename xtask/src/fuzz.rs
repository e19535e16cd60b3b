//! `cargo xtask fuzz <target> --minutes N`: mutated dashboards, frames, texts and times through the pure crate, for long.
//! The mutators are our own, so that no nightly compiler is needed.

use std::process::Command;

use anyhow::{Context, ensure};

/// Throws mutated input at the pure crate until the time is up; a panic fails
#[derive(clap::Args)]
pub struct Args {
    /// dashboard, frames, variables, datemath, moments, transforms, mappings, or all of them one after the other
    #[arg(default_value = "all")]
    target: String,
    /// Minutes for each target
    #[arg(long, default_value_t = 10.0)]
    minutes: f64,
    /// Where the inputs begin; another number gives other inputs
    #[arg(long, default_value_t = 1_000_000)]
    seed: u64,
    /// Runs one kept input instead (`target/fuzz/….json`)
    #[arg(long)]
    input: Option<std::path::PathBuf>,
}

const TARGETS: [&str; 7] = ["dashboard", "frames", "variables", "datemath", "moments", "transforms", "mappings"];

pub fn run(args: &Args) -> anyhow::Result<()> {
    let targets: Vec<&str> = if args.target == "all" { TARGETS.to_vec() } else { vec![&args.target] };
    for target in targets {
        ensure!(TARGETS.contains(&target), "no target {target}: expected one of {}", TARGETS.join(", "));
        let mut command = Command::new(std::env::var("CARGO").unwrap_or_else(|_| "cargo".into()));
        command.args(["test", "--quiet", "-p", "grafana", "--test", "fuzz", "--", "--ignored", "--exact", "long", "--nocapture"]);
        // Ten times as many inputs as unoptimised, with overflows still caught; apart, so that tests are not built again.
        command
            .env("CARGO_PROFILE_DEV_OPT_LEVEL", "2")
            .env("CARGO_TARGET_DIR", concat!(env!("CARGO_MANIFEST_DIR"), "/../target/fuzz/build"));
        command.env("FUZZ_TARGET", target).env("FUZZ_MINUTES", args.minutes.to_string()).env("FUZZ_SEED", args.seed.to_string());
        if let Some(input) = &args.input {
            command.env("FUZZ_INPUT", std::path::absolute(input)?);
        }
        let status = command.status().context("cargo cannot be started")?;
        ensure!(status.success(), "{target} broke something; see above");
    }
    Ok(())
}
