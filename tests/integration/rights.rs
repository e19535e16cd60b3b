//! Who may do what, through both real doors: `tests/host` is a Grafana that knows people, signs their tokens and answers what
//! they hold. A column is a caller, a row an operation: `+` not refused, `.` 403, `!` 401.
//!
//! A admin, E editor, V viewer, N role None with all actions; e editor, u viewer, S service account with all actions and the dashboard
//! (by the folder above, by itself); x with all actions, but not the dashboard; r c w d s read, create, write, delete, send; g G settings read, write.

use std::process::Command;

use crate::host::{check, go_program};

/// Further: - anonymous with role Admin; administrators whose token is 1 signed by somebody else, 2 of an unknown key, 3 expired, 4 of
/// another organisation, 5 of another login, 6 nonsense; without a token 7 admin, 8 editor, 9 viewer with `X-Grafana-User: root`.
const PLUGIN: &str = "\
operation                               AEVNeuxrcwdsgGS-123456789
GET    reports                          +...++++......+.!!!!!!+..
POST   reports                          +...++..+.....+.!!!!!!+..
GET    reports/{id}                     +...++++......+.!!!!!!+..
PUT    reports/{id}                     +...++...+....+.!!!!!!+..
DELETE reports/{id}                     +...+++...+...+.!!!!!!+..
POST   reports/{id}/pause               +...+++..+....+.!!!!!!+..
POST   reports/{id}/resume              +...++...+....+.!!!!!!+..
POST   reports/check                    +...++.+......+.!!!!!!+..
POST   reports/{id}/duplicate           +...++........+.!!!!!!+..
POST   reports/{id}/run                 +...++.....+..+.!!!!!!+..
GET    reports/{id}/runs                +...++++......+.!!!!!!+..
GET    reports/runs                     +...++++......+.!!!!!!+..
GET    reports/runs/{run}               +...++++......+.!!!!!!+..
DELETE reports/runs/{run}               +...+++....+..+.!!!!!!+..
GET    reports/runs/{run}/files/{file}  +...++.+......+.!!!!!!+..
GET    reports/export.yaml              +...+++.......+.!!!!!!+..
GET    reports/provisioning             +...+++.......+.!!!!!!+..
POST   reports/provisioning/reload      +...+++.......+.!!!!!!+..
GET    reports/overview                 +...++++......+.!!!!!!+..
POST   reports/occurrences              +...++++......+.!!!!!!+..
GET    reports/dashboards/{uid}         +...++++......+.!!!!!!+..
POST   reports/email                    +...++.....+..+.!!!!!!+..
POST   reports/test-email               +...++.....+..+.!!!!!!+..
GET    reports/settings                 +...+++.....+.+.!!!!!!+..
POST   reports/settings                 +...+++......++.!!!!!!+..
POST   reports/images                   +...+++......++.!!!!!!+..
GET    reports/images/{image}           +...+++.....+.+.!!!!!!+..
GET    reports/render/pdfs              +++.++.++++++++.!!!!!!+..
GET    reports/render/csvs              +++.++.++++++++.!!!!!!+..
POST   _connect                         +...............!!!!!!+..
DELETE _connect                         +...............!!!!!!+..
GET    _status                          +...+++.....+.+.!!!!!!+..
GET    _sync                            +++++++++++++++++++++++++
GET    reports/openapi.json             +++++++++++++++++++++++++
answers to an administrator: 200 200 200 200 200 200 200 200 200 202 200 200 200 409 200 200 200 404 200 200 200 500 500 200 200 200 200 200 204 400 404 200 200 200
";

/// Further: D disabled in Grafana, - without credentials.
const SIDECAR: &str = "\
operation                               AEVNeuxrcwdsgGSD-
GET    reports                          +...++++......+!!
POST   reports                          +...++..+.....+!!
GET    reports/{id}                     +...++++......+!!
PUT    reports/{id}                     +...++...+....+!!
DELETE reports/{id}                     +...+++...+...+!!
POST   reports/{id}/pause               +...+++..+....+!!
POST   reports/{id}/resume              +...++...+....+!!
POST   reports/check                    +...++.+......+!!
POST   reports/{id}/duplicate           +...++........+!!
POST   reports/{id}/run                 +...++.....+..+!!
GET    reports/{id}/runs                +...++++......+!!
GET    reports/runs                     +...++++......+!!
GET    reports/runs/{run}               +...++++......+!!
DELETE reports/runs/{run}               +...+++....+..+!!
GET    reports/runs/{run}/files/{file}  +...++.+......+!!
GET    reports/export.yaml              +...+++.......+!!
GET    reports/provisioning             +...+++.......+!!
POST   reports/provisioning/reload      +...+++.......+!!
GET    reports/overview                 +...++++......+!!
POST   reports/occurrences              +...++++......+!!
GET    reports/dashboards/{uid}         +...++++......+!!
POST   reports/email                    +...++.....+..+!!
POST   reports/test-email               +...++.....+..+!!
GET    reports/settings                 +...+++.....+.+!!
POST   reports/settings                 +...+++......++!!
POST   reports/images                   +...+++......++!!
GET    reports/images/{image}           +...+++.....+.+!!
GET    reports/render/pdfs              +++.++.++++++++!!
GET    reports/render/csvs              +++.++.++++++++!!
POST   _connect                         +..............!!
DELETE _connect                         +..............!!
GET    _status                          +...+++.....+.+!!
GET    _sync                            +++++++++++++++++
GET    reports/openapi.json             +++++++++++++++!!
answers to an administrator: 200 200 200 200 200 200 200 200 200 202 200 200 200 409 200 200 200 404 200 200 200 500 500 200 200 200 200 200 204 400 404 200 404 200
";

const FURTHER: &str = "\
no operation without a row: 0 missing 
reports of another organization: 404 404 404 404 404 404 404 404 404 404 404 404, list []
users of created reports: user:11 is 11: true, user:15 is 15: true, service-account:25 is 25: true
refusals: 403 You'll need additional permissions to perform this action. Permissions needed: broadsheet-reports-app.reports:create; 403 You'll need additional permissions to perform this action. Permissions needed: dashboards:read on dashboards:uid:shop; 403 You'll need additional permissions to perform this action. Permissions needed: dashboards:read on dashboards:uid:shop; 403 You'll need the organization role Admin to perform this action
";

#[test]
fn the_plugin_lets_in_who_may() {
    doors("plugin", PLUGIN);
}

#[test]
fn the_sidecar_lets_in_who_may() {
    doors("sidecar", SIDECAR);
}

fn doors(door: &str, table: &str) {
    let Some(host) = go_program() else { return };
    let data = tempfile::tempdir().unwrap();
    let mut command = Command::new(host);
    command.args(["rights", door, env!("CARGO_BIN_EXE_broadsheet")]).arg(data.path());
    check(&mut command, &format!("{table}{FURTHER}"));
}
