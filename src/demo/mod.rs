//! `broadsheet demo`: a sample Grafana and a mailbox around the product itself. What happens between them goes through the
//! ordinary code: the sidecar's door, the API, the scheduler, the renderer, SMTP.

pub mod mailbox;
mod sample_data;
pub mod sample_grafana;

use std::{
    net::SocketAddr,
    path::{Path, PathBuf},
    sync::Arc,
};

use anyhow::{Context, Result};
use mailparse::{MailHeaderMap, ParsedMail};
use serde_json::json;
use tokio::net::TcpListener;

use self::mailbox::{Mailbox, Received};
use crate::{
    app::Program,
    config::{Config, GrafanaConfig, Limits, Secret, SidecarConfig, SmtpConfig},
    grafana_api::{Client, ClientOptions, Credential, GrafanaCallers},
    sidecar,
};

/// What a newcomer may choose.
#[derive(Clone, Debug)]
pub struct Options {
    /// Where the PDF, the CSV and the mail are left.
    pub out: PathBuf,
    /// End when the mail has arrived.
    pub once: bool,
}

/// Everything that runs, with its addresses.
struct Demo {
    grafana: SocketAddr,
    api: SocketAddr,
    smtp: SocketAddr,
    mailbox: Mailbox,
    program: Arc<Program>,
    /// The sample of `provisioning/`, as it was laid into the demo's folder.
    file: PathBuf,
}

/// The reports of the demo are those of the sample.
const SAMPLE: &str = include_str!("../../provisioning/reports.yaml");

/// The one that is sent.
const REPORT: &str = "shop-daily";

const TOKEN: &str = "glsa_sample_token_of_the_demo";

/// Runs the demo. Progress and results go to stdout: here it belongs to a person.
pub async fn run(options: Options) -> Result<()> {
    std::fs::create_dir_all(&options.out).with_context(|| format!("{}", options.out.display()))?;
    let demo = start(&options.out).await?;
    println!("Sample Grafana   http://{}   (user admin, password admin)", demo.grafana);
    println!("Reporting API    http://{}/api/reports", demo.api);
    println!("Mailbox          smtp://{}", demo.smtp);
    println!("Reports          {} (change it: applied within 10 s)", demo.file.display());
    println!("\nSending report {REPORT} over the API …");
    send_report(&demo).await?;
    let mail = demo.mailbox.wait_for(0).await;
    println!("The mail from {} to {} has arrived. Files:", mail.from, mail.to.join(", "));
    for path in keep(&mail, &options.out, "report")? {
        println!("  {}", path.display());
    }
    if options.once {
        demo.program.stop().await;
        return Ok(());
    }
    print_suggestions(&demo);
    let keeping = tokio::spawn(keep_coming(demo.mailbox.clone(), options.out.clone()));
    sidecar::stop_signal().await;
    keeping.abort();
    demo.program.stop().await;
    Ok(())
}

async fn start(out: &Path) -> Result<Demo> {
    let grafana = sample_grafana::start(TOKEN).await?;
    let (mailbox, smtp) = Mailbox::start().await?;
    // A fresh state each time: the demo tells the same story from the beginning.
    let state = out.join("state");
    if state.exists() {
        std::fs::remove_dir_all(&state)?;
    }
    let folder = out.join("provisioning");
    let file = folder.join("reports.yaml");
    std::fs::create_dir_all(&folder)?;
    std::fs::write(&file, SAMPLE).with_context(|| format!("{}", file.display()))?;
    let url = format!("http://{grafana}");
    let config = Config {
        data_dir: Some(state),
        grafana: GrafanaConfig { url: Some(url.clone()), token: Some(Secret::new(TOKEN)), ..GrafanaConfig::default() },
        smtp: SmtpConfig {
            enabled: true,
            host: smtp.to_string(),
            from_address: "reports@shop.example".into(),
            from_name: "Shop reports".into(),
            ..SmtpConfig::default()
        },
        limits: Limits::default(),
        provisioning_path: Some(folder),
        ..Config::default()
    };
    let program = Arc::new(Program::open(&config)?);
    program.start().await;
    if let Some(problem) = program.provisioning_problems().first() {
        anyhow::bail!("{problem}");
    }
    let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
    let api = listener.local_addr()?;
    let callers = Arc::new(GrafanaCallers::new(&ClientOptions::new(url, Credential::None))?);
    let router = program.router();
    tokio::spawn(async move { sidecar::serve(router, listener, callers, &SidecarConfig::default(), std::future::pending()).await });
    Ok(Demo { grafana, api, smtp, mailbox, program, file })
}

