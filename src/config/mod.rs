//! Settings: one typed place. [`SETTINGS`] is the table that reading, `broadsheet config check`, the flags of `broadsheet serve`
//! and docs/settings.md go by. Grafana hands `[plugin.broadsheet-reports-app] key = value` over as `GF_PLUGIN_KEY`; outside
//! Grafana the same keys are read as `BROADSHEET_KEY`. A wrong value never stops the program: the default is used and
//! [`Config::problems`] says so in health.
//!
//! A new setting is a row of the table and a line where its value is read; a test finds rows without the one and the other.

mod data_dir;
mod document;
mod grafana;
mod limits;
mod log;
mod org;
mod secret;
mod sidecar;
mod smtp;
mod table;
mod typo;
mod value;
mod values;

#[cfg(test)]
mod tests;

use std::path::{Path, PathBuf};

use values::Values;

use crate::rights::Editing;

pub use self::{
    document::document,
    grafana::GrafanaConfig,
    limits::{Limits, RateLimit},
    log::LogConfig,
    org::{OrgSettings, OrgSettingsBook, org_part},
    secret::Secret,
    sidecar::{SidecarConfig, TlsFiles},
    smtp::SmtpConfig,
    table::{Kind, PerOrg, SETTINGS, Section, Setting},
    values::{Effective, Source, Told},
};

/// Everything the program can be told from outside. Secrets never reach `Debug` output.
#[derive(Clone, Debug)]
pub struct Config {
    /// Off: nothing is sent on schedule and the API answers 404.
    pub enabled: bool,
    /// Off: another replica sends what is due.
    pub scheduler_enabled: bool,
    /// Who else may change a report.
    pub report_editing: Editing,
    /// Where state is kept; `None` when it cannot be found (health says so).
    pub data_dir: Option<PathBuf>,
    pub grafana: GrafanaConfig,
    pub smtp: SmtpConfig,
    pub limits: Limits,
    pub log: LogConfig,
    pub sidecar: SidecarConfig,
    /// Folder of YAML files that define reports and settings.
    pub provisioning_path: Option<PathBuf>,
    /// Folder of fonts to fall back on.
    pub fonts_path: Option<PathBuf>,
    /// Hosts inside the network that logos may be fetched from: names, `*.corp.example`, addresses, or `*`.
    pub logo_allowed_hosts: Vec<String>,
    /// Hex or text key for secrets at rest; else a 0600 key file beside the database.
    pub encryption_secret: Option<Secret>,
    /// The one before: what is still sealed with it is sealed anew at start.
    pub encryption_secret_previous: Option<Secret>,
    /// What was wrong with the settings: shown in health, a safe default is used instead.
    pub problems: Vec<String>,
    /// What is probably a mistake, but nothing is wrong without it.
    pub hints: Vec<String>,
    /// Every setting as it holds, in the order of the table.
    pub effective: Vec<Effective>,
}

impl Default for Config {
    /// Nothing was told.
    fn default() -> Config {
        Config::from_told(Told::default(), None)
    }
}

impl Config {
    /// Reads the process's own environment.
    pub fn from_process() -> Config {
        Config::from_process_with([])
    }

    /// The same with flags of the command line, by key; they come first.
    pub fn from_process_with(flags: impl IntoIterator<Item = (String, String)>) -> Config {
        let exe = std::env::current_exe().ok();
        // `std::env::vars` panics where a variable of somebody else's is not UTF-8.
        let vars = std::env::vars_os().filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)));
        Config::from_told(Told { flags: flags.into_iter().collect(), vars: vars.collect() }, exe.as_deref())
    }

    /// Reads settings from variables; `exe` is the path of the program, which in a plugin folder tells where Grafana's data is.
    pub fn from_vars(vars: impl IntoIterator<Item = (String, String)>, exe: Option<&Path>) -> Config {
        Config::from_told(Told { vars: vars.into_iter().collect(), ..Told::default() }, exe)
    }

    pub fn from_told(told: Told, exe: Option<&Path>) -> Config {
        Config::from_values(&mut Values::read(told), exe)
    }

    fn from_values(values: &mut Values, exe: Option<&Path>) -> Config {
        let data_dir = data_dir::read(values, exe);
        if data_dir.is_none() {
            let where_to = "set data_dir in [plugin.broadsheet-reports-app] to a directory Grafana may write to";
            values.problems.push(format!("the data directory cannot be found: {where_to}"));
        }
        Config {
            enabled: values.flag("enabled"),
            report_editing: values.text("report_editing").and_then(|word| Editing::parse(&word)).unwrap_or_default(),
            scheduler_enabled: values.flag("scheduler_enabled"),
            data_dir,
            grafana: GrafanaConfig::read(values),
            smtp: SmtpConfig::read(values),
            limits: Limits::read(values),
            log: LogConfig::read(values),
            sidecar: SidecarConfig::read(values),
            provisioning_path: values.path("provisioning_path"),
            fonts_path: values.path("fonts_path"),
            logo_allowed_hosts: values.words("logo_allowed_hosts"),
            encryption_secret: values.secret("encryption_secret"),
            encryption_secret_previous: values.secret("encryption_secret_previous"),
            hints: typo::hints(values),
            problems: std::mem::take(&mut values.problems),
            effective: std::mem::take(&mut values.effective),
        }
    }
}
