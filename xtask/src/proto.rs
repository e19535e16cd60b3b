//! `cargo xtask proto`: writes the Rust code of the plugin protocol from its .proto files, without protoc.

use std::{fs, path::Path};

use anyhow::{Context, bail};

/// Writes crates/plugin-proto/src/generated from its .proto files
#[derive(clap::Args)]
pub struct Args {
    /// Write nothing; fail when the committed code is not what the .proto files give
    #[arg(long)]
    check: bool,
}

pub fn run(args: &Args) -> anyhow::Result<()> {
    let crate_dir = crate::root().join("crates/plugin-proto");
    let committed = crate_dir.join("src/generated");
    if !args.check {
        return generate(&crate_dir.join("proto"), &committed);
    }
    let fresh = crate::root().join("target/xtask-proto");
    fs::create_dir_all(&fresh)?;
    generate(&crate_dir.join("proto"), &fresh)?;
    for entry in fs::read_dir(&fresh)? {
        let name = entry?.file_name();
        if fs::read(fresh.join(&name))? != fs::read(committed.join(&name)).unwrap_or_default() {
            bail!("{} is stale: run `cargo xtask proto`", committed.join(&name).display());
        }
    }
    Ok(())
}

fn generate(proto_dir: &Path, out_dir: &Path) -> anyhow::Result<()> {
    let files = ["pluginv2.proto", "plugin.proto", "health.proto"];
    let descriptors = protox::compile(files, [proto_dir]).context("cannot compile the .proto files")?;
    tonic_prost_build::configure()
        .out_dir(out_dir)
        // Bodies of many MiB are sliced, not copied.
        .bytes(".pluginv2.CallResourceRequest.body")
        .bytes(".pluginv2.CallResourceResponse.body")
        .btree_map(".")
        .compile_fds(descriptors)
        .context("cannot generate code")
}
