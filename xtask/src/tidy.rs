//! `cargo xtask tidy`: the dependency table and the invariants of ARCHITECTURE.md, checked on the sources. Runs as a test too.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, Result, bail};

/// Who may use whom among our own crates.
const LAYERS: &[(&str, &[&str])] = &[
    ("scene", &[]),
    ("grafana", &[]),
    ("report", &[]),
    ("plugin-proto", &[]),
    ("render", &["grafana", "scene"]),
    ("export", &["scene", "grafana"]),
    ("broadsheet", &["grafana", "scene", "render", "export", "report", "plugin-proto"]),
    ("xtask", &[]),
];

/// Crates that change often or do I/O are named in exactly one place, so that an upgrade touches one adapter.
const ONE_HOME: &[(&str, &str)] = &[
    ("krilla", "crates/export/"),
    ("vello_cpu", "crates/export/"),
    ("parley", "crates/scene/"),
    ("usvg", "crates/scene/"),
    ("reqwest", "src/grafana_api/"),
    ("rusqlite", "src/store/"),
    ("lettre", "src/mail/"),
    ("pulldown_cmark", "crates/render/"),
];

/// What the pure core must not reach for.
const IMPURE: &[&str] = &[
    "std::fs",
    "std::net",
    "std::env",
    "std::process",
    "std::time::Instant",
    "SystemTime",
    "Instant::now",
    "Timestamp::now",
    "Zoned::now",
    "TimeZone::system",
    "getrandom",
    "println!",
    "eprintln!",
];

/// Checks the repository at `root`; the error lists every violation.
pub fn run(root: &Path) -> Result<()> {
    let mut findings = Vec::new();
    dependency_table(root, &mut findings)?;
    let mut sources = Vec::new();
    for folder in ["src", "crates", "xtask/src", "tests", "benches"] {
        collect(&root.join(folder), &mut sources)?;
    }
    sources.sort();
    let texts: Vec<(PathBuf, String)> = sources
        .into_iter()
        .map(|path| Ok((path.clone(), std::fs::read_to_string(&path).with_context(|| path.display().to_string())?)))
        .collect::<Result<_>>()?;
    let test_files: BTreeSet<PathBuf> = texts.iter().flat_map(|(path, text)| test_modules(path, text)).collect();
    for (path, text) in &texts {
        let name = path.strip_prefix(root).unwrap_or(path).to_string_lossy().replace('\\', "/");
        let kind = if test_files.contains(path) { Kind::Test } else { Kind::Code };
        check_source(&name, text, kind, &mut findings);
    }
    reasons(root, &mut findings)?;
    required_files(root, &mut findings);
    if findings.is_empty() {
        return Ok(());
    }
    bail!("{} findings:\n{}", findings.len(), findings.join("\n"))
}

fn dependency_table(root: &Path, findings: &mut Vec<String>) -> Result<()> {
    let output = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
        .args(["metadata", "--no-deps", "--format-version", "1", "--offline"])
        .current_dir(root)
        .output()
        .context("cargo metadata")?;
    let metadata: serde_json::Value = serde_json::from_slice(&output.stdout).context("cargo metadata")?;
    let allowed: BTreeMap<&str, &[&str]> = LAYERS.iter().copied().collect();
    for package in metadata["packages"].as_array().into_iter().flatten() {
        let name = package["name"].as_str().unwrap_or_default();
        let Some(may_use) = allowed.get(name) else {
            findings.push(format!("crate {name} is not in the layer table of xtask/src/tidy.rs"));
            continue;
        };
        for dependency in package["dependencies"].as_array().into_iter().flatten() {
            let used = dependency["name"].as_str().unwrap_or_default();
            let is_dev = dependency["kind"].as_str() == Some("dev");
            if allowed.contains_key(used) && !is_dev && !may_use.contains(&used) {
                findings.push(format!("crate {name} must not depend on {used}"));
            }
        }
    }
    Ok(())
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Code,
    /// Declared as `#[cfg(test)] mod name;` by its parent.
    Test,
}

/// The files of modules that a file declares for tests only.
fn test_modules(path: &Path, text: &str) -> Vec<PathBuf> {
    let folder = path.parent().unwrap_or(path);
    let stem = path.file_stem().map(|s| s.to_string_lossy().into_owned()).unwrap_or_default();
    let inside = if matches!(stem.as_str(), "mod" | "lib" | "main") { folder.to_owned() } else { folder.join(stem) };
    let declared = text
        .split("#[cfg(test)]")
        .skip(1)
        .filter_map(|rest| rest.trim_start().strip_prefix("mod ")?.split_once(';').map(|(name, _)| name.to_owned()));
    declared
        .filter(|name| !name.contains('{'))
        .flat_map(|name| [inside.join(format!("{name}.rs")), inside.join(&name).join("mod.rs")])
        .collect()
}

