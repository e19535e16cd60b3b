//! Book and keeper against a Grafana that does as it is told.

use std::sync::{
    Arc, Mutex,
    atomic::{AtomicUsize, Ordering},
};

use axum::{
    Json, Router,
    extract::{Request, State as Shared},
    response::{IntoResponse, Response},
};
use http::StatusCode;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use super::*;
use crate::{
    api::Connector,
    config::{GrafanaConfig, Secret},
    run::{Clients, Error, TokenSource},
    scheduler::Clock,
    store::Store,
};

/// Tokens "glsa_<org>_<anything>" are good in their organisation unless they are in `revoked`.
#[derive(Default)]
struct Grafana {
    revoked: Mutex<Vec<String>>,
    is_away: Mutex<bool>,
    is_off: Mutex<bool>,
    n_checks: AtomicUsize,
    n_syncs: AtomicUsize,
}

async fn answer(Shared(grafana): Shared<Arc<Grafana>>, request: Request) -> Response {
    let header = |name: &str| request.headers().get(name).and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned();
    let failed = |status: u16, message: &str| (StatusCode::from_u16(status).unwrap(), Json(json!({ "message": message }))).into_response();
    if *grafana.is_away.lock().unwrap() {
        return failed(500, "starting");
    }
    let token = header("authorization").trim_start_matches("Bearer ").to_owned();
    let home: i64 = token.split('_').nth(1).and_then(|org| org.parse().ok()).unwrap_or(0);
    let org: i64 = header("x-grafana-org-id").parse().unwrap_or(home);
    if home == 0 || grafana.revoked.lock().unwrap().contains(&token) {
        return failed(401, "Invalid API key");
    }
    if home != org {
        return failed(401, "API key does not belong to the requested organization");
    }
    match request.uri().path() {
        "/bootdata" => Json(json!({ "user": { "isSignedIn": true, "orgId": org, "login": format!("sa-{org}") } })).into_response(),
        "/api/access-control/user/permissions" => {
            grafana.n_checks.fetch_add(1, Ordering::SeqCst);
            Json(json!({ "dashboards:read": ["*"], "datasources:query": ["*"], "plugins.app:access": ["*"] })).into_response()
        }
        "/api/plugins/broadsheet-reports-app/settings" => Json(json!({ "enabled": !*grafana.is_off.lock().unwrap() })).into_response(),
        "/api/plugins/broadsheet-reports-app/resources/_sync" if *grafana.is_off.lock().unwrap() => failed(404, "Plugin is not enabled"),
        "/api/plugins/broadsheet-reports-app/resources/_sync" => {
            grafana.n_syncs.fetch_add(1, Ordering::SeqCst);
            Json(json!({})).into_response()
        }
        _ => failed(404, "Not found"),
    }
}

struct Hand(Mutex<Timestamp>);

impl Hand {
    fn forward(&self, seconds: i64) {
        let mut now = self.0.lock().unwrap();
        *now += SignedDuration::from_secs(seconds);
    }
}

impl Clock for Hand {
    fn now(&self) -> Timestamp {
        *self.0.lock().unwrap()
    }
}

struct Bench {
    grafana: Arc<Grafana>,
    store: Store,
    clock: Arc<Hand>,
    config: GrafanaConfig,
    book: Arc<Book>,
    clients: Arc<Clients>,
    keeper: Keeper,
}

async fn bench(change: impl FnOnce(&mut GrafanaConfig)) -> Bench {
    let grafana = Arc::new(Grafana::default());
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let mut config = GrafanaConfig { url: Some(format!("http://{}", listener.local_addr().unwrap())), ..GrafanaConfig::default() };
    change(&mut config);
    let router = Router::new().fallback(answer).with_state(grafana.clone());
    tokio::spawn(async move { axum::serve(listener, router).await });
    let clock = Arc::new(Hand(Mutex::new("2026-11-20T08:00:00Z".parse().unwrap())));
    Bench::on(grafana, Store::in_memory().unwrap(), clock, config)
}

