//! Settings from the environment: one typed place. Grafana hands `[plugin.broadsheet-reports-app] key = value` over as
//! `GF_PLUGIN_KEY`; outside Grafana the same keys are read as `BROADSHEET_KEY`. A wrong value never stops the program: the
//! default is used and [`Config::problems`] says so in health.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    time::Duration,
};

/// The folder of our state inside Grafana's data directory.
const DATA_FOLDER: &str = "broadsheet-reports";

/// Everything the program can be told from outside. Secrets never reach `Debug` output.
#[derive(Clone, Debug, Default)]
pub struct Config {
    /// Where state is kept; `None` when it cannot be found (health says so).
    pub data_dir: Option<PathBuf>,
    pub grafana: GrafanaConfig,
    pub smtp: SmtpConfig,
    pub limits: Limits,
    /// Folder of YAML files that define reports and settings.
    pub provisioning_path: Option<PathBuf>,
    /// Hex or text key for secrets at rest; else a 0600 key file beside the database.
    pub encryption_secret: Option<Secret>,
    /// What was wrong with the settings: shown in health, a safe default is used instead.
    pub problems: Vec<String>,
}

#[derive(Clone, Debug, Default)]
pub struct GrafanaConfig {
    /// Base URL without a trailing slash.
    pub url: Option<String>,
    /// Service-account token for every organisation without its own.
    pub token: Option<Secret>,
    /// `org2_api_token` …
    pub org_tokens: BTreeMap<i64, Secret>,
    pub skip_tls_verify: bool,
    pub ca_file: Option<PathBuf>,
}

/// Grafana's `[smtp]` keys by the same names.
#[derive(Clone, Debug, Default)]
pub struct SmtpConfig {
    pub enabled: bool,
    /// "host:port".
    pub host: String,
    pub user: String,
    pub password: Option<Secret>,
    pub from_address: String,
    pub from_name: String,
    pub ehlo_identity: String,
    /// "OpportunisticStartTLS", "MandatoryStartTLS" or "NoStartTLS"; port 465 means implicit TLS.
    pub starttls_policy: String,
    pub skip_verify: bool,
    pub cert_file: Option<PathBuf>,
    pub key_file: Option<PathBuf>,
    pub timeout: Option<Duration>,
}

#[derive(Clone, Debug)]
pub struct Limits {
    pub max_attachment_size_mb: u64,
    pub rendering_timeout: Duration,
    pub concurrent_render_limit: usize,
    pub allowed_domains: Vec<String>,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits {
            max_attachment_size_mb: 10,
            rendering_timeout: Duration::from_secs(300),
            concurrent_render_limit: 4,
            allowed_domains: vec!["*".into()],
        }
    }
}

/// A string that is never printed.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    pub fn new(text: impl Into<String>) -> Secret {
        Secret(text.into())
    }

    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("***")
    }
}

impl Config {
    /// Reads the process's own environment.
    pub fn from_process() -> Config {
        let exe = std::env::current_exe().ok();
        // `std::env::vars` panics where a variable of somebody else's is not UTF-8.
        let vars = std::env::vars_os().filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)));
        Config::from_vars(vars, exe.as_deref())
    }

    /// Reads settings from variables; `exe` is the path of the program, which in a plugin folder tells where Grafana's data is.
    pub fn from_vars(vars: impl IntoIterator<Item = (String, String)>, exe: Option<&Path>) -> Config {
        let mut vars = Vars { map: vars.into_iter().collect(), problems: Vec::new() };
        let mut config = Config {
            data_dir: data_dir(&vars, exe),
            grafana: grafana(&mut vars),
            smtp: smtp(&mut vars),
            limits: limits(&mut vars),
            provisioning_path: vars.text("provisioning_path").map(PathBuf::from),
            encryption_secret: vars.secret("encryption_secret"),
            problems: Vec::new(),
        };
        if config.data_dir.is_none() {
            vars.problems.push(
                "the data directory cannot be found: set data_dir in [plugin.broadsheet-reports-app] to a directory Grafana may write to"
                    .into(),
            );
        }
        config.problems = vars.problems;
        config
    }
}

/// `data_dir`, else Grafana's data directory when its environment is forwarded, else the one the plugin folder lies in
/// (`<data>/plugins/<id>/`). Never the plugin folder itself: an update deletes it and a foreign file there breaks its signature.
fn data_dir(vars: &Vars, exe: Option<&Path>) -> Option<PathBuf> {
    if let Some(own) = vars.text("data_dir") {
        return Some(PathBuf::from(own));
    }
    if let Some(data) = vars.plain("GF_PATHS_DATA") {
        return Some(Path::new(data).join(DATA_FOLDER));
    }
    let plugins = exe?.parent()?.parent()?;
    let is_plugins = plugins.file_name().is_some_and(|name| name == "plugins");
    is_plugins.then(|| plugins.parent().map(|data| data.join(DATA_FOLDER))).flatten()
}

