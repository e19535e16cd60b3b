//! `broadsheet config`.

use std::{collections::BTreeMap, path::Path, time::Duration};

use anyhow::bail;
use broadsheet::{
    config::{Config, Secret},
    provision::{self, Sources},
};

/// Looks at the settings
#[derive(clap::Args)]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(clap::Subcommand)]
enum Command {
    /// Prints the settings in effect, secrets masked, and what is wrong with them
    ///
    /// Reads the same variables as the plugin (GF_PLUGIN_…, GF_SMTP_…) and the sidecar (BROADSHEET_…). Asks nobody on the network.
    /// Exit code 1 when something is wrong.
    Check,
}

pub fn run(args: &Args) -> anyhow::Result<()> {
    let Command::Check = args.command;
    let config = Config::from_process();
    for (key, value) in settings(&config) {
        println!("{key:<26} {value}");
    }
    let problems = problems(&config);
    for problem in &problems {
        eprintln!("problem: {problem}");
    }
    match problems.len() {
        0 => Ok(()),
        1 => bail!("one setting is wrong"),
        n => bail!("{n} settings are wrong"),
    }
}

/// Every key with its effective value, in the order of docs/install.md.
fn settings(config: &Config) -> Vec<(String, String)> {
    let (grafana, smtp, limits) = (&config.grafana, &config.smtp, &config.limits);
    let mut all: Vec<(String, String)> = Vec::new();
    let mut add = |key: &str, value: String| all.push((key.to_owned(), value));
    add("grafana_url", or_unset(grafana.url.as_deref()));
    add("api_token", secret(grafana.token.as_ref()));
    let org_tokens: BTreeMap<_, _> = grafana.org_tokens.iter().collect();
    for (org_id, token) in org_tokens {
        add(&format!("org{org_id}_api_token"), secret(Some(token)));
    }
    add("grafana_skip_tls_verify", grafana.skip_tls_verify.to_string());
    add("grafana_ca_file", path(grafana.ca_file.as_deref()));
    add("data_dir", path(config.data_dir.as_deref()));
    add("encryption_secret", config.encryption_secret.as_ref().map_or("a key file in data_dir".into(), |text| secret(Some(text))));
    add("provisioning_path", path(config.provisioning_path.as_deref()));
    add("smtp_enabled", smtp.enabled.to_string());
    add("smtp_host", or_unset(Some(&smtp.host)));
    add("smtp_user", or_unset(Some(&smtp.user)));
    add("smtp_password", secret(smtp.password.as_ref()));
    add("smtp_from_address", smtp.from_address.clone());
    add("smtp_from_name", smtp.from_name.clone());
    add("smtp_ehlo_identity", or_unset(Some(&smtp.ehlo_identity)));
    add("smtp_starttls_policy", or_unset(Some(&smtp.starttls_policy)));
    add("smtp_skip_verify", smtp.skip_verify.to_string());
    add("smtp_cert_file", path(smtp.cert_file.as_deref()));
    add("smtp_key_file", path(smtp.key_file.as_deref()));
    add("smtp_timeout", smtp.timeout.map_or("(not set)".into(), seconds));
    add("allowed_domains", limits.allowed_domains.join(", "));
    add("max_attachment_size_mb", limits.max_attachment_size_mb.to_string());
    add("rendering_timeout", seconds(limits.rendering_timeout));
    add("concurrent_render_limit", limits.concurrent_render_limit.to_string());
    all
}

