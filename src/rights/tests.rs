//! Role × action × operation over the whole router, as a table; and what happens when Grafana cannot be asked.

use std::sync::{Arc, atomic::Ordering};

use axum::{Router, body::Body};
use http::{HeaderValue, Request};
use http_body_util::BodyExt;
use jiff::Timestamp;
use serde_json::{Value as Json, json};
use tower::ServiceExt;

use super::{
    Action, Editing, NEEDS, Proof, Rights,
    fake::{FakeSource, Signer},
};
use crate::{
    api::{Caller, Role, tests::router_with_rights},
    config::Secret,
    scheduler::fake::{Bench, NOW, bench},
    sidecar::CallerCredentials,
};

struct Setup {
    bench: Bench,
    source: Arc<FakeSource>,
    signer: Signer,
    router: Router,
}

/// One report, sent once, on dashboard d1, which lies in folder "team", which lies in folder "root".
async fn setup() -> Setup {
    let (bench, source, signer) = (bench(), Arc::<FakeSource>::default(), Signer::new("k"));
    *source.keys.lock().unwrap() = signer.jwks();
    source.folders.lock().unwrap().insert("d1".into(), vec!["root".into(), "team".into()]);
    // Somebody: so Grafana knows our actions.
    source.held.lock().unwrap().insert("user:1".into(), json!({ ReportsRead.as_str(): null }));
    let router = router_with_rights(bench.engine.clone(), source.rights(bench.clock.clone()));
    let setup = Setup { bench, source, signer, router };
    let admin = Caller { org_id: 1, login: "root".into(), role: Role::Admin, user_id: Some(1), ..Caller::default() };
    assert_eq!(setup.status(admin.clone(), "POST", "/reports", body()).await, 200);
    assert_eq!(setup.status(admin, "POST", "/reports/email", json!({ "id": 1, "useEmailsFromReport": true })).await, 200);
    setup
}

fn body() -> Json {
    json!({ "name": "Shop", "recipients": "a@x.org", "schedule": { "frequency": "never" }, "formats": ["pdf"],
        "dashboards": [{ "dashboard": { "uid": "d1" } }] })
}

impl Setup {
    async fn call(&self, caller: Caller, method: &str, path: &str, body: Json) -> (u16, String) {
        let body = if method == "GET" || body.is_null() { Body::empty() } else { Body::from(body.to_string()) };
        let request = Request::builder().method(method).uri(path).extension(caller).body(body).unwrap();
        let response = self.router.clone().oneshot(request).await.unwrap();
        let status = response.status().as_u16();
        let bytes = response.into_body().collect().await.unwrap().to_bytes();
        let json: Json = serde_json::from_slice(&bytes).unwrap_or_default();
        (status, json["message"].as_str().unwrap_or_default().to_owned())
    }

    async fn status(&self, caller: Caller, method: &str, path: &str, body: Json) -> u16 {
        self.call(caller, method, path, body).await.0
    }

    /// User 7 as the plugin door brings them.
    fn by_token(&self, role: Role, change: impl FnOnce(&mut Json)) -> Caller {
        let now = NOW.parse::<Timestamp>().unwrap().as_second();
        let mut claims = json!({ "sub": "user:7", "type": "user", "aud": ["org:1"], "exp": now + 600, "username": "ada" });
        change(&mut claims);
        let proof = Proof::IdToken(Secret::new(self.signer.sign(&claims)));
        Caller { org_id: 1, login: "ada".into(), role, proof, ..Caller::default() }
    }

    /// The same as the sidecar brings them.
    fn by_credentials(&self, role: Role) -> Caller {
        let authorization = Some(HeaderValue::from_static("user:7"));
        let proof = Proof::Credentials(CallerCredentials { authorization, ..CallerCredentials::default() });
        Caller { org_id: 1, login: "ada".into(), role, user_id: Some(7), proof, ..Caller::default() }
    }

    /// What user 7 holds.
    fn grant(&self, actions: &[Action], dashboards: Json) {
        let mut held = json!({ "dashboards:read": dashboards });
        actions.iter().for_each(|action| held[action.as_str()] = Json::Null);
        self.source.held.lock().unwrap().insert("user:7".into(), held);
    }
}

