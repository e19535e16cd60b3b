//! `cargo xtask ci`: every check, on a fresh Debian-like machine with Rust, Go and Node. Installs what is missing first.

use std::{path::Path, process::Command, time::Instant};

use anyhow::{Context, Result, bail};

/// Checks everything; the first failing step stops it.
#[derive(clap::Args)]
pub struct Args {
    /// Only these steps, in their own order: tools, fmt, clippy, test, doc, pdf, frontend, e2e
    #[arg(long, value_delimiter = ',')]
    only: Vec<String>,
}

/// A name and what it does in the repository's root.
type Step = (&'static str, fn(&Path) -> Result<()>);

/// Debian packages with a command that shows each is there.
const TOOLS: &[(&str, &str, &[&str])] = &[
    ("pdftotext", "poppler-utils", &["-v"]),
    ("qpdf", "qpdf", &["--version"]),
    ("chromium", "chromium", &["--version"]),
    ("/usr/bin/python3", "python3-aiosmtpd", &["-c", "import aiosmtpd"]),
    ("musl-gcc", "musl-tools", &["--version"]),
];

pub fn run(args: &Args) -> Result<()> {
    let root = crate::root();
    let steps: [Step; 8] = [
        ("tools", tools),
        ("fmt", fmt),
        ("clippy", clippy),
        ("test", test),
        ("doc", doc),
        ("pdf", pdf),
        ("frontend", frontend),
        ("e2e", e2e),
    ];
    for name in &args.only {
        if !steps.iter().any(|(step, _)| step == name) {
            bail!("there is no step {name:?}");
        }
    }
    let mut passed = 0;
    for (name, step) in steps.iter().filter(|(name, _)| args.only.is_empty() || args.only.iter().any(|o| o == name)) {
        println!("=== {name}");
        let began = Instant::now();
        step(&root).with_context(|| format!("step {name} failed"))?;
        passed += 1;
        println!("=== {name}: {} s", began.elapsed().as_secs());
    }
    println!("steps: {passed} passed, 0 failed");
    Ok(())
}

/// Installs missing Debian packages when we may, else says what to install.
fn tools(root: &Path) -> Result<()> {
    let works = |(command, _, args): &&(&str, &str, &[&str])| Command::new(command).args(*args).output().is_ok_and(|o| o.status.success());
    let missing: Vec<&str> = TOOLS.iter().filter(|tool| !works(tool)).map(|(_, package, _)| *package).collect();
    if missing.is_empty() {
        return Ok(());
    }
    println!("missing packages: {}", missing.join(" "));
    let install = || -> Result<()> {
        call(root, "apt-get", &["update", "-qq"])?;
        let mut args = vec!["install", "-y", "-qq", "--no-install-recommends"];
        args.extend(&missing);
        call(root, "apt-get", &args)
    };
    install().with_context(|| format!("install by hand: apt-get install {}", missing.join(" ")))
}

fn fmt(root: &Path) -> Result<()> {
    call(root, "cargo", &["fmt", "--all", "--check"])
}

fn clippy(root: &Path) -> Result<()> {
    call(root, "cargo", &["clippy", "--workspace", "--all-targets", "--", "-D", "warnings"])
}

fn test(root: &Path) -> Result<()> {
    call(root, "cargo", &["test", "--workspace"])
}

fn doc(root: &Path) -> Result<()> {
    let mut command = Command::new("cargo");
    command
        .args(["doc", "--workspace", "--no-deps", "--document-private-items"])
        .env("RUSTDOCFLAGS", "-Dwarnings -Arustdoc::private_intra_doc_links");
    finish(command.current_dir(root))
}

/// Our PDFs before foreign judges.
fn pdf(_: &Path) -> Result<()> {
    crate::pdf::run(&crate::pdf::Args { files: Vec::new() })
}

/// Lint, types, tests and build of the app; npm packages are installed once and again when the lock changes.
fn frontend(root: &Path) -> Result<()> {
    let folder = root.join("frontend");
    npm_packages(&folder)?;
    for script in ["typecheck", "lint", "test", "build"] {
        call(&folder, "npm", &["run", "--silent", script])?;
    }
    Ok(())
}

/// The app in a real browser with the real backend behind it.
fn e2e(root: &Path) -> Result<()> {
    let folder = root.join("frontend");
    npm_packages(&folder)?;
    call(root, "cargo", &["build"])?;
    call(&folder, "npm", &["run", "--silent", "e2e"])
}

/// `npm ci` unless the installed packages are those of the lock file.
pub fn npm_packages(folder: &Path) -> Result<()> {
    let lock = std::fs::read(folder.join("package-lock.json")).with_context(|| format!("{}: package-lock.json", folder.display()))?;
    let stamp = folder.join("node_modules/.broadsheet-lock");
    if std::fs::read(&stamp).is_ok_and(|installed| installed == lock) {
        return Ok(());
    }
    call(folder, "npm", &["ci", "--no-audit", "--no-fund"])?;
    std::fs::write(stamp, lock)?;
    Ok(())
}

/// Runs a command in `folder` with our own output; an error names the command.
pub fn call(folder: &Path, program: &str, args: &[&str]) -> Result<()> {
    finish(Command::new(program).args(args).current_dir(folder))
}

fn finish(command: &mut Command) -> Result<()> {
    let shown = format!("{command:?}");
    let status = command.status().with_context(|| shown.clone())?;
    if !status.success() {
        bail!("{shown}: {status}");
    }
    Ok(())
}
