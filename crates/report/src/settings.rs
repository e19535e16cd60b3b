//! Per-organisation settings: branding and themes.

use serde::Serialize;
use serde_json::Value;

use crate::{Error, Provisioned, read::Object};

/// Settings of one organisation, used by all its reports.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ReportSettings {
    pub id: i64,
    pub user_id: i64,
    pub org_id: i64,
    pub branding: ReportBrandingOptions,
    /// "light", "dark" or "current".
    pub pdf_theme: String,
    /// "light", "dark" or "current".
    pub embedded_image_theme: String,
    /// Set when a file defines them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub provisioned: Option<Provisioned>,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ReportBrandingOptions {
    /// http(s) URL, data URL, a path below Grafana's `public/` or the name of an uploaded image; empty for none.
    pub report_logo_url: String,
    pub email_logo_url: String,
    /// "sent-by" or "none".
    pub email_footer_mode: String,
    pub email_footer_text: String,
    pub email_footer_link: String,
}

impl Default for ReportBrandingOptions {
    /// Grafana's own: no logos, "Sent by Grafana" with its link.
    fn default() -> ReportBrandingOptions {
        ReportBrandingOptions {
            report_logo_url: String::new(),
            email_logo_url: String::new(),
            email_footer_mode: "sent-by".into(),
            email_footer_text: "Grafana".into(),
            email_footer_link: "https://grafana.com/".into(),
        }
    }
}

impl ReportSettings {
    /// What holds before anybody saved settings. Themes as documented: light pages, dark picture in the mail.
    pub fn new(org_id: i64) -> ReportSettings {
        ReportSettings {
            id: 0,
            user_id: 0,
            org_id,
            branding: ReportBrandingOptions::default(),
            pdf_theme: "light".into(),
            embedded_image_theme: "dark".into(),
            provisioned: None,
        }
    }

    /// Takes over what a body of `POST /reports/settings` says; absent fields keep their value.
    pub fn apply(&mut self, body: &Value) -> Result<(), Error> {
        let mut next = self.clone();
        let body = Object::root(body)?;
        if let Some(branding) = body.object("branding")? {
            take(&mut next.branding.report_logo_url, branding.string("reportLogoUrl")?);
            take(&mut next.branding.email_logo_url, branding.string("emailLogoUrl")?);
            take(&mut next.branding.email_footer_mode, branding.string("emailFooterMode")?);
            take(&mut next.branding.email_footer_text, branding.string("emailFooterText")?);
            take(&mut next.branding.email_footer_link, branding.string("emailFooterLink")?);
        }
        take(&mut next.pdf_theme, body.string("pdfTheme")?);
        take(&mut next.embedded_image_theme, body.string("embeddedImageTheme")?);
        next.validate()?;
        *self = next;
        Ok(())
    }

    fn validate(&mut self) -> Result<(), Error> {
        theme("pdfTheme", &mut self.pdf_theme, "light")?;
        theme("embeddedImageTheme", &mut self.embedded_image_theme, "dark")?;
        let branding = &mut self.branding;
        if branding.email_footer_mode.is_empty() {
            branding.email_footer_mode = "sent-by".into();
        }
        match branding.email_footer_mode.as_str() {
            "none" => {}
            "sent-by" => {
                required("branding.emailFooterText", &branding.email_footer_text)?;
                required("branding.emailFooterLink", &branding.email_footer_link)?;
            }
            other => return Err(Error::field("branding.emailFooterMode", format!("expected \"sent-by\" or \"none\", got {other:?}"))),
        }
        let link = branding.email_footer_link.trim();
        if !link.is_empty() && !is_web_url(link) && !link.starts_with("mailto:") {
            return Err(Error::field("branding.emailFooterLink", "expected an http or https URL"));
        }
        logo("branding.reportLogoUrl", &branding.report_logo_url)?;
        logo("branding.emailLogoUrl", &branding.email_logo_url)
    }
}

fn take(target: &mut String, value: Option<String>) {
    if let Some(value) = value {
        *target = value;
    }
}

fn theme(field: &str, value: &mut String, default: &str) -> Result<(), Error> {
    match value.as_str() {
        "" => *value = default.into(),
        "light" | "dark" | "current" => {}
        other => return Err(Error::field(field, format!("expected \"light\", \"dark\" or \"current\", got {other:?}"))),
    }
    Ok(())
}

fn required(field: &str, value: &str) -> Result<(), Error> {
    if value.trim().is_empty() {
        return Err(Error::field(field, "is required when emailFooterMode is \"sent-by\""));
    }
    Ok(())
}

/// A logo is a web address, a data URL with a picture, a path below Grafana's `public/`, or the name of an uploaded image. Anything
/// else (`javascript:`, `file:`) would end in a mail or be opened by us.
fn logo(field: &str, value: &str) -> Result<(), Error> {
    let fine = value.is_empty() || is_web_url(value) || value.starts_with("data:image/") || is_image_name(value) || is_public_path(value);
    if fine {
        return Ok(());
    }
    Err(Error::field(
        field,
        "expected an http(s) URL, a data:image/… URL, a path of Grafana's under public/ or the name of an uploaded image",
    ))
}

fn is_web_url(text: &str) -> bool {
    let lower = text.get(..8).unwrap_or(text).to_ascii_lowercase();
    (lower.starts_with("http://") || lower.starts_with("https://")) && !text.contains(char::is_whitespace)
}

/// A file of Grafana's own, as its settings name them: `public/img/…`.
fn is_public_path(text: &str) -> bool {
    let path = text.strip_prefix('/').unwrap_or(text);
    path.starts_with("public/")
        && !path.contains("..")
        && path.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '/' | '.' | '_' | '-'))
}

/// A plain file name, as uploads get: letters, digits, `.`, `_`, `-`, no path.
pub fn is_image_name(text: &str) -> bool {
    !text.is_empty()
        && text.len() <= 200
        && !text.starts_with('.')
        && text.chars().all(|c| c.is_alphanumeric() || matches!(c, '.' | '_' | '-' | ' ' | '(' | ')'))
}