fn grafana(vars: &mut Vars) -> GrafanaConfig {
    // GF_ENTERPRISE_APP_URL is Grafana's root_url and set in OSS too: the only address known at start.
    let told = ["GF_APP_URL", "GF_ENTERPRISE_APP_URL"].into_iter().find_map(|name| vars.plain(name).map(str::to_owned));
    let mut org_tokens = BTreeMap::new();
    for key in vars.keys() {
        let Some(org) = key.strip_prefix("org").and_then(|rest| rest.strip_suffix("_api_token")) else { continue };
        match (org.parse::<i64>(), vars.secret(&key)) {
            (Ok(org), Some(token)) if org > 0 => drop(org_tokens.insert(org, token)),
            _ => vars.problems.push(format!("{key}: expected org<number>_api_token with a token")),
        }
    }
    GrafanaConfig {
        url: vars.text("grafana_url").map(str::to_owned).or(told).map(|url| url.trim_end_matches('/').to_owned()),
        token: vars.secret("api_token").or_else(|| vars.plain("GF_PLUGIN_APP_CLIENT_SECRET").map(Secret::new)),
        org_tokens,
        skip_tls_verify: vars.flag("grafana_skip_tls_verify", false),
        ca_file: vars.text("grafana_ca_file").map(PathBuf::from),
    }
}

fn smtp(vars: &mut Vars) -> SmtpConfig {
    let host = vars.smtp_text("host").unwrap_or_default();
    let policy = vars.smtp_text("starttls_policy").unwrap_or_default();
    if !["", "OpportunisticStartTLS", "MandatoryStartTLS", "NoStartTLS"].contains(&policy.as_str()) {
        vars.problems
            .push(format!("smtp_starttls_policy: expected OpportunisticStartTLS, MandatoryStartTLS or NoStartTLS, got {policy:?}"));
    }
    let default_enabled = !host.is_empty();
    SmtpConfig {
        enabled: vars.smtp_flag("enabled", default_enabled),
        user: vars.smtp_text("user").unwrap_or_default(),
        password: vars.smtp_text("password").map(Secret::new),
        from_address: vars.smtp_text("from_address").unwrap_or_else(|| "admin@grafana.localhost".into()),
        from_name: vars.smtp_text("from_name").unwrap_or_else(|| "Grafana".into()),
        ehlo_identity: vars.smtp_text("ehlo_identity").unwrap_or_default(),
        starttls_policy: policy,
        skip_verify: vars.smtp_flag("skip_verify", false),
        cert_file: vars.smtp_text("cert_file").map(PathBuf::from),
        key_file: vars.smtp_text("key_file").map(PathBuf::from),
        timeout: vars.duration("smtp_timeout"),
        host,
    }
}

fn limits(vars: &mut Vars) -> Limits {
    let default = Limits::default();
    let domains =
        vars.text("allowed_domains").map(|text| text.split([',', ' ']).filter(|d| !d.is_empty()).map(str::to_lowercase).collect());
    Limits {
        max_attachment_size_mb: vars.number("max_attachment_size_mb", default.max_attachment_size_mb),
        rendering_timeout: vars.duration("rendering_timeout").unwrap_or(default.rendering_timeout),
        concurrent_render_limit: vars.number("concurrent_render_limit", default.concurrent_render_limit as u64).clamp(1, 64) as usize,
        allowed_domains: domains.unwrap_or(default.allowed_domains),
    }
}

/// The variables with the two spellings of our keys, and what was wrong with them.
struct Vars {
    map: BTreeMap<String, String>,
    problems: Vec<String>,
}

impl Vars {
    fn plain(&self, name: &str) -> Option<&str> {
        self.map.get(name).map(String::as_str).filter(|value| !value.is_empty())
    }

    /// One of our keys; outside a plugin `BROADSHEET_` stands in front.
    fn text(&self, key: &str) -> Option<&str> {
        let upper = key.to_uppercase();
        self.plain(&format!("GF_PLUGIN_{upper}")).or_else(|| self.plain(&format!("BROADSHEET_{upper}")))
    }

    fn secret(&self, key: &str) -> Option<Secret> {
        self.text(key).map(Secret::new)
    }

    /// `smtp_host` of ours, else Grafana's own `GF_SMTP_HOST` where its environment is forwarded.
    fn smtp_text(&self, key: &str) -> Option<String> {
        let own = self.text(&format!("smtp_{key}"));
        own.or_else(|| self.plain(&format!("GF_SMTP_{}", key.to_uppercase()))).map(str::to_owned)
    }

    fn smtp_flag(&mut self, key: &str, default: bool) -> bool {
        match self.smtp_text(key) {
            Some(text) => self.parse_flag(&format!("smtp_{key}"), &text, default),
            None => default,
        }
    }

