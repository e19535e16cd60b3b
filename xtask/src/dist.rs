//! `cargo xtask dist`: the plugin folder and its zip, ready for an administrator.

use std::{
    fs,
    io::Write,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, Result, bail};
use sha2::Digest as _;

use crate::ci::{call, npm_packages};

/// Builds `dist/broadsheet-reports-app/` and `dist/broadsheet-reports-app-<version>.zip` with its checksum.
#[derive(clap::Args)]
pub struct Args {
    /// Targets to build, comma separated: linux_amd64, linux_arm64, windows_amd64 (those besides linux_amd64 need cargo-zigbuild)
    #[arg(long, value_delimiter = ',', default_value = "linux_amd64")]
    targets: Vec<String>,
    /// Leave the frontend out (a backend-only plugin still loads)
    #[arg(long)]
    no_frontend: bool,
    /// Cargo profile; "release" builds faster than "dist"
    #[arg(long, default_value = "dist")]
    profile: String,
}

const ID: &str = "broadsheet-reports-app";

/// Grafana's name of a platform and Rust's.
const TARGETS: &[(&str, &str)] = &[
    ("linux_amd64", "x86_64-unknown-linux-musl"),
    ("linux_arm64", "aarch64-unknown-linux-musl"),
    ("windows_amd64", "x86_64-pc-windows-gnu"),
];

pub fn run(args: &Args) -> Result<()> {
    let root = crate::root();
    let folder = root.join("dist").join(ID);
    if folder.exists() {
        fs::remove_dir_all(&folder)?;
    }
    fs::create_dir_all(&folder)?;
    if !args.no_frontend {
        frontend(&root, &folder)?;
    }
    for file in ["CHANGELOG.md", "LICENSE"] {
        fs::copy(root.join(file), folder.join(file)).with_context(|| file.to_owned())?;
    }
    fs::copy(root.join("docs/install.md"), folder.join("README.md")).context("docs/install.md")?;
    fs::write(folder.join("plugin.json"), manifest(&root)?)?;
    copy_folder(&root.join("frontend/src/img"), &folder.join("img"))?;
    for name in &args.targets {
        binary(&root, &folder, name, &args.profile)?;
    }
    let zip = zip(&folder, &root.join("dist"))?;
    println!("{}", folder.display());
    println!("{}", zip.display());
    Ok(())
}

fn version() -> &'static str {
    env!("CARGO_PKG_VERSION")
}

/// The one manifest, with the version that is built.
fn manifest(root: &Path) -> Result<String> {
    let text = fs::read_to_string(root.join("plugin.json"))?;
    let mut manifest: serde_json::Value = serde_json::from_str(&text)?;
    manifest["info"]["version"] = version().into();
    Ok(serde_json::to_string_pretty(&manifest)? + "\n")
}

fn frontend(root: &Path, folder: &Path) -> Result<()> {
    let source = root.join("frontend");
    npm_packages(&source)?;
    call(&source, "npm", &["run", "--silent", "build"])?;
    copy_folder(&source.join("dist"), folder)?;
    if !folder.join("module.js").exists() {
        bail!("the frontend's build left no module.js in {}", source.join("dist").display());
    }
    Ok(())
}

fn binary(root: &Path, folder: &Path, name: &str, profile: &str) -> Result<()> {
    let Some((_, target)) = TARGETS.iter().find(|(known, _)| *known == name) else {
        bail!("there is no target {name:?}; known: {}", TARGETS.iter().map(|(name, _)| *name).collect::<Vec<_>>().join(", "));
    };
    call(root, "rustup", &["target", "add", target]).with_context(|| format!("the Rust target {target} cannot be added"))?;
    // C code (SQLite, ring) needs a C compiler for the target: musl-gcc for our own machine, zig for the others.
    let build = if name == "linux_amd64" { "build" } else { "zigbuild" };
    call(root, "cargo", &[build, "--profile", profile, "--target", target, "--bin", "broadsheet"])?;
    let extension = if name.starts_with("windows") { ".exe" } else { "" };
    let built = root.join("target").join(target).join(profile).join(format!("broadsheet{extension}"));
    let placed = folder.join(format!("gpx_broadsheet_reports_{name}{extension}"));
    fs::copy(&built, &placed).with_context(|| built.display().to_string())?;
    make_executable(&placed)?;
    if name == "linux_amd64" {
        let told = Command::new(&placed).arg("--version").output().context("the built program does not start")?;
        println!("{} {}", placed.display(), String::from_utf8_lossy(&told.stdout).trim());
    }
    Ok(())
}

#[cfg(unix)]
fn make_executable(path: &Path) -> Result<()> {
    use std::os::unix::fs::PermissionsExt;
    Ok(fs::set_permissions(path, fs::Permissions::from_mode(0o755))?)
}

#[cfg(not(unix))]
fn make_executable(_path: &Path) -> Result<()> {
    Ok(())
}

/// A zip whose bytes depend on the files alone: sorted, with a fixed date; programs keep 0755.
fn zip(folder: &Path, into: &Path) -> Result<PathBuf> {
    let mut files = Vec::new();
    list(folder, &mut files)?;
    files.sort();
    let path = into.join(format!("{ID}-{}.zip", version()));
    let mut writer = zip::ZipWriter::new(fs::File::create(&path)?);
    for file in &files {
        let name = file.strip_prefix(folder)?.to_string_lossy().replace('\\', "/");
        let mode = if name.starts_with("gpx_") { 0o755 } else { 0o644 };
        let options = zip::write::SimpleFileOptions::default().unix_permissions(mode).last_modified_time(zip::DateTime::default());
        writer.start_file(format!("{ID}/{name}"), options)?;
        writer.write_all(&fs::read(file)?)?;
    }
    writer.finish()?;
    let sum: String = sha2::Sha256::digest(fs::read(&path)?).iter().map(|byte| format!("{byte:02x}")).collect();
    let name = path.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
    fs::write(path.with_extension("zip.sha256"), format!("{sum}  {name}\n"))?;
    Ok(path)
}

fn list(folder: &Path, into: &mut Vec<PathBuf>) -> Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() { list(&path, into)? } else { into.push(path) }
    }
    Ok(())
}

fn copy_folder(from: &Path, to: &Path) -> Result<()> {
    if !from.exists() {
        return Ok(());
    }
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let path = entry?.path();
        let target = to.join(path.file_name().unwrap_or_default());
        if path.is_dir() {
            copy_folder(&path, &target)?;
        } else {
            fs::copy(&path, &target)?;
        }
    }
    Ok(())
}
