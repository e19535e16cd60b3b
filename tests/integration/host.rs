//! The plugin door driven by a real host: `tests/host` is a Go program with the modules Grafana itself uses.

use std::{
    path::{Path, PathBuf},
    process::Command,
    sync::OnceLock,
};

/// Every check of `tests/host` and what it must have seen.
const EXPECTED: &str = "\
handshake: grpc, protocol 2, ping ok
health: a status, a message, details are an object
roles: 200/ada/Admin 200/ada/Editor 200/ada/Viewer 200/ada/None 200/ada/None 200//None
reports by role: 200 403 403 403 403 403
report kept over a crash: 200, 200, listed true
request: GET /_ping?from=now-6h&var-host=a%2Fb&x=%C3%A4 {\"accept\":[\"application/json\"],\"x-text\":[\"grün\"]} [application/json]
settings without json: 200 200 200 200 200
large bodies: 200, 20 MiB there and back true, largest chunk 1048576, 20 chunks
too large body: 413
repeated headers: one two three
unknown path: 404
concurrent calls: 64 of 64
cancelled call: next call 200, alive true
metrics: broadsheet_resource_calls_total broadsheet_resource_call_seconds_bucket broadsheet_build_info
logs: info stopping reason=the host asked
kill: in time, exit 0, graceful true
sigterm: in time, exit 0
sigint: next call 200
crash and restart: next call 200
killed host: orphan ended in time
";

#[test]
fn a_real_host_gets_along_with_the_plugin() {
    let Some(host) = go_program() else { return };
    let data = tempfile::tempdir().unwrap();
    check(Command::new(host).arg(env!("CARGO_BIN_EXE_broadsheet")).env("HOST_DATA_DIR", data.path()), EXPECTED);
}

/// The program of `tests/host`, built once; `None` where Go is missing: contributors may still run the other tests, the CI has it.
pub fn go_program() -> Option<&'static Path> {
    static BUILT: OnceLock<Option<PathBuf>> = OnceLock::new();
    BUILT.get_or_init(build).as_deref()
}

fn build() -> Option<PathBuf> {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/host");
    let host = Path::new(env!("CARGO_TARGET_TMPDIR")).join("host");
    let built = match Command::new("go").arg("build").arg("-o").arg(&host).arg(".").current_dir(&source).output() {
        Ok(built) => built,
        Err(error) if std::env::var_os("CI").is_none() => {
            eprintln!("skipped, Go cannot be run: {error}");
            return None;
        }
        Err(error) => panic!("Go cannot be run: {error}"),
    };
    assert!(built.status.success(), "{}", String::from_utf8_lossy(&built.stderr));
    Some(host)
}

/// Runs the program and compares its lines, one a check.
pub fn check(command: &mut Command, expected: &str) {
    let run = command.output().unwrap();
    let seen = String::from_utf8_lossy(&run.stdout);
    assert!(run.status.success(), "{seen}{}", String::from_utf8_lossy(&run.stderr));
    for (seen, expected) in seen.lines().zip(expected.lines()) {
        assert_eq!(seen, expected);
    }
    assert_eq!(seen.lines().count(), expected.lines().count(), "{seen}");
}
