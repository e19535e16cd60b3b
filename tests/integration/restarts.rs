//! The plugin started again in bad circumstances, through the real host: health and API say what is wrong, nothing stored is lost,
//! the program stays up, and goes on by itself once it is mended.

use std::{
    io::{BufRead, BufReader, Write},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::{Arc, atomic::Ordering},
    time::Duration,
};

use broadsheet::{
    demo::mailbox::Mailbox,
    grafana_api::{Client, ClientOptions, Credential},
};
use serde_json::{Value, json};

use crate::{
    fake_grafana::{FakeGrafana, word},
    host::go_program,
};

const APP: &str = "/api/plugins/broadsheet-reports-app";
const HEALTH: &str = "/api/plugins/broadsheet-reports-app/health";

/// A plugin behind the Go host; it is asked to end when dropped.
struct Front {
    child: Child,
    client: Client,
}

impl Drop for Front {
    fn drop(&mut self) {
        drop(self.child.stdin.take());
        let _ = self.child.wait();
    }
}

/// What stays between starts.
struct Bench {
    host: &'static Path,
    grafana: Arc<FakeGrafana>,
    mailbox: Mailbox,
    smtp: String,
    folder: tempfile::TempDir,
}

async fn bench() -> Option<Bench> {
    let host = go_program()?;
    let (mailbox, smtp) = Mailbox::start().await.unwrap();
    let grafana = FakeGrafana::start().await;
    Some(Bench { host, grafana, mailbox, smtp: smtp.to_string(), folder: tempfile::tempdir().unwrap() })
}

impl Bench {
    fn data_dir(&self) -> PathBuf {
        self.folder.path().join("state")
    }

    fn start(&self, variables: &[(&str, &str)]) -> Front {
        self.start_under(&[], variables)
    }

    /// `wrapper`: a command that runs the one behind it.
    fn start_under(&self, wrapper: &[&str], variables: &[(&str, &str)]) -> Front {
        let mut words: Vec<String> = wrapper.iter().map(|word| (*word).to_owned()).collect();
        words.extend([self.host.display().to_string(), "front".into(), env!("CARGO_BIN_EXE_broadsheet").into()]);
        words.push(format!("GF_PLUGIN_GRAFANA_URL={}", self.grafana.url()));
        words.push(format!("GF_PLUGIN_SMTP_HOST={}", self.smtp));
        if !variables.iter().any(|(name, _)| *name == "GF_PLUGIN_DATA_DIR") {
            words.push(format!("GF_PLUGIN_DATA_DIR={}", self.data_dir().display()));
        }
        words.extend(variables.iter().map(|(name, value)| format!("{name}={value}")));
        let mut command = Command::new(&words[0]);
        command.args(&words[1..]).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let url = line.trim().strip_prefix("front ").expect("the host starts").to_owned();
        *self.grafana.front.lock().unwrap() = Some(url.clone());
        let mut options = ClientOptions::new(url, Credential::parse("admin:admin"));
        options.org_id = Some(1);
        Front { child, client: Client::new(options).unwrap() }
    }
}

impl Front {
    /// Once it has started.
    async fn health(&self) -> String {
        loop {
            let health = self.health_now().await;
            if !health.ends_with("starting") {
                return health;
            }
        }
    }

    async fn health_now(&self) -> String {
        match self.client.get_json(HEALTH, "health").await {
            Ok(health) => health["message"].as_str().unwrap_or_default().to_owned(),
            Err(error) => error.to_string(),
        }
    }

    async fn get(&self, path: &str) -> Value {
        self.client.get_json(&format!("{APP}/resources/{path}"), path).await.unwrap()
    }

    /// The answer, or the message of a refusal.
    async fn post(&self, path: &str, body: Value) -> Result<Value, String> {
        self.client.post_json(&format!("{APP}/resources/{path}"), &body, path).await.map_err(|error| error.to_string())
    }

    async fn connect(&self, token: &str) {
        self.post("_connect", json!({ "token": token })).await.unwrap();
    }

    /// State, source and message of the connection.
    async fn connection(&self) -> (String, String, String) {
        let status = self.get("_status").await;
        let text = |key: &str| status["connection"][key].as_str().unwrap_or_default().to_owned();
        (text("state"), text("source"), text("message"))
    }

    async fn create(&self, name: &str, state: &str) -> Result<i64, String> {
        let board = format!("board-{}", word(1));
        let report = json!({
            "name": name, "recipients": "a@example.org", "state": state, "formats": ["pdf"], "message": "x".repeat(20_000),
            "schedule": { "frequency": "once", "timeZone": "UTC" },
            "dashboards": [{ "dashboard": { "uid": board }, "timeRange": { "from": "now-1h", "to": "now" } }]
        });
        self.post("reports", report).await.map(|created| created["id"].as_i64().unwrap())
    }

    async fn names(&self) -> Vec<String> {
        let reports = self.get("reports").await;
        reports.as_array().unwrap().iter().map(|report| report["name"].as_str().unwrap().to_owned()).collect()
    }

