//! Pictures that panels name besides their data: icons, symbols of maps, photos, what lies behind elements. Those of Grafana's own
//! `public/` folder and those in the dashboard itself are read; reports fetch nothing from elsewhere.

use std::{collections::BTreeMap, sync::Arc};

use base64::{Engine as _, engine::general_purpose::STANDARD as BASE64};
use futures_util::{StreamExt, future::BoxFuture, stream};
use grafana::{field::DisplayContext, theme::Theme};
use render::{DashboardView, Warning, panel};

use crate::{
    grafana_api::Client,
    picture::{Kind, PictureError, inspect},
};

/// Different pictures of one dashboard.
const MOST: usize = 300;
const AT_ONCE: usize = 8;
/// An SVG of more bytes would rather be a picture.
const MAX_SVG: usize = 1 << 20;

/// Reads what the panels of a dashboard name. Panels say themselves what they miss.
pub async fn read(client: &Client, view: &mut DashboardView) -> Vec<Warning> {
    let theme = Theme::light();
    let mut wanted: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for (index, panel) in view.panels.iter().enumerate() {
        let interpolate = panel::interpolator(&panel.panel, &view.variables);
        let display = DisplayContext { theme: &theme, zone: &view.zone, now_ms: view.now_ms, interpolate: &interpolate };
        for address in panel::pictures(panel, &display) {
            wanted.entry(address).or_default().push(index);
        }
    }
    let n_left_out = wanted.len().saturating_sub(MOST);
    // Boxed, or the compiler cannot see that the future may move between threads (rust-lang/rust#102211).
    let mut jobs: Vec<BoxFuture<'_, Found>> = Vec::new();
    for (address, panels) in wanted.into_iter().take(MOST) {
        jobs.push(Box::pin(async move {
            let bytes = one(client, &address).await;
            (address, panels, bytes)
        }));
    }
    let found: Vec<Found> = stream::iter(jobs).buffered(AT_ONCE).collect().await;
    let mut missing: BTreeMap<usize, usize> = BTreeMap::new();
    for (address, panels, bytes) in found {
        for index in panels {
            match &bytes {
                Some(bytes) => drop(view.panels[index].pictures.by_url.insert(address.clone(), Arc::clone(bytes))),
                None => *missing.entry(index).or_default() += 1,
            }
        }
    }
    let warning = |index: Option<usize>, message: String| Warning {
        dashboard_uid: view.uid.clone(),
        panel_id: index.map(|index| view.panels[index].panel.id),
        panel_title: index.map(|index| view.panels[index].panel.title.clone()).unwrap_or_default(),
        message,
    };
    let is_or_are = |n: usize| if n == 1 { "1 picture or icon was".to_owned() } else { format!("{n} pictures or icons were") };
    let mut warnings: Vec<Warning> = (missing.into_iter())
        .map(|(index, n)| {
            warning(Some(index), format!("{} not read: those of Grafana's public/ folder and of the dashboard itself are", is_or_are(n)))
        })
        .collect();
    if n_left_out > 0 {
        warnings.push(warning(None, format!("{} not read: a dashboard may have {MOST}", is_or_are(n_left_out))));
    }
    warnings
}

/// Address, the panels that name it, the bytes.
type Found = (String, Vec<usize>, Option<Arc<Vec<u8>>>);

/// `None` for what is neither PNG, JPEG nor SVG, and what lies elsewhere.
async fn one(client: &Client, address: &str) -> Option<Arc<Vec<u8>>> {
    let is_drawable = |bytes: &Vec<u8>| match inspect(bytes) {
        Ok(kind) => Kind::is_for_pages(kind),
        Err(PictureError::Svg) => bytes.len() <= MAX_SVG,
        Err(_) => false,
    };
    if let Some(data) = address.strip_prefix("data:image/") {
        return in_url(data).filter(is_drawable).map(Arc::new);
    }
    for path in paths(address) {
        if let Some(bytes) = client.public_file(&path).await.ok().filter(is_drawable) {
            return Some(Arc::new(bytes));
        }
    }
    None
}

/// What a data URL holds, after "data:image/".
fn in_url(rest: &str) -> Option<Vec<u8>> {
    let (head, data) = rest.split_once(',')?;
    if head.ends_with(";base64") {
        return BASE64.decode(data.trim()).ok();
    }
    Some(percent_encoding::percent_decode_str(data).collect())
}

/// Where Grafana may have a file: since version 12 its frontend's files lie in a folder of their own.
fn paths(address: &str) -> Vec<String> {
    // What has a scheme or a host is no path of Grafana's.
    if address.contains("://") || address.starts_with("//") || address.starts_with("data:") {
        return Vec::new();
    }
    let plain = address.trim_start_matches('/');
    let plain = plain.strip_prefix("public/").unwrap_or(plain);
    let plain = plain.strip_prefix("build/").unwrap_or(plain);
    vec![format!("public/build/{plain}"), format!("public/{plain}")]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_of_grafana() {
        let check = |address: &str, expected: &[&str]| assert_eq!(paths(address), expected, "{address}");
        check("img/a.svg", &["public/build/img/a.svg", "public/img/a.svg"]);
        check("/public/build/img/a.svg", &["public/build/img/a.svg", "public/img/a.svg"]);
        check("public/img/a.svg", &["public/build/img/a.svg", "public/img/a.svg"]);
        check("https://a.example/a.svg", &[]);
        check("//a.example/a.svg", &[]);
        assert_eq!(in_url("svg+xml,%3Csvg%2F%3E"), Some(b"<svg/>".to_vec()));
        assert_eq!(in_url("png;base64,YWI="), Some(b"ab".to_vec()));
        assert_eq!(in_url("png"), None);
    }
}
