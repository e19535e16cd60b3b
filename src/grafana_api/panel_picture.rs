//! Pictures of single panels, drawn by Grafana's own renderer: for types that only a browser can draw.

use std::{sync::Arc, time::Duration};

use super::{Client, Error, RemoteError, encode, picture};
use crate::picture::{Kind, PictureError, inspect};

/// Grafana's own default, and as long as a person would wait for a panel.
const RENDER_TIMEOUT: Duration = Duration::from_secs(60);
/// Past this the answer does not come: Grafana gives up by itself before.
const TIMEOUT: Duration = Duration::from_secs(75);
/// A dense heatmap of 1600 × 900 px at scale 2 has some 3 MB.
const MAX_BYTES: usize = 12 << 20;
/// The longest side of a panel that is asked for, px.
const MAX_SIDE: u32 = 2000;
/// Device pixels for each px: sharp on paper.
const SCALE: u32 = 2;

/// Grafana answers 200 with one of these where it could not draw ("rendering limit reached", "plugin not installed", timeouts,
/// errors; light and dark): what is in them is known by their size alone. Grafana 12.4, public/img/rendering_*.png.
const STOCK: [(u32, u32); 5] = [(523, 200), (526, 202), (503, 203), (478, 208), (1004, 404)];

/// Which panel, and how it is to look.
#[derive(Clone, Debug, Default)]
pub struct PanelPicture {
    pub dashboard_uid: String,
    /// A number, or the path of a repeat's clone.
    pub panel_id: String,
    pub from_ms: f64,
    pub to_ms: f64,
    /// px; bounded before it is asked for.
    pub width_px: f64,
    pub height_px: f64,
    pub is_dark: bool,
    /// IANA name.
    pub time_zone: String,
    /// Names without `var-`.
    pub variables: Vec<(String, String)>,
}

/// Why there is no picture.
#[derive(Debug, thiserror::Error)]
pub enum PictureFailure {
    #[error("{0}")]
    Grafana(#[from] Error),
    #[error("what Grafana's renderer sent is {0}")]
    Picture(#[from] PictureError),
    #[error("what Grafana's renderer sent is no PNG")]
    NoPng,
    #[error("Grafana's renderer could not draw it: too many pictures at once, too slow, or not installed")]
    Stock,
}

impl PanelPicture {
    /// Path and query of the request.
    fn path(&self) -> String {
        let (width, height) = self.size();
        let mut path = format!("/render/d-solo/{}/panel?panelId={}", encode(&self.dashboard_uid), encode(&self.panel_id));
        path += &format!("&from={:.0}&to={:.0}&width={width}&height={height}&scale={SCALE}", self.from_ms, self.to_ms);
        path += &format!("&theme={}&tz={}", if self.is_dark { "dark" } else { "light" }, encode(&self.time_zone));
        path += &format!("&timeout={}&hideLogo=true", RENDER_TIMEOUT.as_secs());
        for (name, value) in &self.variables {
            path += &format!("&var-{}={}", encode(name), encode(value));
        }
        path
    }

    /// Whole px, never such that the picture would have the size of a stock one.
    fn size(&self) -> (u32, u32) {
        let whole = |px: f64| px.round().clamp(10.0, f64::from(MAX_SIDE)) as u32;
        let (width, height) = (whole(self.width_px), whole(self.height_px));
        if is_stock(width * SCALE, height * SCALE) || is_stock(width, height) { (width + 1, height) } else { (width, height) }
    }
}

fn is_stock(width: u32, height: u32) -> bool {
    STOCK.contains(&(width, height))
}

impl Client {
    /// `GET /render/d-solo/:uid`: a PNG of one panel with its frame and title. Only where the settings say that there is a renderer:
    /// others answer with a picture, too, of why there is none.
    pub async fn panel_picture(&self, wanted: &PanelPicture) -> Result<Arc<Vec<u8>>, PictureFailure> {
        let what = format!("draw panel {}", wanted.panel_id);
        let bytes = self.get_picture(&wanted.path(), TIMEOUT, MAX_BYTES, &what).await?;
        if inspect(&bytes)? != Kind::Png {
            return Err(PictureFailure::NoPng);
        }
        match scene::Image::probe(&bytes) {
            Some((_, width, height)) if is_stock(width, height) => Err(PictureFailure::Stock),
            _ => Ok(Arc::new(bytes)),
        }
    }

    /// A file of Grafana's own `public/` folder as it is, by its path; asked without a credential.
    pub async fn public_file(&self, path: &str) -> Result<Vec<u8>, RemoteError> {
        match picture::grafanas_own(path, self.options()) {
            Some((target, _)) => picture::file_from_grafana(target?, self.files()?).await,
            None => Err(RemoteError::NotPublic),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn panels_are_asked_for_as_grafanas_links_do() {
        let picture = PanelPicture {
            dashboard_uid: "a b".into(),
            panel_id: "x$panel-2".into(),
            from_ms: 1_700_000_000_000.0,
            to_ms: 1_700_003_600_000.0,
            width_px: 780.4,
            height_px: 300.0,
            is_dark: true,
            time_zone: "Europe/Berlin".into(),
            variables: vec![("env".into(), "a&b".into())],
        };
        assert_eq!(
            picture.path(),
            "/render/d-solo/a%20b/panel?panelId=x%24panel-2&from=1700000000000&to=1700003600000&width=780&height=300&scale=2\
             &theme=dark&tz=Europe%2FBerlin&timeout=60&hideLogo=true&var-env=a%26b"
        );
    }

    #[test]
    fn sizes_are_bounded_and_no_stock_picture_s() {
        let check = |width_px: f64, height_px: f64, expected: (u32, u32)| {
            assert_eq!(PanelPicture { width_px, height_px, ..PanelPicture::default() }.size(), expected);
        };
        check(780.0, 300.0, (780, 300));
        check(9000.0, 1.0, (2000, 10));
        check(502.0, 202.0, (503, 202));
        check(478.0, 208.0, (479, 208));
    }
}