    /// The newest run of a report, once it is as `wanted`.
    async fn run_until(&self, report_id: i64, wanted: impl Fn(&Value) -> bool) -> Value {
        let found = async {
            loop {
                let runs = self.get(&format!("reports/{report_id}/runs")).await;
                let newest = runs.get(0).or(runs.pointer("/runs/0")).cloned().unwrap_or_default();
                if wanted(&newest) {
                    return newest;
                }
            }
        };
        tokio::time::timeout(Duration::from_secs(60), found).await.expect("the run comes to that")
    }

    async fn healthy(&self) {
        let ready = async { while self.health().await != "ready" {} };
        tokio::time::timeout(Duration::from_secs(60), ready).await.expect("it works again");
    }
}

#[track_caller]
fn check(seen: &str, expected: &[&str]) {
    for part in expected {
        assert!(seen.contains(part), "{part:?} is not in {seen:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn with_a_rotated_key() {
    let Some(bench) = bench().await else { return };
    let (one, two) = (("GF_PLUGIN_ENCRYPTION_SECRET", "one"), ("GF_PLUGIN_ENCRYPTION_SECRET", "two"));
    {
        let front = bench.start(&[one]);
        check(&front.health().await, &["organisation 1 is not connected"]);
        front.connect("glsa_1_a").await;
        front.create("Kept", "draft").await.unwrap();
        assert_eq!(front.health().await, "ready");
    }
    {
        let front = bench.start(&[two]);
        let told = ["organisation 1 needs to be connected again", "cannot be decrypted", "encryption_secret_previous"];
        check(&front.health().await, &told);
        let (state, _, message) = front.connection().await;
        assert_eq!(state, "needs_reconnect");
        check(&message, &told);
        check(&front.create("Refused", "scheduled").await.unwrap_err(), &["needs to be connected again"]);
        assert_eq!(front.names().await, ["Kept"]);
    }
    {
        let front = bench.start(&[two, ("GF_PLUGIN_ENCRYPTION_SECRET_PREVIOUS", "one")]);
        assert_eq!(front.health().await, "ready");
        assert_eq!(front.connection().await.0, "connected");
    }
    let front = bench.start(&[two]);
    let (state, source, _) = front.connection().await;
    assert_eq!((state.as_str(), source.as_str()), ("connected", "stored"), "sealed with the new key");
    assert_eq!(front.names().await, ["Kept"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn with_a_token_that_was_deleted() {
    let Some(bench) = bench().await else { return };
    {
        let front = bench.start(&[]);
        front.connect("glsa_1_a").await;
        front.create("Kept", "draft").await.unwrap();
    }
    bench.grafana.revoke("glsa_1_a");
    let front = bench.start(&[]);
    let told = ["organisation 1 needs to be connected again", "Grafana refused the stored token (Invalid API key)", "configuration page"];
    let (state, _, message) = front.connection().await;
    assert_eq!(state, "needs_reconnect");
    check(&message, &told);
    check(&front.health().await, &told);
    let refused = front.post("_connect", json!({ "token": "glsa_2_x" })).await.unwrap_err();
    check(&refused, &["400", "does not belong to the requested organization"]);
    assert_eq!(front.connection().await.0, "needs_reconnect");
    front.connect("glsa_1_b").await;
    assert_eq!(front.health().await, "ready");
    assert_eq!(front.names().await, ["Kept"]);
    // A due report waits for the connection and goes out as soon as there is one.
    let report_id = front.create("Due", "draft").await.unwrap();
    bench.grafana.revoke("glsa_1_b");
    front.post(&format!("reports/{report_id}/resume"), json!({})).await.unwrap();
    let waiting = front.run_until(report_id, |run| run["state"] == "due" && run["attempts"] == 1).await;
    check(waiting["error"].as_str().unwrap(), &["Grafana refused the credential", "Invalid API key"]);
    front.connect("glsa_1_c").await;
    front.run_until(report_id, |run| run["state"] == "sent").await;
    assert_eq!(bench.mailbox.wait_for(0).await.to, ["a@example.org"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_token_the_settings_are_got_through_grafana() {
    let Some(bench) = bench().await else { return };
    {
        // The managed service account's token works; that in the settings is told in calls only, and nobody but we ourselves calls.
        let _front = bench.start(&[("GF_PLUGIN_APP_CLIENT_SECRET", "glsa_1_managed"), ("TEST_TOKEN_1", "glsa_1_settings")]);
        let is_synced = || bench.grafana.n_passed_on.load(Ordering::SeqCst) > 0;
        let synced = async {
            while !is_synced() {
                tokio::task::yield_now().await;
            }
        };
        tokio::time::timeout(Duration::from_secs(60), synced).await.expect("the plugin calls itself");
    }
    let asked = bench.grafana.take_asked();
    let sync = asked.iter().find(|asked| asked.path.ends_with("/_sync")).unwrap();
    assert_eq!((sync.token.as_str(), sync.org_header), ("glsa_1_managed", Some(1)));
    let front = bench.start(&[]);
    let (state, source, _) = front.connection().await;
    assert_eq!((state.as_str(), source.as_str()), ("connected", "stored"), "what the settings held is kept");
}

#[tokio::test(flavor = "multi_thread")]
async fn where_the_app_is_switched_off_nothing_is_sent() {
    let Some(bench) = bench().await else { return };
    let front = bench.start(&[("GF_PLUGIN_API_TOKEN", "glsa_1_ini")]);
    bench.grafana.off.lock().unwrap().insert(1);
    let report_id = front.create("Due", "scheduled").await.unwrap();
    let run = front.run_until(report_id, |run| run["state"] == "skipped").await;
    check(run["error"].as_str().unwrap(), &["the app is switched off in organisation 1"]);
    assert_eq!(front.get("_status").await["appEnabled"], false);
}

/// Root is let through by file modes unless it gives up that right; others need not.
fn bound_by_modes() -> Vec<&'static str> {
    let is_root = std::fs::metadata("/proc/self").is_ok_and(|me| std::os::unix::fs::MetadataExt::uid(&me) == 0);
    if is_root { vec!["setpriv", "--bounding-set", "-dac_override,-dac_read_search"] } else { Vec::new() }
}

#[cfg(target_os = "linux")]
#[tokio::test(flavor = "multi_thread")]
async fn with_a_read_only_data_directory() {
    use std::os::unix::fs::PermissionsExt;

    let Some(bench) = bench().await else { return };
    {
        let front = bench.start(&[]);
        front.connect("glsa_1_a").await;
        front.create("Kept", "draft").await.unwrap();
    }
    let set = |folder, files| {
        for entry in std::fs::read_dir(bench.data_dir()).unwrap() {
            let path = entry.unwrap().path();
            if path.is_file() {
                std::fs::set_permissions(path, PermissionsExt::from_mode(files)).unwrap();
            }
        }
        std::fs::set_permissions(bench.data_dir(), PermissionsExt::from_mode(folder)).unwrap();
    };
    set(0o500, 0o400);
    let mut front = bench.start_under(&bound_by_modes(), &[]);
    let told = ["the store cannot be opened", "the data directory"];
    check(&front.health().await, &told);
    let refused = front.client.get_json(&format!("{APP}/resources/reports"), "read reports").await.unwrap_err().to_string();
    check(&refused, &["500", told[0], told[1]]);
    assert!(front.child.try_wait().unwrap().is_none(), "the program stays up");
    set(0o700, 0o600);
    front.healthy().await;
    assert_eq!(front.names().await, ["Kept"], "without a restart");
    assert_eq!(front.connection().await.0, "connected");
}

#[tokio::test(flavor = "multi_thread")]
async fn with_a_file_in_place_of_the_data_directory() {
    let Some(bench) = bench().await else { return };
    std::fs::write(bench.folder.path().join("file"), "").unwrap();
    let front = bench.start(&[("GF_PLUGIN_DATA_DIR", &bench.folder.path().join("file/state").display().to_string())]);
    check(&front.health().await, &["the store cannot be opened", "file/state", "Not a directory"]);
}

/// A file system of 2 MB of its own in a namespace of its own: nothing of it is left, and no rights are needed where the system
/// allows such namespaces.
const ON_SMALL_DISK: [&str; 4] = ["unshare", "-rm", "sh", "-c"];
const MOUNT: &str = r#"mkdir -p "$0" && mount -t tmpfs -o size=2m,mode=700 tmpfs "$0" && exec "$@""#;

#[cfg(target_os = "linux")]
#[tokio::test(flavor = "multi_thread")]
async fn with_a_full_disk() {
    let Some(bench) = bench().await else { return };
    let disk = bench.data_dir().display().to_string();
    let wrapper: Vec<&str> = ON_SMALL_DISK.into_iter().chain([MOUNT, &disk]).collect();
    let tried = Command::new(wrapper[0]).args(&wrapper[1..]).arg("true").status();
    if !tried.is_ok_and(|status| status.success()) {
        eprintln!("skipped, this system lets nobody mount in a namespace");
        return;
    }
    let mut front = bench.start_under(&wrapper, &[("GF_PLUGIN_API_TOKEN", "glsa_1_ini")]);
    front.create("First", "draft").await.unwrap();
    // The disk as the program sees it.
    let filler = PathBuf::from(format!("/proc/{}/root{disk}/filler", front.child.id()));
    let mut file = std::fs::File::create(&filler).unwrap();
    while file.write_all(&[0; 4096]).is_ok() {}
    drop(file);
    let mut kept = vec!["First".to_owned()];
    let refused = loop {
        assert!(kept.len() < 200, "the disk is full");
        let name = format!("Report {}", kept.len());
        match front.create(&name, "draft").await {
            Ok(_) => kept.push(name),
            Err(refused) => break refused,
        }
    };
    check(&refused, &["500", "nothing can be stored", "the disk of the data directory is full: free some space"]);
    check(&front.health().await, &["nothing can be stored: the disk of the data directory is full"]);
    assert_eq!(front.names().await, kept, "what was stored is there");
    assert!(front.child.try_wait().unwrap().is_none(), "the program stays up");
    std::fs::remove_file(&filler).unwrap();
    front.create("Last", "draft").await.unwrap();
    kept.push("Last".into());
    assert_eq!(front.names().await, kept);
    assert_eq!(front.health().await, "ready");
}
