//! The demo's mailbox: a real SMTP server on loopback that keeps what arrives. It speaks what RFC 5321 asks of every
//! server (EHLO, HELO, MAIL, RCPT, DATA, RSET, NOOP, QUIT) and delivers nowhere else.

use std::{net::SocketAddr, sync::Arc};

use tokio::{
    io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader},
    net::{TcpListener, TcpStream},
    sync::{Mutex, Notify},
};

/// Larger messages are refused with 552.
const MAX_MESSAGE_BYTES: usize = 64 << 20;
/// RFC 5321 asks for 512; mail programs send a little more.
const MAX_LINE_BYTES: u64 = 8 << 10;

/// A message as it came over the wire (dot-stuffing undone, CRLF line ends).
#[derive(Clone, Debug)]
pub struct Received {
    pub from: String,
    pub to: Vec<String>,
    pub data: Vec<u8>,
}

/// Messages that have arrived, in order.
#[derive(Clone, Default)]
pub struct Mailbox {
    messages: Arc<Mutex<Vec<Received>>>,
    arrived: Arc<Notify>,
}

impl Mailbox {
    /// Binds a free loopback port and serves until the program ends.
    pub async fn start() -> std::io::Result<(Mailbox, SocketAddr)> {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let address = listener.local_addr()?;
        let mailbox = Mailbox::default();
        let served = mailbox.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let mailbox = served.clone();
                // A client that breaks off has only itself to tell.
                tokio::spawn(async move { drop(mailbox.talk(stream).await) });
            }
        });
        Ok((mailbox, address))
    }

    /// The message number `index` (from 0), as soon as it is there.
    pub async fn wait_for(&self, index: usize) -> Received {
        loop {
            let arrived = self.arrived.notified();
            if let Some(message) = self.messages.lock().await.get(index) {
                return message.clone();
            }
            arrived.await;
        }
    }

    async fn talk(&self, stream: TcpStream) -> std::io::Result<()> {
        let (read, mut write) = stream.into_split();
        let mut read = BufReader::new(read);
        write.write_all(b"220 broadsheet demo mailbox\r\n").await?;
        let (mut from, mut to) = (None::<String>, Vec::<String>::new());
        loop {
            let mut line = Vec::new();
            if (&mut read).take(MAX_LINE_BYTES).read_until(b'\n', &mut line).await? == 0 {
                return Ok(());
            }
            let line = String::from_utf8_lossy(&line).trim_end().to_owned();
            let verb = line.split([' ', ':']).next().unwrap_or_default().to_uppercase();
            let reply = match verb.as_str() {
                "EHLO" => "250-broadsheet\r\n250-8BITMIME\r\n250-SMTPUTF8\r\n250 SIZE 67108864",
                "HELO" => "250 broadsheet",
                "MAIL" => {
                    from = Some(address(&line));
                    to.clear();
                    "250 OK"
                }
                "RCPT" if from.is_none() => "503 MAIL first",
                "RCPT" => {
                    to.push(address(&line));
                    "250 OK"
                }
                "DATA" if to.is_empty() => "503 RCPT first",
                "DATA" => {
                    write.write_all(b"354 go on, end with a dot\r\n").await?;
                    match read_data(&mut read).await? {
                        Some(data) => {
                            let message = Received { from: from.take().unwrap_or_default(), to: std::mem::take(&mut to), data };
                            self.messages.lock().await.push(message);
                            self.arrived.notify_waiters();
                            "250 kept"
                        }
                        None => "552 too large",
                    }
                }
                "RSET" => {
                    (from, to) = (None, Vec::new());
                    "250 OK"
                }
                "NOOP" => "250 OK",
                "QUIT" => {
                    write.write_all(b"221 bye\r\n").await?;
                    return Ok(());
                }
                _ => "502 not understood",
            };
            write.write_all(format!("{reply}\r\n").as_bytes()).await?;
        }
    }
}

/// What stands between the angle brackets of MAIL FROM or RCPT TO.
fn address(line: &str) -> String {
    let inner = line.split_once('<').and_then(|(_, rest)| rest.split_once('>')).map(|(inner, _)| inner);
    inner.unwrap_or_default().to_owned()
}