impl Bench {
    fn on(grafana: Arc<Grafana>, store: Store, clock: Arc<Hand>, config: GrafanaConfig) -> Bench {
        let book = Book::new(config.clone(), store.clone(), clock.clone());
        let clients = Arc::new(Clients::new(config.clone(), book.clone(), std::time::Duration::from_secs(10)));
        let keeper = Keeper::new(clients.clone(), book.clone(), store.clone(), true);
        Bench { grafana, store, clock, config, book, clients, keeper }
    }

    /// A new process on the same store.
    async fn restart(self) -> Bench {
        let bench = Bench::on(self.grafana, self.store, self.clock, self.config);
        bench.book.load().await.unwrap();
        bench
    }

    fn state(&self, org_id: i64) -> (State, Option<Origin>) {
        let standing = self.book.standing(org_id);
        (standing.state, standing.in_use().map(|credential| credential.origin))
    }

    async fn connect(&self, org_id: i64, token: &str) {
        let account = self.keeper.verify(org_id, &Secret::new(token)).await.unwrap();
        self.keeper.adopt(org_id, Secret::new(token), account).await.unwrap();
    }

    fn revoke(&self, token: &str) {
        self.grafana.revoked.lock().unwrap().push(token.into());
    }
}

fn secret(text: &str) -> Option<Secret> {
    Some(Secret::new(text))
}

#[tokio::test]
async fn credentials_are_tried_in_order_and_refused_ones_passed_over() {
    let bench = bench(|config| {
        config.org_tokens.insert(1, Secret::new("glsa_1_ini"));
        config.token = secret("glsa_1_shared");
        config.managed_token = secret("glsa_1_managed");
    })
    .await;
    bench.connect(1, "glsa_1_stored").await;
    bench.book.set_settings_token(1, secret("glsa_1_settings")).await.unwrap();
    let origins = |org_id| bench.book.candidates(org_id).iter().map(|candidate| candidate.origin).collect::<Vec<_>>();
    use Origin::*;
    assert_eq!(origins(1), [OrgToken, ApiToken, Stored, Managed, Settings]);
    assert_eq!(origins(2), [ApiToken, Managed], "whose tokens these are is not known yet");
    bench.keeper.tick().await;
    assert_eq!(origins(2), []);
    for (token, next) in [
        ("glsa_1_ini", Some(ApiToken)),
        ("glsa_1_shared", Some(Stored)),
        ("glsa_1_stored", Some(Managed)),
        ("glsa_1_managed", Some(Settings)),
        ("glsa_1_settings", Some(OrgToken)),
    ] {
        bench.revoke(token);
        bench.keeper.check(1).await;
        assert_eq!(bench.state(1).1, next, "without {token}");
    }
    assert_eq!(bench.state(1).0, State::NeedsReconnect);
    bench.grafana.revoked.lock().unwrap().clear();
    bench.keeper.check(1).await;
    assert_eq!(bench.state(1), (State::Connected, Some(OrgToken)), "the first again, now that it is taken again");
}

#[tokio::test]
async fn a_refusal_in_a_run_is_remembered_over_a_restart_until_connected_anew() {
    let bench = bench(|_| {}).await;
    bench.connect(1, "glsa_1_a").await;
    assert_eq!(bench.state(1), (State::Connected, Some(Origin::Stored)));
    bench.revoke("glsa_1_a");
    let client = bench.clients.for_org(1).unwrap();
    assert!(client.dashboard("x", "default").await.unwrap_err().is_denied());
    assert_eq!(bench.state(1).0, State::NeedsReconnect);
    let bench = bench.restart().await;
    let standing = bench.book.standing(1);
    assert_eq!(standing.state, State::NeedsReconnect, "before anybody asked");
    assert!(standing.message.contains("Grafana refused the stored token (Invalid API key)"), "{}", standing.message);
    let problem = bench.keeper.verify(1, &Secret::new("glsa_2_x")).await.unwrap_err().to_string();
    assert!(problem.contains("does not belong to the requested organization"), "{problem}");
    assert_eq!(bench.state(1).0, State::NeedsReconnect, "a token that is no good changes nothing");
    bench.connect(1, "glsa_1_b").await;
    assert_eq!(bench.state(1).0, State::Connected);
    assert_eq!(bench.store.credential_notes().await.unwrap().len(), 1, "the old token's note is gone with it");
}

