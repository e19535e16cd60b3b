//! `cargo xtask pdf`: our PDFs before foreign judges: veraPDF (PDF/UA-1 and PDF/A-2a), qpdf, and MuPDF and Ghostscript where they are installed.
//!
//! Judged are the dashboards of docs/gallery and a page of words in many scripts with the fonts of the system. veraPDF is fetched once by
//! Maven; without Java, Maven or a network its part is left out with a word.

use std::{
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, Result, bail, ensure};

/// Draws PDFs and has veraPDF, qpdf, MuPDF and Ghostscript judge them
#[derive(clap::Args)]
pub struct Args {
    /// PDFs to judge instead of our own
    pub files: Vec<PathBuf>,
}

/// The plugin that fetches, with its version: Maven's own default changes.
const FETCH: &str = "org.apache.maven.plugins:maven-dependency-plugin:3.6.1:copy-dependencies";
const JUDGE: &str = "org.verapdf.apps.GreenfieldCliWrapper";
/// Standards by veraPDF's names.
const STANDARDS: [&str; 2] = ["ua1", "2a"];

/// Fonts the page of scripts is set in, of Debian's fonts-noto-core, fonts-noto-color-emoji and fonts-wqy-microhei; those that are not
/// installed are left out, and boxes are judged in their place.
const FONTS: [&str; 6] = [
    "noto/NotoSansArabic-Regular.ttf",
    "noto/NotoSansHebrew-Regular.ttf",
    "noto/NotoSansDevanagari-Regular.ttf",
    "noto/NotoSansThai-Regular.ttf",
    "wqy/wqy-microhei.ttc",
    "noto/NotoColorEmoji.ttf",
];

pub fn run(args: &Args) -> Result<()> {
    let root = crate::root();
    let files = if args.files.is_empty() { draw(&root)? } else { args.files.clone() };
    ensure!(!files.is_empty(), "there is nothing to judge");
    for file in &files {
        judge(file, "qpdf", &["--check"], &[], |said| said.contains("WARNING"))?;
        judge(file, "mutool", &["info"], &[], |said| said.contains("error") || said.contains("warning"))?;
        judge(file, "gs", &["-q", "-dNOPAUSE", "-dBATCH", "-sDEVICE=nullpage"], &[], |said| !said.trim().is_empty())?;
    }
    println!("{} files are read without complaint", files.len());
    match verapdf(&root) {
        Err(reason) => println!("skipped: veraPDF ({reason:#})"),
        Ok(library) => STANDARDS.iter().try_for_each(|standard| validate(&library, standard, &files))?,
    }
    Ok(())
}

/// The gallery and the page of scripts as PDF.
fn draw(root: &Path) -> Result<Vec<PathBuf>> {
    let out = root.join("target/pdf");
    std::fs::create_dir_all(&out)?;
    crate::ci::call(root, "cargo", &["build", "--quiet", "--bin", "broadsheet"])?;
    let mut files = Vec::new();
    for dashboard in crate::gallery::dashboards(&root.join("docs/gallery"), "")? {
        let file = out.join(dashboard.file_stem().unwrap_or_default()).with_extension("pdf");
        let mut command = Command::new(root.join("target/debug/broadsheet"));
        command.env_remove("BROADSHEET_GRAFANA_URL").args(["render", "--theme", "light"]);
        let ran = command.arg("--file").arg(&dashboard).arg("--output").arg(&file).output()?;
        ensure!(ran.status.success(), "{}: {}", dashboard.display(), String::from_utf8_lossy(&ran.stderr));
        files.push(file);
    }
    let scripts = out.join("scripts.pdf");
    let folder = Path::new("/usr/share/fonts/truetype");
    let fonts = FONTS.iter().map(|font| folder.join(font)).filter(|font| font.exists());
    let mut command = Command::new("cargo");
    command.args(["run", "--quiet", "-p", "export", "--example", "scripts", "--"]).arg(&scripts).args(fonts).current_dir(root);
    ensure!(command.output()?.status.success(), "the page of scripts was not drawn");
    files.push(scripts);
    Ok(files)
}

/// Fails when a reader complains; one that is not installed is passed over.
fn judge(file: &Path, reader: &str, before: &[&str], after: &[&str], complains: impl Fn(&str) -> bool) -> Result<()> {
    let Ok(ran) = Command::new(reader).args(before).arg(file).args(after).output() else { return Ok(()) };
    let said = format!("{}{}", String::from_utf8_lossy(&ran.stdout), String::from_utf8_lossy(&ran.stderr));
    ensure!(ran.status.success() && !complains(&said), "{reader} {}: {said}", file.display());
    Ok(())
}

/// The folder of veraPDF's archives, fetched when they are not there.
fn verapdf(root: &Path) -> Result<PathBuf> {
    let library = root.join("target/verapdf");
    let done = library.join("done");
    if done.exists() {
        return Ok(library);
    }
    let pom = root.join("xtask/verapdf/pom.xml");
    let mut command = Command::new("mvn");
    command.args(["-q", "-B", FETCH]).arg("-f").arg(pom).arg(format!("-DoutputDirectory={}", library.display()));
    let ran = command.output().context("Maven is not installed")?;
    if !ran.status.success() {
        let said = String::from_utf8_lossy(&ran.stdout).into_owned();
        bail!("Maven could not fetch it: {}", said.lines().next().unwrap_or_default());
    }
    std::fs::write(done, "")?;
    Ok(library)
}

fn validate(library: &Path, standard: &str, files: &[PathBuf]) -> Result<()> {
    let path = format!("{}/*", library.display());
    let ran = Command::new("java").args(["-cp", &path, JUDGE, "-f", standard, "--format", "text", "-v"]).args(files).output();
    let ran = ran.context("Java is not installed")?;
    let said = String::from_utf8_lossy(&ran.stdout);
    let passed = said.lines().filter(|line| line.starts_with("PASS ")).count();
    ensure!(passed == files.len(), "veraPDF, {standard}: {passed} of {} files pass\n{said}", files.len());
    println!("veraPDF, {standard}: {passed} files pass");
    Ok(())
}
