//! Trying what the settings name.

use std::{path::Path, time::Duration};

use broadsheet::{
    config::{Config, GrafanaConfig, Secret},
    grafana_api::{Client, ClientOptions, Credential},
    mail::SmtpMailer,
    run::FontFiles,
    sidecar,
};

/// What worked and what did not, on this machine.
pub fn local(config: &Config) -> (Vec<String>, Vec<String>) {
    let (mut looked, mut problems) = (Vec::new(), Vec::new());
    let mut take = |key: &str, outcome: Result<String, String>| match outcome {
        Ok(text) => looked.push(format!("{key}: {text}")),
        Err(text) => problems.push(format!("{key}: {text}")),
    };
    if let Some(folder) = &config.data_dir {
        take("data_dir", data_dir(folder));
    }
    let (grafana, smtp) = (&config.grafana, &config.smtp);
    for (key, file) in [("grafana_ca_file", &grafana.ca_file), ("smtp_cert_file", &smtp.cert_file), ("smtp_key_file", &smtp.key_file)] {
        if let Some(file) = file {
            let readable = std::fs::read(file).map(|_| format!("{} can be read", file.display()));
            take(key, readable.map_err(|error| format!("{}: {error}", file.display())));
        }
    }
    if let Some(files) = &config.sidecar.tls {
        match sidecar::check_certificate(files) {
            Ok(()) => looked.push("cert_file: certificate and key fit".into()),
            Err(error) => problems.push(error.to_string()),
        }
    }
    if config.fonts_path.is_some() {
        let fonts = FontFiles::load(config.fonts_path.as_deref());
        fonts.problems.iter().for_each(|problem| problems.push(problem.clone()));
        looked.push(format!("fonts_path: {} fonts", fonts.files.len()));
    }
    (looked, problems)
}

/// Whether state can be kept in `folder`: a file is written there and removed, in the next folder above while there is none.
fn data_dir(folder: &Path) -> Result<String, String> {
    let mut place = folder;
    while !place.exists() {
        place = place.parent().filter(|above| !above.as_os_str().is_empty()).unwrap_or(Path::new("."));
    }
    if !place.is_dir() {
        return Err(format!("{} is not a directory", place.display()));
    }
    let file = place.join(format!(".broadsheet-check-{}", std::process::id()));
    std::fs::write(&file, b"x").and_then(|()| std::fs::remove_file(&file)).map_err(|error| format!("{}: {error}", place.display()))?;
    Ok(match place == folder {
        true => format!("{} can be written", folder.display()),
        false => format!("{} does not exist yet and can be made", folder.display()),
    })
}

/// How long Grafana may take to say who we are.
const PATIENCE: Duration = Duration::from_secs(15);

/// Asks Grafana and greets the mail server: what answered, and what did not.
pub async fn network(config: &Config) -> Vec<Result<String, String>> {
    let mut all = Vec::new();
    if let Some(url) = &config.grafana.url {
        all.push(match version(config, url).await {
            Ok(version) => Ok(format!("grafana_url: {url} is Grafana {version}")),
            Err(error) => Err(format!("grafana_url: {error}")),
        });
        let tokens = config.grafana.token.iter().map(|token| ("api_token".to_owned(), None, token));
        let org_tokens = config.grafana.org_tokens.iter().map(|(org, token)| (format!("org{org}_api_token"), Some(*org), token));
        for (key, org, token) in tokens.chain(org_tokens) {
            let outcome = who(config, url, org, token).await;
            all.push(outcome.map(|who| format!("{key}: {who}")).map_err(|error| format!("{key}: {error}")));
        }
    }
    if config.smtp.enabled {
        let mailer = SmtpMailer::new(config.smtp.clone(), config.limits.clone());
        let greeting = mailer.check().await;
        all.push(greeting.map(|()| format!("smtp_host: {} is ready", config.smtp.host)).map_err(|error| format!("smtp_host: {error}")));
    }
    all
}

async fn version(config: &Config, url: &str) -> Result<String, String> {
    let client = client(&config.grafana, url, None, Credential::None)?;
    let health = client.get_json("/api/health", "ask for its health").await.map_err(|error| error.to_string())?;
    Ok(health["version"].as_str().unwrap_or("of unknown version").to_owned())
}

async fn who(config: &Config, url: &str, org_id: Option<i64>, token: &Secret) -> Result<String, String> {
    let client = client(&config.grafana, url, org_id, Credential::parse(token.expose()))?;
    let permissions = client.permissions().await.map_err(|error| error.to_string())?;
    let count = permissions.as_object().map_or(0, serde_json::Map::len);
    Ok(format!("Grafana knows it ({count} actions)"))
}

fn client(config: &GrafanaConfig, url: &str, org_id: Option<i64>, credential: Credential) -> Result<Client, String> {
    let mut options = ClientOptions::new(url, credential);
    options.org_id = org_id;
    options.timeout = PATIENCE;
    options.skip_tls_verify = config.skip_tls_verify;
    options.ca_file = config.ca_file.clone();
    options.max_retries = 0;
    Client::new(options).map_err(|error| error.to_string())
}