#[tokio::test]
async fn every_hour_and_soon_again_while_grafana_is_away() {
    let bench = bench(|config| config.token = secret("glsa_1_shared")).await;
    *bench.grafana.is_away.lock().unwrap() = true;
    let ticks = async |expected: &[(i64, bool)]| {
        for (seconds, is_time) in expected {
            bench.clock.forward(*seconds);
            assert_eq!(bench.keeper.tick().await, *is_time, "after {seconds} s");
        }
    };
    ticks(&[(0, true), (1, false), (1, true), (4, false), (1, true), (10, true)]).await;
    assert_eq!(bench.grafana.n_checks.load(Ordering::SeqCst), 0);
    *bench.grafana.is_away.lock().unwrap() = false;
    ticks(&[(30, true), (3599, false), (1, true)]).await;
    assert_eq!(bench.grafana.n_checks.load(Ordering::SeqCst), 2);
    assert_eq!(bench.grafana.n_syncs.load(Ordering::SeqCst), 1, "once a process");
    assert_eq!(bench.state(1), (State::Connected, Some(Origin::ApiToken)));
}

#[tokio::test]
async fn an_app_that_is_switched_off_is_told_and_asked_for_once_a_minute() {
    let bench = bench(|config| config.token = secret("glsa_1_shared")).await;
    let switch = AppSwitch::new(bench.clients.clone(), bench.book.clone());
    switch.check(1).await.unwrap();
    *bench.grafana.is_off.lock().unwrap() = true;
    switch.check(1).await.unwrap();
    bench.clock.forward(60);
    assert!(matches!(switch.check(1).await, Err(Error::Disabled(message)) if message == "the app is switched off in organisation 1"));
    assert_eq!(bench.book.standing(1).app_enabled, Some(false));
    bench.keeper.check(1).await;
    assert_eq!(bench.grafana.n_syncs.load(Ordering::SeqCst), 0);
    *bench.grafana.is_off.lock().unwrap() = false;
    bench.clock.forward(60);
    switch.check(1).await.unwrap();
    assert!(matches!(switch.check(2).await, Err(Error::NotConnected(_))), "nobody to ask with");
}

#[tokio::test]
async fn what_waits_goes_on_when_connected() {
    let bench = bench(|_| {}).await;
    let woken = Arc::new(AtomicUsize::new(0));
    let count = woken.clone();
    bench.book.on_recovery(move || {
        count.fetch_add(1, Ordering::SeqCst);
    });
    assert!(matches!(bench.book.choose(1).err(), Some(message) if message.contains("not connected")));
    bench.connect(1, "glsa_1_a").await;
    assert_eq!(woken.load(Ordering::SeqCst), 1);
    bench.revoke("glsa_1_a");
    bench.keeper.check(1).await;
    bench.keeper.check(1).await;
    assert_eq!(woken.load(Ordering::SeqCst), 1);
    bench.grafana.revoked.lock().unwrap().clear();
    bench.keeper.check(1).await;
    assert_eq!(woken.load(Ordering::SeqCst), 2, "the same token is taken again");
    assert!(bench.keeper.forget(1).await.unwrap());
    assert!(!bench.keeper.forget(1).await.unwrap());
    assert_eq!(bench.state(1), (State::NotConnected, None));
}

#[test]
fn notes_come_back_as_they_were_written() {
    let note = Note {
        since_ms: 1,
        verified_ms: Some(2),
        account: Account { login: "sa".into(), org_id: 3, problems: vec!["p".into()], limits: vec!["l".into()] },
        refusal: Some(Refusal { at_ms: 4, message: "no".into() }),
    };
    assert_eq!(Note::from_json(&note.to_json()), note);
    assert_eq!(Note::from_json(&Value::Null), Note::default());
}
