//! Settings from the environment: one typed place. Grafana hands `[plugin.broadsheet-reports-app] key = value` over as
//! `GF_PLUGIN_KEY`; outside Grafana the same keys are read as `BROADSHEET_KEY`. A wrong value never stops the program: the
//! default is used and [`Config::problems`] says so in health.

mod data_dir;
mod grafana;
mod limits;
mod secret;
mod smtp;
mod vars;

#[cfg(test)]
mod tests;

use std::path::{Path, PathBuf};

use vars::Vars;

pub use self::{grafana::GrafanaConfig, limits::Limits, secret::Secret, smtp::SmtpConfig};

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
            data_dir: data_dir::data_dir(&vars, exe),
            grafana: grafana::grafana(&mut vars),
            smtp: smtp::smtp(&mut vars),
            limits: limits::limits(&mut vars),
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
