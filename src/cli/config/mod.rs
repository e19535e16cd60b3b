//! `broadsheet config`.

mod probe;

use broadsheet::{
    config::{Config, Effective, Source},
    provision::{self, Sources},
};

use super::Exit;

/// Looks at the settings
#[derive(clap::Args)]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(clap::Subcommand)]
enum Command {
    /// Prints the settings in effect, where each comes from, secrets masked, and what is wrong with them
    ///
    /// Reads the same variables as the plugin (GF_PLUGIN_…, GF_SMTP_…) and the sidecar (BROADSHEET_…), and tries the data
    /// directory, the fonts and the files named. Asks nobody on the network without --connect.
    #[command(after_help = "Exit codes: 0 all is well, 1 a setting is wrong, 2 the command line is wrong, 3 something cannot be reached.")]
    Check(Check),
}

#[derive(clap::Args)]
struct Check {
    /// Also asks Grafana who we are, with each token, and greets the mail server; sends nothing
    #[arg(long)]
    connect: bool,
    /// Only settings that differ from the default
    #[arg(long)]
    changed: bool,
}

/// Some setting is wrong.
const WRONG: u8 = 1;
/// The settings are fine, but Grafana or the mail server are not there.
const UNREACHABLE: u8 = 3;

pub async fn run(args: Args) -> anyhow::Result<()> {
    let Command::Check(args) = args.command;
    let config = Config::from_process();
    print!("{}", table(&config.effective, args.changed));
    for hint in &config.hints {
        eprintln!("hint: {hint}");
    }
    let mut problems = problems(&config);
    let (looked, found) = probe::local(&config);
    looked.iter().for_each(|line| eprintln!("ok: {line}"));
    problems.extend(found);
    for problem in &problems {
        eprintln!("problem: {problem}");
    }
    let mut n_unreachable = 0;
    if args.connect {
        for outcome in probe::network(&config).await {
            match outcome {
                Ok(line) => eprintln!("ok: {line}"),
                Err(line) => {
                    n_unreachable += 1;
                    eprintln!("unreachable: {line}");
                }
            }
        }
    }
    match (problems.len(), n_unreachable) {
        (0, 0) => Ok(()),
        (0, n) => Err(Exit { code: UNREACHABLE, message: format!("{n} of what is needed cannot be reached or used") }.into()),
        (1, _) => Err(Exit { code: WRONG, message: "one setting is wrong".into() }.into()),
        (n, _) => Err(Exit { code: WRONG, message: format!("{n} settings are wrong") }.into()),
    }
}

/// Key, value and source, in columns.
fn table(effective: &[Effective], only_changed: bool) -> String {
    let shown = || effective.iter().filter(|line| !only_changed || line.source != Source::Default);
    let text = |line: &Effective| if line.text.is_empty() { "(not set)".to_owned() } else { line.text.clone() };
    let key_width = shown().map(|line| line.key.len()).max().unwrap_or_default();
    let text_width = shown().map(|line| text(line).chars().count()).max().unwrap_or_default().min(40);
    let row =
        |line: &Effective| format!("{:<key_width$}  {:<text_width$}  {}", line.key, text(line), line.source).trim_end().to_owned() + "\n";
    shown().map(row).collect()
}

/// What reading the settings found, and what can be seen without trying anything.
fn problems(config: &Config) -> Vec<String> {
    let mut all = config.problems.clone();
    if config.grafana.url.is_none() {
        all.push("grafana_url: is not set; a plugin takes Grafana's own address, the sidecar needs it".into());
    }
    if config.smtp.host.is_empty() {
        all.push("smtp_host: is not set, no mail can be sent".into());
    } else if !config.smtp.enabled {
        all.push("smtp_enabled: is false, no mail can be sent".into());
    }
    if let Some(folder) = &config.provisioning_path {
        all.extend(provision::check(folder, &Sources::process()).iter().map(|problem| format!("provisioning_path: {problem}")));
    }
    all
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
        let table = table(&config.effective, false);
        for expected in [
            "grafana_url http://localhost:3000/ BROADSHEET_GRAFANA_URL",
            "api_token *** BROADSHEET_API_TOKEN",
            "org2_api_token *** BROADSHEET_ORG2_API_TOKEN",
            "smtp_password *** BROADSHEET_SMTP_PASSWORD",
            "smtp_user (not set) default",
            "smtp_enabled true whether smtp_host is set",
            "rendering_timeout 2m BROADSHEET_RENDERING_TIMEOUT",
            "concurrent_render_limit 4 default",
        ] {
            let has = table.lines().any(|line| line.split_whitespace().collect::<Vec<_>>().join(" ") == expected);
            assert!(has, "{expected}\n{table}");
        }
        assert!(!table.contains("hush"));
        assert_eq!(problems(&config), Vec::<String>::new());
    }

    #[test]
    fn what_is_wrong_is_said() {
        let check = |vars: &[(&str, &str)], expected: &str| {
            let config = config(vars);
            let all = [problems(&config), probe::local(&config).1].concat();
            assert!(all.iter().any(|problem| problem.contains(expected)), "{expected}: {all:?}");
        };
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("broken.ttf");
        std::fs::write(&file, "no font").unwrap();
        let (folder, file) = (folder.path().display().to_string(), file.display().to_string());
        check(&[], "grafana_url: is not set");
        check(&[], "smtp_host: is not set");
        check(&[], "data directory cannot be found");
        check(&[("BROADSHEET_GRAFANA_URL", "localhost:3000")], "grafana_url: expected an address with http");
        check(&[("BROADSHEET_SMTP_HOST", "mail"), ("BROADSHEET_SMTP_ENABLED", "false")], "smtp_enabled: is false");
        check(&[("BROADSHEET_GRAFANA_CA_FILE", "/nowhere/ca.pem")], "grafana_ca_file:");
        check(&[("BROADSHEET_PROVISIONING_PATH", "/nowhere")], "provisioning_path: /nowhere:0: ");
        check(&[("BROADSHEET_RENDERING_TIMEOUT", "soon")], "rendering_timeout:");
        check(&[("BROADSHEET_DATA_DIR", &file)], "data_dir: ");
        check(&[("BROADSHEET_FONTS_PATH", &folder)], "broken.ttf is no font");
        check(&[("BROADSHEET_FONTS_PATH", "/nowhere")], "fonts_path: /nowhere: ");
        check(&[("BROADSHEET_CERT_FILE", &file), ("BROADSHEET_CERT_KEY", &file)], "there is no certificate in it");
        check(&[("BROADSHEET_CERT_KEY", &file)], "cert_file: is not set");
    }
}
