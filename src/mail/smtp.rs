//! Delivery by SMTP: the only place that sends. One message a recipient, over one connection: nobody sees the others, and
//! each address has its own result.

use std::{
    sync::Arc,
    time::{Duration, SystemTime},
};

use futures_util::future::BoxFuture;
use lettre::{
    AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor,
    message::{
        Mailbox,
        header::{HeaderName, HeaderValue},
    },
    transport::smtp::{
        authentication::Credentials,
        client::{Certificate, Identity, Tls, TlsParameters},
        extension::ClientId,
    },
};

use super::{
    Delivery, MailError, Mailer, OutgoingReport, RecipientResult,
    compose::{self, Envelope},
};
use crate::config::{Limits, OrgSettings, OrgSettingsBook, SmtpConfig};

type Transport = AsyncSmtpTransport<Tokio1Executor>;

/// How long one message may take when nothing else is configured: a server that scans large attachments is slow.
const DEFAULT_TIMEOUT: Duration = Duration::from_secs(60);

/// Sends through the configured server.
pub struct SmtpMailer {
    config: SmtpConfig,
    limits: Limits,
    orgs: Arc<OrgSettingsBook>,
}

impl SmtpMailer {
    pub fn new(config: SmtpConfig, limits: Limits) -> SmtpMailer {
        SmtpMailer { config, limits, orgs: Arc::default() }
    }

    /// With what organisations set for themselves.
    pub fn with_orgs(self, orgs: Arc<OrgSettingsBook>) -> SmtpMailer {
        SmtpMailer { orgs, ..self }
    }

    /// Connects, starts TLS and signs in, and sends nothing.
    pub async fn check(&self) -> Result<(), MailError> {
        self.sender(&OrgSettings::default())?;
        self.greet(&self.transport()?).await
    }

    async fn deliver(&self, report: OutgoingReport) -> Result<Delivery, MailError> {
        if !self.config.enabled {
            return Err(permanent("mail is not configured: set smtp_host (and smtp_from_address) in [plugin.broadsheet-reports-app]"));
        }
        let org = self.orgs.of(report.org_id);
        let from: Mailbox = self.sender(&org)?;
        let content = compose::fit(&report, org.max_attachment_size_mb(&self.limits) * 1_000_000);
        let headers = self.headers(&report)?;
        let mut delivery = Delivery { recipients: Vec::new(), warnings: content.left_out.clone() };
        let mut messages = Vec::new();
        for address in &report.recipients {
            match self.compose(&report, &content, &from, &headers, &org, address) {
                Ok(message) => messages.push((address.clone(), message)),
                Err(reply) => delivery.recipients.push(RecipientResult { address: address.clone(), accepted: false, reply }),
            }
        }
        let mut all_transient = delivery.recipients.is_empty();
        if !messages.is_empty() {
            let transport = self.transport()?;
            self.greet(&transport).await?;
            for (address, message) in messages {
                let (result, transient) = self.send_one(&transport, address, message).await;
                all_transient &= result.accepted || transient;
                delivery.recipients.push(result);
            }
        }
        if delivery.recipients.iter().any(|r| r.accepted) {
            return Ok(delivery);
        }
        let replies: Vec<String> = delivery.recipients.iter().map(|r| format!("{}: {}", r.address, r.reply)).collect();
        let message = if replies.is_empty() {
            "there are no recipients".into()
        } else {
            format!("no recipient was accepted: {}", replies.join("; "))
        };
        Err(MailError { message, is_transient: all_transient && !replies.is_empty() })
    }

    fn sender(&self, org: &OrgSettings) -> Result<Mailbox, MailError> {
        let address = self
            .config
            .from_address
            .parse()
            .map_err(|e| permanent(format!("smtp_from_address {:?} is no address: {e}", self.config.from_address)))?;
        let name = org.from_name.as_ref().unwrap_or(&self.config.from_name);
        Ok(Mailbox::new(Some(name.clone()).filter(|n| !n.is_empty()), address))
    }