    fn flag(&mut self, key: &str, default: bool) -> bool {
        match self.text(key).map(str::to_owned) {
            Some(text) => self.parse_flag(key, &text, default),
            None => default,
        }
    }

    fn parse_flag(&mut self, key: &str, text: &str, default: bool) -> bool {
        match text.to_lowercase().as_str() {
            "true" | "1" | "yes" | "on" => true,
            "false" | "0" | "no" | "off" => false,
            _ => {
                self.problems.push(format!("{key}: expected true or false, got {text:?}; {default} is used"));
                default
            }
        }
    }

    fn number(&mut self, key: &str, default: u64) -> u64 {
        let Some(text) = self.text(key).map(str::to_owned) else { return default };
        text.trim().parse().unwrap_or_else(|_| {
            self.problems.push(format!("{key}: expected a whole number, got {text:?}; {default} is used"));
            default
        })
    }

    /// "10s", "2m", "500ms" as in Grafana's ini, or a number of seconds.
    fn duration(&mut self, key: &str) -> Option<Duration> {
        let text = self.text(key)?.trim().to_owned();
        let split = text.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(text.len());
        let unit = match &text[split..] {
            "ms" => Some(0.001),
            "" | "s" => Some(1.0),
            "m" => Some(60.0),
            "h" => Some(3600.0),
            _ => None,
        };
        let seconds = text[..split].parse::<f64>().ok().zip(unit).map(|(n, unit)| n * unit);
        match seconds.filter(|s| *s > 0.0 && *s < 1e6) {
            Some(seconds) => Some(Duration::from_secs_f64(seconds)),
            None => {
                self.problems.push(format!("{key}: expected a duration such as 30s or 2m, got {text:?}; the default is used"));
                None
            }
        }
    }

    /// Our keys in lower case, whatever their prefix.
    fn keys(&self) -> Vec<String> {
        let strip = |name: &String| name.strip_prefix("GF_PLUGIN_").or_else(|| name.strip_prefix("BROADSHEET_")).map(str::to_lowercase);
        self.map.keys().filter_map(strip).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn config(vars: &[(&str, &str)], exe: &str) -> Config {
        Config::from_vars(vars.iter().map(|(k, v)| (k.to_string(), v.to_string())), Some(Path::new(exe)))
    }

    #[test]
    fn the_data_directory_is_never_the_plugin_folder() {
        let check = |vars: &[(&str, &str)], exe: &str, expected: Option<&str>| {
            assert_eq!(config(vars, exe).data_dir, expected.map(PathBuf::from), "{vars:?} {exe}");
        };
        let exe = "/var/lib/grafana/plugins/broadsheet-reports-app/gpx_broadsheet_reports_linux_amd64";
        check(&[], exe, Some("/var/lib/grafana/broadsheet-reports"));
        check(&[("GF_PATHS_DATA", "/data")], exe, Some("/data/broadsheet-reports"));
        check(&[("GF_PLUGIN_DATA_DIR", "/own"), ("GF_PATHS_DATA", "/data")], exe, Some("/own"));
        check(&[("BROADSHEET_DATA_DIR", "/own")], "/usr/bin/broadsheet", Some("/own"));
        check(&[], "/usr/bin/broadsheet", None);
    }

    #[test]
    fn wrong_values_are_told_and_replaced() {
        let config = config(
            &[
                ("GF_PLUGIN_RENDERING_TIMEOUT", "soon"),
                ("GF_PLUGIN_MAX_ATTACHMENT_SIZE_MB", "-1"),
                ("GF_PLUGIN_SMTP_STARTTLS_POLICY", "maybe"),
                ("GF_PLUGIN_SMTP_SKIP_VERIFY", "perhaps"),
                ("GF_PLUGIN_DATA_DIR", "/d"),
            ],
            "/x",
        );
        assert_eq!(config.problems.len(), 4, "{:?}", config.problems);
        assert_eq!(config.limits.rendering_timeout, Limits::default().rendering_timeout);
        assert_eq!(config.limits.max_attachment_size_mb, 10);
    }

    #[test]
    fn mail_and_tokens_are_read_and_never_printed() {
        let config = config(
            &[
                ("GF_PLUGIN_SMTP_HOST", "mail:587"),
                ("GF_PLUGIN_SMTP_PASSWORD", "hush-1"),
                ("GF_SMTP_FROM_ADDRESS", "grafana@example.org"),
                ("GF_PLUGIN_ORG2_API_TOKEN", "hush-2"),
                ("GF_ENTERPRISE_APP_URL", "http://localhost:3000/"),
            ],
            "/x",
        );
        assert!(config.smtp.enabled);
        assert_eq!(config.smtp.from_address, "grafana@example.org");
        assert_eq!(config.grafana.org_tokens[&2].expose(), "hush-2");
        assert_eq!(config.grafana.url.as_deref(), Some("http://localhost:3000"));
        assert!(!format!("{config:?}").contains("hush"));
    }
}
