//! Mail, judged by servers and parsers that are not ours: aiosmtpd and Python's `email`.

use std::{
    io::{BufRead, BufReader},
    path::Path,
    process::{Child, ChildStdout, Command, Stdio},
    sync::Arc,
};

use broadsheet::{
    config::{Limits, Secret, SmtpConfig},
    mail::{LogoImage, Mailer, OutgoingReport, SmtpMailer},
    run::{RenderedDashboard, RenderedFile},
};
use serde_json::Value as Json;

/// A running aiosmtpd; it ends with its standard input.
struct Server {
    child: Child,
    lines: BufReader<ChildStdout>,
    port: u16,
}

impl Server {
    fn start(arguments: &[&Path]) -> Server {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/integration/smtp_server.py");
        // Debian's Python is the one whose aiosmtpd `cargo xtask ci` installs.
        let mut child = Command::new("/usr/bin/python3")
            .arg(script)
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("python3 starts");
        let mut lines = BufReader::new(child.stdout.take().unwrap());
        let mut port = String::new();
        lines.read_line(&mut port).unwrap();
        let port = port.trim().parse().expect("aiosmtpd is installed (apt-get install python3-aiosmtpd)");
        Server { child, lines, port }
    }

    fn message(&mut self) -> Json {
        let mut line = String::new();
        self.lines.read_line(&mut line).unwrap();
        serde_json::from_str(&line).unwrap()
    }

    fn config(&self) -> SmtpConfig {
        SmtpConfig {
            enabled: true,
            host: format!("127.0.0.1:{}", self.port),
            from_address: "grafana@example.org".into(),
            from_name: "Grafana Müller".into(),
            ..SmtpConfig::default()
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.child.stdin.take());
        let _ = self.child.wait();
    }
}

fn report(recipients: &[&str]) -> OutgoingReport {
    let file = |name: &str, content_type, size| RenderedFile { name: name.into(), content_type, bytes: Arc::new(vec![7; size]) };
    OutgoingReport {
        report_name: "Wöchentlich".into(),
        subject: "Wöchentlicher Bericht".into(),
        recipients: recipients.iter().map(|r| r.to_string()).collect(),
        reply_to: vec!["boss@example.org".into()],
        message: "Hallo,\nanbei der Bericht.".into(),
        dashboards: vec![RenderedDashboard {
            uid: "u".into(),
            title: "Shop".into(),
            url: "https://g.example/d/u?from=now-6h".into(),
            range_text: "Last 6 hours".into(),
        }],
        files: vec![file("Bericht März.pdf", "application/pdf", 60_000), file("Tabelle.csv", "text/csv", 300)],
        images: vec![file("Shop.png", "image/png", 9_000)],
        email_logo: Some(LogoImage { content_type: "image/png".into(), bytes: Arc::new(vec![1; 50]) }),
        enable_dashboard_url: true,
        ..OutgoingReport::default()
    }
}

#[tokio::test]
async fn a_foreign_parser_finds_every_part() {
    let mut server = Server::start(&[]);
    let mailer = SmtpMailer::new(server.config(), Limits::default());
    mailer.send(report(&["a@example.org"])).await.unwrap();
    let message = server.message();
    assert_eq!(message["headers"]["Subject"], "Wöchentlicher Bericht");
    assert_eq!(message["headers"]["From"], "Grafana Müller <grafana@example.org>");
    assert_eq!(message["headers"]["Reply-To"], "boss@example.org");
    let parts: Vec<(&str, &str)> =
        message["parts"].as_array().unwrap().iter().map(|p| (p["type"].as_str().unwrap(), p["name"].as_str().unwrap_or(""))).collect();
    let expected = [
        ("multipart/mixed", ""),
        ("multipart/alternative", ""),
        ("text/plain", ""),
        ("multipart/related", ""),
        ("text/html", ""),
        ("image/png", ""),
        ("image/png", ""),
        ("application/pdf", "Bericht März.pdf"),
        ("text/csv", "Tabelle.csv"),
    ];
    assert_eq!(parts, expected);
    let html = message["parts"][4]["text"].as_str().unwrap();
    for cid in [&message["parts"][5]["cid"], &message["parts"][6]["cid"]] {
        let cid = cid.as_str().unwrap().trim_matches(['<', '>']);
        assert!(html.contains(&format!("cid:{cid}")), "{cid} is shown");
    }
    assert_eq!(message["parts"][7]["size"], 60_000);
    assert!(html.replace("&#x2f;", "/").contains("href=\"https://g.example/d/u?from=now-6h\""), "{html}");
}

#[tokio::test]
async fn each_recipient_has_its_own_mail_and_result() {
    let mut server = Server::start(&[]);
    let mailer = SmtpMailer::new(server.config(), Limits::default());
    let delivery = mailer.send(report(&["550@example.org", "a@example.org", "451@example.org", "b@example.org"])).await.unwrap();
    let results: Vec<bool> = delivery.recipients.iter().map(|r| r.accepted).collect();
    assert_eq!(results, [false, true, false, true], "{delivery:?}");
    assert!(delivery.recipients[0].reply.contains("no such user"), "{delivery:?}");
    assert_eq!(server.message()["to"], serde_json::json!(["a@example.org"]));
    assert_eq!(server.message()["to"], serde_json::json!(["b@example.org"]));
}

#[tokio::test]
async fn refusals_are_told_apart() {
    let server = Server::start(&[]);
    let check = async |recipients: &[&str], transient: bool| {
        let error = SmtpMailer::new(server.config(), Limits::default()).send(report(recipients)).await.unwrap_err();
        assert_eq!(error.is_transient, transient, "{recipients:?}: {error:?}");
    };
    check(&["451@example.org"], true).await;
    check(&["550@example.org"], false).await;
    check(&["451@example.org", "550@example.org"], false).await;
    check(&[], false).await;
}

#[tokio::test]
async fn starttls_and_sign_in() {
    let folder = tempfile::tempdir().unwrap();
    let (cert, key) = (folder.path().join("cert.pem"), folder.path().join("key.pem"));
    let made = Command::new("openssl")
        .args([
            "req",
            "-x509",
            "-newkey",
            "rsa:2048",
            "-nodes",
            "-days",
            "2",
            "-subj",
            "/CN=localhost",
            "-addext",
            "subjectAltName=IP:127.0.0.1",
        ])
        .args(["-addext", "basicConstraints=critical,CA:FALSE"])
        .arg("-keyout")
        .arg(&key)
        .arg("-out")
        .arg(&cert)
        .output()
        .expect("openssl starts");
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    let mut server = Server::start(&[&cert, &key]);
    let config = |password: &str, skip_verify: bool| SmtpConfig {
        user: "reports".into(),
        password: Some(Secret::new(password)),
        starttls_policy: "MandatoryStartTLS".into(),
        skip_verify,
        ..server.config()
    };
    let (right, wrong, distrusting) = (
        config("right", true),
        config("wrong", true),
        SmtpConfig { timeout: Some(std::time::Duration::from_secs(5)), ..config("right", false) },
    );
    let send = async |config: SmtpConfig| SmtpMailer::new(config, Limits::default()).send(report(&["a@example.org"])).await;
    let distrusted = send(distrusting).await.unwrap_err();
    assert!(distrusted.message.to_lowercase().contains("certificate"), "{distrusted:?}");
    send(right).await.unwrap();
    let message = server.message();
    assert_eq!((&message["tls"], &message["user"]), (&Json::Bool(true), &Json::String("reports".into())));
    let refused = send(wrong).await.unwrap_err();
    assert!(!refused.is_transient && !refused.message.contains("wrong"), "{refused:?}");
}
