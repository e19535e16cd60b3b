//! Programs that run beside a test: the demo's sample Grafana and mailbox, and the sidecar.

use std::{
    io::{BufRead, BufReader, Read},
    path::Path,
    process::{Child, Command, Stdio},
};

/// The token of the demo's sample Grafana.
pub const TOKEN: &str = "glsa_sample_token_of_the_demo";

/// A process that ends with the test.
pub struct Process(Child);

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// The demo, of which the sample Grafana and the mailbox are used.
pub struct Sample {
    pub grafana: String,
    /// "host:port".
    pub smtp: String,
    _process: Process,
}

impl Sample {
    pub fn start(folder: &Path) -> Sample {
        let mut command = broadsheet();
        command.arg("demo").arg("--out").arg(folder.join("demo")).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut child = command.spawn().unwrap();
        let mut lines = follow(child.stdout.take().unwrap());
        let grafana = word_after(&mut lines, "Sample Grafana", "http://");
        let smtp = word_after(&mut lines, "Mailbox", "smtp://");
        drain(lines);
        Sample { grafana: format!("http://{grafana}"), smtp, _process: Process(child) }
    }
}

/// `broadsheet serve` on a free port; its URL ends without a slash.
pub struct Sidecar {
    pub url: String,
    _process: Process,
}

impl Sidecar {
    pub fn start(sample: &Sample, data_dir: &Path, variables: &[(&str, &str)]) -> Sidecar {
        let mut command = broadsheet();
        command.args(["serve", "--listen", "127.0.0.1:0"]).stdout(Stdio::null()).stderr(Stdio::piped());
        command.env("BROADSHEET_GRAFANA_URL", &sample.grafana).env("BROADSHEET_API_TOKEN", TOKEN);
        command.env("BROADSHEET_SMTP_HOST", &sample.smtp).env("BROADSHEET_DATA_DIR", data_dir);
        command.envs(variables.iter().copied());
        let mut child = command.spawn().unwrap();
        let mut lines = follow(child.stderr.take().unwrap());
        let address = word_after(&mut lines, "serving /api/reports", "address=");
        drain(lines);
        Sidecar { url: format!("http://{address}"), _process: Process(child) }
    }
}

/// The program, without what the machine's own environment says.
pub fn broadsheet() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_broadsheet"));
    for (name, _) in std::env::vars_os().filter(|(name, _)| name.to_str().is_some_and(is_ours)) {
        command.env_remove(name);
    }
    command
}

fn is_ours(name: &str) -> bool {
    name.starts_with("BROADSHEET_") || name.starts_with("GF_")
}

type Lines = std::io::Lines<BufReader<Box<dyn Read + Send>>>;

fn follow(output: impl Read + Send + 'static) -> Lines {
    BufReader::new(Box::new(output) as Box<dyn Read + Send>).lines()
}

/// Reads up to the line with `mark`; gives what stands behind `before` in it.
fn word_after(lines: &mut Lines, mark: &str, before: &str) -> String {
    let line = lines.map(|line| line.unwrap()).find(|line| line.contains(mark)).expect("the program starts");
    let (_, rest) = line.split_once(before).unwrap();
    rest.split_whitespace().next().unwrap().to_owned()
}

/// A full pipe would stop the program.
fn drain(lines: Lines) {
    std::thread::spawn(move || lines.for_each(drop));
}