/// What reading the settings found, and what can be seen without asking anybody.
fn problems(config: &Config) -> Vec<String> {
    let mut all = config.problems.clone();
    match config.grafana.url.as_deref() {
        None => all.push("grafana_url: is not set; a plugin takes Grafana's own address, the sidecar needs it".into()),
        Some(url) if !url.starts_with("http://") && !url.starts_with("https://") => {
            all.push(format!("grafana_url: expected http:// or https://, got {url:?}"));
        }
        Some(_) => {}
    }
    if config.smtp.host.is_empty() {
        all.push("smtp_host: is not set, no mail can be sent".into());
    } else if !config.smtp.enabled {
        all.push("smtp_enabled: is false, no mail can be sent".into());
    }
    let (grafana, smtp) = (&config.grafana, &config.smtp);
    for (key, file) in [("grafana_ca_file", &grafana.ca_file), ("smtp_cert_file", &smtp.cert_file), ("smtp_key_file", &smtp.key_file)] {
        if let Some(error) = file.as_ref().and_then(|file| std::fs::File::open(file).err()) {
            all.push(format!("{key}: {error}"));
        }
    }
    if let Some(folder) = config.data_dir.as_deref().filter(|folder| folder.exists()) {
        match std::fs::metadata(folder) {
            Ok(found) if !found.is_dir() => all.push(format!("data_dir: {} is not a directory", folder.display())),
            Ok(found) if found.permissions().readonly() => all.push(format!("data_dir: {} is read-only", folder.display())),
            Ok(_) => {}
            Err(error) => all.push(format!("data_dir: {error}")),
        }
    }
    if let Some(folder) = &config.provisioning_path {
        all.extend(provision::check(folder, &Sources::process()).iter().map(|problem| format!("provisioning_path: {problem}")));
    }
    all
}

fn or_unset(text: Option<&str>) -> String {
    text.filter(|text| !text.is_empty()).unwrap_or("(not set)").to_owned()
}

fn path(path: Option<&Path>) -> String {
    path.map_or("(not set)".into(), |path| path.display().to_string())
}

/// Only whether there is one: even its length would tell something.
fn secret(secret: Option<&Secret>) -> String {
    secret.filter(|secret| !secret.expose().is_empty()).map_or("(not set)", |_| "***").to_owned()
}

fn seconds(span: Duration) -> String {
    format!("{}s", span.as_secs_f64())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn config(vars: &[(&str, &str)]) -> Config {
        Config::from_vars(vars.iter().map(|(k, v)| (k.to_string(), v.to_string())), None)
    }

    #[test]
    fn everything_is_shown_but_secrets() {
        let config = config(&[
            ("BROADSHEET_GRAFANA_URL", "http://localhost:3000/"),
            ("BROADSHEET_API_TOKEN", "hush-1"),
            ("BROADSHEET_ORG2_API_TOKEN", "hush-2"),
            ("BROADSHEET_SMTP_HOST", "mail:587"),
            ("BROADSHEET_SMTP_PASSWORD", "hush-3"),
            ("BROADSHEET_ENCRYPTION_SECRET", "hush-4"),
            ("BROADSHEET_DATA_DIR", "/nowhere/broadsheet"),
            ("BROADSHEET_RENDERING_TIMEOUT", "2m"),
        ]);
        let settings = settings(&config);
        let value = |key: &str| settings.iter().find(|(k, _)| k == key).map(|(_, value)| value.as_str());
        for (key, expected) in [
            ("grafana_url", "http://localhost:3000"),
            ("api_token", "***"),
            ("org2_api_token", "***"),
            ("smtp_password", "***"),
            ("encryption_secret", "***"),
            ("smtp_user", "(not set)"),
            ("rendering_timeout", "120s"),
            ("concurrent_render_limit", "4"),
        ] {
            assert_eq!(value(key), Some(expected), "{key}");
        }
        assert!(!format!("{settings:?}").contains("hush"));
        assert_eq!(problems(&config), Vec::<String>::new());
    }

    #[test]
    fn what_is_wrong_is_said() {
        let check = |vars: &[(&str, &str)], expected: &str| {
            let all = problems(&config(vars));
            assert!(all.iter().any(|problem| problem.contains(expected)), "{expected}: {all:?}");
        };
        check(&[], "grafana_url: is not set");
        check(&[], "smtp_host: is not set");
        check(&[], "data directory cannot be found");
        check(&[("BROADSHEET_GRAFANA_URL", "localhost:3000")], "grafana_url: expected http");
        check(&[("BROADSHEET_SMTP_HOST", "mail"), ("BROADSHEET_SMTP_ENABLED", "false")], "smtp_enabled: is false");
        check(&[("BROADSHEET_GRAFANA_CA_FILE", "/nowhere/ca.pem")], "grafana_ca_file:");
        check(&[("BROADSHEET_PROVISIONING_PATH", "/nowhere")], "provisioning_path: /nowhere:0: ");
        check(&[("BROADSHEET_RENDERING_TIMEOUT", "soon")], "rendering_timeout:");
    }
}