    /// What every message of a report has besides its own headers.
    fn headers(&self, report: &OutgoingReport) -> Result<Vec<HeaderValue>, MailError> {
        let mut headers = Vec::new();
        for (name, value) in &self.config.static_headers {
            let name = HeaderName::new_from_ascii(name.clone())
                .map_err(|error| permanent(format!("smtp_static_headers: {name:?} is no name of a header: {error}")))?;
            headers.push(HeaderValue::new(name, value.clone()));
        }
        if self.config.enable_tracing {
            let (trace_id, span_id) = (hex::<16>().map_err(permanent)?, hex::<8>().map_err(permanent)?);
            tracing::info!(trace_id, org_id = report.org_id, report = report.report_name, "sending a report");
            let value = format!("00-{trace_id}-{span_id}-01");
            headers.push(HeaderValue::new(HeaderName::new_from_ascii_str("traceparent"), value));
        }
        Ok(headers)
    }

    fn compose(
        &self,
        report: &OutgoingReport,
        content: &compose::Content,
        from: &Mailbox,
        headers: &[HeaderValue],
        org: &OrgSettings,
        address: &str,
    ) -> Result<Message, String> {
        let to: Mailbox = address.parse().map_err(|e| format!("not a mail address: {e}"))?;
        if !org.allows(&self.limits, &to.email.domain().to_lowercase()) {
            return Err(format!("mail to {} is not allowed (allowed_domains)", to.email.domain()));
        }
        let envelope = Envelope { from: from.clone(), to, date: SystemTime::now(), message_id: message_id(from.email.domain())? };
        let mut message = compose::message(report, content, &envelope).map_err(|e| e.to_string())?;
        headers.iter().for_each(|header| message.headers_mut().insert_raw(header.clone()));
        Ok(message)
    }

    fn transport(&self) -> Result<Transport, MailError> {
        let (host, port) = host_and_port(&self.config.host)?;
        let tls = match (self.config.starttls_policy.as_str(), port) {
            (_, 465) => Tls::Wrapper(self.tls_parameters(&host)?),
            ("MandatoryStartTLS", _) => Tls::Required(self.tls_parameters(&host)?),
            ("NoStartTLS", _) => Tls::None,
            _ => Tls::Opportunistic(self.tls_parameters(&host)?),
        };
        let mut builder = Transport::builder_dangerous(host).port(port).tls(tls).timeout(Some(self.timeout()));
        if !self.config.user.is_empty() {
            let password = self.config.password.as_ref().map(|p| p.expose().to_owned()).unwrap_or_default();
            builder = builder.credentials(Credentials::new(self.config.user.clone(), password));
        }
        if !self.config.ehlo_identity.is_empty() {
            builder = builder.hello_name(ClientId::Domain(self.config.ehlo_identity.clone()));
        }
        Ok(builder.build())
    }

    fn tls_parameters(&self, host: &str) -> Result<TlsParameters, MailError> {
        let setup = |e: &dyn std::fmt::Display| permanent(format!("TLS for mail cannot be set up: {e}"));
        let read = |path: &std::path::Path| std::fs::read(path).map_err(|e| permanent(format!("{}: {e}", path.display())));
        let mut builder = TlsParameters::builder(host.to_owned()).dangerous_accept_invalid_certs(self.config.skip_verify);
        match (&self.config.cert_file, &self.config.key_file) {
            (Some(cert), Some(key)) => {
                let identity = Identity::from_pem(&read(cert)?, &read(key)?).map_err(|e| setup(&e))?;
                builder = builder.identify_with(identity);
            }
            // A certificate without a key is an authority to trust.
            (Some(cert), None) => builder = builder.add_root_certificate(Certificate::from_pem(&read(cert)?).map_err(|e| setup(&e))?),
            _ => {}
        }
        builder.build_rustls().map_err(|e| setup(&e))
    }