/// Who calls, as a column of the table.
#[derive(Clone, Copy)]
enum Who {
    /// A role that holds these actions and reads the dashboard by the folder it lies in.
    Holds(Role, &'static [Action]),
    /// A viewer with all actions whose dashboards are elsewhere.
    Elsewhere,
    Anonymous,
    /// An administrator whose token is wrong in some way.
    Forged,
    Expired,
    OtherOrg,
    /// The token of another user of the organisation.
    OtherLogin,
}

use Action::{ReportsCreate, ReportsDelete, ReportsRead, ReportsSend, ReportsWrite, SettingsRead, SettingsWrite};

const COLUMNS: &[(char, Who)] = &[
    ('A', Who::Holds(Role::Admin, &Action::ALL)),
    ('0', Who::Holds(Role::Admin, &[])),
    ('E', Who::Holds(Role::Editor, &[])),
    ('V', Who::Holds(Role::Viewer, &[])),
    ('N', Who::Holds(Role::None, &Action::ALL)),
    ('-', Who::Anonymous),
    ('e', Who::Holds(Role::Editor, &Action::ALL)),
    ('r', Who::Holds(Role::Viewer, &[ReportsRead])),
    ('c', Who::Holds(Role::Viewer, &[ReportsCreate])),
    ('w', Who::Holds(Role::Viewer, &[ReportsWrite])),
    ('d', Who::Holds(Role::Viewer, &[ReportsDelete])),
    ('s', Who::Holds(Role::Viewer, &[ReportsSend])),
    ('g', Who::Holds(Role::Viewer, &[SettingsRead])),
    ('G', Who::Holds(Role::Viewer, &[SettingsWrite])),
    ('x', Who::Elsewhere),
    ('1', Who::Forged),
    ('2', Who::Expired),
    ('3', Who::OtherOrg),
    ('4', Who::OtherLogin),
];

/// How many of the columns exist in the sidecar too.
const N_SIDECAR: usize = 15;
/// Width of the operations.
const HEAD: usize = 40;

/// `+` done, `.` 403, `!` 401.
const BY_TOKEN: &str = "\
operation                                A0EVN- e rcwdsgG x 1234
GET    /reports                          +..... + +...... + !!!!
POST   /reports                          +..... + .+..... . !!!!
GET    /reports/{id}                     +..... + +...... + !!!!
PUT    /reports/{id}                     +..... + ..+.... . !!!!
DELETE /reports/{id}                     +..... + ...+... + !!!!
POST   /reports/{id}/pause               +..... + ..+.... + !!!!
POST   /reports/{id}/resume              +..... + ..+.... . !!!!
POST   /reports/check                    +..... + +...... . !!!!
POST   /reports/{id}/duplicate           +..... + ....... . !!!!
POST   /reports/{id}/run                 +..... + ....+.. . !!!!
GET    /reports/{id}/runs                +..... + +...... + !!!!
GET    /reports/runs                     +..... + +...... + !!!!
GET    /reports/runs/{run}               +..... + +...... + !!!!
DELETE /reports/runs/{run}               +..... + ....+.. + !!!!
GET    /reports/runs/{run}/files/{file}  +..... + +...... . !!!!
GET    /reports/export.yaml              +..... + ....... + !!!!
GET    /reports/provisioning             +..... + ....... + !!!!
POST   /reports/provisioning/reload      +..... + ....... + !!!!
GET    /reports/overview                 +..... + +...... + !!!!
POST   /reports/occurrences              +..... + +...... + !!!!
GET    /reports/dashboards/{uid}         +..... + +...... + !!!!
POST   /reports/email                    +..... + ....+.. . !!!!
POST   /reports/test-email               +..... + ....+.. . !!!!
GET    /reports/settings                 +..... + .....+. + !!!!
POST   /reports/settings                 +..... + ......+ + !!!!
POST   /reports/images                   +..... + ......+ + !!!!
GET    /reports/images/{image}           +..... + .....+. + !!!!
GET    /reports/render/pdfs              ++++.. + +++++++ . !!!!
GET    /reports/render/csvs              ++++.. + +++++++ . !!!!
GET    /reports/openapi.json             ++++++ + +++++++ + ++++
POST   /_connect                         ++.... . ....... . !!!!
DELETE /_connect                         ++.... . ....... . !!!!
GET    /_status                          +..... + .....+. + !!!!
GET    /_sync                            ++++++ + +++++++ + ++++
";

/// The columns of the sidecar: the same.
fn by_credentials() -> String {
    BY_TOKEN.lines().map(|line| format!("{}\n", &line[..HEAD + 1 + N_SIDECAR + 3])).collect()
}

/// What a request of an operation looks like.
fn request(path: &str) -> (String, Json) {
    let query = if path.contains("/render/") { "?dashboards=d1" } else { "" };
    let filled =
        path.replace("{id}", "1").replace("{uid}", "d1").replace("{image}", "logo.png").replace("{run}", "1").replace("{file}", "0");
    let body = match path {
        "/reports/email" => json!({ "id": "1", "useEmailsFromReport": true }),
        "/reports/settings" | "/reports/occurrences" => json!({}),
        "/_connect" => json!({ "token": "glsa_good" }),
        "/reports/images" => json!({ "name": "logo.png", "content": "aGk=" }),
        _ => body(),
    };
    (format!("{filled}{query}"), body)
}

async fn cell(method: &str, path: &str, who: Who, door: fn(&Setup, Role) -> Caller) -> char {
    let setup = setup().await;
    let now = NOW.parse::<Timestamp>().unwrap().as_second();
    let here = json!(["folders:uid:root"]);
    let caller = match who {
        Who::Holds(role, actions) => {
            setup.grant(actions, here);
            door(&setup, role)
        }
        Who::Elsewhere => {
            setup.grant(&Action::ALL, json!(["folders:uid:other", "dashboards:uid:d2"]));
            door(&setup, Role::Viewer)
        }
        Who::Anonymous => Caller { login: String::new(), ..door(&setup, Role::Admin) },
        Who::Forged => {
            // A key of the same name, but not Grafana's.
            let setup = Setup { signer: Signer::new("k"), ..setup };
            let caller = setup.by_token(Role::Admin, |_| {});
            return outcome(&setup, caller, method, path).await;
        }
        Who::Expired => setup.by_token(Role::Admin, |claims| claims["exp"] = json!(now - 60)),
        Who::OtherOrg => setup.by_token(Role::Admin, |claims| claims["aud"] = json!(["org:2"])),
        Who::OtherLogin => setup.by_token(Role::Admin, |claims| claims["username"] = json!("grace")),
    };
    outcome(&setup, caller, method, path).await
}

async fn outcome(setup: &Setup, caller: Caller, method: &str, path: &str) -> char {
    let (path, body) = request(path);
    match setup.status(caller, method, &path, body).await {
        401 => '!',
        403 => '.',
        _ => '+',
    }
}

async fn table(columns: &[(char, Who)], door: fn(&Setup, Role) -> Caller) -> String {
    // Groups are set apart.
    let line = |head: &str, cells: &str| {
        let spaced: String =
            cells.char_indices().map(|(i, c)| if [6, 7, 14, 15].contains(&i) { format!(" {c}") } else { c.to_string() }).collect();
        format!("{head:HEAD$} {spaced}\n")
    };
    let mut table = line("operation", &columns.iter().map(|(name, _)| *name).collect::<String>());
    for (method, path, _) in NEEDS {
        let mut cells = String::new();
        for (_, who) in columns {
            cells.push(cell(method, path, *who, door).await);
        }
        table += &line(&format!("{method:6} {path}"), &cells);
    }
    table
}

#[tokio::test]
async fn roles_and_actions_through_the_plugin_door() {
    let table = table(COLUMNS, |setup, role| setup.by_token(role, |_| {})).await;
    assert_eq!(table, BY_TOKEN, "\n{table}");
}

#[tokio::test]
async fn roles_and_actions_through_the_sidecar() {
    let table = table(&COLUMNS[..N_SIDECAR], |setup, role| setup.by_credentials(role)).await;
    assert_eq!(table, by_credentials(), "\n{table}");
}

/// Grafana cannot be asked, in one way or another: administrators pass, nobody else does.
#[tokio::test]
async fn the_role_is_the_floor() {
    let role = "403 You'll need the organization role Admin to perform this action";
    let dashboard =
        "403 You'll need additional permissions to perform this action. Permissions needed: dashboards:read on dashboards:uid:d1";
    for (is_blind, is_away, has_token) in [(true, false, true), (false, true, true), (false, false, false)] {
        let setup = setup().await;
        setup.source.is_blind.store(is_blind, Ordering::SeqCst);
        setup.source.is_away.store(is_away, Ordering::SeqCst);
        setup.grant(&Action::ALL, json!(["*"]));
        let caller = |role| {
            let caller = setup.by_token(role, |_| {});
            if has_token { caller } else { Caller { proof: Proof::None, ..caller } }
        };
        for (who, path, expected) in [
            (Role::Admin, "/reports", "200 "),
            (Role::Admin, "/reports/render/pdfs?dashboards=d1", "200 "),
            (Role::Editor, "/reports", role),
            (Role::Editor, "/reports/render/pdfs?dashboards=d1", dashboard),
        ] {
            let (status, message) = setup.call(caller(who), "GET", path, Json::Null).await;
            assert_eq!(format!("{status} {message}"), expected, "{is_blind} {is_away} {has_token} {who:?} {path}");
        }
    }
}

/// An administrator without any of our actions: refused where others hold some. Where nobody does, or nobody can tell, the role counts.
#[tokio::test]
async fn a_grafana_that_grants_our_actions_to_nobody_leaves_it_to_the_role() {
    for (somebody, may_search, expected) in [
        (json!({ "broadsheet-reports-app.reports:read": null }), true, (403, 403)),
        (json!({ "broadsheet-reports-app.reports:read": null }), false, (200, 200)),
        (json!({ "dashboards:read": ["*"] }), true, (200, 200)),
    ] {
        for door in [|setup: &Setup, role| setup.by_token(role, |_| {}), |setup: &Setup, role| setup.by_credentials(role)] {
            let setup = setup().await;
            setup.source.held.lock().unwrap().insert("user:1".into(), somebody.clone());
            setup.source.is_blind.store(!may_search, Ordering::SeqCst);
            setup.grant(&[], json!(["*"]));
            let get = async |role, path| setup.status(door(&setup, role), "GET", path, Json::Null).await;
            assert_eq!((get(Role::Admin, "/reports").await, get(Role::Admin, "/reports/settings").await), expected, "{somebody}");
            assert_eq!(get(Role::Editor, "/reports").await, 403, "{somebody}");
            let by_role = setup.call(setup.by_credentials(Role::Editor), "GET", "/reports", Json::Null).await;
            assert!(by_role.1.contains("organization role Admin"), "{by_role:?}");
        }
    }
}

#[tokio::test]
async fn refusals_name_what_is_needed() {
    let setup = setup().await;
    setup.grant(&[ReportsRead, ReportsCreate], json!(["dashboards:uid:d2"]));
    let check = async |method: &str, path: &str, expected: &str| {
        let (status, message) = setup.call(setup.by_token(Role::Viewer, |_| {}), method, path, body()).await;
        assert_eq!(format!("{status} {message}"), expected, "{method} {path}");
    };
    let needed = "403 You'll need additional permissions to perform this action. Permissions needed: ";
    check("PUT", "/reports/1", &format!("{needed}broadsheet-reports-app.reports:write")).await;
    check("GET", "/reports/export.yaml", &format!("{needed}broadsheet-reports-app.settings:read")).await;
    check("POST", "/reports", &format!("{needed}dashboards:read on dashboards:uid:d1")).await;
    // Who asks for what does not exist is told so by what looks for it.
    check("GET", "/reports/render/pdfs?dashboards=gone", "404 dashboard gone not found").await;
}

#[tokio::test]
async fn dashboards_are_read_by_themselves_or_by_any_folder_above() {
    for (scopes, expected) in [
        (json!(["dashboards:uid:d1"]), 200),
        (json!(["dashboards:*"]), 200),
        (json!(["folders:uid:team"]), 200),
        (json!(["folders:uid:root"]), 200),
        (json!(["folders:*"]), 200),
        (json!(["folders:uid:general"]), 403),
        (json!(["dashboards:uid:d10"]), 403),
        (json!([]), 403),
    ] {
        let setup = setup().await;
        setup.grant(&[], scopes.clone());
        for caller in [setup.by_token(Role::Viewer, |_| {}), setup.by_credentials(Role::Viewer)] {
            let status = setup.status(caller, "GET", "/reports/render/pdfs?dashboards=d1", Json::Null).await;
            assert_eq!(status, expected, "{scopes}");
        }
    }
}

#[tokio::test]
async fn who_creates_a_report_is_its_user() {
    let setup = setup().await;
    setup.grant(&Action::ALL, json!(["*"]));
    for caller in [setup.by_token(Role::Editor, |_| {}), setup.by_credentials(Role::Editor)] {
        assert_eq!(setup.status(caller, "POST", "/reports", body()).await, 200);
    }
    let owners: Vec<i64> = setup.bench.engine.store.reports(1).await.unwrap().iter().map(|report| report.user_id).collect();
    assert_eq!(owners, [1, 7, 7]);
}

/// Another organisation's report is not there, whatever is held.
#[tokio::test]
async fn reports_of_others_are_not_found() {
    let setup = setup().await;
    setup.grant(&Action::ALL, json!(["*"]));
    let foreign = || {
        let caller = setup.by_token(Role::Admin, |claims| claims["aud"] = json!(["org:2"]));
        Caller { org_id: 2, ..caller }
    };
    for (method, path, _) in NEEDS.iter().filter(|(_, path, _)| path.contains("{id}") || *path == "/reports/email") {
        let (path, body) = request(path);
        assert_eq!(setup.status(foreign(), method, &path, body).await, 404, "{method} {path}");
    }
}

#[tokio::test]
async fn answers_are_remembered_for_a_while() {
    let setup = setup().await;
    setup.grant(&[ReportsRead], json!([]));
    let n_asked = || setup.source.n_asked.swap(0, Ordering::SeqCst);
    let check = async |now: &str, token: String, expected: (u16, u32)| {
        setup.bench.clock.set(now);
        let caller = Caller { proof: Proof::IdToken(Secret::new(token)), ..setup.by_token(Role::Viewer, |_| {}) };
        let status = setup.status(caller, "GET", "/reports", Json::Null).await;
        assert_eq!((status, n_asked()), expected, "{now}");
    };
    let token = |signer: &Signer| {
        let end = NOW.parse::<Timestamp>().unwrap().as_second() + 7200;
        signer.sign(&json!({ "sub": "user:7", "aud": "org:1", "exp": end }))
    };
    let (ours, next) = (token(&setup.signer), Signer::new("next"));
    n_asked();
    check("2026-11-20T08:00:00Z", ours.clone(), (200, 2)).await; // keys and permissions
    check("2026-11-20T08:00:29Z", ours.clone(), (200, 0)).await;
    setup.grant(&[], json!([]));
    check("2026-11-20T08:00:29Z", ours.clone(), (200, 0)).await;
    check("2026-11-20T08:00:30Z", ours.clone(), (403, 1)).await; // taken away
    // A key nobody knows makes us look once, then not for ten seconds.
    check("2026-11-20T08:01:00Z", token(&next), (401, 1)).await;
    check("2026-11-20T08:01:09Z", token(&next), (401, 0)).await;
    // Grafana has begun to sign with it.
    *setup.source.keys.lock().unwrap() = next.jwks();
    check("2026-11-20T08:01:10Z", token(&next), (403, 2)).await;
    check("2026-11-20T08:01:11Z", ours, (401, 0)).await;
}

/// The setting `report_editing`: user 7 and their own report 2, or the report 1 of user 1; both on d1.
#[tokio::test]
async fn exceptions_for_single_reports() {
    let dashboards = |write: &str| json!({ "dashboards:read": ["*"], "dashboards:write": [write] });
    let operations = [
        ("GET", "/reports/{id}"),
        ("PUT", "/reports/{id}"),
        ("POST", "/reports/{id}/pause"),
        ("POST", "/reports/{id}/run"),
        ("POST", "/reports/email"),
        ("POST", "/reports/{id}/duplicate"),
        ("DELETE", "/reports/{id}"),
        ("GET", "/reports"),
    ];
    for (editing, held, create, expected) in [
        (Editing::Org, dashboards("*"), true, "........ ........"),
        (Editing::Owner, dashboards("*"), true, "........ +++++++."),
        (Editing::Owner, dashboards("*"), false, "........ ........"),
        (Editing::Folder, dashboards("folders:uid:team"), false, "+++++.+. +++++.+."),
        (Editing::Folder, dashboards("folders:uid:team"), true, "+++++++. +++++++."),
        (Editing::Folder, dashboards("folders:uid:other"), true, "........ ........"),
    ] {
        let mut held = held;
        if create {
            held[ReportsCreate.as_str()] = Json::Null;
        }
        for door in [|setup: &Setup| setup.by_token(Role::Editor, |_| {}), |setup: &Setup| setup.by_credentials(Role::Editor)] {
            let setup = setup().await;
            let rights = Rights::new(setup.source.clone(), setup.bench.clock.clone()).with_editing(editing);
            let setup = Setup { router: router_with_rights(setup.bench.engine.clone(), Arc::new(rights)), ..setup };
            setup.source.held.lock().unwrap().insert("user:7".into(), held.clone());
            let own = Caller { org_id: 1, login: "ada".into(), role: Role::Admin, user_id: Some(7), ..Caller::default() };
            assert_eq!(setup.status(own, "POST", "/reports", body()).await, 200);
            let caller = door(&setup);
            let mut seen = String::new();
            for id in ["1", "2"] {
                for (method, path) in operations {
                    let body = if path == "/reports/email" { json!({ "id": id, "useEmailsFromReport": true }) } else { body() };
                    let path = path.replace("{id}", id);
                    seen.push(match setup.status(caller.clone(), method, &path, body).await {
                        403 => '.',
                        _ => '+',
                    });
                }
                seen.push(' ');
            }
            assert_eq!(seen.trim_end(), expected, "{editing:?} {held}");
        }
    }
}
