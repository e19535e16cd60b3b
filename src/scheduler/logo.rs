//! Branding logos as bytes: data URLs, uploaded images, and pictures at web addresses.

use std::sync::Arc;

use base64::Engine as _;
use futures_util::future::BoxFuture;
use report::{ReportBrandingOptions, is_image_name};

use crate::{
    mail::LogoImage,
    picture::{self, Picture},
    store::{self, Store},
};

/// Fetches a picture for an organisation: from the web, or from Grafana's `public/` folder. The error reads on after "the logo …".
pub trait LogoSource: Send + Sync {
    fn fetch<'a>(&'a self, org_id: i64, url: &'a str) -> BoxFuture<'a, Result<Picture, String>>;
}

/// A logo, or what is wrong with it; neither when there is none.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Logo {
    pub image: Option<LogoImage>,
    /// For the run's warnings.
    pub problem: Option<String>,
}

/// Finds the logos of organisations.
pub struct Logos {
    pub store: Store,
    pub source: Arc<dyn LogoSource>,
}

impl Logos {
    /// The logo of pages.
    pub async fn of_pages(&self, org_id: i64, branding: &ReportBrandingOptions) -> Result<Logo, store::Error> {
        let found = self.find(org_id, &branding.report_logo_url).await?;
        Ok(match found {
            Ok(Some(picture)) if !picture.kind.is_for_pages() => {
                Logo::wrong("the report logo is a GIF, which pages do not show: use PNG or JPEG".into())
            }
            Ok(found) => Logo::right(found),
            Err(why) => Logo::wrong(format!("the report logo {why}")),
        })
    }

    /// The logo of mails. One that cannot be fetched by us stays a link, which the reader's program may follow.
    pub async fn of_mails(&self, org_id: i64, branding: &ReportBrandingOptions) -> Result<Logo, store::Error> {
        let found = self.find(org_id, &branding.email_logo_url).await?;
        Ok(found.map_or_else(|why| Logo::wrong(format!("the e-mail logo {why}")), Logo::right))
    }

    async fn find(&self, org_id: i64, url: &str) -> Result<Result<Option<Picture>, String>, store::Error> {
        if url.is_empty() {
            return Ok(Ok(None));
        }
        let bytes = if url.starts_with("data:") {
            match data_url(url) {
                Some(bytes) => Arc::new(bytes),
                None => return Ok(Err("is no data URL with base64".into())),
            }
        } else if is_image_name(url) {
            match self.store.image(org_id, url).await? {
                Some(image) => Arc::new(image.bytes),
                None => return Ok(Err(format!("is not there: no image {url} was uploaded"))),
            }
        } else {
            return Ok(self.source.fetch(org_id, url).await.map(Some));
        };
        Ok(picture::inspect(&bytes).map(|kind| Some(Picture { kind, bytes })).map_err(|error| format!("is {error}")))
    }
}

impl Logo {
    fn right(found: Option<Picture>) -> Logo {
        let image = found.map(|Picture { kind, bytes }| LogoImage { content_type: kind.content_type().into(), bytes });
        Logo { image, problem: None }
    }

    fn wrong(problem: String) -> Logo {
        Logo { image: None, problem: Some(problem) }
    }
}

/// The bytes of `data:image/png;base64,…`.
fn data_url(url: &str) -> Option<Vec<u8>> {
    let (head, body) = url.strip_prefix("data:")?.split_once(',')?;
    if !head.ends_with(";base64") {
        return None;
    }
    let text: String = body.chars().filter(|c| !c.is_whitespace()).collect();
    base64::engine::general_purpose::STANDARD.decode(text).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        picture::{Kind, png_head},
        store::Image,
    };

    struct Web;

    impl LogoSource for Web {
        fn fetch<'a>(&'a self, _org_id: i64, url: &'a str) -> BoxFuture<'a, Result<Picture, String>> {
            let found = match url {
                "https://x/logo.png" | "public/img/logo.png" => Ok(Picture { kind: Kind::Png, bytes: Arc::new(png_head(40, 20)) }),
                "https://x/logo.gif" => Ok(Picture { kind: Kind::Gif, bytes: Arc::new(b"GIF89a\x10\0\x08\0".to_vec()) }),
                _ => Err("was not fetched: the server answered 404".to_owned()),
            };
            Box::pin(std::future::ready(found))
        }
    }

    #[tokio::test]
    async fn logos_come_from_everywhere() {
        let store = Store::in_memory().unwrap();
        // Stored before sizes were looked at.
        for (name, bytes) in [("logo.png", png_head(40, 20)), ("bomb.png", png_head(50_000, 50_000))] {
            store.save_image(1, Image { name: name.into(), content_type: "image/png".into(), bytes }, 0).await.unwrap();
        }
        let logos = Logos { store, source: Arc::new(Web) };
        let check = async |url: &str, pages: Result<Option<&str>, &str>, mails: Result<Option<&str>, &str>| {
            let branding =
                ReportBrandingOptions { report_logo_url: url.into(), email_logo_url: url.into(), ..ReportBrandingOptions::default() };
            let got = [logos.of_pages(1, &branding).await.unwrap(), logos.of_mails(1, &branding).await.unwrap()];
            for (got, expected) in got.into_iter().zip([pages, mails]) {
                let got = match &got {
                    Logo { problem: Some(problem), .. } => Err(problem.as_str()),
                    Logo { image, .. } => Ok(image.as_ref().map(|image| image.content_type.as_str())),
                };
                assert_eq!(got, expected, "{url}");
            }
        };
        let png = Ok(Some("image/png"));
        check("", Ok(None), Ok(None)).await;
        check("https://x/logo.png", png, png).await;
        check("public/img/logo.png", png, png).await;
        check("logo.png", png, png).await;
        let gif = Err("the report logo is a GIF, which pages do not show: use PNG or JPEG");
        check("https://x/logo.gif", gif, Ok(Some("image/gif"))).await;
        let gone = "was not fetched: the server answered 404";
        check("https://x/gone.png", Err(&format!("the report logo {gone}")), Err(&format!("the e-mail logo {gone}"))).await;
        let bomb = "is too large: 50000 × 50000 pixels, at most 16 million are allowed";
        check("bomb.png", Err(&format!("the report logo {bomb}")), Err(&format!("the e-mail logo {bomb}"))).await;
        let none = "is not there: no image other.png was uploaded";
        check("other.png", Err(&format!("the report logo {none}")), Err(&format!("the e-mail logo {none}"))).await;
        let svg = "is an SVG, which is not shown: use PNG or JPEG";
        check("data:image/svg+xml;base64,PHN2Zz4=", Err(&format!("the report logo {svg}")), Err(&format!("the e-mail logo {svg}"))).await;
        let text = "is no data URL with base64";
        check("data:image/png,abc", Err(&format!("the report logo {text}")), Err(&format!("the e-mail logo {text}"))).await;
    }
}
