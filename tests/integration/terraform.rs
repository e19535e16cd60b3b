//! All 13 operations through the Go library of Grafana's Terraform provider, over both doors: `tests/host` does what the
//! provider does with a `grafana_report`, in its forms and its order.

use std::process::Command;

use crate::{
    host::{check, go_program},
    process::{Sample, Sidecar, TOKEN},
};

const EXPECTED: &str = r#"create: Report created, has an id true
read: recipients "ada@shop.example,grace@shop.example", zone GMT, monthly on last, started true, state scheduled, scale 1, link true, dashboards sample-shop (Shop performance) "" to "" map[region:[north south]], sample-servers (Servers) "now-6h" to "now" map[]
plan: empty
set outside: Report updated
update: Report updated
read again: kept subject "Figures of the month", scale 2, state paused, same start true; changed name "Figures", link false, csv true, message "Hello", formats [pdf]
plan again: empty
import: id of organization 1, org:id of organization 1, same true
list: ours 1 times, as read alone
by dashboard: found true, elsewhere 0
other schedules: never 0, once 0, hourly 0, daily 0, weekly 0, monthly 0, custom 0
mistakes: 400 schedule.frequency: unknown frequency "sometimes"; use once, hourly, daily, weekly, monthly, custom or never; 404 dashboard nowhere: Dashboard not found; 401 Unauthorized
settings: Report settings saved, footer Grafana then Shop, themes dark and dark, organization 1
image: the same bytes true, a missing one is 404 true
render: pdf true, zip true, empty false
send: Test email sent, Report was sent, Report was sent
delete: Report config was removed, read 404 "Report not found", again 404 true
"#;

#[test]
fn terraform_lives_on_the_sidecar() {
    let Some(client) = go_program() else { return };
    let folder = tempfile::tempdir().unwrap();
    let sample = Sample::start(folder.path());
    let sidecar = Sidecar::start(&sample, &folder.path().join("state"), &[]);
    check(Command::new(client).args(["terraform", "sidecar", &sidecar.url]), EXPECTED);
}

#[test]
fn terraform_lives_on_the_plugins_path() {
    let Some(client) = go_program() else { return };
    let folder = tempfile::tempdir().unwrap();
    let sample = Sample::start(folder.path());
    let mut command = Command::new(client);
    command.args(["terraform", "plugin", env!("CARGO_BIN_EXE_broadsheet")]);
    command.arg(format!("GF_PLUGIN_GRAFANA_URL={}", sample.grafana)).arg(format!("GF_PLUGIN_API_TOKEN={TOKEN}"));
    command.arg(format!("GF_PLUGIN_SMTP_HOST={}", sample.smtp));
    command.arg(format!("GF_PLUGIN_DATA_DIR={}", folder.path().join("state").display()));
    check(&mut command, EXPECTED);
}