/// Reads up to the lonely dot; `None` when it is more than we keep.
async fn read_data<R: tokio::io::AsyncBufRead + Unpin>(read: &mut R) -> std::io::Result<Option<Vec<u8>>> {
    let (mut data, mut fits) = (Vec::new(), true);
    loop {
        let mut line = Vec::new();
        if read.read_until(b'\n', &mut line).await? == 0 {
            return Err(std::io::ErrorKind::UnexpectedEof.into());
        }
        if line == b".\r\n" || line == b".\n" {
            return Ok(fits.then_some(data));
        }
        fits = fits && data.len() + line.len() <= MAX_MESSAGE_BYTES;
        if fits {
            data.extend_from_slice(line.strip_prefix(b".").unwrap_or(&line));
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::{
        config::{Limits, OrgSettings, OrgSettingsBook, SmtpConfig},
        mail::{Mailer, OutgoingReport, SmtpMailer},
        run::RenderedFile,
    };

    #[tokio::test]
    async fn a_report_sent_by_the_product_arrives_whole() {
        let (mailbox, address) = Mailbox::start().await.unwrap();
        let config = SmtpConfig { enabled: true, host: address.to_string(), from_address: "g@example.org".into(), ..SmtpConfig::default() };
        let report = OutgoingReport {
            report_name: "R".into(),
            subject: "Täglich".into(),
            recipients: vec!["a@example.org".into(), "not an address".into(), "b@example.org".into()],
            message: ".starts with a dot".into(),
            files: vec![RenderedFile {
                name: "a.pdf".into(),
                content_type: "application/pdf",
                bytes: Arc::new((0..=255).cycle().take(5000).collect()),
            }],
            ..OutgoingReport::default()
        };
        let delivery = SmtpMailer::new(config, Limits::default()).send(report).await.unwrap();
        let accepted: Vec<(&str, bool)> = delivery.recipients.iter().map(|r| (r.address.as_str(), r.accepted)).collect();
        assert_eq!(accepted, [("not an address", false), ("a@example.org", true), ("b@example.org", true)]);
        let first = mailbox.wait_for(0).await;
        assert_eq!(first.to, ["a@example.org"]);
        let parsed = mailparse::parse_mail(&first.data).unwrap();
        let attachment = &parsed.subparts[1];
        assert_eq!(attachment.ctype.mimetype, "application/pdf");
        assert_eq!(attachment.get_body_raw().unwrap().len(), 5000);
        assert!(parsed.subparts[0].subparts[0].get_body().unwrap().contains("\n.starts with a dot"));
    }

    #[tokio::test]
    async fn settings_of_server_and_organisation_shape_the_mail() {
        let (mailbox, address) = Mailbox::start().await.unwrap();
        let config = SmtpConfig {
            enabled: true,
            host: address.to_string(),
            from_address: "g@example.org".into(),
            from_name: "Server".into(),
            static_headers: vec![("X-Environment".into(), "production".into())],
            enable_tracing: true,
            ..SmtpConfig::default()
        };
        let limits = Limits { allowed_domains: vec!["a.org".into(), "b.org".into()], ..Limits::default() };
        let orgs = Arc::new(OrgSettingsBook::default());
        let own = serde_json::json!({ "fromName": "Team B", "allowedDomains": "b.org, c.org" });
        assert!(orgs.set(2, OrgSettings::from_json(own.as_object().unwrap())));
        let mailer = SmtpMailer::new(config, limits).with_orgs(orgs);
        for (org_id, from, accepted) in
            [(1, "Server <g@example.org>", ["a@A.org", "b@b.org"].as_slice()), (2, "\"Team B\" <g@example.org>", &["b@b.org"])]
        {
            let recipients = ["a@A.org", "b@b.org", "c@c.org"].map(str::to_owned).to_vec();
            let report = OutgoingReport { org_id, subject: "s".into(), recipients, ..OutgoingReport::default() };
            let delivery = mailer.send(report).await.unwrap();
            let took: Vec<&str> = delivery.recipients.iter().filter(|r| r.accepted).map(|r| r.address.as_str()).collect();
            assert_eq!(took, accepted, "{:?}", delivery.recipients);
            let last = mailbox.wait_for(if org_id == 1 { 1 } else { 2 }).await;
            let mail = mailparse::parse_mail(&last.data).unwrap();
            let header = |name: &str| mailparse::MailHeaderMap::get_first_value(&mail.headers[..], name).unwrap_or_default();
            assert_eq!((header("From").as_str(), header("X-Environment").as_str()), (from, "production"));
            let trace = header("traceparent");
            assert!(trace.len() == 55 && trace.starts_with("00-") && trace.ends_with("-01"), "{trace}");
        }
    }

    #[tokio::test]
    async fn a_refused_connection_is_transient() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        drop(listener);
        let config = SmtpConfig { enabled: true, host: address.to_string(), from_address: "g@example.org".into(), ..SmtpConfig::default() };
        let report = OutgoingReport { subject: "s".into(), recipients: vec!["a@example.org".into()], ..OutgoingReport::default() };
        let error = SmtpMailer::new(config, Limits::default()).send(report).await.unwrap_err();
        assert!(error.is_transient && error.message.contains("refused"), "{error:?}");
    }
}
