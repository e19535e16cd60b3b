//! The sample of `provisioning/`, served.

use std::path::Path;

use broadsheet::grafana_api::{Client, ClientOptions, Credential};

use crate::process::{Sample, Sidecar, broadsheet};

fn sample_folder() -> String {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("provisioning").display().to_string()
}

#[tokio::test]
async fn the_sample_is_there_when_the_sidecar_is() {
    let folder = tempfile::tempdir().unwrap();
    let sample = Sample::start(folder.path());
    let sidecar = Sidecar::start(&sample, &folder.path().join("state"), &[("BROADSHEET_PROVISIONING_PATH", &sample_folder())]);
    let client = Client::new(ClientOptions::new(sidecar.url.clone(), Credential::parse("admin:admin"))).unwrap();
    let report = client.get_json("/api/reports/shop-daily", "read the report").await.unwrap();
    assert_eq!(report["schedule"]["startDate"], "2026-01-05T07:00:00+01:00");
    assert_eq!(report["provisioned"]["file"], "reports.yaml");
    let settings = client.get_json("/api/reports/settings", "read the settings").await.unwrap();
    assert_eq!(settings["branding"]["emailFooterText"], "The shop's data team");
    let refused = client.post_json("/api/reports/shop-daily/pause", &report, "pause it").await.unwrap_err().to_string();
    assert!(refused.contains("change it in reports.yaml"), "{refused}");
}

#[test]
fn the_command_line_checks_files() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("bad.yaml"), "apiVersion: 1\nreports:\n  - uid: x\n    nam: y\n").unwrap();
    for (path, code, expected) in
        [(sample_folder(), 0, ""), (folder.path().display().to_string(), 1, "bad.yaml:4: reports[0].nam: is not known here")]
    {
        let mut command = broadsheet();
        command.args(["config", "check"]).env("BROADSHEET_PROVISIONING_PATH", path).env("BROADSHEET_API_TOKEN", "hush");
        command
            .env("BROADSHEET_GRAFANA_URL", "http://localhost:3000")
            .env("BROADSHEET_SMTP_HOST", "mail:25")
            .env("BROADSHEET_DATA_DIR", folder.path());
        let output = command.output().unwrap();
        let (shown, told) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        assert_eq!(output.status.code(), Some(code), "{told}");
        assert!(
            told.contains(expected)
                && shown.lines().any(|line| line.split_whitespace().take(2).eq(["api_token", "***"]))
                && !shown.contains("hush"),
            "{shown}{told}"
        );
    }
}