/// One source file. Test modules at a file's end may do what tests need.
fn check_source(name: &str, text: &str, kind: Kind, findings: &mut Vec<String>) {
    let code = match kind {
        Kind::Test => "",
        // A test module declared at the head of a file ends nothing.
        Kind::Code => text.find("#[cfg(test)]\nmod tests {").map_or(text, |end| &text[..end]),
    };
    let in_core = name.starts_with("crates/") && name.contains("/src/") && !name.starts_with("crates/plugin-proto/");
    let is_tidy = name == "xtask/src/tidy.rs";
    for (line, content) in code.lines().enumerate().map(|(i, l)| (i + 1, l.trim_start())) {
        if content.starts_with("//") || is_tidy {
            continue;
        }
        if in_core {
            for word in IMPURE.iter().filter(|w| content.contains(**w)) {
                findings.push(format!("{name}:{line}: the pure core must not use {word}"));
            }
        }
        for (krate, home) in ONE_HOME {
            if content.contains(&format!("{krate}::")) && !name.starts_with(home) && name != "tests/" {
                findings.push(format!("{name}:{line}: {krate} is named only under {home}"));
            }
        }
        if name.starts_with("crates/export/src") && content.contains("render::") {
            findings.push(format!("{name}:{line}: export never sees a panel"));
        }
        if name.starts_with("crates/scene/src") && content.to_lowercase().contains("grafana::") {
            findings.push(format!("{name}:{line}: scene knows no Grafana word"));
        }
        if name.starts_with("src/")
            && !name.starts_with("src/store/")
            && ["SELECT ", "INSERT INTO", "UPDATE ", "DELETE FROM"].iter().any(|s| content.contains(&format!("\"{s}")))
        {
            findings.push(format!("{name}:{line}: SQL lives in src/store"));
        }
    }
    panels_apart(name, code, findings);
    for (line, content) in text.lines().enumerate().map(|(i, l)| (i + 1, l.trim_start())) {
        let is_test_code = name.starts_with("tests/") || line > code.lines().count();
        if !is_tidy
            && is_test_code
            && (content.starts_with("#[ignore") || content.contains("thread::sleep(") || content.contains("time::sleep("))
        {
            findings.push(format!("{name}:{line}: tests never sleep and are never ignored"));
        }
    }
}

/// `crates/render/src/panel/<a>` must not name `panel::<b>`.
fn panels_apart(name: &str, code: &str, findings: &mut Vec<String>) {
    let Some(rest) = name.strip_prefix("crates/render/src/panel/") else { return };
    let own = rest.split(['/', '.']).next().unwrap_or_default();
    if own == "mod" {
        return;
    }
    for (line, content) in code.lines().enumerate() {
        for start in ["crate::panel::", "super::super::panel::"] {
            let Some((_, after)) = content.split_once(start) else { continue };
            let other: String = after.chars().take_while(|c| c.is_ascii_lowercase() || *c == '_').collect();
            if !other.is_empty() && other != own && other != "notice" {
                findings.push(format!("{name}:{}: panels do not know each other ({other}); move what both need to chart/", line + 1));
            }
        }
    }
}

/// Every dependency of the workspace table says why it is there.
fn reasons(root: &Path, findings: &mut Vec<String>) -> Result<()> {
    let manifest = std::fs::read_to_string(root.join("Cargo.toml"))?;
    let table = manifest.split("[workspace.dependencies]").nth(1).unwrap_or_default();
    for line in table.lines().take_while(|line| !line.starts_with('[')) {
        let Some((krate, rest)) = line.split_once(" = ") else { continue };
        if !line.starts_with('#') && !rest.contains("path = ") && !rest.contains('#') {
            findings.push(format!("Cargo.toml: {krate} has no reason beside it"));
        }
    }
    Ok(())
}

fn required_files(root: &Path, findings: &mut Vec<String>) {
    for file in [
        "README.md",
        "ARCHITECTURE.md",
        "CONTRIBUTING.md",
        "CHANGELOG.md",
        "UNSUPPORTED.md",
        "LICENSE",
        "deny.toml",
        "plugin.json",
        ".ci/run",
        "docs/install.md",
    ] {
        if !root.join(file).exists() {
            findings.push(format!("{file} is missing"));
        }
    }
}

fn collect(folder: &Path, into: &mut Vec<PathBuf>) -> Result<()> {
    if !folder.exists() {
        return Ok(());
    }
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        let name = path.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
        if path.is_dir() && !matches!(name.as_str(), "target" | "node_modules") {
            collect(&path, into)?;
        } else if path.extension().is_some_and(|e| e == "rs") {
            into.push(path);
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_repository_keeps_its_invariants() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
        if let Err(error) = run(root) {
            panic!("{error}");
        }
    }

    #[test]
    fn violations_are_found() {
        let mut findings = Vec::new();
        check_source("crates/grafana/src/x.rs", "fn f() { std::fs::read(\"a\"); }", Kind::Code, &mut findings);
        check_source("crates/render/src/panel/stat.rs", "use crate::panel::table::Row;", Kind::Code, &mut findings);
        check_source("src/api/mod.rs", "let c = reqwest::Client::new();", Kind::Code, &mut findings);
        check_source("tests/integration/main.rs", "    std::thread::sleep(x);", Kind::Code, &mut findings);
        assert_eq!(findings.len(), 4, "{findings:?}");
    }
}