    fn timeout(&self) -> Duration {
        self.config.timeout.unwrap_or(DEFAULT_TIMEOUT)
    }

    /// Connects, starts TLS and signs in before any message: a failure here has certainly sent nothing.
    async fn greet(&self, transport: &Transport) -> Result<(), MailError> {
        match tokio::time::timeout(self.timeout(), transport.test_connection()).await {
            Ok(Ok(true)) => Ok(()),
            Ok(Ok(false)) => Err(MailError { message: format!("the mail server {} is not ready", self.config.host), is_transient: true }),
            Ok(Err(error)) => Err(MailError {
                message: format!("the mail server {} refused: {}", self.config.host, with_cause(&error)),
                is_transient: !error.is_permanent(),
            }),
            Err(_) => Err(MailError {
                message: format!("the mail server {} did not answer within {} s", self.config.host, self.timeout().as_secs()),
                is_transient: true,
            }),
        }
    }

    /// The second value: sending this one again later may help and cannot send it twice.
    async fn send_one(&self, transport: &Transport, address: String, message: Message) -> (RecipientResult, bool) {
        // lettre's own timeout does not hold after the connection is made (lettre#1027), hence the outer one.
        let (accepted, reply, transient) = match tokio::time::timeout(self.timeout(), transport.send(message)).await {
            Ok(Ok(response)) => (true, format!("{} {}", response.code(), response.message().collect::<Vec<_>>().join(" ")), false),
            // A 4xx reply is a clear "not taken". Anything else after the greeting may have been taken: never sent again.
            Ok(Err(error)) => (false, with_cause(&error), error.is_transient()),
            Err(_) => (false, "no answer in time; it is not known whether it was delivered".into(), false),
        };
        (RecipientResult { address, accepted, reply }, transient)
    }
}

impl Mailer for SmtpMailer {
    fn send(&self, report: OutgoingReport) -> BoxFuture<'_, Result<Delivery, MailError>> {
        Box::pin(self.deliver(report))
    }
}

fn permanent(message: impl Into<String>) -> MailError {
    MailError { message: message.into(), is_transient: false }
}

fn with_cause(error: &lettre::transport::smtp::Error) -> String {
    use std::error::Error as _;
    match error.source() {
        Some(cause) => format!("{error}: {cause}").replace(&format!(": {cause}: {cause}"), &format!(": {cause}")),
        None => error.to_string(),
    }
}

/// "host", "host:port" or `[v6]:port`; Grafana's default port is 25.
fn host_and_port(text: &str) -> Result<(String, u16), MailError> {
    let wrong = || permanent(format!("smtp_host {text:?}: expected host:port"));
    let (host, port) = match text.rsplit_once(':') {
        Some((host, port)) if !host.contains(':') || host.ends_with(']') => (host, port.parse().map_err(|_| wrong())?),
        _ => (text, 25),
    };
    let host = host.trim_start_matches('[').trim_end_matches(']');
    if host.is_empty() { Err(wrong()) } else { Ok((host.to_owned(), port)) }
}

fn message_id(domain: &str) -> Result<String, String> {
    Ok(format!("{}@{domain}", hex::<16>()?))
}

/// Random bytes in hexadecimal.
fn hex<const N: usize>() -> Result<String, String> {
    let mut bytes = [0_u8; N];
    getrandom::fill(&mut bytes).map_err(|e| e.to_string())?;
    Ok(bytes.iter().map(|b| format!("{b:02x}")).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_are_read_as_grafana_writes_them() {
        let check = |text: &str, expected: Option<(&str, u16)>| {
            assert_eq!(host_and_port(text).ok(), expected.map(|(h, p)| (h.to_owned(), p)), "{text}");
        };
        check("localhost:25", Some(("localhost", 25)));
        check("mail.example.org", Some(("mail.example.org", 25)));
        check("[::1]:2525", Some(("::1", 2525)));
        check("mail:smtp", None);
        check(":25", None);
    }
}