fn api_client(demo: &Demo) -> Result<Client> {
    let options = ClientOptions::new(format!("http://{}", demo.api), Credential::parse("admin:admin"));
    // A debug build on a busy machine may draw for longer than Grafana would take to answer.
    Ok(Client::new(ClientOptions { timeout: Limits::default().rendering_timeout, ..options })?)
}

/// Sends the report of the file now, as any client would; the answer comes when it is sent and recorded.
async fn send_report(demo: &Demo) -> Result<()> {
    let wish = json!({ "id": REPORT, "useEmailsFromReport": true });
    api_client(demo)?.post_json("/api/reports/email", &wish, "send the report").await?;
    Ok(())
}

/// Leaves a mail and its attachments in the folder; their names come out of the mail itself.
fn keep(mail: &Received, out: &Path, stem: &str) -> Result<Vec<PathBuf>> {
    let mut paths = vec![out.join(format!("{stem}.eml"))];
    std::fs::write(&paths[0], &mail.data)?;
    let parsed = mailparse::parse_mail(&mail.data).context("the mail cannot be parsed")?;
    for part in parts(&parsed) {
        let disposition = part.get_content_disposition();
        let inline = part.headers.get_first_value("Content-ID").map(|_| "dashboard.png".to_owned());
        let Some(name) = disposition.params.get("filename").cloned().or(inline.filter(|_| part.ctype.mimetype.starts_with("image/")))
        else {
            continue;
        };
        let path = unused(out, &name.replace(['/', '\\'], "_"), &paths);
        std::fs::write(&path, part.get_body_raw()?)?;
        paths.push(path);
    }
    Ok(paths)
}

/// The same name twice in one mail is two files.
fn unused(out: &Path, name: &str, taken: &[PathBuf]) -> PathBuf {
    let (stem, extension) = name.rsplit_once('.').unwrap_or((name, "bin"));
    let candidates = (1..).map(|n| if n == 1 { out.join(name) } else { out.join(format!("{stem}-{n}.{extension}")) });
    candidates.into_iter().find(|path| !taken.contains(path)).unwrap_or_else(|| out.join(name))
}

fn parts<'a>(mail: &'a ParsedMail<'a>) -> Vec<&'a ParsedMail<'a>> {
    let nested = mail.subparts.iter().flat_map(parts);
    std::iter::once(mail).chain(nested).collect()
}

async fn keep_coming(mailbox: Mailbox, out: PathBuf) {
    for index in 1.. {
        let mail = mailbox.wait_for(index).await;
        match keep(&mail, &out, &format!("mail-{}", index + 1)) {
            Ok(paths) => println!("A mail to {} has arrived: {}", mail.to.join(", "), paths[0].display()),
            Err(error) => eprintln!("a mail could not be kept: {error:#}"),
        }
    }
}

fn print_suggestions(demo: &Demo) {
    let (api, id) = (demo.api, REPORT);
    println!("\nEverything stays up until Ctrl-C. Try:");
    println!("  curl -u admin:admin http://{api}/api/reports");
    println!("  curl -u admin:admin http://{api}/api/reports/{id}/runs");
    println!(
        "  curl -u admin:admin -H 'Content-Type: application/json' -d '{{\"id\":\"{id}\",\"emails\":\"you@shop.example\"}}' http://{api}/api/reports/email"
    );
    println!("  curl -u admin:admin -o now.pdf 'http://{api}/api/reports/render/pdfs?dashboards=sample-shop&title=Now'");
    println!(
        "  broadsheet render --grafana-url http://{} --token admin:admin --dashboard sample-servers --theme dark --output servers.png",
        demo.grafana
    );
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_report_goes_from_its_file_to_the_mailbox() {
        let folder = tempfile::tempdir().unwrap();
        run(Options { out: folder.path().to_owned(), once: true }).await.unwrap();
        let names: Vec<String> =
            std::fs::read_dir(folder.path()).unwrap().map(|e| e.unwrap().file_name().to_string_lossy().into_owned()).collect();
        let pdf = std::fs::read(folder.path().join("Shop performance, daily.pdf")).unwrap();
        assert!(pdf.starts_with(b"%PDF-"), "{names:?}");
        let csv = std::fs::read_to_string(folder.path().join("Shop performance - Best sellers.csv")).unwrap();
        assert!(csv.contains("Merino shirt") && csv.contains('€'), "{csv}");
        assert!(names.iter().any(|n| n == "dashboard.png") && names.iter().any(|n| n == "report.eml"), "{names:?}");
    }
}
