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
