use std::path::{Path, PathBuf};

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

#[test]
fn every_row_is_read_and_every_key_has_a_row() {
    let mut values = Values::read(Told::default());
    Config::from_values(&mut values, None);
    assert_eq!(values.forgotten(), Vec::<&str>::new());
    let mut keys: Vec<&str> = SETTINGS.iter().map(|setting| setting.key).collect();
    keys.sort_unstable();
    keys.dedup();
    assert_eq!(keys.len(), SETTINGS.len());
}

#[test]
fn the_nearer_source_wins_and_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("password");
    std::fs::write(&file, "hush-9\n").unwrap();
    let path = file.display().to_string();
    let told = |flags: &[(&str, &str)], vars: &[(&str, &str)]| {
        let map = |pairs: &[(&str, &str)]| pairs.iter().map(|(k, v)| (k.to_string(), v.to_string())).collect();
        Config::from_told(Told { flags: map(flags), vars: map(vars) }, None)
    };
    let check = |flags: &[(&str, &str)], vars: &[(&str, &str)], key: &str, expected: (&str, &str)| {
        let config = told(flags, vars);
        let line = config.effective.iter().find(|line| line.key == key).unwrap();
        assert_eq!((line.text.as_str(), line.source.to_string().as_str()), expected, "{flags:?} {vars:?}");
    };
    let host = [("GF_PLUGIN_SMTP_HOST", "a"), ("BROADSHEET_SMTP_HOST", "b"), ("GF_SMTP_HOST", "c")];
    check(&[("smtp_host", "f")], &host, "smtp_host", ("f", "--smtp-host"));
    check(&[], &host, "smtp_host", ("a", "GF_PLUGIN_SMTP_HOST"));
    check(&[], &host[1..], "smtp_host", ("b", "BROADSHEET_SMTP_HOST"));
    check(&[], &host[2..], "smtp_host", ("c", "GF_SMTP_HOST"));
    check(&[], &[("GF_PLUGIN_SMTP_HOST", ""), ("GF_SMTP_HOST", "c")], "smtp_host", ("c", "GF_SMTP_HOST"));
    check(&[], &[("GF_SMTP_ENABLED", "true")], "smtp_host", ("localhost:25", "default"));
    check(&[], &[], "retention_days", ("30d", "default"));
    check(&[], &[("GF_APP_URL", "http://g/")], "grafana_url", ("http://g", "GF_APP_URL"));
    check(&[], &[("GF_PATHS_DATA", "/data")], "data_dir", ("/data/broadsheet-reports", "GF_PATHS_DATA"));
    let from_file = format!("{path} (BROADSHEET_SMTP_PASSWORD__FILE)");
    check(&[], &[("BROADSHEET_SMTP_PASSWORD__FILE", &path)], "smtp_password", ("***", &from_file));
    let config = told(&[], &[("BROADSHEET_SMTP_PASSWORD__FILE", &path)]);
    assert_eq!(config.smtp.password.unwrap().expose(), "hush-9");
    let config = told(&[], &[("BROADSHEET_DATA_DIR", "/d"), ("BROADSHEET_SMTP_PASSWORD__FILE", "/nowhere/password")]);
    assert!(config.problems[0].starts_with("smtp_password: /nowhere/password: "), "{:?}", config.problems);
}

#[test]
fn problems_name_key_expectation_value_and_source() {
    let check = |name: &str, value: &str, expected: &str| {
        let vars = [("BROADSHEET_DATA_DIR", "/d"), (name, value)];
        assert_eq!(config(&vars, "/x").problems, [expected], "{name}={value}");
    };
    check(
        "BROADSHEET_CONCURRENT_RENDER_LIMIT",
        "0",
        r#"concurrent_render_limit: expected a whole number from 1 to 64, got "0" (BROADSHEET_CONCURRENT_RENDER_LIMIT); 4 is used"#,
    );
    check(
        "BROADSHEET_GRAFANA_URL",
        "localhost:3000",
        r#"grafana_url: expected an address with http:// or https://, got "localhost:3000" (BROADSHEET_GRAFANA_URL); it is ignored"#,
    );
    check(
        "BROADSHEET_ORGX_API_TOKEN",
        "t",
        "orgx_api_token: expected org<number>_api_token with a token (BROADSHEET_ORGX_API_TOKEN); it is ignored",
    );
    check("BROADSHEET_CERT_FILE", "/c.pem", "cert_file: expected cert_key too; the sidecar does not start");
    check(
        "BROADSHEET_LOG_LEVEL",
        "info,=x=y",
        r#"log_level: expected error, warn, info, debug, trace or a filter, got "info,=x=y"; info is used"#,
    );
}

#[test]
fn the_page_of_proxies_shows_the_files() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let page = std::fs::read_to_string(root.join("docs/proxy.md")).unwrap();
    for file in ["nginx-plugin.conf", "nginx-sidecar.conf", "Caddyfile", "traefik.yaml"] {
        let text = std::fs::read_to_string(root.join("packaging/proxy").join(file)).unwrap();
        assert!(page.contains(text.trim_end()), "docs/proxy.md does not show {file}");
    }
}

/// The sample settings of the sidecar are settings.
#[test]
fn samples_hold_no_wrong_setting() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("packaging");
    for file in ["systemd/broadsheet.env", "systemd/broadsheet.service", "compose.yaml"] {
        let text = std::fs::read_to_string(root.join(file)).unwrap();
        let line = |line: &str| {
            let (name, value) = line.trim().trim_start_matches("Environment=").split_once(['=', ':'])?;
            // Files of secrets are not here; the names without are what is looked at.
            name.starts_with("BROADSHEET_").then(|| (name.trim_end_matches("__FILE").to_owned(), value.trim().to_owned()))
        };
        let mut vars: Vec<(String, String)> = text.lines().filter_map(line).collect();
        assert!(!vars.is_empty(), "{file}");
        vars.push(("BROADSHEET_DATA_DIR".into(), "/d".into()));
        let config = Config::from_vars(vars, None);
        assert_eq!((config.problems, config.hints), (Vec::<String>::new(), Vec::new()), "{file}");
    }
}

/// `BLESS=1 cargo test` writes the page anew.
#[test]
fn the_page_of_settings_is_the_table() {
    const START: &str = "<!-- The table of src/config/table.rs; BLESS=1 cargo test --lib config writes it. -->\n";
    const END: &str = "\n<!-- End of the table. -->";
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/settings.md");
    let page = std::fs::read_to_string(&path).unwrap();
    let (before, rest) = page.split_once(START).unwrap();
    let (table, after) = rest.split_once(END).unwrap();
    if std::env::var_os("BLESS").is_some() {
        std::fs::write(&path, format!("{before}{START}{}{END}{after}", document())).unwrap();
    } else {
        assert_eq!(table, document(), "docs/settings.md is old: run with BLESS=1");
    }
}
