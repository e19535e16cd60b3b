//! From a report to a MIME message. Pure: the date and the message's id come in, nothing is sent.
//!
//! `multipart/mixed` [ `multipart/alternative` [ text, `multipart/related` [ HTML, pictures ] ], attachments ].

use std::time::SystemTime;

use lettre::{
    Message,
    message::{Attachment, Mailbox, MultiPart, SinglePart, header::ContentType},
};
use minijinja::{Environment, context};

use super::OutgoingReport;
use crate::run::RenderedFile;

/// What a message is composed with besides the report.
#[derive(Clone, Debug)]
pub struct Envelope {
    pub from: Mailbox,
    pub to: Mailbox,
    pub date: SystemTime,
    /// Without angle brackets.
    pub message_id: String,
}

/// What goes into the mail after the limits: files that fit, and notes.
#[derive(Clone, Debug, Default)]
pub struct Content {
    pub attachments: Vec<RenderedFile>,
    pub images: Vec<RenderedFile>,
    /// Of files that do not fit: news to the run's record too.
    pub left_out: Vec<String>,
    /// All the reader is told: what was left out, and what the run knows already.
    pub notes: Vec<String>,
}

#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("the mail's template cannot be filled in: {0}")]
    Template(#[from] minijinja::Error),
    #[error("the mail cannot be composed: {0}")]
    Message(#[from] lettre::error::Error),
    #[error("the mail cannot be composed: {0} is no content type")]
    ContentType(String),
}

/// Decides what fits into `max_bytes`. What does not is named in the mail and in the run's warnings: nothing vanishes without a word.
pub fn fit(report: &OutgoingReport, max_bytes: u64) -> Content {
    let mut content = Content::default();
    let mut used = 0;
    for (file, is_image) in report.files.iter().map(|f| (f, false)).chain(report.images.iter().map(|f| (f, true))) {
        let size = file.bytes.len() as u64;
        if used + size > max_bytes {
            let megabytes = |bytes: u64| format!("{:.1} MB", bytes as f64 / 1_000_000.0);
            content.left_out.push(format!(
                "{} ({}) was left out: attachments may not exceed {}.",
                file.name,
                megabytes(size),
                megabytes(max_bytes)
            ));
            continue;
        }
        used += size;
        if is_image { &mut content.images } else { &mut content.attachments }.push(file.clone());
    }
    content.notes.clone_from(&content.left_out);
    let incomplete = report.warnings.len();
    if incomplete > 0 {
        let shown = report.warnings.iter().take(10).map(|w| match w.panel_title.as_str() {
            "" => w.message.clone(),
            title => format!("{title}: {}", w.message),
        });
        content.notes.extend(shown);
        if incomplete > 10 {
            content.notes.push(format!("… and {} more notes in the run's record.", incomplete - 10));
        }
    }
    content
}

/// Composes the message for one recipient.
pub fn message(report: &OutgoingReport, content: &Content, envelope: &Envelope) -> Result<Message, Error> {
    let cids: Vec<String> = (0..content.images.len()).map(|i| format!("dashboard-{}@broadsheet", i + 1)).collect();
    let (text, html) = bodies(report, content, &cids)?;
    let mut related = MultiPart::related().singlepart(SinglePart::html(html));
    if let Some(logo) = &report.email_logo {
        related = related.singlepart(inline(&logo.bytes, &logo.content_type, LOGO_CID)?);
    }
    for (image, cid) in content.images.iter().zip(&cids) {
        related = related.singlepart(inline(&image.bytes, image.content_type, cid)?);
    }
    let mut mixed = MultiPart::mixed().multipart(MultiPart::alternative().singlepart(SinglePart::plain(text)).multipart(related));
    for file in &content.attachments {
        mixed = mixed.singlepart(Attachment::new(file.name.clone()).body(file.bytes.as_ref().clone(), content_type(file.content_type)?));
    }
    let mut builder = Message::builder()
        .from(envelope.from.clone())
        .to(envelope.to.clone())
        .subject(one_line(&report.subject))
        .date(envelope.date)
        .message_id(Some(format!("<{}>", envelope.message_id)));
    for address in &report.reply_to {
        if let Ok(mailbox) = address.parse() {
            builder = builder.reply_to(mailbox);
        }
    }
    Ok(builder.multipart(mixed)?)
}

const LOGO_CID: &str = "logo@broadsheet";

fn bodies(report: &OutgoingReport, content: &Content, cids: &[String]) -> Result<(String, String), Error> {
    let mut environment = Environment::new();
    environment.add_template("report.html", include_str!("templates/report.html"))?;
    environment.add_template("report.txt", include_str!("templates/report.txt"))?;
    let dashboards: Vec<_> = report
        .dashboards
        .iter()
        .map(|d| context! { title => &d.title, range => &d.range_text, link => link(&d.url).filter(|_| report.enable_dashboard_url) })
        .collect();
    let images: Vec<_> = content.images.iter().zip(cids).map(|(image, cid)| context! { cid => cid, alt => &image.name }).collect();
    let branding = &report.branding;
    let with_footer = branding.email_footer_mode != "none" && !branding.email_footer_text.is_empty();
    let logo = match &report.email_logo {
        Some(_) => Some(format!("cid:{LOGO_CID}")),
        None => link(&branding.email_logo_url).map(str::to_owned),
    };
    let values = context! {
        subject => one_line(&report.subject),
        report_name => &report.report_name,
        message_lines => report.message.trim_end().lines().map(str::to_owned).collect::<Vec<_>>(),
        dashboards => dashboards,
        has_links => report.enable_dashboard_url && report.dashboards.iter().any(|d| link(&d.url).is_some()),
        images => images,
        notes => &content.notes,
        logo => logo,
        width => if content.images.is_empty() { 640 } else { 1000 },
        footer_text => with_footer.then(|| branding.email_footer_text.clone()),
        footer_link => link(&branding.email_footer_link).map(str::to_owned),
    };
    Ok((environment.get_template("report.txt")?.render(&values)?, environment.get_template("report.html")?.render(&values)?))
}

/// Only web addresses become links: no `javascript:`, no `data:`.
fn link(url: &str) -> Option<&str> {
    (url.starts_with("https://") || url.starts_with("http://")).then_some(url)
}

fn inline(bytes: &[u8], kind: &str, cid: &str) -> Result<SinglePart, Error> {
    Ok(Attachment::new_inline(cid.to_owned()).body(bytes.to_vec(), content_type(kind)?))
}

fn content_type(kind: &str) -> Result<ContentType, Error> {
    ContentType::parse(kind).map_err(|_| Error::ContentType(kind.to_owned()))
}

/// A header has one line: whatever a user typed, no second header can begin in it.
fn one_line(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}

#[cfg(test)]
mod tests {
    use std::{sync::Arc, time::Duration};

    use super::*;
    use crate::run::RenderedDashboard;

    fn report() -> OutgoingReport {
        OutgoingReport {
            report_name: "Weekly <b>sales</b>".into(),
            subject: "Weekly sales\r\nBcc: evil@example.org".into(),
            recipients: vec!["a@example.org".into()],
            reply_to: vec!["boss@example.org".into()],
            message: "Hi,\n<script>alert(1)</script>".into(),
            dashboards: vec![RenderedDashboard {
                uid: "u".into(),
                title: "Umsätze".into(),
                url: "https://g/d/u?a=1&b=2".into(),
                range_text: "Last 7 days".into(),
            }],
            files: vec![RenderedFile {
                name: "Bericht für März.pdf".into(),
                content_type: "application/pdf",
                bytes: Arc::new(vec![1; 600]),
            }],
            images: vec![RenderedFile { name: "u.png".into(), content_type: "image/png", bytes: Arc::new(vec![2; 600]) }],
            enable_dashboard_url: true,
            ..OutgoingReport::default()
        }
    }

    fn composed(report: &OutgoingReport, max: u64) -> String {
        let envelope = Envelope {
            from: "Grafana <g@example.org>".parse().unwrap(),
            to: "a@example.org".parse().unwrap(),
            date: SystemTime::UNIX_EPOCH + Duration::from_secs(1_700_000_000),
            message_id: "1@broadsheet".into(),
        };
        String::from_utf8(message(report, &fit(report, max), &envelope).unwrap().formatted()).unwrap()
    }

    #[test]
    fn a_subject_cannot_smuggle_a_header() {
        let mail = composed(&report(), 10_000);
        assert!(!mail.lines().any(|line| line.starts_with("Bcc:")), "{mail}");
        assert!(mail.contains("Subject: Weekly sales  Bcc: evil@example.org"));
        assert!(mail.contains("Reply-To: boss@example.org"));
        assert!(mail.contains("Date: Tue, 14 Nov 2023 22:13:20 +0000"));
    }

    #[test]
    fn text_of_users_is_never_markup() {
        let report = report();
        let (_, html) = bodies(&report, &fit(&report, 10_000), &["c".into()]).unwrap();
        assert!(html.contains("Weekly &lt;b&gt;sales") && !html.contains("<script>"), "{html}");
        assert!(html.contains("cid:c"));
    }

    /// Every text a user, a dashboard or a data source may bring, with everything that could break out of its place.
    #[test]
    fn nothing_breaks_out_of_its_place() {
        type Place = (&'static str, fn(&mut OutgoingReport, &str));
        let places: [Place; 10] = [
            ("subject", |report, text| report.subject = text.into()),
            ("name", |report, text| report.report_name = text.into()),
            ("message", |report, text| report.message = text.into()),
            ("reply to", |report, text| report.reply_to = vec![text.into()]),
            ("dashboard title", |report, text| report.dashboards[0].title = text.into()),
            ("dashboard url", |report, text| report.dashboards[0].url = text.into()),
            ("file name", |report, text| report.files[0].name = text.into()),
            ("image name", |report, text| report.images[0].name = text.into()),
            ("footer", |report, text| report.branding.email_footer_text = text.into()),
            ("footer link", |report, text| report.branding.email_footer_link = text.into()),
        ];
        // 256 KiB in each place; what is longer the API refuses.
        let long = format!("{}\r\nBcc: evil@example.org", "ä".repeat(1 << 17));
        let texts = [
            "x\r\nBcc: evil@example.org",
            "x\nBcc: evil@example.org\n\n<script>alert(1)</script>",
            "x\rBcc: evil@example.org",
            "x\u{85}Bcc: evil@example.org\u{2028}Bcc: evil@example.org",
            "a@example.org>\r\nBcc: <evil@example.org",
            "\"><script>alert(1)</script>",
            "' onerror=alert(1) x='<script>",
            "https://x/\"><script>alert(1)</script>",
            "javascript:alert(1)",
            "\0nul\0",
            "=?utf-8?q?Bcc=3A_evil=40example.org?=",
            "{{ 111 * 111 }}{% for x in y %}",
            "Köln 東京 😀 \u{202e}txt.exe",
            "",
            &long,
        ];
        for (place, put) in places {
            for text in texts {
                let mut report = report();
                put(&mut report, text);
                let shown: String = format!("{place}: {text:?}").chars().take(120).collect();
                let mail = composed(&report, 10_000);
                let parsed = mailparse::parse_mail(mail.as_bytes()).unwrap();
                let mut names: Vec<String> = parsed.headers.iter().map(|header| header.get_key()).collect();
                names.retain(|name| name != "Reply-To");
                assert_eq!(names, ["From", "To", "Subject", "Date", "Message-ID", "MIME-Version", "Content-Type"], "{shown}");
                let parts: Vec<_> = parsed.parts().collect();
                assert_eq!(parts.len(), 7, "{shown}");
                for part in parts.iter().skip(1) {
                    assert!(part.headers.iter().all(|header| header.get_key().starts_with("Content-")), "{shown}");
                }
                let (_, html) = bodies(&report, &fit(&report, 10_000), &["c".into()]).unwrap();
                let lower = html.to_lowercase();
                assert!(!lower.contains("<script") && !lower.contains("href=\"javascript:") && !html.contains("12321"), "{shown}");
                // An attribute's quote may not be closed by a text.
                assert!(!lower.contains("\"><script") && !lower.contains("' onerror=alert(1) x='<"), "{shown}");
            }
        }
    }

    #[test]
    fn what_does_not_fit_is_named() {
        let content = fit(&report(), 1000);
        assert_eq!((content.attachments.len(), content.images.len()), (1, 0));
        assert!(content.notes[0].starts_with("u.png"), "{:?}", content.notes);
    }

    #[test]
    fn composing_twice_differs_only_in_boundaries() {
        let strip = |mail: String| -> Vec<String> {
            mail.lines().filter(|l| !l.contains("boundary=") && !l.starts_with("--")).map(str::to_owned).collect()
        };
        assert_eq!(strip(composed(&report(), 10_000)), strip(composed(&report(), 10_000)));
    }

    /// Each hostile text in each field: the mail keeps its headers and its parts, and the page its tags.
    #[test]
    fn hostile_texts_stay_texts() {
        use mailparse::{MailHeaderMap, ParsedMail, parse_mail};

        use crate::run::Warning;

        fn shape(mail: &ParsedMail) -> String {
            let mut headers: Vec<String> = mail.headers.iter().map(|header| header.get_key().to_lowercase()).collect();
            headers.sort();
            let parts: Vec<String> = mail.subparts.iter().map(shape).collect();
            format!("{} {headers:?} {parts:?}", mail.ctype.mimetype)
        }
        fn tags(html: &str) -> Vec<&str> {
            html.split('<').skip(1).map(|tag| tag.split([' ', '>', '\n', '"']).next().unwrap_or_default()).collect()
        }
        type Put = fn(&mut OutgoingReport, String);
        let fields: [Put; 10] = [
            |report, text| report.report_name = text,
            |report, text| report.subject = text,
            |report, text| report.message = text,
            |report, text| report.dashboards[0].title = text,
            |report, text| report.dashboards[0].range_text = text,
            |report, text| report.files[0].name = text,
            |report, text| report.images[0].name = text,
            |report, text| report.branding.email_footer_text = text,
            |report, text| report.reply_to.push(text),
            |report, text| {
                report.warnings.push(Warning { dashboard_uid: "u".into(), panel_id: None, panel_title: text, message: "m".into() })
            },
        ];
        let plain = |put: &Put| {
            let mut report = report();
            put(&mut report, "text".into());
            report
        };
        for hostile in [
            "x\r\nBcc: evil@example.org",
            "x\nBcc: evil@example.org\n\n<b>body</b>",
            "x\r\n.\r\nMAIL FROM:<evil@example.org>\r\n",
            "\"; filename=\"evil.exe",
            "=?utf-8?q?=0D=0ABcc:_evil@example.org?=",
            "\"><script>alert(1)</script><img src=x onerror=alert(1)>",
            "</title></td></table><style>*{display:none}</style>",
            "' onmouseover='alert(1)",
            "{{ 7 * 7 }}{% include '/etc/passwd' %}",
            "\u{202e}gpj.exe\u{0}\u{2028}--XX",
        ] {
            for (index, put) in fields.iter().enumerate() {
                let mut changed = report();
                put(&mut changed, hostile.to_owned());
                let (mail, expected) = (composed(&changed, 10_000), composed(&plain(put), 10_000));
                let (mail, expected) = (parse_mail(mail.as_bytes()).unwrap(), parse_mail(expected.as_bytes()).unwrap());
                // A reply address that is none is left out.
                let without_reply = |mail: &ParsedMail| shape(mail).replace("\"reply-to\", ", "");
                assert_eq!(without_reply(&mail), without_reply(&expected), "field {index}: {hostile:?}");
                let to = |mail: &ParsedMail| mail.headers.get_all_values("To");
                assert_eq!(to(&mail), ["a@example.org"], "field {index}: {hostile:?}");
                let html = |report: &OutgoingReport| bodies(report, &fit(report, 10_000), &["c".into()]).unwrap().1;
                let (html, expected) = (html(&changed), html(&plain(put)));
                let only_breaks = |tags: Vec<&str>| tags.into_iter().filter(|tag| *tag != "br").map(str::to_owned).collect::<Vec<_>>();
                assert_eq!(only_breaks(tags(&html)), only_breaks(tags(&expected)), "field {index}: {hostile:?}");
                assert!(!html.contains("7 * 7") || !html.contains("49"), "{html}");
            }
        }
    }

    #[test]
    fn only_web_addresses_are_linked() {
        for (url, is_linked) in [
            ("https://example.org/", true),
            ("http://example.org/?a=\"><script>", true),
            ("javascript:alert(1)", false),
            ("data:text/html,x", false),
            ("//evil.example", false),
            (" https://x", false),
        ] {
            let mut report = report();
            (report.branding.email_footer_link, report.branding.email_logo_url) = (url.into(), url.into());
            report.dashboards[0].url = url.into();
            let (_, html) = bodies(&report, &fit(&report, 10_000), &["c".into()]).unwrap();
            assert_eq!(html.contains("href="), is_linked, "{url}: {html}");
            assert!(!html.contains("<script") && !html.contains("javascript:") && !html.contains("data:text"), "{url}: {html}");
        }
    }
}
